"""The exercises of chapter "From chainrule to PyTorch"."""

import numpy as np

from chainrule.exercises import Exercise

_RNG = np.random.default_rng(20)


def _normal(*shape):
    return _RNG.standard_normal(shape)


# in_channels, out_channels, padding, num_features, momentum, p, in_features, out_features
translate = Exercise(
    right=[3, 16, 2, 16, 0.01, 0.2, 784, 10],
    wrong=[
        (
            [16, 3, 2, 16, 0.01, 0.2, 784, 10],
            "The two numbers of Conv2d are exchanged. Our W has the shape (F, C, KH, KW), filters "
            "first; Conv2d asks for the channels that come in first.",
        ),
        (
            [3, 16, 2, 16, 0.99, 0.2, 784, 10],
            "All but the momentum: PyTorch's is the weight of the new batch, ours that of the old "
            "average. The two add up to 1.",
        ),
        (
            [3, 16, 2, 16, 0.01, 0.8, 784, 10],
            "All but the dropout: p is the probability of dropping, as our rate is. You gave the "
            "probability of keeping.",
        ),
        (
            [3, 16, 2, 16, 0.01, 0.2, 10, 784],
            "The two numbers of Linear are exchanged. Only its weight lies the other way round, "
            "(out, in); its arguments come as you would say them, in and then out.",
        ),
        (
            [3, 16, 2, 32, 0.01, 0.2, 784, 10],
            "Two numbers for each channel are learned, γ and β, but num_features counts the "
            "channels.",
        ),
        (
            [3, 16, 5, 16, 0.01, 0.2, 784, 10],
            "The third number is the padding, and you gave the size of the filter.",
        ),
    ],
    praise="With kernel_size=5 and stride=2 added, that is the network in PyTorch.",
    hint="In the order asked for; only one of the numbers differs from what our side says.",
)


def _from_pytorch(weight, bias):
    return weight.T, bias


carry_over = Exercise(
    right=_from_pytorch,
    wrong=[
        (
            lambda weight, bias: (weight, bias),
            "The weight went over as it was. PyTorch's has the shape (M, D), ours is (D, M).",
        ),
        (
            lambda weight, bias: (weight.reshape(weight.shape[::-1]), bias),
            "The shape is right and the numbers are in wrong places: reshape reads row after row "
            "into the new shape. It must exchange rows and columns.",
        ),
        (
            lambda weight, bias: (bias, weight.T),
            "The right arrays in the wrong order: W first, then b.",
        ),
        (
            lambda weight, bias: (weight.T, bias.reshape(-1, 1)),
            "W is right, but b has the shape (M,) in both libraries; as a column it would be "
            "added to the wrong axis.",
        ),
    ],
    cases=[(_normal(2, 3), _normal(2)), (_normal(3, 3), _normal(3))],
    praise="Square weights hide a forgotten .T: their shapes never protest.",
    hint="Return W of shape (D, M) and b of shape (M,).",
)


def _combined(gradients, sizes):
    return sum(n * g for n, g in zip(sizes, gradients, strict=True)) / sum(sizes)


accumulate = Exercise(
    right=_combined,
    wrong=[
        (
            lambda gradients, sizes: sum(gradients),
            "That is what accumulates by itself: the sum. Each gradient is already a mean over "
            "its own samples, so a sum of several is too large.",
        ),
        (
            lambda gradients, sizes: sum(gradients) / len(sizes),
            "That is right for parts of equal size. Here a sample of a small part counts more "
            "than one of a large part.",
        ),
        (
            lambda gradients, sizes: sum(n * g for n, g in zip(sizes, gradients, strict=True)),
            "The sum over all samples is right; what is missing is the division by their number.",
        ),
        (
            lambda gradients, sizes: sum(gradients) / sum(sizes),
            "You divided means by the number of samples: they had been divided once already. "
            "Multiply each by its own size first.",
        ),
    ],
    cases=[
        ([_normal(2), _normal(2)], [3, 1]),
        ([_normal(2, 2), _normal(2, 2), _normal(2, 2)], [4, 4, 2]),
    ],
    praise="In PyTorch: multiply each part's loss by nᵢ/N before backward, and zero once.",
    hint="Undo each part's own division, add up, and divide by the number of all samples.",
)


def _resume(v, old_rate, g, momentum, new_rate):
    buffer = -v / old_rate
    return buffer, -new_rate * (momentum * buffer + g)


resume = Exercise(
    right=_resume,
    wrong=[
        (
            lambda v, old, g, mu, new: (v, -new * (mu * v + g)),
            "The velocity went over as it was. Ours is a distance, with the rate in it; PyTorch's "
            "buffer is made of gradients.",
        ),
        (
            lambda v, old, g, mu, new: (v / old, -new * (mu * v / old + g)),
            "The sign: our velocity points the way p goes, PyTorch's buffer the way the gradient "
            "points.",
        ),
        (
            lambda v, old, g, mu, new: (-v / new, -new * (mu * -v / new + g)),
            "You divided by the new rate. The velocity was made with the old one.",
        ),
        (
            lambda v, old, g, mu, new: (-v * old, -new * (mu * -v * old + g)),
            "From v = −η u follows u = −v/η: divide, where you multiplied.",
        ),
        (
            lambda v, old, g, mu, new: (-v / old, mu * v - new * g),
            "The buffer is right. But the step is ours: in PyTorch's form the new rate scales the "
            "old gradients too.",
        ),
        (
            lambda v, old, g, mu, new: (-v / old, new * (mu * -v / old + g)),
            "The buffer is right. The step has the wrong sign: p goes against the gradient.",
        ),
    ],
    cases=[(-0.3, 0.1, 2.0, 0.9, 0.1), (0.05, 0.02, -1.5, 0.8, 0.01)],
    praise="In the first case, where the rate stays, the step is what ours would have been.",
    hint="Solve v = −η u for u; then take one step of u ← μu + g, p ← p − ηu.",
)


def _take(x, index, dout):
    dx = np.zeros_like(x)
    np.add.at(dx, index, dout)
    return x[index], dx


def _take_last(x, index, dout):
    dx = np.zeros_like(x)
    dx[index] += dout  # where an index occurs twice, only the last dout is added
    return x[index], dx


def _take_mean(x, index, dout):
    y, dx = _take(x, index, dout)
    _, counts = _take(x, index, np.ones_like(dout))
    return y, dx / np.maximum(counts, 1)


take = Exercise(
    right=_take,
    wrong=[
        (
            _take_last,
            "A number that was taken twice lost one of its gradients. x[index] += … reads all old "
            "values first and then writes, so of several the last one wins: use np.add.at.",
        ),
        (
            lambda x, index, dout: (x[index], dout),
            "You handed dout back as it came. The gradient has the shape of x, with zeros where "
            "nothing was taken.",
        ),
        (
            lambda x, index, dout: _take(x, index, np.ones_like(dout)),
            "The right places, but dout is ignored: these are the numbers of times that each was "
            "taken.",
        ),
        (
            _take_mean,
            "You took the mean where a number was taken several times. Gradients add up.",
        ),
        (
            lambda x, index, dout: (x[index], dout[index]),
            "You took from dout as you took from x. Going back, what lies in dout is put where it "
            "came from.",
        ),
    ],
    cases=[
        (_normal(4, 3), np.array([2, 0, 2]), _normal(3, 3)),
        (_normal(3, 2), (np.array([0, 1, 1, 2]), np.array([1, 0, 0, 1])), _normal(4)),
    ],
    praise="With it your autograd can look words up in a table: this is nn.Embedding.",
    hint="Begin with zeros in the shape of x, and add every number of dout where it came from.",
)
