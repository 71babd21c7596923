"""The repository: what is repeated in several files is the same in all of them."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

import nbformat
import pytest
import sphinxcontrib.katex
import yaml

import colab
import set_repository as set_repository_module
from chainrule_dev import editions
from chainrule_dev.repository import ROOT, pages_address, repository_address, setup_cell
from set_repository import main as set_repository_command
from set_repository import rewrite, set_repository, slug, text_files

LOCKS = ["requirements.txt", "requirements-dev.txt"]
NPM_LOCKS = ["package-lock.json", "tools/browser/package-lock.json"]

ADDRESS = repository_address()
# In two parts, or set_repository would replace it here when the copy is moved back.
ELSEWHERE = "https://git.example.org/" + "someone/their-book"


def text(path):
    return (ROOT / path).read_text(encoding="utf-8")


def requirement_names(path):
    """The package names in a requirements file."""
    lines = re.findall(r"^([A-Za-z0-9._-]+)\s*[=<>~]", text(path), flags=re.MULTILINE)
    return {name.lower().replace("_", "-") for name in lines}


# --- The repository's address -------------------------------------------------------------------


def test_address_is_the_same_everywhere():
    assert tomllib.loads(text("pyproject.toml"))["project"]["urls"]["Repository"] == ADDRESS
    assert yaml.safe_load(text("CITATION.cff"))["repository-code"] == ADDRESS
    for path in (ROOT / "book").glob("*/*.ipynb"):
        cells = nbformat.read(path, as_version=nbformat.NO_CONVERT).cells
        first = next(cell for cell in cells if cell.cell_type == "code").source
        korean = f"\n\n{editions.IN_KOREAN}" if path.parent.name == "ko" else ""
        assert first == setup_cell() + korean, path.name


@pytest.fixture(scope="module")
def original():
    """Every text file of the repository."""
    return {path.relative_to(ROOT): content for path, content in text_files(ROOT)}


@pytest.fixture(scope="module")
def moved(original, tmp_path_factory):
    """A copy of the repository whose address set_repository has changed."""
    root = tmp_path_factory.mktemp("moved") / "copy"
    for path, content in original.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content.encode())
    changed = set_repository(ELSEWHERE, root)
    return root, {path.relative_to(root).as_posix() for path in changed}


def test_set_repository_leaves_no_old_address(moved):
    root, _ = moved
    assert repository_address(root) == ELSEWHERE
    old = [slug(ADDRESS), pages_address(ADDRESS).removeprefix("https://")]
    left = [path for path, content in text_files(root) if any(form in content for form in old)]
    assert [path.relative_to(root).as_posix() for path in left] == []


def test_set_repository_rewrites_what_repeats_the_address(moved):
    root, changed = moved
    notebooks = {path.relative_to(ROOT).as_posix() for path in (ROOT / "book").glob("*/*.ipynb")}
    once = {"_config.yml", "conf.py", "pyproject.toml", "CITATION.cff"}
    assert changed >= once | notebooks
    for notebook in notebooks:
        cells = nbformat.read(root / notebook, as_version=nbformat.NO_CONVERT).cells
        assert any(cell.source.startswith(setup_cell(root)) for cell in cells)


def test_set_repository_can_be_undone(original, moved, tmp_path):
    root = tmp_path / "copy"
    shutil.copytree(moved[0], root)
    set_repository(ADDRESS, root)
    assert {path.relative_to(root): content for path, content in text_files(root)} == original


def test_rewrite_leaves_longer_names_alone():
    old, new = "https://github.com/a/book", "https://github.com/b/own"
    before = f"{old} {old}.git {old}/issues {old}-extras https://a.github.io/book/en/"
    after = f"{new} {new}.git {new}/issues {old}-extras https://b.github.io/own/en/"
    assert rewrite(before, old, new) == after
    colab = "https://colab.research.google.com/github/{}/blob/main/x.ipynb"
    assert rewrite(colab.format("a/book"), old, new) == colab.format("b/own")


def test_the_address_of_the_site_is_in_small_letters_and_the_repositorys_as_it_is(tmp_path):
    """GitHub's own hosts are; the name of a repository is a folder there, and may have capitals."""
    assert pages_address("https://github.com/Owner/Name") == "https://owner.github.io/Name"
    config = "repository:\n  url: https://github.com/Owner/Name\n"
    (tmp_path / "_config.yml").write_text(config, encoding="utf-8")
    assert repository_address(tmp_path) == "https://github.com/Owner/Name"


