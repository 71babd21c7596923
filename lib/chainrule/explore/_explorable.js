// The kit that all explorables share: words, numbers, elements, controls, drawings. It keeps no
// state: every function returns what it makes, so that several explorables can share a page.
//
// A part is { el, unbind }: an element, and the function that stops it from listening to the model.

// --- Words -----------------------------------------------------------------------------------

// The words of the page's language, or of its first part ("ko" for "ko-KR"), or the English ones.
export function wordsOf(model, language = document.documentElement.lang) {
  const all = model.get("words");
  return all[language] ?? all[language.split("-")[0]] ?? all.en;
}

// fill("layer {n}", { n: 3 }) is "layer 3".
export function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

// The options of a choice: each key with its word, or with itself where it has none.
export function named(words, keys) {
  return keys.map((key) => [key, words[key] ?? key]);
}

// --- Numbers ---------------------------------------------------------------------------------
// All with a real minus sign, and never "−0". Halves are rounded away from zero.

export const range = (n) => Array.from({ length: n }, (_, i) => i);
export const sum = (values) => values.reduce((a, b) => a + b, 0);
export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

// The sign in front of the text of a number's absolute value; text without any digit but 0 has none.
// What is no finite number has a sign of its own.
function withSign(value, text) {
  if (Number.isNaN(value)) return "?";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text;
}

// To so many significant digits: 0.1966, 8.6·10⁻⁸, −1.500, 12000.
export function significant(value, digits = 4) {
  if (value === 0 || !Number.isFinite(value)) return withSign(value, "0");
  const rounded = Math.abs(Number(value.toPrecision(digits)));
  const [mantissa, exponent] = rounded.toExponential(digits - 1).split("e");
  const e = Number(exponent);
  const text =
    Math.abs(e) > 4
      ? `${mantissa}·10${superscript(e)}`
      : rounded.toFixed(Math.max(0, digits - 1 - e));
  return withSign(value, text);
}

// To exactly so many decimals: −1.50.
export function fixed(value, decimals) {
  return withSign(value, Math.abs(value).toFixed(decimals));
}

// The same, with a sign before every number: +1.50. What rounds to zero keeps the sign it had.
export function signed(value, decimals) {
  return (value < 0 ? "−" : "+") + fixed(Math.abs(value), decimals);
}

// To at most so many decimals: −1.5.
export function rounded(value, decimals = 6) {
  return trimmed(fixed(value, decimals));
}

// The text of a number without the zeros at the end of its decimals.
export function trimmed(text) {
  return text.replace(/(\.\d*?)0+(?=$|·)/, "$1").replace(/\.(?=$|·)/, "");
}

// A whole number with its thousands set apart: 28,740.
export function grouped(n) {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ",");
}

// A whole number as an exponent: 10 is "¹⁰".
export function superscript(n) {
  return String(n).replace(/./g, (c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c]));
}

// A whole number as an index: 10 is "₁₀".
export function subscript(n) {
  return String(n).replace(/\d/g, (c) => "₀₁₂₃₄₅₆₇₈₉"[c]);
}

// --- Elements --------------------------------------------------------------------------------

// An HTML element. Its children may be texts, numbers, elements, parts and what svg() describes.
export function html(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  setAttributes(node, {}, attributes);
  node.append(...children.map(toNode));
  return node;
}

const toNode = (child) => child?.el ?? createNode(child);

// The description of an SVG element, as plain data, from which a drawing is made and updated.
// `children` are texts, numbers and more descriptions.
export function svg(tag, attributes = {}, ...children) {
  return { tag, attributes, children };
}

// Change a node's attributes from `old` to `now`; false, null and undefined stand for none.
function setAttributes(node, old, now) {
  for (const name of Object.keys(old)) if (!(name in now)) node.removeAttribute(name);
  for (const [name, value] of Object.entries(now)) {
    if (value === old[name]) continue;
    if (value === false || value == null) node.removeAttribute(name);
    else node.setAttribute(name, value === true ? "" : value);
  }
}

