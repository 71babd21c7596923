"""Fixtures and settings of several test files: a Chromium, the table of page sizes, and the choice
of the tier.

With CHAINRULE_TIER=fast the layers of `chainrule.fast` replace those of the same names before any
test file is imported: `cr.Convolution` is then `fast.Convolution`, in the cases, the mutants and
all tests. Temporary arrays are tiny then, so that even small cases are processed in several parts.
`make test` runs the tests of the layers a second time in that way.
"""

import os

import pytest

import chainrule
from chainrule import fast

if os.environ.get("CHAINRULE_TIER") == "fast":
    for layer_class in (fast.Convolution, fast.MaxPooling, fast.BatchNormalization):
        setattr(chainrule, layer_class.__name__, layer_class)
    fast.WORKSPACE = fast.BATCH_ELEMENTS = 50


@pytest.fixture(scope="session")
def browser():
    """One Chromium for all tests of a process; each visit has a context of its own in it."""
    # Imported here, because most test files need no browser.
    from chainrule_dev.browser import running_chromium

    with running_chromium() as browser:
        yield browser


def kilobytes(count):
    return f"{count / 1000:9.1f}"


def pytest_terminal_summary(terminalreporter):
    """Print the table of page sizes that test_pages_in_chromium measured, in any process."""
    rows = [
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", None) == "call"
        for name, value in report.user_properties
        if name == "bytes of a page"
    ]
    if not rows:
        return
    terminalreporter.section("what a page sends: kB, compressed, every file once")
    terminalreporter.line(f"{'all':>9}{'own':>9}{'shell':>9}{'styles':>9}  page")
    for path, own, shell, styles in sorted(rows, key=lambda row: -row[1] - row[2]):
        numbers = "".join(map(kilobytes, (own + shell, own, shell, styles)))
        terminalreporter.line(f"{numbers}  {path}")
    terminalreporter.line(
        "own: the page's HTML with its figures; shell: the rest, fonts within the styles"
    )
