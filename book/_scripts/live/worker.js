// Python, in a worker of its own, so that the page stays responsive while it computes.
//
// The page sends { do: "open", cells, language, folder }, then { do: "edit", id, source } and
// { do: "run", id, all }; `all` runs every cell above first. What is answered begins with `say`.

const say = (what, more = {}) => postMessage({ say: what, ...more });

// --- Files: fetched once, then from the browser's own store --------------------------------------

let files; // { version, sizes: { name: bytes } }
let folder;
const loaded = new Map(); // the bytes that have arrived, by file
let expected = []; // the files that are being waited for

function tellProgress() {
  const total = expected.reduce((all, name) => all + files.sizes[name], 0);
  const got = expected.reduce((all, name) => all + (loaded.get(name) ?? 0), 0);
  say("loading", { left: Math.max(0, total - got), total });
}

// The store for this version of Pyodide, without files of an older site; the stores of other versions
// are deleted. None where the browser refuses.
async function openStore() {
  try {
    const name = `chainrule-${files.version}`;
    for (const other of await caches.keys()) {
      if (other.startsWith("chainrule-") && other !== name) await caches.delete(other);
    }
    const opened = await caches.open(name);
    for (const request of await opened.keys()) {
      if (!(request.url.split("/").pop() in files.sizes)) await opened.delete(request);
    }
    return opened;
  } catch {
    return null;
  }
}

let store;
let keepingWebAssembly;
const fetchNow = self.fetch.bind(self);

async function fetchFile(request, options) {
  const url = new URL(request.url ?? request, folder);
  const name = url.pathname.split("/").pop();
  if (!(name in (files?.sizes ?? {}))) return fetchNow(request, options);
  const count = (bytes) => {
    loaded.set(name, (loaded.get(name) ?? 0) + bytes);
    tellProgress();
  };
  const kept = await store?.match(url);
  if (kept) {
    count(files.sizes[name]);
    return kept;
  }
  const answer = await fetchNow(url);
  if (!answer.ok) throw new Error(`${name}: ${answer.status} ${answer.statusText}`);
  const counting = new TransformStream({
    transform(chunk, controller) {
      count(chunk.byteLength);
      controller.enqueue(chunk);
    },
  });
  const headers = { "Content-Type": answer.headers.get("Content-Type") ?? "" };
  let response = new Response(answer.body.pipeThrough(counting), { headers });
  // WebAssembly is compiled while it arrives; all else is checked before it is used.
  if (!name.endsWith(".wasm")) {
    response = new Response(await checked(name, await response.arrayBuffer()), { headers });
  }
  // What is broken off is not kept; where there is no room nothing is, and everything works.
  const keeping = store?.put(url, response.clone()).catch(() => {});
  if (name.endsWith(".wasm")) keepingWebAssembly = keeping;
  return response;
}

// The bytes of a file, if they have its checksum; a page without https cannot tell.
async function checked(name, bytes) {
  const digest = await crypto.subtle?.digest("SHA-256", bytes);
  const hex = (byte) => byte.toString(16).padStart(2, "0");
  if (digest && Array.from(new Uint8Array(digest), hex).join("") !== files.sha256[name]) {
    throw new Error(`${name} has not the checksum it should have`);
  }
  return bytes;
}

self.fetch = fetchFile;

// Pyodide only warns of WebAssembly that it could not load, and waits for ever.
const { instantiateStreaming } = WebAssembly;
const noWebAssembly = new Promise((_, reject) => {
  WebAssembly.instantiateStreaming = async (source, imports) => {
    try {
      return await instantiateStreaming(source, imports);
    } catch (error) {
      await keepingWebAssembly;
      await store?.delete(new URL("pyodide.asm.wasm", folder));
      reject(error);
      throw error;
    }
  };
});
noWebAssembly.catch(() => {}); // told where it is waited for

// --- Python --------------------------------------------------------------------------------------

let pyodide;
let notebook;
let python; // the functions of chainrule_live
let figuresReady = false;

async function start(given) {
  folder = given.folder;
  files = await (await fetchNow(new URL("files.json", folder))).json();
  store = await openStore();
  expected = files.start;
  tellProgress();
  const { loadPyodide } = await import(new URL("pyodide.mjs", folder));
  // Its script would be loaded past the store.
  const script = fetchFile("pyodide.asm.js").then((answer) => answer.text());
  const library = fetchFile(files.library).then((answer) => answer.arrayBuffer());
  const early = files.wheels.start.map((name) => fetchFile(name).then((a) => a.arrayBuffer()));
  // biome-ignore lint/complexity/noCommaOperator: so that it is evaluated globally
  // biome-ignore lint/security/noGlobalEval: it is the script that would be loaded otherwise
  (0, eval)(await script);
  const loading = loadPyodide({ indexURL: folder, lockFileURL: new URL("lock.json", folder).href });
  pyodide = await Promise.race([loading, noWebAssembly]);
  await Promise.all(early);
  await loadPackages(files.packages.start);
  pyodide.unpackArchive(await library, "zip", { extractDir: "/home/pyodide" });
  python = pyodide.pyimport("chainrule_live.page");
  notebook = python.open(pyodide.toPy(given.cells), given.language);
  say("ready");
}

// Pyodide only tells of a package that could not be loaded.
async function loadPackages(names) {
  const said = [];
  const errorCallback = (text) => said.push(text);
  await pyodide.loadPackage([...names], { messageCallback() {}, errorCallback });
  if (!names.every((name) => name in pyodide.loadedPackages)) throw new Error(said.join(" "));
}

async function loadFigures() {
  if (figuresReady) return;
  expected = files.figures;
  loaded.clear();
  tellProgress();
  await loadPackages(files.packages.figures);
  python.after_loading();
  figuresReady = true;
}

const write = (id) => (stream, text) => say("printed", { id, stream, text });
const show = (id) => (kind, text) => say("shown", { id, kind, text });

// Run one cell. Matplotlib is loaded when it is known to be needed, or when its import fails: then
// the cell is run again, with what it needs.
async function runCell(id) {
  for (;;) {
    say("begins", { id });
    const error = python.run(notebook, id, write(id), show(id));
    if (error !== "Matplotlib is missing") return error && JSON.parse(error);
    await loadFigures();
    for (const above of plan(id)) {
      const failed = await runCell(above);
      if (failed) return failed;
    }
  }
}

const plan = (id, all = false) => python.plan(notebook, id, all).toJs();

async function run({ id, all, figures }) {
  const before = plan(id, all);
  say("planned", { id, before });
  if (figures.some((name) => name === id || before.includes(name))) await loadFigures();
  for (const above of before) {
    const error = await runCell(above);
    say("ran", { id: above, error, above: true, of: id });
    if (error) return say("done", { id, failed: above, stale: python.stale(notebook).toJs() });
  }
  const error = await runCell(id);
  say("ran", { id, error, first: before.length });
  say("done", { id, stale: python.stale(notebook).toJs() });
}

// One after the other, in the order in which they were asked for.
let last = Promise.resolve();
const tasks = {
  open: start,
  edit: ({ id, source }) => say("stale", { stale: python.edit(notebook, id, source).toJs() }),
  run,
};
self.addEventListener("message", ({ data }) => {
  last = last
    .then(() => tasks[data.do](data))
    .catch((error) => {
      say("died", { why: String(error?.message ?? error).split("\n")[0], while: data.do });
    });
});
