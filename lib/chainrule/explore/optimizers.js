import {
  assemble,
  bottomAxis,
  canvas,
  drag,
  fill,
  html,
  leftAxis,
  line,
  powers,
  presets,
  put,
  says,
  scale,
  shown,
  slider,
  stateOf,
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

// Without the noise of 1 − 0.9.
const tidy = (value) => Number(value.toFixed(6));

export function numbers({ b, lr }) {
  const fy = tidy(1 - lr * b);
  const written = (value) => String(value).replace("-", "−");
  return { b, lr, fx: written(tidy(1 - lr)), fy: written(fy), verdict: verdictOf(fy) };
}

// --- Pictures --------------------------------------------------------------------------------

const [LEFT, RIGHT] = [44, 8];
const [LOW, HIGH] = [-6, 4];
const number = (i) => `cr-${i + 1}`;

// Equal scales along and across, so that a round bowl is round.
const heightOf = (width) => Math.round((width - LEFT - RIGHT) / 2);
const within = (width) => ({
  px: scale([-10, 10], [LEFT, width - RIGHT]),
  py: scale([5, -5], [8, 8 + heightOf(width)]),
});

function valley(width, state, kinds) {
  const height = heightOf(width);
  const { px, py } = within(width);
  const unit = px(1) - px(0);
  const ellipses = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14].map((radius) =>
    svg("ellipse", {
      class: "cr-level",
      cx: px(0),
      cy: py(0),
      rx: radius * unit,
      ry: (radius * unit) / Math.sqrt(state.b),
    }),
  );
  const paths = kinds.flatMap((kind) => {
    const i = KINDS.indexOf(kind);
    const pixels = untilLost(walk(kind, state)).map(([x, y]) => [px(x), py(y)]);
    const [cx, cy] = pixels[pixels.length - 1];
    return [
      svg("path", { class: `cr-curve ${number(i)}`, "data-kind": kind, d: line(pixels) }),
      svg("circle", { class: `cr-end ${number(i)}`, cx, cy, r: 5 }),
    ];
  });
  // A picture within the picture cuts off what runs out of the frame. Its origin is the outer one's.
  const frame = { x: LEFT, y: 8, width: width - LEFT - RIGHT, height };
  const viewBox = `${LEFT} 8 ${frame.width} ${height}`;
  const inner = svg("svg", { ...frame, viewBox }, ...ellipses, ...paths);
  const minus = (v) => [v, String(v).replace("-", "−")];
  return [
    inner,
    svg("rect", { class: "cr-border", ...frame }),
    ...leftAxis(
      [-4, 0, 4].map(minus).map(([v, t]) => [py(v), t]),
      LEFT,
      LEFT,
    ),
    ...bottomAxis(
      [-8, -4, 0, 4, 8].map(minus).map(([v, t]) => [px(v), t]),
      8 + height,
    ),
    svg("path", { class: "cr-cross", d: `M${px(0) - 6} ${py(0)}h12M${px(0)} ${py(0) - 6}v12` }),
    svg("circle", { class: "cr-ring cr-grab", cx: px(state.x), cy: py(state.y), r: 9 }),
  ];
}

function losses(width, state, kinds, words) {
  const [top, bottom] = [20, 178];
  const px = scale([0, Math.max(1, state.steps)], [LEFT, width - RIGHT]);
  const py = scale([LOW, HIGH], [bottom, top]);
  const inside = (e) => Math.min(HIGH, Math.max(LOW, e));
  const curves = kinds.map((kind) => {
    const path = untilLost(walk(kind, state));
    const points = path.map((p, s) => [px(s), py(inside(Math.log10(lossAt(p, state.b))))]);
    return svg("path", {
      class: `cr-curve ${number(KINDS.indexOf(kind))}`,
      "data-kind": kind,
      d: line(points),
    });
  });
  const last = state.steps || 1;
  return [
    ...leftAxis(
      powers(LOW, HIGH, 2).map(([e, label]) => [py(e), label]),
      LEFT,
      width - RIGHT,
    ),
    text(words.loss, LEFT, top - 8, { class: "cr-muted" }),
    ...curves,
    ...bottomAxis(
      [
        [px(0), 0],
        [px(last), last],
      ],
      bottom,
    ),
    text(words.step, (px(0) + px(last)) / 2, bottom + 16, {
      class: "cr-muted",
      "text-anchor": "middle",
    }),
  ];
}

