import {
  assemble,
  bottomAxis,
  canvas,
  drag,
  fill,
  html,
  leftAxis,
  line,
  put,
  says,
  scale,
  shown,
  slider,
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
  return y.toFixed(3 - Math.floor(Math.log10(Math.min(y, 1 - y))));
}

// The exponent of the lowest power of ten on the chain's axis. A few steps only: an axis that
// moved with every pixel could not be read.
export function floorOf(lowest) {
  return [-20, -40, -80].find((exponent) => lowest >= 10 ** exponent);
}

const written = (x) => (x < 0 ? "−" : "") + Math.abs(x).toFixed(1);

export function numbers(x, n) {
  const y = sigmoid(x);
  return {
    x: written(x),
    n: superscript(n),
    y: digitsOf(y),
    slope: shown(slope(x)),
    product: shown(slope(x) ** n, 2),
    best: shown(0.25 ** n, 2),
  };
}

// --- Pictures --------------------------------------------------------------------------------

const LEFT = 34;
const along = (point) => Array.from({ length: 121 }, (_, i) => point(-X_MAX + i / 10));

function curve(width, x) {
  const [top, bottom] = [12, 168];
  const px = scale([-X_MAX, X_MAX], [LEFT, width - 10]);
  const py = scale([0, 1], [bottom, top]);
  const y = sigmoid(x);
  // The tangent, long enough to be seen as a line, short enough to be seen to touch.
  const reach = 70 / Math.hypot(px(1) - px(0), slope(x) * (py(1) - py(0)));
  const tangent = [-reach, reach].map((d) => [px(x + d), py(y + slope(x) * d)]);
  return [
    ...leftAxis(
      [
        [py(0), "0"],
        [py(0.5), "½"],
        [py(1), "1"],
      ],
      LEFT,
      width - 10,
    ),
    ...bottomAxis(
      [-6, -3, 0, 3, 6].map((v) => [px(v), String(v).replace("-", "−")]),
      bottom,
    ),
    text("y = σ(x)", px(-5.6), py(0.8), { class: "cr-value" }),
    svg("path", { class: "cr-curve cr-value", d: line(along((v) => [px(v), py(sigmoid(v))])) }),
    svg("line", { class: "cr-guide", x1: px(x), x2: px(x), y1: py(y), y2: bottom }),
    svg("path", { class: "cr-curve cr-gradient", d: line(tangent) }),
    svg("circle", { class: "cr-handle", cx: px(x), cy: py(y), r: 10 }),
    svg("path", { class: "cr-grip", d: `M${px(x) - 3} ${py(y) - 3}l-3 3l3 3m6 0l3 -3l-3 -3` }),
  ];
}

function slopeCurve(width, x, words) {
  const [top, bottom] = [18, 96];
  const px = scale([-X_MAX, X_MAX], [LEFT, width - 10]);
  const py = scale([0, 0.25], [bottom, top]);
  return [
    ...leftAxis(
      [
        [py(0), "0"],
        [py(0.25), "¼"],
      ],
      LEFT,
      width - 10,
    ),
    svg("line", { class: "cr-bound", x1: LEFT, x2: width - 10, y1: py(0.25), y2: py(0.25) }),
    text(words.ceiling, width - 10, py(0.25) - 6, { class: "cr-muted", "text-anchor": "end" }),
    text("y(1 − y)", px(-5.6), py(0.12), { class: "cr-gradient" }),
    svg("path", { class: "cr-curve cr-gradient", d: line(along((v) => [px(v), py(slope(v))])) }),
    svg("line", { class: "cr-guide", x1: px(x), x2: px(x), y1: 0, y2: bottom }),
    svg("circle", { class: "cr-dot cr-gradient", cx: px(x), cy: py(slope(x)), r: 5 }),
    ...bottomAxis([[px(X_MAX), "x"]], bottom),
  ];
}

function chain(width, x, n, words) {
  const [top, bottom, left] = [18, 258, 50];
  const px = scale([0, N_MAX], [left, width - 14]);
  const lowest = floorOf(slope(x) ** n);
  const py = scale([0, lowest], [top, bottom]);
  const ticks = [0, 1, 2, 3, 4].map((i) => (lowest / 4) * i);
  const powers = (base) => (k) => [px(k), py(k * Math.log10(base))];
  const points = Array.from({ length: n }, (_, i) => powers(slope(x))(i + 1));
  const [endX, endY] = points[n - 1];
  return [
    ...leftAxis(
      ticks.map((e) => [py(e), e ? `10${superscript(e)}` : "1"]),
      left,
      width - 14,
    ),
    ...bottomAxis(
      [0, 10, 20, 30].map((v) => [px(v), v]),
      bottom,
    ),
    text(words.layers, width - 14, bottom + 32, { class: "cr-muted", "text-anchor": "end" }),
    svg("path", { class: "cr-bound", d: line([0, N_MAX].map(powers(0.25))) }),
    text(words.at_best, px(17), powers(0.25)(17)[1] - 8, { class: "cr-muted" }),
    svg("path", { class: "cr-curve cr-gradient", d: line([[px(0), py(0)], ...points]) }),
    ...points.map(([cx, cy]) => svg("circle", { class: "cr-dot cr-gradient", cx, cy, r: 3 })),
    svg("circle", { class: "cr-dot cr-gradient", cx: endX, cy: endY, r: 6 }),
  ];
}

// Where along the curve a pointer is, as an x the slider can take.
export function xAt(px, width) {
  const x = scale([LEFT, width - 10], [-X_MAX, X_MAX])(px);
  return Math.round(10 * Math.min(X_MAX, Math.max(-X_MAX, x))) / 10;
}

// --- The figure ------------------------------------------------------------------------------

function render({ model, el }) {
  const words = wordsOf(model);
  const [x, n] = [() => model.get("x"), () => model.get("n")];
  const sentence = (key, names, options = {}) =>
    says(model, names, options, () => fill(words[key], numbers(x(), n())));
  const parts = {
    curve: canvas(model, ["x"], { label: words.curve, height: 190 }, (w) => curve(w, x())),
    slope: canvas(model, ["x"], { label: words.slope, height: 118 }, (w) =>
      slopeCurve(w, x(), words),
    ),
    x: slider(model, "x", { label: words.x, min: -X_MAX, max: X_MAX, step: 0.1, text: written }),
    yIs: sentence("y_is", ["x"]),
    slopeIs: sentence("slope_is", ["x"], { live: true, class: "cr-formula" }),
    chain: canvas(model, ["x", "n"], { label: words.chain, height: 308 }, (w) =>
      chain(w, x(), n(), words),
    ),
    n: slider(model, "n", { label: words.n, min: 1, max: N_MAX }),
    productIs: sentence("product_is", ["x", "n"], { live: true }),
    bestIs: sentence("best_is", ["n"]),
  };
  const curveEl = parts.curve.el;
  curveEl.classList.add("cr-draggable");
  drag(
    curveEl,
    () => "x",
    ([px]) => {
      put(model, { x: xAt(px, curveEl.getBoundingClientRect().width) });
    },
  );
  const panel = (...names) => html("div", { class: "cr-panel" }, ...names.map((k) => parts[k].el));
  return assemble(
    el,
    parts,
    html(
      "div",
      { class: "cr-panels" },
      panel("curve", "slope", "x", "yIs", "slopeIs"),
      panel("chain", "n", "productIs", "bestIs"),
    ),
    html("p", { class: "cr-caption" }, words.caption),
  );
}

const explorable = { name: "SigmoidSlope", render };
export default explorable;
