"""The workspace of a call while a NumPy source is executed: what it holds, and that it is put back.

A workspace comes from another call, which has left there what it wrote (`convgen.kernels.workspace`). Since
control flow depends on no data, every call writes the same of it: a first execution without values finds
where, and the second has nothing there until it writes. So what is found holds for every call, the first
one included, in which there are zeros where this has nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from convgen.validation.faults import Fault, refuse
from convgen.validation.store import Integers
from convgen.validation.trace import UNWRITTEN


@dataclass
class Workspace:
    """The workspace of one call.

    Attributes:
        idle: the list that it was taken from; empty while none was taken.
        taken: what the call was given.
        arrays: its arrays, in the order in which they were made.
        stale: for each of them, where another call has written.
        given_back: the arrays that may be another call's by now.
    """

    idle: str = ""
    taken: Any = None
    arrays: list[Integers] = field(default_factory=list)
    stale: list[npt.NDArray[np.bool_]] = field(default_factory=list)
    given_back: list[Integers] = field(default_factory=list)

    def take(self, line: int, idle: str, taken: Any, made: list[Integers]) -> None:
        """Begin the call's use of it.

        Args:
            line: where it is taken.
            idle: the list that it is taken from.
            taken: what the call is given.
            made: the arrays that it was made of.

        Raises:
            SourceError: it has an array that is none of these and no view of one.
        """
        for array in _arrays_of(line, taken):
            if not any(np.may_share_memory(array, each) for each in made):
                raise refuse(line, "a workspace with a copy of an array")
        self.idle, self.taken, self.arrays = idle, taken, list(made)
        for array, stale in zip(self.arrays, self.stale, strict=False):
            array[stale] = UNWRITTEN

    def put_back(self, line: int, idle: str, given: list[Any], keywords: bool) -> None:
        """End the call's use of it.

        Raises:
            Fault: it is not the workspace that was taken, or not the list that it was taken from.
        """
        if keywords or len(given) != 1 or given[0] is not self.taken or idle != self.idle or self.given_back:
            raise Fault(line, f"puts into {idle} what was not taken from there")
        self.given_back = self.arrays
        for array in self.arrays:
            array[...] = UNWRITTEN


@dataclass
class Watched(Workspace):
    """A workspace of which it is known afterwards where a call has written.

    Attributes:
        changed: for each array, where it is not as it was made; none where it was not put back.
    """

    changed: list[npt.NDArray[np.bool_]] = field(default_factory=list)
    _before: list[Integers] = field(default_factory=list)

    def take(self, line: int, idle: str, taken: Any, made: list[Integers]) -> None:
        """Remember what is there."""
        super().take(line, idle, taken, made)
        self._before = [array.copy() for array in self.arrays]

    def put_back(self, line: int, idle: str, given: list[Any], keywords: bool) -> None:
        """Compare with what was there."""
        self.changed = [array != old for array, old in zip(self.arrays, self._before, strict=True)]
        super().put_back(line, idle, given, keywords)


def _arrays_of(line: int, taken: Any) -> Iterator[Integers]:
    """The arrays of a workspace, however they are packed."""
    if isinstance(taken, tuple):
        for each in taken:
            yield from _arrays_of(line, each)
    elif isinstance(taken, np.ndarray):
        yield taken
    else:
        raise refuse(line, "a workspace of something else than arrays")
