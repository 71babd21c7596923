"""Pyodide, the Python that runs a chapter's cells on its page: its files, and where they are.

npm brings the core. The packages compiled for it are not on npm; tools/install_pyodide.py fetches
them. Each has its checksum in the lock file that the core comes with.
"""

import json

from chainrule_dev.repository import ROOT

CORE = ROOT / "node_modules" / "pyodide"
CORE_FILES = ("pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
HOME = ROOT / ".pyodide"
INSTALL = "python tools/install_pyodide.py"

# What the book imports, and what that needs to be imported. Matplotlib names some packages more
# (fontTools, pytz, a backend for canvases), but nothing that draws an SVG imports them.
AT_START = ("numpy", "traitlets")
FOR_FIGURES = (
    "contourpy",
    "cycler",
    "kiwisolver",
    "matplotlib",
    "packaging",
    "pillow",
    "pyparsing",
    "python-dateutil",
    "six",
)


def lock():
    """The lock file with only these packages, each depending on nothing but these."""
    whole = json.loads((CORE / "pyodide-lock.json").read_text(encoding="utf-8"))
    names = {*AT_START, *FOR_FIGURES}
    packages = {name: dict(whole["packages"][name]) for name in sorted(names)}
    for package in packages.values():
        package["depends"] = [name for name in package["depends"] if name in names]
    return {"info": whole["info"], "packages": packages}


def missing():
    """The files that are not there yet."""
    needed = [CORE / name for name in CORE_FILES]
    if (CORE / "pyodide-lock.json").is_file():
        needed += [HOME / package["file_name"] for package in lock()["packages"].values()]
    return [path for path in needed if not path.is_file()]
