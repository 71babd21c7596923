"""What the Sphinx extensions do, each on the smallest input that shows it: no built site is needed.

That the whole of it works together is tested on the built pages, by the other files here.
"""

import json
import re
import warnings
from types import SimpleNamespace
from urllib.parse import unquote

import matplotlib
import pytest
import sphinxcontrib.katex as katex
from bs4 import BeautifulSoup
from docutils import nodes
from docutils.core import publish_doctree
from matplotlib.figure import Figure
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.errors import ConfigError, ExtensionError

import accessible
import glossary_links
import korean_index
import page_footer
import page_metadata
import particles
from chainrule_site import fonts, internals, mathematics, pages, scripts, search, static, stylesheet
from chainrule_site.folded import name_folds
from chainrule_site.verdicts import mark_verdicts
from social_card import draw_card


class App(SimpleNamespace):
    """As much of Sphinx's application as a function asks for; `said` is what was called."""

    def __init__(self, **parts):
        super().__init__(said=[], **parts)

    def add_node(self, node, **options):
        self.said.append((node, options))


ENGLISH = SimpleNamespace(language="en")


def paragraph(*children):
    return nodes.paragraph("", "", *[nodes.Text(c) if isinstance(c, str) else c for c in children])


def document(*children):
    found = publish_doctree("")
    found += children
    return found


# --- accessible, folded -------------------------------------------------------------------------


def written(made, node):
    """The HTML that an overridden node is written as."""
    ((kind, options),) = made.said
    assert isinstance(node, kind) and options["override"]
    visit, depart = options["html"]
    translator = SimpleNamespace(body=["<p>before</p>\n"])
    visit(translator, node)
    depart(translator, node)
    return "".join(translator.body)


def test_a_fold_is_named_by_what_stands_in_it():
    app = App()
    accessible.name_folds(app)
    node = HideCodeCellNode(prompt_show="Show a solution", prompt_hide="Hide the solution")
    html = BeautifulSoup(written(app, node), "html.parser")
    assert html.select_one("details > summary").attrs == {}
    assert html.summary.get_text(" ", strip=True) == "Show a solution Hide the solution"
    assert html.p.get_text() == "before"


def test_a_solution_says_so_and_another_folded_cell_does_not():
    prompts = {"prompt_show": "Show the cell", "prompt_hide": "Hide the cell"}
    solution = nodes.container(classes=["tag_solution"], **prompts)
    other = nodes.container(classes=["tag_hide-cell"], **prompts)
    plain = nodes.container(classes=["tag_solution"])  # folded by no one
    name_folds(App(config=ENGLISH), document(solution, other, plain))
    assert (solution["prompt_show"], solution["prompt_hide"]) == (
        "Show a solution",
        "Hide the solution",
    )
    assert (other["prompt_show"], other["prompt_hide"]) == ("Show the cell", "Hide the cell")
    assert "prompt_show" not in plain


def test_what_a_korean_fold_hides_is_named_by_what_it_is():
    prompts = {"prompt_show": "{type} 보기", "prompt_hide": "{type} 숨기기"}
    folds = {mode: nodes.container(hide_mode=mode, **prompts) for mode in ("input", "output")}
    name_folds(App(config=SimpleNamespace(language="ko")), document(*folds.values()))
    assert folds["input"]["prompt_show"] == "코드 보기"
    assert folds["output"]["prompt_hide"] == "출력 숨기기"


def test_a_table_loses_a_head_that_names_nothing():
    def table(*names):
        row = nodes.row("", *[nodes.entry("", paragraph(name)) for name in names])
        return nodes.tgroup("", nodes.thead("", row), nodes.tbody("", row.deepcopy()))

    empty, named = table("", ""), table("sign", "")
    accessible.drop_empty_heads(App(), document(empty, named))
    assert [len(list(each.findall(nodes.thead))) for each in (empty, named)] == [0, 1]
    assert len(list(empty.findall(nodes.tbody))) == 1


def test_a_verdict_is_marked_and_other_output_is_not():
    texts = ["✗ Not yet. Nothing is filled in so far.", "3 ✗ Not yet", "0.25"]
    blocks = [nodes.literal_block(text, text) for text in texts]
    cells = [nodes.container("", block, classes=["cell_output"]) for block in blocks]
    mark_verdicts(App(), document(*cells))
    assert [block["classes"] for block in blocks] == [["cr-verdict"], [], []]


