import {
  canvas,
  cells,
  choice,
  clamp,
  drag,
  fill,
  getState,
  held,
  liveText,
  mount,
  named,
  panels,
  range,
  sentences,
  setState,
  slider,
  stepper,
  steps,
  sum,
  svg,
  text,
  watch,
  wordsOf,
} from "./_explorable.js";

// --- Mathematics: no page needed. Its tests compare it with the library. ---

export const SIDE = 4;

// How many patches fit along a side, and whether they cover it exactly.
export function fit({ size, stride, pad }) {
  const room = SIDE + 2 * pad - size;
  return { out: Math.floor(room / stride) + 1, exact: room % stride === 0 };
}

// The pixel at row i, column j of the image, null for the padding around it.
const pixelAt = (i, j) => (i >= 0 && i < SIDE && j >= 0 && j < SIDE ? i * SIDE + j : null);

// Which pixel stands at row n, column k of the table: a list of rows.
export function pixels({ size, stride, pad }) {
  const { out } = fit({ size, stride, pad });
  return range(out * out).map((n) => {
    const [top, left] = [Math.floor(n / out) * stride - pad, (n % out) * stride - pad];
    return range(size * size).map((k) => pixelAt(top + Math.floor(k / size), left + (k % size)));
  });
}

// The numbers in the table. As a pixel holds its own number, im2col(x) is the table of pixels, with the
// zeros of the padding.
export function tableOf(state) {
  const columns = state.size ** 2;
  const number = {
    col: (pixel) => pixel ?? 0,
    ones: () => 1,
    counted: (_, n, k) => n * columns + k + 1,
  }[state.table];
  return pixels(state).map((row, n) => row.map((pixel, k) => number(pixel, n, k)));
}

// Where a pixel stands in the table: [row, the number there].
export function placesOf(state, pixel) {
  const numbers = tableOf(state);
  return pixels(state).flatMap((row, n) =>
    row.flatMap((p, k) => (p === pixel ? [[n, numbers[n][k]]] : [])),
  );
}

const total = (places) => sum(places.map(([, number]) => number));

// col2im of the table: each number is added to the pixel it came from.
export function back(state) {
  return range(SIDE).map((i) => range(SIDE).map((j) => total(placesOf(state, pixelAt(i, j)))));
}

// The chosen patch, or the last one there is.
export const chosen = (state) => Math.min(state.patch, fit(state).out ** 2 - 1);

export function numbers(state) {
  const { out } = fit(state);
  const n = chosen(state);
  const places = placesOf(state, state.pixel);
  return {
    ...state,
    side: SIDE,
    out,
    rows: places.map(([row]) => row).join(", "),
    n,
    i: Math.floor(n / out),
    j: n % out,
    numbers: tableOf(state)[n].join(", "),
    count: places.length,
    terms: places.map(([, number]) => number).join(" + "),
    sum: total(places),
  };
}

// --- The picture -----------------------------------------------------------------------------
// From left to right, or on a narrow page the images above and the table below: the image with its
// window, the table, and what col2im makes of it. Curves lead from the chosen pixel to its places in
// the table, and from there to its sum.

const TOP = 24;
const GUTTER = 22; // beside the images of a narrow page, for the curves

// The image has room for its padding, whether there is any or not, so that nothing moves. On both sides
// of the table there is room for the curves, and on its left for the rows' numbers.
function layout(width, state) {
  const isWide = width >= 570;
  const room = isWide ? width - 330 : width - 2 * GUTTER - 40;
  const cell = Math.min(isWide ? 36 : 25, Math.floor(room / (2 * SIDE + 2)));
  const gutter = isWide ? 2 : 2 + GUTTER;
  const image = { x: gutter + cell, y: TOP + cell };
  const result = { x: width - gutter - SIDE * cell, y: TOP + cell };
  const left = isWide ? image.x + (SIDE + 1) * cell + 74 : 52;
  const right = isWide ? result.x - 52 : width - 4 - GUTTER;
  const [rows, columns] = [fit(state).out ** 2, state.size ** 2];
  const w = Math.min(40, Math.floor((right - left) / columns));
  const h = Math.min(34, Math.floor(TABLE / rows));
  const x = left + Math.floor((right - left - columns * w) / 2);
  return { isWide, cell, image, result, table: { x, y: tableTop(isWide, cell), w, h } };
}

// The table has 25 rows at most, each of at least 13 pixels.
const TABLE = 13 * 25;
const tableTop = (isWide, cell) => (isWide ? TOP : TOP + (SIDE + 2) * cell + 34);

// What lies on the cells lets the pointer through.
function outline(kind, x, y, width, height, rx = 0) {
  const box = { x, y, width, height, rx };
  return svg("rect", { class: `cr-${kind}`, ...box, "pointer-events": "none" });
}

