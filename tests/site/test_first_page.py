"""The first page: one screen that moves, a map of cards, a button that knows where to go on."""

import json
from types import SimpleNamespace

import pytest
from built import SITE, chapters, files_of, read, twin
from docutils import nodes
from sphinx.errors import ExtensionError

import first_page
from chainrule.explore import network
from chainrule_dev.browser import visit
from chainrule_dev.repository import ROOT

PAGE = "book/en/index.html"
KEY = "chainrule.progress"
READ = {"read": True, "solved": [], "of": 3}

pytestmark = pytest.mark.inputs(of=lambda item: files_of(PAGE, twin(PAGE)))


def cards():
    return read(PAGE).select("ul.map > li")


def chapter_of(card):
    return f"book/en/{card.a['href'].removesuffix('.html')}"


def test_the_map_has_a_card_for_every_page_in_the_books_order():
    pages = [chapter for chapter in chapters() if chapter != "book/en/index"]
    assert [chapter_of(card) for card in cards()] == pages
    for card in cards():
        question = card.select("p")[1].get_text(strip=True)
        assert question.endswith("?"), f"{chapter_of(card)} answers no question: {question!r}"


def test_every_chapter_has_a_still_on_its_card():
    for card in cards():
        is_notebook = (ROOT / f"{chapter_of(card)}.ipynb").is_file()
        assert (card.img is not None) == is_notebook, chapter_of(card)
        if is_notebook:
            drawn = (SITE / "book/en" / card.img["src"]).resolve().read_text(encoding="utf-8")
            assert drawn.startswith("<svg") and "<text" not in drawn
            assert any(mark in drawn for mark in ("<path", "<rect", "<circle")), card.img["src"]


def test_a_still_keeps_its_lines_and_loses_its_letters():
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 5" width="9" height="5" role="img">'
        '<title>no</title><text>no</text><path d="M0 0"/>'
        '<g transform="translate(1 2) scale(0.1 -0.1)"><path d="M9 9"/></g>'
        '<g transform="scale(1.3)"><circle r="1"/></g></svg>'
    )
    drawn = first_page.without_letters(svg)
    assert "M0 0" in drawn and "<circle" in drawn
    assert not any(gone in drawn for gone in ("no", "M9 9", "role"))


def test_an_item_without_its_chapter_stops_the_build():
    item = nodes.list_item("", nodes.paragraph("", "a question without a link"))
    with pytest.raises(ExtensionError, match="map: an item must begin with a link to a chapter"):
        first_page.make_card(SimpleNamespace(), item)


def test_the_sidebar_names_the_book_in_two_words():
    for page in (PAGE, "book/en/relu.html"):
        assert read(page).select_one(".logo__title").get_text(strip=True) == "Chain Rule"


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (360, 740)])
def test_question_network_and_button_fit_one_screen(browser, width, height):
    with visit(browser, PAGE, width=width, height=height, reduced_motion="reduce") as page:
        assert page.locator(".cr-touched").inner_text() == network().words["en"]["hint"]
        for seen in ("article h1", ".cr-explorable", ".cr-touched", ".cr-start"):
            box = page.locator(seen).first.bounding_box()
            assert box["y"] >= 0 and box["y"] + box["height"] <= height, (seen, box)


# Touch places all over the network: where the button ends, by what is then said.
TOUCH = """async (board) => {
  const { left, top, width, height } = board.getBoundingClientRect();
  const places = [...Array(400).keys()].map((k) => [(k % 40) / 40, Math.floor(k / 40) / 10]);
  const said = document.querySelector(".cr-touched");
  const button = document.querySelector(".cr-start");
  const seen = {};
  for (const [x, y] of places) {
    const at = { clientX: left + x * width, clientY: top + y * height };
    board.dispatchEvent(new PointerEvent("pointermove", at));
    seen[said.textContent] = button.getBoundingClientRect().bottom;
  }
  return seen;
}"""


@pytest.mark.parametrize("page", [PAGE, twin(PAGE)], ids=["en", "ko"])
@pytest.mark.parametrize(("width", "height"), [(1366, 768), (360, 740)])
def test_whatever_is_touched_nothing_moves(browser, page, width, height):
    with visit(browser, page, width=width, height=height, reduced_motion="reduce") as opened:
        seen = opened.locator(".cr-board").first.evaluate(TOUCH)
    assert len(seen) > 60
    assert len(set(seen.values())) == 1 and max(seen.values()) <= height


@pytest.mark.parametrize("page", [PAGE, twin(PAGE)], ids=["en", "ko"])
def test_on_a_phone_the_button_names_the_longest_chapter_on_its_screen(browser, page):
    links = [card.a for card in read(page).select("ul.map > li") if card.img]
    longest = max(range(1, len(links)), key=lambda n: len(links[n].get_text()))
    before = links[longest - 1]["href"].removesuffix(".html")
    script = f"localStorage.setItem('{KEY}', '{json.dumps({before: READ})}')"
    size = {"width": 360, "height": 740}
    with visit(browser, page, script=script, reduced_motion="reduce", **size) as opened:
        button = opened.locator(".cr-start")
        assert links[longest].get_text() in button.inner_text()
        box = button.bounding_box()
        assert box["height"] < 60, "one line"
        assert box["y"] + box["height"] <= 740


def start_button(browser, marks):
    """The text and address of the button for a reader with these marks."""
    script = f"localStorage.setItem('{KEY}', '{json.dumps(marks)}')"
    with visit(browser, PAGE, script=script, reduced_motion="reduce") as page:
        button = page.locator(".cr-start")
        return button.inner_text(), button.get_attribute("href").rpartition("/")[2]


BEGUN = {"read": False, "solved": ["sigmoid.one"], "of": 3}
CASES = {
    "nothing": ({}, ("Start with chapter one", "shapes.html")),
    "read": ({"sigmoid": READ}, ("Go on: ReLU", "relu.html")),
    "begun": ({"shapes": READ, "sigmoid": BEGUN}, ("Go on: The sigmoid", "sigmoid.html")),
    "another page": ({"gone": READ}, ("Start with chapter one", "shapes.html")),
}


@pytest.mark.parametrize("case", CASES)
def test_the_button_goes_on_where_the_reader_stopped(browser, case):
    marks, expected = CASES[case]
    assert start_button(browser, marks) == expected


def test_after_the_last_chapter_the_button_starts_anew(browser):
    names = [chapter_of(card).rpartition("/")[2] for card in cards() if card.img]
    every = dict.fromkeys(names, READ)
    assert start_button(browser, every) == ("Start with chapter one", "shapes.html")
