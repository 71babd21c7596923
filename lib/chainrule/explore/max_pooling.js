import {
  canvas,
  cells,
  choice,
  fill,
  getState,
  html,
  matrixInput,
  mount,
  named,
  panels,
  presets,
  range,
  rounded,
  sentences,
  setState,
  slider,
  stepper,
  steps,
  svg,
  text,
  wordsOf,
} from "./_explorable.js";

// --- Mathematics: no page needed. Its tests compare it with the library. ---

export const WINDOWS = {
  tiles: { size: 2, stride: 2 },
  overlap: { size: 2, stride: 1 },
  large: { size: 3, stride: 1 },
};

export const sideOf = (x, { size, stride }) => (x.length - size) / stride + 1;

// The pixels [i, j] of window number n, in reading order.
export function pixelsOf(x, kind, n) {
  const { size, stride } = kind;
  const side = sideOf(x, kind);
  const [top, left] = [Math.floor(n / side) * stride, (n % side) * stride];
  return range(size * size).map((k) => [top + Math.floor(k / size), left + (k % size)]);
}

// y and its winners, and dx when the gradient n + 1 arrives at window number n.
export function passes({ x, windows }) {
  const kind = WINDOWS[windows];
  const side = sideOf(x, kind);
  const dx = x.map((row) => row.map(() => 0));
  const winners = range(side * side).map((n) => {
    const pixels = pixelsOf(x, kind, n);
    // Only a larger number takes the lead: of equal ones the first keeps it.
    return pixels.reduce((best, p) => (x[p[0]][p[1]] > x[best[0]][best[1]] ? p : best));
  });
  for (const [n, [i, j]] of winners.entries()) dx[i][j] += n + 1;
  const table = (entry) => range(side).map((i) => range(side).map((j) => entry(i * side + j)));
  return {
    side,
    winners,
    dx,
    y: table((n) => x[winners[n][0]][winners[n][1]]),
    dout: table((n) => n + 1),
  };
}

// The chosen window, or the last one there is.
const chosen = (state, side) => Math.min(state.window, side * side - 1);

export function numbers(state) {
  const { side, winners, dx } = passes(state);
  const n = chosen(state, side);
  const [row, column] = winners[n];
  const won = winners.flatMap(([i, j], k) => (i === row && j === column ? [k + 1] : []));
  const pixels = pixelsOf(state.x, WINDOWS[state.windows], n);
  return {
    n: n + 1,
    numbers: pixels.map(([i, j]) => rounded(state.x[i][j])).join(", "),
    y: rounded(state.x[row][column]),
    row,
    column,
    count: won.length,
    all: side * side,
    terms: won.join(" + "),
    dx: dx[row][column],
  };
}

// --- The picture -----------------------------------------------------------------------------

const TOP = 24;
const LEFT = 4;

function picture(width, state) {
  const { x, windows } = state;
  const kind = WINDOWS[windows];
  const { side, winners, y, dout, dx } = passes(state);
  const n = chosen(state, side);
  const size = Math.min(44, Math.floor((width - 8) / (x.length + 3.8)));
  const right = LEFT + (x.length + 0.8) * size;
  const below = TOP + x.length * size + 42;
  const [top, left] = pixelsOf(x, kind, n)[0];
  const isInside = (i, j) => i >= top && i < top + kind.size && j >= left && j < left + kind.size;
  const share = (isChosen) => (isChosen ? 0.7 : 0);
  const heading = (label, at, height, ink) => text(label, at, height - 8, { class: `cr-${ink}` });
  const ring = ([i, j], corner) => {
    const [cx, cy] = [LEFT + (j + 0.5) * size, corner + (i + 0.5) * size];
    return svg("circle", { class: "cr-winner", cx, cy, r: size * 0.4 });
  };
  const frame = (corner) => {
    const length = kind.size * size;
    const place = { x: LEFT + left * size, y: corner + top * size, width: length, height: length };
    return svg("rect", { class: "cr-frame", ...place });
  };
  // On the left what the pixels hold, with the chosen window framed and the winners of all windows
  // ringed; on the right what the windows hold.
  const hasWon = ([i, j]) => winners.some(([a, b]) => a === i && b === j);
  const places = x.flatMap((row, i) => row.map((_, j) => [i, j])).filter(hasWon);
  const pixels = (label, matrix, corner, ink) => [
    heading(label, LEFT, corner, ink),
    ...cells(matrix, {
      x: LEFT,
      y: corner,
      size,
      format: (_, i, j) => ({ ink, share: share(isInside(i, j)) }),
    }),
    ...places.map((p) => ring(p, corner)),
    frame(corner),
  ];
  const results = (label, matrix, corner, ink) => [
    heading(label, right, corner, ink),
    ...cells(matrix, {
      x: right,
      y: corner,
      size,
      format: (_, i, j) => {
        const window = i * side + j;
        return { ink, share: share(window === n), "data-window": window };
      },
    }),
  ];
  return [
    ...pixels("x", x, TOP, "value"),
    ...results("y", y, TOP, "value"),
    ...pixels("dx", dx, below, "gradient"),
    ...results("dout", dout, below, "gradient"),
  ];
}

