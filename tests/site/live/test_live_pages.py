"""Live pages in Chromium, with the network cut: run, edit, check, stop, and what can go wrong."""

import gzip
import json
import re

import nbformat
import pytest
from axe import findings_in_light_and_dark
from built import read

from chainrule.exercises import find
from chainrule_dev import catalogues, live_results
from chainrule_dev.browser import SITE, read_on_at, visit
from chainrule_dev.from_needed import code_cells, stored
from chainrule_dev.repository import BUILT, chapter_notebooks
from live.on_page import WAIT, Cell, chapter, live_requests, unfold

LIVE = BUILT / "_static" / "live"
CHAPTER = "sigmoid"
PRINTS, DRAWS, EXPLORES, SHOWS_SOURCE = "cell-004", "cell-009", "cell-025", "cell-017"
EXERCISE = "cell-033"
RIGHT = 'my_numbers = [0.8, 0.16, 0.2, 7.39]\ncheck("sigmoid.by_pencil", my_numbers)'


@pytest.fixture(scope="module", autouse=True)
def live_files():
    if not (LIVE / "files.json").is_file():
        pytest.fail("no live pages: `python tools/install_pyodide.py` says why, then `make book`")


@pytest.fixture(scope="module")
def page(browser, live_files):
    """One page for all tests that leave Python as it is."""
    with chapter(browser, CHAPTER, width=1280) as opened:
        yield opened


@pytest.fixture
def cell(page):
    return lambda name: Cell(page, name)


NOT_LOADED = "Python could not be loaded ("
KINDS = {"js": "text/javascript", "wasm": "application/wasm"}


def stored_text(name, chapter=CHAPTER):
    (path,) = (path for path in chapter_notebooks() if path.stem == chapter)
    (found,) = (cell for cell in code_cells(path) if cell.id == name)
    return "".join(text for _, text in stored(found))


# --- Running -------------------------------------------------------------------------------------


def test_a_cell_prints_what_the_book_has_printed(cell):
    assert cell(PRINTS).run() == stored_text(PRINTS)
    assert cell(PRINTS).says() == "Done. First ran the cell above that it needs."
    assert cell(PRINTS).run() == stored_text(PRINTS)
    assert cell(PRINTS).says() == "Done."


def unfolded(context):
    """A new page of a context, on which no guess of the chapter hides the cells."""
    page = context.new_page()
    page.add_init_script(read_on_at(f"book/en/{CHAPTER}.html"))
    return page


def test_a_figure_is_drawn(cell):
    cell(DRAWS).run()
    assert cell(DRAWS).output.locator("figure.cr-figure [role=img]").count() == 1
    assert "currentColor" in cell(DRAWS).output.locator("svg").first.inner_html()


def test_a_figure_of_pyplot_is_shown(page, cell):
    """By plt.show(), and what is left by the end of the cell; an error in drawing is the cell's."""
    cell(PRINTS).type(
        "import matplotlib.pyplot as plt\n"
        "plt.plot([1, 2])\nplt.show()\nprint('between')\nplt.plot([1, 2]);"
    )
    cell(PRINTS).run()
    assert cell(PRINTS).output.locator("figure svg").count() == 2
    assert cell(PRINTS).text() == "between\n"
    cell(PRINTS).type("plt.title('$\\\\nothing$');")
    assert "Unknown symbol" in cell(PRINTS).run()
    cell(PRINTS).type("1 + 1")
    assert cell(PRINTS).run() == "2"
    assert cell(PRINTS).output.locator("svg").count() == 0
    cell(PRINTS).press("menu")
    cell(PRINTS).press("again")


def test_input_says_that_it_can_ask_nobody(cell):
    cell(PRINTS).type("input('name? ')")
    assert "EOFError: input() cannot ask on this page" in cell(PRINTS).run()
    cell(PRINTS).press("menu")
    cell(PRINTS).press("again")


def test_an_explorable_comes_alive(page, cell):
    cell(EXPLORES).run()
    figure = cell(EXPLORES).output.locator(".cr-explorable-live")
    figure.locator("svg.cr-canvas").first.wait_for(timeout=WAIT)
    before = figure.inner_text()
    figure.locator("input[type=range]").first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(100)
    assert figure.inner_text() != before


