"""The modules in book/_scripts as plain scripts: of every page, of the guesses, of the search.

Browsers run no module in a page that is opened as a file, which is how `make book` leaves it. And
two files are lighter than a dozen.
"""

import subprocess
from pathlib import PurePosixPath

from chainrule_dev.node import node_path

from .packages import NODE_MODULES, ROOT

MODULES = ROOT / "book" / "_scripts"
ESBUILD = NODE_MODULES / "esbuild" / "bin" / "esbuild"
# By their names, with the name under which other scripts find what they export.
SCRIPTS = {"shell": None, "guess": None, "search": "chainruleSearch"}


def bundle(name, folder, exports=None, *, is_module=False):
    """Write a module of MODULES into a folder, with all that it imports, as one file.

    It is a plain script, whose exports have the name `exports`, or a module again.
    """
    options = ["--bundle", "--minify", "--target=es2022", "--log-level=error", "--charset=utf8"]
    if is_module:
        options.append("--format=esm")
    else:
        options += ["--format=iife", '--banner:js="use strict";']  # as modules are
    if exports:
        options.append(f"--global-name={exports}")
    target = folder / PurePosixPath(name).name
    script = [str(MODULES / f"{name}.js"), f"--outfile={target}.js"]
    done = subprocess.run(
        [node_path(), str(ESBUILD), *script, *options], capture_output=True, encoding="utf-8"
    )
    if done.returncode:
        raise RuntimeError(f"book/_scripts/{name}.js cannot be bundled:\n{done.stderr}")


def write_scripts(folder):
    for name, exports in SCRIPTS.items():
        bundle(name, folder, exports)
