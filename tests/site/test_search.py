"""What a reader types into the search field, and the page that must come first.

In a real Chromium, on the built search page, with the network cut off.
"""

import pytest
from built import files_of

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
]


@pytest.mark.parametrize(("written", "typed"), FOUND_BY)
def test_words_are_found_by_what_is_typed(search_page, written, typed):
    words = "async (text) => (await import('/_static/search/words.js')).words(text)"
    wanted = set(search_page.evaluate(words, typed))
    assert wanted and wanted <= set(search_page.evaluate(words, written))
