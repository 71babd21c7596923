import {
  bottomAxis,
  canvas,
  clamp,
  drag,
  fixed,
  leftAxis,
  line,
  mount,
  panels,
  powersOfTen,
  range,
  scale,
  sentences,
  setState,
  significant,
  slider,
  steps,
  superscript,
  svg,
  text,
  wordsOf,
} from "./_explorable.js";

// --- Mathematics: no page needed. Its tests compare it with the library. ---

export const X_MAX = 6;
export const N_MAX = 30;

export function sigmoid(x) {
  return 1 / (1 + Math.exp(-x)); // |x| ≤ 6: nothing can overflow
}

export function slope(x) {
  const y = sigmoid(x);
  return y * (1 - y);
}

// y with as many decimals as 1 − y needs to keep four digits, so that y · (1 − y) can be checked.
export function digitsOf(y) {
  return fixed(y, 3 - Math.floor(Math.log10(Math.min(y, 1 - y))));
}

// The exponent of the lowest power of ten on the chain's axis. A few steps only: an axis that
// moved with every pixel could not be read.
export function floorOf(lowest) {
  return [-20, -40, -80].find((exponent) => lowest >= 10 ** exponent);
}

const written = (x) => fixed(x, 1);

export function numbers(x, n) {
  const y = sigmoid(x);
  return {
    x: written(x),
    n: superscript(n),
    y: digitsOf(y),
    slope: significant(slope(x)),
    product: significant(slope(x) ** n, 2),
    best: significant(0.25 ** n, 2),
  };
}

// --- Pictures --------------------------------------------------------------------------------

const LEFT = 34;
const RIGHT = 10;
const TENTHS = range(20 * X_MAX + 1).map((i) => i / 10 - X_MAX); // the x of every point of a curve

function curve(width, x) {
  const [top, bottom, right] = [12, 168, width - RIGHT];
  const px = scale([-X_MAX, X_MAX], [LEFT, right]);
  const py = scale([0, 1], [bottom, top]);
  const y = sigmoid(x);
  // The tangent, long enough to be seen as a line, short enough to be seen to touch. It ends where
  // the curve does.
  const reach = 64 / Math.hypot(px(1) - px(0), slope(x) * (py(1) - py(0)));
  const ends = [x - reach, x + reach].map((end) => clamp(end, -X_MAX, X_MAX));
  const tangent = ends.map((end) => [px(end), py(y + slope(x) * (end - x))]);
  const sigmoids = TENTHS.map((v) => [px(v), py(sigmoid(v))]);
  return [
    ...leftAxis(py, [0, [0.5, "½"], 1], LEFT, right),
    ...bottomAxis(px, [-6, -3, 0, 3, 6], bottom),
    text("y = σ(x)", px(-5.6), py(0.8), { class: "cr-value" }),
    svg("path", { class: "cr-curve cr-value", d: line(sigmoids) }),
    svg("line", { class: "cr-guide", x1: px(x), x2: px(x), y1: py(y), y2: bottom }),
    svg("path", { class: "cr-curve cr-gradient", d: line(tangent) }),
    svg("circle", { class: "cr-handle", cx: px(x), cy: py(y), r: 10 }),
    svg("path", { class: "cr-grip", d: `M${px(x) - 3} ${py(y) - 3}l-3 3l3 3m6 0l3 -3l-3 -3` }),
  ];
}

function slopeCurve(width, x, words) {
  const [top, bottom, right] = [18, 96, width - RIGHT];
  const px = scale([-X_MAX, X_MAX], [LEFT, right]);
  const py = scale([0, 0.25], [bottom, top]);
  const slopes = TENTHS.map((v) => [px(v), py(slope(v))]);
  return [
    ...leftAxis(py, [0, [0.25, "¼"]], LEFT, right),
    svg("line", { class: "cr-bound", x1: LEFT, x2: right, y1: py(0.25), y2: py(0.25) }),
    text(words.ceiling, right, py(0.25) - 6, { class: "cr-muted", "text-anchor": "end" }),
    text("y(1 − y)", px(-5.6), py(0.12), { class: "cr-gradient" }),
    svg("path", { class: "cr-curve cr-gradient", d: line(slopes) }),
    svg("line", { class: "cr-guide", x1: px(x), x2: px(x), y1: 0, y2: bottom }),
    svg("circle", { class: "cr-dot cr-gradient", cx: px(x), cy: py(slope(x)), r: 5 }),
    ...bottomAxis(px, [[X_MAX, "x"]], bottom),
  ];
}

