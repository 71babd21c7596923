"""Networks and training: Sequential, fit, accuracy, and whether networks learn."""

import numpy as np
import pytest

import chainrule as cr
from chainrule_dev import cases


def rng(seed=0):
    return np.random.default_rng(seed)


def blobs(n=20):
    """Two classes of points that a line separates, the first n of class 0."""
    points = rng().normal(0, 0.3, (2 * n, 2))
    points[:n] -= 1
    points[n:] += 1
    return points, np.repeat([0, 1], n)


def train(net, x, t, **changes):
    arguments = {
        "loss": cr.SoftmaxWithLoss(),
        "optimizer": cr.SGD(0.1),
        "epochs": 2,
        "batch_size": 8,
        "rng": rng(),
    } | changes
    return cr.fit(net, x=x, t=t, **arguments)


# --- Sequential ---


def test_keys_name_the_layer_and_the_parameter_in_order():
    net = cases.mixed_net(cr.Sequential, rng())
    assert list(net.layers) == [
        "affine1",
        "norm1",
        "relu1",
        "dropout1",
        "affine2",
        "sigmoid",
        "affine3",
    ]
    assert list(net.params) == [
        "affine1.W",
        "affine1.b",
        "norm1.gamma",
        "norm1.beta",
        "affine2.W",
        "affine2.b",
        "affine3.W",
        "affine3.b",
    ]
    assert list(net.grads) == list(net.params)
    assert all(gradient is None for gradient in net.grads.values())


def test_nested_keys_name_the_whole_path():
    net = cases.nested_net(cr.Sequential, rng())
    assert {"block.affine1.W", "block.norm1.gamma", "head.second.b"} < set(net.params)
    assert net["block"]["affine1"].W is net.params["block.affine1.W"]


def test_forward_and_backward_are_those_of_the_layers_in_a_row():
    net = cases.two_affine(cr.Sequential, rng(), (3, 4, 2))
    x, dout = rng(1).standard_normal((5, 3)), rng(2).standard_normal((5, 2))
    first, second = (cr.Affine(net[name].W, net[name].b) for name in ("first", "second"))
    np.testing.assert_array_equal(net.forward(x), second.forward(first.forward(x)))
    np.testing.assert_array_equal(net.backward(dout), first.backward(second.backward(dout)))
    np.testing.assert_array_equal(net.grads["first.W"], first.dW)
    np.testing.assert_array_equal(net.grads["second.b"], second.db)


def test_a_replaced_parameter_is_seen_by_everyone():
    net = cases.two_affine(cr.Sequential, rng(), (3, 4, 2))
    net["second"].W = np.zeros((4, 2))
    assert net.params["second.W"] is net["second"].W
    np.testing.assert_array_equal(net.forward(np.ones((1, 3)))[0], net["second"].b)


@pytest.mark.parametrize(
    ("build", "names"),
    [
        (lambda layer: {"a": layer, "b": layer}, "one Affine as both a and b"),
        (lambda layer: {"a": layer, "relu": cr.ReLU(), "b": layer}, "as both a and b"),
        (
            lambda layer: {"a": layer, "block": cr.Sequential(b=layer)},
            "one Affine as both a and block.b",
        ),
        (
            lambda layer: {"p": cr.Sequential(a=layer), "q": cr.Sequential(b=layer)},
            "one Affine as both p.a and q.b",
        ),
        (
            lambda layer: dict.fromkeys("ab", cr.Sequential(inner=layer)),
            "one Sequential as both a and b",
        ),
        (lambda layer: dict.fromkeys("ab", cr.ReLU()), "one ReLU as both a and b"),
        (
            lambda layer: {"a": layer, "b": cr.Affine(layer.W, np.zeros(3))},
            "but a.W and b.W share memory",
        ),
        (
            lambda layer: {"a": layer, "b": cr.Affine(layer.W.T, np.zeros(3))},
            "but a.W and b.W share memory",
        ),
        (
            lambda layer: {"p": cr.Sequential(a=layer), "b": cr.Affine(np.ones((3, 3)), layer.b)},
            r"but p\.a\.b and b\.b share memory",
        ),
    ],
)
def test_one_layer_or_array_in_two_places_is_refused(build, names):
    """The second use would overwrite the cache and the gradients of the first, silently."""
    layers = build(cr.Affine(rng().standard_normal((3, 3)), np.zeros(3)))
    with pytest.raises(ValueError, match=f"^Sequential: each .*{names}"):
        cr.Sequential(**layers)


