"""The files that a page links: one or two stylesheets, and our own small scripts.

The theme and its extensions would link twenty files, most of them for icons and features that no
page of this book uses. `stylesheet` combines their stylesheets into one, with another for formulas;
book/_scripts replaces their scripts, book/_templates/static/webpack-macros.html their list.
"""

from .internals import LAST, WITH_FORMULAS
from .packages import ROOT

OWN = ROOT / "book" / "_static"
STYLESHEET = "site.css"
MATHEMATICS = "mathematics.css"


def is_ours(filename):
    """Whether a script is in book/_static, and not the theme's or an extension's."""
    name = str(filename).partition("?")[0].removeprefix("_static/")
    return (OWN / name).is_file()


def link_what_is_used(app, pagename, templatename, context, doctree):
    # site.css contains our own stylesheets; our own scripts stay separate.
    context["css_files"] = []
    context["script_files"] = [
        script for script in context["script_files"] if is_ours(script.filename)
    ]
    context["has_mathematics"] = WITH_FORMULAS in context.get("body", "")


def setup(app):
    app.connect("html-page-context", link_what_is_used, priority=LAST)
