"""Every page of the built site in a real browser, as wide as a phone and with the network cut off.

`visit` fails a page that logs an error or asks another host for anything.
"""

import pytest

from browser import visit
from test_site import PAGES, read

PHONE = {"width": 360, "height": 800}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_phone(browser, path):
    read(path)  # fails with the command that builds it where it is missing
    with visit(browser, path, **PHONE) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_page_that_is_too_wide_is_noticed(browser):
    text = "<!doctype html><link rel=icon href='data:,'><p style='width: 500px'>wide"
    with visit(browser, "wide.html", {"wide.html": text}, **PHONE) as page:
        assert page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]
