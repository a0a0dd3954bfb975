"""Three convolutions and nothing else with weights: the last one's kernel covers its whole input.

A ReLU stands between them and softmax cross-entropy behind them; both are a line of NumPy. Every product
with a weight, forward and backward, is a generated kernel's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgen.demo.digits import CLASSES, SIZE
from convgen.runtime import LoadedKernel
from convgen.spec import ConvSpec

Array = NDArray[Any]

Parameters = list[tuple[Array, Array]]
"""(K, b) of each convolution; gradients have the same form."""

CHANNELS = (1, 16, 32)
"""Channels of the scan, of the first and of the second convolution's output."""


def layer_specs(batch: int) -> tuple[ConvSpec, ...]:
    """The three convolutions for a batch.

    The first keeps 8x8, the second has stride 2 and gives 4x4, the third is the classifier. The second
    leaves a remainder: no window reads the last padded row and column.
    """
    scan, first, second = CHANNELS
    return (
        ConvSpec(SIZE, (3, 3), scan, first, batch, padding="same"),
        ConvSpec(SIZE, (3, 3), first, second, batch, stride=2, padding=1),
        ConvSpec((4, 4), (4, 4), second, CLASSES, batch),
    )


def initial_parameters(specs: Sequence[ConvSpec], seed: int, dtype: str) -> Parameters:
    """Normal weights of variance 2 / fan-in, which keeps the size of ReLU activations; biases 0."""
    random = np.random.default_rng([seed, 0])
    parameters = []
    for spec in specs:
        fan_in = spec.group_in_channels * math.prod(spec.kernel_size)
        K = random.normal(scale=math.sqrt(2 / fan_in), size=spec.kernel_shape)
        parameters.append((K.astype(dtype), np.zeros(spec.bias_shape, dtype)))
    return parameters


@dataclass(frozen=True)
class Network:
    """The network for one batch size.

    Attributes:
        convolutions: its loaded kernels, in the order of the layers.
    """

    convolutions: tuple[LoadedKernel, ...]

    @classmethod
    def of_batch(cls, batch: int, load: Callable[[ConvSpec], LoadedKernel]) -> Network:
        """The network whose kernels `load` makes."""
        return cls(tuple(load(spec) for spec in layer_specs(batch)))

    def forward(self, images: Array, parameters: Parameters) -> list[Array]:
        """The input of each convolution, and at the end the logits, (batch, 10, 1, 1)."""
        signals = [images]
        for layer, (K, b) in zip(self.convolutions, parameters, strict=True):
            if len(signals) > 1:
                signals[-1] = np.maximum(signals[-1], 0)
            signals.append(layer.forward(signals[-1], K, b))
        return signals

    def backward(self, signals: list[Array], d_logits: Array, parameters: Parameters) -> Parameters:
        """The gradient by each (K, b), for the signals of `forward` and the gradient by the logits."""
        gradients = []
        dO = d_logits
        for index, layer in reversed([*enumerate(self.convolutions)]):
            X, (K, _) = signals[index], parameters[index]
            gradients.append((layer.backward_weights(X, dO), layer.backward_bias(dO)))
            if index:
                dO = layer.backward_data(K, dO) * (X > 0)  # X is the ReLU of the output before it
        return gradients[::-1]

    def read(self, images: Array, parameters: Parameters) -> NDArray[np.intp]:
        """The digit that each image is taken for, (batch,)."""
        digits: NDArray[np.intp] = self.forward(images, parameters)[-1].argmax(axis=1).ravel()
        return digits


def cross_entropy(logits: Array, labels: NDArray[np.intp]) -> tuple[float, Array]:
    """The mean of -log softmax(logits)[label] over the batch, and its gradient by the logits.

    Args:
        logits: (batch, classes, 1, 1).
        labels: (batch,).
    """
    shifted = logits - logits.max(axis=1, keepdims=True)  # so that no exponential overflows
    log_softmax = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    true = np.arange(logits.shape[1]).reshape(1, -1, 1, 1) == labels.reshape(-1, 1, 1, 1)
    return float(-log_softmax[true].mean()), (np.exp(log_softmax) - true) / len(labels)
