"""chainrule.drawing and chainrule.book: graphs, figures, show_source and agreement."""

import inspect
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from chainrule import Add, Affine, Exp, MatMul, Mul, Reciprocal, Repeat, numerical_gradient
from chainrule.book import agreement, pytorch_numbers, show_source
from chainrule.book.source import _without_docstring
from chainrule.drawing import BLUE, INK, Graph, draw_digit, figure, show
from chainrule.drawing.graph import format_number


def sigmoid_graph(x):
    g = Graph()
    start = g.input("x", x)
    minus = g.apply(Mul(), start, g.input("−1", -1.0), label="×")
    exp = g.apply(Exp(), minus, label="exp")
    total = g.apply(Add(), exp, g.input("1", 1.0), label="+")
    g.apply(Reciprocal(), total, label="1/x", name="y")
    return g


def affine_graph():
    g = Graph()
    product = g.apply(
        MatMul(), g.input("X", [[1, 1], [2, 3]]), g.input("W", [[1, 2, 3], [4, 5, 6]]), label="@"
    )
    rows = g.apply(Repeat(2), g.input("b", [7, 8, 9]), label="rep")
    g.apply(Add(), product, rows, label="+", name="Y")
    return g


def simple_figure(shift=0.0):
    fig, ax = figure(3, 2)
    ax.plot([0, 1, 2], [shift, 1, 0])
    ax.set_xlabel("$x$")
    return show(fig, alt="A broken line.")


# --- graphs ---------------------------------------------------------------------------------------


def test_a_graph_computes_the_gradient_of_what_it_computes():
    g = sigmoid_graph(0.7).backward()
    slope = numerical_gradient(lambda x: float(sigmoid_graph(x).values[-1].value), np.array(0.7))
    assert float(g.inputs[0].grad) == pytest.approx(float(slope), rel=1e-8)


def test_gradients_add_where_a_value_is_used_twice():
    g = Graph()
    x, y = g.input("x", 3), g.input("y", 2)
    g.apply(Mul(), x, g.apply(Add(), x, y, label="+"), label="×")
    g.backward()
    assert (float(x.grad), float(y.grad)) == (8.0, 3.0)
    assert sorted(float(part) for part in x.uses.values()) == [3.0, 5.0]


def test_a_second_backward_does_not_accumulate():
    g = sigmoid_graph(1.0)
    first = float(g.backward().inputs[0].grad)
    assert float(g.backward().inputs[0].grad) == first


def test_backward_starts_from_the_gradient_it_is_given():
    ones, threes = sigmoid_graph(0.7).backward(), sigmoid_graph(0.7).backward(3.0)
    assert float(threes.inputs[0].grad) == pytest.approx(3 * float(ones.inputs[0].grad))


def test_a_use_that_leads_nowhere_any_more_is_forgotten():
    """The graph grew, and what was its end no longer is on the way to the new one."""
    g = Graph()
    x = g.input("x", 2.0)
    g.apply(Exp(), x, label="exp")
    g.backward()
    g.apply(Mul(), x, g.input("y", 5.0), label="×")
    g.backward()
    assert [float(part) for part in x.uses.values()] == [float(x.grad)] == [5.0]


def test_a_value_of_another_graph_is_refused():
    with pytest.raises(ValueError, match=r"Graph\.apply: sources must be Values of this graph"):
        Graph().apply(Exp(), Graph().input("x", 1), label="exp")


@pytest.mark.parametrize("make", [lambda: sigmoid_graph(1.0), affine_graph])
def test_a_drawing_is_well_formed_and_says_in_words_what_it_shows(make):
    g = make().backward(1.0)
    svg = ET.fromstring(g.draw().svg)
    assert svg.get("role") == "img"
    for value in g.values:
        for row in np.atleast_2d(value.grad):
            assert format_number(row[0] if row.size == 1 else row) in svg.get("aria-label")
    assert g.draw(alt="My words").alt == "My words"


def test_a_drawing_shows_gradients_only_after_backward_and_only_when_wanted():
    g = sigmoid_graph(1.0)
    assert "cr-orange" not in g.draw().svg
    assert "cr-orange" in g.backward().draw().svg
    assert "cr-orange" not in g.draw(gradients=False).svg


