"""PassPlan: what every plan of a pass says, whatever its form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING

from convgen.kernels.isa import Vector
from convgen.kernels.kernel import OpCount, pass_output
from convgen.layout import user_shape
from convgen.spec import ConvSpec

if TYPE_CHECKING:
    from convgen.kernels.blocks import Tiling
    from convgen.kernels.nest import Nests
    from convgen.kernels.workspace import Workspace

LINE_WIDTH = 100
"""Columns of an emitted line."""

C_REALS = {"float32": "float", "float64": "double"}
C_ZEROS = {"float32": "0.0f", "float64": "0.0"}
"""The type and the zero of each dtype: a float kernel never has a literal of type double."""


@dataclass(frozen=True)
class PassPlan:
    """Every number and decision that a template needs to lay out one pass.

    Attributes:
        name: the pass.
        form: how it is computed, such as ``"unrolled"``.
        op_count: operations as this form executes them.
        order: the order of summation, in words.
        idle: arrays of which nothing is read because no window meets the input.
        needs: lines that the file must begin with, such as an import.
        vectors: the vector types that its text uses.
        workspace_bytes: scratch memory that it needs, packed weights included.
        scratch_bytes: what it needs of it besides them.
        packing: how the weights are packed first, for a pass whose `body` reads packed ones.
        bound: how far its results may be off, in words, where the bound of plain sums is not for it.
        workspace: the scratch arrays that a NumPy pass keeps from call to call.
        tiling: what it cuts into register tiles, where another tile may be asked for.
    """

    name: str
    form: str
    op_count: OpCount
    order: str
    idle: tuple[str, ...]
    needs: tuple[str, ...]
    vectors: tuple[Vector, ...] = field(default=(), kw_only=True)
    workspace_bytes: int = field(default=0, kw_only=True)
    scratch_bytes: int = field(default=0, kw_only=True)
    packing: Nests = field(default=(), kw_only=True)
    bound: tuple[str, ...] = field(default=(), kw_only=True)
    workspace: Workspace | None = field(default=None, kw_only=True)
    tiling: Tiling | None = field(default=None, kw_only=True)

    @property
    def packed_bytes(self) -> int:
        """What packed weights take up of the scratch memory."""
        return self.workspace_bytes - self.scratch_bytes

    def laid_out(self, threads: int) -> PassPlan:  # noqa: ARG002 -- a form without loops has none to share
        """The plan as a template takes it, its loops shared between threads where that pays."""
        return self


def products_of(spec: ConvSpec, name: str) -> int:
    """The products of a pass that meet no padding; the bias pass has none."""
    return 0 if name == "backward_bias" else spec.multiply_adds


def summands_of(spec: ConvSpec, name: str) -> int:
    """What a pass adds up: its products, or the entries of dO."""
    return prod(spec.output_shape) if name == "backward_bias" else spec.multiply_adds


def results_of(spec: ConvSpec, name: str) -> int:
    """The entries that a pass writes."""
    return prod(user_shape(spec, pass_output(name)))


def idle_arrays(spec: ConvSpec, name: str) -> tuple[str, ...]:
    """The arrays that a pass does not read: both factors, where every window lies in the padding."""
    factors = {"forward": ("X", "K"), "backward_data": ("K", "dO"), "backward_weights": ("X", "dO")}
    return () if summands_of(spec, name) else factors[name]


def summed_in_order(letters: Sequence[str], *, from_bias: bool = False) -> str:
    """The order of a sum in words: what it starts from, and its loops from the outermost on."""
    start = "b" if from_bias else "0"
    return f"{start}, then ({', '.join(letters)})" if letters else start


def filled(
    head: str,
    items: Iterable[str],
    separator: str,
    *,
    indent: int = 4,
    hanging: int = 4,
    width: int = LINE_WIDTH,
) -> tuple[str, ...]:
    """Items after a head, broken into lines that fit.

    Args:
        head: how the first line begins.
        items: what may not be broken.
        separator: between items; one like ``" + "`` goes to the front of the next line, ``", "`` stays.
        indent: spaces before the first line.
        hanging: further spaces before the other lines.
        width: the longest line.
    """
    leading = separator.startswith(" ")
    lines, line = [], " " * indent + head
    for position, item in enumerate(items):
        extended = line + (separator if position else "") + item
        if position and len(extended) >= width:
            lines.append(line if leading else line + separator.rstrip())
            line = " " * (indent + hanging) + (separator.lstrip() if leading else "") + item
        else:
            line = extended
    return (*lines, line)
