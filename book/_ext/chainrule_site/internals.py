"""What the site relies on in other packages that they do not promise to keep.

All of it is here, by package, and tests/site/test_internals.py has a test for each part, which says
what to look at when a new version of the package has changed it.
"""

import os
import socket
import time
from subprocess import PIPE, Popen

import sphinx.locale
import sphinxcontrib.katex as katex
from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode, depart_HideCellInput, visit_HideCellInput
from sphinx.errors import ExtensionError

# --- sphinxcontrib-katex: it has no options for Node.js, patience, or formulas in error -----------


def set_up_katex(node, seconds, options):
    """Have formulas rendered by this Node.js, which may take so long to start and to answer."""
    katex.NODEJS_BINARY = node
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = seconds
    katex.KATEX_DEFAULT_OPTIONS = options
    if os.name == "posix":
        katex.KaTeXServer.start_server_process = staticmethod(start_patiently)


def start_patiently(rundir, timeout):
    """Start KaTeX's server, and try its socket until it answers.

    The socket's file is there a moment before the server listens; the extension's own start takes
    the file for the answer, and on a busy machine it is refused.
    """
    path = rundir / "katex.sock"
    command = katex.KaTeXServer.build_command(socket=path)
    process = Popen(command, stdin=PIPE, stdout=PIPE, cwd=rundir)
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


def on_bad_formula(report):
    """Call report(error, latex) for a formula that KaTeX cannot read, and go on without it."""
    render = katex.render_latex

    def render_or_report(latex, options=None):
        try:
            return render(latex, options)
        except katex.KaTeXError as error:
            report(error, latex)
            return ""

    katex.render_latex = render_or_report


# --- KaTeX: the HTML it makes ---------------------------------------------------------------------

FORMULA = '<span class="katex-html"'  # opens what is drawn of a formula; all in it are spans
WITH_FORMULAS = 'class="katex"'  # somewhere on every page with a formula
FORMULA_FONT = ("KaTeX_Main", "normal", "normal")  # family, weight and style of .katex

# --- myst-nb: the parts of a notebook in a document, and the folds that hide some of them ---------

FOLD_SUMMARY = '<summary aria-label="Toggle hidden content">\n'


def is_solution(node):
    return isinstance(node, nodes.container) and "tag_solution" in node["classes"]


def is_code_cell(node):
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def is_output(node):
    """What a cell printed or drew."""
    return isinstance(node, nodes.container) and "cell_output" in node["classes"]


def set_prompts(cell, show, hide):
    """What a folded cell says; nothing is done to one that is not folded."""
    if "prompt_show" in cell:
        cell["prompt_show"], cell["prompt_hide"] = show, hide


def set_fold_summary(app, summary):
    """Open the summary of every fold with another tag than FOLD_SUMMARY."""

    def visit(translator, node):
        visit_HideCellInput(translator, node)
        place = translator.body.index(FOLD_SUMMARY, -4)
        translator.body[place] = summary

    app.add_node(HideCodeCellNode, override=True, html=(visit, depart_HideCellInput))


# --- Sphinx's HTML --------------------------------------------------------------------------------

CITATION_ROLE = "doc-biblioentry"
TITLE_END = "</h1>"
NOT_TRANSLATED = "notranslate"  # a class of every block of code and of code within a line


def set_citation_role(app, role):
    """Give the entries of a bibliography another role than CITATION_ROLE."""

    def visit(translator, node):
        type(translator).visit_citation(translator, node)
        translator.body[-1] = translator.body[-1].replace(CITATION_ROLE, role)

    def depart(translator, node):
        type(translator).depart_citation(translator, node)

    app.add_node(nodes.citation, override=True, html=(visit, depart))


def after_title(body, line):
    """The HTML of a page with a line put under its title."""
    if TITLE_END not in body:
        raise ExtensionError(f"no {TITLE_END} in a page: see internals.after_title")
    return body.replace(TITLE_END, f"{TITLE_END}\n{line}", 1)


def parts_of_contents(app):
    """[(caption, pages), ...]: the parts of the book as _toc.yml has them."""
    trees = app.env.tocs[app.config.root_doc].findall(lambda node: node.tagname == "toctree")
    return [(tree.get("caption") or "", tree["includefiles"]) for tree in trees]


# --- Sphinx's and the theme's words: the tables behind `_` and `translate` ------------------------


def translate_more(words):
    """Have Sphinx and its themes say these words in the language of the book."""
    for catalogue in ("sphinx", "booktheme"):
        sphinx.locale.translators["general", catalogue]._catalog.update(words)


# --- The theme: what it writes into _static -------------------------------------------------------

# The stylesheets, in the order in which the theme and the extensions would link them.
STYLESHEETS = (
    "basic.css",
    "styles/pydata-sphinx-theme.css",
    "pygments.css",
    "styles/sphinx-book-theme.css",
    "mystnb.*.css",
    "katex-math.css",
)
# Drawn, or done, by ourselves (see `pages`), so not published.
UNUSED = ("scripts", "vendor", "locales", "webpack-macros.html", "sbt-webpack-macros.html")

# --- When, at one event, ours come after all others -----------------------------------------------

LAST = 1000  # the theme adds its files to a page, and writes its colours of code, before
AFTER_REDIRECT = 900  # sphinx_external_toc writes an index.html before
