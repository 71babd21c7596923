"""The network's picture where no script runs: units, weights and what comes back, and the plane.

All that looks alike is one shape, as in network.js: a path for each weight would make a large SVG.
"""

import numpy as np

from chainrule.drawing.figures import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PAGE,
    PURPLE,
    YELLOW,
    fill_polygons,
)
from chainrule.layers import Affine
from chainrule.losses import SoftmaxWithLoss, softmax

REACH = 1.25  # the plane is [-REACH, REACH]²
WIDTH, HEIGHT = 400, 300  # of the network, in pixels
CLASSES = [("o", GREEN), ("s", YELLOW), ("^", PURPLE)]
FAINT = -7  # powers of ten below this are not drawn
SHADES = [(0.15, 0.4, 0.3), (0.4, 0.7, 0.55), (0.7, 1.01, 0.85)]  # (from, to, opacity)


def grid(side):
    """The places of a square picture of the plane, from the top left on: (side², 2)."""
    axis = np.linspace(-REACH, REACH, side)
    return np.stack(np.meshgrid(axis, axis[::-1]), axis=-1).reshape(-1, 2)


def pictures(net, side=17):
    """What every unit makes of the plane, by column: arrays (side, side) in -1 … 1, or 0 … 1."""
    values, columns = grid(side), []
    columns.append(values / REACH)
    for layer in net.layers.values():
        values = layer.forward(values)
        if not isinstance(layer, Affine):
            columns.append(values / np.maximum(1, abs(values).max(axis=0)))
    columns.append(softmax(values))
    return [column.T.reshape(-1, side, side) for column in columns]


def backward(net, x, t):
    """(loss, signals): ‖∂L/∂z‖ of each unit, by layer; the layers keep their gradients."""
    loss, signals = SoftmaxWithLoss(), []
    first = loss.forward(net.forward(x), t)
    upstream = loss.backward()
    for layer in reversed(net.layers.values()):
        if isinstance(layer, Affine):
            signals.insert(0, np.linalg.norm(upstream, axis=0))
        upstream = layer.backward(upstream)
    return first, signals


def strength(gradient):
    """0 … 1: how much is left, on a logarithmic scale that ends at 10^FAINT and at 1."""
    return np.clip(1 - np.log10(np.maximum(abs(gradient), 1e-99)) / FAINT, 0, 1)


def places(sizes):
    """(tile, columns): the side of a unit's picture, and the middles (x, y) of each column's."""
    top, bottom = 20, HEIGHT - 20
    pitch, row = (WIDTH - 40) / (len(sizes) - 1), (bottom - top) / max(*sizes, 4)
    tile = np.clip(min(0.52 * pitch, row - 7), 12, 38)
    middle = (top + bottom) / 2
    return tile, [
        [(20 + c * pitch, middle + (j - (n - 1) / 2) * row) for j in range(n)]
        for c, n in enumerate(sizes)
    ]


def draw_network(ax, net, signals, show):
    """Draw the units, their weights and the gradients, as `show` says."""
    ax.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0), aspect="equal")
    ax.set_axis_off()
    affine = [layer for layer in net.layers.values() if isinstance(layer, Affine)]
    tile, columns = places([2, *(len(layer.params["b"]) for layer in affine)])
    links = [
        (columns[n][i], columns[n + 1][j], layer.params["W"][i, j], layer.grads["W"][i, j])
        for n, layer in enumerate(affine)
        for i, j in np.ndindex(layer.params["W"].shape)
    ]
    apart = 1.5 if show == "both" else 0
    if show != "backward":
        sizes = [
            (start, end, np.sign(w) * np.rint(2 * min(abs(w), 3))) for start, end, w, _ in links
        ]
        for size, lines in _alike(sizes):
            look = {"color": BLUE} if size > 0 else {"color": GREY, "linestyle": (0, (4, 3))}
            weight = abs(size) / 2
            _curves(ax, lines, tile / 2, -apart, min(0.15 + weight / 2, 0.9), 0.4 + weight, **look)
    if show != "forward":
        sizes = [(start, end, np.rint(8 * strength(dw)) / 8) for start, end, _, dw in links]
        for left, lines in _alike(sizes):
            opacity = (0.6 if apart else 1) * min(0.1 + left, 0.95)
            wide = 0.3 + (2 if apart else 3) * left**2
            _curves(ax, lines, tile / 2, apart, opacity, wide, color=ORANGE)
    _tiles(ax, [place for column in columns for place in column], tile, pictures(net))
    if show != "forward":
        bars = [
            (x + tile / 2 - tile * left, y + tile / 2 + 1, tile * left, 4)
            for column, norms in zip(columns[1:], signals, strict=True)
            for (x, y), left in zip(column, strength(norms), strict=True)
        ]
        fill_polygons(ax, [_box(*bar) for bar in bars if bar[2] > 0], facecolor=ORANGE, linewidth=0)
    for c, column in enumerate(columns):
        name = "x" if c == 0 else "y" if c == len(columns) - 1 else c
        ax.text(column[0][0], HEIGHT - 3, name, ha="center", va="bottom", fontsize=9)


