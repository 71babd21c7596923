"""What every chapter must be, beside what nbval checks by executing it.

nbval compares what a cell prints with what is stored. It passes a cell that was never executed,
and it skips pictures. So these checks hold that every cell was executed, in order, from a fresh
kernel, that figures are text (inline SVG, which nbval does compare), and that no output depends on
the machine. Each check is a function from a notebook to a list of complaints, and each is itself
tested on a notebook that breaks it.
"""

import ast
import copy
import os
import re
import shutil
import subprocess
import sys
from html import unescape
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from markdown_it import MarkdownIt
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import new
from chainrule_dev.editions import IN_KOREAN
from chainrule_dev.environment import FIXED_ENVIRONMENT
from chainrule_dev.repository import ROOT, setup_cell
from chainrule_dev.unwritten import left_to_write

NOTEBOOKS = sorted((ROOT / "book").glob("*/*.ipynb"))
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")


# --- Helpers ------------------------------------------------------------------------------------


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook):
    """(cell, output) for every stored output."""
    return [(cell, output) for cell in code_cells(notebook) for output in cell.outputs]


def texts(output):
    """Every text of one output: its streams, errors and textual representations."""
    if "data" in output:
        return [value for value in output.data.values() if isinstance(value, str)]
    return [output.get("text", ""), output.get("evalue", ""), *output.get("traceback", [])]


def searched(notebook, pattern, what):
    """A complaint for every output in which the pattern is found."""
    return [
        f"cell {cell.id}: {what}: {found.group(0)!r}"
        for cell, output in outputs(notebook)
        for text in texts(output)
        if (found := re.search(pattern, text))
    ]


def headings(notebook):
    """(level, text) of every Markdown heading."""
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            continue
        tokens = MarkdownIt().parse(cell.source)
        for token, inline in pairwise(tokens):
            if token.type == "heading_open":
                yield int(token.tag[1:]), inline.content


# --- The checks ---------------------------------------------------------------------------------


def is_valid(notebook):
    """nbformat 4.5: cells have ids, which other editions and anchors rely on."""
    if (notebook.nbformat, notebook.nbformat_minor) != (4, 5):
        return [f"nbformat is {notebook.nbformat}.{notebook.nbformat_minor}, not 4.5"]
    ids = [cell.get("id") for cell in notebook.cells]
    if None in ids or len(set(ids)) < len(ids):  # nbformat would mend it, at random, and go on
        return [f"cell ids are missing or used twice: {ids}"]
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        return [f"not a valid notebook: {error.message}"]
    return []


# Converters choose the file's extension and the colours of the code by these.
PLAIN_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "python",
    },
}


def has_plain_metadata(notebook):
    """Only what does not change with the machine that executed it."""
    return [] if notebook.metadata == PLAIN_METADATA else [f"metadata is {dict(notebook.metadata)}"]


def was_executed_in_order(notebook):
    """Counts 1, 2, 3, ...: run once, top to bottom, in a fresh kernel."""
    counts = [cell.execution_count for cell in code_cells(notebook)]
    if set(counts) == {None}:
        return [
            "never executed: `make notebooks` does, or tools/execute_notebooks.py with its path"
        ]
    return [] if counts == list(range(1, len(counts) + 1)) else [f"execution counts are {counts}"]


def has_no_empty_code_cell(notebook):
    return [f"cell {c.id}: empty code cell" for c in code_cells(notebook) if not c.source.strip()]


def has_no_error(notebook):
    """A mistake a chapter shows is caught and printed in the cell, so that its text is ours."""
    return [
        f"cell {c.id}: raised {o.ename}" for c, o in outputs(notebook) if o.output_type == "error"
    ]


def has_no_stderr(notebook):
    """Warnings differ from one version of a package to the next."""
    return [
        f"cell {c.id}: stderr: {o.text!r}"
        for c, o in outputs(notebook)
        if o.get("name") == "stderr"
    ]


def has_no_picture(notebook):
    """nbval skips pictures, so one out of date would pass. Figures are inline SVG."""
    return [
        f"cell {cell.id}: {kind} output"
        for cell, output in outputs(notebook)
        for kind in PICTURES
        if kind in output.get("data", ()) or any(f"data:{kind}" in text for text in texts(output))
    ]


def has_no_widget_of_a_kernel(notebook):
    """Its model has a random name and dies with the kernel; the HTML of an explorable lives on."""
    return [
        f"cell {cell.id}: {kind} output"
        for cell, output in outputs(notebook)
        for kind in output.get("data", ())
        if kind == WIDGET_VIEW
    ]


