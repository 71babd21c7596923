"""Markdown with guesses, read without a site."""

from docutils.core import publish_doctree
from myst_parser.docutils_ import Parser

from chainrule_site.guess_blocks import WORDS, find_guesses

SETTINGS = {
    "myst_enable_extensions": ["dollarmath", "smartquotes"],
    "report_level": 5,  # docutils knows no {cite}; Sphinx does
    "doctitle_xform": False,
}


def tree_of(markdown):
    return publish_doctree(markdown, parser=Parser(), settings_overrides=SETTINGS)


def guesses_in(markdown, page="page"):
    return find_guesses(tree_of(markdown), WORDS["en"], page)
