"""Graph: a computational graph that computes with the library's nodes and draws itself as SVG.

Values are written above the arrows, gradients below them. For a value used twice, each branch shows
its gradient, and the stem before the branching point shows their sum.
"""

import html
from dataclasses import dataclass, field

import numpy as np

from chainrule.drawing.figures import BLUE, ORANGE, Svg, svg_root

# Distances in pixels.
_RADIUS = 16  # of a node
_MARGIN = 4
_BEND = 20  # width of the slanted part of an arrow
_STUB = 8  # length of a straight part beside the number on it
_BARE = 8  # length of a straight part without a number
_LETTER = 7.4  # width of a character, to reserve space
_LINE = 15  # height of a line of text

_BLUE = f"var(--cr-blue, {BLUE})"
_ORANGE = f"var(--cr-orange, {ORANGE})"


@dataclass(eq=False)
class Value:
    """A quantity in the graph, the value along an arrow.

    Parameters
    ----------
    name : str
        Shown at its end of the arrow.
    value : array
    label : str
        Of the node that computed it; empty for an input.
    node : Layer or None
        The node that computed it; None for an input.
    sources : list of Value
        The inputs of that node.
    row : float or None
        Where to draw it.
    grad : array or None
        Its gradient, after backward.
    uses : dict
        {(id of the consuming Value, position among its sources): gradient along that arrow}.
    """

    name: str
    value: np.ndarray
    label: str = ""
    node: object = None
    sources: list = field(default_factory=list)
    row: float | None = None
    grad: np.ndarray | None = None
    uses: dict = field(default_factory=dict)


class Graph:
    """A computational graph, built by computing it.

    g = Graph()
    a, b = g.input("a", 2), g.input("b", 3)
    c = g.apply(Mul(), a, b, label="×", name="c")
    g.backward()
    g.draw()

    `input` and `apply` return a Value, whose `.value` is computed at once and `.grad` by backward.
    A node is anything that follows the layer protocol.

    Attributes
    ----------
    values : list of Value
        All values, in the order of their computation.
    """

    def __init__(self):
        self.values = []

    def input(self, name, value, row=None):
        """Add an input, drawn at the left end of its arrow.

        Parameters
        ----------
        name : str
            Shown before the arrow.
        value : float or array
        row : float or None
            Where to draw it, counted from the top; may be fractional.

        Returns
        -------
        Value
        """
        return self._add(Value(name, np.asarray(value, float), row=row))

    def apply(self, node, *sources, label, name="", row=None):
        """Apply a node to values, at once.

        Parameters
        ----------
        node : Layer
            Add(), Exp(), … each used once.
        *sources : Value
            Its inputs, values of this graph.
        label : str
            Drawn in the node.
        name : str
            Drawn after the arrow that leaves the graph.
        row : float or None
            As for `input`.

        Returns
        -------
        Value
            The output.

        Raises
        ------
        ValueError
            For a source of another graph. Errors of the node are passed on.
        """
        for source in sources:
            if source not in self.values:
                raise ValueError(
                    f"Graph.apply: sources must be Values of this graph, got {source!r}"
                )
        out = np.asarray(node.forward(*(source.value for source in sources)))
        return self._add(Value(name, out, label, node, list(sources), row))

    @property
    def inputs(self):
        """The inputs, in the order in which they were added."""
        return [value for value in self.values if value.node is None]

    def _add(self, value):
        """Add a value and return it."""
        self.values.append(value)
        return value

    def backward(self, dout=1.0):
        """Compute the gradient of every value, summed over its uses.

        Parameters
        ----------
        dout : float or array
            The gradient of the last value, in its shape or a number for all elements.

        Returns
        -------
        Graph
            This one.
        """
        for value in self.values:
            value.grad = None
            value.uses.clear()
        last = self.values[-1]
        last.grad = np.broadcast_to(np.asarray(dout, float), last.value.shape)
        # Each value is computed after its sources, so in reverse order consumers come first.
        for value in reversed(self.values):
            if value.node is None or value.grad is None:
                continue
            grads = value.node.backward(value.grad)
            grads = grads if isinstance(grads, tuple) else (grads,)
            for position, (source, grad) in enumerate(zip(value.sources, grads, strict=True)):
                source.uses[id(value), position] = np.asarray(grad)
                source.grad = grad if source.grad is None else source.grad + grad
        return self

    def draw(self, alt=None, values=True, gradients=True, digits=4):
        """The graph as a picture, which a notebook displays.

        Parameters
        ----------
        alt : str or None
            What it shows, in words; None derives it from the graph.
        values, gradients : bool
            Whether to show the values and, after backward, the gradients.
        digits : int
            Number of significant digits.

        Returns
        -------
        Svg
        """
        gradients = gradients and any(value.grad is not None for value in self.values)
        return _Drawing(self.values, values, gradients, digits).picture(alt)


