"""show_source: the library's source in a chapter, as it runs and not as a copy."""

import inspect
from pathlib import Path

import chainrule

_ROOT = Path(chainrule.__file__).parent


class Source:
    """Python source: highlighted in a notebook, plain in a terminal.

    Parameters
    ----------
    text : str
        The source.
    file : str
        The name shown above it.
    """

    def __init__(self, text, file):
        self.text, self.file = text, file

    def _repr_markdown_(self):
        """What a notebook displays."""
        return f"`{self.file}`\n\n```python\n{self.text}```"

    def __repr__(self):
        return self.text


def show_source(thing, docstring=False):
    """The source of a class, function or method of the library.

    Parameters
    ----------
    thing : class, function or method
        Defined in chainrule.
    docstring : bool
        Whether to include its docstring, which the chapter usually replaces.

    Returns
    -------
    Source
        Displayed by a notebook as highlighted Python below the name of the file.

    Raises
    ------
    ValueError
        For anything that is not defined in chainrule.
    """
    try:
        # A decorator's wrapper is defined elsewhere: for np.errstate, in NumPy.
        path = Path(inspect.getsourcefile(inspect.unwrap(thing)) or "")
    except (TypeError, OSError):  # not defined by a def or class in a file
        path = Path()
    if _ROOT not in path.parents:
        raise ValueError(f"show_source: thing must be defined in chainrule, got {thing!r}")
    text = inspect.cleandoc("\n" + inspect.getsource(thing)) + "\n"
    if not docstring:
        text = _without_docstring(text, thing)
    return Source(text, f"chainrule/{path.relative_to(_ROOT).as_posix()}")


def _without_docstring(text, thing):
    """The text without the docstring of `thing` and the blank line after it."""
    if not thing.__doc__:
        return text
    before, quotes, rest = text.partition('"""')
    _, _, after = rest.partition('"""')
    return before.rstrip(" ") + after.lstrip("\n") if quotes else text
