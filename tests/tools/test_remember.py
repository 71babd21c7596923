"""A check is left out only if all that it depends on is as it was when it passed.

Each test runs pytest on a small project of its own, whose conftest.py names what all tests share.
"""

import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from chainrule_dev import remember
from chainrule_dev.chromium import NoChromiumError
from chainrule_dev.remember import digest
from chainrule_dev.repository import ROOT

pytest_plugins = ["pytester"]

CONFTEST = """
from pathlib import Path

from chainrule_dev import remember

pytest_plugins = ["chainrule_dev.remember"]

HERE = Path(__file__).parent
COMMON = ("requirements.txt", "conftest.py", "helpers")
remember.COMMON = [HERE / name for name in COMMON]
remember.LIBRARY = HERE / "library"
remember.chromium_version = lambda: (HERE / "chromium").read_text()


def pytest_configure(config):
    import pytest

    class Browser:
        @pytest.fixture
        def browser(self):
            return None

    config.pluginmanager.register(Browser())
"""

TESTS = """
from pathlib import Path

import pytest

HERE = Path(__file__).parent

@pytest.mark.inputs(of=lambda item: [HERE / item.callspec.params["path"], HERE / "static"])
@pytest.mark.parametrize("path", ["a.html", "b.html"])
def test_page(path, browser):
    assert "wrong" not in (HERE / path).read_text()

@pytest.mark.inputs(of=lambda item: [HERE / "a.html"])
def test_without_a_browser():
    pass

def test_that_names_no_inputs():
    pass
"""

FILES = {
    "requirements.txt": "numpy==1",
    "helpers/browser.py": "",
    "library/layers.py": "",
    "static/site.css": "p {}",
    "chromium": "147",
    "a.html": "a",
    "b.html": "b",
}


@pytest.fixture
def project(pytester, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # they take longer than the tests
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(test_pages=TESTS)
    for name, text in FILES.items():
        path = pytester.path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    kept = {name: getattr(remember, name) for name in ("COMMON", "LIBRARY", "chromium_version")}
    yield pytester
    for name, value in kept.items():
        setattr(remember, name, value)


def result_of(project, *options):
    for kept_in_a_process in (digest, remember.helpers_of):
        kept_in_a_process.cache_clear()
    return project.runpytest_inprocess(*options)


def run(project, *options):
    """(passed, failed) of a run."""
    outcomes = result_of(project, *options).parseoutcomes()
    return outcomes.get("passed", 0), outcomes.get("failed", 0)


def test_what_passed_is_left_out_and_said_to_be(project):
    assert run(project) == (4, 0)
    result = result_of(project)
    assert result.parseoutcomes()["passed"] == 1
    result.stdout.fnmatch_lines(["3 checks were not run: they passed on the same inputs before*"])


def test_without_a_cache_all_is_run(project):
    run(project)
    assert run(project, "-p", "no:cacheprovider") == (4, 0)


def test_fresh_runs_all(project):
    run(project)
    assert run(project, "--fresh") == (4, 0)


@pytest.mark.parametrize(
    ("name", "again"),
    [
        ("a.html", 2),
        ("b.html", 1),
        ("static/site.css", 2),
        ("static/new.js", 2),
        ("test_pages.py", 3),
        ("axe.py", 3),
        ("explorables/figures.py", 3),
        ("test_other.py", 0),
        ("conftest.py", 3),
        ("requirements.txt", 3),
        ("helpers/browser.py", 3),
        ("helpers/new.py", 3),
        ("chromium", 2),
    ],
)
def test_a_changed_input_runs_what_depends_on_it_again(project, name, again):
    run(project)
    path = project.path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text((path.read_text() if path.exists() else "") + "\n", encoding="utf-8")
    assert run(project) == (1 + again, 0)
    assert run(project) == (1, 0)


def test_a_file_that_is_gone_or_called_otherwise_is_a_change(project):
    run(project)
    (project.path / "static/site.css").rename(project.path / "static/page.css")
    assert run(project) == (3, 0)
    (project.path / "static/page.css").unlink()
    assert run(project) == (3, 0)


def test_what_fails_is_run_again_until_it_passes(project):
    (project.path / "b.html").write_text("wrong")
    assert run(project) == (3, 1)
    assert run(project) == (1, 1)
    (project.path / "b.html").write_text("b")
    assert run(project) == (2, 0)


def test_what_fails_when_run_afresh_is_no_longer_known_to_pass(project, monkeypatch):
    """A check whose outcome hangs on something that it does not name."""
    project.makepyfile(
        test_pages="""
        import os, pytest

        @pytest.mark.inputs(of=lambda item: [])
        def test_something_else():
            assert "BROKEN" not in os.environ
        """
    )
    assert run(project) == (1, 0)
    monkeypatch.setenv("BROKEN", "1")
    assert run(project) == (0, 0)
    assert run(project, "--fresh") == (0, 1)
    assert run(project) == (0, 1)


def test_two_processes_leave_out_the_same_and_remember_what_both_ran(project):
    plugins = ("-p", "xdist.plugin", "-p", "chainrule_dev.scheduling")
    options = (*plugins, "-n", "2", "--dist=loadscope")
    project.runpytest_subprocess(*options).assert_outcomes(passed=4)
    result = project.runpytest_subprocess(*options)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["3 checks were not run*"])


