"""The explorables in a real JupyterLab: its front end, its kernel, and a real Chromium before it.

Here the live widget is at work, not the HTML that a page without a kernel shows: what the reader
moves, the kernel sees, and the other way round.
"""

import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager

import nbformat
import pytest

import chainrule as cr
from chainrule import drawing, explore
from chainrule_dev.remember import LIBRARY

pytestmark = pytest.mark.inputs(of=lambda item: [LIBRARY])

SEEN = "figure = explore.sigmoid_slope(x=1, n=10)\nfigure"
SET = "figure.x, figure.n = -2, 3"
READ = "print(f'the kernel has x = {figure.x}, n = {figure.n}')"


@contextmanager
def jupyter_lab(folder):
    """The address of a server that knows nothing of the settings of whoever runs it."""
    private = {f"JUPYTER_{kind}_DIR": str(folder / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    private["IPYTHONDIR"] = str(folder / "ipython")
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--port=0", "--allow-root",
               "--IdentityProvider.token=", f"--ServerApp.root_dir={folder}"]  # fmt: skip
    log = folder / "server.log"
    with (
        log.open("w", encoding="utf-8") as out,
        subprocess.Popen(command, env={**os.environ, **private}, stdout=out, stderr=out) as server,
    ):
        try:
            yield address(server, log)
        finally:
            server.terminate()
            server.wait(timeout=30)


def address(server, log):
    """As the server says it, once it listens."""
    for _ in range(600):
        said = re.search(r"http://(?:localhost|127\.0\.0\.1):\d+", log.read_text(encoding="utf-8"))
        if said:
            return said[0]
        if server.poll() is not None:
            break
        time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')}")


def write_notebook(path, cells):
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, path)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A folder, and the address of a JupyterLab that serves it."""
    folder = tmp_path_factory.mktemp("lab")
    with jupyter_lab(folder) as url:
        yield folder, url


@contextmanager
def opened(browser, server, name, cells):
    """The page of a notebook with these cells, and what went wrong in our code."""
    folder, url = server
    write_notebook(folder / name, cells)
    context = browser.new_context(viewport={"width": 1200, "height": 1000})
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{url}/lab/tree/{name}?reset")
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)
    yield page, errors
    context.close()


@pytest.fixture(scope="module")
def lab(browser, server):
    """A page with a notebook of which every cell has been run, and what went wrong in our code."""
    others = [f"explore.{name}()" for name in explore.__all__]
    sources = ["from chainrule import explore", SEEN, SET, *others, READ]
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    with opened(browser, server, "lab.ipynb", cells) as (page, errors):
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        page.get_by_text("the kernel has x = -2.0, n = 3").wait_for(timeout=60_000)
        yield page, errors


def test_what_python_sets_is_shown_and_what_the_reader_moves_python_has(lab):
    page, errors = lab
    page.get_by_text("figure = explore").scroll_into_view_if_needed()
    figure = page.locator(".jp-OutputArea-output .cr-explorable-live").first
    figure.locator('label:has(input[name="x"]) .cr-output', has_text="−2.0").wait_for()
    assert figure.locator('input[name="n"]').input_value() == "3"
    assert "y = σ(−2.0) = 0.1192" in figure.locator("p").all_inner_texts()
    figure.locator('input[name="x"]').press("End")
    figure.locator('input[name="n"]').press("ArrowRight")
    assert "y = σ(6.0) = 0.997527" in figure.locator("p").all_inner_texts()
    page.locator(".jp-CodeCell", has_text="the kernel has").locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    page.get_by_text("the kernel has x = 6.0, n = 4").wait_for()
    assert errors == []


@pytest.mark.parametrize("name", explore.__all__)
def test_it_comes_alive(lab, name):
    page, errors = lab
    cell = page.locator(".jp-CodeCell", has_text=re.compile(rf"explore\.{name}\(\)"))
    cell.scroll_into_view_if_needed()
    live = cell.locator(".cr-explorable-live")
    live.wait_for(timeout=60_000)
    assert live.locator("input").count() and live.locator(".cr-canvas > *").count()
    assert live.locator(".cr-caption").inner_text()
    assert errors == []


# --- Before anything is run -----------------------------------------------------------------------


def stored(made):
    """A cell with what the notebook of a chapter stores of a figure or an explorable."""
    data = {"text/html": made._repr_html_(), "text/plain": repr(made)}
    output = nbformat.v4.new_output("execute_result", data, execution_count=1)
    return nbformat.v4.new_code_cell("figure", outputs=[output], execution_count=1)


def test_a_notebook_that_was_downloaded_says_what_its_figures_show(browser, server):
    """JupyterLab trusts no drawing of somebody else; of a figure it leaves the words."""
    plot, axes = drawing.figure()
    axes.plot([1, 2, 4])
    graph = drawing.Graph()
    graph.apply(cr.Add(), graph.input("a", 2), graph.input("b", 3), label="+", name="c")
    explorable = explore.softmax()
    figures = [
        drawing.show(plot, "A line that rises & bends."),
        graph.draw(alt="A sum."),
        explorable,
    ]
    cells = [stored(figure) for figure in figures]
    with opened(browser, server, "downloaded.ipynb", cells) as (page, errors):
        outputs = page.locator(".jp-OutputArea-output")
        outputs.nth(2).wait_for(timeout=60_000)
        assert page.locator(".jp-OutputArea-output svg").count() == 0, "it is not trusted"
        shown = [" ".join(text.split()) for text in outputs.all_inner_texts()]
        assert shown[0] == "A line that rises & bends."
        assert shown[1].startswith("A sum. ")
        assert explorable.still().alt in shown[2]
        assert explorable.words["en"]["caption"] in shown[2]
        assert errors == []