OLD = "https://github.com/a/book"


@pytest.fixture
def small(tmp_path):
    """A repository of files that name its address, and of one that does not."""
    (tmp_path / "_config.yml").write_text(f"repository:\n  url: {OLD}\n", encoding="utf-8")
    (tmp_path / "windows.txt").write_bytes(f"{OLD}\r\n".encode())
    (tmp_path / "other.txt").write_text("no address", encoding="utf-8")
    os.utime(tmp_path / "other.txt", (0, 0))
    for name in (".venv/a", "_build/a", "node_modules/a", "x.egg-info/a", ".pytest_cache/a"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(OLD, encoding="utf-8")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG " + OLD.encode())
    return tmp_path


def test_set_repository_changes_what_is_ours_and_only_the_address(small):
    outside = small / ".venv" / "a"
    (small / "link").symlink_to(outside)
    changed = set_repository(ELSEWHERE, small)
    assert {path.name for path in changed} == {"_config.yml", "windows.txt"}
    assert (small / "windows.txt").read_bytes() == f"{ELSEWHERE}\r\n".encode()
    assert (small / "other.txt").stat().st_mtime == 0
    left = {path.relative_to(small).as_posix() for path in small.rglob("*") if path.is_file()
            and OLD.encode() in path.read_bytes()}  # fmt: skip
    assert left == {".venv/a", "_build/a", "node_modules/a", "x.egg-info/a", ".pytest_cache/a",
                    "picture.png", "link"}  # fmt: skip


@pytest.mark.parametrize("end", ["", "/", ".git"])
def test_set_repository_takes_an_address_as_it_is_copied(end, monkeypatch):
    asked = []
    monkeypatch.setattr(
        set_repository_module, "set_repository", lambda new: asked.append(new) or []
    )
    assert set_repository_command([ELSEWHERE + end]) == 0
    assert asked == [ELSEWHERE]


@pytest.mark.parametrize(
    "address",
    [
        "chainrule",
        "git@github.com:a/b.git",
        "https://github.com/a",
        "https://github.com/a/b/issues",
    ],
)
def test_set_repository_refuses_what_is_no_address(address, capsys):
    with pytest.raises(SystemExit):
        set_repository_command([address])
    assert "expected https://HOST/OWNER/NAME" in capsys.readouterr().err


# --- The table of contents ----------------------------------------------------------------------


def test_every_page_is_in_the_table_of_contents():
    listed = re.findall(r"(?:root|file):\s*(\S+)", text("_toc.yml"))
    pages = {path for suffix in ("ipynb", "md") for path in (ROOT / "book/en").glob(f"*.{suffix}")}
    assert sorted(listed) == sorted(p.relative_to(ROOT).with_suffix("").as_posix() for p in pages)


# --- What is installed --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_every_requirement_is_explained_and_locked(name):
    lines = [line for line in text(f"{name}.in").splitlines() if re.match(r"\w", line)]
    assert [
        line for line in lines if not re.fullmatch(r"[\w.-]+(==|>=[\w.]+,<)[\w.]+ +# .+", line)
    ] == []
    assert requirement_names(f"{name}.in") <= requirement_names(f"{name}.txt")
    # The lock says by which command it was made: the one that requirements.in says.
    made_by = re.search("^#    (uv .*)$", text(f"{name}.txt"), re.MULTILINE)[1]
    assert f"#     {made_by}\n" in text("requirements.in")


def test_both_locks_have_one_version_of_a_package():
    pins = [dict(re.findall(r"^(\S+)==(.+)$", text(path), re.MULTILINE)) for path in LOCKS]
    shared = pins[0].keys() & pins[1].keys()
    assert "nbformat" in shared
    # Before the marker, which says on which machines the package is needed at all.
    assert {name: [pin[name].split(" ;")[0] for pin in pins] for name in shared} == {
        name: [pins[0][name].split(" ;")[0]] * 2 for name in shared
    }


OURS = ["lib/chainrule", "lib/chainrule_dev", "lib/chainrule_live", "book/_ext", "tools"]
OURS += ["tests", "benchmarks"]
TO_BUILD = ["lib/chainrule", "lib/chainrule_live", "book/_ext"]
# PyTorch is no requirement: what asks for it says how to install it.
OPTIONAL = {"torch"}


def imported(folders):
    """The packages that our files import, by the names that they are installed by."""
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    own = {path.stem for path in files} | {path.parent.name for path in files}
    own |= {Path(folder).name for folder in OURS}
    modules = set()
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                modules.add(node.module)
    return installed_by({name for name in modules if name.split(".")[0] not in own | OPTIONAL})


def installed_by(modules):
    """{"yaml", "sphinxcontrib.katex"}: {"pyyaml", "sphinxcontrib-katex"}."""
    owners, found = packages_distributions(), set()
    for module in modules:
        top = module.partition(".")[0]
        if top in sys.stdlib_module_names:
            continue
        names = {name.lower().replace("_", "-") for name in owners[top]}
        # A namespace, such as sphinxcontrib, is shared by several.
        exact = {module.replace(".", "-")} & names
        found |= exact or names
    return found


def test_every_package_that_is_imported_is_a_requirement():
    build, dev = requirement_names("requirements.in"), requirement_names("requirements-dev.in")
    assert {"numpy", "sphinx", "pyyaml", "sphinxcontrib-katex"} <= imported(TO_BUILD)
    assert imported(TO_BUILD) - build == set()
    assert {"pytest", "beautifulsoup4", "nbformat"} <= imported(OURS)
    assert imported(OURS) - build - dev == set()


def test_every_extension_of_sphinx_is_a_requirement():
    sphinx = yaml.safe_load(text("_config.yml"))["sphinx"]
    extensions = set(sphinx["config"]["extensions"]) - set(sphinx["local_extensions"])
    assert "myst_nb" in extensions
    assert installed_by(extensions) - requirement_names("requirements.in") == set()


def test_nbformat_is_imported_without_building_a_grammar():
    """It takes a second, in every process; tool.uv in pyproject.toml keeps it out of the locks."""
    ask = "import nbformat, sys; print('jsonschema' in sys.modules, 'lark' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    remedy = "pip uninstall lark rfc3987-syntax, and see requirements-dev.in"
    assert run.stdout == "True False\n", remedy
    assert not {"lark", "rfc3987-syntax"} & set().union(*map(requirement_names, LOCKS))


def test_package_needs_only_what_is_locked():
    project = tomllib.loads(text("pyproject.toml"))["project"]
    assert [re.match(r"[\w-]+", need)[0] for need in project["dependencies"]] == ["numpy"]
    book = {re.match(r"[\w-]+", need)[0] for need in project["optional-dependencies"]["book"]}
    assert book <= requirement_names("requirements.txt")


def test_heavy_packages_are_not_installed():
    locked = set().union(*map(requirement_names, LOCKS))
    assert not {"torch", "scikit-learn", "scipy", "pandas"} & locked


def test_locks_name_no_host_and_no_folder():
    locks = [text(path) for path in LOCKS]
    for path in NPM_LOCKS:
        packages = json.loads(text(path))["packages"].values()
        # Where a package asks for money is no place it is fetched from.
        locks.append(
            json.dumps([{key: p[key] for key in p.keys() - {"funding"}} for p in packages])
        )
    for lock in locks:
        address = r"https?://\S+|file:\S+|(?<![\w.])/(?:home|root|work|tmp)/\S+"
        assert re.findall(address, lock) == []


def test_stylesheet_and_script_of_katex_are_of_one_version():
    locked = json.loads(text("package-lock.json"))["packages"]
    wanted = json.loads(text("package.json"))["dependencies"]["katex"]
    assert wanted == locked["node_modules/katex"]["version"] == sphinxcontrib.katex.katex_version


@pytest.mark.parametrize("path", NPM_LOCKS)
def test_everything_from_npm_has_a_checksum_and_is_what_package_json_names(path):
    locked = json.loads(text(path))["packages"]
    wanted = json.loads(text(path.replace("package-lock", "package")))
    kinds = ("dependencies", "devDependencies")
    assert {k: wanted.get(k) for k in kinds} == {k: locked[""].get(k) for k in kinds}
    assert all("integrity" in package for name, package in locked.items() if name)


# --- The rest -----------------------------------------------------------------------------------


def test_the_source_root_is_not_ignored():
    """The usual .gitignore of Python projects contains lib/."""
    ignored = text(".gitignore").split()
    assert not {"lib", "lib/", "/lib", "/lib/", "*.npz"} & set(ignored)


def test_every_command_that_a_text_names_is_there(original):
    """What a reader is told to run: a script of tools, tests or benchmarks, or a module of ours."""
    scripts, modules = set(), set()
    for content in original.values():
        scripts |= set(re.findall(r"python3? ((?:tools|tests|benchmarks)/[\w/]+\.py)", content))
        modules |= set(re.findall(r"python3? -m (chainrule[\w.]*\w)", content))
    assert len(scripts) > 3 and modules
    assert [script for script in scripts if not (ROOT / script).is_file()] == []
    assert [module for module in modules if find_spec(module) is None] == []


WEEKLY = ["pytorch", "links", "colab", "live", "without-jupyter-book"]


def commands(job):
    return [step["run"] for step in job["steps"] if "run" in step]


def test_ci_runs_the_tests():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert "make test" in text(".ci/run")
    workflow = yaml.safe_load(text(".github/workflows/book.yml"))
    # YAML reads the key `on` as true.
    assert workflow[True].keys() >= {"push", "pull_request", "schedule"}
    jobs = workflow["jobs"]
    assert "make test" in commands(jobs["test"])
    assert "make test-python" in commands(jobs["oldest-python"])
    assert set(jobs["same-site"]["needs"]) == {"test", "oldest-python"}
    assert set(jobs["publish"]["needs"]) == {"test", "same-site"}


def test_ci_runs_what_is_slow_once_a_week():
    jobs = yaml.safe_load(text(".github/workflows/book.yml"))["jobs"]
    assert [name for name in jobs if "schedule" in jobs[name].get("if", "")] == WEEKLY
    assert commands(jobs["links"]) == ["make links"]
    assert commands(jobs["colab"]) == ["make colab"]
    assert commands(jobs["live"]) == ["make live"]
    assert commands(jobs["without-jupyter-book"]) == ["make plain", "make next"]
    python = colab.versions()["python"]
    assert any(step.get("with") == {"python-version": python} for step in jobs["colab"]["steps"])


def make(target):
    """The commands that make would run, as one text."""
    environment = {key: value for key, value in os.environ.items() if "MAKE" not in key}
    run = ["make", "--dry-run", "--always-make", target]
    done = subprocess.run(
        run, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


LINT = ["ruff check", "ruff format --check", "zizmor --offline"]
LAYERS = "CHAINRULE_TIER=fast .venv/bin/python -m pytest"


@pytest.mark.parametrize(
    ("target", "parts"),
    [
        ("check", [*LINT, LAYERS, "tests/library tests/tools"]),
        ("test", [*LINT, "install_browser.py", "jupyter-book build .", LAYERS, "tools/colab.py"]),
        ("test-python", ["jupyter-book build .", LAYERS, "colab.py", "--without-browser"]),
        ("links", ["--builder linkcheck"]),
        ("plain", ["jupyter-book build .", "sphinx-build", "diff --recursive"]),
        ("next", ["-r requirements-next.in", "sphinx-build", "tests/site/test_site.py"]),
        ("book", ["-r requirements.txt", "install_node_packages.py", "jupyter-book build ."]),
        ("book", ["install_pyodide.py"]),
        ("live", ["jupyter-book build .", "test_live_pages.py --every-chapter"]),
        ("lint", ["--no-deps -r requirements-dev.txt"]),
    ],
)
def test_a_command_runs_what_it_says(target, parts):
    said = make(target)
    assert [part for part in parts if part not in said] == []


def test_building_the_book_does_not_install_what_checking_needs():
    assert "requirements-dev" not in make("book")


def test_dependabot_looks_at_every_file_of_packages():
    updates = yaml.safe_load(text(".github/dependabot.yml"))["updates"]
    found = {update["package-ecosystem"]: update for update in updates}
    assert found.keys() == {"github-actions", "uv", "npm"}
    folders = {path.parent for path, _ in text_files(ROOT) if path.name == "package.json"}
    listed = {ROOT / folder.strip("/") for folder in found["npm"]["directories"]}
    assert listed == folders
    for update in updates:
        assert update["schedule"] == {"interval": "weekly"} and update["groups"]


def test_no_large_file_crept_in():
    large = [p for p, _ in text_files(ROOT) if p.stat().st_size > 1_500_000]
    assert [Path(path).relative_to(ROOT).as_posix() for path in large] == []
