"""What a browser's translator must leave alone: formulas, code, and pictures, which carry symbols.

Translated, "a" and "In" become words of another language. Sphinx gives code the class
"notranslate", which only some translators know; the attribute is the standard.
"""

import re

from .internals import NOT_TRANSLATED, WITH_FORMULAS

CLASSES = ('class="cr-still"', 'class="cr-figure"', WITH_FORMULAS)
START = re.compile(rf'<\w+ (?:{"|".join(CLASSES)}|class="[^"]*\b{NOT_TRANSLATED}\b[^"]*")')


def leave_untranslated(app, pagename, templatename, context, doctree):
    if "body" in context:
        context["body"] = START.sub(r'\g<0> translate="no"', context["body"])


def setup(app):
    app.connect("html-page-context", leave_untranslated)