def test_source_is_shown_in_colours(cell):
    cell(SHOWS_SOURCE).run()
    output = cell(SHOWS_SOURCE).output
    assert output.locator("code").first.inner_text() == "chainrule/layers.py"
    assert output.locator(".tok-keyword").first.inner_text() == "class"
    _, _, code = stored_text(SHOWS_SOURCE).partition("```python\n")
    assert output.locator("pre").text_content() == code.removesuffix("```")


def test_the_books_own_output_can_be_brought_back(page, cell):
    cell(PRINTS).run()
    own = cell(PRINTS).el.locator(".cell_output:not(.cr-live-output)")
    assert not own.is_visible()
    cell(PRINTS).press("menu")
    cell(PRINTS).press("printed")
    assert own.is_visible()
    assert cell(PRINTS).output.count() == 0


def test_an_edited_cell_and_what_depends_on_it(page, cell):
    cell("cell-006").run()
    cell(PRINTS).type('X = np.array([[1.0, 2.0]])\nprint("mine", X.shape)')
    page.keyboard.press("Control+Enter")
    cell(PRINTS).wait()
    assert cell(PRINTS).text() == "mine (1, 2)\n"
    assert cell("cell-006").says() == "Something this cell uses has changed since it ran."
    assert "must not be empty" in cell("cell-006").run()
    cell(PRINTS).press("menu")
    cell(PRINTS).press("restart")


def test_an_error_begins_in_the_readers_lines(page, cell):
    cell(PRINTS).type("first = Affine(np.eye(2), np.zeros(2))\nfirst.forward(np.ones((3, 5)))")
    page.keyboard.press("Control+Enter")
    cell(PRINTS).wait()
    short = cell(PRINTS).output.locator("pre").first.inner_text()
    assert short.splitlines()[2].strip() == "first.forward(np.ones((3, 5)))"
    assert short.splitlines()[-1].startswith("ValueError: Affine.forward: x must have shape")
    assert "_validate.py" not in short
    trace = cell(PRINTS).output.locator("details")
    trace.locator("summary").click()
    assert "_validate.py" in trace.inner_text()


def test_all_above_are_run_when_asked(page, cell):
    cell(PRINTS).type("1 / 0")
    cell(PRINTS).press("menu")
    cell(PRINTS).press("again")
    assert cell(PRINTS).source().startswith("rng = ")
    cell("cell-015").press("menu")
    cell("cell-015").press("above")
    cell("cell-015").wait()
    assert "First ran" in cell("cell-015").says()
    assert cell("cell-011").output.locator("svg").count() == 1


def test_a_training_shows_how_far_it_is(page, cell):
    cell(PRINTS).type(
        "from chainrule import SGD, IdentityWithLoss, fit\n"
        "x = np.ones((8, 2))\n"
        "net = Affine(np.zeros((2, 1)), np.zeros(1))\n"
        "history = fit(net, IdentityWithLoss(), SGD(0.01), x, np.ones((8, 1)), epochs=3000,\n"
        "              batch_size=1, rng=np.random.default_rng(0))"
    )
    cell(PRINTS).press()
    page.wait_for_function("(el) => / \\d+\\/3000 /.test(el.textContent)", timeout=WAIT,
                           arg=cell(PRINTS).status.element_handle())  # fmt: skip
    cell(PRINTS).press()  # stops it
    cell(PRINTS).press("menu")
    cell(PRINTS).press("again")


# --- Exercises -----------------------------------------------------------------------------------


def test_an_exercise_is_checked_marked_and_kept(browser):
    with chapter(browser, CHAPTER) as page:
        cell = Cell(page, EXERCISE)
        mark = page.locator('input[data-exercise="sigmoid.by_pencil"]')
        assert cell.run().startswith("✗ Not yet. Nothing is filled in so far.")
        cell.type('my_numbers = [0.8, 0.16, 0.8, 7.39]\ncheck("sigmoid.by_pencil", my_numbers)')
        page.keyboard.press("Control+Enter")
        cell.wait()
        said = cell.text()
        assert said.startswith("✗ Not yet.")
        assert "filled in" not in said
        assert not mark.is_checked()
        cell.type(RIGHT)
        page.keyboard.press("Control+Enter")
        cell.wait()
        assert cell.text().startswith("✓ Right.")
        assert mark.is_checked()

        page.reload()
        assert page.locator('input[data-exercise="sigmoid.by_pencil"]').is_checked()
        cell = Cell(page, EXERCISE)
        assert cell.source().strip() == RIGHT
        cell.press("again")
        assert "None" in cell.source()
        assert not cell.button("again").is_visible()
        page.reload()
        assert "None" in Cell(page, EXERCISE).source()