@pytest.fixture
def notebook(project):
    """A notebook of two cells, the second of which prints what the library says."""
    (project.path / "test_pages.py").unlink()
    (project.path / "library" / "says.txt").write_text("1", encoding="utf-8")
    code = "print(open('library/says.txt').read())"
    printed = new_output("stream", name="stdout", text="1\n")
    cells = [
        new_code_cell("x = 1", execution_count=1),
        new_code_cell(code, execution_count=2, outputs=[printed]),
    ]
    nbformat.write(new_notebook(cells=cells), project.path / "page.ipynb")
    return project


def run_notebook(project, *options):
    command = ("-p", "nbval.plugin", "--nbval", "--nbval-current-env", *(options or ["page.ipynb"]))
    outcomes = project.runpytest_subprocess(*command).parseoutcomes()
    return outcomes.get("passed", 0), outcomes.get("failed", 0)


def test_a_notebook_passes_as_a_whole_or_not_at_all(notebook):
    assert run_notebook(notebook, "page.ipynb::Cell 0") == (1, 0)
    assert run_notebook(notebook) == (2, 0), "one of its cells had not been run"
    assert run_notebook(notebook) == (0, 0)
    (notebook.path / "library" / "says.txt").write_text("2", encoding="utf-8")
    assert run_notebook(notebook) == (1, 1)
    assert run_notebook(notebook) == (1, 1), "both cells again, not only the one that failed"


def test_what_all_tests_share_is_there():
    """A path that is misspelt would never change."""
    assert [path for path in [*remember.COMMON, remember.LIBRARY] if not path.exists()] == []


def test_a_folders_hash_tells_names_from_contents(tmp_path):
    found = set()
    for name, files in enumerate([{"a": "bc"}, {"ab": "c"}, {"a": "b", "c": ""}, {}]):
        folder = tmp_path / str(name)
        folder.mkdir()
        for file, text in files.items():
            (folder / file).write_text(text)
        found.add(digest(folder))
    assert len(found) == 4
    shutil.copytree(tmp_path / "0", tmp_path / "same")
    (tmp_path / "same" / "__pycache__").mkdir()
    (tmp_path / "same" / "__pycache__" / "x.pyc").write_text("")
    assert digest(tmp_path / "same") == digest(tmp_path / "0")


def test_the_browser_is_asked_for_its_version():
    assert any(part.isdigit() for part in remember.chromium_version().split("."))


def test_without_a_browser_its_tests_are_collected_all_the_same(monkeypatch):
    """They fail when they ask for it, with the command that brings one."""

    def none():
        raise NoChromiumError("none")

    monkeypatch.setattr(remember, "chromium", none)
    assert remember.chromium_version.__wrapped__() == ""


def test_the_helpers_of_a_test_file_are_below_its_import_root():
    folder = ROOT / "tests" / "site"
    of_pages = remember.helpers_of(folder / "test_pages_in_chromium.py")
    assert {folder / "axe.py", folder / "built.py", folder / "explorables/figures.py"} <= {
        *of_pages
    }
    assert remember.helpers_of(folder / "explorables" / "test_affine.py") == of_pages
    assert [path for path in of_pages if path.name.startswith("test_")] == []
