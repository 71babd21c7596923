import {
  bottomAxis,
  canvas,
  cells,
  choice,
  clamp,
  fixed,
  getState,
  leftAxis,
  line,
  mount,
  named,
  panels,
  range,
  rounded,
  scale,
  sentences,
  slider,
  stepper,
  sum,
  svg,
  text,
  toggle,
  wordsOf,
} from "./_explorable.js";

// --- Mathematics: no page needed. Its tests compare it with the library. ---

export const STEPS = 20;
const DRAWS = 100;

// The mask of draw number n: u ≥ p is decided by whole twentieths, which `draws` holds (see dropout.py).
export function maskOf({ x, draws, rate, mode, scaled }, n) {
  if (mode === "evaluation") return x.map(() => 1);
  const isKept = (i) => parseInt(draws[n * x.length + i], 36) >= rate;
  const kept = scaled ? 1 / (1 - rate / STEPS) : 1;
  return x.map((_, i) => (isKept(i) ? kept : 0));
}

// One draw, and the mean of Σ y after each draw up to it.
export function passes(state) {
  const pass = (n) => {
    const mask = maskOf(state, n);
    return { mask, y: state.x.map((v, i) => v * mask[i]) };
  };
  const means = [];
  let total = 0;
  for (const n of range(state.draw + 1)) {
    total += sum(pass(n).y);
    means.push(total / (n + 1));
  }
  const p = state.rate / STEPS;
  const full = sum(state.x);
  const isRandom = state.mode === "training";
  const factor = state.scaled || !isRandom ? 1 : 1 - p;
  // The standard deviation of Σ y: each y has the variance x² p/(1 − p), times (1 − p)² unscaled.
  const deviation = Math.sqrt((sum(state.x.map((v) => v * v)) * p) / (1 - p)) * factor;
  const spread = isRandom ? deviation : 0;
  return { ...pass(state.draw), means, full, expected: full * factor, spread };
}

export function numbers(state) {
  const { y, means, full, expected } = passes(state);
  return {
    n: state.draw + 1,
    sum: fixed(sum(y), 2),
    mean: fixed(means[state.draw], 2),
    full: fixed(full, 2),
    expected: fixed(expected, 2),
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
  const py = scale([0, 8], [bottom, top]);
  const bar = (value, i, half, kind) => {
    const end = py(Math.min(8, value));
    const [x, height] = [LEFT + (i + 0.5) * column - half, bottom - end];
    return svg("rect", { x, width: 2 * half, y: end, height, class: kind });
  };
  const names = ["row_x", "row_mask", "row_y", "row_dx"];
  const name = (key, row) => {
    const kind = row === 3 ? "cr-gradient" : "cr-value";
    return text(words[key], 4, bottom + 29 + 26 * row, { class: kind });
  };
  return [
    ...leftAxis(py, [0, 4, 8], LEFT, right),
    ...y.map((v, i) => bar(v, i, 0.22 * column, "cr-value cr-kept")),
    ...state.x.map((v, i) => bar(v, i, 0.34 * column, "cr-border cr-before")),
    ...names.map(name),
    ...cells([state.x, mask, y, mask], {
      x: LEFT,
      y: bottom + 12,
      size: 26,
      width: column,
      format: (value, row, i) => ({
        text: rounded(value, 2),
        ink: row === 3 ? "gradient" : "value",
        share: row > 0 && mask[i] ? 0.5 : 0,
      }),
    }),
  ];
}

function averages(width, state, words) {
  const { means, full, expected, spread } = passes(state);
  const right = width - RIGHT;
  const [top, bottom] = [22, 150];
  const px = scale([1, DRAWS], [LEFT, right]);
  const py = scale([0, 2 * full], [bottom, top]);
  const at = (n, v) => [px(n), py(clamp(v, 0, 2 * full))];
  const edge = (sign) =>
    range(DRAWS).map((i) => at(i + 1, expected + (sign * spread) / Math.sqrt(i + 1)));
  const points = means.map((v, i) => at(i + 1, v));
  const [cx, cy] = points[points.length - 1];
  const middle = { class: "cr-muted", "text-anchor": "middle" };
  return [
    svg("path", { class: "cr-spread", d: `${line([...edge(1), ...edge(-1).reverse()])}Z` }),
    ...leftAxis(py, [0, [full, rounded(full, 1)]], LEFT, right),
    text(words.mean, LEFT, top - 8, { class: "cr-muted" }),
    svg("line", { class: "cr-bound", x1: LEFT, x2: right, y1: py(expected), y2: py(expected) }),
    svg("path", { class: "cr-curve cr-value", d: line(points) }),
    svg("circle", { class: "cr-dot cr-value", cx, cy, r: 5 }),
    ...bottomAxis(px, [1, DRAWS], bottom),
    text(words.draws, (px(1) + px(DRAWS)) / 2, bottom + 16, middle),
  ];
}

// --- The figure ------------------------------------------------------------------------------

const NAMES = ["x", "draws", "rate", "draw", "mode", "scaled"];

function render({ model, el }) {
  const words = wordsOf(model);
  const state = () => getState(model, NAMES);
  const say = sentences(model, NAMES, words, () => numbers(state()));
  const isFair = ({ scaled, mode, rate }) => scaled || mode === "evaluation" || rate === 0;
  const last = DRAWS - 1;
  const parts = {
    rate: slider(model, "rate", {
      label: words.rate,
      min: 0,
      max: STEPS - 2,
      text: (k) => fixed(k / STEPS, 2),
    }),
    draw: slider(model, "draw", {
      label: words.draw,
      min: 0,
      max: last,
      text: (n) => rounded(n + 1),
    }),
    stepper: stepper(model, "draw", { max: () => last, words, every: 250 }),
    mode: choice(model, "mode", {
      label: words.mode,
      options: named(words, ["training", "evaluation"]),
    }),
    scaled: toggle(model, "scaled", { label: words.scaled }),
    units: canvas(model, NAMES, { label: words.units, height: 240 }, (width) =>
      units(width, state(), words),
    ),
    now: say(() => (model.get("mode") === "training" ? "now" : "evaluated"), {
      class: "cr-formula",
    }),
    means: canvas(model, NAMES, { label: words.means, height: 174 }, (width) =>
      averages(width, state(), words),
    ),
    verdict: say(() => (isFair(state()) ? "fair" : "unfair"), { class: "cr-verdict", live: true }),
  };
  return mount(
    el,
    words,
    parts,
    panels([parts.rate, parts.scaled, parts.mode], [parts.draw, parts.stepper]),
    parts.units,
    parts.now,
    parts.means,
    parts.verdict,
  );
}

const explorable = { name: "DropoutOfSix", render };
export default explorable;
