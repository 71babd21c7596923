"""The exercises of chapter "The sigmoid"."""

import numpy as np

from chainrule.exercises import Exercise

# σ(ln 4), the slope there, σ(−ln 4), and how many times the odds grow when x grows by 2.
by_pencil = Exercise(
    right=[0.8, 0.16, 0.2, np.exp(2)],
    wrong=[
        (
            [0.25, 0.1875, 0.75, np.exp(2)],
            "The odds ln 4 belongs to are 4 to 1, and the probability is 4 out of 5, not 1 "
            "out of 4: y = odds/(1 + odds).",
        ),
        (
            [4, -12, 0.25, np.exp(2)],
            "The first number is the odds. The sigmoid makes a probability of them: odds/(1 + "
            "odds).",
        ),
        (
            [0.8, 0.25, 0.2, np.exp(2)],
            "Three are right. The slope is y(1 − y), at y = 0.8; at its largest it is ¼.",
        ),
        (
            [0.8, 0.16, -0.8, np.exp(2)],
            "Three are right, but σ(−x) is 1 − σ(x), not −σ(x): the sigmoid is never negative.",
        ),
        (
            [0.8, 0.16, 0.2, 2],
            "Three are right. x is the logarithm of the odds: adding 2 to it multiplies the "
            "odds by e².",
        ),
    ],
    praise="Inputs that are logarithms of odds can be done in the head.",
    hint="e^{ln 4} is 4, and e^{−ln 4} is ¼.",
    tolerance=4e-4,  # 7.39 for e²
)

_batches = [
    (np.array([[0.5, 0.75, 0.25], [0.9, 0.1, 0.8]]), np.array([[1.0, -2, 4], [10, 10, -5]])),
    (np.array([0.02, 0.6, 0.999]), np.array([3.0, -1.0, 2.0])),
]


def _sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def _slope(x):
    y = _sigmoid(x)
    return y * (1 - y)


backward = Exercise(
    right=lambda y, dout: dout * y * (1 - y),
    wrong=[
        (
            lambda y, dout: y * (1 - y),
            "The local derivative y(1 − y) is right, but the upstream gradient is ignored: "
            "multiply by dout.",
        ),
        (
            lambda y, dout: dout * _slope(y),
            "y is the sigmoid's output already, and you used it as if it were x: through the "
            "sigmoid once more. The slope in terms of y is y(1 − y).",
        ),
        (
            lambda y, dout: dout * y,
            "That is the gradient of eˣ. One factor is missing: 1 − y.",
        ),
        (
            lambda y, dout: dout * (1 - y * y),
            "That is tanh's slope, 1 − y². The sigmoid's is y(1 − y).",
        ),
        (
            lambda y, dout: -dout * y * (1 - y),
            "The sign is wrong: a sigmoid rises everywhere, so its slope is never negative.",
        ),
    ],
    cases=_batches,
    praise="Two multiplications and a subtraction, and no exponential at all.",
    hint="The upstream gradient times the slope, and the slope is made of y alone.",
)


def _softplus(x, dout):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))), dout * _sigmoid(x)


def _softplus_naive(x, dout):
    with np.errstate(over="ignore"):
        return np.log(1 + np.exp(x)), dout * _sigmoid(x)