def test_an_exercise_answered_wrong_is_told_so_in_korean(browser):
    """And what the buttons say, and what cannot be shown whole."""
    with chapter(browser, CHAPTER, folder="ko/book/ko") as page:
        cell = Cell(page, EXERCISE)
        assert cell.button("run").text_content() == "확인"
        said = catalogues.read(catalogues.EXERCISES)
        assert cell.run().startswith(f"✗ 아직입니다. {said['Nothing is filled in so far.']}")
        assert cell.says().startswith("실행했습니다.")
        cell.type('my_numbers = [0.8, 0.8, 0.8, 1]\ncheck("sigmoid.by_pencil", my_numbers)')
        page.keyboard.press("Control+Enter")
        cell.wait()
        own = {said[diagnosis] for _, diagnosis in find("sigmoid.by_pencil").wrong}
        hint = said[find("sigmoid.by_pencil").hint]
        assert cell.text().startswith("✗ 아직입니다. ")
        assert any(each in cell.text() for each in {*own, hint})
        cell.type("print('0' * 10**6)")
        page.keyboard.press("Control+Enter")
        cell.wait()
        assert re.search(r"… 그 밖에 글자 [\d,]+개는 생략했습니다\.", cell.text())
        cell.type(RIGHT)
        page.keyboard.press("Control+Enter")
        cell.wait()
        assert cell.text().startswith("✓ 맞습니다.")
        assert page.locator('input[data-exercise="sigmoid.by_pencil"]').is_checked()


def test_every_cell_of_a_korean_chapter_gives_what_its_page_shows(browser):
    with chapter(browser, "affine", folder="ko/book/ko") as page:
        for bar in page.locator(".cr-live").all():
            cell = Cell(page, bar.get_attribute("data-cell"))
            own = cell.el.locator(".cell_output:not(.cr-live-output)")
            printed = "".join(own.locator(".highlight pre").all_text_contents())
            cell.run()
            assert cell.text() == printed
            assert cell.output.locator("figure").count() == own.locator("figure").count()


def test_two_tabs_keep_what_is_typed_in_either(browser):
    with browser.new_context() as context:
        tabs = [context.new_page() for _ in range(2)]
        for tab in tabs:
            tab.goto(f"{SITE}/book/en/{CHAPTER}.html")
        Cell(tabs[0], EXERCISE).type("my_numbers = [1]")
        Cell(tabs[1], "cell-036").type("my_backward = None")
        for tab in tabs:
            tab.reload()
            assert Cell(tab, EXERCISE).source().strip() == "my_numbers = [1]"
            assert Cell(tab, "cell-036").source().strip() == "my_backward = None"


def test_back_and_forward_leave_a_page_that_works(browser):
    with chapter(browser, CHAPTER) as page:
        Cell(page, EXERCISE).type("my_numbers = [1]")
        assert Cell(page, PRINTS).run() == stored_text(PRINTS)
        page.goto(f"{SITE}/book/en/relu.html")
        page.go_back()
        assert Cell(page, EXERCISE).source().strip() == "my_numbers = [1]"
        assert Cell(page, PRINTS).run() == stored_text(PRINTS)
        page.go_forward()
        page.go_back()
        assert Cell(page, PRINTS).run() == stored_text(PRINTS)


def test_what_is_typed_before_the_editor_is_there_is_kept(browser):
    """The block of code can be typed in by itself; the editor takes its place later."""
    with chapter(browser, CHAPTER) as page:
        page.route("**/editor.js", lambda route: None)  # it never comes
        block = Cell(page, EXERCISE).el.locator("pre[contenteditable]")
        block.click()
        page.keyboard.press("Control+A")
        page.keyboard.type("my_numbers = 5")
        page.unroute_all(behavior="ignoreErrors")
        page.reload()
        assert Cell(page, EXERCISE).source().strip() == "my_numbers = 5"


