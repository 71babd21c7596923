"""How tools/colab.py makes Colab's environment ready, without installing anything."""

import os
import subprocess
from contextlib import contextmanager

import nbformat
import pytest

import colab


def pythons(monkeypatch, **versions):
    """The Pythons of a machine: {command: version}."""
    monkeypatch.setattr(colab, "says_its_version", versions.get)
    monkeypatch.setattr(colab.sys, "executable", "own")
    monkeypatch.setattr(colab, "versions", lambda: {"python": "3.13", "colab": {}, "needed": {}})


@pytest.mark.parametrize(
    ("installed", "found"),
    [
        ({"python3.13": "3.13", "own": "3.12"}, ("python3.13", "3.13")),
        ({"python3.13": "3.14", "own": "3.12"}, ("own", "3.12")),  # only the name of one
        ({"own": "3.14", "python3.12": "3.12", "python3.11": "3.11"}, ("python3.12", "3.12")),
        ({"own": "3.14", "python3.11": "3.11"}, ("python3.11", "3.11")),
    ],
)
def test_colabs_python_is_taken_or_the_nearest_that_has_its_packages(
    installed, found, monkeypatch, tmp_path
):
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    pythons(monkeypatch, **installed)
    assert colab.find_python() == found


def test_a_python_of_pyenv_is_found_off_the_path(monkeypatch, tmp_path):
    command = tmp_path / "versions" / "3.13.1" / "bin" / "python3.13"
    command.parent.mkdir(parents=True)
    command.touch()
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    pythons(monkeypatch, **{str(command): "3.13", "own": "3.12"})
    assert colab.find_python() == (str(command), "3.13")


def test_what_is_no_python_has_no_version(tmp_path):
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 3.13\nexit 1\n", encoding="utf-8")
    broken.chmod(0o755)
    assert colab.says_its_version(str(broken)) is None
    assert colab.says_its_version(str(tmp_path / "missing")) is None


def test_the_environment_is_made_again_when_a_version_changes_or_it_is_half_made(
    monkeypatch, tmp_path
):
    wanted = {"python": "3.13", "colab": {"numpy": "2.1.3"}, "needed": {"six": "1.0"}}
    ran = []
    python = ["3.13"]
    monkeypatch.setattr(colab, "HOME", tmp_path / "home")
    monkeypatch.setattr(colab, "versions", lambda: wanted)
    monkeypatch.setattr(colab, "find_python", lambda: ("python", python[0]))
    monkeypatch.setattr(colab, "make", lambda folder: folder.mkdir())
    monkeypatch.setattr(colab.subprocess, "run", lambda command, check: ran.append(command))

    def installed():
        ran.clear()
        colab.ready()
        return [name for command in ran for name in command if "==" in str(name)]

    assert installed() == ["numpy==2.1.3", "six==1.0"]
    assert installed() == []
    wanted["needed"]["six"] = "1.1"
    assert installed() == ["numpy==2.1.3", "six==1.1"]
    python[0] = "3.12"
    assert installed() == ["numpy==2.1.3", "six==1.1"]
    (tmp_path / "home" / "installed").unlink()  # stopped in the middle of an installation
    assert installed() == ["numpy==2.1.3", "six==1.1"]


def test_the_copy_is_of_the_files_as_they_are_now(monkeypatch, tmp_path):
    root, copy = tmp_path / "root", tmp_path / "copy"
    root.mkdir()
    copy.mkdir()
    subprocess.run(["git", "init", "--quiet", root], check=True)
    names = ("changed", "gone", "folder/new", "ignored")
    for name in names:
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text("first", encoding="utf-8")
    (root / ".gitignore").write_text("ignored\n", encoding="utf-8")
    subprocess.run(["git", "-C", root, "add", "changed", "gone"], check=True)
    (root / "changed").write_text("second", encoding="utf-8")
    (root / "gone").unlink()
    monkeypatch.setattr(colab, "ROOT", root)
    colab.as_it_stands(copy)
    listed = ["git", "-C", copy, "ls-tree", "-r", "--name-only", "HEAD"]
    committed = subprocess.run(listed, check=True, capture_output=True, text=True).stdout.split()
    assert set(committed) == {".gitignore", "changed", "folder/new"}
    assert not (copy / "ignored").exists()
    assert (copy / "changed").read_text(encoding="utf-8") == "second"


@pytest.mark.parametrize("installs", [True, False])
def test_a_first_cell_that_installs_nothing_is_noticed(monkeypatch, tmp_path, installs):
    packages = tmp_path / "packages"

    @contextmanager
    def environment():
        yield tmp_path, tmp_path / "python", packages

    def run(notebook, folder, kernel):
        assert folder == tmp_path / "content" and not list(folder.iterdir())
        assert os.environ["GIT_CONFIG_KEY_0"] == f"url.{tmp_path / 'repository'}.insteadOf"
        if installs:
            (packages / "chainrule").mkdir(parents=True)
            (packages / "chainrule" / "__init__.py").touch()

    monkeypatch.delenv("GIT_CONFIG_KEY_0", raising=False)
    monkeypatch.setattr(colab, "environment", environment)
    monkeypatch.setattr(colab, "as_it_stands", lambda folder: folder)
    monkeypatch.setattr(colab.execute_notebooks, "run", run)
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "page.ipynb")
    if installs:
        assert colab.run_alone(tmp_path / "page.ipynb").cells == []
    else:
        with pytest.raises(FileNotFoundError, match="its first cell installed no library"):
            colab.run_alone(tmp_path / "page.ipynb")
    assert "GIT_CONFIG_KEY_0" not in os.environ
