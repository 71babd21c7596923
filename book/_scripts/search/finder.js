// Finds a query: the pages in order, and of each the sections that match best.

import MiniSearch from "minisearch";
import { hasHangul, initials } from "./hangul.js";
import { words } from "./words.js";

// A title says more of what a page is about than its text does, and so do the terms for which the
// glossary links to the page; a framed formula is what a section is for; code mentions much in passing.
const BOOST = { title: 3, initials: 3, terms: 5, heading: 3, rules: 3, text: 1, names: 0.5 };
const ASIDE = 0.4; // the glossary and the references mention everything: chapters come first
const PHRASE = 0.5; // the score gains this share each time the number of exact phrases doubles
// A page that has a word ten times is more about it than one that has it twice, however long it is.
const BM25 = { k: 6, b: 0.3, d: 0.5 };
const MAX_PAGES = 12;

// "Softmax with loss" is found by softmaxwithloss, too, and 소프트맥스 by ㅅㅍㅌㅁㅅ.
const MADE = {
  title: ({ title }) => `${title} ${title.replace(/\s/g, "")}`,
  initials: ({ title }) => (hasHangul(title) ? initials(title) : ""),
};

function makeIndex(documents) {
  const index = new MiniSearch({
    fields: Object.keys(BOOST),
    tokenize: words,
    processTerm: (term) => term, // `words` has done it
    extractField: (document, field) => MADE[field]?.(document) ?? String(document[field]),
    searchOptions: { bm25: BM25 },
  });
  index.addAll(documents.map((document, id) => ({ ...document, id })));
  return index;
}

// Every page as one document: its title, all its headings, all its text.
function mergePages(sections) {
  const pages = new Map();
  for (const { page, title, heading, text, names, terms, rules, aside } of sections) {
    const empty = { page, title, heading: "", text: "", names: "", terms, rules: [], aside };
    const whole = pages.get(page) ?? empty;
    whole.heading += ` ${heading}`;
    whole.text += ` ${heading} ${text}`;
    whole.names += ` ${names}`;
    whole.rules = [...whole.rules, ...rules];
    pages.set(page, whole);
  }
  return [...pages.values()];
}

// A slip of the finger; not in Korean, where each syllable is a word or a part of many.
function slips(term) {
  if (hasHangul(term)) return false;
  return term.length > 6 ? 2 : term.length > 4 ? 1 : false;
}

// In turn: what has every word, without its particle or as it is, or typed so far; what has words with a
// slip of the finger; what has some of the words.
const ATTEMPTS = [
  { combineWith: "AND", meant: "withoutParticles" },
  { combineWith: "AND" },
  { combineWith: "AND", meant: "unfinished" },
  { combineWith: "AND", meant: "withoutParticles", fuzzy: slips },
  { combineWith: "AND", meant: "withoutParticles", anyWord: true },
];

// Some of the words of a query, but of each all parts: a pair of syllables alone is no word.
function anyOf(query) {
  const each = query.split(/\s+/).filter(Boolean);
  return {
    combineWith: "OR",
    queries: each.map((word) => ({ combineWith: "AND", queries: [word] })),
  };
}

function search(index, query) {
  for (const { meant, anyWord, ...attempt } of ATTEMPTS) {
    const found = index.search(anyWord ? anyOf(query) : query, {
      boost: BOOST,
      prefix: (term) => term.length > 1,
      weights: { prefix: 0.7, fuzzy: 0.2 },
      tokenize: (text) => words(text, { isAsked: true, meant }),
      ...attempt,
    });
    if (found.length) return found;
  }
  return [];
}

// How often a text has a phrase of several words.
function countPhrase(text, phrase) {
  return phrase.includes(" ") ? text.toLowerCase().split(phrase).length - 1 : 0;
}

export function makeFinder(sections) {
  const pages = mergePages(sections);
  const [pageIndex, sectionIndex] = [makeIndex(pages), makeIndex(sections)];

  return function find(query) {
    const phrase = query.toLowerCase().replace(/\s+/g, " ");
    const foundSections = search(sectionIndex, query).map(({ id, ...found }) => ({
      ...sections[id],
      ...found,
    }));
    const foundPages = search(pageIndex, query).map(({ id, score, terms }) => {
      const page = pages[id];
      const own = foundSections.filter((section) => section.page === page.page);
      const phraseFactor = 1 + PHRASE * Math.log2(1 + countPhrase(page.text, phrase));
      const total = (score + (own[0]?.score ?? 0)) * phraseFactor * (page.aside ? ASIDE : 1);
      return { ...page, terms, sections: own, score: total };
    });
    return foundPages.sort((a, b) => b.score - a.score).slice(0, MAX_PAGES);
  };
}