// A ring within a cell; around a low one, so that it does not lie on the number.
function ring(x, y, width, height) {
  if (height < 16) return outline("winner", x, y, width, height);
  const [w, h] = [Math.min(width - 1, 36), Math.min(height - 3, 26)];
  return outline("winner", x + (width - w) / 2, y + (height - h) / 2, w, h, h / 2);
}

const ringAround = (pixel, { x, y }, cell) =>
  ring(x + (pixel % SIDE) * cell, y + Math.floor(pixel / SIDE) * cell, cell, cell);

// How a cell is tinted: strongly if it holds the chosen pixel, a little within the window or its row;
// padding, which is no pixel (null), is grey.
function tint(ink, pixel, isInside, isChosen) {
  if (pixel === null) return { ink: "muted", share: isInside ? 0.9 : 0.4 };
  return { ink, share: isChosen ? 1 : isInside ? 0.4 : 0 };
}

const heading = (label, { x, y }, ink) => text(label, x, y - 8, { class: `cr-${ink}` });

// The chosen window: its number, and the row and column of its first pixel, which may be padding.
function windowOf(state) {
  const { size, stride, pad } = state;
  const { out } = fit(state);
  const n = chosen(state);
  const [top, left] = [Math.floor(n / out) * stride - pad, (n % out) * stride - pad];
  const contains = (i, j) => i >= top && i < top + size && j >= left && j < left + size;
  return { n, out, top, left, contains };
}

// The window on the image: what is dragged, by its corner or any place in it, and moved with the arrow
// keys.
function handle(state, { cell, image }, { n, out, top, left }, words) {
  const side = state.size * cell;
  const [x, y] = [image.x + left * cell, image.y + top * cell];
  const corner = {
    class: "cr-handle cr-grab",
    cx: x + side,
    cy: y + side,
    r: Math.min(7, cell / 4),
  };
  const frame = svg("rect", {
    class: "cr-frame cr-grab",
    x,
    y,
    width: side,
    height: side,
    style: "cursor: grab",
    "pointer-events": "all",
    tabindex: 0,
    role: "slider",
    "data-key": "window",
    "aria-label": words.window,
    "aria-valuemin": 0,
    "aria-valuemax": out * out - 1,
    "aria-valuenow": n,
    "aria-valuetext": fill(words.window_at, { i: Math.floor(n / out), j: n % out, n }),
  });
  return [frame, svg("circle", corner)];
}

// The image with its padding, pixels that no window covers crossed out.
function drawImage(state, places, spot, words) {
  const { cell, image } = places;
  const { pad, pixel } = state;
  const side = range(SIDE + 2 * pad).map((i) => i - pad);
  const all = side.map((i) => side.map((j) => [i, j]));
  const outer = { x: image.x - pad * cell, y: image.y - pad * cell };
  const covered = pixels(state).flat();
  const isLost = ([i, j]) => pixelAt(i, j) !== null && !covered.includes(pixelAt(i, j));
  const cross = ([i, j]) => {
    const [x, y] = [image.x + j * cell, image.y + i * cell];
    const d = `M${x} ${y}l${cell} ${cell}m${-cell} 0l${cell} ${-cell}`;
    return svg("path", { class: "cr-border", d, "pointer-events": "none" });
  };
  return [
    heading(words.title_x, outer, "value"),
    ...cells(all, {
      ...outer,
      size: cell,
      format: ([i, j]) => {
        const here = pixelAt(i, j);
        return {
          text: here ?? 0,
          ...tint("value", here, spot.contains(i, j), here === pixel),
          "data-pixel": here,
          cursor: "pointer",
        };
      },
    }),
    ...all.flat().filter(isLost).map(cross),
    ringAround(pixel, image, cell),
    ...handle(state, places, spot, words),
  ];
}

// The table, its rows numbered, with a ring around each copy of the chosen pixel.
function drawTable(state, { table: corner }, spot, ink, title) {
  const { x, y, w, h } = corner;
  const entries = tableOf(state);
  const which = pixels(state);
  const rings = which.flatMap((row, r) =>
    row.flatMap((pixel, k) => (pixel === state.pixel ? [ring(x + k * w, y + r * h, w, h)] : [])),
  );
  const small = h < 14 || w < 30 ? "cr-smaller" : "";
  const end = { "text-anchor": "end" };
  const number = (_, r) => {
    const weight = r === spot.n ? "cr-truth" : "cr-tick";
    return text(r, x - 7, y + (r + 0.5) * h + 4.5, { class: `${weight} ${small}`, ...end });
  };
  return [
    heading(title, corner, ink),
    ...entries.map(number),
    svg(
      "g",
      { class: small },
      ...cells(entries, {
        x,
        y,
        size: h,
        width: w,
        format: (_, r, k) => ({
          ...tint(ink, which[r][k], r === spot.n, which[r][k] === state.pixel),
          "data-row": r,
          "data-pixel": which[r][k],
          cursor: "pointer",
        }),
      }),
    ),
    ...rings,
    outline("frame", x, y + spot.n * h, state.size ** 2 * w, h),
  ];
}

