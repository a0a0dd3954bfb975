"""A convolution layer written by hand, and the one test that finds what is wrong with it.

    pip install convgen hypothesis pytest
    pytest examples/test_my_layer.py

The layer is right. Below it stand three mistakes that such layers really have, each passing the test that one
writes first, a square image at stride 1; `assert_conv_layer` finds each and says which it is. What it says is in
docs/testing.md.
"""

import numpy as np
import pytest

from convgen import ConvSpec
from convgen.testing import assert_conv_layer

# ---- the layer: NumPy, channel first ---------------------------------------------------------------------


def windows(spec):
    """Each output position, with the part of the padded image that it reads."""
    for place in np.ndindex(*spec.output_size):
        yield (
            place,
            tuple(
                slice(at * stride, at * stride + dilation * (size - 1) + 1, dilation)
                for at, stride, dilation, size in zip(
                    place, spec.stride, spec.dilation, spec.kernel_size, strict=True
                )
            ),
        )


def groups(spec):
    """The input and the output channels of each group."""
    inputs, outputs = spec.in_channels // spec.groups, spec.out_channels // spec.groups
    for g in range(spec.groups):
        yield slice(g * inputs, (g + 1) * inputs), slice(g * outputs, (g + 1) * outputs)


def forward(X, K, b, spec):
    """O: every window times the kernel."""
    padded = np.pad(X, [(0, 0), (0, 0), *spec.padding])
    O = np.zeros(spec.output_shape, X.dtype)
    for place, window in windows(spec):
        for inputs, outputs in groups(spec):
            read, kernel = padded[:, inputs, *window], K[outputs]
            axes = range(1, read.ndim)
            O[:, outputs, *place] = np.tensordot(read, kernel, axes=(axes, axes))
    return O if b is None else O + b.reshape(-1, *[1] * spec.rank)


def backward(X, K, dO, spec):
    """The gradients dX, dK and db: every window gives back what it took."""
    padded = np.pad(X, [(0, 0), (0, 0), *spec.padding])
    gradient, dK = np.zeros_like(padded), np.zeros_like(K)
    for place, window in windows(spec):
        for inputs, outputs in groups(spec):
            error = dO[:, outputs, *place]
            gradient[:, inputs, *window] += np.einsum("nf,fc...->nc...", error, K[outputs])
            dK[outputs] += np.einsum("nf,nc...->fc...", error, padded[:, inputs, *window])
    inside = [
        slice(before, before + size) for size, (before, _) in zip(spec.input_size, spec.padding, strict=True)
    ]
    return gradient[:, :, *inside], dK, dO.sum(axis=(0, *range(2, dO.ndim)))


def test_my_layer():
    """Every trap, and as many drawn layers as Hypothesis has examples: to the last bit."""
    assert_conv_layer(forward=forward, backward=backward, layout="NCHW")


# ---- three mistakes --------------------------------------------------------------------------------------


def full_correlation(dO, K, spec, sizes):
    """dX as the textbook has it: pad dO by E - 1 - P, turn the kernel by 180 degrees, correlate."""
    dX = np.zeros(spec.input_shape, dO.dtype)
    turned = np.flip(K, axis=tuple(range(2, K.ndim)))
    for place in np.ndindex(*sizes):
        for tap in np.ndindex(*spec.kernel_size):
            at = [
                p + axis.dilation * m - (axis.effective - 1 - axis.before)
                for p, m, axis in zip(place, tap, spec.axes, strict=True)
            ]
            if all(0 <= a < size for a, size in zip(at, dO.shape[2:], strict=True)):
                dX[:, :, *place] += dO[:, :, *at] @ turned[:, :, *tap]
    return dX


def spread(dO, spec):
    """S - 1 zeros between the entries of dO."""
    sizes = [(size - 1) * stride + 1 for size, stride in zip(dO.shape[2:], spec.stride, strict=True)]
    dilated = np.zeros((*dO.shape[:2], *sizes), dO.dtype)
    dilated[:, :, *[slice(None, None, stride) for stride in spec.stride]] = dO
    return dilated


def without_remainder(K, dO, spec):
    """dX is computed for the rows that the windows are thought to reach; the rest is left 0."""
    reached = [max(0, axis.input - axis.remainder) for axis in spec.axes]
    return full_correlation(spread(dO, spec), K, spec, reached)


def without_dilation(K, dO, spec):
    """The rule for stride 1, used at every stride."""
    return full_correlation(dO, K, spec, spec.input_size)


def mean_over_the_batch(X, K, dO, spec):
    """The loss is a mean over the batch, and somebody divided once more."""
    dX, dK, db = backward(X, K, dO, spec)
    return dX, dK / spec.batch, db


WITHOUT = "dX equals the rule without"
MISTAKES = {
    "the remainder": ({"backward_data": without_remainder, "groups": 1}, f"{WITHOUT} the remainder r"),
    "the stride": ({"backward_data": without_dilation, "groups": 1}, f"{WITHOUT} the dilation of dO"),
    "the sum": ({"backward": mean_over_the_batch}, "dK equals the rule divided by the number of images"),
}


@pytest.mark.parametrize("forgotten", MISTAKES)
def test_the_usual_test_does_not_see_it(forgotten):
    """One square image, one channel, stride 1: all three pass."""
    layer, _ = MISTAKES[forgotten]
    functions = {name: function for name, function in layer.items() if callable(function)}
    assert_conv_layer(**functions, specs=ConvSpec((5, 5), (3, 3), 1, 1, 1, padding=1))


@pytest.mark.parametrize("forgotten", MISTAKES)
def test_the_mistake_is_found_and_named(forgotten):
    """The same line that passes for the right layer."""
    layer, words = MISTAKES[forgotten]
    with pytest.raises(AssertionError, match=f"your {words}"):
        assert_conv_layer(**layer, layout="NCHW")
