"""The exercises of chapter "Convolution"."""

import numpy as np

from chainrule.exercises import Exercise

shape_a = Exercise(
    right=(16, 8, 32, 32),
    wrong=[
        (
            (16, 3, 32, 32),
            "The channels of the output are the filters, and there are eight. Each of them looks "
            "at all three colours at once.",
        ),
        ((16, 24, 32, 32), "A filter gives one map, not one for each colour: it adds them up."),
        ((16, 8, 28, 28), "You left out the padding: 32 + 4 − 5 + 1."),
        ((16, 8, 30, 30), "The padding is put on at both ends: 2 + 2."),
        ((16, 8, 31, 31), "One too few: the number of steps, plus one."),
        (
            (16, 32, 32, 8),
            "The numbers are right, but in this book the channels stand before height and width.",
        ),
        ("error", "It fits: 32 + 2·2 − 5 is 31, and the stride is 1."),
    ],
    praise="Padding with (K − 1)/2 keeps the size.",
    hint="(N, F, OH, OW), with OH = (H + 2·pad − KH)/stride + 1.",
)
shape_b = Exercise(
    right=(16, 4, 16, 16),
    wrong=[
        ((16, 4, 31, 31), "You left out the stride: divide by 2 before you add one."),
        ((16, 4, 15, 15), "You left out the padding, or the one that is added at the end."),
        ((16, 8, 16, 16), "The eight maps go in. Four come out, one for each filter."),
        ("error", "It fits: 32 + 2·1 − 4 is 30, and that is even."),
    ],
    praise="Exactly half: a 4×4 filter with stride 2 and padding 1 always does that to even sizes.",
    hint="(32 + 2·1 − 4)/2 + 1 along each side.",
)
shape_c = Exercise(
    right="error",
    wrong=[
        (
            (16, 4, 15, 15),
            "(32 − 3)/2 is 14.5. You rounded down, and one row and one column of every map are "
            "never looked at. Our library refuses.",
        ),
        (
            (16, 4, 16, 16),
            "(32 − 3)/2 is 14.5. Rounded up, the last window would stick out of the map.",
        ),
        ((16, 4, 30, 30), "You left out the stride. Put it in, and ask whether it divides."),
    ],
    praise="With one column of padding on one side it would fit; with padding 1 it would not.",
    hint='Does the stride divide 32 − 3? Give four numbers, or the text "error".',
)
parameters = Exercise(
    right=[608, 25174016],
    wrong=[
        (
            [600, 25165824],
            "You forgot the biases: one for each filter, and in the affine layer one for each "
            "output.",
        ),
        (
            [208, 25174016],
            "A filter has weights for each of the three colours: 3·5·5.",
        ),
        (
            [614400 + 8192, 25174016],
            "You counted the weights of each place anew. They are shared: the same 75 numbers a "
            "filter everywhere.",
        ),
        (
            [8192 + 600, 25174016],
            "One bias for each filter, not for each output: it is shared like the weights.",
        ),
        (
            [608, 25165832],
            "The affine layer has a bias for each of its 8·32·32 outputs, not for each map.",
        ),
    ],
    praise="Twenty-five million against six hundred.",
    hint="F·C·KH·KW + F, and D·M + M with D = 3·32·32 and M = 8·32·32.",
)


def _forward(x, W, b, stride, pad):
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    F, _, KH, KW = W.shape
    OH, OW = (xp.shape[2] - KH) // stride + 1, (xp.shape[3] - KW) // stride + 1
    y = np.zeros((len(x), F, OH, OW))
    for n, f, i, j in np.ndindex(y.shape):
        r, s = i * stride, j * stride
        y[n, f, i, j] = b[f] + np.sum(W[f] * xp[n, :, r : r + KH, s : s + KW])
    return y


def _without_stride(x, W, b, stride, pad):
    """Windows at 0, 1, 2, … where they should be at 0, S, 2S, …, in an output of the right size."""
    OH, OW = _forward(x, W, b, stride, pad).shape[2:]
    return _forward(x, W, b, 1, pad)[:, :, :OH, :OW]


