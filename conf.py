"""Sphinx's configuration, for who builds the book with Sphinx alone: `sphinx-build . FOLDER`.

Written by tools/write_conf.py from _config.yml, which is what to edit. Jupyter Book does not read
this file.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "book/_ext"))

author = "The Chain Rule authors"
bibtex_bibfiles = ["book/references.bib"]
bibtex_reference_style = "author_year"
copyright = "2026"
exclude_patterns = [
    "**.ipynb_checkpoints",
    ".*",
    ".DS_Store",
    "Thumbs.db",
    "_build",
    "lib",
    "node_modules",
    "tests",
    "tools",
]
extensions = [
    "myst_nb",
    "sphinx_external_toc",
    "sphinx_book_theme",
    "sphinxcontrib.bibtex",
    "chainrule_site",
    "accessible",
    "page_metadata",
    "page_footer",
    "guesses",
    "glossary_links",
    "first_page",
    "live_pages",
    "shell_words",
    "twins",
    "particles",
    "korean_index",
]
external_toc_exclude_missing = True
external_toc_path = "_toc.yml"
html_baseurl = ""
html_context = {"default_mode": "auto"}
html_css_files = ["chainrule.css", "icons.css", "shell.css", "live.css", "guesses.css"]
html_favicon = "book/_static/logo.svg"
html_logo = ""
html_math_renderer = "katex"
html_show_sourcelink = False
html_sourcelink_suffix = ""
html_static_path = ["book/_static"]
html_theme = "sphinx_book_theme"
html_theme_options = {
    "search_bar_text": "Search this book...",
    "launch_buttons": {
        "notebook_interface": "classic",
        "binderhub_url": "",
        "jupyterhub_url": "",
        "thebe": False,
        "colab_url": "https://colab.research.google.com",
        "deepnote_url": "",
    },
    "path_to_docs": "",
    "repository_url": "https://github.com/chainrule-book/chainrule",
    "repository_branch": "main",
    "extra_footer": "",
    "home_page_in_toc": False,
    "announcement": "",
    "analytics": {
        "google_analytics_id": "",
        "plausible_analytics_domain": "",
        "plausible_analytics_url": "https://plausible.io/js/script.js",
    },
    "use_repository_button": True,
    "use_edit_page_button": True,
    "use_issues_button": True,
    "article_footer_items": ["page-footer.html"],
    "article_header_end": ["language-switch.html", "article-header-buttons.html"],
    "navbar_persistent": [],
    "use_fullscreen_button": False,
    "secondary_sidebar_items": {"**": ["page-toc"], "book/en/index": []},
    "primary_sidebar_end": [],
}
html_title = "Chain Rule: neural networks, layer by layer"
include_patterns = ["book/**"]
katex_prerender = True
language = "en"
linkcheck_anchors = False
linkcheck_retries = 3
linkcheck_timeout = 30
myst_enable_extensions = [
    "amsmath",
    "attrs_block",
    "attrs_inline",
    "colon_fence",
    "deflist",
    "dollarmath",
    "smartquotes",
    "substitution",
    "tasklist",
]
myst_linkify_fuzzy_links = False
myst_url_schemes = ["mailto", "http", "https"]
nb_code_prompt_hide = "Hide the {type}"
nb_code_prompt_show = "Show the {type}"
nb_execution_allow_errors = False
nb_execution_cache_path = ""
nb_execution_excludepatterns = []
nb_execution_in_temp = False
nb_execution_mode = "off"
nb_execution_timeout = 30
nb_mime_priority_overrides = [["html", "text/html", 1]]
nb_output_stderr = "show"
numfig = True
pygments_style = "sphinx"
suppress_warnings = ["myst.domains"]
templates_path = ["book/_templates"]
