"""Google Colab's Python and packages on this machine: `python tools/colab.py` installs them.

A test cannot run on Colab, but it can use Colab's package versions, which are older than this
repository's, and run the first cell of a notebook, which must install the library. `run_alone` runs
a notebook as on Colab: alone in an empty folder, with a kernel of the versions in colab.toml, and
with the repository at its address (git is configured to find that address on this machine). The
environment is made once, in .venv-colab.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import nbformat

import execute_notebooks
from chainrule_dev.repository import ROOT, repository_address

VERSIONS = Path(__file__).with_suffix(".toml")
HOME = ROOT / ".venv-colab"


def versions():
    """{"python": "3.13", "colab": {package: version}, "needed": {package: version}}."""
    return tomllib.loads(VERSIONS.read_text(encoding="utf-8"))


def says_its_version(command):
    """The version of a Python as "3.13", or None if the command does not run."""
    code = "import sys, ensurepip, venv; print('%d.%d' % sys.version_info[:2])"
    try:
        run = subprocess.run([command, "-c", code], capture_output=True, text=True)
    except OSError:
        return None
    return run.stdout.strip() if run.returncode == 0 else None


class NoPythonError(Exception):
    """No Python is installed that Colab's packages were built for."""


def find_python():
    """(command, version) of Colab's Python, or of the nearest to it for which NumPy 2.1 was built.

    `python3.13` may be on the PATH, or among the Pythons of pyenv without being on it.

    Raises
    ------
    NoPythonError
        If there is none of these.
    """
    wanted = versions()["python"]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    among_pyenv = [str(path) for path in sorted(pyenv.glob(f"{wanted}.*/bin/python{wanted}"))]
    for command in (f"python{wanted}", *among_pyenv, sys.executable, "python3.12", "python3.11"):
        version = says_its_version(command)
        if version in (wanted, "3.12", "3.11"):
            return command, version
    raise NoPythonError(
        f"not run as Colab runs it: its packages need Python {wanted}, 3.12 or 3.11, and none of "
        "them was found"
    )


def make(folder, *options):
    """A virtual environment in `folder`; its interpreter and where its packages lie."""
    command, version = find_python()
    subprocess.run([command, "-m", "venv", *options, folder], check=True)
    return folder / "bin" / "python", folder / "lib" / f"python{version}" / "site-packages"


def ready():
    """Make the environment, unless it is there: (interpreter, where its packages lie)."""
    wanted = versions()
    _, version = find_python()
    key = hashlib.sha256(f"{version} {wanted}".encode()).hexdigest()
    stamp = HOME / "installed"
    python, packages = HOME / "bin/python", HOME / f"lib/python{version}/site-packages"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == key:
        return python, packages
    shutil.rmtree(HOME, ignore_errors=True)
    make(HOME)
    pins = [f"{name}=={v}" for name, v in {**wanted["colab"], **wanted["needed"]}.items()]
    # All dependencies are listed, so pip need not resolve any. Not compiling saves time.
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, "--no-deps", "--no-compile", *pins], check=True)
    stamp.write_text(key, encoding="utf-8")
    return python, packages


def as_it_stands(folder):
    """A git repository of the present files, including uncommitted changes."""
    listed = ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, check=True, capture_output=True, text=True).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    git = ["git", "-C", folder, "-c", "user.name=Colab", "-c", "user.email=colab@example.org"]
    subprocess.run([*git, "init", "--quiet"], check=True)
    subprocess.run([*git, "add", "--all"], check=True)
    subprocess.run([*git, "commit", "--quiet", "--message", "As it stands"], check=True)
    return folder


@contextmanager
def environment():
    """(folder, interpreter, packages) of a temporary environment like Colab's.

    It uses the packages of .venv-colab; what is installed into it is removed with it.
    """
    _, shared = ready()
    with TemporaryDirectory() as name:
        folder = Path(name)
        python, packages = make(folder / "venv", "--without-pip")
        (packages / "colab.pth").write_text(f"{shared}\n", encoding="utf-8")
        yield folder, python, packages


def run_alone(path):
    """The notebook after "Run all" on Colab, normalised like the stored ones.

    Raises nbclient's CellExecutionError if a cell raises, FileNotFoundError if the first cell does
    not install the library.
    """
    with environment() as (folder, python, packages):
        argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec = {"argv": argv, "display_name": "Colab", "language": "python"}
        for name in ("kernels/colab", "repository", "content"):  # Colab's own folder: /content
            (folder / name).mkdir(parents=True)
        (folder / "kernels/colab/kernel.json").write_text(json.dumps(spec), encoding="utf-8")
        settings = {"JUPYTER_PATH": str(folder), **found_here(as_it_stands(folder / "repository"))}
        notebook = nbformat.read(path, as_version=4)
        with patch.dict(os.environ, settings):
            execute_notebooks.run(notebook, folder / "content", "colab")
        if not (packages / "chainrule" / "__init__.py").is_file():
            raise FileNotFoundError(f"{path.name}: its first cell installed no library")
    return notebook


def found_here(repository):
    """Environment variables that let git clone the repository's address from a folder."""
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{repository}.insteadOf",
        "GIT_CONFIG_VALUE_0": repository_address(),
    }


# By IPython's own formatter, which decides how a widget is shown.
DESCRIBE = """
import json
from IPython.core.interactiveshell import InteractiveShell
from chainrule import explore

described = {}
for name in explore.__all__:
    made = getattr(explore, name)()
    data, _ = InteractiveShell.instance().display_formatter.format(made)
    html = data.get("text/html", "")
    described[name] = {"html": html, "state": made.state(), "kinds": sorted(data)}
print(json.dumps(described))
"""


def explorables():
    """{name: {"html", "state", "kinds"}} of each explorable with Colab's ipywidgets.

    "kinds" are the MIME types of its output.
    """
    with environment() as (_, python, packages):
        (packages / "chainrule.pth").write_text(f"{ROOT / 'lib'}\n", encoding="utf-8")
        run = [python, "-c", DESCRIBE]
        return json.loads(subprocess.run(run, check=True, capture_output=True, text=True).stdout)


def main():
    """Make the environment ready; where it cannot be, say so, and fail only where CI is set."""
    try:
        ready()
    except NoPythonError as error:
        if os.environ.get("CI"):
            return str(error)
        print(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
