"""Live pages in Firefox; `make live` runs it, as `make test` needs Chromium only.

It needs an installed Firefox: `apt-get install firefox-esr`, or FIREFOX=/path/to/it.
"""

import json
import os
import shutil
import subprocess

import pytest

import install_node_packages
from chainrule_dev.browser import served_site
from chainrule_dev.from_needed import code_cells, stored
from chainrule_dev.node import node_path
from chainrule_dev.repository import ROOT

FOLDER = ROOT / "tools" / "firefox"
NAMES = ("firefox", "firefox-esr", "/Applications/Firefox.app/Contents/MacOS/firefox")


def firefox():
    found = [
        path
        for name in (os.environ.get("FIREFOX"), *NAMES)
        if name and (path := shutil.which(name))
    ]
    if not found:
        pytest.fail("no Firefox found: `apt-get install firefox-esr`, or FIREFOX=/path/to/it")
    return found[0]


def test_a_chapter_in_firefox():
    assert install_node_packages.install(FOLDER) == 0
    with served_site() as port:
        address = f"http://localhost:{port}/book/en/sigmoid.html"
        command = [node_path(), FOLDER / "check.mjs", firefox(), address]
        run = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=900)
    assert run.returncode == 0, run.stderr
    seen = json.loads(run.stdout.splitlines()[-1])
    (cell,) = (c for c in code_cells(ROOT / "book/en/sigmoid.ipynb") if c.id == "cell-004")
    assert seen["run"] == stored(cell)[0][1]
    assert seen["edited"] == "edited\n"
    assert seen["wrong"].startswith("✗ Not yet.")
    assert seen["right"].startswith("✓ Right.")
    assert seen["solved"] and seen["complaints"] == []
    assert seen["version"].startswith("firefox/")
