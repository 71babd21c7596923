"""A chapter's cells: which of them another one needs, and running them.

Each cell has a *key*, made of its text and of the keys of the cells that set what it uses. A name
in memory carries the key of the cell that set it last. So a cell can be run when each name that it
uses carries the key that it would have if all cells above had been run in order; otherwise the
cells that give it this key are run first, and no others.
"""

import ast
import hashlib
import io
import linecache
import re
import time
import traceback
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace

from chainrule_live.names import Names, names_of
from chainrule_live.parsing import parse

MOST_CHARACTERS = 200_000  # printed by one run of a cell; what is beyond is counted, not shown
SECONDS_BETWEEN = 0.05  # one line of progress and the next: a page must keep up with them
MOST_CALLS = 2000  # of a traceback


class NotLoaded(BaseException):  # no `except Exception` may catch it
    """A cell imports what is not there yet: it is to be run again once it is loaded."""


@dataclass
class Cell:
    """A cell: its text, its names, and with what key it ran."""

    id: str
    source: str
    names: Names = field(default_factory=Names)
    inputs: dict = field(default_factory=dict)  # of each name that it uses, the key it should have
    key: str = ""
    ran_as: str | None = None  # its key when it was last run


class Notebook:
    """The cells of a chapter, and the names in memory.

    Parameters
    ----------
    cells : list of (id, source)
        All code cells, in the order of the chapter.
    at_end : function, optional
        Called after the last line of each cell; its errors are the cell's.
    """

    def __init__(self, cells, at_end=None):
        self.at_end = at_end
        self.cells = {name: Cell(name, source) for name, source in cells}
        self.memory = {"__name__": "__main__"}
        self.carries = {}  # the key of each name in memory
        self._runs = 0
        self._read()

    def edit(self, name, source):
        """Replace the text of a cell."""
        self.cells[name].source = source
        self._read()

    def needed(self, name):
        """The cells that must run before this one, in order."""
        cells = list(self.cells.values())
        wanted = self.cells[name]
        chosen = {name}
        # Of cells with the same text, and the same inputs, the first.
        producers = {cell.key: cell.id for cell in reversed(cells)}
        while True:
            carries, missing = dict(self.carries), set()
            for cell in cells:
                if cell.id not in chosen:
                    continue
                for used, key in cell.inputs.items():
                    if carries.get(used) != key:
                        missing.add(producers[key])
                carries.update(dict.fromkeys(cell.names.sets, cell.key))
                if cell is wanted:
                    break
            if missing <= chosen:
                return [cell.id for cell in cells if cell.id in chosen and cell is not wanted]
            chosen |= missing

    def stale(self):
        """The cells whose text, or what they use, has changed since they ran."""
        return [cell.id for cell in self.cells.values() if cell.ran_as not in (None, cell.key)]

    def run(self, name, write, show):
        """Run one cell, and no other.

        Parameters
        ----------
        name : str
            The cell.
        write : function of (stream, text)
            Called with what is printed; the stream is "stdout", "stderr", or "progress" for a line
            that takes the place of the one before, such as the bar of `fit`.
        show : function of (kind, text)
            Called with the value of the last line, as "html", "markdown" or "text".

        Returns
        -------
        dict or None
            None if it ran to its end; else {"short", "full"}: the error, as it concerns the
            reader's own lines, and with all that was called.
        """
        cell = self.cells[name]
        limited = _Limited(write)
        # Until it has come to its end, nothing that it sets is what it should be.
        self._runs += 1
        self.carries.update(dict.fromkeys(cell.names.sets, f"run {self._runs}"))
        cell.ran_as = cell.key
        with redirect_stdout(limited.stream("stdout")), redirect_stderr(limited.stream("stderr")):
            error = self._execute(cell, show)
        limited.close()
        if error is None:
            self.carries.update(dict.fromkeys(cell.names.sets, cell.key))
        return error

    def _execute(self, cell, show):
        file = f"cell {list(self.cells).index(cell.id) + 1}"
        linecache.cache[file] = (len(cell.source), None, cell.source.splitlines(True), file)
        try:
            tree = parse(cell.source, file)
            last = None
            if tree.body and isinstance(tree.body[-1], ast.Expr):
                last = ast.Expression(tree.body.pop().value)
            exec(compile(tree, file, "exec"), self.memory)
            if last is not None:
                value = eval(compile(last, file, "eval"), self.memory)
                if not cell.source.rstrip().endswith(";"):
                    _show(value, show)
            if self.at_end is not None:
                self.at_end()
        except NotLoaded:
            raise
        except BaseException as error:  # whatever the reader raises
            return _explain(error, file)
        return None

    def _read(self):
        """Find the names of all cells, and from these their keys."""
        keys, free, changing, imported, holds = {}, {}, frozenset(), set(), frozenset()
        for cell in self.cells.values():
            cell.names = names_of(cell.source, changing, holds)
            holds = frozenset((each, frozenset(held)) for each, held in cell.names.holds.items())
            changing |= cell.names.changing
            imported |= cell.names.imports
        for cell in self.cells.values():
            # `np.seterr()` does not set `np` for others.
            sets = cell.names.sets - (imported - cell.names.imports)
            cell.names = names = replace(cell.names, sets=sets)
            uses = _with_what_they_call(names.uses, free)
            cell.inputs = {name: keys[name] for name in sorted(uses) if name in keys}
            content = repr((cell.source, sorted(cell.inputs.items())))
            cell.key = hashlib.sha256(content.encode()).hexdigest()[:16]
            keys.update(dict.fromkeys(names.sets, cell.key))
            for name in names.sets:
                free.pop(name, None)
            free.update(names.free)


