"""Stochastic gradient descent with momentum, and the numbers of one run."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgen.demo.digits import Scans
from convgen.demo.network import Network, Parameters, cross_entropy
from convgen.errors import PlanError


@dataclass(frozen=True)
class Training:
    """How a network is trained.

    Attributes:
        epochs: how often the scans are gone through.
        batch: scans a step; those left over at the end of an epoch's random order wait for the next one.
        rate: the learning rate of the first step; it falls to 0 along half a cosine.
        momentum: the share of the velocity that one step keeps.
        seed: for the initial weights and the order of the scans.
    """

    epochs: int = 12
    batch: int = 32
    rate: float = 0.05
    momentum: float = 0.9
    seed: int = 0

    def __post_init__(self) -> None:
        for name, least in (("epochs", 1), ("batch", 1), ("seed", 0)):
            value = getattr(self, name)
            if not isinstance(value, int) or value < least:
                raise PlanError(f"{name} must be an integer of at least {least}, got {value!r}")

    def steps_per_epoch(self, scans: int) -> int:
        """Whole batches among so many scans."""
        return scans // self.batch

    def batches(self, scans: int) -> Iterator[NDArray[np.intp]]:
        """For each step, which scans it sees."""
        random = np.random.default_rng([self.seed, 1])
        steps = self.steps_per_epoch(scans)
        for _ in range(self.epochs):
            yield from random.permutation(scans)[: steps * self.batch].reshape(steps, self.batch)

    def rates(self, scans: int) -> Iterator[float]:
        """For each step, its learning rate."""
        steps = self.epochs * self.steps_per_epoch(scans)
        return (self.rate * (1 + math.cos(math.pi * step / steps)) / 2 for step in range(steps))


def train(network: Network, parameters: Parameters, scans: Scans, training: Training) -> Iterator[float]:
    """Change the parameters in place, step by step, and give the loss that each step started from."""
    velocities = [np.zeros_like(P) for P in chain.from_iterable(parameters)]
    for chosen, rate in zip(training.batches(len(scans)), training.rates(len(scans)), strict=True):
        batch = scans[chosen]
        signals = network.forward(batch.images, parameters)
        loss, d_logits = cross_entropy(signals[-1], batch.labels)
        gradients = network.backward(signals, d_logits, parameters)
        flat: Any = (chain.from_iterable(each) for each in (parameters, gradients))
        for V, (P, dP) in zip(velocities, zip(*flat, strict=True), strict=True):
            V *= training.momentum
            V += dP
            P -= rate * V
        yield loss
