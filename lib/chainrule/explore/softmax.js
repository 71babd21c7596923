import {
  bottomAxis,
  buttons,
  canvas,
  choice,
  clamp,
  drag,
  fill,
  fixed,
  getState,
  leftAxis,
  listEntry,
  mount,
  panels,
  presets,
  range,
  scale,
  sentences,
  setState,
  signed,
  significant,
  slider,
  steps,
  subscript,
  sum,
  svg,
  text,
  watch,
  wordsOf,
} from "./_explorable.js";

// --- Mathematics: no page needed. Its tests compare it with the library. ---

export const LIMIT = 5;

// Everything that follows from one state. |x| ≤ 5 and T ≥ ¼, so e^(x/T) ≤ e²⁰ cannot overflow.
export function passes({ x, t, T }) {
  const e = x.map((score) => Math.exp(score / T));
  const total = sum(e);
  const y = e.map((each) => each / total);
  const dx = y.map((p, i) => (p - (i === t ? 1 : 0)) / T);
  return { e, sum: total, y, loss: Math.log(total) - x[t] / T, dx };
}

// A step downhill, as far as the sliders reach.
export function stepped({ x, t, T }) {
  const { dx } = passes({ x, t, T });
  return x.map((score, i) => clamp(score - dx[i], -LIMIT, LIMIT));
}

// By how much all scores can be moved at once: up by 1, or down by 1 where one is too near to the
// sliders' end for that, or not at all where others are too near to the other end.
export function room(x) {
  const fits = (by) => x.every((score) => Math.abs(score + by) <= LIMIT + 1e-9);
  return [1, -1].find(fits) ?? 0;
}
export const raised = (x) => x.map((score) => clamp(score + room(x), -LIMIT, LIMIT));

// The gradients as a sum: −0.250 + 0.750 − 0.500.
function sumOf(dx) {
  const [first, ...others] = dx.map((g) => signed(g, 3));
  const terms = others.map((term) => ` ${term[0]} ${term.slice(1)}`);
  return [first.replace("+", ""), ...terms].join("");
}

export function numbers(state) {
  const { e, sum: total, y, loss, dx } = passes(state);
  return {
    t: subscript(state.t),
    x: fixed(state.x[state.t], 2),
    T: state.T,
    e: significant(e[state.t]),
    sum: significant(total),
    y: significant(y[state.t]),
    loss: significant(Math.max(0, loss)),
    terms: sumOf(dx),
  };
}

// --- The picture -----------------------------------------------------------------------------

const [LEFT, RIGHT] = [40, 6];
// From top to bottom: the scores, the probabilities, the gradients.
const [HIGHEST, LOWEST, TOP, MIDDLE, UPPER, BOTTOM] = [28, 112, 156, 238, 302, 398];
const ofScore = scale([-LIMIT, LIMIT], [LOWEST, HIGHEST]);

// The middle of each of n columns.
const columns = (width, n) => scale([-0.5, n - 0.5], [LEFT, width - RIGHT]);

// Which score stands where a pointer is, if any, and the score of a height, as its slider can take it.
export function columnAt([px, py], width, n) {
  const i = Math.round(scale([LEFT, width - RIGHT], [-0.5, n - 0.5])(px));
  return py < LOWEST + 12 && i >= 0 && i < n ? i : null;
}
export function scoreAt(py) {
  const score = scale([LOWEST, HIGHEST], [-LIMIT, LIMIT])(py);
  return Math.round(10 * clamp(score, -LIMIT, LIMIT)) / 10;
}

// How far the gradient's axis reaches: 1/T, for no probability is wrong by more than 1.
export const reachOf = (T) => 1 / Math.min(T, 1);

