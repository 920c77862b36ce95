// The layer explorer: a tree of what each layer did to the files. It draws the trait `state`; the words come from Python.
const ROW = 24;
const ROWS = 15;
const MARGIN = 8;
const OPEN_MOST = 40;
const SIGNS = { added: "+", contents: "~", replaced: "~", owner: "~", mode: "~", attributes: "~", time: "~", same: "~", deleted: "−", opaque: "−" };
const GROUPS = { "+": "added", "~": "changed", "−": "deleted" };

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
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function size(count) {
  let value = count;
  for (const unit of ["B", "kB", "MB"]) {
    if (value < 999.5) return unit === "B" || value >= 99.95 ? `${value.toFixed(0)} ${unit}` : `${value.toFixed(1)} ${unit}`;
    value /= 1000;
  }
  return `${value.toFixed(2)} GB`;
}

const newNode = (name, path, parent) => ({ name, path, parent, children: null, kind: "", size: 0, hidden: 0, layer: 0, files: 0, sum: 0, fits: true });

function nodeAt(root, path) {
  let node = root;
  let at = "";
  for (const name of path.split("/")) {
    if (!name) continue;
    at += `/${name}`;
    node.children ??= new Map();
    let below = node.children.get(name);
    if (!below) node.children.set(name, (below = newNode(name, at, node)));
    node = below;
  }
  return node;
}

// What layer `number` did, or (`only`) that of it which a later layer hides.
function addLayer(root, layer, number, only) {
  layer.paths.forEach((path, at) => {
    const hidden = layer.hidden[at] ?? 0;
    if (only && !hidden) return;
    const node = nodeAt(root, path);
    Object.assign(node, { kind: layer.kinds[at], size: layer.sizes[at], hidden, layer: number, files: layer.files[at] });
  });
}

// The image after all its layers: what is deleted goes, what is written again counts as the later layer's.
function whole(layers) {
  const root = newNode("", "", null);
  layers.forEach((layer, index) => {
    layer.paths.forEach((path, at) => {
      if (layer.kinds[at] === "opaque") nodeAt(root, path).children = null;
    });
    layer.paths.forEach((path, at) => {
      const kind = layer.kinds[at];
      if (kind === "opaque") return;
      const node = nodeAt(root, path);
      if (kind === "deleted") node.parent.children.delete(node.name);
      else if (layer.files[at] || !node.layer) Object.assign(node, { size: layer.sizes[at], files: layer.files[at], layer: index + 1 });
      if (kind === "replaced") node.children = null;
    });
  });
  return root;
}

function tree(state, mode) {
  if (mode === "whole") return finish(whole(state.layers));
  const root = newNode("", "", null);
  state.layers.forEach((layer, index) => {
    if (mode === "hidden") addLayer(root, layer, index + 1, true);
    else if (mode === String(index + 1)) addLayer(root, layer, index + 1, false);
  });
  return finish(root);
}

// Children sorted, folders' sums made, and each path in small letters once, for the search.
function finish(root) {
  const all = [];
  const visit = (node) => {
    node.below = node.children?.size ? [...node.children.values()].sort((a, b) => (a.name < b.name ? -1 : 1)) : null;
    node.lower = node.path.toLowerCase();
    node.sum = node.kind === "deleted" || node.kind === "opaque" ? 0 : node.size;
    if (node.parent) all.push(node);
    node.below?.forEach((child) => { visit(child); node.sum += child.sum; });
  };
  visit(root);
  return { root, all };
}

