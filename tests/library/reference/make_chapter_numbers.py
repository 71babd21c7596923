"""PyTorch's results for the worked examples of the chapters.

Run it in an environment with PyTorch (tests/library/reference/README.md). It writes
lib/chainrule/book/pytorch_numbers.json, which `pytorch_numbers` reads.
"""

import importlib.util
import json
import sys
from pathlib import Path

import numpy as np
import torch

LIB = Path(__file__).parents[3] / "lib"
TARGET = LIB / "chainrule" / "book" / "pytorch_numbers.json"


def variable(values):
    """A float64 tensor that requires a gradient."""
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


def bill():
    """Chapter "Computational graphs": notebooks, price, pens, price, tax factor."""
    inputs = variable([3.0, 2.0, 4.0, 0.5, 1.1])
    total = (inputs[0] * inputs[1] + inputs[2] * inputs[3]) * inputs[4]
    total.backward()
    return {"bill": total, "gradients": inputs.grad}


def two_layer_network():
    """Chapter "Training a network": two samples through affine, ReLU, affine, softmax with loss."""
    X = torch.tensor([[1.0, 2.0], [-1.0, 1.0]], dtype=torch.float64)
    W1, b1 = variable([[1.0, -1.0, 0.5], [0.5, 1.0, -1.0]]), variable([0.0, 0.5, 0.25])
    W2, b2 = variable([[1.0, 0.0], [-1.0, 1.0], [0.5, 0.5]]), variable([0.1, -0.1])
    logits = torch.relu(X @ W1 + b1) @ W2 + b2
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor([0, 1]))
    loss.backward()
    return {"loss": loss, "dW1": W1.grad, "db1": b1.grad, "dW2": W2.grad, "db2": b2.grad}


def relu():
    """Chapter "ReLU": a batch of two samples with two features."""
    X = variable([[1.0, -0.5], [-2.0, 3.3]])
    dout = torch.tensor([[0.5, -1.0], [2.0, -0.2]], dtype=torch.float64)
    Y = torch.relu(X)
    Y.backward(dout)
    return {"Y": Y, "dX": X.grad}


def relu_at_zero():
    """Chapter "ReLU": the slope just left of the kink, at it, and just right of it."""
    x = variable([-1e-5, 0.0, 1e-5])
    torch.relu(x).sum().backward()
    return {"dx": x.grad}


def softmax_with_loss():
    """Chapter "Softmax with loss": scores [1, 8, 3], truth 1; loss, gradient, probabilities."""
    x = variable([1.0, 8.0, 3.0])
    loss = torch.nn.functional.cross_entropy(x, torch.tensor(1))
    loss.backward()
    J = torch.autograd.functional.jacobian(lambda x: torch.softmax(x, 0), x)
    return {"loss": loss, "dx": x.grad, "y": torch.softmax(x, 0), "J": J}


def softmax_with_loss_batch():
    """Chapter "Softmax with loss": a batch of three, with labels and with soft targets."""
    rows = [[2.0, 1.0, 0.0], [0.5, -1.0, 2.0], [0.0, 0.0, 0.0]]
    soft = torch.tensor([[0.1, 0.7, 0.2], [0.0, 0.5, 0.5], [1.0, 0.0, 0.0]], dtype=torch.float64)
    answers = {}
    for name, t in [("labels", torch.tensor([1, 0, 2])), ("soft", soft)]:
        X = variable(rows)
        loss = torch.nn.functional.cross_entropy(X, t)
        loss.backward()
        answers |= {f"loss_{name}": loss, f"dX_{name}": X.grad}
    return answers


def shapes_bias():
    """Chapter "Shapes": a bias repeated down three rows, L half the sum of squares."""
    Z = torch.tensor([[0.0, 1.0], [2.0, 0.0], [1.0, 3.0]], dtype=torch.float64)
    b = variable([1.0, 2.0])
    (0.5 * (Z + b) ** 2).sum().backward()
    return {"db": b.grad}


