import {
  assemble,
  canvas,
  drag,
  entry,
  fill,
  html,
  matrixField,
  presets,
  put,
  says,
  slider,
  stateOf,
  svg,
  text,
  wordsOf,
} from "./_explorable.js";

// --- Mathematics: no page needed. Its tests compare it with the library. ---

export const LIMIT = 3;

// Rows times columns, for a row v of two: (v₁W₁₁ + v₂W₂₁, v₁W₁₂ + v₂W₂₂).
const times = (v, W) => [0, 1].map((j) => v[0] * W[0][j] + v[1] * W[1][j]);
const transposed = (W) => [0, 1].map((i) => [0, 1].map((j) => W[j][i]));

export function forward({ W, b, x }) {
  return times(x, W).map((v, j) => v + b[j]);
}

export function backward({ W, x, dy }) {
  return { dx: times(dy, transposed(W)), dW: x.map((v) => dy.map((g) => v * g)) };
}

// At most two decimals of inputs, four of products; and no "−0".
export function written(value) {
  const rounded = Math.round(value * 1e4) / 1e4;
  return String(rounded === 0 ? 0 : rounded).replace("-", "−");
}

// A negative factor in brackets, so that 2·(−1) can be read.
const factor = (value) => (value < 0 ? `(${written(value)})` : written(value));

export function numbers(state) {
  const { W, b, x, dy } = state;
  const y = forward(state);
  const { dx, dW } = backward(state);
  const inputs = {
    x1: x[0],
    x2: x[1],
    b1: b[0],
    b2: b[1],
    dy1: dy[0],
    dy2: dy[1],
    w11: W[0][0],
    w12: W[0][1],
    w21: W[1][0],
    w22: W[1][1],
  };
  const results = {
    y1: y[0],
    y2: y[1],
    dx1: dx[0],
    dx2: dx[1],
    g11: dW[0][0],
    g12: dW[0][1],
    g21: dW[1][0],
    g22: dW[1][1],
  };
  const all = (values, as) =>
    Object.fromEntries(Object.entries(values).map(([k, v]) => [k, as(v)]));
  return { ...all(inputs, factor), ...all(results, written) };
}

// --- The picture -----------------------------------------------------------------------------

const HEIGHT = 330;
const REACH = { inputs: 4.5, outputs: 8.5 }; // how far each plane is shown, from 0 up and down

function plane(width, reach) {
  const unit = (HEIGHT - 24) / (2 * reach);
  return {
    unit,
    to: ([a, b]) => [width / 2 + a * unit, 12 + (HEIGHT - 24) / 2 - b * unit],
    back: ([px, py]) => [(px - width / 2) / unit, (12 + (HEIGHT - 24) / 2 - py) / unit],
  };
}

// `dashes` tell the second row of W from the first.
function arrow(from, to, kind, dashes = null) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const long = Math.hypot(dx, dy);
  const at = (p) => p.map((v) => v.toFixed(1)).join(" ");
  if (long < 1) return svg("path", { class: `cr-curve cr-${kind}`, d: `M${at(from)}` });
  const [ux, uy] = [dx / long, dy / long];
  const side = (s) => [to[0] - 9 * ux - s * 5 * uy, to[1] - 9 * uy + s * 5 * ux];
  const d = `M${at(from)}L${at(to)}M${at(side(1))}L${at(to)}L${at(side(-1))}`;
  return svg("path", { class: `cr-curve cr-${kind}`, "stroke-dasharray": dashes, d });
}

