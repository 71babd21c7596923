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


def whole(numbers):
    return [f"{number:g}" for number in np.ravel(numbers)]


def check(figure, size, stride, pad, table, patch, pixel):
    """The controls stand so, and every sentence, number, frame and ring is the library's."""
    now = figure.settle()
    sizes = {"size": size, "stride": stride, "pad": pad}
    for name, value in {**sizes, "table": table}.items():
        assert now.checked(name, value), name
    assert (now.value("pixel"), now.output("pixel")) == (pixel, str(pixel))
    c, back = library(**sizes, table=table)
    rows, columns = c.shape
    out = round(rows**0.5)
    window = figure.root.get_by_role("slider", name=now.words["window"], exact=True)
    for key, value in [("valuemin", 0), ("valuemax", rows - 1), ("valuenow", patch)]:
        assert int(window.get_attribute(f"aria-{key}")) == value, key
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
    at = now.words["window_at"].format(i=i, j=j, n=patch)
    assert window.get_attribute("aria-valuetext") == at
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
    assert cells == whole(c) + whole(back) + whole(image)
    numbered = [text for text in drawing["text"] if text.get("text-anchor") == "end"]
    assert [text["text"] for text in numbered] == [str(row) for row in range(len(c))]
    assert ["cr-truth" in text["class"] for text in numbered] == [
        row == patch for row in range(len(c))
    ]

    squares = [rect for rect in drawing["rect"] if "class" not in rect]
    table = np.array(squares[: c.size]).reshape(c.shape)
    result = np.array(squares[c.size : c.size + 16]).reshape(4, 4)
    padded = np.array(squares[c.size + 16 :]).reshape(image.shape)

    def around(block):
        first, last = block[0, 0], block[-1, -1]
        right, bottom = last["x"] + last["width"], last["y"] + last["height"]
        return [first["x"], first["y"], right - first["x"], bottom - first["y"]]

    # Frames: the window's row, and the window in the image.
    top, left = i * stride, j * stride
    expected = [
        around(table[patch : patch + 1]),
        around(padded[top : top + size, left : left + size]),
    ]
    frames = [rect for rect in drawing["rect"] if "cr-frame" in rect.get("class", "")]
    found = [[frame[name] for name in ("x", "y", "width", "height")] for frame in frames]
    np.testing.assert_allclose(found, expected)
    (handle,) = drawing["circle"]
    x, y, width, height = expected[1]
    np.testing.assert_allclose((handle["cx"], handle["cy"]), (x + width, y + height))

    # Rings: the pixel in the image, everywhere in the table, and in the result; each in its square.
    row, column = divmod(pixel, 4)
    ringed = [*table[there], result[row, column], padded[row + pad, column + pad]]
    rings = [rect for rect in drawing["rect"] if rect.get("class") == "cr-winner"]
    middles = [
        [(r["x"] + r["width"] / 2, r["y"] + r["height"] / 2) for r in group]
        for group in (rings, ringed)
    ]
    np.testing.assert_allclose(*middles)
    assert all(r["height"] <= s["height"] for r, s in zip(rings, ringed, strict=True))
    # Curves: one to each row the pixel stands in, at its height, and one from there to the sum.
    ways = [path for path in drawing["path"] if "cr-curve" in path.get("class", "")]
    ends = [[float(v) for v in re.findall(r"-?[\d.]+", path["d"])] for path in ways]
    rows = [table[r, 0]["y"] + table[r, 0]["height"] / 2 for r in np.nonzero(there)[0]]
    height = padded[row + pad, 0]["y"] + padded[row + pad, 0]["height"] / 2
    assert height == result[row, 0]["y"] + result[row, 0]["height"] / 2
    leads = [(end[1], end[-1]) for end in ends]
    expected = [pair for r in rows for pair in [(height, r), (r, height)]]
    np.testing.assert_allclose(np.reshape(leads, (-1, 2)), np.reshape(expected, (-1, 2)))
    # Crosses: the pixels that no patch holds.
    lost = cr.col2im(np.ones_like(c), X.shape, size, size, stride, pad, crop=True) == 0
    crosses = [path for path in drawing["path"] if path.get("class") == "cr-border"]
    assert len(crosses) == lost.sum()


