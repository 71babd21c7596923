// What the explorables share: words, numbers, native controls, axes. No state of its own: every
// function returns what it makes, so that any number of explorables can stand on one page.

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

// --- Numbers ---------------------------------------------------------------------------------

// A number to so many significant digits, as people write it: 0.1966, 8.6·10⁻⁸, −1.5, 12000.
export function shown(value, digits = 4) {
  if (value === 0 || !Number.isFinite(value)) return value === 0 ? "0" : value > 0 ? "∞" : "?";
  const rounded = Math.abs(Number(value.toPrecision(digits)));
  const [mantissa, exponent] = rounded.toExponential(digits - 1).split("e");
  const e = Number(exponent);
  const text =
    e < -4 || e > 4
      ? `${mantissa}·10${superscript(e)}`
      : rounded.toFixed(Math.max(0, digits - 1 - e));
  return (value < 0 ? "−" : "") + text;
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

export function html(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  give(node, {}, attributes);
  node.append(...children);
  return node;
}

// What a drawing is to hold, as plain data: `draw` makes it, or brings what is there up to date.
// `children` are texts and more of the same.
export function svg(tag, attributes = {}, ...children) {
  return { tag, attributes, children };
}

// Change a node's attributes from what they `were` to what they `are`.
function give(node, were, are) {
  for (const name of Object.keys(were)) if (!(name in are)) node.removeAttribute(name);
  for (const [name, value] of Object.entries(are)) {
    if (value === were[name]) continue;
    if (value === false || value == null) node.removeAttribute(name);
    else node.setAttribute(name, value === true ? "" : value);
  }
}

const isText = (child) => typeof child !== "object";

function made(child) {
  if (isText(child)) return document.createTextNode(child);
  const node = document.createElementNS("http://www.w3.org/2000/svg", child.tag);
  give(node, {}, child.attributes);
  draw(node, [], child.children);
  return node;
}

// Change what a node holds, from what it `was` to what it `is`. To make an element and to lay it out is
// slow, so what stands at the same place and is of the same kind is kept, and only what differs is set.
function draw(parent, was, is) {
  is.forEach((child, i) => {
    const old = was[i];
    const node = parent.childNodes[i];
    if (old === undefined) parent.append(made(child));
    else if (isText(child) && isText(old)) child === old || (node.data = child);
    else if (child.tag !== old.tag) node.replaceWith(made(child));
    else {
      give(node, old.attributes, child.attributes);
      draw(node, old.children, child.children);
    }
  });
  while (parent.childNodes.length > is.length) parent.lastChild.remove();
}

// --- State -----------------------------------------------------------------------------------

// The values of a model's names: { name: value }.
export function stateOf(model, names) {
  return Object.fromEntries(names.map((name) => [name, model.get(name)]));
}

// Give several names of a model their values at once.
export function put(model, values) {
  Object.entries(values).forEach(([name, value]) => model.set(name, value));
  model.save_changes();
}

// Call back when one of a model's names changes. Returns what ends it.
export function watch(model, names, listener) {
  names.forEach((name) => model.on(`change:${name}`, listener));
  return () => names.forEach((name) => model.off(`change:${name}`, listener));
}

// --- Controls --------------------------------------------------------------------------------
// Native inputs, each inside its label, so that no id is needed. Each is bound to one name of the
// model, both ways: what the reader sets is saved, what Python sets is shown.

function bind(model, name, read, write, input, event = "input") {
  input.addEventListener(event, () => put(model, { [name]: read() }));
  const show = () => write(model.get(name));
  show();
  return watch(model, [name], show);
}

// A slider. `text(value)` is its value as it is written, and read aloud. `marks` are [value, name, side], shown below its
// track: the name begins ("start") or ends ("end") at the value's place. `max` may be a function of
// the `others`, names of the model: the slider ends where it says, and a value beyond comes back.
export function slider(
  model,
  name,
  { label, min, max, step = 1, text = String, marks = [], others = [] },
) {
  const last = () => (typeof max === "function" ? max() : max);
  const input = html("input", { type: "range", name, min, max: last(), step });
  // Not an <output>: the label would be its name, and the input would have none.
  const output = html("span", { class: "cr-output", "aria-hidden": "true" });
  const write = (value) => {
    input.value = value;
    output.textContent = text(value);
    input.setAttribute("aria-valuetext", text(value));
  };
  const fit = () => {
    input.max = last();
    if (model.get(name) > last()) put(model, { [name]: last() });
  };
  const unfit = watch(model, others, fit);
  const unbound = bind(model, name, () => Number(input.value), write, input);
  const unbind = () => [unfit, unbound].forEach((end) => end());
  const head = html("span", { class: "cr-label" }, label, " ", output);
  const ticks = marks.map(([value, mark, side]) =>
    html("span", { class: `cr-${side}`, style: `--at: ${(value - min) / (last() - min)}` }, mark),
  );
  const row = html("span", { class: "cr-marks", "aria-hidden": "true" }, ...ticks);
  const el = html("label", { class: "cr-slider" }, head, input, ...(marks.length ? [row] : []));
  return { el, unbind };
}

// One of a few, texts or numbers: radio buttons. `options` are [value, label].
export function choice(model, name, { label, options }) {
  const inputs = options.map(([value]) => html("input", { type: "radio", name, value }));
  const labels = options.map(([, text], i) => html("label", {}, inputs[i], " ", text));
  // Radio buttons of one name belong together within their form: this one is the group's own.
  const el = html(
    "form",
    { class: "cr-choice" },
    html("fieldset", {}, html("legend", {}, label), ...labels),
  );
  const read = () => options[inputs.findIndex((input) => input.checked)][0];
  const write = (value) => inputs.forEach((input, i) => (input.checked = options[i][0] === value));
  return { el, unbind: bind(model, name, read, write, el, "change") };
}

// On or off: a checkbox.
export function toggle(model, name, { label }) {
  const input = html("input", { type: "checkbox", name });
  const el = html("label", { class: "cr-toggle" }, input, " ", label);
  const write = (value) => (input.checked = value);
  return { el, unbind: bind(model, name, () => input.checked, write, input, "change") };
}

// One entry of the list `name`, as a model of its own that a slider can be bound to.
export function entry(model, name, i) {
  const list = `change:${name}`;
  return {
    get: () => model.get(name)[i],
    set: (_, value) =>
      model.set(
        name,
        model.get(name).map((old, k) => (k === i ? value : old)),
      ),
    save_changes: () => model.save_changes(),
    on: (_, listener) => model.on(list, listener),
    off: (_, listener) => model.off(list, listener),
  };
}

// A table of number fields, one for each entry of the matrix `name`, a list of rows; `label(i, j)` names
// each. What is no number, or not in min … max, is marked and does not reach the model.
export function matrixField(model, name, { label, min, max, step = "any" }) {
  const fields = model
    .get(name)
    .map((row, i) =>
      row.map((_, j) =>
        html("input", {
          type: "number",
          name: `${name}${i}${j}`,
          min,
          max,
          step,
          inputmode: "decimal",
        }),
      ),
    );
  const rows = fields.map((row, i) =>
    html("div", {}, ...row.map((field, j) => html("label", { "aria-label": label(i, j) }, field))),
  );
  const el = html("div", { class: "cr-matrix" }, ...rows);
  const right = (field) => field.value !== "" && field.value >= min && field.value <= max;
  el.addEventListener("input", ({ target }) => {
    const fine = right(target);
    target.setAttribute("aria-invalid", !fine);
    if (!fine) return;
    const matrix = model
      .get(name)
      .map((row, i) =>
        row.map((value, j) => (fields[i][j] === target ? Number(target.value) : value)),
      );
    put(model, { [name]: matrix });
  });
  const show = () =>
    model.get(name).forEach((row, i) =>
      row.forEach((value, j) => {
        const field = fields[i][j];
        if (field.value !== "" && Number(field.value) === value) return; // "1." is being typed
        field.value = value;
        field.setAttribute("aria-invalid", false);
      }),
    );
  show();
  return { el, unbind: watch(model, [name], show) };
}

// Buttons that each do something: `actions` are [label, act].
export function buttons(...actions) {
  const all = actions.map(([label, act]) => {
    const one = html("button", { type: "button" }, label);
    one.addEventListener("click", act);
    return one;
  });
  return { el: html("div", { class: "cr-buttons" }, ...all), unbind() {} };
}

// Back, forward and play through 0 … max() of the whole number `name`; words.back, .forward, .play,
// .pause. `others` are the names that max() depends on. A reader who wants reduced motion has no play
// button. At an end a button does nothing, but keeps the focus.
export function stepper(model, name, { max, words, every = 900, others = [] }) {
  let timer = 0;
  const go = (value) => put(model, { [name]: Math.min(max(), Math.max(0, value)) });
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    show();
  };
  const tick = () => (model.get(name) < max() ? go(model.get(name) + 1) : stop());
  const toggle = () => {
    if (timer) return stop();
    if (model.get(name) >= max()) go(0);
    timer = setInterval(tick, every);
    show();
  };
  const step = (by) => () => {
    stop();
    go(model.get(name) + by);
  };
  const { el } = buttons([words.back, step(-1)], [words.forward, step(1)], [words.play, toggle]);
  const [back, forward, play] = el.children;
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) play.remove();
  function show() {
    back.setAttribute("aria-disabled", model.get(name) <= 0);
    forward.setAttribute("aria-disabled", model.get(name) >= max());
    play.textContent = timer ? words.pause : words.play;
  }
  show();
  const unwatch = watch(model, [name, ...others], show);
  const unbind = () => {
    clearInterval(timer);
    unwatch();
  };
  return { el, unbind };
}

