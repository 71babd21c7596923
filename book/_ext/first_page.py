"""What the first page has and no other: an explorable in Markdown, and its map as cards.

    ```{explorable} network
    compact: true
    ```

stands for what `explore.network(compact=True)` shows in a notebook. A list marked `{.map}`, whose
items each begin with a link to a chapter, becomes cards, each with a small still: the picture
of the chapter's explorable, or its first figure. Its letters are left out, too small to read.
"""

import json
import re
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

import yaml
from docutils import nodes
from sphinx import addnodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from chainrule import explore

STILLS = PurePosixPath("_images/stills")
SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
NAMESPACE = "http://www.w3.org/2000/svg"


class ExplorableDirective(SphinxDirective):
    """An explorable, alive, with the options of its function as YAML."""

    required_arguments = 1
    has_content = True

    def run(self):
        (name,) = self.arguments
        if name not in explore.__all__:
            raise self.error(
                f'explorable: must be one of {", ".join(explore.__all__)}, got "{name}"'
            )
        options = yaml.safe_load("\n".join(self.content)) or {}
        for file in Path(explore.__file__).parent.glob("*.*"):
            self.env.note_dependency(str(file))
        made = getattr(explore, name)(**options)
        return [nodes.raw("", made._repr_html_(), format="html")]


# --- Cards -----------------------------------------------------------------------------------


def make_cards(app, doctree):
    for cards in doctree.findall(nodes.bullet_list):
        if "map" in cards["classes"]:
            for item in cards.children:
                make_card(app, item)


def make_card(app, item):
    """Put the chapter's still before an item; its text, the question, becomes a paragraph."""
    (paragraph,) = item.children
    link, *question = paragraph.children
    if not isinstance(link, addnodes.pending_xref):
        raise ExtensionError(f"map: an item must begin with a link to a chapter, got {item}")
    chapter = PurePosixPath(link["reftarget"]).stem
    title = nodes.paragraph("", "", link, classes=["cr-card-title"])
    item.children = []
    if picture(app, chapter) is not None:
        target = app.builder.get_target_uri(app.config.root_doc)
        up = "../" * target.count("/")
        still = (
            f'<img src="{up}{STILLS / chapter}.svg" alt="" loading="lazy" width="320" height="180">'
        )
        item += nodes.raw("", still, format="html")
    item += title
    item += nodes.paragraph("", "", *question)


def picture(app, chapter):
    """The SVG of a chapter's card as text, or None if it has no figure."""
    path = Path(app.srcdir, app.config.root_doc).parent / f"{chapter}.ipynb"
    if not path.is_file():
        return None
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    shown = ["".join(output.get("data", {}).get("text/html", "")) for output in outputs]
    stills = [text for text in shown if "cr-still" in text]
    return next((svg.group() for text in stills + shown if (svg := SVG.search(text))), None)


def write_stills(app, exception):
    if exception or app.builder.format != "html":
        return
    folder = Path(app.outdir, STILLS)
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(Path(app.srcdir, app.config.root_doc).parent.glob("*.ipynb")):
        svg = picture(app, path.stem)
        if svg is not None:
            (folder / f"{path.stem}.svg").write_text(without_letters(svg), encoding="utf-8")


def without_letters(svg):
    """An SVG as a file of its own, without what it says in letters and figures."""
    ElementTree.register_namespace("", NAMESPACE)
    root = ElementTree.fromstring(svg)
    root.attrib = {name: root.attrib[name] for name in ("viewBox", "width", "height")}
    for parent in list(root.iter()):
        for child in list(parent):
            if is_lettering(child):
                parent.remove(child)
    return ElementTree.tostring(root, encoding="unicode")


def is_lettering(element):
    """Whether an element is text, or letters drawn by Matplotlib, which it turns upside down."""
    name = element.tag.rpartition("}")[2]
    flipped = re.search(r"scale\([\d.]+ -[\d.]+\)$", element.get("transform", ""))
    return name in ("text", "title", "desc", "metadata") or (name == "g" and flipped is not None)


def setup(app):
    app.add_directive("explorable", ExplorableDirective)
    app.connect("doctree-read", make_cards)
    app.connect("build-finished", write_stills)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
