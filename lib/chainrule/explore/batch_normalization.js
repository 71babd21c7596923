import {
  buttons,
  canvas,
  choice,
  clamp,
  drag,
  fill,
  fixed,
  getState,
  held,
  html,
  line,
  listEntry,
  mount,
  named,
  panels,
  range,
  scale,
  sentences,
  setState,
  significant,
  slider,
  steps,
  subscript,
  sum,
  svg,
  text,
  toggle,
  watch,
  wordsOf,
} from "./_explorable.js";

// --- Mathematics: no page needed. Its tests compare it with the library. ---

export const LIMIT = 6;
const EPS = 1e-5;
const PATHS = ["direct", "through_mean", "through_spread"];

const meanOf = (x) => sum(x) / x.length;
const varianceOf = (x) => meanOf(x.map((v) => (v - meanOf(x)) ** 2));

// Everything that follows from one state, with the gradient 1 arriving at x̂ of number k alone. It goes
// back along the first so many of three paths; of those, held statistics leave the direct one.
export function passes({ x, k, paths, held, mean, variance }) {
  const N = x.length;
  const mu = held ? mean : meanOf(x);
  const s = Math.sqrt((held ? variance : varianceOf(x)) + EPS);
  const hat = x.map((v) => (v - mu) / s);
  const open = held ? 1 : paths;
  const bracket = (i) => [i === k ? 1 : 0, -1 / N, -(hat[i] * hat[k]) / N];
  const dx = x.map((_, i) => sum(bracket(i).slice(0, open)) / s);
  return { mu, s, hat, dx };
}

// All moved by 1, or as far as there is room; from the right end back to the left one.
export function shifted(x) {
  const room = LIMIT - Math.max(...x);
  const by = room > 0 ? Math.min(1, room) : -LIMIT - Math.min(...x);
  return x.map((v) => v + by);
}

export function halved(x) {
  const mu = meanOf(x);
  return x.map((v) => mu + (v - mu) / 2);
}

// Values have two decimals; gradients three, or one where they are large.
const value = (v) => fixed(v, 2);
export const slope = (v) => fixed(v, Math.abs(v) < 100 ? 3 : 1);

export function numbers(state) {
  const { mu, s, hat, dx } = passes(state);
  const { k } = state;
  return {
    i: subscript(k + 1),
    mean: value(mu),
    s: significant(s, 3),
    square: fixed(hat[k] ** 2 / 4, 3),
    dx: slope(dx[k]),
    other: slope(dx[k ? 0 : 1]),
    sum: slope(sum(dx)),
    product: slope(sum(dx.map((v, i) => v * hat[i]))),
  };
}

// --- The picture: four rows above, measured in x; the same four below, measured with the batch's own
// ruler, which has its 0 at the mean and its 1 one spread further. ---

const [LEFT, RIGHT] = [34, 58];
const ROW = 26;
const [ABOVE, RULER, BELOW] = [38, 140, 230]; // the first row, the ruler, the first row of x̂
const [REACH, REACH_HAT] = [LIMIT + 0.4, 2.9];
const HEIGHT = BELOW + 3.5 * ROW;

const scalesOf = (width) => ({
  px: scale([-REACH, REACH], [LEFT, width - RIGHT]),
  phat: scale([-REACH_HAT, REACH_HAT], [LEFT, width - RIGHT]),
});

