import {
  assemble,
  bottomAxis,
  buttons,
  canvas,
  choice,
  entry,
  fill,
  html,
  leftAxis,
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

export const LIMIT = 5;

// Everything there is to know of one state. |x| ≤ 5 and T ≥ ¼, so e^(x/T) ≤ e²⁰ cannot overflow.
export function passes({ x, t, T }) {
  const e = x.map((score) => Math.exp(score / T));
  const sum = e.reduce((a, b) => a + b);
  const y = e.map((each) => each / sum);
  const dx = y.map((p, i) => (p - (i === t ? 1 : 0)) / T);
  return { e, sum, y, loss: Math.log(sum) - x[t] / T, dx };
}

// A step downhill, as far as the sliders reach.
export function stepped({ x, t, T }) {
  const { dx } = passes({ x, t, T });
  return x.map((score, i) => Math.min(LIMIT, Math.max(-LIMIT, score - dx[i])));
}

// All scores raised by 1, or by as much as is left below the sliders' end.
export function raised(x) {
  const by = Math.min(1, LIMIT - Math.max(...x));
  return x.map((score) => score + by);
}

export const decimals = (value, digits) => value.toFixed(digits).replace("-", "−");
export const signed = (value) => (value < 0 ? "−" : "+") + Math.abs(value).toFixed(3);

export function numbers(state) {
  const { e, sum, y, loss, dx } = passes(state);
  return {
    t: subscript(state.t),
    x: decimals(state.x[state.t], 2),
    T: state.T,
    e: shown(e[state.t]),
    sum: shown(sum),
    y: shown(y[state.t]),
    loss: shown(Math.max(0, loss)),
    terms: dx
      .map((g, i) => (i ? ` ${signed(g)[0]} ` : signed(g)[0].replace("+", "")) + signed(g).slice(1))
      .join(""),
  };
}

// --- The picture -----------------------------------------------------------------------------

const [LEFT, RIGHT] = [40, 6];
const [TOP, MIDDLE, UPPER, BOTTOM] = [38, 178, 232, 392];

// How far the gradient's axis reaches: 1/T, for no probability is wrong by more than 1.
export const reachOf = (T) => 1 / Math.min(T, 1);

function picture(width, state, words) {
  const { y, dx } = passes(state);
  const right = width - RIGHT;
  const column = (right - LEFT) / y.length;
  const px = (i) => LEFT + (i + 0.5) * column;
  const half = Math.min(30, 0.3 * column);
  const up = scale([0, 1], [MIDDLE, TOP]);
  const reach = reachOf(state.T);
  const pull = scale([-reach, reach], [BOTTOM - 16, UPPER + 16]);
  const bar = (kind, i, from, to) =>
    svg("rect", {
      class: `cr-${kind}`,
      x: px(i) - half,
      width: 2 * half,
      y: Math.min(from, to),
      height: Math.abs(to - from),
    });
  const label = (content, i, at, kind) =>
    text(content, px(i), at, { class: `cr-${kind}`, "text-anchor": "middle" });
  return [
    ...leftAxis(
      [
        [up(0), "0"],
        [up(1), "1"],
      ],
      LEFT,
      right,
    ),
    text(words.y, LEFT, 12, { class: "cr-value" }),
    ...y.flatMap((p, i) => [
      bar("value", i, up(0), up(p)),
      label(p.toFixed(3), i, up(p) - 6, "value"),
    ]),
    ...bottomAxis(
      y.map((_, i) => [px(i), `x${subscript(i)}`]),
      MIDDLE,
    ),
    label(`▲ ${words.true}`, state.t, MIDDLE + 31, "truth"),
    text(words.gradient, LEFT, UPPER - 12, { class: "cr-gradient" }),
    ...leftAxis(
      [
        [pull(reach), `+${reach}`],
        [pull(0), "0"],
        [pull(-reach), `−${reach}`],
      ],
      LEFT,
      right,
    ),
    ...dx.flatMap((g, i) => [
      bar("gradient", i, pull(0), pull(g)),
      label(signed(g), i, pull(g) + (g < 0 ? 15 : -6), "gradient"),
    ]),
  ];
}

// --- The figure ------------------------------------------------------------------------------

const NAMES = ["x", "t", "T"];

const STORY = {
  what_if: {
    right: { x: [0, 5, -1, 0], t: 1, T: 1 },
    wrong: { x: [5, -5, 0, -1], t: 1, T: 1 },
    undecided: { x: [0, 0, 0, 0], t: 1, T: 1 },
  },
};

function render({ model, el }) {
  const words = wordsOf(model);
  const state = () => stateOf(model, NAMES);
  const say = (key, options = {}) =>
    says(model, NAMES, options, () => fill(words[key], numbers(state())));
  const become = (x) => () => put(model, { x: x() });
  const scores = model.get("x").map((_, i) =>
    slider(entry(model, "x", i), `x${i}`, {
      label: fill(words.score, { i: subscript(i) }),
      min: -LIMIT,
      max: LIMIT,
      step: 0.1,
      text: (value) => decimals(value, 2),
    }),
  );
  const parts = {
    presets: presets(model, STORY, words),
    ...scores,
    truth: choice(model, "t", {
      label: words.truth,
      options: scores.map((_, i) => [i, i]),
    }),
    T: slider(model, "T", { label: words.T, min: 0.25, max: 4, step: 0.25 }),
    moves: buttons(
      [words.step, become(() => stepped(state()))],
      [words.raise, become(() => raised(model.get("x")))],
    ),
    picture: canvas(model, NAMES, { label: words.picture, height: 396 }, (width) =>
      picture(width, state(), words),
    ),
    yIs: say("y_is"),
    lossIs: say("loss_is", { class: "cr-verdict", live: true }),
    sumIs: say("sum_is"),
  };
  const panel = (...all) => html("div", { class: "cr-panel" }, ...all.map((part) => part.el));
  const { moves, picture: drawn, yIs, lossIs, sumIs } = parts;
  return assemble(
    el,
    parts,
    parts.presets.el,
    html(
      "div",
      { class: "cr-panels" },
      panel(...scores, parts.truth, parts.T, moves),
      panel(drawn, lossIs, yIs, sumIs),
    ),
    html("p", { class: "cr-caption" }, words.caption),
  );
}

const explorable = { name: "Softmax", render };
export default explorable;
