// The exercise panel: it draws the trait `state` and sends `check`, `cancel`, `hint`, `reset`, `solution`. The words come from Python.
// JupyterLab looks for a mark on the element that has the focus, and only there: without it the arrow keys go to the next cell.
const FOCUSED = new Set(["button", "input", "pre", "summary"]);

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  if (FOCUSED.has(tag)) node.dataset.lmSuppressShortcuts = "true";
  return node;
}

function render({ model, el }) {
  const say = model.get("words");
  const root = make("section", "dd-panel");
  const head = make("header", "dd-panel-head");
  const title = make("strong");
  const facts = make("span", "dd-facts");
  const files = make("details", "dd-files");
  const buttons = make("div", "dd-buttons");
  const note = make("p", "dd-note");
  const hints = make("ol", "dd-hints");
  const verdict = make("div", "dd-verdict");
  const solution = make("pre", "dd-solution");
  note.setAttribute("role", "status");
  verdict.setAttribute("aria-live", "polite");
  const command = make("code", "dd-plain-check");
  head.append(title, facts, command);
  const button = {};
  for (const name of ["check", "cancel", "hint", "reset", "solution"]) {
    button[name] = make("button", "dd-button", say[name]);
    button[name].type = "button";
    button[name].addEventListener("click", () => press(name));
    buttons.append(button[name]);
  }
  button.check.dataset.main = "true";
  root.append(head, files, buttons, note, hints, verdict, solution);
  el.append(root);

  let sure = false;
  function press(name) {
    if (name === "reset" && !sure) {
      sure = true;
      note.textContent = say.reset_sure;
      return;
    }
    sure = false;
    model.send({ do: name });
  }

  // The files that the exercise comes with; a short text can be read here.
  function drawFiles(given) {
    files.hidden = given.length === 0;
    const key = JSON.stringify(given);
    if (files.dataset.shown === key) return;
    files.dataset.shown = key;
    const list = make("ul");
    for (const file of given) {
      const item = make("li");
      const inner = file.text ? make("details") : item;
      const name = [make("code", "", file.name), make("span", "dd-facts", ` ${file.size}`)];
      if (file.text) {
        const summary = make("summary");
        summary.append(...name);
        const text = make("pre", "", file.text);
        text.tabIndex = 0;
        inner.append(summary, text);
        item.append(inner);
      } else item.append(...name);
      list.append(item);
    }
    files.replaceChildren(make("summary", "", `${say.given} (${given.length})`), list);
  }

  function draw() {
    const state = model.get("state");
    root.setAttribute("aria-label", state.title);
    root.dataset.status = state.status;
    root.setAttribute("aria-busy", String(state.busy));
    title.textContent = state.title;
    facts.textContent = state.facts;
    note.textContent = state.busy ? state.checking : state.note;
    command.textContent = state.command;
    button.check.disabled = state.busy;
    button.reset.disabled = state.busy;
    button.hint.disabled = state.busy;
    button.cancel.hidden = !state.busy;
    button.solution.hidden = !state.has_solution;
    hints.replaceChildren(...state.hints.map((hint) => make("li", "", hint)));
    hints.hidden = state.hints.length === 0;
    // The fragment is made and escaped by grader.report, the same values as in the terminal.
    if (verdict.dataset.shown !== state.verdict) {
      verdict.innerHTML = state.verdict;
      verdict.dataset.shown = state.verdict;
    }
    drawFiles(state.files);
    solution.textContent = state.solution;
    solution.hidden = !state.solution;
  }

  model.on("change:state", draw);
  draw();
  return () => model.off("change:state", draw);
}

export default { render };
