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

// A number to so many significant digits, as people write it: 0.1966, 8.6e-8, −1.5, 12000.
export function shown(value, digits = 4) {
  if (value === 0 || !Number.isFinite(value)) return value === 0 ? "0" : value > 0 ? "∞" : "?";
  const rounded = Number(value.toPrecision(digits));
  const exponent = Math.floor(Math.log10(Math.abs(rounded)));
  const text =
    exponent < -4 || exponent > 4
      ? rounded.toExponential(digits - 1).replace("e+", "e")
      : rounded.toFixed(Math.max(0, digits - 1 - exponent));
  return text.replace("-", rounded < 0 ? "−" : "-");
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
  return filled(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value != null) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

// --- Controls --------------------------------------------------------------------------------
// Native inputs, each inside its label, so that no id is needed. Each is bound to one name of the
// model, both ways: what the reader sets is saved, what Python sets is shown.

function bind(model, name, read, write, input, event = "input") {
  input.addEventListener(event, () => {
    model.set(name, read());
    model.save_changes();
  });
  const show = () => write(model.get(name));
  model.on(`change:${name}`, show);
  show();
  return () => model.off(`change:${name}`, show);
}

// A slider. `text(value)` is what its <output> says. `marks` are [value, name, side], shown below its
// track: the name begins ("start") or ends ("end") at the value's place.
export function slider(model, name, { label, min, max, step = 1, text = String, marks = [] }) {
  const input = html("input", { type: "range", name, min, max, step });
  const output = html("output");
  const write = (value) => {
    input.value = value;
    output.textContent = text(value);
    input.setAttribute("aria-valuetext", text(value));
  };
  const unbind = bind(model, name, () => Number(input.value), write, input);
  const head = html("span", { class: "cr-label" }, label, " ", output);
  const ticks = marks.map(([value, mark, side]) =>
    html("span", { class: `cr-${side}`, style: `--at: ${(value - min) / (max - min)}` }, mark),
  );
  const row = html("span", { class: "cr-marks", "aria-hidden": "true" }, ...ticks);
  const el = html("label", { class: "cr-slider" }, head, input, ...(marks.length ? [row] : []));
  return { el, unbind };
}

// One of a few: radio buttons. `options` are [value, label].
export function choice(model, name, { label, options }) {
  const inputs = options.map(([value]) => html("input", { type: "radio", name, value }));
  const labels = options.map(([, text], i) => html("label", {}, inputs[i], " ", text));
  // Radio buttons of one name belong together within their form: this one is the group's own.
  const el = html(
    "form",
    { class: "cr-choice" },
    html("fieldset", {}, html("legend", {}, label), ...labels),
  );
  const read = () => inputs.find((input) => input.checked).value;
  const write = (value) => inputs.forEach((input) => (input.checked = input.value === value));
  return { el, unbind: bind(model, name, read, write, el, "change") };
}

// On or off: a checkbox.
export function toggle(model, name, { label }) {
  const input = html("input", { type: "checkbox", name });
  const el = html("label", { class: "cr-toggle" }, input, " ", label);
  const write = (value) => (input.checked = value);
  return { el, unbind: bind(model, name, () => input.checked, write, input, "change") };
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
    button.addEventListener("click", () => {
      Object.entries(states[keys[i]]).forEach(([name, value]) => model.set(name, value));
      model.save_changes();
    }),
  );
  const is = (state) => Object.entries(state).every(([name, value]) => model.get(name) === value);
  const show = () => {
    const pressed = keys.find((key) => is(states[key]));
    buttons.forEach((button, i) => button.setAttribute("aria-pressed", keys[i] === pressed));
    note.textContent = pressed ? words[`${pressed}_note`] : "";
  };
  names.forEach((name) => model.on(`change:${name}`, show));
  show();
  const unbind = () => names.forEach((name) => model.off(`change:${name}`, show));
  return { el: html("div", { class: "cr-presets" }, ...rows, note), unbind };
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

// An SVG that `draw(width)` fills anew, in real pixels, so that letters keep their size on a narrow
// page: once a frame at most, when its width or one of the model's `names` changes.
export function canvas(model, names, { label, height }, draw) {
  const el = svg("svg", { class: "cr-canvas", role: "img", "aria-label": label, height });
  let width = 0;
  let frame = 0;
  const redraw = () => {
    frame = 0;
    if (width) el.replaceChildren(...draw(width));
  };
  const ask = () => (frame ||= requestAnimationFrame(redraw));
  const observer = new ResizeObserver(([entry]) => {
    const now = Math.round(entry.contentRect.width);
    if (now === width) return;
    width = now;
    el.setAttribute("viewBox", `0 0 ${width} ${height}`);
    redraw();
  });
  observer.observe(el);
  names.forEach((name) => model.on(`change:${name}`, ask));
  const unbind = () => {
    observer.disconnect();
    cancelAnimationFrame(frame);
    names.forEach((name) => model.off(`change:${name}`, ask));
  };
  return { el, unbind };
}

// Put the parts into the page: `children` are elements. Returns what takes them out of the model.
export function assemble(el, parts, ...children) {
  el.classList.add("cr-explorable-live");
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
  names.forEach((name) => model.on(`change:${name}`, write));
  write();
  return { el, unbind: () => names.forEach((name) => model.off(`change:${name}`, write)) };
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

// A label within a drawing.
export function text(content, x, y, attributes = {}) {
  return svg("text", { x, y, ...attributes }, content);
}
