"""What a reader types into the search field, and the page that must come first.

In a real Chromium, on the built search page, with the network cut off.
"""

import json

import pytest
from built import SITE, files_of

from chainrule_dev.browser import visit

pytestmark = pytest.mark.inputs(of=lambda item: files_of("search.html"))

# Terms, symbols' names, names in code, parts of words, a slip of the finger.
QUERIES = {
    "vanishing": "vanishing-gradients",
    "exploding gradient": "vanishing-gradients",
    "im2col": "im2col",
    "col2im": "im2col",
    "log-sum-exp": "softmax-with-loss",
    "SoftmaxWithLoss": "softmax-with-loss",
    "softmaxwithloss": "softmax-with-loss",
    "cross entropy": "softmax-with-loss",
    "running mean": "batch-normalization",
    "BatchNormalization": "batch-normalization",
    "gamma": "batch-normalization",
    "γ": "batch-normalization",
    "bias gradient": "affine",
    "Affine": "affine",
    "check_layer": "gradient-checking",
    "finite differences": "gradient-checking",
    "Adam": "optimizers",
    "momen": "optimizers",
    "Xavier": "initialization",
    "MaxPool": "max-pooling",
    "dropuot": "dropout",
    "flipped filter": "convolution",
    "BatchNorm2d": "from-chainrule-to-pytorch",
    "minibatch": "training-a-network",
    "chain rule": "computational-graphs",
    "one-hot": "softmax-with-loss",
    "numerical gradient": "gradient-checking",
    "He": "initialization",
    "broadcasting": "shapes",
    "weight decay": "training-a-network",
    "ties": "max-pooling",
    "dW": "affine",
    "derivative of the sigmoid": "sigmoid",
    "dying relu": "relu",
    "∂L/∂W": "affine",
    "dL/dW": "affine",
}


def results(page, query):
    """The pages found, in order, by their file's name."""
    page.locator(".bd-search-container input").fill(query)
    page.wait_for_function(
        "q => document.getElementById('search-results').dataset.query === q", arg=query
    )
    links = page.locator("#search-results .cr-found-page")
    return [
        link.split("/")[-1].removesuffix(".html")
        for link in links.evaluate_all("all => all.map(a => a.href)")
    ]


@pytest.fixture(scope="module")
def search_page(browser):
    with visit(browser, "search.html") as page:
        yield page


@pytest.mark.parametrize(("query", "wanted"), QUERIES.items(), ids=QUERIES)
def test_the_right_page_comes_first(search_page, query, wanted):
    assert results(search_page, query)[:1] == [wanted]


def test_what_is_nowhere_is_not_found(search_page):
    assert results(search_page, "quaternion") == []
    assert search_page.locator(".cr-results-status").inner_text() == "No pages found"


def marked(page, selector):
    """The words in <mark> of each element there is, in lower case."""
    return page.locator(selector).evaluate_all(
        "(all) => all.map((one) => "
        "[...one.querySelectorAll('mark')].map((mark) => mark.textContent.toLowerCase()))"
    )


def test_the_words_found_are_marked_and_nothing_else(search_page):
    """In the page's title, in the sections' headings and in the excerpts."""
    assert results(search_page, "running mean")[0] == "batch-normalization"
    for words in marked(search_page, ".cr-found:first-child li p"):
        assert words and set(words) <= {"running", "mean", "means"}
    assert results(search_page, "max-pooling")[0] == "max-pooling"
    assert marked(search_page, ".cr-found:first-child .cr-found-page") == [["max", "pooling"]]
    headings = marked(search_page, ".cr-found:first-child li > a")
    assert ["max", "pooling"] in headings
    assert all(set(words) <= {"max", "pooling", "pool"} for words in headings)


def test_an_excerpt_is_a_piece_of_the_text_around_the_first_word_found(search_page):
    """Of a long text some 140 characters, from space to space; a short one is whole. Where only the
    code has the word, it is the beginning.
    """
    script = (SITE / "search-sections.js").read_text(encoding="utf-8")
    sections = json.loads(script.removeprefix("globalThis.chainruleSections = ").rstrip(";\n"))
    texts = {f"{each['page']}#{each['anchor']}": each["text"] for each in sections}
    results(search_page, "momentum")
    found = search_page.locator(".cr-found li").evaluate_all(
        """(all) => all.map((one) => {
          const [link, text] = ["a", "p"].map((tag) => one.querySelector(tag));
          return [link.href, text.textContent];
        })"""
    )
    assert len(found) > 5
    cut = 0
    for link, excerpt in found:
        page, _, anchor = link.partition("/book/en/")[2].partition("#")
        text = texts[f"book/en/{page}#{anchor}"]
        body = excerpt.removeprefix("… ").removesuffix(" …")
        assert f" {body} " in f" {text} "
        assert excerpt.startswith("… ") != text.startswith(body)
        assert excerpt.endswith(" …") != text.endswith(body)
        place = text.lower().find("momentum")
        assert "momentum" in body.lower() or place < 0
        before = max(0, place - text.find(body))
        assert before <= 70 and len(body) - before <= 90
        cut += excerpt.startswith("… ") and excerpt.endswith(" …") and before > 50
    assert cut > 2


@pytest.mark.parametrize("query", ["∂L/∂W", "dL/dW"])
def test_a_derivative_is_found_in_the_rule_in_its_frame(search_page, query):
    """Shown and marked as one word, though the section's text has the derivative before."""
    assert results(search_page, query)[0] == "affine"
    first = search_page.locator(".cr-found:first-child li p").first
    assert "∂L/∂X = ∂L/∂Y·Wᵀ; ∂L/∂W = Xᵀ·∂L/∂Y" in first.inner_text()
    assert first.locator("mark").all_inner_texts() == ["∂L/∂W"]


