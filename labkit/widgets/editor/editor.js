// The editor of a file that lies on disk: it draws the trait `disk`, tells unsaved text by `draft`, and sends `save`.
// What is found in the text comes from Python, by the trait `found`, and stands under the lines. So do the words.
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { dockerFile } from "@codemirror/legacy-modes/mode/dockerfile";
import { EditorState, StateEffect, StateField, Transaction } from "@codemirror/state";
import { Decoration, drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers, WidgetType } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const PAUSE = 250;
const SIGNS = { error: "✗", lost: "!", remark: "i" };

const make = (tag, className, text) => Object.assign(document.createElement(tag), { className, textContent: text ?? "" });
const plain = (text) => text.replace(/\r\n?/g, "\n");

class Finding extends WidgetType {
  constructor(found, say) {
    super();
    Object.assign(this, { found, say });
  }
  eq(other) {
    return JSON.stringify(other.found) === JSON.stringify(this.found);
  }
  toDOM() {
    const box = make("div", "dd-found");
    box.dataset.kind = this.found.kind;
    box.append(make("span", "dd-found-sign", `${SIGNS[this.found.kind]} ${this.say[`found_${this.found.kind}`]}`), make("span", "", this.found.what));
    if (this.found.do) box.append(make("span", "dd-found-do", this.found.do));
    return box;
  }
}

const setFound = StateEffect.define();

// The findings move with their lines while the text is being changed, until new ones come.
const foundField = (say) => StateField.define({
  create: () => Decoration.none,
  update(marks, change) {
    marks = marks.map(change.changes);
    for (const effect of change.effects) {
      if (!effect.is(setFound)) continue;
      const { doc } = change.state;
      const all = effect.value.flatMap((found) => {
        const line = doc.line(Math.min(Math.max(found.line, 1), doc.lines));
        const mark = Decoration.line({ attributes: { class: "dd-found-line", "data-kind": found.kind } });
        return [mark.range(line.from), Decoration.widget({ widget: new Finding(found, say), block: true, side: 1 }).range(line.to)];
      });
      marks = Decoration.set(all, true);
    }
    return marks;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--dd-blue)", fontWeight: "600" },
  { tag: tags.comment, color: "var(--dd-soft)" },
  { tag: tags.string, color: "var(--dd-green)" },
]);

function render({ model, el }) {
  const say = model.get("words");
  const root = make("section", "dd-editor");
  const head = make("header", "dd-head");
  const name = make("strong", "dd-file", model.get("name"));
  const status = make("span", "dd-facts");
  const save = make("button", "dd-button", say.save);
  const clash = make("div", "dd-clash");
  const theirs = make("button", "dd-button", say.take_disk);
  const mine = make("button", "dd-button", say.keep_mine);
  const place = make("div", "dd-text");
  const told = make("p", "dd-told");
  for (const button of [save, theirs, mine]) button.type = "button";
  root.setAttribute("aria-label", `${say.editor} ${model.get("name")}`);
  // JupyterLab would take the keys for its own commands: Ctrl-S would save the notebook.
  root.dataset.lmSuppressShortcuts = "true";
  clash.setAttribute("role", "alert");
  told.setAttribute("role", "status");
  clash.append(make("span", "", say.clash), theirs, mine);
  head.append(name, status, save);
  root.append(head, clash, place, told);
  el.append(root);

  let base = model.get("disk");
  let other = null;
  let sent = null;
  let drafted = null;
  let timer = 0;

  const field = foundField(say);
  const begin = (text) => EditorState.create({
    doc: plain(text),
    extensions: [
      lineNumbers(), history(), drawSelection(), highlightActiveLine(), EditorView.lineWrapping, field,
      StreamLanguage.define(dockerFile), syntaxHighlighting(colours),
      keymap.of([{ key: "Mod-s", run: () => (write(base.digest), true), preventDefault: true }, ...defaultKeymap, ...historyKeymap]),
      EditorState.readOnly.of(!base.readable),
      EditorView.contentAttributes.of({ "aria-label": `${say.editor} ${model.get("name")}` }),
      EditorView.updateListener.of((update) => update.docChanged && changed()),
      EditorView.domEventHandlers({ blur: () => { tell(); } }),
    ],
  });
  const view = new EditorView({ state: begin(model.get("draft") ?? base.text), parent: place });
  const text = () => view.state.doc.toString();
  const isDraft = () => text() !== plain(base.text);

  function changed() {
    draw();
    clearTimeout(timer);
    timer = setTimeout(tell, PAUSE);
  }

  // What Python knows of unsaved text: it reads it, and a check saves it first.
  function tell() {
    clearTimeout(timer);
    const draft = isDraft() ? ending(text()) : null;
    drafted = draft ?? drafted;
    if (model.get("draft") === draft) return;
    model.set("draft", draft);
    model.save_changes();
  }

  const ending = (lines) => (base.text.includes("\r\n") ? lines.replace(/\n/g, "\r\n") : lines);

  function write(over) {
    tell();
    sent = ending(text());
    model.send({ do: "save", text: sent, over });
  }

  function put(lines) {
    const now = text();
    const wanted = plain(lines);
    let from = 0;
    while (from < now.length && from < wanted.length && now[from] === wanted[from]) from += 1;
    let cut = 0;
    while (cut < now.length - from && cut < wanted.length - from && now[now.length - 1 - cut] === wanted[wanted.length - 1 - cut]) cut += 1;
    view.dispatch({ changes: { from, to: now.length - cut, insert: wanted.slice(from, wanted.length - cut) }, annotations: Transaction.userEvent.of("disk") });
  }

  // The file on disk is the truth: it replaces a text that nobody has changed, and is never overwritten unasked.
  function onDisk() {
    const disk = model.get("disk");
    const clean = !isDraft();
    if (clean || disk.text === sent || disk.text === drafted || plain(disk.text) === text()) {
      base = disk;
      other = null;
      if (clean) put(disk.text);
    } else {
      other = disk;
    }
    sent = null;
    tell();
    draw();
  }

  function draw() {
    const draft = isDraft();
    root.dataset.status = other ? "clash" : draft ? "draft" : "saved";
    status.textContent = !base.readable ? say.not_readable : other ? say.clash_short : draft ? say.not_saved : base.there ? say.saved : say.not_there;
    save.disabled = !base.readable || Boolean(other) || !draft;
    clash.hidden = !other;
  }

  function onFound() {
    const found = model.get("found");
    view.dispatch({ effects: setFound.of(found) });
    const first = found[0];
    told.textContent = model.get("said") || (first ? `${say.findings}: ${found.length}. ${say.line} ${first.line}: ${first.what}` : "");
  }

  save.addEventListener("click", () => write(base.digest));
  mine.addEventListener("click", () => write(other.digest));
  theirs.addEventListener("click", () => {
    base = other;
    other = null;
    put(base.text);
    tell();
    draw();
    view.focus();
  });
  const listeners = { "change:disk": onDisk, "change:found": onFound, "change:said": onFound };
  for (const [event, listener] of Object.entries(listeners)) model.on(event, listener);
  draw();
  onFound();
  return () => {
    tell();
    for (const [event, listener] of Object.entries(listeners)) model.off(event, listener);
    view.destroy();
  };
}

export default { render };
