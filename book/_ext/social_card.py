"""The preview image of links to the book: 1200×630, drawn by Matplotlib while building.

A PNG, because sites that show previews do not accept SVG.
"""

import textwrap
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib
from fontTools.ttLib import TTFont
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Arc, Circle, FancyArrowPatch

from chainrule_site.packages import NODE_MODULES

INK, PAGE, MUTED = "#f2f2f2", "#121212", "#b4b4b4"
BLUE, ORANGE = "#56b4e9", "#ff9d4d"
STYLE = {"font.family": "DejaVu Sans", "mathtext.fontset": "dejavusans"}
# Matplotlib's own font has no Hangul.
HANGUL = NODE_MODULES / "@fontsource" / "do-hyeon" / "files" / "do-hyeon-korean-400-normal.woff2"


def draw_card(path, title, language="en"):
    """Write the card as PNG to path; the title has two parts, separated by a colon."""
    name, _, rest = title.partition(": ")
    with matplotlib.rc_context(STYLE), TemporaryDirectory() as folder:
        fonts = {"weight": "bold"}, {}
        if language == "ko":
            hangul = FontProperties(fname=unpacked(HANGUL, folder))
            fonts = {"font": hangul}, {"font": hangul}
        figure = Figure(figsize=(12, 6.3), dpi=100, facecolor=PAGE)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, 1200), ylim=(0, 630))
        axes.axis("off")
        draw_rings(axes, x=180, y=450, size=160)
        axes.text(298, 477, name, **fonts[0], size=62, color=INK, va="center")
        axes.text(301, 400, textwrap.fill(rest, 44), **fonts[1], size=27, color=MUTED, va="center")
        draw_graph(axes, y=180)
        figure.savefig(path, metadata={"Software": None})


def unpacked(font, folder):
    """The path of a copy of a web font that Matplotlib can read."""
    path = Path(folder, font.stem).with_suffix(".ttf")
    opened = TTFont(font)
    opened.flavor = None
    opened.save(path)
    return path


def draw_rings(axes, x, y, size):
    """Draw the logo (book/_static/logo.svg), `size` pixels wide, centred at (x, y)."""
    unit = size / 54  # the rings of the logo are 54 of its 64 units wide
    stroke = {"fill": False, "linewidth": 8 * unit * 0.72}  # in points, 72 per 100 pixels
    left, right = (x - 10 * unit, y), (x + 10 * unit, y)
    axes.add_patch(Circle(left, 17 * unit, color=BLUE, **stroke))
    axes.add_patch(Circle(right, 17 * unit, color=ORANGE, **stroke))
    width = 34 * unit
    axes.add_patch(Arc(left, width, width, theta1=-85, theta2=-20, color=BLUE, **stroke))


def draw_graph(axes, y):
    """Draw a small network as a graph, values above the arrows, gradients below."""
    nodes, radius = {370: "affine", 600: "ReLU", 830: "loss"}, 56
    for x, label in nodes.items():
        axes.add_patch(Circle((x, y), radius, fill=False, color=INK, linewidth=2.5))
        axes.text(x, y, label, size=20, color=INK, ha="center", va="center")
    starts = [100, *(x + radius for x in nodes)]
    ends = [*(x - radius for x in nodes), 1100]
    for start, end, value in zip(starts, ends, "XYZL", strict=True):
        gradient = "$1$" if value == "L" else f"$d{value}$"
        for sign, tail, head, colour, text in (
            (1, start, end, BLUE, f"${value}$"),
            (-1, end, start, ORANGE, gradient),
        ):
            draw_arrow(axes, tail, head, y + 14 * sign, colour)
            middle = (start + end) / 2
            axes.text(middle, y + 46 * sign, text, size=24, color=colour, ha="center", va="center")


def draw_arrow(axes, tail, head, y, colour):
    shape = {"arrowstyle": "-|>", "mutation_scale": 22, "shrinkA": 4, "shrinkB": 4}
    axes.add_patch(FancyArrowPatch((tail, y), (head, y), color=colour, linewidth=2.5, **shape))
