"""Guesses: what the extension makes of the Markdown, what the page does, and the chapters' own."""

import html
import json
import re
from collections import Counter
from types import SimpleNamespace

import pytest
from axe import findings_in_light_and_dark
from built import SITE, chapters, files_of, read
from docutils import nodes
from explorables.node import node as in_node
from guesses_on_a_page import guesses_in, tree_of
from test_pages_in_chromium import shifts, visit_late

import guesses
from chainrule_dev.browser import visit
from chainrule_dev.prose import numbers_shown
from chainrule_dev.repository import ROOT, chapter_notebooks
from chainrule_site.guess_blocks import WORDS, MalformedGuess, to_number

PAGE = "book/en/softmax-with-loss.html"  # it has both kinds, and three questions

CHOICE = """# Title

**Make a guess before you read on.** Which?

- this
- that

<details>
<summary>The answer, once you have guessed</summary>

1. No, because.
2. **Right.** Yes.

</details>
"""
NUMBER = """# Title

**Make a guess.** How many?

- a number from 1 to 1,000

<details>
<summary>The answer, once you have guessed</summary>

**13**, of all.

- 324: too many.

</details>
"""
QUESTION = CHOICE.replace("# Title", "# Title\n\n## Three questions from memory").replace(
    "Make a guess before you read on.", "1."
)


# --- Reading --------------------------------------------------------------------------------------


def test_a_choice_is_read():
    (guess,) = guesses_in(CHOICE)
    assert (guess.kind, guess.is_choice, guess.right) == ("opening", True, 1)
    assert guess.question == "Make a guess before you read on. Which?"


@pytest.mark.parametrize(
    ("scale", "ends"),
    [
        ("from 1 to 1,000", (1, 1000, False)),
        ("from 0.5 to 10⁶, on a scale of powers of ten", (0.5, 1e6, True)),
        ("from −20 to 20", (-20, 20, False)),
    ],
)
def test_a_number_is_read(scale, ends):
    text = NUMBER.replace("from 1 to 1,000", scale).replace("324", "19")
    (guess,) = guesses_in(text)
    assert (guess.low, guess.high, guess.is_logarithmic) == ends
    assert (guess.kind, guess.number, guess.typical) == ("further", 13, [19])


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1,437", 1437), ("−0.5", -0.5), ("10⁻³", 1e-3), ("2.5 · 10⁶", 2.5e6), ("13.", 13),
        ("a few", None), ("1 to 2", None),
    ],
)  # fmt: skip
def test_numbers(written, number):
    assert to_number(written) == number


def test_questions_from_memory_are_read_in_their_section_only():
    assert [guess.kind for guess in guesses_in(QUESTION)] == ["question"]
    assert guesses_in(QUESTION.replace("Three questions from memory", "Exercises")) == []


def test_without_a_list_it_is_a_sentence():
    assert guesses_in("**Make a guess.** What now?\n\nThis.") == []


