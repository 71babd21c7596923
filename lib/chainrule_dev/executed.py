"""When each notebook was executed, and with what: book/executed.json, read by the site.

An entry changes only when the notebook's code, an output or a version has changed, so executing
again the next day changes no byte: its date is that of the first execution that gave the outputs
which stand there now. Every run of the tests executes them again and compares.
"""

import hashlib
import json
from datetime import UTC, datetime
from importlib.metadata import version

import nbformat

from chainrule_dev.repository import ROOT

RECORD = ROOT / "book" / "executed.json"
PACKAGES = ("chainrule", "numpy")


def digest(path):
    """A hash of the notebook's code and outputs; its prose may change without an execution."""
    cells = nbformat.read(path, as_version=nbformat.NO_CONVERT).cells
    code = [(cell.source, cell.outputs) for cell in cells if cell.cell_type == "code"]
    return hashlib.sha256(json.dumps(code, sort_keys=True).encode()).hexdigest()[:16]


def entry(path, known, today):
    """What is to be recorded of a notebook just executed; `known` is what was, or None."""
    found = {"digest": digest(path)} | {name: version(name) for name in PACKAGES}
    if known and {name: known.get(name) for name in found} == found:
        return known
    return {"on": today} | found


def read_record():
    """{"book/en/affine.ipynb": {"on": "2026-11-27", "digest": ..., "numpy": ...}, ...}"""
    return json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.is_file() else {}


def record(paths, today=None):
    """Record that these notebooks of the book were executed now; forget those that are gone."""
    today = today or datetime.now(UTC).date().isoformat()
    entries = read_record()
    for path in paths:
        if path.is_relative_to(ROOT / "book"):
            name = path.relative_to(ROOT).as_posix()
            entries[name] = entry(path, entries.get(name), today)
    kept = {name: entries[name] for name in sorted(entries) if (ROOT / name).is_file()}
    # A line each, so that two branches that executed different notebooks can be merged.
    lines = [f"{json.dumps(name)}: {json.dumps(kept[name])}" for name in kept]
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    if not RECORD.is_file() or text != RECORD.read_text(encoding="utf-8"):
        RECORD.write_text(text, encoding="utf-8")
