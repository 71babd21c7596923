"""What is nested too deeply for WebAssembly's stack is refused before it is parsed."""

import ast
import json

import pytest

from chainrule_dev.repository import ROOT
from chainrule_live.notebook import Notebook
from chainrule_live.parsing import MOST_NESTED, parse

TOO_DEEP = {
    "a sum": "+".join(["1"] * 5000),
    "signs": "-" * 5000 + "1",
    "brackets, each with an operator": "(1+" * 300 + "1" + ")" * 300,
    "calls": "f" + "(1)" * 5000,
    "attributes": "a" + ".b" * 5000,
    "nots": "not " * 5000 + "x",
}
FINE = {
    "a list of negative numbers": "[" + ", ".join(["-1"] * 5000) + "]",
    "many statements": "x = 1 + 2\n" * 5000,
    "a sum of some": "+".join(["1"] * MOST_NESTED),
    "a dictionary": "{" + ", ".join(f"{i}: -{i}" for i in range(3000)) + "}",
}


@pytest.mark.parametrize("name", TOO_DEEP)
def test_what_is_too_deep_is_refused_with_its_line(name):
    with pytest.raises(SyntaxError, match="more than 500 operators in one expression") as caught:
        parse("a = 1\n" + TOO_DEEP[name], "cell 2")
    assert (caught.value.lineno, caught.value.filename) == (2, "cell 2")


@pytest.mark.parametrize("name", FINE)
def test_what_is_long_and_not_deep_is_parsed(name):
    assert ast.dump(parse(FINE[name])) == ast.dump(ast.parse(FINE[name]))


def test_what_is_no_python_is_pythons_to_refuse():
    for text in ("(1 +", "a b", "'open", "  x = 1\n y = 2"):
        with pytest.raises(SyntaxError) as caught:
            parse(text)
        assert "operators" not in str(caught.value)


def test_a_cell_that_is_too_deep_says_so_and_spares_the_others():
    notebook = Notebook([("deep", TOO_DEEP["a sum"]), ("fine", "x = 2")])
    error = notebook.run("deep", lambda *said: None, lambda *shown: None)
    assert "SyntaxError: more than 500 operators" in error["short"]
    assert notebook.run("fine", lambda *said: None, lambda *shown: None) is None


def test_no_cell_of_the_book_is_near_it():
    for path in sorted((ROOT / "book" / "en").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "code" and "%pip" not in source:
                parse(source)
