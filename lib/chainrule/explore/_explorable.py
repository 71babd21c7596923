"""What all explorables share: one widget that is alive in a kernel and on a page without one.

An explorable is `NAME.py`, which computes its numbers with the library and names its words, and
`NAME.js`, a plain ES module that draws them: `export default { render({ model, el }) }`. In a
running kernel anywidget gives that module its model. Everywhere else the `text/html` made here
does: a still picture and its caption, the state as JSON, the same module, and the host in
`_host.js`, which stands in for the model and puts the living figure where the still one was.

To add one: copy the shape of `sigmoid_slope`, name its function in `explore/__init__.py`, and give
it its file in `tests/site/explorables/`.
"""

import html
import json
import numbers
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import anywidget
import numpy as np
import traitlets

_HERE = Path(__file__).parent
_IMPORT_KIT = re.compile(r'^import \{[^}]*\} from "\./_explorable\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (default .*\n)?", re.MULTILINE)


@cache
def _text(file):
    return (_HERE / file).read_text(encoding="utf-8")


@cache
def module(file):
    """The text of one explorable's module, `_explorable.js` put where it is imported.

    A notebook takes a single text, so what the modules share is written into each.
    """
    kit = _text("_explorable.js").replace("\nexport ", "\n")
    own, imports = _IMPORT_KIT.subn("", _text(file))
    if imports != 1:
        raise ValueError(f"module: {file} must import from ./_explorable.js once, got {imports}")
    return f"{kit}\n{own}"


@cache
def stylesheet():
    """The text of the stylesheet that all explorables share."""
    return _text("_explorable.css")


def _called(explorable):
    """The function in `chainrule.explore` that makes it: it is named as its file is."""
    return type(explorable).__module__.rpartition(".")[2]


def _between(low, value, high):
    right = isinstance(value, numbers.Real) and not isinstance(value, bool)
    return right and low <= value <= high


def _limits(low, high):
    return f"{low} … {high}".replace("-", "−")


class Real(traitlets.TraitType):
    """A number in low … high that the module reads, too; anything else is refused by name."""

    kind = numbers.Real

    def __init__(self, low, high):
        super().__init__(low)
        self.low, self.high = low, high
        self.tag(sync=True)

    def validate(self, explorable, value):
        if not (isinstance(value, self.kind) and _between(self.low, value, self.high)):
            raise ValueError(
                f"{_called(explorable)}: {self.name} must be in {_limits(self.low, self.high)}, "
                f"got {value!r}"
            )
        return int(value) if self.kind is numbers.Integral else float(value)


class Whole(Real):
    """A whole number in low … high."""

    kind = numbers.Integral


class Reals(traitlets.TraitType):
    """A list of fewest … most numbers, each in low … high."""

    def __init__(self, low, high, fewest, most):
        super().__init__([low] * fewest)
        self.low, self.high, self.fewest, self.most = low, high, fewest, most
        self.tag(sync=True)

    def validate(self, explorable, value):
        found = list(value) if isinstance(value, Iterable) else []
        right = self.fewest <= len(found) <= self.most
        if not right or not all(_between(self.low, each, self.high) for each in found):
            count = str(self.fewest) if self.fewest == self.most else f"{self.fewest} … {self.most}"
            raise ValueError(
                f"{_called(explorable)}: {self.name} must be {count} numbers in "
                f"{_limits(self.low, self.high)}, got {value!r}"
            )
        return [float(each) for each in found]


class Square(traitlets.TraitType):
    """A list of so many rows of as many numbers, each in low … high."""

    def __init__(self, side, low, high):
        super().__init__([[low] * side] * side)
        self.side, self.low, self.high = side, low, high
        self.tag(sync=True)

    def validate(self, explorable, value):
        return square(_called(explorable), self.name, value, self.side, self.low, self.high)


def square(here, name, value, side, low, high):
    """The value as a list of `side` rows of `side` numbers in low … high, refused unless it is."""
    try:
        found = np.asarray(value)
    except ValueError:  # rows of different lengths
        found = np.empty(0)
    right = found.shape == (side, side) and found.dtype.kind in "if"
    if not right or not ((found >= low) & (found <= high)).all():
        raise ValueError(
            f"{here}: {name} must be {side} rows of {side} numbers in {_limits(low, high)}, "
            f"got {value!r}"
        )
    return found.tolist()


class OneOf(traitlets.TraitType):
    """One of a few texts, the first of them unless told."""

    def __init__(self, *options):
        super().__init__(options[0])
        self.options = options
        self.tag(sync=True)

    def validate(self, explorable, value):
        if value not in self.options:
            raise ValueError(
                f"{_called(explorable)}: {self.name} must be one of "
                f"{', '.join(map(repr, self.options))}, got {value!r}"
            )
        return value


class Explorable(anywidget.AnyWidget):
    """A figure with controls. A subclass has `_esm = module("NAME.js")`, `words`, `still()`, and
    its state as traits tagged `sync=True`.

    words : {language: {key: text}}; each language has a "caption". The page's `lang` chooses.
    """

    _css = stylesheet()
    words = traitlets.Dict().tag(sync=True)

    # ipywidgets 7, which Colab has, displays widgets by this method and never asks for the HTML
    # below: a notebook saved there would hold a figure that dies with its kernel.
    _ipython_display_ = None

    def still(self):
        """The picture that stands where nothing can move: an object with `svg`."""
        raise NotImplementedError

    def state(self):
        """What the module reads from its model: the traits that are the explorable's own."""
        widgets_own = anywidget.AnyWidget.class_trait_names()
        names = sorted(set(self.traits(sync=True)) - set(widgets_own))
        return {name: getattr(self, name) for name in names if not name.startswith("_")}

    def __repr__(self):
        return f"[Explorable: {type(self).__name__}]"

    def _repr_html_(self):
        captions = "".join(
            f'<span lang="{language}">{html.escape(words["caption"], quote=False)}</span>'
            for language, words in sorted(self.words.items())
        )
        return (
            f'<figure class="cr-explorable" data-explorable="{type(self).__name__}">'
            f"<style>{stylesheet()}</style>"
            f'<div class="cr-still">{self.still().svg}</div>'
            f"<figcaption>{captions}</figcaption>"
            f'<script type="application/json">{_json(self.state())}</script>'
            f"<script>{self._script()}</script>"
            f"</figure>"
        )

    def _script(self):
        """The module and its host as one plain script: it runs as soon as it is read, so that the
        living figure is there before what stands below it, and nothing on the page ever moves.
        """
        code = _EXPORT.sub("", f"{self._esm}\n{_text('_host.js')}")
        return f'(() => {{\n"use strict";\n{code}}})();\n'

    def _repr_mimebundle_(self, **options):
        bundle = super()._repr_mimebundle_(**options)
        if bundle is None:
            return None
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return {**data, "text/plain": repr(self), "text/html": self._repr_html_()}, metadata


def _json(state):
    """JSON that may stand inside a <script>: nothing in it can close the element."""
    text = json.dumps(state, separators=(",", ":"), ensure_ascii=False)
    return text.replace("<", "\\u003c")