@pytest.mark.parametrize(
    ("text", "old", "new", "complaint"),
    [
        (CHOICE, "2. **Right.** Yes.\n", "", "2 options, but 1 answers"),
        (CHOICE, "2. **Right.** Yes.", "2. Yes.", "0 do"),
        (CHOICE, "1. No", "1. **Right.** No", "2 do"),
        (CHOICE, "- that\n", "", "two to five options"),
        (CHOICE, "- that\n", "- that\n" + "- more\n" * 4, "there are 6"),
        (CHOICE, "- that\n", "- that\n\n  and more\n", "an option is one line"),
        (CHOICE, "1. No, because.\n2. **Right.** Yes.", "Both.", "one numbered list"),
        (CHOICE, "<summary>The answer, once you have guessed</summary>", "", "no <details>"),
        (CHOICE, "</details>", "", "is not closed"),
        (NUMBER, "**13**, of", "13, of", "does not begin with a number in bold"),
        (NUMBER, "**13**", "**a few**", "does not begin with a number in bold"),
        (NUMBER, "**13**", "**1,013**", "1013 is outside the range from 1 to 1000"),
        (NUMBER, "324: too many", "324 is too many", "a colon"),
        (NUMBER, "324: ", "0: ", "0 is outside the range"),
        (NUMBER, "1 to 1,000", "1,000 to 1", "no range"),
        (NUMBER, "1 to 1,000", "0 to 1,000, on a scale of powers of ten", "positive"),
        (CHOICE + "\n" + CHOICE.removeprefix("# Title"), "", "", "asked twice"),
        (CHOICE + "\n<!-- answers the guess -->\n" * 2, "", "", "two places"),
    ],
)  # fmt: skip
def test_a_malformed_guess_stops_the_build_by_name(text, old, new, complaint):
    changed = text.replace(old, new)
    with pytest.raises(MalformedGuess) as raised:
        guesses_in(changed, "book/en/some-page")
    assert str(raised.value).startswith("book/en/some-page: the guess “Make a guess")
    assert complaint in str(raised.value)


@pytest.mark.parametrize("comment", ["answers the guess", "answers the opening guess"])
def test_a_place_before_any_guess_stops_the_build(comment):
    with pytest.raises(MalformedGuess, match=r"^page: .* has no guess before it"):
        guesses_in(f"<!-- {comment} -->\n\n{NUMBER if 'opening' in comment else ''}")


def test_a_place_in_a_list_stops_the_build():
    with pytest.raises(MalformedGuess, match="stands within a list"):
        guesses_in(CHOICE + "\n- item\n\n  <!-- answers the guess -->\n")


def test_a_place_answers_the_last_guess_or_the_opening_one():
    text = CHOICE + NUMBER.replace("# Title", "") + "\n<!-- answers the guess -->\n\nText.\n"
    opening, further = guesses_in(text)
    assert (opening.place, further.place is None) == (None, False)
    opening, further = guesses_in(text.replace("the guess -->", "the opening guess -->"))
    assert (opening.place is None, further.place) == (False, None)


def test_its_name_changes_with_the_question_and_the_options():
    texts = [CHOICE, CHOICE.replace("Which?", "Who?"), CHOICE.replace("- this", "- these")]
    names = {guesses_in(text)[0].name for text in texts}
    assert len(names) == 3
    assert guesses_in(CHOICE.replace("No, because.", "No."))[0].name in names


# --- Forms and folds ------------------------------------------------------------------------------


def made(markdown):
    """A page after both steps of the extension."""
    app = SimpleNamespace(
        config=SimpleNamespace(language="en"), env=SimpleNamespace(docname="book/en/page")
    )
    doctree = tree_of(markdown)
    guesses.make_forms(app, doctree)
    guesses.add_folds(app, doctree, "book/en/page")
    return doctree


def outline(doctree):
    """The page as one line: the forms, what is in <cr-folded>, and the places."""
    parts = []
    for node in doctree.findall(nodes.Element):
        if isinstance(node, nodes.raw):
            parts.append(
                {"<c": "[", "</": "]"}.get(node.astext()[:2]) if "cr-f" in node.astext() else None
            )
        elif isinstance(node, guesses.GuessForm | guesses.GuessPlace):
            parts.append("form" if isinstance(node, guesses.GuessForm) else "place")
        elif isinstance(node, nodes.title):
            parts.append(f"#{node.astext()}")
        elif isinstance(node, nodes.paragraph) and isinstance(node.parent, nodes.section):
            parts.append(node.astext())
    return " ".join(part for part in parts if part)  # fmt: skip


def test_without_a_place_only_the_answer_is_folded():
    assert outline(made(CHOICE + "\nText.\n")) == "#Title form [ ] Text."


