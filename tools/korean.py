"""Bring the Korean edition up to date: `python tools/korean.py [--written PAGE ...]`.

Code cells and outputs are copied from the English notebooks, and what is new to be said comes into
the catalogues, without Korean, which is then to be written. `--written affine` says that the prose
of that page has all that the English one says: it is not behind any more.
"""

import argparse
import sys

from chainrule_dev import catalogues, editions
from chainrule_dev.repository import ROOT


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--written", nargs="+", metavar="PAGE", default=[], help="such as affine")
    names = parser.parse_args(arguments).written
    for path in map(editions.page, names):
        editions.record(path)
    for path in sorted((ROOT / "book" / "ko").glob("*.ipynb")):
        if editions.copy_code(path):
            print(f"{path.relative_to(ROOT)}: code and outputs copied")
    for message in catalogues.update():
        print(f"not in Korean yet: {message}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
