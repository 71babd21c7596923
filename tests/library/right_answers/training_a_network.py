"""Other right answers, right mutants and wrong answers of "Training a network"."""

import numpy as np


def accuracy_by_counting(logits, labels):
    right = 0
    for row, label in zip(logits, labels, strict=True):
        right += int(all(row[label] >= score for score in row))
    return right / len(labels)


def accuracy_of_sorted(logits, labels):
    return float((np.argsort(logits, axis=1)[:, -1] == labels).sum()) / len(labels)


def gradients_sample_by_sample(X, t, W1, b1, W2, b2):
    dW1, db1, dW2, db2 = (np.zeros_like(array) for array in (W1, b1, W2, b2))
    for x, label in zip(X, t, strict=True):
        a = x @ W1 + b1
        z = np.where(a > 0, a, 0.0)
        s = z @ W2 + b2
        ds = np.exp(s - np.logaddexp.reduce(s))
        ds[label] -= 1
        ds /= len(X)
        da = np.where(a > 0, W2 @ ds, 0.0)
        dW2 += np.outer(z, ds)
        db2 += ds
        dW1 += np.outer(x, da)
        db1 += da
    return dW1, db1, dW2, db2


def gradients_with_einsum(X, t, W1, b1, W2, b2):
    A = np.einsum("nd,dh->nh", X, W1) + b1
    Z = A.clip(min=0)
    S = np.einsum("nh,hc->nc", Z, W2) + b2
    E = np.exp(S - S.max(axis=1)[:, None])
    dS = E / E.sum(axis=1)[:, None]
    for n, label in enumerate(t):
        dS[n, label] -= 1
    dS = dS / X.shape[0]
    dA = np.einsum("nc,hc->nh", dS, W2)
    dA[A <= 0] = 0
    return [np.einsum("nd,nh->dh", X, dA), dA.sum(0), np.einsum("nh,nc->hc", Z, dS), dS.sum(0)]


def no_bias_gradient(X, t, W1, b1, W2, b2):
    dW1, _, dW2, _ = gradients_with_einsum(X, t, W1, b1, W2, b2)
    return dW1, np.zeros_like(b1), dW2, np.zeros_like(b2)


def half_the_gradient(X, t, W1, b1, W2, b2):
    dW1, db1, dW2, db2 = gradients_with_einsum(X, t, W1, b1, W2, b2)
    dW1[:, ::2], dW2[:, ::2] = 0, 0
    return dW1, db1, dW2, db2


def decayed_by_shrinking(W, b, dW, db, lr, decay):
    return [(1 - lr * decay) * W - lr * dW, b - lr * db]


def decayed_in_two_steps(W, b, dW, db, lr, decay):
    new = W - lr * decay * W
    new -= lr * dW
    return new, np.array([each - lr * slope for each, slope in zip(b, db, strict=True)])


RIGHT = {
    "count": [3760, 65 * 50 + 51 * 10, 3760.0],
    "accuracy_of": [accuracy_by_counting, accuracy_of_sorted],
    "two_layers": [gradients_sample_by_sample, gradients_with_einsum],
    "larger_batch": [
        lambda lr, batch, larger: (larger / batch) * lr,
        lambda lr, batch, larger: np.array(lr) / batch * larger,
    ],
    "decayed_step": [decayed_by_shrinking, decayed_in_two_steps],
}

EQUIVALENT = {
    "two_layers": {
        "`A > 0` becomes `A >= 0`": "at exactly 0 either slope is a subgradient",
    },
}

WRONG = {
    "two_layers": [no_bias_gradient, half_the_gradient],
    "decayed_step": [
        lambda W, b, dW, db, lr, decay: (W - lr * (dW + decay * np.sign(W)), b - lr * db),
        lambda W, b, dW, db, lr, decay: ((1 - lr * decay) * (W - lr * dW), b - lr * db),
    ],
}
