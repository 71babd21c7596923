"""The exercises of chapter "Optimizers"."""

import numpy as np

from chainrule.exercises import Exercise

largest_rate = Exercise(
    right=lambda a, b: 2 / max(a, b),
    wrong=[
        (
            lambda a, b: 2 / min(a, b),
            "That is the bound of the flat direction. The steep one diverges long before: both "
            "must converge.",
        ),
        (
            lambda a, b: 1 / max(a, b),
            "There the steep coordinate arrives in one step. It still converges beyond, by "
            "jumping from side to side, as long as |1 − ηb| < 1.",
        ),
        (
            lambda a, b: 2 / (a + b),
            "That is the best rate, where both factors have the same size. The largest is a "
            "little above.",
        ),
        (
            lambda a, b: max(a, b) / 2,
            "Upside down: the steeper the valley, the smaller the rate must be.",
        ),
    ],
    cases=[(1.0, 100.0), (8.0, 0.5)],
    praise="The steepest direction of a network is not known, which is why rates are tried out.",
    hint="Each coordinate is multiplied by 1 − η times its slope; when is that between −1 and 1?",
)

decay_for_half_life = Exercise(
    right=lambda n: 0.5 ** (1 / n),
    wrong=[
        (
            lambda n: 1 - 1 / n,
            "After n steps this one has faded to about 1/e = 0.37, not to a half.",
        ),
        (
            lambda n: 0.5**n,
            "That fades to a half in 1/n steps: you need the n-th root of a half.",
        ),
        (
            lambda n: np.log(2) / n,
            "ln 2/n is −ln ρ. Undo the logarithm.",
        ),
        (
            lambda n: 1 - 0.5 / n,
            "After n steps about 1/√e = 0.61 is left: powers shrink more slowly than straight "
            "lines.",
        ),
        (
            lambda n: np.log(2) / -np.log(n),
            "That is the formula for n with ρ and n exchanged; solve ρⁿ = ½ for ρ.",
        ),
    ],
    cases=[(10,), (2,), (700,)],
    praise="For long memories it is near 1 − 0.69/n.",
    hint="Solve ρⁿ = ½ for ρ.",
)


def _momentum(p, gradients, lr, mu, keep=True, gain=1.0, sign=-1.0, ahead=False, first=False):
    v = np.zeros_like(p)
    for g in gradients:
        if first:  # moves with the old velocity
            p, v = p + v, mu * v - lr * g
            continue
        new = mu * v + sign * gain * lr * g
        p = p + (mu * new - lr * g if ahead else new)
        v = new if keep else v
    return p


def _steps(seed, count, size):
    rng = np.random.default_rng(seed)
    return rng.standard_normal(size), list(rng.standard_normal((count, size)))


momentum = Exercise(
    right=_momentum,
    wrong=[
        (
            lambda *a: _momentum(*a, keep=False),
            "This is SGD: the velocity is not kept from one step to the next.",
        ),
        (
            lambda *a: _momentum(*a, sign=1.0),
            "It runs uphill: the velocity is built from −lr · g.",
        ),
        (
            lambda p, gradients, lr, mu: _momentum(p, gradients, lr, mu, gain=1 - mu),
            "The gradient is multiplied by 1 − mu as in an average. That is another convention, "
            "with steps smaller by this factor.",
        ),
        (
            lambda p, gradients, lr, mu: _momentum(p, gradients, lr, lr * mu),
            "The old velocity is multiplied by lr as well; only the gradient is.",
        ),
        (
            lambda *a: _momentum(*a, ahead=True),
            "That is Nesterov's variant, which looks a step ahead. Here p moves by v alone.",
        ),
        (
            lambda *a: _momentum(*a, first=True),
            "You moved p with the old velocity: first update v, then p.",
        ),
    ],
    cases=[(*_steps(1, 4, 3), 0.1, 0.9), (*_steps(2, 6, 2), 0.3, 0.5)],
    praise="Two lines in a loop, and a velocity that lives outside of it.",
    hint="One array v that starts at zero and survives from step to step.",
)


def _corrected(gradients, beta, *, correct=True, shift=0, power=True, feed=False):
    m, answers = 0.0, []
    for s, g in enumerate(gradients, start=1):
        m = beta * m + (1 - beta) * g
        divisor = 1 - beta ** (s + shift) if power else (1 - beta) ** s
        m_hat = m / divisor if correct else m
        m = m_hat if feed else m
        answers.append(m_hat)
    return answers


bias_correction = Exercise(
    right=_corrected,
    wrong=[
        (
            lambda *a: _corrected(*a, correct=False),
            "These are the averages without correction: the first is only (1 − β) g.",
        ),
        (
            lambda *a: _corrected(*a, feed=True),
            "You wrote the corrected value back into m, so that the next step corrects it again. "
            "Keep m as it is and give out m̂.",
        ),
        (
            lambda *a: _corrected(*a, power=False),
            "You divided by (1 − β)ˢ; it is 1 − βˢ.",
        ),
        (
            lambda *a: _corrected(*a, shift=1),
            "The count is one too high: after the first gradient s is 1.",
        ),
        (
            lambda gradients, _: [sum(gradients[:s]) / s for s in range(1, len(gradients) + 1)],
            "That is the plain mean. In this average older gradients count less.",
        ),
    ],
    cases=[([4.0, 3.0, -1.0], 0.9), ([1.0, 1.0, 5.0, 2.0], 0.5)],
    praise="The first answer is the first gradient itself, whatever β is.",
    hint="Update m, then divide a copy of it by 1 − βˢ with s = 1, 2, 3, …",
)


def _adamw(
    p, gradients, lr, beta1, beta2, eps, decay, *, where="weight", rate=True, correct=True, sign=1.0
):
    m, v = np.zeros_like(p), np.zeros_like(p)
    for s, g in enumerate(gradients, start=1):
        g = g + decay * p if where == "gradient" else g
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**s) if correct else m
        v_hat = v / (1 - beta2**s) if correct else v
        step = lr * m_hat / (np.sqrt(v_hat) + eps)
        shrink = sign * (lr * decay if rate else decay)
        if where == "weight":
            p = p - step - shrink * p
        elif where == "after":
            p = (p - step) * (1 - shrink)
        else:
            p = p - step
    return p


adamw = Exercise(
    right=_adamw,
    wrong=[
        (
            lambda *a: _adamw(*a, where="gradient"),
            "This is Adam with λp inside the gradient: the decay goes through both averages and is "
            "divided by √v̂. Take it off the weight directly.",
        ),
        (
            lambda *a: _adamw(*a, rate=False),
            "The decay is not multiplied by the learning rate: each step takes off lr · λ · p.",
        ),
        (
            lambda *a: _adamw(*a, where="after"),
            "You decayed the weight after its step. Use p as it was before.",
        ),
        (
            lambda *a: _adamw(*a, sign=-1.0),
            "The sign of the decay is wrong: these weights grow.",
        ),
        (
            lambda *a: _adamw(*a, correct=False),
            "The averages are not corrected for their start at zero.",
        ),
        (
            lambda *a: _adamw(*a, where="nowhere"),
            "This is Adam without any decay.",
        ),
    ],
    cases=[
        (*_steps(3, 3, 3), 0.1, 0.9, 0.999, 1e-8, 0.2),
        (*_steps(4, 5, 2), 0.05, 0.8, 0.99, 1e-6, 0.5),
    ],
    praise="Many large language models are trained with this optimizer.",
    hint="Adam as in the chapter, and one more term, lr · λ · p, in the last line.",
)
