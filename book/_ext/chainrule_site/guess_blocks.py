"""Guesses as they stand in Markdown: a question, a list, and the answers in a <details>.

`find_guesses` recognises them among the nodes of a page and refuses malformed ones. What becomes of
them on the page is the business of guesses.py. CONTRIBUTING.md ("Chapters") has the convention.
"""

import re
from dataclasses import dataclass, field
from hashlib import sha256

from docutils import nodes
from sphinx.errors import ExtensionError

from chainrule_dev.superscripts import FROM_UP

WORDS = {
    "en": {
        "opening": "Make a guess before you read on.",
        "further": "Make a guess.",
        "questions": "Three questions from memory",
        "numbers": ("1.", "2.", "3."),
        "right": "Right.",
        "range": r"a number from (?P<low>\S+) to (?P<high>\S+?)"
        r"(?P<log>, on a scale of powers of ten)?",
    },
    "ko": {
        "opening": "더 읽기 전에 어림해 보세요.",
        "further": "어림해 보세요.",
        "questions": "책을 덮고 답하는 세 질문",
        "numbers": ("1.", "2.", "3."),
        "right": "맞습니다.",
        "range": r"(?P<low>\S+?)부터 (?P<high>\S+?)까지의 수(?P<log>, 10의 거듭제곱 눈금)?",
    },
}
PLACE = re.compile(r"<!--\s*answers the (?P<opening>opening )?guess\s*-->")
NUMBER = re.compile(
    r"(?P<sign>[-−+]?)(?:(?:(?P<mantissa>[\d,]*\.?\d+)\s*[·×]\s*)?10(?P<power>[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
    r"|(?P<plain>[\d,]*\.?\d+))"
)


class MalformedGuess(ExtensionError):
    """A guess that is not as the convention has it; it stops the build."""


@dataclass
class Guess:
    """A guess, and the nodes that it is made of, which are siblings."""

    kind: str  # "opening", "further" or "question"
    paragraph: nodes.paragraph
    options: nodes.bullet_list
    answer: list  # the nodes from <details> to </details>
    right: int | None = None  # of a choice, counted from 0
    number: float | None = None  # of a number, as all that follows
    low: float | None = None
    high: float | None = None
    is_logarithmic: bool = False
    typical: list = field(default_factory=list)  # wrong numbers with a sentence each
    place: nodes.raw | None = None

    @property
    def is_choice(self):
        return self.right is not None

    @property
    def question(self):
        return " ".join(self.paragraph.astext().split())

    @property
    def name(self):
        """It changes with the question, or with an option: then what was guessed is void."""
        text = "\n".join([self.question, *(each.astext() for each in self.options)])
        return f"guess-{sha256(text.encode()).hexdigest()[:8]}"


def find_guesses(doctree, words, page):
    """The guesses of a page, in their order, with their places; raises MalformedGuess."""
    guesses = []
    for node in list(doctree.findall(lambda n: isinstance(n, nodes.paragraph | nodes.raw))):
        if isinstance(node, nodes.paragraph) and (kind := kind_of(node, words)):
            guesses += [guess] if (guess := read_guess(kind, node, words, page)) else []
        elif isinstance(node, nodes.raw) and (found := PLACE.fullmatch(node.astext().strip())):
            give_place(node, bool(found["opening"]), guesses, page)
    names = [guess.name for guess in guesses]
    for guess in guesses:
        if names.count(guess.name) > 1:
            raise malformed(page, guess.question, "this question is asked twice")
    return guesses


def malformed(page, question, complaint):
    return MalformedGuess(f"{page}: the guess “{question}”: {complaint}")


# --- The parts ------------------------------------------------------------------------------------


def kind_of(paragraph, words):
    """What kind of guess begins with this paragraph; None if none does."""
    start = leading_bold(paragraph)
    if start is None or not isinstance(paragraph.parent, nodes.section | nodes.document):
        return None
    if start in (words["opening"], words["further"]):
        return "opening" if start == words["opening"] else "further"
    section = paragraph.parent
    title = section[0].astext() if isinstance(section, nodes.section) else ""
    return "question" if title == words["questions"] and start in words["numbers"] else None


def read_guess(kind, paragraph, words, page):
    """The guess that begins with a paragraph. Without a list after it, it is only a sentence."""
    following = paragraph.parent[paragraph.parent.index(paragraph) + 1 :]
    if not following or not isinstance(following[0], nodes.bullet_list):
        return None
    guess = Guess(kind, paragraph, following[0], [])

    def refuse(complaint):
        raise malformed(page, guess.question, complaint)

    guess.answer = answer_in(following[1:], refuse)
    ranged = re.fullmatch(words["range"], guess.options[0].astext().strip())
    if len(guess.options) == 1 and ranged:
        read_number(guess, ranged, refuse)
    else:
        read_choice(guess, words["right"], refuse)
    return guess


