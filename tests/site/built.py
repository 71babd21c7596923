"""The built site, as the tests read it: its pages, parsed once, and what they are made of."""

from functools import cache

import pytest
import yaml
from bs4 import BeautifulSoup

from chainrule_dev.repository import BUILT as SITE
from chainrule_dev.repository import ROOT

BUILD = "`make book`, or `jupyter-book build .` in the activated environment"


def chapters():
    """The documents named in _toc.yml, in order."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    parts = [toc, *toc.get("parts", [])]
    return [toc["root"], *(c["file"] for part in parts for c in part.get("chapters", []))]


# The pages Sphinx itself adds; index.html only sends the reader on to the root of the book.
PAGES = [f"{chapter}.html" for chapter in chapters()] + ["search.html", "genindex.html"]
KOREAN = "ko"  # the folder of the Korean edition


def twin(page):
    """The Korean page of an English one."""
    return f"{KOREAN}/{page.replace('book/en/', 'book/ko/')}"


KOREAN_PAGES = [twin(page) for page in PAGES]


def text(page):
    """The HTML of a page; where it is missing, the test fails with the command that builds it."""
    path = SITE / page
    if not path.is_file():
        pytest.fail(f"{path.relative_to(ROOT)} is missing: build the site first with {BUILD}")
    return path.read_text(encoding="utf-8")


@cache
def read(page):
    """The parsed page. All tests share it: whoever changes one copies it first."""
    return BeautifulSoup(text(page), "html.parser")


def files_of(*pages):
    """What a visit to these pages depends on: their HTML, and all that they share.

    What is searched changes with every chapter; only the search page fetches it unasked. What runs
    the cells changes with the library; a page loads it only when a button is pressed.
    """
    found = [SITE / page for page in pages]
    for site in {SITE / KOREAN if page.startswith(f"{KOREAN}/") else SITE for page in pages}:
        found += [path for path in sorted((site / "_static").glob("*")) if path.name != "live"]
        found += [site / "_static" / "live" / "live.js"]
        found += [site / "search-sections.js"] if site / "search.html" in found else []
    return found


def files_of_its_page(item):
    """For `pytest.mark.inputs`: the files of the page that is the test's parameter `path`."""
    return files_of(item.callspec.params["path"])
