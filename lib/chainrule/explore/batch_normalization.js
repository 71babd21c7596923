import {
  assemble,
  buttons,
  canvas,
  cells,
  choice,
  entry,
  fill,
  html,
  presets,
  put,
  says,
  scale,
  shown,
  slider,
  stateOf,
  subscript,
  svg,
  text,
  wordsOf,
} from "./_explorable.js";

// --- Mathematics: no page needed. Its tests compare it with the library. ---
// library

export const LIMIT = 6;
const EPS = 1e-5;
const MOMENTUM = 0.9;
const sum = (values) => values.reduce((a, b) => a + b, 0);

// Everything there is to know of one state, with the gradient 1 arriving at y of number k alone.
export function passes({ x, gamma, beta, k, mode, mean, variance }) {
  const N = x.length;
  const training = mode === "training";
  const mu = training ? sum(x) / N : mean;
  const sigma2 = training ? sum(x.map((v) => (v - mu) ** 2)) / N : variance;
  const s = Math.sqrt(sigma2 + EPS);
  const hat = x.map((v) => (v - mu) / s);
  const y = hat.map((v) => gamma * v + beta);
  const own = (i) => (i === k ? 1 : 0);
  const shared = (i) => (training ? 1 / N + (hat[i] * hat[k]) / N : 0);
  const dx = x.map((_, i) => (gamma / s) * (own(i) - shared(i)));
  return { mu, sigma2, s, hat, y, dx };
}

// The running statistics after one more batch; the variance is the unbiased one.
export function counted({ x, mean, variance }) {
  const N = x.length;
  const mu = sum(x) / N;
  const unbiased = sum(x.map((v) => (v - mu) ** 2)) / (N - 1);
  const mixed = (old, now) => MOMENTUM * old + (1 - MOMENTUM) * now;
  return { mean: mixed(mean, mu), variance: mixed(variance, unbiased) };
}

export function raised(x) {
  const by = Math.min(1, LIMIT - Math.max(...x));
  return x.map((v) => v + by);
}

export function halved(x) {
  const mu = sum(x) / x.length;
  return x.map((v) => mu + (v - mu) / 2);
}

// So many decimals, and no "−0".
export function fixed(value, digits = 2) {
  const written = value.toFixed(digits);
  return (Number(written) === 0 ? written.replace("-", "") : written).replace("-", "−");
}

// Gradients: three decimals, or less of a large one; and no "−0".
export const slope = (value) =>
  Math.abs(value) < 5e-4 ? "0.000" : fixed(value, Math.abs(value) < 100 ? 3 : 1);

export function numbers(state) {
  const { hat, s, dx } = passes(state);
  return {
    i: subscript(state.k + 1),
    gamma: fixed(state.gamma, 1),
    s: shown(s),
    square: fixed(hat[state.k] ** 2 / 4, 3),
    dx: slope(dx[state.k]),
    sum: slope(sum(dx)),
    product: slope(sum(dx.map((v, i) => v * hat[i]))),
    mean: fixed(state.mean),
    variance: fixed(state.variance),
  };
}

// --- The picture -----------------------------------------------------------------------------

const [LEFT, RIGHT] = [30, 10];
const LINES = { x: 74, hat: 158, y: 242 };

