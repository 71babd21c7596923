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


def _momentum(p, gradients, lr, mu):
    v = np.zeros_like(p)
    for g in gradients:
        v = mu * v - lr * g
        p = p + v
    return p


def _momentum_with_an_error(p, gradients, lr, mu, error):
    v = np.zeros_like(p)
    for g in gradients:
        old, v = v, mu * v - lr * g
        p = p + {"forgets": v, "nesterov": mu * v - lr * g, "late": old, "shared": v}[error]
        v = {"forgets": 0 * v, "shared": np.full_like(v, v[-1])}.get(error, v)
    return p


def _steps(seed, count, size):
    rng = np.random.default_rng(seed)
    return rng.standard_normal(size), list(rng.standard_normal((count, size)))


momentum = Exercise(
    right=_momentum,
    wrong=[
        (
            lambda *a: _momentum_with_an_error(*a, "forgets"),
            "This is SGD: the velocity is not kept from one step to the next.",
        ),
        (
            lambda p, gradients, lr, mu: _momentum(p, gradients, -lr, mu),
            "It runs uphill: the velocity is built from −lr · g.",
        ),
        (
            lambda p, gradients, lr, mu: _momentum(p, gradients, lr * (1 - mu), mu),
            "The gradient is multiplied by 1 − mu as in an average. That is another convention, "
            "with steps smaller by this factor.",
        ),
        (
            lambda p, gradients, lr, mu: _momentum(p, gradients, lr, lr * mu),
            "The old velocity is multiplied by lr as well; only the gradient is.",
        ),
        (
            lambda *a: _momentum_with_an_error(*a, "nesterov"),
            "That is Nesterov's variant, which looks a step ahead. Here p moves by v alone.",
        ),
        (
            lambda *a: _momentum_with_an_error(*a, "late"),
            "You moved p with the old velocity: first update v, then p.",
        ),
        (
            lambda *a: _momentum_with_an_error(*a, "shared"),
            "All numbers of p are pushed by one velocity: v has the shape of p.",
        ),
    ],
    cases=[(*_steps(1, 4, 3), 0.1, 0.9), (*_steps(2, 6, 2), 0.3, 0.5)],
    praise="Two lines in a loop, and a velocity that lives outside of it.",
    hint="One array v that starts at zero and survives from step to step.",
)


def _corrected(gradients, beta):
    m, answers = 0.0, []
    for s, g in enumerate(gradients, start=1):
        m = beta * m + (1 - beta) * g
        answers.append(m / (1 - beta**s))
    return answers


def _corrected_by(divisor, feed=False):
    """An answer that divides by something else than 1 − βˢ, or puts m̂ back into m."""

    def corrected(gradients, beta):
        m, answers = 0.0, []
        for s, g in enumerate(gradients, start=1):
            m = beta * m + (1 - beta) * g
            answers.append(m / divisor(beta, s))
            m = answers[-1] if feed else m
        return answers

    return corrected


bias_correction = Exercise(
    right=_corrected,
    wrong=[
        (
            _corrected_by(lambda beta, s: 1),
            "These are the averages without correction: the first is only (1 − β) g.",
        ),
        (
            _corrected_by(lambda beta, s: 1 - beta**s, feed=True),
            "You wrote the corrected value back into m, so that the next step corrects it again. "
            "Keep m as it is and give out m̂.",
        ),
        (
            _corrected_by(lambda beta, s: (1 - beta) ** s),
            "You divided by (1 − β)ˢ; it is 1 − βˢ.",
        ),
        (
            _corrected_by(lambda beta, s: 1 - beta ** (s + 1)),
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


def _adamw(p, gradients, lr, beta1, beta2, eps, decay):
    m, v = np.zeros_like(p), np.zeros_like(p)
    for s, g in enumerate(gradients, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1**s), v / (1 - beta2**s)
        p = p - lr * m_hat / (np.sqrt(v_hat) + eps) - lr * decay * p
    return p


def _adamw_with_an_error(p, gradients, lr, beta1, beta2, eps, decay, error):
    m, v = np.zeros_like(p), np.zeros_like(p)
    for s, g in enumerate(gradients, start=1):
        g = g + decay * p if error == "in the gradient" else g
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1**s), v / (1 - beta2**s)
        if error == "uncorrected":
            m_hat, v_hat = m, v
        root = np.sqrt(v_hat + eps) if error == "eps under the root" else np.sqrt(v_hat) + eps
        step = lr * m_hat / root
        if error == "in the gradient":
            p = p - step
        elif error == "after":
            p = (p - step) * (1 - lr * decay)
        elif error == "no rate":
            p = p - step - decay * p
        else:
            p = p - step - lr * decay * p
    return p


adamw = Exercise(
    right=_adamw,
    wrong=[
        (
            lambda *a: _adamw_with_an_error(*a, "in the gradient"),
            "This is Adam with λp inside the gradient: the decay goes through both averages and is "
            "divided by √v̂. Take it off the weight directly.",
        ),
        (
            lambda *a: _adamw_with_an_error(*a, "no rate"),
            "The decay is not multiplied by the learning rate: each step takes off lr · λ · p.",
        ),
        (
            lambda *a: _adamw_with_an_error(*a, "after"),
            "You decayed the weight after its step. Use p as it was before.",
        ),
        (
            lambda *a: _adamw(*a[:-1], -a[-1]),
            "The sign of the decay is wrong: these weights grow.",
        ),
        (
            lambda *a: _adamw_with_an_error(*a, "uncorrected"),
            "The averages are not corrected for their start at zero.",
        ),
        (
            lambda *a: _adamw(*a[:-1], 0.0),
            "This is Adam without any decay.",
        ),
        (
            lambda *a: _adamw_with_an_error(*a, "eps under the root"),
            "Your ε stands under the root, where it acts like its own root. Here it is added to "
            "the root.",
        ),
    ],
    cases=[
        (*_steps(3, 3, 3), 0.1, 0.9, 0.999, 1e-8, 0.2),
        (*_steps(4, 5, 2), 0.05, 0.8, 0.99, 1e-3, 0.5),
    ],
    praise="Many large language models are trained with this optimizer.",
    hint="Adam as in the chapter, and one more term, lr · λ · p, in the last line.",
)
