"""conf.py, the way to build the book without Jupyter Book, is what _config.yml makes of it.

That the site is then the same, byte for byte, `make plain` shows: a job of the weekly workflow.
"""

import runpy
import shutil
import subprocess

from sphinx.config import Config

import write_conf
from chainrule_dev.repository import ROOT


def test_conf_is_what_config_yml_gives():
    written = write_conf.CONF.read_text(encoding="utf-8")
    assert written == write_conf.conf(), "run `python tools/write_conf.py`"


def test_sphinx_reads_it():
    config = Config.read(ROOT)
    assert config.author == "The Chain Rule authors"
    assert "chainrule_site" in config.extensions
    assert not write_conf.EXTENSIONS & set(config.extensions)


def test_a_change_of_config_yml_is_a_change_of_conf(tmp_path):
    for name in ("_config.yml", "_toc.yml"):
        shutil.copy(ROOT / name, tmp_path)
    config = tmp_path / "_config.yml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("language: en", "language: ko"), encoding="utf-8")
    (tmp_path / "conf.py").write_text(write_conf.conf(tmp_path), encoding="utf-8")
    found = runpy.run_path(tmp_path / "conf.py")
    stored = runpy.run_path(write_conf.CONF)
    assert found["language"] == "ko"
    own = [name for name in stored if not name.startswith("__") and name != "language"]
    assert {name: found[name] for name in own} == {name: stored[name] for name in own}


def test_jupyter_book_does_not_read_it(tmp_path):
    """Or a change of _config.yml would not be seen until conf.py is written again."""
    (tmp_path / "conf.py").write_text("raise SystemExit('conf.py was read')\n")
    (tmp_path / "_config.yml").write_text("title: A book\nexecute: {execute_notebooks: 'off'}\n")
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: page\n")
    (tmp_path / "page.md").write_text("# A page\n")
    build = [write_conf.JUPYTER_BOOK, "build", tmp_path, "--quiet", "-W"]
    done = subprocess.run(build, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "A book" in (tmp_path / "_build" / "html" / "page.html").read_text(encoding="utf-8")
