"""What an index is called.

Letters come from the notation, by what an index counts: positions of the output, of the kernel, of the
input, channels. A letter that is taken already gets a prime.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from convgen.algebra.index_form import Frame, is_spatial
from convgen.algebra.indexed_sum import Index, IndexedSum
from convgen.algebra.notation import Notation
from convgen.algebra.polynomial import Polynomial


@dataclass(frozen=True)
class Letter:
    """What an index is called, where it counts, and the number of its first value."""

    name: str
    axis: int | None
    rank: int
    first: int


Letters = dict[str, Letter]

RANKS = "XOK"
"""In an expression input positions lead, then output positions, then kernel positions: p - i, S i + D m."""


@dataclass(frozen=True)
class IndexNames:
    """Letters for the indices of a formula.

    Attributes:
        frame: what the formula is about.
        notation: whose letters are used.
    """

    frame: Frame
    notation: Notation

    def output(self, target: str) -> Letters:
        """The letters of the indices of the array on the left."""
        letters: Letters = {}
        for axis in self.frame.axes_shown(target):
            letters[axis] = self.letter(target, axis, letters)
        return letters

    def letter(self, array: str, axis: str, known: Letters) -> Letter:
        """The letter of an axis of an array, other than those known."""
        taken = {letter.name for letter in known.values()}
        stem = self.notation.index_letter(array, axis)
        name = next(each for primes in count() if (each := stem + "'" * primes) not in taken)
        base = array.lstrip("d").partition("_")[0]
        first = self.notation.first_of(array)
        if axis[0] in "ko":
            return Letter(name, int(axis[1:]), RANKS.index(axis[0].upper()), first)
        if not is_spatial(axis):
            # The number of a group is part of a channel's index, C g + c, and none itself: it counts from 0.
            counted = axis == "g" and self.frame.counts_through_groups
            return Letter(name, None, len(RANKS), 0 if counted else first)
        return Letter(name, int(axis[1:]), RANKS.find(base), first)

    def with_bound(self, term: IndexedSum, known: Letters) -> Letters:
        """The letters of a term: a bound index is called after the place in which it stands alone, or first."""
        letters = dict(known)
        indices = {index.name for index in term.output + term.bound}
        for index in term.bound:
            places = [
                (str(position) != index.name, len(position.names & indices), number)
                for number, (_, _, position) in enumerate(self.places(term))
                if index.name in position.names
            ]
            if places:
                array, axis, _ = self.places(term)[min(places)[2]]
                letters[index.name] = self.letter(array, axis.name, letters)
            else:
                letters[index.name] = Letter(index.name, None, len(RANKS), 0)
        return letters

    def places(self, term: IndexedSum) -> list[tuple[str, Index, Polynomial]]:
        """Every array, axis and position at which the term reads."""
        return [
            (factor.array, axis, position)
            for factor in term.factors
            for axis, position in zip(self.frame.indices(factor.array), factor.indices, strict=True)
        ]
