import {
  assemble,
  bottomAxis,
  canvas,
  choice,
  fill,
  html,
  leftAxis,
  line,
  powers,
  presets,
  says,
  scale,
  shown,
  slider,
  stateOf,
  svg,
  text,
  watch,
  wordsOf,
} from "./_explorable.js";

// --- Mathematics: no page needed. Its tests compare it with the library. ---
// Nothing but + − × ÷, which every computer rounds alike; in float32 each result is rounded by
// Math.fround.

const same = (value) => value;
const ROUND = { float64: same, float32: Math.fround };

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

// 1, 0.5, 0.2, 0.1, … down to 1e-15.
export function stepOf(position) {
  return Number(`${[10, 5, 2][position % 3]}e-${Math.floor(position / 3) + 1}`);
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
  const rounding = ((scheme === "central" ? 1 : 2) * epsilon * Math.abs(f(x, same))) / h;
  return [own, rounding].map((error) => error / Math.abs(slope(x)));
}

// A number to the last digit that its precision knows.
export const written = (value, precision) =>
  value.toPrecision(precision === "float64" ? 17 : 9).replace("-", "−");

// How many characters two written numbers have in common, from the left.
export function agreeing(one, other) {
  let k = 0;
  while (k < one.length && one[k] === other[k]) k++;
  return k;
}

export function verdictOf(error) {
  if (error === 0) return "exact";
  return error < 0.1 ? "good" : "bad";
}

export function numbers(state) {
  const { difference, span, found, slope, error } = quotient(state);
  return {
    difference: shown(difference, 6),
    span: shown(span, 3),
    quotient: shown(found, 6),
    slope: shown(slope, 6),
    error: shown(error, 2),
    digits: Math.floor(-Math.log10(error)),
  };
}

// --- The picture -----------------------------------------------------------------------------

const [LEFT, RIGHT, TOP, BOTTOM] = [50, 14, 22, 272];
const [LOW, HIGH] = [-16, 1];
const inside = (error) => Math.min(HIGH, Math.max(LOW, Math.log10(error)));

function picture(width, state, words) {
  const right = width - RIGHT;
  const px = scale([-15, 0], [LEFT, right]);
  const py = scale([LOW, HIGH], [BOTTOM, TOP]);
  const at = (h, error) => [px(Math.log10(h)), py(inside(error))];
  const steps = Array.from({ length: LAST + 1 }, (_, i) => stepOf(i));
  const curve = (scheme, i) =>
    svg("path", {
      class: `cr-curve cr-${i}`,
      "data-scheme": scheme,
      d: line(steps.map((h) => at(h, quotient({ ...state, scheme, h }).error))),
    });
  const guides = [0, 1].map((part) => {
    const points = steps.map((h) => [h, predicted({ ...state, h })[part]]);
    const seen = points.filter(([, error]) => Math.log10(error) > LOW && Math.log10(error) < HIGH);
    return svg("path", {
      class: "cr-guide cr-curve",
      d: line(seen.map(([h, error]) => at(h, error))),
    });
  });
  const [cx, cy] = at(state.h, quotient(state).error);
  return [
    ...leftAxis(
      powers(LOW, HIGH, 4).map(([e, label]) => [py(e), label]),
      LEFT,
      right,
    ),
    ...bottomAxis(
      powers(-15, 0, 5).map(([e, label]) => [px(e), label]),
      BOTTOM,
    ),
    text(words.error, LEFT, TOP - 8, { class: "cr-muted" }),
    text(words.step, px(-2.5), BOTTOM + 16, { class: "cr-muted", "text-anchor": "middle" }),
    ...guides,
    curve("forward", 2),
    curve("central", 1),
    svg("line", { class: "cr-guide", x1: cx, x2: cx, y1: cy, y2: BOTTOM }),
    svg("circle", { class: `cr-handle cr-${state.scheme === "central" ? 1 : 2}`, cx, cy, r: 8 }),
  ];
}

// --- The figure ------------------------------------------------------------------------------

const NAMES = ["function", "scheme", "precision", "x", "h"];

const STORY = {
  take: {
    large: { function: "cube", scheme: "central", precision: "float64", x: 1.3, h: 2 },
    best: { function: "cube", scheme: "central", precision: "float64", x: 1.3, h: 16 },
    small: { function: "cube", scheme: "central", precision: "float64", x: 1.3, h: 39 },
    single: { function: "cube", scheme: "central", precision: "float32", x: 1.3, h: 15 },
  },
};

// A value of f, with the digits underlined in which it differs from the other.
function digits(model, words, which) {
  const el = html("p", { class: "cr-digits" });
  const show = () => {
    const state = stateNow(model);
    const { above, below } = quotient(state);
    const [one, two] = [above, below].map((value) => written(value, state.precision));
    const mine = which === "above" ? one : two;
    const k = agreeing(one, two);
    const label =
      which === "above" ? words.above : words[state.scheme === "central" ? "below" : "here"];
    el.replaceChildren(label, mine.slice(0, k), html("u", {}, mine.slice(k)));
  };
  show();
  return { el, unbind: watch(model, NAMES, show) };
}

// `h` is the step itself here, in the model its place on the slider.
function stateNow(model) {
  return { ...stateOf(model, NAMES), h: stepOf(model.get("h")) };
}

function render({ model, el }) {
  const words = wordsOf(model);
  const state = () => stateNow(model);
  const pick = (name, ...options) =>
    choice(model, name, { label: words[name], options: options.map((key) => [key, words[key]]) });
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
      text: (x) => x.toFixed(1),
    }),
    h: slider(model, "h", { label: words.h, min: 0, max: LAST, text: (i) => shown(stepOf(i), 1) }),
    verdict: says(model, NAMES, { class: "cr-verdict", live: true }, () => {
      const now = numbers(state());
      return fill(words[verdictOf(quotient(state()).error)], now);
    }),
    picture: canvas(model, NAMES, { label: words.picture, height: 300 }, (width) =>
      picture(width, state(), words),
    ),
    above: digits(model, words, "above"),
    below: digits(model, words, "below"),
    quotientIs: says(model, NAMES, { class: "cr-formula" }, () =>
      fill(words[`${model.get("scheme")}_is`], numbers(state())),
    ),
  };
  const panel = (...keys) => html("div", { class: "cr-panel" }, ...keys.map((k) => parts[k].el));
  const { presets: story, verdict, picture: drawn, above, below, quotientIs } = parts;
  return assemble(
    el,
    parts,
    story.el,
    html("div", { class: "cr-panels" }, panel("h", "x"), panel("function", "scheme", "precision")),
    verdict.el,
    drawn.el,
    above.el,
    below.el,
    html("p", { class: "cr-small" }, `(${words.lost})`),
    quotientIs.el,
    html("p", { class: "cr-caption" }, words.caption),
  );
}

const explorable = { name: "GradientChecking", render };
export default explorable;
