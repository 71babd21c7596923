"""A real Chromium with the network cut off, on pages of the built site and on bare ones.

Nothing is listening anywhere: Playwright answers the requests to SITE from the files of the built
site, or from text handed to `serve`, and refuses and reports every other.
"""

import mimetypes
import os
import shutil
import time
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import sync_playwright

from repository import ROOT

BUILT = ROOT / "_build" / "html"
STYLESHEET = ROOT / "book" / "_static" / "chainrule.css"
SITE = "http://chainrule.test"
INSTALL = "apt-get install --no-install-recommends chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome")

BARE = """<!doctype html>
<html lang="en" data-theme="{theme}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>Explorables</title>
<style>{style}
  body {{ max-width: 46rem; margin: 1rem auto; padding: 0 0.75rem; font-family: sans-serif;
         background: var(--cr-page); color: #222; }}
  [data-theme="dark"] body {{ color: #ddd; }}
</style>
<h1>Explorables</h1>
{body}
</html>
"""


def chromium():
    """The path of the installed browser; without one the test fails and says what to do."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.fail(f"no Chromium found: run `{INSTALL}`, or name one: CHROMIUM=/path/to/chromium")
    return path


@contextmanager
def running_chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(),
            args=[
                "--no-sandbox",
                "--disable-gpu",
                # As over https, where the site will be: without it there is no clipboard.
                f"--unsafely-treat-insecure-origin-as-secure={SITE}",
            ],
        )
        yield browser
        browser.close()


def bare_page(*figures, theme="light"):
    """The text of a page with nothing but figures, and the book's own stylesheet."""
    style = STYLESHEET.read_text(encoding="utf-8")
    return BARE.format(theme=theme, style=style, body="\n<p>Text between.</p>\n".join(figures))


class Visit:
    """A page that is open, and all that went wrong on it: it is to stay empty."""

    def __init__(self, page, sent, delay):
        self.page, self.complaints, self.sent, self.delay = page, [], sent, delay
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("console", self._listen)

    def _listen(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    def answer(self, route, texts):
        url = urlsplit(route.request.url)
        path = unquote(url.path).lstrip("/")
        if f"{url.scheme}://{url.netloc}" != SITE:
            self.complaints.append(f"a request left for {route.request.url}")
            route.abort()
        elif path in texts:
            route.fulfill(body=texts[path], content_type="text/html; charset=utf-8")
        elif (BUILT / path).is_file():
            kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
            body = (BUILT / path).read_bytes()
            self.sent[path] = body
            if kind != "text/html":
                time.sleep(self.delay)
            route.fulfill(body=body, content_type=kind)
        else:
            route.fulfill(status=404, body="")  # the console reports it


@contextmanager
def visit(
    browser, path, texts=None, *, width=1000, height=900, sent=None, delay=0, script="", **options
):
    """Open SITE/path in a window of its own. `texts`: {path: HTML} of pages that are no files.

    `sent` is a dict that becomes {path: bytes} of the site's files that the page asks for. Each
    file but the page itself is `delay` seconds late. `script` runs before any of the page's own.

    Leaving the block fails the test if the console showed an error or a request left for
    elsewhere.
    """
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    visited = Visit(context.new_page(), {} if sent is None else sent, delay)
    if script:
        visited.page.add_init_script(script)
    context.route("**/*", lambda route: visited.answer(route, texts or {}))
    try:
        visited.page.goto(f"{SITE}/{path}")
        yield visited.page
    finally:
        context.close()
    if visited.complaints:
        pytest.fail("\n".join(visited.complaints))
