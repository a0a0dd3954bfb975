"""Operators that act on each spatial axis alone: pad, crop, dilate, subsample, take, shift, widen, rot180.

`widen` is a pad that never crops: a negative amount counts as 0, as it does where padding cannot be negative.

Each is one row of `AXIS_OPERATORS`. A row says how an axis of size L changes, which input position an
output position reads, and how a NumPy array does the same thing; the last is written on its own, so that
the relation and the evaluation check each other.
"""

# ruff: noqa: ARG005 -- the rows of one table share their signatures, whatever each of them needs

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from convgen.algebra.polynomial import Polynomial
from convgen.errors import ClaimError

Amount = tuple[Polynomial, ...]


class Scope:
    """Makes fresh indices, and collects what an expression needs beside its value.

    Attributes:
        bound: fresh indices summed over, as (name, size).
        equalities: expressions that must be 0.
        guards: expressions that must be at least 0.
    """

    def __init__(self, fresh: Callable[[str], str]) -> None:
        self._fresh = fresh
        self.bound: list[tuple[str, Polynomial]] = []
        self.equalities: list[Polynomial] = []
        self.guards: list[Polynomial] = []

    def index(self, prefix: str, size: Polynomial) -> Polynomial:
        """A fresh bound index."""
        name = self._fresh(prefix)
        self.bound.append((name, size))
        return Polynomial.of(name)

    def require_inside(self, position: Polynomial, size: Polynomial) -> Polynomial:
        """Zero-extension: the term counts only where the position lies within the size."""
        self.guards += [position, size - 1 - position]
        return position


@dataclass(frozen=True)
class AxisOperator:
    """One row: what happens to one axis.

    Attributes:
        name: as written in a claim.
        amounts: what its amounts mean, one word each.
        size: size of the result from (size of the operand, amounts).
        source: operand position read at an output position, from (position, size of the operand, amounts,
            scope).
        evaluate: the same on an array: (data, axis number, amounts as ints) to data.
    """

    name: str
    amounts: tuple[str, ...]
    size: Callable[[Polynomial, Amount], Polynomial]
    source: Callable[[Polynomial, Polynomial, Amount, Scope], Polynomial]
    evaluate: Callable[[Any, int, tuple[int, ...]], Any]

    @property
    def is_step(self) -> bool:
        """Whether the amount is a distance between entries, which must be at least 1."""
        return self.amounts == ("step",)


class Divisor(str):
    """A name for a number of at least 1 by which sizes may be divided before it is known."""

    __slots__ = ()


class Quotient(str):
    """A name that spells out a quotient rounded down, such as ``floor((H0 - M0)/2)``, and knows of what it is.

    Attributes:
        numerator: what is divided.
        denominator: by what; at least 1.
    """

    numerator: Polynomial
    denominator: Polynomial

    @classmethod
    def of(cls, numerator: Polynomial, denominator: Polynomial) -> Quotient:
        """The quotient of two sizes."""
        name = cls(f"floor(({numerator})/{denominator})")
        name.numerator, name.denominator = numerator, denominator
        return name