class _Drawing:
    """The layout of a graph, and its SVG."""

    def __init__(self, graph_values, values, gradients, digits):
        self.all = graph_values
        self.values, self.gradients, self.digits = values, gradients, digits
        self.consumers = {id(v): [] for v in self.all}
        for value in self.all:
            for position, source in enumerate(value.sources):
                self.consumers[id(source)].append((value, position))
        self._place()

    def _place(self):
        """Compute the position of every value, and the size of the picture."""
        column, row = {}, {}
        for value in self.all:
            column[id(value)] = 1 + max((column[id(s)] for s in value.sources), default=-1)
        for value in self.all:  # an input is one column before the first node that uses it
            users = self.consumers[id(value)]
            if not value.sources and users:
                column[id(value)] = min(column[id(user)] for user, _ in users) - 1
        free = {}
        for value in self.all:
            wanted = value.row
            if wanted is None and value.sources:
                wanted = np.mean([row[id(s)] for s in value.sources])
            if wanted is None:
                wanted = free.get(column[id(value)], 0)
            row[id(value)] = float(wanted)
            free[column[id(value)]] = max(free.get(column[id(value)], 0), float(wanted) + 1)

        lines = max(text.count("\n") + 1 for v in self.all for text in self._texts(v))
        self.row_height = 2 * lines * _LINE + 38
        names = max((len(v.name) for v in self.all if not v.sources), default=0)
        x = [_MARGIN + names * _LETTER + 8]
        for c in range(max(column.values())):
            x.append(x[c] + max(self._reach(v) for v in self.all if column[id(v)] == c))
        # If a node takes a value twice, the two arrows bulge up and down.
        bulge = 0.35 * self.row_height if any(_doubled(v) for v in self.all) else 0
        top = _MARGIN + lines * _LINE + 14 + bulge - min(row.values()) * self.row_height
        self.column = column
        self.at = {id(v): (x[column[id(v)]], top + row[id(v)] * self.row_height) for v in self.all}
        ends = [v for v in self.all if not self.consumers[id(v)]]
        self.width = max(self.at[id(v)][0] + self._reach(v) + len(v.name) * _LETTER for v in ends)
        self.height = max(y for _, y in self.at.values()) + lines * _LINE + 20 + bulge

    def _reach(self, value):
        """The width that a value's outgoing arrows need, to the right of its position."""
        reach = (_RADIUS if value.sources else 0) + self._label_width(value)
        if not self.consumers[id(value)]:
            return reach + 22
        if len(self.consumers[id(value)]) > 1:
            reach += _BEND + self._label_width(value)
        return reach + _BEND + _RADIUS

    def _label_width(self, value):
        """The length of a straight part that has room for the value's numbers."""
        letters = max(len(t) for text in self._texts(value) for t in text.split("\n"))
        return _STUB + _LETTER * letters if letters else _BARE

    def picture(self, alt):
        """The picture, with this alt text or one derived from the graph."""
        alt = alt or self._alt()
        arrows = "".join(self._arrows(value) for value in self.all)
        nodes = "".join(self._node(value) for value in self.all)
        return Svg(
            svg_root(arrows + nodes, alt, round(self.width), round(self.height), 10 / 13), alt
        )

    def _node(self, value):
        """The circle of the node that computed a value, or the name of an input."""
        x, y = self.at[id(value)]
        if not value.sources:
            return _text(x - 6, y + 5, value.name, "end", italic=True)
        return (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_RADIUS}" fill="none" stroke="currentColor" '
            f'stroke-width="1.5"/>' + _text(x, y + 5, value.label, "middle", size=15)
        )

    def _arrows(self, value):
        """The arrows that leave a value: to each consumer, or out of the graph."""
        x, y = self.at[id(value)]
        x += _RADIUS if value.sources else 0
        end = x + self._label_width(value)
        users = self.consumers[id(value)]
        if not users:
            name = _text(end + 16, y + 5, value.name, "start", italic=True)
            return _line([(x, y), (end + 10, y)]) + self._labels(x, end, y, value) + name
        if len(users) == 1:
            ((user, _),) = users
            ux, uy = self.at[id(user)]
            points = [(x, y), (ux - _RADIUS - _BEND, y), (ux, uy)]
            return _line(points, to_node=True) + self._labels(x, end, y, value)
        # Several uses: a dot where the arrows branch. The value and the summed gradient precede it.
        dot = f'<circle cx="{end:.1f}" cy="{y:.1f}" r="4" fill="currentColor"/>'
        stem = _line([(x, y), (end, y)], head=False) + self._labels(x, end, y, value)
        return stem + dot + "".join(self._branch(end, y, value, *user) for user in users)

    def _branch(self, x, y, value, user, position):
        """The arrow from the dot to one use of the value, with the gradient of that use."""
        ux, uy = self.at[id(user)]
        next_door = self.column[id(user)] == self.column[id(value)] + 1
        lane = uy if next_door else y
        if _doubled(user):
            lane += (position - 0.5) * 0.7 * self.row_height
        straight = x + _BEND, ux - _RADIUS - _BEND
        points = [(x, y), (straight[0], lane), (straight[1], lane), (ux, uy)]
        grad = value.uses.get((id(user), position))
        left = straight[0]
        labels = self._labels(left, left + self._label_width(value), lane, grad=grad)
        return _line(points, to_node=True) + labels

    def _labels(self, left, right, y, value=None, grad=None):
        """The value above and the gradient below a straight part of an arrow."""
        middle = (left + right) / 2
        grad = value.grad if value is not None else grad
        above = below = ""
        if self.values and value is not None:
            above = self._stack(middle, y - 7, value.value, _BLUE, upward=True)
        if self.gradients and grad is not None:
            below = self._stack(middle, y + 17, grad, _ORANGE, upward=False)
        return above + below

    def _stack(self, x, y, number, color, upward):
        """A number or matrix as lines of text, centred at x, the last or the first line at y."""
        lines = self._format(number).split("\n")
        first = y - (len(lines) - 1) * _LINE if upward else y
        return "".join(
            _text(x, first + i * _LINE, line, "middle", color=color, bold=not upward)
            for i, line in enumerate(lines)
        )

    def _texts(self, value):
        """All numbers shown along the arrows of a value."""
        shown = [self._format(value.value)] if self.values else [""]
        if self.gradients:
            grads = [value.grad, *value.uses.values()]
            shown += [self._format(g) for g in grads if g is not None]
        return shown

    def _format(self, number):
        """A number as text, with the digits of this drawing."""
        return format_number(number, self.digits)

    def _alt(self):
        """The alt text: a sentence for each value."""
        sentences = [self._sentence(value) for value in self.all]
        return "Computational graph. " + " ".join(sentences)

    def _sentence(self, value):
        """One value in words: where it comes from, its number and its gradient."""
        names = {}
        for i, v in enumerate(self.all):
            names[id(v)] = v.name or f"{v.label} (node {i})"
        shown = f" = {_flat(self._format(value.value))}" if self.values else ""
        if value.sources:
            via = " and ".join(names[id(source)] for source in value.sources)
            text = f"{via} through {value.label} give {value.name or names[id(value)]}{shown}"
        else:
            text = f"Input {value.name}{shown}"
        if self.gradients and value.grad is not None:
            text += f", gradient {_flat(self._format(value.grad))}"
        return text + "."