softplus = Exercise(
    right=_softplus,
    wrong=[
        (
            lambda x, dout: _softplus(x, 1.0),
            "The upstream gradient is ignored: multiply the slope by dout.",
        ),
        (
            lambda x, dout: (_softplus(x, dout)[0], dout * _slope(x)),
            "The second number is the sigmoid's slope. Softplus' slope is the sigmoid itself, "
            "times dout.",
        ),
        (
            lambda x, dout: (
                _softplus(x, dout)[0],
                dout * _sigmoid(_softplus(x, dout)[0]),
            ),
            "The slope is σ(x), not σ of the output.",
        ),
        (
            lambda x, dout: (
                _softplus(-x, dout)[0],
                dout * _sigmoid(x),
            ),
            "That is ln(1 + e⁻ˣ): softplus at −x. The exponent should be +x.",
        ),
        (
            lambda x, dout: (_softplus(-x, dout)[0], -dout * _sigmoid(-x)),
            "That is ln(1 + e⁻ˣ) and its slope, which falls: softplus at −x. The exponent "
            "should be +x.",
        ),
        (
            _softplus_naive,
            "Right for small x, but at x = 1000 it overflows to infinity. Take the largest "
            "part out: ln(1 + eˣ) = x + ln(1 + e⁻ˣ) where x is positive.",
        ),
        (
            lambda x, dout: (
                np.where(x > -700, x + np.log1p(np.exp(np.minimum(-x, 700))), np.inf),
                dout * _sigmoid(x),
            ),
            "Right for large x, but at x = −1000 it overflows to infinity: for negative x the "
            "exponent −x is positive. Use max(x, 0) + ln(1 + e^{−|x|}).",
        ),
    ],
    cases=[
        (np.array([[-2.0, 0.0, 0.5], [1.0, 3.0, -0.3]]), np.array([[1.0, 2, -1], [0.5, -3, 4]])),
        (np.array([1000.0, 2.0]), np.array([1.0, -2.0])),
        (np.array([-1000.0, -2.0]), np.array([1.0, -2.0])),
    ],
    praise="Softplus is max(x, 0) with its corner rounded off, and the sigmoid is its slope.",
    hint="Return two arrays: ln(1 + eˣ) without overflow, and dout · σ(x).",
)


def _tanh_by_sigmoid(x, dout, inner=2.0, outer=2.0):
    s = _sigmoid(2 * x)
    return 2 * s - 1, dout * inner * outer * s * (1 - s)


tanh = Exercise(
    right=_tanh_by_sigmoid,
    wrong=[
        (
            lambda x, dout: _tanh_by_sigmoid(x, dout, 1.0),
            "The value is right. In the gradient one factor 2 is missing: one comes from the "
            "2 in front of σ and another from the 2x inside.",
        ),
        (
            lambda x, dout: _tanh_by_sigmoid(x, dout, 1.0, 1.0),
            "The value is right. In the gradient both factors 2 are missing: the one in front "
            "of σ and the one from 2x.",
        ),
        (
            lambda x, dout: _tanh_by_sigmoid(x, 1.0),
            "The value is right, but the upstream gradient is ignored.",
        ),
        (
            lambda x, dout: (
                np.tanh(x),
                dout * np.tanh(x) * (1 - np.tanh(x)),
            ),
            "The value is right. In the gradient you used y(1 − y) with y = tanh x; that "
            "formula belongs to σ. Here it becomes 1 − y².",
        ),
        (
            lambda x, dout: (
                2 * _sigmoid(x) - 1,
                dout * 2 * _slope(x),
            ),
            "The 2 inside is missing: tanh x is 2σ(2x) − 1, not 2σ(x) − 1.",
        ),
        (
            lambda x, dout: (
                np.tanh(x),
                dout * (1 + np.tanh(x) ** 2),
            ),
            "The value is right. The slope is 1 − y², and you have 1 + y².",
        ),
    ],
    cases=[
        (np.array([0.3, -1.2, 0.0]), np.array([1.0, 1.0, 1.0])),
        (np.array([[0.7, -0.4], [2.0, -3.0]]), np.array([[2.0, -1.0], [0.5, 3.0]])),
    ],
    praise="tanh is a sigmoid stretched by two both ways, so its largest slope is 4 · ¼ = 1.",
    hint="Return two arrays: 2σ(2x) − 1, and dout times its slope by the chain rule.",
)


def _swish(x, dout):
    s = _sigmoid(x)
    return x * s, dout * (s + x * s * (1 - s))


