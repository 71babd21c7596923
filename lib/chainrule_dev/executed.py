"""When and with which versions each notebook was executed: book/executed.json, read by the site.

An entry changes only with the notebook's code, an output or a version, so executing again the next
day changes no byte: its date is that of the first execution with the present outputs. The tests
execute all notebooks again and compare.
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
    """A hash of the notebook's code and outputs, but not of its prose."""
    cells = nbformat.read(path, as_version=nbformat.NO_CONVERT).cells
    code = [(cell.source, cell.outputs) for cell in cells if cell.cell_type == "code"]
    return hashlib.sha256(json.dumps(code, sort_keys=True).encode()).hexdigest()[:16]


def entry(path, known, today):
    """The new entry of a notebook just executed; `known` is its entry so far, or None."""
    current = {"digest": digest(path)} | {name: version(name) for name in PACKAGES}
    if known and {name: known.get(name) for name in current} == current:
        return known
    return {"on": today} | current


def read_record():
    """{"book/en/affine.ipynb": {"on": "2026-11-27", "digest": ..., "numpy": ...}, ...}"""
    return json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.is_file() else {}


def record(paths, today=None):
    """Record that these notebooks were executed now; drop entries of notebooks that are gone."""
    today = today or datetime.now(UTC).date().isoformat()
    entries = read_record()
    for path in paths:
        if path.is_relative_to(ROOT / "book"):
            name = path.relative_to(ROOT).as_posix()
            entries[name] = entry(path, entries.get(name), today)
    kept = {name: entries[name] for name in sorted(entries) if (ROOT / name).is_file()}
    # One line per notebook, so that branches that executed different notebooks can be merged.
    lines = [f"{json.dumps(name)}: {json.dumps(kept[name])}" for name in kept]
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    if not RECORD.is_file() or text != RECORD.read_text(encoding="utf-8"):
        RECORD.write_text(text, encoding="utf-8")
