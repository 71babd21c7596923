"""Graph: a computational graph that computes with the library's nodes and draws itself as SVG.

Values stand above the arrows, gradients below them. A quantity used twice shows the gradient that
comes back along each use, and their sum where the arrows part.
"""

import html
from dataclasses import dataclass, field

import numpy as np

from chainrule.drawing.figures import BLUE, ORANGE, Svg, svg_root

# Distances in pixels.
_RADIUS = 19  # of a node
_MARGIN = 14
_BEND = 30  # width of the slanted piece of an arrow
_STUB = 20  # the least length of a straight piece
_LETTER = 7.4  # width of a character, for leaving room
_LINE = 15  # height of a line of text

_BLUE = f"var(--cr-blue, {BLUE})"
_ORANGE = f"var(--cr-orange, {ORANGE})"


@dataclass(eq=False)
class Value:
    """A quantity in the graph: what an arrow carries."""

    name: str
    value: np.ndarray
    label: str = ""  # of the node that made it; empty for an input
    node: object = None
    sources: list = field(default_factory=list)
    row: float | None = None
    grad: np.ndarray | None = None
    uses: dict = field(default_factory=dict)  # {(consumer, position): gradient along that arrow}


class Graph:
    """A computational graph, built by computing it.

    g = Graph()
    a, b = g.input("a", 2), g.input("b", 3)
    c = g.apply(Mul(), a, b, label="×", name="c")
    g.backward()
    g.draw()

    input(name, value) and apply(node, *sources) return a Value; its `.value` is there at once, its
    `.grad` after backward. A node is anything that follows the layer protocol.
    """

    def __init__(self):
        self.values = []

    def input(self, name, value, row=None):
        """A quantity that comes from outside, drawn at the left end of its arrow.

        name : shown; value : number or array; row : where to draw it, counted from the top, may be
        0.5
        """
        return self._add(Value(name, np.asarray(value, float), row=row))

    def apply(self, node, *sources, label, name="", row=None):
        """Send values through a node, at once, and give back its output.

        node : Add(), Exp(), … used once; sources : Values of this graph; label : drawn in the node
        name : drawn after the node where the result leaves the graph; row : as for input
        Raises ValueError for a source that is not of this graph; what the node raises passes.
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
        """The Values that came from outside, in the order in which they were made."""
        return [value for value in self.values if value.node is None]

    def _add(self, value):
        self.values.append(value)
        return value

    def backward(self, dout=1.0):
        """Send the gradient of the last value back through every node; sums where a value is used
        twice.

        dout : the gradient at the end, a number or an array of the last value's shape
        """
        for value in self.values:
            value.grad = None
            value.uses.clear()
        last = self.values[-1]
        last.grad = np.broadcast_to(np.asarray(dout, float), last.value.shape)
        # Each value was made after its sources, so backwards every consumer comes before what it
        # consumed.
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
        """The graph as a picture for a notebook to display.

        alt : what it shows, in words; made from the graph when None
        values, gradients : show the numbers above, and (after backward) below the arrows
        digits : significant digits
        """
        gradients = gradients and any(value.grad is not None for value in self.values)
        return _Drawing(self.values, values, gradients, digits).picture(alt)


class _Drawing:
    """Where everything goes, and the SVG of it."""

    def __init__(self, graph_values, values, gradients, digits):
        self.all = graph_values
        self.values, self.gradients, self.digits = values, gradients, digits
        self.consumers = {id(v): [] for v in self.all}
        for value in self.all:
            for position, source in enumerate(value.sources):
                self.consumers[id(source)].append((value, position))
        self._place()

    def _place(self):
        column, row = {}, {}
        for value in self.all:
            column[id(value)] = 1 + max((column[id(s)] for s in value.sources), default=-1)
        for value in self.all:  # an input stands one column before the first node that uses it
            users = self.consumers[id(value)]
            if not value.sources and users:
                column[id(value)] = min(column[id(user)] for user, _ in users) - 1
        free = {}
        for value in self.all:
            wish = value.row
            if wish is None and value.sources:
                wish = np.mean([row[id(s)] for s in value.sources])
            if wish is None:
                wish = free.get(column[id(value)], 0)
            row[id(value)] = float(wish)
            free[column[id(value)]] = max(free.get(column[id(value)], 0), float(wish) + 1)

        lines = max(text.count("\n") + 1 for v in self.all for text in self._texts(v))
        self.row_height = 2 * lines * _LINE + 38
        names = max((len(v.name) for v in self.all if not v.sources), default=0)
        x = [_MARGIN + names * _LETTER + 8]
        for c in range(max(column.values())):
            x.append(x[c] + max(self._reach(v) for v in self.all if column[id(v)] == c))
        # A value that one node takes twice sends two arrows, which bulge up and down.
        bulge = 0.35 * self.row_height if any(_doubled(v) for v in self.all) else 0
        top = _MARGIN + lines * _LINE + 14 + bulge - min(row.values()) * self.row_height
        self.column = column
        self.at = {id(v): (x[column[id(v)]], top + row[id(v)] * self.row_height) for v in self.all}
        ends = [v for v in self.all if not self.consumers[id(v)]]
        self.width = max(self.at[id(v)][0] + self._reach(v) + len(v.name) * _LETTER for v in ends)
        self.height = max(y for _, y in self.at.values()) + lines * _LINE + 20 + bulge

    def _reach(self, value):
        """How far right of a value's own place the arrows that leave it need to go."""
        reach = (_RADIUS if value.sources else 0) + self._label_width(value)
        if not self.consumers[id(value)]:
            return reach + 22
        if len(self.consumers[id(value)]) > 1:
            reach += _BEND + self._label_width(value)
        return reach + _BEND + _RADIUS

    def _label_width(self, value):
        return _STUB + _LETTER * max(
            len(t) for text in self._texts(value) for t in text.split("\n")
        )

    def picture(self, alt):
        alt = alt or self._alt()
        arrows = "".join(self._arrows(value) for value in self.all)
        nodes = "".join(self._node(value) for value in self.all)
        return Svg(svg_root(arrows + nodes, alt, round(self.width), round(self.height)), alt)

    def _node(self, value):
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
        # Several uses: a dot where they part. The value and the summed gradient stand before it.
        dot = f'<circle cx="{end:.1f}" cy="{y:.1f}" r="4" fill="currentColor"/>'
        stem = _line([(x, y), (end, y)], head=False) + self._labels(x, end, y, value)
        return stem + dot + "".join(self._branch(end, y, value, *user) for user in users)

    def _branch(self, x, y, value, user, position):
        """The arrow from the dot where a value parts to one use, with that use's gradient."""
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
        """The value above and the gradient below a straight piece of an arrow."""
        middle = (left + right) / 2
        grad = value.grad if value is not None else grad
        above = below = ""
        if self.values and value is not None:
            above = self._stack(middle, y - 7, value.value, _BLUE, upward=True)
        if self.gradients and grad is not None:
            below = self._stack(middle, y + 17, grad, _ORANGE, upward=False)
        return above + below

    def _stack(self, x, y, number, color, upward):
        lines = self._format(number).split("\n")
        first = y - (len(lines) - 1) * _LINE if upward else y
        return "".join(
            _text(x, first + i * _LINE, line, "middle", color=color, bold=not upward)
            for i, line in enumerate(lines)
        )

    def _texts(self, value):
        shown = [self._format(value.value)] if self.values else [""]
        if self.gradients:
            grads = [value.grad, *value.uses.values()]
            shown += [self._format(g) for g in grads if g is not None]
        return shown

    def _format(self, number):
        return format_number(number, self.digits)

    def _alt(self):
        sentences = [self._sentence(value) for value in self.all]
        return "Computational graph. " + " ".join(sentences)

    def _sentence(self, value):
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
    """A number or small array as text: significant digits, a true minus sign, one line a row."""
    array = np.asarray(number, float)
    if array.ndim == 0:
        text = f"{float(array) + 0.0:.{digits}g}"
        return text.replace("e-0", "e-").replace("e+0", "e").replace("-", "−")
    if array.ndim == 1:
        return "[" + " ".join(format_number(x, digits) for x in array) + "]"
    return "\n".join(format_number(row, digits) for row in array)


