"""An explorable that tools/new.py has only begun works: its slider, its sentence, its picture."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import chainrule
import new
from chainrule_dev.browser import bare_page, visit
from chainrule_dev.repository import ROOT

NAME = "soft_gate"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A copy of the package in which the explorable is begun."""
    root = tmp_path_factory.mktemp("begun")
    package = Path("lib", "chainrule")
    unwanted = shutil.ignore_patterns("__pycache__", "*.npz")
    shutil.copytree(Path(chainrule.__file__).parent, root / package, ignore=unwanted)
    shutil.copy(ROOT / "pyproject.toml", root)
    (root / "tests/site/explorables").mkdir(parents=True)
    new.write(new.explorable(NAME, root), root)
    return root


@pytest.fixture(scope="module")
def text(root):
    code = f"from chainrule import explore; print(explore.{NAME}(x=-2)._repr_html_())"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(root / "lib"), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_its_slider_moves_its_sentence(browser, text):
    with visit(browser, "begun", {"begun": bare_page(text)}) as page:
        page.locator(".cr-explorable-live").wait_for()
        slider = page.get_by_role("slider", name="x =")
        for key, sentence in [("ArrowRight", "y = −1.9² = 3.61"), ("End", "y = 3.0² = 9.00")]:
            slider.press(key)
            assert page.locator("p[aria-live]").inner_text() == sentence


def test_its_picture_stands_there_without_javascript(browser, text):
    page_text = {"begun": bare_page(text)}
    with visit(browser, "begun", page_text, java_script_enabled=False) as page:
        assert page.locator(".cr-still svg").is_visible()


def test_its_play_is_asked_for_in_a_sentence(root):
    """In the test file that was made, which stands in a folder of its own here."""
    namespace = {}
    path = root / f"tests/site/explorables/test_{NAME}.py"
    exec(compile(path.read_text(encoding="utf-8"), path, "exec"), namespace)
    checks = namespace["TestSoftGate"]()
    assert checks.name == NAME
    with pytest.raises(pytest.fail.Exception, match=r"test_soft_gate\.py has no play: move every"):
        checks.play(None)
