"""The explorable of the chapter "Training a network"."""

import numpy as np
import pytest

import chainrule as cr
from chainrule import explore
from chainrule.explore import _training_runs as training_runs
from chainrule.explore._explorable import module
from chainrule.training import _step
from explorables.checks import ExplorableChecks
from explorables.figures import bottom_axis, logarithmic_axis, widget
from explorables.node import node
from explorables.numbers import fixed, significant

RATES = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10]
BATCHES = [4, 16, 64, 256, 1137]
ENDS = {"epochs": 20, "steps": 1000}


def fresh():
    """The chapter's network and data: net, x, t, x_val, t_val."""
    rng = np.random.default_rng(0)
    net = cr.Sequential(
        affine1=cr.Affine(cr.he((64, 50), rng), np.zeros(50)),
        relu1=cr.ReLU(),
        affine2=cr.Affine(cr.he((50, 10), rng), np.zeros(10)),
    )
    x, t, _, _ = cr.load_digits()
    return net, x[:1137], t[:1137], x[1137:], t[1137:]


def in_the_end(net, losses):
    _, x, _, x_val, t_val = fresh()
    right = int((net.forward(x_val).argmax(axis=1) == t_val).sum())
    asleep = int((net["affine1"].forward(x).max(axis=0) <= 0).sum())
    return losses, right, asleep


def loss_on_all(net, x, t):
    return float(cr.SoftmaxWithLoss().forward(net.forward(x), t))


def by_epochs(lr, size):
    """A run of 20 epochs by `fit`: the losses, validation digits right, units asleep."""
    net, x, t, _, _ = fresh()
    rng, losses = np.random.default_rng(1), [loss_on_all(net, x, t)]
    for _ in range(20):
        options = {"epochs": 1, "batch_size": size, "rng": rng}
        cr.fit(net, cr.SoftmaxWithLoss(), cr.SGD(lr), x, t, **options)
        losses.append(loss_on_all(net, x, t))
    return in_the_end(net, losses)


def by_steps(lr, size):
    """The same for 1,000 steps, the loss after every 25."""
    net, x, t, _, _ = fresh()
    rng, losses = np.random.default_rng(1), [loss_on_all(net, x, t)]
    order, start = rng.permutation(1137), 0
    for step in range(1, 1001):
        if start >= 1137:
            order, start = rng.permutation(1137), 0
        rows = order[start : start + size]
        start += size
        _step(net, cr.SoftmaxWithLoss(), cr.SGD(lr), x[rows], t[rows])
        if step % 25 == 0:
            losses.append(loss_on_all(net, x, t))
    return in_the_end(net, losses)


def kept(way, rate, batch):
    return widget("training").runs[way][batch][rate]


@pytest.mark.parametrize(
    ("way", "lr", "size"),
    [
        ("epochs", 0.001, 1137),
        ("epochs", 0.5, 1137),
        ("epochs", 0.01, 256),
        ("epochs", 0.1, 64),
        ("epochs", 0.05, 16),
        ("steps", 0.02, 4),
        ("steps", 0.1, 16),
        ("steps", 0.2, 64),
        ("steps", 0.1, 256),
    ],
)
def test_the_runs_that_are_kept_are_those_of_the_library(way, lr, size):
    """Some that take little time, and whose rate is not so large that they magnify last bits."""
    run = kept(way, RATES.index(lr), BATCHES.index(size))
    losses, right, asleep = (by_epochs if way == "epochs" else by_steps)(lr, size)
    # Three digits are kept: half a unit of the third is 0.5 percent at most.
    np.testing.assert_allclose(run["loss"], losses, rtol=0.0051)
    assert (run["right"], run["asleep"]) == (right, asleep)


@pytest.mark.parametrize(("lr", "size"), [(10, 1137), (10, 256), (5, 64)])
def test_a_rate_that_is_far_too_large_ends_as_the_kept_run_does(lr, size):
    """Its numbers may be another machine's; what becomes of it is not."""
    run = kept("epochs", RATES.index(lr), BATCHES.index(size))
    losses, right, asleep = by_epochs(lr, size)
    for last, digits, units in [
        (losses[-1], right, asleep),
        (run["loss"][-1], run["right"], run["asleep"]),
    ]:
        assert last > 2.2 and digits < 0.2 * 300 and units > 25


