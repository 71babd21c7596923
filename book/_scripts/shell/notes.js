// A word of the glossary, or a source, says what it is under the pointer or with the focus.
//
// The note stays until the pointer has left both it and the link, and Escape closes it. A finger shows
// none: it follows the link. The definitions are loaded with the first note.

import { loadScript } from "../load.js";

const SLOWLY = 150; // milliseconds that a pointer rests on a link: passing over one shows nothing
const GRACE = 250; // milliseconds to get from the link to the note
const NOTED = ".bd-article a.internal:is(:has(> .std-term), [data-note])";
const GAP = 6; // pixels between a note and the edge of the window

const note = document.createElement("div");
note.id = "cr-note";
note.setAttribute("role", "tooltip");
note.hidden = true;
document.body.append(note);

let shownFor = null; // the link
let timer;
let terms; // the promise of the definitions

// A citation brings its source as a title, which the browser would show as well.
for (const link of document.querySelectorAll(".bd-article a.internal[href*='references'][title]")) {
  link.dataset.note = link.title;
  link.removeAttribute("title");
}

async function textFor(link) {
  if (link.dataset.note) return link.dataset.note;
  terms ??= loadScript("glossary-terms.js");
  await terms;
  return chainruleTerms[decodeURIComponent(link.hash.slice(1))];
}

async function show(link) {
  shownFor = link;
  const text = await textFor(link);
  if (shownFor !== link || !text) return; // the pointer has gone on
  note.textContent = text;
  note.hidden = false;
  link.setAttribute("aria-describedby", note.id);
  place(link);
}

// Below the link's last line, or above its first if there is no room below; within the window.
function place(link) {
  const lines = [...link.getClientRects()];
  const page = document.body.getBoundingClientRect();
  const { width, height } = note.getBoundingClientRect();
  const last = lines[lines.length - 1];
  const hasRoom = last.bottom + height + GAP < innerHeight;
  const top = hasRoom ? last.bottom : lines[0].top - height;
  const most = document.documentElement.clientWidth - width - GAP;
  note.style.left = `${Math.max(GAP, Math.min(last.left, most)) - page.left}px`;
  note.style.top = `${top - page.top}px`;
}

function hide() {
  clearTimeout(timer);
  shownFor?.removeAttribute("aria-describedby");
  shownFor = null;
  note.hidden = true;
}

function after(delay, action) {
  clearTimeout(timer);
  timer = setTimeout(action, delay);
}

document.addEventListener("pointerover", ({ target, pointerType }) => {
  if (pointerType === "touch") return;
  const link = target.closest(NOTED);
  if (target === note || (link && link === shownFor)) clearTimeout(timer);
  else if (link) {
    after(SLOWLY, () => {
      hide();
      show(link);
    });
  } else if (shownFor !== document.activeElement) after(GRACE, hide);
});
document.addEventListener("focusin", ({ target }) => {
  const link = target.closest(NOTED);
  if (!link?.matches(":focus-visible")) return;
  hide();
  show(link);
});
document.addEventListener("focusout", ({ target }) => {
  if (target === shownFor) hide();
});
document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape") hide();
});
addEventListener("resize", hide); // its link stands elsewhere now