def test_parameters_may_be_separate_parts_of_one_array():
    """Interleaved, too: what counts is whether an element is in both."""
    storage = np.ones((3, 6))
    cr.Sequential(
        a=cr.Affine(storage[:, ::2], np.zeros(3)), b=cr.Affine(storage[:, 1::2], np.zeros(3))
    )


def test_modes_reach_every_layer_and_return_the_network():
    net = cases.nested_net(cr.Sequential, rng())
    layers = [net, net["block"], net["block"]["dropout1"], net["head"]["first"]]
    assert all(layer.training for layer in layers)
    assert net.eval() is net
    assert not any(layer.training for layer in layers)
    assert net.train() is net
    assert all(layer.training for layer in layers)


def test_modes_are_of_one_object_not_of_the_class():
    cr.ReLU().eval()
    assert cr.ReLU().training


def test_fully_connected_alternates_affine_and_activation():
    net = cr.fully_connected([4, 5, 6, 3], rng(), activation=cr.Tanh, init=cr.xavier)
    assert {name: type(layer) for name, layer in net.layers.items()} == {
        "affine1": cr.Affine,
        "activation1": cr.Tanh,
        "affine2": cr.Affine,
        "activation2": cr.Tanh,
        "affine3": cr.Affine,
    }
    assert [net[f"affine{i}"].W.shape for i in (1, 2, 3)] == [(4, 5), (5, 6), (6, 3)]
    assert not any(net[f"affine{i}"].b.any() for i in (1, 2, 3))
    assert net["activation1"] is not net["activation2"]
    np.testing.assert_array_equal(net["affine1"].W, cr.xavier((4, 5), rng()))


def test_fully_connected_in_single_precision_stays_there():
    net = cr.fully_connected([2, 3, 2], rng(), dtype=np.float32)
    x, t = blobs()
    train(net, x.astype(np.float32), t)
    assert {array.dtype for array in (*net.params.values(), *net.grads.values())} == {
        np.dtype("float32")
    }


# --- saving and loading ---


def trained_with_norm():
    """A nested network with batch normalization, after some steps, and its data."""
    x, t = blobs()
    x, net = np.tile(x, 2), cases.nested_net(cr.Sequential, rng())
    train(net, x, t)
    return net, x


@pytest.mark.parametrize("build", [cases.nested_net, cases.convolutional_net])
def test_a_saved_network_computes_the_same_when_loaded(tmp_path, build):
    """With plain np.savez and np.load, into a network of other numbers, bit by bit."""
    net, fresh = build(cr.Sequential, rng(0)), build(cr.Sequential, rng(1))
    x = rng().standard_normal((6, 4) if build is cases.nested_net else (6, 1, 5, 5))
    net.forward(x)
    before = {key: id(value) for key, value in fresh.params.items()}
    np.savez(tmp_path / "net.npz", **net.state())
    with np.load(tmp_path / "net.npz") as saved:
        assert fresh.load_state(saved) is fresh
    np.testing.assert_array_equal(fresh.eval().forward(x), net.eval().forward(x))
    np.testing.assert_equal(fresh.state(), net.state())
    assert {key: id(value) for key, value in fresh.params.items()} == before, "loaded in place"


def test_the_state_is_the_parameters_and_the_running_statistics_copied():
    net, x = trained_with_norm()
    state = net.state()
    assert set(state) - set(net.params) == {"block.norm1.running_mean", "block.norm1.running_var"}
    assert set(net.params) < set(state)
    before = {key: value.copy() for key, value in state.items()}
    train(net, x, np.repeat([0, 1], 20))
    np.testing.assert_equal(state, before)


@pytest.mark.parametrize("case", cases.ONE_CASE_EACH.values(), ids=lambda case: case.name)
def test_every_layer_can_be_saved_and_loaded(case):
    layer, other = case.make_layer(rng(0)), case.make_layer(rng(1))
    other.load_state(layer.state())
    np.testing.assert_equal(other.state(), layer.state())


@pytest.mark.parametrize("case", cases.ONE_CASE_EACH.values(), ids=lambda case: case.name)
def test_the_state_is_all_that_training_changes(case):
    """After forward and backward no array attribute outside `state` and the gradients differs."""
    layer = case.make_layer(rng())

    def arrays():
        return {k: v.copy() for k, v in vars(layer).items() if isinstance(v, np.ndarray)}

    before = arrays()
    layer.backward(np.ones_like(layer.forward(*case.make_inputs(rng()))))
    after = arrays()
    changed = {k for k in before if not np.array_equal(before[k], after[k])}
    assert changed <= set(layer.state())