def test_what_is_kept_can_be_made_again():
    """By the function that made it: the beginning of both ways of one run, and a short run."""
    made = training_runs.train(0.2, 256, epochs=2, steps=50)
    run = {way: kept(way, 7, 3) for way in ENDS}
    assert made["epochs"]["loss"] == run["epochs"]["loss"][:3]
    assert made["steps"]["loss"] == run["steps"]["loss"][:3]
    made = training_runs.train(0.5, 1137, epochs=20, steps=20)
    assert made["epochs"] == kept("epochs", RATES.index(0.5), BATCHES.index(1137))


def test_the_whole_grid_is_kept():
    state = widget("training")
    assert (list(state.grid["rates"]), list(state.grid["batches"])) == (RATES, BATCHES)
    lengths = {(way, len(run["loss"])) for way in ENDS for row in state.runs[way] for run in row}
    assert lengths == {("epochs", 21), ("steps", 41)}
    assert {len(row) for way in ENDS for row in state.runs[way]} == {13}
    assert {len(state.runs[way]) for way in ENDS} == {5}
    first = {run["loss"][0] for way in ENDS for row in state.runs[way] for run in row}
    net, x, t, _, _ = fresh()
    assert first == {float(f"{loss_on_all(net, x, t):.3g}")}


def test_the_jumps_of_the_first_run_are_made_by_the_image_left_over():
    """As its note says: before the last step of each epoch, the loss falls nearly always."""
    net, x, t, _, _ = fresh()
    rng, before, after = np.random.default_rng(1), [], []
    for _ in range(20):
        *whole, rest = np.split(rng.permutation(1137), range(16, 1137, 16))
        assert len(rest) == 1
        for rows in whole:
            _step(net, cr.SoftmaxWithLoss(), cr.SGD(0.1), x[rows], t[rows])
        before.append(loss_on_all(net, x, t))
        _step(net, cr.SoftmaxWithLoss(), cr.SGD(0.1), x[rest], t[rest])
        after.append(loss_on_all(net, x, t))
    np.testing.assert_allclose(kept("epochs", 6, 1)["loss"][1:], after, rtol=0.0051)
    assert np.diff(before).max() < 0.001
    assert np.diff(after).max() > 0.5


