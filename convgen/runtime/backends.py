"""How a loaded kernel is run: the seam between its public methods and whatever computes.

An entry takes a whole call: `Signature.admit` is the definition of what is right, and the words for what is
not. The two backends of this room share `PassBackend`: a function per pass, called with arrays (NumPy) or
with their addresses (ctypes). `convgen.runtime.direct` puts compiled code above the entries, for calls that are
plainly right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from convgen.kernels.kernel import Kernel, passes_of
from convgen.runtime.arrays import Array, Signature

Entry = Callable[[tuple[Any, ...], tuple[Any, ...]], list[Array]]
"""Takes a method's inputs and its results (None: allocate one); checks, runs, and gives the results."""

ALIGNMENT = 64
"""Bytes: a cache line, and the widest vector in use."""

REMEMBERED = 128
"""How many kernels of a target a process keeps, so that loading the same one again costs nothing."""


@dataclass(frozen=True)
class CFunction:
    """A function of a library that is open.

    Attributes:
        function: it takes addresses, and holds the library.
        address: its own.
        arrays: how many it takes.
        scratch: bytes of the memory that it takes after them; 0 where it takes none.
    """

    function: Callable[..., None]
    address: int
    arrays: int
    scratch: int


@dataclass(frozen=True)
class PreparedPass:
    """The two halves of a pass that packs its weights.

    Attributes:
        pack: takes the addresses of K and of the packed weights.
        run: as the pass itself, with packed weights in the place of K.
        call: the same without the scratch memory that it takes besides; each thread has its own.
        size: bytes of the packed weights.
    """

    pack: Callable[..., None]
    run: CFunction
    call: Callable[..., None]
    size: int


@dataclass(frozen=True)
class Weights:
    """What a pass reads in the place of weights that do not change.

    Attributes:
        memory: what holds them.
        address: where they begin.
        size: their bytes.
        run: what takes them, where they are packed; None for weights as they came.
    """

    memory: Array
    address: int
    size: int
    run: CFunction | None


class Backend(Protocol):
    """What runs a kernel."""

    @property
    def path(self) -> Path | None:
        """The library that was loaded, where there is one."""

    @property
    def compiled(self) -> Mapping[str, CFunction]:
        """The C function of each pass, where there are any."""

    def entry(self, signature: Signature) -> Entry:
        """The way into one method."""

    def weights(self, signature: Signature, K: Array) -> Weights:
        """What a method of one pass reads in the place of K, packed where that pays."""

    def prepared_entry(self, signature: Signature, weights: Weights) -> Entry:
        """The way into a method of one pass for weights that do not change."""


@dataclass(frozen=True)
class PassBackend:
    """A function for each pass, and calls checked in Python.

    Attributes:
        functions: by pass; each takes the pass's inputs and then its output.
        by_address: whether they take addresses rather than arrays.
        path: the library, where there is one.
        prepared: by pass, how its weights are packed once and how it runs on packed ones.
        compiled: the C function of each pass, where there are any.
    """

    functions: Mapping[str, Callable[..., None]]
    by_address: bool
    path: Path | None = None
    prepared: Mapping[str, PreparedPass] = field(default_factory=dict)
    compiled: Mapping[str, CFunction] = field(default_factory=dict)

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

    def weights(self, signature: Signature, K: Array) -> Weights:
        """What a method of one pass reads in the place of K, packed where that pays.

        Args:
            signature: of the method.
            K: the weights, checked and kept by the caller.
        """
        (name,) = signature.passes
        halves = self.prepared.get(name)
        if halves is None:
            return Weights(K, K.ctypes.data, K.nbytes, None)
        memory = np.empty(halves.size + ALIGNMENT, np.uint8)
        packed = -(-memory.ctypes.data // ALIGNMENT) * ALIGNMENT
        halves.pack(K.ctypes.data, packed)
        return Weights(memory, packed, halves.size, halves.run)

    def prepared_entry(self, signature: Signature, weights: Weights) -> Entry:
        """The way into a method of one pass for weights that do not change; it takes them as K all the same.

        Args:
            signature: of the method.
            weights: what `weights` gave for it.
        """
        if weights.run is None:
            return self.entry(signature)
        ((name, positions),) = signature.passes.items()
        place = [argument.name for argument in signature.inputs].index("K")
        arguments, first_result, run = itemgetter(*positions), len(signature.inputs), self.prepared[name].call

        def enter(inputs: tuple[Any, ...], outputs: tuple[Any, ...]) -> list[Array]:
            arrays, addresses = signature.admit(inputs, outputs)
            addresses[place] = weights.address
            run(*arguments(addresses))
            return arrays[first_result:]

        return enter


def symbols(kernel: Kernel) -> dict[str, str]:
    """The name under which the source defines each pass."""
    return {name: f"{kernel.name}_{name}" for name in passes_of(kernel.spec)}
