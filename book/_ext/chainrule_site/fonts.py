"""KaTeX's fonts, cut to the signs that the book's formulas draw with each, in their stylesheet.

Whole, they are more than all the rest of a page. And a font that comes after the text has been
drawn moves it: a formula's width changes, and with it the lines of its paragraph. So what is left
of the fonts stands in the stylesheet itself, which every browser waits for.
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
    said = {name.strip(): value.strip().strip('"') for name, _, value in pairs}
    if "font-weight" in said:
        said["font-weight"] = WEIGHTS.get(said["font-weight"], said["font-weight"])
    return said


def font_rules(css):
    """What KaTeX's classes say of fonts: (classes, properties), the stronger rules last.

    Of a selector such as `.katex .delimsizing.mult .delim-size1 > span` the last classes count:
    nothing else in a formula carries them, and a span inherits what it does not set.
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
    """The signs of the formulas it is fed, by font: {(family, weight, style): {sign, ...}}."""

    def __init__(self, rules):
        super().__init__()
        self.rules, self.signs = rules, {}
        self.fonts = [FORMULA_FONT]  # the last one is that of the innermost open element

    def handle_starttag(self, tag, attributes):
        classes = set((dict(attributes).get("class") or "").split())
        font = self.fonts[-1]
        for names, said in self.rules:
            if names <= classes:
                font = tuple(said.get(name, old) for name, old in zip(FONT, font, strict=True))
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
    """The signs of all formulas of all pages, by font."""
    reader = Signs(font_rules(css))
    for formula in sorted({formula for page in pages for formula in formulas(page)}):
        reader.feed(formula)
    return reader.signs


def with_fonts(css, folder, pages):
    """The stylesheet with its fonts in it; those that no formula is drawn with are left out."""
    signs = signs_of(pages, css)

    def face(rule):
        said = properties(rule[0].partition("{")[2].strip("}"))
        used = signs.get(tuple(said[name] for name in FONT))
        if not used:
            return ""
        path = folder / re.search(r"[\w-]+\.woff2", said["src"])[0]
        data = base64.b64encode(cut(path, used)).decode()
        address = f'url(data:font/woff2;base64,{data}) format("woff2")'
        return re.sub(r"src:[^;}]*", lambda _: f"src:{address}", rule[0])

    return FACE.sub(face, css)


def cut(path, signs):
    """The bytes of a font with these signs only. Hints are for screens of another time."""
    logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells of every table
    options = subset.Options(flavor="woff2", hinting=False, desubroutinize=True)
    font = subset.load_font(path, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(sorted(signs)))
    subsetter.subset(font)
    file = io.BytesIO()
    subset.save_font(font, file, options)
    return file.getvalue()