def training_numbers(way, rate, batch, until):
    run, size = kept(way, rate, batch), BATCHES[batch]
    loss, asleep = np.array(run["loss"]), run["asleep"]
    rises = int((np.diff(loss) > 0).sum())
    per = -(-1137 // size)
    images = sum(min(size, 1137 - (step % per) * size) for step in range(1000))
    if loss[-1] > 1:
        verdict = "broken" if asleep > 25 or loss[-1] > loss[0] else "slow"
    else:
        verdict = "restless" if rises > (len(loss) - 1) / 4 else "learns"
    return {
        "right": fixed(100 * run["right"] / 300, 1),
        "asleep": asleep,
        "rises": rises,
        "times": len(loss) - 1,
        "first": significant(loss[0], 2),
        "last": significant(loss[-1], 2),
        "lowest": significant(loss.min(), 2),
        "per": per,
        "batch": f"{size:,}",
        "steps": f"{20 * per:,}",
        "epochs": significant(1000 / per, 3),
        "images": f"{images:,}",
        "verdict": verdict,
        "now": significant(loss[until * (len(loss) - 1) // 20], 2),
        "at": f"{until * ENDS[way] // 20:,}",
    }


def test_sentences_say_what_the_runs_say(tmp_path):
    grid = [
        {"way": way, "rate": rate, "batch": batch, "until": until}
        for way in ENDS
        for rate in range(13)
        for batch in range(5)
        for until in (0, 7, 20)
    ]
    state = widget("training").state()
    script = "return data.grid.map((s) => js.numbers({ ...data.state, ...s }));"
    answers = node(module("training.js"), script, {"grid": grid, "state": state}, tmp_path)
    for where, answer in zip(grid, answers, strict=True):
        assert answer == training_numbers(**where), where
    assert {answer["verdict"] for answer in answers} == {"broken", "slow", "restless", "learns"}


def check(figure, rate, batch, way="epochs", behind="batches", until=20):
    now = figure.settle()
    words = now.words
    assert now.value("rate") == rate
    assert now.output("rate") == f"{RATES[rate]:g}"
    for name, value in {"batch": batch, "way": way, "behind": behind}.items():
        assert now.checked(name, value)
    assert (now.value("until"), now.output("until")) == (until, f"{5 * until} %")
    numbers = {**training_numbers(way, rate, batch, until), "end": words[way]}
    for key in (numbers["verdict"], "losses") if until == 20 else ("so_far",):
        now.says(key, **numbers)
    now.says(f"work_{way}", **numbers)
    check_curves(now.drawing(words["curves"]), rate, batch, way, behind, until)
    check_map(now.drawing(words["map"]), rate, batch, way, until == 20)
    later = words["map_later"] in [t["text"] for t in now.drawing(words["map"])["text"]]
    assert later == (until < 20)


def check_curves(drawing, rate, batch, way, behind, until):
    end = ENDS[way]
    across = bottom_axis(drawing, {"0": 0, f"{end:,}": end})
    power = logarithmic_axis(drawing)
    drawn = {p["data-of"]: p for p in drawing["path"]}
    if behind == "batches":
        expected = {size: kept(way, rate, i) for i, size in enumerate(BATCHES)}
        own = BATCHES[batch]
    else:
        expected = {lr: kept(way, i, batch) for i, lr in enumerate(RATES)}
        own = RATES[rate]
    assert drawn.keys() == expected.keys()
    for label, run in expected.items():
        played = run["loss"][: 1 + until * (len(run["loss"]) - 1) // 20]
        assert ("cr-curve" in drawn[label]["class"]) == (label == own)
        points = np.array([p.split() for p in drawn[label]["d"][1:].split("L")], dtype=float)
        places = np.linspace(0, end, len(run["loss"]))[: len(played)]
        np.testing.assert_allclose(across(points[:, 0]), places, atol=0.001 * end)
        levels = np.clip(np.log10(played), -3, 1)
        np.testing.assert_allclose(power(points[:, 1]), levels, atol=0.003)
    (dot,) = drawing["circle"]
    at = until * len(kept(way, 0, 0)["loss"][1:]) // 20
    assert across(dot["cx"]) == pytest.approx(until * end / 20)
    last = np.clip(np.log10(expected[own]["loss"][at]), -3, 1)
    assert power(dot["cy"]) == pytest.approx(last, abs=0.003)
    right = max(r["x2"] for r in drawing["line"])
    # Names stand beside the ends of their curves; that of your own is always there.
    names = [t for t in drawing["text"] if t["x"] > right and t["text"] not in ("B", "η")]
    assert str(own) in [t["text"] for t in names]
    for name in names:
        last = np.clip(np.log10(expected[float(name["text"])]["loss"][at]), -3, 1)
        assert power(name["y"] - 4.5) == pytest.approx(last, abs=0.003)


def check_map(drawing, rate, batch, way, is_known):
    cells = [t["text"] for t in drawing["text"] if t.get("class") == "cr-number"]
    rights = [kept(way, j, i)["right"] for i in range(5) for j in range(13)]
    assert cells == [fixed(100 * right / 300, 0) if is_known else "" for right in rights]
    squares = [r for r in drawing["rect"] if r.get("class") != "cr-frame"]
    (frame,) = (r for r in drawing["rect"] if r.get("class") == "cr-frame")
    own = squares[13 * batch + rate]
    for side in ("x", "y", "width", "height"):
        assert frame[side] == pytest.approx(own[side])


def play(figure):
    figure.button(figure.words["play"]).click()
    figure.play_until(lambda: figure.value("until") == 20)


def take_more(figure):
    small, large = kept("epochs", 6, 1), kept("epochs", 6, 3)
    assert large["loss"][-1] > 5 * small["loss"][-1]
    per = [training_numbers("epochs", 6, batch, 20)["per"] for batch in (1, 3)]
    assert per == [72, 5]
    figure.control("batch", 3).click()


def count_steps(figure):
    small, large = (np.array(kept("steps", 6, batch)["loss"]) for batch in (1, 3))
    assert (np.abs(large / small - 1) < 0.2).all()
    images = [training_numbers("steps", 6, b, 20)["images"].replace(",", "") for b in (1, 3)]
    assert round(int(images[1]) / int(images[0])) == 14
    figure.control("way", "steps").click()


def scale_the_rate(figure):
    good = [RATES[i] for i in range(13) if kept("epochs", i, 3)["right"] > 285]
    assert good == [1]  # ten times the 0.1 of before
    figure.control("way", "epochs").click()
    figure.slide("rate", 9 / 12)


class TestTraining(ExplorableChecks):
    name = "training"
    steps = (
        ("play", play),
        ("more", take_more),
        ("count", count_steps),
        ("scale", scale_the_rate),
        ("break", lambda figure: figure.control("rate").press("End")),
    )
    not_counted = (
        ("break", lambda figure: [figure.set("until", 20), figure.control("rate").press("End")],
         lambda figure: figure.control("behind", "rates").click()),
    )  # fmt: skip

    def play(self, figure):
        page, words = figure.page, figure.words
        check(figure, 6, 1, until=0)
        for press in (lambda button: button.click(), lambda button: button.press("Enter")):
            press(figure.button(words["forward"]))
            check(figure, 6, 1, until=1)
            press(figure.button(words["back"]))
            check(figure, 6, 1, until=0)
            press(figure.button(words["play"]))
            figure.play_until(lambda: figure.value("until") >= 5)
            press(figure.button(words["pause"]))
            paused = int(figure.value("until"))  # a busy machine may have gone on for a tick
            assert 5 <= paused < 20
            check(figure, 6, 1, until=paused)
            page.clock.run_for(1000)
            assert figure.value("until") == paused
            figure.control("until").press("Home")
        for way in ("steps", "epochs"):
            figure.control("way", way).click()
            figure.slide("until", 0.35)
            check(figure, 6, 1, way, until=7)
        figure.control("until").press("End")
        figure.control("batch", 3).click()
        check(figure, 6, 3)
        figure.control("behind", "rates").click()
        check(figure, 6, 3, behind="rates")
        figure.control("rate").focus()
        for key, rate in [("Home", 0), *[("ArrowRight", i) for i in range(1, 13)]]:
            page.keyboard.press(key)
            check(figure, rate, 3, behind="rates")
        for fraction, rate in [(0, 0), (1, 12), (0.5, 6)]:
            figure.slide("rate", fraction)
            check(figure, rate, 3, behind="rates")
        for batch in (0, 1, 2, 3, 4):
            figure.control("batch", batch).click()
            check(figure, 6, batch, behind="rates")
        for batch in (0, 1, 2, 3, 4):
            page.keyboard.press("ArrowRight")
            check(figure, 6, batch, behind="rates")
        for way in ("steps", "epochs"):
            figure.control("way", way).click()
            check(figure, 6, 4, way, "rates")
        for way in ("steps", "epochs"):
            page.keyboard.press("ArrowRight")
            check(figure, 6, 4, way, "rates")
        for behind in ("batches", "rates"):
            figure.control("behind", behind).click()
            check(figure, 6, 4, behind=behind)
        for behind in ("batches", "rates"):
            page.keyboard.press("ArrowRight")
            check(figure, 6, 4, behind=behind)
        for batch, rate in [(0, 0), (2, 8), (4, 12)]:
            figure.root.locator(f'[data-cell="{batch} {rate}"]').click()
            check(figure, rate, batch, behind="rates")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"rate": 13}, "training: rate must be in 0 … 12, got 13"),
        ({"batch": "16"}, "training: batch must be in 0 … 4, got '16'"),
    ],
)
def test_a_wrong_start_is_refused_with_a_sentence(wrong, message):
    with pytest.raises(ValueError) as caught:
        explore.training(**wrong)
    assert str(caught.value) == message
