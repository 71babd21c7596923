"""The built package is complete: it contains every file of lib/chainrule."""

import tomllib
from fnmatch import fnmatch

from chainrule_dev.repository import ROOT

PACKAGE = ROOT / "lib" / "chainrule"


def test_every_file_of_the_package_is_shipped():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = settings["tool"]["setuptools"]["package-data"]["*"]
    files = [path for path in PACKAGE.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert any(path.suffix == ".npz" for path in files)
    for path in files:
        names = (path.name, path.relative_to(PACKAGE).as_posix())
        found = any(fnmatch(name, p) for name in names for p in patterns)
        assert path.suffix == ".py" or found, path


def test_every_folder_of_the_package_is_found():
    """Every folder with Python files is a package."""
    for path in PACKAGE.rglob("*.py"):
        assert (path.parent / "__init__.py").is_file(), path
