import {
  bottomAxis,
  canvas,
  choice,
  clamp,
  drag,
  fixed,
  getState,
  html,
  leftAxis,
  line,
  mount,
  named,
  panels,
  powersOfTen,
  presets,
  range,
  scale,
  sentences,
  setState,
  significant,
  slider,
  steps,
  svg,
  text,
  watch,
  wordsOf,
} from "./_explorable.js";

// --- Mathematics: no page needed. Its tests compare it with the library. ---
// Nothing but + − × ÷, which every computer rounds alike; in float32 each result is rounded by
// Math.fround.

const identity = (value) => value;
const ROUND = { float64: identity, float32: Math.fround };

const FUNCTIONS = {
  cube: {
    f: (x, r) => r(r(x * x) * x),
    slope: (x) => 3 * x * x,
    second: (x) => 6 * x,
    third: () => 6,
  },
  bell: {
    f: (x, r) => r(1 / r(1 + r(x * x))),
    slope: (x) => (-2 * x) / ((1 + x * x) * (1 + x * x)),
    second: (x) => (6 * x * x - 2) / (1 + x * x) ** 3,
    third: (x) => (24 * x * (1 - x * x)) / (1 + x * x) ** 4,
  },
  kink: { f: (x) => Math.abs(x), slope: () => 1, second: () => 0, third: () => 0 },
};

export const LAST = 45;

// 1e-15, 2e-15, 5e-15, 1e-14, … up to 1: the slider runs the way of the picture's axis.
export function stepOf(position) {
  return Number(`${[1, 2, 5][position % 3]}e${Math.floor(position / 3) - 15}`);
}

// The two values, their difference, what it is divided by, the quotient, the slope and the error.
export function quotient({ function: name, scheme, precision, x, h }) {
  const r = ROUND[precision];
  const { f, slope } = FUNCTIONS[name];
  const [at, by] = [r(x), r(h)];
  const above = f(r(at + by), r);
  const below = f(scheme === "central" ? r(at - by) : at, r);
  const difference = r(above - below);
  const span = scheme === "central" ? r(2 * by) : by;
  const found = r(difference / span);
  const error = Math.abs(found - slope(x)) / Math.abs(slope(x));
  return { above, below, difference, span, found, slope: slope(x), error };
}

// What the formula says: the error of the step and that of rounding, both relative.
export function predicted({ function: name, scheme, precision, x, h }) {
  const { f, slope, second, third } = FUNCTIONS[name];
  const epsilon = precision === "float64" ? 2 ** -53 : 2 ** -24;
  const own =
    scheme === "central" ? (h * h * Math.abs(third(x))) / 6 : (h * Math.abs(second(x))) / 2;
  const rounding = ((scheme === "central" ? 1 : 2) * epsilon * Math.abs(f(x, identity))) / h;
  return [own, rounding].map((error) => error / Math.abs(slope(x)));
}

// A number to the last digit that its precision knows.
export const written = (value, precision) =>
  value.toPrecision(precision === "float64" ? 17 : 9).replace("-", "−");

// How many characters two texts have in common, from the left.
export function commonPrefix(one, other) {
  const differ = range(one.length).find((k) => one[k] !== other[k]);
  return differ ?? one.length;
}

export function verdictOf(error) {
  if (error === 0) return "exact";
  return error < 0.1 ? "good" : "bad";
}

const digitsOf = (error) => Math.floor(-Math.log10(error));

export function numbers(state) {
  const { difference, span, found, slope, error } = quotient(state);
  return {
    difference: significant(difference, 6),
    span: significant(span, 3),
    quotient: significant(found, 6),
    slope: significant(slope, 6),
    error: significant(error, 2),
    digits: digitsOf(error),
  };
}

// --- The picture -----------------------------------------------------------------------------

const [LEFT, RIGHT, TOP, BOTTOM] = [50, 14, 22, 272];
const [LOW, HIGH] = [-16, 1];

// The logarithm of a step's place along the axis, and the slider's place of the step nearest to it.
const across = (width) => scale([-15, 0], [LEFT, width - RIGHT]);
export function placeAt(px, width) {
  const exponent = scale([LEFT, width - RIGHT], [-15, 0])(px);
  const off = (i) => Math.abs(Math.log10(stepOf(i)) - exponent);
  return range(LAST + 1).reduce((best, i) => (off(i) < off(best) ? i : best), 0);
}

function picture(width, state, words) {
  const right = width - RIGHT;
  const px = across(width);
  const py = scale([LOW, HIGH], [BOTTOM, TOP]);
  const at = (h, error) => [px(Math.log10(h)), py(clamp(Math.log10(error), LOW, HIGH))];
  const hs = range(LAST + 1).map(stepOf);
  const curve = (scheme, i) =>
    svg("path", {
      class: `cr-curve cr-${i}`,
      "data-scheme": scheme,
      d: line(hs.map((h) => at(h, quotient({ ...state, scheme, h }).error))),
    });
  const guide = (part) => {
    const points = hs.map((h) => [h, predicted({ ...state, h })[part]]);
    const isInside = ([, error]) => Math.log10(error) > LOW && Math.log10(error) < HIGH;
    const d = line(points.filter(isInside).map(([h, error]) => at(h, error)));
    return svg("path", { class: "cr-guide cr-curve", d });
  };
  const [cx, cy] = at(state.h, quotient(state).error);
  return [
    ...leftAxis(py, powersOfTen(LOW, HIGH, 4), LEFT, right),
    ...bottomAxis(px, powersOfTen(-15, 0, 5), BOTTOM),
    text(words.error, LEFT, TOP - 8, { class: "cr-muted" }),
    text(words.step, px(-2.5), BOTTOM + 16, { class: "cr-muted", "text-anchor": "middle" }),
    guide(0),
    guide(1),
    curve("forward", 2),
    curve("central", 1),
    svg("line", { class: "cr-guide", x1: cx, x2: cx, y1: cy, y2: BOTTOM }),
    svg("circle", { class: `cr-handle cr-${state.scheme === "central" ? 1 : 2}`, cx, cy, r: 10 }),
    svg("path", { class: "cr-grip", d: `M${cx - 3} ${cy - 3}l-3 3l3 3m6 0l3 -3l-3 -3` }),
  ];
}

