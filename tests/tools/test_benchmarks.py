"""The benchmarks: what is timed is correct, and the stored results are complete.

No test depends on how long anything takes.
"""

import numpy as np
import pytest

import chainrule as cr
import run
import subjects
import timing
from chainrule.book import fast_convolution_steps as step

RESULTS = step.benchmark_results()


@pytest.mark.parametrize("pad", [0, 1])
@pytest.mark.parametrize("name", ["by_loops", "by_columns", "by_few_images"])
def test_a_step_of_the_chapter_is_a_convolution(name, pad):
    rng = np.random.default_rng(0)
    x, W = rng.standard_normal((3, 2, 5, 6)), rng.standard_normal((4, 2, 3, 2))
    b = rng.standard_normal(4)
    expected = cr.Convolution(W, b, pad=pad).forward(x)
    np.testing.assert_allclose(getattr(step, name)(x, W, b, pad), expected, rtol=1e-12, atol=1e-12)


def test_operations_by_hand():
    """One image of 3×3, two filters of 2×2: eight outputs of four products and sums each."""
    assert step.operations((1, 1, 3, 3), (2, 1, 2, 2)) == 8 * 4 * 2
    assert step.operations((64, 16, 32, 32), (32, 16, 3, 3), pad=1) == 603_979_776


def test_the_product_alone_does_as_many_operations(monkeypatch):
    done = []

    def matmul(a, b, out):
        done.append(2 * a.shape[0] * b.size)
        assert out.shape == (b.shape[0], a.shape[0], b.shape[2])

    x, W = np.ones((7, 2, 6, 5)), np.ones((3, 2, 3, 3))
    for workspace in (1, 2000, 2**18):
        monkeypatch.setattr(step.fast, "WORKSPACE", workspace)
        run_it = step.product_alone(x, W, np.zeros(3), pad=1)
        with monkeypatch.context() as patch:
            patch.setattr(np, "matmul", matmul)
            done.clear()
            run_it()
        assert sum(done) == step.operations(x.shape, W.shape, pad=1)


def test_few_images_are_few(monkeypatch):
    """With room for the columns of two images, seven go in four batches, the last one smaller."""
    rng, done, matmul = np.random.default_rng(0), [], np.matmul
    x, W = rng.standard_normal((7, 2, 6, 5)), rng.standard_normal((3, 2, 3, 3))

    def watched(a, col, out):
        done.append(col)
        return matmul(a, col, out=out)

    monkeypatch.setattr(step.fast, "BATCH_ELEMENTS", 2 * 2 * 9 * 30)
    with monkeypatch.context() as patch:
        patch.setattr(np, "matmul", watched)
        y = step.by_few_images(x, W, np.ones(3), pad=1)
    assert [len(col) for col in done] == [2, 2, 2, 1]
    assert all(np.shares_memory(done[0], col) for col in done)
    expected = cr.Convolution(W, np.ones(3), pad=1).forward(x)
    np.testing.assert_allclose(y, expected, rtol=1e-12, atol=1e-12)


def test_runs_copy_the_same_numbers_in_pieces_of_the_length_they_are_named_after(monkeypatch):
    copied = {}
    for name, copy in subjects.runs(numbers=9 * 2**10).items():
        with monkeypatch.context() as patch:
            patch.setattr(np, "copyto", lambda to, source, name=name: copied.update({name: source}))
            copy()
    assert [int(name) for name in copied] == subjects.RUN_LENGTHS
    for name, source in copied.items():
        assert source.size == 9 * 2**10
        assert source.shape[1] == int(name)
        assert source.strides == (4 * (int(name) + 1), 4)


def test_the_parts_of_case_b_run_and_its_copies_are_of_the_same_numbers(monkeypatch):
    parts, copied = subjects.parts(), {}
    for name in ("rows", "columns", "plain copy"):
        with monkeypatch.context() as patch:
            patch.setattr(np, "copyto", lambda to, source, name=name: copied.update({name: to}))
            parts[name]()
        parts[name]()
    col = parts["im2col"]()
    for name in ("rows", "plain copy"):
        np.testing.assert_array_equal(copied[name].reshape(col.shape), col)
    of_last = copied["columns"][-1].reshape(16 * 9, -1).T  # (OH·OW, C·KH·KW)
    np.testing.assert_array_equal(of_last, col.reshape(64, -1, 16 * 9)[-1])
    for name, kind in (("rows of each image", "rows"), ("columns of each image", "columns")):
        parts[name]()
        np.testing.assert_array_equal(copied[kind][0], copied[kind][-1])
    parts["col2im"](), parts["columns added"]()
    assert parts["product"]().shape == parts["bias"]().shape == (64 * 32 * 32, 32)


