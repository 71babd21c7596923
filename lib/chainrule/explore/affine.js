import {
  canvas,
  clamp,
  drag,
  fill,
  getState,
  held,
  html,
  line,
  listEntry,
  matrixInput,
  mount,
  panels,
  presets,
  range,
  rounded,
  sentences,
  setState,
  slider,
  steps,
  svg,
  text,
  wordsOf,
} from "./_explorable.js";

// --- Mathematics: no page needed. Its tests compare it with the library. ---

export const LIMIT = 3;

// The product of a row v of two and W: (v₁W₁₁ + v₂W₂₁, v₁W₁₂ + v₂W₂₂).
const times = (v, W) => [0, 1].map((j) => v[0] * W[0][j] + v[1] * W[1][j]);
const transposed = (W) => [0, 1].map((i) => [0, 1].map((j) => W[j][i]));

export const forward = ({ W, x }) => times(x, W);
export const backward = ({ W, dy }) => times(dy, transposed(W));

// Inputs have at most two decimals, their products four.
const written = (value) => rounded(value, 4);

// A negative factor in brackets, so that 2·(−1) can be read.
const factor = (value) => (value < 0 ? `(${written(value)})` : written(value));

// [1, 2] as the texts { name1: "1", name2: "2" }.
const pair = (name, row, format) =>
  Object.fromEntries(row.map((value, i) => [`${name}${i + 1}`, format(value)]));

export function numbers(state) {
  const { W, x, dy } = state;
  return {
    ...pair("x", x, factor),
    ...pair("dy", dy, factor),
    ...pair("w1", W[0], factor),
    ...pair("w2", W[1], factor),
    ...pair("y", forward(state), written),
    ...pair("dx", backward(state), written),
  };
}

// Lines of equal loss on the square grid: where the loss is 0, ±STRIPE, ±2·STRIPE, … higher than at x,
// each as its two ends on the square's edge. None where the gradient dx is 0.
export const STRIPE = 2;
export function levels(x, dx) {
  const most = LIMIT * (Math.abs(dx[0]) + Math.abs(dx[1]));
  if (most < 0.1) return [];
  const here = x[0] * dx[0] + x[1] * dx[1];
  const [first, last] = [Math.ceil((-most - here) / STRIPE), Math.floor((most - here) / STRIPE)];
  return range(last - first + 1).map((i) => endsOf(dx, here + (first + i) * STRIPE));
}

// Where the line p · g = value meets the edge of the square.
function endsOf(g, value) {
  const other = (i, at) => (value - g[i] * at) / g[1 - i];
  const met = [0, 1].flatMap((i) =>
    [-LIMIT, LIMIT].map((at) => (i ? [other(i, at), at] : [at, other(i, at)])),
  );
  const isInside = (p) => p.every((v) => Math.abs(v) <= LIMIT + 1e-9);
  const along = ([a, b]) => a * g[1] - b * g[0];
  const ordered = met.filter(isInside).sort((p, q) => along(p) - along(q));
  return [ordered[0], ordered.at(-1)];
}

// --- The picture -----------------------------------------------------------------------------

// On a phone the two stand one above the other, and both should be seen at once.
const heightNow = () => (matchMedia("(max-width: 42rem)").matches ? 185 : 300);
const REACH = { inputs: 4.5, outputs: 5.5 }; // how far each plane is shown, at least, from 0

// What a plane marks: its point, the tip of the point's gradient and, of the outputs, W's two rows.
function marks(which, state) {
  const [point, gradient] =
    which === "inputs" ? [state.x, backward(state)] : [forward(state), state.dy];
  const tip = gradient.map((g, i) => point[i] + g);
  return { point, tip, rows: which === "inputs" ? [] : state.W };
}

// How far a plane is shown so that every mark is in it: the usual reach, or half as far again, ...
export function reachOf(which, state) {
  const { point, tip, rows } = marks(which, state);
  const farthest = Math.max(...[point, tip, ...rows].flat().map(Math.abs));
  let reach = REACH[which];
  while (reach < farthest) reach *= 1.5;
  return reach;
}