// The result of col2im.
function drawResult(state, { cell, result }, ink, title) {
  return [
    heading(title, result, ink),
    svg(
      "g",
      { class: cell < 30 ? "cr-smaller" : "" }, // sums have three digits
      ...cells(back(state), {
        ...result,
        size: cell,
        format: (_, i, j) => ({
          ...tint(ink, pixelAt(i, j), false, pixelAt(i, j) === state.pixel),
          "data-pixel": pixelAt(i, j),
          cursor: "pointer",
        }),
      }),
    ),
    ringAround(state.pixel, result, cell),
  ];
}

// A way from one point to another, level at both. It turns round at `turn`, a place across, if it has
// to; otherwise half way.
function way([x1, y1], [x2, y2], kind, turn) {
  const half = (x1 + x2) / 2;
  // A curve with both its handles at one place comes three quarters of the way there.
  const near = turn < half ? Math.min(x1, x2) : Math.max(x1, x2);
  const at = turn === null ? half : near + (turn - near) / 0.75;
  const back = turn !== null && turn > half ? 6 : -6;
  return svg(
    "g",
    { class: "cr-way", "pointer-events": "none" },
    svg("path", {
      class: `cr-curve cr-${kind}`,
      style: "stroke-width: 1.4",
      d: `M${x1} ${y1}C${at} ${y1} ${at} ${y2} ${x2} ${y2}`,
    }),
    svg("path", { class: `cr-${kind}`, d: `M${x2} ${y2}l${back} -3.5v7z` }),
  );
}

// From the chosen pixel to the rows it stands in, and from these to its sum: between the images and the
// table, or on a narrow page around their outer sides.
function drawWays(state, width, { isWide, cell, image, result, table }, ink) {
  const up = (Math.floor(state.pixel / SIDE) + 0.5) * cell;
  const begin = table.x - 26;
  const end = table.x + state.size ** 2 * table.w + 4;
  const across = isWide ? (SIDE + state.pad) * cell + 4 : -state.pad * cell - 4;
  const from = [image.x + across, image.y + up];
  const to = [isWide ? result.x - 4 : result.x + SIDE * cell + 4, result.y + up];
  return placesOf(state, state.pixel).flatMap(([row]) => {
    const y = table.y + (row + 0.5) * table.h;
    return [
      way(from, [begin, y], "value", isWide ? null : 2),
      way([end, y], to, ink, isWide ? null : width - 2),
    ];
  });
}

function picture(width, state, words) {
  const places = layout(width, state);
  const spot = windowOf(state);
  const isColumns = state.table === "col";
  const ink = isColumns ? "value" : "gradient";
  const name = isColumns ? "col" : "c";
  return [
    ...drawWays(state, width, places, ink),
    ...drawTable(state, places, spot, ink, words[`title_${name}`]),
    ...drawResult(state, places, ink, words[`title_back_${name}`]),
    ...drawImage(state, places, spot, words),
  ];
}

function heightOf(width, state) {
  const { isWide, cell } = layout(width, state);
  return tableTop(isWide, cell) + TABLE + 4;
}

// --- The figure ------------------------------------------------------------------------------

const WINDOWS = ["size", "stride", "pad"];
const NAMES = [...WINDOWS, "table", "patch", "pixel"];

// In how many rows each pixel stands.
const counts = (state) => range(SIDE ** 2).map((pixel) => placesOf(state, pixel).length);

const hasMoved = ({ now, before }) =>
  now.patch !== before.patch && WINDOWS.every((name) => now[name] === before[name]);

const OVERLAPPING = { size: 2, stride: 1, pad: 0 };
const TILES = { size: 2, stride: 2, pad: 0 };

const STEPS = [
  {
    key: "last",
    done: (states) => hasMoved(states) && states.now.patch === fit(states.now).out ** 2 - 1,
  },
  {
    key: "once",
    sets: { ...OVERLAPPING, pixel: 5 }, // which stands in four rows
    done: ({ now, before }) => now.pixel !== before.pixel && counts(now)[now.pixel] === 1,
  },
  { key: "ones", sets: { table: "col" }, done: ({ now }) => now.table === "ones" },
  {
    key: "inverse",
    sets: { ...OVERLAPPING, table: "ones" },
    done: ({ now }) => now.table === "col" && counts(now).every((count) => count === 1),
  },
  { key: "lost", sets: TILES, done: ({ now }) => !fit(now).exact && counts(now).includes(0) },
];

