"""Write our own static files, scripts and stylesheets after all pages are written.

Sphinx does not write _static if no page has changed; this always does.
"""

import shutil
from pathlib import Path

from .internals import LAST, UNUSED
from .pages import MATHEMATICS, OWN, STYLESHEET
from .scripts import MODULES, write_scripts
from .stylesheet import make_stylesheets


def write_static(app, exception):
    if exception or app.builder.format != "html":
        return
    site = Path(app.outdir)
    static = site / "_static"
    shutil.copytree(OWN, static, dirs_exist_ok=True)
    write_scripts(static)
    for name in UNUSED:
        path = static / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    # The other edition, put beside this one, has its own.
    paths = [path for path in sorted(site.rglob("*.html")) if not path.is_relative_to(site / "ko")]
    pages = [path.read_text(encoding="utf-8") for path in paths]
    scripts = [
        path.read_text(encoding="utf-8")
        for path in sorted([*OWN.rglob("*.js"), *MODULES.rglob("*.js")])
    ]
    own = [(OWN / name).read_text(encoding="utf-8") for name, _ in app.config.html_css_files]
    texts = make_stylesheets(static, pages, scripts, own)
    for name, text in zip((STYLESHEET, MATHEMATICS), texts, strict=True):
        (static / name).write_text(text, encoding="utf-8")


def setup(app):
    app.connect("build-finished", write_static, priority=LAST)
