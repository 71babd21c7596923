"""The PyTorch code of chapter "From chainrule to PyTorch", and `ask_pytorch`, which runs it.

The chapter shows these functions with `show_source`. make_chapter_numbers.py (in
tests/library/reference) ran them and stored their results, so that neither reading nor testing
needs PyTorch. Only the functions import torch; the file itself needs NumPy alone. Each
function that the chapter shows imports all it uses, so that it runs where a reader pastes it.
"""

import importlib.util
from inspect import signature

import numpy as np


def network(params):
    """The chapter's network in PyTorch, with our parameters.

    Parameters
    ----------
    params : dict of arrays
        Such as `net.params`.

    Returns
    -------
    torch.nn.Sequential
    """
    from collections import OrderedDict

    import torch
    from torch import nn

    net = nn.Sequential(
        OrderedDict(
            conv1=nn.Conv2d(in_channels=1, out_channels=2, kernel_size=3),
            bn1=nn.BatchNorm2d(num_features=2),
            relu1=nn.ReLU(),
            pool1=nn.MaxPool2d(kernel_size=2),
            flatten=nn.Flatten(),
            affine1=nn.Linear(in_features=18, out_features=10),
        )
    ).double()  # float64; without this it is float32

    ours = {name: torch.tensor(array) for name, array in params.items()}
    with torch.no_grad():  # writing the weights is no part of any calculation
        net.conv1.weight.copy_(ours["conv1.W"])
        net.conv1.bias.copy_(ours["conv1.b"])
        net.bn1.weight.copy_(ours["bn1.gamma"])
        net.bn1.bias.copy_(ours["bn1.beta"])
        net.affine1.weight.copy_(ours["affine1.W"].T)  # (M, D) there, (D, M) here
        net.affine1.bias.copy_(ours["affine1.b"])
    return net


def one_step(params, x, t):
    """Forward, backward, one step of SGD; then the same images in evaluation mode.

    Parameters
    ----------
    params : dict of arrays
        The parameters of the network before the step.
    x : array of shape (N, 1, 8, 8)
    t : integer array of shape (N,)

    Returns
    -------
    dict of arrays
    """
    import torch
    from torch import nn

    net = network(params)
    loss_function = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    x, t = torch.tensor(x), torch.tensor(t)

    net.train()
    logits = net(x)
    loss = loss_function(logits, t)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

    net.eval()
    with torch.no_grad():
        evaluated = net(x)

    gradients = {f"d {name}": weight.grad for name, weight in net.named_parameters()}
    running = {"mean": net.bn1.running_mean, "var": net.bn1.running_var}
    answers = {"logits": logits, "loss": loss, "evaluated": evaluated} | gradients | running
    return {name: tensor.detach().numpy() for name, tensor in answers.items()}


def as_module(params, x):
    """The same network as a class of its own, in training mode.

    Parameters
    ----------
    params : dict of arrays
        Such as `net.params`.
    x : array (N, 1, 8, 8)

    Returns
    -------
    dict
        "logits", an array (N, 10).
    """
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(1, 2, 3)  # each layer that is set here is found by parameters()
            self.bn1 = nn.BatchNorm2d(2)
            self.affine1 = nn.Linear(18, 10)

        def forward(self, x):  # and whatever Python can say may stand here
            maps = torch.relu(self.bn1(self.conv1(x)))
            return self.affine1(nn.functional.max_pool2d(maps, 2).flatten(start_dim=1))

    net = Net().double()
    net.load_state_dict(network(params).state_dict())
    return {"logits": net(torch.tensor(x)).detach().numpy()}


def training_loop(images, labels, test_images, test_labels):
    """A training from beginning to end, saved and loaded again.

    Parameters
    ----------
    images : array (N, 64)
    labels : array (N,)
    test_images, test_labels : arrays
        The same for the test.

    Returns
    -------
    dict
        "losses" of the epochs, and "accuracy" on the test data before saving and after loading.
    """
    import io

    import torch
    from torch import nn
    from torch.utils.data import DataLoader, TensorDataset

    torch.manual_seed(0)  # for the weights and for the order of the samples
    device = "cuda" if torch.cuda.is_available() else "cpu"

    def new_network():
        layers = nn.Flatten(), nn.Linear(64, 50), nn.ReLU(), nn.Linear(50, 10)
        return nn.Sequential(*layers).to(device)

    def accuracy(net):
        net.eval()
        with torch.no_grad():
            logits = net(torch.tensor(test_images, dtype=torch.float32).to(device))
        return (logits.argmax(dim=1).cpu().numpy() == test_labels).mean()

    samples = TensorDataset(torch.tensor(images, dtype=torch.float32), torch.tensor(labels))
    loader = DataLoader(samples, batch_size=32, shuffle=True)
    net, losses = new_network(), []
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    for _ in range(5):  # epochs
        net.train()
        total = 0.0
        for x, t in loader:
            x, t = x.to(device), t.to(device)  # new tensors: x.to(device) alone moves nothing
            loss = nn.functional.cross_entropy(net(x), t)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
        losses.append(round(total / len(samples), 2))

    file = io.BytesIO()  # or a name such as "digits.pt"
    torch.save(net.state_dict(), file)
    file.seek(0)
    again = new_network()  # other weights, until
    again.load_state_dict(torch.load(file, map_location=device, weights_only=True))
    both = [round(accuracy(each), 2) for each in (net, again)]
    answers = {"losses": losses, "accuracy": both}
    return {name: torch.tensor(a, dtype=torch.float64).numpy() for name, a in answers.items()}


