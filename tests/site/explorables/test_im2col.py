"""The explorable of the chapter "im2col"."""

import itertools
import re

import numpy as np
import pytest

import chainrule as cr
from chainrule import explore
from chainrule.explore._explorable import module
from explorables.checks import ExplorableChecks
from explorables.figures import open_bare
from explorables.node import node

SIZES = [
    {"size": size, "stride": stride, "pad": pad}
    for size, stride, pad in itertools.product((2, 3), (1, 2, 3), (0, 1))
]
TABLES = ("col", "ones", "counted")
X = np.arange(16.0).reshape(1, 1, 4, 4)


def taken_apart(x, size, stride, pad):
    return cr.im2col(x, size, size, stride, pad, crop=True)


def library(size, stride, pad, table):
    """The table, and what col2im makes of it, by the library."""
    col = taken_apart(X, size, stride, pad)
    counted = np.arange(1.0, col.size + 1).reshape(col.shape)
    c = {"col": col, "ones": np.ones_like(col), "counted": counted}[table]
    return c, cr.col2im(c, X.shape, size, size, stride, pad, crop=True)[0, 0]


def stands(pixel, size, stride, pad):
    """Where in the table a pixel stands, by the library: it alone is 1 in the image."""
    alone = np.zeros_like(X)
    alone.flat[pixel] = 1
    return taken_apart(alone, size, stride, pad) == 1


def refusal(size, stride, pad):
    """What the library says when it refuses, None when it does not."""
    try:
        cr.im2col(X, size, size, stride, pad)
    except ValueError as error:
        return str(error)
    return None


def test_tables_and_sums_are_the_librarys_for_every_setting(tmp_path):
    states = [{**sizes, "table": table} for sizes in SIZES for table in TABLES]
    script = (
        "return data.map((s) => ({ table: js.tableOf(s), back: js.back(s), exact: js.fit(s).exact, "
        "places: [...Array(16).keys()].map((p) => js.placesOf(s, p)) }));"
    )
    answers = node(module("im2col.js"), script, states, tmp_path)
    for state, ours in zip(states, answers, strict=True):
        c, back = library(**state)
        np.testing.assert_array_equal(ours["table"], c, err_msg=str(state))
        np.testing.assert_array_equal(ours["back"], back, err_msg=str(state))
        sizes = {name: state[name] for name in ("size", "stride", "pad")}
        assert ours["exact"] == (refusal(**sizes) is None), state
        for pixel, places in enumerate(ours["places"]):
            there = stands(pixel, **sizes)
            rows = np.nonzero(there)[0]
            assert places == [[r, v] for r, v in zip(rows.tolist(), c[there], strict=True)], state


START = {"size": 2, "stride": 1, "pad": 0, "table": "col", "patch": 0, "pixel": 5}
STORY = {
    "tiles": {"size": 2, "stride": 2, "pad": 0, "table": "col"},
    "overlap": {"size": 2, "stride": 1, "pad": 0, "table": "ones"},
    "ring": {"size": 2, "stride": 1, "pad": 1, "table": "ones"},
    "gradients": {"size": 3, "stride": 1, "pad": 0, "table": "counted"},
    "left": {"size": 3, "stride": 2, "pad": 0, "table": "ones"},
}


def whole(numbers):
    return [f"{number:g}" for number in np.ravel(numbers)]