def to_the_last_place(figure):
    figure.root.get_by_role("slider", name=figure.words["window"], exact=True).focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown"):
        figure.page.keyboard.press(key)


def to_a_stride_without_overlap(figure):
    figure.control("table", "col").click()
    _, back = library(size=2, stride=1, pad=0, table="col")
    assert (back == X[0, 0] * [[1, 2, 2, 1], [2, 4, 4, 2], [2, 4, 4, 2], [1, 2, 2, 1]]).all()
    figure.control("stride", 2).click()
    np.testing.assert_array_equal(library(size=2, stride=2, pad=0, table="col")[1], X[0, 0])


class TestIm2col(ExplorableChecks):
    name = "im2col"
    steps = (
        ("last", to_the_last_place),
        ("once", lambda figure: figure.slide("pixel", 1)),
        ("ones", lambda figure: figure.control("table", "ones").click()),
        ("inverse", to_a_stride_without_overlap),
        ("lost", lambda figure: figure.control("size", 3).click()),
    )
    not_counted = (
        # The table becomes shorter and its last row is the window's: nobody has moved it.
        ("last", lambda figure: figure.control("stride", 1).click(),
         lambda figure: [figure.button(figure.words["forward"]).click() for _ in range(4)]
         + [figure.control("size", 3).click()]),
        ("ones", lambda figure: figure.control("table", "ones").click(),
         lambda figure: figure.slide("pixel", 1)),
        ("inverse", lambda figure: figure.control("stride", 2).click(),
         lambda figure: figure.slide("pixel", 1)),
        ("lost", lambda figure: figure.control("stride", 3).click(),
         lambda figure: figure.slide("pixel", 1)),
    )  # fmt: skip

    def play(self, figure):
        check(figure, **START)
        state = self.choose_sizes(figure, dict(START))
        state = self.move_sliders(figure, state)
        state = self.step(figure, state)
        self.press_cells(figure, state)
        self.move_the_window(figure)

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
        for _ in range(15):
            figure.button(figure.words["forward"]).click()
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
        figure.control("pixel").focus()
        for key, value in [("End", 15), ("Home", 0), ("ArrowRight", 1)]:
            figure.page.keyboard.press(key)
            check(figure, **state | {"pixel": value})
        figure.slide("pixel", 0.6)
        check(figure, **state | {"pixel": 9})
        for pixel in (0, 3, 6, 15):
            figure.set("pixel", pixel)
            check(figure, **state | {"pixel": pixel})
        return state | {"pixel": 15}

    def step(self, figure, state):
        words = figure.words
        for press in (lambda button: button.click(), lambda button: button.press("Enter")):
            press(figure.button(words["forward"]))
            check(figure, **state | {"patch": 4})
            press(figure.button(words["back"]))
            check(figure, **state)
            # Played to the end it stops by itself; paused it stays, wherever that was.
            press(figure.button(words["play"]))  # which then is called Pause
            figure.play_until(figure.button(words["play"]).count)
            check(figure, **state | {"patch": 15})
            press(figure.button(words["play"]))  # from the start
            press(figure.button(words["pause"]))
            figure.settle()
            window = figure.root.get_by_role("slider", name=words["window"], exact=True)
            patch = int(window.get_attribute("aria-valuenow"))
            assert patch < 15
            figure.page.clock.run_for(2000)
            check(figure, **state | {"patch": patch})
            while patch != 3:
                press(figure.button(words["back" if patch > 3 else "forward"]))
                patch += 1 if patch < 3 else -1
        return state

    def press_cells(self, figure, state):
        """A press chooses a pixel, on the table its row as well; on padding no pixel."""
        figure.control("table", "ones").click()
        for name, value in [("size", 2), ("stride", 1), ("pad", 1)]:
            figure.control(name, value).click()
        state |= {"size": 2, "stride": 1, "pad": 1, "table": "ones"}
        cells = figure.picture(figure.words["picture"]).locator(".cr-cell")
        # 25 rows of 4, 16 cells of the result, then 36 of the padded image.
        for nth, chosen in [
            (4 * 7 + 1, {"patch": 7, "pixel": 2}),
            (4 * 24 + 3, {"patch": 24}),
            (100 + 6, {"pixel": 6}),
            (116 + 14, {"pixel": 5}),
            (116, {}),
        ]:
            cells.nth(nth).click()
            state |= chosen
            check(figure, **state)

    def move_the_window(self, figure):
        """With the arrow keys, as far as it fits; with a mouse, from place to place."""
        page = figure.page
        window = figure.root.get_by_role("slider", name=figure.words["window"], exact=True)
        for name, value in [("size", 3), ("pad", 1), ("table", "col")]:
            figure.control(name, value).click()
        state = {"size": 3, "stride": 1, "pad": 1, "table": "col", "patch": 15, "pixel": 5}
        check(figure, **state)
        window.focus()
        for key, patch in [("Left", 14), ("Up", 10), ("Right", 11), ("Right", 11), ("Down", 15)]:
            page.keyboard.press(f"Arrow{key}")
            check(figure, **state | {"patch": patch})
        page.keyboard.press("Home")
        check(figure, **state)
        handle = figure.root.locator("circle.cr-handle")
        for grabbed, patch in [(window, 9), (handle, 4)]:
            cell = figure.drawing(figure.words["picture"])["rect"][-2]["width"]
            now = int(window.get_attribute("aria-valuenow"))
            box = grabbed.bounding_box()
            x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            down, across = patch // 4 - now // 4, patch % 4 - now % 4
            page.mouse.move(x, y)
            page.mouse.down()
            page.mouse.move(x + (across + 0.3) * cell, y + (down - 0.3) * cell, steps=4)
            page.mouse.up()
            check(figure, **state | {"patch": patch})
        # Far outside it stays at the border; a press without a move chooses the pixel below.
        x, y = (window.bounding_box()[side] for side in ("x", "y"))
        page.mouse.move(x + 5, y + 5)
        page.mouse.down()
        page.mouse.move(x + 900, y + 5, steps=4)
        check(figure, **state | {"patch": 7})
        page.mouse.up()
        x, y = (window.bounding_box()[side] for side in ("x", "y"))
        page.mouse.click(x + 1.5 * cell, y + 1.5 * cell)
        check(figure, **state | {"patch": 7, "pixel": 7})


