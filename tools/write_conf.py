"""Write conf.py, _config.ko.yml and _toc.ko.yml: `python tools/write_conf.py`, after a change of
_config.yml, of _toc.yml or of book/ko/edition.yml.

The book is built by Jupyter Book 1.x, which makes Sphinx's configuration from _config.yml and does
not read conf.py. The same configuration is kept as conf.py, so that Sphinx alone builds the site
(`sphinx-build . FOLDER`, and `make plain` compares), the day when Jupyter Book is to be left.

The Korean edition has the configuration of the English one, but for what book/ko/edition.yml says.
"""

import copy
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


# --- The Korean edition ---------------------------------------------------------------------------

KOREAN_CONFIG, KOREAN_TOC = ROOT / "_config.ko.yml", ROOT / "_toc.ko.yml"
KOREAN_HEAD = """\
# The Korean edition{what}. Written by tools/write_conf.py from {source} and book/ko/edition.yml,
# which are what to edit. Alone it is built by
# `jupyter-book build . --config _config.ko.yml --toc _toc.ko.yml`.
"""


def read_yaml(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def korean_config(root=ROOT):
    """The text of _config.ko.yml."""
    config, edition = read_yaml(root / "_config.yml"), read_yaml(root / "book/ko/edition.yml")
    config = copy.deepcopy(config) | {name: edition[name] for name in ("title", "author")}
    settings = config["sphinx"]["config"]
    settings["language"] = "ko"
    settings["nb_code_prompt_show"] = edition["prompts"]["show"]
    settings["nb_code_prompt_hide"] = edition["prompts"]["hide"]
    settings["html_css_files"].append("korean.css")
    theme = settings["html_theme_options"]
    theme["search_bar_text"] = edition["search_bar_text"]
    sidebars = theme["secondary_sidebar_items"]
    theme["secondary_sidebar_items"] = {in_korean(page): sidebars[page] for page in sidebars}
    return KOREAN_HEAD.format(what="", source="_config.yml") + as_yaml(config)


def korean_toc(root=ROOT):
    """The text of _toc.ko.yml."""
    toc, edition = read_yaml(root / "_toc.yml"), read_yaml(root / "book/ko/edition.yml")
    toc["root"] = in_korean(toc["root"])
    for part in toc["parts"]:
        part["caption"] = edition["parts"][part["caption"]]
        for chapter in part["chapters"]:
            chapter["file"] = in_korean(chapter["file"])
    return KOREAN_HEAD.format(what="'s order", source="_toc.yml") + as_yaml(toc)


def in_korean(page):
    return page.replace("book/en/", "book/ko/")


def as_yaml(content):
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100)


if __name__ == "__main__":
    CONF.write_text(conf(), encoding="utf-8")
    KOREAN_CONFIG.write_text(korean_config(), encoding="utf-8")
    KOREAN_TOC.write_text(korean_toc(), encoding="utf-8")
