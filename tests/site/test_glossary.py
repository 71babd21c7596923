"""The glossary: every entry leads to a chapter, and chapters lead to it where a term is new."""

import re
from functools import cache

import pytest
from built import read
from docutils import nodes
from sphinx import addnodes

from chainrule_dev.repository import ROOT
from glossary_links import ALONE, NOT_ALONE, in_prose, link_mentions, terms

GLOSSARY = ROOT / "book" / "en" / "glossary.md"
TERMS = terms(GLOSSARY.read_text(encoding="utf-8"))
SOURCES = [*GLOSSARY.parent.glob("*.md"), *GLOSSARY.parent.glob("*.ipynb")]
PAGES = sorted(path.stem for path in SOURCES if path != GLOSSARY)


@cache
def mentions(page):
    """The links of a built page into the glossary."""
    article = read(f"book/en/{page}.html").select_one("article")
    return [link for link in article.select("a.internal") if link.select_one(".std-term")]


def test_every_term_leads_to_the_chapters_that_derive_it():
    assert len(TERMS) > 150
    assert [term for term, homes in TERMS.items() if not homes] == []
    assert {home for homes in TERMS.values() for home in homes} <= set(PAGES)
    korean = terms((ROOT / "book" / "ko" / "glossary.md").read_text(encoding="utf-8"))
    assert {term for term in ALONE if term.isascii()} <= set(TERMS)
    assert {term for term in ALONE | NOT_ALONE if not term.isascii()} <= set(korean)
    assert set(TERMS) <= set(korean), "an English reader's word is found there, too"
    assert [term for term, homes in korean.items() if not homes] == []


def test_chapters_lead_to_the_glossary():
    assert sum(bool(mentions(page)) for page in PAGES) > 15


@pytest.mark.parametrize("page", PAGES)
def test_a_page_links_each_term_once_and_none_that_it_derives(page):
    linked = [re.sub("^.*#term-", "", link["href"]) for link in mentions(page)]
    assert len(set(linked)) == len(linked)
    own = {re.sub(r"\W+", "-", term).lower() for term, homes in TERMS.items() if page in homes}
    assert [term for term in linked if term.lower() in own] == []
    assert [link for link in mentions(page) if link.find_parent(["h1", "h2", "h3", "td"])] == []


def linked(paragraph, away):
    for text in list(paragraph.findall(nodes.Text)):
        if in_prose(text):
            link_mentions(text, away)
    return [found["reftarget"] for found in paragraph.findall(addnodes.pending_xref)]


def test_the_longest_term_is_linked_and_only_where_it_is_first_mentioned():
    said = "Logits, and logits. A hidden layer normalization. No log-logits; a hidden layer."
    paragraph = nodes.paragraph("", said)
    away = {"logits", "hidden layer", "layer normalization", "one-hot"}
    assert linked(paragraph, away) == ["logits", "hidden layer"]
    assert away == {"layer normalization", "one-hot"}
    assert paragraph.astext() == said


@pytest.mark.parametrize("kind", [nodes.literal, nodes.math, nodes.reference])
def test_nothing_is_linked_in_code_formulas_and_links(kind):
    paragraph = nodes.paragraph("", "", kind("", "logits"), nodes.emphasis("", "one-hot"))
    assert linked(paragraph, {"logits", "one-hot"}) == ["one-hot"]


def test_nothing_is_linked_in_a_heading():
    assert linked(nodes.title("", "Logits"), {"logits"}) == []