def affine():
    """Chapter "The affine layer": the batch of two, with its upstream gradient."""
    X = variable([[1.0, 1.0], [2.0, 3.0]])
    W = variable([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    b = variable([7.0, 8.0, 9.0])
    Y = X @ W + b
    Y.backward(torch.tensor([[2.0, 1.0, -1.0], [1.0, 1.0, 1.0]], dtype=torch.float64))
    return {"Y": Y, "dX": X.grad, "dW": W.grad, "db": b.grad}


def sigmoid():
    """Chapter "The sigmoid": logits that are logarithms of odds, in two rows of three."""
    X = variable([[1.0, 3.0, 1 / 3], [9.0, 1 / 9, 4.0]]).detach().log().requires_grad_()
    y = torch.sigmoid(X)
    y.backward(torch.tensor([[1.0, -2.0, 4.0], [10.0, 10.0, -5.0]], dtype=torch.float64))
    return {"y": y, "dX": X.grad}


def sigmoid_chain():
    """Chapter "Vanishing gradients": three sigmoids in a row, each with one weight."""
    x, w = variable(2.0), variable([1.0, 2.0, -1.0])
    y = x
    for weight in w:
        y = torch.sigmoid(weight * y)
    y.backward()
    return {"y": y, "gradients": torch.cat([x.grad.reshape(1), w.grad])}


def product_and_sum():
    """Chapter "Gradient checking": y = (x0 x1, x0 + x1) with an upstream gradient."""
    x = variable([3.0, 2.0])
    torch.stack([x[0] * x[1], x[0] + x[1]]).backward(torch.tensor([2.0, -1.0]).double())
    return {"dx": x.grad}


def im2col():
    """Chapter "im2col": fold of the matrix 1 … 16, and unfold of two images of addresses."""
    c = torch.arange(1.0, 17.0, dtype=torch.float64).reshape(1, 4, 4)
    folded = torch.nn.functional.fold(c.transpose(1, 2), output_size=(3, 3), kernel_size=2)
    n, channel, i, j = torch.meshgrid(
        *(torch.arange(size, dtype=torch.float64) for size in (2, 2, 3, 3)), indexing="ij"
    )
    addresses = 100 * (n + 1) + 10 * (channel + 1) + 3 * i + j
    unfolded = torch.nn.functional.unfold(addresses, kernel_size=2)
    return {"folded": folded[0, 0], "unfolded": unfolded}


def convolution():
    """Chapter "Convolution": an image of 3 by 3, one filter of 2 by 2."""
    x = variable([[[[1.0, 2.0, 0.0], [0.0, 1.0, 3.0], [2.0, -1.0, 1.0]]]])
    W, b = variable([[[[1.0, 2.0], [-1.0, 0.0]]]]), variable([1.0])
    out = torch.nn.functional.conv2d(x, W, b)
    out.backward(torch.tensor([[[[1.0, -1.0], [0.0, 2.0]]]], dtype=torch.float64))
    return {"out": out[0, 0], "dx": x.grad[0, 0], "dW": W.grad[0, 0], "db": b.grad}


def optimizers():
    """Chapter "Optimizers": from 1 with the gradients 4 and 3; SGD, Momentum, AdaGrad, RMSProp,
    Adam.
    """
    kinds = [
        lambda p: torch.optim.SGD(p, lr=0.1),
        lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
        lambda p: torch.optim.Adagrad(p, lr=0.1, eps=1e-10),
        lambda p: torch.optim.RMSprop(p, lr=0.1, alpha=0.9, eps=1e-8),
        lambda p: torch.optim.Adam(p, lr=0.1),
    ]
    return {"p": torch.stack([_after_steps(make, 1.0, [4.0, 3.0]) for make in kinds])}


def adamw():
    """Chapter "Optimizers", exercise 5."""
    gradients = [[4.0, 0.5], [3.0, -1.0]]
    return {
        "p": _after_steps(
            lambda p: torch.optim.AdamW(p, lr=0.1, weight_decay=0.5), [1.0, -2.0], gradients
        )
    }


def _after_steps(make, start, gradients):
    """The parameter after steps of an optimizer with these gradients."""
    p = variable(start)
    optimizer = make([p])
    for gradient in gradients:
        p.grad = torch.tensor(gradient, dtype=torch.float64)
        optimizer.step()
    return p.detach()


def initialization():
    """Chapter "Initialization": the standard deviations of kaiming_normal_ and xavier_normal_.

    For a dense layer from 64 to 50 and a convolution with 16 filters of 8 channels, 3 by 3.
    """
    shapes = [(50, 64), (16, 8, 3, 3)]  # PyTorch's dense weight is (outputs, inputs)
    fans = [torch.nn.init._calculate_fan_in_and_fan_out(torch.empty(shape)) for shape in shapes]
    gain = torch.nn.init.calculate_gain("relu")
    return {
        "fans": torch.tensor(fans, dtype=torch.float64),
        "he": torch.tensor([gain / n**0.5 for n, _ in fans], dtype=torch.float64),
        "xavier": torch.tensor([(2 / sum(pair)) ** 0.5 for pair in fans], dtype=torch.float64),
    }


def batch_normalization():
    """Chapter "Batch normalization": a batch of five with three features, eps 1e-12."""
    X = variable([[1, -1, 1], [2, -2, 1], [3, -3, 2], [4, -4, 2], [5, -5, 4]])
    gamma, beta = variable([2**0.5, 2 * 2**0.5, 30**0.5]), variable([2.0, 4.0, 5.0])
    row = torch.tensor([1.0, -1.0, 4.0], dtype=torch.float64)
    Y = torch.nn.functional.batch_norm(X, None, None, gamma, beta, training=True, eps=1e-12)
    Y.backward(torch.stack([row, -row, row, -row, row]))
    return {"Y": Y, "dX": X.grad, "dgamma": gamma.grad, "dbeta": beta.grad}


def batch_normalization_4d():
    """Chapter "Batch normalization": two images of two channels, as the chapter draws them."""
    rng = np.random.default_rng(1)
    X = variable(rng.normal(2, 3, (2, 2, 2, 2)).round(1).tolist())
    dout = torch.tensor(rng.normal(size=(2, 2, 2, 2)).round(1))
    gamma, beta = variable([1.5, -0.5]), variable([0.0, 1.0])
    Y = torch.nn.functional.batch_norm(X, None, None, gamma, beta, training=True, eps=1e-5)
    Y.backward(dout)
    return {"X": X, "Y": Y, "dX": X.grad, "dgamma": gamma.grad, "dbeta": beta.grad}


def dropout():
    """Chapter "Dropout": y = x · mask / (1 − rate), with a fixed mask."""
    X = variable([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    kept = torch.tensor([[1.0, 0.0, 1.0], [1.0, 1.0, 0.0]], dtype=torch.float64)
    Y = X * kept / (1 - 0.2)
    Y.backward(torch.tensor([[1.0, -1.0, 2.0], [0.5, 3.0, -2.0]], dtype=torch.float64))
    return {"Y": Y, "dX": X.grad}


def from_the_chapter(function, *arguments):
    """The result of a function of lib/chainrule/book/in_pytorch.py, and its arguments' fingerprint.

    Chapter "From chainrule to PyTorch" shows these functions. The file is loaded by its path,
    because its package needs more packages than are installed here.
    """
    path = LIB / "chainrule" / "book" / "in_pytorch.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    answers = getattr(module, function)(*arguments)
    return {"arguments": module.fingerprint(arguments), **answers}


def core():
    """chainrule's core, which needs NumPy only."""
    sys.path.insert(0, str(LIB))
    import chainrule

    return chainrule


def chapter_params():
    """The weights that chapter "From chainrule to PyTorch" draws for its network."""
    he, rng = core().he, np.random.default_rng(0)
    return {
        "conv1.W": he((2, 1, 3, 3), rng),
        "conv1.b": np.zeros(2),
        "bn1.gamma": np.array([1.0, 0.5]),
        "bn1.beta": np.array([0.0, 0.2]),
        "affine1.W": he((18, 10), rng),
        "affine1.b": np.zeros(10),
    }


def one_step():
    """Chapter "From chainrule to PyTorch": the network with the weights that the chapter draws."""
    x, t, _, _ = core().load_digits(flatten=False)
    return from_the_chapter("one_step", chapter_params(), x[:8], t[:8])


def as_module():
    """Chapter "From chainrule to PyTorch": the same network as a class."""
    x, _, _, _ = core().load_digits(flatten=False)
    return from_the_chapter("as_module", chapter_params(), x[:8])


def training_loop():
    """Chapter "From chainrule to PyTorch": a loop that trains, evaluates, saves and loads."""
    return from_the_chapter("training_loop", *core().load_digits())


def our_affine():
    """Chapter "From chainrule to PyTorch": the batch of chapter "The affine layer" on its tape."""
    arrays = [[[1, 1], [2, 3]], [[1, 2, 3], [4, 5, 6]], [7, 8, 9], [[2, 1, -1], [1, 1, 1]]]
    return from_the_chapter("our_affine", *(np.array(array, float) for array in arrays))


def momentum_walk():
    """Chapter "From chainrule to PyTorch": the learning rate decreases during the walk."""
    return from_the_chapter("momentum_walk", 1.0, [0.01] * 10 + [0.001] * 20)


def forgetful_walk():
    """Chapter "From chainrule to PyTorch": SGD without zero_grad."""
    return from_the_chapter("forgetful_walk", 1.0, 0.05, 60)


def defaults():
    """Chapter "From chainrule to PyTorch": PyTorch's default arguments."""
    return from_the_chapter("defaults")


def max_pooling():
    """Chapter "Max pooling": a map of 4 by 4, windows of 3 by 3 that overlap."""
    upper = [[1.0, 3.0, 2.0, 0.0], [4.0, -2.0, 1.0, 5.0]]
    x = variable([[[*upper, [0.0, 6.0, 3.0, 1.0], [2.0, -1.0, 2.0, 7.0]]]])
    y = torch.nn.functional.max_pool2d(x, 3, stride=1)
    y.backward(torch.tensor([[[[10.0, 20.0], [30.0, 40.0]]]], dtype=torch.float64))
    return {"y": y[0, 0], "dx": x.grad[0, 0]}


def max_pooling_ties():
    """Chapter "Max pooling": three of four numbers are equal; the gradients of two functions."""
    slopes = {}
    for name, largest in [
        ("max_pool2d", lambda x: torch.nn.functional.max_pool2d(x, 2)),
        ("amax", lambda x: x.amax()),
    ]:
        x = variable([[[[2.0, 5.0], [5.0, 5.0]]]])
        largest(x).sum().backward()
        slopes[name] = x.grad.flatten()
    return slopes


def convolutional_network():
    """Chapter "Training a convolutional network": one image of 5 by 5, one filter of 2 by 2."""
    image = [
        [0.0, 1.0, 1.0, 0.0, 0.0],
        [2.0, 0.0, 1.0, 1.0, 0.0],
        [2.0, 0.0, 1.0, 2.0, 0.0],
        [2.0, 2.0, 2.0, 0.0, 0.0],
        [1.0, 0.0, 2.0, 0.0, 0.0],
    ]
    x = torch.tensor([[image]], dtype=torch.float64)
    K, b1 = variable([[[[1.0, 2.0], [-1.0, -1.0]]]]), variable([-0.25])
    W, b2 = variable([[1.0, 0.0], [-0.5, 0.5], [0.25, 1.0], [0.0, -1.0]]), variable([0.1, -0.1])
    maps = torch.relu(torch.nn.functional.conv2d(x, K, b1))
    logits = torch.nn.functional.max_pool2d(maps, 2).flatten(1) @ W + b2
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor([1]))
    loss.backward()
    return {"loss": loss, "dK": K.grad[0, 0], "db1": b1.grad, "dW": W.grad, "db2": b2.grad}


EXAMPLES = [
    optimizers,
    adamw,
    initialization,
    bill,
    sigmoid,
    sigmoid_chain,
    shapes_bias,
    affine,
    two_layer_network,
    relu,
    relu_at_zero,
    softmax_with_loss,
    softmax_with_loss_batch,
    product_and_sum,
    im2col,
    convolution,
    batch_normalization,
    batch_normalization_4d,
    dropout,
    one_step,
    momentum_walk,
    forgetful_walk,
    defaults,
    max_pooling,
    max_pooling_ties,
    convolutional_network,
    as_module,
    training_loop,
    our_affine,
]


def main():
    examples = {
        example.__name__: {name: value.tolist() for name, value in example().items()}
        for example in EXAMPLES
    }
    numbers = {"torch": torch.__version__, "examples": examples}
    TARGET.write_text(json.dumps(numbers, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
