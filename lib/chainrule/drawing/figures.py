"""Figures for the chapters: inline SVG in the page's colours, light or dark, with alt text.

Inline, because a picture in an <img> element cannot use the page's colours. SVG, because strict
nbval compares text and skips images: a stored figure that its code no longer makes fails the tests.
"""

import hashlib
import html
import io
import re

import numpy as np

from chainrule._extra import need
from chainrule.drawing.panels import label_every_column, panels, side_by_side

# Distinguishable for colour-blind readers, and with enough contrast on white. On a dark page the
# site's stylesheet sets each variable to a lighter colour; INK is the colour of the page's text.
INK = "#1a1a1a"
BLUE = "#0072b2"
ORANGE = "#bf5300"
GREEN = "#007a5a"
PURPLE = "#a0527e"
YELLOW = "#8a6d00"
GREY = "#6b6b6b"
PAGE = "#fefefe"  # the page's own colour; white stays white on a dark page
_ON_PAGE = {
    INK: "currentColor",
    BLUE: f"var(--cr-blue, {BLUE})",
    ORANGE: f"var(--cr-orange, {ORANGE})",
    GREEN: f"var(--cr-green, {GREEN})",
    PURPLE: f"var(--cr-purple, {PURPLE})",
    YELLOW: f"var(--cr-yellow, {YELLOW})",
    GREY: f"var(--cr-grey, {GREY})",
    PAGE: f"var(--cr-page, {PAGE})",
}

_STYLE = {
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 11,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "font.family": "DejaVu Sans",  # part of Matplotlib, so it is the same everywhere
    "font.size": 10.5,  # 14 pixels
    "grid.alpha": 0.35,
    "grid.color": GREY,
    "grid.linewidth": 0.5,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "svg.fonttype": "path",
    "svg.hashsalt": "chainrule",  # element ids from the content, not from a random number
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}
_CYCLE = {
    "color": [BLUE, ORANGE, GREEN, PURPLE, YELLOW],
    "linestyle": ["-", "--", "-.", ":", (0, (5, 1, 1, 1))],
}


def _matplotlib():
    """Matplotlib, imported by the first figure: a cell without one need not wait for it."""
    need("chainrule.drawing", "matplotlib")
    import matplotlib.figure

    return matplotlib


class Svg:
    """A picture: inline SVG in a <figure> in notebooks, its alt text in a terminal.

    Parameters
    ----------
    svg : str
        An <svg> element, or a <div> of several, the panels of a figure.
    alt : str
        What the picture shows, in words.
    """

    def __init__(self, svg, alt):
        self.svg, self.alt = svg, alt

    def _repr_html_(self):
        """What a notebook displays."""
        return f'<figure class="cr-figure">{self.svg}</figure>'

    def __repr__(self):
        return f"[Figure: {self.alt}]"


def figure(width=6.4, height=3.2, rows=1, columns=1, **options):
    """A Matplotlib figure in the book's style, and its axes: like plt.subplots, but not displayed.

    Parameters
    ----------
    width, height : float
        In inches, each 96 pixels on the page.
    rows, columns : int
        Number of rows and columns of axes.
    **options
        Further arguments of Matplotlib's Figure.subplots.

    Returns
    -------
    figure : matplotlib.figure.Figure
    axes : Axes, or array of Axes

    Raises
    ------
    ImportError
        Where Matplotlib, which comes with the extra `chainrule[book]`, is not installed.
    """
    matplotlib = _matplotlib()
    matplotlib.rcParams.update(_STYLE, **{"axes.prop_cycle": matplotlib.cycler(**_CYCLE)})
    fig = matplotlib.figure.Figure(figsize=(width, height), layout="constrained")
    return fig, fig.subplots(rows, columns, **options)


