import {
  buttons,
  canvas,
  choice,
  getState,
  held,
  html,
  line,
  mount,
  named,
  sentences,
  setState,
  significant,
  slider,
  stepper,
  steps,
  sum,
  svg,
  text,
  trimmed,
  watch,
  wordsOf,
} from "./_explorable.js";

// --- Mathematics: no page needed. Its tests compare it with the library. ---

// What a node does. `value` makes its output z from its inputs; `slope({ i, inputs, z })` is its local
// derivative with respect to input i. The same two as text, of names or of numbers; and `needs`: the
// quantity in the local derivative, among [x, y, z].
const OPS = {
  mul: {
    sign: "×",
    value: (x, y) => x * y,
    slope: ({ i, inputs: [x, y] }) => [y, x][i],
    text: (x, y) => `${x} · ${y}`,
    slopeText: ({ i, inputs: [x, y] }) => [y, x][i],
    needs: (i) => 1 - i,
  },
  add: {
    sign: "+",
    value: (x, y) => x + y,
    slope: () => 1,
    text: (x, y) => `${x} + ${y}`,
    slopeText: () => "1",
  },
  minus: {
    sign: "×−1",
    value: (x) => -x,
    slope: () => -1,
    text: (x) => `${x} · (−1)`,
    slopeText: () => "(−1)",
  },
  one: {
    sign: "+1",
    value: (x) => x + 1,
    slope: () => 1,
    text: (x) => `${x} + 1`,
    slopeText: () => "1",
  },
  exp: {
    sign: "exp",
    value: Math.exp,
    slope: ({ z }) => z,
    text: (x) => `exp(${x})`,
    slopeText: ({ z }) => z,
    needs: () => 1,
  },
  reciprocal: {
    sign: "1/x",
    value: (x) => 1 / x,
    slope: ({ z }) => -z * z,
    text: (x) => `1 / ${x}`,
    slopeText: ({ z }) => `(−${z}²)`,
    needs: () => 1,
  },
  copy: { sign: "", value: (x) => x, slope: () => 1, text: (x) => x },
};

// Every quantity is one arrow: it is made once and used once. Where x is used twice, a "copy" with
// two outputs makes two of it. `at` is a place [depth, lane]: how far along the way, and which row. An
// arrow runs in the lane where it begins, or in the one given in `lanes`.
export const GRAPHS = {
  bill: {
    sliders: {
      notebooks: ["notebooks", 0, 10, 1],
      price: ["price", 0.5, 5, 0.1],
      pens: ["pens", 0, 10, 1],
      pen_price: ["pen_price", 0.1, 2, 0.1],
      tax: ["tax", 1, 1.3, 0.01],
    },
    starts: { notebooks: [0, 0], price: [0, 1], pens: [0, 2], pen_price: [0, 3], tax: [2, 3] },
    nodes: [
      { op: "mul", from: ["notebooks", "price"], to: ["cost"], at: [1, 0.5] },
      { op: "mul", from: ["pens", "pen_price"], to: ["pens_cost"], at: [1, 2.5] },
      { op: "add", from: ["cost", "pens_cost"], to: ["before_tax"], at: [2, 1.5] },
      { op: "mul", from: ["before_tax", "tax"], to: ["bill"], at: [3, 1.5] },
    ],
    end: [4, 1.5],
  },
  twice: {
    sliders: { x: ["x", -5, 5, 0.5], y: ["y", -5, 5, 0.5] },
    starts: { x: [0, 0], y: [1, 2] },
    nodes: [
      { op: "copy", from: ["x"], to: ["u", "v"], at: [1, 0] },
      { op: "add", from: ["v", "y"], to: ["total"], at: [2, 1] },
      { op: "mul", from: ["total", "u"], to: ["z"], at: [3, 0] },
    ],
    lanes: { v: 1 },
    end: [4, 0],
  },
  sigmoid: {
    sliders: { x: ["sigmoid_x", -4, 4, 0.1] },
    starts: { x: [0, 0] },
    nodes: [
      { op: "minus", from: ["x"], to: ["minus_x"], at: [1, 0] },
      { op: "exp", from: ["minus_x"], to: ["exp"], at: [2, 0] },
      { op: "one", from: ["exp"], to: ["one_plus"], at: [3, 0] },
      { op: "reciprocal", from: ["one_plus"], to: ["y"], at: [4, 0] },
    ],
    end: [5, 0],
  },
};

