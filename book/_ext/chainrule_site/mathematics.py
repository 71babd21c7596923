"""Mathematics, rendered while building: sphinxcontrib-katex renders every formula.

This hands it the Node.js that requirements.txt installs, and makes a formula KaTeX cannot read a
warning (so an error, under -W) instead of red letters. A formula keeps the comma that follows it.
KaTeX's stylesheet and fonts, of the same version, come from npm: see `stylesheet` and `fonts`.
"""

import json
import re

from docutils import nodes
from sphinx.errors import ConfigError
from sphinx.util import logging
from sphinxcontrib.katex import katex_version

from chainrule_dev.node import node_path

from . import internals
from .packages import INSTALL, NODE_MODULES

KATEX = NODE_MODULES / "katex"

logger = logging.getLogger(__name__)


def check_katex(app):
    """Stop before anything is rendered if the stylesheet is missing or of another version."""
    if not (KATEX / "package.json").is_file():
        raise ConfigError(f"KaTeX's stylesheet and fonts are not installed: run `{INSTALL}`")
    found = json.loads((KATEX / "package.json").read_text(encoding="utf-8"))["version"]
    if found != katex_version:
        raise ConfigError(
            f"sphinxcontrib-katex renders with KaTeX {katex_version} but node_modules has "
            f"the stylesheet of {found}: put {katex_version} into package.json, run "
            f"`npm install --package-lock-only --omit-lockfile-registry-resolved`, then `{INSTALL}`"
        )


def warn_about_bad_formulas(app):
    """Name the formula that KaTeX cannot read; Sphinx alone would stop with a traceback."""

    def warn(error, latex):
        page = app.builder.current_docname
        logger.warning("formula not rendered: %s\n%s", error, latex, location=page)

    internals.on_bad_formula(warn)


def keep_punctuation(app, doctree):
    """A comma after a formula goes into it, or it may begin the next line alone."""
    for parent in doctree.findall(nodes.TextElement):
        # By position: Text nodes are strings, and equal ones cannot be told apart.
        for place, formula in enumerate(parent.children[:-1]):
            following = parent[place + 1]
            if not isinstance(formula, nodes.math) or not isinstance(following, nodes.Text):
                continue
            mark = re.match(r"[,.;:!?)]+", following)
            if mark:
                formula[0] = nodes.Text(rf"{formula.astext()}\text{{{mark[0]}}}")
                parent[place + 1] = nodes.Text(following[mark.end() :])


def setup(app):
    app.setup_extension("sphinxcontrib.katex")
    # A busy machine is slow, not broken.
    options = {"throwOnError": True, "strict": "error"}
    internals.set_up_katex(node_path(), seconds=60.0, options=options)
    warn_about_bad_formulas(app)
    app.connect("builder-inited", check_katex)
    app.connect("doctree-read", keep_punctuation)
