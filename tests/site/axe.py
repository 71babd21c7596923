"""axe in an open page: what it finds of WCAG 2.1, levels A and AA, in the light and in the dark."""

import pytest

from chainrule_dev.repository import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
INSTALL = "python tools/install_node_packages.py"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
# What can differ between the light page and the dark one, which have the same elements.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]

PAGE_COLOUR = "getComputedStyle(document.body).backgroundColor"
DARK = "rgb(18, 18, 18)"

# KaTeX writes a formula twice: in MathML, which is read aloud, and in hundreds of spans that are
# hidden from a screen reader. Of those only the colour matters, which one word has as well (a
# single letter has not: axe passes it over).
FLATTEN = """() => {
  for (const drawn of document.querySelectorAll(".katex-html")) drawn.textContent = "word";
}"""

# A page has thousands of words in a few dozen looks. Contrast depends on the look alone: the
# element, its classes and its colours, and those of everything around it. One of each is enough.
ONE_OF_EACH_LOOK = """() => {
  const looks = new Map();
  const look = (element) => {
    if (element === null) return "";
    if (!looks.has(element)) {
      const s = getComputedStyle(element);
      const own = [element.localName, element.getAttribute("class"), s.color, s.fill, s.opacity,
        s.backgroundColor, s.backgroundImage, s.fontSize, s.fontWeight, s.display, s.position];
      looks.set(element, `${look(element.parentElement)} > ${own.join()}`);
    }
    return looks.get(element);
  };
  const first = new Map();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (element.closest(".katex-mathml")) continue;  // is read aloud, and not drawn
    if (!texts.currentNode.data.trim() || first.has(look(element))) continue;
    first.set(look(element), element);
  }
  return [...first.values()];
}"""

RUN = """async ([values, colours, looks, coloursOnly]) => {
  const run = async (where, runOnly, rules) => {
    const options = { runOnly, rules, resultTypes: ["violations"], elementRef: false };
    return (await axe.run(where, options)).violations;
  };
  const off = Object.fromEntries(colours.map((rule) => [rule, { enabled: false }]));
  const include = eval(looks)();
  const found = [
    ...(coloursOnly ? [] : await run(document, { type: "tag", values }, off)),
    ...(include.length ? await run({ include }, { type: "rule", values: colours }, {}) : []),
  ];
  return found.flatMap(({ id, help, nodes }) => nodes.map(({ target, any, all, none }) =>
    [id, help, target.join(" "), [...any, ...all, ...none].map(c => c.message)].join(": ")));
}"""


def load_axe(page):
    if not AXE.is_file():
        pytest.fail(f"axe is not installed: run `{INSTALL}`")
    page.evaluate(FLATTEN)
    page.evaluate(AXE.read_text(encoding="utf-8"))


def findings(page, *, colours_only=False):
    """What axe finds on an open page, one line each: all of WCAG, or of colours only."""
    return page.evaluate(RUN, [LEVELS, COLOUR_RULES, ONE_OF_EACH_LOOK, colours_only])


def lay_out_all(page):
    """Parts far from the window too, as when the reader comes to them: their boxes become stops."""
    page.add_style_tag(content="section { content-visibility: visible !important }")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))")


def findings_in_light_and_dark(page):
    """On a page that is light: all that axe finds, and what it finds of colours in the dark."""
    page.emulate_media(reduced_motion="reduce")  # or the colours would still be on their way
    load_axe(page)
    lay_out_all(page)
    light = findings(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.wait_for_function(f"{PAGE_COLOUR} === '{DARK}'")
    return light + [f"in the dark: {line}" for line in findings(page, colours_only=True)]
