"""Every page of the built site in a real browser with the network cut off: one visit a size.

What it sends, whether it moves while it loads, whether it fits, and what axe finds.
`visit` fails a page that logs an error or asks another host for anything. The bytes of every page
stand at the end of what `make test` prints.
"""

import gzip
from itertools import pairwise

import pytest
from axe import findings_in_light_and_dark
from built import PAGES, files_of, files_of_its_page, read, text
from explorables.figures import chapters_with

from chainrule import explore
from chainrule_dev.browser import visit

SMALLEST = {"width": 320, "height": 700}  # or a laptop's window at 400 %
PHONE = {"width": 360, "height": 800}
LAPTOP = {"width": 1280, "height": 900}

SEARCH = {"_static/search.js", "search-sections.js"}
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


WITH_EXPLORABLES = sorted({path for name in explore.__all__ for path in chapters_with(name)})


def compressed(body):
    return min(len(body), len(gzip.compress(body, 6, mtime=0)))


def settle(page):
    """Wait for the fonts, and two frames more."""
    page.evaluate("document.fonts.ready")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 200)))")


def visit_late(browser, address, texts=None, *, also="", **options):
    """A visit that measures what shifts while styles, scripts, fonts and pictures come late."""
    return visit(browser, address, texts, script=MEASURE_SHIFTS + also, delay=LATE, **options)


def shifts(page):
    """A complaint, should the page have moved by itself."""
    settle(page)
    moved = page.evaluate("window.shifts")
    return [f"moves while it loads: {moved}"] if sum(moved) > SHIFT_BUDGET else []


def too_wide(page, width):
    found = page.evaluate("document.documentElement.scrollWidth")
    return [f"{found} pixels wide, the window has {width}"] if found > width else []


# What reaches beyond the window and is in no box that scrolls.
CUT = """(width) => {
  const scrolls = (box) => ["auto", "scroll"].includes(getComputedStyle(box).overflowX);
  const isCut = (node) => {
    const { right, left } = node.getBoundingClientRect();
    if (right <= width + 1 && left >= -1) return false;
    for (let box = node.parentElement; box; box = box.parentElement) if (scrolls(box)) return false;
    return node.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  };
  return [...document.querySelectorAll("main *, header *, .bd-header-article *")]
    .filter((node) => !node.closest("svg, .cr-unseen, .katex-mathml") && isCut(node))
    .map((node) => `cut: ${node.outerHTML.slice(0, 80)}`);
}"""


def cut(page, width):
    return page.evaluate(CUT, width)


# Of figures and formulas, those in folds, too.
SCROLLING = """() => {
  const folds = document.querySelectorAll("details:not([open])");
  for (const fold of folds) fold.open = true;
  const found = [...document.querySelectorAll(".cr-figure, .katex-display")]
    .filter((box) => box.scrollWidth > box.clientWidth + 1)
    .map((box) => `${box.className} of ${box.scrollWidth} pixels in ${box.clientWidth}`);
  for (const fold of folds) fold.open = false;
  return found;
}"""


def bytes_sent(path, sent):
    """Compressed: the page's own HTML, the shell around it, and of that the styles."""
    sent = dict(sent)
    own = compressed(sent.pop(path))
    shell = sum(map(compressed, sent.values()))
    if path == "search.html":  # it opens the search, whose own files are no part of the shell
        searching = sum(compressed(body) for name, body in sent.items() if name in SEARCH)
        own, shell = own + searching, shell - searching
    styles = sum(compressed(body) for name, body in sent.items() if name.endswith(".css"))
    return own, shell, styles


def too_heavy(own, shell):
    complaints = [f"{shell} bytes of shell"] if shell > SHELL_BUDGET else []
    return complaints + ([f"{own + shell} bytes"] if own + shell > PAGE_BUDGET else [])


@pytest.mark.inputs(of=files_of_its_page)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_on_a_phone(browser, path):
    """It holds still while it loads, and fits."""
    text(path)  # fails with the command that builds it where it is missing
    with visit_late(browser, path, **PHONE) as page:
        assert shifts(page) + too_wide(page, PHONE["width"]) == []


@pytest.mark.inputs(of=files_of_its_page)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_in_the_smallest_window(browser, path):
    """All of it is there, and only boxes within it scroll sideways."""
    text(path)
    with visit(browser, path, **SMALLEST) as page:
        settle(page)
        width = SMALLEST["width"]
        assert too_wide(page, width) + cut(page, width) == []


# The columns that are seen: where each begins and ends, and whether enough letters fit in it.
COLUMNS = """() => {
  const letter = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const least = { "bd-sidebar-primary": 11, "bd-article": 24, "bd-sidebar-secondary": 11 };
  return Object.entries(least)
    .map(([name, letters]) => [document.querySelector(`.${name}`), letters])
    .filter(([part]) => part?.checkVisibility({ visibilityProperty: true }))
    .map(([part, letters]) => [part.getBoundingClientRect(), letters])
    .map(([{ left, right, width }, letters]) => [left, right, width >= letters * letter]);
}"""
SEVERAL = ["index", "affine", "batch-normalization", "how-we-check", "references"]


def enlarged_by_a_style(page):
    page.add_style_tag(content="html { font-size: 200% !important }")


def enlarged_in_the_browser(page):
    """As in its settings: media queries measured in letters know of it as well."""
    session = page.context.new_cdp_session(page)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    page.reload()


