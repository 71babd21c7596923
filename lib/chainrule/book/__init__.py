"""What only the chapters need: figures, drawn graphs, shown source, agreement, exercise checks.

Needs the extra `chainrule[book]`.
"""

from chainrule._extra import need

need("chainrule.book", "matplotlib")

from chainrule.book.agreement import agreement, pytorch_numbers
from chainrule.book.exercises import check
from chainrule.book.figures import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PURPLE,
    YELLOW,
    draw_digit,
    figure,
    show,
)
from chainrule.book.graph import Graph
from chainrule.book.source import show_source

__all__ = [
    "BLUE",
    "GREEN",
    "GREY",
    "INK",
    "ORANGE",
    "PURPLE",
    "YELLOW",
    "Graph",
    "agreement",
    "check",
    "draw_digit",
    "figure",
    "pytorch_numbers",
    "show",
    "show_source",
]
