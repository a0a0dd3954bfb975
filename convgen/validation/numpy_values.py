"""What NumPy's arithmetic does to arrays of row numbers: every result is made of new rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from convgen.validation.faults import Fault, refuse
from convgen.validation.store import ONE, ZERO, Integers, Store
from convgen.validation.trace import UNWRITTEN


class Values:
    """Sums and products.

    Attributes:
        store: where values are made.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def array(self, line: int, value: Any) -> Integers:
        """A value as rows; a whole number only where it is 0 or 1."""
        if isinstance(value, int) and not isinstance(value, np.integer):
            if value not in (0, 1):
                raise refuse(line, f"the coefficient {value}")
            return np.array(ONE if value else ZERO)
        return np.asarray(value, np.int64)

    def rows(
        self,
        line: int,
        shape: tuple[int, ...],
        row: Integers,
        sign: Any,
        left: Integers,
        right: Integers | None,
    ) -> Integers:
        """New values of a shape from their terms."""
        right = np.full(len(left), ONE) if right is None else right
        if np.any(left == UNWRITTEN) or np.any(right == UNWRITTEN):
            raise Fault(line, "reads an entry before anything is written to it")
        kept = (left != ZERO) & (right != ZERO)
        count = int(np.prod(shape))
        coefficient = np.broadcast_to(np.asarray(sign, np.int64), len(left))[kept]
        try:
            first = self.store.rows(count, row[kept], coefficient, left[kept], right[kept])
        except Fault as fault:
            raise Fault(line, fault.reason) from None
        return first + np.arange(count).reshape(shape)

    def _pair(self, line: int, left: Any, right: Any) -> tuple[Integers, Integers]:
        try:
            one, two = np.broadcast_arrays(self.array(line, left), self.array(line, right))
        except ValueError as error:
            raise Fault(line, str(error)) from None
        return one, two

    def sum(self, line: int, left: Any, right: Any, sign: int) -> Integers:
        """left + sign · right, entry by entry."""
        one, two = self._pair(line, left, right)
        row = np.arange(one.size)
        signs = np.repeat([1, sign], one.size)
        both = np.concatenate([one.ravel(), two.ravel()])
        return self.rows(line, one.shape, np.append(row, row), signs, both, None)

    def product(self, line: int, left: Any, right: Any) -> Integers:
        """left · right, entry by entry."""
        one, two = self._pair(line, left, right)
        return self.rows(line, one.shape, np.arange(one.size), 1, one.ravel(), two.ravel())

    def matmul(self, line: int, left: Any, right: Any) -> Integers:
        """left @ right, as NumPy has it for stacks of matrices."""
        left, right = self.array(line, left), self.array(line, right)
        if min(left.ndim, right.ndim) < 1 or left.shape[-1] != right.shape[-2 if right.ndim > 1 else 0]:
            raise Fault(line, f"a product of matrices {left.shape} @ {right.shape}")
        one = left if left.ndim > 1 else left[None]
        two = right if right.ndim > 1 else right[:, None]
        products = np.broadcast_arrays(one[..., :, None, :], np.swapaxes(two, -1, -2)[..., None, :, :])
        shape = products[0].shape[:-1]
        row = np.repeat(np.arange(int(np.prod(shape))), left.shape[-1])
        result = self.rows(line, shape, row, 1, products[0].ravel(), products[1].ravel())
        if left.ndim == 1:
            result = result[..., 0, :]
        return result[..., 0] if right.ndim == 1 else result

    def einsum(self, line: int, subscripts: str, left: Any, right: Any) -> Integers:
        """The sum of products that the letters name: of two operands, every letter once in each."""
        left, right = self.array(line, left), self.array(line, right)
        shape, one, two = self.aligned(line, subscripts, left, right)
        row = np.arange(int(np.prod(shape))).reshape(*shape, *(1,) * (one.ndim - len(shape)))
        row, one, two = np.broadcast_arrays(row, one, two)
        return self.rows(line, shape, row.ravel(), 1, one.ravel(), two.ravel())

    def aligned(
        self, line: int, subscripts: str, left: Integers, right: Integers
    ) -> tuple[tuple[int, ...], Integers, Integers]:
        """The shape of an einsum, and its operands with an axis for each letter, those of the result first."""
        inputs, arrow, out = subscripts.partition("->")
        letters = inputs.split(",")
        if not arrow or len(letters) != 2 or any(len(set(each)) != len(each) for each in (*letters, out)):
            raise refuse(line, f"the sum {subscripts!r}")
        sizes: dict[str, int] = {}
        for each, array in zip(letters, (left, right), strict=True):
            if len(each) != array.ndim:
                raise Fault(line, f"{array.ndim} axes for the letters {each!r}")
            for letter, size in zip(each, array.shape, strict=True):
                if sizes.setdefault(letter, size) != size:
                    raise Fault(line, f"the letter {letter!r} runs through {sizes[letter]} and {size}")
        if not set(out) <= set(sizes):
            raise Fault(line, f"the sum {subscripts!r} has a result that it does not read")
        every = out + "".join(letter for letter in sizes if letter not in out)
        placed = []
        for each, array in zip(letters, (left, right), strict=True):
            kept = [letter for letter in every if letter in each]
            index = tuple(slice(None) if letter in each else None for letter in every)
            placed.append(array.transpose([each.index(letter) for letter in kept])[index])
        return tuple(sizes[letter] for letter in out), placed[0], placed[1]