def test_where_nothing_can_be_stored_it_works_all_the_same(browser):
    refuse = "Object.defineProperty(window, 'localStorage', { get() { throw Error('no'); } });"
    refuse += "Object.defineProperty(window, 'caches', { get() { throw Error('no'); } });"
    with browser.new_context() as context:  # no `visit`: the theme's own first line complains
        page = unfolded(context)
        page.add_init_script(refuse)
        page.goto(f"{SITE}/book/en/{CHAPTER}.html")
        cell = Cell(page, EXERCISE)
        cell.type(RIGHT)
        page.keyboard.press("Control+Enter")
        cell.wait()
        assert cell.text().startswith("✓ Right.")


# --- Keys ----------------------------------------------------------------------------------------


def test_keys_run_go_on_and_leave(page, cell):
    cell("cell-036").type('print("here")')
    page.keyboard.press("Shift+Enter")
    cell("cell-036").wait()
    assert cell("cell-036").text() == "here\n"
    following = cell("cell-037")  # the solution is the next cell
    page.wait_for_function(
        "(el) => el.contains(document.activeElement)", arg=following.el.element_handle()
    )
    cell("cell-036").open()
    page.keyboard.press("Tab")
    assert cell("cell-036").el.locator(".cm-content:focus").count() == 1
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert cell("cell-036").el.locator(".cm-content:focus").count() == 0


def test_shift_enter_goes_past_what_is_folded(browser):
    with visit(browser, f"book/en/{CHAPTER}.html") as page:
        Cell(page, EXERCISE).type("print(1)")
        page.keyboard.press("Shift+Enter")
        Cell(page, EXERCISE).wait()
        page.wait_for_function(
            "(el) => el.contains(document.activeElement)",
            arg=Cell(page, "cell-036").el.element_handle(),
        )


def test_the_focus_stays_at_the_menu(page, cell):
    cell(PRINTS).button("menu").focus()
    for key in ("Enter", "Tab", "Enter"):
        page.keyboard.press(key)
    assert cell(PRINTS).bar.locator("[data-do=menu]:focus").count() == 1
    cell(PRINTS).press("menu")
    cell(PRINTS).press("restart")


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_while_cells_are_used_and_all_fits(browser, width):
    """An editor, a menu, an error, what is printed, a figure; in the light and the dark."""
    with chapter(browser, CHAPTER, width=width, color_scheme="light") as page:
        Cell(page, DRAWS).run()
        Cell(page, SHOWS_SOURCE).run()
        Cell(page, EXERCISE).type("my_numbers = [1, 2")
        Cell(page, EXERCISE).run()
        Cell(page, PRINTS).type("for i in range(3): # a comment\n    print(i, 'text', None, 0x10)")
        Cell(page, PRINTS).run()
        Cell(page, PRINTS).press("menu")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert findings_in_light_and_dark(page) == []


# --- Stopping, and what can go wrong -------------------------------------------------------------


def test_an_endless_loop_is_stopped(browser):
    with chapter(browser, CHAPTER) as page:
        cell = Cell(page, PRINTS)
        cell.type('print("before")\nwhile True:\n    pass')
        page.keyboard.press("Control+Enter")
        cell.output.get_by_text("before").wait_for(timeout=WAIT)
        assert cell.button("run").inner_text() == "Stop"
        cell.press()
        assert cell.says() == "Stopped. Its variables are gone: the next run starts anew."
        assert cell.button("run").inner_text() == "Run"
        cell.type('print("after")')
        assert cell.run() == "after\n"


def test_stop_and_restart_leave_nothing_that_waits(page, cell):
    """And neither a second click nor a second Ctrl+Enter is a Stop."""
    cell("cell-006").run()
    cell(PRINTS).type("import time\ntime.sleep(600)")
    cell(PRINTS).button("run").dblclick()
    page.keyboard.press("Control+Enter")
    assert cell(PRINTS).button("run").inner_text() == "Stop"
    cell("cell-006").press()
    cell("cell-006").press()
    assert cell("cell-006").says() == "Waits for the cell that is running."
    cell(PRINTS).press()
    assert cell(PRINTS).says() == "Stopped. Its variables are gone: the next run starts anew."
    assert cell("cell-006").says() == "Python starts anew with the next run."
    cell(PRINTS).type("print(1)")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")
    cell(PRINTS).wait()
    page.wait_for_function("(el) => el.textContent === 'Done.'", timeout=WAIT,
                           arg=cell(PRINTS).status.element_handle())  # fmt: skip
    assert cell(PRINTS).text() == "1\n"
    cell(PRINTS).type("while True: pass")
    page.keyboard.press("Control+Enter")
    cell("cell-006").press("menu")
    cell("cell-006").press("restart")
    assert cell(PRINTS).says().startswith("Stopped.")
    assert cell(PRINTS).button("run").inner_text() == "Run"
    cell(PRINTS).press("menu")
    cell(PRINTS).press("again")


