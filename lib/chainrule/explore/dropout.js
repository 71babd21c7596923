import {
  assemble,
  bottomAxis,
  canvas,
  cells,
  choice,
  fill,
  html,
  leftAxis,
  line,
  says,
  scale,
  slider,
  stateOf,
  stepper,
  svg,
  text,
  toggle,
  wordsOf,
} from "./_explorable.js";

// --- Mathematics: no page needed. Its tests compare it with the library. ---

export const STEPS = 20;

// The mask of draw number n: u ≥ p is decided by whole twentieths, which `draws` holds (see dropout.py).
export function maskOf({ x, draws, rate, mode, scaled }, n) {
  if (mode === "evaluation") return x.map(() => 1);
  const kept = (i) => parseInt(draws[n * x.length + i], 36) >= rate;
  return x.map((_, i) => (kept(i) ? (scaled ? 1 / (1 - rate / STEPS) : 1) : 0));
}

const sum = (values) => values.reduce((a, b) => a + b, 0);

// One draw, and the mean of Σ y after each draw up to it.
export function passes(state) {
  const at = (n) => {
    const mask = maskOf(state, n);
    return { mask, y: state.x.map((v, i) => v * mask[i]) };
  };
  let total = 0;
  const means = Array.from({ length: state.draw + 1 }, (_, n) => (total += sum(at(n).y)) / (n + 1));
  const p = state.rate / STEPS;
  const full = sum(state.x);
  const factor = state.scaled || state.mode === "evaluation" ? 1 : 1 - p;
  // The standard deviation of Σ y: each y has the variance x² p/(1 − p), times (1 − p)² unscaled.
  const one = Math.sqrt((sum(state.x.map((v) => v * v)) * p) / (1 - p)) * factor;
  return {
    ...at(state.draw),
    means,
    full,
    expected: full * factor,
    spread: state.mode === "evaluation" ? 0 : one,
  };
}

export function numbers(state) {
  const { y, means, full, expected } = passes(state);
  return {
    n: state.draw + 1,
    sum: sum(y).toFixed(2),
    mean: means[state.draw].toFixed(2),
    full: full.toFixed(2),
    expected: expected.toFixed(2),
  };
}

// --- Pictures --------------------------------------------------------------------------------

const [LEFT, RIGHT] = [44, 14];

function units(width, state, words) {
  const { mask, y } = passes(state);
  const right = width - RIGHT;
  const column = (right - LEFT) / state.x.length;
  const [top, bottom] = [10, 120];
  // As high as the highest: 4 units, ten times as much at the highest rate, drawn up to 8.
  const up = scale([0, 8], [bottom, top]);
  const bar = (value, i, half, attributes) => {
    const end = up(Math.min(8, value));
    return svg("rect", {
      x: LEFT + (i + 0.5) * column - half,
      width: 2 * half,
      y: end,
      height: bottom - end,
      ...attributes,
    });
  };
  const rows = [state.x, mask, y, mask];
  const names = ["row_x", "row_mask", "row_y", "row_dx"];
  return [
    ...leftAxis(
      [
        [up(0), "0"],
        [up(4), "4"],
        [up(8), "8"],
      ],
      LEFT,
      right,
    ),
    ...y.map((v, i) => bar(v, i, 0.22 * column, { class: "cr-value cr-kept" })),
    ...state.x.map((v, i) => bar(v, i, 0.34 * column, { class: "cr-border cr-before" })),
    ...names.map((name, row) =>
      text(words[name], 4, bottom + 29 + 26 * row, {
        class: row === 3 ? "cr-gradient" : "cr-value",
      }),
    ),
    ...cells(rows, {
      x: LEFT,
      y: bottom + 12,
      size: 26,
      width: column,
      of: (value, row, i) => ({
        text: Number(value.toFixed(2)),
        ink: row === 3 ? "gradient" : "value",
        share: row > 0 && mask[i] ? 0.5 : 0,
      }),
    }),
  ];
}

function means(width, state, words) {
  const { means: path, full, expected, spread } = passes(state);
  const right = width - RIGHT;
  const [top, bottom] = [22, 150];
  const px = scale([1, 100], [LEFT, right]);
  const py = scale([0, 2 * full], [bottom, top]);
  const inside = (v) => py(Math.min(2 * full, Math.max(0, v)));
  const edge = (sign) =>
    Array.from({ length: 100 }, (_, n) => [
      px(n + 1),
      inside(expected + (sign * spread) / Math.sqrt(n + 1)),
    ]);
  return [
    svg("path", { class: "cr-spread", d: `${line([...edge(1), ...edge(-1).reverse()])}Z` }),
    ...leftAxis(
      [
        [py(0), "0"],
        [py(full), Number(full.toFixed(1))],
      ],
      LEFT,
      right,
    ),
    text(words.mean, LEFT, top - 8, { class: "cr-muted" }),
    svg("line", { class: "cr-bound", x1: LEFT, x2: right, y1: py(expected), y2: py(expected) }),
    svg("path", {
      class: "cr-curve cr-value",
      d: line(path.map((v, n) => [px(n + 1), inside(v)])),
    }),
    svg("circle", {
      class: "cr-dot cr-value",
      cx: px(path.length),
      cy: inside(path[path.length - 1]),
      r: 5,
    }),
    ...bottomAxis(
      [
        [px(1), 1],
        [px(100), 100],
      ],
      bottom,
    ),
    text(words.draws, (px(1) + px(100)) / 2, bottom + 16, {
      class: "cr-muted",
      "text-anchor": "middle",
    }),
  ];
}

// --- The figure ------------------------------------------------------------------------------

const NAMES = ["x", "draws", "rate", "draw", "mode", "scaled"];

function render({ model, el }) {
  const words = wordsOf(model);
  const state = () => stateOf(model, NAMES);
  const fair = () =>
    model.get("scaled") || model.get("mode") === "evaluation" || model.get("rate") === 0;
  const say = (key, options = {}) =>
    says(model, NAMES, options, () => fill(words[key()], numbers(state())));
  const parts = {
    rate: slider(model, "rate", {
      label: words.rate,
      min: 0,
      max: STEPS - 2,
      text: (k) => (k / STEPS).toFixed(2),
    }),
    draw: slider(model, "draw", { label: words.draw, min: 0, max: 99, text: (n) => String(n + 1) }),
    stepper: stepper(model, "draw", { max: () => 99, words, every: 250 }),
    mode: choice(model, "mode", {
      label: words.mode,
      options: ["training", "evaluation"].map((mode) => [mode, words[mode]]),
    }),
    scaled: toggle(model, "scaled", { label: words.scaled }),
    units: canvas(model, NAMES, { label: words.units, height: 240 }, (width) =>
      units(width, state(), words),
    ),
    now: say(() => (model.get("mode") === "training" ? "now" : "evaluated"), {
      class: "cr-formula",
    }),
    means: canvas(model, NAMES, { label: words.means, height: 174 }, (width) =>
      means(width, state(), words),
    ),
    verdict: say(() => (fair() ? "fair" : "unfair"), { class: "cr-verdict", live: true }),
  };
  const panel = (...keys) => html("div", { class: "cr-panel" }, ...keys.map((k) => parts[k].el));
  return assemble(
    el,
    parts,
    html("div", { class: "cr-panels" }, panel("rate", "scaled", "mode"), panel("draw", "stepper")),
    parts.units.el,
    parts.now.el,
    parts.means.el,
    parts.verdict.el,
    html("p", { class: "cr-caption" }, words.caption),
  );
}

const explorable = { name: "DropoutOfSix", render };
export default explorable;
