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


def _share(x, y, dout):
    total = x + y
    return dout * y / total**2, -dout * x / total**2


share_backward = Exercise(
    right=_share,
    wrong=[
        (
            lambda x, y, dout: (dout / (x + y), -dout * x / (x + y) ** 2),
            "The second gradient is right. The first has only the road from x straight to the "
            "product; x is used in the sum as well, and that road brings −x/(x + y)² back.",
        ),
        (
            lambda x, y, dout: (-dout * x / (x + y) ** 2, -dout * x / (x + y) ** 2),
            "The second gradient is right. The first has only the road through the sum; x also "
            "goes straight into the product, and that road brings 1/(x + y) back.",
        ),
        (
            lambda x, y, dout: (dout * y / (x + y) ** 2, dout * x / (x + y) ** 2),
            "The second gradient has the wrong sign: when y grows, the share of x shrinks.",
        ),
        (
            lambda x, y, _: (y / (x + y) ** 2, -x / (x + y) ** 2),
            "The local derivatives are right, but the upstream gradient is ignored.",
        ),
        (
            lambda x, y, dout: (-dout * x / (x + y) ** 2, dout * y / (x + y) ** 2),
            "The two gradients are in the wrong order: the first belongs to x.",
        ),
        (
            lambda x, y, dout: (dout, 0 * dout),
            "You took x/(x + y) apart as if the sum did not depend on x and y. Draw the graph: "
            "+, then 1/x, then ×.",
        ),
    ],
    cases=[(3.0, 1.0, 1.0), (0.5, 2.0, -3.0)],
    praise="Two roads, one line: what you cannot see any more in it is that x was used twice.",
    hint="With s = x + y: the product x · (1/s) has two inputs, and x reaches it along two roads.",
)


def _forward(steps, inputs):
    """All values: the inputs, then one for each step."""
    values = list(inputs)
    for operation, i, j in steps:
        values.append(values[i] + values[j] if operation == "add" else values[i] * values[j])
    return values


def _factors(step, values, swap=True):
    """The local derivatives of one step with respect to its two sources."""
    operation, i, j = step
    if operation == "add":
        return (1.0, 1.0)
    return (values[j], values[i]) if swap else (values[i], values[j])


def _gradients(steps, inputs, *, add_up=True, swap=True, inputs_only=True):
    """Gradients of the last value of a program; the options plant the usual errors."""
    values = _forward(steps, inputs)
    grads = [0.0] * len(values)
    grads[-1] = 1.0
    for position in reversed(range(len(steps))):
        dout = grads[len(inputs) + position]
        factors = _factors(steps[position], values, swap)
        for source, factor in zip(steps[position][1:], factors, strict=True):
            grads[source] = (grads[source] if add_up else 0.0) + dout * factor
    return grads[: len(inputs)] if inputs_only else grads


def _breadth_first(steps, inputs):
    """Each value goes back once, as soon as the first step that uses it has answered."""
    values = _forward(steps, inputs)
    grads = [0.0] * len(values)
    grads[-1] = 1.0
    waiting, seen = [len(values) - 1], set()
    while waiting:
        value = waiting.pop(0)
        if value in seen or value < len(inputs):
            continue
        seen.add(value)
        step = steps[value - len(inputs)]
        for source, factor in zip(step[1:], _factors(step, values), strict=True):
            grads[source] += grads[value] * factor
            waiting.append(source)
    return grads[: len(inputs)]


def _depth_first(steps, inputs):
    """A value goes back at each visit, with all that has been added up there so far."""
    values = _forward(steps, inputs)
    grads = [0.0] * len(values)

    def visit(value, dout):
        grads[value] += dout
        if value >= len(inputs):
            step = steps[value - len(inputs)]
            for source, factor in zip(step[1:], _factors(step, values), strict=True):
                visit(source, grads[value] * factor)

    visit(len(values) - 1, 1.0)
    return grads[: len(inputs)]


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
        (
            _breadth_first,
            "A value went back as soon as the first step that uses it had answered, and what came "
            "later was lost. Let it wait until every step that uses it has answered: the steps in "
            "reverse order do that.",
        ),
        (
            _depth_first,
            "At each visit of a value you passed on all that had arrived there so far, so some of "
            "it went on twice. Let a value wait until every step that uses it has answered, then "
            "pass the sum on, once: the steps in reverse order do that.",
        ),
    ],
    cases=[
        ([("mul", 0, 1)], [3.0, 4.0]),
        ([("add", 0, 1), ("mul", 2, 0)], [3.0, 2.0]),
        # An intermediate value that two different steps use.
        ([("mul", 0, 0), ("mul", 1, 0), ("add", 1, 2)], [3.0]),
        ([("add", 0, 1), ("mul", 2, 0), ("mul", 2, 1), ("add", 3, 4)], [3.0, 2.0]),
        ([("mul", 0, 0), ("mul", 1, 1), ("add", 2, 0)], [1.5]),
        ([("mul", 0, 1), ("add", 3, 2), ("mul", 4, 4), ("mul", 5, 0)], [1.1, -0.4, 0.3]),
        # An input that nothing uses, and a value on which the last one does not depend.
        ([("mul", 0, 0)], [3.0, 2.0]),
        ([("mul", 1, 1), ("add", 0, 1), ("mul", 0, 1)], [3.0, 2.0]),
    ],
    praise="This is what `loss.backward()` does: you have written it.",
    hint="First compute all values, then walk the steps backwards, adding to the gradients.",
)
