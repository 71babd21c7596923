// Live pages: every cell of a chapter can be run, changed and checked on the page itself.
//
// The page holds the buttons (book/_ext/live_pages.py). Nothing else is loaded before one of them
// is touched: then Python starts in a worker (worker.js), and the editor is fetched (editor.js).

const script = document.currentScript;
const words = JSON.parse(script.dataset.words);
const folder = new URL(".", script.src);
const chapter = script.dataset.chapter;

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

// --- What the reader has typed, kept in the reader's own browser ----------------------------------

const KEY = "chainrule.code";

function readCode() {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY));
    const isOurs = stored !== null && typeof stored === "object" && !Array.isArray(stored);
    return isOurs ? stored : {};
  } catch {
    return {}; // storage refused, or not ours
  }
}

// Only this cell's entry is changed: another tab may have written others.
function keepCode(id, text) {
  try {
    const all = readCode();
    all[chapter] = { ...all[chapter], [id]: text ?? undefined };
    localStorage.setItem(KEY, JSON.stringify(all));
  } catch {
    // Then it lasts until the page is left.
  }
}

// --- Cells ---------------------------------------------------------------------------------------

class Cell {
  constructor(bar) {
    this.bar = bar;
    this.id = bar.dataset.cell;
    this.el = bar.closest("div.cell");
    this.input = bar.closest(".cell_input");
    this.pre = this.input.querySelector("pre");
    this.printed = [...this.el.querySelectorAll(".cell_output")]; // in the book
    this.original = this.pre.textContent.replace(/\n$/, "");
    this.status = bar.nextElementSibling;
    this.isExercise = bar.hasAttribute("data-exercise");
    this.editor = null;
    this.output = null;
    const kept = this.isExercise ? readCode()[chapter]?.[this.id] : undefined;
    if (this.isExercise) this.open(kept);
  }

  get text() {
    return this.editor?.text() ?? this.pre.textContent.replace(/\n$/, "");
  }

  // The block of code itself can be typed in until the editor takes its place.
  open(kept) {
    if (typeof kept === "string" && kept !== this.original) this.pre.textContent = kept;
    this.pre.contentEditable = "plaintext-only";
    if (this.pre.contentEditable !== "plaintext-only") this.pre.contentEditable = "true";
    const label = { role: "textbox", "aria-multiline": "true", "aria-label": words.answer };
    for (const [name, value] of Object.entries(label)) this.pre.setAttribute(name, value);
    this.pre.spellcheck = false;
    // Not when the Tab key comes by: it would be held here.
    for (const begin of ["click", "beforeinput"]) {
      this.pre.addEventListener(begin, () => actions.edit(this));
    }
    this.pre.addEventListener("input", () => this.changed(this.text));
  }

  async edit() {
    if (this.editor) return this.editor.focus();
    const { createEditor } = await editorModule();
    if (this.editor) return;
    const hadFocus = this.pre.contains(document.activeElement);
    const at = hadFocus ? caretIn(this.pre) : null;
    const place = element("div", { class: "cr-editor", translate: "no" });
    const block = this.pre.closest("div.highlight");
    block.before(place);
    this.editor = createEditor(place, {
      text: this.text,
      at,
      label: this.isExercise ? words.answer : words.editor,
      hint: "cr-live-keys",
      run: (next) => {
        if (isAble(this)) session.run(this, { next }); // once more, if it is running
        return true;
      },
      changed: (text) => this.changed(text),
    });
    block.hidden = true;
    this.input.classList.add("cr-editing");
    this.editor.focus();
    this.showButtons();
  }

  changed(text) {
    if (this.isExercise) keepCode(this.id, text === this.original ? null : text);
    if (session.isOpen) session.send({ do: "edit", id: this.id, source: text });
    this.showButtons();
  }

  startAgain() {
    if (this.editor) this.editor.set(this.original);
    else this.pre.textContent = this.original;
    this.changed(this.original);
  }

  // Where the output of a run goes: in the place of what the book has printed.
  begin() {
    this.output?.remove();
    const attributes = { class: "cell_output cr-live-output", "aria-live": "polite" };
    this.output = element("div", { ...attributes, translate: "no" });
    this.status.after(this.output);
    for (const old of this.printed) old.hidden = true;
    this.shownAsPrinted = false;
    this.stream = null;
  }