// 13 pixels are left free along the frame, for half a handle.
function plane(width, height, reach) {
  const unit = (Math.min(width, height) - 26) / (2 * reach);
  return {
    toPixels: ([a, b]) => [width / 2 + a * unit, height / 2 - b * unit],
    fromPixels: ([px, py]) => [(px - width / 2) / unit, (height / 2 - py) / unit],
  };
}

// `dashes` tell the second row of W from the first.
function arrow(from, to, kind, dashes = null) {
  const attributes = { class: `cr-curve cr-${kind}`, "stroke-dasharray": dashes };
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  if (length < 1) return svg("path", { ...attributes, d: line([from]) });
  const [ux, uy] = [dx / length, dy / length];
  const barb = (side) => [to[0] - 9 * ux - side * 5 * uy, to[1] - 9 * uy + side * 5 * ux];
  return svg("path", { ...attributes, d: line([from, to]) + line([barb(1), to, barb(-1)]) });
}

// The lines x = i and y = i of the plane of inputs.
const GRID = [-3, -2, -1, 0, 1, 2, 3].flatMap((i) => [
  [
    [i, -3],
    [i, 3],
  ],
  [
    [-3, i],
    [3, i],
  ],
]);

function picture(width, state, which, reach, words) {
  const height = heightNow();
  const { toPixels } = plane(width, height, reach);
  const isInput = which === "inputs";
  const map = (p) => toPixels(isInput ? p : forward({ ...state, x: p }));
  const { point, ...marked } = marks(which, state);
  const tip = toPixels(marked.tip);
  const origin = map([0, 0]);
  const [first, second] = [map([1, 0]), map([0, 1])];
  const [cx, cy] = toPixels(point);
  const handle = ([x, y], name, kind) =>
    svg("circle", { class: `cr-knob cr-grab cr-${kind}`, cx: x, cy: y, r: 12, "data-name": name });
  const frame = { x: 0, y: 0, width, height };
  const grid = svg("path", {
    class: "cr-level",
    d: GRID.map((ends) => line(ends.map(map))).join(""),
  });
  const equal = svg("path", {
    class: "cr-equal",
    d: levels(state.x, backward(state))
      .map((ends) => line(ends.map(map)))
      .join(""),
  });
  return [
    // The frame cuts off the grid and the lines of equal loss, and nothing else.
    svg("svg", { ...frame, viewBox: `0 0 ${width} ${height}` }, grid, equal),
    svg("rect", { class: "cr-border", ...frame }),
    text(words[isInput ? "x_plane" : "y_plane"], 8, 20, { class: "cr-value cr-title" }),
    text(isInput ? "dx" : "dy", 8, 38, { class: "cr-gradient" }),
    arrow(origin, first, "value"),
    arrow(origin, second, "value", "5 3"),
    arrow([cx, cy], tip, "gradient"),
    ...(isInput
      ? [handle([cx, cy], "x", "value")]
      : [
          handle(first, "row0", "value"),
          handle(second, "row1", "value"),
          handle(tip, "dy", "gradient"),
        ]),
    svg("circle", { class: "cr-dot cr-point", cx, cy, r: 5 }),
  ];
}

// --- The figure ------------------------------------------------------------------------------

const NAMES = ["W", "x", "dy"];

const STORY = {
  make: {
    turn: {
      W: [
        [0.6, 0.8],
        [-0.8, 0.6],
      ],
    },
    stretch: {
      W: [
        [2, 0],
        [0, 0.5],
      ],
    },
    shear: {
      W: [
        [1, 0],
        [1, 1],
      ],
    },
    flatten: {
      W: [
        [2, 1],
        [1, 0.5],
      ],
    },
  },
};

const ARRIVES = [1, 2]; // a dy that comes back through every W of the story
const isZero = (values) => values.every((value) => Math.abs(value) < 1e-9);
const cosine = (a, b) => (a[0] * b[0] + a[1] * b[1]) / (Math.hypot(...a) * Math.hypot(...b));

