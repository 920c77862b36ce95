// The live build view: it draws the trait `state` and asks for `cancel`. The words come from Python.
const SIGNS = { ran: "✓", cached: "↻", running: "●", failed: "✗" };

// JupyterLab looks for a mark on the element that has the focus, and only there: without it the arrow keys go to the next cell.
const FOCUSED = new Set(["button", "input", "pre", "summary"]);

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  if (FOCUSED.has(tag)) node.dataset.lmSuppressShortcuts = "true";
  return node;
}

const put = (node, text) => { if (node.textContent !== text) node.textContent = text; };

function seconds(value) {
  if (value < 0.995) return `${value.toFixed(2)} s`;
  return value < 59.95 ? `${value.toFixed(1)} s` : `${value.toFixed(0)} s`;
}

function size(count) {
  if (count === null || count === undefined) return "–";
  let value = count;
  for (const unit of ["B", "kB", "MB"]) {
    if (value < 999.5) return unit === "B" || value >= 99.95 ? `${value.toFixed(0)} ${unit}` : `${value.toFixed(1)} ${unit}`;
    value /= 1000;
  }
  return `${value.toFixed(2)} GB`;
}

function kindOf(row) {
  if (row.error) return "failed";
  if (row.end === null) return "running";
  return row.cached ? "cached" : "ran";
}

function containerLine(row, say) {
  const parts = [`${say.container} ${row.container.slice(0, 12)}`];
  if (row.image) parts.push(`${say.committed} ${row.image.replace("sha256:", "").slice(0, 12)}`);
  if (row.removed) parts.push(`${say.container} ${say.removed}`);
  return parts.join(" → ");
}

function makeRow(row, open) {
  const item = make("li", "dd-step");
  const line = make("div", "dd-line");
  const sign = make("span", "dd-sign");
  const command = make("code", "dd-command");
  const track = make("span", "dd-track");
  const bar = make("span", "dd-bar");
  const took = make("span", "dd-took");
  track.setAttribute("aria-hidden", "true");
  track.append(bar);
  const added = make("span", "dd-added");
  line.append(sign, command, track, took, added);
  const container = make("div", "dd-container");
  const log = make("details", "dd-log");
  const summary = make("summary");
  const text = make("pre");
  text.tabIndex = 0;
  log.append(summary, text);
  log.open = open.has(row.id);
  log.addEventListener("toggle", () => (log.open ? open.add(row.id) : open.delete(row.id)));
  item.append(line, container, log);
  return { item, sign, command, bar, took, added, container, log, summary, text };
}

function drawRow(parts, row, whole, say) {
  const kind = kindOf(row);
  parts.item.dataset.kind = kind;
  put(parts.sign, `${SIGNS[kind]} ${say[kind]}`);
  put(parts.command, row.stage ? `[${row.stage}] ${row.command}` : row.command);
  parts.command.title = row.command;
  const end = row.end === null ? whole : row.end;
  const start = Math.min(row.start / whole, 1);
  parts.bar.style.left = `${(start * 100).toFixed(2)}%`;
  parts.bar.style.width = `${(Math.max(end / whole - start, 0.006) * 100).toFixed(2)}%`;
  put(parts.took, kind === "cached" ? "" : seconds(row.end === null ? whole - row.start : row.took));
  put(parts.added, row.bytes === null ? "" : `+${size(row.bytes)}`);
  parts.added.title = row.bytes === null ? "" : say.added_bytes;
  parts.container.hidden = !row.container;
  if (row.container) put(parts.container, containerLine(row, say));
  parts.log.hidden = !row.log;
  put(parts.summary, say.log);
  if (parts.text.textContent !== row.log) {
    put(parts.text, row.log);
    parts.text.scrollTop = parts.text.scrollHeight;
  }
}

function failureText(failure) {
  return [failure.message, failure.output].filter((part) => part.trim()).join("\n\n");
}

function render({ model, el }) {
  const say = model.get("words");
  const open = (model.ddOpen ??= new Set());
  const rows = new Map();
  const root = make("section", "dd-build");
  const head = make("header", "dd-head");
  const command = make("code", "dd-plain");
  const status = make("span", "dd-status");
  const facts = make("span", "dd-facts");
  const cancel = make("button", "dd-button", say.cancel);
  const list = make("ol", "dd-steps");
  const failure = make("pre", "dd-failure");
  const live = make("div", "dd-hidden");
  cancel.type = "button";
  list.setAttribute("aria-label", say.steps);
  live.setAttribute("aria-live", "polite");
  head.append(status, command, facts, cancel);
  root.append(head, list, failure, live);
  el.append(root);

  cancel.addEventListener("click", () => {
    cancel.disabled = true;
    put(cancel, say.cancelling);
    model.send({ do: "cancel" });
  });

  let told = performance.now();
  let clock = 0;

  function draw() {
    const state = model.get("state");
    const since = state.status === "running" ? (performance.now() - told) / 1000 : 0;
    const whole = Math.max(state.seconds + since, 0.001);
    // A step that prints nothing tells nothing: its time goes on all the same.
    if (state.status === "running" && !clock) clock = setInterval(draw, 200);
    if (state.status !== "running" && clock) clock = clearInterval(clock) ?? 0;
    root.dataset.status = state.status;
    root.setAttribute("aria-label", `${say.build} ${state.title}`);
    put(status, say[state.status]);
    put(command, state.command);
    const sent = state.builder === "buildkit" ? ` · ${size(state.sent)} ${say.sent}` : "";
    put(facts, `${say[state.builder]} · ${seconds(whole)}${sent}`);
    cancel.hidden = state.status !== "running";
    for (const row of state.rows) {
      if (!rows.has(row.id)) {
        rows.set(row.id, makeRow(row, open));
        list.append(rows.get(row.id).item);
      }
      drawRow(rows.get(row.id), row, whole, say);
    }
    failure.hidden = !state.failure;
    if (state.failure) put(failure, failureText(state.failure));
    const ended = state.rows.filter((row) => row.end !== null);
    const last = ended[ended.length - 1];
    const step = last ? `${say.step_of} ${ended.length}: ${say[kindOf(last)]}. ` : "";
    put(live, state.status === "running" ? step : `${say[state.status]}, ${seconds(state.seconds)}`);
  }

  function news() {
    told = performance.now();
    draw();
  }

  model.on("change:state", news);
  draw();
  return () => {
    clearInterval(clock);
    model.off("change:state", news);
  };
}

export default { render };
