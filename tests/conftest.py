"""What several test files share: one Chromium for each of them, and the choice of the tier.

With CHAINRULE_TIER=fast the layers of `chainrule.fast` take the places of those they stand for
before any test file is imported: `cr.Convolution` is then `fast.Convolution`, in the cases, in the
mutants and in every test. They work in tiny pieces then, so that the small cases have several.
`make test` runs the tests of the layers a second time in that way.
"""

import os

import pytest

import chainrule
from chainrule import conv, fast

if os.environ.get("CHAINRULE_TIER") == "fast":
    for layer_class in (fast.Convolution, fast.MaxPooling, fast.BatchNormalization):
        setattr(chainrule, layer_class.__name__, layer_class)
    fast.WORKSPACE = conv.AT_A_TIME = 50


@pytest.fixture(scope="module")
def browser():
    # Not above: most test files need no browser, nor the package that drives it.
    from browser import running_chromium

    with running_chromium() as browser:
        yield browser
