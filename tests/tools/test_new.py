"""`tools/new.py` begins things in a copy of the files concerned; nothing is left to write here."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

import new
from chainrule_dev.repository import ROOT, setup_cell
from chainrule_dev.unwritten import left_to_write
from lint_javascript import biome

NEEDED = ("pyproject.toml", "biome.jsonc", "_config.yml", "_toc.yml", "CONTRIBUTING.md")
COMMANDS = {
    "layer": ["layer", "LeakyGate"],
    "exercise": ["exercise", "relu.soft_gate"],
    "explorable": ["explorable", "soft_gate"],
    "chapter": ["chapter", "soft-gates", "--after", "relu"],
}
each_kind = pytest.mark.parametrize("kind", COMMANDS)


@pytest.fixture
def copy(tmp_path):
    """The package, one chapter with its exercises, and what rules over their style."""
    for name in NEEDED:
        shutil.copy(ROOT / name, tmp_path)
    unwanted = shutil.ignore_patterns("__pycache__", "*.npz")
    shutil.copytree(ROOT / "lib" / "chainrule", tmp_path / "lib" / "chainrule", ignore=unwanted)
    for folder in ("book/en", "tests/site/explorables", "tests/library/right_answers"):
        (tmp_path / folder).mkdir(parents=True)
    for path in ("book/en/relu.ipynb", "book/en/index.md", "tests/site/explorables/__init__.py"):
        shutil.copy(ROOT / path, tmp_path / path)
    return tmp_path


def texts(root):
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
            for path in root.rglob("*.*")
            if path.is_file() and path.suffix not in (".pyc", ".mo")}  # fmt: skip


def changed(before, after):
    return {path for path in after if after[path] != before.get(path)}


def ruff(root, *options):
    run = subprocess.run([sys.executable, "-m", "ruff", *options], cwd=root, capture_output=True)
    return run.returncode


def python(root, code):
    """What some Python prints where the copy's package is the one that is imported."""
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(root / "lib"), "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=root,
        capture_output=True,
        encoding="utf-8",
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


# --- Every kind ---------------------------------------------------------------------------------

FILES = {
    "layer": {"lib/chainrule/layers.py", "lib/chainrule/__init__.py"},
    "exercise": {"lib/chainrule/exercises/relu.py"},
    "explorable": {
        "lib/chainrule/explore/soft_gate.py",
        "lib/chainrule/explore/soft_gate.js",
        "lib/chainrule/explore/__init__.py",
        "tests/site/explorables/test_soft_gate.py",
    },
    "chapter": {
        "book/en/soft-gates.ipynb",
        "_toc.yml",
        "lib/chainrule/exercises/soft_gates.py",
        "tests/library/right_answers/soft_gates.py",
    },
}


@each_kind
def test_its_files_are_written_listed_and_in_the_repositorys_style(kind, copy, capsys):
    before = texts(copy)
    assert new.main(COMMANDS[kind], copy) == 0
    after = texts(copy)
    assert changed(before, after) == FILES[kind]
    assert all(text.endswith("\n") and not text.endswith("\n\n") for text in after.values())
    assert (ruff(copy, "check"), ruff(copy, "format", "--check")) == (0, 0)
    written, _, listed = capsys.readouterr().out.partition("\nFrom CONTRIBUTING.md:\n")
    assert all(f"\n  {path}\n" in written for path in FILES[kind])
    assert all(f"`{path}`" in listed for path in FILES[kind])
    assert "NAME" not in listed and "CHAPTER" not in listed