# --- particles, korean_index --------------------------------------------------------------------


def glued(*children):
    """How a Korean paragraph is written: what stays together in braces."""
    text = paragraph(*children)
    particles.keep_particles(App(config=SimpleNamespace(language="ko")), document(text))
    parts = (f"{{{c.astext()}}}" if isinstance(c, nodes.inline) else c.astext() for c in text)
    return "".join(parts), [c["classes"] for c in text if isinstance(c, nodes.inline)]


X, CODE = nodes.math("", "x"), nodes.literal("", "f()")


@pytest.mark.parametrize(
    ("children", "expected", "how"),
    [
        (["값 ", X, "는 큽니다."], "값 {x는} 큽니다.", ["cr-glued"]),
        (["함수 ", CODE, "에 ", X, "를"], "함수 {f()에} {x를}", ["cr-glued", "cr-glued"]),
        (["곧 “", X, "인가?”라는"], "곧 {“x인가?}{”라는}", ["cr-glued", "cr-kept"]),
        (["(", CODE, " 등)은"], "{(f()} 등{)은}", ["cr-glued", "cr-kept"]),
        (["맵(map, 특징 맵)입니다."], "맵(map, 특징 맵{)입니다.}", ["cr-kept"]),
        (["10%를 원-핫으로"], "10{%를} {원-핫으로}", ["cr-kept", "cr-kept"]),
        (["그런가요? 네(예) 그렇습니다."], "그런가요? 네(예) 그렇습니다.", []),
        ([X, " 는"], "x 는", []),
    ],
)
def test_what_belongs_together_stays_on_a_line(children, expected, how):
    said, classes = glued(*(c if isinstance(c, str) else c.deepcopy() for c in children))
    assert (said, classes) == (expected, [[name] for name in how])


def test_english_is_left_as_it_is():
    text = paragraph("(map)s of ", X.deepcopy(), "s")
    particles.keep_particles(App(config=ENGLISH), document(text))
    assert not list(text.findall(nodes.inline))


def test_the_korean_index_begins_with_its_own_letters():
    # As Sphinx makes it: by the first sign of the word taken apart.
    index = [("A", ["Adam"]), ("\u1100", ["가중치"]), ("\u1101", ["꺾인 점"]), ("\u1112", ["형상"])]
    assert korean_index.regrouped(index) == [
        ("ㄱ", ["가중치", "꺾인 점"]),
        ("ㅎ", ["형상"]),
        ("A", ["Adam"]),
    ]


# --- glossary_links -----------------------------------------------------------------------------

HOMES = {"logits": {"softmax"}, "hidden layer": set(), "batch": set(), "log (natural)": set()}
HOMES |= {"손실 함수": set(), "역전파": set(), "층": set(), "입력 수": set()}


def mentioned(page, *children, language="en"):
    """The terms that are linked on a page of the book."""
    noted = []
    env = SimpleNamespace(
        docname=page,
        chainrule_terms=HOMES,
        chainrule_glossary="glossary.md",
        note_dependency=noted.append,
    )
    tree = document(*children)
    config = SimpleNamespace(language=language)
    glossary_links.link_first_mentions(App(env=env, config=config), tree)
    links = list(tree.findall(addnodes.pending_xref))
    assert not links or noted == ["glossary.md"], "a changed glossary changes the page"
    return [(link["reftarget"], link.astext()) for link in links]


def test_what_is_linked_keeps_the_letters_it_was_written_with():
    said = paragraph("Logits of a Hidden layer")
    assert mentioned("book/en/relu", said) == [
        ("logits", "Logits"),
        ("hidden layer", "Hidden layer"),
    ]


def test_an_everyday_word_and_a_term_in_brackets_are_not_linked():
    assert mentioned("book/en/relu", paragraph("A batch. The log (natural) of it.")) == []


def test_a_korean_term_is_linked_without_its_particle():
    """Its English, which stands in brackets beside it, is not; nor is a part of a longer word."""
    said = paragraph("층의 손실 함수는 역전파에서 입력 수와 hidden layer를 씁니다. 역전파란")
    assert mentioned("book/ko/relu", said, language="ko") == [
        ("손실 함수", "손실 함수"),
        ("역전파", "역전파"),
    ]
    assert said.astext().startswith("층의 손실 함수는 역전파에서")
    assert mentioned("book/ko/relu", paragraph("역전파법"), language="ko") == []


