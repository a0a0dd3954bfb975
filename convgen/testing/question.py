"""A question to a user's layer: a spec with integer arrays for it, and the definition's answers.

X, K, b and dO hold small integers in floats, so small that no sum leaves the integers that the floats hold
exactly: whatever the order of summation, a right answer is right to the last bit.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from convgen.errors import BudgetError
from convgen.layout import element_name, element_strides, name_shape, to_named, user_shape
from convgen.spec import ConvSpec
from convgen.taps import enumerate_taps
from convgen.testing.layer import RESULTS

if TYPE_CHECKING:
    import numpy.typing as npt

    NDArray = npt.NDArray[Any]

EXACT = {"float32": 2**24, "float64": 2**53}
"""Up to here every integer is held exactly."""

LARGEST = 9
"""No entry is larger, so that a person can follow."""


@dataclass(frozen=True)
class Products:
    """Some products of a result, by elements of the user's arrays: its own, and those of each factor."""

    result: NDArray
    factors: Mapping[str, NDArray]


@dataclass(frozen=True)
class Question:
    """A layer with arrays for it and, by the definition, its answers.

    Attributes:
        spec: the layer.
        dtype: the number type of the arrays.
        draw: which arrays: the same number gives the same ones.
    """

    spec: ConvSpec
    dtype: str
    draw: int = 0

    @cached_property
    def arrays(self) -> dict[str, NDArray]:
        """X, K, b and dO in the layout of the spec."""
        return self._integers("first", LARGEST)

    @cached_property
    def others(self) -> dict[str, NDArray]:
        """Other arrays of the same shapes."""
        return self._integers("second", LARGEST)

    @cached_property
    def larger(self) -> dict[str, NDArray]:
        """Others as large as exact sums allow: a smaller number type than that of the arrays does not hold them."""
        return self._integers("larger", EXACT[self.dtype])

    @property
    def largest(self) -> int:
        """No entry may be larger, so that all sums are exact: 0 where there is no such integer."""
        # Sums of two arrays are asked about as well: twice the entries, four times the products.
        return math.isqrt(EXACT[self.dtype] // (4 * self._summands))

    @property
    def _summands(self) -> int:
        """A result adds up at most as many products as the arrays that it sums over have entries in one image."""
        return 1 + max(
            self.spec.batch * math.prod(self.spec.output_size),
            math.prod(self.spec.kernel_size) * max(self.spec.group_in_channels, self.spec.group_out_channels),
        )

    def _integers(self, which: str, bound: int) -> dict[str, NDArray]:
        """Arrays without zeros; the same for the same layer and draw in every run."""
        which = f"{which} of draw {self.draw}," if self.draw else which
        largest = min(bound, self.largest)
        if largest < 1:
            exact = EXACT[self.dtype]
            raise BudgetError(
                f"{self.spec}: sums of {self._summands:,} products are not all exact in {self.dtype}, whose "
                f"integers are exact up to {exact:,}: choose a smaller layer or float64"
            )
        return {
            array: _drawn(f"{which} {array} of {self.spec}", user_shape(self.spec, array), largest).astype(
                self.dtype
            )
            for array in ("X", "K", "b", "dO")
        }

    @cached_property
    def results(self) -> tuple[str, ...]:
        """What the layer has: O, dX, dK, and db where there is a bias."""
        return RESULTS if self.spec.bias else RESULTS[:-1]

    @cached_property
    def products(self) -> dict[str, tuple[Products, ...]]:
        """Every product of every result: the taps, grouped by O, X and K, and where the bias goes."""
        taps = enumerate_taps(self.spec, {array: element_strides(self.spec, array) for array in "XKO"})
        bias: tuple[Products, ...] = ()
        products = {
            "dX": (Products(taps.X, {"dO": taps.O, "K": taps.K}),),
            "dK": (Products(taps.K, {"dO": taps.O, "X": taps.X}),),
        }
        if self.spec.bias:
            outputs, channels = self._bias_taps
            bias = (Products(outputs, {"b": channels}),)
            products["db"] = (Products(channels, {"dO": outputs}),)
        return {"O": (Products(taps.O, {"K": taps.K, "X": taps.X}), *bias), **products}

    @property
    def _bias_taps(self) -> tuple[NDArray, NDArray]:
        """The elements of O, and the element of b that each receives."""
        output, bias = (
            to_named(self.spec, array, np.arange(math.prod(shape)).reshape(shape))
            for array, shape in (("O", self.spec.output_shape), ("b", self.spec.bias_shape))
        )
        bias = bias.reshape(1, *bias.shape, *(1,) * self.spec.rank)
        return output.ravel(), np.broadcast_to(bias, output.shape).ravel()

    @cached_property
    def truth(self) -> dict[str, NDArray]:
        """O, dX, dK and db as integers, from the definition."""
        return {name: self.true(name, self.arrays) for name in self.results}

    def true(self, name: str, arrays: Mapping[str, NDArray]) -> NDArray:
        """One of the definition's answers on arrays of integers."""
        shape = user_shape(self.spec, name)
        total = np.zeros(math.prod(shape), np.int64)
        for products in self.products[name]:
            values = np.ones(len(products.result), np.int64)
            for array, elements in products.factors.items():
                values *= arrays[array].ravel()[elements].astype(np.int64)
            np.add.at(total, products.result, values)
        return total.reshape(shape)

    def written_out(self, name: str, element: int, most: int = 6) -> str:
        """The products of one element with their names, and with their numbers."""
        names, numbers = [], []
        for products in self.products[name]:
            for at in np.flatnonzero(products.result == element):
                factors = [(array, int(elements[at])) for array, elements in products.factors.items()]
                names.append("*".join(self.name(*factor) for factor in factors))
                values = [int(self.arrays[array].ravel()[number]) for array, number in factors]
                numbers.append("*".join(f"({value})" if value < 0 else str(value) for value in values))
        if not names:
            return ", since no product reaches it"
        more = f" + ... {len(names) - most} more" if len(names) > most else ""
        return " = " + " = ".join(" + ".join(each[:most]) + more for each in (names, numbers))

    def name(self, array: str, element: int) -> str:
        """What an entry is called: X_0_1."""
        shape = name_shape(self.spec, array)
        return element_name(array, shape, index_of(element, shape)) if shape else array


def index_of(element: int, shape: Sequence[int]) -> tuple[int, ...]:
    """The index of an element that is counted row by row."""
    return tuple(int(each) for each in np.unravel_index(element, shape))


def _drawn(seed: str, shape: tuple[int, ...], largest: int) -> NDArray:
    """Numbers from 1 to the largest with either sign, from a hash, which is the same in every version of NumPy."""
    word = np.dtype("<u1" if largest <= LARGEST else "<u4")
    digest = hashlib.shake_128(seed.encode()).digest(2 * word.itemsize * math.prod(shape))
    draws = np.frombuffer(digest, word).reshape(2, -1)
    sizes = 1 + draws[0].astype(np.int64) % largest
    signed: NDArray = np.where(draws[1] % 2, -sizes, sizes)
    return signed.reshape(shape)
