"""What the explorables share: their stylesheet, their host; and that each is checked."""

import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import chainrule as cr
from chainrule import explore
from chainrule.explore._explorable import stylesheet
from chainrule_dev.browser import SITE, bare_page, visit
from explorables.checks import ExplorableChecks
from explorables.figures import chapter_with, html


def test_html_is_the_same_every_time():
    """In this process, and in another one with other hashes."""
    names = list(explore.__all__)
    code = f"""
import json
from chainrule import explore

print(json.dumps({{name: getattr(explore, name)()._repr_html_() for name in {names}}}))
"""
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "7"},
        capture_output=True,
        encoding="utf-8",
    )
    assert run.returncode == 0, run.stderr
    elsewhere = json.loads(run.stdout)
    for name in names:
        assert getattr(explore, name)()._repr_html_() == html(name) == elsewhere[name], name


def test_pictures_have_their_size_as_soon_as_they_stand_on_the_page(browser):
    """An observer of sizes may report only after a first paint: what is below would move."""
    figures = [html(name) for name in explore.__all__]
    without = "window.ResizeObserver = class { observe() {} disconnect() {} };"
    with visit(browser, "bare", {"bare": bare_page(*figures)}, script=without) as page:
        page.wait_for_function(
            "n => document.querySelectorAll('.cr-explorable-live').length === n", arg=len(figures)
        )
        pictures = page.eval_on_selector_all(
            "svg.cr-canvas", "all => all.map((svg) => [svg.getAttribute('height'), svg.innerHTML])"
        )
    assert len(pictures) >= len(figures)
    assert [height for height, inside in pictures if not height or not inside] == []


def test_rules_of_the_stylesheet_touch_explorables_only():
    css = re.sub(r"/\*.*?\*/|@media[^{]*\{", "", stylesheet(), flags=re.DOTALL)
    selectors = [
        part.strip() for rule in re.findall(r"([^{}]+)\{", css) for part in rule.split(",")
    ]
    assert selectors
    assert [selector for selector in selectors if ".cr-" not in selector] == []


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: explore.sigmoid_slope(x=7), "sigmoid_slope: x must be in −6 … 6, got 7"),
        (lambda: explore.sigmoid_slope(x="1"), "sigmoid_slope: x must be in −6 … 6, got '1'"),
        (lambda: explore.sigmoid_slope(n=0), "sigmoid_slope: n must be in 1 … 30, got 0"),
        (lambda: explore.sigmoid_slope(n=1.5), "sigmoid_slope: n must be in 1 … 30, got 1.5"),
        (
            lambda: explore.vanishing_gradients(depth=31),
            "vanishing_gradients: depth must be in 1 … 30, got 31",
        ),
        (
            lambda: explore.vanishing_gradients(activation=cr.ReLU()),
            "vanishing_gradients: activation must be a layer class or a function that makes a "
            "layer, such as ReLU, got <chainrule.layers.ReLU",
        ),
    ],
)
def test_a_wrong_start_is_refused_with_a_sentence(wrong, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        wrong()


@pytest.mark.parametrize(
    ("part", "package", "use"),
    [("explore", "traitlets", ""), ("drawing", "matplotlib", "drawing.figure()")],
)
def test_without_a_package_the_message_says_what_to_install(part, package, use):
    code = f"""
import sys

sys.modules["{package}"] = None
from chainrule import {part}
{use}
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert run.returncode != 0
    last = run.stderr.strip().splitlines()[-1]
    assert last.startswith(f"ImportError: chainrule.{part} needs the package {package}")
    assert 'pip install "chainrule[book]"' in last


def test_without_anywidget_the_html_is_the_same():
    code = """
import sys

sys.modules["anywidget"] = None
from chainrule import explore

figure = explore.sigmoid_slope()
data, _ = figure._repr_mimebundle_()
assert data["text/html"] == figure._repr_html_()
print(figure._repr_html_())
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert run.stdout == html("sigmoid_slope") + "\n", run.stderr


def test_what_draws_nothing_imports_no_matplotlib():
    code = """
import sys
import chainrule.book, chainrule.drawing, chainrule.exercises, chainrule.explore

print([name for name in sys.modules if name.startswith("matplotlib")])
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert run.stdout == "[]\n", run.stdout + run.stderr


@pytest.mark.parametrize("name", explore.__all__)
def test_every_explorable_has_its_tests(name):
    """One that is added must be played with, too."""
    path = Path(__file__).with_name(f"test_{name}.py")
    assert path.is_file(), f"tests/site/explorables has no {path.name}: see test_sigmoid_slope.py"
    tests = importlib.import_module(f"explorables.{path.stem}")
    checked = [each for each in vars(tests).values() if isinstance(each, type)]
    named = [each.name for each in checked if issubclass(each, ExplorableChecks)]
    assert name in named, f"{path.name} has no subclass of ExplorableChecks with name = {name!r}"


def test_an_explorable_without_tests_or_a_chapter_is_told_what_it_lacks():
    with pytest.raises(AssertionError, match=r"^tests/site/explorables has no test_nothing\.py: "):
        test_every_explorable_has_its_tests("nothing")
    with pytest.raises(AssertionError, match=r"^test_all\.py has no subclass .* name = 'all'"):
        test_every_explorable_has_its_tests("all")
    with pytest.raises(pytest.fail.Exception, match=r"show explore\.nothing\(\) .* got none"):
        chapter_with("nothing")


def test_another_languages_words_are_used_where_there_are_any(browser):
    """The page's language chooses; where it has no words, English stands."""
    made = explore.sigmoid_slope()
    made.words = {**made.words, "ko": {**made.words["en"], "y_is": "값 {x} → {y}"}}
    text = bare_page(made._repr_html_())
    pages = {"ko": text.replace('lang="en"', 'lang="ko-KR"', 1), "fr": text.replace("en", "fr", 1)}
    for language, sentence in [("ko", "값 1.0 → 0.7311"), ("fr", "y = σ(1.0) = 0.7311")]:
        with visit(browser, language, pages) as page:
            page.locator(".cr-explorable-live").wait_for()
            assert sentence in page.locator("p").all_inner_texts()


def test_a_request_that_leaves_is_noticed(browser):
    text = bare_page('<img alt="" src="https://example.org/x.png">')
    with (
        pytest.raises(pytest.fail.Exception, match="a request left for https://example"),
        visit(browser, "leaks", {"leaks": text}) as page,
    ):
        page.wait_for_load_state()


def test_an_error_in_the_module_leaves_the_still_picture(browser):
    text = bare_page(html("sigmoid_slope").replace("function render(", "function broken("))
    with (
        pytest.raises(pytest.fail.Exception, match="render"),
        visit(browser, "broken", {"broken": text}) as page,
    ):
        assert page.locator(".cr-still [role=img]").is_visible()
        assert page.url.startswith(SITE)
