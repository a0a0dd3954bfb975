"""The same training by different hands: generated kernels of either target, and PyTorch where it is installed."""

from __future__ import annotations

import dataclasses
from importlib.util import find_spec
from itertools import islice

import numpy as np
from threadpoolctl import threadpool_limits

from convgen import load
from convgen.demo.digits import load_digits
from convgen.demo.network import Network, Parameters, initial_parameters, layer_specs
from convgen.demo.training import Training, train

TRAINING = Training()
"""The demo's own: 12 epochs, 540 steps."""

OTHERS = ("numpy", *(["torch"] if find_spec("torch") else []))
"""Who else can train here, besides the C kernels."""


def network_of(target: str, batch: int) -> Network:
    return Network.of_batch(batch, lambda spec: load(spec, target, "float64"))


def start(seed: int = TRAINING.seed) -> Parameters:
    return initial_parameters(layer_specs(TRAINING.batch), seed, "float64")


def losses_of_kernels(
    target: str, parameters: Parameters, steps: int | None = None, seed: int = TRAINING.seed
) -> np.ndarray:
    """The loss of each step, of all or of the first few; the parameters change in place."""
    scans, _ = load_digits("float64")
    network = network_of(target, TRAINING.batch)
    training = dataclasses.replace(TRAINING, seed=seed)
    with threadpool_limits(1):
        return np.array(list(islice(train(network, parameters, scans, training), steps)))


def losses_of_torch(parameters: Parameters) -> np.ndarray:
    """The same by PyTorch's convolution, autograd, cross-entropy and SGD."""
    import torch
    from torch.nn import functional

    scans, _ = load_digits("float64")
    weights = [torch.tensor(P, requires_grad=True) for pair in parameters for P in pair]
    optimizer = torch.optim.SGD(weights, momentum=TRAINING.momentum)
    losses = []
    with threadpool_limits(1):
        for chosen, rate in zip(TRAINING.batches(len(scans)), TRAINING.rates(len(scans)), strict=True):
            K1, b1, K2, b2, K3, b3 = weights
            signal = torch.tensor(scans.images[chosen])
            signal = functional.relu(functional.conv2d(signal, K1, b1, padding=1))
            signal = functional.relu(functional.conv2d(signal, K2, b2, stride=2, padding=1))
            logits = functional.conv2d(signal, K3, b3).flatten(1)
            loss = functional.cross_entropy(logits, torch.tensor(scans.labels[chosen]))
            optimizer.param_groups[0]["lr"] = rate
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return np.array(losses)


def losses_by(other: str) -> np.ndarray:
    """The losses of one of OTHERS."""
    return losses_of_torch(start()) if other == "torch" else losses_of_kernels(other, start())
