import {
  buttons,
  canvas,
  cells,
  choice,
  clamp,
  fill,
  fixed,
  getState,
  line,
  listEntry,
  mount,
  named,
  panels,
  presets,
  range,
  scale,
  sentences,
  setState,
  significant,
  slider,
  subscript,
  sum,
  svg,
  text,
  wordsOf,
} from "./_explorable.js";

// --- Mathematics: no page needed. Its tests compare it with the library. ---

export const LIMIT = 6;
const EPS = 1e-5;
const MOMENTUM = 0.9;

// Everything that follows from one state, with the gradient 1 arriving at y of number k alone.
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

// Values have two decimals; gradients three, or one where they are large.
const value = (v) => fixed(v, 2);
export const slope = (v) => fixed(v, Math.abs(v) < 100 ? 3 : 1);

export function numbers(state) {
  const { hat, s, dx } = passes(state);
  return {
    i: subscript(state.k + 1),
    gamma: fixed(state.gamma, 1),
    s: significant(s),
    square: fixed(hat[state.k] ** 2 / 4, 3),
    dx: slope(dx[state.k]),
    sum: slope(sum(dx)),
    product: slope(sum(dx.map((v, i) => v * hat[i]))),
    mean: value(state.mean),
    variance: value(state.variance),
  };
}

// --- The picture -----------------------------------------------------------------------------

const [LEFT, RIGHT] = [30, 10];
const LINES = { x: 74, hat: 158, y: 242 };
const REACH = LIMIT + 0.4;

function picture(width, state, words) {
  const { mu, sigma2, hat, y, dx } = passes(state);
  const right = width - RIGHT;
  const px = scale([-REACH, REACH], [LEFT, right]);
  const at = (v) => px(clamp(v, -REACH, REACH));
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
    return [
      svg("path", { class: `cr-curve cr-${i + 1}`, d: line(points) }),
      ...points.map(([cx, cy]) => svg("circle", { class: `cr-dot cr-${i + 1}`, cx, cy, r: 5.5 })),
    ];
  });
  // Eight times as long as the axis says, or most could not be seen; each at a height of its own.
  const arrows = dx.map((g, i) => {
    const [from, to] = [at(state.x[i]), at(state.x[i] + 8 * g)];
    const [top, head] = [12 + 13 * i, Math.sign(to - from) * Math.min(7, Math.abs(to - from))];
    return svg("path", {
      class: "cr-arrow",
      d: `${line([
        [from, top],
        [to, top],
      ])}m${-head} -4l${head} 4l${-head} 4`,
    });
  });
  const column = Math.min(80, (right - LEFT) / state.x.length);
  const legend = state.x.map((_, i) => {
    const d = `M${LEFT + (i + 0.2) * column} 276h${0.6 * column}`;
    return svg("path", { class: `cr-curve cr-${i + 1}`, d });
  });
  const names = ["row_x", "row_hat", "row_y", "row_dx"];
  const name = (key, row) =>
    text(words[key], 4, 304 + 26 * row, { class: row === 3 ? "cr-gradient" : "cr-value" });
  const spread = { x: at(mu - sigma), width: at(mu + sigma) - at(mu - sigma) };
  return [
    svg("rect", { class: "cr-spread", ...spread, y: LINES.x - 9, height: 18 }),
    ...rows,
    svg("path", { class: "cr-mean", d: `M${at(mu).toFixed(1)} ${LINES.x - 12}v24` }),
    ...ways,
    ...arrows,
    ...legend,
    ...names.map(name),
    ...cells([state.x, hat, y, dx], {
      x: LEFT,
      y: 286,
      size: 26,
      width: column,
      format: (v, row, i) => ({
        text: row === 3 ? slope(v) : value(v),
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
  const state = () => getState(model, NAMES);
  const set = (changes) => () => setState(model, changes());
  const say = sentences(model, NAMES, words, () => numbers(state()));
  const parameter = (name) =>
    slider(model, name, {
      label: words[name],
      min: -2,
      max: 2,
      step: 0.1,
      text: (v) => fixed(v, 1),
    });
  const indices = range(model.get("x").length);
  const values = indices.map((i) =>
    slider(listEntry(model, "x", i), `x${i}`, {
      label: fill(words.value, { i: subscript(i + 1) }),
      min: -LIMIT,
      max: LIMIT,
      step: 0.1,
      text: value,
    }),
  );
  const parts = {
    presets: presets(model, STORY, words),
    ...values,
    moves: buttons(
      [words.raise, set(() => ({ x: raised(model.get("x")) }))],
      [words.halve, set(() => ({ x: halved(model.get("x")) }))],
    ),
    gamma: parameter("gamma"),
    beta: parameter("beta"),
    k: choice(model, "k", {
      label: words.k,
      options: indices.map((i) => [i, `y${subscript(i + 1)}`]),
    }),
    mode: choice(model, "mode", {
      label: words.mode,
      options: named(words, ["training", "evaluation"]),
    }),
    picture: canvas(model, NAMES, { label: words.picture, height: 392 }, (width) =>
      picture(width, state(), words),
    ),
    dxIs: say(() => `${model.get("mode")}_is`, { class: "cr-formula", live: true }),
    sums: say("sums"),
    running: say("running"),
    statistics: buttons(
      [words.train, set(() => counted(state()))],
      [words.reset, set(() => ({ mean: 0, variance: 1 }))],
    ),
  };
  return mount(
    el,
    words,
    parts,
    parts.presets,
    panels(
      [...values, parts.moves, parts.gamma, parts.beta],
      [parts.k, parts.mode, parts.picture, parts.dxIs, parts.sums],
    ),
    parts.running,
    parts.statistics,
  );
}

const explorable = { name: "BatchNormalizationOfFour", render };
export default explorable;
