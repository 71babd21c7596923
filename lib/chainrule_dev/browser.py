"""A Chromium without network access, for pages of the built site and for bare pages.

SITE is not a real host, but one that browsers trust like https. The browser resolves it to a small
server on this machine, which serves the files of the built site, and resolves no other host but
this machine, where test_in_jupyterlab has its server. Pages that are not files are passed to
`visit` as text. A request to any other host fails the test.
"""

import json
import os
import re
import threading
import time
from contextlib import contextmanager, suppress
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import sync_playwright

from chainrule_dev.chromium import NoChromiumError, chromium
from chainrule_dev.node import node_path
from chainrule_dev.repository import BUILT, ROOT

STYLESHEET = ROOT / "book" / "_static" / "chainrule.css"
SITE = "http://chainrule.localhost"

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


def installed_chromium():
    """The path of a Chromium; without one the test fails and says what to do."""
    try:
        return chromium()
    except NoChromiumError as error:
        pytest.fail(str(error))


# Delays of files by type, in multiples of the header `Late`, so that they arrive one by one.
LATENESS = {".css": 1, ".js": 2, ".woff2": 3, ".svg": 3, ".png": 3}


class Answers(SimpleHTTPRequestHandler):
    """Serves the built site's files, delayed by the seconds in the header `Late`."""

    protocol_version = "HTTP/1.1"  # one connection for many files, as real servers do

    def __init__(self, *args):
        super().__init__(*args, directory=BUILT)

    def do_GET(self):
        kind = PurePosixPath(urlsplit(self.path).path).suffix
        time.sleep(float(self.headers["Late"] or 0) * LATENESS.get(kind, 0))
        super().do_GET()

    def handle(self):
        with suppress(ConnectionError):  # a page was closed while it loaded
            super().handle()

    def log_message(self, *args):
        pass


@contextmanager
def served_site():
    """The port of a server of the built site on this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


# Playwright's own Node.js needs a library that a bare Debian lacks (libatomic).
os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", node_path())


@contextmanager
def running_chromium():
    with served_site() as port, sync_playwright() as playwright:
        host = urlsplit(SITE).netloc
        browser = playwright.chromium.launch(
            executable_path=installed_chromium(),
            args=[
                "--no-sandbox",
                "--disable-gpu",
                f"--host-resolver-rules=MAP {host} 127.0.0.1:{port}, "
                "MAP * ~NOTFOUND, EXCLUDE localhost",
            ],
        )
        yield browser
        browser.close()


def bare_page(*figures, theme="light"):
    """The text of a page with only figures, and the book's own stylesheet."""
    style = STYLESHEET.read_text(encoding="utf-8")
    return BARE.format(theme=theme, style=style, body="\n<p>Text between.</p>\n".join(figures))


class Visit:
    """An open page, and a list of its errors, which should stay empty."""

    def __init__(self, page, sent):
        self.page, self.complaints, self.sent = page, [], sent
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("console", self._listen)
        page.on("request", self._count)

    def _listen(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    def _count(self, request):
        url = urlsplit(request.url)
        file = BUILT / unquote(url.path).lstrip("/")
        if url.scheme in ("data", "blob"):
            return
        if f"{url.scheme}://{url.netloc}" != SITE:
            self.complaints.append(f"a request left for {request.url}")
        elif file.is_file():
            self.sent[file.relative_to(BUILT).as_posix()] = file.read_bytes()


@contextmanager
def visit(
    browser,
    path,
    texts=None,
    *,
    width=1000,
    height=900,
    sent=None,
    delay=0,
    script="",
    read_on=True,
    **options,
):
    """Open SITE/path in a new window. `texts` is {path: HTML} of pages that are not files.

    `sent`, a dict, is filled with {path: bytes} of the site's files that the page requests. With a
    `delay`, styles arrive that many seconds late, scripts twice and fonts and pictures three times
    as late. `script` runs before the page's own scripts. Of its guesses, the reader has read on: no
    text is folded, unless `read_on` is False.

    At the end of the block the test fails if there was an error in the console or a request to
    another host.
    """
    late = {"extra_http_headers": {"Late": str(delay)}} if delay else {}
    context = browser.new_context(viewport={"width": width, "height": height}, **late, **options)
    visited = Visit(context.new_page(), {} if sent is None else sent)
    script += read_on_at(path) if read_on else ""
    if script:
        visited.page.add_init_script(script)
    for name, text in (texts or {}).items():
        context.route(f"{SITE}/{name}", answer(text))
    try:
        visited.page.goto(f"{SITE}/{path}")
        yield visited.page
    finally:
        context.close()
    if visited.complaints:
        pytest.fail("\n".join(visited.complaints))


def read_on_at(path):
    """A script after which nothing is folded on a page of the site (book/_scripts/guess)."""
    file = BUILT / path.partition("#")[0]
    text = file.read_text(encoding="utf-8") if file.suffix == ".html" and file.is_file() else ""
    names = re.findall(r'<form class="cr-guess" id="([\w-]+)"', text)
    if not names:
        return ""
    page = "/".join(file.with_suffix("").parts[-2:])  # en/relu
    stored = json.dumps({page: dict.fromkeys(names, "read on")})
    return f"""
        try {{ localStorage["chainrule.guesses"] ??= {json.dumps(stored)}; }}
        catch {{ /* refused, on purpose */ }}"""


def answer(text):
    """A Playwright handler that answers a request with this page."""
    return lambda route: route.fulfill(body=text, content_type="text/html; charset=utf-8")
