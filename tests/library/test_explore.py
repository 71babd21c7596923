"""What the explorables compute their numbers with, on examples small enough to check by hand.

Each explorable as a whole, in a browser, is tested in tests/site/explorables.
"""

import json
from types import SimpleNamespace

import numpy as np
import pytest

import chainrule as cr
from chainrule.explore import _activations, _explorable, _gradient_table, _spread_table
from chainrule.explore import _training_runs as training_runs


class Constant(cr.Layer):
    def forward(self, x):
        return np.full_like(x, 0.5)

    def backward(self, dout):
        return 0 * dout


class Beyond(cr.Sigmoid):
    """From 0 to 1.004: what the range is rounded to is no end that it goes beyond."""

    def forward(self, x):
        return 1.004 * super().forward(x)


class Bent(cr.Layer):
    """Nearly the identity: of 1 it makes 1.01, of a small number that number."""

    def forward(self, x):
        return x + x**3 / 100


# --- activations --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("activation", "low", "high", "is_open"),
    [
        (cr.Sigmoid, 0, 1, [False, False]),
        (cr.Tanh, -1, 1, [False, False]),
        (cr.ReLU, 0, 3, [False, True]),
        (Beyond, 0, 1, [False, False]),
        (Constant, -0.5, 1.5, [False, False]),
    ],
)
def test_the_shape_of_an_activation_is_asked_of_the_layer(activation, low, high, is_open):
    assert _activations.shape_of(activation)[:3] == (low, high, is_open)


@pytest.mark.parametrize(
    ("activation", "name"),
    [(cr.Sigmoid, "Sigmoid (yours)"), (cr.ReLU, "ReLU (yours)"), (Constant, "Constant")],
)
def test_a_readers_own_activation_has_a_name_of_its_own(activation, name):
    found, first = _activations.with_own("here", activation)
    assert first == name
    assert list(found) == ["sigmoid", "tanh", "ReLU", name] and found[name] is activation


def test_a_histogram_by_hand():
    """√(1/4) of 15 is 7.5; what is outside or no number counts at an end."""
    assert _activations.histogram(np.array([0.1, 0.2, 0.3, 0.4, 0.9]), 0, 1, 2) == "f8"
    assert _activations.histogram(np.array([0.0, 1.0]), 0, 1, 3) == "f0f"
    assert _activations.histogram(np.array([-9.0, 9.0]), 0, 1, 3) == "f0f"
    assert _activations.histogram(np.array([np.nan, np.inf]), 0, 1, 3) == "00f"


# --- vanishing_gradients ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("norm", "level"),
    [
        (1, 0),
        (1e-3, -1500),
        (0, -150_000),
        (np.inf, 150_000),
        (np.nan, 150_000),
        (1e-320, -150_000),
    ],
)
def test_a_norm_is_kept_in_five_hundredths_of_a_decade(norm, level):
    assert _gradient_table.quantised(norm) == level


@pytest.mark.parametrize(
    ("number", "text"), [(0, "A"), (1, "C"), (-1, "D"), (15, "e"), (16, "gB"), (-16, "hB")]
)
def test_a_number_is_packed_five_bits_a_letter(number, text):
    assert _gradient_table._vlq(number) == text


# --- initialization -----------------------------------------------------------------------------


def test_spread_and_growth_by_hand():
    """Two units of standard deviation 1 and 3; a root mean square of 1, then 2, then 4."""
    assert _spread_table.spread(np.array([[0.0, 0.0], [2.0, 6.0]])) == 2
    assert _spread_table.growth([np.array([1.0, -1.0]), np.zeros(2), np.array([4.0, -4.0])]) == 2


@pytest.mark.parametrize(
    ("activation", "kept"),
    [
        (cr.ReLU, (0.5, True)),
        (cr.Tanh, (1.0, False)),
        (Bent, (1.0, False)),
        (cr.Sigmoid, (None, False)),
    ],
)
def test_the_part_of_the_mean_square_that_is_kept(activation, kept):
    assert _spread_table.kept_of(activation) == kept


def test_three_digits_are_kept_and_no_infinity():
    found = [_spread_table._three_digits(v) for v in (0.123456, 98765.0, np.inf, np.nan)]
    assert found == [0.123, 98800.0, None, None]


