import {
  bottomAxis,
  canvas,
  clamp,
  drag,
  fill,
  fixed,
  getState,
  held,
  html,
  leftAxis,
  line,
  liveText,
  mount,
  panels,
  powersOfTen,
  presets,
  rounded,
  scale,
  sentences,
  setState,
  significant,
  slider,
  steps,
  svg,
  text,
  toggle,
  wordsOf,
} from "./_explorable.js";

// --- Mathematics: no page needed. Its tests compare it with the library. ---

export const NARROW = [1, 2, 5, 10, 20, 50, 100];
export const KINDS = ["sgd", "momentum", "adagrad", "rmsprop", "adam"];
const EPS = 1e-8; // AdaGrad's is 1e-10, in the library as elsewhere

// Ten rates a decade from 0.001 on, to two digits.
export function learningRate(position) {
  return Number((10 ** (position / 10 - 3)).toPrecision(2));
}

// One number's update: from its gradient g and its state, which begins as [0, 0], in step s = 1, 2, …
const UPDATES = {
  sgd: (p, g, lr) => p - lr * g,
  momentum(p, g, lr, state) {
    state[0] = 0.9 * state[0] - lr * g;
    return p + state[0];
  },
  adagrad(p, g, lr, state) {
    state[0] += g * g;
    return p - (lr * g) / (Math.sqrt(state[0]) + 1e-10);
  },
  rmsprop(p, g, lr, state) {
    state[0] = 0.99 * state[0] + (1 - 0.99) * g * g;
    return p - (lr * g) / (Math.sqrt(state[0]) + EPS);
  },
  adam(p, g, lr, state, s) {
    state[0] = 0.9 * state[0] + (1 - 0.9) * g;
    state[1] = 0.999 * state[1] + (1 - 0.999) * g * g;
    const [m, v] = [state[0] / (1 - 0.9 ** s), state[1] / (1 - 0.999 ** s)];
    return p - (lr * m) / (Math.sqrt(v) + EPS);
  },
};

// The points [x, y] of a path on L = ½(x² + b·y²).
export function walk(kind, { b, lr, steps, x, y }) {
  const slopes = [1, b];
  const states = [
    [0, 0],
    [0, 0],
  ];
  const path = [[x, y]];
  for (let s = 1; s <= steps; s++) {
    path.push(path[s - 1].map((p, i) => UPDATES[kind](p, slopes[i] * p, lr, states[i], s)));
  }
  return path;
}

// The same of the state of the figure, in which each optimizer has a rate of its own.
const pathOf = (kind, state) => walk(kind, { ...state, lr: state.rates[kind] });

// A path as far as it can be drawn: to the first point that is far outside of the frame.
export function untilLost(path) {
  const lost = path.findIndex(([x, y]) => !(Math.abs(x) < 40 && Math.abs(y) < 40));
  return lost < 0 ? path : path.slice(0, lost + 1);
}

export const lossAt = ([x, y], b) => 0.5 * (x * x + b * y * y);

export function verdictOf(factor) {
  if (Math.abs(factor) >= 1) return "diverges";
  return factor < 0 ? "zigzags" : "glides";
}

export function numbers({ b, lr }) {
  const fy = 1 - lr * b;
  const factors = { fx: rounded(1 - lr), fy: rounded(fy) };
  return { b, lr, ...factors, verdict: verdictOf(Number(fy.toFixed(6))) };
}

// --- Pictures --------------------------------------------------------------------------------

const [LEFT, RIGHT, TOP] = [44, 12, 10];
const [LOW, HIGH] = [-6, 4];

// The class that gives each optimizer its colour and dashes.
const classOf = (kind) => `cr-${KINDS.indexOf(kind) + 1}`;

// Equal scales along and across, so that a round bowl is round.
const heightOf = (width) => Math.round((width - LEFT - RIGHT) / 2);
const scalesOf = (width) => ({
  px: scale([-10, 10], [LEFT, width - RIGHT]),
  py: scale([5, -5], [TOP, TOP + heightOf(width)]),
});

// The point of the valley at a pixel, as far as the sliders reach, to a tenth.
function pointAt([x, y], width) {
  const { px, py } = scalesOf(width);
  const back = (map, pixel, reach) => {
    const value = (pixel - map(0)) / (map(1) - map(0));
    return Math.round(10 * clamp(value, -reach, reach)) / 10;
  };
  return { x: back(px, x, 10), y: back(py, y, 5) };
}

