"""The exercises of chapter "Softmax with loss"."""

import numpy as np

from chainrule import softmax
from chainrule.exercises import Exercise

# Scores [0, ln 2, ln 5], truth 1: the loss and the gradient.
_LN4 = np.log(4)
pencil = Exercise(
    right=(_LN4, [1 / 8, -3 / 4, 5 / 8]),
    wrong=[
        (
            (_LN4, [-1 / 8, 3 / 4, -5 / 8]),
            "The loss is right. The gradient has the wrong sign: it is y − t, what was said minus "
            "what was true.",
        ),
        (
            (_LN4, [1 / 8, 1 / 4, 5 / 8]),
            "The loss is right. As the gradient you gave the probabilities y; the truth is still "
            "to be subtracted.",
        ),
        (
            (_LN4, [1 / 24, -1 / 4, 5 / 24]),
            "The loss is right. The gradient is divided by 3, the number of classes. One sample is "
            "a batch of one.",
        ),
        (
            (np.log(8), [-7 / 8, 1 / 4, 5 / 8]),
            "You took class 0 as the truth. Classes are counted from 0, so class 1 is the middle "
            "one.",
        ),
        (
            (2.0, [1 / 8, -3 / 4, 5 / 8]),
            "The gradient is right. The loss is in bits: this book uses the natural logarithm.",
        ),
        (
            (-_LN4, [1 / 8, -3 / 4, 5 / 8]),
            "The gradient is right. The loss is the *negative* logarithm of a probability, and is "
            "never below 0.",
        ),
        (
            (1 / 4, [1 / 8, -3 / 4, 5 / 8]),
            "The gradient is right. You gave the probability of the truth; the loss is minus its "
            "logarithm.",
        ),
    ],
    praise="The gradient adds up to 0, as it must.",
    tolerance=1e-3,  # three decimals, as the exercise says
    hint="exp(ln 2) is 2. Give the loss, then the list y − t.",
)


def _temperature(x, t, T):
    return (softmax(x / T) - t) / T


temperature = Exercise(
    right=_temperature,
    wrong=[
        (
            lambda x, t, T: softmax(x / T) - t,
            "That is the gradient with respect to x/T. One factor of the chain is missing.",
        ),
        (
            lambda x, t, T: (softmax(x) - t) / T,
            "The factor 1/T is there, but the probabilities are those without a temperature.",
        ),
        (
            lambda x, t, T: softmax(x) - t,
            "The temperature does not appear at all: y is softmax(x / T).",
        ),
        (
            lambda x, t, T: (softmax(x / T) - t) * T,
            "You multiplied by T where the chain rule divides: x/T moves by 1/T when x moves by 1.",
        ),
        (
            lambda x, t, T: (t - softmax(x / T)) / T,
            "The sign is wrong: y − t, not t − y.",
        ),
        (
            lambda x, t, T: (softmax(x * T) - t) / T,
            "You multiplied the scores by T; a temperature divides them.",
        ),
        (
            lambda x, t, T: (softmax(x / T) - t) / T / len(x),
            "You divided by the number of classes as well. One sample is a batch of one.",
        ),
        (
            lambda x, t, T: (softmax(x / T) - (np.arange(len(t)) == t.argmax())) / T,
            "Right for one-hot targets. For a soft one, subtract all of t, and not a 1 at its "
            "largest entry.",
        ),
    ],
    cases=[
        (np.array([1.0, 8.0, 3.0]), np.array([0.0, 1.0, 0.0]), 2.0),
        (np.array([0.5, -1.0, 2.0]), np.array([0.2, 0.3, 0.5]), 0.5),
    ],
    praise="A high temperature makes the gradient small: those who train with one multiply the "
    "loss by T² to make up for it.",
    hint="Call z = x/T, find dL/dz, and go one step further back.",
)


def _sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def _losses(x, t):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))) - x * t


def _binary_cross_entropy(x, t):
    return _losses(x, t).mean(), (_sigmoid(x) - t) / len(x)


def _naive(x, t):
    """The formulas as they are written, overflow and all."""
    with np.errstate(all="ignore"):
        y = 1 / (1 + np.exp(-x))
        naive_loss = -(t * np.log(y) + (1 - t) * np.log(1 - y)).mean()
    return naive_loss, (y - t) / len(x)


def _with_the_shortcut(x, t):
    y = _sigmoid(x)
    loss = -(t * np.log(y + 1e-7) + (1 - t) * np.log(1 - y + 1e-7)).mean()
    return loss, (y - t) / len(x)


