"""The exercises of chapter "Batch normalization"."""

import numpy as np

from chainrule.exercises import Exercise

# x = (1, 1, 5, 5), γ = 3, β = 10, ε = 0.
pencil_y = Exercise(
    right=[7, 7, 13, 13],
    wrong=[
        ([-1, -1, 1, 1], "That is x̂. It still has to be multiplied by γ and shifted by β."),
        ([-3, -3, 3, 3], "The shift β is missing."),
        ([9, 9, 11, 11], "The scale γ is missing."),
        (
            [8.5, 8.5, 11.5, 11.5],
            "You divided by the variance, 4. Divide by its root, 2: then the spread is 1.",
        ),
        (
            [10 - 3 * 3**0.5 / 2, 10 - 3 * 3**0.5 / 2, 10 + 3 * 3**0.5 / 2, 10 + 3 * 3**0.5 / 2],
            "Your variance divides by N − 1. To normalize the batch itself, divide by N.",
        ),
    ],
    praise="Mean β and spread γ: 10 and 3, whatever came in.",
    hint="The mean is 3. How far is each number from it, and what is the mean of those squares?",
)

# dout = (1, 0, 0, 0): dx̂ = (3, 0, 0, 0), x̂ = (−1, −1, 1, 1), s = 2.
pencil_dx = Exercise(
    right=[0.75, -0.75, 0, 0],
    wrong=[
        (
            [1.5, 0, 0, 0],
            "μ and σ were treated as constants: the paths through the mean and through the spread "
            "are missing.",
        ),
        (
            [1.125, -0.375, -0.375, -0.375],
            "The path through the spread is missing: subtract x̂ times mean(dx̂ x̂).",
        ),
        (
            [1.125, -0.375, 0.375, 0.375],
            "The path through the mean is missing: subtract the mean of dx̂.",
        ),
        ([0.25, -0.25, 0, 0], "γ is missing: dx̂ is dout times γ."),
        ([1.5, -1.5, 0, 0], "The division by s = 2 is missing."),
        (
            [1.5, 0, -0.75, -0.75],
            "The last term has the wrong sign: mean(dx̂ x̂) is negative here, and it is subtracted.",
        ),
    ],
    praise="Sum zero, and nothing along x̂. The two fives do not even notice.",
    hint="dx̂ first; then its mean, and the mean of dx̂ x̂.",
)


def _parameters(x_hat, dout):
    return (dout * x_hat).sum(axis=0), dout.sum(axis=0)


_X_HAT = np.array([[-1.2, 0.5], [0.1, -1.4], [1.1, 0.9]])
_DOUT = np.array([[0.5, -1.0], [2.0, 0.3], [-0.7, 1.5]])
_X_HAT_SQUARE = np.array([[-1.0, 0.8], [1.0, -0.8]])
_DOUT_SQUARE = np.array([[0.4, 1.0], [-2.0, 0.6]])

parameters = Exercise(
    right=_parameters,
    wrong=[
        (
            lambda x_hat, dout: ((dout * x_hat).mean(axis=0), dout.mean(axis=0)),
            "Those are means. If the loss is a mean over the batch, the division is in dout "
            "already: sum.",
        ),
        (
            lambda x_hat, dout: ((dout * x_hat).sum(axis=1), dout.sum(axis=1)),
            "You summed over the features. Each feature has its own γ and β: sum over the samples, "
            "axis=0.",
        ),
        (
            lambda x_hat, dout: (dout.sum(axis=0), dout.sum(axis=0)),
            "dγ leaves out x̂: a product hands back the other factor.",
        ),
        (
            lambda x_hat, dout: (x_hat.sum(axis=0), dout.sum(axis=0)),
            "dγ leaves out dout: multiply x̂ by the upstream gradient before you sum.",
        ),
        (
            lambda x_hat, dout: (dout * x_hat, dout),
            "γ and β were repeated down the rows, so their gradients must be summed over them.",
        ),
        (
            lambda x_hat, dout: (dout.sum(axis=0), (dout * x_hat).sum(axis=0)),
            "The two are in the wrong order: dγ comes first.",
        ),
    ],
    cases=[(_X_HAT, _DOUT), (_X_HAT_SQUARE, _DOUT_SQUARE)],
    praise="A scale and a bias, as in every layer: what was repeated is summed.",
    hint="y = γ x̂ + β, with γ and β repeated down the rows.",
)