const endOf = ({ nodes }) => nodes.at(-1).to[0];

// All values: { name: value }. The one named `raised` is larger by `by` than it would be.
export function forward({ graph, inputs }, raised = null, by = 0) {
  const values = {};
  const keep = (name, value) => {
    values[name] = name === raised ? value + by : value;
  };
  for (const [name, value] of Object.entries(inputs)) keep(name, value);
  for (const { op, from, to } of GRAPHS[graph].nodes) {
    const value = OPS[op].value(...from.map((source) => values[source]));
    for (const name of to) keep(name, value);
  }
  return values;
}

// The gradients of the last value: { name: gradient }.
export function backward(graph, values) {
  const { nodes } = GRAPHS[graph];
  const gradients = { [endOf(GRAPHS[graph])]: 1 };
  for (const { op, from, to } of [...nodes].reverse()) {
    const inputs = from.map((name) => values[name]);
    for (const [i, name] of from.entries()) {
      // Each output's upstream gradient times the local derivative. A copy has two outputs: they add.
      const slope = (out) => OPS[op].slope({ i, inputs, z: values[out] });
      gradients[name] = sum(to.map((out) => gradients[out] * slope(out)));
    }
  }
  return gradients;
}

// The steps in their order: each gives a quantity its value or its gradient.
export function stepsOf(graph) {
  const { nodes } = GRAPHS[graph];
  const ahead = nodes.flatMap((node) => node.to.map((name) => ({ pass: "forward", name, node })));
  const last = { pass: "backward", name: endOf(GRAPHS[graph]), node: null };
  const back = [...nodes]
    .reverse()
    .flatMap((node) => node.from.map((name, i) => ({ pass: "backward", name, node, i })));
  return [...ahead, last, ...back];
}

// How many steps are made where the way back begins: all values are there, and the first gradient.
const firstBack = (graph) => stepsOf(graph).findIndex(({ pass }) => pass === "backward") + 1;

export const written = (value) => trimmed(significant(value, 4));

// A negative number in brackets, where it stands behind a sign.
const inside = (value) => (value < 0 ? `(${written(value)})` : written(value));

// "u = x = 3 = 3" has the 3 once.
const withoutRepeats = (parts) => parts.filter((part, k) => part !== parts[k - 1]);

// A step as a chain of equal things: its name, its rule in names, the rule in numbers, the result.
export function chain({ pass, name, node, i }, values, gradients) {
  if (pass === "forward") {
    const numbers = node.from.map((source, k) => (k ? inside : written)(values[source]));
    const { text: rule } = OPS[node.op];
    return withoutRepeats([name, rule(...node.from), rule(...numbers), written(values[name])]);
  }
  const result = written(gradients[name]);
  if (!node) return [`d_${name}`, result];
  const [first, ...others] = node.to;
  if (node.op === "copy") {
    const names = node.to.map((out) => `d_${out}`).join(" + ");
    const terms = [written(gradients[first]), ...others.map((out) => inside(gradients[out]))];
    return [`d_${name}`, names, terms.join(" + "), result];
  }
  const { slopeText } = OPS[node.op];
  const local = slopeText({ i, inputs: node.from, z: first });
  const inputs = node.from.map((source) => inside(values[source]));
  const number = slopeText({ i, inputs, z: inside(values[first]) });
  return [`d_${name}`, `d_${first} · ${local}`, `${written(gradients[first])} · ${number}`, result];
}

// What a step takes: the names of values, and of gradients.
function taken({ pass, node, i }) {
  if (!node) return { values: [], gradients: [] };
  if (pass === "forward") return { values: node.from, gradients: [] };
  const needs = OPS[node.op].needs?.(i);
  return { values: needs == null ? [] : [[...node.from, ...node.to][needs]], gradients: node.to };
}

const NUDGE = 0.01;

