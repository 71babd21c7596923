import {
  bottomAxis,
  canvas,
  cells,
  choice,
  clamp,
  fill,
  fixed,
  getState,
  held,
  leftAxis,
  line,
  mount,
  named,
  panels,
  range,
  rounded,
  scale,
  sentences,
  setState,
  slider,
  stepper,
  steps,
  sum,
  svg,
  text,
  toggle,
  watch,
  wordsOf,
} from "./_explorable.js";

// --- Mathematics: no page needed. Its tests compare it with the library. ---

export const STEPS = 20;
const DRAWS = 100;

const isByHand = ({ by_hand: kept, mode }) => kept.length > 0 && mode === "training";
const factorOf = ({ rate, scaled }) => (scaled ? 1 / (1 - rate / STEPS) : 1);

// The mask of draw number n: u ≥ p is decided by whole twentieths, which `draws` holds (see dropout.py).
export function maskOf(state, n) {
  const { x, draws, rate, mode } = state;
  if (mode === "evaluation") return x.map(() => 1);
  const isKept = (i) => parseInt(draws[n * x.length + i], 36) >= rate;
  return x.map((_, i) => (isKept(i) ? factorOf(state) : 0));
}

// The mask of now: the one drawn, unless the reader has set it unit by unit (1 is kept, 0 dropped).
function maskNow(state) {
  if (!isByHand(state)) return maskOf(state, state.draw);
  return state.by_hand.map((kept) => kept * factorOf(state));
}

// The entries of the mask of now as zeros and ones, with one of them turned over.
export function tapped(state, unit) {
  return maskNow(state).map((entry, i) => Number(i === unit ? !entry : !!entry));
}

// One draw, and the mean of Σ y after each draw up to it.
export function passes(state) {
  const through = (mask) => ({ mask, y: state.x.map((v, i) => v * mask[i]) });
  const pass = (n) => through(maskOf(state, n));
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
  return { ...through(maskNow(state)), means, full, expected: full * factor, spread };
}

export function numbers(state) {
  const { y, means, full, expected } = passes(state);
  const kept = maskNow(state).filter((entry) => entry > 0).length;
  return {
    kept,
    factor: rounded(factorOf(state), 2),
    n: state.draw + 1,
    sum: fixed(sum(y), 2),
    mean: fixed(means[state.draw], 2),
    full: fixed(full, 2),
    expected: fixed(expected, 2),
  };
}

// --- Pictures --------------------------------------------------------------------------------

const [LEFT, RIGHT] = [44, 14];
const [TOP, BASE, UNITS, TABLE] = [10, 112, 134, 156]; // the bars, the circles, the table
const [SIZE, ROWS] = [26, ["row_x", "row_mask", "row_y", "row_dx"]];

function units(width, state, words) {
  const { mask, y } = passes(state);
  const right = width - RIGHT;
  const column = (right - LEFT) / state.x.length;
  const middle = (i) => LEFT + (i + 0.5) * column;
  // As high as the highest: 4 units, ten times as much at the highest rate, drawn up to 8.
  const py = scale([0, 8], [BASE, TOP]);
  const bar = (value, i, half, kind) => {
    const end = py(Math.min(8, value));
    return svg("rect", {
      x: middle(i) - half,
      width: 2 * half,
      y: end,
      height: BASE - end,
      class: kind,
    });
  };
  const name = (key, row) => {
    const kind = row === 3 ? "cr-gradient" : "cr-value";
    return text(words[key], 4, TABLE + 17 + SIZE * row, { class: kind });
  };
  const place = (i) => ({ x: LEFT + i * column, width: column });
  return [
    ...leftAxis(py, [0, 4, 8], LEFT, right),
    ...y.map((v, i) => bar(v, i, 0.22 * column, "cr-value cr-kept")),
    ...state.x.map((v, i) => bar(v, i, 0.34 * column, "cr-border cr-before")),
    ...ROWS.map(name),
    ...cells([state.x, mask, y, mask], {
      x: LEFT,
      y: TABLE,
      size: SIZE,
      width: column,
      format: (value, row, i) => ({
        text: rounded(value, 2),
        ink: row === 3 ? "gradient" : "value",
        share: row > 0 && mask[i] ? 0.5 : 0,
      }),
    }),
    ...mask.map((entry, i) => unit(i, entry > 0, middle(i), place(i), state, words)),
  ];
}