def _softplus_overflowing(x, t):
    with np.errstate(all="ignore"):
        return (np.log(1 + np.exp(x)) - x * t).mean(), (_sigmoid(x) - t) / len(x)


binary_cross_entropy = Exercise(
    right=_binary_cross_entropy,
    wrong=[
        (
            _softplus_overflowing,
            "Right for moderate scores, but eˣ overflows for x = 800: take max(x, 0) out.",
        ),
        (
            _naive,
            "Right for moderate scores. For ±800 the probability is rounded to 0 or 1 before the "
            "logarithm sees it: compute the loss from x.",
        ),
        (
            _with_the_shortcut,
            "A small number inside of the logarithm: the loss stops growing at 16.1, while the "
            "gradient goes on pushing. Compute the loss from x.",
        ),
        (
            lambda x, t: (_losses(x, t).sum(), _sigmoid(x) - t),
            "You added up where the mean is asked for: divide both the loss and the gradient by N.",
        ),
        (
            lambda x, t: (_losses(x, t).mean(), _sigmoid(x) - t),
            "The loss is a mean, the gradient that of a sum: divide it by N as well.",
        ),
        (
            lambda x, t: (
                _losses(x, t).mean(),
                (_sigmoid(x) - t) * _sigmoid(x) * (1 - _sigmoid(x)) / len(x),
            ),
            "The loss is right. In the gradient y(1 − y) is left over: the loss's own 1/(y(1 − y)) "
            "should have cancelled it.",
        ),
        (
            lambda x, t: (_losses(x, t).mean(), (t - _sigmoid(x)) / len(x)),
            "The loss is right; the gradient has the wrong sign.",
        ),
        (
            lambda x, t: ((t * _losses(x, 1.0)).mean(), (_sigmoid(x) - t) / len(x)),
            "The loss has only its first half, −t log y. A confident yes where the truth is no "
            "would cost nothing.",
        ),
    ],
    cases=[
        (np.array([0.5, -2.0, 20.0, 3.0]), np.array([1.0, 0.0, 0.0, 0.3])),
        (np.array([-800.0, 3.0]), np.array([1.0, 1.0])),
        (np.array([800.0, -800.0, 800.0]), np.array([0.0, 0.0, 1.0])),
    ],
    praise="A third pair, and y − t again.",
    hint="Return the loss, one number, and the gradient of shape (N,).",
)


def _softmax_backward(y, dout):
    return y * (dout - (dout * y).sum(axis=-1, keepdims=True))


softmax_backward = Exercise(
    right=_softmax_backward,
    wrong=[
        (
            lambda y, dout: dout * y * (1 - y),
            "That is the diagonal of the Jacobian alone. Each score also moves every other "
            "probability.",
        ),
        (
            lambda y, dout: y * (dout - (dout * y).sum()),
            "The sum runs over the whole batch. Each row has its own: sum along the last axis, "
            "with keepdims=True.",
        ),
        (
            lambda y, dout: y * (dout - (dout * y).sum(axis=0)),
            "The sum runs down the samples. The classes of one sample lie along the last axis.",
        ),
        (
            lambda y, dout: y * (dout - dout.sum(axis=-1, keepdims=True)),
            "In the sum, each doutᵢ belongs together with its yᵢ.",
        ),
        (
            lambda y, dout: y * dout - (dout * y).sum(axis=-1, keepdims=True),
            "The second term lost its factor: it is yⱼ Σᵢ doutᵢ yᵢ.",
        ),
        (
            lambda y, dout: y * (dout + (dout * y).sum(axis=-1, keepdims=True)),
            "Off the diagonal the Jacobian is −yᵢyⱼ: the sum is subtracted.",
        ),
        (
            lambda y, dout: np.zeros_like(y),
            "All zeros: that is what comes out when dout is ignored or taken to be all ones, "
            "because the rows of the Jacobian sum to zero.",
        ),
    ],
    cases=[
        (
            softmax(np.array([[1.0, 2.0, 0.5, -0.3], [0.0, 0.7, -1.0, 2.0]])),
            np.array([[1.0, -2.0, 0.5, 0.3], [-0.7, 1.5, 2.0, 0.1]]),
        ),
        (softmax(np.array([[1.0, 8.0, 3.0]])), np.array([[0.4, 0.1, -1.0]])),
    ],
    praise="Attention sends every one of its gradients through this line.",
    hint="dx has the shape of y, and each of its rows adds up to zero.",
)