def check(figure, size, stride, pad, table, patch, pixel):
    """The controls stand so, and every sentence, number, frame and ring is the library's."""
    now = figure.settle()
    sizes = {"size": size, "stride": stride, "pad": pad}
    for name, value in {**sizes, "table": table}.items():
        assert now.checked(name, value), name
    for name, value in [("patch", patch), ("pixel", pixel)]:
        assert (now.value(name), now.output(name)) == (value, str(value))
    c, back = library(**sizes, table=table)
    rows, columns = c.shape
    out = round(rows**0.5)
    assert int(figure.control("patch").get_attribute("max")) == rows - 1
    for key, at_end in [("back", patch == 0), ("forward", patch == rows - 1)]:
        disabled = figure.button(now.words[key]).get_attribute("aria-disabled")
        assert disabled == str(at_end).lower(), key

    message = refusal(**sizes)
    if message is None:
        now.says("fits", side=4, out=out, rows=rows, columns=columns, **sizes)
    else:
        now.says("refused", side=4, **sizes)
        assert f"“{message}”" in figure.root.inner_text()
    i, j = divmod(patch, out)
    now.says("patch_is", i=i, j=j, out=out, n=patch, numbers=", ".join(whole(c[patch])))
    there = stands(pixel, **sizes)
    total = f"{back.flat[pixel]:g}"
    where = ", ".join(map(str, np.nonzero(there)[0]))
    if there.sum() == 0:
        assert total == "0"
        now.says("pixel_never", pixel=pixel)
    elif there.sum() == 1:
        now.says("pixel_once", pixel=pixel, rows=where, sum=total)
    else:
        terms = " + ".join(whole(c[there]))
        now.says("pixel_is", pixel=pixel, count=there.sum(), rows=where, terms=terms, sum=total)
    drawn(now, sizes, c, back, (i, j, patch), there, pixel)


def drawn(now, sizes, c, back, chosen, there, pixel):
    size, stride, pad = sizes.values()
    i, j, patch = chosen
    drawing = now.drawing(now.words["picture"])
    cells = [text["text"] for text in drawing["text"] if text.get("class") == "cr-number"]
    image = np.pad(X[0, 0], pad)
    assert cells == whole(image) + whole(c) + whole(back)
    ticks = [text["text"] for text in drawing["text"] if text.get("class") == "cr-tick"]
    assert ticks == [str(row) for row in range(len(c))]

    squares = [rect for rect in drawing["rect"] if "style" in rect]
    padded = np.array(squares[: image.size]).reshape(image.shape)
    table = np.array(squares[image.size : image.size + c.size]).reshape(c.shape)
    result = np.array(squares[image.size + c.size :]).reshape(4, 4)

    def around(block):
        first, last = block[0, 0], block[-1, -1]
        right, bottom = last["x"] + last["width"], last["y"] + last["height"]
        return [first["x"], first["y"], right - first["x"], bottom - first["y"]]

    # Frames: the patch in the image, its row, and what of the patch is no padding.
    top, left = i * stride, j * stride
    inner = np.pad(result, pad, constant_values=None)[top : top + size, left : left + size]
    kept = inner != None  # noqa: E711, element by element
    inner = inner[np.ix_(kept.any(axis=1), kept.any(axis=0))]
    expected = [
        around(padded[top : top + size, left : left + size]),
        around(table[patch : patch + 1]),
        around(inner),
    ]
    frames = [rect for rect in drawing["rect"] if rect.get("class") == "cr-frame"]
    found = [[frame[name] for name in ("x", "y", "width", "height")] for frame in frames]
    np.testing.assert_allclose(found, expected)

    # Rings: the pixel in the image, everywhere in the table, and in the result; each in its square.
    row, column = divmod(pixel, 4)
    ringed = [padded[row + pad, column + pad], *table[there], result[row, column]]
    rings = [rect for rect in drawing["rect"] if rect.get("class") == "cr-winner"]
    middles = [
        [(r["x"] + r["width"] / 2, r["y"] + r["height"] / 2) for r in group]
        for group in (rings, ringed)
    ]
    np.testing.assert_allclose(*middles)
    assert all(r["height"] < s["height"] for r, s in zip(rings, ringed, strict=True))
    # Crosses: the pixels that no patch holds.
    lost = cr.col2im(np.ones_like(c), X.shape, size, size, stride, pad, crop=True) == 0
    crosses = [path for path in drawing["path"] if path.get("class") == "cr-border"]
    assert len(crosses) == lost.sum()


