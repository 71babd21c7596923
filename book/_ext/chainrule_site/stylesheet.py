"""A stylesheet for every page, the theme's rules that some page uses and our own; and KaTeX's, with
its fonts, for the pages with mathematics.

The theme's alone is 65 kB compressed, nine tenths of it for what this book does not have. PurgeCSS
keeps the rules whose classes, ids and elements occur as a word in a built page or in a script.
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
    """The texts of their stylesheets; one that is missing is an error, or it would be missed."""
    texts = []
    for pattern in STYLESHEETS:
        (path,) = sorted(static.glob(pattern))
        texts.append(path.read_text(encoding="utf-8"))
    return texts


def words_of(texts):
    return set().union(*(re.findall(r"[\w-]+", text) for text in texts))


def purge(styles, words):
    """The styles without the rules that no word needs."""
    done = subprocess.run(
        [node_path(), str(PURGE)],
        input=json.dumps({"words": sorted(words), "styles": styles}),
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    return json.loads(done.stdout)


def without_comments(css):
    """Remarks and indentation out: a browser needs neither."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return re.sub(r"\n\s*", "\n", css).strip()


def make_stylesheets(static, pages, scripts, own):
    """The texts of both. `pages`, `scripts` and `own` are texts too; our own are kept whole."""
    words = words_of([*pages, *scripts, *own])
    *purged, katex = purge([*their_styles(static), KATEX.read_text(encoding="utf-8")], words)
    text = "\n".join(without_comments(css) for css in [*purged, *own])
    return text.replace('@charset "UTF-8";', "") + "\n", with_fonts(katex, FONTS, pages)
