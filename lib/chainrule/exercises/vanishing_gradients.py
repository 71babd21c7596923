"""The exercises of chapter "Vanishing gradients"."""

import numpy as np

from chainrule.exercises import Exercise


def _bound(weights):
    return np.prod(np.abs(weights) / 4)


chain_bound = Exercise(
    right=_bound,
    wrong=[
        (
            lambda weights: np.prod(np.abs(weights)) / 4,
            "The bound ¼ belongs to each sigmoid, not to the chain as a whole: one factor ¼ "
            "for each weight.",
        ),
        (
            lambda weights: np.prod(np.abs(weights)),
            "A sigmoid passes at most ¼, and you count it as 1: divide each |w| by 4.",
        ),
        (
            lambda weights: 0.25 ** len(weights),
            "That is the sigmoids' share, ¼ for each. On its way the gradient is multiplied "
            "by the weights too.",
        ),
        (
            lambda weights: np.prod(np.array(weights) / 4),
            "A bound on a size cannot be negative: take the absolute value of each weight.",
        ),
        (
            lambda weights: np.sum(np.abs(weights)) / 4,
            "The factors multiply, they do not add: each link acts on what the link behind it "
            "has left.",
        ),
    ],
    cases=[([2.0] * 10,), ([1.0, -3.0, 0.5],), ([-6.0, 5.0],)],
    praise="With |w| = 2 each link halves at best: ten links, one thousandth.",
    hint="One factor |w| · ¼ for each link of the chain.",
    tolerance=1e-4,
)


def _half_width(w, inner=np.sqrt):
    """Where |w| σ'(z) = 1, for |w| > 4."""
    reach = inner(0.25 - 1 / abs(w))
    return np.log((0.5 + reach) / (0.5 - reach))


def _window(w):
    return 2 * _half_width(w) / abs(w) if abs(w) > 4 else 0.0


window = Exercise(
    right=_window,
    wrong=[
        (
            lambda w: 2 * _half_width(w) if abs(w) > 4 else 0.0,
            "That is the width in z. As x moves by 1, z = wx moves by w: divide by |w|.",
        ),
        (
            lambda w: _half_width(w) / abs(w) if abs(w) > 4 else 0.0,
            "That is the half to the right of 0; the window reaches as far to the left.",
        ),
        (
            lambda w: 2 * _half_width(w, inner=float) / abs(w) if abs(w) > 4 else 0.0,
            "(y − ½)² ≤ ¼ − 1/|w| bounds the square; take the root to get to y.",
        ),
        (
            lambda w: 2 * np.sqrt(0.25 - 1 / abs(w)) if abs(w) > 4 else 0.0,
            "That is the width in y. Go on to z with z = ln(y/(1 − y)), then to x.",
        ),
        (
            lambda w: _window(w) if w > 0 else 0.0,
            "Right for positive w. For a negative one the size |w| counts as well.",
        ),
        (
            lambda w: _window(w) if abs(w) > 4 else np.nan,
            "Right where there is a window. For |w| ≤ 4 even the steepest place gives |w|/4 ≤ "
            "1: the width is 0.",
        ),
    ],
    cases=[(4.5,), (20.0,), (-7.0,), (3.0,), (-2.0,)],
    praise="It is widest, 0.45, near |w| = 6.9. A larger weight makes a higher peak and a narrower "
    "one.",
    hint="|w| y(1 − y) ≥ 1 is (y − ½)² ≤ ¼ − 1/|w|. Solve for y, then for z, then for x.",
)


def _factors(norms):
    norms = np.asarray(norms)
    return norms[:-1] / norms[1:]


blocked_layer = Exercise(
    right=lambda norms: int(np.argmin(_factors(norms))) + 1,
    wrong=[
        (
            lambda norms: int(np.argmin(norms)) + 1,
            "You found the layer with the smallest norm. It may only be the last to suffer: "
            "look for the largest drop from one layer to the one before it.",
        ),
        (
            lambda norms: int(np.argmin(_factors(norms))),
            "The place is right, but layers are counted from 1.",
        ),
        (
            lambda norms: int(np.argmin(_factors(norms))) + 2,
            "The gradient arrives from the right. The drop is between your layer and the one "
            "before it, so the activation of the one before it did it.",
        ),
        (
            lambda norms: int(np.argmax(np.diff(norms))) + 1,
            "You compared differences. A factor of a thousand between small numbers is a "
            "small difference: compare quotients.",
        ),
        (
            lambda norms: int(np.argmax(_factors(norms))) + 1,
            "That is where the gradient grows most on its way back. Look for the smallest "
            "quotient norms[k] / norms[k + 1].",
        ),
    ],
    cases=[
        ([4e-6, 3e-6, 6e-6, 1.2e-5, 0.02, 0.05, 0.2],),
        ([3e-3, 1e-3, 2e-3, 0.5, 0.4, 0.9],),
        ([2e-4, 0.3, 0.5, 0.4, 0.45, 0.8],),
    ],
    praise="Norms tell where a gradient is small; quotients tell where it was lost.",
    hint="Return one whole number; walk from the last layer to the first and watch the quotients.",
)


