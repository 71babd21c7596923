"""The exercises of chapter "Training a network"."""

import numpy as np

from chainrule import one_hot, softmax
from chainrule.exercises import Exercise

count = Exercise(
    right=64 * 50 + 50 + 50 * 10 + 10,
    wrong=[
        (
            64 * 50 + 50 * 10,
            "These are the weights alone. Each of the 50 hidden units and each of the 10 "
            "outputs has a bias too.",
        ),
        (
            64 * 50 + 64 + 50 * 10 + 50,
            "You gave each layer a bias for each of its *inputs*; there is one for each output.",
        ),
        (64 * 50 + 50, "That is the first layer only."),
        (64 * 10 + 10, "That is a network without a hidden layer."),
        (64 + 50 + 10, "These are the numbers in the activations, not the ones that are learned."),
    ],
    praise="3,760 knobs, and one backward pass finds the slope of every one.",
    hint="An affine layer from D to M numbers has a weight (D, M) and a bias (M,).",
)


def _logits(n, classes, seed):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, classes)), rng.integers(0, classes, n)


accuracy_of = Exercise(
    right=lambda logits, labels: np.mean(logits.argmax(axis=1) == labels),
    wrong=[
        (
            lambda logits, labels: np.sum(logits.argmax(axis=1) == labels),
            "That is the number of right answers; divide by how many there are.",
        ),
        (
            lambda logits, labels: np.mean(logits.argmax(axis=1) != labels),
            "That is the share of *wrong* answers.",
        ),
        (
            lambda logits, labels: np.mean(logits.argmin(axis=1) == labels),
            "You took the smallest logit of each row.",
        ),
        (
            lambda logits, labels: softmax(logits)[np.arange(len(labels)), labels].mean(),
            "That is the mean probability of the right label. Accuracy only asks which one is "
            "largest.",
        ),
    ],
    cases=[_logits(7, 4, 0), _logits(5, 3, 4)],
    praise="No softmax needed: it never changes which number of a row is the largest.",
    hint="argmax along axis 1 gives one guess a row.",
)


def _two_layers(X, t, W1, b1, W2, b2):
    A = X @ W1 + b1
    Z = np.maximum(A, 0)
    dS = (softmax(Z @ W2 + b2) - one_hot(t, W2.shape[1])) / len(t)
    dA = dS @ W2.T * (A > 0)
    return X.T @ dA, dA.sum(axis=0), Z.T @ dS, dS.sum(axis=0)


def _with_an_error(
    X, t, W1, b1, W2, b2, *, mask=True, mean=True, biases=np.sum, transpose=True, sign=1, safe=True
):
    """The four gradients with one of the usual errors."""
    A = X @ W1 + b1
    Z = np.maximum(A, 0)
    S = Z @ W2 + b2
    with np.errstate(all="ignore"):
        Y = softmax(S) if safe else np.exp(S) / np.exp(S).sum(axis=1, keepdims=True)
    dS = Y - one_hot(t, W2.shape[1])
    dS = dS / len(t) if mean else dS
    dZ = sign * dS @ (W2.T if transpose else W2)
    dA = dZ * (A > 0) if mask else dZ
    return X.T @ dA, biases(dA, axis=0), Z.T @ dS, biases(dS, axis=0)


def _batch(N, D, H, C, seed, size=1.0):
    """A batch and the weights of a network; `size` multiplies the logits."""
    rng = np.random.default_rng(seed)
    weights = [rng.standard_normal(shape) for shape in [(D, H), (H,), (H, C), (C,)]]
    weights[2:] = [size * array for array in weights[2:]]
    return (rng.standard_normal((N, D)), rng.integers(0, C, N), *weights)


