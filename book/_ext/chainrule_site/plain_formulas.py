r"""Formulas as plain text, for the search: `\frac{p}{1-p}` is p/(1−p), `\sqrt{a+b}` is √(a+b).

`plain_formula` reads TeX from left to right: a formula becomes a list of pieces, an argument of a
command is a formula of its own. Brackets are added wherever the value would change without them. A
command or an environment that is not in the tables below raises UnknownCommandError.

pylatexenc, flatlatex and unicodeit, which convert TeX to text, drop what they do not know, and
write p/1-p for the first example or leave it as it is.
"""

import re
import unicodedata

from chainrule_dev.superscripts import FROM_UP

from .formula_pieces import (
    ACCENTS,
    ATOM,
    BAR,
    BARS,
    CLOSE,
    FUNCTION,
    GAP,
    MARK,
    NUMBER,
    OPEN,
    PREFIX,
    PREFIXES,
    PRIME,
    RATIO,
    RELATION,
    ROOT,
    SIGN,
    SPACE,
    SUM,
    TEXT,
    TRANSPOSED,
    Piece,
    accented,
    bracketed,
    compact,
    fraction,
    in_brackets,
    in_cases,
    in_lines,
    is_factor,
    noted,
    root,
    script,
    text_of,
)

ATOMS = {"infty": "∞", "top": "⊤", "dots": "…", "ldots": "…", "cdots": "…", "vdots": "⋮"}
ATOMS |= {"varepsilon": "ε", "varphi": "φ", "ell": "ℓ", "prime": "′", "emptyset": "∅"}
SIGNS = {"times": "×", "cdot": "·", "odot": "⊙", "pm": "±", "mp": "∓", "circ": "∘", "ast": "*"}
RELATIONS = {"le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "approx": "≈"}
RELATIONS |= {"sim": "~", "equiv": "≡", "propto": "∝", "ll": "≪", "gg": "≫", "in": "∈"}
RELATIONS |= {"notin": "∉", "to": "→", "mid": "|", "mapsto": "↦", "subset": "⊂", "cup": "∪"}
RELATIONS |= {"leftarrow": "←", "rightarrow": "→", "longrightarrow": "→", "gets": "←"}
RELATIONS |= {"Rightarrow": "⇒", "Longrightarrow": "⇒", "implies": "⇒", "Longleftrightarrow": "⇔"}
RELATIONS |= {"iff": "⇔", "Leftrightarrow": "⇔", "xrightarrow": "→", "xleftarrow": "←"}
LARGE = {"sum": "Σ", "prod": "Π", "int": "∫", "lim": "lim"}
FUNCTIONS = "arg argmax argmin cos cosh det dim exp ln log max min sin sinh tan tanh".split()
OPENING = {"(": "(", "[": "[", r"\{": "{", r"\lvert": "|", r"\lVert": "‖", r"\langle": "⟨"}
CLOSING = {")": ")", "]": "]", r"\}": "}", r"\rvert": "|", r"\rVert": "‖", r"\rangle": "⟩"}
SPACES = {"~", r"\,", r"\;", r"\:", r"\ "}
GAPS = {"quad", "qquad"}
# What changes only how something looks.
SIZES = {"big", "bigl", "bigr", "Big", "Bigl", "Bigr", "left", "right", "middle"}
IGNORED = SIZES | {"textstyle", "displaystyle", "limits", "nolimits"}
STYLES = {"mathbb", "mathbf", "mathcal", "mathit", "mathrm", "boldsymbol"}
LAYOUTS = {"boxed", "substack"}
TEXTS = {"text", "texttt", "textbf", "textit", "textrm", "mathtt"}
NOTES = {"underbrace", "overbrace"}  # _{a note} or ^{a note} follows
STACKED = {"underset", "overset", "stackrel"}  # {a note}{what it stands at}
FRACTIONS = {"frac", "dfrac", "tfrac", "cfrac"}
MATRICES = {"matrix": "", "smallmatrix": "", "array": "", "pmatrix": "()", "bmatrix": "[]"}
MATRICES |= {"Bmatrix": "{}", "vmatrix": "||", "Vmatrix": "‖‖"}
LINES = {"aligned", "align", "align*", "alignedat", "gathered", "split"}
WITH_COLUMNS = {"array", "alignedat"}  # {the columns} follow

TOKEN = re.compile(r"\\operatorname\*|\\[A-Za-z]+|\\.|.", re.DOTALL)


class UnknownCommandError(ValueError):
    """A command or an environment that is in none of the tables of this file."""


def plain_formula(latex):
    r"""A formula as plain text: `\hat{x}_i = \gamma` is x̂_i = γ."""
    try:
        return unicodedata.normalize("NFC", text_of(Reader(latex).pieces()))
    except UnknownCommandError as error:
        formula = " ".join(latex.split())
        raise UnknownCommandError(f"{error} in the formula {formula}") from None


def greek(name):
    """The Greek letter of a name, γ for `gamma`; None if there is none."""
    kind = "CAPITAL" if name[0].isupper() else "SMALL"
    try:
        return unicodedata.lookup(f"GREEK {kind} LETTER {name.upper().replace('LAMBDA', 'LAMDA')}")
    except KeyError:
        return None


class Reader:
    """Reads a formula token by token."""

    def __init__(self, latex):
        self.tokens = TOKEN.findall(re.sub(r"\s+", " ", latex.strip()))[::-1]

    def next(self):
        return self.tokens.pop() if self.tokens else ""

    def peek(self):
        return self.tokens[-1] if self.tokens else ""

    def skip_space(self):
        while self.peek() == " ":
            self.tokens.pop()

    def pieces(self, *stops):
        """The pieces up to one of the tokens, which is not read, or to the end."""
        found = []
        while self.tokens and self.peek() not in stops:
            token = self.next()
            if token in ("_", "^"):
                self.add_script(found, token)
            elif token == PRIME:
                self.attach(found, PRIME)
            elif token == "{":
                group = self.pieces("}")
                self.next()
                is_base = self.peek() in ("_", "^") and len(group) > 1
                found += [Piece(f"({text_of(group)})", ATOM)] if is_base else group
            else:
                self.add(found, self.piece(token))
        return found

    def add(self, found, piece):
        """Digits, and a point before a digit, are one number."""
        is_point = piece.text == "." and self.peek().isdigit()
        if found and found[-1].kind == NUMBER and (piece.kind == NUMBER or is_point):
            piece = Piece(found.pop().text + piece.text, NUMBER)
        found.append(piece)

    def attach(self, found, text):
        """Put a script or a prime after the last piece."""
        while found and found[-1].kind == SPACE:
            found.pop()
        base = found.pop() if found else Piece("", ATOM)
        is_open = base.kind in {RATIO, ROOT} or (base.kind == TEXT and " " in base.text)
        inner = f"({base.text})" if is_open else base.text
        kind = ATOM if base.kind in {RATIO, ROOT, NUMBER} else base.kind
        found.append(Piece(inner + text, kind))

    def add_script(self, found, mark):
        text = script(mark, self.argument())
        if found and found[-1].kind == SUM:  # a limit, no power
            text = text.translate(FROM_UP) if text[:1] in "_^" else f"^{text.translate(FROM_UP)}"
        self.attach(found, text)

    def argument(self):
        """The pieces of the next argument: {several} or a single one."""
        self.skip_space()
        token = self.next()
        if token != "{":
            return [self.piece(token)]
        found = self.pieces("}")
        self.next()
        return found

    def verbatim(self):
        """The text of the next argument as it stands."""
        self.skip_space()
        depth, text = 0, ""
        while self.tokens:
            token = self.tokens.pop()
            depth += {"{": 1, "}": -1}.get(token, 0)
            text += token
            if depth == 0:
                break
        return text[1:-1] if text.startswith("{") else text

    def option(self):
        """The text of an argument in [...], if there is one."""
        self.skip_space()
        if self.peek() != "[":
            return ""
        self.next()
        found = self.pieces("]")
        self.next()
        return text_of(found)

    def piece(self, token):
        """The piece that a token begins."""
        for table, kind in ((OPENING, OPEN), (CLOSING, CLOSE), (BARS, BAR)):
            if token in table:
                return Piece(table[token], kind)
        if token == " " or token in SPACES:
            return Piece(" ", SPACE)
        if token.startswith("\\"):
            return self.command(token[1:])
        if token in "=<>":
            return Piece(token, RELATION)
        if token in "+-*/":
            return Piece(token.replace("-", "−"), SIGN)
        if token in ",;:.!?&":
            return Piece(token, MARK)
        return Piece(token, NUMBER if token.isdigit() else ATOM)

    def command(self, name):
        tables = ((ATOMS, ATOM), (PREFIXES, PREFIX), (SIGNS, SIGN), (LARGE, SUM))
        for table, kind in tables:
            if name in table:
                return Piece(table[name], kind)
        if name in RELATIONS:
            note = self.argument() if name.startswith("x") else []
            return Piece(RELATIONS[name] + (f"{{{compact(note)}}}" if note else ""), RELATION)
        if name in FUNCTIONS:
            return Piece(name, FUNCTION)
        if name in IGNORED:
            if name in SIZES:
                self.skip_space()
                if self.peek() == ".":  # \left. draws nothing
                    self.next()
            return Piece("", SPACE)
        if name in GAPS or name == "\\":
            return Piece(" ", GAP)
        if name in TEXTS:
            return self.text()
        if name in "%#&_$":
            return Piece(name, ATOM)
        if name == "!":
            return Piece("", ATOM)
        if greek(name):
            return Piece(greek(name), ATOM)
        return self.with_arguments(name)

    def text(self):
        r"""Words; formulas in them stand between dollars, \text{if $x > 0$}."""
        parts = re.split(r"(?<!\\)\$", self.verbatim())
        parts[1::2] = map(plain_formula, parts[1::2])
        text = re.sub(r"\\(.)", r"\1", "".join(parts)).replace("~", " ")
        is_mark = re.fullmatch(r"[,.;:!?)]+", text)
        return Piece(text, MARK if is_mark else TEXT)

    def with_arguments(self, name):
        if name in FRACTIONS:
            return fraction(self.argument(), self.argument())
        if name == "sqrt":
            index = self.option()
            return root(self.argument(), index)
        if name in ACCENTS:
            return Piece(accented(name, self.argument()), ATOM)
        if name in {"binom", "dbinom", "tbinom"}:
            return Piece(f"C({text_of(self.argument())}, {text_of(self.argument())})", ATOM)
        if name in {"operatorname", "operatorname*"}:
            return Piece(self.verbatim(), FUNCTION)
        if name == "mathsf":  # the book's sign for "transposed" is a T in this style
            text = self.verbatim()
            return Piece(TRANSPOSED if text == "T" else text, ATOM)
        if name == "phantom":
            self.argument()
            return Piece("", SPACE)
        if name in STYLES:
            return self.styled()
        if name in LAYOUTS:
            return Piece(text_of(self.argument()), TEXT)
        if name in NOTES:
            return self.braced()
        if name in STACKED:
            note, pieces = self.argument(), self.argument()
            kind = pieces[0].kind if len(pieces) == 1 else ATOM
            return Piece(noted(pieces, note), kind)
        if name == "begin":
            return self.environment()
        raise UnknownCommandError(f"\\{name}")

    def styled(self):
        pieces = self.argument()
        if len(pieces) == 1:
            return pieces[0]
        is_whole = is_factor(pieces) or text_of(pieces).isalnum()
        return Piece(bracketed(pieces, is_whole), ATOM)

    def braced(self):
        pieces = self.argument()
        note = [Piece("", SPACE)]
        self.skip_space()
        if self.peek() in ("_", "^"):
            self.next()
            note = self.argument()
        return Piece(noted(pieces, note), ATOM)

    def environment(self):
        name = self.verbatim()
        if name in WITH_COLUMNS:
            self.verbatim()
        rows = self.rows()
        self.next(), self.verbatim()  # \end{name}
        if name in LINES:
            return Piece(in_lines(rows), TEXT)
        if name == "cases":
            return Piece(in_cases(rows), ATOM)
        if name in MATRICES:
            return Piece(in_brackets(rows, MATRICES[name]), ATOM)
        raise UnknownCommandError(f"\\begin{{{name}}}")

    def rows(self):
        """The cells of an environment, row by row, up to its end."""
        rows = [[]]
        while True:
            rows[-1].append(self.pieces("&", r"\\", r"\end"))
            if self.peek() in ("", r"\end"):
                return rows
            if self.next() == r"\\":
                self.option()  # \\[4pt]
                rows.append([])