function drawn(width, state, which, words) {
  const { to } = plane(width, REACH[which]);
  const map = which === "inputs" ? (p) => p : (p) => forward({ ...state, x: p });
  const point = map(state.x);
  const gradient = which === "inputs" ? backward(state).dx : state.dy;
  const ways = [-3, -2, -1, 0, 1, 2, 3].flatMap((i) => [
    [
      [i, -3],
      [i, 3],
    ],
    [
      [-3, i],
      [3, i],
    ],
  ]);
  const d = ways.map(([a, b]) =>
    [a, b]
      .map(
        (p, k) =>
          `${k ? "L" : "M"}${to(map(p))
            .map((v) => v.toFixed(1))
            .join(" ")}`,
      )
      .join(""),
  );
  const tip = [point[0] + gradient[0], point[1] + gradient[1]];
  const handle = (at, name, kind) =>
    svg("circle", {
      class: `cr-knob cr-grab cr-${kind}`,
      cx: to(at)[0],
      cy: to(at)[1],
      r: 12,
      "data-name": name,
    });
  const frame = { x: 0, y: 0, width, height: HEIGHT };
  const ends = [
    [1, 0],
    [0, 1],
  ];
  const inner = svg(
    "svg",
    { ...frame, viewBox: `0 0 ${width} ${HEIGHT}` },
    svg("path", { class: "cr-level", d: d.join("") }),
    arrow(to(map([0, 0])), to(map(ends[0])), "value"),
    arrow(to(map([0, 0])), to(map(ends[1])), "value", "5 3"),
    arrow(to(point), to(tip), "gradient"),
    ...(which === "inputs"
      ? [handle(point, "x", "value")]
      : [
          handle(map(ends[0]), "row0", "value"),
          handle(map(ends[1]), "row1", "value"),
          handle(tip, "dy", "gradient"),
        ]),
    svg("circle", { class: "cr-dot cr-point", cx: to(point)[0], cy: to(point)[1], r: 5 }),
  );
  return [
    inner,
    svg("rect", { class: "cr-border", ...frame }),
    text(words[which === "inputs" ? "x_plane" : "y_plane"], 8, 20, { class: "cr-value cr-title" }),
    text(which === "inputs" ? "dx" : "dy", 8, 38, { class: "cr-gradient" }),
  ];
}

// --- The figure ------------------------------------------------------------------------------

const NAMES = ["W", "b", "x", "dy"];

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

function render({ model, el }) {
  const words = wordsOf(model);
  const state = () => stateOf(model, NAMES);
  const say = (key, options = {}) =>
    says(model, NAMES, options, () => fill(words[key], numbers(state())));
  const pair = (name) =>
    [0, 1].map((i) =>
      slider(entry(model, name, i), `${name}${i + 1}`, {
        label: words[`${name}${i + 1}`],
        min: -LIMIT,
        max: LIMIT,
        step: 0.1,
        text: written,
      }),
    );
  const [x, dy, b] = ["x", "dy", "b"].map(pair);
  const draw = (which) =>
    canvas(model, NAMES, { label: words[which], height: HEIGHT }, (width) =>
      drawn(width, state(), which, words),
    );
  const parts = {
    presets: presets(model, STORY, words),
    W: matrixField(model, "W", {
      label: (i, j) => fill(words.field, { i: i + 1, j: j + 1 }),
      min: -LIMIT,
      max: LIMIT,
      step: 0.1,
    }),
    inputs: draw("inputs"),
    outputs: draw("outputs"),
    yIs: say("y_is", { class: "cr-formula" }),
    dxIs: say("dx_is", { class: "cr-formula", live: true }),
    dWIs: say("dW_is", { class: "cr-formula" }),
    ...[...x, ...dy, ...b],
  };
  const on = (name, value) => {
    const tenth = value.map((v) => Math.round(10 * Math.min(LIMIT, Math.max(-LIMIT, v))) / 10);
    if (!name.startsWith("row")) return put(model, { [name]: tenth });
    put(model, { W: state().W.map((row, i) => (i === Number(name[3]) ? tenth : row)) });
  };
  for (const which of ["inputs", "outputs"]) {
    const picture = parts[which].el;
    drag(
      picture,
      (at, event) => event.target.dataset.name,
      (at, name) => {
        const { back } = plane(picture.getBoundingClientRect().width, REACH[which]);
        const from = { x: [0, 0], dy: forward(state()), row0: state().b, row1: state().b }[name];
        on(
          name,
          back(at).map((v, i) => v - from[i]),
        );
      },
    );
  }
  const panel = (...all) => html("div", { class: "cr-panel" }, ...all.map((part) => part.el));
  const label = { el: html("p", {}, words.W) };
  return assemble(
    el,
    parts,
    parts.presets.el,
    html("div", { class: "cr-panels" }, panel(parts.inputs), panel(parts.outputs)),
    parts.yIs.el,
    parts.dxIs.el,
    parts.dWIs.el,
    html("div", { class: "cr-panels" }, panel(label, parts.W, ...b), panel(...x, ...dy)),
    html("p", { class: "cr-caption" }, words.caption),
  );
}

const explorable = { name: "AffineMap", render };
export default explorable;
