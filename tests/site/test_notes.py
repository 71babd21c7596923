"""What links say under the pointer, and the questions that a heading opens."""

from urllib.parse import parse_qs, urlsplit

import pytest
from axe import findings_in_light_and_dark
from built import SITE, files_of, read
from docutils import nodes
from docutils.core import publish_doctree

from chainrule_dev.browser import visit
from chainrule_dev.repository import pages_address, repository_address
from glossary_links import definitions

PAGE = "book/en/softmax-with-loss.html"
REPOSITORY = repository_address()
WORDS = "Something unclear here?"
TERM = ".bd-article a.internal:has(> .std-term)"
CITED = ".bd-article a.internal[data-note]"
LAPTOP = {"width": 1280, "height": 900}

pytestmark = pytest.mark.inputs(of=lambda item: [*files_of(PAGE), SITE / "glossary-terms.js"])


def opened(browser, **options):
    return visit(browser, PAGE, **(LAPTOP | options))


def shown(page):
    """The note's text, when it has come."""
    page.locator("#cr-note:visible").wait_for()
    return page.locator("#cr-note").inner_text()


def test_definitions_are_plain_text_by_anchor():
    doctree = publish_doctree("")
    item = nodes.definition_list_item()
    for name in ("logits", "scores"):
        item += nodes.term(name, name, ids=[f"term-{name}"])
    text = nodes.paragraph("", "", nodes.Text("The numbers "), nodes.math("", r"x_i"))
    item += nodes.definition("", text)
    doctree += nodes.definition_list("", item)
    expected = definitions(doctree)
    assert expected == dict.fromkeys(["term-logits", "term-scores"], expected["term-logits"])
    assert expected["term-logits"].startswith("The numbers x")


def test_a_word_says_what_it_is_under_the_pointer(browser):
    sent = {}
    with opened(browser, sent=sent) as page:
        assert "glossary-terms.js" not in sent, "it is loaded with the first note"
        link = page.locator(TERM).first
        link.hover()
        text = shown(page)
        anchor = link.get_attribute("href").partition("#")[2]
        entry = read("book/en/glossary.html").find(id=anchor).find_next("dd")
        assert text[:30] == entry.get_text()[:30]
        assert link.get_attribute("aria-describedby") == "cr-note"
        box, at = page.locator("#cr-note").bounding_box(), link.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 1280
        assert box["y"] >= at["y"] + at["height"] - 2 or box["y"] + box["height"] <= at["y"] + 2
        page.locator("#cr-note").hover()
        page.wait_for_timeout(500)
        assert page.locator("#cr-note").is_visible(), "one can go to it"
        page.locator("article h1").hover()
        page.locator("#cr-note").wait_for(state="hidden")
        assert link.get_attribute("aria-describedby") is None


def test_escape_closes_a_note_where_the_pointer_is(browser):
    with opened(browser) as page:
        page.locator(TERM).first.hover()
        shown(page)
        page.keyboard.press("Escape")
        assert page.locator("#cr-note").is_hidden()


def test_a_source_says_what_it_is_with_the_focus(browser):
    with opened(browser) as page:
        assert page.locator(".bd-article a.internal[href*='references'][title]").count() == 0
        link = page.locator(CITED).first
        link.scroll_into_view_if_needed()
        page.keyboard.press("Tab")  # the keyboard is in use: so a focus is one to be seen
        link.focus()
        assert shown(page).startswith("John S. Bridle")
        page.wait_for_timeout(500)
        assert page.locator("#cr-note").is_visible(), "it stays"
        page.keyboard.press("Tab")
        assert page.locator("#cr-note").is_hidden() or not shown(page).startswith("John S. Bridle")


def test_a_note_goes_when_its_link_moves(browser):
    with opened(browser) as page:
        page.locator(TERM).first.hover()
        shown(page)
        page.set_viewport_size({"width": 500, "height": 700})
        page.locator("#cr-note").wait_for(state="hidden")


def test_a_finger_shows_no_note(browser):
    with opened(browser, has_touch=True, is_mobile=True) as page:
        link = page.locator(TERM).first
        link.evaluate("(a) => a.addEventListener('click', (event) => event.preventDefault())")
        link.tap()
        page.wait_for_timeout(500)
        assert page.locator("#cr-note").is_hidden()


@pytest.mark.parametrize("width", [360, 1280])
def test_a_note_fits_and_axe_finds_nothing(browser, width):
    with opened(browser, width=width, color_scheme="light") as page:
        link = page.locator(TERM).last
        link.hover()
        shown(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert findings_in_light_and_dark(page) == []


# --- Something unclear? ---------------------------------------------------------------------------


def asked(address):
    url = urlsplit(address)
    assert f"{url.scheme}://{url.netloc}{url.path}" == f"{REPOSITORY}/issues/new"
    return {name: value for name, (value,) in parse_qs(url.query).items()}


def test_the_foot_asks_about_the_page():
    (link,) = [a for a in read(PAGE).select(".cr-page-footer a") if a.get_text() == WORDS]
    question = asked(link["href"])
    assert question["title"] == "Unclear in Softmax with loss"
    address = f"{pages_address(REPOSITORY)}/{PAGE}"
    assert question["body"].startswith(f"Page: {address}\nSection:\n\n")


def test_a_heading_asks_about_its_section_and_moves_nothing(browser):
    # Within the section: one that is out of sight has no height of its own yet.
    tops = """() => { const all = [...document.querySelectorAll("#log-sum-exp > *")];
        return all.map((e) => e.offsetTop - all[0].offsetTop); }"""
    with opened(browser) as page:
        heading = page.locator("#log-sum-exp h2")
        heading.scroll_into_view_if_needed()
        before = page.evaluate(tops)
        heading.hover()
        link = heading.get_by_role("link", name=WORDS)
        assert link.is_visible()
        assert page.evaluate(tops) == before
        question = asked(link.get_attribute("href"))
        assert question["title"] == "Unclear in Softmax with loss: Log-sum-exp"
        address = f"{pages_address(REPOSITORY)}/{PAGE}#log-sum-exp"
        assert question["body"].startswith(f"Page: {address}\nSection: Log-sum-exp\n\n")
        link.hover()
        assert link.is_visible()
        page.locator("article h1").hover()
        assert page.locator(".cr-unclear").count() == 0