def _bias_for_each_channel(x, W, b, stride, pad):
    return _forward(x, W, b * W.shape[1], stride, pad)


def _case(N, C, H, width, F, KH, KW, stride, pad, seed):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((N, C, H, width))
    return x, rng.standard_normal((F, C, KH, KW)), rng.standard_normal(F), stride, pad


forward = Exercise(
    right=_forward,
    wrong=[
        (
            lambda x, W, b, stride, pad: _forward(x, W[:, :, ::-1, ::-1], b, stride, pad),
            "You turned the filter, as a true convolution does. The layer is a cross-correlation: "
            "W[…, u, v] meets the pixel (i·S + u, j·S + v).",
        ),
        (
            lambda x, W, b, stride, pad: _forward(x, W, 0 * b, stride, pad),
            "The bias is missing.",
        ),
        (
            _bias_for_each_channel,
            "The bias is added once for each channel. It belongs outside the sum.",
        ),
        (
            lambda x, W, b, stride, pad: _forward(x, W, b, stride, 0),
            "The padding is missing.",
        ),
        (
            _without_stride,
            "The windows start at i and j. With a stride they start at i·stride and j·stride.",
        ),
        (
            lambda x, W, b, stride, pad: _forward(x, W, b, 1, pad),
            "The stride is missing: you have an output for every pixel where the filter fits.",
        ),
        (
            lambda x, W, b, stride, pad: _forward(x[:, :1], W[:, :1], b, stride, pad),
            "Only the first channel is looked at. Sum over all of them.",
        ),
        (
            lambda x, W, b, stride, pad: _forward(x, W, b, stride, pad).transpose(0, 2, 3, 1),
            "The numbers are right, but the filters stand last: the output is (N, F, OH, OW).",
        ),
    ],
    cases=[
        _case(2, 2, 5, 6, 3, 3, 2, 2, 1, 0),
        _case(1, 1, 3, 3, 1, 2, 2, 1, 0, 1),
        _case(1, 2, 4, 7, 2, 3, 3, 1, 2, 2),
    ],
    praise="Seven loops, whatever they are called.",
    hint="Pad, then for each n, f, i, j: filter times patch at (i·stride, j·stride), plus b.",
)


def _input_gradient(W, dout, turn=(-1, -1), swap=True, pad=True):
    _, _, KH, KW = W.shape
    full = np.pad(dout, ((0, 0), (0, 0), (KH - 1, KH - 1), (KW - 1, KW - 1))) if pad else dout
    turned = W[:, :, :: turn[0], :: turn[1]]
    turned = turned.transpose(1, 0, 2, 3) if swap else turned
    return _forward(full, turned, np.zeros(len(turned)), 1, 0)


def _gradient_case(N, F, C, OH, OW, KH, KW, seed):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((F, C, KH, KW)), rng.standard_normal((N, F, OH, OW))


input_gradient = Exercise(
    right=_input_gradient,
    wrong=[
        (
            lambda W, dout: _input_gradient(W, dout, turn=(1, 1)),
            "You forgot to turn the filter: the pixel meets the weights in reverse order, down "
            "*and* across.",
        ),
        (
            lambda W, dout: _input_gradient(W, dout, turn=(-1, 1)),
            "The filter is turned over from top to bottom only. Reverse both its axes.",
        ),
        (
            lambda W, dout: _input_gradient(W, dout, turn=(1, -1)),
            "The filter is turned over from left to right only. Reverse both its axes.",
        ),
        (
            lambda W, dout: _input_gradient(W, dout, swap=False),
            "Filters and channels are not exchanged. The sum runs over the filters now, and a "
            "channel comes out: W.transpose(1, 0, 2, 3).",
        ),
        (
            lambda W, dout: _input_gradient(W, dout, pad=False),
            "dout is not padded, so the result is smaller than dout, where it should be larger: "
            "KH − 1 rows and KW − 1 columns of zeros on each side.",
        ),
        (
            lambda W, dout: _input_gradient(W, dout).mean() + 0 * _input_gradient(W, dout),
            "Every pixel has the same gradient here. Each should get its own.",
        ),
    ],
    cases=[
        _gradient_case(2, 2, 2, 4, 5, 3, 2, 0),
        _gradient_case(1, 3, 2, 2, 2, 2, 2, 1),
        _gradient_case(2, 1, 1, 3, 4, 2, 3, 2),
    ],
    praise="The backward pass of a convolution is a convolution.",
    hint="Pad dout with KH − 1 and KW − 1 zeros, turn W, exchange its first two axes, convolve.",
)