export function numbers(state) {
  const values = forward(state);
  const gradients = backward(state.graph, values);
  const all = stepsOf(state.graph);
  const step = all[state.step - 1];
  if (!step) return {};
  const samePass = all.filter(({ pass }) => pass === step.pass);
  const end = endOf(GRAPHS[state.graph]);
  const moved = forward(state, step.name, NUDGE)[end] - values[end];
  return {
    k: samePass.indexOf(step) + 1,
    n: samePass.length,
    formula: chain(step, values, gradients).join(" = "),
    name: step.name,
    end,
    moved: written(moved),
    ratio: written(moved / NUDGE),
  };
}

// --- The picture -----------------------------------------------------------------------------
// The way goes from left to right, or on a narrow page from top to bottom.

const [RADIUS, DOT, BEND] = [17, 4, 26];
const LETTER = 7.4;
const WIDE = 600;

const radiusOf = (node) => (node ? (node.op === "copy" ? DOT : RADIUS) : 0);
const longest = (names) => LETTER * Math.max(...names.map((name) => name.length));

// Where a depth and a lane are, in pixels along the way and across it; and how tall the picture is.
function planOf(width, { starts, nodes, end }) {
  const upright = width < WIDE;
  const places = [...Object.values(starts), ...nodes.map(({ at }) => at), end];
  const lanes = Math.max(...places.map(([, lane]) => lane));
  const first = Object.keys(starts).filter((name) => starts[name][0] === 0);
  const last = endOf({ nodes });
  if (upright) {
    const gap = Math.min(110, (width - 96) / Math.max(1, lanes));
    const left = (width - 26 - lanes * gap) / 2;
    return {
      upright,
      height: 48 + 88 * end[0],
      pixels: ([depth, lane]) => [22 + 88 * depth, left + gap * lane],
    };
  }
  const left = longest(first) + 10;
  const gap = (width - left - longest([last]) - 24) / end[0];
  const height = Math.max(168, 70 + 62 * lanes);
  const top = (height - 62 * lanes) / 2 + 4;
  return { upright, height, pixels: ([depth, lane]) => [left + gap * depth, top + 62 * lane] };
}

// For each quantity its arrow, in pixels, and where its numbers stand.
function sceneOf(width, state) {
  const graph = GRAPHS[state.graph];
  const { upright, height, pixels } = planOf(width, graph);
  const turn = ([along, across]) => (upright ? [across, along] : [along, across]);
  const names = Object.keys(graph.starts).concat(graph.nodes.flatMap(({ to }) => to));
  const arrows = names.map((name) => {
    const maker = graph.nodes.find(({ to }) => to.includes(name));
    const user = graph.nodes.find(({ from }) => from.includes(name));
    const [from, to] = [maker?.at ?? graph.starts[name], user?.at ?? graph.end];
    const lane = graph.lanes?.[name] ?? from[1];
    const [start, stop] = [pixels(from), pixels(to)];
    const across = pixels([0, lane])[1];
    const bends = [lane !== from[1], lane !== to[1]];
    const straight = [
      start[0] + radiusOf(maker) + (bends[0] ? BEND : 0),
      stop[0] - (bends[1] ? RADIUS + BEND : radiusOf(user)),
    ];
    // Upright, numbers stand to the right of their arrow; or to the left, if it turns off to the right.
    const side = !upright ? 0 : maker && to[1] > lane ? -7 : 7;
    const down = upright && maker && bends[1] ? 8 : 0; // clear of the node above
    const [x, y] = turn([(straight[0] + straight[1]) / 2 + down, across + side]);
    const points = [
      bends[0] ? start : null,
      [straight[0], across],
      [straight[1], across],
      bends[1] ? rim(straight[1], across, stop, radiusOf(user)) : null,
    ];
    return {
      name,
      input: !maker,
      output: !user,
      upright,
      anchor: { 0: "middle", 7: "start", [-7]: "end" }[side],
      start: turn(start),
      stop: turn(stop),
      points: points.filter(Boolean).map(turn),
      title: [x, upright ? y - 17 : y - 23],
      value: [x, upright ? y - 1 : y - 7],
      gradient: [x, y + 18],
    };
  });
  const nodes = graph.nodes.map((node) => ({ ...node, centre: turn(pixels(node.at)) }));
  return { ...state, width, height, upright, nodes, arrows };
}

