"""A first run of what a compiler has built: every pass beside NumPy's, on small whole numbers.

Compilers have faults, and long vectors meet them: gcc 12 has made wrong vectors out of right text, in two entries
of one layer of 1,600. So what is built is tried before it is kept. Sums of small whole numbers are exact in any
order, so that a unit in one entry tells; Winograd's algorithm, which rounds, is held to its stated bound.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from convgen.kernels.algorithms import winograd_bound
from convgen.kernels.kernel import Kernel, pass_inputs, pass_output, passes_of
from convgen.kernels.rounding import UNIT_EXPONENTS, longest_sum
from convgen.kernels.winograd_layer import ALGORITHM
from convgen.layout import to_named, user_shape
from convgen.runtime.arrays import Array
from convgen.spec import ConvSpec

LARGEST = 2
"""The largest magnitude among the numbers of a trial."""

TRIED_PRODUCTS = 10**9
"""Layers of more products than this are not tried: NumPy would take longer for them than the compiler."""


@dataclass(frozen=True)
class Trial:
    """How what is built of a kernel's text is tried.

    Attributes:
        kernel: the text.
        algorithm: by which its passes compute, as `convgen.kernels.generate` takes it.
    """

    kernel: Kernel
    algorithm: str | None = None

    def fault(self, functions: Mapping[str, Callable[..., None]]) -> str | None:
        """The first entry that is wrong, in words; None where every pass gives what NumPy gives.

        Args:
            functions: by pass; each takes the addresses of the pass's inputs and of its output.
        """
        kernel, spec = self.kernel, self.kernel.spec
        if spec.multiply_adds > TRIED_PRODUCTS:
            return None
        arrays = whole_numbers(spec, kernel.dtype)
        judge = _numpy_passes(spec, kernel.dtype)
        for name in passes_of(spec):
            if not sums_are_exact(spec, name, kernel.dtype):
                continue
            inputs = [arrays[array] for array in pass_inputs(spec, name)]
            expected, got = (
                np.full(user_shape(spec, pass_output(name)), np.nan, kernel.dtype) for _ in range(2)
            )
            judge[name](*inputs, expected)
            functions[name](*(array.ctypes.data for array in (*inputs, got)))
            allowed = 0.0
            if kernel.forms[name] == ALGORITHM and self.algorithm is not None:
                allowed = winograd_tolerance(spec, name, arrays, self.algorithm, kernel.dtype)
            wrong = np.argwhere(~(np.abs(got - expected) <= allowed))
            if len(wrong):
                place = tuple(int(index) for index in wrong[0])
                return (
                    f"{name} gives {pass_output(name)}[{', '.join(map(str, place))}] = {got[place]:g} where it is "
                    f"{expected[place]:g}, for whole numbers of at most {LARGEST}; {len(wrong)} of {got.size} "
                    "entries are wrong"
                )
        return None


def whole_numbers(spec: ConvSpec, dtype: str = "float32") -> dict[str, Array]:
    """Inputs of every pass: whole numbers small enough for nearly every sum to be exact."""
    generator = np.random.default_rng(len(str(spec)))
    names = ("X", "K", "b", "dO") if spec.bias else ("X", "K", "dO")
    return {
        name: generator.integers(-LARGEST, LARGEST + 1, user_shape(spec, name), np.int8).astype(dtype)
        for name in names
    }


def sums_are_exact(spec: ConvSpec, name: str, dtype: str) -> bool:
    """Whether no sum of a pass over such numbers can leave the whole numbers that the dtype holds."""
    return LARGEST**2 * longest_sum(spec, name) * Fraction(2) ** UNIT_EXPONENTS[dtype] <= 1


def winograd_tolerance(
    spec: ConvSpec, name: str, arrays: Mapping[str, Array], algorithm: str, dtype: str = "float32"
) -> float:
    """What Winograd's algorithm states of a pass, for the largest entries that there are.

    Args:
        spec: the layer.
        name: forward or backward_data.
        arrays: what the pass reads.
        algorithm: as `convgen.kernels.generate` takes it.
        dtype: of the arithmetic.
    """
    weights = to_named(spec, "K", np.abs(arrays["K"]).astype(np.float64))
    summed = weights.sum(
        axis=tuple(axis for axis in range(weights.ndim) if axis not in (0, 1 + (name != "forward")))
    )
    signal = arrays["X" if name == "forward" else "dO"]
    biased = np.abs(arrays["b"]).max() if name == "forward" and spec.bias else 0
    share = float(winograd_bound(spec, name, algorithm, dtype))
    return share * float(np.abs(signal).max() * summed.max() + biased)


def _numpy_passes(spec: ConvSpec, dtype: str) -> Mapping[str, Callable[..., None]]:
    """Another text for the same layer, which no C compiler has seen."""
    from convgen.kernels import generate
    from convgen.runtime.numpy_backend import numpy_backend

    return numpy_backend(generate(spec, target="numpy", dtype=dtype)).functions
