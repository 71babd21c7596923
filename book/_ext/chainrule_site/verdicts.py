"""What `check` has printed of an exercise is a sentence: on a narrow page it goes on in the next
line, where what other cells print scrolls.
"""

import re

from docutils import nodes

from .internals import is_output

VERDICT = re.compile(r"(?P<verdict>✗ Not yet\.|✓ Right\.) (?P<why>.+)$", re.MULTILINE)


def verdicts(doctree):
    """The blocks of output with a verdict in them."""
    for block in doctree.findall(nodes.literal_block):
        if is_output(block.parent) and VERDICT.search(block.astext()):
            yield block


def mark_verdicts(app, doctree):
    for block in verdicts(doctree):
        block["classes"].append("cr-verdict")


def setup(app):
    app.connect("doctree-read", mark_verdicts, priority=400)  # before they are translated
