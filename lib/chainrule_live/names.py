"""The names that a cell sets and uses, found in its text.

A cell *uses* a name that it reads before it has set it, and *sets* the names that it assigns,
defines or imports. What changes an object in place counts as both: `net.W = 1`, `x[0] += 1`,
`layers.append(a)`. A method counts as a change unless it is one of `HARMLESS`; a function counts as
a change of its arguments if it is one of `CHANGING`, or is defined in the notebook and changes one
of its parameters.
"""

import ast
import symtable
from dataclasses import dataclass, field
from functools import lru_cache

from chainrule_live.parsing import parse

# Methods of arrays, numbers, texts and containers that leave their object as it is.
HARMLESS = frozenset(
    """
    all any argmax argmin argsort astype clip conj copy cumsum diagonal dot endswith flatten format
    get index is_integer isdigit item items join keys lower max mean min nonzero prod ravel repeat
    replace reshape round split splitlines squeeze startswith std strip sum swapaxes tobytes tolist
    transpose upper values var
    """.split()
)

# Functions and methods of the library that change what they are given.
CHANGING = frozenset({"fit", "update"})


@dataclass
class Names:
    """What the text of a cell says about names.

    Attributes
    ----------
    sets, uses : set of str
        The names that it sets and uses.
    imports : set of str
        Those of `sets` that are imported.
    free : dict of str to set of str
        For each function or class that it defines, the global names that its body reads; they are
        looked up when it is called.
    changing : set of str
        The functions that it defines which change an argument.
    holds : dict of str to set of str
        For objects made with a random generator, its name: what draws numbers from it is a call of
        the object's methods.
    """

    sets: set = field(default_factory=set)
    uses: set = field(default_factory=set)
    imports: set = field(default_factory=set)
    free: dict = field(default_factory=dict)
    changing: set = field(default_factory=set)
    holds: dict = field(default_factory=dict)


@lru_cache(maxsize=1024)  # an edit changes one cell, and comes with every key that is typed
def names_of(source, changing=frozenset(), holds=frozenset()):
    """The names of a cell; of one that is no Python, none.

    Parameters
    ----------
    source : str
        The text of the cell.
    changing : frozenset of str
        Names of functions, defined in other cells, that change an argument.
    holds : frozenset of (str, frozenset of str)
        Objects made in other cells, each with the generators that it holds.

    Returns
    -------
    Names
        The same object for the same arguments: it is not to be changed.
    """
    given = {name: set(held) for name, held in holds}
    reader = _Reader(set(changing), dict(given))
    try:
        reader.block(parse(source).body, set())
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # `def f(a, a)` fails late
        return Names(holds=given)
    return reader.names