def test_a_loaded_state_keeps_the_dtype():
    net = cr.fully_connected([2, 3, 2], rng(), dtype=np.float32)
    net.load_state(cr.fully_connected([2, 3, 2], rng(1)).state())
    assert {p.dtype for p in net.params.values()} == {np.dtype("float32")}


def read_only(net):
    net["norm1"].beta.setflags(write=False)
    return net.state()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda net: net.params, r"missing \['norm1.running_mean', 'norm1.running_var'\], unknown"),
        (lambda net: net.state() | {"x": np.ones(2)}, r"missing \[\], unknown \['x'\]"),
        (lambda net: net.state() | {"x": [0], 1: [0]}, r"missing \[\], unknown \[1, 'x'\]"),
        (
            lambda net: net.state() | {"norm1.running_var": np.ones(1)},
            r"norm1.running_var must have shape \(5,\), got \(1,\)",
        ),
        (
            lambda net: net.state() | {"affine3.b": np.array(["a", "b", "c"])},
            "affine3.b must hold real numbers, got dtype <U1",
        ),
        (lambda net: [*net.state().values()], "state must be a dict such as .* got list"),
        (read_only, "norm1.beta must be writable, got a read-only array"),
    ],
    ids=[
        "running statistics missing",
        "unknown",
        "unknown of two kinds",
        "shape",
        "dtype",
        "list",
        "read-only",
    ],
)
def test_a_wrong_state_is_refused_and_nothing_is_loaded(change, expected):
    net = cases.mixed_net(cr.Sequential, rng())
    state = change(cases.mixed_net(cr.Sequential, rng(1)) if change is not read_only else net)
    if change is read_only:
        state = {key: value + 1 for key, value in state.items()}
    before = net.state()
    with pytest.raises(ValueError, match=f"^Sequential.load_state: .*{expected}"):
        net.load_state(state)
    np.testing.assert_equal(net.state(), before)


# --- fit ---


def test_history_has_a_loss_a_step_and_accuracies_an_epoch():
    """40 samples in batches of 12 are 4 steps per epoch; the last batch has 4 samples."""
    x, t = blobs()
    net = cr.fully_connected([2, 4, 2], rng())
    history = train(net, x, t, epochs=3, batch_size=12)
    assert {key: len(values) for key, values in history.items()} == {"loss": 12}
    history = train(net, x, t, epochs=3, batch_size=12, test=(x[:10], t[:10]))
    assert {key: len(values) for key, values in history.items()} == {
        "loss": 12,
        "train_accuracy": 3,
        "test_accuracy": 3,
    }
    assert all(type(value) is float for values in history.values() for value in values)
    assert history["train_accuracy"][-1] == cr.accuracy(net, x, t)
    assert history["test_accuracy"][-1] == cr.accuracy(net, x[:10], t[:10])


class Recorder(cr.Affine):
    """An affine layer that records the batches it was trained on."""

    def forward(self, x):
        if self.training:
            self.__dict__.setdefault("batches", []).append(x[:, 0].tolist())
        return super().forward(x)


def test_every_epoch_sees_every_sample_once_in_a_new_order():
    x = np.column_stack([np.arange(10.0), np.zeros(10)])
    net = Recorder(np.zeros((2, 2)), np.zeros(2))
    train(net, x, np.zeros(10, dtype=int), epochs=2, batch_size=4, optimizer=cr.SGD(1e-9))
    assert [len(batch) for batch in net.batches] == [4, 4, 2, 4, 4, 2]
    first, second = ([*a, *b, *c] for a, b, c in (net.batches[:3], net.batches[3:]))
    assert sorted(first) == sorted(second) == list(range(10))
    assert first != second
    assert list(range(10)) not in (first, second)


def test_samples_keep_their_targets():
    """With t = x the identity has loss 0 only if both are shuffled in the same way."""
    x = np.arange(12.0).reshape(12, 1)
    net = cr.Affine([[1.0]], [0.0])
    history = train(net, x, x, loss=cr.IdentityWithLoss(), batch_size=5)
    assert history["loss"] == [0.0] * 6


