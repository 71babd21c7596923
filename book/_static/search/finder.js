// Finds the sections of the book that what is typed asks for, the best page first.

import MiniSearch from "./minisearch.js";
import { words } from "./words.js";

// A title says more of what a page is about than its text does.
const BOOST = { title: 6, heading: 4, names: 1.5, text: 1 };
const OTHERS = 0.15; // what a page's other sections add to its best one
const ASIDE = 0.5; // the glossary and the references mention everything: chapters come first
const MANY = 12; // pages shown

export function makeFinder(sections) {
  const index = new MiniSearch({
    fields: ["title", "heading", "names", "text"],
    tokenize: words,
    processTerm: (term) => term, // `words` has done it
  });
  index.addAll(sections.map((section, id) => ({ id, ...section })));

  function search(query, combineWith) {
    return index.search(query, {
      boost: BOOST,
      combineWith,
      prefix: (term) => term.length > 1,
      fuzzy: (term) => (term.length > 4 ? 0.2 : false),
      weights: { prefix: 0.5, fuzzy: 0.2 },
      boostDocument: (id) => (sections[id].aside ? ASIDE : 1),
    });
  }

  // Sections with every word; where there is none, those with some.
  return function find(query) {
    const all = search(query, "AND");
    return byPage(all.length ? all : search(query, "OR"), sections);
  };
}

function byPage(results, sections) {
  const pages = new Map();
  for (const { id, score, terms } of results) {
    const section = sections[id];
    const page = pages.get(section.page) ?? { ...section, score: 0, sections: [] };
    page.score += page.sections.length ? OTHERS * score : score; // the best comes first
    page.sections.push({ ...section, terms });
    pages.set(section.page, page);
  }
  return [...pages.values()].sort((one, other) => other.score - one.score).slice(0, MANY);
}
