"""The Korean edition as it is built: each page beside its English twin, and in a real browser."""

import json
import re
from urllib.parse import urljoin

import pytest
from axe import findings, lay_out_all, load_axe
from bs4 import BeautifulSoup, Comment
from built import KOREAN_PAGES, PAGES, SITE, files_of, files_of_its_page, read, twin
from explorables.figures import chapters_with, widget
from test_pages_in_chromium import (
    PHONE,
    SMALLEST,
    bytes_sent,
    cut,
    shifts,
    too_heavy,
    too_wide,
    visit_late,
)
from test_site import CHECKS, broken_links, has_wrong_language, missing_files

from chainrule import explore
from chainrule_dev.browser import SITE as ADDRESS
from chainrule_dev.browser import visit
from chainrule_dev.repository import pages_address, repository_address

BASE = pages_address(repository_address()) + "/"
CHAPTERS = [page for page in PAGES if page.startswith("book/")]


# --- What every page is asked -----------------------------------------------------------------


@pytest.mark.parametrize("page", KOREAN_PAGES)
def test_a_page_passes_the_checks_of_the_english_ones(page):
    complaints = {check.__name__: check(read(page)) for check in CHECKS}
    del complaints[has_wrong_language.__name__]
    assert {name: found for name, found in complaints.items() if found} == {}
    assert read(page).html["lang"] == "ko"
    assert missing_files(page, read(page)) == []


def test_links_lead_somewhere():
    assert broken_links({page: read(page) for page in PAGES + KOREAN_PAGES}) == []


# --- Twins ------------------------------------------------------------------------------------


def anchors(page):
    return [section["id"] for section in read(page).select(".bd-article section[id]")]


@pytest.mark.parametrize("page", CHAPTERS)
def test_both_have_the_same_anchors_in_the_same_order(page):
    assert anchors(twin(page)) == anchors(page)
    assert anchors(page)


@pytest.mark.parametrize("page", PAGES)
def test_each_page_links_its_twin_and_says_so_to_search_engines(page):
    for one, other, language in ((page, twin(page), "ko"), (twin(page), page, "en")):
        (link,) = read(one).select("a.cr-twin")
        assert urljoin(f"/{one}", link["href"]) == f"/{other}"
        assert (link["lang"], link["hreflang"]) == (language, language)
        named = {
            each["hreflang"]: each["href"]
            for each in read(one).select("link[rel=alternate][hreflang]")
        }
        if page in CHAPTERS:
            expected = {"en": BASE + page, "ko": BASE + twin(page), "x-default": BASE + page}
            assert named == expected
            assert read(one).select_one("link[rel=canonical]")["href"] == BASE + one


def test_one_sitemap_names_the_pages_of_both():
    assert not (SITE / "ko" / "sitemap.xml").exists()
    text = (SITE / "sitemap.xml").read_text(encoding="utf-8")
    found = re.findall("<loc>(.*?)</loc>", text)
    assert sorted(found) == sorted(BASE + page for each in CHAPTERS for page in (each, twin(each)))
    assert text.count('hreflang="x-default"') == len(found)


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("by", ["pointer", "keyboard"])
@pytest.mark.inputs(of=lambda item: files_of("book/en/relu.html", "ko/book/ko/relu.html"))
def test_the_switch_leads_to_the_section_that_is_read(browser, width, by):
    def switch_to(edition):
        link = page.locator(f"a.cr-twin[lang={edition}]")
        return link.click() if by == "pointer" else link.press("Enter")

    with visit(browser, "book/en/relu.html", width=width) as page:
        page.evaluate("document.getElementById('the-kink').scrollIntoView()")
        page.wait_for_timeout(500)  # the parts around it are laid out
        # The contents need not be on the screen: a phone's are behind a button.
        page.locator("#pst-page-toc-nav a[aria-current][href='#the-kink']").wait_for(
            state="attached"
        )
        switch_to("ko")
        page.wait_for_url(re.compile(r"/ko/book/ko/relu\.html#the-kink$"))
        top = page.locator("#the-kink > h2").bounding_box()["y"]
        assert 0 <= top < 300
        switch_to("en")
        page.wait_for_url(re.compile(r"/book/en/relu\.html#the-kink$"))


# --- Language ---------------------------------------------------------------------------------

# Other people's words: of the other edition, and of papers.
OTHERS = '[lang="en"], [role="listitem"], a[href*="references.html"]'
# What is the same in both editions.
SYMBOLS = 'code, pre, script, style, svg, .katex, kbd, [translate="no"]'
ENGLISH = re.compile(r"[A-Za-z][a-z]+(?:[ ,]+[A-Za-z]?[a-z]+){2,}")
SPOKEN = ("aria-label", "title", "alt", "placeholder")


