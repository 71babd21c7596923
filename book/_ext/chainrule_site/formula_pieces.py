"""The pieces of a formula, and their text: where it needs spaces, "·" or brackets.

`plain_formulas` reads them from TeX.
"""

import itertools
import re
from typing import NamedTuple

from chainrule_dev.superscripts import UP

ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307", "vec": "\u20d7"}
ACCENTS |= {"widehat": "\u0302", "overline": "\u0304", "widetilde": "\u0303"}
BARS = {"|": "|", r"\|": "‖"}
# What belongs to the symbol after it, as in ∂L.
PREFIXES = {"partial": "∂", "nabla": "∇", "Delta": "Δ"}
TRANSPOSED, PRIME = "⊤", "'"

# Kinds of pieces. RATIO and ROOT end openly: what comes next could be taken for a part of them.
ATOM, NUMBER, PREFIX, OPERATOR, SIGN, RELATION, OPEN, CLOSE, BAR = range(9)
FUNCTION, SUM, RATIO, ROOT, TEXT, MARK, SPACE, GAP = range(9, 17)
OPERANDS = {ATOM, NUMBER, PREFIX, OPERATOR, OPEN, FUNCTION, SUM, RATIO, ROOT}
BEFORE_OPERAND = {SIGN, RELATION, OPEN, MARK, FUNCTION, SUM}
ENDS = {ATOM, NUMBER, CLOSE, RATIO, ROOT}  # what a factor may end with


class Piece(NamedTuple):
    text: str
    kind: int


def text_of(pieces):
    """The text of pieces, with spaces as in the source, and where two would run together."""
    text, before, spaced = "", None, False
    pieces = separated([piece for piece in with_sides(pieces) if piece.text])
    for piece, following in zip(pieces, [*pieces, None][1:], strict=True):
        if piece.kind == SPACE:
            spaced |= before is None or before.kind != SIGN
            continue
        text += between(before, piece, spaced) if before else ""
        text += f"({piece.text})" if needs_brackets(before, piece) else piece.text
        # A sign between two operands has a space on both sides, or on none.
        lead = text.removesuffix(piece.text)
        spaced = piece.kind == SIGN and (not lead or lead[-1] == " ")
        before = Piece(piece.text, PREFIX) if is_unary(before, piece, following) else piece
    return re.sub(r"\s+", " ", text).strip()


def with_sides(pieces):
    """The pieces, each bar opening or closing something, as |x| does, or being a sign: p(x | y)."""
    found, opened = list(pieces), []  # the places of brackets and bars that are open
    before = None
    for place, (text, kind) in enumerate(pieces):
        is_first = before is None or found[before].kind in BEFORE_OPERAND or before in opened
        if kind == BAR and not is_first and opened and pieces[opened[-1]] == (text[0], BAR):
            found[opened.pop()] = Piece(text[0], OPEN)
            found[place] = Piece(text, CLOSE)
        elif kind in {OPEN, BAR}:
            opened.append(place)
        elif kind == CLOSE:
            while opened and pieces[opened.pop()].kind == BAR:
                pass
        before = before if kind == SPACE else place
    # A bar alone is a sign; with limits it stands at the end: x|_0.
    lone = {bar: RELATION for bar in BARS.values()}
    return [Piece(t, lone.get(t, ATOM)) if kind == BAR else Piece(t, kind) for t, kind in found]


def separated(pieces):
    """The pieces, with a semicolon where a gap parts two formulas."""
    found = []
    for place, piece in enumerate(pieces):
        if piece.kind == GAP:
            before, after = (
                next((other for other in side if other.kind not in {SPACE, GAP}), None)
                for side in (reversed(found), pieces[place:])
            )
            if before and after and before.kind in ENDS and after.kind in OPERANDS:
                found.append(Piece(";", MARK))
        found.append(piece)
    return found


def is_unary(before, piece, following):
    """Whether a plus or minus belongs to what follows it."""
    if piece.text not in ("−", "+", "±", "∓"):
        return False
    if before is None or before.kind == GAP:
        return following is not None and following.kind != SPACE
    return before.kind in BEFORE_OPERAND | {PREFIX}


def needs_brackets(before, piece):
    """Whether a fraction would lose a part to what stands before it: log (a/b), 1/(a/b)."""
    if before is None or piece.kind != RATIO:
        return False
    if piece.text.startswith("−") and before.kind in {SIGN, PREFIX} | ENDS:
        return True
    return before.kind == FUNCTION or before.text == "/" or before.text in PREFIXES.values()


def between(before, piece, spaced):
    """What goes between two pieces; `spaced` is whether a space is there in the source."""
    openly = before.kind in {RATIO, ROOT} and piece.kind in OPERANDS
    openly |= before.kind in ENDS and piece.kind == RATIO
    openly |= before.kind in {RATIO, ROOT} and piece.kind == TEXT and piece.text[0].isalnum()
    if openly:
        return "·"
    if {before.kind, piece.kind} & {RELATION, GAP}:
        return " "
    if before.kind in {PREFIX, OPEN} or piece.kind in {CLOSE, MARK}:
        return ""
    if before.kind == SUM or (before.kind == FUNCTION and piece.kind != OPEN):
        return " "
    if piece.kind in {FUNCTION, SUM} and before.kind in ENDS:
        return " "
    if before.kind == OPERATOR and piece.kind in OPERANDS:
        return " "
    if re.search(r"[_^]\w+$", before.text) and piece.text[0].isalnum():
        return " "  # e^x y
    return " " if spaced else ""