// Where the way from a point to a node's centre meets its rim.
function rim(along, across, [a, b], radius) {
  const part = 1 - radius / Math.hypot(a - along, b - across);
  return [along + part * (a - along), across + part * (b - across)];
}

function arrow(points, className) {
  const [[x1, y1], [x2, y2]] = points.slice(-2);
  const angle = Math.atan2(y2 - y1, x2 - x1);
  const corner = (turn) => [x2 - 9 * Math.cos(angle + turn), y2 - 9 * Math.sin(angle + turn)];
  const head = `${line([corner(0.45), [x2, y2], corner(-0.45)])}Z`;
  return svg(
    "g",
    { class: className },
    svg("path", { d: line(points) }),
    svg("path", { class: "cr-head", d: head }),
  );
}

// The box around a number.
function boxOf({ anchor }, [x, y], content) {
  const width = content.length * LETTER + 8;
  const left = { start: x - 4, middle: x - width / 2, end: x + 4 - width }[anchor];
  return { x: left, y: y - 14, width, height: 18 };
}

// A quantity's name: where it comes into the graph or leaves it, or small, above its value.
function nameOf({ upright, anchor, name, input, output, start, stop, title }) {
  const label = ([x, y], side, kind = "cr-name") =>
    text(name, x, y, { class: kind, "text-anchor": side });
  if (!input && !output) return label(title, anchor, "cr-name cr-muted cr-smaller");
  const [x, y] = input ? start : stop;
  if (upright) return label([x, input ? y - 8 : y + 17], "middle");
  return label([input ? x - 6 : x + 6, y + 4], input ? "end" : "start");
}

// A gradient, which takes the focus, and is read aloud as the product it is.
function gradientOf(place, content, label) {
  const [x, y] = place.gradient;
  const box = boxOf(place, place.gradient, content);
  const attributes = {
    class: "cr-pull",
    tabindex: 0,
    role: "img",
    "data-key": place.name,
    "data-of": place.name,
    "aria-label": label,
  };
  return svg(
    "g",
    attributes,
    svg("rect", { ...box, y: box.y - 1, height: 24, fill: "transparent" }),
    text(content, x, y, { class: "cr-gradient", "text-anchor": place.anchor }),
  );
}

function nodeOf({ op, centre: [cx, cy] }) {
  if (op === "copy") return [svg("circle", { class: "cr-point", cx, cy, r: DOT })];
  return [
    svg("circle", { class: "cr-node", cx, cy, r: RADIUS }),
    text(OPS[op].sign, cx, cy + 5, { class: "cr-sign", "text-anchor": "middle" }),
  ];
}

function picture(scene, over) {
  const values = forward(scene);
  const gradients = backward(scene.graph, values);
  const done = stepsOf(scene.graph).slice(0, scene.step);
  const find = (pass, name) => done.find((step) => step.pass === pass && step.name === name);
  const drawValue = ({ name, anchor, value: [x, y] }) =>
    text(written(values[name]), x, y, { class: "cr-value", "text-anchor": anchor });
  const drawGradient = (place) => {
    const product = chain(find("backward", place.name), values, gradients).join(" = ");
    return gradientOf(place, written(gradients[place.name]), product);
  };
  return [
    ...scene.arrows.map(({ points }) => arrow(points, "cr-edge")),
    ...scene.nodes.flatMap(nodeOf),
    ...scene.arrows.map(nameOf),
    ...scene.arrows.filter(({ name, input }) => input || find("forward", name)).map(drawValue),
    ...scene.arrows.filter(({ name }) => find("backward", name)).map(drawGradient),
    over,
  ];
}

