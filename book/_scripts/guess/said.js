// What the reader has said, kept as the marks are (progress.js): in the reader's own browser, and where
// it refuses to store, until the page is left.
//
// Stored under KEY: {"en/affine": {"guess-1a2b3c4d": 40, ...}, ...}. It is the number, or that of the
// option, or READ_ON. The name of a guess changes with its question, so what was said to another
// question is found no more.

const KEY = "chainrule.guesses";
export const READ_ON = "read on";
const { page, words } = document.currentScript.dataset;
export const WORDS = JSON.parse(words);

let all = load();
const listeners = new Set();

function load() {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY));
    return Object.prototype.toString.call(stored) === "[object Object]" ? stored : {};
  } catch {
    return {}; // storage refused, or not ours
  }
}

function store() {
  try {
    localStorage.setItem(KEY, JSON.stringify(all));
  } catch {
    // It is kept until the page is left.
  }
  document.dispatchEvent(new Event("cr-guessed")); // the foot of the page offers to forget them
}

// A number (of an option, or a guessed one), READ_ON, or undefined.
export function said(name) {
  const found = all[page]?.[name];
  return typeof found === "number" || found === READ_ON ? found : undefined;
}

export function say(name, value) {
  all = load(); // another tab may have said something
  all[page] = { ...all[page], [name]: value };
  if (value === undefined) delete all[page][name];
  if (Object.keys(all[page]).length === 0) delete all[page];
  store();
  for (const listener of listeners) listener(name);
}

// Call listener(name) whenever something about a guess has changed; without a name, about all.
export function listen(listener) {
  listeners.add(listener);
}

// Drop what was said to questions that this page no longer asks.
export function keepOnly(names) {
  const known = Object.keys(all[page] ?? {});
  for (const name of known) if (!names.includes(name)) say(name, undefined);
}

// Another tab has changed them; `key` is null when it has cleared its storage.
addEventListener("storage", ({ key }) => {
  if (key !== KEY && key !== null) return;
  all = load();
  for (const listener of listeners) listener();
});
document.addEventListener("cr-forget", () => {
  all = {};
  store();
  for (const listener of listeners) listener();
});
