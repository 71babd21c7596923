"""What the checks say in Korean: nothing is missing, nothing of a message is lost."""

import re
from string import Formatter

import numpy as np
import pytest

import chainrule.book
from chainrule.exercises import _language, find, verdict
from chainrule_dev import catalogues
from chainrule_dev.exercises import ALL

HANGUL = re.compile("[가-힣]")


@pytest.fixture
def in_korean():
    chainrule.book.language("ko")
    yield
    chainrule.book.language("en")


# --- The catalogues -------------------------------------------------------------------------------


@pytest.mark.parametrize("path", catalogues.CATALOGUES, ids=lambda path: path.stem)
def test_a_catalogue_has_what_there_is_to_say_and_nothing_else(path):
    messages, korean = catalogues.CATALOGUES[path](), catalogues.read(path)
    assert sorted(messages.keys() - korean.keys()) == [], "write their Korean"
    text = path.read_text(encoding="utf-8")
    assert text == catalogues.text_of(path, messages, korean), "run `python tools/korean.py`"


def placeholders(message):
    return sorted(name for _, name, _, _ in Formatter().parse(message) if name)


NUMBERS = re.compile(r"\d+\.\d+")


@pytest.mark.parametrize("path", catalogues.CATALOGUES, ids=lambda path: path.stem)
def test_a_translation_keeps_what_is_filled_in_and_the_numbers(path):
    for message, korean in catalogues.read(path).items():
        if path != catalogues.FIGURES and re.search(r"\{[a-z]+\}", message):
            assert placeholders(korean) == placeholders(message), message
        assert sorted(NUMBERS.findall(korean)) == sorted(NUMBERS.findall(message)), message
        assert HANGUL.search(korean), message


# After a slot nobody knows the last sound: only what is the same after all sounds may follow.
AFTER_SLOT = re.compile(
    r"\{[a-z]+\}(?:은|는|이(?!고|다|며|ㄴ)|가|을|를|과|와|으로|로|이어야|여야)(?![가-힣])"
)


def test_no_particle_follows_a_slot_whose_sound_is_unknown():
    said = [*catalogues.read(catalogues.EXERCISES).values()]
    said += [*catalogues.read(catalogues.CHECKS).values()]
    assert [korean for korean in said if AFTER_SLOT.search(korean)] == []
    assert AFTER_SLOT.search("답은 {kind}을 기대합니다.")
    assert not AFTER_SLOT.search("답은 {kind}입니다. {number}개를")


def test_the_compiled_catalogue_is_that_of_the_text():
    compiled = catalogues.EXERCISES.with_suffix(".mo").read_bytes()
    assert compiled == catalogues.compiled(catalogues.EXERCISES), "run `python tools/korean.py`"


# --- The checks -----------------------------------------------------------------------------------


def test_a_language_without_a_catalogue_is_refused():
    with pytest.raises(ValueError, match=r"language: must be one of 'en', 'ko', got 'de'"):
        chainrule.book.language("de")
    assert verdict(find("relu.four_gates"), None) == "✗ Not yet. Nothing is filled in so far."


@pytest.mark.parametrize("name", ALL)
def test_a_right_answer_is_praised_in_korean(name, in_korean):
    exercise = find(name)
    said = verdict(exercise, exercise.right)
    assert said.startswith("✓ 맞습니다.")
    assert exercise.praise not in said or not exercise.praise


@pytest.mark.parametrize("name", ALL)
def test_a_foreseen_mistake_is_named_in_korean(name, in_korean):
    exercise = find(name)
    for answer, diagnosis in exercise.wrong:
        said = verdict(exercise, answer)
        assert said == f"✗ 아직입니다. {_language.translated(diagnosis)}"
        assert HANGUL.search(said.partition(". ")[2])


ANSWERS = [
    None,
    7,
    "text",
    (1, 2),
    [1, [2, 3]],
    1j,
    np.ones((2, 3)),
    np.ones(4) * 1j,
    object(),
    {"a": 1},
    len,
    lambda *arguments: None,
    lambda *arguments: 1 / 0,
    lambda *arguments: arguments,
    lambda *arguments: "text",
]
# What is no sentence of ours: names and values of Python's.
FOREIGN = re.compile(
    r"\b(?:None|True|False|object|ZeroDivisionError|division by zero|return|text|nan|array|inf|"
    r"TypeError|ValueError|RecursionError)\b"
)
ENGLISH = re.compile(r"[A-Za-z]{3,} [A-Za-z]{2,}")


@pytest.mark.parametrize("name", ALL)
def test_whatever_the_answer_is_the_verdict_is_korean(name, in_korean):
    for answer in ANSWERS:
        said = verdict(find(name), answer)
        hint = _language.translated(find(name).hint)
        own = FOREIGN.sub("", said.replace(hint, "")) if hint else FOREIGN.sub("", said)
        assert HANGUL.search(own)
        assert not ENGLISH.search(own.partition("오류가 났습니다:")[0]), said


def test_a_sentence_is_put_together_in_korean(in_korean):
    gates = find("relu.four_gates")
    assert verdict(gates, [1, 2, 3]).startswith(
        "✗ 아직입니다. 답을 보면 맞는 형상은 (4,)인데 답의 형상은 (3,)입니다."
    )
    assert "[0] 자리에서 맞는 값은 -1인데 답은 1입니다" in verdict(gates, [1, 2, 3, 4])
    leaky = find("relu.leaky")
    assert "함수를 써야 하는데 답은 수 하나입니다." in verdict(leaky, 7)
    assert "코드에서 ZeroDivisionError 오류가 났습니다" in verdict(leaky, lambda *a: 1 / 0)