# --- training -----------------------------------------------------------------------------------


def test_the_runs_are_written_by_batch_and_then_by_rate_a_run_a_line(tmp_path, monkeypatch):
    monkeypatch.setattr(training_runs, "FILE", tmp_path / "runs.json")
    monkeypatch.setattr(training_runs, "RATES", (0.1, 0.2, 0.3))
    monkeypatch.setattr(training_runs, "BATCHES", (4, 16))
    monkeypatch.setattr(
        training_runs, "train", lambda lr, batch: {"epochs": [lr, batch], "steps": [batch, lr]}
    )
    training_runs.write()
    text = training_runs.FILE.read_text(encoding="utf-8")
    rows = [[[lr, batch] for lr in (0.1, 0.2, 0.3)] for batch in (4, 16)]
    assert json.loads(text)["epochs"] == rows
    assert json.loads(text)["steps"] == [[run[::-1] for run in row] for row in rows]
    assert text.count("\n[") == 12, "what changes in one run changes one line"


# --- what all share -----------------------------------------------------------------------------


class Figure(_explorable.Explorable):
    """An explorable of nothing but its traits."""

    _esm = "export default {};"
    some = _explorable.Reals(0, 1, 2, 3)
    rows = _explorable.Square(2, -1, 1)
    number = _explorable.Real(-1, 1)
    kind = _explorable.OneOf("</script>", "b")
    _hidden = _explorable.Real(0, 1)

    def still(self):
        return SimpleNamespace(svg="<svg></svg>")


def test_nothing_in_the_state_or_the_words_ends_an_element():
    html = Figure(words={"en": {"caption": "a < b & <c>"}})._repr_html_()
    assert "a &lt; b &amp; &lt;c&gt;" in html
    assert html.count("</script>") == 2, "that of the state and that of the script"
    state = html.partition('<script type="application/json">')[2].partition("</script>")[0]
    assert json.loads(state)["kind"] == "</script>"


def test_ipywidgets_7_has_no_way_to_show_it_without_its_html():
    """Its widgets have a method that IPython asks first, and that knows nothing of HTML."""
    assert Figure()._ipython_display_ is None
    assert repr(Figure()) == "[Explorable: Figure]"


def test_the_state_is_what_is_the_explorables_own():
    assert set(Figure().state()) == {"some", "rows", "number", "kind", "words", "names"}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"some": [0.5]}, "some must be 2 … 3 numbers in 0 … 1, got"),
        ({"some": [0.5] * 4}, "some must be 2 … 3 numbers in 0 … 1, got"),
        ({"some": [0.5, True]}, "some must be 2 … 3 numbers in 0 … 1, got"),
        ({"some": 0.5}, "some must be 2 … 3 numbers in 0 … 1, got"),
        ({"rows": [[0, 0], [0, np.nan]]}, "rows must be 2 rows of 2 numbers in −1 … 1, got"),
        ({"rows": [[0, 0], [0]]}, "rows must be 2 rows of 2 numbers in −1 … 1, got"),
        ({"rows": [[0, 0], [0, 2]]}, "rows must be 2 rows of 2 numbers in −1 … 1, got"),
        ({"number": True}, "number must be in −1 … 1, got True"),
        ({"number": np.nan}, "number must be in −1 … 1, got nan"),
        ({"kind": "c"}, "kind must be one of '</script>', 'b', got 'c'"),
    ],
)
def test_a_wrong_value_is_refused_by_name(wrong, message):
    with pytest.raises(ValueError, match=message):
        Figure(**wrong)


def test_a_module_must_take_what_all_share_once(monkeypatch):
    texts = {"_explorable.js": "export const a = 1;\n", "own.js": "export default {};\n"}
    monkeypatch.setattr(_explorable, "_text", texts.get)
    with pytest.raises(ValueError, match=r"own\.js must import from .* once, got 0"):
        _explorable.module.__wrapped__("own.js")
    texts["own.js"] = 'import { a } from "./_explorable.js";\nexport default { a };\n'
    assert _explorable.module.__wrapped__("own.js").count("import") == 0