  showPrinted() {
    this.output?.remove();
    this.output = null;
    for (const old of this.printed) old.hidden = false;
    this.say("");
  }

  print(stream, text) {
    if (this.stream?.name !== stream) {
      const pre = element("pre", { class: `cr-live-${stream}` });
      this.output.append(element("div", { class: "highlight" }, pre));
      this.stream = { name: stream, pre, waiting: [] };
    }
    const { waiting, pre } = this.stream;
    if (waiting.length === 0) {
      requestAnimationFrame(() => pre.append(waiting.splice(0).join("")));
    }
    waiting.push(text);
  }

  async show(kind, text) {
    this.stream = null;
    const place = element("div", { class: "cr-live-shown" });
    this.output.append(place);
    if (kind === "html") {
      place.innerHTML = text;
      // What is set this way does not run: an explorable comes alive by its script.
      for (const dead of place.querySelectorAll("script:not([type='application/json'])")) {
        dead.replaceWith(element("script", {}, dead.textContent));
      }
    } else if (kind === "markdown") {
      place.append(...(await source(text)));
    } else {
      place.append(element("div", { class: "highlight" }, element("pre", {}, text)));
    }
  }

  fail({ short, full }) {
    this.stream = null;
    const pre = (text) => element("pre", { class: "cr-live-stderr" }, text);
    const box = element("div", { class: "highlight" }, pre(short.trimEnd()));
    if (full !== short) {
      const whole = element("details", { class: "cr-live-trace" });
      whole.append(element("summary", {}, words.trace), pre(full.trimEnd()));
      box.append(whole);
    }
    this.output.append(box);
  }

  say(text, ...more) {
    this.status.replaceChildren(...(text ? [text] : []), ...more);
  }