def test_a_step_is_forward_backward_update():
    x, t = blobs()
    fitted, stepped = (cr.fully_connected([2, 4, 2], rng()) for _ in range(2))
    history = train(fitted, x, t, epochs=1, batch_size=len(x))
    order, loss = rng().permutation(len(x)), cr.SoftmaxWithLoss()
    assert history["loss"] == [loss.forward(stepped.forward(x[order]), t[order])]
    stepped.backward(loss.backward())
    for key, value in stepped.params.items():
        np.testing.assert_array_equal(fitted.params[key], value - 0.1 * stepped.grads[key])


def test_the_same_seed_gives_the_same_training():
    x, t = blobs()

    def run(seed):
        net = cases.mixed_net(cr.Sequential, rng())
        history = train(net, np.tile(x, 2), t, rng=rng(seed), test=(np.tile(x, 2), t))
        return history, net.params

    np.testing.assert_equal(run(1), run(1))
    assert run(1)[0]["loss"] != run(2)[0]["loss"]


def test_the_data_is_left_alone():
    x, t = blobs()
    x.setflags(write=False)
    t.setflags(write=False)
    train(cr.fully_connected([2, 3, 2], rng()), x, t)


def modes(net):
    return [layer.training for layer in (net, net["norm1"], net["dropout1"], net["affine3"])]


def test_modes_within_a_nested_network_are_restored():
    """A layer two levels down was put into evaluation by hand: it is frozen, and stays so."""
    x, t = blobs()
    x = np.tile(x, 2)
    net = cases.nested_net(cr.Sequential, rng())
    frozen = net["block"]["norm1"].eval()
    cr.accuracy(net, x, t)
    assert not frozen.training and net["block"].training
    train(net, x, t, epochs=1)
    assert not frozen.training and net["block"]["dropout1"].training


class Broken(cr.ReLU):
    def forward(self, x):
        raise KeyError("inside forward")


@pytest.mark.parametrize("mode", ["train", "eval"])
def test_modes_are_restored_when_a_layer_raises(mode):
    x, t = blobs()
    net = getattr(cr.Sequential(relu=cr.ReLU(), broken=Broken()), mode)()
    for run in (lambda: cr.accuracy(net, x, t), lambda: train(net, x, t)):
        with pytest.raises(KeyError, match="inside forward"):
            run()
        assert net.training is net["relu"].training is (mode == "train")


@pytest.mark.parametrize("frozen", [False, True], ids=["one mode", "a layer of its own"])
@pytest.mark.parametrize("mode", ["train", "eval"])
def test_modes_are_restored(mode, frozen):
    """Also that of a single layer that was switched to evaluation separately."""
    x, t = blobs()
    x = np.tile(x, 2)
    net = getattr(cases.mixed_net(cr.Sequential, rng()), mode)()
    if frozen:
        net["norm1"].eval()
    before = modes(net)
    cr.accuracy(net, x, t)
    assert modes(net) == before
    train(net, x, t, epochs=1, test=(x, t))
    assert modes(net) == before


def test_training_happens_in_training_mode():
    """A network in evaluation mode still updates its running statistics and draws masks."""
    x, t = blobs()
    net = cases.mixed_net(cr.Sequential, rng()).eval()
    mean, state = net["norm1"].running_mean, net["dropout1"].rng.bit_generator.state
    train(net, np.tile(x, 2), t, epochs=1)
    assert not np.array_equal(net["norm1"].running_mean, mean)
    assert net["dropout1"].rng.bit_generator.state != state


def test_accuracy_is_measured_in_evaluation_whatever_the_batches():
    x, t = blobs()
    x = np.tile(x, 2)
    net = cases.mixed_net(cr.Sequential, rng())
    mean, state = net["norm1"].running_mean.copy(), net["dropout1"].rng.bit_generator.state
    expected = float((net.eval().forward(x).argmax(axis=1) == t).mean())
    net.train()
    for batch_size in (1, 7, 40, 1000):
        assert cr.accuracy(net, x, t, batch_size=batch_size) == expected
    np.testing.assert_array_equal(net["norm1"].running_mean, mean)
    assert net["dropout1"].rng.bit_generator.state == state


def test_accuracy_sends_a_batch_at_a_time_through_the_network():
    sizes = []

    class Watched(cr.Affine):
        def forward(self, x):
            sizes.append(len(x))
            return super().forward(x)

    cr.accuracy(Watched(np.eye(2), np.zeros(2)), *blobs(5), batch_size=4)
    assert sizes == [4, 4, 2]


