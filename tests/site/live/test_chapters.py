"""Every cell of every chapter gives its stored output with only the cells that it needs."""

import json
import os
import subprocess
import sys

import nbformat
import pytest

from chainrule_dev.from_needed import code_cells, results, stored
from chainrule_dev.repository import ROOT, chapter_notebooks
from chainrule_live.notebook import Notebook

NOTEBOOKS = chapter_notebooks()
LIVE = ROOT / "lib" / "chainrule_live"
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


@needs_fork
@pytest.mark.inputs(of=lambda item: [item.callspec.params["path"], ROOT / "lib/chainrule", LIVE])
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_cell_gives_its_stored_output_after_the_cells_that_it_needs(path):
    """In a process of its own, which forks."""
    command = [sys.executable, "-m", "chainrule_dev.from_needed", path]
    run = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    cells = code_cells(path)
    assert [cell.id for cell in cells if found[cell.id] != stored(cell)] == []
    assert any(stored(cell) for cell in cells)


@needs_fork
def test_a_missing_dependency_is_noticed():
    cells = [("a", "x = 1"), ("b", "x = x + 1"), ("c", "print(x)")]
    assert results(cells)["c"] == [["stdout", "2\n"]]
    planted = {"a": [], "b": ["a"], "c": ["a"]}
    assert results(cells, planted)["c"] == [["stdout", "1\n"]]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_cells_need_few_others(path):
    """Or a press of a button would take long; nearly all need the imports."""
    notebook = Notebook([(cell.id, cell.source) for cell in code_cells(path)])
    counts = [len(notebook.needed(name)) for name in notebook.cells]
    assert sum(counts) / len(counts) < min(6, len(counts) / 4)


def test_the_first_cell_is_left_out_and_nothing_else():
    for path in NOTEBOOKS:
        every = [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
        assert [cell.id for cell in code_cells(path)] == [cell.id for cell in every[1:]]
