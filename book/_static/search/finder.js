// Finds what is typed: the pages in order, and the sections of each that are nearest to it.

import MiniSearch from "./minisearch.js";
import { words } from "./words.js";

// A title says more of what a page is about than its text does, and so do the terms for which the
// glossary sends to the page; code mentions much in passing.
const BOOST = { title: 3, terms: 5, heading: 3, text: 1, names: 0.5 };
const ASIDE = 0.4; // the glossary and the references mention everything: chapters come first
const PHRASE = 0.5; // what the words as they were typed, side by side, add each time they double
// A page that says a word ten times is more about it than one that says it twice, however long it is.
const COUNTING = { k: 6, b: 0.3, d: 0.5 };
const MANY = 12; // pages shown

function makeIndex(documents) {
  const index = new MiniSearch({
    fields: Object.keys(BOOST),
    tokenize: words,
    processTerm: (term) => term, // `words` has done it
    // "Softmax with loss" is found by softmaxwithloss, too.
    extractField: (document, field) =>
      field === "title"
        ? `${document.title} ${document.title.replace(/\s/g, "")}`
        : document[field],
    searchOptions: { bm25: COUNTING },
  });
  index.addAll(documents.map((document, id) => ({ ...document, id })));
  return index;
}

// Every page as one document: its title, all its headings, all its text.
function pagesOf(sections) {
  const pages = new Map();
  for (const { page, title, heading, text, names, terms, aside } of sections) {
    const whole = pages.get(page) ?? {
      page,
      title,
      heading: "",
      text: "",
      names: "",
      terms,
      aside,
    };
    whole.heading += ` ${heading}`;
    whole.text += ` ${heading} ${text}`;
    whole.names += ` ${names}`;
    pages.set(page, whole);
  }
  return [...pages.values()];
}

// In turn: what has every word, what has words like them, what has some.
const ATTEMPTS = [
  { combineWith: "AND" },
  { combineWith: "AND", fuzzy: (term) => (term.length > 6 ? 2 : term.length > 4 ? 1 : false) },
  { combineWith: "OR" },
];

function search(index, query) {
  for (const attempt of ATTEMPTS) {
    const found = index.search(query, {
      boost: BOOST,
      prefix: (term) => term.length > 1,
      weights: { prefix: 0.7, fuzzy: 0.2 },
      ...attempt,
    });
    if (found.length) return found;
  }
  return [];
}

function times(text, phrase) {
  return phrase.includes(" ") ? text.toLowerCase().split(phrase).length - 1 : 0;
}

export function makeFinder(sections) {
  const pages = pagesOf(sections);
  const [ofPages, ofSections] = [makeIndex(pages), makeIndex(sections)];

  return function find(query) {
    const phrase = query.toLowerCase().replace(/\s+/g, " ");
    const parts = search(ofSections, query).map(({ id, ...rest }) => ({
      ...sections[id],
      ...rest,
    }));
    const found = search(ofPages, query).map(({ id, score, terms }) => {
      const page = pages[id];
      const own = parts.filter((part) => part.page === page.page);
      const together = 1 + PHRASE * Math.log2(1 + times(page.text, phrase));
      const near = (score + (own[0]?.score ?? 0)) * together;
      return { ...page, terms, sections: own, score: near * (page.aside ? ASIDE : 1) };
    });
    return found.sort((one, other) => other.score - one.score).slice(0, MANY);
  };
}
