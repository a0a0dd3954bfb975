"""How a loaded kernel is run: the seam between its public methods and whatever computes.

An entry stands above the checks, not below them, so that a backend which checks arrays in compiled code can
take a whole call; `Signature.admit` then remains the definition of what is right and the words for what is
not. The two backends of this room share `PassBackend`: a function per pass, called with arrays (NumPy) or
with their addresses (ctypes).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any, Protocol

from convgen.kernels.kernel import Kernel, passes_of
from convgen.runtime.arrays import Array, Signature

Entry = Callable[[tuple[Any, ...], tuple[Any, ...]], list[Array]]
"""Takes a method's inputs and its results (None: allocate one); checks, runs, and gives the results."""

REMEMBERED = 128
"""How many kernels of a target a process keeps, so that loading the same one again costs nothing."""


class Backend(Protocol):
    """What runs a kernel."""

    @property
    def path(self) -> Path | None:
        """The library that was loaded, where there is one."""

    def entry(self, signature: Signature) -> Entry:
        """The way into one method."""


@dataclass(frozen=True)
class PassBackend:
    """A function for each pass, and calls checked in Python.

    Attributes:
        functions: by pass; each takes the pass's inputs and then its output.
        by_address: whether they take addresses rather than arrays.
        path: the library, where there is one.
    """

    functions: Mapping[str, Callable[..., None]]
    by_address: bool
    path: Path | None = None

    def entry(self, signature: Signature) -> Entry:
        """Check the whole call first, then run each pass."""
        calls = [
            (self.functions[name], itemgetter(*positions)) for name, positions in signature.passes.items()
        ]
        by_address, first_result = self.by_address, len(signature.inputs)

        def enter(inputs: tuple[Any, ...], outputs: tuple[Any, ...]) -> list[Array]:
            arrays, addresses = signature.admit(inputs, outputs)
            operands = addresses if by_address else arrays
            for function, arguments in calls:
                function(*arguments(operands))
            return arrays[first_result:]

        return enter


def symbols(kernel: Kernel) -> dict[str, str]:
    """The name under which the source defines each pass."""
    return {name: f"{kernel.name}_{name}" for name in passes_of(kernel.spec)}