def test_all_up_to_the_end_of_the_answer_is_folded_section_by_section():
    text = CHOICE + (
        "\nA.\n\n## One\n\nB.\n\n## Two\n\nC.\n\n### Three\n\nD.\n\n"
        "<!-- answers the guess -->\n\nE.\n\n## Four\n\nF.\n"
    )
    doctree = made(text)
    expected = "#Title form [ A. #One B. ] [ #Two C. ] [ #Three D. place E. ] #Four F."
    assert outline(doctree) == expected
    (form,) = doctree.findall(guesses.GuessForm)
    assert set(form["inside"]) == {"one", "two", "three"}


def test_a_guess_in_a_section_folds_up_to_a_place_in_a_later_one():
    text = f"# Title\n\n## One\n\n{NUMBER.removeprefix('# Title')}\nA.\n\n## Two\n\nB.\n\n" + (
        "<!-- answers the guess -->\n\nC.\n"
    )
    assert outline(made(text)) == "#Title #One form [ 13, of all. A. ] [ #Two B. place C. ]"


def test_folds_within_a_fold_are_nested():
    text = CHOICE + NUMBER.removeprefix("# Title") + (
        "\nA.\n\n<!-- answers the guess -->\n\nB.\n\n<!-- answers the opening guess -->\n\nC.\n"
    )  # fmt: skip
    assert outline(made(text)) == "#Title form [ form [ 13, of all. A. place B. ] place C. ]"


def test_what_answers_a_guess_is_folded_up_to_the_next_guess_or_section():
    other = NUMBER.removeprefix("# Title").replace(
        "Make a guess before you read on.", "Make a guess."
    )
    text = CHOICE + "\nA.\n\n<!-- answers the guess -->\n\nB.\n" + other + "\nC.\n"
    assert outline(made(text)) == "#Title form [ A. place B. ] form [ 13, of all. ] C."


def test_folds_that_cross_stop_the_build():
    text = CHOICE + NUMBER.removeprefix("# Title") + (
        "\nA.\n\n<!-- answers the opening guess -->\n\nB.\n\n<!-- answers the guess -->\n\nC.\n"
    )  # fmt: skip
    with pytest.raises(MalformedGuess, match=r"book/en/page: .*How many.*within"):
        made(text)


@pytest.mark.parametrize(("width", "expected"), [(360, 1), (1, 0.01), (2, 0.01), (20, 0.1)])
def test_a_slider_moves_in_round_steps(width, expected):
    assert guesses.step({"low": 0, "high": width}) == pytest.approx(expected)


def test_every_sentence_of_the_script_is_in_each_language():
    for table in (guesses.WORDS, guesses.SCRIPT_WORDS, WORDS):
        assert len({frozenset(words) for words in table.values()}) == 1


# --- On the page ----------------------------------------------------------------------------------

KEY = "chainrule.guesses"
on_its_page = pytest.mark.inputs(of=lambda item: files_of(PAGE))
OPENING = "form.cr-guess >> nth=0"
NUMERIC = "form.cr-guess >> nth=1"
FOLDED = "#from-scores-to-probabilities h2"
LAPTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}


def opened(browser, path=PAGE, texts=None, **options):
    return visit(browser, path, texts, read_on=False, **(LAPTOP | options))


def is_shown(page, selector):
    return page.locator(selector).first.evaluate("(element) => element.checkVisibility()")


def guess_the_same(page):
    page.locator(OPENING).get_by_label("the same").check()
    page.locator(OPENING).get_by_role("button").click()


@on_its_page
def test_a_choice_that_is_right(browser):
    with opened(browser) as page:
        assert not is_shown(page, FOLDED)
        guess_the_same(page)
        assert is_shown(page, FOLDED)
        result = page.locator(OPENING).get_by_role("status")
        assert result.inner_text().startswith("✓ You guessed: the same.")
        assert "Only the differences of scores count" in result.inner_text()
        assert result.locator("p, div").count() == 2 + result.locator("div p").count()
        marks = page.locator(f"{OPENING} >> .cr-option-mark")
        assert marks.all_inner_texts() == ["✓ your guess, and right"]
        assert page.locator("cr-guessed").first.inner_text() == "You guessed: the same. Right."
        focused = page.evaluate("document.activeElement.textContent")
        assert focused == "Guess again", "the focus stays on the button"