// What lies over the picture: the arrow of one step, the numbers it takes and makes, and of a gradient
// that is pointed at the product behind it.
function overlay(scene, pointed) {
  const all = stepsOf(scene.graph);
  const index = all.findIndex(({ pass, name }) => pass === "backward" && name === pointed);
  const isPointed = index >= 0 && index < scene.step;
  const step = all[isPointed ? index : scene.step - 1];
  const over = (...all) => svg("g", { class: "cr-over" }, ...all);
  if (!step) return over();
  const values = forward(scene);
  const gradients = backward(scene.graph, values);
  const places = Object.fromEntries(scene.arrows.map((each) => [each.name, each]));
  const own = places[step.name];
  const isForward = step.pass === "forward";
  const ink = isForward ? "value" : "gradient";
  const box = (which, name) =>
    boxOf(
      places[name],
      places[name][which],
      written((which === "value" ? values : gradients)[name]),
    );
  const frame = (at, kind) => svg("rect", { ...at, rx: 4, class: `cr-box cr-${kind}` });
  const from = taken(step);
  const boxes = [
    ...from.values.map((name) => box("value", name)),
    ...from.gradients.map((name) => box("gradient", name)),
  ];
  return over(
    arrow(own.points, "cr-edge cr-hidden"),
    arrow(isForward ? own.points : [...own.points].reverse(), `cr-edge cr-now cr-${ink}`),
    ...boxes.map((each) => frame(each, "taken")),
    isPointed
      ? tip(scene, own, chain(step, values, gradients), boxes)
      : frame(box(ink, step.name), "made"),
  );
}

// Below its gradient, or above it if there it would cover its own factors. It may reach beyond the
// picture: the stylesheet puts it over what stands there.
function tip(scene, own, [name, first, ...rest], boxes) {
  const lines = [`${name} = ${first}`, ...(rest.length ? [`= ${rest.join(" = ")}`] : [])];
  const wide = Math.max(...lines.map((each) => each.length)) * 7 + 20;
  const tall = 20 * lines.length + 6;
  const box = boxOf(own, own.gradient, "0000");
  const x = Math.max(1, Math.min(box.x + box.width / 2 - wide / 2, scene.width - wide - 1));
  const below = box.y + box.height + 7;
  const covers = (other) =>
    x < other.x + other.width &&
    other.x < x + wide &&
    below < other.y + other.height &&
    other.y < below + tall;
  const y = boxes.some(covers) ? own.title[1] - 14 - tall : below;
  return svg(
    "g",
    { class: "cr-tip", "data-of": own.name, "aria-hidden": "true" },
    svg("rect", { x, y, width: wide, height: tall, rx: 5 }),
    ...lines.map((each, k) =>
      text(each, x + wide / 2, y + 18 + 20 * k, { "text-anchor": "middle" }),
    ),
  );
}

// --- The figure ------------------------------------------------------------------------------

// The model's names of all sliders; two graphs may share one.
const inputNames = ({ sliders }) => Object.values(sliders).map(([name]) => name);
const TRAITS = [...new Set(Object.values(GRAPHS).flatMap(inputNames))];
const NAMES = ["graph", "step", ...TRAITS];

function stateOf(model) {
  const { graph, step, ...all } = getState(model, NAMES);
  const inputs = Object.entries(GRAPHS[graph].sliders).map(([name, [trait]]) => [name, all[trait]]);
  return { graph, step: Math.min(step, stepsOf(graph).length), inputs: Object.fromEntries(inputs) };
}

// The inputs' sliders, of which only those of the chosen graph are shown.
function inputSliders(model, key) {
  const all = Object.entries(GRAPHS[key].sliders).map(([name, [trait, min, max, step]]) =>
    slider(model, trait, { label: name, min, max, step, text: written }),
  );
  const el = html("div", { class: "cr-inputs" }, ...all);
  const show = () => {
    el.hidden = model.get("graph") !== key;
  };
  show();
  const unwatch = watch(model, ["graph"], show);
  const unbind = () => {
    unwatch();
    for (const part of all) part.unbind();
  };
  return { el, unbind };
}

