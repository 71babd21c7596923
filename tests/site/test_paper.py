"""Chapters on paper: what is folded on the screen is printed, and no page is wasted on a line."""

import re
import zlib

import pytest
from built import PAGES, files_of, files_of_its_page

from chainrule_dev.browser import visit

CHAPTER = "book/en/affine.html"

FOLDS = "[...document.querySelectorAll('.bd-article details')]"
OPEN = f"{FOLDS}.map((fold) => fold.open)"
# A fold within a fold is shown with it.
READABLE = f"""{FOLDS}.map((fold) => {{
  const inside = fold.lastElementChild;
  return inside.checkVisibility({{ contentVisibilityAuto: true }}) && inside.offsetHeight > 0;
}})"""


@pytest.mark.inputs(of=lambda item: files_of(CHAPTER))
def test_folds_are_open_while_a_page_is_printed_and_as_they_were_after_it(browser):
    """In browsers, too, whose stylesheets cannot open them."""
    with visit(browser, CHAPTER) as page:
        page.locator(".bd-article details").first.evaluate("(fold) => { fold.open = true; }")
        before = page.evaluate(OPEN)
        assert before[0] and not all(before)
        page.evaluate(f"addEventListener('beforeprint', () => {{ window.printed = {OPEN}; }})")
        page.pdf()
        assert all(page.evaluate("printed"))
        assert page.evaluate(OPEN) == before


@pytest.mark.inputs(of=lambda item: files_of(CHAPTER))
def test_without_scripts_too_what_is_folded_is_printed(browser):
    with visit(browser, CHAPTER, java_script_enabled=False) as page:
        assert not any(page.evaluate(READABLE))
        page.emulate_media(media="print")
        page.screenshot()  # draws it: only then what was skipped is laid out
        shown = page.evaluate(READABLE)
        assert len(shown) > 5 and all(shown)


def drawn_on(pdf):
    """For each page of a PDF of Chromium's: how many letters, and how many bytes of drawing."""
    objects = dict(re.findall(rb"(\d+) 0 obj\n(.*?)endobj", pdf, re.DOTALL))
    found = []
    for each in objects.values():
        if not re.search(rb"/Type\s*/Page\b", each):
            continue
        contents = objects[re.search(rb"/Contents (\d+) 0 R", each)[1]]
        stream = re.search(rb"stream\r?\n(.*)\r?\nendstream", contents, re.DOTALL)[1]
        drawing = zlib.decompress(stream)
        texts = re.findall(rb"<([0-9A-F]+)> Tj", drawing)  # four digits a letter
        found.append((sum(map(len, texts)) // 4, len(drawing)))
    return found


def wasted(pages):
    """The pages, counted from 1, with neither a figure nor more text than a heading's."""
    return [n for n, (letters, size) in enumerate(pages, 1) if letters < 60 and size < 1500]


@pytest.mark.inputs(of=files_of_its_page)
@pytest.mark.parametrize("path", [page for page in PAGES if page != "search.html"])
def test_no_printed_page_holds_a_lone_rule_or_heading(browser, path):
    with visit(browser, path) as page:
        pages = drawn_on(page.pdf())
    assert pages and wasted(pages) == [], pages


def test_a_printed_page_that_is_wasted_is_noticed(browser):
    style = "<link rel=icon href='data:,'><style>.next { break-before: page }</style>"
    text = "<p>" + "A line of words.<br>" * 9
    figure = "<svg>" + "".join(f"<circle cx={i} cy={i} r=4 />" for i in range(40)) + "</svg>"
    html = f"{style}{text}<h2 class=next>Lone</h2><div class=next>{figure}</div><hr class=next>"
    with visit(browser, "wasteful", {"wasteful": html}) as page:
        pages = drawn_on(page.pdf())
    assert len(pages) == 4, pages
    assert wasted(pages) == [2, 4]