def english_in(page):
    """What a reader of a Korean page sees or hears in English: three words or more on end."""
    copy = BeautifulSoup(str(page.body), "html.parser")
    for part in copy.select(OTHERS):
        part.decompose()
    for part in copy.select(".cr-kept"):
        part.unwrap()  # its word is one with what stands before it
    copy.smooth()
    said = [tag[name] for tag in copy.find_all(True) for name in SPOKEN if tag.get(name)]
    for part in copy.select(SYMBOLS):
        part.decompose()
    texts = [text for text in copy.find_all(string=True) if not isinstance(text, Comment)]
    said += [" ".join(text.split()) for text in texts]
    return [text for text in said if ENGLISH.search(text) and not re.search("[가-힣]", text)]


# Pages whose lists are English by nature: names of papers, terms.
NAMES = ("references", "genindex", "glossary")
# A message of NumPy's, line by line.
QUOTED = {
    "has a mismatch in its core dimension 0",
    "with gufunc signature (n?,k),(k,m?)->(n?,m?)",
    "(size 2 is different from 3)",
    "could not be broadcast together",
}


@pytest.mark.parametrize("page", KOREAN_PAGES)
def test_no_english_is_left(page):
    if not any(name in page for name in NAMES):
        assert set(english_in(read(page))) <= QUOTED
    for selector in ("header", ".bd-sidebar", ".bd-header-article", "footer", ".prev-next-area"):
        for part in read(page).select(selector):
            wrapped = BeautifulSoup(f"<body>{part}</body>", "html.parser")
            assert english_in(wrapped) == []


def test_english_that_is_left_is_found():
    page = BeautifulSoup(
        "<body><p>Nothing is left here</p><p title='Open this in Colab'>둘</p>"
        "<p>이 글의 Adam and the rest</p><code>for each in all</code></body>",
        "html.parser",
    )
    assert english_in(page) == ["Open this in Colab", "Nothing is left here"]


@pytest.mark.parametrize("page", CHAPTERS)
def test_a_page_has_as_many_pictures_guesses_and_cells_as_its_twin(page):
    for selector in (".cr-figure", ".cr-explorable", "form.cr-guess", ".cell", "table", "details"):
        counts = [len(read(each).select(selector)) for each in (page, twin(page))]
        assert counts[0] == counts[1], selector


@pytest.mark.parametrize("name", explore.__all__)
def test_an_explorable_has_a_korean_word_for_each_english_one(name):
    words = widget(name).words
    assert words["ko"].keys() == words["en"].keys()
    slots = {language: slots_of(words[language]) for language in words}
    assert slots["ko"] == slots["en"]
    assert re.search("[가-힣]", words["ko"]["caption"])


def slots_of(words):
    return {key: set(re.findall(r"\{\w+\}", text)) for key, text in words.items()}


@pytest.mark.parametrize("page", [page for name in explore.__all__ for page in chapters_with(name)])
def test_a_page_holds_the_words_of_its_own_language_only(page):
    for path, language in ((page, "en"), (twin(page), "ko")):
        for figure in read(path).select(".cr-explorable"):
            state = json.loads(figure.select_one('script[type="application/json"]').string)
            assert list(state["words"]) == [language]
            assert [span["lang"] for span in figure.select("figcaption span")] == [language]


# --- In a browser -----------------------------------------------------------------------------

# What is drawn or said in the living figures, by figure.
SAID = """() => [...document.querySelectorAll(".cr-explorable-live")].flatMap((live) => [
  ...live.innerText.split("\\n"),
  ...[...live.querySelectorAll("*")].flatMap((node) =>
    ["aria-label", "aria-valuetext", "title"].map((name) => node.getAttribute(name) ?? "")),
])"""


# The particles that begin a line, without the formula or code before them; and torn words.
TORN = """() => {
  const closed = document.querySelectorAll("details:not([open])");
  for (const fold of closed) fold.open = true;
  const boxes = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()].filter((box) => box.width > 0);
  };
  const isBeside = (box, other) => other.top < box.bottom - 2 && other.bottom > box.top + 2;
  const alone = [...document.querySelectorAll(".cr-glued")].filter(({ lastChild }) => {
    const [box] = lastChild.nodeType === 3 && lastChild.previousSibling ? boxes(lastChild) : [];
    const before = box && [...lastChild.previousSibling.querySelectorAll("*")].flatMap(boxes);
    return before && !before.some((other) => other.left < box.left && isBeside(box, other));
  });
  const torn = [...document.querySelectorAll(".cr-kept")].filter((word) => {
    const [first, ...others] = boxes(word);
    return others.some((box) => !isBeside(first, box));
  });
  const found = [...alone, ...torn].map((word) => word.textContent);
  for (const fold of closed) fold.open = false;
  return found;
}"""


