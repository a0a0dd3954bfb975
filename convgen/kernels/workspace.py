"""Workspaces of NumPy kernels: scratch arrays that are allocated once and used by one call after the other.

A pass keeps the workspaces that no call is using in a list. A call takes one out of it, or makes one where
there is none, and puts it back when it has ended. `list.pop` and `list.append` are atomic, so that no two
calls ever have the same workspace: not those of two threads, and not one that a signal's handler makes in
the middle of another. There are as many workspaces as calls have been inside the pass at once; a call that
raises drops its own.

What a workspace holds is left over from another call, except where no call ever writes: there it is 0, as
it was made. The zeros of the padding are written once for this reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from convgen.kernels.isa import ELEMENT_BYTES
from convgen.kernels.plan import LINE_WIDTH, filled

TAKE = '''\
def _take(idle, make):
    """A workspace that no other call has, now or until it is put back."""
    try:
        return idle.pop()
    except IndexError:
        return make()
'''
"""The function by which a pass takes a workspace, word for word."""


@dataclass(frozen=True)
class Workspace:
    """The scratch arrays of one pass.

    Attributes:
        lines: the body of the function that makes them.
        bytes: that they take up.
    """

    lines: tuple[str, ...]
    bytes: int


class Scratch:
    """Collects the arrays of a workspace, and the names by which a pass has them."""

    def __init__(self, dtype: str) -> None:
        self._dtype = dtype
        self._names: list[list[str]] = [[]]
        self._lines: list[str] = []
        self._bytes = 0

    def array(self, name: str, shape: tuple[int, ...], *, zeros: bool = False) -> None:
        """A new array; one of zeros is meant to stay 0 somewhere."""
        sizes = ", ".join(map(str, shape)) + "," * (len(shape) == 1)
        self.line(f"{name} = np.{'zeros' if zeros else 'empty'}(({sizes}), np.{self._dtype})")
        self._bytes += prod(shape) * ELEMENT_BYTES[self._dtype]

    def line(self, text: str) -> None:
        """A line of the function that makes the arrays."""
        self._lines.append(f"    {text}")

    def lines(self, lines: tuple[str, ...]) -> None:
        """Lines of it as they stand."""
        self._lines += lines

    def export(self, *names: str) -> None:
        """Names that the pass uses."""
        self._names[-1] += names

    def begin(self) -> None:
        """What follows belongs together, and goes by one name in the workspace."""
        self._names.append([])

    def end(self, name: str) -> str:
        """Pack what has followed `begin`; the statement by which a pass unpacks it, if there is anything."""
        inner = self._names.pop()
        if not inner:
            return ""
        self.line(f"{name} = {_listing(inner)}")
        self.export(name)
        return f"{_listing(inner)} = {name}"

    def used(self, name: str, lines: tuple[str, ...]) -> tuple[str, ...]:
        """The lines of a pass with the workspace that they use, taken before and put back after them."""
        return (
            f"    workspace = _take(_{name}_idle, _{name}_workspace)",
            *_wrapped(self._names[0], "", " = workspace"),
            *lines,
            f"    _{name}_idle.append(workspace)",
        )

    def workspace(self) -> Workspace | None:
        """All of it; None where a pass needs no scratch memory."""
        (names,) = self._names
        return Workspace((*self._lines, *_wrapped(names, "return ", "")), self._bytes) if names else None


def _listing(names: Sequence[str]) -> str:
    return ", ".join(names) + "," * (len(names) == 1)


def _wrapped(names: Sequence[str], before: str, after: str) -> tuple[str, ...]:
    """Names as a tuple between two texts, on one line where they fit."""
    line = f"    {before}{_listing(names)}{after}"
    if len(line) <= LINE_WIDTH:
        return (line,)
    return (f"    {before}(", *filled("", names, ", ", indent=8, hanging=0), f"    ){after}")