def _transposed(y, W, stride, dout, turned=False, assign=False):
    N, _, OH, OW = y.shape
    _, C, KH, KW = W.shape
    if turned:
        W = W[:, :, ::-1, ::-1]
    out = np.zeros((N, C, stride * (OH - 1) + KH, stride * (OW - 1) + KW))
    dy, dW = np.zeros_like(y), np.zeros_like(W)
    for n, f, i, j in np.ndindex(y.shape):
        r, s = i * stride, j * stride
        patch = n, slice(None), slice(r, r + KH), slice(s, s + KW)
        out[patch] = y[n, f, i, j] * W[f] + (0 if assign else out[patch])
        dy[n, f, i, j] = np.sum(dout[patch] * W[f])
        dW[f] += y[n, f, i, j] * dout[patch]
    return out, dy, dW


def _transposed_but(y, W, stride, dout, **replaced):
    parts = dict(zip(("out", "dy", "dW"), _transposed(y, W, stride, dout), strict=True))
    parts |= {name: make(y, W, stride, dout) for name, make in replaced.items()}
    return tuple(parts.values())


def _dy_turned(y, W, stride, dout):
    return _transposed(y, W[:, :, ::-1, ::-1], stride, dout)[1]


def _transposed_case(N, F, C, OH, OW, KH, KW, stride, seed):
    rng = np.random.default_rng(seed)
    large = N, C, stride * (OH - 1) + KH, stride * (OW - 1) + KW
    y, W = rng.standard_normal((N, F, OH, OW)), rng.standard_normal((F, C, KH, KW))
    return y, W, stride, rng.standard_normal(large)


transposed = Exercise(
    right=_transposed,
    wrong=[
        (
            lambda *case: _transposed_but(*case, out=lambda *c: _transposed(*c, turned=True)[0]),
            "The output is made with the filter turned once too often. Each y lays down the "
            "filter as it is; the turning happens by itself when you ask one pixel what it gets.",
        ),
        (
            lambda *case: _transposed_but(*case, out=lambda *c: _transposed(*c, assign=True)[0]),
            "Where two copies of a filter overlap, the output must be their sum; yours is the last "
            "one.",
        ),
        (
            lambda *case: _transposed_but(*case, dy=_dy_turned),
            "The filter is turned in dy. The backward of this layer is an ordinary "
            "cross-correlation of dout with W.",
        ),
        (
            lambda *case: _transposed_but(
                *case, dW=lambda y, W, S, d: _transposed(np.ones_like(y), W, S, d)[2]
            ),
            "y is missing in dW: each y[n, f, i, j] multiplied the filter on the way, so it "
            "multiplies the slope of its patch on the way back.",
        ),
        (
            lambda *case: _transposed_but(*case, dW=lambda *c: _transposed(*c)[2] / len(c[0])),
            "dW is divided by the batch size. If the loss is a mean, that division is already in "
            "dout.",
        ),
    ],
    cases=[
        _transposed_case(2, 2, 3, 3, 2, 3, 3, 2, 0),
        _transposed_case(3, 1, 1, 2, 3, 3, 2, 1, 1),
    ],
    praise="The transpose of a transpose: its backward is the forward of a convolution.",
    hint="out is what dx was for a convolution, dy is what its forward was, without the bias.",
)