// Move the window by so many places down and across, as far as it fits.
function move(model, state, down, across) {
  const { n, out } = windowOf(state);
  const along = (place, by) => clamp(place + by, 0, out - 1);
  setState(model, { patch: along(Math.floor(n / out), down) * out + along(n % out, across) });
}

const ARROWS = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

function moveByKeys(model, el, state) {
  el.addEventListener("keydown", (event) => {
    const by = event.target.dataset.key === "window" && ARROWS[event.key];
    if (!by) return;
    event.preventDefault(); // or the page scrolls
    move(model, state(), ...by);
  });
}

// The window is dragged by any place in it, and goes from place to place. A press that moves nothing
// chooses the pixel under it.
function dragWindow(model, part, state) {
  let press = null;
  const places = () => layout(part.width(), state());
  drag(
    part.el,
    (at, { target }) => {
      const { top, left } = windowOf(state());
      press = { at, top, left, hasMoved: false };
      return target.closest(".cr-grab") ? press : null;
    },
    (at) => {
      const { cell } = places();
      const [across, down] = at.map((pixel, k) => (pixel - press.at[k]) / cell);
      press.hasMoved ||= Math.max(Math.abs(across), Math.abs(down)) > 0.25;
      if (!press.hasMoved) return;
      const { stride, pad } = state();
      const { out } = fit(state());
      const place = (begun) => clamp(Math.round((begun + pad) / stride), 0, out - 1);
      setState(model, { patch: place(press.top + down) * out + place(press.left + across) });
    },
    () => {
      const { cell, image } = places();
      const [x, y] = press.at;
      const pixel = pixelAt(Math.floor((y - image.y) / cell), Math.floor((x - image.x) / cell));
      if (!press.hasMoved && pixel !== null) setState(model, { pixel });
    },
  );
}

// A click on a cell chooses its pixel and, in the table, its row.
function choosePressed(model, el) {
  el.addEventListener("click", ({ target }) => {
    const { row, pixel } = target.closest(".cr-cell")?.dataset ?? {};
    const values = Object.entries({ patch: row, pixel }).filter(([, value]) => value !== undefined);
    if (values.length)
      setState(model, Object.fromEntries(values.map(([name, value]) => [name, Number(value)])));
  });
}

function render({ model, el }) {
  const words = wordsOf(model);
  const state = () => getState(model, NAMES);
  const say = sentences(model, NAMES, words, () => numbers(state()));
  const last = () => fit(state()).out ** 2 - 1;
  const pick = (name, options) => choice(model, name, { label: words[name], options });
  const parts = {
    steps: steps(model, words, STEPS),
    picture: canvas(
      model,
      NAMES,
      { label: words.picture, height: (width) => heightOf(width, state()), role: "group" },
      (width) => picture(width, state(), words),
    ),
    patchIs: say("patch_is", { class: "cr-formula", live: true }),
    pixelIs: say(({ count }) => ["pixel_never", "pixel_once"][count] ?? "pixel_is", {
      class: "cr-formula",
      live: true,
    }),
    stepper: stepper(model, "patch", { max: last, others: WINDOWS, words }),
    pixel: slider(model, "pixel", { label: words.pixel, min: 0, max: SIDE * SIDE - 1 }),
    table: pick("table", named(words, ["col", "ones", "counted"])),
    size: pick("size", [
      [2, "2×2"],
      [3, "3×3"],
    ]),
    stride: pick("stride", named(words, [1, 2, 3])),
    pad: pick("pad", named(words, [0, 1])),
    fits: liveText(model, WINDOWS, { class: "cr-note", live: true }, () => {
      const { out, exact } = fit(state());
      const sizes = { ...numbers(state()), rows: out * out, columns: model.get("size") ** 2 };
      return fill(exact ? words.fits : words.refused, sizes);
    }),
    // A shorter table takes the window along.
    within: {
      unbind: watch(model, WINDOWS, () => {
        if (model.get("patch") > last()) setState(model, { patch: last() });
      }),
    },
  };
  moveByKeys(model, parts.picture.el, state);
  dragWindow(model, parts.picture, state);
  choosePressed(model, parts.picture.el);
  return mount(
    el,
    words,
    parts,
    parts.steps,
    held(parts.picture),
    panels([parts.stepper, parts.pixel, parts.table], [parts.size, parts.stride, parts.pad]),
    parts.patchIs,
    parts.pixelIs,
    parts.fits,
  );
}

const explorable = { name: "PatchesAsRows", render };
export default explorable;