@on_its_page
def test_a_choice_that_is_wrong_is_answered_and_so_is_the_right_one(browser):
    with opened(browser) as page:
        page.locator(OPENING).get_by_label("more wrong").focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        result = page.locator(OPENING).get_by_role("status").inner_text()
        assert result.index("✗ You guessed: more wrong.") < result.index(
            "takes the size of a score"
        )
        assert result.index("✓ It is: the same.") < result.index("Only the differences")
        assert "Right." not in result
        marks = page.locator(f"{OPENING} >> .cr-option-mark").all_inner_texts()
        assert marks == ["✗ your guess", "✓ right"]
        assert (
            page.locator("cr-guessed").first.inner_text()
            == "You guessed: more wrong. It is not so."
        )
        assert page.evaluate("document.activeElement.type") == "radio"


@on_its_page
def test_a_number(browser):
    """Its slider waits at the low end: in the middle it might suggest the answer."""
    with opened(browser) as page:
        form = page.locator(NUMERIC)
        assert form.get_by_role("slider").input_value() == "-1"
        form.get_by_role("slider").focus()
        page.keyboard.press("End")
        assert form.get_by_role("textbox").input_value() == "3"
        form.get_by_role("textbox").fill("0.7")
        assert float(form.get_by_role("slider").input_value()) == pytest.approx(0.7)
        assert form.get_by_role("slider").get_attribute("aria-valuetext") == "0.7"
        page.keyboard.press("Enter")
        result = form.get_by_role("status").inner_text()
        assert result.startswith("You said 0.7; it is 0: 0.7 too high.")
        assert "what the network said minus what was true" in result
        assert "1: that is what the probabilities add up to" not in result, "0.7 is not near 1"
        assert page.locator("cr-guessed").nth(1).inner_text() == "You guessed 0.7: 0.7 too high."
        page.wait_for_timeout(600)  # a second press at once is the echo of the first
        form.get_by_role("button").click()
        form.get_by_role("textbox").fill("0.95")
        page.wait_for_timeout(600)
        form.get_by_role("button").click()
        assert (
            "1: that is what the probabilities add up to" in form.get_by_role("status").inner_text()
        )


@on_its_page
@pytest.mark.parametrize("typed", ["", "-2", "7"])
def test_a_number_outside_is_asked_for_again(browser, typed):
    with opened(browser) as page:
        page.locator(NUMERIC).get_by_role("textbox").fill(typed)
        page.locator(NUMERIC).get_by_role("button").click()
        said = page.locator(NUMERIC).get_by_role("status").inner_text()
        assert said == "A number from −1 to 3, please."
        assert page.evaluate("document.activeElement.type") == "text"
        assert page.evaluate(f"localStorage.getItem('{KEY}')") is None


NUMBERS = {
    "6.5": 6.5, "6,5": 6.5, ".5": 0.5, "0,125": 0.125, "−3": -3, "2e-4": 2e-4, " 7 ": 7,
    "1,000": 1000, "12,345.6": 12345.6, "10^-6": 1e-6, "10⁻⁶": 1e-6, "2 · 10⁻⁶": 2e-6,
    "2x10^5": 2e5, "2,5·10⁻³": 2.5e-3, "abc": None, "": None, "1,2,3": None, "10-6": None,
    "3 10": None, "6,5,": None,
}  # fmt: skip


def test_a_number_is_read_as_people_write_it(tmp_path):
    text = (ROOT / "book/_scripts/guess/read.js").read_text(encoding="utf-8")
    found = in_node(text, "return data.map(js.numberIn);", list(NUMBERS), tmp_path)  # NaN is null
    assert dict(zip(NUMBERS, found, strict=True)) == NUMBERS


