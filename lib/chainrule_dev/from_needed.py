"""What each cell of a notebook gives when only the cells run before it that it is said to need.

    python -m chainrule_dev.from_needed book/en/NAME.ipynb

prints {cell id: [[kind, text], ...]} as JSON. Every cell starts from an empty memory. Cells that
begin with the same run of others share it: the process is forked where their ways part.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

import nbformat

from chainrule_dev.environment import fix_environment
from chainrule_live.notebook import Notebook


def code_cells(path):
    """The code cells of a notebook that run anywhere; the first one is for Colab."""
    cells = nbformat.read(path, as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "code" and "%pip" not in cell.source]


def stored(cell):
    """The stored outputs of a cell, as `results` gives them."""
    found = []
    for output in cell.outputs:
        if output.output_type == "stream":
            found.append([output.name, output.text])
        elif output.output_type == "error":
            found.append(["error", output.evalue])
        else:
            kinds = {"html": "text/html", "markdown": "text/markdown", "text": "text/plain"}
            kind = next(kind for kind, mime in kinds.items() if mime in output.data)
            found.append([kind, output.data[kinds[kind]]])
    return found


def run_cell(notebook, name):
    """Run one cell; what it printed and showed."""
    found = []

    def write(stream, text):
        if stream == "progress":
            return
        if found and found[-1][0] == stream:
            found[-1][1] += text
        else:
            found.append([stream, text])

    error = notebook.run(name, write, lambda kind, text: found.append([kind, text]))
    return found + ([["error", error["short"]]] if error else [])


def results(cells, needed=None):
    """{id: outputs} of the cells, [(id, source), ...], each after those that it needs.

    `needed` may be given, {id: [ids]}; otherwise a Notebook says.
    """
    notebook = Notebook(cells)
    needed = needed or {name: notebook.needed(name) for name, _ in cells}
    ways = {}  # a tree: {first cell: {second cell: ...}}
    for name, before in needed.items():
        branch = ways
        for each in [*before, name]:
            branch = branch.setdefault(each, {})
    with tempfile.TemporaryDirectory() as folder:
        _follow(notebook, ways, (), needed, Path(folder))
        return {name: json.loads((Path(folder) / name).read_text("utf-8")) for name, _ in cells}


def _follow(notebook, ways, before, needed, folder):
    for name, further in ways.items():
        child = os.fork()
        if child == 0:
            status = 1
            try:
                found = run_cell(notebook, name)
                if list(before) == needed[name]:
                    (folder / name).write_text(json.dumps(found), encoding="utf-8")
                _follow(notebook, further, (*before, name), needed, folder)
                status = 0
            finally:
                os._exit(status)
        _, status = os.waitpid(child, 0)
        if status:
            raise RuntimeError(f"the process that ran {name} has failed")


if __name__ == "__main__":
    fix_environment()
    chosen = [(cell.id, cell.source) for cell in code_cells(sys.argv[1])]
    json.dump(results(chosen), sys.stdout)
