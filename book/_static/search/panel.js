// The list of results under a search field, in the dialog and on the search page.

import { makeFinder } from "./finder.js";
import { words } from "./words.js";

const root = new URL(document.documentElement.dataset.content_root, location.href);
const SHOWN = 3; // sections of a page
const AROUND = 70; // characters before and after the first word found

let finder; // one for the page, made when first asked for

function load() {
  finder ??= fetch(new URL("search-sections.json", root))
    .then((answer) => answer.json())
    .then(makeFinder);
  return finder;
}

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// The text with the words that were found in <mark>.
function marked(text, terms) {
  return text.split(/([\p{L}\p{N}_]+)/u).map((piece, i) => {
    const isFound = i % 2 === 1 && words(piece).some((word) => terms.includes(word));
    return isFound ? element("mark", {}, piece) : piece;
  });
}

function excerpt(text, terms) {
  let first = 0;
  for (const match of text.matchAll(/[\p{L}\p{N}_]+/gu)) {
    if (words(match[0]).some((word) => terms.includes(word))) {
      first = match.index;
      break;
    }
  }
  const from = first < AROUND ? 0 : text.indexOf(" ", first - AROUND) + 1;
  const end = text.indexOf(" ", first + AROUND);
  const to = end < 0 ? text.length : end;
  return [
    from > 0 ? "… " : "",
    ...marked(text.slice(from, to), terms),
    to < text.length ? " …" : "",
  ];
}

function sectionEntry({ page, anchor, title, heading, text, terms }) {
  const href = new URL(page + (anchor ? `#${anchor}` : ""), root).href;
  return element(
    "li",
    {},
    element("a", { href }, ...marked(heading || title, terms)),
    element("p", {}, ...excerpt(text, terms)),
  );
}

function pageEntry(found) {
  const href = new URL(found.page, root).href;
  const terms = found.sections.flatMap((section) => section.terms);
  const sections = found.sections.slice(0, SHOWN).map(sectionEntry);
  return element(
    "li",
    { className: "cr-found" },
    element("a", { href, className: "cr-found-page" }, ...marked(found.title, terms)),
    element("ul", {}, ...sections),
  );
}

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

// Results of what is typed into the form's field appear in the box, as it is typed.
export function attach(form, box) {
  if (box.querySelector(".cr-results")) return;
  const field = form.querySelector("input");
  const status = element("p", { className: "cr-results-status", role: "status" });
  const list = element("ol", { className: "cr-results" });
  box.append(status, list);

  async function show() {
    const query = field.value.trim();
    const find = await load();
    if (query !== field.value.trim()) return; // more has been typed meanwhile
    const pages = query ? find(query) : [];
    list.replaceChildren(...pages.map(pageEntry));
    status.textContent = query
      ? `${pages.length || "No"} page${pages.length === 1 ? "" : "s"} found`
      : "";
    box.dataset.query = query;
  }

  field.addEventListener("input", show);
  field.addEventListener("keydown", (event) => moveFocus(event, field, list));
  list.addEventListener("keydown", (event) => moveFocus(event, field, list));
  // A place on this very page: the dialog would stay over it.
  list.addEventListener("click", (event) => {
    if (event.target.closest("a")) form.closest("dialog")?.close();
  });
  show();
}
