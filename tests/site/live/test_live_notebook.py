"""Which cells another one needs, what is stale, and what a run prints and shows."""

import sys

import pytest

from chainrule_live import names
from chainrule_live import notebook as module
from chainrule_live.names import _Reader as Reader
from chainrule_live.notebook import Notebook


def run(notebook, name):
    """What a cell prints and shows, and its error."""
    found = []
    error = notebook.run(name, lambda *said: found.append(said), lambda *shown: found.append(shown))
    return found, error


def printed(notebook, name):
    """The text that a cell prints after all that it needs."""
    for before in notebook.needed(name):
        assert run(notebook, before)[1] is None
    found, error = run(notebook, name)
    assert error is None
    return "".join(text for _, text in found)


def cells(**sources):
    return Notebook(list(sources.items()))


def test_a_cell_needs_those_that_set_its_names_and_no_others():
    notebook = cells(a="x = 1", b="y = 2", c="z = x + 1", d="print(z)")
    assert notebook.needed("d") == ["a", "c"]
    assert printed(notebook, "d") == "2\n"
    assert notebook.needed("d") == []
    assert "y" not in notebook.memory


def test_the_last_cell_that_sets_a_name_counts():
    notebook = cells(a="x = 1", b="x = 2", c="print(x)", d="x = 3")
    assert notebook.needed("c") == ["b"]


def test_a_change_in_place_is_needed_too():
    notebook = cells(a="x = []", b="x.append(1)", c="y = x.copy()", d="x.append(2)", e="print(x)")
    assert notebook.needed("e") == ["a", "b", "d"]
    assert printed(notebook, "e") == "[1, 2]\n"


def test_a_name_that_a_later_cell_has_set_is_set_again():
    notebook = cells(a="x = 1", b="print(x)", c="x = 5\nprint(x)")
    assert printed(notebook, "c") == "5\n"
    assert notebook.needed("b") == ["a"]
    assert printed(notebook, "b") == "1\n"
    assert notebook.needed("b") == []


def test_running_a_change_in_place_again_begins_where_it_began():
    notebook = cells(a="x = [0]", b="x[0] += 1\nprint(x)")
    assert printed(notebook, "b") == "[1]\n"
    assert notebook.needed("b") == ["a"]
    assert printed(notebook, "b") == "[1]\n"


def test_a_function_reads_its_global_names_when_it_is_called():
    notebook = cells(a="k = 1", b="def f(x):\n    return k * x", c="k = 10", d="print(f(2))")
    assert notebook.needed("d") == ["a", "b", "c"]
    assert printed(notebook, "d") == "20\n"


def test_running_one_does_not_spoil_what_another_still_needs():
    """`b` sets x as well as y; `d` needs y of b and x of c."""
    notebook = cells(a="x = 0", b="y = x + 1\nx = 7", c="x = 2", d="print(x, y)")
    assert printed(notebook, "c") == ""
    assert notebook.needed("d") == ["a", "b", "c"]
    assert printed(notebook, "d") == "2 1\n"


def test_a_module_is_not_changed_by_what_is_called_on_it():
    notebook = cells(a="import math", b="print(math.floor(2.5))", c="print(math.ceil(2.5))")
    assert notebook.needed("c") == ["a"]


def test_after_an_edit_what_depends_on_it_is_stale_and_needed():
    notebook = cells(a="x = 1", b="y = x", c="print(y)", d="print(0)")
    printed(notebook, "c")
    printed(notebook, "d")
    assert notebook.stale() == []
    notebook.edit("a", "x = 5")
    assert notebook.stale() == ["a", "b", "c"]
    assert notebook.needed("c") == ["a", "b"]
    assert printed(notebook, "c") == "5\n"
    assert notebook.stale() == []
    notebook.edit("a", "x = 1")
    assert notebook.stale() == ["a", "b", "c"]


def test_an_edit_that_changes_which_cells_are_needed():
    notebook = cells(a="x = 1", b="y = 2", c="print(x)")
    notebook.edit("c", "print(y)")
    assert notebook.needed("c") == ["b"]


def test_what_a_failed_cell_has_set_is_not_trusted():
    notebook = cells(a="x = 1", b="x = 2\n1 / 0", c="print(x)")
    assert run(notebook, "a")[1] is None
    assert "ZeroDivisionError" in run(notebook, "b")[1]["short"]
    assert notebook.needed("b") == []
    assert notebook.needed("c") == ["b"]


def test_of_cells_with_the_same_text_the_first_is_run():
    notebook = cells(a="k = 2", b="x = k", c="print(x)", d="x = k", e="print(x)")
    assert notebook.needed("c") == ["a", "b"]
    assert printed(notebook, "c") == printed(notebook, "e") == "2\n"


def test_an_edit_reads_no_other_cell_again(monkeypatch):
    """It comes with every key that is typed, and reading a chapter takes long in a browser."""
    notebook = cells(a="x = 'read once'", b="print(x)")
    read = []
    monkeypatch.setattr(names, "_Reader", lambda *known: read.append(known) or Reader(*known))
    notebook.edit("b", "print(x, 'read now')")
    assert len(read) == 1


