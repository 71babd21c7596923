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


# A rule for pages that are wide, or narrow.
WIDTH_OF_THE_WINDOW = re.compile(r"@media\s*\((min|max)-width:\s*([\d.]+)(px|rem)\)(?=\s*\{)")


def measured_in_letters(css):
    """CSS whose layout depends on how many letters stand side by side, not on pixels.

    The theme's limits are pixels of the window: for a reader whose letters are twice as large,
    three columns would stay beside each other, with three words to a line. `rem` in @media is what
    the browser begins with; in @container it is what the page has, whoever has set it. The
    container is the page's body (shell.css).
    """

    def in_letters(rule):
        kind, limit, unit = rule.groups()
        letters = float(limit) / (16 if unit == "px" else 1)
        return f"@container page ({kind}-width:{letters:.6g}rem)"

    return WIDTH_OF_THE_WINDOW.sub(in_letters, css)


def light_at_first(css):
    """CSS with light colours for all pages that are not dark: one without scripts is neither."""
    return re.sub(r'\[data-theme="?light"?\]', ":not([data-theme=dark])", css)


def make_stylesheets(static, pages, scripts, own):
    """The texts of both stylesheets, from the texts of the pages, scripts and our own styles."""
    words = words_of([*pages, *scripts, *own])
    *purged, katex = purge([*their_styles(static), KATEX.read_text(encoding="utf-8")], words)
    text = "\n".join(without_comments(css) for css in [*purged, *own])
    text = light_at_first(measured_in_letters(text.replace('@charset "UTF-8";', "")))
    return text + "\n", with_fonts(katex, FONTS, pages)