def test_accuracy_by_hand():
    net = cr.Affine(np.eye(3), np.zeros(3))
    assert cr.accuracy(net, np.eye(3), [0, 1, 2]) == 1
    assert cr.accuracy(net, np.eye(3), [0, 2, 1]) == pytest.approx(1 / 3)
    assert cr.accuracy(net, np.eye(3), [1, 2, 0]) == 0


def test_a_diverging_loss_ends_the_training_by_name():
    x, t = blobs()
    net = cr.fully_connected([2, 4, 1], rng())
    with (
        np.errstate(all="ignore"),
        pytest.raises(ValueError, match=r"^fit: the loss must stay finite, got (inf|nan); try a"),
    ):
        train(
            net,
            1e3 * x,
            t[:, np.newaxis],
            loss=cr.IdentityWithLoss(),
            optimizer=cr.SGD(1e9),
            epochs=50,
        )


def test_a_loss_that_is_infinite_before_the_first_step_is_no_matter_of_the_learning_rate():
    net = cr.Affine([[1.0]], [0.0])
    with (
        np.errstate(over="ignore"),
        pytest.raises(ValueError, match=r"^fit: the loss must be finite, got inf before the first"),
    ):
        train(net, np.full((8, 1), 1e200), np.zeros((8, 1)), loss=cr.IdentityWithLoss())
    np.testing.assert_array_equal(net.W, [[1.0]])  # nothing was learned from it


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", ["x", "t", "x_test"])
def test_data_that_is_not_finite_is_named_before_the_training(place, bad):
    """Also in the last sample, which a step would come to late, and after some learning."""
    x, labels = blobs()
    net, data = cr.fully_connected([2, 2], rng()), {"x": x, "t": np.eye(2)[labels], "x_test": x}
    data = {key: value.copy() for key, value in data.items()}
    data[place][-1, 1] = bad
    loss, test = cr.IdentityWithLoss(), None
    if place == "x_test":
        loss, test, data["t"] = cr.SoftmaxWithLoss(), (data["x_test"], labels), labels
    before = net.state()
    message = rf"^fit: {place} must be finite, got {bad} at index \(39, 1\)$"
    with pytest.raises(ValueError, match=message):
        train(net, data["x"], data["t"], loss=loss, test=test)
    np.testing.assert_equal(net.state(), before)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_parameter_that_is_not_finite_is_named_before_the_training(bad):
    x, t = blobs()
    net = cr.fully_connected([2, 3, 2], rng(), activation=cr.Tanh)
    net["affine2"].b[1] = bad
    with (
        np.errstate(all="ignore"),
        pytest.raises(
            ValueError, match=r"^fit: the parameter affine2\.b must be finite, got nan or inf$"
        ),
    ):
        train(net, x, t)


@pytest.mark.parametrize("measured", [False, True])
def test_parameters_that_the_last_step_of_an_epoch_made_infinite_are_named(measured):
    """No loss is computed from them any more; the accuracy would be that of NaN."""
    x, t = blobs()
    net = cr.fully_connected([2, 2], rng())
    with (
        np.errstate(all="ignore"),
        pytest.raises(
            ValueError, match=r"^fit: the parameter affine1\.W .* smaller learning rate$"
        ),
    ):
        rate = {"epochs": 1, "batch_size": 40, "optimizer": cr.SGD(1e308)}
        train(net, 1e3 * x, np.roll(t, 7), **rate, test=(x, t) if measured else None)


def test_accuracy_of_a_network_of_nan_is_refused():
    """argmax takes the first NaN as the largest, so that it would be that of class 0: here 1.0."""
    net = cr.fully_connected([2, 3, 2], rng(), activation=cr.Tanh)
    net["affine1"].W[0, 2] = np.nan
    with pytest.raises(
        ValueError,
        match=r"^accuracy: the parameter affine1\.W must be finite, got nan or inf$",
    ):
        cr.accuracy(net, np.ones((3, 2)), np.zeros(3, dtype=int))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_accuracy_of_data_that_is_not_finite_is_refused(bad):
    with pytest.raises(ValueError, match=r"^accuracy: x must be finite, got \w+ at index \(1, 0\)"):
        cr.accuracy(cr.Affine(np.eye(2), np.zeros(2)), [[1.0, 2.0], [bad, 1.0]], [0, 0])


