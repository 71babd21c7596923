"""Bring the Korean edition up to date: `python tools/korean.py [--written PAGE ...]`.

Code cells and outputs are copied from the English notebooks, and so is prose that is new there, to
be written in Korean; what is new to be said comes into the catalogues. `--written affine` says that
the prose of that page has all that the English one says: it is not behind any more.
"""

import argparse
import sys

from chainrule_dev import catalogues, editions
from chainrule_dev.repository import ROOT


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--written", nargs="+", metavar="PAGE", default=[], help="such as affine")
    names = parser.parse_args(arguments).written
    try:
        written = [editions.page(name) for name in names]
    except ValueError as error:
        parser.error(str(error))
    for path in map(editions.korean, editions.pages()):
        for text in editions.dropped(path):
            print(f"{path.relative_to(ROOT)}: has no place any more:\n{text}\n")
        if editions.copy_code(path):
            print(f"{path.relative_to(ROOT)}: code and outputs copied")
    for path in written:
        try:
            editions.record(path)
        except ValueError as error:
            parser.error(str(error))
    for message, former in catalogues.update().items():
        print(f"not in Korean yet: {message}")
        if former:
            print(f"    was: {former[0]}\n    and: {former[1]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
