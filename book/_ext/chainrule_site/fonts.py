"""KaTeX's fonts with only the glyphs that the book's formulas use, in woff2.

A page with mathematics fetches four to ten of them. Whole, they are more than all the rest of the
page's shell together; every browser of today reads woff2.
"""

import re

from fontTools import subset


def characters(pages):
    """Every character of every page: a formula's are among them."""
    return set().union(*pages)


def write_fonts(source, target, pages, stylesheet):
    """Write the fonts that the text of the stylesheet names, from one folder into another."""
    target.mkdir(parents=True, exist_ok=True)
    text = "".join(sorted(characters(pages)))
    for name in sorted(set(re.findall(r"url\(fonts/([\w-]+\.woff2)\)", stylesheet))):
        write_subset(source / name, target / name, text)


def write_subset(path, target, text):
    # Hints are for screens of another time.
    options = subset.Options(flavor="woff2", hinting=False, desubroutinize=True)
    font = subset.load_font(path, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(font)
    subset.save_font(font, target, options)