def floor_divide(numerator: Polynomial, denominator: Polynomial) -> Polynomial:
    """The quotient rounded down: a number, or a `Quotient` as a name.

    Integer sets read such a name as the quotient that it spells; it never meets `substitute` again, since
    amounts are bound before sizes are asked for.

    Raises:
        ClaimError: the denominator is still a name, and no `Divisor`.
    """
    if denominator == Polynomial.of(1):
        return numerator
    if denominator.is_constant and numerator.is_constant:
        return Polynomial.of(numerator.value() // denominator.value())
    if not all(isinstance(name, Divisor) for name in denominator.names):
        raise ClaimError(f"the size ⌊({numerator})/({denominator})⌋ has no closed form without numbers")
    return Polynomial.of(Quotient.of(numerator, denominator))


def at_least_zero(amount: Polynomial) -> Polynomial:
    """The larger of an amount and 0: a number, or a name that spells it out, such as ``max(0, M0 - 1 - Pb0)``.

    Integer sets read such a name as they read that of `floor_divide`.
    """
    return Polynomial.of(max(0, amount.value()) if amount.is_constant else f"max(0, {amount})")


def _window(data: Any, axis: int, start: int, size: int) -> Any:
    """Positions start ... start + size - 1 of the zero-extended array along one axis."""
    import numpy as np

    shape = list(data.shape)
    length, shape[axis] = shape[axis], max(size, 0)
    result = np.zeros(shape, dtype=data.dtype)
    first, last = max(start, 0), min(start + size, length)
    if first < last:
        result[_along(axis, slice(first - start, last - start))] = data[_along(axis, slice(first, last))]
    return result


def _along(axis: int, part: slice) -> tuple[slice, ...]:
    return (slice(None),) * axis + (part,)


def _dilate(data: Any, axis: int, amounts: tuple[int, ...]) -> Any:
    import numpy as np

    shape = list(data.shape)
    shape[axis] = max((shape[axis] - 1) * amounts[0] + 1, 0)
    result = np.zeros(shape, dtype=data.dtype)
    result[_along(axis, slice(None, None, amounts[0]))] = data
    return result


def _dilate_source(position: Polynomial, length: Polynomial, amounts: Amount, scope: Scope) -> Polynomial:
    if amounts[0] == Polynomial.of(1):
        return position
    inner = scope.index("t", length)
    scope.equalities.append(position - inner * amounts[0])
    return inner


_ROWS = (
    AxisOperator(
        "pad", ("before", "after"),
        size=lambda length, a: length + a[0] + a[1],
        source=lambda at, length, a, scope: scope.require_inside(at - a[0], length),
        evaluate=lambda data, axis, a: _window(data, axis, -a[0], data.shape[axis] + a[0] + a[1]),
    ),
    AxisOperator(
        "crop", ("before", "after"),
        size=lambda length, a: length - a[0] - a[1],
        source=lambda at, length, a, scope: scope.require_inside(at + a[0], length),
        evaluate=lambda data, axis, a: _window(data, axis, a[0], data.shape[axis] - a[0] - a[1]),
    ),
    AxisOperator(
        "dilate", ("step",),
        size=lambda length, a: (length - 1) * a[0] + 1,
        source=_dilate_source,
        evaluate=_dilate,
    ),
    AxisOperator(
        "subsample", ("step",),
        size=lambda length, a: floor_divide(length - 1, a[0]) + 1,
        source=lambda at, length, a, scope: at * a[0],
        evaluate=lambda data, axis, a: data[_along(axis, slice(None, None, a[0]))],
    ),
    AxisOperator(
        "take", ("size",),
        size=lambda length, a: a[0],
        source=lambda at, length, a, scope: scope.require_inside(at, length),
        evaluate=lambda data, axis, a: _window(data, axis, 0, a[0]),
    ),
    AxisOperator(
        "shift", ("offset",),
        size=lambda length, a: length,
        source=lambda at, length, a, scope: scope.require_inside(at - a[0], length),
        evaluate=lambda data, axis, a: _window(data, axis, -a[0], data.shape[axis]),
    ),
    AxisOperator(
        "widen", ("before", "after"),
        size=lambda length, a: length + at_least_zero(a[0]) + at_least_zero(a[1]),
        source=lambda at, length, a, scope: scope.require_inside(at - at_least_zero(a[0]), length),
        evaluate=lambda data, axis, a: _window(
            data, axis, -max(0, a[0]), data.shape[axis] + max(0, a[0]) + max(0, a[1])
        ),
    ),
    AxisOperator(
        "rot180", (),
        size=lambda length, a: length,
        source=lambda at, length, a, scope: length - 1 - at,
        evaluate=lambda data, axis, a: data[_along(axis, slice(None, None, -1))],
    ),
)  # fmt: skip

AXIS_OPERATORS = {row.name: row for row in _ROWS}
