"""Every page of the built site in a real browser with the network cut off: what it sends and does.

`visit` fails a page that logs an error or asks another host for anything. The bytes of every page
stand at the end of what `make test` prints.
"""

import gzip

import pytest
from test_site import PAGES, read

from chainrule_dev.browser import visit

PHONE = {"width": 360, "height": 800}
LAPTOP = {"width": 1280, "height": 900}

# Compressed. The shell is all that is sent beside the page's own HTML, which holds its figures.
SHELL_BUDGET = 120_000
PAGE_BUDGET = 400_000

# Cumulative layout shift: what moves without the reader's doing, as the web's measure has it, but
# all of it summed. 0.1 counts as good elsewhere.
SHIFT_BUDGET = 0.01
LATE = 0.05  # seconds: stylesheets, scripts, fonts and pictures come late, so that it can be seen
MEASURE_SHIFTS = """
    window.shifts = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (!entry.hadRecentInput) window.shifts.push(entry.value);
      }
    }).observe({ type: "layout-shift", buffered: true });
"""


def compressed(body):
    return min(len(body), len(gzip.compress(body, 6, mtime=0)))


def settle(page):
    """Wait for the fonts, and two frames more."""
    page.evaluate("document.fonts.ready")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 200)))")


def explorable_section(path):
    """The anchor of the section with the page's first explorable; "" without one."""
    figure = read(path).select_one(".cr-explorable")
    return f"#{figure.find_parent('section')['id']}" if figure else ""


def shifts(browser, address, size, texts=None):
    late = {"script": MEASURE_SHIFTS, "delay": LATE}
    with visit(browser, address, texts, **late, **size) as page:
        settle(page)
        return page.evaluate("window.shifts")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_phone(browser, path):
    read(path)  # fails with the command that builds it where it is missing
    with visit(browser, path, **PHONE) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_page_that_is_too_wide_is_noticed(browser):
    text = "<!doctype html><link rel=icon href='data:,'><p style='width: 500px'>wide"
    with visit(browser, "wide.html", {"wide.html": text}, **PHONE) as page:
        assert page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_light(browser, path, record_property):
    sent = {}
    with visit(browser, path, sent=sent, **LAPTOP) as page:
        settle(page)
    own = compressed(sent.pop(path))
    shell = sum(map(compressed, sent.values()))
    if path == "search.html":  # it opens the search, whose own files are no part of the shell
        searching = sum(compressed(body) for name, body in sent.items() if "search/" in name)
        searching += compressed(sent["search-sections.json"])
        own, shell = own + searching, shell - searching
    styles = sum(compressed(body) for name, body in sent.items() if name.endswith(".css"))
    record_property("bytes of a page", [path, own, shell, styles])
    assert shell <= SHELL_BUDGET
    assert own + shell <= PAGE_BUDGET


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_holds_still(browser, path, size):
    """From its top, and opened where an explorable comes alive."""
    for anchor in sorted({"", explorable_section(path)}):
        moved = shifts(browser, path + anchor, size)
        assert sum(moved) <= SHIFT_BUDGET, f"{path}{anchor}: {moved}"


def test_a_page_that_jumps_is_noticed(browser):
    text = """<!doctype html><link rel=icon href='data:,'><p id=first>first</p><p>second</p>
      <div style='height: 400px; background: grey'>third</div>
      <script>requestAnimationFrame(() => requestAnimationFrame(() => {
        first.style.height = '300px'  // after the first frame: only what was seen can jump
      }))</script>"""
    assert sum(shifts(browser, "jumps.html", PHONE, {"jumps.html": text})) > SHIFT_BUDGET
