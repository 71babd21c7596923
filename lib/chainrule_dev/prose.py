"""The numbers that a chapter states in its prose, and those that its cells show.

A statement is a decimal number, a power of ten, a number of thousands, or one with a unit. It is
supported if the chapter prints, draws or computes with a number that rounds to it as it is written.
"""

import ast
import json
import re
from html import unescape
from typing import NamedTuple

from chainrule_dev.superscripts import FROM_UP

UNITS = (
    r"per\ cent|percent|points?|times|ms|(?:milli)?seconds?|minutes?|[kMG]B|bytes?|bits?|pixels?"
)
FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3, "⅛": 0.125, "⅕": 0.2}

NUMBER = r"[-−+]?\d[\d,]*(?:\.\d+)?|\.\d+"
STATED = re.compile(
    rf"""(?<![\w.])(?:
        (?P<power>(?:(?P<mantissa>{NUMBER})\s*[·×x]\s*)?10(?P<exponent>[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))
      | (?P<decimal>[-−]?\d[\d,]*\.\d+(?:e[-+]?\d+)?)
      | (?P<grouped>[-−]?\d{{1,3}}(?:,\d{{3}})+)
      | (?P<united>[-−]?\d[\d,]*(?=(?:\s|\u00a0)*(?:%|(?:{UNITS})\b)))
    )(?![^\W가-힣])""",  # a Korean particle follows without a space
    re.VERBOSE,
)
SHOWN = re.compile(r"[-−]?(?:\d[\d,]*\.?\d*|\.\d+)(?:e[-+]?\d+|\s*[·×x]\s*10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?")


class Statement(NamedTuple):
    text: str  # as it is written
    value: float
    step: float  # of its last digit
    context: str


def plain(text):
    return text.replace("−", "-").replace(",", "").replace("\u00a0", " ")


def prose_of(markdown):
    """Markdown without what is no prose: code, formulas, addresses, citations, a guess's range."""
    for pattern in (
        r"(?m:^- (?:a number from [^\n]*|\S+부터 \S+까지의 수[^\n]*)$)",
        r"```.*?```",
        r"\$\$.*?\$\$",
        r"`[^`]*`",
        r"\{(?:cite|ref|eq|doc|term)[^}]*\}",
        r"\]\([^)]*\)",
        r"<[^>]+>",
        r"https?://\S+",
    ):
        markdown = re.sub(pattern, " ", markdown, flags=re.DOTALL)
    return markdown.replace("{,}", ",").replace("\\,", " ").replace("$", "").replace("\\%", "%")


def statements(markdown):
    """Every number that the prose of some Markdown states."""
    text = prose_of(markdown)
    found = []
    for match in STATED.finditer(text):
        context = " ".join(text[max(0, match.start() - 40) : match.end() + 25].split())
        found.append(Statement(match[0], *value_of(match), context))
    return found


def value_of(match):
    """(value, step of the last digit)."""
    if match["power"]:
        mantissa = plain(match["mantissa"] or "1")
        factor = 10.0 ** int(match["exponent"].translate(FROM_UP))
        return float(mantissa) * factor, last_digit(mantissa) * factor
    written = plain(match["decimal"] or match["grouped"] or match["united"])
    mantissa, _, exponent = written.partition("e")
    factor = 10.0 ** int(exponent or 0)
    return float(written), last_digit(mantissa) * factor


def last_digit(written):
    return 10.0 ** -len(written.partition(".")[2])


def numbers_in(text):
    """Every number that is printed or drawn in a text."""
    for match in SHOWN.finditer(text):
        written = plain(match[0]).replace(" ", "")
        power = re.fullmatch(r"(.*?)[·×x]10(.*)", written)
        try:
            if power:
                yield float(power[1]) * 10.0 ** int(power[2].translate(FROM_UP))
            else:
                yield float(written)
        except ValueError:
            continue
    for match in re.finditer(r"10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", text):
        yield 10.0 ** int(match[1].translate(FROM_UP))
    for sign, value in FRACTIONS.items():
        if sign in text:
            yield value


def text_of(output):
    data = output.get("data", {})
    texts = ["".join(output.get("text", ""))]
    texts += ["".join(data.get(kind, "")) for kind in ("text/plain", "text/markdown")]
    html = "".join(data.get("text/html", ""))
    labels = " ".join(re.findall(r'aria-label="([^"]*)"', html))
    words = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL)
    return unescape(" ".join([*texts, words, labels]))


def literals(source):
    """Every number that stands in some Python."""
    try:
        tree = ast.parse(re.sub(r"^\s*%.*$", "", source, flags=re.MULTILINE))
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            yield float(node.value)


def numbers_shown(cells):
    """Every number in the code and the outputs of a notebook's cells."""
    shown = set()
    for cell in cells:
        if cell["cell_type"] == "code":
            shown.update(literals("".join(cell["source"])))
            for output in cell["outputs"]:
                shown.update(numbers_in(text_of(output)))
    return shown


def is_supported(statement, shown):
    """Whether a number that is shown rounds to the stated one; per cents may be shown as shares."""
    close = 0.5000001 * statement.step
    return any(
        abs(abs(number) * factor - abs(statement.value)) <= close
        for number in shown
        for factor in (1, 100)
    )


def unsupported(path):
    """The statements of a notebook that nothing in it supports."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    shown = numbers_shown(cells)
    return [
        statement
        for cell in cells
        if cell["cell_type"] == "markdown"
        for statement in statements("".join(cell["source"]))
        if not is_supported(statement, shown)
    ]