def _pieces(x, gamma, dout, eps, axis=0):
    s = np.sqrt(x.var(axis=axis, keepdims=True) + eps)
    x_hat = (x - x.mean(axis=axis, keepdims=True)) / s
    dx_hat = dout * gamma
    through_mean = dx_hat.mean(axis=axis, keepdims=True)
    through_spread = x_hat * (dx_hat * x_hat).mean(axis=axis, keepdims=True)
    return s, x_hat, dx_hat, through_mean, through_spread


def _backward(x, gamma, dout, eps):
    s, _, dx_hat, mean, spread = _pieces(x, gamma, dout, eps)
    return (dx_hat - mean - spread) / s


def _backward_but(change):
    """The right answer with its last line replaced: change(s, x_hat, dx_hat, mean, spread, eps)."""

    def answer(x, gamma, dout, eps):
        return change(*_pieces(x, gamma, dout, eps), eps)

    return answer


def _backward_sums(x, gamma, dout, eps):
    s, x_hat, dx_hat, _, _ = _pieces(x, gamma, dout, eps)
    return (dx_hat - dx_hat.sum(axis=0) - x_hat * (dx_hat * x_hat).sum(axis=0)) / s


def _backward_uncentred(x, gamma, dout, eps):
    s, _, dx_hat, mean, _ = _pieces(x, gamma, dout, eps)
    return (dx_hat - mean - x * (dx_hat * x).mean(axis=0)) / s


def _backward_unbiased(x, gamma, dout, eps):
    s = np.sqrt(x.var(axis=0, ddof=1) + eps)
    x_hat = (x - x.mean(axis=0)) / s
    dx_hat = dout * gamma
    return (dx_hat - dx_hat.mean(axis=0) - x_hat * (dx_hat * x_hat).mean(axis=0)) / s


_X = np.array([[1.0, 4.0], [3.0, -1.0], [8.0, 0.5], [2.0, 2.0]])
_G = np.array([[1.0, -0.5], [-1.0, 2.0], [2.0, 0.3], [0.4, -1.2]])
_GAMMA = np.array([3.0, -0.5])

backward = Exercise(
    right=_backward,
    wrong=[
        (
            _backward_but(lambda s, x_hat, dx_hat, mean, spread, eps: dx_hat / s),
            "μ and σ² were treated as constants. x also reaches the loss through the mean and "
            "through the spread: two terms are missing.",
        ),
        (
            _backward_but(lambda s, x_hat, dx_hat, mean, spread, eps: (dx_hat - mean) / s),
            "The path through the spread is missing: subtract x̂ · mean(dx̂ · x̂).",
        ),
        (
            _backward_but(lambda s, x_hat, dx_hat, mean, spread, eps: (dx_hat - spread) / s),
            "The path through the mean is missing: subtract mean(dx̂).",
        ),
        (
            _backward_but(lambda s, x_hat, dx_hat, mean, spread, eps: dx_hat - mean - spread),
            "The division by √(σ² + eps) is missing.",
        ),
        (
            _backward_but(
                lambda s, x_hat, dx_hat, mean, spread, eps: (dx_hat - mean - spread) / s**2
            ),
            "You divided by the variance. Divide by its root.",
        ),
        (
            lambda x, gamma, dout, eps: _backward(x, np.ones_like(gamma), dout, eps),
            "γ is missing: dx̂ is dout · γ.",
        ),
        (
            lambda x, gamma, dout, eps: _backward(x, gamma, dout, 0.0),
            "eps is missing: the forward pass divides by √(σ² + eps), so x̂ and the formula do too.",
        ),
        (
            _backward_sums,
            "You have sums where there should be means over the batch: the 1/N comes from the "
            "mean and from the variance.",
        ),
        (
            _backward_uncentred,
            "You used x where x̂ belongs: its mean subtracted, divided by its spread.",
        ),
        (
            _backward_unbiased,
            "Your variance divides by N − 1. The forward pass divides by N, so backward must.",
        ),
        (
            _backward_but(lambda s, x_hat, dx_hat, mean, spread, eps: (dx_hat - mean + spread) / s),
            "The last term has the wrong sign: a larger spread makes x̂ smaller.",
        ),
    ],
    cases=[(_X, _GAMMA, _G, 0.1), (_X[:3], _GAMMA, _G[1:], 1e-3)],
    praise="Five lines, and none of the three paths is forgotten.",
    hint="Compute s and x̂ again, then dx̂ = dout · γ, then subtract two things and divide.",
)


