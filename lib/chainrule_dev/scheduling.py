"""A pytest plugin: what two processes share out between them.

With pytest-xdist, tests that belong together run in one process, in order: those of a file, as they
share what they set up; the cells of a notebook; and, where a test has a page of the book as its
parameter `path`, those of one page, so that pages are shared out one by one.
"""

import re

import pytest
from xdist.scheduler import LoadScopeScheduling

PAGE = re.compile(r"\[(.*\.html)\]$")


class Scheduling(LoadScopeScheduling):
    def _split_scope(self, nodeid):
        page = PAGE.search(nodeid)
        return f"{nodeid.partition('::')[0]}::{page[1]}" if page else nodeid.partition("::")[0]


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_make_scheduler(config, log):
    if config.getoption("dist") == "loadscope":
        return Scheduling(config, log)
    return None