const isText = (child) => typeof child === "string" || typeof child === "number";

function createNode(child) {
  if (isText(child)) return document.createTextNode(child);
  if (child instanceof Node) return child;
  if (!child?.tag)
    throw new TypeError(`a child must be a text, an element or a part, got ${child}`);
  const node = document.createElementNS("http://www.w3.org/2000/svg", child.tag);
  setAttributes(node, {}, child.attributes);
  node.append(...child.children.map(createNode));
  return node;
}

// Change the children of a node from the descriptions `old` to `now`. Creating elements and laying
// them out is slow, so a node whose place and tag stay the same is kept, and only what differs is set.
function updateChildren(parent, old, now) {
  now.forEach((child, i) => {
    const before = old[i];
    const node = parent.childNodes[i];
    if (before === undefined) parent.append(createNode(child));
    else if (isText(child) && isText(before)) {
      if (child !== before) node.data = child;
    } else if (child.tag !== before.tag) node.replaceWith(createNode(child));
    else {
      setAttributes(node, before.attributes, child.attributes);
      updateChildren(node, before.children, child.children);
    }
  });
  while (parent.childNodes.length > now.length) parent.lastChild.remove();
}

// --- State -----------------------------------------------------------------------------------

// Some of the model's values: { name: value }.
export function getState(model, names) {
  return Object.fromEntries(names.map((name) => [name, model.get(name)]));
}

// Compared by content: a list that has been to a kernel and back is another object.
const isEqual = (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b);

// Set several values of the model at once.
export function setState(model, values) {
  for (const [name, value] of Object.entries(values)) model.set(name, value);
  model.save_changes();
}

// Call the listener when one of the model's values changes. Returns the function that ends it.
export function watch(model, names, listener) {
  for (const name of names) model.on(`change:${name}`, listener);
  return () => {
    for (const name of names) model.off(`change:${name}`, listener);
  };
}

// --- Controls --------------------------------------------------------------------------------
// Native inputs, each inside its label, so that no id is needed. Each is bound to one name of the
// model, both ways: what the reader sets is saved, what Python sets is shown.

// A browser that goes back to a page without having kept it fills in what was in the inputs, and only
// that: the model, the picture and the sentences start anew. It leaves these alone.
const inputOf = (attributes) => html("input", { autocomplete: "off", ...attributes });

function bindInput(model, name, read, write, input, event = "input") {
  input.addEventListener(event, () => setState(model, { [name]: read() }));
  const show = () => write(model.get(name));
  show();
  return watch(model, [name], show);
}

// Whether a label has no word, as in "x₁ =": a browser's translator must leave it alone.
const isFormula = (label) => !/\p{L}{3}|\p{Script=Hangul}/u.test(label);

// A slider. `text(value)` is its value as it is written, and read aloud. `marks` are
// [value, label, side], shown below its track: the label begins ("start") or ends ("end") at the
// value's place. `max` may be a function of `others`, names of the model: the slider ends there, and
// a value beyond is set to it.
export function slider(
  model,
  name,
  { label, min, max, step = 1, text = rounded, marks = [], others = [] },
) {
  const last = () => (typeof max === "function" ? max() : max);
  const input = inputOf({ type: "range", name, min, max: last(), step });
  // Not an <output>: the label would be its name, and the input would have none.
  const output = html("span", { class: "cr-output", "aria-hidden": "true" });
  const write = (value) => {
    input.value = value;
    output.textContent = text(value);
    input.setAttribute("aria-valuetext", text(value));
  };
  const fit = () => {
    input.max = last();
    if (model.get(name) > last()) setState(model, { [name]: last() });
  };
  const unwatch = watch(model, others, fit);
  const unbindInput = bindInput(model, name, () => Number(input.value), write, input);
  const unbind = () => {
    unwatch();
    unbindInput();
  };
  const translate = isFormula(label) && "no";
  const head = html("span", { class: "cr-label", translate }, label, " ", output);
  const ticks = marks.map(([value, mark, side]) =>
    html("span", { class: `cr-${side}`, style: `--at: ${(value - min) / (last() - min)}` }, mark),
  );
  const row = html("span", { class: "cr-marks", "aria-hidden": "true" }, ...ticks);
  const el = html("label", { class: "cr-slider" }, head, input, ...(marks.length ? [row] : []));
  return { el, unbind };
}