@on_its_page
def test_a_decimal_comma_is_none_for_thousands(browser):
    with opened(browser) as page:
        form = page.locator(NUMERIC)
        form.get_by_role("textbox").press_sequentially("0,7")
        page.keyboard.press("Enter")
        assert form.get_by_role("status").inner_text().startswith("You said 0.7;")


@on_its_page
def test_showing_without_a_choice_asks_for_one(browser):
    with opened(browser) as page:
        page.locator(OPENING).get_by_role("button").click()
        assert (
            page.locator(OPENING).get_by_role("status").inner_text()
            == "Choose one of the answers first."
        )
        assert not is_shown(page, FOLDED)


@on_its_page
def test_a_guess_is_kept_and_forgotten(browser):
    with opened(browser) as page:
        guess_the_same(page)
        page.reload()
        assert is_shown(page, FOLDED)
        assert page.locator(OPENING).get_by_label("the same").is_checked()
        assert page.locator("cr-guessed").first.inner_text() == "You guessed: the same. Right."
        page.locator(OPENING).get_by_role("button", name="Guess again").click()
        assert not is_shown(page, FOLDED)
        assert page.locator(f"{OPENING} >> input:checked").count() == 0
        assert page.locator("cr-guessed").first.inner_text() == ""
        assert page.evaluate(f"localStorage.getItem('{KEY}')") == "{}"
        page.wait_for_timeout(600)
        guess_the_same(page)
        page.once("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Forget my marks and guesses").click()
        assert not is_shown(page, FOLDED)
        assert page.get_by_role("button", name="Forget my marks and guesses").is_disabled()


@on_its_page
def test_a_second_press_at_once_does_not_undo_the_first(browser):
    with opened(browser) as page:
        page.locator(OPENING).get_by_label("the same").check()
        page.locator(OPENING).get_by_role("button").dblclick()
        assert is_shown(page, FOLDED)


@on_its_page
def test_who_reads_on_is_told_nothing(browser):
    with opened(browser) as page:
        page.locator(OPENING).get_by_role("link", name="just read on").click()
        assert is_shown(page, FOLDED)
        page.reload()
        assert is_shown(page, FOLDED)
        assert page.locator("cr-guessed").first.inner_text() == ""
        assert not page.locator(OPENING).get_by_role("link", name="just read on").is_visible()
        guess_the_same(page)
        assert page.locator("cr-guessed").first.inner_text() == "You guessed: the same. Right."


@on_its_page
def test_a_question_folds_its_answer_only(browser):
    with opened(browser) as page:
        question = page.locator("form.cr-guess").nth(2)
        answer = page.locator(f"cr-folded[guess={question.get_attribute('id')}]")
        assert not is_shown(page, f"cr-folded[guess={question.get_attribute('id')}] summary")
        question.get_by_role("link", name="just see the answer").click()
        assert answer.locator("ol").is_visible()
        assert page.locator("#in-one-line-each h2").is_visible()


@on_its_page
def test_what_was_said_to_another_question_is_dropped(browser):
    stored = {"en/softmax-with-loss": {"guess-00000000": 1}, "en/relu": {"guess-00000000": 2}}
    script = f"localStorage.setItem('{KEY}', '{json.dumps(stored)}')"
    with opened(browser, script=script) as page:
        assert not is_shown(page, FOLDED)
        assert json.loads(page.evaluate(f"localStorage.getItem('{KEY}')")) == {
            "en/relu": {"guess-00000000": 2}
        }