def test_accuracy_of_a_network_of_infinity_is_refused():
    """Two infinities are equally large, and argmax takes the first: here all would be right."""
    net = cr.Sequential(affine1=cr.Affine(np.full((2, 2), np.inf), np.zeros(2)))
    with pytest.raises(ValueError, match=r"^accuracy: the parameter affine1\.W must be finite"):
        cr.accuracy(net, np.ones((3, 2)), np.zeros(3, dtype=int))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_accuracy_of_an_output_that_is_not_finite_is_refused(bad):
    class Bad(cr.Affine):
        def forward(self, x):
            return super().forward(x) * bad

    with pytest.raises(
        ValueError, match=f"^accuracy: the largest output of net for a sample .* finite, got {bad}"
    ):
        cr.accuracy(Bad(np.ones((2, 2)), np.zeros(2)), np.ones((3, 2)), np.zeros(3, dtype=int))


def test_a_logit_of_minus_infinity_may_be_one_of_several():
    net = cr.Affine(np.eye(2), [0.0, -np.inf])
    assert cr.accuracy(net, np.ones((3, 2)), [0, 0, 1]) == pytest.approx(2 / 3)


def test_numbers_too_large_for_the_dtype_are_not_loaded_as_infinity():
    layer = cr.Affine(np.ones((2, 2), np.float32), np.zeros(2, np.float32))
    with np.errstate(all="raise"):
        with pytest.raises(ValueError, match=r"^Affine\.load_state: W must fit into float32"):
            layer.load_state({"W": np.full((2, 2), 1e300), "b": [1.0, 2.0]})
        np.testing.assert_equal(layer.b, [0, 0])
        layer.load_state({"W": np.full((2, 2), 1e-300), "b": [np.inf, 2.0]})
    np.testing.assert_equal(layer.W, np.zeros((2, 2)))


# --- the progress bar ---


def test_the_progress_bar_is_quiet_when_stderr_is_no_terminal(capsys):
    train(cr.fully_connected([2, 3, 2], rng()), *blobs())
    assert capsys.readouterr() == ("", "")


def test_the_progress_bar_is_one_line_rewritten(capsys):
    x, t = blobs()
    train(cr.fully_connected([2, 3, 2], rng()), x, t, epochs=3, test=(x, t), progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert err.endswith("\n")
    states = err.rstrip("\n").split("\r")[1:]
    assert len(states) == 3
    assert "] 1/3  loss " in states[0]
    assert states[2].startswith("[" + 30 * "█" + "] 3/3  loss ")
    assert "test_accuracy 1.000" in states[2]


def test_the_progress_bar_is_shown_on_a_terminal(capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    train(cr.fully_connected([2, 3, 2], rng()), *blobs())
    assert "2/2" in capsys.readouterr().err
    train(cr.fully_connected([2, 3, 2], rng()), *blobs(), progress=False)
    assert capsys.readouterr().err == ""


# --- something is learned ---


def test_digits_are_read_with_at_least_95_percent():
    x_train, t_train, x_test, t_test = cr.load_digits()
    net = cr.fully_connected([64, 50, 10], rng())
    train(net, x_train, t_train, optimizer=cr.Adam(0.005), epochs=15, batch_size=50)
    assert cr.accuracy(net, x_test, t_test) >= 0.95


def test_digits_are_read_by_a_convolutional_network_too():
    x_train, t_train, x_test, t_test = cr.load_digits(flatten=False)
    net = cr.Sequential(
        conv=cr.Convolution(cr.he((6, 1, 3, 3), rng()), np.zeros(6), pad=1),
        norm=cr.BatchNormalization(np.ones(6), np.zeros(6)),
        relu=cr.ReLU(),
        pool=cr.MaxPooling(2, 2),
        dropout=cr.Dropout(0.1, rng()),
        affine=cr.Affine(cr.he((96, 10), rng()), np.zeros(10)),
    )
    train(net, x_train, t_train, optimizer=cr.Adam(0.01), epochs=8, batch_size=50)
    assert cr.accuracy(net, x_test, t_test) >= 0.95


def test_spirals_are_told_apart_by_a_network_and_not_by_a_line():
    x, t = cr.spirals(60, 3, rng())
    line, net = cr.fully_connected([2, 3], rng()), cr.fully_connected([2, 40, 3], rng())
    for candidate in (line, net):
        train(candidate, x, t, optimizer=cr.Adam(0.02), epochs=150, batch_size=30)
    assert cr.accuracy(line, x, t) < 0.75
    assert cr.accuracy(net, x, t) >= 0.95
