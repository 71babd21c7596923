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
    },
    "ko": {
        "caption": "화살표 위에는 값(파란색)이, 아래에는 그 값에 대한 마지막 값의 기울기(주황색, "
        "굵은 글씨)가 있다. 굵은 화살표는 방금 디딘 걸음이다. 그 걸음에 쓴 수에는 파선 테두리가, "
        "새로 얻은 수에는 실선 테두리가 있다. 기울기를 가리키거나 탭 키로 옮겨 가면 어떤 곱에서 "
        "나왔는지 나타난다.",
        "picture": "그래프. 화살표마다 위에는 값, 아래에는 기울기가 있다.",
        "graph": "그래프",
        "bill": "계산서",
        "twice": "두 번 쓰는 수, z = (x + y) · x",
        "sigmoid": "시그모이드",
        "back": "이전 걸음",
        "forward": "다음 걸음",
        "play": "재생",
        "pause": "멈춤",
        "begin_forward": "순전파부터",
        "begin_backward": "역전파부터",
        "start": "아직은 입력에만 값이 있습니다. 다음 걸음에서 첫 노드가 계산합니다.",
        "forward_is": "순전파 {n}걸음 가운데 {k}번째: {formula}",
        "backward_is": "역전파 {n}걸음 가운데 {k}번째: {formula}",
        "nudge": "직접 확인해 보세요. {name}의 값을 0.01 올리면 {end}의 값은 {moved}만큼, "
        "곧 {ratio}배만큼 움직입니다.",
        "forward_mul": "곱셈입니다. 들어온 수를 간직합니다. 돌아가는 길에 필요합니다.",
        "forward_add": "덧셈입니다. 아무것도 간직하지 않아도 됩니다.",
        "forward_minus": "−1을 곱합니다. 부호가 바뀝니다.",
        "forward_one": "1을 더합니다. 아무것도 간직하지 않아도 됩니다.",
        "forward_exp": "출력을 간직합니다. 돌아가는 길에는 출력이 국소 미분입니다.",
        "forward_reciprocal": "출력을 간직합니다. 돌아가는 길에는 그것으로 충분합니다.",
        "forward_copy": "점에서 x가 갈라집니다. 수는 하나, 길은 둘이고, 길마다 이름이 있습니다.",
        "backward_end": "이제 돌아갑니다. 마지막 값은 자기 자신과 똑같이 움직이므로 기울기가 "
        "1입니다.",
        "backward_mul": "곱셈은 두 입력에 상류 기울기와 다른 쪽 입력을 곱한 값을 넘겨줍니다.",
        "backward_add": "덧셈은 상류 기울기를 그대로 넘겨줍니다. 국소 미분이 1입니다.",
        "backward_minus": "−1을 곱하는 노드의 국소 미분은 −1입니다.",
        "backward_one": "덧셈의 국소 미분은 1입니다. 기울기를 그대로 넘겨줍니다.",
        "backward_exp": "exp의 국소 미분은 자신의 출력입니다.",
        "backward_reciprocal": "1/x의 국소 미분은 −1/x², 곧 출력의 제곱에서 부호를 바꾼 값입니다.",
        "backward_copy": "값이 갈라지는 곳에서는 두 길의 기울기를 더합니다.",
        "step_forward": "계산서의 금액이 나올 때까지 “다음 걸음”을 누르세요. 노드는 저마다 얼마나 "
        "알아야 할까요?",
        "done_forward": "들어오는 두 수만 알면 됩니다. 자기가 계산서의 일부라는 것을 아는 노드는 "
        "하나도 없습니다.",
        "step_backward": "이제 돌아갑니다. 곱을 하나씩 소리 내어 말한 다음 “다음 걸음”을 눌러, "
        "끝까지 가 보세요.",
        "done_backward": "모든 입력이 기울기를 얻었습니다. 곱마다 수 하나는 오른쪽에서 왔고, "
        "다른 하나는 순전파 때 간직한 것입니다.",
        "step_price": "pen_price를 움직이세요. 어느 기울기가 변하고 어느 기울기가 그대로일까요?",
        "done_price": "곱셈의 짝인 pens의 기울기와 tax의 기울기가 변합니다. 나머지 셋은 "
        "그대로이고, pen_price 자신의 기울기도 그 가운데 하나입니다. 계산서의 금액은 "
        "pen_price의 일차식이기 때문입니다.",
        "step_twice": "“두 번 쓰는 수”를 골라 끝까지 가 보세요. x의 두 길은 어디서 다시 만날까요?",
        "done_twice": "x가 갈라지는 점에서 만납니다. 거기서 두 길의 기울기를 더합니다.",
        "step_sigmoid": "시그모이드를 골라 끝까지 간 다음, x를 한쪽 끝으로 끌어 보세요. 어느 "
        "노드가 기울기를 작게 만들까요?",
        "done_sigmoid": "x가 크면 exp입니다. 출력이 거의 0이기 때문입니다. x가 0보다 훨씬 작으면 "
        "1/x입니다. 출력 y가 거의 0이고, −y²은 더욱 0에 가깝습니다.",
    },
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
