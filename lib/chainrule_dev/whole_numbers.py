"""The whole numbers of a text, in digits or in words: what both editions must tell alike.

English writes "four of two hundred", Korean 200개 가운데 네 개. So a number that stands in digits
in one edition is looked for in the other's digits and words.
"""

import re

from chainrule_dev.prose import plain, prose_of

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
OTHERS = {
    **dict.fromkeys(("no", "not", "none", "nothing", "never"), 0),
    **{"once": 1, "single": 1, "only": 1, "twice": 2, "both": 2, "half": 2, "halves": 2, "pair": 2},
    **{"first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12},
    **{"quarter": 4, "dozen": 12, "twentieth": 20, "nineties": 1990},
}
WORDS = (
    {word: value for value, word in enumerate(ONES.split())}
    | {word: 10 * value for value, word in enumerate(TENS.split(), 2)}
    | OTHERS
)
SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9}
KOREAN_SCALES = {"백": 100, "천": 10**3, "만": 10**4, "억": 10**8}
KOREAN_WORDS = {
    **{
        "영": 0,
        "한": 1,
        "하나": 1,
        "첫": 1,
        "두": 2,
        "둘": 2,
        "절반": 2,
        "세": 3,
        "셋": 3,
        "네": 4,
    },
    **{
        "넷": 4,
        "다섯": 5,
        "여섯": 6,
        "일곱": 7,
        "여덟": 8,
        "아홉": 9,
        "열": 10,
        "스무": 20,
        "스물": 20,
    },
}
# No part of a decimal, of a power or of a name such as float32, nor the 1 of a fraction's top.
DIGITS = re.compile(
    r"(?<![\w.,⁻−-])(?<!분의 (?=1(?!\d)))"
    r"(?P<digits>\d+(?:,\d{3})*)(?![.,]?\d)(?![⁻⁰¹²³⁴⁵⁶⁷⁸⁹])(?P<scale>[백천만억]?)(?!큼)"
)


def in_digits(markdown):
    """{as it is written: the values it may have}: 1만 is 10,000, or "only 1"."""
    found = {}
    for match in DIGITS.finditer(prose_of(markdown)):
        value, scale = int(plain(match["digits"])), match["scale"]
        found[match[0]] = {value * KOREAN_SCALES.get(scale, 1)} | (
            {value} if scale == "만" else set()
        )
    return found


def in_english_words(markdown):
    """Every value that a number word, or several in a row, may have."""
    values, row = set(), []
    for word in re.findall(r"[a-z]+|[^\sa-z]", prose_of(markdown).lower()):
        stem = word if word in WORDS or word in SCALES else re.sub("(?:th)?s?$", "", word)
        if stem in SCALES:
            row = [SCALES[stem], *(value * SCALES[stem] for value in row)]
        elif stem in WORDS:
            row = [WORDS[stem], *(value + WORDS[stem] for value in row)]
        elif word not in ("a", "and", "-"):
            row = []
        values.update(row)
    return values


def in_korean_words(markdown):
    text = prose_of(markdown)
    return {value for word, value in KOREAN_WORDS.items() if word in text}


def differing(english, korean):
    """The whole numbers that one text tells in digits and the other one not at all."""
    ours, theirs = in_digits(english), in_digits(korean)
    told_in_english = set().union(in_english_words(english), *ours.values())
    told_in_korean = set().union(in_korean_words(korean), *theirs.values())
    return sorted(
        [text for text, values in ours.items() if not values & told_in_korean]
        + [text for text, values in theirs.items() if not values & told_in_english]
    )