class TestIm2col(ExplorableChecks):
    name = "im2col"

    def play(self, figure):
        check(figure, **START)
        state = self.choose_sizes(figure, dict(START))
        state = self.move_sliders(figure, state)
        state = self.step(figure, state)
        self.tell_the_story(figure, state)
        self.point(figure)

    def choose_sizes(self, figure, state):
        """Every setting and table, with the pointer; then each group with the keys."""
        for sizes, table in zip(SIZES, itertools.cycle(("ones", "counted", "col")), strict=False):
            for name, value in {**sizes, "table": table}.items():
                figure.control(name, value).click()
            rows = len(library(**sizes, table=table)[0])
            state |= sizes | {"table": table, "patch": min(state["patch"], rows - 1)}
            check(figure, **state)
        for name, values in [("size", (2, 3)), ("stride", (1, 2, 3)), ("pad", (0, 1))]:
            figure.control(name, state[name]).focus()
            for value in values:  # at the end the next is the first
                figure.page.keyboard.press("ArrowRight")
                state[name] = value
                check(figure, **state)
        figure.control("table", "col").focus()
        for table in ("ones", "counted", "col"):
            figure.page.keyboard.press("ArrowRight")
            check(figure, **state | {"table": table})
        # A shorter table takes the patch along, and the buttons that stand at its end.
        figure.control("stride", 1).click()
        figure.control("patch").press("End")
        check(figure, **state | {"stride": 1, "patch": 15})
        figure.control("stride", 3).click()
        check(figure, **state | {"stride": 3, "patch": 3})
        figure.control("stride", 1).click()
        check(figure, **state | {"stride": 1, "patch": 3})
        for size in (2, 3):
            figure.control("size", size).click()
            check(figure, **state | {"stride": 1, "patch": 3, "size": size})
        return state | {"stride": 1, "patch": 3}

    def move_sliders(self, figure, state):
        for name, last in [("patch", 15), ("pixel", 15)]:
            figure.control(name).focus()
            for key, value in [("End", last), ("Home", 0), ("ArrowRight", 1)]:
                figure.page.keyboard.press(key)
                check(figure, **state | {name: value})
            figure.slide(name, 0.6)
            state[name] = 9
            check(figure, **state)
        for pixel in (0, 3, 6, 15):
            figure.set("pixel", pixel)
            check(figure, **state | {"pixel": pixel})
        return state | {"pixel": 15}

    def step(self, figure, state):
        words = figure.words
        for press in (lambda button: button.click(), lambda button: button.press("Enter")):
            press(figure.button(words["forward"]))
            check(figure, **state | {"patch": 10})
            press(figure.button(words["back"]))
            check(figure, **state | {"patch": 9})
            # Played to the end it stops by itself; paused it stays, wherever that was.
            figure.set("patch", 14)
            press(figure.button(words["play"]))  # which then is called Pause
            figure.play_until(figure.button(words["play"]).count)
            check(figure, **state | {"patch": 15})
            press(figure.button(words["play"]))  # from the start
            press(figure.button(words["pause"]))
            patch = int(figure.value("patch"))
            assert patch < 15
            figure.page.clock.run_for(2000)
            check(figure, **state | {"patch": patch})
            figure.set("patch", 9)
        return state

    def tell_the_story(self, figure, state):
        for press in (lambda button: button.click(), lambda button: button.press("Enter")):
            for key, told in STORY.items():
                press(figure.button(f"{figure.words['show']} {figure.words[key]}"))
                c, back = library(**told)
                state |= told | {"patch": min(state["patch"], len(c) - 1)}
                check(figure, **state)
                note = figure.root.locator(".cr-presets .cr-note")
                assert note.inner_text() == figure.words[f"{key}_note"]
                # What the notes claim.
                if key == "tiles":
                    np.testing.assert_array_equal(back, X[0, 0])
                elif key == "overlap":
                    assert (back[0, 0], back[0, 1], back[1, 1]) == (1, 2, 4)
                elif key == "ring":
                    assert np.unique(back) == [4]
                elif key == "gradients":
                    assert c.shape == (4, 9) and c.max() == 36
                    for pixel in (5, 6, 9, 10):
                        there = stands(pixel, 3, 1, 0)
                        assert (there.sum(axis=1) == 1).all() and (there.sum(axis=0) <= 1).all()
                else:
                    assert len(c) == 1 and (back == 0).sum() == 7

    def point(self, figure):
        """Hovering chooses, on the image, on the table, on the result; a mouse at rest does not."""
        page, picture = figure.page, figure.picture(figure.words["picture"])
        figure.button(f"{figure.words['show']} {figure.words['overlap']}").click()
        figure.control("pad", 1).click()
        state = START | {"table": "ones", "pad": 1}
        cells = picture.locator(".cr-cell")
        # 36 cells of the padded image, 25 rows of 4, then 16 cells of the result.
        for nth, patch, pixel in [
            (14, 12, 5),  # pixel 5, whose patch begins with it
            (0, 0, 5),  # padding: no pixel is chosen
            (35, 24, 5),  # where no patch begins: the last one
            (26, 22, 13),
            (36 + 4 * 7 + 1, 7, 2),
            (36 + 4 * 24 + 3, 24, 2),  # padding again
            (36 + 100 + 6, 13, 6),
        ]:
            cells.nth(nth).hover()
            check(figure, **state | {"patch": patch, "pixel": pixel})
        cells.nth(36 + 4 * 7 + 1).hover()
        figure.control("patch").press("Home")
        check(figure, **state | {"patch": 0, "pixel": 2})
        page.wait_for_timeout(200)
        check(figure, **state | {"patch": 0, "pixel": 2})
        cells.nth(36 + 4 * 7 + 1).click()
        check(figure, **state | {"patch": 7, "pixel": 2})


