"""A pytest plugin: what two processes share out between them.

With pytest-xdist, tests that belong together run in one process, in order: those of a file, as they
share what they set up; the cells of a notebook; and of test_pages_in_chromium.py those of one page,
so that its pages are shared out one by one.
"""

import re

import pytest
from xdist.scheduler import LoadScopeScheduling

PAGE = re.compile(r"test_pages_in_chromium\.py::.*\[([^\]]*\.html)")


def scope_of(nodeid):
    file, page = nodeid.partition("::")[0], PAGE.search(nodeid)
    return f"{file}::{page[1]}" if page else file


class Scheduling(LoadScopeScheduling):
    def _split_scope(self, nodeid):
        return scope_of(nodeid)


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_make_scheduler(config, log):
    if config.getoption("dist") == "loadscope":
        return Scheduling(config, log)
    return None