function picture(width, state, words) {
  const { y, dx } = passes(state);
  const right = width - RIGHT;
  const column = (right - LEFT) / y.length;
  const px = columns(width, y.length);
  const half = Math.min(30, 0.3 * column);
  const up = scale([0, 1], [MIDDLE, TOP]);
  const reach = reachOf(state.T);
  const pull = scale([-reach, reach], [BOTTOM - 16, UPPER + 16]);
  const bar = (kind, i, from, to) => {
    const [top, height] = [Math.min(from, to), Math.abs(to - from)];
    return svg("rect", { class: `cr-${kind}`, x: px(i) - half, width: 2 * half, y: top, height });
  };
  const label = (content, i, at, kind) =>
    text(content, px(i), at, { class: `cr-${kind}`, "text-anchor": "middle" });
  const scores = y.map((_, i) => [i, `x${subscript(i)}`]);
  const limits = [[reach, `+${reach}`], 0, -reach];
  const knob = (score, i) =>
    svg("circle", { class: "cr-handle cr-grab", cx: px(i), cy: ofScore(score), r: 10 });
  const grip = (score, i) => {
    const d = `M${px(i) - 3} ${ofScore(score) - 2}l3 -3l3 3m0 4l-3 3l-3 -3`;
    return svg("path", { class: "cr-grip cr-grab", d });
  };
  const track = (_, i) =>
    svg("line", { class: "cr-guide", x1: px(i), x2: px(i), y1: HIGHEST, y2: LOWEST });
  return [
    text(words.scores, LEFT, 12, { class: "cr-muted" }),
    ...leftAxis(ofScore, [LIMIT, 0, -LIMIT], LEFT, right),
    ...state.x.map(track),
    ...state.x.map(knob),
    ...state.x.map(grip),
    ...leftAxis(up, [0, 1], LEFT, right),
    text(words.y, LEFT, TOP - 20, { class: "cr-value" }),
    ...y.flatMap((p, i) => [
      bar("value", i, up(0), up(p)),
      label(fixed(p, 3), i, up(p) - 6, "value"),
    ]),
    ...bottomAxis(px, scores, MIDDLE),
    label(`▲ ${words.true}`, state.t, MIDDLE + 31, "truth"),
    text(words.gradient, LEFT, UPPER - 12, { class: "cr-gradient" }),
    ...leftAxis(pull, limits, LEFT, right),
    ...dx.flatMap((g, i) => [
      bar("gradient", i, pull(0), pull(g)),
      label(signed(g, 3), i, pull(g) + (g < 0 ? 15 : -6), "gradient"),
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

const truth = (state) => passes(state).y[state.t];
const isSame = (one, other) => String(one) === String(other);

// Whether the last change was that of a button: all scores a step downhill, or raised.
const isStepped = ({ now, before }) =>
  isSame(now.x, stepped(before)) && now.x[now.t] > before.x[now.t];
const isRaised = ({ now, before }) => isSame(now.x, raised(before.x)) && !isSame(now.x, before.x);

const STEPS = [
  { key: "wrong", done: ({ now }) => now.T === 1 && truth(now) < 0.01 },
  {
    key: "downhill",
    sets: STORY.what_if.wrong,
    done: (states) => isStepped(states) && passes(states.now).loss < passes(states.start).loss / 2,
  },
  { key: "raise", sets: { x: [2, 1, 0, -1] }, done: isRaised },
  {
    key: "right",
    sets: STORY.what_if.undecided,
    done: ({ now }) => now.T === 1 && truth(now) > 0.99,
  },
];

// The button that raises all scores: its words say what it will do, for there may be no room for it.
function raiseButton(model, words) {
  const { el } = buttons([words.raise, () => setState(model, { x: raised(model.get("x")) })]);
  const button = el.firstChild;
  const show = () => {
    const by = room(model.get("x"));
    button.textContent = words[by > 0 ? "raise" : by < 0 ? "lower" : "no_room"];
    button.setAttribute("aria-disabled", by === 0);
  };
  show();
  return { el, unbind: watch(model, ["x"], show) };
}

function render({ model, el }) {
  const words = wordsOf(model);
  const state = () => getState(model, NAMES);
  const say = sentences(model, NAMES, words, () => numbers(state()));
  const indices = range(model.get("x").length);
  const scores = indices.map((i) =>
    slider(listEntry(model, "x", i), `x${i}`, {
      label: fill(words.score, { i: subscript(i) }),
      min: -LIMIT,
      max: LIMIT,
      step: 0.1,
      text: (value) => fixed(value, 2),
    }),
  );
  const parts = {
    presets: presets(model, STORY, words),
    ...scores,
    truth: choice(model, "t", { label: words.truth, options: indices.map((i) => [i, i]) }),
    T: slider(model, "T", { label: words.T, min: 0.25, max: 4, step: 0.25 }),
    step: buttons([words.step, () => setState(model, { x: stepped(state()) })]),
    raise: raiseButton(model, words),
    picture: canvas(model, NAMES, { label: words.picture, height: 402 }, (width) =>
      picture(width, state(), words),
    ),
    yIs: say("y_is"),
    lossIs: say("loss_is", { class: "cr-verdict", live: true }),
    sumIs: say("sum_is"),
    steps: steps(model, words, STEPS),
  };
  drag(
    parts.picture.el,
    (at) => columnAt(at, parts.picture.width(), indices.length),
    ([, py], i) =>
      setState(model, { x: model.get("x").map((old, k) => (k === i ? scoreAt(py) : old)) }),
  );
  return mount(
    el,
    words,
    parts,
    parts.steps,
    panels(
      [parts.picture, parts.lossIs, parts.yIs, parts.sumIs],
      [parts.step, parts.raise, ...scores, parts.truth, parts.T, parts.presets],
    ),
  );
}

const explorable = { name: "Softmax", render };
export default explorable;
