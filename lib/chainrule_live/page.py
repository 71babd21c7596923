"""What the worker of a page calls: the notebook's functions, with plain values in and out."""

import importlib
import importlib.abc
import io
import json
import os
import re
import sys
from importlib.util import find_spec
from pathlib import Path

from chainrule_live.notebook import Notebook, NotLoaded

PYPLOT = "chainrule_live.pyplot"  # imported by Matplotlib when pyplot makes a figure
show = None  # of the cell that runs: function of (kind, text)


class MissingMatplotlib(NotLoaded):
    """Matplotlib is imported, but not loaded yet: a page loads it when a figure is asked for."""


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "matplotlib":
            raise MissingMatplotlib


class _Nobody(io.TextIOBase):
    """The standard input of a page, where `input` can ask nobody."""

    def readline(self, *size):
        raise EOFError("input() cannot ask on this page: write its answer into the cell")


def open(cells, language="en"):
    """A notebook of cells, each (id, source); the checks speak the language of the page."""
    if language != "en":
        from chainrule.exercises._language import speak

        speak(language)
    sys.stdin = _Nobody()
    os.environ["MPLBACKEND"] = f"module://{PYPLOT}"
    sys.meta_path.append(_Finder())  # asked last, if no other finder knows it
    return Notebook([tuple(cell) for cell in cells], at_end=show_figures)


def show_figures():
    """Show the figures that pyplot has open."""
    if PYPLOT in sys.modules:
        sys.modules[PYPLOT].FigureManager.pyplot_show()


def plan(notebook, name, above):
    """The cells to run before this one: those it needs, or all above it."""
    if not above:
        return notebook.needed(name)
    names = list(notebook.cells)
    return names[: names.index(name)]


def run(notebook, name, write, shown):
    """Run one cell: "" if it came to its end, else its error as JSON."""
    global show
    show = shown
    try:
        error = notebook.run(name, write, shown)
    except MissingMatplotlib:
        return "Matplotlib is missing"
    return json.dumps(error) if error else ""


def edit(notebook, name, source):
    """Replace the text of a cell; the cells that are stale now."""
    notebook.edit(name, source)
    return notebook.stale()


def stale(notebook):
    """The cells whose text, or what they use, has changed since they ran."""
    return notebook.stale()


def after_loading():
    """Make the list of fonts that comes with Matplotlib usable, or it looks for fonts for seconds.

    Pyodide's package has one of another version than it reads itself, with the fonts of the
    machine that made it: those that come with Matplotlib have relative paths.
    """
    importlib.invalidate_caches()
    folder = Path(find_spec("matplotlib").origin).parent
    version = re.search(
        r"__version__ = (\d+)", (folder / "font_manager.py").read_text(encoding="utf-8")
    )
    path = folder / "fontlist.json"
    fonts = json.loads(path.read_text(encoding="utf-8"))
    fonts["_version"] = int(version[1])
    for kind in ("ttflist", "afmlist"):
        fonts[kind] = [font for font in fonts[kind] if not Path(font["fname"]).is_absolute()]
    path.write_text(json.dumps(fonts), encoding="utf-8")
