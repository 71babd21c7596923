"""Chapters run from their file alone with Colab's packages, and print and draw what is stored.

Three of them, or with --every-chapter all (`make colab`). tools/colab.py says what stands for
Colab here. Where no Python 3.13 is installed the nearest one runs Colab's packages, and the test's
name says so.
"""

import os
import re

import nbformat
import pytest
import yaml
from alike import TOLERANCE, differences
from nbformat.v4 import new_code_cell, new_notebook, new_output

import colab
from chainrule import explore
from chainrule_dev.remember import LIBRARY
from chainrule_dev.repository import ROOT, chapter_notebooks, setup_cell

# Between them: an explorable, drawn graphs and filled shapes, stored PyTorch numbers, exercises.
THREE = ["affine", "from-chainrule-to-pytorch", "im2col"]
TOOLS = [ROOT / "tools" / name for name in ("colab.py", "colab.toml", "execute_notebooks.py")]
ALL = [path.stem for path in chapter_notebooks()]


def pytest_generate_tests(metafunc):
    if "chapter" in metafunc.fixturenames:
        chapters = ALL if metafunc.config.getoption("--every-chapter") else THREE
        try:
            _, python = colab.find_python()
        except colab.NoPythonError:
            python = "not found"
        metafunc.parametrize("chapter", chapters, ids=[f"{c}-Python {python}" for c in chapters])


def files_of_its_run(item):
    """The chapter, and what its first cell installs."""
    chapter = ROOT / "book" / "en" / f"{item.callspec.params['chapter']}.ipynb"
    return [chapter, LIBRARY, ROOT / "README.md", *TOOLS]


@pytest.fixture(scope="module")
def python():
    need_python()


def need_python():
    """Skip what runs Colab's packages where no Python for them is installed; fail it in CI."""
    try:
        colab.find_python()
    except colab.NoPythonError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))


def compared(path):
    """{cell id: complaints} of a notebook executed as Colab would; the first code cell aside."""
    stored, found = nbformat.read(path, as_version=4), colab.run_alone(path)
    cells = [
        (one, other)
        for one, other in zip(stored.cells, found.cells, strict=True)
        if one.cell_type == "code" and one.source != setup_cell()
    ]
    assert cells
    complaints = {one.id: differences(one.outputs, other.outputs) for one, other in cells}
    return {cell: said for cell, said in complaints.items() if said}


@pytest.mark.inputs(of=files_of_its_run)
def test_a_chapter_does_in_colab_what_is_stored(python, chapter):
    assert compared(ROOT / "book" / "en" / f"{chapter}.ipynb") == {}


def test_what_is_compared_was_made_by_colabs_packages_and_a_changed_output_is_seen(
    python, tmp_path
):
    pins = colab.versions()["colab"]
    ask = f"import importlib.metadata as m\nprint(*[m.version(name) for name in {list(pins)}])"
    asked = new_output("stream", name="stdout", text=" ".join(pins.values()) + "\n")
    cells = [
        new_code_cell(setup_cell()),
        new_code_cell(ask, outputs=[asked]),
        new_code_cell("import os\nos.listdir('.')", outputs=[result("[]", 3)]),
        new_code_cell("1 + 1", outputs=[result("3", 4)]),
        new_code_cell("None", outputs=[result("3", 5)]),
    ]
    for position, cell in enumerate(cells):
        cell.id = f"cell-{position}"
    nbformat.write(new_notebook(cells=cells), tmp_path / "page.ipynb")
    assert compared(tmp_path / "page.ipynb") == {
        "cell-3": ["{'text/plain': '2'} is not {'text/plain': '3'}"],
        "cell-4": ["0 outputs, stored are 1"],
    }


def result(text, count):
    return new_output("execute_result", data={"text/plain": text}, execution_count=count)


# --- Where no Python is old enough --------------------------------------------------------------


NONE = rf"its packages need Python {colab.versions()['python']}, 3\.12 or 3\.11, and none"


@pytest.fixture
def only_new_pythons(monkeypatch):
    """A machine whose every Python is 3.14, and where Colab's environment was never made."""
    monkeypatch.setattr(colab, "says_its_version", lambda command: "3.14")
    monkeypatch.delenv("CI", raising=False)


def test_without_an_older_python_it_says_so_and_skips(only_new_pythons, capsys):
    with pytest.raises(pytest.skip.Exception, match=NONE):
        need_python()
    assert colab.main() == 0
    assert re.search(NONE, capsys.readouterr().out)


def test_without_an_older_python_it_fails_in_ci(only_new_pythons, monkeypatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises((pytest.fail.Exception, pytest.skip.Exception), match=NONE) as raised:
        need_python()
    assert raised.type is pytest.fail.Exception
    assert re.search(NONE, colab.main())


# --- Explorables under both ipywidgets ----------------------------------------------------------


@pytest.fixture(scope="module")
def in_colab(python):
    return colab.explorables()


@pytest.mark.parametrize("name", explore.__all__)
def test_an_explorable_is_the_same_under_ipywidgets_7_and_8(in_colab, name):
    made, there = getattr(explore, name)(), in_colab[name]
    here, _ = made._repr_mimebundle_()
    assert there["kinds"] == sorted(here) and "application/vnd.jupyter.widget-view+json" in here
    shown = new_output("display_data", data={"text/html": here["text/html"]})
    assert differences([shown], [{**shown, "data": {"text/html": there["html"]}}]) == []
    assert there["state"] == yaml.safe_load(yaml.safe_dump(made.state()))


# --- The comparison is checked ------------------------------------------------------------------

PICTURE = """\
<figure><svg aria-label="A line"><g clip-path="url(#f00-clip)" style="stroke: currentColor"><path \
d="M 10 20 L 30 40 L 50 60 " style="fill: none"/></g><g transform="translate(5 6) scale(0.1 -0.1)">\
<defs><path id="f00-31" d="M 1 2 Q 3 4 5 6"/></defs><use href="#f00-31"/>\
<use href="#f00-31" transform="translate(63 0)"/></g><clipPath id="f00-clip">\
<rect x="0" y="0" width="90" height="80"/></clipPath></svg></figure>"""


def complaints(before, after):
    assert re.search(re.escape(before), PICTURE)
    pair = [
        [new_output("display_data", data={"text/html": html})]
        for html in (PICTURE, PICTURE.replace(before, after))
    ]
    return differences(*pair)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f00-", "f99-"),
        ("M 10 20 L 30 40", f"M 10 20 L 30 {40 + TOLERANCE - 0.1}"),
        ("L 30 40 L", "L 20 30 L 35 45 L"),
        ("Q 3 4", "Q 30 40"),
        ("(63 0)", "(93 0)"),
    ],
    ids=["names", "a little", "other points of one line", "shape of a letter", "place of a letter"],
)
def test_a_picture_by_another_matplotlib_is_the_same(before, after):
    assert complaints(before, after) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("M 10 20 L 30 40", f"M 10 20 L 30 {40 + TOLERANCE + 0.1}"),
        ("L 30 40 L", "L 30 60 L 31 40 L"),
        (" L 50 60", ""),
        ("(5 6)", f"(5 {6.1 + TOLERANCE})"),
        ('width="90"', 'width="70"'),
        ("currentColor", "red"),
        ("A line", "Two lines"),
        ('href="#f00-31" t', 'href="#f00-32" t'),
        ("<rect", "<rect/><rect"),
        ("<figure>", "<figure><p>"),
        ("</svg>", "</svg><svg></svg>"),
    ],
)
def test_another_picture_is_another(before, after):
    assert complaints(before, after) != []
