"""The checksum of the code that makes one reference file: what tells whether it is up to date.

It covers the file's entry in CASES of tests/library/reference/make_reference.py and every function,
class and constant there that the entry uses, directly or not. Comments, docstrings and blank lines
do not count, since they change no result. The script is read and not imported: it needs PyTorch.
"""

import ast
import hashlib
import io
import symtable
import tokenize
from functools import lru_cache
from typing import NamedTuple

TABLE = "CASES"
SHARED = ("fix_arithmetic", "answers")  # run for every file


def reference_checksum(script, name):
    """The SHA-256 of the code that makes NAME.npz.

    Parameters
    ----------
    script : str
        The source of make_reference.py.
    name : str
        A key of its CASES.

    Returns
    -------
    str

    Raises
    ------
    KeyError
        If CASES has no entry of that name.
    """
    entries, definitions = _parse(script)
    if name not in entries:
        raise KeyError(f"{TABLE} in make_reference.py has no entry for {name}")
    entry = entries[name]
    needed, waiting = set(), {*SHARED, *entry.names}
    while waiting:
        used = waiting.pop()
        if used in definitions and used not in needed:
            needed.add(used)
            waiting |= definitions[used].names
    parts = [entry, *(definition for used, definition in definitions.items() if used in needed)]
    code = "\n".join(part.code for part in parts)
    return hashlib.sha256(code.encode("utf-8")).hexdigest()


class _Part(NamedTuple):
    """A piece of the script."""

    code: str  # its lines, without comments, docstrings and blank lines
    names: set  # the global names it refers to


@lru_cache(maxsize=4)
def _parse(script):
    """The entries of CASES by key, and the other top-level definitions by name, as parts."""
    source, lines = script.splitlines(keepends=True), _without_comments(script)

    def part(node, names_in):
        own = [line.rstrip() for line in lines[node.lineno - 1 : node.end_lineno] if line.strip()]
        return _Part("\n".join(own), _names_used(names_in))

    definitions, table = {}, None
    for node in ast.parse(script).body:
        for name in _defined(node):
            if name == TABLE:
                table = node.value
            else:
                text = "".join(source[node.lineno - 1 : node.end_lineno])
                definitions[name] = part(node, text)
    pairs = zip(table.keys, table.values, strict=True)
    return {key.value: part(value, ast.unparse(value)) for key, value in pairs}, definitions


def _defined(node):
    """The names that a statement at the top level defines."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _names_used(code):
    """The global names that a piece of code refers to."""
    top = symtable.symtable(code, "code", "exec")
    found, scopes = set(), [top]
    for scope in scopes:  # the list grows while it is read
        scopes.extend(scope.get_children())
        found |= {
            symbol.get_name()
            for symbol in scope.get_symbols()
            if symbol.is_global() or (scope is top and symbol.is_referenced())
        }
    return found


def _without_comments(script):
    """The lines of the script, comments and docstrings blanked out."""
    lines = script.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(script).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    for node in ast.walk(ast.parse(script)):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node):
            docstring = node.body[0]
            count = docstring.end_lineno - docstring.lineno + 1
            lines[docstring.lineno - 1 : docstring.end_lineno] = [""] * count
    return lines
