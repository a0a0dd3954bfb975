"""Kernel: the emitted text of one specialised convolution, ready to be written or built."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from convgen.errors import OutputError
from convgen.kernels.blocks import Tiling
from convgen.kernels.isa import PORTABLE, Vector
from convgen.render import write_files
from convgen.spec import ConvSpec

PASSES = ("forward", "backward_data", "backward_weights", "backward_bias")
"""The four passes; a spec without bias has no backward_bias."""

PASS_ARRAYS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "forward": (("X", "K", "b"), "O"),
    "backward_data": (("K", "dO"), "dX"),
    "backward_weights": (("X", "dO"), "dK"),
    "backward_bias": (("dO",), "db"),
}
"""For each pass the arrays that it reads, in the order of its arguments, and the one that it writes."""

DTYPES = ("float32", "float64")
TARGETS = ("numpy", "c")


def passes_of(spec: ConvSpec) -> tuple[str, ...]:
    """The passes that a spec has."""
    return PASSES if spec.bias else PASSES[:-1]


def pass_inputs(spec: ConvSpec, name: str) -> tuple[str, ...]:
    """The arrays that a pass reads, in the order of its arguments; b only where the spec has a bias."""
    return tuple(array for array in PASS_ARRAYS[name][0] if spec.bias or array != "b")


def pass_output(name: str) -> str:
    """The array that a pass writes."""
    return PASS_ARRAYS[name][1]


def pack_symbol(prefix: str, name: str) -> str:
    """The C function that packs the weights of a pass."""
    return f"{prefix}_pack_weights_{name}"


def packed_symbol(prefix: str, name: str) -> str:
    """The C function that runs a pass on packed weights."""
    return f"{prefix}_{name}_packed"


@dataclass(frozen=True)
class OpCount:
    """Scalar arithmetic as executed.

    A product that meets padding counts only where it is executed, as in NumPy's ``matrix`` form; the lanes
    of a vector that hold no entry, or meet none, are idle and do not count.
    """

    multiplications: int
    additions: int


@dataclass(frozen=True)
class Kernel:
    """The text of one specialised convolution.

    Attributes:
        name: the prefix of every emitted name and file.
        spec: the convolution that it computes.
        target: ``"c"`` or ``"numpy"``.
        dtype: ``"float32"`` or ``"float64"``.
        source: text of ``<name>.c`` or ``<name>.py``.
        header: text of ``<name>.h``; None for NumPy.
        op_count: operations by pass, as executed.
        forms: the plan's form by pass, such as ``"unrolled"`` or ``"loops"``.
        workspace_bytes: scratch memory by pass, which C is given and NumPy keeps; 0 where a pass needs none.
        isa: the instruction set that C is laid out for.
        vectors: the vector types that the text uses.
        prepared: the passes that pack their weights, and can be given packed ones.
        threads: how many threads may share a loop; whether any do follows from the size of the layer.
        scratch_bytes: by pass of these, the scratch memory that it needs besides packed weights.
        tilings: by pass what it cuts into register tiles, where another tile may be asked for.
    """

    name: str
    spec: ConvSpec
    target: str
    dtype: str
    source: str
    header: str | None
    op_count: Mapping[str, OpCount]
    forms: Mapping[str, str]
    workspace_bytes: Mapping[str, int]
    isa: str = PORTABLE.name
    vectors: tuple[Vector, ...] = ()
    prepared: tuple[str, ...] = ()
    threads: int = 1
    scratch_bytes: Mapping[str, int] = field(default_factory=dict)
    tilings: Mapping[str, Tiling] = field(default_factory=dict)

    @property
    def is_shared(self) -> bool:
        """Whether threads share a loop, for which a compiler needs OpenMP."""
        return "#pragma omp" in self.source

    @property
    def files(self) -> dict[str, str]:
        """The text of each file by its name."""
        if self.header is None:
            return {f"{self.name}.py": self.source}
        return {f"{self.name}.h": self.header, f"{self.name}.c": self.source}

    def write(self, directory: str | Path) -> list[Path]:
        """Write the files into a directory, all whole or none at all, and return their paths.

        Raises:
            OutputError: the directory or a file cannot be written; old files are as they were.
        """
        if not isinstance(directory, str | os.PathLike):
            raise OutputError(f"a directory is given as a path, got {directory!r}")
        files = {Path(directory) / name: text.encode() for name, text in self.files.items()}
        write_files(files)
        return list(files)
