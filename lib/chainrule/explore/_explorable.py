"""The base class of all explorables: a widget that works in a kernel and on a page without one.

An explorable is `NAME.py`, which computes its numbers with the library and holds its texts, and
`NAME.js`, a plain ES module that draws them: `export default { render({ model, el }) }`. In a
running kernel anywidget, where it is installed, passes its model to that module. Everywhere else
the `text/html` made here is shown: a static picture and its caption, the state as JSON, the same
module, and `_host.js`, which provides a model of the same interface and replaces the picture by the
interactive figure.

To add one: `python tools/new.py explorable NAME`; `sigmoid_slope` is a pattern to follow.
"""

import html
import json
import numbers
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np
import traitlets

try:
    from anywidget import AnyWidget
except ImportError:  # where there is no kernel there need be no widgets: the HTML works alone

    class AnyWidget(traitlets.HasTraits):
        """The widget's traits, without a kernel to talk to."""

        def _repr_mimebundle_(self, **options):
            return {}


# The words that all explorables share, by language: those of `steps` in the kit.
SHARED_WORDS = {
    "en": {
        "steps_count": "{n} of {all}",
        "steps_next": "Next",
        "steps_skip": "Skip",
        "steps_again": "Start again",
        "steps_end": "That was the last one. Now try whatever you like.",
    },
    "ko": {
        "steps_count": "과제 {n}/{all}.",
        "steps_next": "다음",
        "steps_skip": "건너뛰기",
        "steps_again": "처음부터",
        "steps_end": "마지막까지 왔습니다. 이제 마음껏 움직여 보세요.",
    },
}

_HERE = Path(__file__).parent
_IMPORT_KIT = re.compile(r'^import \{[^}]*\} from "\./_explorable\.js";\n', re.MULTILINE)
_COMMENT = re.compile(r"^ *//.*\n", re.MULTILINE)  # a line of its own
_EXPORT = re.compile(r"^export (default .*\n)?", re.MULTILINE)


@cache
def _text(file):
    """The text of a file of this folder."""
    return (_HERE / file).read_text(encoding="utf-8")


@cache
def module(file):
    """The text of an explorable's module, with `_explorable.js` in place of its import.

    A notebook stores each module as a single text, so the shared code is inserted into each; its
    comments stay in the files.
    """
    kit = _text("_explorable.js").replace("\nexport ", "\n")
    own, imports = _IMPORT_KIT.subn("", _text(file))
    if imports != 1:
        raise ValueError(f"module: {file} must import from ./_explorable.js once, got {imports}")
    return _COMMENT.sub("", f"{kit}\n{own}")


@cache
def stylesheet():
    """The text of the stylesheet of all explorables."""
    return _text("_explorable.css")


def _name_of(explorable):
    """The function in `chainrule.explore` that returns it: it has the name of its file."""
    return type(explorable).__module__.rpartition(".")[2]


def _between(low, value, high):
    """Whether a value is a real number in low … high."""
    is_number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    return is_number and low <= value <= high


def _range(low, high):
    """A range as text, with true minus signs."""
    return f"{low} … {high}".replace("-", "−")


class Real(traitlets.TraitType):
    """A number in low … high, synchronised with the module; anything else raises ValueError."""

    kind = numbers.Real

    def __init__(self, low, high):
        super().__init__(low)
        self.low, self.high = low, high
        self.tag(sync=True)

    def validate(self, explorable, value):
        """The value, converted; raises ValueError for a wrong one."""
        if not (isinstance(value, self.kind) and _between(self.low, value, self.high)):
            raise ValueError(
                f"{_name_of(explorable)}: {self.name} must be in {_range(self.low, self.high)}, "
                f"got {value!r}"
            )
        return int(value) if self.kind is numbers.Integral else float(value)


class Whole(Real):
    """A whole number in low … high."""

    kind = numbers.Integral


class Reals(traitlets.TraitType):
    """A list of numbers in low … high, of length fewest … most."""

    def __init__(self, low, high, fewest, most):
        super().__init__([low] * fewest)
        self.low, self.high, self.fewest, self.most = low, high, fewest, most
        self.tag(sync=True)

    def validate(self, explorable, value):
        """The value, converted; raises ValueError for a wrong one."""
        items = list(value) if isinstance(value, Iterable) else []
        length_fits = self.fewest <= len(items) <= self.most
        if not length_fits or not all(_between(self.low, item, self.high) for item in items):
            count = str(self.fewest) if self.fewest == self.most else f"{self.fewest} … {self.most}"
            raise ValueError(
                f"{_name_of(explorable)}: {self.name} must be {count} numbers in "
                f"{_range(self.low, self.high)}, got {value!r}"
            )
        return [float(item) for item in items]


