"""A Chromium is found in the order that chromium.py names, and set up where there is none.

Nothing is downloaded: npm and Playwright are replaced by what they would leave behind.
"""

import json
import os
import platform
import re
import stat
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import brotli
import pytest

import install_browser
from chainrule_dev import browser, chromium
from chainrule_dev.node import node_path
from chainrule_dev.repository import ROOT


def program(path, content="#!/bin/sh\n"):
    """Write a program that can be run; its path as text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def system(monkeypatch, tmp_path):
    """A Linux machine of one's own, without a Chromium anywhere: the folder for its files."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(chromium, "HOME", tmp_path / ".chromium")
    monkeypatch.setattr(chromium, "INSTALLED", tmp_path / ".chromium" / "installed.json")
    is_a(monkeypatch, "Linux", "x86_64")
    return tmp_path


def is_a(monkeypatch, name, machine):
    monkeypatch.setattr(platform, "system", lambda: name)
    monkeypatch.setattr(platform, "machine", lambda: machine)


def set_up_by_hand(folder, made_of):
    path = program(folder / ".chromium" / "start")
    record = json.dumps({"made_of": made_of, "path": "start"})
    (folder / ".chromium" / "installed.json").write_text(record)
    return path


# --- Finding one --------------------------------------------------------------------------------


def test_the_environment_comes_first_then_the_path_then_applications_then_our_own(
    system, monkeypatch
):
    own = set_up_by_hand(system, chromium.what_is_set_up())
    assert chromium.chromium() == own
    application = program(system / "Chrome.app")
    monkeypatch.setattr(chromium, "application_paths", lambda: [system / "no", Path(application)])
    assert chromium.chromium() == application
    paths = [program(system / "bin" / name) for name in reversed(chromium.NAMES)]
    assert chromium.chromium() == paths[-1] == str(system / "bin" / "chromium-headless-shell")
    named = program(system / "elsewhere" / "mine")
    monkeypatch.setenv("CHROMIUM", named)
    assert chromium.chromium() == named


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome-stable"])
def test_each_name_on_the_path_is_found(system, name):
    path = program(system / "bin" / name)
    assert chromium.chromium() == path


def test_chromium_may_name_a_program_on_the_path(system, monkeypatch):
    program(system / "bin" / "chromium")
    path = program(system / "bin" / "brave")
    monkeypatch.setenv("CHROMIUM", "brave")
    assert chromium.chromium() == path


def test_chromium_that_names_no_program_is_an_error_whatever_else_there_is(system, monkeypatch):
    program(system / "bin" / "chromium")
    monkeypatch.setenv("CHROMIUM", "/no/such/program")
    with pytest.raises(chromium.NoChromiumError, match="CHROMIUM=/no/such/program is no program"):
        chromium.chromium()
    assert "CHROMIUM=/no/such/program" in install_browser.main()


def test_the_usual_places_on_macos(monkeypatch):
    is_a(monkeypatch, "Darwin", "arm64")
    places = [path.as_posix() for path in chromium.application_paths()]
    assert places[0] == "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
    home = Path.home().as_posix()
    assert f"{home}/Applications/Chromium.app/Contents/MacOS/Chromium" in places
    assert "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge" in places


def test_the_usual_places_on_windows(system, monkeypatch):
    is_a(monkeypatch, "Windows", "AMD64")
    for name in chromium.WINDOWS_FOLDERS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PROGRAMFILES", str(system / "Program Files"))
    monkeypatch.setenv("LOCALAPPDATA", str(system / "Local"))
    edge = program(system / "Program Files" / "Microsoft/Edge/Application/msedge.exe")
    assert chromium.chromium() == edge
    chrome = program(system / "Local" / "Google/Chrome/Application/chrome.exe")
    assert chromium.chromium() == chrome


def test_one_of_another_version_is_not_ours_any_more(system):
    set_up_by_hand(system, "@sparticuz/chromium 1.0.0")
    assert chromium.set_up_before() is None
    own = set_up_by_hand(system, chromium.what_is_set_up())
    assert chromium.set_up_before() == own
    os.remove(own)
    assert chromium.set_up_before() is None


def test_a_missing_browser_fails_a_test_with_the_command_that_brings_one(system):
    with pytest.raises(pytest.fail.Exception, match=r"run `python tools/install_browser\.py`"):
        browser.installed_chromium()


