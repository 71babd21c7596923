"""Other right answers and right mutants of "Training a convolutional network"."""

import numpy as np


def field_from_the_last_layer_down(layers):
    seen = 1
    for window, stride in reversed(layers):
        seen = (seen - 1) * stride + window
    return seen


def field_by_sets(layers):
    """Follow the first and the last number that one output depends on down to the pixels."""
    first, last = 0, 0
    for window, stride in layers[::-1]:
        first, last = first * stride, last * stride + window - 1
    return np.int64(last - first + 1)


def shift_with_a_ring(images, down, right):
    ring = max(abs(down), abs(right), 1)
    H, W = images.shape[2:]
    ringed = np.pad(images, ((0, 0), (0, 0), (ring, ring), (ring, ring)))
    return ringed[:, :, ring - down : ring - down + H, ring - right : ring - right + W]


def shift_by_matrices(images, down, right):
    H, W = images.shape[2:]
    return np.eye(H, k=-down) @ images @ np.eye(W, k=right)


RIGHT = {
    "count": [
        np.int64(42186),
        42186.0,
        16 * (3 * 5 * 5 + 1) + 10 * (4096 + 1),
    ],
    "shapes": [
        [
            [50, 16, 28, 28], [50, 16, 14, 14], [50, 32, 12, 12], [50, 32, 6, 6], [50, 10],
            [1152, 10],
        ],
        (
            (50, 16, 28, 28), (50, 16, 14, 14), (50, 32, 12, 12), (50, 32, 6, 6), (50, 10),
            (1152, 10),
        ),
    ],
    "receptive_field": [field_from_the_last_layer_down, field_by_sets],
    "shift": [shift_with_a_ring, shift_by_matrices],
}  # fmt: skip

OPTION = "in an option of the wrong answers, which the right one does not take"
EQUIVALENT = {
    "receptive_field": {
        "`step *= stride` becomes `step /= stride`": OPTION,
        "`late and strides` becomes `late or strides`": "both are true in the right answer",
    },
}