// Show the product behind a gradient when it is pointed at, tapped or focused, until Escape is pressed.
// `show(name)` draws it, show(null) takes it away.
function showProducts(el, show) {
  const nameOf = (node) => node?.closest("[data-of]")?.dataset.of ?? null;
  const focused = () => nameOf(el.querySelector(":focus"));
  const byMouse = (listener) => (event) => event.pointerType === "mouse" && listener(event);
  const over = byMouse(({ target }) => show(nameOf(target) ?? focused()));
  const leave = byMouse(() => show(focused()));
  el.addEventListener("focusin", ({ target }) => show(nameOf(target)));
  el.addEventListener("focusout", () => show(null));
  el.addEventListener("click", ({ target }) => show(nameOf(target)));
  el.addEventListener("pointerover", over);
  el.addEventListener("pointerleave", leave);
  el.addEventListener("keydown", ({ key }) => key === "Escape" && show(null));
}

const isAtEnd = ({ graph, step }) => step >= stepsOf(graph).length;

// The bill at its end, with every gradient: some steps begin there.
const BILL = { graph: "bill", step: stepsOf("bill").length };

const STEPS = [
  {
    key: "forward",
    done: ({ now }) => now.graph === "bill" && now.step >= firstBack("bill") - 1,
  },
  {
    key: "backward",
    sets: { graph: "bill", step: firstBack("bill") - 1 },
    done: ({ now }) => now.graph === "bill" && isAtEnd(now),
  },
  {
    key: "price",
    sets: ({ pens }) => ({ ...BILL, pens: pens || 4 }), // without pens their price counts for nothing
    done: ({ now, before }) =>
      now.graph === "bill" && isAtEnd(now) && now.pens > 0 && now.pen_price !== before.pen_price,
  },
  { key: "twice", sets: BILL, done: ({ now }) => now.graph === "twice" && isAtEnd(now) },
  {
    key: "sigmoid",
    sets: { sigmoid_x: 1 },
    done: ({ now }) => now.graph === "sigmoid" && isAtEnd(now) && Math.abs(now.sigmoid_x) > 3.5,
  },
];

function render({ model, el }) {
  const words = wordsOf(model);
  const state = () => stateOf(model);
  const last = () => stepsOf(model.get("graph")).length;
  if (model.get("step") > last()) setState(model, { step: last() });
  const unwatch = watch(model, ["graph"], () => setState(model, { step: 1 })); // another starts anew
  const stepNow = () => stepsOf(model.get("graph"))[state().step - 1];
  const say = sentences(model, NAMES, words, () => numbers(state()));
  const keyOfRule = ({ pass, node }) => `${pass}_${node?.op ?? "end"}`;
  const planNow = (width) => planOf(width, GRAPHS[model.get("graph")]);
  let pointed = null;
  const parts = {
    graph: choice(model, "graph", {
      label: words.graph,
      options: named(words, Object.keys(GRAPHS)),
    }),
    stepper: stepper(model, "step", { max: last, words, others: ["graph"], every: 1400 }),
    starts: buttons(
      [words.begin_forward, () => setState(model, { step: 0 })],
      [words.begin_backward, () => setState(model, { step: firstBack(model.get("graph")) })],
    ),
    picture: canvas(
      model,
      NAMES,
      { label: words.picture, role: "group", height: (width) => planNow(width).height },
      (width) => {
        const scene = sceneOf(width, state());
        return picture(scene, overlay(scene, pointed));
      },
    ),
    stepIs: say(() => (stepNow() ? `${stepNow().pass}_is` : "start"), {
      class: "cr-verdict",
      live: true,
    }),
    rule: say(() => stepNow() && keyOfRule(stepNow())),
    nudge: say(() => (stepNow()?.pass === "backward" ? "nudge" : null)),
    itself: { unbind: unwatch },
    steps: steps(model, words, STEPS),
  };
  const inputs = Object.keys(GRAPHS).map((key) => inputSliders(model, key));
  parts.picture.el.classList.add("cr-with-tips");
  showProducts(parts.picture.el, (name) => {
    pointed = name;
    parts.picture.redraw();
  });
  return mount(
    el,
    words,
    { ...parts, ...inputs },
    parts.steps,
    held(parts.picture),
    html("div", { class: "cr-stepping" }, parts.starts, parts.stepper),
    html("div", { class: "cr-sentences" }, parts.stepIs, parts.rule, parts.nudge),
    parts.graph,
    ...inputs,
  );
}

const explorable = { name: "ComputationalGraph", render };
export default explorable;