def test_playwright_runs_the_node_that_the_lock_installs():
    assert os.environ["PLAYWRIGHT_NODEJS_PATH"] == node_path()
    command = [node_path(), "--version"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout[0] == "v"


def test_the_tests_with_a_browser_can_be_left_out():
    files = ["tests/site/test_glossary.py", "tests/site/test_shell.py"]
    collect = [sys.executable, "-m", "pytest", "--collect-only", "-q", "--without-browser", *files]
    run = subprocess.run(collect, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "test_glossary.py::" in run.stdout and "test_shell.py::" not in run.stdout


# --- Setting one up -----------------------------------------------------------------------------

# In place of the browser: it says how it was started.
FAKE = '#!/bin/sh\nprintf "%s\\n" "$LD_LIBRARY_PATH" "$FONTCONFIG_FILE" "$@"\n'


def packed(name):
    """The bytes of a tar file with one file in it."""
    file = BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = 4
        tar.addfile(entry, BytesIO(b"file"))
    return brotli.compress(file.getvalue())


def fetch(folder):
    """What `npm ci` leaves in the folder."""
    assert json.loads((folder / "package.json").read_text())["dependencies"].keys() == {
        "@sparticuz/chromium"
    }
    assert (folder / "package-lock.json").is_file()
    packages = folder / "node_modules" / "@sparticuz" / "chromium" / "bin"
    packages.mkdir(parents=True)
    (packages / "chromium.br").write_bytes(brotli.compress(FAKE.encode()))
    (packages / "al2023.tar.br").write_bytes(packed("lib/libnss3.so"))
    (packages / "fonts.tar.br").write_bytes(packed("fonts/one.ttf"))
    return 0


def test_npms_chromium_is_set_up_once_and_starts_with_its_libraries_and_fonts(
    system, monkeypatch, capsys
):
    home = system / ".chromium"
    monkeypatch.setattr(install_browser.install_node_packages, "install", fetch)
    assert install_browser.main() == 0
    assert "setting up the one of @sparticuz/chromium" in capsys.readouterr().out
    assert chromium.chromium() == str(home / "start")
    assert (home / "lib" / "libnss3.so").is_file() and (home / "fonts" / "one.ttf").is_file()
    assert not (home / "node_modules").exists()
    assert (home / "chromium").stat().st_mode & stat.S_IXUSR
    environment = {"LD_LIBRARY_PATH": "/theirs"}
    run = [chromium.chromium(), "--version", "two words"]
    said = subprocess.run(run, capture_output=True, text=True, check=True, env=environment).stdout
    assert said.splitlines() == [
        f"{home}/lib:/theirs",
        f"{home}/fonts.conf",
        "--version",
        "two words",
    ]
    # Found from now on, so nothing is fetched again.
    monkeypatch.setattr(install_browser.install_node_packages, "install", None)
    assert install_browser.main() == 0
    assert capsys.readouterr().out == ""


def test_what_an_interrupted_setup_left_is_no_hindrance(system, monkeypatch):
    (system / ".chromium" / "node_modules" / "@sparticuz").mkdir(parents=True)
    assert chromium.set_up_before() is None
    monkeypatch.setattr(install_browser.install_node_packages, "install", fetch)
    assert install_browser.main() == 0
    assert chromium.set_up_before() is not None


def test_elsewhere_playwright_downloads_its_own(system, monkeypatch):
    is_a(monkeypatch, "Darwin", "arm64")
    monkeypatch.setattr(chromium, "application_paths", lambda: [])
    monkeypatch.delenv("PLAYWRIGHT_NODEJS_PATH")
    home, commands = system / ".chromium", []

    def run(command, check):
        assert os.environ["PLAYWRIGHT_BROWSERS_PATH"] == str(home) and check
        assert os.environ["PLAYWRIGHT_NODEJS_PATH"] == node_path()
        commands.append(command[1:])
        program(home / "chromium-1200" / "chrome")

    class Playwright:
        chromium = SimpleNamespace(executable_path=str(home / "chromium-1200" / "chrome"))

        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(install_browser, "sync_playwright", Playwright)
    assert install_browser.main() == 0
    assert os.environ.get("PLAYWRIGHT_BROWSERS_PATH") != str(home)
    assert commands == [["-m", "playwright", "install", "--no-shell", "chromium"]]
    assert chromium.chromium() == str(home / "chromium-1200" / "chrome")
    assert json.loads((home / "installed.json").read_text())["made_of"].startswith("playwright ")


@pytest.mark.parametrize(
    ("name", "machine", "reason", "command"),
    [
        ("Linux", "x86_64", "npm could not", "apt-get install .* chromium-headless-shell"),
        ("Linux", "aarch64", "playwright", "apt-get install .* chromium-headless-shell"),
        ("Darwin", "arm64", "playwright", "brew install --cask chromium"),
        ("Windows", "AMD64", "playwright", "winget install Google.Chrome"),
    ],
)
def test_where_none_can_be_set_up_a_sentence_says_what_brings_one(
    system, monkeypatch, name, machine, reason, command
):
    def fail(*_, **__):
        raise subprocess.CalledProcessError(1, "playwright")

    is_a(monkeypatch, name, machine)
    monkeypatch.setattr(chromium, "application_paths", lambda: [])
    monkeypatch.setattr(install_browser.install_node_packages, "install", lambda folder: 1)
    monkeypatch.setattr(subprocess, "run", fail)
    said = install_browser.main()
    assert re.fullmatch(rf"No Chromium could be set up \(.*{reason}.*\). .*: {command}", said)
    assert chromium.set_up_before() is None
