"""Every number that a chapter states in its prose is one that it prints, draws or computes with."""

import pytest

from chainrule_dev.prose import is_supported, numbers_in, numbers_shown, statements, unsupported
from chainrule_dev.repository import chapter_notebooks

CHAPTERS = chapter_notebooks()

# {chapter: {the number as it is written: why no cell shows it}}
EXCEPTIONS = {
    "computational-graphs": {"10": "the tax is an input: the code multiplies by 1.1"},
    "dropout": {"3.3": "the square root of 11, rounded: arithmetic, no result of a run"},
    "sigmoid": {
        "1.8": "float64's largest number, stated beside the power of ten that it stands for"
    },
}


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_numbers_in_the_prose_are_shown_by_a_cell(path):
    known = EXCEPTIONS.get(path.stem, {})
    lost = [f"{s.text}: … {s.context} …" for s in unsupported(path) if s.text not in known]
    assert lost == []


@pytest.mark.parametrize("chapter", EXCEPTIONS)
def test_an_exception_is_still_needed_and_has_a_reason(chapter):
    (path,) = [path for path in CHAPTERS if path.stem == chapter]
    needed = {statement.text for statement in unsupported(path)}
    assert EXCEPTIONS[chapter].keys() <= needed
    assert all(len(reason) > 20 for reason in EXCEPTIONS[chapter].values())


# --- The check is checked -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prose", "found"),
    [
        ("It falls to 0.25, or −1.50.", [0.25, -1.5]),
        ("An accuracy of 97.2 % in 20 epochs.", [97.2]),
        ("Ninety, or 90 per cent; 12\u00a0ms; 3 times.", [90, 12, 3]),
        ("Below 10⁻⁹ and 2.5 · 10⁻³.", [1e-9, 2.5e-3]),
        ("All 1,437 of $\\eta = 0.1$.", [1437, 0.1]),
        ("In `x = 0.5`, $$y = 0.7$$ and [here](a-1.5.html) {cite}`b2.5`.", []),
        ("Version 2 of 3 in 1986, x1.5", []),
        ("How many?\n\n- a number from 0.5 to 10¹⁵, on a scale\n\n**2.5**. Why?", [2.5]),
    ],
)
def test_statements(prose, found):
    assert [statement.value for statement in statements(prose)] == pytest.approx(found)


@pytest.mark.parametrize(
    ("prose", "shown", "supported"),
    [
        ("0.25", "0.2448", False),
        ("0.25", "0.2512", True),
        ("0.250", "0.2512", False),
        ("−0.0012", "0.00137", False),
        ("−0.0014", "0.00137", True),
        ("97.2 %", "0.9722", True),
        ("97 %", "96.4", False),
        ("10⁻⁹", "1e-09", True),
        ("2.5 · 10⁻³", "0.00252", True),
        ("2.5 · 10⁻³", "0.0026", False),
        ("1,437", "1437", True),
        ("0.5", "½", True),
    ],
)
def test_a_number_is_supported_by_one_that_rounds_to_it(prose, shown, supported):
    (statement,) = statements(prose)
    assert is_supported(statement, set(numbers_in(shown))) is supported


def test_code_printed_text_tables_and_labels_of_figures_count_and_scripts_do_not():
    html = '<svg aria-label="falls to 3.5"><text>4.5</text></svg><script>5.5</script>'
    outputs = [{"text": "2.5\n"}, {"data": {"text/html": html, "text/plain": "6.5"}}]
    cells = [
        {"cell_type": "code", "source": "%matplotlib inline\nx = 1.5  # 7.5", "outputs": outputs},
        {"cell_type": "markdown", "source": "8.5"},
    ]
    assert numbers_shown(cells) == {1.5, 2.5, 3.5, 4.5, 6.5}
