"""Formulas, which sphinxcontrib-katex renders while building.

This passes it the Node.js that requirements.txt installs, and reports a formula that KaTeX cannot
parse as a warning (an error under -W) instead of printing it in red. Punctuation after a formula is
moved into it. KaTeX's stylesheet and fonts, of the same version, come from npm (`stylesheet`,
`fonts`).
"""

import json
import os
import re
import socket
import time
from subprocess import PIPE, Popen

import sphinxcontrib.katex as katex
from docutils import nodes
from sphinx.errors import ConfigError
from sphinx.util import logging

from chainrule_dev.node import node_path

from .packages import INSTALL, NODE_MODULES

KATEX = NODE_MODULES / "katex"

logger = logging.getLogger(__name__)


def check_katex(app):
    """Raise if the stylesheet is missing or of another version than the renderer."""
    if not (KATEX / "package.json").is_file():
        raise ConfigError(f"KaTeX's stylesheet and fonts are not installed: run `{INSTALL}`")
    found = json.loads((KATEX / "package.json").read_text(encoding="utf-8"))["version"]
    if found != katex.katex_version:
        raise ConfigError(
            f"sphinxcontrib-katex renders with KaTeX {katex.katex_version} but node_modules has "
            f"the stylesheet of {found}: put {katex.katex_version} into package.json, run "
            f"`npm install --package-lock-only --omit-lockfile-registry-resolved`, then `{INSTALL}`"
        )


def start_patiently(folder, timeout):
    """Start KaTeX's server, and connect to its socket until that succeeds.

    The socket's file exists shortly before the server listens. The extension's own start connects
    as soon as the file is there, which fails on a busy machine.
    """
    path = folder / "katex.sock"
    command = katex.KaTeXServer.build_command(socket=path)
    process = Popen(command, stdin=PIPE, stdout=PIPE, cwd=folder)
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(str(path))
            return process, connection
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            time.sleep(0.005)
    process.kill()
    raise katex.KaTeXServer.timeout_error(timeout)


def warn_about_bad_formulas(app):
    """Report a formula that KaTeX cannot parse as a warning, not by a traceback."""
    render = katex.render_latex

    def render_or_warn(latex, options=None):
        try:
            return render(latex, options)
        except katex.KaTeXError as error:
            page = app.builder.current_docname
            logger.warning("formula not rendered: %s\n%s", error, latex, location=page)
            return ""

    katex.render_latex = render_or_warn


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
    katex.NODEJS_BINARY = node_path()
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60.0  # a busy machine is slow, not broken
    katex.KATEX_DEFAULT_OPTIONS = {"throwOnError": True, "strict": "error"}
    if os.name == "posix":
        katex.KaTeXServer.start_server_process = staticmethod(start_patiently)
    warn_about_bad_formulas(app)
    app.connect("builder-inited", check_katex)
    app.connect("doctree-read", keep_punctuation)
