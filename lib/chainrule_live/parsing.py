"""Parse a cell's text, unless it is nested so deeply that WebAssembly's stack would overflow.

CPython calls such a text too complex. In a browser the stack is smaller than it thinks,
and all of Python dies.
"""

import ast
import io
import tokenize

MOST_NESTED = 500  # operators, calls and brackets within each other; Pyodide dies of some thousands


def parse(source, file="<cell>"):
    """The syntax tree of a text.

    Parameters
    ----------
    source : str
        The text.
    file : str
        Its name in messages.

    Returns
    -------
    ast.Module

    Raises
    ------
    SyntaxError
        If it is no Python, or an expression in it is nested too deeply.
    """
    line = _first_too_deep(source)
    if line is not None:
        message = f"more than {MOST_NESTED} operators in one expression: too many for this page"
        raise SyntaxError(message, (file, line, None, source.splitlines()[line - 1]))
    return ast.parse(source, file)


def _first_too_deep(source):
    """The number of the first line that is too deep, or None.

    In `a + b + c` the second sum contains the first, so operators are counted, in each bracket from
    its beginning or the last comma.
    """
    depths = [0]  # of each open bracket
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.NEWLINE or token.string == ",":
                depths[-1] = 0
            elif token.string in ("(", "[", "{"):
                depths[-1] += 1  # a call counts as well: f(x)(x)(x)
                depths.append(0)
            elif token.string in (")", "]", "}") and len(depths) > 1:
                depths.pop()
            elif token.type == tokenize.OP or token.string in ("not", "lambda", "else", "await"):
                depths[-1] += 1
            if sum(depths) > MOST_NESTED:
                return token.start[0]
    except (tokenize.TokenError, SyntaxError):  # no Python: the parser says why
        return None
    return None