@pytest.mark.parametrize("page", ["book/en/softmax", "book/en/glossary", "elsewhere/relu"])
def test_a_page_that_explains_a_term_does_not_link_it(page):
    assert mentioned(page, paragraph("logits")) == []


@pytest.mark.parametrize("around", [nodes.caption, nodes.entry])
def test_nothing_is_linked_in_tables_and_captions(around):
    assert mentioned("book/en/relu", around("", paragraph("logits"))) == []


# --- page_footer --------------------------------------------------------------------------------


def cell(code, *tags):
    """A code cell as myst-nb hands it over."""
    block = nodes.literal_block(code, code)
    return nodes.container("", block, nb_element="cell_code", classes=[f"tag_{t}" for t in tags])


def test_a_mark_is_for_the_exercise_checked_last_before_the_solution():
    cells = [
        cell('check("affine.first", a)'),
        paragraph("Between."),
        cell('check("affine.warm_up", b)\ncheck("affine.second", c)'),
        cell('check("affine.second", answer)', "solution"),
        cell('check("affine.later", d)'),
    ]
    tree = document(*cells)
    page_footer.add_marks(None, tree)
    (mark,) = tree.findall(page_footer.ExerciseMark)
    assert mark["exercise"] == "affine.second"
    assert tree.children.index(mark) == tree.children.index(cells[3]) - 1
    drill = cell('for letter in "abc":\n    check(f"shapes.drill_{letter}", x)')
    solution = cell("", "solution")
    document(drill, solution)
    assert page_footer.exercise_before(solution) == "shapes.drill"


def test_a_solution_without_an_exercise_stops_the_build(caplog, monkeypatch):
    warned = []
    monkeypatch.setattr(page_footer.logger, "warning", lambda text, **_: warned.append(text))
    page_footer.add_marks(None, document(cell("x = 1"), cell("x = 2", "solution")))
    assert warned == ["no cell with a check before this solution"]


def test_the_day_of_the_last_execution_is_written_out():
    words = page_footer.WORDS["en"]
    record = {"on": "2026-03-09", "digest": "", "chainrule": "0.1.0", "numpy": "2.4.0"}
    said = page_footer.verified(words, record)
    assert "executed on 9 March 2026 with chainrule 0.1.0 and NumPy 2.4.0." in said
    assert "on 31 December 2026" in page_footer.verified(words, record | {"on": "2026-12-31"})
    assert page_footer.verified(words, None) == ""


def footer_app(name):
    """A book of one page called `A & B`, in a file of that name."""
    options = {
        "repository_url": "https://github.com/a/b",
        "repository_branch": "main",
        "launch_buttons": {"colab_url": "https://colab.example.org"},
    }
    config = SimpleNamespace(
        html_theme_options=options, language="en", html_baseurl="https://a.github.io/b/"
    )
    env = SimpleNamespace(
        doc2path=lambda page: f"/book/{name}",
        titles={"page": nodes.title("", "A & B")},
        found_docs={"page"},
    )
    builder = SimpleNamespace(get_target_uri=lambda page: f"{page}.html")
    return App(config=config, env=env, builder=builder, srcdir="/book")


def test_addresses_are_those_of_the_file_on_its_branch():
    found = page_footer.addresses(footer_app("page.md"), "page")
    assert found["edit"] == "https://github.com/a/b/edit/main/page.md"
    assert "colab" not in found
    report = found["report"]
    assert report.startswith("https://github.com/a/b/issues/new?title=Mistake%20in%20A%20%26%20B&")
    assert "https%3A%2F%2Fa.github.io%2Fb%2Fpage.html%0A" in report and "+" not in report

    found = page_footer.addresses(footer_app("page.ipynb"), "page")
    assert found["edit"] == "https://github.dev/a/b/blob/main/page.ipynb"
    assert found["colab"] == "https://colab.example.org/github/a/b/blob/main/page.ipynb"


def test_what_stands_under_a_title_stands_there_once_and_is_escaped():
    context = {
        "body": "<h1>A</h1><h1>B</h1>",
        "pathto": lambda name, resource: f"../{name}",
        "sourcename": "a&b.ipynb",
    }
    page_footer.add_to_page(footer_app("a&b.ipynb"), "page", "page.html", context, None)
    assert context["body"].count("Open in Colab") == 1
    assert context["body"].startswith('<h1>A</h1>\n<p class="cr-open')
    assert 'href="https://colab.example.org/github/a/b/blob/main/a&amp;b.ipynb"' in context["body"]
    assert 'href="../_sources/a&amp;b.ipynb" download>' in context["body"]
    assert context["page_footer"]["chapter"] == "page"
    others = {}
    page_footer.add_to_page(footer_app("page.ipynb"), "genindex", "genindex.html", others, None)
    assert others == {}


