"""The panels of a figure: its columns of axes, each an SVG, side by side or under one another.

Where there is room they look like the one picture that Matplotlib laid out, as it is cut between
them. On a phone they wrap.
"""

import html
from itertools import pairwise

import numpy as np

PIXELS = 96  # in an inch


def label_every_column(fig):
    """Write the labels of a y axis that a row shares at each of its axes.

    Where a panel begins a line, nobody else's labels stand before it.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        Its axes in a grid.
    """
    for row in _groups(fig.axes, _row):
        first, *others = row
        for ax in others:
            if first.get_shared_y_axes().joined(first, ax) and len(first.get_yticks()):
                ax.tick_params(labelleft=True)
                ax.set_ylabel(ax.get_ylabel() or first.get_ylabel())


def panels(fig, apart):
    """What can stand alone: rows of panels, each the artists drawn in it, and its box.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        Laid out, its axes in a grid.
    apart : bool
        Whether the rows of axes are panels of their own, too.

    Returns
    -------
    list of lists of (list of artists, (left, top, width, height))
        In whole pixels of the page. A legend of the figure, below its axes, is a row of its own. A
        figure with other artists of its own, such as a title, has no panels.
    """
    if fig.texts or fig.lines or fig.images:
        return []
    width, height = (PIXELS * inches for inches in fig.get_size_inches())
    extents = {part: _extent(part, width, height) for part in [*fig.axes, *fig.legends]}
    tiers = _groups(fig.axes, _row) if apart else [fig.axes]
    if fig.legends:
        tiers = [*tiers, fig.legends]
    columns = _groups(fig.axes, lambda ax: ax.get_subplotspec().colspan.start)
    across = list(zip(columns, _cut(columns, extents, 0, width), strict=True))
    rows = []
    for tier, (top, bottom) in zip(tiers, _cut(tiers, extents, 1, height), strict=True):
        if tier is fig.legends:
            left, right = _span(tier, extents, 0)
            cells = [(tier, (int(left), int(right) + 1))]
        else:
            cells = across
        rows.append(
            [
                ([part for part in parts if part in tier], (left, top, right - left, bottom - top))
                for parts, (left, right) in cells
            ]
        )
    return rows


def side_by_side(rows, alt, words):
    """Rows of panels that wrap; to a screen reader they are one picture.

    Up to a tenth smaller they stay in one line, then they wrap. Those of a line have one scale,
    because each grows in proportion to its width.

    Parameters
    ----------
    rows : list of lists of (str, (left, top, width, height))
        The content of each SVG, and the part of it to show.
    alt, words : str
        The alt text, and an element with it, which the first SVG holds.

    Returns
    -------
    str
    """
    parts = []
    for row in rows:
        parts.append('<div style="display: flex; flex-wrap: wrap; justify-content: center">')
        for content, (left, top, width, height) in row:
            parts.append(
                '<svg xmlns="http://www.w3.org/2000/svg" role="presentation" '
                f'viewBox="{left} {top} {width} {height}" width="{width}" height="{height}" '
                f'style="flex: {width} 1 {0.9 * width:.0f}px; height: auto; '
                f'min-width: {0.75 * width:.0f}px; max-width: {width}px">{words}{content}</svg>'
            )
            words = ""
        parts.append("</div>")
    return f'<div role="img" aria-label="{html.escape(alt)}">{"".join(parts)}</div>'


def _row(ax):
    """Which row of the grid axes begin in."""
    return ax.get_subplotspec().rowspan.start


def _groups(axes, key):
    """Axes by a key, in its order."""
    return [[ax for ax in axes if key(ax) == value] for value in sorted(set(map(key, axes)))]


def _extent(artist, width, height):
    """((left, right), (top, bottom)) of all that an artist draws, in pixels of the page."""
    boxes = [artist.get_window_extent(), artist.get_tightbbox()]
    boxes = np.array([box.extents for box in boxes if box is not None])
    boxes *= width / artist.figure.bbox.width
    left, low = boxes[:, :2].min(axis=0)
    right, high = boxes[:, 2:].max(axis=0)
    return (left, right), (height - high, height - low)


def _span(parts, extents, axis):
    """From where to where some artists reach, together."""
    starts, ends = zip(*(extents[part][axis] for part in parts), strict=True)
    return min(starts), max(ends)


def _cut(groups, extents, axis, length):
    """Cut a length in the middle between neighbouring groups: pairs (start, end)."""
    spans = [_span(group, extents, axis) for group in groups]
    middles = [round((end + start) / 2) for (_, end), (start, _) in pairwise(spans)]
    return list(pairwise([0, *middles, round(length)]))