class _Reader:
    """Goes through statements in order, with the set of names that are certainly set so far."""

    def __init__(self, changing, holds):
        self.names = Names(holds=holds)
        self.changing = changing | CHANGING

    def block(self, statements, known):
        for statement in statements:
            method = getattr(self, f"_{type(statement).__name__}", self._simple)
            method(statement, known)

    def _simple(self, node, known):
        """A statement, or an expression, without statements in it."""
        self.names.uses |= _globals_read(node) - known
        changed, holds = _changed(node, self.changing), self.names.holds
        held = set().union(*(holds.get(name, ()) for name in changed))
        for name in changed | held:
            self.names.sets.add(name)
            if name not in known:
                self.names.uses.add(name)
        given = _generators_given(node, holds)
        for name in changed | _assigned(node):
            if given:
                holds[name] = holds.get(name, set()) | given - {name}
        self._set(_assigned(node), known)

    def _set(self, names, known):
        self.names.sets |= names
        known |= names

    def _Import(self, node, known):
        names = {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        self._set(names, known)
        self.names.imports |= names

    _ImportFrom = _Import

    def _FunctionDef(self, node, known):
        free = _globals_read(node)
        self.names.uses |= free - known - {node.name}
        self.names.free[node.name] = free - {node.name}
        if _changes_a_parameter(node, self.changing):
            self.names.changing.add(node.name)
            self.changing = self.changing | {node.name}
        self._set({node.name}, known)

    _AsyncFunctionDef = _ClassDef = _FunctionDef

    def _If(self, node, known):
        self._simple(node.test, known)
        one, other = set(known), set(known)
        self.block(node.body, one)
        self.block(node.orelse, other)
        known |= one & other

    def _For(self, node, known):
        self._simple(node.iter, known)
        self._simple(node.target, known)
        self.block(node.body, known)  # a loop over nothing is not what a chapter shows
        self.block(node.orelse, known)

    def _While(self, node, known):
        self._simple(node.test, known)
        self.block(node.body, set(known))
        self.block(node.orelse, known)

    def _With(self, node, known):
        for item in node.items:
            self._simple(item.context_expr, known)
            if item.optional_vars:
                self._simple(item.optional_vars, known)
        self.block(node.body, known)

    def _Try(self, node, known):
        before = set(known)
        self.block(node.body, known)
        after = [known]
        for handler in node.handlers:
            branch = set(before)
            if handler.type:
                self._simple(handler.type, branch)
            self._set({handler.name} - {None}, branch)
            self.block(handler.body, branch)
            if not isinstance(handler.body[-1], ast.Raise | ast.Continue | ast.Break):
                after.append(branch)
        self.block(node.orelse, known)
        known &= set.intersection(*after) | before
        self.block(node.finalbody, known)


def _globals_read(node):
    """The global names that a piece of a program reads, in functions and comprehensions, too."""
    if isinstance(node, ast.expr) and isinstance(getattr(node, "ctx", None), ast.Store):
        # A target: what it reads are the objects and indices of attributes and items.
        inner = [n for n in ast.walk(node) if isinstance(n, ast.Attribute | ast.Subscript)]
        return set().union(*(_names_loaded(n) for n in inner))
    read, tables = set(), [symtable.symtable(ast.unparse(node), "cell", "exec")]
    is_module = True
    while tables:
        table = tables.pop()
        for symbol in table.get_symbols():
            if symbol.is_referenced() and (is_module or symbol.is_global()):
                read.add(symbol.get_name())
        tables += table.get_children()
        is_module = False
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        read.add(node.target.id)
    return read


def _names_loaded(node):
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def _assigned(node):
    """The names that a statement binds in the module, not in a comprehension or a lambda."""
    found = set()
    scopes = ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, scopes):
            # A walrus in a comprehension binds outside of it.
            walrus = [n for n in ast.walk(each) if isinstance(n, ast.NamedExpr)]
            found |= {n.target.id for n in walrus if not isinstance(each, ast.Lambda)}
            continue
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store | ast.Del):
            found.add(each.id)
        waiting += ast.iter_child_nodes(each)
    return found


def _root(node):
    """The name at the beginning of `net.layers[0].W`; None for what begins with a call."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _changed(node, changing):
    """The names whose objects a piece of a program changes in place."""
    found = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute | ast.Subscript) and not isinstance(each.ctx, ast.Load):
            found.add(_root(each))
        if isinstance(each, ast.Call):
            function = each.func
            if isinstance(function, ast.Attribute) and function.attr not in HARMLESS:
                found.add(_root(function.value))
            called = getattr(function, "attr", getattr(function, "id", None))
            if called in changing:
                given = [*each.args, *(keyword.value for keyword in each.keywords)]
                found |= {_root(argument) for argument in given}
    own = {
        argument.arg
        for each in ast.walk(node)
        if isinstance(each, ast.Lambda)
        for argument in each.args.args
    } | {
        name.id
        for each in ast.walk(node)
        if isinstance(each, ast.comprehension)
        for name in ast.walk(each.target)
        if isinstance(name, ast.Name)
    }
    return found - own - {None}


def _generators_given(node, holds):
    """The random generators that a call of a class, `Dropout(0.5, rng)`, gets to keep."""
    found = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name):
            if each.func.id[0].isupper():
                for given in [*each.args, *(keyword.value for keyword in each.keywords)]:
                    if isinstance(given, ast.Name):
                        is_generator = given.id.endswith("rng")
                        found |= {given.id} if is_generator else holds.get(given.id, set())
    return found


def _changes_a_parameter(node, changing):
    """Whether a function changes one of its arguments in place, or a class has such a method."""
    if isinstance(node, ast.ClassDef):
        return False
    arguments = node.args
    own = {a.arg for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]}
    changed = set().union(*(_changed(statement, changing) for statement in node.body))
    return bool(own & changed)
