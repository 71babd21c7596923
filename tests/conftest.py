"""What several test files share: one Chromium for each of them."""

import pytest


@pytest.fixture(scope="module")
def browser():
    # Not above: most test files need no browser, nor the package that drives it.
    from browser import running_chromium

    with running_chromium() as browser:
        yield browser
