"""Each optimizer compared with its recurrence for one number, and what holds for all of them."""

import copy
import math

import numpy as np
import pytest

import chainrule as cr
from chainrule_dev.cases import OPTIMIZERS

every_optimizer = pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda cls: cls.__name__)
GRADIENTS = [0.5, -2.0, 1.5, 0.25, -0.75]


def sgd(p, gradients, lr):
    for g in gradients:
        p -= lr * g
        yield p


def momentum(p, gradients, lr, momentum=0.9):
    v = 0.0
    for g in gradients:
        v = momentum * v - lr * g
        p += v
        yield p


def adagrad(p, gradients, lr, eps=1e-10):
    h = 0.0
    for g in gradients:
        h += g**2
        p -= lr * g / (math.sqrt(h) + eps)
        yield p


def rmsprop(p, gradients, lr, decay=0.99, eps=1e-8):
    h = 0.0
    for g in gradients:
        h = decay * h + (1 - decay) * g**2
        p -= lr * g / (math.sqrt(h) + eps)
        yield p


def adam(p, gradients, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m = v = 0.0
    for step, g in enumerate(gradients, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        p -= lr * (m / (1 - beta1**step)) / (math.sqrt(v / (1 - beta2**step)) + eps)
        yield p


RECURRENCES = [
    (cr.SGD, sgd, {}),
    (cr.Momentum, momentum, {}),
    (cr.Momentum, momentum, {"momentum": 0.5}),
    (cr.Momentum, momentum, {"momentum": 0.0}),
    (cr.AdaGrad, adagrad, {}),
    (cr.AdaGrad, adagrad, {"eps": 0.5}),
    (cr.RMSProp, rmsprop, {}),
    (cr.RMSProp, rmsprop, {"decay": 0.5, "eps": 0.1}),
    (cr.Adam, adam, {}),
    (cr.Adam, adam, {"beta1": 0.5, "beta2": 0.8, "eps": 0.1}),
    (cr.Adam, adam, {"beta1": 0.0, "beta2": 0.0}),
]
# Learning rates with which each reaches the minimum of a quadratic in 600 steps.
LEARNING_RATES = {cr.SGD: 0.1, cr.Momentum: 0.02, cr.AdaGrad: 1.0, cr.RMSProp: 0.01, cr.Adam: 0.1}


@every_optimizer
def test_every_optimizer_has_a_recurrence_and_a_learning_rate(optimizer):
    name, here = optimizer.__name__, "tests/library/test_optimizers.py"
    assert optimizer in [row[0] for row in RECURRENCES], (
        f"{here} has no recurrence of {name}: write it for one number, and add it to RECURRENCES"
    )
    assert optimizer in LEARNING_RATES, f"{here} has no learning rate of {name} in LEARNING_RATES"


@pytest.mark.parametrize(("optimizer", "recurrence", "options"), RECURRENCES)
def test_the_recurrence_number_by_number(optimizer, recurrence, options):
    """Two elements of one array, the second with twice the gradient, follow the recurrence."""
    p = np.array([1.0, -3.0])
    instance = optimizer(0.1, **options)
    one = recurrence(1.0, GRADIENTS, 0.1, **options)
    two = recurrence(-3.0, [2 * g for g in GRADIENTS], 0.1, **options)
    for g in GRADIENTS:
        instance.update({"p": p}, {"p": np.array([g, 2 * g])})
        np.testing.assert_allclose(p, [next(one), next(two)], rtol=1e-12)


def test_adam_has_the_usual_defaults():
    instance = cr.Adam()
    assert (instance.lr, instance.beta1, instance.beta2, instance.eps) == (1e-3, 0.9, 0.999, 1e-8)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e6])
def test_the_first_step_of_adam_has_the_size_of_the_learning_rate(scale):
    """With bias correction of both moments the size of the gradient cancels."""
    p = np.zeros(3)
    cr.Adam(0.01).update({"p": p}, {"p": scale * np.array([1.0, -2.0, 0.5])})
    np.testing.assert_allclose(p, [-0.01, 0.01, -0.01], rtol=1e-4)