def has_no_numpy_scalar(notebook):
    return searched(notebook, r"np\.(float|int|uint|bool|str|complex)\w*\(", "NumPy scalar's repr")


def has_no_address(notebook):
    return searched(notebook, r"\b0x[0-9a-fA-F]{6,}", "memory address")


def has_no_absolute_path(notebook):
    folders = r"(?<![\w./])/(home|root|tmp|usr|opt|var|work|content|private|Users|mnt)/"
    return searched(notebook, folders + r"|\b[A-Z]:\\\w|\bfile://|ipykernel_\d+", "absolute path")


def has_no_timing(notebook):
    unit = r"(?:ns|µs|μs|us|ms|milliseconds?|microseconds?|secs?|seconds?|s)"
    clock = rf"\b\d+(?:\.\d+)?\s?{unit}\b(?!\.\w)|\bWall time\b|\bit/s\b"
    return searched(notebook, clock, "timing")


def begins_with_setup(notebook):
    """The cell that makes a notebook run anywhere, and is not shown on the site."""
    cells = code_cells(notebook)
    if not cells or cells[0].source not in (setup_cell(), f"{setup_cell()}\n\n{IN_KOREAN}"):
        return ["the first code cell is not the set-up cell of lib/chainrule_dev/repository.py"]
    if "remove-cell" not in cells[0].metadata.get("tags", []):
        return ["the set-up cell is not tagged remove-cell"]
    return []


def only_imports(source):
    """Whether code does nothing but import."""
    body = ast.parse(source).body
    return bool(body) and all(isinstance(each, ast.Import | ast.ImportFrom) for each in body)


def leaves_imports_out_of_the_page(notebook):
    """They stay in the notebook: on the page even a folded bar says nothing to a reader."""
    return [
        f"cell {cell.id}: only imports, without the tag remove-cell"
        for cell in code_cells(notebook)
        if "remove-cell" not in cell.metadata.get("tags", []) and only_imports(cell.source)
    ]


def folds_solutions(notebook):
    """Folded on the site, in JupyterLab and in Colab: each has its own way of saying so."""
    complaints = []
    for cell in notebook.cells:
        if "solution" not in cell.metadata.get("tags", []):
            continue
        if "hide-cell" not in cell.metadata.tags:
            complaints.append(f"cell {cell.id}: solution without the tag hide-cell")
        if cell.metadata.get("jupyter", {}).get("source_hidden") is not True:
            complaints.append(f"cell {cell.id}: solution without jupyter.source_hidden")
        if cell.metadata.get("cellView") != "form":
            complaints.append(f"cell {cell.id}: solution without cellView: form")
    return complaints


def describes_figures(notebook):
    """Every figure says in words what it shows, or that it shows nothing."""
    return [
        f"cell {cell.id}: <svg> without aria-label or role=presentation"
        for cell, output in outputs(notebook)
        for svg in re.findall(r"<svg\b[^>]*>", output.get("data", {}).get("text/html", ""))
        if not re.search(r'\baria-label="[^"]*\w|\brole="presentation"', svg)
    ]


def displays_figures(notebook):
    """A notebook displays the last line of a cell: a figure on another line is drawn in vain."""
    return [
        f"cell {cell.id}: show(...) displays nothing: make it the last line"
        for cell in code_cells(notebook)
        if re.search(r"^show\(", cell.source, re.MULTILINE)
        and not any("text/html" in output.get("data", {}) for output in cell.outputs)
    ]


def says_what_figures_show_where_none_is_drawn(notebook):
    """JupyterLab drops the tags of a figure in a notebook that was not run there; text it keeps."""
    complaints = []
    for cell, output in outputs(notebook):
        html = output.get("data", {}).get("text/html", "")
        for alt, inside in re.findall(r'<svg\b[^>]*\baria-label="([^"]*)"[^>]*>(.*?)</svg>', html):
            said = re.match("<metadata>(.*?)</metadata>", inside)
            if not said or unescape(said[1]).strip() != unescape(alt).strip():
                complaints.append(f"cell {cell.id}: <svg> without its aria-label in <metadata>")
    return complaints


def has_one_title(notebook):
    """One H1, before everything else, and no level skipped on the way down."""
    found = list(headings(notebook))
    titles = [text for level, text in found if level == 1]
    if len(titles) != 1 or found[0][0] != 1:
        return [f"a page begins with its only H1; its H1s are {titles}"]
    return [
        f"heading {text!r}: level {level} straight after level {above}"
        for (above, _), (level, text) in pairwise(found)
        if level > above + 1
    ]