// --- The figure ------------------------------------------------------------------------------

const NAMES = ["b", "lr", "steps", "x", "y", ...KINDS];

const STORY = {
  make: {
    zigzag: { b: 4, lr: 19, steps: 40, x: -9, y: 3 },
    diverge: { b: 4, lr: 21, steps: 40, x: -9, y: 3 },
    arrive: { b: 0, lr: 30, steps: 40, x: -9, y: 3 },
  },
};

function render({ model, el }) {
  const words = wordsOf(model);
  const state = () => ({
    b: NARROW[model.get("b")],
    lr: learningRate(model.get("lr")),
    ...stateOf(model, ["steps", "x", "y"]),
  });
  const kinds = () => KINDS.filter((kind) => model.get(kind));
  const written = (value) => value.toFixed(1).replace("-", "−");
  const after = () => {
    const ends = kinds().map((kind) => {
      const { [state().steps]: end } = walk(kind, state());
      return `${words[kind]} ${shown(lossAt(end, state().b), 2)}`;
    });
    const found = { steps: state().steps, losses: ends.join(", ") };
    return ends.length ? fill(words.after, found) : words.nothing;
  };
  const swatch = (i) =>
    svg(
      "svg",
      { class: "cr-canvas cr-swatch", width: 34, height: 10, "aria-hidden": "true" },
      svg("path", { class: `cr-curve ${number(i)}`, d: "M1 5h32" }),
    );
  const parts = {
    presets: presets(model, STORY, words),
    ...KINDS.map((kind, i) =>
      toggle(model, kind, { label: html("span", {}, swatch(i), ` ${words[kind]}`) }),
    ),
    valley: canvas(
      model,
      NAMES,
      { label: words.valley, height: (width) => heightOf(width) + 32 },
      (width) => valley(width, state(), kinds()),
    ),
    verdict: says(model, NAMES, { class: "cr-verdict", live: true }, () => {
      const now = numbers(state());
      return fill(words[now.verdict], now);
    }),
    factors: says(model, NAMES, {}, () => fill(words.factors, numbers(state()))),
    losses: canvas(model, NAMES, { label: words.losses, height: 204 }, (width) =>
      losses(width, state(), kinds(), words),
    ),
    after: says(model, NAMES, { class: "cr-formula" }, after),
    b: slider(model, "b", {
      label: words.b,
      min: 0,
      max: NARROW.length - 1,
      text: (i) => String(NARROW[i]),
    }),
    lr: slider(model, "lr", {
      label: words.lr,
      min: 0,
      max: 33,
      text: (i) => String(learningRate(i)),
    }),
    steps: slider(model, "steps", { label: words.steps, min: 0, max: 100 }),
    x: slider(model, "x", { label: words.x, min: -10, max: 10, step: 0.1, text: written }),
    y: slider(model, "y", { label: words.y, min: -5, max: 5, step: 0.1, text: written }),
  };
  drag(
    parts.valley.el,
    () => "start",
    ([x, y]) => {
      const { px, py } = within(parts.valley.el.getBoundingClientRect().width);
      const back = (map, pixel, reach) => {
        const value = (pixel - map(0)) / (map(1) - map(0));
        return Math.round(10 * Math.min(reach, Math.max(-reach, value))) / 10;
      };
      put(model, { x: back(px, x, 10), y: back(py, y, 5) });
    },
  );
  const panel = (...keys) => html("div", { class: "cr-panel" }, ...keys.map((k) => parts[k].el));
  const legend = html(
    "fieldset",
    {},
    html("legend", {}, words.show),
    ...KINDS.map((_, i) => parts[i].el),
  );
  return assemble(
    el,
    parts,
    parts.presets.el,
    html("div", { class: "cr-panels" }, panel("b", "lr"), panel("steps", "x", "y")),
    legend,
    parts.verdict.el,
    parts.factors.el,
    parts.valley.el,
    parts.losses.el,
    parts.after.el,
    html("p", { class: "cr-caption" }, words.caption),
  );
}

const explorable = { name: "Optimizers", render };
export default explorable;
