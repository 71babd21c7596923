"""Make this copy of the book yours: `python tools/set_repository.py https://github.com/YOU/NAME`.

The address of the repository is defined in _config.yml. Some files must repeat it: the first cell
of every notebook, which installs the library on Colab, the package's metadata, the citation file,
links in the README. This replaces it everywhere, together with the address of the published site,
which is derived from it.
"""

import argparse
import os
import re
import sys
from pathlib import Path

from chainrule_dev.repository import ROOT, pages_address, repository_address

# Installed or generated.
SKIPPED = {".git", ".chromium", "_build", "node_modules", "build", "dist", "__pycache__"}


def is_ours(name):
    """Whether a file or folder of this name is neither installed nor generated."""
    return (
        name not in SKIPPED
        and not name.startswith(".venv")
        and not name.endswith((".egg-info", "_cache"))
    )


def files(root):
    """Every file of the repository, sorted; installed or generated folders are not entered."""
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = filter(is_ours, folders)
        found += [Path(folder, name) for name in filter(is_ours, names)]
    return sorted(found)


def text_files(root):
    """(path, text) of every text file of the repository."""
    for path in files(root):
        if path.is_symlink() or not path.is_file():
            continue
        try:
            # Bytes, so that line ends stay as they are.
            yield path, path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            continue


def rewrite(text, old, new):
    """The text with each form of the old address replaced by that form of the new one."""
    for before, after in (
        (old, new),
        (pages_address(old), pages_address(new)),
        # Colab's and other services' links: .../github/OWNER/NAME/...
        (f"github/{slug(old)}", f"github/{slug(new)}"),
    ):
        # Not within a longer name: .../chainrule must not change .../chainrule-extras.
        text = re.sub(re.escape(before) + r"(?![\w-])", after.replace("\\", r"\\"), text)
    return text


def slug(address):
    return "/".join(address.split("/")[-2:])


def set_repository(new, root=ROOT):
    """Replace the address in every file under root; returns the files that changed."""
    old = repository_address(root)
    changed = []
    for path, text in text_files(root):
        rewritten = rewrite(text, old, new)
        if rewritten != text:
            path.write_bytes(rewritten.encode("utf-8"))
            changed.append(path)
    return changed


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("address", metavar="URL", help="such as https://github.com/YOU/NAME")
    address = parser.parse_args(arguments).address.rstrip("/").removesuffix(".git")
    if not re.fullmatch(r"https://[\w.-]+/[\w.-]+/[\w.-]+", address):
        parser.error(f"expected https://HOST/OWNER/NAME, got {address}")
    for path in set_repository(address):
        print(Path(path).relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