def test_a_result_leads_to_its_page_and_its_section(search_page):
    results(search_page, "bias gradient")
    links = search_page.locator(".cr-found:first-child a").evaluate_all(
        "(all) => all.map((link) => link.href)"
    )
    page, *sections = [link.partition("/book/en/")[2] for link in links]
    assert page == "affine.html"
    assert 1 <= len(sections) <= 3
    assert all(link.split("#")[0] == page for link in sections)
    assert any("#" in link for link in sections)


def test_the_number_of_pages_is_told(search_page):
    for query, count in (("quaternion", "No pages"), ("", ""), ("gradient", "12 pages")):
        results(search_page, query)
        said = search_page.locator(".cr-results-status").inner_text()
        assert said == (f"{count} found" if count else "")
    assert len(results(search_page, "gradient")) == 12, "no more than that"


# --- Pages made up for a test ---------------------------------------------------------------------


def section(page, text, **others):
    empty = dict.fromkeys(("anchor", "heading", "names", "terms"), "")
    empty |= {"rules": [], "title": "A title", "aside": False}
    return {**empty, "page": page, "text": text, **others}


def first_found(page, sections, query):
    finder = """([sections, query]) =>
      chainruleSearch.makeFinder(sections)(query).map(({ page }) => page)"""
    return page.evaluate(finder, [sections, query])[0]


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"text": "a mean square and more"}, {"text": "a square and more mean"}),
        ({"text": "mean square " * 3}, {"text": "mean square"}),
        ({"text": "mean square"}, {"text": "mean square", "aside": True}),
        ({"text": "x", "title": "mean square"}, {"text": "mean square"}),
        ({"text": "x", "terms": "mean square"}, {"text": "square, mean and more"}),
        ({"text": "mean square"}, {"text": "x", "names": "mean square"}),
        ({"text": "mean square", "rules": ["mean square"]}, {"text": "mean square"}),
    ],
    ids=["a phrase", "more often", "not aside", "its title", "its term", "not in code", "its rule"],
)
def test_what_makes_a_page_the_better_answer(search_page, order, better, worse):
    sections = [section("better", **better), section("worse", **worse)][::order]
    assert first_found(search_page, sections, "mean square") == "better"


def test_one_page_is_told_as_one(browser):
    sections = json.dumps([section("book/en/affine.html", "unheard-of")])
    made_up = {"search-sections.js": f"globalThis.chainruleSections = {sections}"}
    with visit(browser, "search.html?q=unheard-of", made_up) as page:
        page.locator(".cr-found").wait_for()
        assert page.locator(".cr-results-status").inner_text() == "1 page found"


# --- Words ----------------------------------------------------------------------------------------

WORDS = "(text) => chainruleSearch.words(text)"
ASKED = "(text) => chainruleSearch.words(text, { isAsked: true })"
# Words as they are written and as they are typed: these must have something in common.
FOUND_BY = [
    ("gradients", "gradient"),
    ("losses", "loss"),
    ("biases", "bias"),
    ("SoftmaxWithLoss", "softmax"),
    ("check_layer", "checklayer"),
    ("log-sum-exp", "logsumexp"),
    ("x̂", "x"),
    ("가중치를", "가중치"),
    ("역전파에서는", "역전파"),
    ("기울기 소실", "기울기소실"),
    ("은닉층", "층"),
    ("3차원", "차원"),
    ("ReLU", "ReLU를"),
    ("naïve", "naive"),
    ("x²", "x^2"),
    ("10⁻⁹", "10^-9"),
    ("∂L/∂W", "dL/dW"),
]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Boxes, losses; biases", ["box", "loss", "bias"]),
        ("bus gas obs his", ["bus", "gas", "obs", "his"]),
        ("analysis, class", ["analysis", "class"]),
        ("check_layers", ["checklayers", "check", "layer"]),
        ("x̂_2", ["x2", "x", "2"]),
        ("x² 10⁻⁹ Wᵀ", ["x", "2", "10", "9", "w", "t"]),
        ("∂L/∂W = dL/dW", ["∂l/∂w", "∂l/∂w"]),
        ("∂L/∂x̂_i, ∂dout/∂b_m", ["∂l/∂x_i", "∂dout/∂b_m"]),
        ("∂L / dL, and/done dx/day", ["l", "dl", "d", "l", "and", "done", "dx", "day"]),
        # Korean in pairs of syllables, across a space too, in letters; and the last syllable.
        ("합성곱", ["ㅎㅏㅂㅅㅓㅇ", "ㅅㅓㅇㄱㅗㅂ", "ㄱㅗㅂ"]),
        ("값", ["ㄱㅏㅂㅅ"]),
        ("새 값", ["ㅅㅐ", "ㅅㅐㄱㅏㅂㅅ", "ㄱㅏㅂㅅ"]),
        ("새. 값", ["ㅅㅐ", "ㄱㅏㅂㅅ"]),
        ("ReLU가", ["relu", "re", "lu", "ㄱㅏ"]),
    ],
)
def test_a_text_is_split_into_the_words_that_find_it(search_page, text, words):
    assert search_page.evaluate(WORDS, text) == words


@pytest.mark.parametrize(("written", "typed"), FOUND_BY)
def test_words_are_found_by_what_is_typed(search_page, written, typed):
    wanted = set(search_page.evaluate(ASKED, typed))
    assert wanted and wanted <= set(search_page.evaluate(WORDS, written))