// --- The figure ------------------------------------------------------------------------------

const NAMES = ["x", "windows", "window"];

const STORY = {
  make: {
    sharing: {
      x: [
        [1, 3, 2, 0],
        [5, 9, 6, 1],
        [2, 0, 1, 2],
        [1, 7, 3, 4],
      ],
      windows: "large",
      window: 0,
    },
    tie: {
      x: [
        [1, 7, 2, 0],
        [7, 4, 6, 1],
        [2, 0, 1, 2],
        [1, 5, 3, 4],
      ],
      windows: "tiles",
      window: 0,
    },
    equal: { x: Array(4).fill([2, 2, 2, 2]), windows: "tiles", window: 0 },
  },
};

const isSame = (a, b) => String(a) === String(b);

// The windows in which more than one pixel is in front.
function tiesIn({ x, windows }) {
  const kind = WINDOWS[windows];
  const isTie = (n) => {
    const inside = pixelsOf(x, kind, n).map(([i, j]) => x[i][j]);
    return inside.filter((value) => value === Math.max(...inside)).length > 1;
  };
  return range(sideOf(x, kind) ** 2).filter(isTie);
}

// What the last change has done, if it was that of one number: by how much that grew, and whether y and
// the winners are as they were. Else null.
function changeOf({ before, now }) {
  const grown = now.x.flat().map((value, i) => value - before.x.flat()[i]);
  const changes = grown.filter((by) => by !== 0);
  if (changes.length !== 1 || now.windows !== before.windows) return null;
  const [old, after] = [passes(before), passes(now)];
  return {
    by: changes[0],
    sameY: isSame(after.y, old.y),
    sameWinners: isSame(after.winners, old.winners),
  };
}

const STEPS = [
  { key: "through", done: ({ now }) => now.window === passes(now).side ** 2 - 1 },
  {
    key: "loser",
    done(states) {
      const change = changeOf(states);
      return Boolean(change) && change.sameY && change.sameWinners;
    },
  },
  {
    key: "jump",
    done(states) {
      const change = changeOf(states);
      return Boolean(change) && change.by > 0 && !change.sameWinners;
    },
  },
  {
    key: "tie",
    done({ now, before }) {
      const old = tiesIn(before);
      return now.windows === before.windows && tiesIn(now).some((n) => !old.includes(n));
    },
  },
  {
    key: "sharing",
    sets: { windows: "tiles" },
    done: ({ now }) =>
      now.windows === "large" && new Set(passes(now).winners.map(String)).size === 1,
  },
];

function render({ model, el }) {
  const words = wordsOf(model);
  const state = () => getState(model, NAMES);
  const say = sentences(model, NAMES, words, () => numbers(state()));
  const last = () => passes(state()).side ** 2 - 1;
  const parts = {
    steps: steps(model, words, STEPS),
    presets: presets(model, STORY, words),
    x: matrixInput(model, "x", {
      label: (i, j) => fill(words.field, { i, j }),
      min: -9,
      max: 9,
      step: 1,
    }),
    windows: choice(model, "windows", {
      label: words.windows,
      options: named(words, Object.keys(WINDOWS)),
    }),
    window: slider(model, "window", {
      label: words.window,
      min: 0,
      max: last,
      others: ["windows"],
      text: (n) => rounded(n + 1),
    }),
    stepper: stepper(model, "window", { max: last, others: ["windows"], words }),
    maxIs: say("max_is", { class: "cr-verdict", live: true }),
    dxIs: say(({ count }) => (count > 1 ? "dx_is" : "one_is")),
    picture: canvas(
      model,
      NAMES,
      { label: words.picture, height: 2 * TOP + 8 * 44 + 24 },
      (width) => picture(width, state()),
    ),
  };
  parts.picture.el.addEventListener("click", ({ target }) => {
    const cell = target.closest("[data-window]");
    if (cell) setState(model, { window: Number(cell.dataset.window) });
  });
  return mount(
    el,
    words,
    parts,
    parts.steps,
    panels(
      [parts.picture],
      [
        parts.stepper,
        parts.window,
        parts.windows,
        html("p", {}, words.map),
        parts.x,
        parts.presets,
      ],
    ),
    parts.maxIs,
    parts.dxIs,
  );
}

const explorable = { name: "MaxPoolingOfOneMap", render };
export default explorable;