// One of a few values, texts or numbers: radio buttons. `options` are [value, label].
export function choice(model, name, { label, options }) {
  const inputs = options.map(([value]) => inputOf({ type: "radio", name, value }));
  const labels = options.map(([, text], i) => html("label", {}, inputs[i], " ", text));
  // Radio buttons of one name belong together within their form: each choice is a form of its own.
  const el = html(
    "form",
    { class: "cr-choice" },
    html("fieldset", {}, html("legend", {}, label), ...labels),
  );
  const read = () => options[inputs.findIndex((input) => input.checked)][0];
  const write = (value) => {
    for (const [i, input] of inputs.entries()) input.checked = options[i][0] === value;
  };
  return { el, unbind: bindInput(model, name, read, write, el, "change") };
}

// On or off: a checkbox.
export function toggle(model, name, { label }) {
  const input = inputOf({ type: "checkbox", name });
  const el = html("label", { class: "cr-toggle" }, input, " ", label);
  const write = (value) => {
    input.checked = value;
  };
  return { el, unbind: bindInput(model, name, () => input.checked, write, input, "change") };
}

// One entry of the list `name`, as a model of its own that a slider can be bound to.
export function listEntry(model, name, i) {
  const event = `change:${name}`;
  return {
    get: () => model.get(name)[i],
    set: (_, value) =>
      model.set(
        name,
        model.get(name).map((old, k) => (k === i ? value : old)),
      ),
    save_changes: () => model.save_changes(),
    on: (_, listener) => model.on(event, listener),
    off: (_, listener) => model.off(event, listener),
  };
}

// A number field for each entry of the matrix `name`, a list of rows; `label(i, j)` names each. What
// is no number, or not in min … max, is marked as invalid and does not reach the model.
export function matrixInput(model, name, { label, min, max, step = "any" }) {
  const attributes = { type: "number", min, max, step, inputmode: "decimal" };
  const fields = model
    .get(name)
    .map((row, i) => row.map((_, j) => inputOf({ ...attributes, name: `${name}${i}${j}` })));
  const rows = fields.map((row, i) =>
    html("div", {}, ...row.map((field, j) => html("label", { "aria-label": label(i, j) }, field))),
  );
  const el = html("div", { class: "cr-matrix" }, ...rows);
  const isValid = ({ value }) => value !== "" && value >= min && value <= max;
  el.addEventListener("input", ({ target }) => {
    target.setAttribute("aria-invalid", !isValid(target));
    if (!isValid(target)) return;
    const read = (value, i, j) => (fields[i][j] === target ? Number(target.value) : value);
    const matrix = model.get(name).map((row, i) => row.map((value, j) => read(value, i, j)));
    setState(model, { [name]: matrix });
  });
  // A browser that writes 0.5 would drop the comma of 0,5, and read 5.
  el.addEventListener("beforeinput", (event) => {
    if (event.data !== ",") return;
    event.preventDefault();
    document.execCommand("insertText", false, ".");
  });
  const show = (field, value) => {
    if (field.value !== "" && Number(field.value) === value) return; // "1." is being typed
    field.value = value;
    field.setAttribute("aria-invalid", false);
  };
  const showAll = () => {
    for (const [i, row] of model.get(name).entries()) {
      for (const [j, value] of row.entries()) show(fields[i][j], value);
    }
  };
  showAll();
  return { el, unbind: watch(model, [name], showAll) };
}

// Buttons that each do something: `actions` are [label, act].
export function buttons(...actions) {
  const all = actions.map(([label, act]) => {
    const button = html("button", { type: "button" }, label);
    button.addEventListener("click", act);
    return button;
  });
  return { el: html("div", { class: "cr-buttons" }, ...all), unbind() {} };
}