function chain(width, x, n, words) {
  const [top, bottom, left, right] = [18, 258, 50, width - 14];
  const px = scale([0, N_MAX], [left, right]);
  const lowest = floorOf(slope(x) ** n);
  const py = scale([0, lowest], [top, bottom]);
  // The point of base to the k.
  const power = (base, k) => [px(k), py(k * Math.log10(base))];
  const points = range(n).map((i) => power(slope(x), i + 1));
  const [endX, endY] = points[n - 1];
  return [
    ...leftAxis(py, powersOfTen(lowest, 0, -lowest / 4), left, right),
    ...bottomAxis(px, [0, 10, 20, 30], bottom),
    text(words.layers, right, bottom + 32, { class: "cr-muted", "text-anchor": "end" }),
    svg("path", { class: "cr-bound", d: line([0, N_MAX].map((k) => power(0.25, k))) }),
    text(words.at_best, px(17), power(0.25, 17)[1] - 8, { class: "cr-muted" }),
    svg("path", { class: "cr-curve cr-gradient", d: line([power(1, 0), ...points]) }),
    ...points.map(([cx, cy]) => svg("circle", { class: "cr-dot cr-gradient", cx, cy, r: 3 })),
    svg("circle", { class: "cr-dot cr-gradient", cx: endX, cy: endY, r: 6 }),
  ];
}

// Where along the curve a pointer is, as an x the slider can take.
export function xAt(px, width) {
  const x = scale([LEFT, width - RIGHT], [-X_MAX, X_MAX])(px);
  return Math.round(10 * clamp(x, -X_MAX, X_MAX)) / 10;
}

// --- The figure ------------------------------------------------------------------------------

const STEPS = [
  { key: "steep", done: ({ now }) => now.x === 0 },
  { key: "flat", sets: { x: 0 }, done: ({ now }) => slope(now.x) <= 0.025 },
  { key: "chain", sets: { n: 10 }, done: ({ now }) => now.n === N_MAX },
  { key: "best", sets: { n: N_MAX }, done: ({ now }) => now.n === 10 && now.x === 0 },
];

function render({ model, el }) {
  const words = wordsOf(model);
  const x = () => model.get("x");
  const n = () => model.get("n");
  const say = (key, names, options) =>
    sentences(model, names, words, () => numbers(x(), n()))(key, options);
  const parts = {
    curve: canvas(model, ["x"], { label: words.curve, height: 190 }, (w) => curve(w, x())),
    slope: canvas(model, ["x"], { label: words.slope, height: 118 }, (w) =>
      slopeCurve(w, x(), words),
    ),
    x: slider(model, "x", { label: words.x, min: -X_MAX, max: X_MAX, step: 0.1, text: written }),
    yIs: say("y_is", ["x"]),
    slopeIs: say("slope_is", ["x"], { live: true, class: "cr-formula" }),
    chain: canvas(model, ["x", "n"], { label: words.chain, height: 308 }, (w) =>
      chain(w, x(), n(), words),
    ),
    n: slider(model, "n", { label: words.n, min: 1, max: N_MAX }),
    productIs: say("product_is", ["x", "n"], { live: true }),
    bestIs: say("best_is", ["n"]),
    steps: steps(model, words, STEPS),
  };
  parts.curve.el.classList.add("cr-draggable");
  drag(
    parts.curve.el,
    () => "x",
    ([px]) => setState(model, { x: xAt(px, parts.curve.width()) }),
  );
  return mount(
    el,
    words,
    parts,
    parts.steps,
    panels(
      [parts.curve, parts.slope, parts.x, parts.yIs, parts.slopeIs],
      [parts.chain, parts.n, parts.productIs, parts.bestIs],
    ),
  );
}

const explorable = { name: "SigmoidSlope", render };
export default explorable;
