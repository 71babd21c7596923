"""Every page of the built site in a real browser, as wide as a phone and with the network cut off.

`visit` fails a page that logs an error or asks another host for anything.
"""

import pytest

from browser import BUILT, running_chromium, visit

PAGES = sorted(path.relative_to(BUILT).as_posix() for path in BUILT.glob("book/en/*.html"))
PHONE = {"width": 360, "height": 800}


@pytest.fixture(scope="module")
def browser():
    with running_chromium() as browser:
        yield browser


def test_the_site_is_built():
    assert PAGES, "nothing is built: run `make book`"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_phone(browser, path):
    with visit(browser, path, **PHONE) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_page_that_is_too_wide_is_noticed(browser):
    text = "<!doctype html><link rel=icon href='data:,'><p style='width: 500px'>wide"
    with visit(browser, "wide.html", {"wide.html": text}, **PHONE) as page:
        assert page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]