@every_optimizer
def test_the_layers_own_arrays_change(optimizer):
    """net.params is a new dict at each access, but of the same arrays: the layer sees the step."""
    rng = np.random.default_rng(0)
    net = cr.fully_connected([3, 4, 2], rng)
    arrays = {key: (value, value.copy()) for key, value in net.params.items()}
    net.backward(np.ones_like(net.forward(rng.standard_normal((5, 3)))))
    grads = {key: value.copy() for key, value in net.grads.items()}
    optimizer(0.1).update(net.params, net.grads)
    for key, value in net.params.items():
        same, before = arrays[key]
        assert value is same
        assert not np.array_equal(value, before)
        np.testing.assert_array_equal(net.grads[key], grads[key])
    assert net["affine1"].W is arrays["affine1.W"][0]


@every_optimizer
def test_state_is_kept_by_key(optimizer):
    """Two parameters updated together change as each does alone."""
    together = {"a": np.array([1.0]), "b": np.array([[2.0, 3.0]])}
    alone = {key: value.copy() for key, value in together.items()}
    joint, single = optimizer(0.1), {key: optimizer(0.1) for key in together}
    for g in GRADIENTS:
        grads = {"a": np.array([g]), "b": np.array([[-g, g**2]])}
        joint.update(together, grads)
        for key in alone:
            single[key].update({key: alone[key]}, {key: grads[key]})
    for key in alone:
        np.testing.assert_array_equal(together[key], alone[key])


WITH_STATE = [cls for cls in OPTIMIZERS if cls is not cr.SGD]


def trained(net, optimizer):
    """The network after one step of the optimizer."""
    net.backward(np.ones_like(net.forward(np.random.default_rng(1).standard_normal((5, 3)))))
    optimizer.update(net.params, net.grads)
    return net


def network(*sizes, seed=0):
    return cr.fully_connected([3, *sizes, 2], np.random.default_rng(seed))


@pytest.mark.parametrize("cls", WITH_STATE)
@pytest.mark.parametrize("sizes", [(4,), (5,), (), (4, 4)], ids=["same", "wider", "less", "deeper"])
def test_the_state_of_one_network_is_not_used_for_another(cls, sizes):
    """Refused by name, and nothing changed: neither the network nor the optimizer."""
    optimizer = cls(0.1)
    trained(net := network(4), optimizer)
    other, untouched = network(*sizes, seed=1), network(*sizes, seed=1)
    with pytest.raises(
        ValueError, match=rf"^{cls.__name__}.update: params\['affine1.W'\] must be an"
    ):
        trained(other, optimizer)
    np.testing.assert_equal(other.params, untouched.params)
    assert optimizer.steps == 1
    trained(net, optimizer)


@pytest.mark.parametrize("cls", WITH_STATE)
def test_a_replaced_or_an_added_parameter_is_refused(cls):
    optimizer, a = cls(0.1), np.ones(2)
    optimizer.update({"a": a}, {"a": np.ones(2)})
    for params in ({"a": a.copy()}, {"a": a, "b": np.ones(2)}):
        with pytest.raises(ValueError, match=r"must be an array of the first update, got another"):
            optimizer.update(params, {key: np.ones(2) for key in params})
    np.testing.assert_array_equal(optimizer.steps, 1)


@every_optimizer
def test_a_part_of_the_parameters_may_be_updated(optimizer):
    """Freezing the others later on is no change of network."""
    params = {"a": np.ones(2), "b": np.ones(2)}
    instance = optimizer(0.1)
    for _ in range(2):
        instance.update(params, {key: np.ones(2) for key in params})
    before = params["b"].copy()
    instance.update({"a": params["a"]}, {"a": np.ones(2)})
    np.testing.assert_array_equal(params["b"], before)


def test_sgd_has_no_state_and_serves_any_network():
    optimizer = cr.SGD(0.1)
    trained(network(4), optimizer)
    trained(network(5), optimizer)


@every_optimizer
def test_a_network_and_its_optimizer_can_be_copied_together(optimizer):
    """As from a checkpoint: the copy goes on as the original does."""
    pair = network(4), optimizer(0.1)
    trained(*pair)
    net, instance = copy.deepcopy(pair)
    np.testing.assert_equal(trained(net, instance).params, trained(*pair).params)


WITH_EPS = [cr.AdaGrad, cr.RMSProp, cr.Adam]


