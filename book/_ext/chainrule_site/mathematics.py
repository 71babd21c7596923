"""Formulas, which sphinxcontrib-katex renders while building.

This passes it the Node.js that requirements.txt installs, and reports a formula that KaTeX cannot
parse as a warning (an error under -W) instead of printing it in red. Punctuation after a formula is
moved into it. KaTeX's stylesheet and fonts, of the same version, come from npm (`stylesheet`,
`fonts`).
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
    """Raise if the stylesheet is missing or of another version than the renderer."""
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
    """Move punctuation after a formula into it, so that no line starts with it."""
    for parent in doctree.findall(nodes.TextElement):
        # By position: Text nodes are strings, so equal ones are not distinguishable.
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
