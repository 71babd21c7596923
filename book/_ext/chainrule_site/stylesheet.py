"""The stylesheet of all pages (the theme's rules that some page uses, and our own), and that of
pages with formulas (KaTeX's, with its fonts).

The theme's rules alone are 65 kB compressed, of which this book uses a tenth. PurgeCSS keeps the
rules whose classes, ids and elements occur as a word in a built page or in a script.
"""

import json
import re
import subprocess

from chainrule_dev.node import node_path

from .fonts import with_fonts
from .internals import STYLESHEETS
from .packages import NODE_MODULES, ROOT

KATEX = NODE_MODULES / "katex" / "dist" / "katex.min.css"
FONTS = NODE_MODULES / "katex" / "dist" / "fonts"
PURGE = ROOT / "book" / "_ext" / "chainrule_site" / "purge.cjs"


def their_styles(static):
    """The texts of the theme's stylesheets; raises if one is missing."""
    texts = []
    for pattern in STYLESHEETS:
        paths = sorted(static.glob(pattern))
        if len(paths) != 1:
            raise FileNotFoundError(
                f"_static/{pattern}: not one file; see STYLESHEETS in internals.py"
            )
        texts.append(paths[0].read_text(encoding="utf-8"))
    return texts


def words_of(texts):
    return set().union(*(re.findall(r"[\w-]+", text) for text in texts))


def purge(styles, words):
    """The stylesheets without the rules that match none of the words."""
    done = subprocess.run(
        [node_path(), str(PURGE)],
        input=json.dumps({"words": sorted(words), "styles": styles}),
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    return json.loads(done.stdout)


def without_comments(css):
    """CSS without comments and indentation."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return re.sub(r"\n\s*", "\n", css).strip()


def make_stylesheets(static, pages, scripts, own):
    """The texts of both stylesheets, from the texts of the pages, scripts and our own styles."""
    words = words_of([*pages, *scripts, *own])
    *purged, katex = purge([*their_styles(static), KATEX.read_text(encoding="utf-8")], words)
    text = "\n".join(without_comments(css) for css in [*purged, *own])
    return text.replace('@charset "UTF-8";', "") + "\n", with_fonts(katex, FONTS, pages)
