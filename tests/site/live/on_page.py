"""A chapter on its page, as a reader presses its buttons."""

from contextlib import contextmanager

from chainrule_dev.browser import SITE, visit

WAIT = 120_000  # milliseconds: Python starts in 5 s on a quiet machine, in 60 on a busy one


class Cell:
    """One cell of an open page."""

    def __init__(self, page, name):
        self.page, self.name = page, name
        self.bar = page.locator(f'.cr-live[data-cell="{name}"]')
        self.el = page.locator("div.cell", has=self.bar)
        self.status = self.el.locator(".cr-live-status")
        self.output = self.el.locator(".cr-live-output")

    def button(self, do):
        return self.bar.locator(f'[data-do="{do}"]')

    def press(self, do="run"):
        open_guesses(self.page)
        self.button(do).click()

    def wait(self, patience=WAIT):
        """Until nothing runs any more, here or elsewhere."""
        self.page.wait_for_function(
            "() => !document.querySelector('.cr-running')", timeout=patience, polling=50
        )
        self.page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")

    def run(self, patience=WAIT):
        """Press its first button, and wait; what it printed."""
        self.press()
        self.wait(patience)
        return self.text()

    def text(self):
        return "".join(self.output.locator("pre").all_text_contents())

    def says(self):
        return self.status.inner_text()

    def type(self, text):
        """Replace the text of the cell by typing."""
        self.open()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def open(self):
        """Open its editor, and put the focus there."""
        if self.bar.get_attribute("data-exercise") is None:
            if self.button("edit").is_visible():
                self.press("edit")
        elif self.el.locator("pre[contenteditable]").is_visible():
            self.el.locator("pre[contenteditable]").click()
        content = self.el.locator(".cm-content")
        content.wait_for(timeout=WAIT)
        content.focus()

    def source(self):
        lines = self.el.locator(".cm-line").all_text_contents()
        return "\n".join(lines) or self.el.locator("pre").first.text_content()


@contextmanager
def chapter(browser, name, folder="book/en", **options):
    """An open chapter whose folded cells are open; a function from a cell's id to the Cell."""
    with visit(browser, f"{folder}/{name}.html", **options) as page:
        unfold(page)
        yield page


def open_guesses(page):
    """Cells in what a guess folds are seen, as after "just read on"."""
    page.evaluate(
        "() => document.querySelectorAll('cr-folded').forEach((fold) => fold.hidden = false)"
    )


def unfold(page):
    open_guesses(page)
    page.evaluate("() => document.querySelectorAll('div.cell details').forEach((d) => d.open = 1)")


def live_requests(page):
    """The names of the files in _static/live that a page requests from now on."""
    found = []
    start = f"{SITE}/_static/live/"
    page.on(
        "request",
        lambda request: (
            found.append(request.url.removeprefix(start)) if request.url.startswith(start) else None
        ),
    )
    return found