@pytest.mark.parametrize("cls", WITH_EPS)
def test_an_eps_that_is_zero_in_a_parameters_dtype_is_refused_before_any_is_changed(cls):
    """Else 0/0 would turn the parameters of a zero gradient into NaN."""
    params = {"a": np.ones(2), "b": np.ones(2, np.float32)}
    instance = cls(0.1, eps=1e-50)
    message = rf"^{cls.__name__}.update: eps must not be 0 in float32, got 1e-50"
    with np.errstate(all="raise"), pytest.raises(ValueError, match=message):
        instance.update(params, {key: np.ones(2) for key in params})
    np.testing.assert_equal(params, {"a": np.ones(2), "b": np.ones(2, np.float32)})
    assert instance.steps == 0


@pytest.mark.parametrize("cls", WITH_EPS)
@pytest.mark.parametrize(("dtype", "eps"), [(np.float32, 1e-45), (np.float64, 1e-320)])
def test_a_zero_gradient_changes_nothing_whatever_eps(cls, dtype, eps):
    params = {"a": np.ones(2, dtype)}
    with np.errstate(all="raise"):
        cls(0.1, eps=eps).update(params, {"a": np.zeros(2)})
    np.testing.assert_array_equal(params["a"], [1, 1])


@every_optimizer
@pytest.mark.parametrize("frozen", ["a", "b"])
def test_a_read_only_parameter_is_refused_before_any_is_changed(optimizer, frozen):
    params = {"a": np.ones(2), "b": np.ones(2)}
    params[frozen].setflags(write=False)
    instance = optimizer(0.1)
    with pytest.raises(
        ValueError, match=rf"update: params\['{frozen}'\] must be writable, got a read"
    ):
        instance.update(params, {key: np.ones(2) for key in params})
    np.testing.assert_equal(params, {"a": np.ones(2), "b": np.ones(2)})
    assert instance.steps == 0


@every_optimizer
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_tiny_gradients_and_states_raise_no_floating_point_error(optimizer, dtype):
    """A state that decays ends in numbers too small for a float, as those of a dead ReLU do."""
    p, instance = np.ones(3, dtype=dtype), optimizer(0.1)
    with np.errstate(all="raise"):
        for scale in (1.0, 1e-160, 1e-300, 1e-30, 1e-40):
            instance.update({"p": p}, {"p": np.array([1.0, 0.0, -2.0]) * scale})
        for _ in range(12_000 if dtype == np.float64 else 2_000):
            instance.update({"p": p}, {"p": np.zeros(3)})
    assert np.isfinite(p).all()


@every_optimizer
def test_the_order_of_the_dicts_does_not_matter(optimizer):
    one = {"a": np.ones(2), "b": np.zeros(2)}
    other = {"b": np.zeros(2), "a": np.ones(2)}
    grads = {"b": np.array([1.0, 2.0]), "a": np.array([-1.0, 0.5])}
    optimizer(0.1).update(one, grads)
    optimizer(0.1).update(other, grads)
    np.testing.assert_equal(one, other)


@every_optimizer
def test_two_optimizers_share_no_state(optimizer):
    first, second = np.ones(2), np.ones(2)
    optimizer(0.1).update({"p": first}, {"p": np.ones(2)})
    optimizer(0.1).update({"p": second}, {"p": np.ones(2)})
    np.testing.assert_array_equal(first, second)


@every_optimizer
def test_parameters_keep_their_dtype(optimizer):
    p = np.ones(3, dtype=np.float32)
    instance = optimizer(0.1)
    for _ in range(2):
        instance.update({"p": p}, {"p": np.ones(3)})
    assert p.dtype == np.float32
    assert (p < 1).all()


@every_optimizer
def test_gradients_may_be_lists_and_integers(optimizer):
    from_lists, from_arrays = np.ones(2), np.ones(2)
    optimizer(0.1).update({"p": from_lists}, {"p": [1, -2]})
    optimizer(0.1).update({"p": from_arrays}, {"p": np.array([1.0, -2.0])})
    np.testing.assert_array_equal(from_lists, from_arrays)


@pytest.mark.parametrize(("optimizer", "lr"), LEARNING_RATES.items())
def test_a_quadratic_is_minimised(optimizer, lr):
    """f = ½ Σ k (p − c)² with curvatures from 1 to 10: the minimum is c."""
    curvature, centre = np.array([1.0, 3.0, 10.0]), np.array([2.0, -1.0, 0.5])
    p, instance = np.zeros(3), optimizer(lr)
    for _ in range(600):
        instance.update({"p": p}, {"p": curvature * (p - centre)})
    np.testing.assert_allclose(p, centre, atol=0.01)