@each_kind
def test_a_second_time_changes_nothing_and_says_so(kind, copy, capsys):
    new.main(COMMANDS[kind], copy)
    before = texts(copy)
    capsys.readouterr()
    answer = new.main(COMMANDS[kind], copy)
    assert re.fullmatch(rf"{kind}: \S+ (exists already|has a .* already)", answer)
    assert capsys.readouterr().out == ""
    assert texts(copy) == before


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("layer leaky", "layer: NAME must be written like LeakyReLU, got 'leaky'"),
        ("layer Leaky_ReLU", "layer: NAME must be written like LeakyReLU, got 'Leaky_ReLU'"),
        ("layer None", "layer: NAME must be written like LeakyReLU, got 'None'"),
        ("layer ReLU", "layer: lib/chainrule/__init__.py has a ReLU already"),
        ("layer Convolution", "layer: lib/chainrule/__init__.py has a Convolution already"),
        ("exercise gate", "exercise: NAME must be written like relu.four_gates, got 'gate'"),
        ("exercise relu.Gate", "exercise: NAME must be written like relu.four_gates, got 'relu.Ga"),
        ("exercise relu.is", "exercise: NAME must be written like relu.four_gates, got 'relu.is'"),
        (
            "exercise relu.leaky",
            "exercise: lib/chainrule/exercises/relu.py has a name leaky already",
        ),
        ("exercise relu.np", "exercise: lib/chainrule/exercises/relu.py has a name np already"),
        ("exercise no_page.gate", "exercise: there is no chapter book/en/no-page.ipynb"),
        ("explorable Gate", "explorable: NAME must be written like sigmoid_slope, got 'Gate'"),
        ("explorable softmax", "explorable: lib/chainrule/explore/softmax.py exists already"),
        ("chapter Gates --after relu", "chapter: NAME must be written like batch-normalization,"),
        ("chapter a_b --after relu", "chapter: NAME must be written like batch-normalization, got"),
        ("chapter relu --after relu", "chapter: book/en/relu.ipynb exists already"),
        ("chapter index --after relu", "chapter: book/en/index.md exists already"),
        ("chapter sigmoid --after relu", "chapter: lib/chainrule/exercises/sigmoid.py exists al"),
        ("chapter gates --after rel", "chapter: _toc.yml has no page book/en/rel to put it after"),
        ("chapter gates --after softmax", "chapter: _toc.yml has no page book/en/softmax to put"),
        ("chapter gates --after index", "chapter: _toc.yml has no page book/en/index to put it"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(copy, capsys, arguments, sentence):
    before = texts(copy)
    assert new.main(arguments.split(), copy).startswith(sentence)
    assert capsys.readouterr().out == ""
    assert texts(copy) == before


# --- Each kind ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["LeakyGate", "GELU", "Zero"])
def test_a_layer_is_public_in_its_place_and_says_what_to_write(copy, name):
    new.main(["layer", name], copy)
    code = f"""
import chainrule as cr

print(issubclass(cr.{name}, cr.Layer))
print(cr.__all__ == sorted(cr.__all__, key=lambda n: (not n.isupper(), not n[0].isupper(), n)))
for call in (cr.{name}().forward, cr.{name}().backward):
    try:
        call(1.0)
    except NotImplementedError as error:
        print(error)
"""
    is_layer, in_order, forward, backward = python(copy, code).splitlines()
    assert (is_layer, in_order) == ("True", "True")
    assert forward.startswith(f"{name}.forward: check x with self._input, ")
    assert backward.startswith(f"{name}.backward: take what self._saved returns, ")


def test_an_exercise_gets_its_chapters_module_and_cells_to_paste(copy, capsys):
    module = copy / "lib/chainrule/exercises/relu.py"
    module.unlink()
    new.main(["exercise", "relu.soft_gate"], copy)
    assert module.read_text(encoding="utf-8").startswith('"""The exercises of chapter "ReLU"."""\n')
    code = "from chainrule.exercises import find; print(find('relu.soft_gate').right)"
    assert python(copy, code) == "None"
    printed = capsys.readouterr().out
    notebook = nbformat.reads(new.notebook_text(printed), as_version=nbformat.NO_CONVERT)
    question, solution = (cell for cell in notebook.cells if cell.cell_type == "code")
    assert all('check("relu.soft_gate", my_soft_gate)' in c.source for c in (question, solution))
    assert solution.metadata == {
        "tags": ["solution", "hide-cell"],
        "jupyter": {"source_hidden": True},
        "cellView": "form",
    }


def test_an_explorable_passes_the_check_of_scripts(copy):
    new.main(["explorable", "a_gate_that_opens_by_and_by"], copy)
    files = ["lib/chainrule/explore/a_gate_that_opens_by_and_by.js"]
    run = biome("ci", "--error-on-warnings", "--vcs-enabled=false", *files, root=copy)
    assert run.returncode == 0


def test_a_chapter_has_its_place_its_first_cell_and_its_first_exercise(copy):
    before = (copy / "_toc.yml").read_text(encoding="utf-8")
    new.main(COMMANDS["chapter"], copy)
    after = (copy / "_toc.yml").read_text(encoding="utf-8")
    line = "      - file: book/en/relu\n"
    assert before.count(line) == 1
    assert after == before.replace(line, f"{line}      - file: book/en/soft-gates\n")
    notebook = nbformat.read(copy / "book/en/soft-gates.ipynb", as_version=nbformat.NO_CONVERT)
    assert notebook.cells[0].source.startswith("# Soft gates\n")
    assert [cell.id for cell in notebook.cells][:2] == ["cell-000", "cell-001"]
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code[0].source == setup_cell()
    assert sum('check("soft_gates.warm_up", my_warm_up)' in cell.source for cell in code) == 2
    find = "from chainrule.exercises import find; print(find('soft_gates.warm_up').right)"
    assert python(copy, find) == "None"


def test_a_place_in_the_contents_keeps_its_comment():
    contents = "chapters:\n  - file: book/en/a # first\n  - file: book/en/a-b\n"
    assert new.with_page(contents, "c", "a") == contents.replace("first\n", "first\n  - file: "
                                                                  "book/en/c\n")  # fmt: skip


# --- Nothing is left to write -------------------------------------------------------------------

PLACES = ("lib/chainrule/**/*.py", "lib/chainrule/**/*.js", "tests/library/right_answers/*.py",
          "tests/site/explorables/test_*.py")  # fmt: skip


def left_in(root):
    """What tools/new.py left open, notebooks excepted: of those test_notebooks.py says it."""
    return [
        f"{path.relative_to(root).as_posix()}:{line}: to write: {what}"
        for pattern in PLACES
        for path in sorted(root.glob(pattern))
        for line, what in left_to_write(path.read_text(encoding="utf-8"))
    ]


def test_a_place_left_open_has_its_line_and_its_words():
    text = '''
    """To write: its formula.
    praise="",  # To write: the reader's reward
    "caption": "To write: the figure.",
<!-- To write: the task. -->
    "I want to write: this" is no place.
'''
    assert left_to_write(text) == [
        (2, "its formula."),
        (3, "the reader's reward"),
        (4, "the figure."),
        (5, "the task."),
    ]


def test_nothing_is_left_to_write():
    left = left_in(ROOT)
    assert not left, "\n".join(["tools/new.py began these:", *left])


@each_kind
def test_what_is_left_to_write_is_found(kind, copy):
    before = left_in(copy)
    new.main(COMMANDS[kind], copy)
    left = [text for text in left_in(copy) if text not in before]
    begun = {path for path in FILES[kind] if Path(path).suffix in (".py", ".js")}
    found = {text.partition(":")[0] for text in left}
    assert found == {path for path in begun if not path.endswith("__init__.py")}
    assert all(re.fullmatch(r"\S+:\d+: to write: [\w`].+[^'\"]", text) for text in left)