@pytest.mark.parametrize("side", run.SIDES)
def test_both_ways_to_make_columns_make_as_many(side, monkeypatch):
    made = []
    columns = step.fast._Workspace.columns

    def watched(work, x, piece):
        made.append(columns(work, x, piece).size)

    monkeypatch.setattr(step.fast._Workspace, "columns", watched)
    ways = subjects.stages(side)
    ways["one stage"]()
    ways["two stages"]()
    assert sum(made) == 64 * 16 * 32 * 32 * 9


def test_functions_take_turns_in_a_rotating_order(monkeypatch):
    called = []
    monkeypatch.setattr(timing, "_calls", lambda function, at_least, clock: 1)
    functions = {name: (lambda name=name: called.append(name)) for name in "abc"}
    result = timing.interleaved(functions, rounds=3)
    assert "".join(called) == "abc" + "bca" + "cab"
    assert set(result) == set("abc")


def test_summary_by_hand():
    summary = timing.summary([4.0, 1.0, 3.0, 2.0, 5.0, 7.0, 6.0])
    assert summary == {"median": 4, "low": 2.5, "high": 5.5, "least": 1}


@pytest.mark.parametrize("make", [*run.LAYERS.values(), subjects.fully_connected_step])
def test_what_is_timed_runs(make):
    for function in make().values():
        function()


def test_the_training_steps_train():
    """Ten steps on the same digits lower the loss, in both tiers."""
    x, t = subjects.floats(20, 1, 28, 28), np.arange(20) % 10
    for tier in (cr, subjects.fast):
        net = cr.Sequential(**subjects._convnet(tier))
        loss = cr.SoftmaxWithLoss()
        before = loss.forward(net.forward(x), t)
        step_once = subjects._step(net, x, t)
        for _ in range(10):
            step_once()
        assert loss.forward(net.forward(x), t) < before


def test_the_stored_results_are_whole():
    machine = RESULTS["machine"]
    assert machine["dtype"] == "float32"
    assert all(machine[key] for key in ("processor", "numpy", "blas", "torch"))
    assert set(RESULTS["layers"]) == set(run.LAYERS)
    assert set(RESULTS["ladder"]) == set(subjects.CASES)
    assert [int(n) for n in RESULTS["batch"]] == run.BATCHES
    assert {"convnet, 1 thread", "convnet, 2 threads"} <= set(RESULTS["steps"])
    assert set(RESULTS["parts"]) == set(subjects.parts())
    assert [int(length) for length in RESULTS["runs"]] == subjects.RUN_LENGTHS
    assert [int(side) for side in RESULTS["stages"]] == run.SIDES
    assert RESULTS["peak"] > 0
    ours = {"runs": RESULTS["runs"], "parts": RESULTS["parts"], **RESULTS["stages"]}
    for name, row in ours.items():
        for time in row.values():
            assert 0 < time["least"] <= time["low"] <= time["median"] <= time["high"], name
    for part in ("layers", "steps", "ladder", "batch"):
        for name, row in RESULTS[part].items():
            assert "readable" in row or part == "ladder", name
            assert any(subject.startswith("PyTorch") for subject in row), name
            for time in row.values():
                assert 0 < time["least"] <= time["low"] <= time["median"] <= time["high"], name


def test_without_pytorch_it_says_how_to_install_it_and_stores_nothing(monkeypatch, capsys):
    empty = {"median": 1.0, "low": 1.0, "high": 1.0, "least": 1.0}
    before = run.RESULTS.read_bytes()
    monkeypatch.setattr(subjects, "torch", None)
    monkeypatch.setattr(
        run, "interleaved", lambda functions, rounds, **_: dict.fromkeys(functions, empty)
    )
    run.main()
    printed = capsys.readouterr().out
    assert "PyTorch is not installed" in printed
    assert "pip install torch" in printed
    assert "Convolution B" in printed
    assert run.RESULTS.read_bytes() == before
