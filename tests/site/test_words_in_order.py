"""A word of the glossary is used only after the chapter that introduces it, or is linked there.

An entry of the glossary leads to the chapters that derive its words; the first of these, in the
order of reading, introduces them. In an earlier chapter the first use of such a word must lie in a
link. The text is that of the built pages: building adds links (`book/_ext/glossary_links.py`).
"""

import re

import pytest
from bs4 import BeautifulSoup
from built import chapters, read

from chainrule_dev.repository import ROOT, chapter_notebooks
from glossary_links import terms

TERMS = terms((ROOT / "book" / "en" / "glossary.md").read_text(encoding="utf-8"))
NOTEBOOKS = {path.stem for path in chapter_notebooks()}
ORDER = [name for name in (page.rpartition("/")[2] for page in chapters()) if name in NOTEBOOKS]

# Forms that no rule gives.
FORMS = {
    "axis": ["axes"],
    "flatten": ["flattened", "flattens", "flattening"],
    "overfitting": ["overfit", "overfits"],
    "saturation": ["saturate", "saturates", "saturated"],
    "dilation": ["dilated"],
    "padding": ["pads", "padded"],
}
# Not prose: code, formulas, and what stands in a figure, a table or a heading.
APART = "pre, code, script, .math, .cell_output, table, figcaption, h1, h2, h3, h4"

# {chapter: {word: why it is not the glossary's there}}
ORDINARY = {
    "computational-graphs": {"class": "a class of Python, which the reader knows"},
    "gradient-checking": {"temperature": "that of the air, in kelvin"},
    "vanishing-gradients": {"window": "an interval of inputs, explained in its sentence"},
}


def forms(term):
    """A term in the singular and in the plural."""
    word = re.sub(r" \(.*", "", term)
    plural = re.sub("y$", "ie", word) if re.search("[^aeiou]y$", word) else word
    plural += "es" if re.search("(ch|sh|s|x)$", word) else "s"
    return [word, plural, *FORMS.get(word, [])]


def introduced_in(term):
    """The place in the order of reading of the chapter that introduces a term."""
    return min((ORDER.index(home) for home in TERMS[term] if home in ORDER), default=0)


TERM_OF = {form.lower(): term for term in TERMS for form in forms(term)}
# The longest first: "hidden layer" is no use of "layer".
LONGEST_FIRST = "|".join(map(re.escape, sorted(TERM_OF, key=len, reverse=True)))
USED = re.compile(rf"(?<![\w-])({LONGEST_FIRST})(?![\w-])", re.IGNORECASE)


def first_uses(article):
    """{term: (whether it is linked, its context)} for the first use of each term in the prose."""
    found, apart = {}, set(map(id, article.select(APART)))
    for text in article.find_all(string=True):
        if text.find_parent("p") is None or any(id(each) in apart for each in text.parents):
            continue
        for use in USED.finditer(text):
            context = " ".join(text[max(0, use.start() - 40) : use.end() + 40].split())
            linked = text.find_parent("a") is not None
            found.setdefault(TERM_OF[use[1].lower()], (linked, context))
    return found


def too_early(chapter, article):
    """{term: its context} for the terms that a chapter uses without a link before their chapter."""
    return {
        term: context
        for term, (linked, context) in first_uses(article).items()
        if not linked and introduced_in(term) > ORDER.index(chapter)
    }


def article_of(chapter):
    return read(f"book/en/{chapter}.html").select_one("article")


@pytest.mark.parametrize("chapter", ORDER)
def test_a_word_is_used_after_the_chapter_that_introduces_it_or_is_linked(chapter):
    ordinary = ORDINARY.get(chapter, {})
    early = too_early(chapter, article_of(chapter)).items()
    assert {term: context for term, context in early if term not in ordinary} == {}


@pytest.mark.parametrize("chapter", ORDINARY)
def test_an_ordinary_use_still_stands_there_and_has_a_reason(chapter):
    assert ORDINARY[chapter].keys() <= too_early(chapter, article_of(chapter)).keys()
    assert all(len(reason) > 15 for reason in ORDINARY[chapter].values())


# --- The check is checked -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "early"),
    [
        ("<p>A kernel slides.</p>", {"kernel"}),
        ("<p>Two kernels, dense patches; padded.</p>", {"kernel", "patch", "padding"}),
        ("<p><a>Kernels</a> slide, and a kernel stays.</p>", set()),
        ("<p>A kernel slides; a <a>kernel</a> stays.</p>", {"kernel"}),
        ("<p>Max pooling, <a>batch normalization</a>, and batches.</p>", {"max pooling"}),
        ("<p>A gradient, a broadcast, subkernels, kernel-wise.</p>", set()),
        ("<h2>Kernel</h2><p><code>kernel</code></p><table><p>kernel</p></table>", set()),
        ("<li><p>A <em>kernel</em>.</p></li>", {"kernel"}),
    ],
)
def test_words_that_come_too_early(html, early):
    article = BeautifulSoup(f"<article>{html}</article>", "html.parser").article
    assert too_early("affine", article).keys() == early


def test_nothing_comes_too_early_after_its_chapter():
    article = BeautifulSoup("<article><p>A cross-correlation.</p></article>", "html.parser").article
    early = [chapter for chapter in ORDER if too_early(chapter, article)]
    assert early == ORDER[: ORDER.index("convolution")]
