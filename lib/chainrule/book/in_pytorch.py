"""The PyTorch code of chapter "From chainrule to PyTorch", and `ask_pytorch`, which runs it.

The chapter shows these functions with `show_source`. make_chapter_numbers.py (in
tests/library/reference) ran them and stored their results, so that neither reading nor testing
needs PyTorch. Only the functions import torch; the file itself needs NumPy alone.
"""

import importlib.util
from collections import OrderedDict
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
    return {"path": np.array(path)}


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
    return {"path": np.array(path)}


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