def _flat(text):
    return text.replace("\n", ", ")


def _doubled(value):
    """Whether a node takes one value twice."""
    return len({id(source) for source in value.sources}) < len(value.sources)


def _text(x, y, text, anchor, *, color="currentColor", size=13, italic=False, bold=False):
    style = (' font-style="italic"' if italic else "") + (' font-weight="600"' if bold else "")
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" '
        f'font-family="sans-serif" fill="{color}"{style}>{html.escape(text)}</text>'
    )


def _line(points, head=True, to_node=False):
    """An arrow along the points; `to_node`: the last one is a node's centre, stop at its rim."""
    (x1, y1), (x2, y2) = points[-2:]
    if to_node:
        length = np.hypot(x2 - x1, y2 - y1)
        part = 1 - (_RADIUS + 2) / length
        x2, y2 = x1 + part * (x2 - x1), y1 + part * (y2 - y1)
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in [*points[:-1], (x2, y2)])
    style = 'stroke="currentColor" fill="none" stroke-linejoin="round" opacity="0.65"'
    return f'<path d="M{path}" {style}/>' + (_arrow_head(x1, y1, x2, y2) if head else "")


def _arrow_head(x1, y1, x2, y2):
    angle = np.arctan2(y2 - y1, x2 - x1)
    corners = [(x2, y2)] + [
        (x2 - 9 * np.cos(angle + turn), y2 - 9 * np.sin(angle + turn)) for turn in (0.4, -0.4)
    ]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    return f'<polygon points="{points}" fill="currentColor" opacity="0.65"/>'
