"""The checks of exercises say in the browser's Python what they say in this one.

Pyodide runs under Node here, which is quicker than a page, on the very files that pages get.
"""

import json
import os
import subprocess
import sys

import pytest

from chainrule_dev import pyodide
from chainrule_dev.node import node_path
from chainrule_dev.repository import ROOT

SCRIPT = ROOT / "tests" / "library" / "verdicts.py"
IN_NODE = """
import { loadPyodide } from "%(core)s/pyodide.mjs";
import { writeFileSync } from "node:fs";
const python = await loadPyodide({ packageCacheDir: "%(home)s", lockFileURL: "%(lock)s" });
await python.loadPackage(%(packages)s, { messageCallback() {} });
python.FS.mkdir("/root_of_the_book");
python.FS.mount(python.FS.filesystems.NODEFS, { root: "%(root)s" }, "/root_of_the_book");
const found = python.runPython(`
import sys
sys.path[:0] = ["/root_of_the_book/lib", "/root_of_the_book/tests/library"]
sys.dont_write_bytecode = True
import json, verdicts
json.dumps(verdicts.verdicts())
`);
writeFileSync("%(target)s", found);
"""

# Verdicts that differ, by their beginnings, and why.
EXCEPTIONS = {
    "✗ Not yet. Your code raised ": "the words of another version of Python or NumPy",
}


def beginning_is(beginning):
    return lambda text: text.startswith(beginning)


@pytest.mark.inputs(of=lambda item: [ROOT / "lib" / "chainrule", ROOT / "tests" / "library"])
def test_every_known_answer_gets_the_same_verdict(tmp_path):
    if pyodide.missing():
        pytest.fail(f"Pyodide is missing: `{pyodide.INSTALL}` says why")
    lock = pyodide.lock()
    (tmp_path / "lock.json").write_text(json.dumps(lock), encoding="utf-8")
    places = {
        "core": pyodide.CORE.as_posix(),
        "home": pyodide.HOME.as_posix(),
        "lock": (tmp_path / "lock.json").as_posix(),
        "root": ROOT.as_posix(),
        "target": (tmp_path / "found.json").as_posix(),
        "packages": json.dumps(pyodide.AT_START),
    }
    (tmp_path / "main.mjs").write_text(IN_NODE % places, encoding="utf-8")
    there = subprocess.Popen(
        [node_path(), tmp_path / "main.mjs"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    environment = {**os.environ, "PYTHONPATH": str(SCRIPT.parent)}
    here = subprocess.run(
        [sys.executable, SCRIPT], capture_output=True, encoding="utf-8", env=environment
    )
    _, complaint = there.communicate()
    assert here.returncode == 0, here.stderr
    assert there.returncode == 0, complaint[-2000:]
    one = json.loads(here.stdout.splitlines()[-1])  # after what odd answers have printed
    other = json.loads((tmp_path / "found.json").read_text("utf-8"))
    assert one.keys() == other.keys()
    different = {
        (name, kind): (said, other[name][kind])
        for name, verdicts in one.items()
        for kind, said in verdicts.items()
        if other[name][kind] != said
    }
    for beginning in EXCEPTIONS:
        excepted = [key for key, two in different.items() if all(map(beginning_is(beginning), two))]
        assert excepted, f"no longer needed: {beginning}"
        for key in excepted:
            del different[key]
    assert different == {}
    assert sum(map(len, one.values())) > 5000