@pytest.mark.inputs(of=files_of_its_page)
@pytest.mark.parametrize("path", KOREAN_PAGES)
def test_a_page_on_a_phone(browser, path):
    """It holds still while it loads, fits, down to 320 pixels, and axe finds nothing; no particle
    begins a line; its figures are alive, and speak Korean.
    """
    sent = {}
    with visit_late(browser, path, **PHONE, sent=sent, color_scheme="light") as page:
        assert shifts(page) + too_wide(page, PHONE["width"]) == []
        english = [text for text in page.evaluate(SAID) if ENGLISH.search(text)]
        assert [text for text in english if not re.search("[가-힣]", text)] == []
        alive = page.locator(".cr-explorable-live").count()
        assert alive == len(read(path).select(".cr-explorable"))
        lay_out_all(page)
        assert page.evaluate(TORN) == []
        page.set_viewport_size(SMALLEST)
        width = SMALLEST["width"]
        assert too_wide(page, width) + cut(page, width) == []
        page.emulate_media(reduced_motion="reduce")
        load_axe(page)
        lay_out_all(page)
        assert findings(page) == []
    if "/book/" in path:
        own, shell, _styles = bytes_sent(path, sent)
        assert too_heavy(own, shell) == []


QUERIES = {
    "기울기소실": "vanishing-gradients",
    "기울기 소실은": "vanishing-gradients",
    "합성곱에서는": "convolution",
    "ReLU를": "relu",
    "softmax는": "softmax-with-loss",
    "층": "",  # of 은닉층, anywhere
    "합서": "convolution",  # 합성 is being typed
    "소픝": "softmax-with-loss",  # 소프트
    "체인룰": "computational-graphs",
    "감쇠": "training-a-network",
    "폭주": "vanishing-gradients",
    "그래디언트": "",
    "ㅅㅍㅌㅁㅅ": "softmax-with-loss",
    "배치 정규화를": "batch-normalization",
    "경사하강법": "training-a-network",
    "BatchNormalization": "batch-normalization",
    "SoftmaxWithLoss의": "softmax-with-loss",
    "vanishing gradients": "vanishing-gradients",
    "im2col로": "im2col",
    "드롭아우": "dropout",
}


@pytest.fixture(scope="module")
def search_page(browser):
    with visit(browser, "ko/search.html") as page:
        yield page


@pytest.mark.inputs(of=lambda item: files_of("ko/search.html"))
@pytest.mark.parametrize("query", QUERIES)
def test_korean_words_are_found(search_page, query):
    search_page.locator(".bd-search-container input").fill(query)
    search_page.wait_for_function(
        "q => document.getElementById('search-results').dataset.query === q", arg=query
    )
    links = search_page.locator("#search-results .cr-found-page")
    found = links.evaluate_all("(all) => all.map((link) => link.href)")
    assert found and all(link.startswith(f"{ADDRESS}/ko/book/ko/") for link in found)
    assert found[0].endswith(f"/{QUERIES[query]}.html") or not QUERIES[query]
    said = search_page.locator(".cr-results-status").inner_text()
    assert said == f"페이지 {len(found)}개를 찾았습니다"


@pytest.mark.inputs(of=lambda item: files_of("ko/search.html"))
def test_what_is_nowhere_is_not_found(search_page):
    search_page.locator(".bd-search-container input").fill("쿼터니언")
    search_page.get_by_text("찾은 페이지가 없습니다").wait_for()


@pytest.mark.inputs(of=lambda item: files_of("ko/book/ko/relu.html"))
def test_a_guess_is_answered_in_korean(browser):
    with visit(browser, "ko/book/ko/relu.html", read_on=False) as page:
        form = page.locator("form.cr-guess").first
        form.get_by_role("button", name="보여 주세요").click()
        assert form.get_by_text("먼저 답을 하나 골라 주세요.").is_visible()
        form.locator("input[type=radio]").first.check()
        form.get_by_role("button", name="보여 주세요").click()
        assert "✗ 고른 답" in form.inner_text() and "✓ 맞는 답" in form.inner_text()
        assert page.get_by_text("앞에서 고른 답:").count() == 1