function picture(width, state, words) {
  const { mu, s, hat, dx } = passes(state);
  const { px, phat } = scalesOf(width);
  const at = (v) => px(clamp(v, -REACH, REACH));
  const atHat = (v) => phat(clamp(v, -REACH_HAT, REACH_HAT));
  const right = width - RIGHT;
  const indices = range(state.x.length);
  const rows = (name, top, values, format, kind) =>
    indices.flatMap((i) => {
      const y = top + ROW * i;
      const number = { class: kind, "text-anchor": "end", "data-number": name };
      return [
        svg("line", { class: "cr-grid", x1: LEFT, x2: right, y1: y, y2: y }),
        text(`${name}${subscript(i + 1)}`, 4, y + 4, { class: "cr-value" }),
        text(format(values[i]), width - 2, y + 4, number),
      ];
    });
  const arrow = (from, to, y) => {
    const head = Math.sign(to - from) * Math.min(7, Math.abs(to - from));
    const shaft = line([
      [from, y],
      [to, y],
    ]);
    return svg("path", { class: "cr-arrow", d: `${shaft}m${-head} -4l${head} 4l${-head} 4` });
  };
  const [left, far] = [at(mu - s), at(mu + s)];
  const heading = { class: "cr-gradient", "text-anchor": "end" };
  const y = BELOW + ROW * state.k;
  return [
    svg("rect", { class: "cr-spread", x: left, y: 24, width: far - left, height: RULER - 24 }),
    ...rows("x", ABOVE, dx, slope, "cr-gradient"),
    text(words.dx, width - 2, 14, heading),
    ...ruler(mu, s, px, phat),
    ...rows("x̂", BELOW, hat, value, "cr-value"),
    // Twelve times as long as the axis says, or most would hide behind their points.
    ...indices.map((i) =>
      arrow(at(state.x[i]), at(state.x[i] + 12 * dx[i]), ABOVE + ROW * i - (dx[i] ? 0 : 1)),
    ),
    arrow(atHat(hat[state.k]), atHat(hat[state.k] + 1), y),
    text("1", atHat(hat[state.k] + 1) - 4, y - 7, { ...heading, "data-one": true }),
    ...indices.flatMap((i) => {
      const place = { cx: at(state.x[i]), cy: ABOVE + ROW * i };
      const below = { cx: atHat(hat[i]), cy: BELOW + ROW * i };
      return [
        svg("circle", { class: "cr-grab", fill: "transparent", ...place, r: 13 }),
        svg("circle", { class: "cr-handle cr-grab", ...place, r: 8 }),
        svg("circle", { class: "cr-dot cr-value", ...below, r: 6.5 }),
      ];
    }),
  ];
}

// The batch's ruler under the upper rows, the fixed one over the lower, and what takes the one to the
// other. Marks that would lie on each other, or outside, have none above.
function ruler(mu, s, px, phat) {
  const unit = px(s) - px(0);
  const isSeen = (j) => unit > 17 && Math.abs(mu + j * s) <= REACH;
  const [top, bottom] = [RULER + 20, BELOW - 40];
  const middle = { class: "cr-tick", "text-anchor": "middle" };
  const marks = [-2, -1, 0, 1, 2].flatMap((j) => {
    const below = text(fixed(j, 0), phat(j), BELOW - 27, middle);
    if (!isSeen(j)) return [below];
    const x = px(mu + j * s);
    return [
      svg("path", { class: "cr-mean", d: `M${x.toFixed(1)} ${RULER - 5}v5` }),
      text(fixed(j, 0), x, RULER + 15, middle),
      svg("line", { class: "cr-guide", x1: x, y1: top, x2: phat(j), y2: bottom }),
      below,
    ];
  });
  const at = (j) => clamp(px(mu + j * s), px(-REACH), px(REACH)).toFixed(1);
  return [
    svg("path", { class: "cr-mean", "data-ruler": true, d: `M${at(-2)} ${RULER}H${at(2)}` }),
    svg("path", { class: "cr-mean", "data-mean": true, d: `M${at(0)} 24V${RULER}` }),
    ...marks,
    svg("path", { class: "cr-mean", d: `M${phat(-2)} ${BELOW - 22}H${phat(2)}` }),
  ];
}

// --- The figure ------------------------------------------------------------------------------

// What the reader is asked to do; `now`, `before` and `start` are states.
const TASKS = [
  { key: "drag", done: isDragged },
  {
    key: "shift",
    sets: apart,
    done: ({ now, before }) => now.shifts > before.shifts && !now.held && movedIn(before, now) > 0,
  },
  {
    key: "halve",
    sets: apart,
    done: ({ now, before }) => now.halvings > before.halvings && !now.held && !isNarrow(now),
  },
  {
    key: "open",
    sets: (state) => ({ ...apart(state), paths: 1 }),
    done: ({ now }) => now.paths === PATHS.length && !now.held && !isNarrow(now),
  },
  {
    key: "hold",
    sets: (state) => ({ ...apart(state), paths: PATHS.length }),
    done: ({ now, before }) =>
      now.held && movedIn(before, now) === 1 && Math.abs(meanOf(now.x) - now.mean) > 0.1,
  },
];

