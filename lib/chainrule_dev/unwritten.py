"""What is left to write of the files that `tools/new.py` makes: their texts after "To write:"."""

import re

# It ends where its string or its HTML comment does, or with its line.
LEFT = re.compile(r'\bTo write: (.+?)(?=\s*-->|"|$)', re.MULTILINE)


def left_to_write(text):
    """(line, what is to be written there) for each place that a text leaves open."""
    return [(text.count("\n", 0, found.start()) + 1, found[1]) for found in LEFT.finditer(text)]