def test_the_script_of_the_marks_gets_its_words():
    app = App(config=SimpleNamespace(language="en"))
    added = {}
    app.add_js_file = lambda name, **options: added.update({name: options})
    page_footer.add_scripts(app)
    assert json.loads(added["progress.js"]["data-words"]) == page_footer.SCRIPT_WORDS["en"]
    assert {options["loading_method"] for options in added.values()} == {"defer"}


# --- page_metadata, social_card -----------------------------------------------------------------


def test_what_a_page_says_of_itself_is_escaped():
    assert page_metadata.meta("name", "a", 'x < "y" & z') == (
        '<meta name="a" content="x &lt; &quot;y&quot; &amp; z">'
    )
    assert page_metadata.plain("<em>a</em> &lt; b") == "a < b"


def metadata_app(*found):
    config = SimpleNamespace(
        root_doc="book/en/index",
        html_baseurl="https://a.github.io/b/",
        html_title="Chain Rule: a book",
        language="en",
    )
    builder = SimpleNamespace(get_target_uri=lambda page: f"{page} & more.html", format="html")
    return App(config=config, builder=builder, env=SimpleNamespace(found_docs=set(found)))


@pytest.mark.parametrize("names", ["index: A.", "index: A.\naffine: B.\nrelu: C."])
def test_every_page_is_described_and_no_other(tmp_path, monkeypatch, names):
    monkeypatch.setattr(page_metadata, "ROOT", tmp_path)
    path = tmp_path / "book" / "en" / "descriptions.yml"
    path.parent.mkdir(parents=True)
    path.write_text("index: A.\naffine: B.", encoding="utf-8")
    app = metadata_app("book/en/index", "book/en/affine")
    assert page_metadata.descriptions(app) == {"book/en/index": "A.", "book/en/affine": "B."}
    path.write_text(names, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"must describe every page.*book/en/(affine|relu)"):
        page_metadata.descriptions(app)


def test_what_is_no_page_of_the_book_is_not_for_search_engines():
    context = {"title": "Index"}
    page_metadata.describe(metadata_app("book/en/index"), "genindex", "", context, None)
    assert context["metatags"] == '\n<meta name="robots" content="noindex">'


def test_the_contents_are_by_part():
    tree = addnodes.toctree(caption="Layers", includefiles=["book/en/affine"])
    app = metadata_app()
    app.env.tocs = {"book/en/index": nodes.bullet_list("", tree)}
    app.env.titles = {
        name: nodes.title("", name[-6:]) for name in ("book/en/index", "book/en/affine")
    }
    assert page_metadata.contents(app) == [
        ("", [("/index", "book/en/index & more.html")]),
        ("Layers", [("affine", "book/en/affine & more.html")]),
    ]


def test_the_icon_of_a_page_that_stands_alone_is_the_logo_without_its_remarks():
    kind, _, text = page_metadata.picture_as_address().partition(",")
    assert kind == "data:image/svg+xml"
    assert unquote(text).startswith("<svg") and "<!--" not in unquote(text)


def test_the_sitemap_is_xml_whatever_a_page_is_called():
    xml = page_metadata.sitemap(metadata_app("book/en/index"))
    assert "<loc>https://a.github.io/b/book/en/index &amp; more.html</loc>" in xml


def test_the_first_page_is_a_site_and_another_an_article():
    app = metadata_app()
    described = {"book/en/index": "A.", "book/en/affine": "B."}
    for page, kind in (("book/en/index", "website"), ("book/en/affine", "article")):
        html = page_metadata.tags_for(app, page, "Title", described)
        assert f'<meta property="og:type" content="{kind}">' in html
        assert f'content="https://a.github.io/b/{page} &amp; more.html">' in html


@pytest.mark.parametrize("write", [page_metadata.write_pages, static.write_static,
                                   search.write_sections])  # fmt: skip
def test_a_failed_build_and_a_builder_of_no_pages_write_nothing(write, tmp_path):
    for exception, kind in ((ValueError("failed"), "html"), (None, "linkcheck")):
        app = App(builder=SimpleNamespace(format=kind), outdir=tmp_path)
        write(app, exception)
    assert list(tmp_path.iterdir()) == []


