"""Blocks of rows of the NumPy form in blocks: the loop over them, and the slices that a block takes."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from convgen.kernels.numpy_windows import Piece

Lines = tuple[str, ...]


@dataclass(frozen=True)
class Block:
    """A block of rows: positions along the first axis of a piece.

    Attributes:
        piece: whose rows they are.
        size: how many rows a full block has.
        outer: the depth of the loop over blocks.
        sizes: every index of a full block.
    """

    piece: Piece
    size: int
    outer: int
    sizes: dict[str, int]

    @property
    def loop(self) -> Lines:
        """The loop's lines; none where one block is all."""
        indent, (index, count) = "    " * self.outer, self._first
        if self.size == count:
            return ()
        loop = (f"{indent}for {index} in range(0, {count}, {self.size}):",)
        stop = (f"{indent}    stop = min({index} + {self.size}, {count})",)
        return loop if count % self.size == 0 else loop + stop

    @property
    def depth(self) -> int:
        """Of what is done with a block."""
        return self.outer + bool(self.loop)

    @property
    def rows(self) -> str:
        """The rows of a block, as a slice."""
        index, count = self._first
        if not self.loop:
            return ":"
        return f"{index} : {index} + {self.size}" if count % self.size == 0 else f"{index} : stop"

    @property
    def share(self) -> str:
        """How much of a full block it fills, as a slice."""
        index, count = self._first
        return ":" if count % self.size == 0 else f": stop - {index}"

    def merged(self, rows: str) -> str:
        """A slice of rows as one of all their positions."""
        inner = prod(along.count for along in self.piece[1:])
        if rows == ":" or inner == 1:
            return rows
        ends = [each.strip() for each in rows.split(":")]
        times = [f"{inner} * ({each})" if " " in each else each and f"{inner} * {each}" for each in ends]
        return " : ".join(times).strip()

    @property
    def _first(self) -> tuple[str, int]:
        return self.piece[0].index, self.piece[0].count


def at_slice(array: str, axis: int, at: str, whole: str = "") -> str:
    """An array at a slice of one axis; all of it where there is nothing to leave out."""
    if at == ":":
        return whole or f"{array}[...]"
    return f"{array}[{', '.join([':'] * axis + [at])}]"