@on_its_page
@pytest.mark.parametrize(
    "found",
    [
        "{",
        "null",
        "7",
        "[]",
        '{"en/softmax-with-loss": 3}',
        '{"en/softmax-with-loss": {"NAME": []}}',
        '{"en/softmax-with-loss": {"NAME": 9}}',
        '{"en/softmax-with-loss": {"NAME": -1}}',
        '{"en/softmax-with-loss": {"NAME": 0.5}}',
    ],
)
def test_what_another_page_left_in_the_storage_is_no_error(browser, found):
    name = read(PAGE).select_one("form.cr-guess")["id"]
    script = f"localStorage.setItem('{KEY}', {json.dumps(found.replace('NAME', name))})"
    with opened(browser, script=f"if (!localStorage.length) {script}") as page:
        assert page.locator(OPENING).get_by_role("button").inner_text() == "Show me"
        guess_the_same(page)
        page.reload()
        assert page.locator("cr-guessed").first.inner_text() == "You guessed: the same. Right."


# To this script only: the theme's own stumbles over a browser that refuses it.
REFUSE = """for (const name of ["getItem", "setItem"]) {
  const given = Storage.prototype[name];
  Storage.prototype[name] = function (key, ...rest) {
    if (key.includes("guess")) throw new DOMException("denied", "SecurityError");
    return given.call(this, key, ...rest);
  };
}"""


@on_its_page
def test_a_browser_that_keeps_nothing_is_no_error(browser):
    with opened(browser, script=REFUSE) as page:
        guess_the_same(page)
        assert is_shown(page, FOLDED)
        assert page.locator("cr-guessed").first.inner_text() == "You guessed: the same. Right."


@on_its_page
def test_a_guess_made_in_another_tab_is_shown(browser):
    with opened(browser) as page, page.context.expect_page() as tab:
        page.evaluate("window.open(location.href)")
        guess_the_same(tab.value)
        page.wait_for_function("document.querySelector('cr-guessed').textContent")
        assert is_shown(page, FOLDED)


# --- It opens by every road -----------------------------------------------------------------------


@on_its_page
@pytest.mark.parametrize(
    ("target", "is_inside"), [("from-scores-to-probabilities", True), ("exercises", False)]
)
def test_an_address_leads_into_the_fold(browser, target, is_inside):
    with opened(browser, f"{PAGE}#{target}") as page:
        assert is_shown(page, FOLDED) is is_inside
        assert page.locator(f"#{target} h2").first.is_visible()
        top = page.locator(f"#{target}").evaluate("e => e.getBoundingClientRect().top")
        assert -5 < top < 200
        assert page.evaluate(f"localStorage.getItem('{KEY}')") is None, "for this visit only"


@on_its_page
def test_the_list_of_sections_leads_into_the_fold(browser):
    with opened(browser) as page:
        page.locator("#pst-page-toc-nav a[href='#from-scores-to-probabilities']").click()
        assert is_shown(page, FOLDED)
        top = page.locator(FOLDED).evaluate("e => e.getBoundingClientRect().top")
        assert -5 < top < 250


@on_its_page
def test_where_the_browser_finds_nothing_in_folds_links_lead_there_all_the_same(browser):
    """And a link that was followed before does so again, when the text was folded anew."""
    cannot = "delete HTMLElement.prototype.onbeforematch;"
    with opened(browser, f"{PAGE}#from-scores-to-probabilities", script=cannot) as page:
        assert is_shown(page, FOLDED)
        guess_the_same(page)
        page.wait_for_timeout(600)  # a second press at once is the echo of the first
        page.locator(OPENING).get_by_role("button").click()
        assert page.locator("cr-folded").first.get_attribute("hidden") == ""
        page.locator("#pst-page-toc-nav a[href='#from-scores-to-probabilities']").click()
        assert is_shown(page, FOLDED)


@on_its_page
def test_a_search_within_the_page_leads_into_the_fold(browser):
    with opened(browser) as page:
        fold = page.locator("cr-folded").first
        assert fold.get_attribute("hidden") == "until-found"
        assert fold.evaluate("e => getComputedStyle(e).display") == "block", "or it finds nothing"
        assert fold.evaluate("e => e.getBoundingClientRect().height") == 0
        # What the browser says when it has found something, and live.js to show a cell that failed.
        page.locator(FOLDED).dispatch_event("beforematch", {"bubbles": True})
        assert is_shown(page, FOLDED)


