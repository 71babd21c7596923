"""Other right answers, right mutants and wrong answers of "Optimizers"."""

import numpy as np


def momentum_as_pytorch_writes_it(p, gradients, lr, mu):
    v = 0.0
    for g in gradients:
        v = mu * v + g
        p = p - lr * v
    return p


def momentum_without_a_velocity(p, gradients, lr, mu):
    before, now = p, p
    for g in gradients:
        before, now = now, now + mu * (now - before) - lr * g
    return now


def momentum_unrolled(p, gradients, lr, mu):
    steps = len(gradients)
    weights = [(1 - mu ** (steps - k)) / (1 - mu) for k in range(steps)]
    return [start - lr * sum(w * g for w, g in zip(weights, column, strict=True))
            for start, column in zip(p, np.transpose(gradients), strict=True)]  # fmt: skip


def corrected_as_weighted_means(gradients, beta):
    found = []
    for s in range(1, len(gradients) + 1):
        weights = [beta ** (s - k) for k in range(1, s + 1)]
        found.append(np.average(gradients[:s], weights=weights))
    return found


def corrected_by_a_growing_rate(gradients, beta):
    found, m = np.zeros(len(gradients)), 0.0
    for i, g in enumerate(gradients):
        share = (1 - beta) / (1 - beta ** (i + 1))
        m = (1 - share) * m + share * g
        found[i] = m
    return found


def adamw_shrinking_first(p, gradients, lr, beta1, beta2, eps, decay):
    p, m, v = p.copy(), 0.0, 0.0
    for i, g in enumerate(gradients):
        p *= 1 - lr * decay  # the step is made of gradients alone, so the order is free
        m += (1 - beta1) * (g - m)
        v += (1 - beta2) * (g * g - v)
        p -= lr * (m / (1 - beta1 ** (i + 1))) / ((v / (1 - beta2 ** (i + 1))) ** 0.5 + eps)
    return p


def adamw_number_by_number(p, gradients, lr, beta1, beta2, eps, decay):
    ends = []
    for i, number in enumerate(p):
        for s in range(1, len(gradients) + 1):
            past = np.array([g[i] for g in gradients[:s]])
            age = np.arange(s)[::-1]
            m = np.average(past, weights=beta1**age)
            v = np.average(past**2, weights=beta2**age)
            number = number - lr * (m / (np.sqrt(v) + eps) + decay * number)
        ends.append(number)
    return ends


def adam_counting_once_for_each_number(p, gradients, lr, beta1, beta2, eps, decay):
    p, m, v, s = p.copy(), np.zeros_like(p), np.zeros_like(p), 0
    for g in gradients:
        for i in range(len(p)):
            s += 1
            m[i] = beta1 * m[i] + (1 - beta1) * g[i]
            v[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2
            m_hat, v_hat = m[i] / (1 - beta1**s), v[i] / (1 - beta2**s)
            p[i] -= lr * m_hat / (np.sqrt(v_hat) + eps) + lr * decay * p[i]
    return p


RIGHT = {
    "largest_rate": [
        lambda a, b: min(2 / a, 2 / b),
        lambda a, b: 2 / b if b > a else 2 / a,
        lambda a, b: 2 / np.maximum(a, b),
    ],
    "decay_for_half_life": [
        lambda n: np.exp(-np.log(2) / n),
        lambda n: 2 ** (-1 / n),
        lambda n: np.power(0.5, 1 / n),
    ],
    "momentum": [momentum_as_pytorch_writes_it, momentum_without_a_velocity, momentum_unrolled],
    "bias_correction": [corrected_as_weighted_means, corrected_by_a_growing_rate],
    "adamw": [adamw_shrinking_first, adamw_number_by_number],
}

EQUIVALENT = {}

WRONG = {
    "largest_rate": [lambda a, b: 2 / a, lambda a, b: 2 / b, lambda a, b: 2 * max(a, b)],
    "bias_correction": [
        lambda gradients, beta: corrected_as_weighted_means(gradients, beta)[-1],
        lambda gradients, beta: corrected_as_weighted_means(gradients[::-1], beta),
    ],
    "adamw": [adam_counting_once_for_each_number],
}