def _with_what_they_call(names, free):
    """The names, and those that the functions among them read, and so on."""
    found, waiting = set(), list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += free.get(name, ())
    return found


def _show(value, show):
    """Show the value of a cell's last line as a notebook does."""
    if value is None:
        return
    for kind in ("html", "markdown"):
        method = getattr(value, f"_repr_{kind}_", None)
        text = method() if method is not None and not isinstance(value, type) else None
        if text is not None:
            return show(kind, text)
    show("text", repr(value))


def _explain(error, here):
    """The traceback from the first of the reader's own lines on: {"short", "full"}."""

    def named(match):
        return 'File "this cell"' if match[1] == here else 'File "another cell"'

    def written(trace):
        return re.sub(r'File "(cell \d+)"', named, "".join(trace.format()))

    trace = error.__traceback__
    while trace is not None and not trace.tb_frame.f_code.co_filename.startswith("cell "):
        trace = trace.tb_next
    # With a raised limit of recursion it can be a million calls: seconds to read, and no use.
    whole = traceback.TracebackException(type(error), error, trace, limit=MOST_CALLS)
    own = traceback.TracebackException(type(error), error, trace, limit=MOST_CALLS)
    own.stack = traceback.StackSummary.from_list(
        [frame for frame in own.stack if frame.filename.startswith("cell ")]
    )
    own.__cause__ = own.__context__ = None
    return {"short": written(own), "full": written(whole)}


class _Limited:
    """Passes on what is printed until it is too much, and says then how much is left out."""

    def __init__(self, write):
        self.write, self.left, self.dropped = write, MOST_CHARACTERS, 0

    def stream(self, name):
        return _Stream(self, name)

    def take(self, name, text):
        shown = text[: self.left]
        self.left -= len(shown)
        self.dropped += len(text) - len(shown)
        if shown:
            self.write(name, shown)

    def close(self):
        if self.dropped:
            from chainrule.exercises._language import translated as _

            said = _(
                "… and {number} more characters, which are left out.", number=f"{self.dropped:,}"
            )
            self.write("stderr", f"\n{said}\n")


class _Stream(io.TextIOBase):
    """What `print` writes to."""

    encoding = "utf-8"

    def __init__(self, limited, name):
        self._limited, self._name, self._after_progress = limited, name, False
        self._told = -SECONDS_BETWEEN

    def write(self, text):
        if self._name == "stderr" and text.startswith("\r"):
            self._after_progress = True
            now = time.monotonic()
            if now - self._told >= SECONDS_BETWEEN:
                self._limited.write("progress", text.strip())
                self._told = now
        elif not (self._after_progress and text == "\n"):
            self._limited.take(self._name, text)
            self._after_progress = False
        return len(text)

    def writable(self):
        return True

    def isatty(self):
        return self._name == "stderr"  # so `fit` shows its progress