@on_its_page
def test_a_link_to_words_leads_into_the_fold(browser):
    """The browser itself looks for them, as for what one types into its search."""
    with opened(browser, f"{PAGE}#:~:text=Probabilities%20are%20positive") as page:
        page.wait_for_function("document.querySelector('cr-folded:not([hidden])')")
        assert is_shown(page, FOLDED)


@on_its_page
def test_on_paper_and_without_scripts_all_stands_as_in_markdown(browser):
    for options in ({}, {"java_script_enabled": False}):
        with opened(browser, **options) as page:
            if not options:
                page.emulate_media(media="print")
            assert page.locator(FOLDED).is_visible()
            assert page.locator("form.cr-guess input, form.cr-guess button").count() > 5
            for part in page.locator("form.cr-guess :is(input, button, a:not(legend *))").all():
                assert not part.is_visible()
            bullet = "getComputedStyle(document.querySelector('form.cr-guess ul')).listStyleType"
            assert options or page.evaluate(bullet) == "disc"
            assert page.locator("form.cr-guess li").first.inner_text() == "more wrong"
            assert page.locator("cr-folded details summary").first.is_visible()


# --- Nothing moves, all fits, axe finds nothing ---------------------------------------------------


@on_its_page
@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("said", ["nothing", "guess"])
def test_a_page_with_guesses_holds_still(browser, size, said):
    name = read(PAGE).select_one("form.cr-guess")["id"]
    stored = json.dumps({"en/softmax-with-loss": {name: 1}} if said == "guess" else {})
    keep = f"localStorage.setItem('{KEY}', '{stored}');"
    with visit_late(browser, PAGE, read_on=False, also=keep, **size) as page:
        assert shifts(page) == []
        assert is_shown(page, FOLDED) is (said == "guess")
    with visit_late(browser, f"{PAGE}#from-scores-to-probabilities", read_on=False, **size) as page:
        assert shifts(page) == []


@on_its_page
@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_axe_finds_nothing_before_and_after_and_nothing_is_too_wide(browser, size):
    with visit(browser, PAGE, read_on=False, color_scheme="light", **size) as page:
        found = findings_in_light_and_dark(page)
        page.emulate_media(color_scheme="light")
        page.locator(OPENING).get_by_label("more wrong").check()
        page.locator(OPENING).get_by_role("button").click()
        page.locator(NUMERIC).get_by_role("textbox").fill("0.97")
        page.locator(NUMERIC).get_by_role("button").click()
        assert found + findings_in_light_and_dark(page) == []
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"]


@on_its_page
def test_its_lines_are_no_longer_than_those_of_prose(browser):
    with opened(browser) as page:
        page.locator(OPENING).get_by_label("more wrong").check()
        page.locator(OPENING).get_by_role("button").click()
        widths = "(all) => all.map((each) => each.getBoundingClientRect().width)"
        prose = page.locator(".bd-article > section > p").evaluate_all(widths)
        inside = page.locator(f"{OPENING} >> legend, p").evaluate_all(widths)
        assert max(inside) <= max(prose) + 1


def compared(page, guess, **facts):
    """The sentence for a guessed number, of a form with these facts."""
    facts = {"answer": 13, "low": 0, "high": 360, "log": False, "typical": []} | facts
    form = html.escape(json.dumps(facts))
    page.evaluate(
        """([facts, guess]) => {
          const form = document.querySelectorAll("form.cr-guess")[1].cloneNode(true);
          form.id = `try-${Math.random()}`;
          form.dataset.facts = facts;
          const answer = document.createElement("details");
          const ready = document.createElement("cr-guess-ready");
          ready.setAttribute("guess", form.id);
          const field = form.querySelector("[type=text]");
          document.querySelector("article").append(form, answer, ready);
          field.value = guess;
          form.requestSubmit();
        }""",
        [html.unescape(form), str(guess)],
    )
    return page.locator("form.cr-guess").last.get_by_role("status").inner_text().strip()