@pytest.mark.inputs(of=lambda item: files_of(f"book/en/{item.callspec.params['chapter']}.html"))
@pytest.mark.parametrize("enlarge", [enlarged_by_a_style, enlarged_in_the_browser])
@pytest.mark.parametrize("chapter", SEVERAL)
def test_columns_give_way_to_letters_twice_as_large(browser, chapter, enlarge):
    """Each is as wide as its words need, none lies on another, and the menus still open."""
    options = {"height": 900, "reduced_motion": "reduce"}  # or a sidebar slides out of the way
    for width in (360, 640, 1280, 1920):
        with visit(browser, f"book/en/{chapter}.html", width=width, **options) as page:
            enlarge(page)
            settle(page)
            assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
            assert too_wide(page, width) + cut(page, width) == []
            columns = page.evaluate(COLUMNS)
            for (_, right, _), (left, _, _) in pairwise(columns):
                assert right <= left + 1
            assert all(fits for _, _, fits in columns) or width < 24 * 32, columns
            menus_open(page, width)


def menus_open(page, width):
    """Each menu of the row at the top opens within the window, and so does the list of chapters."""
    for button in page.locator(".article-header-buttons .dropdown-toggle:visible").all():
        button.click()
        box = button.locator("xpath=following-sibling::*").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
        page.keyboard.press("Escape")
    if not page.locator(".bd-sidebar-primary .bd-links").first.is_visible():
        page.locator(".bd-header-article .primary-toggle").click()
        links = page.locator("dialog[open] .bd-links a")
        links.first.click(trial=True)
        page.keyboard.press("Escape")


@pytest.mark.inputs(of=files_of_its_page)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_on_a_laptop(browser, path, record_property):
    """It holds still while it loads, no figure or formula scrolls, and axe finds nothing."""
    text(path)
    sent = {}
    with visit_late(browser, path, sent=sent, color_scheme="light", **LAPTOP) as page:
        complaints = shifts(page) + page.evaluate(SCROLLING)
        if path == "search.html":
            page.wait_for_load_state("networkidle")  # it fetches what it searches when it stands
        own, shell, styles = bytes_sent(path, sent)
        record_property("bytes of a page", [path, own, shell, styles])
        complaints += too_heavy(own, shell) + findings_in_light_and_dark(page)
    assert complaints == []


@pytest.mark.inputs(of=files_of_its_page)
@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("path", WITH_EXPLORABLES)
def test_a_page_opened_where_an_explorable_comes_alive_holds_still(browser, path, size):
    figure = read(path).select_one(".cr-explorable")
    section = figure.find_parent("section")["id"]
    with visit_late(browser, f"{path}#{section}", **size) as page:
        assert shifts(page) == []


# --- The checks are checked -----------------------------------------------------------------------


def test_a_page_that_is_too_wide_is_noticed(browser):
    text = "<!doctype html><link rel=icon href='data:,'><p style='width: 500px'>wide"
    with visit(browser, "wide.html", {"wide.html": text}, **PHONE) as page:
        assert too_wide(page, PHONE["width"]) == ["508 pixels wide, the window has 360"]


def test_what_is_cut_is_noticed(browser):
    text = """<!doctype html><link rel=icon href='data:,'><body style='overflow-x: hidden'>
      <main><p style='width: 500px'>wide</p><p><b>fits</b></p>
      <div style='overflow-x: auto'><p style='width: 500px'>scrolls</p></div>
      <i style='position: absolute; right: 315px; width: 50px'>left</i></main>"""
    with visit(browser, "cut.html", {"cut.html": text}, **SMALLEST) as page:
        found = cut(page, SMALLEST["width"])
        assert [each[:8] for each in found] == ["cut: <p ", "cut: <i "]


@pytest.mark.parametrize("kind", ["cr-figure", "katex-display"])
def test_a_figure_or_formula_that_scrolls_on_a_laptop_is_noticed(browser, kind):
    box = f"<div class={kind} style='overflow-x: auto'><p style='width: {{}}px'>x</p></div>"
    pages = {"wide": f"<details>{box.format(1400)}</details>", "fits": box.format(900)}
    pages = {name: f"<link rel=icon href='data:,'>{html}" for name, html in pages.items()}
    for name, expected in (("wide", 1), ("fits", 0)):
        with visit(browser, name, pages, **LAPTOP) as page:
            assert len(page.evaluate(SCROLLING)) == expected
            assert page.locator("details[open]").count() == 0


def test_a_page_that_is_too_heavy_is_noticed():
    assert too_heavy(PAGE_BUDGET - SHELL_BUDGET, SHELL_BUDGET) == []
    assert too_heavy(0, SHELL_BUDGET + 1) == [f"{SHELL_BUDGET + 1} bytes of shell"]
    assert too_heavy(PAGE_BUDGET, 1) == [f"{PAGE_BUDGET + 1} bytes"]


def test_what_a_page_sends_is_told_apart():
    sent = {"a.html": b"own", "x.css": b"style", "y.js": b"js"}
    assert bytes_sent("a.html", sent) == (3, 7, 5)
    assert compressed(b"a" * 1000) < 50


def test_a_page_that_jumps_is_noticed(browser):
    text = """<!doctype html><link rel=icon href='data:,'><p id=first>first</p><p>second</p>
      <div style='height: 400px; background: grey'>third</div>
      <script>requestAnimationFrame(() => requestAnimationFrame(() => {
        first.style.height = '300px'  // after the first frame: only what was seen can jump
      }))</script>"""
    with visit_late(browser, "jumps.html", {"jumps.html": text}, **PHONE) as page:
        assert shifts(page) != []
