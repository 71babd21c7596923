"""Compare a chapter's outputs in two environments: `differences(stored, found)`.

Text must be equal. Versions of Matplotlib differ in the ids of a picture's elements, the space for
a label, and the points that they drop from a line. So in a picture all elements, colours and
letters must be equal, but:

- ids are compared by the order in which they first occur;
- within a word or a formula, the positions of letters are not compared;
- each coordinate may differ by up to TOLERANCE, the size of a panel by twice that;
- two lines with different points are equal if no point of either is further than that from the
  other.
"""

import re

import numpy as np

TOLERANCE = 6  # points, half the height of a line; a picture is 300 to 500 wide
PICTURE = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
PLACE = re.compile(r'\b(d|x|y|width|height|transform|viewBox|style(?=="flex))="([^"]*)"')
PANEL = re.compile(r"flex: |-?\d+ -?\d+ \d+ \d+$|\d{3}$")  # its style, its viewBox, its size
WORD = re.compile(r"(<g\b[^>]* scale\(0\.\d+ -0\.\d+\)\">)(.*?)(?=</g>)", re.DOTALL)
NAME = re.compile(r'(?<=\bid=")[^"]+|(?<=href="#)[^"]+|(?<=url\(#)[^)]+')
NUMBER = re.compile(r"-?\d+\.?\d*(?:e-?\d+)?")


def differences(stored, found):
    """A sentence for every output of a cell that differs from the stored one."""
    if len(stored) != len(found):
        return [f"{len(found)} outputs, stored are {len(stored)}"]
    complaints = []
    for one, other in zip(stored, found, strict=True):
        one, html = without_html(one)
        other, other_html = without_html(other)
        if one != other:
            complaints.append(f"{shortened(other)} is not {shortened(one)}")
        complaints += html_differences(html, other_html)
    return complaints


def without_html(output):
    """(the output without its HTML, the HTML)."""
    data = {key: value for key, value in output.get("data", {}).items() if key != "text/html"}
    return {**output, "data": data}, output.get("data", {}).get("text/html", "")


def shortened(output):
    text = output.get("text") or str(output["data"])
    return text if len(text) < 2000 else text[:2000] + " …"


def html_differences(one, other):
    if PICTURE.sub("<svg>", one) != PICTURE.sub("<svg>", other):
        return ["the HTML around the pictures differs"]
    pairs = zip(PICTURE.findall(one), PICTURE.findall(other), strict=True)
    return [complaint for pair in pairs for complaint in picture_differences(*pair)]


def picture_differences(one, other):
    (skeleton, places), (other_skeleton, other_places) = parts(one), parts(other)
    if skeleton != other_skeleton:
        return ["a picture has other elements, colours, letters or words"]
    pairs = zip(places, other_places, strict=True)
    return [f"a place moved: {p[:80]} became {q[:80]}" for p, q in pairs if not near(p, q)]


def parts(svg):
    """(a picture's elements, with ids numbered and without coordinates; the coordinates)."""
    names = {}
    svg = NAME.sub(lambda name: names.setdefault(name[0], f"name{len(names)}"), svg)
    svg = WORD.sub(lambda word: word[1] + PLACE.sub("", word[2]), svg)
    return PLACE.sub(r'\1=""', svg), [value for _, value in PLACE.findall(svg)]


def near(one, other):
    """Whether two attributes are the same position or the same line, up to TOLERANCE."""
    if NUMBER.sub("#", one) == NUMBER.sub("#", other):
        # A panel is as wide as its words, which grow at both ends.
        most = 2 * TOLERANCE if PANEL.match(one) else TOLERANCE
        return np.allclose(numbers(one), numbers(other), rtol=0, atol=most)
    if not set(re.findall("[A-Za-z]", one + other)) <= {"M", "L"}:
        return False
    line, other_line = numbers(one).reshape(-1, 2), numbers(other).reshape(-1, 2)
    return max(distance(line, other_line), distance(other_line, line)) <= TOLERANCE


def numbers(text):
    return np.array([float(number) for number in NUMBER.findall(text)])


def distance(points, line):
    """The largest distance of any of the points (N, 2) from a line through (M, 2) points."""
    start, step = line[:-1], np.diff(line, axis=0)  # (M−1, 2)
    ahead = points[:, None] - start  # (N, M−1, 2)
    length = np.maximum((step**2).sum(axis=1), 1e-12)
    along = np.clip((ahead * step).sum(axis=2) / length, 0, 1)  # (N, M−1)
    return np.linalg.norm(ahead - along[:, :, None] * step, axis=2).min(axis=1).max()