def texts(picture):
    return [element.text for element in ET.fromstring(picture.svg).findall(".//{*}text")]


def test_a_drawing_shows_numbers_only_when_wanted_and_with_the_digits_wanted():
    g = sigmoid_graph(0.7)
    assert {"0.7", "0.4966", "0.6682"} < set(texts(g.draw()))
    assert {"0.7", "0.5", "0.67"} < set(texts(g.draw(digits=2)))
    without = ["x", "×", "−1", "exp", "+", "1", "1/x", "y"]
    assert sorted(texts(g.draw(values=False))) == sorted(without)


def test_arrows_without_numbers_are_shorter():
    """Twelve columns fit a laptop's page: at two thirds of their width, 672 pixels."""
    g = Graph()
    value = g.input("x", 2.0)
    for _ in range(11):
        value = (
            g.apply(Exp(), value, label="exp")
            if value.value < 1
            else g.apply(Reciprocal(), value, label="1/x")
        )
    bare, full = (ET.fromstring(g.draw(values=v).svg) for v in (False, True))
    assert int(bare.get("width")) * 2 / 3 < 672 < int(full.get("width")) * 2 / 3


def test_the_two_arrows_of_a_value_that_a_node_takes_twice_are_told_apart():
    g = Graph()
    x = g.input("x", 3.0)
    g.apply(Mul(), x, x, label="×")
    _, one, other, _ = re.findall(r'<path d="([^"]*)"', g.draw().svg)
    assert one != other


def test_a_name_may_have_any_letter():
    g = Graph()
    g.apply(Exp(), g.input("a<b", 1.0), label="&", name='"y"')
    assert {"a<b", "&", '"y"'} < set(texts(g.draw()))


@pytest.mark.parametrize("make", [lambda: sigmoid_graph(1.0), affine_graph])
def test_everything_drawn_lies_inside_the_picture(make):
    svg = ET.fromstring(make().backward(1.0).draw().svg)
    width, height = float(svg.get("width")), float(svg.get("height"))
    for element in svg.iter("{http://www.w3.org/2000/svg}text"):
        half = len(element.text) * 7.4 / 2
        x, y = float(element.get("x")), float(element.get("y"))
        left = {"start": 0, "middle": half, "end": 2 * half}[element.get("text-anchor")]
        assert x - left >= 0
        assert x - left + 2 * half <= width
        assert 10 <= y <= height


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (-0.0, "0"),
        (-1.5, "−1.5"),
        (1 / 3, "0.3333"),
        (1e-8, "1e−8"),
        (-2.5e9, "−2.5e9"),
        ([1, -2], "[1 −2]"),
    ],
)
def test_numbers_are_written_for_readers(number, text):
    assert format_number(number) == text


# --- figures --------------------------------------------------------------------------------------


def test_a_figure_is_the_same_to_the_byte_each_time():
    assert simple_figure().svg == simple_figure().svg


def test_a_changed_figure_changes():
    assert simple_figure().svg != simple_figure(shift=0.1).svg


@pytest.mark.parametrize("alt", ["A broken line.", 'x < 1 & "y" > 2'])
def test_a_figure_is_well_formed_and_carries_its_alt_text(alt):
    fig, _ = figure()
    svg = ET.fromstring(show(fig, alt).svg)
    assert svg.get("aria-label") == svg.find("{*}metadata").text.strip() == alt


def test_a_figure_has_the_size_asked_for_and_shrinks_to_three_quarters():
    svg = ET.fromstring(simple_figure().svg)
    assert [svg.get(name) for name in ("width", "height")] == ["288", "192"]
    assert svg.get("viewBox") == "0 0 288 192"
    assert svg[1].get("transform") == "scale(1.3333)", "Matplotlib counts 72 points an inch"
    assert svg.get("style") == "min-width: 216px"


def test_places_are_written_to_a_hundredth_of_a_point():
    """What two machines round in other ways in the last digit is the same here."""
    places = re.findall(r' (?:d|x|y)="([^"]*)"', simple_figure(1 / 3).svg)
    assert len(places) > 10
    assert not re.findall(r"\d\.\d{3}", " ".join(places))


