// The list of results under a search field, in the dialog and on the search page.

import { addressOf, loadScript } from "../load.js";
import { TEXTS } from "../texts.js";
import { makeFinder } from "./finder.js";
import { MARKABLE, words } from "./words.js";

const MAX_SECTIONS = 3; // of a page
const CONTEXT = 70; // characters before and after the first word found

let finder; // the promise of one for the page, made when first asked for

function loadFinder() {
  finder ??= loadScript("search-sections.js").then(() => makeFinder(chainruleSections));
  return finder;
}

function createElement(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

const isFound = (word, terms) => words(word).some((each) => terms.includes(each));

// The text as a list of nodes, the words that were found in <mark>.
function highlight(text, terms) {
  const nodes = [];
  let end = 0;
  for (const { 0: word, index } of text.matchAll(MARKABLE)) {
    if (!isFound(word, terms)) continue;
    nodes.push(text.slice(end, index), createElement("mark", {}, word));
    end = index + word.length;
  }
  return [...nodes, text.slice(end)];
}

// Where the first word stands that was found: in a framed formula, if one has it.
function firstFound(text, rules, terms) {
  const placeIn = (part) =>
    [...part.matchAll(MARKABLE)].find(([word]) => isFound(word, terms))?.index;
  const rule = rules.find((each) => placeIn(each) !== undefined);
  return rule ? text.indexOf(rule) + placeIn(rule) : (placeIn(text) ?? 0);
}

// The part of a text around the first word that was found, from space to space.
function excerpt(text, rules, terms) {
  const first = firstFound(text, rules, terms);
  const from = first < CONTEXT ? 0 : text.indexOf(" ", first - CONTEXT) + 1;
  const space = text.indexOf(" ", first + CONTEXT);
  const to = space < 0 ? text.length : space;
  return [
    from > 0 ? "… " : "",
    ...highlight(text.slice(from, to), terms),
    to < text.length ? " …" : "",
  ];
}

function sectionEntry({ page, anchor, title, heading, text, rules, terms }) {
  const href = addressOf(page + (anchor ? `#${anchor}` : ""));
  return createElement(
    "li",
    {},
    createElement("a", { href }, ...highlight(heading || title, terms)),
    createElement("p", {}, ...excerpt(text, rules, terms)),
  );
}

function pageEntry({ page, title, sections }) {
  const attributes = { href: addressOf(page), className: "cr-found-page" };
  const terms = sections.flatMap((section) => section.terms);
  return createElement(
    "li",
    { className: "cr-found" },
    createElement("a", attributes, ...highlight(title, terms)),
    createElement("ul", {}, ...sections.slice(0, MAX_SECTIONS).map(sectionEntry)),
  );
}

// The arrow keys go from the field through the links of the list, and back.
function moveFocus(event, field, list) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const stops = [field, ...list.querySelectorAll("a")];
  const to = stops.indexOf(document.activeElement) + step;
  if (stops[to]) {
    event.preventDefault();
    stops[to].focus();
  }
}

function countOf(pages) {
  if (pages.length < 2) return pages.length ? TEXTS.found_one : TEXTS.found_none;
  return TEXTS.found.replace("{n}", pages.length);
}

// Results for the form's field appear in the box while the reader types.
export function attach(form, box) {
  if (box.querySelector(".cr-results")) return;
  const field = form.querySelector("input");
  const status = createElement("p", { className: "cr-results-status", role: "status" });
  const list = createElement("ol", { className: "cr-results" });
  box.append(status, list);

  async function update() {
    const query = field.value.trim();
    const find = await loadFinder();
    if (query !== field.value.trim()) return; // more has been typed meanwhile
    const pages = query ? find(query) : [];
    list.replaceChildren(...pages.map(pageEntry));
    status.textContent = query ? countOf(pages) : "";
    box.dataset.query = query;
  }

  field.addEventListener("input", update);
  field.addEventListener("keydown", (event) => moveFocus(event, field, list));
  list.addEventListener("keydown", (event) => moveFocus(event, field, list));
  // A link to a place on this very page: the dialog would stay over it.
  list.addEventListener("click", (event) => {
    if (event.target.closest("a")) form.closest("dialog")?.close();
  });
  update();
}
