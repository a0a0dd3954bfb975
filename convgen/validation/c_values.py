"""What names stand for while C is executed, over all rounds of the loops around at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from convgen.validation.faults import Fault, refuse
from convgen.validation.store import Integers
from convgen.validation.trace import Region

Int = int | Integers
"""One number for all rounds, or one for each."""

LARGEST = 2**31 - 1
"""Every index stays below it, so that it fits where a ptrdiff_t has 32 bits."""


@dataclass(frozen=True)
class Pointer:
    """An address inside a region.

    Attributes:
        region: that it points into.
        start: the first place of the instance it points into.
        offset: places from there.
    """

    region: Region
    start: Int
    offset: Int

    def plus(self, distance: Int, line: int) -> Pointer:
        """Further on; one past the end may be formed, and nothing beyond."""
        offset = checked(self.offset + distance, line)
        require(offset, 0, self.region.size, line, f"points {{}} places into {self.region.name}", self.region)
        return Pointer(self.region, self.start, offset)

    def place(self, line: int, lanes: int = 1, step: Int = 1) -> Int:
        """The place that it points to, all lanes being inside."""
        last = self.offset + (lanes - 1) * step
        words = f"{{}} is an index of {self.region.name}"
        for each in (self.offset, last):
            require(each, 0, self.region.size - 1, line, words, self.region)
        return self.start + self.offset


@dataclass(frozen=True)
class Variable:
    """A real number or a vector of them.

    Attributes:
        region: its places.
        place: the first, in each round.
        lanes: of a vector; 0 for a number.
        vector: the name of its type; empty for a number.
    """

    region: Region
    place: Int
    lanes: int = 0
    vector: str = ""


Value = Int | Pointer | Variable


@dataclass
class Frame:
    """The rounds in which a statement is executed, and what names stand for in each.

    Attributes:
        rounds: how many.
        names: every name that is known.
        own: those that were declared in this very block.
    """

    rounds: int
    names: dict[str, Value] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)

    def declare(self, name: str, value: Value, line: int) -> None:
        """Let a name stand for something, once in a block."""
        if name in self.own:
            raise refuse(line, f"a second declaration of {name!r}")
        self.own.add(name)
        self.names[name] = value

    def lookup(self, name: str, line: int) -> Value:
        """What a name stands for."""
        if name not in self.names:
            raise refuse(line, f"{name!r} is not declared here")
        return self.names[name]

    def taken(self, rounds: Integers, used: frozenset[str]) -> Frame:
        """Some rounds of this one, each as often as it is named; only names that are used."""
        names = {name: taken(value, rounds) for name, value in self.names.items() if name in used}
        return Frame(len(rounds), names)


def taken(value: Value, rounds: Integers) -> Value:
    """A value in other rounds."""
    if isinstance(value, np.ndarray):
        return value[rounds]
    if isinstance(value, Pointer):
        start, offset = (
            each[rounds] if isinstance(each, np.ndarray) else each for each in (value.start, value.offset)
        )
        return Pointer(value.region, start, offset)
    if isinstance(value, Variable) and isinstance(value.place, np.ndarray):
        return Variable(value.region, value.place[rounds], value.lanes, value.vector)
    return value


def checked(value: Any, line: int) -> Int:
    """A number that fits into a ptrdiff_t of 32 bits."""
    result: Int = value
    low, high = bounds(result)
    if low < -LARGEST or high > LARGEST:
        raise Fault(line, f"an index reaches {high if high > LARGEST else low}, beyond 32 bits")
    return result


def bounds(value: Int) -> tuple[int, int]:
    """The smallest and the largest of a value's rounds."""
    if isinstance(value, np.ndarray):
        return (int(value.min()), int(value.max())) if len(value) else (0, 0)
    return value, value


def require(value: Int, low: int, high: int, line: int, words: str, region: Region) -> None:
    """Hold a number in every round between two bounds."""
    if isinstance(value, np.ndarray) and not len(value):
        return
    least, most = bounds(value)
    if least < low or most > high:
        raise Fault(line, f"{words.format(least if least < low else most)}, which has {region.size}")


def divided(left: Int, right: Int, line: int) -> Int:
    """Quotient as C has it, towards zero."""
    if bounds(right)[0] <= 0:
        raise refuse(line, "a division by what is not positive")
    if isinstance(left, int) and isinstance(right, int):
        return abs(left) // right * (1 if left >= 0 else -1)
    quotient: Int = np.where(np.asarray(left) >= 0, 1, -1) * (np.abs(np.asarray(left)) // right)
    return quotient


def remainder(left: Int, right: Int, line: int) -> Int:
    """What the quotient leaves, with the sign of the dividend."""
    return left - divided(left, right, line) * right


OPERATORS: dict[str, Callable[[Any, Any, int], Any]] = {
    "+": lambda a, b, _: a + b,
    "-": lambda a, b, _: a - b,
    "*": lambda a, b, _: a * b,
    "/": divided,
    "%": remainder,
    "<": lambda a, b, _: (a < b) + 0,
    ">": lambda a, b, _: (a > b) + 0,
    "<=": lambda a, b, _: (a <= b) + 0,
    ">=": lambda a, b, _: (a >= b) + 0,
    "==": lambda a, b, _: (a == b) + 0,
    "!=": lambda a, b, _: (a != b) + 0,
}
"""Of whole numbers. Both operands fit into 32 bits, so that no product leaves 64. What compares gives 0 or 1,
which adding 0 makes of a truth."""
