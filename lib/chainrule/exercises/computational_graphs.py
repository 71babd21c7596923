"""The exercises of chapter "Computational graphs"."""

from chainrule.exercises import Exercise

# (notebooks, price, pens, price, tax factor) of the chapter's bill; gradients in the same order.
bill = Exercise(
    right=[2 * 1.1, 4 * 1.1, 0.5 * 1.1, 6 * 1.1, 4 * 2 + 6 * 0.5],
    wrong=[
        (
            [4 * 1.1, 2 * 1.1, 6 * 1.1, 0.5 * 1.1, 1.1],
            "Each multiplication handed back its own input. It must hand back the *other* "
            "one: ∂(ab)/∂a is b.",
        ),
        (
            [2, 4, 0.5, 6, 11],
            "These are the gradients before tax. The last node multiplies everything that "
            "passes back through it by 1.1.",
        ),
        (
            [2 * 1.1, 4 * 1.1, 0.5 * 1.1, 6 * 1.1, 1.1],
            "Four are right, but not the tax: it is multiplied with the sum, so its gradient "
            "is the sum.",
        ),
    ],
    praise="Each gradient is a price: what one more of that thing adds to the bill.",
    hint="Begin at the right with 1 and walk back, one node at a time.",
)


def _subtract(x, y, dout):
    return x - y, dout, -dout


subtract = Exercise(
    right=_subtract,
    wrong=[
        (
            lambda x, y, dout: (x - y, dout, dout),
            "The second gradient has the wrong sign: when y grows, x − y shrinks.",
        ),
        (
            lambda x, y, dout: (x - y, -dout, dout),
            "The two gradients are in the wrong order: the first belongs to x.",
        ),
        (
            lambda x, y, dout: (x - y, 1.0, -1.0),
            "The local derivatives 1 and −1 are right, but the upstream gradient is ignored: "
            "multiply by dout.",
        ),
        (
            lambda x, y, dout: (x + y, dout, -dout),
            "The forward pass adds; this node should subtract.",
        ),
    ],
    cases=[(5.0, 3.0, 1.0), (2.0, -1.5, -0.7)],
    praise="Subtraction is an addition whose second road flips the sign.",
    hint="Return three things: x − y, then dout times each local derivative.",
)


def _log(x, dout):
    return dout / x


log_backward = Exercise(
    right=_log,
    wrong=[
        (
            lambda x, dout: dout * 2.718281828459045**x,
            "That is the derivative of exp. For the logarithm, ask how y = ln x moves when x "
            "= eʸ does: dx/dy = eʸ = x, so dy/dx = 1/x.",
        ),
        (
            lambda x, _: 1 / x,
            "The local derivative 1/x is right, but the upstream gradient is ignored.",
        ),
        (lambda x, dout: dout * x, "You multiplied by x where the local derivative is 1/x."),
        (
            lambda x, dout: -dout / x**2,
            "That is the derivative of 1/x; the logarithm's own is 1/x.",
        ),
    ],
    cases=[(2.0, 1.0), (0.25, -3.0)],
    praise="ln and exp undo each other, and so do their local derivatives.",
    hint="One line: the upstream gradient times the slope of ln at x.",
)


def _gradients(steps, inputs, *, add_up=True, swap=True, inputs_only=True):
    """Gradients of the last value of a program; the options plant the usual errors."""
    values = list(inputs)
    for operation, i, j in steps:
        values.append(values[i] + values[j] if operation == "add" else values[i] * values[j])
    grads = [0.0] * len(values)
    grads[-1] = 1.0
    for position in reversed(range(len(steps))):
        operation, i, j = steps[position]
        dout = grads[len(inputs) + position]
        other = (j, i) if swap else (i, j)
        factors = (1.0, 1.0) if operation == "add" else (values[other[0]], values[other[1]])
        for index, factor in zip((i, j), factors, strict=True):
            grads[index] = grads[index] + dout * factor if add_up else dout * factor
    return grads[: len(inputs)] if inputs_only else grads


tiny_autodiff = Exercise(
    right=_gradients,
    wrong=[
        (
            lambda steps, inputs: _gradients(steps, inputs, add_up=False),
            "A value that is used twice lost one of its gradients: add with +=, do not assign.",
        ),
        (
            lambda steps, inputs: _gradients(steps, inputs, swap=False),
            "Each multiplication hands back its own input; it must hand each the *other* one.",
        ),
        (
            lambda steps, inputs: _gradients(steps, inputs, inputs_only=False),
            "These are the gradients of all values; return only the inputs', the first ones.",
        ),
    ],
    cases=[
        ([("mul", 0, 1)], [3.0, 4.0]),
        ([("add", 0, 1), ("mul", 2, 0)], [3.0, 2.0]),
        ([("mul", 0, 0), ("mul", 1, 1), ("add", 2, 0)], [1.5]),
        ([("mul", 0, 1), ("add", 3, 2), ("mul", 4, 4), ("mul", 5, 0)], [1.1, -0.4, 0.3]),
    ],
    praise="This is what `loss.backward()` does: you have written it.",
    hint="First compute all values, then walk the steps backwards, adding to the gradients.",
)