class Square(traitlets.TraitType):
    """A square matrix as a list of rows, each number in low … high."""

    def __init__(self, side, low, high):
        super().__init__([[low] * side] * side)
        self.side, self.low, self.high = side, low, high
        self.tag(sync=True)

    def validate(self, explorable, value):
        """The value, converted; raises ValueError for a wrong one."""
        return square(_name_of(explorable), self.name, value, self.side, self.low, self.high)


def square(here, name, value, side, low, high):
    """The value as a list of rows; raises unless it is a (side, side) matrix in low … high."""
    try:
        matrix = np.asarray(value)
    except ValueError:  # rows of different lengths
        matrix = np.empty(0)
    is_square = matrix.shape == (side, side) and matrix.dtype.kind in "if"
    if not is_square or not ((matrix >= low) & (matrix <= high)).all():
        raise ValueError(
            f"{here}: {name} must be {side} rows of {side} numbers in {_range(low, high)}, "
            f"got {value!r}"
        )
    return matrix.tolist()


class OneOf(traitlets.TraitType):
    """One of the options; the first is the default."""

    def __init__(self, *options):
        super().__init__(options[0])
        self.options = options
        self.tag(sync=True)

    def validate(self, explorable, value):
        """The value, converted; raises ValueError for a wrong one."""
        if value not in self.options:
            raise ValueError(
                f"{_name_of(explorable)}: {self.name} must be one of "
                f"{', '.join(map(repr, self.options))}, got {value!r}"
            )
        return value


class Explorable(AnyWidget):
    """A figure with controls.

    A subclass defines `_esm = module("NAME.js")`, `still()`, and its state as traits tagged
    `sync=True`. `words` are its texts, {language: {key: text}}, each with a "caption"; those that
    all share are added, unless it has its own. The page's `lang` chooses the language. `names` are
    the names of its state.
    """

    _css = stylesheet()
    words = traitlets.Dict().tag(sync=True)
    names = traitlets.List().tag(sync=True)

    # ipywidgets 7, which Colab has, displays widgets by this method and ignores the HTML below: in
    # a notebook saved there the figure would stop working without its kernel.
    _ipython_display_ = None

    @traitlets.validate("words")
    def _with_shared_words(self, proposal):
        return {
            language: {**SHARED_WORDS.get(language, SHARED_WORDS["en"]), **words}
            for language, words in proposal["value"].items()
        }

    @traitlets.default("names")
    def _own_names(self):
        return [name for name in self._synchronised() if name not in ("words", "names")]

    def still(self):
        """The static picture, shown where no script runs: an object with `svg`."""
        raise NotImplementedError

    def state(self):
        """The explorable's own traits, which the module reads from its model."""
        return {name: getattr(self, name) for name in self._synchronised()}

    def _synchronised(self):
        """The names of the explorable's own traits that the module shares."""
        inherited = AnyWidget.class_trait_names()
        names = sorted(set(self.traits(sync=True)) - set(inherited))
        return [name for name in names if not name.startswith("_")]

    def __repr__(self):
        return f"[Explorable: {type(self).__name__}]"

    def _repr_html_(self):
        """The figure as HTML that needs no kernel."""
        captions = "".join(
            f'<span lang="{language}">{html.escape(words["caption"], quote=False)}</span>'
            for language, words in sorted(self.words.items())
        )
        return (
            f'<figure class="cr-explorable" data-explorable="{type(self).__name__}">'
            f"<style>{stylesheet()}</style>"
            f'<div class="cr-still">{self.still().svg}</div>'
            f"<figcaption>{captions}</figcaption>"
            f'<script type="application/json">{json_for_script(self.state())}</script>'
            f"<script>{self._script()}</script>"
            f"</figure>"
        )

    def _script(self):
        """The module and its host as one plain script.

        It runs as soon as it is parsed, so that the interactive figure is there before the page
        below it is laid out, and the layout does not shift.
        """
        code = _COMMENT.sub("", _EXPORT.sub("", f"{self._esm}\n{_text('_host.js')}"))
        return f'(() => {{\n"use strict";\n{code}}})();\n'

    def _repr_mimebundle_(self, **options):
        bundle = super()._repr_mimebundle_(**options)
        if bundle is None:
            return None
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return {**data, "text/plain": repr(self), "text/html": self._repr_html_()}, metadata


def json_for_script(state):
    """JSON for a <script> element: no "<" in it can close the element."""
    text = json.dumps(state, separators=(",", ":"), ensure_ascii=False)
    return text.replace("<", "\\u003c")
