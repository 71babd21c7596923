"""The names that a cell sets and uses."""

import pytest

from chainrule_live.names import names_of

CASES = {
    "an assignment": ("x = y + 1", "x", "y"),
    "what is set first is not used": ("x = 1\nprint(x)", "x", "print"),
    "a name that is set from itself": ("x = x + 1", "x", "x"),
    "an augmented assignment": ("x += y", "x", "x y"),
    "several targets": ("(a, b), *c = d", "a b c", "d"),
    "an item": ("x[i] = y", "x", "x i y"),
    "an attribute": ("net.layer.W = y", "net", "net y"),
    "an attribute of what the cell has made": ("net = f()\nnet.W = 1", "net", "f"),
    "deleting": ("del x[0]", "x", "x"),
    "a method": ("rng.normal(size=n)", "rng", "rng n"),
    "a method that changes nothing": ("x.mean()", "", "x"),
    "a function that changes nothing": ("f(x)", "", "f x"),
    "training": ("fit(net, x, t)", "net x t", "fit net x t"),
    "an optimizer": ("sgd.update(net.params, net.grads)", "sgd net", "sgd net"),
    "a function's own names": ("def f(a, b=c):\n    d = a\n    return d + e", "f", "c e"),
    "a function that calls itself": ("def f(n):\n    return f(n - 1)", "f", ""),
    "a class": ("class A(B):\n    c = d\n    def e(self):\n        return g", "A", "B d g"),
    "a lambda": ("f = lambda a: a + b", "f", "b"),
    "a comprehension": ("x = [a * b for a in c]", "x", "b c"),
    "a comprehension's method": ("x = [a.forward(1) for a in c]", "x", "c"),
    "a walrus": ("if (n := len(x)) > 1:\n    print(n)", "n", "len x print"),
    "one branch sets it": ("if a:\n    x = 1\nprint(x)", "x", "a x print"),
    "both branches set it": ("if a:\n    x = 1\nelse:\n    x = 2\nprint(x)", "x", "a print"),
    "a loop": ("for i in r:\n    y = i\n    print(y)\nprint(y)", "i y", "r print"),
    "a loop that carries on": ("for i in r:\n    s = s + i", "i s", "r s"),
    "while": ("while a:\n    b = 1\nprint(b)", "b", "a b print"),
    "with": ("with f() as g:\n    h = g", "g h", "f"),
    "try": ("try:\n    x = f()\nexcept E as e:\n    print(e)\nprint(x)", "x e", "f E print x"),
    "try or raise": ("try:\n    x = f()\nexcept E:\n    raise\nprint(x)", "x", "f E print"),
    "imports": ("import numpy as np, a.b\nfrom c import d as e", "np a e", ""),
    "an f-string": ("print(f'{x:.{n}f}')", "", "print x n"),
    "no Python": ("x = = 1", "", ""),
    "nothing": ("", "", ""),
    "a null character": ("x = '\0'", "", ""),
}


@pytest.mark.parametrize(("source", "sets", "uses"), CASES.values(), ids=CASES)
def test_the_names_of_a_cell(source, sets, uses):
    names = names_of(source)
    assert (names.sets, names.uses) == (set(sets.split()), set(uses.split()))


def test_a_function_of_the_reader_that_changes_its_argument():
    names = names_of("def train(net, x):\n    net.W = x\n\ndef look(net):\n    return net.W\n")
    assert names.changing == {"train"}
    assert names_of("train(net, x)", frozenset(names.changing)).sets == {"net", "x"}
    assert names_of("look(net)", frozenset(names.changing)).sets == set()


def test_a_function_that_calls_one_that_changes_its_argument():
    names = names_of("def a(x):\n    x[0] = 1\n\ndef b(y):\n    a(y)\n")
    assert names.changing == {"a", "b"}


def test_an_object_that_draws_from_a_generator_changes_it():
    holds = names_of("drop = Dropout(0.5, rng)\nnet = Sequential(drop=drop)").holds
    assert holds == {"drop": {"rng"}, "net": {"rng"}}
    elsewhere = frozenset((name, frozenset(held)) for name, held in holds.items())
    assert names_of("net.forward(x)", holds=elsewhere).sets == {"net", "rng"}
    assert names_of("other.forward(x)", holds=elsewhere).sets == {"other"}


def test_what_a_function_reads_when_it_is_called():
    assert names_of("def f(x):\n    return x + shift").free == {"f": {"shift"}}
