// A question with options: a radio group, and after the answer what is right and why. The words come from Python.
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
  const { question, options } = model.get("asked");
  const name = `dd-${Math.random().toString(36).slice(2)}`;
  const root = make("fieldset", "dd-question");
  const answer = make("p", "dd-answer");
  answer.setAttribute("aria-live", "polite");
  root.append(make("legend", "", question));
  const inputs = options.map((option, index) => {
    const label = make("label", "dd-option");
    const input = make("input");
    input.type = "radio";
    input.name = name;
    input.addEventListener("change", () => {
      model.set("chosen", index);
      model.save_changes();
    });
    label.append(input, make("span", "", option));
    root.append(label);
    return input;
  });
  root.append(answer);
  el.append(root);

  function draw() {
    const said = model.get("said");
    root.dataset.locked = String(Boolean(model.get("locked")));
    inputs.forEach((input, index) => {
      input.checked = model.get("chosen") === index;
      input.disabled = Boolean(model.get("locked"));
    });
    root.dataset.kind = said.kind;
    const word = said.kind === "right" ? `✓ ${say.right}. ` : said.kind === "wrong" ? `✗ ${say.wrong}. ` : "";
    answer.textContent = word + said.text;
  }

  const TRAITS = ["change:said", "change:chosen", "change:locked"];
  for (const trait of TRAITS) model.on(trait, draw);
  draw();
  return () => TRAITS.forEach((trait) => model.off(trait, draw));
}

export default { render };