// A unit, to be tapped anywhere in its column. In evaluation none is dropped.
function unit(i, isKept, cx, place, { x, mode }, words) {
  const isOff = mode === "evaluation";
  const label = fill(words.unit, { i: i + 1, x: rounded(x[i], 2) });
  const attributes = {
    tabindex: 0,
    role: "checkbox",
    "aria-checked": String(isKept),
    "aria-disabled": isOff && "true",
    "aria-label": label,
    "data-unit": i,
    "data-key": `unit${i}`,
  };
  const circle = {
    cx,
    cy: UNITS,
    r: 13,
    class: isKept ? "cr-knob cr-value" : "cr-border cr-before",
  };
  const d = isKept ? "" : `M${cx - 6} ${UNITS - 6}l12 12m0 -12l-12 12`;
  const height = TABLE + SIZE * ROWS.length - TOP;
  return svg(
    "g",
    attributes,
    svg("circle", circle),
    svg("path", { class: "cr-cross", d }),
    svg("rect", { ...place, y: TOP, height, fill: "transparent" }),
  );
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

// What the reader is asked to do; `now` and `before` are states.
const isTraining = ({ mode, rate }) => mode === "training" && rate > 0;
const isDivided = (state) => state.scaled && isTraining(state);

// Whether the reader has just dropped a unit that was kept.
const isDropped = ({ now, before }) =>
  maskNow(before).some((entry, i) => entry > 0 && now.by_hand[i] === 0);

const HALF = 10; // the rate ½, in twentieths

// The layer at work: with a rate of 0 it does nothing.
const atWork = ({ rate }) => ({ mode: "training", scaled: true, rate: rate || HALF });

const TASKS = [
  { key: "tap", done: (states) => isDivided(states.now) && isDropped(states) },
  {
    key: "chance",
    sets: (state) => ({ ...atWork(state), draw: 0 }),
    done: ({ now }) => isDivided(now) && now.draw >= 49,
  },
  {
    key: "undivided",
    sets: atWork,
    done: ({ now, before }) => isTraining(now) && before.scaled && !now.scaled,
  },
  {
    key: "noise",
    sets: { mode: "training", scaled: false, rate: HALF },
    done: ({ now }) => isDivided(now) && now.rate >= 16,
  },
  {
    key: "evaluation",
    sets: { mode: "training", scaled: true },
    done: ({ now }) => now.mode === "evaluation" && now.scaled,
  },
];

const NAMES = ["x", "draws", "rate", "draw", "mode", "scaled", "by_hand"];

// Tap a unit, or press the space bar or Enter on it, to drop it or to bring it back; until the next draw.
function connect(model, { el }) {
  const tap = (event) => {
    const unit = event.target.closest("[data-unit]")?.dataset.unit;
    if (unit === undefined || model.get("mode") === "evaluation") return;
    event.preventDefault();
    setState(model, { by_hand: tapped(getState(model, NAMES), Number(unit)) });
  };
  el.addEventListener("click", tap);
  el.addEventListener("keydown", (event) => [" ", "Enter"].includes(event.key) && tap(event));
  return watch(model, ["draw", "rate"], () => setState(model, { by_hand: [] }));
}

function sentenceOf(state) {
  if (state.mode === "evaluation") return "evaluated";
  return isByHand(state) ? "set" : "now";
}

function render({ model, el }) {
  const words = wordsOf(model);
  const state = () => getState(model, NAMES);
  const say = sentences(model, NAMES, words, () => numbers(state()));
  const isFair = ({ scaled, mode, rate }) => scaled || mode === "evaluation" || rate === 0;
  const last = DRAWS - 1;
  const parts = {
    steps: steps(model, words, TASKS),
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
    units: canvas(
      model,
      NAMES,
      { label: words.units, height: TABLE + SIZE * ROWS.length + 4, role: "group" },
      (width) => units(width, state(), words),
    ),
    now: say(() => sentenceOf(state()), { class: "cr-formula", live: true }),
    means: canvas(model, NAMES, { label: words.means, height: 174 }, (width) =>
      averages(width, state(), words),
    ),
    verdict: say(() => (isFair(state()) ? "fair" : "unfair"), { class: "cr-verdict", live: true }),
  };
  parts.taps = { unbind: connect(model, parts.units) };
  return mount(
    el,
    words,
    parts,
    parts.steps,
    held(parts.units, parts.means),
    parts.now,
    panels([parts.draw, parts.stepper], [parts.rate, parts.scaled, parts.mode]),
    parts.verdict,
  );
}

const explorable = { name: "DropoutOfSix", render };
export default explorable;