def test_a_build_over_an_older_one_draws_the_card_and_writes_the_pages_again(tmp_path, monkeypatch):
    monkeypatch.setattr(page_metadata, "contents", lambda app: [])
    monkeypatch.setattr(page_metadata, "descriptions", lambda app: {"book/en/index": "A."})
    monkeypatch.setattr(
        page_metadata, "draw_card", lambda path, title, language: path.write_text(title)
    )
    app = metadata_app("book/en/index")
    app.outdir = tmp_path
    app.builder.templates = SimpleNamespace(
        render=lambda name, context: f"{name} {context['book']}"
    )
    names = ("index.html", "404.html", "sitemap.xml", page_metadata.CARD)
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("old", encoding="utf-8")
    page_metadata.write_pages(app, None)
    texts = [(tmp_path / name).read_text(encoding="utf-8") for name in names]
    assert "old" not in texts
    assert texts[1] == "404.html Chain Rule: a book" and texts[3] == "Chain Rule: a book"


def test_the_card_is_the_same_every_time_and_leaves_matplotlib_as_it_was(tmp_path):
    before = dict(matplotlib.rcParams)
    for name in ("one.png", "two.png"):
        draw_card(tmp_path / name, "Chain Rule: neural networks")
    assert dict(matplotlib.rcParams) == before
    one = (tmp_path / "one.png").read_bytes()
    assert one == (tmp_path / "two.png").read_bytes()
    assert b"Matplotlib" not in one, "its version changes"


def test_the_card_has_the_title_large_and_the_rest_below(monkeypatch):
    drawn = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, path, **options: drawn.append(figure))
    draw_card("no.png", "Chain Rule: neural networks, layer by layer")
    name, rest, *_ = drawn[0].axes[0].texts
    assert (name.get_text(), rest.get_text()) == ("Chain Rule", "neural networks, layer by layer")
    assert name.get_size() > rest.get_size()


# --- pages --------------------------------------------------------------------------------------


def linked(body):
    scripts = ["_static/progress.js?v=1", "_static/scripts/bootstrap.js", "https://x.org/a.js"]
    context = {
        "body": body,
        "css_files": ["_static/theirs.css"],
        "script_files": [SimpleNamespace(filename=name) for name in scripts],
    }
    pages.link_what_is_used(None, "page", "page.html", context, None)
    return context


def test_a_page_links_our_scripts_alone_and_formulas_where_there_are_any():
    context = linked('<span class="katex">')
    assert [script.filename for script in context["script_files"]] == ["_static/progress.js?v=1"]
    assert context["css_files"] == []
    assert context["has_mathematics"] and not linked("<p>")["has_mathematics"]


# --- mathematics --------------------------------------------------------------------------------


def formula(latex):
    return nodes.math(latex, latex)


def test_a_formula_keeps_the_marks_that_follow_it():
    said = paragraph(
        "Of ", formula("x"), "), and ", formula("y"), "z", formula("u"), formula("v"), "!"
    )
    mathematics.keep_punctuation(None, document(said))
    latex = [node.astext() for node in said.findall(nodes.math)]
    assert latex == [r"x\text{),}", "y", "u", r"v\text{!}"]
    assert [node.astext() for node in said.children if not isinstance(node, nodes.math)] == [
        "Of ", " and ", "z", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("found", "message"), [(None, "are not installed"), ('{"version": "0.0.1"}', "0.0.1")]
)
def test_a_stylesheet_that_is_missing_or_of_another_version_stops_the_build(
    tmp_path, monkeypatch, found, message
):
    mathematics.check_katex(None)
    monkeypatch.setattr(mathematics, "KATEX", tmp_path)
    if found:
        (tmp_path / "package.json").write_text(found, encoding="utf-8")
    with pytest.raises(ConfigError, match=re.escape(message)):
        mathematics.check_katex(None)


