"""show_source: the library's real source in a chapter, never a pasted copy."""

import inspect
from pathlib import Path

import chainrule

_ROOT = Path(chainrule.__file__).parent


class Source:
    """Python source that a notebook shows highlighted, and a terminal shows as it is."""

    def __init__(self, text, file):
        self.text, self.file = text, file

    def _repr_markdown_(self):
        return f"`{self.file}`\n\n```python\n{self.text}```"

    def __repr__(self):
        return self.text


def show_source(thing, docstring=False):
    """The source of a class, function or method of the library, as it runs.

    thing : a class, function or method defined in chainrule
    docstring : also show the docstring (left out by default: the chapter around it says it better)
    Returns an object that a notebook displays as highlighted Python under the file's name.
    Raises ValueError for something that is not from chainrule.
    """
    try:
        path = Path(inspect.getsourcefile(thing) or "")
    except (TypeError, OSError):  # made by something else than a def or class in a file
        path = Path()
    if _ROOT not in path.parents:
        raise ValueError(f"show_source: thing must be defined in chainrule, got {thing!r}")
    text = inspect.cleandoc("\n" + inspect.getsource(thing)) + "\n"
    if not docstring:
        text = _without_docstring(text, thing)
    return Source(text, f"chainrule/{path.relative_to(_ROOT).as_posix()}")


def _without_docstring(text, thing):
    """The text without the docstring of `thing` itself, nor the blank line after it."""
    if not thing.__doc__:
        return text
    before, quotes, rest = text.partition('"""')
    _, _, after = rest.partition('"""')
    return before.rstrip(" ") + after.lstrip("\n") if quotes else text
