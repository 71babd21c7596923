"""Put the Korean edition into the folder `ko` of the English one: `python tools/put_together.py`.

Both are built apart, since each has pages of the same name beside its chapters: index.html,
404.html, the search. The files are linked, not copied, where the system can: the Python for the
cells is large.
"""

import os
import shutil
import sys
from pathlib import Path

from chainrule_dev.repository import BUILT, ROOT

KOREAN = ROOT / "_build" / "ko" / "_build" / "html"


def link_or_copy(source, target):
    try:
        os.link(source, target)
    except OSError:  # another disk, or a system without links
        shutil.copy2(source, target)


def put_together(english=BUILT, korean=KOREAN):
    """Replace the folder `ko` of the English site by the Korean site."""
    for site in (english, korean):
        if not (site / "index.html").is_file():
            raise FileNotFoundError(f"{site} has no index.html: build this edition first")
    for stale in ("ko", "book/ko"):  # the second is there if the Korean edition was built alone
        shutil.rmtree(Path(english, stale), ignore_errors=True)
    shutil.copytree(korean, Path(english, "ko"), copy_function=link_or_copy)


if __name__ == "__main__":
    try:
        put_together()
    except FileNotFoundError as error:
        sys.exit(str(error))