// Back, forward and play through 0 … max() of the whole number `name`; words.back, .forward, .play,
// .pause. `others` are the names that max() depends on. A reader who wants reduced motion has no play
// button. At an end a button does nothing, but keeps the focus.
export function stepper(model, name, { max, words, every = 900, others = [] }) {
  let timer = 0;
  let isOwn = false;
  const go = (value) => {
    isOwn = true;
    setState(model, { [name]: clamp(value, 0, max()) });
    isOwn = false;
  };
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    show();
  };
  const tick = () => (model.get(name) < max() ? go(model.get(name) + 1) : stop());
  const togglePlay = () => {
    if (timer) return stop();
    if (model.get(name) >= max()) go(0);
    timer = setInterval(tick, every);
    show();
  };
  const step = (by) => () => {
    stop();
    go(model.get(name) + by);
  };
  const { el } = buttons(
    [words.back, step(-1)],
    [words.forward, step(1)],
    [words.play, togglePlay],
  );
  const [back, forward, play] = el.children;
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) play.remove();
  function show() {
    back.setAttribute("aria-disabled", model.get(name) <= 0);
    forward.setAttribute("aria-disabled", model.get(name) >= max());
    play.textContent = timer ? words.pause : words.play;
  }
  show();
  const unwatchOthers = watch(model, others, show);
  const unwatch = watch(model, [name], () => (isOwn ? show() : stop())); // moved by something else
  const unbind = () => {
    clearInterval(timer);
    unwatchOthers();
    unwatch();
  };
  return { el, unbind };
}

