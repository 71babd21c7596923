import {
  assemble,
  buttons,
  canvas,
  choice,
  fill,
  html,
  line,
  put,
  says,
  slider,
  stateOf,
  stepper,
  svg,
  text,
  watch,
  wordsOf,
} from "./_explorable.js";

// --- Mathematics: no page needed. Its tests compare it with the library. ---
// library's nodes ------------------------------------------------------------------------------

// What a node does. `value` makes its output z from its inputs; `slope(i, inputs, z)` is its local
// derivative with respect to input i. The same two as text, of names or of numbers; and `needs`: the
// quantity in the local derivative, among [x, y, z].
const OPS = {
  mul: {
    sign: "×",
    value: (x, y) => x * y,
    slope: (i, [x, y]) => [y, x][i],
    text: (x, y) => `${x} · ${y}`,
    slopeText: (i, [x, y]) => [y, x][i],
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
    slope: (i, inputs, z) => z,
    text: (x) => `exp(${x})`,
    slopeText: (i, inputs, z) => z,
    needs: () => 1,
  },
  reciprocal: {
    sign: "1/x",
    value: (x) => 1 / x,
    slope: (i, inputs, z) => -z * z,
    text: (x) => `1 / ${x}`,
    slopeText: (i, inputs, z) => `(−${z}²)`,
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

const endOf = ({ nodes }) => nodes[nodes.length - 1].to[0];

// All values: { name: value }. The one named `raised` is larger by `by` than it would be.
export function forward({ graph, inputs }, raised = null, by = 0) {
  const values = {};
  const keep = (name, value) => {
    values[name] = name === raised ? value + by : value;
  };
  for (const [name, value] of Object.entries(inputs)) keep(name, value);
  for (const { op, from, to } of GRAPHS[graph].nodes) {
    to.forEach((name) => keep(name, OPS[op].value(...from.map((source) => values[source]))));
  }
  return values;
}

// The gradients of the last value: { name: gradient }.
export function backward(graph, values) {
  const { nodes } = GRAPHS[graph];
  const gradients = { [endOf(GRAPHS[graph])]: 1 };
  for (const { op, from, to } of [...nodes].reverse()) {
    const inputs = from.map((name) => values[name]);
    from.forEach((name, i) => {
      // Each output's upstream gradient times the local derivative. A copy has two outputs: they add.
      const parts = to.map((out) => gradients[out] * OPS[op].slope(i, inputs, values[out]));
      gradients[name] = parts.reduce((a, b) => a + b);
    });
  }
  return gradients;
}

// The steps in their order: each gives a quantity its value or its gradient.
export function steps(graph) {
  const { nodes } = GRAPHS[graph];
  const ahead = nodes.flatMap((node) => node.to.map((name) => ({ pass: "forward", name, node })));
  const last = { pass: "backward", name: endOf(GRAPHS[graph]), node: null };
  const back = [...nodes]
    .reverse()
    .flatMap((node) => node.from.map((name, i) => ({ pass: "backward", name, node, i })));
  return [...ahead, last, ...back];
}

// How many steps are made where the way back begins: all values are there, and the first gradient.
const firstBack = (graph) => steps(graph).findIndex(({ pass }) => pass === "backward") + 1;

export const written = (value) => String(Number(value.toPrecision(4)) || 0).replace("-", "−");
const inside = (value) => (value < 0 ? `(${written(value)})` : written(value));

// A step as a chain of equal things: its name, its rule in names, the rule in numbers, the result.
export function chain({ pass, name, node, i }, values, gradients) {
  if (pass === "forward") {
    const numbers = node.from.map((source, k) => (k ? inside : written)(values[source]));
    const { text: rule } = OPS[node.op];
    return unlike([name, rule(...node.from), rule(...numbers), written(values[name])]);
  }
  const result = written(gradients[name]);
  if (!node) return [`d_${name}`, result];
  const [first, ...others] = node.to;
  if (node.op === "copy") {
    const sum = [written(gradients[first]), ...others.map((out) => inside(gradients[out]))];
    return [`d_${name}`, node.to.map((out) => `d_${out}`).join(" + "), sum.join(" + "), result];
  }
  const { slopeText } = OPS[node.op];
  const local = slopeText(i, node.from, first);
  const number = slopeText(
    i,
    node.from.map((source) => inside(values[source])),
    inside(values[first]),
  );
  return [`d_${name}`, `d_${first} · ${local}`, `${written(gradients[first])} · ${number}`, result];
}

// "u = x = 3 = 3" says the 3 once.
const unlike = (parts) => parts.filter((part, k) => part !== parts[k - 1]);

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
  const all = steps(state.graph);
  const step = all[state.step - 1];
  if (!step) return {};
  const alike = all.filter(({ pass }) => pass === step.pass);
  const end = endOf(GRAPHS[state.graph]);
  const moved = forward(state, step.name, NUDGE)[end] - values[end];
  return {
    k: alike.indexOf(step) + 1,
    n: alike.length,
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
      height: 48 + 92 * end[0],
      pixels: ([depth, lane]) => [22 + 92 * depth, left + gap * lane],
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

function picture(scene, over) {
  const values = forward(scene);
  const gradients = backward(scene.graph, values);
  const done = steps(scene.graph).slice(0, scene.step);
  const has = (pass, name) => done.some((step) => step.pass === pass && step.name === name);
  const valueOf = (each) => {
    if (!each.input && !has("forward", each.name)) return [];
    const [x, y] = each.value;
    return [
      text(written(values[each.name]), x, y, { class: "cr-value", "text-anchor": each.anchor }),
    ];
  };
  const gradientOf = (each) => {
    const step = done.find(({ pass, name }) => pass === "backward" && name === each.name);
    if (!step) return [];
    const [x, y] = each.gradient;
    const content = written(gradients[each.name]);
    const box = boxOf(each, each.gradient, content);
    return [
      svg(
        "g",
        {
          class: "cr-pull",
          tabindex: 0,
          role: "img",
          "data-key": each.name,
          "data-of": each.name,
          "aria-label": chain(step, values, gradients).join(" = "),
        },
        svg("rect", { ...box, y: box.y - 1, height: 24, fill: "transparent" }),
        text(content, x, y, { class: "cr-gradient", "text-anchor": each.anchor }),
      ),
    ];
  };
  const nodes = scene.nodes.flatMap(({ op, centre: [cx, cy] }) =>
    op === "copy"
      ? [svg("circle", { class: "cr-point", cx, cy, r: DOT })]
      : [
          svg("circle", { class: "cr-node", cx, cy, r: RADIUS }),
          text(OPS[op].sign, cx, cy + 5, { class: "cr-sign", "text-anchor": "middle" }),
        ],
  );
  return [
    ...scene.arrows.map(({ points }) => arrow(points, "cr-edge")),
    ...nodes,
    ...scene.arrows.map(nameOf),
    ...scene.arrows.flatMap(valueOf),
    ...scene.arrows.flatMap(gradientOf),
    over,
  ];
}

// What lies over the picture: the arrow of one step, the numbers it takes and makes, and of a gradient
// that is pointed at the product that made it.
function overlay(scene, pointed) {
  const all = steps(scene.graph);
  const asked = all.findIndex(({ pass, name }) => pass === "backward" && name === pointed);
  const told = asked >= 0 && asked < scene.step;
  const step = all[told ? asked : scene.step - 1];
  const over = (...all) => svg("g", { class: "cr-over" }, ...all);
  if (!step) return over();
  const values = forward(scene);
  const gradients = backward(scene.graph, values);
  const places = Object.fromEntries(scene.arrows.map((each) => [each.name, each]));
  const own = places[step.name];
  const ahead = step.pass === "forward";
  const ink = ahead ? "value" : "gradient";
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
    arrow(ahead ? own.points : [...own.points].reverse(), `cr-edge cr-now cr-${ink}`),
    ...boxes.map((each) => frame(each, "taken")),
    told
      ? tip(scene, own, chain(step, values, gradients), boxes)
      : frame(box(ink, step.name), "made"),
  );
}

// Below its gradient, or above it if there it would cover what it speaks of. It may reach beyond the
// picture: the stylesheet puts it over what stands there.
function tip(scene, own, [name, first, ...rest], boxes) {
  const lines = [`${name} = ${first}`, ...(rest.length ? [`= ${rest.join(" = ")}`] : [])];
  const wide = Math.max(...lines.map((each) => each.length)) * 7 + 20;
  const tall = 20 * lines.length + 6;
  const box = boxOf(own, own.gradient, "0000");
  const x = Math.max(1, Math.min(scene.width - wide - 1, box.x + box.width / 2 - wide / 2));
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

const TRAITS = [
  ...new Set(
    Object.values(GRAPHS).flatMap(({ sliders }) => Object.values(sliders).map(([trait]) => trait)),
  ),
];
const NAMES = ["graph", "step", ...TRAITS];

function stateOfGraph(model) {
  const { graph, step, ...all } = stateOf(model, NAMES);
  const inputs = Object.entries(GRAPHS[graph].sliders).map(([name, [trait]]) => [name, all[trait]]);
  return { graph, step: Math.min(step, steps(graph).length), inputs: Object.fromEntries(inputs) };
}

// The inputs' sliders, of which only those of the chosen graph are there.
function sliders(model, key) {
  const all = Object.entries(GRAPHS[key].sliders).map(([name, [trait, min, max, step]]) =>
    slider(model, trait, { label: name, min, max, step, text: written }),
  );
  const el = html("div", { class: "cr-inputs" }, ...all.map((each) => each.el));
  const show = () => (el.hidden = model.get("graph") !== key);
  show();
  const unwatch = watch(model, ["graph"], show);
  return {
    el,
    unbind: () => [unwatch, ...all.map(({ unbind }) => unbind)].forEach((end) => end()),
  };
}

// Let a gradient tell its product when it is pointed at, tapped or focused, until Escape is pressed.
// `show(name)` draws that, or with null takes it away.
function telling(el, show) {
  const of = (node) => node?.closest("[data-of]")?.dataset.of ?? null;
  const held = () => of(el.querySelector(":focus"));
  const mouse = (listener) => (event) => event.pointerType === "mouse" && listener(event);
  el.addEventListener("focusin", ({ target }) => show(of(target)));
  el.addEventListener("focusout", () => show(null));
  el.addEventListener("click", ({ target }) => show(of(target)));
  el.addEventListener(
    "pointerover",
    mouse(({ target }) => show(of(target) ?? held())),
  );
  el.addEventListener(
    "pointerleave",
    mouse(() => show(held())),
  );
  el.addEventListener("keydown", ({ key }) => key === "Escape" && show(null));
}

function render({ model, el }) {
  const words = wordsOf(model);
  const state = () => stateOfGraph(model);
  const last = () => steps(model.get("graph")).length;
  const finish = () => put(model, { step: last() });
  if (model.get("step") > last()) finish();
  const unwatch = watch(model, ["graph"], finish); // another graph is shown whole
  const stepNow = () => steps(model.get("graph"))[state().step - 1];
  const say = (options, key) =>
    says(model, NAMES, options, () => fill(key() ?? "", numbers(state())));
  let pointed = null;
  const parts = {
    graph: choice(model, "graph", {
      label: words.graph,
      options: Object.keys(GRAPHS).map((key) => [key, words[key]]),
    }),
    stepper: stepper(model, "step", { max: last, words, others: ["graph"], every: 1400 }),
    begins: buttons(
      [words.begin_forward, () => put(model, { step: 0 })],
      [words.begin_backward, () => put(model, { step: firstBack(model.get("graph")) })],
    ),
    picture: canvas(
      model,
      NAMES,
      {
        label: words.picture,
        role: "group",
        height: (width) => planOf(width, GRAPHS[model.get("graph")]).height,
      },
      (width) => {
        const scene = sceneOf(width, state());
        return picture(scene, overlay(scene, pointed));
      },
    ),
    stepIs: say({ class: "cr-verdict", live: true }, () => {
      const step = stepNow();
      return step ? words[`${step.pass}_is`] : words.start;
    }),
    rule: say({}, () => {
      const step = stepNow();
      return step && words[`${step.pass}_${step.node?.op ?? "end"}`];
    }),
    nudge: say({}, () => (stepNow()?.pass === "backward" ? words.nudge : "")),
    ...Object.fromEntries(Object.keys(GRAPHS).map((key) => [`inputs_${key}`, sliders(model, key)])),
    itself: { unbind: unwatch },
  };
  parts.picture.el.classList.add("cr-telling");
  telling(parts.picture.el, (name) => {
    pointed = name;
    parts.picture.redraw();
  });
  return assemble(
    el,
    parts,
    parts.graph.el,
    parts.picture.el,
    html("div", { class: "cr-stepping" }, parts.begins.el, parts.stepper.el),
    html("div", { class: "cr-said" }, parts.stepIs.el, parts.rule.el, parts.nudge.el),
    ...Object.keys(GRAPHS).map((key) => parts[`inputs_${key}`].el),
    html("p", { class: "cr-caption" }, words.caption),
  );
}

const explorable = { name: "ComputationalGraph", render };
export default explorable;
