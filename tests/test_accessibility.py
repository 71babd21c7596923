"""Every page of the built site for everyone: axe finds nothing, and a keyboard is enough.

axe reads a page in a real Chromium as a screen reader would and knows what WCAG 2.1 asks for at
levels A and AA. It finds about half of what can be wrong; the tests after it look for some of the
rest.
"""

import pytest

from browser import visit
from repository import ROOT
from test_site import PAGES, read

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
INSTALL = "python tools/install_node_packages.py"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
THEMES = ("light", "dark")

# KaTeX writes a formula twice: in MathML, which is read aloud, and in hundreds of spans that are
# hidden from a screen reader. Of those only the colour matters, and one text has it as well as
# they; without this a chapter takes axe four times as long.
FLATTEN = """() => {
  for (const drawn of document.querySelectorAll(".katex-html")) drawn.textContent = "x";
}"""

RUN_AXE = """async levels => {
  const options = { runOnly: levels, resultTypes: ["violations"], elementRef: false };
  const { violations } = await axe.run(document, options);
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, any, all, none }) =>
    [id, help, target.join(" "), [...any, ...all, ...none].map(c => c.message)].join(": ")));
}"""


def findings(page):
    """What axe finds on an open page, one line each."""
    if not AXE.is_file():
        pytest.fail(f"axe is not installed: run `{INSTALL}`")
    page.evaluate(FLATTEN)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return page.evaluate(RUN_AXE, LEVELS)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(browser, path, theme):
    read(path)
    with visit(browser, path, color_scheme=theme, width=1280) as page:
        assert page.evaluate("document.documentElement.dataset.theme") == theme
        assert findings(page) == []