def outside(pieces):
    """The pieces that are in no brackets, a pair of brackets with its content being one ATOM."""
    found, depth = [], 0
    for piece in with_sides(pieces):
        depth -= piece.kind == CLOSE
        if depth == 0 and piece.kind not in {SPACE, GAP, OPEN} and piece.text:
            found.append(Piece(piece.text, ATOM) if piece.kind == CLOSE else piece)
        depth += piece.kind == OPEN
    return found


def is_product(pieces):
    """Whether a division by something divides all of it: a·b and −a, but not a + b."""
    factors = outside(pieces)
    if factors and factors[0].kind == SIGN:
        factors = factors[1:]
    return all(is_operand(each) or each.text in {"·", "×"} for each in factors)


def is_operand(piece):
    is_word = piece.kind == TEXT and piece.text.isalnum()
    return is_word or piece.kind in {ATOM, NUMBER, PREFIX, OPERATOR, ROOT}


def is_factor(pieces):
    """Whether pieces are one operand: x, ∂x, dx, (a + b), max(a, b)."""
    left = outside(pieces)
    while len(left) > 1 and (left[0].kind in {PREFIX, OPERATOR} or left[0].text == "d"):
        left = left[1:]
    if len(left) == 2 and pieces[-1].kind == CLOSE and left[0].kind in {FUNCTION, TEXT}:
        return True
    return len(left) == 1 and is_operand(left[0])


def bracketed(pieces, is_whole):
    """The text, in brackets where it is not whole without them."""
    return text_of(pieces) if is_whole else f"({text_of(pieces)})"


def is_bracketed(text):
    """Whether the first bracket of a text is closed by its last character: (i), not (i) + (j)."""
    depths = list(itertools.accumulate({"(": 1, ")": -1}.get(letter, 0) for letter in text))
    return text[:1] == "(" and depths.index(0) == len(text) - 1


def fraction(above, below):
    text = f"{bracketed(above, is_product(above))}/{bracketed(below, is_factor(below))}"
    is_derivation = text.partition("/")[0] in {"d", "∂"}  # of what follows: d/dx f
    return Piece(text, OPERATOR if is_derivation else RATIO)


def root(pieces, index):
    """√2, √(a + b), ³√x."""
    sign = index.translate(UP) if re.fullmatch("[0-9]*", index) else f"({index})-"
    is_whole = re.fullmatch(r"\w[\u0300-\u036f]?|\d+", text_of(pieces))
    return Piece(f"{sign}√{bracketed(pieces, is_whole)}", ROOT)


def accented(name, pieces):
    text = text_of(pieces)
    return text + ACCENTS[name] if len(text) == 1 else f"{name}({text})"


def compact(pieces):
    """The text of a subscript or superscript."""
    return re.sub(r" ?([^\w\s(){}\[\]]) ?", r"\1", text_of(pieces))


def script(mark, pieces):
    """A subscript or superscript: _i, _(i+1), ², ⁻¹, ^x, ^(a+b), ᵀ."""
    text = compact(pieces)
    if not text:
        return ""
    if mark == "^" and text == TRANSPOSED:
        return "ᵀ"
    if mark == "^" and set(text) <= {PRIME, "′"}:
        return text
    if mark == "^" and re.fullmatch("−?[0-9]+", text):
        return text.replace("−", "-").translate(UP)
    word = r"[^\W_]+" if mark == "_" else r"\d+|."
    is_whole = (
        re.fullmatch(rf"({word}|.)[\u0300-\u036f]?", text)
        or (len(pieces) == 1 and pieces[0].kind in {ATOM, TEXT} and re.fullmatch(r"[^\W_]+", text))
        or is_bracketed(text)
    )
    return mark + (text if is_whole else f"({text})")


def noted(pieces, note):
    """What a brace or a note is drawn at, and the note: (1 − p){kept}."""
    text = text_of(note)
    inner = text[1:-1] if is_bracketed(text) else text
    return bracketed(pieces, is_factor(pieces) or len(pieces) == 1) + f"{{{inner}}}"


def in_lines(rows):
    """Lines of formulas: one that begins with a sign goes on from the one above."""
    text = ""
    for row in rows:
        line = " ".join(filter(None, map(text_of, row)))
        if text and line:
            text += " " if re.match(r"[^\w\s(\[{|‖]", line) or text[-1] in ",.;:" else "; "
        text += line
    return text


def in_cases(rows):
    """{x if x > 0; 0 otherwise}."""
    lines = [" ".join(map(text_of, row)).rstrip(" ,;.") for row in rows]
    return "{" + "; ".join(filter(None, lines)) + "}"


def in_brackets(rows, brackets):
    """A matrix, row by row: (1, 2; 3, 4)."""
    text = "; ".join(", ".join(map(text_of, row)) for row in rows if any(map(text_of, row)))
    return f"{brackets[:1]}{text}{brackets[1:]}"