@on_its_page
def test_how_far_off_is_said_by_difference_or_by_factor(browser):
    log = {"log": True, "low": 1e-9, "high": 1e6}
    with opened(browser) as page:
        for guess, facts, sentence in [
            (40, {}, "You said 40; it is 13: 27 too high."),
            (12.5, {}, "You said 12.5; it is 13: 0.5 too low."),
            (13, {}, "✓ You said 13, and 13 it is."),
            (0.3, {"answer": 0.1}, "You said 0.3; it is 0.1: 0.2 too high."),
            (-2, {"answer": -0.5, "low": -9}, "You said −2; it is −0.5: 1.5 too low."),
            (40, log, "You said 40; it is 13: 3.1 times too high."),
            (2e-6, log | {"answer": 1}, "You said 2 · 10⁻⁶; it is 1: 500,000 times too low."),
            (13.5, log, "✓ You said 13.5; it is 13: as good as right."),
        ]:
            assert compared(page, guess, **facts) == sentence


# --- The chapters' own ----------------------------------------------------------------------------

NOTEBOOKS = chapter_notebooks()
by_chapter = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells_of(path):
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def markdown_of(path):
    texts = ["".join(c["source"]) for c in cells_of(path) if c["cell_type"] == "markdown"]
    return "\n\n".join(texts)


def guesses_of(path):
    return guesses_in(markdown_of(path), path.stem)


@by_chapter
def test_a_chapter_opens_with_one_guess(path):
    text = markdown_of(path)
    found = guesses_of(path)
    assert [guess.kind for guess in found].count("opening") == 1
    assert found[0].kind == "opening", "it is the first"
    written = re.findall(r"\*\*(?:Make a guess|Guess|Two guesses|A guess)", text)
    assert len(written) == sum(guess.kind != "question" for guess in found), "each has its list"


@by_chapter
def test_a_chapter_ends_with_three_questions(path):
    titles = [line for line in markdown_of(path).splitlines() if line.startswith("## ")]
    at = titles.index("## Three questions from memory")
    assert titles[at + 1 :] in ([], ["## In one line each"])
    questions = [guess for guess in guesses_of(path) if guess.kind == "question"]
    starts = [guess.question.partition(" ")[0] for guess in questions]
    assert starts == ["1.", "2.", "3."]


@by_chapter
def test_numbers_that_answer_a_guess_are_shown_by_a_cell(path):
    shown = numbers_shown(cells_of(path))
    for guess in guesses_of(path):
        assert guess.is_choice or any(
            abs(number) * factor == pytest.approx(abs(guess.number), rel=0.05)
            for number in shown
            for factor in (1, 100)
        ), guess.question


@by_chapter
def test_every_wrong_option_has_a_sentence(path):
    for guess in guesses_of(path):
        if guess.is_choice:
            (answers,) = [each for each in guess.answer if isinstance(each, nodes.enumerated_list)]
            for item in answers:
                assert len(item.astext().removeprefix("Right.").split()) >= 4, item.astext()
                assert item.astext().rstrip()[-1] in ".!?)", item.astext()


def test_the_right_answer_is_not_always_in_the_same_place():
    choices = [guess for path in NOTEBOOKS for guess in guesses_of(path) if guess.is_choice]
    places = Counter(guess.right for guess in choices)
    assert places.most_common(1)[0][1] <= 0.5 * len(choices), places


def test_every_guess_of_a_chapter_is_a_form_on_its_page():
    for chapter in chapters():
        path = SITE.parents[1] / f"{chapter}.ipynb"
        if path in NOTEBOOKS:
            forms = len(read(f"{chapter}.html").select("form.cr-guess"))
            assert forms == len(guesses_of(path)), chapter
