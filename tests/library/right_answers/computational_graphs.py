"""Other right answers to the exercises of chapter "Computational graphs"."""

import math

import numpy as np


def subtract_by_nodes(x, y, dout):
    """x + (−1)·y, node by node."""
    minus_y = -1.0 * y
    d_minus_y = dout
    return [x + minus_y, dout, -1.0 * d_minus_y]


def subtract_as_array(x, y, dout):
    return np.array([x - y, dout, -dout])


def subtract_by_local_derivatives(x, y, dout):
    forward = x - y
    return (forward, *(dout * local for local in (1, -1)))


def log_backward_from_exp(x, dout):
    y = math.log(x)
    return dout / math.exp(y)


def log_backward_power(x, dout):
    return np.asarray(x) ** -1.0 * dout


def by_roads(steps, inputs):
    """Depth first, each road from the end by itself: slow, but right."""
    values = list(inputs)
    for operation, i, j in steps:
        a, b = values[i], values[j]
        values.append(a + b if operation == "add" else a * b)
    gradients = [0.0] * len(inputs)

    def go_back(position, dout):
        if position < len(inputs):
            gradients[position] += dout
            return
        operation, i, j = steps[position - len(inputs)]
        go_back(i, dout * (1 if operation == "add" else values[j]))
        go_back(j, dout * (1 if operation == "add" else values[i]))

    go_back(len(values) - 1, 1.0)
    return tuple(gradients)


def forward_mode(steps, inputs):
    """The slopes of every value in every input, carried along from the inputs to the end."""
    values, slopes = list(inputs), list(np.eye(len(inputs)))
    for operation, i, j in steps:
        if operation == "add":
            values.append(values[i] + values[j])
            slopes.append(slopes[i] + slopes[j])
        else:
            values.append(values[i] * values[j])
            slopes.append(values[j] * slopes[i] + values[i] * slopes[j])
    return slopes[-1]


def waits_for_all(steps, inputs):
    """Counts the uses that still owe an answer; a value goes back when none is left."""
    values = list(inputs)
    for operation, i, j in steps:
        values.append(values[i] + values[j] if operation == "add" else values[i] * values[j])
    needed, waiting = set(), [len(values) - 1]  # what the last value depends on
    while waiting:
        value = waiting.pop()
        if value not in needed:
            needed.add(value)
            waiting += steps[value - len(inputs)][1:] if value >= len(inputs) else ()
    owed = dict.fromkeys(needed, 0)
    for value in needed:
        for source in steps[value - len(inputs)][1:] if value >= len(inputs) else ():
            owed[source] += 1
    gradients = dict.fromkeys(range(len(values)), 0.0)
    gradients[len(values) - 1] = 1.0
    ready = [len(values) - 1]
    while ready:
        value = ready.pop()
        if value < len(inputs):
            continue
        operation, i, j = steps[value - len(inputs)]
        for source, other in ((i, j), (j, i)):
            factor = 1.0 if operation == "add" else values[other]
            gradients[source] += gradients[value] * factor
            owed[source] -= 1
            if owed[source] == 0:
                ready.append(source)
    return np.array([gradients[position] for position in range(len(inputs))])


def share_backward_by_nodes(x, y, dout):
    total = x + y
    inverse = 1 / total
    d_inverse = dout * x
    d_total = -d_inverse * inverse**2
    return [dout * inverse + d_total, d_total]


def share_backward_as_complement(x, y, dout):
    """∂(1 − y/(x + y))/∂x, and the quotient rule."""
    dx = dout * (y / (x + y)) / (x + y)
    dy = (0 * (x + y) - x) / (x + y) ** 2 * dout
    return np.array([dx, dy])


RIGHT = {
    "bill": [(2.2, 4.4, 0.55, 6.6, 11), np.array([2.2, 4.4, 0.55, 6.6, 11.0])],
    "subtract": [subtract_by_nodes, subtract_as_array, subtract_by_local_derivatives],
    "log_backward": [log_backward_from_exp, log_backward_power],
    "share_backward": [share_backward_by_nodes, share_backward_as_complement],
    "tiny_autodiff": [by_roads, forward_mode, waits_for_all],
}

EQUIVALENT = {
    "tiny_autodiff": {
        "`True` becomes `False`": "strict: both have two elements",
        "`0.0` becomes `1.0`": "runs only where the planted error assigns instead of adding",
    },
}