def _alike(links):
    """[(size, [(start, end), …])] of links (start, end, size), without those of size 0."""
    groups = {}
    for start, end, size in links:
        if size:
            groups.setdefault(size, []).append((start, end))
    return sorted(groups.items(), key=lambda group: abs(group[0]))


def _curves(ax, lines, half, down, alpha, width, **look):
    """Draw curves from the right edges of some tiles to the left edges of others, as one shape."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    paths = []
    for (x0, y0), (x1, y1) in lines:
        start, end = x0 + half, x1 - half
        third = (end - start) / 3
        y0, y1 = y0 + down, y1 + down
        corners = [(start, y0), (start + third, y0), (end - third, y1), (end, y1)]
        paths.append(Path(corners, [Path.MOVETO, *3 * [Path.CURVE4]]))
    path = Path.make_compound_path(*paths)
    ax.add_patch(PathPatch(path, fill=False, alpha=alpha, linewidth=0.75 * width, **look))


def _box(x, y, width, height):
    """The corners of a rectangle."""
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]


def _tiles(ax, middles, tile, columns):
    """Draw each unit's picture: blue where its output is positive, grey where negative."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    corners = [(x - tile / 2, y - tile / 2) for x, y in middles]
    boxes = [_box(x, y, tile, tile) for x, y in corners]
    fill_polygons(ax, boxes, facecolor=PAGE, linewidth=0)
    values = [picture for column in columns[:-1] for picture in column]
    inked = [(picture, BLUE) for picture in values] + [(-picture, GREY) for picture in values]
    inked += [(picture, CLASSES[c][1]) for c, picture in enumerate(columns[-1])]
    steps = np.linspace(0, tile, len(values[0]))
    where = corners[: len(values)] * 2 + corners[len(values) :]
    for low, high, opacity in SHADES:
        for colour in dict.fromkeys(colour for _, colour in inked):
            paths = [
                _filled(ax, x + steps, y + steps, picture, low, high)
                for (picture, its), (x, y) in zip(inked, where, strict=True)
                if its == colour and picture.max() >= low and picture.min() < high
            ]
            paths = [path for path in paths if len(path.vertices)]
            if paths:
                path = Path.make_compound_path(*paths)
                ax.add_patch(PathPatch(path, facecolor=colour, alpha=opacity, linewidth=0))
    fill_polygons(ax, boxes, facecolor="none", edgecolor=GREY, linewidth=0.75)


def _filled(ax, x, y, picture, low, high):
    """The polygons around the places of a picture with values from low to high, as one path."""
    from matplotlib.path import Path

    contours = ax.contourf(x, y, picture, levels=[low, high])
    (path,) = contours.get_paths()
    contours.remove()
    corners = [_corners(part) for part in np.split(path.vertices, _starts(path))[1:]]
    return Path.make_compound_path(*[Path(part, closed=True) for part in corners if len(part) > 3])


def _starts(path):
    """Where the polygons of a path begin."""
    return np.flatnonzero(path.codes == path.MOVETO)


def _corners(polygon):
    """A closed polygon without the points that lie on a straight line between their neighbours."""
    points = polygon[:-1]
    while True:
        back, ahead = points - np.roll(points, 1, axis=0), np.roll(points, -1, axis=0) - points
        turns = abs(back[:, 0] * ahead[:, 1] - back[:, 1] * ahead[:, 0])
        lengths = np.linalg.norm(back + ahead, axis=1)
        straight = turns < 0.002 * np.ptp(polygon) * lengths
        straight[1:] &= ~straight[:-1]  # one of two neighbours stays: the next round asks again
        if len(points) < 4 or not straight.any():
            return np.vstack([points, points[:1]])
        points = points[~straight]


def draw_plane(ax, net, x, t):
    """Draw the points, and what the network says of every place."""
    from matplotlib.patches import PathPatch

    side = 41
    chances = softmax(net.forward(grid(side))).T.reshape(-1, side, side)
    axis = np.linspace(-REACH, REACH, side)
    for chance, (_, colour) in zip(chances, CLASSES, strict=False):
        for low, high, opacity in [(0.4, 0.6, 0.15), (0.6, 0.8, 0.3), (0.8, 1.01, 0.45)]:
            path = _filled(ax, axis, axis[::-1], chance, low, high)
            ax.add_patch(PathPatch(path, facecolor=colour, alpha=opacity, linewidth=0))
    for label, (marker, colour) in enumerate(CLASSES):
        style = {"markersize": 4, "markeredgecolor": INK, "markeredgewidth": 0.3}
        ax.plot(*x[t == label].T, marker, color=colour, **style)
    ax.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH), aspect="equal", xlabel="x₁", ylabel="x₂")
