"""Computational graphs: values step forward along the arrows, gradients step back."""

from chainrule.drawing.graph import Graph
from chainrule.explore._explorable import Explorable, OneOf, Real, Whole, module
from chainrule.nodes import Add, Exp, Mul, Reciprocal

WORDS = {
    "en": {
        "caption": "A value stands above its arrow (blue), the gradient of the last value with "
        "respect to it below (orange, bold). The thick arrow is the step just made; frames show "
        "the numbers it took (dashed) and the number it made. Point at a gradient, or tab to it, "
        "and it tells the product it came from.",
        "picture": "The graph: a value above each arrow, its gradient below.",
        "graph": "Graph",
        "bill": "the bill",
        "twice": "a number used twice, z = (x + y) · x",
        "sigmoid": "the sigmoid",
        "back": "Step before",
        "forward": "Next step",
        "play": "Play",
        "pause": "Pause",
        "begin_forward": "Begin forward",
        "begin_backward": "Begin backward",
        "start": "So far only the inputs have values. The next step gives the first node its turn.",
        "forward_is": "Forward, {k} of {n}: {formula}",
        "backward_is": "Backward, {k} of {n}: {formula}",
        "nudge": "Try it: raise {name} by 0.01, and {end} moves by {moved}, {ratio} times as much.",
        "forward_mul": "A product. The node keeps what came in: it will need it on the way back.",
        "forward_add": "A sum. The node need not keep anything.",
        "forward_minus": "A product with −1: the sign turns.",
        "forward_one": "A sum with 1. The node need not keep anything.",
        "forward_exp": "The node keeps its output: on the way back it is the local derivative.",
        "forward_reciprocal": "The node keeps its output, which is enough for the way back.",
        "forward_copy": "At the dot x parts. One number, two roads; each has a name of its own.",
        "backward_end": "The way back begins. The last value moves as much as itself: its gradient "
        "is 1.",
        "backward_mul": "A product hands each input the upstream gradient times the other input.",
        "backward_add": "A sum hands the upstream gradient on as it came: its local derivative "
        "is 1.",
        "backward_minus": "The local derivative of a product with −1 is −1.",
        "backward_one": "The local derivative of a sum is 1: the gradient is handed on as it came.",
        "backward_exp": "The local derivative of exp is its own output.",
        "backward_reciprocal": "The local derivative of 1/x is −1/x², minus the square of the "
        "output.",
        "backward_copy": "Where a value parts, the gradients of its two roads add.",
        "step_forward": "Press “Next step” until the bill is known. How much does each node need "
        "to know?",
        "done_forward": "Only the two numbers that come in. None of them knows that it belongs to "
        "a bill.",
        "step_backward": "Now the way back. Say each product aloud, then press “Next step”, to the "
        "end.",
        "done_backward": "Each input has its gradient. Every product took one number from the "
        "right and one that the way forward had kept.",
        "step_price": "Move pen_price. Which gradients change, and which stay?",
        "done_price": "Those of pens, its partner in the product, and of tax change. Three stay, "
        "its own among them: the bill is a straight line in it.",
        "step_twice": "Choose the number used twice, and step to its end. Where do the two roads "
        "of x meet again?",
        "done_twice": "At the dot where x parts. There the gradients of its two roads add.",
        "step_sigmoid": "Choose the sigmoid, step to its end, and pull x to one end. Which node "
        "makes the gradient small?",
        "done_sigmoid": "For large x it is exp, whose output is nearly 0. For very negative x it "
        "is 1/x: its output y is nearly 0, and −y² even more so.",
    }
}


def _bill(notebooks, price, pens, pen_price, tax):
    """The graph of (notebooks · price + pens · pen_price) · tax."""
    g = Graph()
    cost = g.apply(Mul(), g.input("notebooks", notebooks), g.input("price", price), label="×")
    pens_cost = g.apply(Mul(), g.input("pens", pens), g.input("pen_price", pen_price), label="×")
    before_tax = g.apply(Add(), cost, pens_cost, label="+")
    g.apply(Mul(), before_tax, g.input("tax", tax), label="×", name="bill")
    return g


def _twice(x, y):
    """The graph of z = (x + y) · x."""
    g = Graph()
    x, y = g.input("x", x), g.input("y", y)
    total = g.apply(Add(), x, y, label="+")
    g.apply(Mul(), x, total, label="×", name="z")
    return g


def _sigmoid(x):
    """The graph of y = 1 / (1 + e⁻ˣ)."""
    g = Graph()
    minus_x = g.apply(Mul(), g.input("x", x), g.input("−1", -1.0), label="×")
    exp = g.apply(Exp(), minus_x, label="exp")
    one_plus = g.apply(Add(), exp, g.input("1", 1.0), label="+")
    g.apply(Reciprocal(), one_plus, label="1/x", name="y")
    return g


class ComputationalGraph(Explorable):
    """The widget that `computational_graph` returns."""

    _esm = module("computational_graph.js")
    graph = OneOf("bill", "twice", "sigmoid")
    step = Whole(0, 13)
    notebooks = Real(0, 10)
    price = Real(0.5, 5)
    pens = Real(0, 10)
    pen_price = Real(0.1, 2)
    tax = Real(1, 1.3)
    x = Real(-5, 5)
    y = Real(-5, 5)
    sigmoid_x = Real(-4, 4)

    def still(self):
        graphs = {
            "bill": lambda: _bill(self.notebooks, self.price, self.pens, self.pen_price, self.tax),
            "twice": lambda: _twice(self.x, self.y),
            "sigmoid": lambda: _sigmoid(self.sigmoid_x),
        }
        return graphs[self.graph]().backward().draw()


def computational_graph(
    graph="bill", notebooks=3, price=2, pens=4, pen_price=0.5, tax=1.1, x=3, y=2, sigmoid_x=1
):
    """The explorable of chapter "Computational graphs": forward and backward, step by step.

    It starts with the first step made; the reader makes the others.

    Parameters
    ----------
    graph : str
        The graph at the start: "bill", "twice", which is z = (x + y) · x, or "sigmoid".
    notebooks, price, pens, pen_price, tax : float
        Inputs of the bill at the start: the counts in 0 … 10, the prices in 0.5 … 5 and 0.1 … 2,
        the tax factor in 1 … 1.3.
    x, y : float
        Inputs of z = (x + y) · x at the start, in −5 … 5.
    sigmoid_x : float
        Input of the sigmoid at the start, in −4 … 4.

    Returns
    -------
    Explorable
        A widget that also works on a page without a kernel.

    Raises
    ------
    ValueError
        For another graph, or an input out of range.
    """
    return ComputationalGraph(
        graph=graph,
        step=1,
        notebooks=notebooks,
        price=price,
        pens=pens,
        pen_price=pen_price,
        tax=tax,
        x=x,
        y=y,
        sigmoid_x=sigmoid_x,
        words=WORDS,
    )