@pytest.mark.parametrize(
    "source",
    ["def f(a, a): pass", "nonlocal x", "def f():\n    x = 1\n    global x", "-" * 5000 + "1"],
)
def test_what_cannot_be_compiled_has_no_names_and_an_error(source):
    """Typed half a line, or kept from the last visit, it must not end Python."""
    notebook = cells(a=source, b="print(1)")
    assert notebook.needed("b") == []
    _, error = run(notebook, "a")
    assert "Error" in error["short"].splitlines()[-1]


def test_the_error_begins_in_the_readers_own_lines():
    notebook = cells(
        a="def f(x):\n    return g(x)", b="import json\ndef g(x):\n    json.loads(x)\nf('[')"
    )
    assert notebook.needed("b") == ["a"]
    run(notebook, "a")
    _, error = run(notebook, "b")
    assert error["short"].splitlines()[:3] == [
        "Traceback (most recent call last):",
        '  File "this cell", line 4, in <module>',
        "    f('[')",
    ]
    assert 'File "another cell", line 2, in f' in error["short"]
    assert "decoder.py" not in error["short"]
    assert "decoder.py" in error["full"]
    assert error["short"].splitlines()[-1].startswith("json.decoder.JSONDecodeError: Expecting")
    assert "notebook.py" not in error["full"]


@pytest.mark.parametrize(
    ("source", "last"),
    [
        ("x = = 1", "SyntaxError: invalid syntax"),
        ("if True:\nx = 1", "IndentationError: expected an indented block"),
        ("y = missing", "NameError: name 'missing' is not defined"),
        ("import sys\nsys.exit(3)", "SystemExit: 3"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("def f():\n    f()\nf()", "RecursionError: maximum recursion depth exceeded"),
        ("class A:\n    def __repr__(self):\n        1 / 0\nA()", "ZeroDivisionError: division by"),
        ("raise GeneratorExit", "GeneratorExit"),
        ("raise BaseException('x')", "BaseException: x"),
        ("return 1", "SyntaxError: 'return' outside function"),
    ],
)
def test_every_error_is_shown_and_none_leaves(source, last):
    _, error = run(cells(a=source), "a")
    assert error["short"].rstrip().splitlines()[-1].startswith(last)


def test_the_last_value_is_shown_as_in_a_notebook():
    class Both:
        def _repr_html_(self):
            return "<b>1</b>"

    notebook = cells(a="1 + 1", b="None", c="both", d="x = 3", e="both.__class__", f="[1][0];")
    notebook.memory["both"] = Both()
    assert run(notebook, "a") == ([("text", "2")], None)
    assert run(notebook, "b") == ([], None)
    assert run(notebook, "c") == ([("html", "<b>1</b>")], None)
    assert run(notebook, "d") == ([], None)
    assert run(notebook, "e")[0][0][0] == "text"
    assert run(notebook, "f") == ([], None)


def test_both_streams_are_told_apart():
    source = "import sys\nprint('a')\nprint('b', file=sys.stderr)"
    found, _ = run(cells(a=source), "a")
    assert [(s, t) for s, t in found if t.strip()] == [("stdout", "a"), ("stderr", "b")]
    assert sys.stdout is not None


def test_what_is_printed_to_has_the_methods_of_a_stream():
    source = "import sys\nassert sys.stdout.writable()\nsys.stdout.writelines(['a', 'b'])"
    assert run(cells(a=source), "a") == ([("stdout", "a"), ("stdout", "b")], None)


def test_of_very_deep_calls_the_first_are_shown(monkeypatch):
    monkeypatch.setattr(module, "MOST_CALLS", 5)
    _, error = run(cells(a="def f(n):\n    return f(n - 1) if n else 1 / 0\nf(50)"), "a")
    assert error["full"].count("in f") + error["full"].count("more time") <= 5
    assert error["short"].splitlines()[-1] == "ZeroDivisionError: division by zero"


def test_a_line_that_is_written_again_is_progress(monkeypatch):
    """As `fit` writes its bar, on what it takes for a terminal."""
    monkeypatch.setattr(module, "SECONDS_BETWEEN", 0)
    source = (
        "import sys\n"
        "assert sys.stderr.isatty() and not sys.stdout.isatty()\n"
        "print('\\r[#.] 1/2', end='', file=sys.stderr)\n"
        "print('\\r[##] 2/2', file=sys.stderr)\n"
        "print('warned', file=sys.stderr)\n"
    )
    found, error = run(cells(a=source), "a")
    assert error is None
    assert found[:2] == [("progress", "[#.] 1/2"), ("progress", "[##] 2/2")]
    assert "".join(text for _, text in found[2:]) == "warned\n"


def test_progress_is_told_now_and_then():
    """A page that is told a million times has no time to hear that Stop is pressed."""
    source = "import sys\nfor i in range(10_000):\n    print(f'\\r{i}', end='', file=sys.stderr)"
    found, _ = run(cells(a=source), "a")
    assert found[0] == ("progress", "0")
    assert len(found) < 100


def test_too_much_is_cut_and_counted(monkeypatch):
    monkeypatch.setattr(module, "MOST_CHARACTERS", 10)
    found, _ = run(cells(a="print('123456789012345')\nprint('more')"), "a")
    assert found == [
        ("stdout", "1234567890"),
        ("stderr", "\n… and 11 more characters, which are left out.\n"),
    ]
