"""Executing notebooks: nothing random or of one machine is stored, and what goes wrong is reported.

Most of these notebooks are run by no kernel; tests/site/test_notebooks.py executes real ones, too.
"""

import io
import os
from uuid import uuid4

import nbformat
import pytest
from matplotlib.figure import Figure
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbconvert.exporters import ScriptExporter
from nbformat.v4 import new_code_cell, new_notebook, new_output

import execute_notebooks
from chainrule_dev.environment import FIXED_ENVIRONMENT, fix_environment
from execute_notebooks import WIDGET_VIEW, execute, main, normalise


def just_executed():
    """A notebook as a kernel and an editor leave it: all these ids differ from run to run."""

    def random():
        return uuid4().hex

    data = {"text/html": "<p>shown</p>", "text/plain": "Box()"}
    view = {"model_id": random(), "version_major": 2, "version_minor": 0}
    output = new_output("display_data", {**data, WIDGET_VIEW: view})
    metadata = {
        "execution": {"iopub.status.busy": random()},
        "ExecuteTime": {"end_time": random()},
        "vscode": {"languageId": random()},
        "collapsed": True,
        "scrolled": True,
        "trusted": True,
        "tags": ["kept"],
    }
    notebook = new_notebook(cells=[new_code_cell("box", metadata=metadata, outputs=[output])])
    notebook.metadata = {"widgets": {random(): {}}, "language_info": {"version": random()}}
    (cell,) = notebook.cells
    cell.outputs[0]["transient"] = {"display_id": random()}
    del cell["id"]  # before nbformat 4.5 a cell has none
    return nbformat.from_dict(notebook)


def test_nothing_random_and_nothing_of_the_machine_is_stored():
    one, other = normalise(just_executed()), normalise(just_executed())
    assert one == other
    nbformat.validate(one)
    (cell,) = one.cells
    assert cell.metadata == {"tags": ["kept"]}
    assert cell.outputs[0].data == {"text/html": "<p>shown</p>", "text/plain": "Box()"}
    assert set(one.metadata) == {"kernelspec", "language_info"}
    assert "version" not in one.metadata.language_info


def test_a_stored_notebook_is_converted_to_a_python_script():
    """`jupyter nbconvert --to script` chooses exporter and extension by the metadata."""
    text, resources = ScriptExporter().from_notebook_node(normalise(just_executed()))
    assert resources["output_extension"] == ".py"
    assert text.startswith("#!/usr/bin/env python")


# --- What goes wrong ----------------------------------------------------------------------------


@pytest.fixture
def page(tmp_path):
    """A notebook that is stored just as it would be stored again, long ago."""
    path = tmp_path / "page.ipynb"
    notebook = normalise(new_notebook(cells=[new_code_cell("1 + 1", id="sum")]))
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    os.utime(path, (0, 0))
    return path


def runs(monkeypatch, *problems):
    """The next runs raise these problems, and the one after them succeeds."""
    left = list(problems)

    def run(notebook, folder):
        if left:
            raise left.pop(0)
        return normalise(notebook)

    monkeypatch.setattr(execute_notebooks, "run", run)
    return left


def test_a_notebook_that_stays_the_same_is_not_written(page, monkeypatch):
    runs(monkeypatch)
    assert execute(page) is None
    assert page.stat().st_mtime == 0


def test_a_kernel_that_does_not_start_is_tried_three_times(page, monkeypatch):
    no_kernel = RuntimeError("Kernel died before replying")
    runs(monkeypatch, no_kernel, no_kernel)
    assert execute(page) is None
    left = runs(monkeypatch, *[no_kernel] * 4)
    assert execute(page) == "Kernel died before replying"
    assert len(left) == 1


@pytest.mark.parametrize("problem", [CellTimeoutError("too slow"), DeadKernelError("died")])
def test_a_cell_that_never_ends_is_reported_and_the_notebook_left_alone(page, monkeypatch, problem):
    left = runs(monkeypatch, problem, problem)
    assert execute(page) == str(problem)
    assert len(left) == 1
    assert page.stat().st_mtime == 0


def test_what_is_no_valid_notebook_is_not_written(page, monkeypatch):
    def run(notebook, folder):
        notebook.cells[0].colour = "red"

    monkeypatch.setattr(execute_notebooks, "run", run)
    with pytest.raises(nbformat.ValidationError):
        execute(page)
    assert page.stat().st_mtime == 0


def test_a_notebook_that_is_not_there_is_named(page, capsys):
    with pytest.raises(SystemExit):
        main([str(page), "no.ipynb"])
    assert "no such notebook: " in capsys.readouterr().err
    assert page.stat().st_mtime == 0


# --- The environment ----------------------------------------------------------------------------

# What a reader's own environment may have in it, and no notebook may see.
OTHERS = ["CLICOLOR_FORCE", "FORCE_COLOR", "PYTHONOPTIMIZE", "PYTHONWARNINGS"]


def test_sums_are_done_by_one_thread_and_pictures_made_on_one_day(monkeypatch):
    """Whichever BLAS NumPy was built with; and where a cell saves a figure in its own way."""
    blas = ("OMP", "OPENBLAS", "MKL")
    threads = [*(f"{name}_NUM_THREADS" for name in blas), "VECLIB_MAXIMUM_THREADS"]
    assert {FIXED_ENVIRONMENT[name] for name in threads} == {"1"}
    monkeypatch.setenv("SOURCE_DATE_EPOCH", FIXED_ENVIRONMENT["SOURCE_DATE_EPOCH"])
    svg = io.StringIO()
    Figure().savefig(svg, format="svg")
    assert "<dc:date>1970-01-01T00:00:00" in svg.getvalue()


def test_the_environment_is_fixed_whatever_it_was(monkeypatch):
    for name in [*FIXED_ENVIRONMENT, *OTHERS]:
        monkeypatch.setenv(name, "another")
    fix_environment()
    assert {name: os.environ.get(name) for name in FIXED_ENVIRONMENT} == FIXED_ENVIRONMENT
    assert not set(OTHERS) & os.environ.keys()
