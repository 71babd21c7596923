// What is folded until the reader has guessed: <cr-folded>, one or several for a guess.
//
// It opens for good when the reader has guessed or chosen to read on, and for this visit when a search
// within the page, a link or the address leads into it. On paper a stylesheet opens it.

import { listen, READ_ON, said, say } from "./said.js";

const folds = new Set();
const opened = new Set(); // names of the guesses whose text is open for this visit
const UNTIL_FOUND = "onbeforematch" in document.documentElement;

const targetOf = (hash) => decodeURIComponent(hash.slice(1));
const isInside = (name, id) => {
  const inside = document.getElementById(name)?.dataset.inside ?? "";
  return inside.split(" ").includes(id);
};
const isOpen = (name) => said(name) !== undefined || opened.has(name);

export class Folded extends HTMLElement {
  connectedCallback() {
    if (folds.has(this)) return;
    folds.add(this);
    this.name = this.getAttribute("guess");
    if (location.hash && isInside(this.name, targetOf(location.hash))) opened.add(this.name);
    this.addEventListener("beforematch", () => openForNow(this.name));
    this.update();
  }

  update() {
    if (isOpen(this.name)) this.removeAttribute("hidden");
    else this.setAttribute("hidden", UNTIL_FOUND ? "until-found" : "");
  }
}

function update(name) {
  for (const fold of folds) if (name === undefined || fold.name === name) fold.update();
}

function openForNow(name) {
  opened.add(name);
  update(name);
}

export function foldAgain(name) {
  opened.delete(name);
}

// Of folds within folds, all must open.
function openAround(id) {
  const target = document.getElementById(id);
  for (const fold of folds)
    if (isInside(fold.name, id) || fold.contains(target)) openForNow(fold.name);
}

listen(update);

// Before the browser follows a link: it can only go to what is there.
addEventListener(
  "click",
  ({ target }) => {
    const link = target.closest?.("a[href*='#']");
    if (!link || link.pathname !== location.pathname || link.search !== location.search) return;
    const fold = [...folds].find(({ id }) => id && link.hash === `#${id}`);
    if (fold && "see" in link.dataset) fold.querySelector("details").open = true;
    if (fold) say(fold.name, READ_ON);
    else openAround(targetOf(link.hash));
  },
  true,
);
addEventListener("hashchange", () => {
  const id = targetOf(location.hash);
  openAround(id);
  document.getElementById(id)?.scrollIntoView();
});