def format_number(number, digits=4):
    """A number or small array as text with true minus signs, one line per row.

    Parameters
    ----------
    number : float or array
    digits : int
        Number of significant digits.

    Returns
    -------
    str
    """
    array = np.asarray(number, float)
    if array.ndim == 0:
        text = f"{float(array) + 0.0:.{digits}g}"
        return text.replace("e-0", "e-").replace("e+0", "e").replace("-", "−")
    if array.ndim == 1:
        return "[" + " ".join(format_number(x, digits) for x in array) + "]"
    return "\n".join(format_number(row, digits) for row in array)


def _flat(text):
    """Several lines as one."""
    return text.replace("\n", ", ")


def _doubled(value):
    """Whether a node takes the same value twice."""
    return len({id(source) for source in value.sources}) < len(value.sources)


def _text(x, y, text, anchor, *, color="currentColor", size=13, italic=False, bold=False):
    """A <text> element."""
    style = (' font-style="italic"' if italic else "") + (' font-weight="600"' if bold else "")
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" '
        f'font-family="sans-serif" fill="{color}"{style}>{html.escape(text)}</text>'
    )


def _line(points, head=True, to_node=False):
    """An arrow along the points; with `to_node` it ends at the rim of a node at the last point."""
    (x1, y1), (x2, y2) = points[-2:]
    if to_node:
        length = np.hypot(x2 - x1, y2 - y1)
        part = 1 - (_RADIUS + 2) / length
        x2, y2 = x1 + part * (x2 - x1), y1 + part * (y2 - y1)
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in [*points[:-1], (x2, y2)])
    style = 'stroke="currentColor" fill="none" stroke-linejoin="round" opacity="0.65"'
    return f'<path d="M{path}" {style}/>' + (_arrow_head(x1, y1, x2, y2) if head else "")


def _arrow_head(x1, y1, x2, y2):
    """The triangle at the end of an arrow from (x1, y1) to (x2, y2)."""
    angle = np.arctan2(y2 - y1, x2 - x1)
    corners = [(x2, y2)] + [
        (x2 - 9 * np.cos(angle + turn), y2 - 9 * np.sin(angle + turn)) for turn in (0.4, -0.4)
    ]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    return f'<polygon points="{points}" fill="currentColor" opacity="0.65"/>'