def our_affine(x, W, b, dout):
    """The affine layer of the book on PyTorch's tape, and whether `gradcheck` passes it.

    Parameters
    ----------
    x : array (N, D)
    W : array (D, M)
    b : array (M,)
    dout : array (N, M)

    Returns
    -------
    dict
        "passes", for the layer and for one with a mistake; "dx", "dW" and "db".
    """
    import torch

    class OurAffine(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, W, b):
            ctx.save_for_backward(x, W)  # our _cache
            return x @ W + b

        @staticmethod
        def backward(ctx, dout):
            x, W = ctx.saved_tensors
            return dout @ W.T, x.T @ dout, dout.sum(dim=0)  # dx, dW, db

    class WithoutSum(OurAffine):  # a mistake, to see that the check is awake
        @staticmethod
        def backward(ctx, dout):
            dx, dW, _ = OurAffine.backward(ctx, dout)
            return dx, dW, dout[0]

    inputs = [torch.tensor(array, requires_grad=True) for array in (x, W, b)]
    passes = [
        torch.autograd.gradcheck(layer.apply, inputs, raise_exception=False)
        for layer in (OurAffine, WithoutSum)
    ]
    OurAffine.apply(*inputs).backward(torch.tensor(dout))
    dx, dW, db = (tensor.grad.numpy() for tensor in inputs)
    return {"passes": torch.tensor(passes).numpy(), "dx": dx, "dW": dW, "db": db}


def momentum_walk(start, rates):
    """SGD with momentum 0.9 on p²/2, one step for each learning rate.

    Parameters
    ----------
    start : float
    rates : list of float

    Returns
    -------
    dict
        "path", the values of p.
    """
    import torch

    p = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([p], lr=rates[0], momentum=0.9)
    path = [p.item()]
    for rate in rates:
        optimizer.param_groups[0]["lr"] = rate  # what a learning rate scheduler does
        optimizer.zero_grad()
        (p * p / 2).backward()
        optimizer.step()
        path.append(p.item())
    return {"path": torch.tensor(path, dtype=torch.float64).numpy()}


def forgetful_walk(start, rate, steps):
    """SGD on p²/2 without zero_grad.

    Parameters
    ----------
    start, rate : float
    steps : int

    Returns
    -------
    dict
        "path", the values of p.
    """
    import torch

    p = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([p], lr=rate)
    path = [p.item()]
    for _ in range(steps):
        (p * p / 2).backward()
        optimizer.step()
        path.append(p.item())
    return {"path": torch.tensor(path, dtype=torch.float64).numpy()}


def defaults():
    """PyTorch's default arguments.

    Returns
    -------
    dict of arrays
    """
    from torch import nn, optim

    def default(thing, argument):
        return np.array(signature(thing).parameters[argument].default, float)

    return {
        "BatchNorm2d momentum": default(nn.BatchNorm2d, "momentum"),
        "BatchNorm2d eps": default(nn.BatchNorm2d, "eps"),
        "Dropout p": default(nn.Dropout, "p"),
        "SGD lr": default(optim.SGD, "lr"),
        "SGD momentum": default(optim.SGD, "momentum"),
        "Adagrad lr": default(optim.Adagrad, "lr"),
        "Adagrad eps": default(optim.Adagrad, "eps"),
        "RMSprop lr": default(optim.RMSprop, "lr"),
        "RMSprop alpha": default(optim.RMSprop, "alpha"),
        "RMSprop eps": default(optim.RMSprop, "eps"),
        "Adam lr": default(optim.Adam, "lr"),
        "Adam betas": default(optim.Adam, "betas"),
        "Adam eps": default(optim.Adam, "eps"),
    }


def ask_pytorch(function, *arguments):
    """The result of a function of this file, computed now or, without PyTorch, stored.

    Parameters
    ----------
    function : function
        Of this file.
    *arguments : arrays, numbers, or dicts of them
        If PyTorch is not installed, they must be those of the chapter.

    Returns
    -------
    dict of arrays

    Raises
    ------
    ValueError
        For other arguments if PyTorch is not installed.
    """
    if importlib.util.find_spec("torch"):
        return function(*arguments)
    # Imported here, because this file also runs where chainrule[book] is not installed.
    from chainrule.book.agreement import pytorch_numbers

    stored = pytorch_numbers(function.__name__)
    if not np.allclose(stored.pop("arguments"), fingerprint(arguments), rtol=1e-9, atol=0):
        raise ValueError(
            f"ask_pytorch: PyTorch is not installed, and its stored answers are for other "
            f"arguments of {function.__name__} than these; install it, or take the book's own"
        )
    return stored


def fingerprint(arguments):
    """One number for each array in the arguments, which changes if an element of it does.

    Parameters
    ----------
    arguments : list of arrays, numbers, or dicts of them

    Returns
    -------
    array of shape (number of arrays,)
        Weighted sums, so that order counts as well.
    """
    arrays = []
    for argument in arguments:
        arrays += argument.values() if isinstance(argument, dict) else [argument]
    rows = [np.asarray(array, float).ravel() for array in arrays]
    return np.array([row @ np.sqrt(1 + np.arange(len(row))) for row in rows])