// Follow a pointer pressed within a canvas. `grab(at, event)` says what is taken there, if anything; then
// `follow(at, taken)` is called where the pointer goes. `at` is [x, y] in the drawing's pixels. A finger
// takes only what is made for it (cr-grab, or all of a cr-draggable): elsewhere it scrolls the page.
export function drag(el, grab, follow) {
  let taken;
  const at = (event) => {
    const box = el.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  el.addEventListener("pointerdown", (event) => {
    const meant = event.pointerType === "mouse" || event.target.closest(".cr-grab, .cr-draggable");
    taken = meant ? grab(at(event), event) : null;
    if (taken == null) return;
    event.preventDefault(); // or text is selected, and near its edge the page scrolls
    el.setPointerCapture(event.pointerId);
    follow(at(event), taken);
  });
  el.addEventListener("pointermove", (event) => {
    if (event.buttons && taken != null) follow(at(event), taken);
  });
  for (const end of ["pointerup", "pointercancel"]) el.addEventListener(end, () => (taken = null));
  // Within an SVG `touch-action` is not heeded: a finger would drag for a moment, and then scroll.
  const hold = (event) => event.target.closest(".cr-grab") && event.preventDefault();
  el.addEventListener("touchstart", hold, { passive: false });
}

// Buttons that set several names at once and say why. `groups` is { group: { key: { name: value } } }:
// a row of buttons after words[group]. Button and row are named so that they read as one sentence. A
// note, words[`${key}_note`], stays as long as the button's state does.
export function presets(model, groups, words) {
  const states = Object.assign({}, ...Object.values(groups));
  const keys = Object.keys(states);
  const names = [...new Set(keys.flatMap((key) => Object.keys(states[key])))];
  const note = html("p", { class: "cr-note", "aria-live": "polite" });
  const buttons = [];
  const rows = Object.entries(groups).map(([group, members]) => {
    const row = Object.keys(members).map((key) =>
      html("button", { type: "button", "aria-label": `${words[group]} ${words[key]}` }, words[key]),
    );
    buttons.push(...row);
    return html("div", {}, `${words[group]} `, ...row);
  });
  buttons.forEach((button, i) =>
    button.addEventListener("click", () => put(model, states[keys[i]])),
  );
  // By what they hold: a list that has been to a kernel and back is another object.
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  const is = (state) =>
    Object.entries(state).every(([name, value]) => same(model.get(name), value));
  const show = () => {
    const pressed = keys.find((key) => is(states[key]));
    buttons.forEach((button, i) => button.setAttribute("aria-pressed", keys[i] === pressed));
    note.textContent = pressed ? words[`${pressed}_note`] : "";
  };
  show();
  return {
    el: html("div", { class: "cr-presets" }, ...rows, note),
    unbind: watch(model, names, show),
  };
}

// --- Drawing ---------------------------------------------------------------------------------

// A straight map from numbers to pixels.
export function scale([from, to], [start, end]) {
  return (value) => start + ((value - from) / (to - from)) * (end - start);
}

// The path through points [x, y].
export function line(points) {
  return points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
}

// An SVG that holds what `picture(width)` says, in real pixels, so that letters keep their size on a
// narrow page: drawn again when its width changes, or in the next frame when one of the
// model's `names` does, or redraw() is called. What has a data-key keeps the focus. A picture with parts to be focused has the role
// "group". `height` may be a function of the width, and of what the model says at the time.
export function canvas(model, names, { label, height, role = "img" }, picture) {
  const el = made(svg("svg", { class: "cr-canvas", role, "aria-label": label }));
  let width = 0;
  let frame = 0;
  let drawn = [];
  const redraw = () => {
    frame = 0;
    if (!width) return;
    const tall = typeof height === "function" ? height(width) : height;
    el.setAttribute("height", tall);
    el.setAttribute("viewBox", `0 0 ${width} ${tall}`);
    const focused = el.getRootNode().activeElement;
    const key = el.contains(focused) ? focused.dataset.key : null;
    const before = drawn;
    draw(el, before, (drawn = picture(width)));
    if (key != null && focused.dataset.key !== key) {
      el.querySelector(`[data-key="${key}"]`)?.focus({ preventScroll: true });
    }
  };
  const ask = () => (frame ||= requestAnimationFrame(redraw));
  const observer = new ResizeObserver(([entry]) => {
    const now = Math.round(entry.contentRect.width);
    if (now === width) return;
    width = now;
    redraw();
  });
  observer.observe(el);
  const unwatch = watch(model, names, ask);
  const unbind = () => {
    observer.disconnect();
    cancelAnimationFrame(frame);
    unwatch();
  };
  return { el, redraw: ask, unbind };
}

// Put the parts into the page: `children` are elements. Returns what takes them out of the model.
export function assemble(el, parts, ...children) {
  el.classList.add("cr-explorable-live");
  // Or JupyterLab takes the arrow keys that move a slider.
  el.addEventListener("keydown", (event) => {
    if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
  });
  el.append(...children);
  return () => Object.values(parts).forEach((part) => part.unbind());
}

// Text that follows the model. `live`: read aloud, politely, when it changes.
export function says(model, names, { tag = "p", live = false, ...attributes }, text) {
  const el = html(tag, { ...attributes, "aria-live": live && "polite" });
  const write = () => {
    const now = text();
    if (el.textContent !== now) el.textContent = now;
  };
  write();
  return { el, unbind: watch(model, names, write) };
}

// The left axis: [value in pixels, label] per tick, with a faint line across.
export function leftAxis(ticks, x, right) {
  return ticks.flatMap(([y, label]) => [
    svg("line", { class: "cr-grid", x1: x, x2: right, y1: y, y2: y }),
    svg("text", { class: "cr-tick", x: x - 6, y: y + 4, "text-anchor": "end" }, label),
  ]);
}

// The bottom axis: [value in pixels, label] per tick.
export function bottomAxis(ticks, y) {
  return ticks.map(([x, label]) =>
    svg("text", { class: "cr-tick", x, y: y + 16, "text-anchor": "middle" }, label),
  );
}

// The ticks of a logarithmic axis: [e, "10ᵉ"] for every step-th whole power of ten in low … high.
export function powers(low, high, step = 1) {
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => {
    const e = (first + i) * step;
    return [e, e ? `10${superscript(e)}` : "1"];
  });
}