const STEPS = [
  { key: "stretch", done: ({ now }) => `${now.W}` === `${STORY.make.stretch.W}` },
  {
    key: "against",
    sets: { ...STORY.make.stretch, dy: ARRIVES },
    done: ({ now }) => cosine(backward(now), now.dy) < -0.98,
  },
  {
    key: "silent",
    sets: { dy: ARRIVES },
    done: ({ now }) => isZero(backward(now)) && !isZero(now.dy) && !isZero(now.W.flat()),
  },
];

// Handles of a picture: x, the tips of W's two rows and the tip of dy. Each is dragged to a place, and
// what it stands for is that place minus the point where its arrow begins.
function dragHandles(model, part, which, reaches) {
  const state = () => getState(model, NAMES);
  const place = (name, value) => {
    const tenths = value.map((v) => Math.round(10 * clamp(v, -LIMIT, LIMIT)) / 10);
    if (!name.startsWith("row")) return setState(model, { [name]: tenths });
    const W = state().W.map((row, i) => (i === Number(name[3]) ? tenths : row));
    setState(model, { W });
  };
  drag(
    part.el,
    (_, { target: { dataset } }) => {
      if (dataset.name) reaches.hold(which);
      return dataset.name;
    },
    (at, name) => {
      const now = state();
      const start = name === "dy" ? forward(now) : [0, 0];
      const value = plane(part.width(), heightNow(), reaches.now(which)).fromPixels(at);
      place(
        name,
        value.map((v, i) => v - start[i]),
      );
    },
    () => {
      reaches.letGo(which);
      part.redraw();
    },
  );
}

// How far each plane is shown. While a handle is dragged in it, only farther: else the handle would
// run away from the pointer.
function reachesOf(state) {
  const held = { inputs: 0, outputs: 0 };
  const now = (which) => Math.max(held[which], reachOf(which, state()));
  return {
    now(which) {
      if (held[which]) held[which] = now(which);
      return now(which);
    },
    hold(which) {
      held[which] = now(which);
    },
    letGo(which) {
      held[which] = 0;
    },
  };
}

function render({ model, el }) {
  const words = wordsOf(model);
  const state = () => getState(model, NAMES);
  const reaches = reachesOf(state);
  const say = sentences(model, NAMES, words, () => numbers(state()));
  const component = (name, i) =>
    slider(listEntry(model, name, i), `${name}${i + 1}`, {
      label: words[`${name}${i + 1}`],
      min: -LIMIT,
      max: LIMIT,
      step: 0.1,
      text: written,
    });
  const [x, dy] = ["x", "dy"].map((name) => [0, 1].map((i) => component(name, i)));
  const drawing = (which) =>
    canvas(model, NAMES, { label: words[which], height: heightNow }, (width) =>
      picture(width, state(), which, reaches.now(which), words),
    );
  const parts = {
    presets: presets(model, STORY, words),
    W: matrixInput(model, "W", {
      label: (i, j) => fill(words.field, { i: i + 1, j: j + 1 }),
      min: -LIMIT,
      max: LIMIT,
      step: 0.1,
    }),
    inputs: drawing("inputs"),
    outputs: drawing("outputs"),
    yIs: say("y_is", { class: "cr-formula" }),
    dxIs: say("dx_is", { class: "cr-formula", live: true }),
    ...[...x, ...dy],
    steps: steps(model, words, STEPS),
  };
  dragHandles(model, parts.inputs, "inputs", reaches);
  dragHandles(model, parts.outputs, "outputs", reaches);
  const column = (part) => html("div", { class: "cr-panel" }, part);
  const planes = html("div", { class: "cr-panels" }, ...[parts.inputs, parts.outputs].map(column));
  return mount(
    el,
    words,
    parts,
    parts.steps,
    held(planes),
    panels([...x, ...dy], [parts.presets, html("p", {}, words.W), parts.W, parts.yIs, parts.dxIs]),
  );
}

const explorable = { name: "AffineMap", render };
export default explorable;