def test_an_edit_that_is_undone_leaves_nothing_stale(page, cell):
    cell("cell-006").run()
    cell(PRINTS).type("X = 3")
    says = cell("cell-006").status.element_handle()
    page.wait_for_function("(el) => el.textContent.startsWith('Something')", arg=says)
    cell(PRINTS).press("menu")
    cell(PRINTS).press("again")
    page.wait_for_function("(el) => el.textContent === ''", arg=says)


def test_stop_while_the_list_of_cells_is_fetched(browser):
    """The first start must not go on in the worker of the second."""
    with chapter(browser, CHAPTER) as page:
        held = []
        page.route("**/cells/*.json", lambda route: held.append(route))
        cell = Cell(page, PRINTS)
        opened = "window.opens = 0; const send = Worker.prototype.postMessage;"
        opened += "Worker.prototype.postMessage = function (data) {"
        opened += "  window.opens += data.do === 'open'; return send.call(this, data); };"
        page.evaluate(f"() => {{ {opened} }}")
        cell.press()
        cell.press()
        cell.press()
        page.wait_for_function("() => true")
        for route in held:
            route.continue_()
        page.unroute("**/cells/*.json")
        cell.wait()
        assert cell.text() == stored_text(PRINTS)
        assert page.evaluate("window.opens") == 1


def test_much_printing_and_too_much_memory(page, cell):
    cell(PRINTS).type("for i in range(100_000):\n    print(i, 'and so on')")
    page.keyboard.press("Control+Enter")
    cell(PRINTS).wait()
    assert len(cell(PRINTS).text()) < 250_000
    assert "more characters, which are left out." in cell(PRINTS).text()
    cell(PRINTS).type("[np.empty(10**8) for _ in range(20)]")
    page.keyboard.press("Control+Enter")
    cell(PRINTS).wait()
    assert "MemoryError" in cell(PRINTS).text()


def test_python_that_dies_says_so_and_starts_anew(browser):
    with browser.new_context() as context:
        page = unfolded(context)  # no `visit`: this puts errors into the console
        page.goto(f"{SITE}/book/en/{CHAPTER}.html")
        cell = Cell(page, PRINTS)
        cell.type("import ctypes\nctypes.string_at(2**32 - 5, 100)")
        page.keyboard.press("Control+Enter")
        cell.wait()
        assert cell.says().startswith("Python has stopped (")
        cell.type('print("again")')
        assert cell.run() == "again\n"


@pytest.mark.parametrize("broken", ["abort", "wrong bytes"])
def test_a_broken_download_is_refused_and_tried_again(browser, broken):
    with browser.new_context() as context:
        page = unfolded(context)
        wheel = "**/numpy-*.whl"
        page.route(wheel, lambda route: (
            route.abort() if broken == "abort" else route.fulfill(body=b"no wheel at all")
        ))  # fmt: skip
        page.goto(f"{SITE}/book/en/{CHAPTER}.html")
        cell = Cell(page, PRINTS)
        cell.press()
        cell.wait()
        assert cell.says().startswith("Python could not be loaded (")
        assert "Open in Colab" in cell.says()
        page.unroute(wheel)
        assert cell.run() == stored_text(PRINTS)


@pytest.mark.parametrize("name", ["worker.js", "pyodide.asm.wasm"])
@pytest.mark.parametrize("answer", [{"status": 404}, {"body": b"neither", "status": 200}])
def test_what_loads_python_is_missing_or_broken(browser, name, answer):
    with browser.new_context() as context:
        page = unfolded(context)
        page.route(f"**/{name}", lambda route: (
            route.fulfill(content_type=KINDS[name.rpartition(".")[2]], **answer)
        ))  # fmt: skip
        page.goto(f"{SITE}/book/en/{CHAPTER}.html")
        cell = Cell(page, PRINTS)
        cell.press()
        cell.wait()
        says = "Python has stopped (" if name == "worker.js" and "body" in answer else NOT_LOADED
        assert cell.says().startswith(says)
        page.unroute(f"**/{name}")
        assert cell.run() == stored_text(PRINTS)