// Numbers in a grid of squares, its corner at [x, y]: a <g> for each, its square tinted and its text in
// it. `of(value, i, j)` gives what is not as usual: text ("" for none); ink ("value", "gradient" or a
// colour's name) and share (0 … 1), how much of it tints the square; attributes of the <g>.
export function cells(matrix, { x, y, size, width = size, of = () => ({}) }) {
  return matrix.flatMap((row, i) =>
    row.map((value, j) => {
      const {
        text: content = shown(value, 3),
        ink = "value",
        share = 0,
        ...attributes
      } = of(value, i, j);
      // At most 40 % of the ink, so that the text stays readable.
      const tint = `fill: color-mix(in srgb, var(--x-${ink}) ${Math.round(40 * share)}%, var(--x-page))`;
      const [left, top] = [x + j * width, y + i * size];
      const square = svg("rect", { x: left, y: top, width, height: size, style: tint });
      const middle = { class: "cr-number", "text-anchor": "middle" };
      const label = text(content, left + width / 2, top + size / 2 + 4.5, middle);
      return svg("g", { class: "cr-cell", "data-ground": true, ...attributes }, square, label);
    }),
  );
}

// A label within a drawing.
export function text(content, x, y, attributes = {}) {
  return svg("text", { x, y, ...attributes }, content);
}
