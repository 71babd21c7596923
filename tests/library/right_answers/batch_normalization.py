"""Other right answers to the exercises of chapter "Batch normalization", and wrong ones."""

import numpy as np


def parameters_by_loops(x_hat, dout):
    N, D = x_hat.shape
    dgamma = [sum(dout[n, d] * x_hat[n, d] for n in range(N)) for d in range(D)]
    dbeta = [sum(dout[n, d] for n in range(N)) for d in range(D)]
    return dgamma, dbeta


def backward_by_arrows(x, gamma, dout, eps):
    N = len(x)
    xc = x - x.mean(axis=0)
    s = np.sqrt((xc**2).mean(axis=0) + eps)
    dx_hat = dout * gamma
    dv = -(dx_hat * xc).sum(axis=0) / (2 * s**3)
    dxc = dx_hat / s + 2 * xc * dv / N
    return dxc - dxc.mean(axis=0)


def backward_by_jacobian(x, gamma, dout, eps):
    N, D = x.shape
    columns = []
    for d in range(D):
        s = np.sqrt(x[:, d].var() + eps)
        x_hat = (x[:, d] - x[:, d].mean()) / s
        J = (np.eye(N) - 1 / N - np.outer(x_hat, x_hat) / N) / s
        columns.append(gamma[d] * dout[:, d] @ J)
    return np.transpose(columns).tolist()


def backward_mixed(x, gamma, dout, eps):
    # The forward pass of the layer, and the backward pass of one that divides by N − 1.
    s = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / s
    dx_hat = dout * gamma
    through_spread = x_hat * (dx_hat * x_hat).sum(axis=0) / (len(x) - 1)
    return (dx_hat - dx_hat.mean(axis=0) - through_spread) / s


def backward_as_a_projection(x, gamma, dout, eps):
    # Exact for eps = 0 only: all of the component along x_hat is taken away.
    s = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / s
    g = dout * gamma
    g = g - g.mean(axis=0)
    return (g - x_hat * (g * x_hat).sum(axis=0) / (x_hat**2).sum(axis=0)) / s


def backward_over_the_sample(x, gamma, dout, eps):
    return np.transpose(backward_by_jacobian(x.T, np.ones(len(x)), (dout * gamma).T, eps))


def fold_by_probing(W, b, gamma, beta, running_mean, running_var, eps):
    def both(x):
        return gamma * (x @ W + b - running_mean) / np.sqrt(running_var + eps) + beta

    new_b = both(np.zeros(len(W)))
    return both(np.eye(len(W))) - new_b, new_b


def fold_by_matrices(W, b, gamma, beta, running_mean, running_var, eps):
    S = np.diag(gamma * (running_var + eps) ** -0.5)
    return [W @ S, (b @ S - running_mean @ S + beta).tolist()]


def layer_normalization_by_rows(x, gamma, beta, dout, eps):
    y, dx = [], []
    dgamma, dbeta = np.zeros_like(gamma), np.zeros_like(beta)
    for row, upstream in zip(x, dout, strict=True):
        xc = row - row.mean()
        s = (xc @ xc / len(row) + eps) ** 0.5
        y.append(gamma * xc / s + beta)
        dxc = gamma * upstream / s - xc * (gamma * upstream @ xc) / (s**3 * len(row))
        dx.append(dxc - dxc.mean())
        dgamma = dgamma + upstream * xc / s
        dbeta = dbeta + upstream
    return np.array(y), np.array(dx), dgamma, dbeta


def layer_normalization_turned(x, gamma, beta, dout, eps):
    # Batch normalization of the table turned by a quarter, with γ put into the upstream gradient.
    dx = backward_by_arrows(x.T, 1.0, (gamma * dout).T, eps).T
    xc = x - x.mean(axis=1)[:, None]
    x_hat = xc / np.sqrt((xc**2).mean(axis=1) + eps)[:, None]
    return [gamma * x_hat + beta, dx, np.einsum("nd,nd->d", dout, x_hat), dout.T.sum(axis=1)]


RIGHT = {
    "pencil_y": [(7, 7, 13, 13), np.array([7.0, 7, 13, 13])],
    "pencil_dx": [(3 / 4, -3 / 4, 0, 0), np.array([0.75, -0.75, 0, 0])],
    "parameters": [
        parameters_by_loops,
        lambda x_hat, dout: [np.einsum("nd,nd->d", x_hat, dout), np.ones(len(dout)) @ dout],
    ],
    "backward": [backward_by_arrows, backward_by_jacobian],
    "fold": [fold_by_probing, fold_by_matrices],
    "layer_normalization": [layer_normalization_by_rows, layer_normalization_turned],
}

ROWS = "over axis 0, a row (D,) is repeated down the N rows just as one of shape (1, D) is"
EQUIVALENT = {"backward": {"`True` becomes `False`": ROWS}}

WRONG = {
    "pencil_y": [[1, 1, 5, 5], [7, 13]],
    "pencil_dx": [[0, 0, 0, 0]],
    "parameters": [lambda x_hat, dout: (dout.sum(axis=0) * x_hat.sum(axis=0), dout.sum(axis=0))],
    "backward": [backward_mixed, backward_as_a_projection, backward_over_the_sample],
    "fold": [lambda W, b, gamma, beta, mean, var, eps: (W, b)],
}