def test_a_finger_chooses_a_row_and_a_pixel_and_drags_the_window(browser):
    html = explore.im2col(size=2, stride=2, pad=1)._repr_html_()
    with open_bare(browser, html, width=360, has_touch=True) as page:
        cells = page.locator(".cr-cell")
        window = page.get_by_role("slider", name="Window", exact=True)

        def now():
            """When it is drawn, in the next frame."""
            page.evaluate("() => new Promise((r) => requestAnimationFrame(() => setTimeout(r)))")
            pixel = page.locator("input[name=pixel]").input_value()
            return window.get_attribute("aria-valuenow"), pixel

        assert cells.count() == 36 + 9 * 4 + 16
        cells.nth(4 * 4 + 2).tap()
        assert now() == ("4", "9")
        cells.nth(36 + 3).tap()  # pixel 3 of the result
        assert now() == ("4", "3")
        window.tap(position={"x": 5, "y": 5})  # the window covers pixels 5, 6, 9 and 10
        assert now() == ("4", "5")
        box = window.bounding_box()
        session = page.context.new_cdp_session(page)
        for kind, by in [("Start", 0), ("Move", 0.5), ("Move", 1), ("End", None)]:
            x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            points = [] if by is None else [{"x": x + by * box["width"], "y": y}]
            session.send(
                "Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points}
            )
        assert now() == ("5", "5")


def test_padding_is_grey_and_darker_within_the_window(browser):
    html = explore.im2col(size=2, stride=2, pad=1)._repr_html_()
    with open_bare(browser, html) as page:
        styles = page.locator(".cr-cell rect").evaluate_all(
            "(all) => all.slice(-36).map((rect) => rect.getAttribute('style'))"
        )
    # 6 × 6 cells with the padding; the first window holds three of its zeros, and pixel 0.
    shares = [re.search(r"--x-(\w+)\) (\d+)%", style).groups() for style in styles]
    expected = [("muted", "16") if i in (0, 5) or j in (0, 5) else ("value", "0")
                for i in range(6) for j in range(6)]  # fmt: skip
    for i, j in ((0, 0), (0, 1), (1, 0)):
        expected[6 * i + j] = ("muted", "36")
    expected[6 + 1] = ("value", "16")
    expected[6 * 2 + 2] = ("value", "40")  # the chosen pixel
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