residual = Exercise(
    right=lambda slopes: np.prod(1 + np.array(slopes)),
    wrong=[
        (
            lambda slopes: np.prod(slopes),
            "That is the plain chain. With a residual connection each link has the slope 1 + f′.",
        ),
        (
            lambda slopes: 1 + np.prod(slopes),
            "The 1 belongs to each link, not to the chain as a whole: a product of (1 + f′).",
        ),
        (
            lambda slopes: 1 + np.sum(slopes),
            "Each link is 1 + f′, and links multiply. Your sum leaves out the products of two "
            "and more f′.",
        ),
        (
            lambda slopes: np.prod(1 - np.array(slopes)),
            "The road around f adds; it does not take away: 1 + f′, not 1 − f′.",
        ),
    ],
    cases=[([0.1, 0.2, 0.25],), ([0.05] * 30,), ([-0.3, 0.1],)],
    praise="Multiplied out it is 1 + Σ f′ + …: the 1 is the road that goes around every layer.",
    hint="Derive y = x + f(x), then multiply the links.",
)


def _norms(x, weights, dout, slope=lambda y: y * (1 - y), of=np.linalg.norm, transpose=True):
    """‖dW‖ of each layer of a chain of sigmoid(x @ W)."""
    kept = [x]
    for W in weights:
        kept.append(1 / (1 + np.exp(-(kept[-1] @ W))))
    found = []
    for position in range(len(weights) - 1, -1, -1):
        dout = dout * slope(kept[position + 1])
        found.append(of(kept[position].T @ dout))
        dout = dout @ (weights[position].T if transpose else weights[position])
    return found[::-1]


def _signal_norms(x, weights, dout):
    kept = [x]
    for W in weights:
        kept.append(1 / (1 + np.exp(-(kept[-1] @ W))))
    found = []
    for W, y in zip(weights[::-1], kept[:0:-1], strict=True):
        dout = dout * y * (1 - y)
        found.append(np.linalg.norm(dout))
        dout = dout @ W.T
    return found[::-1]


def _case(seed, depth):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((4, 3)).round(2)
    weights = [rng.standard_normal((3, 3)).round(2) for _ in range(depth)]
    return x, weights, rng.standard_normal((4, 3)).round(2)


norms_by_hand = Exercise(
    right=_norms,
    wrong=[
        (
            lambda *case: _norms(*case)[::-1],
            "The right numbers in the wrong order: the first layer's norm comes first.",
        ),
        (
            lambda *case: _norms(*case, slope=lambda y: 1),
            "The sigmoids are missing on the way back: multiply by y(1 − y) before each matrix.",
        ),
        (
            lambda *case: _norms(*case, transpose=False),
            "dx is dout Wᵀ. You multiplied by W, and because these matrices are square "
            "nothing complained.",
        ),
        (
            lambda *case: _norms(*case, of=lambda g: (g**2).sum()),
            "Those are the squares of the norms: take the root.",
        ),
        (
            _signal_norms,
            "Those are the norms of the gradients of x W, the signal. The question is for dW: "
            "one factor, the layer's input transposed, is missing.",
        ),
        (
            lambda *case: _norms(*case, of=lambda g: np.abs(g).max()),
            "That is the largest element of each gradient; the norm is the root of the sum of "
            "all squares.",
        ),
        (
            lambda *case: _norms(*case, slope=lambda y: 1 - y * y),
            "y(1 − y) wants each layer's own output. You used 1 − y², which belongs to tanh.",
        ),
    ],
    cases=[_case(0, 1), _case(1, 2), _case(2, 5)],
    praise="Your own instrument: run it on anything that will not learn.",
    hint="Forward, keeping every layer's output; then back, three lines for each layer.",
)