def _fold(W, b, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    return W * scale, (b - running_mean) * scale + beta


def _scale(gamma, running_var, eps):
    return gamma / np.sqrt(running_var + eps)


_W = np.array([[2.0, 1.0], [-1.0, 3.0]])
_B = np.array([0.5, -1.0])
_REST = (np.array([2.0, -0.5]), np.array([0.3, 1.0]), np.array([1.0, -2.0]), np.array([4.0, 0.25]))

fold = Exercise(
    right=_fold,
    wrong=[
        (
            lambda W, b, g, be, m, v, eps: (W * _scale(g, v, eps), b + be),
            "The new bias is not b + β: the old bias goes through the normalization too.",
        ),
        (
            lambda W, b, g, be, m, v, eps: (
                W * _scale(g, v, eps),
                b * _scale(g, v, eps) + be,
            ),
            "The running mean is missing: it is subtracted from b before the scaling.",
        ),
        (
            lambda W, b, g, be, m, v, eps: (W * _scale(g, v, eps), (b - m) * _scale(g, v, eps)),
            "β is missing in the new bias.",
        ),
        (
            lambda W, b, g, be, m, v, eps: (W, (b - m) * _scale(g, v, eps) + be),
            "The weights are unchanged: the scale γ/s multiplies them as well.",
        ),
        (
            lambda W, b, g, be, m, v, eps: (
                W * _scale(g, v, eps)[:, np.newaxis],
                (b - m) * _scale(g, v, eps) + be,
            ),
            "You scaled the rows of W. Each output has its own scale, and an output is a column. "
            "(W is square here, so the shape could not tell.)",
        ),
        (
            lambda W, b, g, be, m, v, eps: (W * g / (v + eps), (b - m) * g / (v + eps) + be),
            "You divided by the variance. Divide by its root.",
        ),
        (
            lambda W, b, g, be, m, v, eps: (
                W * _scale(g, v, eps),
                b * _scale(g, v, eps) - m + be,
            ),
            "The running mean must be scaled as well: (b − μ) γ/s.",
        ),
    ],
    cases=[
        (_W, _B, *_REST, 0.1),
        (np.array([[1.0, 2.0], [0.5, -1.0], [3.0, 0.0]]), _B, *_REST, 1e-3),
    ],
    praise="In evaluation mode the layer is an affine map, and two affine maps are one.",
    hint="Write γ (XW + b − μ)/s + β and collect what stands behind X.",
)


def _layer_normalization(x, gamma, beta, dout, eps):
    s, x_hat, dx_hat, mean, spread = _pieces(x, gamma, dout, eps, axis=1)
    dx = (dx_hat - mean - spread) / s
    return gamma * x_hat + beta, dx, (dout * x_hat).sum(axis=0), dout.sum(axis=0)


def _layer_normalization_but(**wrong):
    """The right answer with some of its parts replaced: part(s, x_hat, dx_hat, gamma, dout)."""

    def answer(x, gamma, beta, dout, eps):
        names = ("y", "dx", "dgamma", "dbeta")
        parts = dict(zip(names, _layer_normalization(x, gamma, beta, dout, eps), strict=True))
        s, x_hat, dx_hat, _, _ = _pieces(x, gamma, dout, eps, axis=1)
        parts |= {name: make(s, x_hat, dx_hat, gamma, dout) for name, make in wrong.items()}
        return tuple(parts.values())

    return answer


def _over_the_batch(x, gamma, beta, dout, eps):
    s, x_hat, dx_hat, mean, spread = _pieces(x, gamma, dout, eps)
    dx = (dx_hat - mean - spread) / s
    return gamma * x_hat + beta, dx, (dout * x_hat).sum(axis=0), dout.sum(axis=0)


def _gamma_outside(s, x_hat, dx_hat, gamma, dout):
    along = x_hat * (dout * x_hat).mean(axis=1, keepdims=True)
    return gamma * (dout - dout.mean(axis=1, keepdims=True) - along) / s


def _mean_over_batch(s, x_hat, dx_hat, gamma, dout):
    return (dx_hat - dx_hat.mean(axis=0) - x_hat * (dx_hat * x_hat).mean(axis=0)) / s


_X3 = np.array([[1.0, 3.0, 8.0], [2.0, -1.0, 0.5], [0.0, 1.0, 5.0], [4.0, 2.0, -3.0]])
_G3 = np.array([[1.0, -1.0, 2.0], [0.5, 0.3, -0.7], [-1.0, 2.0, 0.4], [0.2, -0.6, 1.0]])
_GAMMA3, _BETA3 = np.array([3.0, -0.5, 1.2]), np.array([1.0, 0.0, -2.0])

layer_normalization = Exercise(
    right=_layer_normalization,
    wrong=[
        (
            _over_the_batch,
            "That is batch normalization. Here the mean and the spread are those of a sample, "
            "axis=1.",
        ),
        (
            _layer_normalization_but(dx=_gamma_outside),
            "dx is not right: γ was multiplied on after the means. It differs from feature to "
            "feature, and the means run over the features, so it belongs inside: dx̂ = dout · γ.",
        ),
        (
            _layer_normalization_but(dx=lambda s, x_hat, dx_hat, gamma, dout: dx_hat / s),
            "dx is not right: μ and σ² were treated as constants. They depend on every feature of "
            "the sample.",
        ),
        (
            _layer_normalization_but(dx=_mean_over_batch),
            "dx is not right: the forward pass is over the features, but the means in the backward "
            "pass still run over the batch.",
        ),
        (
            _layer_normalization_but(
                dgamma=lambda s, x_hat, dx_hat, gamma, dout: (dout * x_hat).sum(axis=1),
                dbeta=lambda s, x_hat, dx_hat, gamma, dout: dout.sum(axis=1),
            ),
            "dγ and dβ are summed over the features. γ and β still have one number a feature, "
            "repeated down the rows: sum over the samples, axis=0.",
        ),
        (
            _layer_normalization_but(
                dgamma=lambda s, x_hat, dx_hat, gamma, dout: (dout * x_hat).mean(axis=0),
                dbeta=lambda s, x_hat, dx_hat, gamma, dout: dout.mean(axis=0),
            ),
            "dγ and dβ are means: sum over the samples.",
        ),
    ],
    cases=[(_X3, _GAMMA3, _BETA3, _G3, 0.1), (_X3[:1], _GAMMA3, _BETA3, _G3[1:2], 1e-3)],
    praise="And it works on a single sample: there is no batch to wait for.",
    hint="Transpose the idea: each row is what a column was. Only γ and β stay with the features.",
)
