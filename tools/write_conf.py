"""Write conf.py from _config.yml: `python tools/write_conf.py`, after a change of _config.yml.

The book is built by Jupyter Book 1.x, which makes Sphinx's configuration from _config.yml and does
not read conf.py. The same configuration is kept as conf.py, so that Sphinx alone builds the site
(`sphinx-build . FOLDER`, and `make plain` compares), the day when Jupyter Book is to be left.
"""

import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from chainrule_dev.repository import ROOT

CONF = ROOT / "conf.py"
JUPYTER_BOOK = Path(sys.executable).with_name("jupyter-book")
HEAD = '''\
"""Sphinx's configuration, for who builds the book with Sphinx alone: `sphinx-build . FOLDER`.

Written by tools/write_conf.py from _config.yml, which is what to edit. Jupyter Book does not read
this file.
"""

import sys
from pathlib import Path
'''
# Jupyter Book's own extensions, and what it adds for LaTeX: the pages are the same without.
EXTENSIONS = {
    "jupyter_book",
    "sphinx_comments",
    "sphinx_jupyterbook_latex",
    "sphinx_multitoc_numbering",
}
VALUES = {"comments_config", "latex_engine", "use_jupyterbook_latex", "use_multitoc_numbering"}


def configuration(root):
    """Sphinx's configuration as Jupyter Book makes it, without what is Jupyter Book's own."""
    with TemporaryDirectory() as folder:
        for name in ("_config.yml", "_toc.yml"):
            shutil.copy(root / name, folder)
        subprocess.run([JUPYTER_BOOK, "config", "sphinx", folder], check=True, capture_output=True)
        config = runpy.run_path(Path(folder, "conf.py"))
    config = {name: value for name, value in config.items() if not name.startswith("__")}
    config["extensions"] = [name for name in config["extensions"] if name not in EXTENSIONS]
    return {name: config[name] for name in sorted(config) if name not in VALUES}


def folders_of_extensions(root):
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    return sorted(set(config["sphinx"]["local_extensions"].values()))


def conf(root=ROOT):
    """The text of conf.py."""
    paths = [
        f"sys.path.insert(0, str(Path(__file__).parent / {folder!r}))"
        for folder in folders_of_extensions(root)
    ]
    values = [f"{name} = {value!r}" for name, value in configuration(root).items()]
    text = "\n".join([HEAD, *paths, "", *values, ""])
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", CONF.name, "-"]
    done = subprocess.run(
        command, cwd=ROOT, input=text, capture_output=True, check=True, encoding="utf-8"
    )
    return done.stdout


if __name__ == "__main__":
    CONF.write_text(conf(), encoding="utf-8")
