"""The workspace of a call while a NumPy source is executed: what it holds, and that it is put back.

A workspace comes from another call, which has left there what it wrote (`convgen.kernels.workspace`). Since
control flow depends on no data, every call writes the same of it: a first execution without values finds
where, and the second has nothing there until it writes. So what is found holds for every call, the first
one included, in which there are zeros where this has nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from convgen.validation.faults import Fault
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

    def made(self) -> None:
        """What is done with the arrays before the call has them."""

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


class Watched(Workspace):
    """A workspace of which it is known afterwards where a call has written."""

    changed: list[npt.NDArray[np.bool_]]

    def made(self) -> None:
        """Remember what is there."""
        self.changed = []
        self._before = [array.copy() for array in self.arrays]

    def put_back(self, line: int, idle: str, given: list[Any], keywords: bool) -> None:
        """Compare with what was there."""
        self.changed = [array != old for array, old in zip(self.arrays, self._before, strict=True)]
        super().put_back(line, idle, given, keywords)