def answer_in(following, refuse):
    """The nodes from <details> to </details>, which come first."""
    if not following or not is_html(following[0], r"<details>\s*<summary>.*</summary>"):
        refuse("no <details> with a <summary> follows its list")
    for count, node in enumerate(following):
        if is_html(node, r"</details>"):
            return following[: count + 1]
    refuse("its <details> is not closed")


def is_html(node, pattern):
    return isinstance(node, nodes.raw) and re.fullmatch(pattern, node.astext().strip(), re.DOTALL)


def read_choice(guess, right, refuse):
    count = len(guess.options)
    if not 2 <= count <= 5:
        refuse(f"two to five options are needed, or one “a number from … to …”; there are {count}")
    for option in guess.options:
        if len(option) != 1 or not isinstance(option[0], nodes.paragraph):
            refuse(f"an option is one line; “{option.astext()}” is more")
    lists = [node for node in guess.answer if isinstance(node, nodes.enumerated_list)]
    if len(lists) != 1:
        refuse(f"one numbered list answers its options; there are {len(lists)}")
    if len(lists[0]) != count:
        refuse(f"{count} options, but {len(lists[0])} answers")
    rights = [i for i, item in enumerate(lists[0]) if leading_bold(item) == right]
    if len(rights) != 1:
        refuse(f"one answer begins with **{right}**; {len(rights)} do")
    (guess.right,) = rights


def read_number(guess, ranged, refuse):
    low, high = to_number(ranged["low"]), to_number(ranged["high"])
    if low is None or high is None or not low < high:
        refuse(f"“{ranged[0]}” is no range from a smaller number to a larger one")
    guess.low, guess.high, guess.is_logarithmic = low, high, bool(ranged["log"])
    if guess.is_logarithmic and low <= 0:
        refuse(f"a scale of powers of ten has positive numbers only; it begins at {low:g}")
    paragraphs = [node for node in guess.answer if isinstance(node, nodes.paragraph)]
    bold = leading_bold(guess.answer[1]) if len(guess.answer) > 2 else None
    guess.number = to_number(bold) if bold and paragraphs else None
    if guess.number is None:
        refuse("its answer does not begin with a number in bold")
    lists = [node for node in guess.answer if isinstance(node, nodes.bullet_list)]
    guess.typical = [typical_number(item, refuse) for each in lists for item in each]
    for number in [guess.number, *guess.typical]:
        if not low <= number <= high:
            refuse(f"{number:g} is outside the range from {low:g} to {high:g}")


def typical_number(item, refuse):
    """The number at the start of "324: what blind guessing gets wrong."."""
    number = to_number(item.astext().partition(":")[0])
    if number is None or ":" not in item.astext():
        refuse(f"“{item.astext()}” should be a typical wrong number, a colon and a sentence")
    return number


def leading_bold(node):
    """The text in bold with which a paragraph, or an item of a list, begins."""
    while isinstance(node, nodes.paragraph | nodes.list_item):
        filled = [child for child in node if child.astext()]  # MyST puts empty text before bold
        if not filled:
            return None
        node = filled[0]
    return node.astext() if isinstance(node, nodes.strong) else None


def to_number(text):
    """The number that is written as 1,437 or −0.5 or 2.5 · 10⁻³; None for anything else."""
    found = NUMBER.fullmatch(text.strip().rstrip("."))
    if not found:
        return None
    digits = (found["plain"] or found["mantissa"] or "1").replace(",", "")
    power = (found["power"] or "").translate(FROM_UP)
    sign = "-" if found["sign"] in ("-", "−") else ""
    return float(f"{sign}{digits}e{power or 0}")


# --- Where the text answers a guess ---------------------------------------------------------------


def give_place(node, is_of_opening, guesses, page):
    """Attach a place to the guess that it answers: the last before it, or the chapter's first."""
    if not isinstance(node.parent, nodes.section | nodes.document):
        raise MalformedGuess(f"{page}: “{node.astext().strip()}” stands within a list or a quote")
    asked = [each for each in guesses if not is_of_opening or each.kind == "opening"]
    if not asked:
        raise MalformedGuess(f"{page}: “{node.astext().strip()}” has no guess before it")
    guess = asked[-1]
    if guess.place is not None:
        raise malformed(page, guess.question, "two places answer it")
    guess.place = node
