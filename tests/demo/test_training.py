"""The demo's loss curve is the same whoever computes it: C kernels, NumPy kernels, PyTorch's autograd."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from convgen.demo.digits import load_digits
from convgen.demo.network import Parameters
from convgen.demo.training import Training
from convgen.errors import PlanError

from .trainings import OTHERS, TRAINING, losses_by, losses_of_kernels, network_of, start

pytestmark = pytest.mark.torch

STEPS = 540
LONGEST_SUM = 2048
"""Products in one entry of the first layer's dK: 32 scans of 64 positions; no sum of the network is longer."""

ROUNDING = LONGEST_SUM * 2.0**-53 / (1 - LONGEST_SUM * 2.0**-53)
"""γ_2048 in float64: how far two orders of summation can be apart, relative to the sum of magnitudes."""

BOUND = np.arange(1, STEPS + 1) * ROUNDING
"""How far two loss curves may be apart: each step adds its own rounding and hands on the earlier ones.

It hands them on without making them larger, as the test with changed weights measures. The bound is
2.3e-13 at the first step and 1.2e-10 at the last.
"""

CHANGE = 1e-8
"""A relative change of the initial weights, smaller than what any mistake in a gradient makes of them."""


@pytest.fixture(scope="module")
def trained() -> tuple[np.ndarray, Parameters]:
    """The losses of the C kernels in float64, and the weights that they led to."""
    parameters = start()
    return losses_of_kernels("c", parameters), parameters


@pytest.mark.parametrize("other", OTHERS)
def test_the_loss_curves_are_equal_to_rounding(other: str, trained: tuple[np.ndarray, Parameters]) -> None:
    losses = losses_by(other)
    assert losses.shape == (STEPS,)
    assert (np.abs(losses - trained[0]) <= BOUND).all()


def test_training_hands_a_change_on_without_enlarging_it_and_the_bound_would_see_it(
    trained: tuple[np.ndarray, Parameters],
) -> None:
    parameters, signs = start(), np.random.default_rng(9)
    for K, _ in parameters:
        K *= 1 + CHANGE * signs.choice([-1, 1], K.shape)
    moved = np.abs(losses_of_kernels("c", parameters) - trained[0])
    assert moved.max() <= CHANGE
    assert (moved > BOUND).any()


def test_the_loss_falls_and_the_test_scans_are_read(trained: tuple[np.ndarray, Parameters]) -> None:
    losses, parameters = trained
    per_epoch = losses.reshape(TRAINING.epochs, -1).mean(axis=1)
    assert np.log(10) * 0.9 < losses[0] < np.log(10) * 1.5  # ten digits, none preferred
    assert per_epoch[-1] < per_epoch[0] / 20
    _, test = load_digits("float64")
    read = network_of("c", len(test)).read(test.images, parameters)
    assert (read == test.labels).mean() >= 0.97


def test_the_seed_settles_the_run() -> None:
    first, again, other = (
        losses_of_kernels("c", start(seed=seed), steps=10, seed=seed) for seed in (0, 0, 1)
    )
    assert np.array_equal(first, again)
    assert not np.isclose(first, other).any()


def test_an_epoch_sees_no_scan_twice_and_leaves_different_ones_over() -> None:
    training = Training(epochs=3, batch=7)
    batches = np.array(list(training.batches(24))).reshape(3, 3 * 7)
    assert [len(set(epoch)) for epoch in batches.tolist()] == [21, 21, 21]
    left_over = {frozenset(range(24)) - frozenset(epoch) for epoch in batches.tolist()}
    assert len(left_over) == 3
    assert np.array_equal(np.array(list(training.batches(24))).reshape(3, -1), batches)
    other = dataclasses.replace(training, seed=1)
    assert not np.array_equal(np.array(list(other.batches(24))).reshape(3, -1), batches)


def test_the_rate_falls_from_its_first_value_towards_0() -> None:
    rates = np.array(list(Training(epochs=4, batch=10, rate=0.5).rates(25)))
    assert rates[0] == 0.5
    assert len(rates) == 8
    assert (np.diff(rates) < 0).all()
    assert rates[4] == pytest.approx(0.25, abs=1e-15)


@pytest.mark.parametrize(("name", "value"), [("epochs", 0), ("epochs", 1.5), ("batch", -3), ("seed", -1)])
def test_a_training_that_cannot_be_is_refused(name: str, value: float) -> None:
    with pytest.raises(PlanError, match=rf"{name} must be an integer of at least \d, got {value}"):
        Training(**{name: value})