// Four values with room to be moved and halved, and not held: those that are there, if they are.
function apart({ x }) {
  const isRoomy = varianceOf(x) > 1 && Math.max(...x) - Math.min(...x) < 2 * LIMIT;
  return { held: false, x: isRoomy ? x : [-2, 1, 2, 5] };
}

// Whether the four are so near to each other that ε counts for something.
const isNarrow = (state) => passes(state).s < 0.05;
const movedIn = (before, { x }) => x.filter((v, i) => v !== before.x[i]).length;

// One x was moved just now, some of them far enough since the beginning, and every x̂ was.
function isDragged({ now, before, start }) {
  const old = passes(start).hat;
  const isFar = now.x.some((v, i) => Math.abs(v - start.x[i]) > 0.4);
  const isOther = (v, i) => Math.abs(v - old[i]) > 0.005;
  return movedIn(before, now) === 1 && isFar && !now.held && passes(now).hat.every(isOther);
}

const NAMES = ["x", "k", "paths", "held", "mean", "variance"];

// Drag a point above along its row; press a row below to let the gradient arrive there.
function connect(model, { el, width }) {
  const rowAt = (y, top) => {
    const i = Math.round((y - top) / ROW);
    return i >= 0 && i < model.get("x").length ? i : null;
  };
  const setX = ([x], i) => {
    const { px } = scalesOf(width());
    const moved = Math.round((10 * (x - px(0))) / (px(1) - px(0))) / 10;
    listEntry(model, "x", i).set("x", clamp(moved, -LIMIT, LIMIT));
    model.save_changes();
  };
  drag(el, ([, y]) => rowAt(y, ABOVE), setX);
  el.addEventListener("click", ({ clientY }) => {
    const k = rowAt(clientY - el.getBoundingClientRect().top, BELOW);
    if (k !== null) setState(model, { k });
  });
}

// When the statistics are held they are those of the batch of that moment.
function hold(model) {
  const x = model.get("x");
  if (model.get("held")) setState(model, { mean: meanOf(x), variance: varianceOf(x) });
}

function render({ model, el }) {
  const words = wordsOf(model);
  const state = () => getState(model, NAMES);
  const say = sentences(model, NAMES, words, () => numbers(state()));
  const change = (count, moved) =>
    setState(model, { x: moved(model.get("x")), [count]: model.get(count) + 1 });
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
  const holding = toggle(model, "held", { label: words.held });
  const unwatch = watch(model, ["held"], () => hold(model));
  const parts = {
    steps: steps(model, words, TASKS),
    ...values,
    picture: canvas(model, NAMES, { label: words.picture, height: HEIGHT }, (width) =>
      picture(width, state(), words),
    ),
    moves: buttons(
      [words.shift, () => change("shifts", shifted)],
      [words.halve, () => change("halvings", halved)],
    ),
    k: choice(model, "k", {
      label: words.k,
      options: indices.map((i) => [i, `x̂${subscript(i + 1)}`]),
    }),
    paths: choice(model, "paths", {
      label: words.paths,
      options: named(words, PATHS).map(([, word], i) => [i + 1, word]),
    }),
    held: {
      el: holding.el,
      unbind() {
        unwatch();
        holding.unbind();
      },
    },
    dxIs: say(() => (model.get("held") ? "held_is" : `${PATHS[model.get("paths") - 1]}_is`), {
      class: "cr-formula",
      live: true,
    }),
    sums: say("sums"),
  };
  connect(model, parts.picture);
  return mount(
    el,
    words,
    parts,
    parts.steps,
    held(parts.picture),
    parts.sums,
    parts.dxIs,
    html("div", { class: "cr-inputs" }, ...values),
    panels([parts.moves, parts.held], [parts.k, parts.paths]),
  );
}

const explorable = { name: "BatchNormalizationOfFour", render };
export default explorable;