def test_a_formula_that_cannot_be_read_is_a_warning_with_its_page(tmp_path, monkeypatch):
    """An error under -W. Also one that KaTeX would only call bad style."""
    for name in ("render_latex", "NODEJS_BINARY", "KATEX_DEFAULT_OPTIONS"):
        monkeypatch.setattr(katex, name, getattr(katex, name))
    rst = ":math:`x^2` good\n\n.. math:: \\frac\n\n.. math:: é\n"
    (tmp_path / "page.rst").write_text(f"Page\n====\n\n{rst}", encoding="utf-8")
    log = (tmp_path / "log").open("w+", encoding="utf-8")
    settings = {
        "root_doc": "page",
        "extensions": ["chainrule_site.mathematics"],
        "html_math_renderer": "katex",
        "katex_prerender": True,
    }
    with warnings.catch_warnings(), log:
        warnings.simplefilter("ignore")
        app = Sphinx(tmp_path, None, tmp_path / "out", tmp_path / "trees", "html", settings,
                     status=None, warning=log)  # fmt: skip
        app.build()
        log.seek(0)
        warned = log.read()
    assert (
        re.findall(r"page\.rst: WARNING: formula not rendered", warned)
        == ["page.rst: WARNING: formula not rendered"] * 2
    )
    assert "katex-html" in (tmp_path / "out" / "page.html").read_text(encoding="utf-8")


# --- fonts --------------------------------------------------------------------------------------

KATEX_CSS = """\
@font-face{font-family:"KaTeX_Main";font-style:normal;font-weight:400;src:url(a.woff2)}
@font-face{font-family:KaTeX_Main;font-style:normal;font-weight:700;src:url(b.woff2)}
@font-face{font-family:KaTeX_Math;font-style:italic;font-weight:400;src:url(c.woff2)}
@font-face{font-family:KaTeX_Fraktur;font-style:normal;font-weight:400;src:url(d.woff2)}
.katex .big.bold>span{font-weight:400}
.katex .bold{font-weight:700}
.katex .math,.katex .italic{font-family:KaTeX_Math;font-style:italic}
.katex .wide{width:9em}
"""
FORMULA = (
    '<span class="katex-html">a<span class="bold">b<span>c</span></span>'
    '<span class="bold big">d</span><span class="wide math">e</span></span>'
)


def test_every_sign_is_found_with_the_font_it_is_drawn_in():
    other = '<p>no</p><span class="katex-html"><span class="bold">f</span></span><p>no</p>'
    signs = fonts.signs_of([f"<p>no {FORMULA} no</p>{FORMULA}", other], KATEX_CSS)
    assert {" ".join(font): "".join(sorted(found)) for font, found in signs.items()} == {
        "KaTeX_Main normal normal": "ad",
        "KaTeX_Main bold normal": "bcf",
        "KaTeX_Math normal italic": "e",
    }


def test_the_fonts_stand_in_the_stylesheet_and_those_without_a_sign_are_left_out(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(
        fonts, "cut", lambda path, signs: f"{path.name} {''.join(sorted(signs))}".encode()
    )
    css = fonts.with_fonts(KATEX_CSS, tmp_path, [FORMULA])
    assert css.count("@font-face") == 3 and "Fraktur" not in css and "url(a" not in css
    data = re.findall(r"src:url\(data:font/woff2;base64,([\w+/=]+)\) format\(\"woff2\"\)", css)
    assert [fonts.base64.b64decode(each).decode() for each in data] == [
        "a.woff2 ad", "b.woff2 bc", "c.woff2 e",
    ]  # fmt: skip
    assert ".katex .wide{width:9em}" in css


# --- stylesheet, static -------------------------------------------------------------------------


@pytest.fixture
def theirs(tmp_path):
    """A folder _static with a rule that is used and one that is not in each of their files."""
    for pattern in internals.STYLESHEETS:
        path = tmp_path / "_static" / pattern.replace("*", "abc123")
        path.parent.mkdir(parents=True, exist_ok=True)
        name = path.name.partition(".")[0]
        text = (
            f'@charset "UTF-8";/* one */ .{name} {{color: red}} /* two */ .nowhere {{color: red}}'
        )
        path.write_text(text, encoding="utf-8")
    return tmp_path / "_static"


def test_the_stylesheet_has_the_rules_that_are_used_and_ours_last(theirs, monkeypatch):
    monkeypatch.setattr(stylesheet, "with_fonts", lambda css, folder, pages: css)
    page = '<p class="basic pygments katex-math katex"><span class="mathbb"></span></p>'
    script = 'node.className = "pydata-sphinx-theme"'
    own = ".mystnb, .ours { color: blue }\n\n  /* a\n  remark */ .sphinx-book-theme, .gone {}"
    site, formulas = stylesheet.make_stylesheets(theirs, [page], [script], [own])
    for pattern in internals.STYLESHEETS:
        name = pattern.rpartition("/")[2].partition(".")[0]
        assert site.count(f".{name} {{") == 1, name
    assert ".nowhere" not in site and "/*" not in site and "@charset" not in site
    assert site.index(".ours") > site.index(".katex-math") and ".gone" in site
    assert ".mathbb" in formulas and ".mathfrak" not in formulas


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("@media (min-width:992px){a{}}", "@container page (min-width:62rem){a{}}"),
        ("@media (max-width: 959.98px) {", "@container page (max-width:59.9988rem) {"),
        ("@media (max-width: 40rem) {", "@container page (max-width:40rem) {"),
        ("@media print {", "@media print {"),
        ("@media (min-width:992px),print{", "@media (min-width:992px),print{"),
        ("@media (hover: none) {", "@media (hover: none) {"),
    ],
)
def test_limits_of_width_are_measured_in_letters(rule, expected):
    assert stylesheet.measured_in_letters(rule) == expected


