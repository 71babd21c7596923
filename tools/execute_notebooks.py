"""Execute notebooks in place: `python tools/execute_notebooks.py [NOTEBOOK ...]`.

Without arguments: all notebooks of the English edition. Each runs in a fresh kernel, in its own
directory and with fixed environment variables, and is written back without anything that depends on
the run (timestamps, the machine's metadata, how streams were split), so that a second run changes
no byte. If a cell raises, the error is printed and the notebook stays as it was. The dates and
versions are recorded in book/executed.json (chainrule_dev/executed.py).
"""

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from chainrule_dev.environment import fix_environment
from chainrule_dev.executed import record
from chainrule_dev.repository import ROOT, chapter_notebooks

CELL_TIMEOUT = 300  # seconds; a chapter's slowest cell should take a few

KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
# What converters read, such as `jupyter nbconvert --to script`; no version, which is the machine's.
LANGUAGE_INFO = {
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "python",
}
# Metadata that editors and kernels add to cells and that changes from run to run.
VOLATILE_CELL_METADATA = ("execution", "ExecuteTime", "collapsed", "scrolled", "trusted", "vscode")
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def normalise(notebook):
    """Remove from an executed notebook everything but its text, code and outputs."""
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": KERNELSPEC, "language_info": LANGUAGE_INFO}
    )
    for position, cell in enumerate(notebook.cells):
        cell.setdefault("id", f"cell-{position:03d}")
        for key in VOLATILE_CELL_METADATA:
            cell.metadata.pop(key, None)
        for output in cell.get("outputs", ()):
            output.pop("transient", None)
            # The widget's model ends with its kernel; the HTML beside it works without one.
            if "text/html" in output.get("data", ()):
                output["data"].pop(WIDGET_VIEW, None)
    return notebook


def run(notebook, folder, kernel="python3"):
    """Run all cells of a notebook in this folder, in a fresh kernel, and normalise the result.

    `kernel` is the name of an installed Jupyter kernel; python3 is the Python that runs this.
    """
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    NotebookClient(
        notebook,
        kernel_name=kernel,
        timeout=CELL_TIMEOUT,
        coalesce_streams=True,  # where a stream is split depends on timing
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],  # no warning about unencrypted local TCP
        resources={"metadata": {"path": str(folder)}},
    ).execute()
    return normalise(notebook)


def execute(path, attempts=3):
    """Execute one notebook in place; returns None, or the error as text.

    Kernels that start at the same moment may get the same port, and one of them fails to start:
    that is tried again.
    """
    before = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(before, as_version=4)
    try:
        run(notebook, path.parent)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        return str(error)
    except RuntimeError as error:  # the kernel did not start
        return execute(path, attempts - 1) if attempts > 1 else str(error)
    after = nbformat.writes(notebook) + "\n"
    nbformat.validate(nbformat.reads(after, as_version=4))
    if after != before:
        path.write_text(after, encoding="utf-8")
    return None


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all of book/en")
    chosen = parser.parse_args(arguments).notebooks
    paths = [path.resolve() for path in chosen] or chapter_notebooks()
    missing = [path for path in paths if not path.is_file()]
    if missing:
        parser.error(f"no such notebook: {', '.join(map(str, missing))}")

    fix_environment()
    executed = []
    with ProcessPoolExecutor(max_workers=min(len(paths), os.cpu_count() or 1) or 1) as pool:
        for path, problem in zip(paths, pool.map(execute, paths), strict=True):
            name = os.path.relpath(path, ROOT)
            print(f"{name}: {problem or 'executed'}", flush=True)
            if problem is None:
                executed.append(path)
    record(executed)
    return 0 if len(executed) == len(paths) else 1


if __name__ == "__main__":
    sys.exit(main())
