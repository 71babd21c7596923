"""Figures and computational graphs as inline SVG, in the book's colours.

Figures need the extra `chainrule[book]`, which they import when they are drawn.
"""

from chainrule.drawing.figures import (
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
from chainrule.drawing.graph import Graph

__all__ = [
    "BLUE",
    "GREEN",
    "GREY",
    "INK",
    "ORANGE",
    "PURPLE",
    "YELLOW",
    "Graph",
    "draw_digit",
    "figure",
    "show",
]
