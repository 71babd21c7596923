"""Static figures and boxes that scroll sideways at 360 pixels, and lines of prose on a laptop.

What scrolls says so: a bar, and an edge that fades where it goes on. At most ten static figures do,
and their letters are legible.
"""

import statistics

import pytest
from built import PAGES, files_of_its_page, read, text

from chainrule_dev.browser import visit

PHONE = {"width": 360, "height": 740}
LAPTOP = {"width": 1366, "height": 768}
FIGURES_THAT_SCROLL = 10  # graphs of computation with six or more nodes in a row
LEAST_LETTERS = 10  # pixels; indices and exponents are smaller, as everywhere

# Everything is laid out, and every fold is open; then a frame for the observers.
ALL_OPEN = """async () => {
  const style = document.createElement("style");
  style.textContent = "section { content-visibility: visible !important }";
  document.head.append(style);
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  for (let n = 0; n < 3; n++) await new Promise((done) => requestAnimationFrame(done));
}"""
BOXES = """[...document.querySelectorAll("body *")].filter((box) =>
  ["auto", "scroll"].includes(getComputedStyle(box).overflowX)
  && box.scrollWidth > box.clientWidth + 1 && box.checkVisibility())"""
WITHOUT_CUES = f"""async () => {{
  const boxes = {BOXES};
  const complain = (box, lacks) => `${{lacks}}: ${{box.outerHTML.slice(0, 80)}}`;
  const fades = (box, sides) =>
    box.dataset.crMore === sides && getComputedStyle(box).maskImage.includes("gradient");
  const complaints = [];
  for (const box of boxes) {{
    if (parseFloat(getComputedStyle(box, "::-webkit-scrollbar").height) !== 7)
      complaints.push(complain(box, "no bar"));
    if (!fades(box, "right")) complaints.push(complain(box, "no edge on the right"));
    box.scrollLeft = 1e6;
  }}
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)));
  for (const box of boxes)
    if (!fades(box, "left")) complaints.push(complain(box, "at its end, not only on the left"));
  return complaints;
}}"""
SCROLLING_FIGURES = """() => [...document.querySelectorAll(".cr-figure")]
  .filter((box) => box.scrollWidth > box.clientWidth + 1)
  .map((box) => box.querySelector("[aria-label]").getAttribute("aria-label").slice(0, 60))"""
# Matplotlib writes letters as outlines in groups that are scaled by a hundredth of their size.
SMALLEST_LETTERS = """() => {
  const scale = (node) => Math.hypot(node.getScreenCTM().b, node.getScreenCTM().d);
  const outlines = document.querySelectorAll('.cr-figure svg g[transform*="scale(0."]');
  const texts = document.querySelectorAll(".cr-figure svg text");
  const sizes = [
    ...[...outlines].map((group) => 100 * scale(group)),
    ...[...texts].map((text) => text.getAttribute("font-size") * scale(text)),
  ];
  return sizes.length ? Math.min(...sizes) : null;
}"""
LINES = """() => {
  const lines = [];
  for (const part of document.querySelectorAll(".bd-article section > p")) {
    if (part.textContent.length < 200 || part.querySelector(".katex, code, .cr-unseen")) continue;
    const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    const own = [];
    let top = -Infinity;
    while (walker.nextNode()) {
      const range = document.createRange();
      for (let i = 0; i < walker.currentNode.length; i++) {
        range.setStart(walker.currentNode, i);
        range.setEnd(walker.currentNode, i + 1);
        const box = range.getClientRects()[0];
        if (!box) continue;
        if (box.top > top + 8) { own.push(0); top = box.top; }
        own[own.length - 1]++;
      }
    }
    lines.push(...own.slice(0, -1));  // the last line of a paragraph ends where it ends
  }
  return lines;
}"""


def measured(browser, path, *scripts, size=PHONE, texts=None):
    """What each script returns on a page all of which is open."""
    with visit(browser, path, texts, **size) as page:
        page.wait_for_load_state("load")
        page.evaluate("document.fonts.ready")
        page.evaluate(ALL_OPEN)
        return [page.evaluate(script) for script in scripts]


@pytest.mark.inputs(of=files_of_its_page)
@pytest.mark.parametrize("path", PAGES)
def test_letters_of_figures_are_legible_and_what_scrolls_shows_it(browser, path):
    text(path)  # fails with the command that builds it where it is missing
    smallest, complaints = measured(browser, path, SMALLEST_LETTERS, WITHOUT_CUES)
    assert complaints == []
    assert smallest is None or smallest > LEAST_LETTERS - 0.05


def test_at_most_ten_static_figures_scroll(browser):
    found = {path: measured(browser, path, SCROLLING_FIGURES)[0] for path in PAGES}
    assert sum(map(len, found.values())) <= FIGURES_THAT_SCROLL, found


@pytest.mark.parametrize("chapter", ["batch-normalization", "optimizers", "vanishing-gradients"])
def test_lines_of_prose_have_65_to_75_letters_on_a_laptop(browser, chapter):
    (lines,) = measured(browser, f"book/en/{chapter}.html", LINES, size=LAPTOP)
    assert len(lines) > 10
    assert 65 <= statistics.median(lines) <= 75


# --- The checks are checked -----------------------------------------------------------------------


def bare(body):
    return {"bare": f"<!doctype html><link rel=icon href='data:,'>{body}"}


def test_a_box_without_cues_is_noticed(browser):
    body = "<div style='overflow-x: auto'><p style='width: 500px'>wide</p></div>"
    (complaints,) = measured(browser, "bare", WITHOUT_CUES, texts=bare(body))
    assert [each.split(":")[0] for each in complaints] == [
        "no bar",
        "no edge on the right",
        "at its end, not only on the left",
    ]


def test_a_figure_that_scrolls_and_small_letters_are_noticed(browser):
    svg = "<svg aria-label='words' width=400><g transform='scale(0.08 -0.08)'/></svg>"
    body = f"<figure class=cr-figure style='overflow-x: auto; margin: 0'>{svg}</figure>"
    scripts = SCROLLING_FIGURES, SMALLEST_LETTERS
    figures, smallest = measured(browser, "bare", *scripts, texts=bare(body))
    assert figures == ["words"]
    assert round(smallest, 3) == 8


def test_every_figure_has_its_words_once():
    for path in PAGES:
        for figure in read(path).select(".cr-figure"):
            assert len(figure.select("[role=img][aria-label]")) == 1
            assert len(figure.select("metadata")) == 1