function valley(width, state, kinds) {
  const height = heightOf(width);
  const { px, py } = scalesOf(width);
  const unit = px(1) - px(0);
  const origin = { cx: px(0), cy: py(0) };
  const ellipses = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14].map((radius) => {
    const [rx, ry] = [radius * unit, (radius * unit) / Math.sqrt(state.b)];
    return svg("ellipse", { class: "cr-level", ...origin, rx, ry });
  });
  const paths = kinds.flatMap((kind) => {
    const pixels = untilLost(pathOf(kind, state)).map(([x, y]) => [px(x), py(y)]);
    const [cx, cy] = pixels[pixels.length - 1];
    return [
      svg("path", { class: `cr-curve ${classOf(kind)}`, "data-kind": kind, d: line(pixels) }),
      svg("circle", { class: `cr-end ${classOf(kind)}`, cx, cy, r: 5 }),
    ];
  });
  // A picture within the picture cuts off what runs out of the frame. Its origin is the outer one's.
  const frame = { x: LEFT, y: TOP, width: width - LEFT - RIGHT, height };
  const viewBox = `${LEFT} ${TOP} ${frame.width} ${height}`;
  return [
    svg("svg", { ...frame, viewBox }, ...ellipses, ...paths),
    svg("rect", { class: "cr-border", ...frame }),
    ...leftAxis(py, [-4, 0, 4], LEFT, LEFT),
    ...bottomAxis(px, [-8, -4, 0, 4, 8], TOP + height),
    svg("path", { class: "cr-cross", d: `M${px(0) - 6} ${py(0)}h12M${px(0)} ${py(0) - 6}v12` }),
    svg("circle", { class: "cr-ring cr-grab", cx: px(state.x), cy: py(state.y), r: 9 }),
  ];
}

function losses(width, state, kinds, words) {
  const [top, bottom] = [20, 178];
  const last = state.steps || 1;
  const px = scale([0, last], [LEFT, width - RIGHT]);
  const py = scale([LOW, HIGH], [bottom, top]);
  const level = (point) => py(clamp(Math.log10(lossAt(point, state.b)), LOW, HIGH));
  const curves = kinds.map((kind) => {
    const points = untilLost(pathOf(kind, state)).map((point, s) => [px(s), level(point)]);
    const attributes = { class: `cr-curve ${classOf(kind)}`, "data-kind": kind };
    return svg("path", { ...attributes, d: line(points) });
  });
  const middle = { class: "cr-muted", "text-anchor": "middle" };
  return [
    ...leftAxis(py, powersOfTen(LOW, HIGH, 2), LEFT, width - RIGHT),
    text(words.loss, LEFT, top - 8, { class: "cr-muted" }),
    ...curves,
    ...bottomAxis(px, [0, last], bottom),
    text(words.step, px(last / 2), bottom + 16, middle),
  ];
}

// --- The figure ------------------------------------------------------------------------------

const RATES = KINDS.map((kind) => `lr_${kind}`);
const NAMES = ["b", ...RATES, "steps", "x", "y", ...KINDS];

const START = { steps: 40, x: -9, y: 3 };
const shown = (kinds) => Object.fromEntries(KINDS.map((kind) => [kind, kinds.includes(kind)]));
const OWN = { lr_sgd: 19, lr_momentum: 12, lr_adagrad: 33, lr_rmsprop: 27, lr_adam: 30 };
const SAME = Object.fromEntries(RATES.map((name) => [name, OWN.lr_sgd]));

const STORY = {
  give: {
    own: { b: 4, ...OWN, ...START, ...shown(KINDS) },
    same: { b: 4, ...SAME, ...START, ...shown(KINDS) },
  },
  make: {
    zigzag: { b: 4, lr_sgd: 19, ...START, ...shown(["sgd"]) },
    diverge: { b: 4, lr_sgd: 21, ...START, ...shown(["sgd"]) },
    arrive: { b: 0, lr_sgd: 30, ...START, ...shown(["sgd"]) },
  },
};