swish = Exercise(
    right=_swish,
    wrong=[
        (
            lambda x, dout: (x * _sigmoid(x), dout * _sigmoid(x)),
            "x stands twice in x · σ(x). You have the gradient through one of the two only: "
            "the first factor. Add the one through σ.",
        ),
        (
            lambda x, dout: (x * _sigmoid(x), dout * x * _slope(x)),
            "x stands twice in x · σ(x). You have the gradient through σ only. Add the one "
            "through the first factor.",
        ),
        (
            lambda x, dout: (x * _sigmoid(x), dout * _slope(x)),
            "You multiplied the derivatives of the two factors. A product hands each factor "
            "the *other* one, and the two roads add.",
        ),
        (
            lambda x, dout: (
                x * _sigmoid(x),
                dout * x * _sigmoid(x) * (1 - x * _sigmoid(x)),
            ),
            "You used y(1 − y) with y = x·σ(x), but that formula belongs to σ alone.",
        ),
        (
            lambda x, dout: _swish(x, 1.0),
            "The upstream gradient is ignored: multiply by dout.",
        ),
        (
            lambda x, dout: (
                x * _sigmoid(x),
                dout * (x * _slope(x) + x * _sigmoid(x)),
            ),
            "The first road carries σ(x), not y. You have y(1 − s) + y.",
        ),
    ],
    cases=[
        (np.array([1.0, -2.0, 0.5]), np.array([1.0, 1.0, 1.0])),
        (np.array([[0.2, -1.5], [4.0, -6.0]]), np.array([[2.0, -1.0], [0.5, 3.0]])),
        (np.array([900.0, -900.0]), np.array([1.0, 1.0])),
    ],
    praise="Two roads from x to y, and their gradients add.",
    hint="Return two arrays: x · σ(x), and dout times the derivative of that product.",
)

swish_turn = Exercise(
    right=-1.2784645427610738,
    wrong=[
        (
            -0.27846454276107377,
            "That is the value of swish there. The question is at which x.",
        ),
        (
            0.0,
            "At 0 swish crosses zero, but its slope there is ½.",
        ),
        (
            2.399357280520004,
            "That is where it is steepest, not where it turns.",
        ),
        (
            1.2784645427610738,
            "The size is right, but it turns left of zero.",
        ),
    ],
    praise="At the turn the least value is 1 + x, about −0.278: with 1 + x(1 − s) = 0, "
    "x·s = 1 + x.",
    hint="Its slope s + x·s(1 − s) is zero there; divide by s and search between −2 and −1.",
    tolerance=2e-3,  # −1.28
)


def _hard_sigmoid(x, dout):
    inside = (x > -3) & (x < 3)
    return np.clip(x / 6 + 0.5, 0, 1), dout * inside / 6


hard_sigmoid = Exercise(
    right=_hard_sigmoid,
    wrong=[
        (
            lambda x, dout: (
                np.clip(x / 6 + 0.5, 0, 1),
                dout / 6,
            ),
            "The gradient passes everywhere. Where the output is held at 0 or 1, a nudge of x "
            "changes nothing, so the gradient is 0 there.",
        ),
        (
            lambda x, dout: (
                np.clip(x / 6 + 0.5, 0, 1),
                dout * ((x > -3) & (x < 3)),
            ),
            "Between −3 and 3 the slope is 1/6, not 1.",
        ),
        (
            lambda x, dout: (
                np.clip(x / 6 + 0.5, 0, 1),
                dout * np.clip(x / 6 + 0.5, 0, 1) * (1 - np.clip(x / 6 + 0.5, 0, 1)),
            ),
            "You used y(1 − y), which belongs to the real sigmoid. This one is made of "
            "straight pieces.",
        ),
        (
            lambda x, dout: _hard_sigmoid(x, 1.0),
            "The upstream gradient is ignored.",
        ),
        (
            lambda x, dout: (
                np.clip(x / 6 + 0.5, 0, 1),
                dout * (x > -3) / 6,
            ),
            "The mask is on one side only: for x above 3 the output is held at 1.",
        ),
        (
            lambda x, dout: (
                np.clip(x / 6 + 0.5, 0, 1),
                dout * ((x >= -3) & (x <= 3)) / 6,
            ),
            "Only the corners are wrong: at −3 and at 3 the exercise asks for slope 0, and yours "
            "is 1/6.",
        ),
    ],
    cases=[
        (np.array([-5.0, -1.0, 0.0, 2.5, 7.0]), np.array([2.0, -1.0, 3.0, 1.0, 4.0])),
        (np.array([[-2.9, 3.1], [-3.1, 2.9]]), np.array([[1.0, 1.0], [-1.0, -2.0]])),
        (np.array([-3.0, 1.0, 3.0, 5.0]), np.array([1.0, 2.0, -1.0, 3.0])),
    ],
    praise="Cheap, and a warning: outside (−3, 3) this one passes no gradient at all.",
    hint="Return two arrays; the gradient is dout/6 inside (−3, 3) and 0 outside.",
)
