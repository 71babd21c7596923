"""What a page links to: one stylesheet, or two, and small scripts of our own.

The theme and its extensions would link twenty files, most of which draw icons and do what no page
of this book needs. `stylesheet` makes one of their stylesheets, and one for formulas;
book/_static/shell does what their scripts did. book/_templates/static/webpack-macros.html takes the
place of the theme's own list.
"""

from .internals import LAST, WITH_FORMULAS
from .packages import ROOT

OWN = ROOT / "book" / "_static"
STYLESHEET = "site.css"
MATHEMATICS = "mathematics.css"


def is_ours(filename):
    """Whether a script lies in book/_static, and is not the theme's or an extension's."""
    name = str(filename).partition("?")[0].removeprefix("_static/")
    return (OWN / name).is_file()


def link_what_is_used(app, pagename, templatename, context, doctree):
    # Our own stylesheets are within site.css; our own scripts stay what they are.
    context["css_files"] = []
    context["script_files"] = [
        script for script in context["script_files"] if is_ours(script.filename)
    ]
    context["has_mathematics"] = WITH_FORMULAS in context.get("body", "")


def setup(app):
    app.connect("html-page-context", link_what_is_used, priority=LAST)