  // An exercise whose checks all say "right" is marked as solved.
  judge() {
    if (!this.isExercise) return;
    const text = this.output.textContent;
    const box = this.el.nextElementSibling?.querySelector("input[data-exercise]");
    const verdicts = text.match(/^[✓✗]/gmu) ?? [];
    if (!box || box.checked || !verdicts.length || verdicts.includes("✗")) return;
    box.checked = true;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  showButtons() {
    const again = this.bar.querySelector("[data-do='again']");
    if (again) again.hidden = this.text === this.original;
    const edit = this.bar.querySelector("[data-do='edit']");
    if (edit) edit.hidden = this.editor !== null;
  }
}

// The place of the caret in an element, in characters.
function caretIn(el) {
  const selection = getSelection();
  if (!selection.rangeCount) return 0;
  const range = selection.getRangeAt(0).cloneRange();
  range.setStart(el, 0);
  return range.toString().length;
}

// What show_source displays: the name of a file, and its text.
async function source(markdown) {
  const [, file, code] = markdown.match(/^`(.*)`\n\n```python\n([\s\S]*)```$/) ?? [];
  const pre = (...text) => element("div", { class: "highlight" }, element("pre", {}, ...text));
  if (!file) return [pre(markdown)];
  const { coloured } = await editorModule();
  const name = element("code", { class: "docutils literal notranslate" }, file);
  return [element("p", {}, name), pre(...coloured(code))];
}

let editor = null;
function editorModule() {
  editor ??= import(new URL("editor.js", folder)).catch((error) => {
    editor = null; // the next press tries again
    throw error;
  });
  return editor;
}

// --- The session: a worker with Python, from the first press on ----------------------------------

const session = {
  worker: null,
  isOpen: false, // the worker knows the cells
  cells: null, // { cells: [[id, source]], figures: [id] }
  running: null, // the cell that was pressed
  waiting: [], // those that were pressed after it
  died: null,
  opening: null,

  // The same for all who ask before it is open.
  start() {
    this.opening ??= this.open();
    return this.opening;
  },

  async open() {
    const worker = new Worker(new URL("worker.js", folder), { type: "module" });
    this.worker = worker;
    worker.onmessage = ({ data }) => hear[data.say]?.(data);
    // Without words it is the script itself that could not be loaded.
    worker.onerror = ({ message }) =>
      hear.died(message ? { why: message } : { why: "worker.js", while: "open" });
    this.died = null;
    try {
      const answer = await fetch(new URL(`cells/${chapter}.json`, folder));
      if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
      this.cells ??= await answer.json();
    } catch (error) {
      if (this.worker === worker) hear.died({ why: String(error.message), while: "open" });
      return;
    }
    if (this.worker !== worker) return; // stopped, or died, and perhaps started anew
    const now = this.cells.cells.map(([id, text]) => [id, all.get(id)?.text ?? text]);
    const language = document.documentElement.lang;
    this.send({ do: "open", cells: now, language, folder: folder.href });
    this.isOpen = true;
  },

  send(message) {
    this.worker?.postMessage(message);
  },

  stop() {
    if (this.worker) {
      this.worker.onmessage = this.worker.onerror = null; // it may complain while it ends
      this.worker.terminate();
    }
    this.worker = null;
    this.opening = null;
    this.isOpen = false;
    const { running, waiting } = this;
    this.running = null;
    this.waiting = [];
    markStale([]);
    for (const cell of all.values()) cell.el.classList.remove("cr-ran", "cr-running");
    for (const { cell } of waiting) cell.say(words.restarted);
    if (running) setRunning(running.cell, false);
    return running?.cell;
  },

  async run(cell, options = {}) {
    const task = { cell, ...options };
    if (this.running) {
      this.waiting = [...this.waiting.filter((other) => other.cell !== cell), task];
      cell.say(words.waits);
      return;
    }
    this.running = task;
    setRunning(cell, true);
    cell.say(words.starts);
    await this.start();
    if (this.running !== task || this.died) return;
    this.send({ do: "run", id: cell.id, all: options.all, figures: this.cells.figures });
  },
};

function setRunning(cell, isOn) {
  cell.el.classList.toggle("cr-running", isOn);
  const button = cell.bar.querySelector("[data-do='run']");
  button.textContent = isOn ? words.stop : cell.isExercise ? words.check : words.run;
}

const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

// What the worker says.
const hear = {
  loading({ left, total }) {
    const cell = session.running?.cell;
    if (!cell) return;
    const bar = element("progress", {
      max: total,
      value: total - left,
      "aria-label": words.loading,
    });
    cell.say(left ? fill(words.left, { left: megabytes(left) }) : words.starting, " ", bar);
  },
  ready() {
    session.running?.cell.say(words.runs);
  },
  planned({ before }) {
    const cell = session.running?.cell;
    cell?.say(before.length ? fill(words.first, { n: before.length }) : words.runs);
  },
  begins({ id }) {
    all.get(id)?.begin();
  },
  printed({ id, stream, text }) {
    // How far a training is, beside the button of the cell that was pressed.
    if (stream === "progress") session.running?.cell.say(text);
    else all.get(id)?.print(stream, text);
  },
  shown({ id, kind, text }) {
    const cell = all.get(id);
    if (cell) cell.shown = cell.show(kind, text).catch((error) => cell.say(error.message));
  },
  ran({ id, error, above, first }) {
    const cell = all.get(id);
    if (!cell) return;
    cell.el.classList.add("cr-ran");
    cell.el.classList.remove("cr-stale");
    if (error) cell.fail(error);
    if (above) return cell.say(words.ran_for_below);
    if (error) cell.say(words.failed);
    else
      cell.say(
        first ? fill(first === 1 ? words.ran_one : words.ran_more, { n: first }) : words.ran,
      );
    requestAnimationFrame(() => {
      cell.judge();
      document.dispatchEvent(new Event("cr-output")); // a box that scrolls gets a tab stop
    });
  },
  async done({ failed, stale }) {
    const task = session.running;
    const { cell, next } = task;
    await cell.shown; // colours are fetched
    if (session.running !== task) return;
    setRunning(cell, false);
    if (failed) cell.say(words.failed_above, " ", jump(failed));
    markStale(stale);
    session.running = null;
    const following = session.waiting.shift();
    if (next && nextOf(cell)) actions.edit(nextOf(cell));
    if (following) session.run(following.cell, following);
  },
  stale({ stale }) {
    markStale(stale);
  },
  died({ why, while: doing }) {
    session.died = why;
    const cell = session.stop();
    cell?.say(fill(doing === "open" ? words.not_loaded : words.died, { why }), " ", ...instead());
  },
};

function markStale(stale) {
  for (const cell of all.values()) {
    const is = stale.includes(cell.id);
    if (is !== cell.el.classList.contains("cr-stale")) cell.say(is ? words.stale : "");
    cell.el.classList.toggle("cr-stale", is);
  }
}

function jump(id) {
  const cell = all.get(id);
  if (!cell) return "";
  const link = element("button", { type: "button", class: "cr-live-link" }, words.show_it);
  link.addEventListener("click", () => {
    unfold(cell.el);
    cell.el.scrollIntoView({ block: "center" });
    cell.bar.querySelector("button").focus({ preventScroll: true });
  });
  return link;
}

function unfold(el) {
  // What a guess folds opens as it does for the browser's own search (guess/folds.js).
  el.dispatchEvent(new Event("beforematch", { bubbles: true }));
  for (let at = el; at; at = at.parentElement?.closest("details")) {
    if (at.matches("details")) at.open = true;
  }
}

// What works where this page cannot.
function instead() {
  const links = [...document.querySelectorAll(".cr-open a")].map((link) => link.cloneNode(true));
  return [words.instead, " ", ...links.flatMap((link) => [link, " · "]).slice(0, -1)];
}

// --- Buttons -------------------------------------------------------------------------------------

const all = new Map(
  [...document.querySelectorAll(".cr-live")].map((bar) => [bar.dataset.cell, new Cell(bar)]),
);
const cellOf = (target) => all.get(target.closest?.(".cr-live")?.dataset.cell);
const isFolded = (cell) => cell.bar.closest("details:not([open])") !== null;
function nextOf(cell) {
  const cells = [...all.values()];
  return cells.slice(cells.indexOf(cell) + 1).find((other) => !isFolded(other));
}

// Why this page can run nothing; "" if it can.
const reason =
  location.protocol === "file:"
    ? words.from_file
    : typeof WebAssembly !== "object" || typeof Worker !== "function"
      ? words.too_old
      : "";

function isAble(cell) {
  if (reason) cell.say(reason, " ", ...instead());
  return !reason;
}

function press(cell) {
  if (session.running?.cell === cell) stop(cell);
  else if (isAble(cell)) session.run(cell);
}

function stop(cell) {
  session.stop();
  cell.say(words.stopped);
}

const actions = {
  run: (cell) => press(cell),
  edit: (cell) =>
    cell.edit().catch((error) => cell.say(fill(words.no_editor, { why: error.message }))),
  again: (cell) => cell.startAgain(),
  menu: (cell, button) => toggleMenu(cell, button),
  above: (cell) => isAble(cell) && session.run(cell, { all: true }),
  restart(cell) {
    session.stop()?.say(words.stopped);
    cell.say(words.restarted);
  },
  printed: (cell) => cell.showPrinted(),
};

function toggleMenu(cell, button) {
  const open = cell.bar.querySelector(".cr-live-menu");
  button.setAttribute("aria-expanded", String(!open));
  if (open) return open.remove();
  const entries = ["above", "restart"];
  if (cell.output) entries.push("printed");
  if (cell.text !== cell.original) entries.push("again");
  const items = entries.map((key) =>
    element("button", { type: "button", "data-do": key }, words[`do_${key}`]),
  );
  button.after(element("div", { class: "cr-live-menu" }, ...items));
}

function closeMenus(but) {
  for (const menu of document.querySelectorAll(".cr-live-menu")) {
    if (menu.parentElement === but) continue;
    const button = menu.previousElementSibling;
    button.setAttribute("aria-expanded", "false");
    if (menu.contains(document.activeElement)) button.focus(); // or it would be lost
    menu.remove();
  }
}

document.addEventListener("click", ({ target, detail }) => {
  const button = target.closest?.(".cr-live [data-do]");
  if (detail > 1 && button?.dataset.do === "run") return; // the second click of two would stop it
  const cell = button && cellOf(button); // now: a menu's button goes with its menu
  closeMenus(button?.dataset.do === "menu" ? button.parentElement : null);
  if (button) actions[button.dataset.do](cell, button);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelector(".cr-live-menu")?.previousElementSibling.focus();
  closeMenus(null);
});

// Python starts while the reader is still on the way to the button.
function startSoon({ target }) {
  if (!reason && target.closest?.(".cr-live, .cr-editor, pre[contenteditable]")) session.start();
}
document.addEventListener("pointerover", startSoon);
document.addEventListener("focusin", startSoon);

document.body.append(element("p", { id: "cr-live-keys", hidden: "" }, words.keys));
for (const cell of all.values()) cell.showButtons();