def test_a_finger_chooses_a_row_and_a_pixel(browser):
    html = explore.im2col(size=2, stride=2, pad=1)._repr_html_()
    with open_bare(browser, html, width=360, has_touch=True) as page:
        cells = page.locator(".cr-cell")
        assert cells.count() == 36 + 9 * 4 + 16
        cells.nth(36 + 4 * 4 + 2).tap()
        assert page.locator("input[name=patch]").input_value() == "4"
        assert page.locator("input[name=pixel]").input_value() == "9"
        cells.nth(36 + 36 + 3).tap()  # pixel 3 of the result
        assert page.locator("input[name=patch]").input_value() == "2"
        assert page.locator("input[name=pixel]").input_value() == "3"


def test_a_mouse_that_rests_chooses_nothing(browser):
    """Cells that are drawn anew below it make the browser tell of a move of no pixels."""
    html = explore.im2col(size=2, stride=2, pad=1)._repr_html_()
    move = """(cell, pixels) => cell.dispatchEvent(new PointerEvent("pointermove",
        { bubbles: true, pointerType: "mouse", movementX: pixels, movementY: 0 }))"""
    with open_bare(browser, html) as page:
        cell, patch = (
            page.locator(".cr-cell").nth(36 + 4 * 4 + 2),
            page.locator("input[name=patch]"),
        )
        for pixels, chosen in ((0, "0"), (1, "4")):
            cell.evaluate(move, pixels)
            assert patch.input_value() == chosen


def test_padding_is_grey_and_darker_within_the_patch(browser):
    html = explore.im2col(size=2, stride=2, pad=1)._repr_html_()
    with open_bare(browser, html) as page:
        styles = page.locator(".cr-cell rect").evaluate_all(
            "(all) => all.slice(0, 36).map((rect) => rect.getAttribute('style'))"
        )
    # 6 × 6 cells with the padding; the first patch holds three of its zeros, and pixel 0.
    shares = [re.search(r"--x-(\w+)\) (\d+)%", style).groups() for style in styles]
    expected = [("muted", "16") if i in (0, 5) or j in (0, 5) else ("value", "0")
                for i in range(6) for j in range(6)]  # fmt: skip
    for i, j in ((0, 0), (0, 1), (1, 0)):
        expected[6 * i + j] = ("muted", "36")
    expected[6 + 1] = ("value", "24")
    assert shares == expected


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"size": 4}, "im2col: size must be one of 2, 3, got 4"),
        ({"stride": 0}, "im2col: stride must be one of 1, 2, 3, got 0"),
        ({"pad": 2}, "im2col: pad must be one of 0, 1, got 2"),
    ],
)
def test_a_wrong_start_is_refused_with_a_sentence(wrong, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        explore.im2col(**wrong)