two_layers = Exercise(
    right=_two_layers,
    wrong=[
        (
            lambda *a: _with_an_error(*a, mask=False),
            "dW2 and db2 are right, but the gradient passed through ReLU without its mask: "
            "strike out dZ where A <= 0.",
        ),
        (
            lambda *a: _with_an_error(*a, mean=False),
            "All four are N times too large: the loss is a mean, so divide y − t by the batch "
            "size.",
        ),
        (
            lambda *a: _with_an_error(*a, biases=np.mean),
            "The bias gradients are means over the batch. A bias is added to every row, so "
            "its gradients add: sum.",
        ),
        (
            lambda *a: _with_an_error(*a, transpose=False),
            "On the way back through the second layer use W2 transposed; here W2 is square, "
            "so the shapes did not warn you.",
        ),
        (
            lambda *a: _with_an_error(*a, sign=-1),
            "dW2 and db2 are right. What you handed down to the first layer has the wrong sign.",
        ),
        (
            lambda *a: _with_an_error(*a, safe=False),
            "Right for small logits. For those in the thousands exp overflows: subtract "
            "the largest of each row first.",
        ),
    ],
    cases=[_batch(4, 3, 3, 3, 5), _batch(5, 4, 6, 3, 6), _batch(6, 3, 4, 3, 9, size=1000.0)],
    praise="Backpropagation through a whole network, from your own pencil.",
    hint="Walk the four lines backwards; each gradient has the shape of its array.",
)


larger_batch = Exercise(
    right=lambda lr, batch, larger: lr * larger / batch,
    wrong=[
        (
            lambda lr, batch, larger: lr,
            "That is the rate you came from. The larger batch takes fewer steps, and each of them "
            "is as short as before.",
        ),
        (
            lambda lr, batch, larger: lr * batch / larger,
            "The wrong way round: one step has to go as far as several small ones.",
        ),
        (
            lambda lr, batch, larger: lr * (larger / batch) ** 0.5,
            "The root keeps the size of the *noise* of one step. Ask how far the small steps go "
            "together: k steps in nearly one direction are k times as long.",
        ),
        (
            lambda lr, batch, larger: larger / batch,
            "That is the factor; multiply the rate by it.",
        ),
    ],
    cases=[(0.1, 16, 64), (0.02, 4, 256), (0.05, 10, 15)],
    praise="k small steps in nearly one direction are one step, k times as long.",
    hint="Write k steps from θ with all gradients taken at θ, and compare with one step.",
)


def _decay_case(seed):
    rng = np.random.default_rng(seed)
    W, dW = rng.standard_normal((2, 3, 2))
    b, db = rng.standard_normal((2, 2))
    return W, b, dW, db, 0.1, 0.5


decayed_step = Exercise(
    right=lambda W, b, dW, db, lr, decay: (W - lr * (dW + decay * W), b - lr * db),
    wrong=[
        (
            lambda W, b, dW, db, lr, decay: (W - lr * (dW + 2 * decay * W), b - lr * db),
            "The derivative of (λ/2)·W² is λ·W, not 2λ·W: the ½ is there to cancel the 2.",
        ),
        (
            lambda W, b, dW, db, lr, decay: (W - lr * (dW + decay * W / 2), b - lr * db),
            "The derivative of (λ/2)·W² is λ·W; you kept the ½.",
        ),
        (
            lambda W, b, dW, db, lr, decay: (W - lr * (dW - decay * W), b - lr * db),
            "The sign of the decay is wrong: these weights grow.",
        ),
        (
            lambda W, b, dW, db, lr, decay: (W - lr * (dW + decay * W), b - lr * (db + decay * b)),
            "The bias is decayed too; the exercise leaves it alone.",
        ),
        (
            lambda W, b, dW, db, lr, decay: (W - lr * dW - decay * W, b - lr * db),
            "The decay is not multiplied by the learning rate: it belongs to the gradient.",
        ),
        (
            lambda W, b, dW, db, lr, decay: (W - lr * dW, b - lr * db),
            "This is the step without any decay.",
        ),
    ],
    cases=[_decay_case(7), _decay_case(8)],
    praise="Each step shrinks the weight by the factor 1 − lr·λ, hence the name.",
    hint="Differentiate the added term by one weight W_ij first.",
)