function picture(width, state, words) {
  const { mu, sigma2, hat, y, dx } = passes(state);
  const right = width - RIGHT;
  const px = scale([-LIMIT - 0.4, LIMIT + 0.4], [LEFT, right]);
  const inside = (v) => Math.min(LIMIT + 0.4, Math.max(-LIMIT - 0.4, v));
  const at = (v) => px(inside(v));
  const sigma = Math.sqrt(sigma2);
  const rows = Object.entries(LINES).flatMap(([name, top]) => [
    svg("line", { class: "cr-grid", x1: LEFT, x2: right, y1: top, y2: top }),
    svg("line", { class: "cr-guide", x1: px(0), x2: px(0), y1: top - 5, y2: top + 5 }),
    text(words[`row_${name}`], 4, top + 4, { class: "cr-value" }),
  ]);
  const ways = state.x.flatMap((v, i) => {
    const points = [
      [at(v), LINES.x],
      [at(hat[i]), LINES.hat],
      [at(y[i]), LINES.y],
    ];
    const d = points.map(([a, b], n) => `${n ? "L" : "M"}${a.toFixed(1)} ${b}`).join("");
    return [
      svg("path", { class: `cr-curve cr-${i + 1}`, d }),
      ...points.map(([cx, cy]) => svg("circle", { class: `cr-dot cr-${i + 1}`, cx, cy, r: 5.5 })),
    ];
  });
  // Eight times as long as the axis says, or most could not be seen; each on a height of its own.
  const arrows = dx.map((g, i) => {
    const [from, to] = [at(state.x[i]), at(state.x[i] + 8 * g)];
    const [top, head] = [12 + 13 * i, Math.sign(to - from) * Math.min(7, Math.abs(to - from))];
    return svg("path", {
      class: "cr-arrow",
      d: `M${from.toFixed(1)} ${top}L${to.toFixed(1)} ${top}m${-head} -4l${head} 4l${-head} 4`,
    });
  });
  const column = Math.min(80, (right - LEFT) / state.x.length);
  const table = [state.x, hat, y, dx];
  const names = ["row_x", "row_hat", "row_y", "row_dx"].map((name) => words[name]);
  return [
    svg("rect", {
      class: "cr-spread",
      x: at(mu - sigma),
      width: at(mu + sigma) - at(mu - sigma),
      y: LINES.x - 9,
      height: 18,
    }),
    ...rows,
    svg("path", { class: "cr-mean", d: `M${at(mu).toFixed(1)} ${LINES.x - 12}v24` }),
    ...ways,
    ...arrows,
    ...state.x.map((_, i) =>
      svg("path", {
        class: `cr-curve cr-${i + 1}`,
        d: `M${LEFT + (i + 0.2) * column} 276h${0.6 * column}`,
      }),
    ),
    ...names.map((name, row) =>
      text(name, 4, 304 + 26 * row, { class: row === 3 ? "cr-gradient" : "cr-value" }),
    ),
    ...cells(table, {
      x: LEFT,
      y: 286,
      size: 26,
      width: column,
      of: (value, row, i) => ({
        text: row === 3 ? slope(value) : fixed(value),
        ink: row === 3 ? "gradient" : "value",
        share: i === state.k && (row === 2 || row === 3) ? 0.6 : 0,
      }),
    }),
  ];
}

// --- The figure ------------------------------------------------------------------------------

const NAMES = ["x", "gamma", "beta", "k", "mode", "mean", "variance"];

const STORY = {
  what_if: {
    outlier: { x: [-1, -0.5, 0, 6], mode: "training" },
    same: { x: [1, 1, 1, 1], mode: "training" },
    pairs: { x: [-2, -2, 2, 2], mode: "training" },
  },
};

function render({ model, el }) {
  const words = wordsOf(model);
  const state = () => stateOf(model, NAMES);
  const become = (changes) => () => put(model, changes());
  const say = (key, options = {}) =>
    says(model, NAMES, options, () => fill(words[key()], numbers(state())));
  const one = (value) => fixed(value, 1);
  const values = model.get("x").map((_, i) =>
    slider(entry(model, "x", i), `x${i}`, {
      label: fill(words.value, { i: subscript(i + 1) }),
      min: -LIMIT,
      max: LIMIT,
      step: 0.1,
      text: (v) => fixed(v),
    }),
  );
  const parts = {
    presets: presets(model, STORY, words),
    ...values,
    moves: buttons(
      [words.raise, become(() => ({ x: raised(model.get("x")) }))],
      [words.halve, become(() => ({ x: halved(model.get("x")) }))],
    ),
    gamma: slider(model, "gamma", { label: words.gamma, min: -2, max: 2, step: 0.1, text: one }),
    beta: slider(model, "beta", { label: words.beta, min: -2, max: 2, step: 0.1, text: one }),
    k: choice(model, "k", {
      label: words.k,
      options: values.map((_, i) => [i, `y${subscript(i + 1)}`]),
    }),
    mode: choice(model, "mode", {
      label: words.mode,
      options: ["training", "evaluation"].map((mode) => [mode, words[mode]]),
    }),
    picture: canvas(model, NAMES, { label: words.picture, height: 392 }, (width) =>
      picture(width, state(), words),
    ),
    dxIs: say(() => `${model.get("mode")}_is`, { class: "cr-formula", live: true }),
    sums: say(() => "sums"),
    running: say(() => "running"),
    statistics: buttons(
      [words.train, become(() => counted(state()))],
      [words.reset, become(() => ({ mean: 0, variance: 1 }))],
    ),
  };
  const panel = (...all) => html("div", { class: "cr-panel" }, ...all.map((part) => part.el));
  const {
    presets: story,
    moves,
    gamma,
    beta,
    k,
    mode,
    picture: drawn,
    dxIs,
    sums,
    running,
    statistics,
  } = parts;
  return assemble(
    el,
    parts,
    story.el,
    html(
      "div",
      { class: "cr-panels" },
      panel(...values, moves, gamma, beta),
      panel(k, mode, drawn, dxIs, sums),
    ),
    running.el,
    statistics.el,
    html("p", { class: "cr-caption" }, words.caption),
  );
}

const explorable = { name: "BatchNormalizationOfFour", render };
export default explorable;