// Follow a pointer pressed within a canvas. `grab(at, event)` returns what is taken there, if anything;
// then `follow(at, taken)` is called wherever the pointer goes, and `drop()` when it lets go. `at` is
// [x, y] in the drawing's pixels.
// A finger takes only what is made for it (cr-grab, or all of a cr-draggable): elsewhere it scrolls the
// page.
export function drag(el, grab, follow, drop = () => {}) {
  let taken = null;
  const at = (event) => {
    const box = el.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const release = () => {
    if (taken == null) return;
    taken = null;
    drop();
  };
  el.addEventListener("pointerdown", (event) => {
    const isMeant =
      event.pointerType === "mouse" || event.target.closest(".cr-grab, .cr-draggable");
    taken = isMeant ? grab(at(event), event) : null;
    if (taken == null) return;
    event.preventDefault(); // or text is selected, and near its edge the page scrolls
    el.setPointerCapture(event.pointerId);
    follow(at(event), taken);
  });
  el.addEventListener("pointermove", (event) => {
    if (event.buttons && taken != null) follow(at(event), taken);
  });
  el.addEventListener("pointerup", release);
  el.addEventListener("pointercancel", release);
  // Within an SVG `touch-action` has no effect: a finger would drag for a moment, and then scroll.
  const keepPage = (event) => event.target.closest(".cr-grab") && event.preventDefault();
  el.addEventListener("touchstart", keepPage, { passive: false });
}

// Buttons that set several names at once and say why. `groups` is { group: { key: { name: value } } }:
// a row of buttons after words[group]. Row and button together read as one sentence, which is the
// button's name. A note, words[`${key}_note`], stays as long as the button's state does.
export function presets(model, groups, words) {
  const states = Object.assign({}, ...Object.values(groups));
  const names = [...new Set(Object.values(states).flatMap(Object.keys))];
  const note = html("p", { class: "cr-note", "aria-live": "polite" });
  const button = (group, key) => {
    const attributes = { type: "button", "aria-label": `${words[group]} ${words[key]}` };
    const node = html("button", attributes, words[key]);
    node.addEventListener("click", () => setState(model, states[key]));
    return [key, node];
  };
  const rows = Object.entries(groups).map(([group, members]) => [
    group,
    Object.keys(members).map((key) => button(group, key)),
  ]);
  const isCurrent = (state) =>
    Object.entries(state).every(([name, value]) => isEqual(model.get(name), value));
  const show = () => {
    const pressed = Object.keys(states).find((key) => isCurrent(states[key]));
    for (const [key, node] of rows.flatMap(([, all]) => all)) {
      node.setAttribute("aria-pressed", key === pressed);
    }
    note.textContent = pressed ? words[`${pressed}_note`] : "";
  };
  show();
  const lines = rows.map(([group, all]) =>
    html("div", {}, `${words[group]} `, ...all.map(([, node]) => node)),
  );
  const el = html("div", { class: "cr-presets" }, ...lines, note);
  return { el, unbind: watch(model, names, show) };
}

// Things to do, one after another: each of `all` is { key, done, sets? }. words[`step_${key}`] says what
// to do and what to look for; as soon as the reader has changed something and done({ now, before, start })
// holds, with the plain states now, before that change and when the step began, words[`done_${key}`] takes
// its place. `sets` are the values that the step begins with, or a function of the state that returns
// them: whatever the reader did before, or skipped, the words then fit what is shown. The first step has
// none: the figure itself begins with them. At the end "Next" does nothing, but keeps the focus. "Start
// again" sets the model to what it was at first, too.
// A narrow screen keeps them at its foot; what is scrolled to stops above them, as it knows their height.
export function steps(model, words, all) {
  const names = model.get("names");
  const first = getState(model, names);
  let [at, isDone, start, before] = [0, false, first, first];
  const counted = (n) => fill(words.steps_count, { n, all: all.length });
  const count = html("b", {});
  const said = html("span", {});
  const isOver = () => at === all.length;
  const next = () => isOver() || begin(at + 1);
  const again = () => {
    setState(model, first);
    begin(0);
  };
  const { el: row } = buttons([words.steps_skip, next], [words.steps_again, again]);
  function show() {
    const { key } = all[at] ?? {};
    el.classList.toggle("cr-done", isDone);
    count.textContent = isOver() ? "" : counted(at + 1);
    said.textContent = isOver() ? words.steps_end : words[`${isDone ? "done" : "step"}_${key}`];
    row.firstChild.textContent = isDone || isOver() ? words.steps_next : words.steps_skip;
    row.firstChild.setAttribute("aria-disabled", isOver());
  }
  function begin(step) {
    const { sets } = all[step] ?? {};
    if (sets) setState(model, typeof sets === "function" ? sets(getState(model, names)) : sets);
    start = getState(model, names);
    [at, isDone, before] = [step, false, start];
    show();
  }
  // Only when all that is set at once is set.
  const look = () => {
    const now = getState(model, names);
    if (isDone || isOver() || names.every((name) => isEqual(now[name], before[name]))) return;
    isDone = all[at].done({ now, before, start });
    before = now;
    if (isDone) show();
  };
  // Every text is there, unseen, below the one that is shown: there is room for the longest of them.
  const texts = all.flatMap(({ key }) => [words[`step_${key}`], words[`done_${key}`]]);
  const room = [...texts, words.steps_end].map((each) =>
    html("span", { "aria-hidden": "true" }, html("b", {}, counted(1)), " ", each),
  );
  const live = html("p", { "aria-live": "polite" }, count, " ", said);
  const el = html("div", { class: "cr-steps" }, html("div", {}, live, ...room), row);
  tellHeight(el, "--x-steps", () => el.parentNode);
  begin(0);
  return { el, unbind: watch(model, names, () => queueMicrotask(look)) };
}

// --- Text ------------------------------------------------------------------------------------

// Text that follows the model. `live`: a screen reader reads it aloud, politely, when it changes.
export function liveText(model, names, { tag = "p", live = false, ...attributes }, text) {
  const el = html(tag, { ...attributes, "aria-live": live && "polite" });
  const write = () => {
    const now = text();
    if (el.textContent !== now) el.textContent = now;
  };
  write();
  return { el, unbind: watch(model, names, write) };
}

// A function that makes the sentences of an explorable, each a template of `words` filled with what
// `numbers()` returns. The template's key may be a function of these numbers; without a key the text is
// empty.
export function sentences(model, names, words, numbers) {
  return (key, options = {}) =>
    liveText(model, names, options, () => {
      const values = numbers();
      const now = typeof key === "function" ? key(values) : key;
      return now == null ? "" : fill(words[now], values);
    });
}

// --- The whole figure ------------------------------------------------------------------------

// Parts, most often a picture, that a narrow screen keeps in view while what follows them scrolls by.
// What follows knows their height, and stops below them when it is scrolled to.
export function held(...parts) {
  const el = html("div", { class: "cr-held" }, ...parts);
  tellHeight(el, "--x-held", () => el.closest(".cr-picture")?.parentNode ?? el.parentNode);
  return el;
}

// Keep the height of an element, as a CSS variable of that name, with the element around() it. The
// height as it was observed: to ask the element again would be a layout for each of them.
function tellHeight(el, name, around) {
  const observer = new ResizeObserver(([{ borderBoxSize }]) => {
    around()?.style.setProperty(name, `${Math.round(borderBoxSize[0].blockSize)}px`);
  });
  observer.observe(el);
}

// Columns of parts, side by side where there is room; those that begin with a picture come first. Where
// there is no room, these pictures are held: while their own column scrolls by, or the columns after
// it, if there is nothing to set in their own.
export function panels(...columns) {
  const isPicture = (part) => Boolean(part?.fit);
  const beginsWithPicture = (column) => isPicture(column[0]);
  const rest = columns.filter((column) => !beginsWithPicture(column));
  const pictured = columns.filter(beginsWithPicture).map((column) => {
    const end = column.findIndex((part) => !isPicture(part));
    const last = end < 0 ? column.length : end;
    return [held(...column.slice(0, last)), ...column.slice(last)];
  });
  const all = [...pictured, ...rest].map((parts) => html("div", { class: "cr-panel" }, ...parts));
  if (pictured.length === 1 && !all[0].querySelector("input, button")) {
    all[0].classList.add("cr-picture");
  }
  return html("div", { class: "cr-panels" }, ...all);
}

// Put an explorable into its element: `children` from top to bottom, then the caption. `parts` are all
// parts there are, by any names. Returns the function that stops them from listening to the model.
export function mount(el, words, parts, ...children) {
  el.classList.add("cr-explorable-live");
  // Or JupyterLab takes the arrow keys that move a slider.
  el.addEventListener("keydown", (event) => {
    if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
  });
  // A picture is held within its part only: it does not lie on the steps and the caption.
  const nodes = children.map(toNode);
  const isStep = (node) => node?.classList?.contains("cr-steps");
  const rest = html("div", {}, ...nodes.filter((node) => !isStep(node)));
  el.append(...nodes.filter(isStep), rest, html("p", { class: "cr-caption" }, words.caption));
  const all = Object.values(parts);
  // Now, if the element is on the page: an observer may report only after the first paint, and then
  // what is below would move. All are measured first, as a drawing makes the next measure a layout.
  const canvases = all.filter((part) => part.fit);
  const widths = canvases.map((part) => part.el.getBoundingClientRect().width);
  for (const [i, part] of canvases.entries()) part.fit(widths[i]);
  return () => {
    for (const part of all) part.unbind();
  };
}

// --- Drawing ---------------------------------------------------------------------------------

// A linear map from numbers to pixels.
export function scale([from, to], [start, end]) {
  return (value) => start + ((value - from) / (to - from)) * (end - start);
}

// The path through points [x, y].
export function line(points) {
  return points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
}

// An SVG that holds what `picture(width)` describes, in real pixels, so that letters keep their size on
// a narrow page. It is drawn again when its width changes, and in the next frame when one of the
// model's `names` does or redraw() is called. An element with a data-key keeps the focus. A picture with
// elements that take the focus has the role "group". `height` may be a function of the width and,
// through the model, of the state.
export function canvas(model, names, { label, height, role = "img" }, picture) {
  const el = createNode(
    svg("svg", { class: "cr-canvas", translate: "no", role, "aria-label": label }),
  );
  let width = 0;
  let frame = 0;
  let drawn = [];
  const draw = () => {
    frame = 0;
    if (!width) return;
    const tall = typeof height === "function" ? height(width) : height;
    el.setAttribute("height", tall);
    el.setAttribute("viewBox", `0 0 ${width} ${tall}`);
    const focused = el.getRootNode().activeElement;
    const key = el.contains(focused) ? focused.dataset.key : null;
    const now = picture(width);
    updateChildren(el, drawn, now);
    drawn = now;
    if (key != null && focused.dataset.key !== key) {
      el.querySelector(`[data-key="${key}"]`)?.focus({ preventScroll: true });
    }
  };
  const redraw = () => {
    frame ||= requestAnimationFrame(draw);
  };
  const fit = (measured) => {
    if (Math.round(measured) === width) return;
    width = Math.round(measured);
    draw();
  };
  const observer = new ResizeObserver(([entry]) => fit(entry.contentRect.width));
  observer.observe(el);
  const unwatch = watch(model, names, redraw);
  const unbind = () => {
    observer.disconnect();
    cancelAnimationFrame(frame);
    unwatch();
  };
  return { el, redraw, fit, unbind, width: () => width };
}

// A label within a drawing.
export function text(content, x, y, attributes = {}) {
  return svg("text", { x, y, ...attributes }, content);
}

// A tick of an axis is a number, or [number, label].
const tickLabel = (tick) => (Array.isArray(tick) ? tick : [tick, rounded(tick)]);

// The labels of the left axis, each with a faint line across; `map` takes numbers to pixels.
export function leftAxis(map, ticks, x, right) {
  return ticks
    .map(tickLabel)
    .flatMap(([value, label]) => [
      svg("line", { class: "cr-grid", x1: x, x2: right, y1: map(value), y2: map(value) }),
      text(label, x - 6, map(value) + 4, { class: "cr-tick", "text-anchor": "end" }),
    ]);
}

// The labels of the bottom axis.
export function bottomAxis(map, ticks, y) {
  const attributes = { class: "cr-tick", "text-anchor": "middle" };
  return ticks.map(tickLabel).map(([value, label]) => text(label, map(value), y + 16, attributes));
}

// The ticks of a logarithmic axis: [e, "10ᵉ"] for every step-th whole power of ten in low … high.
export function powersOfTen(low, high, step = 1) {
  const first = Math.ceil(low / step);
  return range(Math.floor(high / step) - first + 1).map((i) => {
    const e = (first + i) * step;
    return [e, e ? `10${superscript(e)}` : "1"];
  });
}

// Numbers in a grid of squares, its corner at [x, y]: a <g> for each, its square tinted and its text in
// it. `format(value, i, j)` returns what is not as usual: text ("" for none); ink ("value", "gradient" or
// a colour's name) and share (0 … 1), how much of it tints the square; attributes of the <g>.
export function cells(matrix, { x, y, size, width = size, format }) {
  const cell = (value, i, j) => {
    const given = { text: rounded(value), ink: "value", share: 0, ...format(value, i, j) };
    const { text: content, ink, share, ...attributes } = given;
    // At most 40 % of the ink, so that the text stays readable.
    const tint = `color-mix(in srgb, var(--x-${ink}) ${Math.round(40 * share)}%, var(--x-page))`;
    const [left, top] = [x + j * width, y + i * size];
    const box = { x: left, y: top, width, height: size, style: `fill: ${tint}` };
    const middle = { class: "cr-number", "text-anchor": "middle" };
    return svg(
      "g",
      { class: "cr-cell", "data-ground": true, ...attributes },
      svg("rect", box),
      text(content, left + width / 2, top + size / 2 + 4.5, middle),
    );
  };
  return matrix.flatMap((row, i) => row.map((value, j) => cell(value, i, j)));
}