def test_a_logarithmic_axis_is_marked_at_a_few_powers_of_ten_evenly():
    fig, ax = figure()
    ax.set(xscale="log", xlim=(1e-14, 1), yscale="log", ylim=(1, 1e3))
    show(fig, alt="Axes.")
    assert np.log10(ax.get_xticks()).tolist() == [-12, -9, -6, -3, 0]
    assert np.log10(ax.get_yticks()).tolist() == [0, 1, 2, 3]
    assert not len(ax.get_xticks(minor=True))


def test_a_filled_shape_without_an_outline_has_no_dashes():
    fig, ax = figure()
    shape, *_ = ax.fill([0, 1, 1], [0, 0, 1], linewidth=0, linestyle="--")
    show(fig, alt="A triangle.")
    assert shape.get_linestyle() in ("-", "solid")


def test_a_figure_without_alt_text_is_refused():
    fig, _ = figure()
    with pytest.raises(ValueError, match="show: alt must say in words"):
        show(fig, alt=" ")


def test_two_figures_on_a_page_share_no_id():
    ids = [set(re.findall(r'id="([^"]+)"', simple_figure(shift).svg)) for shift in (0.0, 0.1)]
    assert ids[0]
    assert not ids[0] & ids[1]
    references = re.findall(r'(?:url\(#|href="#)([^)"]+)', simple_figure().svg)
    assert set(references) == ids[0]


def test_a_figure_takes_its_colours_from_the_page_and_leaves_the_page_its_own():
    svg = simple_figure().svg
    assert INK not in svg
    assert "currentColor" in svg
    assert svg.count(BLUE) == svg.count(f"var(--cr-blue, {BLUE})") > 0
    assert "<style" not in svg


def test_a_digit_is_drawn_where_its_ink_is():
    """The three pixels in the upper right, where x is large and y small; ink beyond 1 is 1."""
    image = np.zeros((8, 8))
    image[0, 5:] = [1, 2, 1]
    _, ax = figure(1, 1)
    draw_digit(ax, image.ravel(), title="8")
    (patch,) = ax.patches  # one shade, one path
    squares = patch.get_path().vertices.reshape(3, 5, 2)
    np.testing.assert_array_equal(squares.min(axis=1), [[4.5, -0.5], [5.5, -0.5], [6.5, -0.5]])
    assert patch.get_alpha() == 1
    assert ax.get_title() == "8"


# --- panels ---------------------------------------------------------------------------------------


def three_by_two(**options):
    """Two rows and three columns, a legend below, and the picture shown with these options."""
    fig, axes = figure(6.4, 3, rows=2, columns=3, sharey="row")
    for n, ax in enumerate(axes.flat):
        ax.plot([0, 1], [0, n + 1], label="line" if n == 0 else None)
        ax.set_xlabel(f"$x_{n}$")
    axes[0, 0].set_ylabel("height")
    fig.legend(loc="outside lower center")
    return axes, show(fig, "Six slopes.", **options)


def boxes(picture):
    """The rows of a picture, each a list of the panels' (left, top, width, height)."""
    rows = ET.fromstring(picture.svg).findall("div")
    return [[tuple(map(int, svg.get("viewBox").split())) for svg in row] for row in rows]


@pytest.mark.parametrize(("apart", "panels"), [(False, [3, 1]), (True, [3, 3, 1])])
def test_each_column_is_a_panel_and_with_apart_each_row_too(apart, panels):
    assert list(map(len, boxes(three_by_two(apart=apart)[1]))) == panels


@pytest.mark.parametrize("apart", [False, True])
def test_panels_side_by_side_are_the_whole_figure(apart):
    """Each begins where its neighbour ends, and a row where the one above it does."""
    *rows, legend = boxes(three_by_two(apart=apart)[1])
    heights = [row[0][3] for row in rows]
    for row, top in zip(rows, np.cumsum([0, *heights]), strict=False):
        lefts, tops, widths, row_heights = zip(*row, strict=True)
        assert list(lefts) == [0, *np.cumsum(widths)[:-1]]
        assert sum(widths) == 614
        assert set(tops) == {top}
        assert len(set(row_heights)) == 1
    ((left, top, width, height),) = legend
    assert top == sum(heights)
    assert top + height == 288
    assert 0 < left < left + width < 614