def test_a_stylesheet_of_theirs_that_is_missing_is_an_error(theirs):
    (theirs / "basic.css").unlink()
    with pytest.raises(FileNotFoundError, match=r"basic\.css: not one file.* STYLESHEETS"):
        stylesheet.their_styles(theirs)


def test_purging_that_fails_is_an_error(monkeypatch, tmp_path):
    monkeypatch.setattr(stylesheet, "PURGE", tmp_path / "missing.cjs")
    with pytest.raises(Exception, match="non-zero exit status"):
        stylesheet.purge(["p {}"], {"p"})


def test_what_is_not_used_of_theirs_is_not_published(tmp_path, monkeypatch):
    asked = {}

    def make(folder, pages, scripts, own):
        asked.update(pages=pages, scripts=scripts, own=own)
        return "site", "formulas"

    monkeypatch.setattr(static, "make_stylesheets", make)
    out = tmp_path / "_static"
    for name in (
        "scripts/a.js",
        "vendor/b.js",
        "locales/c.json",
        "webpack-macros.html",
        "kept.css",
    ):
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text("theirs", encoding="utf-8")
    (tmp_path / "page.html").write_text("a page", encoding="utf-8")
    files = [("chainrule.css", {}), ("shell.css", {})]
    config = SimpleNamespace(html_css_files=files)
    app = App(builder=SimpleNamespace(format="html"), outdir=tmp_path, config=config)
    static.write_static(app, None)
    left = {path.name for path in out.iterdir()}
    assert not left & {"scripts", "vendor", "locales", "webpack-macros.html"}
    assert left >= {"kept.css", "progress.js", "chainrule.css", "shell.js", "search.js"}
    assert (out / "site.css").read_text(encoding="utf-8") == "site"
    assert (out / "mathematics.css").read_text(encoding="utf-8") == "formulas"
    assert "a page" in asked["pages"] and len(asked["own"]) == 2
    for script in (pages.OWN / "progress.js", scripts.MODULES / "shell" / "menus.js"):
        assert script.read_text(encoding="utf-8") in asked["scripts"]


@pytest.mark.parametrize("name", scripts.SCRIPTS)
def test_a_module_and_all_it_imports_become_one_plain_script(tmp_path, name):
    scripts.bundle(name, tmp_path, scripts.SCRIPTS[name])
    text = (tmp_path / f"{name}.js").read_text(encoding="utf-8")
    assert "use strict" in text and not re.search(r"\b(import|export)\b", text)
    defined = re.findall(r"^var (\w+)", text.replace('"use strict";', ""), re.MULTILINE)
    assert defined == [each for each in [scripts.SCRIPTS[name]] if each], "no other global name"
    assert scripts.bundle(name, tmp_path / "again", scripts.SCRIPTS[name]) is None
    assert (tmp_path / "again" / f"{name}.js").read_text(encoding="utf-8") == text


def test_a_module_that_cannot_be_read_stops_the_build(tmp_path, monkeypatch):
    (tmp_path / "shell.js").write_text('import "./missing.js";', encoding="utf-8")
    monkeypatch.setattr(scripts, "MODULES", tmp_path)
    with pytest.raises(RuntimeError, match=r"shell\.js cannot be bundled:(.|\n)*missing\.js"):
        scripts.bundle("shell", tmp_path / "out")


# --- search -------------------------------------------------------------------------------------


