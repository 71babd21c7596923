"""What is shared out together: files, notebooks, and the pages of test_pages_in_chromium.py."""

import pytest

from chainrule_dev.scheduling import scope_of

PAGES = "tests/site/test_pages_in_chromium.py"


@pytest.mark.parametrize(
    ("nodeid", "scope"),
    [
        ("tests/library/test_conv.py::test_a", "tests/library/test_conv.py"),
        ("tests/site/explorables/test_affine.py::TestAffine::test_b[light]", None),
        ("book/en/affine.ipynb::Cell 12", "book/en/affine.ipynb"),
        (f"{PAGES}::test_a_page_on_a_phone[book/en/affine.html]", f"{PAGES}::book/en/affine.html"),
        (f"{PAGES}::test_opened[book/en/affine.html-phone]", f"{PAGES}::book/en/affine.html"),
        (f"{PAGES}::test_a_page_that_jumps_is_noticed", PAGES),
        ("tests/site/test_site.py::test_links[book/en/affine.html]", "tests/site/test_site.py"),
    ],
)
def test_scope(nodeid, scope):
    assert scope_of(nodeid) == (scope or nodeid.partition("::")[0])