// What the reader is asked to do; `now` and `start` are states.
const isAt = (now, state) => Object.keys(state).every((name) => now[name] === state[name]);
const factorOf = ({ b, lr_sgd }) => numbers({ b: NARROW[b], lr: learningRate(lr_sgd) });
const TASKS = [
  {
    key: "run",
    done: ({ now }) => now.steps >= 40 && isAt(now, { ...STORY.give.own, steps: now.steps }),
  },
  { key: "same", sets: STORY.give.own, done: ({ now }) => isAt(now, STORY.give.same) },
  {
    key: "limit",
    sets: STORY.give.same,
    done: ({ now }) => now.b === 4 && now.sgd && factorOf(now).verdict === "diverges",
  },
  {
    key: "rounder",
    sets: STORY.make.diverge,
    done: ({ now, start }) =>
      now.sgd &&
      now.b < start.b &&
      now.lr_sgd >= start.lr_sgd &&
      factorOf(now).verdict !== "diverges",
  },
  {
    key: "elsewhere",
    sets: { x: START.x, y: START.y }, // where the buttons begin, so that none of them does this step
    done: ({ now, start }) => now.x !== start.x || now.y !== start.y,
  },
];

// A checkbox for each optimizer; its label shows the curve as it is drawn.
function legendOf(model, words) {
  const swatch = (kind) =>
    svg(
      "svg",
      { class: "cr-canvas cr-swatch", width: 34, height: 10, "aria-hidden": "true" },
      svg("path", { class: `cr-curve ${classOf(kind)}`, d: "M1 5h32" }),
    );
  return KINDS.map((kind) =>
    toggle(model, kind, { label: html("span", {}, swatch(kind), ` ${words[kind]}`) }),
  );
}

function render({ model, el }) {
  const words = wordsOf(model);
  const state = () => ({
    b: NARROW[model.get("b")],
    rates: Object.fromEntries(KINDS.map((kind) => [kind, learningRate(model.get(`lr_${kind}`))])),
    ...getState(model, ["steps", "x", "y"]),
  });
  const kinds = () => KINDS.filter((kind) => model.get(kind));
  const say = sentences(model, NAMES, words, () =>
    numbers({ b: state().b, lr: state().rates.sgd }),
  );
  const after = () => {
    const { b, steps } = state();
    const ends = kinds().map((kind) => {
      const loss = lossAt(pathOf(kind, state())[steps], b);
      return `${words[kind]} ${significant(loss, 2)}`;
    });
    return ends.length ? fill(words.after, { steps, losses: ends.join(", ") }) : words.nothing;
  };
  const legend = legendOf(model, words);
  const rates = KINDS.map((kind) =>
    slider(model, `lr_${kind}`, {
      label: fill(words.lr, { name: words[kind] }),
      min: 0,
      max: 33,
      text: (i) => rounded(learningRate(i)),
    }),
  );
  const place = (name, reach) =>
    slider(model, name, {
      label: words[name],
      min: -reach,
      max: reach,
      step: 0.1,
      text: (value) => fixed(value, 1),
    });
  const parts = {
    tasks: steps(model, words, TASKS),
    presets: presets(model, STORY, words),
    ...legend,
    ...Object.fromEntries(RATES.map((name, i) => [name, rates[i]])),
    valley: canvas(
      model,
      NAMES,
      { label: words.valley, height: (width) => TOP + heightOf(width) + 24 },
      (width) => valley(width, state(), kinds()),
    ),
    verdict: say(({ verdict }) => verdict, { class: "cr-verdict", live: true }),
    factors: say("factors"),
    losses: canvas(model, NAMES, { label: words.losses, height: 204 }, (width) =>
      losses(width, state(), kinds(), words),
    ),
    after: liveText(model, NAMES, { class: "cr-formula" }, after),
    b: slider(model, "b", {
      label: words.b,
      min: 0,
      max: NARROW.length - 1,
      text: (i) => rounded(NARROW[i]),
    }),
    steps: slider(model, "steps", { label: words.steps, min: 0, max: 100 }),
    x: place("x", 10),
    y: place("y", 5),
  };
  drag(
    parts.valley.el,
    () => "start",
    (at) => setState(model, pointAt(at, parts.valley.width())),
  );
  return mount(
    el,
    words,
    parts,
    parts.tasks,
    parts.verdict,
    held(parts.valley, parts.losses),
    panels([parts.steps, parts.b], [parts.x, parts.y]),
    parts.presets,
    panels(rates.slice(0, 3), rates.slice(3)),
    html("fieldset", {}, html("legend", {}, words.show), ...legend),
    parts.factors,
    parts.after,
  );
}

const explorable = { name: "Optimizers", render };
export default explorable;
