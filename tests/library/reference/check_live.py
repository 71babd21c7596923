"""PyTorch still gives the stored answers. Needs PyTorch, so pytest runs it only when named:

pytest tests/library/reference/check_live.py
"""

import numpy as np
from test_in_pytorch import each_call

from chainrule.book import pytorch_numbers


@each_call
def test_pytorch_still_says_what_is_stored(function, arguments):
    answers, stored = function(*arguments), pytorch_numbers(function.__name__)
    for name, array in answers.items():
        np.testing.assert_allclose(array, stored[name], rtol=1e-12, atol=1e-12)