def show(fig, alt, apart=False):
    """The figure as a picture, which a notebook displays if it is the last line of a cell.

    Its columns of axes stand side by side where there is room, and under one another on a phone.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        Made by `figure`.
    alt : str
        What the picture shows, in words, for readers who cannot see it; not empty.
    apart : bool
        Whether the rows of axes are separate, too: then the panels of the first row come first on a
        phone, and not those of the first column.

    Returns
    -------
    Svg

    Raises
    ------
    ValueError
        For an empty alt.
    """
    if not alt.strip():
        raise ValueError("show: alt must say in words what the figure shows, got nothing")
    for ax in fig.axes:
        _mark_decades(ax.xaxis)
        _mark_decades(ax.yaxis)
    in_a_grid = all(ax.get_subplotspec() for ax in fig.axes)
    if in_a_grid:
        label_every_column(fig)
    from matplotlib.patches import Patch

    # Filled shapes get dashes from the property cycle, too. With a line width of 0 the dashes have
    # length 0, for which Matplotlib 3.10.0, Colab's version, raises an error.
    for shape in fig.findobj(lambda artist: isinstance(artist, Patch) and not artist.get_lw()):
        shape.set_linestyle("-")
    whole = _file(fig)  # lays out the axes, too
    width, height = (96 * inches for inches in fig.get_size_inches())
    rows = panels(fig, apart) if in_a_grid else []
    if sum(map(len, rows)) <= 1:
        return Svg(svg_root(_content(whole, width), alt, width, height), alt)
    layout = fig.get_layout_engine()
    fig.set_layout_engine("none")  # where each is, it stays when it is drawn alone
    rows = [[(_content(_file_of(fig, drawn), width), box) for drawn, box in row] for row in rows]
    fig.set_layout_engine(layout)
    return Svg(side_by_side(rows, alt, _hidden_words(alt)), alt)


def _mark_decades(axis, most=7):
    """Put at most `most` ticks on a logarithmic axis, at evenly spaced powers of ten.

    The default ticks differ between versions of Matplotlib.
    """
    from matplotlib.ticker import FixedLocator, LogLocator, NullLocator

    if not isinstance(axis.get_major_locator(), LogLocator):
        return
    low, high = np.log10(sorted(axis.get_view_interval()))
    decades = np.arange(np.ceil(low - 1e-9), np.floor(high + 1e-9) + 1)
    step = -(-len(decades) // most)
    if len(decades) >= 2:
        axis.set_major_locator(FixedLocator(10.0 ** decades[decades % step == 0]))
        axis.set_minor_locator(NullLocator())


def draw_digit(ax, image, title=None, color=INK):
    """Draw a grey-scale image on axes, one square per pixel.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    image : array of shape (H, W), or (H·W,) for a square image
        Ink from 0 to 1.
    title : str or None
        Text above the image.
    color : str
        Colour of ink 1; by default that of the page's text.
    """
    image = np.asarray(image, dtype=float)
    if image.ndim == 1:
        side = round(image.size**0.5)
        image = image.reshape(side, side)
    height, width = image.shape
    ax.set_xlim(-0.5, width - 0.5)
    ax.set_ylim(height - 0.5, -0.5)
    ax.set_aspect("equal")
    ax.set_xticks([])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set_visible(True)
        spine.set_alpha(0.3)
    # One path for each of 16 shades, not one for each pixel, to keep the SVG small.
    shades = np.rint(np.clip(image, 0, 1) * 16).astype(int)
    for shade in np.unique(shades[shades > 0]):
        squares = [_square(j, i) for i, j in np.argwhere(shades == shade)]
        # Not antialiased: no hairlines between neighbours.
        fill_polygons(
            ax, squares, facecolor=color, alpha=shade / 16, linewidth=0, antialiased=False
        )
    if title is not None:
        ax.set_title(title)


def _square(x, y):
    """The corners of a unit square around (x, y)."""
    return [(x - 0.5, y - 0.5), (x + 0.5, y - 0.5), (x + 0.5, y + 0.5), (x - 0.5, y + 0.5)]


def fill_polygons(ax, polygons, **style):
    """Fill polygons, each a list of corners, as one shape: many shapes make a large SVG.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    polygons : iterable of lists of pairs (x, y)
        Their corners.
    **style
        Arguments of Matplotlib's PathPatch.
    """
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    paths = [Path([*corners, corners[0]], closed=True) for corners in polygons]
    ax.add_patch(PathPatch(Path.make_compound_path(*paths), **style))


def svg_root(content, alt, width, height, least=0.75):
    """An <svg> element with alt text that shrinks on a narrow page.

    It shrinks only so far that its text stays readable, and then scrolls inside its figure.

    The alt text stands in it a second time, as <metadata>, which no browser shows. JupyterLab
    removes the tags of an <svg> in a notebook that was not run there, and the text is what is left.

    Parameters
    ----------
    content : str
        The elements inside.
    alt : str
        What it shows, in words.
    width, height : float
        In pixels.
    least : float
        The smallest part of its width that it may shrink to.

    Returns
    -------
    str
    """
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" role="img" aria-label="{html.escape(alt)}" '
        f'style="min-width: {width * least:.0f}px">'
        f"{_hidden_words(alt)}{content}</svg>"
    )