@pytest.mark.parametrize("stored_code", ["[1]", "7", '{"sigmoid": null}', "no JSON"])
def test_what_is_stored_and_is_not_ours_is_no_hindrance(browser, stored_code):
    once = f"sessionStorage.length || localStorage.setItem('chainrule.code', {stored_code!r});"
    with chapter(browser, CHAPTER, script=f"{once} sessionStorage.setItem('done', 1)") as page:
        Cell(page, EXERCISE).type("my_numbers = [1]")
        page.reload()
        assert Cell(page, EXERCISE).source().strip() == "my_numbers = [1]"


@pytest.mark.parametrize(
    ("script", "reason"),
    [("delete window.WebAssembly;", "it lacks WebAssembly"), ("delete window.Worker;", "lacks")],
)
def test_a_browser_without_what_it_needs_says_what_works(browser, script, reason):
    with visit(browser, f"book/en/{CHAPTER}.html", script=script) as page:
        cell = Cell(page, PRINTS)
        cell.press()
        assert reason in cell.says()
        assert "Open in Colab" in cell.says()


def test_a_page_opened_as_a_file_says_what_works(browser):
    page = browser.new_page()
    page.goto((BUILT / "book" / "en" / f"{CHAPTER}.html").as_uri())
    cell = Cell(page, PRINTS)
    cell.press()
    assert "make serve" in cell.says()
    page.close()


# --- What is loaded, and when --------------------------------------------------------------------


def test_nothing_is_loaded_before_a_button_is_touched(browser):
    with browser.new_context() as context:
        page = unfolded(context)
        found = live_requests(page)
        page.goto(f"{SITE}/book/en/{CHAPTER}.html")
        page.wait_for_load_state("networkidle")
        assert found == ["live.js"]
        cell = Cell(page, PRINTS)
        assert cell.run() == stored_text(PRINTS)
        assert not [name for name in found if name.startswith(("matplotlib", "pillow", "editor"))]
        unfold(page)
        Cell(page, DRAWS).run()
        assert [name for name in found if name.startswith("matplotlib")]

        sizes = json.loads((LIVE / "files.json").read_text(encoding="utf-8"))["sizes"]
        loaded = {name for name in found if name in sizes}
        assert sizes.keys() <= loaded
        found.clear()
        page.goto(f"{SITE}/book/en/relu.html")  # a second page of the visit
        first = page.locator(".cr-live").first.get_attribute("data-cell")
        Cell(page, first).run()
        assert not {name for name in found if name in sizes}


def test_it_starts_when_a_pointer_comes_near(browser):
    with browser.new_context() as context:
        page = unfolded(context)
        found = live_requests(page)
        page.goto(f"{SITE}/book/en/{CHAPTER}.html")
        with page.expect_request("**/pyodide.asm.wasm", timeout=WAIT):
            Cell(page, PRINTS).button("run").hover()
        assert "worker.js" in found


# --- Whole chapters ------------------------------------------------------------------------------

# Cells whose output differs in the browser, and why.
NO_WARNINGS = "WebAssembly raises no flags for overflow, so NumPy cannot warn"
CHAOTIC = "a chaotic training: one rounding more or less, and it ends elsewhere"
EXCEPTIONS = {
    ("convolution", "cell-044"): "another version of Pillow reads the photograph: 2.74, not 2.75",
    ("sigmoid", "cell-021"): NO_WARNINGS,
    ("sigmoid", "cell-023"): "its float32 exp rounds otherwise: y is 1 from x = 17, not 18",
    ("sigmoid", "cell-031"): NO_WARNINGS,
    ("softmax-with-loss", "cell-008"): NO_WARNINGS,
    ("vanishing-gradients", "cell-028"): CHAOTIC,
    ("vanishing-gradients", "cell-042"): CHAOTIC,
}
THREE = ["affine", "relu", "shapes"]
PATIENCE = 1_200_000  # milliseconds: the longest training takes two minutes on a quiet machine


