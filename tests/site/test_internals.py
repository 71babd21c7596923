"""What the site relies on in other packages is as book/_ext/chainrule_site/internals.py has it.

Each test looks at one thing in a small book that the packages build without our extensions. When
one fails, a new version of the package has changed it: the message says what, and what of ours
rests on it.
"""

import inspect
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest
import sphinxcontrib.katex as katex
from docutils import nodes
from nbformat import v4, write
from sphinx.errors import ExtensionError

from chainrule_dev.node import node_path
from chainrule_dev.repository import ROOT
from chainrule_site import internals

CONF = f"""
import json
import sys
from pathlib import Path

sys.path.insert(0, {str(ROOT / "book" / "_ext")!r})
from chainrule_site import internals

extensions = ["myst_nb", "sphinx_external_toc", "sphinxcontrib.bibtex", "sphinxcontrib.katex"]
html_theme = "sphinx_book_theme"
bibtex_bibfiles = ["references.bib"]
nb_execution_mode = "off"
html_math_renderer = "katex"
katex_prerender = True
myst_enable_extensions = ["dollarmath"]

internals.set_up_katex({node_path()!r}, 60, {{}})


def files(context, key):
    return [str(file.filename) for file in context[key]]


def page_before(app, name, template, context, doctree):
    if name == "page":
        before = [*files(context, "css_files"), *files(context, "script_files")]
        Path(app.outdir, "before.json").write_text(json.dumps(before))


def page(app, name, template, context, doctree):
    if name != "page":
        return
    described = {{
        "body": context["body"],
        "metatags": context["metatags"],
        "sourcename": context["sourcename"],
        "css": files(context, "css_files"),
        "scripts": files(context, "script_files"),
    }}
    Path(app.outdir, "context.json").write_text(json.dumps(described))


def tree(app, doctree):
    if app.env.docname == "page":
        found = [
            {{key: str(node[key]) for key in node.attributes}}
            for node in doctree.findall(lambda node: node.tagname == "container")
        ]
        Path(app.outdir, "containers.json").write_text(json.dumps(found))


def contents(app):
    found = internals.parts_of_contents(app)
    Path(app.outdir, "contents.json").write_text(json.dumps(found))


def redirect(app, exception):
    Path(app.outdir, "early.json").write_text(json.dumps(Path(app.outdir, "index.html").exists()))


def late(app, exception):
    Path(app.outdir, "late.json").write_text(json.dumps(Path(app.outdir, "index.html").exists()))


def setup(app):
    app.connect("html-page-context", page_before, priority=1)
    app.connect("html-page-context", page, priority={internals.LAST})
    app.connect("doctree-read", tree)
    app.connect("build-finished", redirect, priority=1)
    app.connect("build-finished", late, priority={internals.AFTER_REDIRECT})
    app.connect("env-updated", lambda app, env: contents(app))
"""
TOC = "format: jb-book\nroot: page\nparts:\n- caption: A part\n  chapters: [{file: other}]\n"
BIB = "@book{one, author = {A. Author}, title = {A title}, year = 2026, publisher = {P}}\n"


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A small book, built by the packages with nothing of ours but the start of KaTeX's server,
    which would fail on a busy machine: the folder of its site."""
    folder = tmp_path_factory.mktemp("book")
    printed = v4.new_output("stream", name="stdout", text="printed\n")
    solution = v4.new_code_cell("print('printed')", outputs=[printed], execution_count=1)
    solution.metadata["tags"] = ["hide-cell", "solution"]
    shown = v4.new_code_cell("1")
    text = "# A title\n\n{cite:t}`one` `code` $\\frac{1}{2}$\n\n```{bibliography}\n```\n"
    write(
        v4.new_notebook(cells=[v4.new_markdown_cell(text), shown, solution]), folder / "page.ipynb"
    )
    (folder / "other.md").write_text("# Another\n")
    (folder / "_toc.yml").write_text(TOC)
    (folder / "references.bib").write_text(BIB)
    (folder / "conf.py").write_text(CONF)
    build = [sys.executable, "-m", "sphinx", "-q", folder, folder / "site"]
    done = subprocess.run(build, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder / "site"


def recorded(book, name):
    return json.loads((book / f"{name}.json").read_text())


# --- sphinxcontrib-katex ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["NODEJS_BINARY", "STARTUP_TIMEOUT", "RENDER_TIMEOUT", "KATEX_DEFAULT_OPTIONS"]
)
def test_katex_has_the_settings(name):
    assert hasattr(katex, name), f"sphinxcontrib.katex has no {name}: see set_up_katex"
    source = inspect.getsource(katex)
    uses = len(re.findall(rf"\b{name}\b", source))
    assert uses > 1, f"sphinxcontrib.katex does not read its {name} any more: see set_up_katex"


@pytest.mark.parametrize(
    ("owner", "name", "parameters"),
    [
        (katex.KaTeXServer, "start_server_process", ["rundir", "timeout"]),
        (katex.KaTeXServer, "build_command", ["socket", "port"]),
        (katex.KaTeXServer, "timeout_error", ["timeout"]),
        (katex, "render_latex", ["latex", "options"]),
    ],
)
def test_katex_has_the_functions(owner, name, parameters):
    function = getattr(owner, name, None)
    assert function, f"sphinxcontrib.katex has no {name}: see start_patiently and on_bad_formula"
    found = list(inspect.signature(function).parameters)
    assert found == parameters, f"{name} of sphinxcontrib.katex takes {found}: see internals"


def test_katex_starts_its_server_by_the_function_that_is_replaced():
    source = inspect.getsource(katex.KaTeXServer)
    assert "cls.start_server_process(" in source, "sphinxcontrib.katex starts it otherwise"
    assert "render_latex(" in inspect.getsource(katex.html_visit_math), (
        "sphinxcontrib.katex renders a formula by another function: see on_bad_formula"
    )


def test_a_formula_is_rendered_by_the_server_that_is_started_patiently(monkeypatch):
    monkeypatch.setattr(katex, "NODEJS_BINARY", node_path())
    folder = Path(tempfile.mkdtemp())  # pytest's own are too long for a socket
    server = katex.KaTeXServer(folder, *internals.start_patiently(folder, 60))
    monkeypatch.setattr(katex.KaTeXServer, "katex_server", server)
    try:
        assert 'class="katex"' in katex.render_latex("x")
    finally:
        with server.process:  # closes its pipes as well
            server.terminate()


def test_a_formula_that_katex_cannot_read_is_reported(monkeypatch):
    def render(latex, options=None):
        raise katex.KaTeXError("no")

    reported = []
    monkeypatch.setattr(katex, "render_latex", render)
    internals.on_bad_formula(lambda error, latex: reported.append((str(error), latex)))
    assert katex.render_latex(r"\nope") == "" and reported == [("no", r"\nope")]


# --- KaTeX --------------------------------------------------------------------------------------


def test_katex_marks_what_it_draws(book):
    body = recorded(book, "context")["body"]
    assert internals.WITH_FORMULAS in body, "KaTeX marks a formula otherwise: see WITH_FORMULAS"
    assert internals.FORMULA in body, "KaTeX opens what it draws otherwise: see FORMULA"
    drawn = body[body.index(internals.FORMULA) :].partition("</p>")[0]
    tags = set(re.findall(r"<(\w+)", drawn))
    assert tags == {"span"}, f"KaTeX draws with {tags}: fonts.py counts spans"


# --- myst-nb ------------------------------------------------------------------------------------


def containers(book):
    """The containers of a page, as nodes."""
    for attributes in recorded(book, "containers"):
        classes = re.findall(r"[\w-]+", attributes.pop("classes"))
        yield nodes.container("", classes=classes, **attributes)


@pytest.mark.parametrize("name", ["is_solution", "is_code_cell", "is_output"])
def test_myst_nb_marks_the_parts_of_a_notebook(book, name):
    number = {"is_solution": 1, "is_code_cell": 2, "is_output": 1}[name]
    found = [node for node in containers(book) if getattr(internals, name)(node)]
    assert len(found) == number, f"myst-nb marks its nodes otherwise: see internals.{name}"


def test_myst_nb_has_the_prompts_of_a_fold(book):
    solution, shown = (
        next(node for node in containers(book) if internals.is_code_cell(node) and ours(node))
        for ours in (internals.is_solution, lambda node: not internals.is_solution(node))
    )
    assert {"prompt_show", "prompt_hide"} <= solution.attributes.keys(), (
        "myst-nb keeps what a fold says elsewhere: see set_prompts"
    )
    internals.set_prompts(solution, "Show it", "Hide it")
    internals.set_prompts(shown, "Show it", "Hide it")
    assert (solution["prompt_show"], solution["prompt_hide"]) == ("Show it", "Hide it")
    assert "prompt_show" not in shown


def visitors(change, *arguments):
    """The node and the two functions that a function of internals hands to Sphinx."""
    added = []
    app = SimpleNamespace(add_node=lambda node, override, html: added.append((node, html)))
    change(app, *arguments)
    ((node, html),) = added
    return node, *html


def test_myst_nb_opens_a_fold_with_the_summary_that_is_replaced(book):
    body = recorded(book, "context")["body"]
    assert internals.FOLD_SUMMARY in body, "myst-nb opens a fold otherwise: see set_fold_summary"
    node, visit, depart = visitors(internals.set_fold_summary, "<summary>\n")
    translator = SimpleNamespace(body=["before", internals.FOLD_SUMMARY])
    visit(translator, node(classes=["x"], prompt_show="Show", prompt_hide="Hide"))
    depart(translator, node())
    assert translator.body[:2] == ["before", internals.FOLD_SUMMARY]
    assert translator.body.count("<summary>\n") == 1 and "</details>" in translator.body[-1]


# --- Sphinx and docutils ------------------------------------------------------------------------


def test_an_entry_of_the_bibliography_has_the_role_that_is_replaced(book):
    body = recorded(book, "context")["body"]
    assert f'role="{internals.CITATION_ROLE}"' in body, (
        "docutils gives a citation another role, or none: see set_citation_role"
    )


def test_the_role_of_a_citation_is_replaced():
    class Translator:
        def __init__(self):
            self.body = []

        def visit_citation(self, node):
            self.body.append(f'<div role="{internals.CITATION_ROLE}">')

        def depart_citation(self, node):
            self.body.append("</div>")

    _, visit, depart = visitors(internals.set_citation_role, "listitem")
    translator = Translator()
    visit(translator, None)
    depart(translator, None)
    assert translator.body == ['<div role="listitem">', "</div>"]


def test_a_title_ends_with_the_tag_that_is_looked_for(book):
    body = recorded(book, "context")["body"]
    assert body.count(internals.TITLE_END) == 1, "Sphinx writes titles otherwise: see after_title"
    title, line = internals.after_title(body, "LINE").split("\nLINE")
    assert title.endswith("</h1>") and "A title" in title and "LINE" not in line


def test_code_has_the_class_that_is_looked_for(book):
    body = recorded(book, "context")["body"]
    for part in (r"<code", r"<div class=\"[^\"]*highlight-"):
        found = re.findall(rf"{part}[^>]*>", body)
        assert found and all(internals.NOT_TRANSLATED in tag for tag in found), (
            "Sphinx marks code otherwise: see untranslated.py"
        )


def test_a_page_without_a_title_stops_the_build():
    with pytest.raises(ExtensionError, match=r"no </h1> in a page"):
        internals.after_title("<p>text</p>", "LINE")


def test_a_page_is_told_its_files(book):
    """page_footer links sourcename, page_metadata adds to metatags, pages replaces the files."""
    context = recorded(book, "context")
    assert context["sourcename"] == "page.ipynb", "Sphinx names a page's source otherwise"
    assert (book / "_sources" / "page.ipynb").is_file(), "Sphinx copies sources elsewhere"
    assert isinstance(context["metatags"], str), "Sphinx keeps metatags otherwise"
    assert "_static/scripts/sphinx-book-theme.js" in context["scripts"], (
        "the theme adds its scripts elsewhere: see pages.py"
    )


def test_files_are_added_to_a_page_before_ours_looks(book):
    context = recorded(book, "context")
    files = [*context["css"], *context["scripts"]]
    assert len(files) > len(recorded(book, "before")), (
        f"nothing is added between the first at the event and priority {internals.LAST}: see LAST"
    )


def test_the_parts_of_the_contents_are_known(book):
    assert recorded(book, "contents") == [["A part", ["other"]]], (
        "Sphinx keeps the parts of the contents otherwise: see parts_of_contents"
    )


def test_the_redirect_is_written_before_ours(book):
    assert (recorded(book, "early"), recorded(book, "late")) == (False, True), (
        "sphinx_external_toc writes index.html at another time: see AFTER_REDIRECT"
    )


# --- The theme ----------------------------------------------------------------------------------


@pytest.mark.parametrize("pattern", internals.STYLESHEETS)
def test_the_theme_and_the_extensions_write_their_stylesheets(book, pattern):
    found = [path.name for path in (book / "_static").glob(pattern)]
    assert len(found) == 1, f"not one {pattern} in _static, but {found}: see STYLESHEETS"


def test_every_stylesheet_that_a_page_links_is_known(book):
    """Or what a new one says would be missed on our pages."""
    linked = {Path(path).name.partition("?")[0] for path in recorded(book, "context")["css"]}
    known = {"katex.min.css"}  # stylesheet.py has it from npm
    known |= {path.name for p in internals.STYLESHEETS for path in (book / "_static").glob(p)}
    assert linked - known == set(), "the theme or an extension has a new one: see STYLESHEETS"


@pytest.mark.parametrize("name", internals.UNUSED)
def test_the_theme_has_what_is_thrown_away(book, name):
    assert (book / "_static" / name).exists(), f"the theme has no {name} any more: see UNUSED"
