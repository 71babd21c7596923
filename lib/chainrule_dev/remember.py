"""A pytest plugin: a check that passed on the same inputs is not run again.

A test names its inputs by a mark with a function of the test, which returns files and folders:

    pytestmark = pytest.mark.inputs(of=lambda item: [BUILT / item.callspec.params["path"]])

Its key is the hash of those, of the file it stands in and the helpers that this may import, of what
all tests share and of what is installed. A notebook that nbval executes has the whole library as
its inputs, and passes as a whole or not at all. Tests without the mark always run; `--fresh` runs
all. With `--without-browser` no page is opened.
"""

import hashlib
import json
import platform
import subprocess
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from chainrule_dev.chromium import NoChromiumError, chromium
from chainrule_dev.repository import ROOT

STORE = "chainrule/passed"
LIBRARY = ROOT / "lib" / "chainrule"
# What every test depends on: what is installed, and how tests are run.
COMMON = [
    ROOT / "requirements.txt",
    ROOT / "requirements-dev.txt",
    ROOT / "package-lock.json",
    ROOT / "pyproject.toml",
    ROOT / "conftest.py",
    ROOT / "tests" / "conftest.py",
    ROOT / "lib" / "chainrule_dev",
]
LEFT_OUT = {"__pycache__", ".ipynb_checkpoints"}


# --- Keys -----------------------------------------------------------------------------------------


def files_under(path):
    """The file itself, or all files of a folder, in an order of their own."""
    if not path.is_dir():
        return [path]
    found = (file for file in path.rglob("*") if not LEFT_OUT.intersection(file.parts))
    return sorted(file for file in found if file.is_file())


@cache
def digest(path):
    """A hash of a file, or of the names and contents of a folder; of nothing, if it is missing."""
    state = hashlib.sha256()
    for file in files_under(path):
        state.update(f"{file.relative_to(path)}\0".encode())
        state.update(hashlib.sha256(file.read_bytes()).digest() if file.is_file() else b"missing")
    return state.hexdigest()


@cache
def chromium_version():
    """What the browser of the tests says of itself, or "" where there is none."""
    try:
        return subprocess.run([chromium(), "--version"], capture_output=True, text=True).stdout
    except NoChromiumError:
        return ""


def key(unit, paths, browser=False):
    """A hash of all that decides whether a unit passes."""
    parts = [unit, platform.python_version(), platform.machine()]
    parts += [digest(path) for path in [*COMMON, *map(Path, paths)]]
    if browser:
        parts.append(chromium_version())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@cache
def code_cells(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return sum(cell["cell_type"] == "code" for cell in cells)


class Unit(NamedTuple):
    """What passes or fails together."""

    name: str
    inputs: list  # files and folders
    size: int = 1  # tests in it


def unit_of(item):
    """The unit of a test; None where it names no inputs."""
    if item.path.suffix == ".ipynb":
        return Unit(item.path.as_posix(), [item.path, LIBRARY], code_cells(item.path))
    mark = item.get_closest_marker("inputs")
    if mark is None:
        return None
    return Unit(item.nodeid, [item.path, *helpers_of(item.path), *mark.kwargs["of"](item)])


@cache
def helpers_of(path):
    """The modules that a test file may import by name: all but tests, below its import root.

    The import root is the nearest folder around it that is no package.
    """
    root = next(folder for folder in path.parents if not (folder / "__init__.py").is_file())
    modules = (file for file in files_under(root) if file.suffix == ".py")
    return [file for file in modules if not file.name.startswith("test_")]


# --- Collecting -----------------------------------------------------------------------------------


def pytest_addoption(parser):
    text = "run every check, also those that passed on the same inputs before"
    parser.addoption("--fresh", action="store_true", help=text)
    text = "leave out the tests that open pages in a browser"
    parser.addoption("--without-browser", action="store_true", help=text)


def pytest_configure(config):
    config.addinivalue_line("markers", "inputs(of=function): the files that a test depends on")
    config.pluginmanager.register(Passed(config), "passed checks")


def leave_out(config, items, wanted):
    """Deselect the tests that are not wanted; returns how many."""
    kept, left_out = [], []
    for item in items:
        (kept if wanted(item) else left_out).append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept
    return len(left_out)


def opens_a_browser(item):
    """Whether a test asks for the fixture `browser`; the cell of a notebook does not."""
    return "browser" in getattr(item, "fixturenames", ())


def pytest_collection_modifyitems(config, items):
    if config.getoption("--without-browser"):
        leave_out(config, items, lambda item: not opens_a_browser(item))


class Passed:
    def __init__(self, config):
        self.config = config
        self.cache = getattr(config, "cache", None)  # None with -p no:cacheprovider
        self.known = self.cache.get(STORE, {}) if self.cache else {}
        self.reports = defaultdict(list)  # {(unit, key, number of tests): outcomes}
        self.left_out = 0

    def pytest_collection_modifyitems(self, config, items):
        """Leave out what is known to pass; give the rest its unit, for the reports."""
        self.left_out = leave_out(config, items, self.is_to_be_run)
        if hasattr(config, "workeroutput"):
            config.workeroutput["left out"] = self.left_out

    def is_to_be_run(self, item):
        unit = unit_of(item)
        if unit is None:
            return True
        now = key(unit.name, unit.inputs, browser=opens_a_browser(item))
        if self.known.get(unit.name) == now and not self.config.getoption("--fresh"):
            return False
        item.user_properties.append(("unit", (unit.name, now, unit.size)))
        return True

    # --- Reporting, in the process that hears of every test ---------------------------------------

    def pytest_runtest_logreport(self, report):
        for name, value in report.user_properties:
            if name == "unit":
                self.reports[tuple(value)].append((report.when, report.outcome))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node, error):
        self.left_out = max(self.left_out, getattr(node, "workeroutput", {}).get("left out", 0))

    def pytest_sessionfinish(self):
        if hasattr(self.config, "workerinput") or self.cache is None:
            return
        for (unit, wanted, size), outcomes in self.reports.items():
            self.known.pop(unit, None)
            calls = sum(when == "call" for when, _ in outcomes)
            if calls == size and all(outcome == "passed" for _, outcome in outcomes):
                self.known[unit] = wanted
        self.cache.set(STORE, self.known)

    def pytest_terminal_summary(self, terminalreporter):
        if self.left_out:
            terminalreporter.line(
                f"{self.left_out} checks were not run: they passed on the same inputs before "
                "(`make test FRESH=1` runs all)"
            )