function render({ model, el }) {
  const say = model.get("words");
  const state = model.get("state");
  const id = `dd-${Math.random().toString(36).slice(2)}`;
  const root = make("section", "dd-layers");
  root.setAttribute("aria-label", `${say.layers} ${state.title}`);
  const head = make("header", "dd-head");
  head.append(make("code", "dd-plain", state.command), make("span", "dd-facts", fill(say.layers_summary, {
    size: size(state.size), layers: state.layers.length, files: state.files.toLocaleString("en"), waste: size(state.waste),
  })));

  const choice = make("fieldset", "dd-choice");
  choice.append(make("legend", "", say.layers));
  const most = Math.max(1, ...state.layers.map((layer) => layer.size));
  const offer = (value, name, layer) => {
    const label = make("label", "dd-layer");
    const input = make("input");
    Object.assign(input, { type: "radio", name: id, value });
    input.addEventListener("change", () => choose(value));
    const bar = make("span", "dd-track");
    bar.setAttribute("aria-hidden", "true");
    const facts = make("span", "dd-counts");
    if (layer) {
      const full = make("span", "dd-bar");
      const lost = make("span", "dd-lost");
      full.style.width = `${(100 * layer.size) / most}%`;
      lost.style.width = layer.size ? `${(100 * layer.waste) / layer.size}%` : "0";
      full.append(lost);
      bar.append(full);
      const parts = [["+", layer.added], ["~", layer.changed], ["−", layer.deleted]].filter(([, tally]) => tally[0]);
      facts.textContent = parts.map(([sign, tally]) => `${sign} ${tally[0].toLocaleString("en")} ${say[GROUPS[sign]]}`).join("  ");
    }
    const held = make("span", "dd-size", layer ? size(layer.size) : value === "hidden" ? size(state.waste) : size(state.size - state.waste));
    const waste = make("span", "dd-waste", layer?.waste ? `${size(layer.waste)} ${say.hidden}` : "");
    label.append(input, make("code", "dd-command", name), bar, held, waste, facts);
    label.title = name;
    choice.append(label);
    return input;
  };
  const inputs = { whole: offer("whole", say.whole_image) };
  state.layers.forEach((layer, index) => {
    inputs[index + 1] = offer(String(index + 1), `${index + 1} · ${layer.command || say.base_layer}`, layer);
  });
  if (state.waste) inputs.hidden = offer("hidden", say.all_hidden);

  const tools = make("div", "dd-tools");
  const find = make("label", "dd-find", say.search);
  const box = make("input");
  box.type = "search";
  find.append(" ", box);
  const kinds = make("span", "dd-kinds");
  const boxes = {};
  for (const name of ["added", "changed", "deleted", "hidden"]) {
    const label = make("label");
    const input = make("input");
    input.type = "checkbox";
    input.checked = true;
    input.addEventListener("change", () => draw());
    boxes[name] = input;
    label.append(input, ` ${say[name]}`);
    kinds.append(label);
  }
  const count = make("span", "dd-facts");
  count.setAttribute("role", "status");
  tools.append(find, kinds, count);

  const list = make("div", "dd-tree");
  const space = make("div", "dd-space");
  list.tabIndex = 0;
  list.dataset.lmSuppressShortcuts = "true";
  list.setAttribute("role", "tree");
  list.append(space);
  const none = make("p", "dd-none", say.no_paths);
  root.append(head, choice, tools, list, none);
  el.append(root);

  let mode = "whole";
  let shown = { root: null, all: [] };
  let open = new Set();
  let rows = [];
  let active = 0;
  const found = () => box.value.trim().toLowerCase();

  function choose(value) {
    mode = value;
    shown = tree(state, mode);
    fold();
    kinds.hidden = mode === "whole" || mode === "hidden";
    list.setAttribute("aria-label", mode === "whole" ? say.whole_image : mode === "hidden" ? say.all_hidden : `${say.layer} ${mode}`);
    inputs[mode].checked = true;
    active = 0;
    draw(true);
  }

  // What is open at first. With a search all is open, and the set holds what was closed by hand.
  function fold() {
    open = new Set();
    if (found()) return;
    if (shown.all.length <= OPEN_MOST) shown.all.forEach((node) => node.below && open.add(node));
    else for (let node = shown.root; node.below?.length === 1; [node] = node.below) open.add(node.below[0]);
  }

  function fits(node, text) {
    if (text && !node.lower.includes(text)) return false;
    return kinds.hidden || !node.kind || boxes[node.hidden ? "hidden" : GROUPS[SIGNS[node.kind]]].checked;
  }

  // Which paths fit, whose folders have something that fits, and the rows that are open.
  function draw(anew = false) {
    const text = found();
    const kept = rows[active];
    let paths = 0;
    const some = (node) => {
      let any = false;
      node.below?.forEach((child) => { if (some(child)) any = true; });
      const own = (node.kind || node.layer) && fits(node, text);
      if (own) paths += 1;
      return (node.fits = Boolean(own || any));
    };
    if (shown.root) some(shown.root);
    rows = [];
    const walk = (node, level) => {
      const below = node.below.filter((child) => child.fits);
      below.forEach((child, at) => {
        Object.assign(child, { level, at: at + 1, of: below.length });
        child.isOpen = Boolean(child.below) && open.has(child) !== Boolean(text);
        rows.push(child);
        if (child.isOpen) walk(child, level + 1);
      });
    };
    if (shown.root?.below) walk(shown.root, 1);
    const left = mode === "whole" || mode === "hidden" ? state.layers.reduce((sum, layer) => sum + layer.left_out, 0) : state.layers[mode - 1].left_out;
    put(count, fill(say.shown_paths, { count: paths.toLocaleString("en") }) + (left ? `. ${fill(say.left_out, { count: left })}` : ""));
    active = Math.max(0, anew ? 0 : rows.indexOf(kept));
    list.hidden = rows.length === 0;
    none.hidden = rows.length > 0;
    space.style.height = `${rows.length * ROW}px`;
    list.style.height = `${Math.min(rows.length, ROWS) * ROW + 2}px`;
    if (anew) list.scrollTop = 0;
    paint();
  }

  function rowOf(node, index) {
    const row = make("div", "dd-path");
    const sign = node.kind ? `${SIGNS[node.kind]} ${say[`kind_${node.kind}`]}` : "";
    row.id = `${id}-${index}`;
    row.style.top = `${index * ROW}px`;
    row.dataset.sign = node.hidden ? "hidden" : node.kind ? GROUPS[SIGNS[node.kind]] : "";
    row.setAttribute("role", "treeitem");
    row.setAttribute("aria-level", node.level);
    row.setAttribute("aria-posinset", node.at);
    row.setAttribute("aria-setsize", node.of);
    row.setAttribute("aria-selected", String(index === active));
    if (node.below) row.setAttribute("aria-expanded", String(node.isOpen));
    const name = make("span", "dd-name", `${node.below ? (node.isOpen ? "▾ " : "▸ ") : ""}${node.name}${node.below || (!node.files && mode === "whole") ? "/" : ""}`);
    name.style.paddingLeft = `${node.level * 16 - (node.below ? 16 : 0)}px`;
    const note = node.hidden ? fill(say.hidden_by, { layer: node.hidden }) : mode === "whole" && node.layer ? fill(say.of_layer, { layer: node.layer }) : node.files > 1 ? `${node.files} ${say.files}` : "";
    const held = node.below ? node.sum : node.size;
    row.append(make("span", "dd-kind", sign), name, make("span", "dd-note", note), make("span", "dd-size", held ? size(held) : ""));
    row.title = node.path;
    row.addEventListener("click", () => { active = index; if (node.below) toggle(node); else paint(); });
    return row;
  }

  function paint() {
    const first = Math.max(0, Math.floor(list.scrollTop / ROW) - MARGIN);
    const last = Math.min(rows.length, first + Math.ceil((list.clientHeight || ROWS * ROW) / ROW) + 2 * MARGIN);
    const drawn = [];
    for (let index = first; index < last; index += 1) drawn.push(rowOf(rows[index], index));
    space.replaceChildren(...drawn);
    if (active >= first && active < last) list.setAttribute("aria-activedescendant", `${id}-${active}`);
    else list.removeAttribute("aria-activedescendant");
  }

  function toggle(node) {
    if (open.has(node)) open.delete(node);
    else open.add(node);
    draw();
  }

  function go(index) {
    active = Math.max(0, Math.min(rows.length - 1, index));
    const top = active * ROW;
    if (top < list.scrollTop) list.scrollTop = top;
    if (top + ROW > list.scrollTop + list.clientHeight) list.scrollTop = top + ROW - list.clientHeight;
    paint();
  }

  const page = () => Math.max(1, Math.floor(list.clientHeight / ROW) - 1);
  const KEYS = {
    ArrowDown: () => go(active + 1),
    ArrowUp: () => go(active - 1),
    PageDown: () => go(active + page()),
    PageUp: () => go(active - page()),
    Home: () => go(0),
    End: () => go(rows.length - 1),
    Enter: (node) => node.below && toggle(node),
    " ": (node) => node.below && toggle(node),
    ArrowRight: (node) => (node.below && !node.isOpen ? toggle(node) : node.below && go(active + 1)),
    ArrowLeft: (node) => (node.below && node.isOpen ? toggle(node) : node.level > 1 && go(rows.indexOf(node.parent))),
  };
  list.addEventListener("keydown", (event) => {
    const act = KEYS[event.key];
    if (!act || !rows.length || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    act(rows[active]);
  });
  list.addEventListener("scroll", paint);
  box.addEventListener("input", () => { fold(); draw(true); });
  choose(state.layers.length === 1 ? "1" : "whole");
}

export default { render };
