"""KaTeX's fonts, reduced to the characters of the book's formulas and embedded in the stylesheet.

Complete, they are larger than the rest of a page. And a font that arrives after the first rendering
changes the widths of formulas and shifts the layout. So the reduced fonts are part of the
stylesheet, for which browsers wait.
"""

import base64
import io
import logging
import re
from html.parser import HTMLParser

from fontTools import subset

from .internals import FORMULA, FORMULA_FONT

SPAN = re.compile(r"<span\b|</span>")
FONT = ("font-family", "font-weight", "font-style")
WEIGHTS = {"400": "normal", "700": "bold"}
FACE = re.compile(r"@font-face\s*\{[^}]*\}")


def properties(block):
    """{"font-family": ..., ...} of the declarations in a rule."""
    pairs = (declaration.partition(":") for declaration in block.split(";"))
    found = {name.strip(): value.strip().strip('"') for name, _, value in pairs}
    if "font-weight" in found:
        found["font-weight"] = WEIGHTS.get(found["font-weight"], found["font-weight"])
    return found


def font_rules(css):
    """[(classes, font properties)] of KaTeX's rules, the more specific ones last.

    For a selector such as `.katex .delimsizing.mult .delim-size1 > span` the last classes are
    enough: no other element of a formula has them, and a span inherits what it does not set.
    """
    rules = []
    for selectors, block in re.findall(r"([^{}]+)\{([^{}]*)\}", FACE.sub("", css)):
        font = {name: value for name, value in properties(block).items() if name in FONT}
        for selector in selectors.split(","):
            names = selector.replace(">span", "").split()[-1]
            if font and names.startswith("."):
                rules.append((set(names.strip(".").split(".")), font))
    return sorted(rules, key=lambda rule: len(rule[0]))


class Signs(HTMLParser):
    """Collects the characters of formulas by font: {(family, weight, style): {character, ...}}."""

    def __init__(self, rules):
        super().__init__()
        self.rules, self.signs = rules, {}
        self.fonts = [FORMULA_FONT]  # the last one is that of the innermost open element

    def handle_starttag(self, tag, attributes):
        classes = set((dict(attributes).get("class") or "").split())
        font = self.fonts[-1]
        for names, values in self.rules:
            if names <= classes:
                font = tuple(values.get(name, old) for name, old in zip(FONT, font, strict=True))
        self.fonts.append(font)

    def handle_endtag(self, tag):
        self.fonts.pop()

    def handle_data(self, text):
        self.signs.setdefault(self.fonts[-1], set()).update(text)


def formulas(page):
    """The HTML of each of a page's formulas, as it is drawn."""
    for start in re.finditer(FORMULA, page):
        depth = 0
        for tag in SPAN.finditer(page, start.start()):
            depth += -1 if tag[0] == "</span>" else 1
            if depth == 0:
                yield page[start.start() : tag.end()]
                break


def signs_of(pages, css):
    """The characters of all formulas of all pages, by font."""
    reader = Signs(font_rules(css))
    for formula in sorted({formula for page in pages for formula in formulas(page)}):
        reader.feed(formula)
    return reader.signs


def with_fonts(css, folder, pages):
    """The stylesheet with its fonts embedded, without those that no formula uses."""
    signs = signs_of(pages, css)

    def face(rule):
        values = properties(rule[0].partition("{")[2].strip("}"))
        used = signs.get(tuple(values[name] for name in FONT))
        if not used:
            return ""
        path = folder / re.search(r"[\w-]+\.woff2", values["src"])[0]
        data = base64.b64encode(cut(path, used)).decode()
        address = f'url(data:font/woff2;base64,{data}) format("woff2")'
        return re.sub(r"src:[^;}]*", lambda _: f"src:{address}", rule[0])

    return FACE.sub(face, css)


def cut(path, signs):
    """The bytes of a font with these characters only, without hints for old screens."""
    logging.getLogger("fontTools").setLevel(logging.WARNING)  # no message for every table
    options = subset.Options(flavor="woff2", hinting=False, desubroutinize=True)
    font = subset.load_font(path, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(sorted(signs)))
    subsetter.subset(font)
    file = io.BytesIO()
    subset.save_font(font, file, options)
    return file.getvalue()