PAGE = """\
Batch normalization
===================

The *mean* of :math:`\\mu` and\\ **more**.

Second paragraph.

Forward :math:`\\hat{x}`
------------------------

::

    layer.forward(gamma, "not_a_name")
"""


def page_tree():
    tree = publish_doctree(PAGE, settings_overrides={"doctitle_xform": False})
    (second,) = list(tree.findall(nodes.section))[1:]
    second += nodes.container("", nodes.literal_block("", "printed"), classes=["cell_output"])
    return tree


def test_a_page_is_indexed_section_by_section():
    first, second = search.sections_of(page_tree(), "page.html", False, ["mean", "batch"])
    assert first == {
        "page": "page.html",
        "anchor": "",
        "title": "Batch normalization",
        "heading": "",
        "text": "The mean of μ andmore. Second paragraph.",
        "names": "mu",
        "terms": "mean; batch",
        "rules": [],
        "aside": False,
    }
    assert second["anchor"] == "forward-hat-x" and second["title"] == "Batch normalization"
    assert second["heading"] == "Forward x̂" and second["terms"] == "" and second["text"] == ""
    assert second["names"] == "forward gamma layer", "no text in quotes, no output"


def test_a_formula_that_the_search_cannot_show_stops_the_build():
    """Whatever the warnings are: the pages, the formulas and the commands are named."""
    known, unknown = page_tree(), page_tree()
    unknown[0] += paragraph(nodes.math("", r"x \unheard y"))
    trees = {"book/en/affine": unknown, "book/en/glossary": known, "book/en/relu": unknown}
    env = SimpleNamespace(
        found_docs=set(trees), get_doctree=trees.get, doc2path=lambda name, base: f"{name}.ipynb"
    )
    builder = SimpleNamespace(get_target_uri=str, format="html")
    app = App(env=env, builder=builder, config=ENGLISH, outdir="nowhere")
    with pytest.raises(ExtensionError) as error:
        search.write_sections(app, None)
    for page in ("affine", "relu"):
        said = r"the search does not know \unheard in the formula x \unheard y"
        assert f"book/en/{page}.ipynb: {said}\n" in str(error.value)
    assert "glossary" not in str(error.value) and "plain_formulas.py" in str(error.value)


def test_a_formula_in_a_frame_is_a_rule_and_stands_apart():
    tree = page_tree()
    for latex in (r"\boxed{y = x}", "z = x"):
        tree[0] += nodes.math_block("", latex)
    first = search.sections_of(tree, "page.html", False, [])[0]
    assert first["rules"] == ["y = x"]
    assert first["text"].endswith("paragraph. y = x z = x")


def test_a_term_leads_to_the_first_chapter_that_the_glossary_names():
    def item(term, *chapters):
        links = [addnodes.pending_xref(refdomain="doc", reftarget=c) for c in chapters]
        links.insert(0, addnodes.pending_xref(refdomain="std", reftarget="another term"))
        return nodes.definition_list_item("", nodes.term("", term), paragraph(*links))

    glossary = nodes.definition_list("", item("logits", "softmax", "relu"), item("alone"))
    assert search.chapters_of_terms(document(glossary)) == {"softmax": ["logits"]}


def test_the_index_holds_every_page_and_says_which_only_mention_things(tmp_path):
    names = ["book/en/affine", "book/en/glossary"]
    item = nodes.definition_list_item(
        "", nodes.term("", "bias"), addnodes.pending_xref(refdomain="doc", reftarget=names[0])
    )
    trees = {name: page_tree() for name in names}
    trees[names[1]] += nodes.definition_list("", item)
    env = SimpleNamespace(found_docs=set(names), get_doctree=trees.get)
    builder = SimpleNamespace(get_target_uri=lambda name: f"{name}.html", format="html")
    search.write_sections(App(env=env, builder=builder, config=ENGLISH, outdir=tmp_path), None)
    text = (tmp_path / "search-sections.js").read_text(encoding="utf-8")
    entries = json.loads(text.removeprefix("globalThis.chainruleSections = ").rstrip(";\n"))
    assert [(entry["page"], entry["aside"]) for entry in entries] == [
        ("book/en/affine.html", False)
    ] * 2 + [("book/en/glossary.html", True)] * 2
    assert [entry["terms"] for entry in entries] == ["bias", "", "", ""]
    assert "μ" in text, "letters, not \\u03bc: half the bytes"