def _hidden_words(alt):
    """The alt text as an element that no browser shows (see svg_root)."""
    return f"<metadata>{html.escape(alt, quote=False)} </metadata>"


def _file_of(fig, drawn):
    """The SVG file of a figure with only these of its axes and legends on it."""
    parts = [*fig.axes, *fig.legends]
    seen = [part.get_visible() for part in parts]
    for part, visible in zip(parts, seen, strict=True):
        part.set_visible(visible and part in drawn)
    text = _file(fig)
    for part, visible in zip(parts, seen, strict=True):
        part.set_visible(visible)
    return text


def _file(fig):
    """The SVG file of a figure; without date and version: equal figures give equal bytes."""
    buffer = io.StringIO()
    no_metadata = dict.fromkeys(["Creator", "Date", "Format", "Type"])
    fig.savefig(buffer, format="svg", metadata=no_metadata)
    return buffer.getvalue()


def _content(svg, width):
    """What is inside Matplotlib's SVG file, without what would affect the page around it.

    Its points become pixels, so many that the figure has this width.
    """
    view_box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    content = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
    content = re.sub(r"<metadata>.*?</metadata>", "", content, flags=re.DOTALL)
    # Matplotlib's stylesheet selects `*`, which in a page is every element of the page.
    content = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", content, flags=re.DOTALL)
    content = re.sub(r"<!--.*?-->", "", content, flags=re.DOTALL)
    content = re.sub(r'\b(d|x|y|transform)="([^"]*)"', _rounded, content)
    content = content.replace("xlink:href", "href")
    content = _with_own_ids(content)
    for color, variable in _ON_PAGE.items():
        content = content.replace(color, variable)
    content = re.sub(r">\s+<", "><", content).strip()
    content = re.sub(r"\s*\n\s*", " ", content)
    scale = width / float(view_box[1])
    return f'<g transform="scale({scale:.4f})" stroke-linejoin="round">{content}</g>'


def _rounded(attribute):
    """Round coordinates to 1/100 point: shorter, and independent of rounding errors."""
    name, value = attribute.groups()
    if "scale" in value:
        return attribute[0]
    number = r"-?\d+\.\d+(?:e-?\d+)?"
    short = re.sub(number, lambda m: f"{round(float(m[0]), 2) + 0.0:g}", value)
    return f'{name}="{short}"'


def _with_own_ids(content):
    """Remove ids that nothing refers to, and prefix the others: no two figures share an id."""
    used = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', content))
    prefix = "f" + hashlib.sha256(content.encode()).hexdigest()[:8]
    content = re.sub(
        r' id="([^"]+)"', lambda m: f' id="{prefix}-{m[1]}"' if m[1] in used else "", content
    )
    return re.sub(r'(url\(#|href="#)', rf"\1{prefix}-", content)