def pytest_generate_tests(metafunc):
    if "whole" in metafunc.fixturenames:
        every = [path.stem for path in chapter_notebooks()]
        chosen = every if metafunc.config.getoption("--every-chapter") else THREE
        metafunc.parametrize("whole", chosen)


def test_every_cell_of_a_chapter_gives_on_the_page_what_the_book_shows(browser, whole):
    (path,) = (path for path in chapter_notebooks() if path.stem == whole)
    cells = {cell.id: cell for cell in code_cells(path)}
    different = {}
    with chapter(browser, whole) as page:
        for bar in page.locator(".cr-live").all():
            name = bar.get_attribute("data-cell")
            cell = Cell(page, name)
            cell.run(patience=PATIENCE)
            if not is_as_stored(cell, stored(cells[name])):
                different[name] = cell.output.inner_text()[-300:]
        count = page.locator(".cr-live").count()
    expected = {name for chapter_name, name in EXCEPTIONS if chapter_name == whole}
    assert different.keys() == expected, "\n".join(f"{n}: {said}" for n, said in different.items())
    live_results.keep(whole, count, expected)


def is_as_stored(cell, outputs):
    """Whether a cell shows on the page what is stored; of a figure only that one is there."""
    shown = cell.output
    printed = "".join(text for kind, text in outputs if kind in ("stdout", "stderr"))
    figures = sum(kind == "html" for kind, _ in outputs)
    sources = "".join(
        text.partition("```python\n")[2].removesuffix("```")
        for kind, text in outputs
        if kind == "markdown"
    )
    drawn = shown.locator(".cr-live-shown > figure").count()
    return drawn == figures and cell.text() == printed + sources


def test_what_is_stored_of_the_last_run_is_about_the_cells_there_are():
    """`make live` runs all chapters, and stores what came of it."""
    record = live_results.read_record()
    assert record.keys() == {path.stem for path in chapter_notebooks()}
    for name, found in record.items():
        assert found["cells"] == len(read(f"book/en/{name}.html").select(".cr-live")), (
            f"{name} has other cells now: run `make live`"
        )
        assert set(found["excepted"]) == {cell for chapter, cell in EXCEPTIONS if chapter == name}


def test_every_cell_that_is_shown_has_its_buttons():
    for path in chapter_notebooks():
        bars = read(f"book/en/{path.stem}.html").select(".cr-live")
        cells = {cell.id: cell for cell in nbformat.read(path, 4).cells}
        shown = [
            name
            for name, cell in cells.items()
            if cell.cell_type == "code" and "remove-cell" not in cell.metadata.get("tags", [])
        ]
        assert [bar["data-cell"] for bar in bars] == shown
        labels = [f"Cell {i + 1}" for i in range(len(bars))]  # or all are "Run" to the ear
        assert [(bar["role"], bar["aria-label"]) for bar in bars] == [("group", x) for x in labels]
        for bar in bars:
            code = bar.find_parent(class_="cell_input").pre.get_text().removesuffix("\n")
            assert code == cells[bar["data-cell"]].source


# --- Weights -------------------------------------------------------------------------------------

LARGEST_FILE = 25_000_000  # bytes, which hosts of pages allow
LOADER_BUDGET = 10_000  # compressed
START_BUDGET = FIGURE_BUDGET = 10_000_000  # compressed


def compressed(*names):
    return sum(len(gzip.compress((LIVE / name).read_bytes(), 6)) for name in names)


def test_what_is_loaded_is_light_and_the_index_says_how_light():
    files = json.loads((LIVE / "files.json").read_text(encoding="utf-8"))
    start, figures = (compressed(*files[key]) for key in ("start", "figures"))
    assert compressed("live.js") <= LOADER_BUDGET
    assert start <= START_BUDGET
    assert figures <= FIGURE_BUDGET
    said = f"The first press loads them, {start / 1e6:.0f} MB, once; the first figure "
    assert said + f"{figures / 1e6:.0f} MB more." in read("book/en/index.html").get_text()


def test_only_what_the_book_uses_is_published():
    files = json.loads((LIVE / "files.json").read_text(encoding="utf-8"))
    ours = {"live.js", "worker.js", "editor.js", "files.json", "lock.json", "pyodide.mjs", "cells"}
    assert {path.name for path in LIVE.iterdir()} == {*files["sizes"], *ours}
    assert max(path.stat().st_size for path in LIVE.iterdir()) < LARGEST_FILE
