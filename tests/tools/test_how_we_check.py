"""The page "How we check" has the present results of the checks, and its example fails as shown."""

import os
import re
from types import SimpleNamespace

import numpy as np
import pytest

import chainrule as cr
import how_we_check
from chainrule_dev import catalogues
from chainrule_dev.cases import CASES
from chainrule_dev.mutants import MUTANTS, Mutant
from how_we_check import GENERATORS, KOREAN_PAGE, PAGE, REJECTIONS, below, bound, power, updated

TEXT = PAGE.read_text(encoding="utf-8")


def test_the_page_is_what_the_checks_find():
    if updated(TEXT) != TEXT:
        pytest.fail(f"{PAGE.name} is out of date: run `make notebooks`, or tools/how_we_check.py")


def test_the_korean_page_is_what_the_checks_find_in_korean():
    text, words = KOREAN_PAGE.read_text(encoding="utf-8"), catalogues.read(catalogues.CHECKS)
    assert updated(text, words) == text, "run `make notebooks`, or tools/how_we_check.py"
    assert re.findall("^% made: (.*)$", text, re.MULTILINE) == list(GENERATORS)


def test_the_page_shows_everything_that_is_made_once():
    assert re.findall("^% made: (.*)$", TEXT, re.MULTILINE) == list(GENERATORS)
    assert TEXT.count("% end\n") == len(GENERATORS)


def test_the_example_fails_with_the_message_that_the_page_shows():
    (code,) = re.findall("```python\n(.*?)```", TEXT, re.DOTALL)
    (shown,) = re.findall("```text\n(.*?)\n```", TEXT, re.DOTALL)
    with pytest.raises(cr.GradientCheckError) as caught:
        exec(code, {})
    assert f"GradientCheckError: {caught.value}" == shown


def test_a_changed_number_is_noticed():
    row = re.search(r"^\| `Affine` \| (\d+) \|.*$", TEXT, re.MULTILINE)
    forged = TEXT.replace(row[0], row[0].replace(f"| {row[1]} |", f"| {int(row[1]) + 1} |"))
    assert forged != TEXT
    assert updated(forged) == updated(TEXT)


def test_an_error_has_its_bound_and_keeps_the_one_stated_while_it_fits():
    assert (bound(4e-9), bound(6e-9), bound(1e-9)) == (-8, -7, -8)
    assert (bound(6e-9, -8), bound(1.1e-10, -8)) == (-8, -8)  # another processor's error
    assert (bound(1.1e-8, -8), bound(0.9e-10, -8)) == (-7, -9)  # no longer below; far below
    assert (below(None, ""), below(4e-9, ""), below(6e-9, "10⁻⁸")) == ("equal", "10⁻⁸", "10⁻⁸")
    assert how_we_check.exponent(power(-12)) == -12


def test_a_surviving_mutant_stops_the_page(monkeypatch):
    case = CASES["ReLU rows"]
    monkeypatch.setitem(MUTANTS, "ReLU", Mutant(cr.ReLU, case))
    how_we_check.rejections.cache_clear()
    with pytest.raises(AssertionError, match="the mutant ReLU was not rejected"):
        how_we_check.rejections()


def test_every_way_to_be_rejected_is_told_apart():
    how_we_check.rejections.cache_clear()
    found = {how for _, how in how_we_check.rejections()}
    assert {"other numbers", "wrong shape", "no gradient", "changes `dout`"} <= found
    assert found <= {short for _, short in REJECTIONS}


def test_a_rejection_without_a_short_name_stops_the_page():
    with pytest.raises(LookupError, match=r"REJECTIONS in .* has no name for: out of reach"):
        how_we_check.reason(cr.GradientCheckError("out of reach"))


def test_a_layer_without_pytorchs_answers_stops_the_page(monkeypatch):
    monkeypatch.setattr(how_we_check, "gradient_errors", lambda: {"NewLayer": (4, 1e-9)})
    with pytest.raises(LookupError, match=r"reference has no NewLayer\.npz: run make_reference"):
        how_we_check.layers("")


def test_a_layer_whose_gradient_is_off_stops_the_page(monkeypatch):
    class Wavy(cr.Affine):
        def forward(self, x):
            return super().forward(x) + 1e-7 * np.sin(1e3 * x).sum(axis=1, keepdims=True)

    case = CASES["Affine square"]._replace(layer_class=Wavy)
    monkeypatch.setattr("chainrule_dev.cases.CASES", {"broken": case})
    how_we_check.gradient_errors.cache_clear()
    with pytest.raises(cr.GradientCheckError):
        how_we_check.gradient_errors()
    how_we_check.gradient_errors.cache_clear()


def test_a_stale_page_is_written_again_and_a_fresh_one_left_alone(tmp_path, monkeypatch):
    page = tmp_path / "page.md"
    monkeypatch.setattr(how_we_check, "ROOT", tmp_path)
    monkeypatch.setattr(how_we_check, "PAGE", page)
    korean = tmp_path / "korean.md"
    monkeypatch.setattr(how_we_check, "KOREAN_PAGE", korean)
    korean.write_text("글.\n\n% made: totals\n% end\n", encoding="utf-8")
    block = re.search(r"^% made: totals\n.*?% end\n", updated(TEXT), re.MULTILINE | re.DOTALL)[0]
    page.write_text(f"Prose.\n\n{block.replace('In short', 'Long ago')}", encoding="utf-8")
    how_we_check.main()
    assert page.read_text(encoding="utf-8") == f"Prose.\n\n{block}"
    assert re.search(r"계층 \d+개", korean.read_text(encoding="utf-8"))
    os.utime(page, (0, 0))
    how_we_check.main()
    assert page.stat().st_mtime == 0


def test_a_bar_in_a_description_does_not_end_its_cell(monkeypatch):
    mutant = SimpleNamespace(right=cr.ReLU, description="|x| for x.")
    monkeypatch.setattr(how_we_check, "rejections", lambda: [(mutant, "other numbers")])
    assert r"| `ReLU` | \|x\| for x. | other numbers |" in how_we_check.mutants("")