def has_nothing_left_to_write(notebook):
    """A chapter that tools/new.py began says in every section what goes there."""
    return [
        f"cell {cell.id}: to write: {what}"
        for cell in notebook.cells
        for _, what in left_to_write(cell.source)
    ]


CHECKS = [
    is_valid,
    has_plain_metadata,
    was_executed_in_order,
    has_no_empty_code_cell,
    has_no_error,
    has_no_stderr,
    has_no_picture,
    has_no_widget_of_a_kernel,
    has_no_numpy_scalar,
    has_no_address,
    has_no_absolute_path,
    has_no_timing,
    begins_with_setup,
    leaves_imports_out_of_the_page,
    folds_solutions,
    describes_figures,
    displays_figures,
    says_what_figures_show_where_none_is_drawn,
    has_one_title,
    has_nothing_left_to_write,
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_notebook(path, check):
    complaints = check(nbformat.read(path, as_version=nbformat.NO_CONVERT))
    assert not complaints, "\n".join([f"{path.relative_to(ROOT)}:", *complaints])


# --- The checks are checked ---------------------------------------------------------------------


def printed(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def shown(**data):
    return new_output("display_data", data={kind.replace("_", "/"): v for kind, v in data.items()})


SVG = '<svg aria-label="A &quot;line&quot;"><metadata>A "line" </metadata></svg>'


def good_notebook():
    """A small notebook with one of everything, about which no check complains."""
    solution = {
        "tags": ["solution", "hide-cell"],
        "jupyter": {"source_hidden": True},
        "cellView": "form",
    }
    cells = [
        new_markdown_cell("# Title\n\nText.\n\n```python\n# a comment, no heading\n```"),
        new_code_cell(setup_cell(), metadata={"tags": ["remove-cell"]}),
        new_markdown_cell("## Section\n\n### Part\n\n## Section"),
        new_code_cell("print(loss)", outputs=[printed("loss 0.25 after 3 steps, 2 s.d.\n")]),
        new_code_cell("show(\n    fig,\n)", outputs=[shown(text_html=SVG)]),
        new_code_cell("answer", metadata=solution),
    ]
    for position, cell in enumerate(cells):
        cell.id = f"cell-{position}"
    notebook = new_notebook(
        cells=cells,
        metadata=copy.deepcopy(PLAIN_METADATA),
    )
    for count, cell in enumerate(code_cells(notebook), start=1):
        cell.execution_count = count
    return nbformat.from_dict(copy.deepcopy(notebook))


TITLE, SETUP, SECTION, PRINT, DRAW, SOLUTION = range(6)


def bad(check, label, change):
    return pytest.param(check, change, id=f"{check.__name__}: {label}")


def stored(*new_outputs):
    """A change that stores these outputs instead of what the print cell has."""
    return lambda notebook: notebook.cells[PRINT].update(outputs=list(new_outputs))


def metadata(position, key, value):
    return lambda notebook: notebook.cells[position].metadata.update({key: value})


def source(position, text):
    return lambda notebook: notebook.cells[position].update(source=text)


def count(position, number):
    return lambda notebook: notebook.cells[position].update(execution_count=number)


def figure(html):
    return lambda notebook: notebook.cells[DRAW].update(outputs=[shown(text_html=html)])


BAD = [
    bad(is_valid, "old format", lambda nb: nb.update(nbformat_minor=4)),
    bad(is_valid, "no id", lambda nb: nb.cells[PRINT].pop("id")),
    bad(is_valid, "id twice", lambda nb: nb.cells[PRINT].update(id="cell-0")),
    bad(is_valid, "unknown key", lambda nb: nb.cells[PRINT].update(colour="red")),
    bad(has_plain_metadata, "a version", lambda nb: nb.metadata.language_info.update(version="3")),
    bad(
        has_plain_metadata,
        "no extension",
        lambda nb: nb.metadata.language_info.pop("file_extension"),
    ),
    bad(has_plain_metadata, "widgets", lambda nb: nb.metadata.update(widgets={})),
    bad(was_executed_in_order, "never", count(PRINT, None)),
    bad(was_executed_in_order, "twice", count(PRINT, 7)),
    bad(was_executed_in_order, "backwards", lambda nb: (count(PRINT, 3)(nb), count(DRAW, 2)(nb))),
    bad(has_no_empty_code_cell, "blank", source(PRINT, " \n")),
    bad(
        has_no_error,
        "raised",
        stored(new_output("error", ename="ValueError", evalue="no", traceback=[])),
    ),
    bad(has_no_stderr, "warned", stored(printed("RuntimeWarning\n", name="stderr"))),
    bad(has_no_picture, "png", stored(shown(image_png="iVBORw0KGgo="))),
    bad(has_no_picture, "jpeg", stored(shown(image_jpeg="/9j/4AAQ"))),
    bad(has_no_picture, "png in html", figure('<img src="data:image/png;base64,iVBO">')),
    bad(
        has_no_widget_of_a_kernel,
        "a view",
        stored(new_output("display_data", {WIDGET_VIEW: {"model_id": "a1b2"}})),
    ),
    bad(has_no_numpy_scalar, "float64", stored(printed("[np.float64(1.0)]"))),
    bad(has_no_numpy_scalar, "float32", stored(shown(text_plain="np.float32(1.0)"))),
    bad(has_no_numpy_scalar, "int64", stored(shown(text_plain="{'n': np.int64(1)}"))),
    bad(has_no_address, "repr", stored(shown(text_plain="<Affine object at 0x7f3a5c0d1e80>"))),
    bad(has_no_absolute_path, "home", stored(printed("read /home/me/data.npz"))),
    bad(has_no_absolute_path, "Colab", stored(printed('File "/content/x.py"'))),
    bad(has_no_absolute_path, "Windows", stored(printed(r"C:\Users\me"))),
    bad(has_no_absolute_path, "kernel", stored(printed("ipykernel_4321"))),
    bad(has_no_timing, "seconds", stored(printed("trained in 3.2 s"))),
    bad(has_no_timing, "milliseconds", stored(printed("12ms a step"))),
    bad(has_no_timing, "magic", stored(printed("Wall time: unknown"))),
    bad(begins_with_setup, "missing", lambda nb: nb.cells.pop(SETUP)),
    bad(begins_with_setup, "other address", source(SETUP, setup_cell().replace("://", "://x."))),
    bad(begins_with_setup, "not first", lambda nb: nb.cells.insert(0, nb.cells[PRINT])),
    bad(begins_with_setup, "shown", metadata(SETUP, "tags", [])),
    bad(leaves_imports_out_of_the_page, "shown", source(PRINT, "import os\nfrom re import sub")),
    bad(
        leaves_imports_out_of_the_page,
        "folded",
        lambda nb: nb.cells[PRINT].update(source="import os", metadata={"tags": ["hide-input"]}),
    ),
    bad(folds_solutions, "site", metadata(SOLUTION, "tags", ["solution"])),
    bad(folds_solutions, "JupyterLab", metadata(SOLUTION, "jupyter", {})),
    bad(folds_solutions, "Colab", metadata(SOLUTION, "cellView", "code")),
    bad(describes_figures, "no label", figure("<figure><svg><g></g></svg></figure>")),
    bad(describes_figures, "empty label", figure('<svg role="img" aria-label=" "></svg>')),
    bad(describes_figures, "second figure", figure('<svg aria-label="a"></svg><svg></svg>')),
    bad(displays_figures, "a line after it", source(PRINT, "show(fig, alt='A line')\nprint(loss)")),
    bad(
        says_what_figures_show_where_none_is_drawn,
        "nothing",
        figure('<svg aria-label="A line"><g></g></svg>'),
    ),
    bad(
        says_what_figures_show_where_none_is_drawn,
        "something else",
        figure('<svg aria-label="A line"><metadata>A dot </metadata></svg>'),
    ),
    bad(has_one_title, "none", source(TITLE, "Text")),
    bad(has_one_title, "two", source(SECTION, "# Another")),
    bad(has_one_title, "not first", source(TITLE, "## Section\n\n# Title")),
    bad(has_one_title, "skipped", source(SECTION, "### Part")),
    bad(has_one_title, "underlined", source(SECTION, "Another\n=======")),
    bad(has_nothing_left_to_write, "prose", source(SECTION, "<!-- To write: a guess. -->")),
    bad(has_nothing_left_to_write, "code", source(SOLUTION, "answer = 1  # To write: why")),
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_check_accepts_a_good_notebook(check):
    assert check(good_notebook()) == []


@pytest.mark.parametrize(("check", "change"), BAD)
def test_check_rejects_a_bad_notebook(check, change):
    notebook = good_notebook()
    change(notebook)
    assert check(notebook) != []


def test_what_is_missing_of_a_new_chapter_is_said_in_a_sentence():
    notebook = good_notebook()
    for cell in code_cells(notebook):
        cell.execution_count = None
    source(SECTION, "## Explore\n\n<!-- To write: a guess. -->\n\n<!-- To write: more. -->")(
        notebook
    )
    assert was_executed_in_order(notebook)[0].startswith("never executed: `make notebooks` does")
    assert has_nothing_left_to_write(notebook) == [
        "cell cell-2: to write: a guess.",
        "cell cell-2: to write: more.",
    ]


def test_a_chapter_that_is_begun_lacks_what_is_to_be_written_and_executed():
    text = new.chapter("soft-gates", after="relu")[Path("book/en/soft-gates.ipynb")]
    notebook = nbformat.reads(text, as_version=nbformat.NO_CONVERT)
    assert {check for check in CHECKS if check(notebook)} == {
        was_executed_in_order,
        has_nothing_left_to_write,
    }
    sections = [text for level, text in headings(notebook) if level > 1]
    assert len(has_nothing_left_to_write(notebook)) > len(sections) >= 8


def test_every_check_is_checked():
    assert {param.values[0] for param in BAD} == set(CHECKS)


# --- nbval is checked too -----------------------------------------------------------------------

PLOT = """\
from IPython.display import HTML

def plot(height):
    return HTML(f'<svg aria-label="bar"><rect height="{height}"/></svg>')
"""


def outcomes_under_nbval(tmp_path, cells):
    """{cell's number: "PASSED" or "FAILED"} by strict nbval with this project's settings."""
    for count, cell in enumerate(cells, start=1):
        cell.execution_count = count
    nbformat.write(new_notebook(cells=cells), tmp_path / "page.ipynb")
    for name in ("pyproject.toml", "conftest.py"):
        shutil.copy(ROOT / name, tmp_path)
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-rA", "--dist=no", "page.ipynb"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.findall(r"^(PASSED|FAILED) page.ipynb::Cell (\d+)", run.stdout, re.MULTILINE)
    assert len(found) == len(cells), run.stdout + run.stderr
    return {int(number): outcome for outcome, number in found}


def drawn(height):
    html = f'<svg aria-label="bar"><rect height="{height}"/></svg>'
    data = {"text/html": html, "text/plain": "<IPython.core.display.HTML object>"}
    return new_output("execute_result", data=data, execution_count=2)


def test_nbval_compares_figures(tmp_path):
    cells = [
        new_code_cell(PLOT),
        new_code_cell("plot(3)", outputs=[drawn(3)]),  # up to date
        new_code_cell("plot(4)", outputs=[drawn(3)]),  # stale
        new_code_cell("plot(3)", outputs=[]),  # its output was not stored
        new_code_cell("None", outputs=[drawn(3)]),  # an output from nowhere
    ]
    assert outcomes_under_nbval(tmp_path, cells) == {
        0: "PASSED",
        1: "PASSED",
        2: "FAILED",
        3: "FAILED",
        4: "FAILED",
    }


def test_executing_again_changes_no_byte(tmp_path):
    """The executor on a notebook with all that could differ: streams in pieces, sets, a figure,
    the environment of whoever runs it."""
    notebook = new_notebook(
        cells=[
            new_markdown_cell("# Title"),
            new_code_cell(
                "import sys\nfor word in {'a', 'b', 'c', 'd'}:\n    print(word, flush=True)"
            ),
            new_code_cell(PLOT + "\nplot(3)"),
            new_code_cell("import os\n(__debug__, os.listdir('.'))"),
        ],
        metadata={"language_info": {"name": "python", "version": "2.7"}, "editor": "some"},
    )
    path = tmp_path / "page.ipynb"
    nbformat.write(notebook, path)
    versions = []
    # Not the environment of the tests: what the executor does not fix is left as it is here.
    plain = {name: value for name, value in os.environ.items() if name not in FIXED_ENVIRONMENT}
    for seed in ("1", "2"):
        executor = Path(ROOT, "tools", "execute_notebooks.py")
        own = {"PYTHONHASHSEED": seed, "PYTHONOPTIMIZE": "1"}
        command = [sys.executable, executor, path]
        subprocess.run(command, check=True, capture_output=True, env=plain | own)
        versions.append(path.read_bytes())
    assert versions[0] == versions[1]
    executed = nbformat.reads(versions[0].decode(), as_version=nbformat.NO_CONVERT)
    for check in (is_valid, has_plain_metadata, was_executed_in_order):
        assert check(executed) == []
    assert len(executed.cells[1].outputs) == 1
    assert executed.cells[2].outputs
    (seen,) = executed.cells[3].outputs
    assert seen.data == {"text/plain": "(True, ['page.ipynb'])"}


def test_executing_leaves_a_failing_notebook_alone(tmp_path):
    path = tmp_path / "page.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("1 / 0")]), path)
    before = path.read_bytes()
    executor = Path(ROOT, "tools", "execute_notebooks.py")
    run = subprocess.run(
        [sys.executable, executor, path], capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    assert "ZeroDivisionError" in run.stdout
    assert path.read_bytes() == before
