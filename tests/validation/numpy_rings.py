"""The emitted NumPy itself over other numbers than floats: integers that wrap, a prime field, exact rationals.

The text is run as it stands; only the `numpy` that it imports has another meaning of `float32` and `float64`, so
that the arrays it makes hold what the caller's do. Elements that are no numbers of NumPy lie in arrays of objects.
"""

from __future__ import annotations

import builtins
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import ModuleType
from typing import Any

import numpy as np

from convgen.kernels import Kernel
from convgen.kernels.kernel import pass_inputs, pass_output, passes_of
from convgen.validation.definition import entries_of, expected, size_of
from convgen.validation.field import PRIME
from kernels.harness import shape_of


@dataclass(frozen=True)
class Element:
    """An element of the field of 2^61 - 1 elements; NumPy's zeros are the integer 0."""

    value: int

    def __add__(self, other: Element | int) -> Element:
        return self._with(other, int.__add__)

    def __mul__(self, other: Element | int) -> Element:
        return self._with(other, int.__mul__)

    __radd__, __rmul__ = __add__, __mul__

    def _with(self, other: object, operation: Callable[[int, int], int]) -> Element:
        if isinstance(other, Element | int):
            return Element(operation(self.value, getattr(other, "value", other)) % PRIME)
        return NotImplemented  # an array, which does it with each of its own


@dataclass(frozen=True)
class Numbers:
    """What a kernel is to compute with.

    Attributes:
        name: for messages.
        dtype: of the arrays that hold them.
        drawn: one of them, from three integers below 2^60.
    """

    name: str
    dtype: Any
    drawn: Callable[[int, int, int], Any]


NUMBERS = (
    Numbers("uint64", np.uint64, lambda a, b, _c: np.uint64((a << 4 ^ b) % 2**64)),
    Numbers("field", object, lambda a, b, _c: Element((a << 1 ^ b) % PRIME)),
    Numbers("rationals", object, lambda a, b, c: Fraction((-1) ** (c % 2) * (a % 1000), b % 97 + 1)),
)


class Bent(ModuleType):
    """NumPy, but for its floats."""

    def __init__(self, numbers: Numbers) -> None:
        super().__init__("numpy")
        self.float32 = self.float64 = numbers.dtype

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)


def functions(kernel: Kernel, numbers: Numbers) -> dict[str, Any]:
    """What the emitted text defines where `float32` and `float64` are other numbers."""

    def imported(name: str, *rest: Any) -> Any:
        return Bent(numbers) if name == "numpy" else builtins.__import__(name, *rest)

    space: dict[str, Any] = {"__builtins__": {**vars(builtins), "__import__": imported}}
    exec(compile(kernel.source, kernel.name, "exec"), space)
    return space


def points(kernel: Kernel, numbers: Numbers) -> dict[str, np.ndarray]:
    """Every array that a pass reads."""
    generator = np.random.default_rng(len(str(kernel.spec)))
    found = {}
    for array in ("X", "K", "b", "dO"):
        drawn = generator.integers(0, 2**60, (size_of(kernel.spec, array), 3)).tolist()
        found[array] = np.empty(len(drawn), numbers.dtype)
        found[array][:] = [numbers.drawn(*each) for each in drawn]
    return found


def truth(kernel: Kernel, name: str, point: Mapping[str, np.ndarray]) -> list[Any]:
    """What a pass gives, a term after another as the definition lists them."""
    entries = entries_of(kernel.spec, name)
    known = [None, *(value for array in entries.first for value in point[array].tolist())]
    totals: list[Any] = [0] * size_of(kernel.spec, pass_output(name))
    for owner, code in zip(*(each.tolist() for each in expected(kernel.spec, name, entries)), strict=True):
        left, right = divmod(code, entries.count + 1)
        factors = [known[each] for each in (left, right) if each]
        totals[owner] += factors[0] * factors[1] if len(factors) == 2 else factors[0]
    return totals


def wrong(kernel: Kernel, numbers: Numbers) -> list[str]:
    """The passes that are not, to the last digit, what the definition says."""
    space, point, found = functions(kernel, numbers), points(kernel, numbers), []
    for name in passes_of(kernel.spec):
        read = [
            point[array].reshape(shape_of(kernel.spec, array)) for array in pass_inputs(kernel.spec, name)
        ]
        result = np.empty(shape_of(kernel.spec, pass_output(name)), numbers.dtype)
        with np.errstate(over="ignore"):  # scalars warn where they wrap, arrays do not
            space[f"{kernel.name}_{name}"](*read, result)
        expected_values = truth(kernel, name, point)
        if numbers.dtype is np.uint64:
            expected_values = [value % 2**64 for value in expected_values]
        # A sum of no terms may be the integer 0 or that of the field.
        both = (
            [getattr(each, "value", each) for each in values]
            for values in (result.ravel().tolist(), expected_values)
        )
        if operator.ne(*both):
            found.append(name)
    return found
