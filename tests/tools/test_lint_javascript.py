"""The check of scripts and stylesheets rejects what it is there for."""

import re
import shutil
import subprocess

import pytest

from chainrule_dev.repository import ROOT
from lint_javascript import biome

GOOD = 'import { a } from "./a.js";\n\nconsole.log(a);\n'
WRONG = {
    "unformatted": 'import {a} from "./a.js";\n\nconsole.log( a )\n',
    "a line of more than 100 characters": f"console.log({', '.join(['1234567890'] * 9)});\n",
    "an unused variable": "const a = 1;\n",
    "an unused import": 'import { a, b } from "./a.js";\n\nconsole.log(a);\n',
    "an unused parameter": "export function f(x, y) {\n  return x;\n}\n",
    "an unknown name": "console.log(unheardOf);\n",
    "a comparison that converts": "export const isOne = (x) => x == 1;\n",
}


@pytest.fixture
def folder(tmp_path):
    """A folder with this repository's rules, which is no repository."""
    shutil.copy(ROOT / "biome.jsonc", tmp_path)
    return tmp_path


def passes(folder):
    return biome("ci", "--error-on-warnings", "--vcs-enabled=false", root=folder).returncode == 0


def test_a_good_script_passes(folder):
    (folder / "good.js").write_text(GOOD, encoding="utf-8")
    assert passes(folder)


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_refused(folder, text):
    (folder / "wrong.js").write_text(text, encoding="utf-8")
    assert not passes(folder)


@pytest.mark.parametrize(
    "text", [".a{color:red}\n", ".a {\n  colour: red;\n}\n"], ids=["unformatted", "no property"]
)
def test_a_wrong_stylesheet_is_refused(folder, text):
    (folder / "wrong.css").write_text(text, encoding="utf-8")
    assert not passes(folder)


def test_every_script_and_stylesheet_is_read():
    """No setting passes over one."""
    listed = subprocess.run(
        ["git", "ls-files", "*.js", "*.cjs", "*.mjs", "*.css"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        encoding="utf-8",
    ).stdout.split()
    checked = biome("ci", "--reporter=json", capture_output=True).stdout
    # One that git does not know yet is read, too.
    assert int(re.search(r'"unchanged":(\d+)', checked)[1]) >= len(listed) > 30
