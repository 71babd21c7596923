"""What came of running every cell of the book on its page: book/live.json, written by `make live`.

    python -m chainrule_dev.live_results

puts together what the tests have left in _build/live, a file for each chapter.
"""

import json
import sys

from chainrule_dev.repository import ROOT, chapter_notebooks

RECORD = ROOT / "book" / "live.json"
PARTS = ROOT / "_build" / "live"


def keep(chapter, cells, excepted):
    """Leave the result of a chapter: how many cells ran, and which of them show something else."""
    PARTS.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"cells": cells, "excepted": sorted(excepted)})
    (PARTS / f"{chapter}.json").write_text(text, encoding="utf-8")


def read_record():
    """{chapter: {"cells": count, "excepted": [ids]}}"""
    return json.loads(RECORD.read_text(encoding="utf-8"))


def main():
    found = {
        path.stem: json.loads((PARTS / f"{path.stem}.json").read_text(encoding="utf-8"))
        for path in chapter_notebooks()
    }
    RECORD.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    cells = sum(part["cells"] for part in found.values())
    excepted = sum(len(part["excepted"]) for part in found.values())
    print(f"{cells} cells run in the browser: {cells - excepted} equal, {excepted} excepted")
    return 0


if __name__ == "__main__":
    sys.exit(main())