// --- The figure ------------------------------------------------------------------------------

const NAMES = ["function", "scheme", "precision", "x", "h"];

const STORY = {
  take: {
    large: { function: "cube", scheme: "central", precision: "float64", x: 1.3, h: 43 },
    best: { function: "cube", scheme: "central", precision: "float64", x: 1.3, h: 29 },
    small: { function: "cube", scheme: "central", precision: "float64", x: 1.3, h: 6 },
    single: { function: "cube", scheme: "central", precision: "float32", x: 1.3, h: 30 },
  },
};

// `h` is the step itself here, in the model its place on the slider.
function stateOf(model) {
  return { ...getState(model, NAMES), h: stepOf(model.get("h")) };
}

const errorOf = (now) => quotient({ ...now, h: stepOf(now.h) }).error;

// The first four are about the curves of x³: those of |x| have no valley.
const isCube = (now, scheme, precision) =>
  now.function === "cube" && now.scheme === scheme && now.precision === precision;

const STEPS = [
  {
    key: "best",
    done: ({ now }) =>
      isCube(now, "central", "float64") &&
      Math.abs(now.h - STORY.take.best.h) <= 6 &&
      errorOf(now) < 1e-9,
  },
  {
    key: "tiny",
    sets: STORY.take.best,
    done: ({ now, start }) => now.h <= 9 && errorOf(now) > errorOf(start),
  },
  {
    key: "forward",
    sets: STORY.take.small,
    done: ({ now }) => isCube(now, "forward", "float64") && errorOf(now) < 1e-7,
  },
  {
    key: "single",
    sets: { ...STORY.take.best, scheme: "forward" },
    done: ({ now }) =>
      isCube(now, "central", "float32") &&
      Math.abs(now.h - 30) <= 1 &&
      digitsOf(errorOf(now)) === 2,
  },
  {
    key: "kink",
    sets: { ...STORY.take.best, x: 0.5 }, // so that the slider of h goes beyond x
    done: ({ now }) => now.function === "kink" && now.scheme === "central" && stepOf(now.h) > now.x,
  },
];

// A value of f, with the digits underlined in which it differs from the other.
function digits(model, words, which) {
  const el = html("p", { class: "cr-digits" });
  const show = () => {
    const state = stateOf(model);
    const { above, below } = quotient(state);
    const both = [above, below].map((value) => written(value, state.precision));
    const own = both[which === "above" ? 0 : 1];
    const k = commonPrefix(...both);
    const key = which === "above" || state.scheme === "central" ? which : "here";
    el.replaceChildren(words[key], own.slice(0, k), html("u", {}, own.slice(k)));
  };
  show();
  return { el, unbind: watch(model, NAMES, show) };
}

function render({ model, el }) {
  const words = wordsOf(model);
  const state = () => stateOf(model);
  const say = sentences(model, NAMES, words, () => numbers(state()));
  const pick = (name, ...keys) =>
    choice(model, name, { label: words[name], options: named(words, keys) });
  const parts = {
    presets: presets(model, STORY, words),
    function: pick("function", "cube", "bell", "kink"),
    scheme: pick("scheme", "central", "forward"),
    precision: pick("precision", "float64", "float32"),
    x: slider(model, "x", {
      label: words.x,
      min: 0.1,
      max: 3,
      step: 0.1,
      text: (x) => fixed(x, 1),
    }),
    h: slider(model, "h", {
      label: words.h,
      min: 0,
      max: LAST,
      text: (i) => significant(stepOf(i), 1),
    }),
    verdict: say(() => verdictOf(quotient(state()).error), { class: "cr-verdict", live: true }),
    picture: canvas(model, NAMES, { label: words.picture, height: 300 }, (width) =>
      picture(width, state(), words),
    ),
    above: digits(model, words, "above"),
    below: digits(model, words, "below"),
    quotientIs: say(() => `${model.get("scheme")}_is`, { class: "cr-formula" }),
    steps: steps(model, words, STEPS),
  };
  const lost = html("p", { class: "cr-small" }, `(${words.lost})`);
  parts.picture.el.classList.add("cr-draggable");
  drag(
    parts.picture.el,
    () => "h",
    ([px]) => setState(model, { h: placeAt(px, parts.picture.width()) }),
  );
  return mount(
    el,
    words,
    parts,
    parts.steps,
    panels(
      [parts.picture, parts.verdict, parts.above, parts.below, lost, parts.quotientIs],
      [parts.h, parts.x, parts.function, parts.scheme, parts.precision, parts.presets],
    ),
  );
}

const explorable = { name: "GradientChecking", render };
export default explorable;
