// The editor of a cell: CodeMirror, and the colours of Python for text that is only shown.

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python, pythonLanguage } from "@codemirror/lang-python";
import { bracketMatching, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, Prec } from "@codemirror/state";
import { drawSelection, EditorView, keymap } from "@codemirror/view";
import { classHighlighter, highlightCode } from "@lezer/highlight";

// An editor in `parent`. `run(next)`, called by Ctrl+Enter and, with true, by Shift+Enter, returns true;
// `changed(text)` after every change. Tab indents; after Escape it leaves the editor.
export function createEditor(parent, { text, label, hint, run, changed, at = null }) {
  const runs = Prec.highest(
    keymap.of([
      { key: "Shift-Enter", run: () => run(true) },
      { key: "Mod-Enter", run: () => run(false) },
    ]),
  );
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      selection: at == null ? undefined : { anchor: Math.min(at, text.length) },
      extensions: [
        runs,
        history(),
        drawSelection(),
        bracketMatching(),
        indentUnit.of("    "),
        EditorState.tabSize.of(4),
        keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
        python(),
        syntaxHighlighting(classHighlighter),
        EditorView.contentAttributes.of({
          "aria-label": label,
          "aria-describedby": hint,
          translate: "no",
          autocapitalize: "off",
          autocorrect: "off",
          spellcheck: "false",
        }),
        EditorView.updateListener.of(
          (update) => update.docChanged && changed(update.state.doc.toString()),
        ),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    set(now) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: now } });
    },
    focus: () => view.focus(),
    remove: () => view.destroy(),
  };
}

// Python as nodes in colours.
export function coloured(code) {
  const nodes = [];
  highlightCode(
    code,
    pythonLanguage.parser.parse(code),
    classHighlighter,
    (text, classes) => {
      const node = document.createElement(classes ? "span" : "template");
      if (!classes) return nodes.push(document.createTextNode(text));
      node.className = classes;
      node.textContent = text;
      nodes.push(node);
    },
    () => nodes.push(document.createTextNode("\n")),
  );
  return nodes;
}
