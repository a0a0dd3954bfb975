"""The network's gradients are its derivatives: exactly for the weights, to a few ulp for the cross-entropy."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import sympy

from convgen.demo.digits import load_digits
from convgen.demo.network import Network, Parameters, cross_entropy, layer_specs
from convgen.kernels.kernel import TARGETS

from .trainings import network_of

BATCH = 3
STEP = 2.0**-15


def test_each_layer_reads_what_the_one_before_it_writes() -> None:
    specs = layer_specs(BATCH)
    assert specs[0].input_shape == (BATCH, 1, 8, 8)
    assert all(before.output_shape == after.input_shape for before, after in pairwise(specs))
    assert specs[-1].output_shape == (BATCH, 10, 1, 1)
    assert specs[1].axes[0].remainder == 1  # the demo trains through a stride that does not divide


# ---- the weights: exact ------------------------------------------------------------------------------


def integers(random: np.random.Generator, largest: int, shape: tuple[int, ...]) -> np.ndarray:
    return random.integers(-largest, largest + 1, shape).astype(float)


def weights_without_ties(random: np.random.Generator) -> Parameters:
    """Integer kernels, and biases for which no ReLU is ever at its kink.

    With b = 1/2 the first layer's outputs are odd multiples of 1/2, with b = 1/4 the second's odd multiples
    of 1/4 and so at least 1/4 away from 0.
    """
    biases = (0.5, 0.25, 0.0)
    return [
        (integers(random, 2, spec.kernel_shape), integers(random, 2, spec.bias_shape) + bias)
        for spec, bias in zip(layer_specs(BATCH), biases, strict=True)
    ]


def moved(parameters: Parameters, layer: int, directions: tuple[np.ndarray, ...]) -> Parameters:
    changed = list(parameters)
    changed[layer] = tuple(
        P + STEP * direction for P, direction in zip(parameters[layer], directions, strict=True)
    )
    return changed


def signs_of_relu(network: Network, images: np.ndarray, parameters: Parameters) -> list[np.ndarray]:
    return [signal > 0 for signal in network.forward(images, parameters)[1:-1]]


@pytest.mark.parametrize("target", TARGETS)
def test_a_difference_of_a_linear_loss_is_its_gradient_exactly(target: str) -> None:
    """L = ⟨G, logits⟩ is affine in the weights of one layer as long as no ReLU changes sides.

    Then L(P + hE) - L(P) = h⟨∂L/∂P, E⟩ without a remainder. All numbers are multiples of 2^-15 below 2^31,
    so that float64 holds every sum of them exactly, and the threshold is 0.
    """
    random = np.random.default_rng(3)
    network = network_of(target, BATCH)
    images = integers(random, 2, (BATCH, 1, 8, 8))
    G = integers(random, 4, (BATCH, 10, 1, 1))
    parameters = weights_without_ties(random)
    signals = network.forward(images, parameters)
    gradients = network.backward(signals, G, parameters)
    sides = signs_of_relu(network, images, parameters)
    for layer, ((K, b), (dK, db)) in enumerate(zip(parameters, gradients, strict=True)):
        assert np.count_nonzero(dK) > dK.size / 2
        for _ in range(8):
            E, e = integers(random, 1, K.shape), integers(random, 1, b.shape)
            changed = moved(parameters, layer, (E, e))
            after = network.forward(images, changed)
            assert all(map(np.array_equal, signs_of_relu(network, images, changed), sides))
            difference = (G * after[-1]).sum() - (G * signals[-1]).sum()
            assert difference == STEP * ((dK * E).sum() + (db * e).sum())
            assert difference != 0


# ---- the cross-entropy -------------------------------------------------------------------------------


def test_the_cross_entropy_and_its_gradient_are_what_sympy_differentiates() -> None:
    """Within 2^-48, one unit in the last place of 16, which the largest of these losses is near."""
    random = np.random.default_rng(5)
    logits, labels = integers(random, 8, (BATCH, 4, 1, 1)), np.array([2, 0, 3])
    symbols = sympy.symbols(f"z:{BATCH * 4}")
    rows = [symbols[4 * n : 4 * n + 4] for n in range(BATCH)]
    loss = sum(
        -sympy.log(sympy.exp(row[label]) / sum(map(sympy.exp, row)))
        for row, label in zip(rows, labels, strict=True)
    )
    values = dict(zip(symbols, map(int, logits.ravel()), strict=True))
    expected = [float((loss / BATCH).subs(values).evalf(30))]
    expected += [float((loss / BATCH).diff(symbol).subs(values).evalf(30)) for symbol in symbols]
    found, d_logits = cross_entropy(logits, labels)
    assert np.abs(np.array([found, *d_logits.ravel()]) - expected).max() <= 2.0**-48
    assert d_logits.shape == logits.shape


def test_large_logits_do_not_overflow() -> None:
    loss, d_logits = cross_entropy(np.array([1e4, 0.0, -1e4]).reshape(1, 3, 1, 1), np.array([0]))
    assert loss == 0
    assert not d_logits.any()


# ---- the scans ---------------------------------------------------------------------------------------


def test_every_scan_is_learnt_from_or_tested_on_and_none_twice() -> None:
    from sklearn import datasets

    bundled = datasets.load_digits()
    halves = load_digits("float64")
    assert [len(half) for half in halves] == [1440, 357]
    together = [
        (*image.ravel() * 16, label)
        for half in halves
        for image, label in zip(half.images, half.labels, strict=True)
    ]
    assert sorted(together) == sorted(
        (*image, label) for image, label in zip(bundled.data, bundled.target, strict=True)
    )
    assert set(halves[1].labels.tolist()) == set(range(10))
    assert (halves[0].images.min(), halves[0].images.max()) == (0, 1)


def test_the_split_does_not_depend_on_the_number_type() -> None:
    for single, double in zip(load_digits("float32"), load_digits("float64"), strict=True):
        assert single.images.dtype == np.float32
        assert np.array_equal(single.images, double.images)  # sixteenths are exact in both
        assert np.array_equal(single.labels, double.labels)
