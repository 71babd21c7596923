"""What all explorables share: one widget that is alive in a kernel and on a page without one.

An explorable is `NAME.py`, which computes its numbers with the library and names its words, and
`NAME.js`, a plain ES module that draws them: `export default { render({ model, el }) }`. In a
running kernel anywidget gives that module its model. Everywhere else the `text/html` made here
does: a still picture and its caption, the state as JSON, the same module, and the host in
`host.js`, which stands in for the model and puts the living figure where the still one was.

To add one: copy the shape of `sigmoid_slope`, and name its function in `explore/__init__.py`.
"""

import html
import json
import re
from functools import cache
from pathlib import Path

import anywidget
import traitlets

_HERE = Path(__file__).parent
_IMPORT_KIT = re.compile(r'^import \{[^}]*\} from "\./explorable\.js";\n', re.MULTILINE)


@cache
def _text(file):
    return (_HERE / file).read_text(encoding="utf-8")


@cache
def module(file):
    """The text of one explorable's module, `explorable.js` put where it is imported.

    A notebook takes a single text, so what the modules share is written into each.
    """
    kit = _text("explorable.js").replace("\nexport ", "\n")
    own, imports = _IMPORT_KIT.subn("", _text(file))
    if imports != 1:
        raise ValueError(f"module: {file} must import from ./explorable.js once, got {imports}")
    return f"{kit}\n{own}"


@cache
def stylesheet():
    """The text of the stylesheet that all explorables share."""
    return _text("explorable.css")


class Explorable(anywidget.AnyWidget):
    """A figure with controls. A subclass has `_esm = module("NAME.js")`, `words`, `still()`, and
    its state as traits tagged `sync=True`.

    words : {language: {key: text}}; each language has a "caption". The page's `lang` chooses.
    """

    _css = stylesheet()
    words = traitlets.Dict().tag(sync=True)

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
            f'<script type="module">{self._esm}\n{_text("host.js")}</script>'
            f"</figure>"
        )

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