def test_panels_are_one_picture_to_a_screen_reader_with_its_words_once():
    root = ET.fromstring(three_by_two()[1].svg)
    assert (root.get("role"), root.get("aria-label")) == ("img", "Six slopes.")
    svgs = root.findall(".//{*}svg")
    assert [svg.get("aria-label") for svg in svgs] == [None] * 4
    assert [element.text.strip() for element in root.iter() if "metadata" in element.tag] == [
        "Six slopes."
    ]


def test_panels_wrap_when_a_tenth_does_not_help_and_shrink_to_three_quarters():
    svg = ET.fromstring(three_by_two()[1].svg).find(".//{*}svg")
    width = int(svg.get("width"))
    style = dict(part.split(": ") for part in svg.get("style").split("; "))
    assert style["flex"] == f"{width} 1 {0.9 * width:.0f}px"
    assert style["min-width"] == f"{0.75 * width:.0f}px"
    assert style["max-width"] == f"{width}px"


def test_each_panel_holds_only_what_is_drawn_in_it():
    """A line has one panel: the lines of all together are as many as there are axes."""
    lines = [svg.count("stroke-width: 1.8") for svg in three_by_two()[1].svg.split("</svg>")]
    assert lines == [2, 2, 2, 1, 0]


def test_panels_of_a_shared_axis_have_its_labels_each():
    axes, _ = three_by_two()
    assert [ax.get_ylabel() for ax in axes[0]] == ["height"] * 3
    assert all(ax.yaxis.get_tick_params()["labelleft"] for ax in axes.flat)


def test_panels_are_the_same_to_the_byte_each_time_and_share_no_id():
    picture = three_by_two()[1].svg
    assert picture == three_by_two()[1].svg
    ids = re.findall(r' id="([^"]+)"', picture)
    assert ids
    assert len(ids) == len(set(ids))


def test_a_figure_with_words_of_its_own_stays_whole():
    fig, _ = figure(columns=2)
    fig.suptitle("Both")
    assert ET.fromstring(show(fig, "Two.").svg).tag.endswith("svg")


# --- source and agreement -------------------------------------------------------------------------


def test_show_source_shows_what_runs():
    shown = show_source(Affine, docstring=True)
    assert repr(shown) == inspect.getsource(Affine)
    assert shown._repr_markdown_().startswith("`chainrule/layers.py`\n\n```python\nclass Affine")
    without = repr(show_source(Affine))
    assert '"""' not in without
    assert without.endswith(repr(shown).split('"""')[2].lstrip("\n"))


def test_what_has_no_docstring_loses_none():
    class Plain:
        def method(self):
            """The method's own."""

    text = inspect.getsource(Plain)
    assert _without_docstring(text, Plain) == text


def test_show_source_shows_what_np_errstate_wraps():
    assert "self._input(x)" in repr(show_source(Affine.forward))


def test_show_source_refuses_what_is_not_ours():
    with pytest.raises(ValueError, match="show_source: thing must be defined in chainrule"):
        show_source(np.linalg.norm)


def test_agreement_prints_every_route(capsys):
    agreement(by_hand=[1.0, -0.0], pytorch=[1.0, 1e-9])
    assert (
        capsys.readouterr().out
        == "by hand  [1. 0.]\nPyTorch  [1. 0.]\n         all 2 agree to 1e-06\n"
    )


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ([1.0, 2.001], "a and b differ by 0.001"),
        ([[1.0, 2.0]], r"a has shape \(2,\), b \(1, 2\)"),
        ([1.0, np.nan], "a and b differ by nan"),
    ],
)
def test_agreement_refuses_to_agree(other, message):
    with pytest.raises(AssertionError, match=message):
        agreement(a=[1.0, 2.0], b=other)


def test_agreement_is_of_every_route():
    with pytest.raises(AssertionError, match="a and c differ by 1"):
        agreement(a=1.0, b=1.0, c=2.0)


def test_agreement_needs_two():
    with pytest.raises(ValueError, match="at least two routes"):
        agreement(a=1.0)


def test_pytorch_numbers_of_an_unknown_example_are_refused():
    with pytest.raises(ValueError, match="pytorch_numbers: example must be one of"):
        pytorch_numbers("nothing")
