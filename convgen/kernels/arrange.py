"""NumPy expressions that arrange an array's axes: one reshape, one transpose, one reshape, as few as do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import prod

from convgen.kernels.formula import index_sizes
from convgen.kernels.plan import LINE_WIDTH, filled
from convgen.layout import base_name, user_axes
from convgen.spec import ConvSpec

NUMPY = "import numpy as np"

Axes = Sequence[tuple[str, ...]]
"""For each axis of an array, the indices of the definition that run along it, slowest first."""

INDEX_LETTERS = {"X": "x", "K": "m", "O": "s", "b": ""}
"""How the definition's indices along the spatial axes of each array begin: x0, m0, s0."""


def axes_of(spec: ConvSpec, array: str) -> list[tuple[str, ...]]:
    """The axes of the user's array."""
    letter = INDEX_LETTERS[base_name(array)]
    return [tuple(name.replace("s", letter) for name in part) for part in user_axes(spec, array)]


def spatial(spec: ConvSpec, array: str) -> list[tuple[str, ...]]:
    """The spatial axes of an array."""
    return [(f"{INDEX_LETTERS[base_name(array)]}{d}",) for d in range(spec.rank)]


def arranged(spec: ConvSpec, text: str, have: Axes, want: Axes) -> str:
    """An expression for an array with other axes; an index of size 1 may come and go.

    Without merging axes the result is a view, so that one may write through it.

    Args:
        spec: which tells the size of every index.
        text: an expression for the array.
        have: its axes.
        want: the axes to arrange it into.
    """
    return rearranged(index_sizes(spec), text, have, want)


def rearranged(sizes: Mapping[str, int], text: str, have: Axes, want: Axes) -> str:
    """The same for indices of other sizes."""
    shape, target = (_shape(sizes, axes) for axes in (have, want))
    names = [name for part in have for name in part if sizes[name] > 1]
    order = [name for part in want for name in part if sizes[name] > 1]
    if names != order:
        split = _shape(sizes, [(name,) for name in names])
        text += f".reshape({listed(split)})" if shape != split else ""
        text += f".transpose({listed(names.index(name) for name in order)})"
        shape = _shape(sizes, [(name,) for name in order])
    return text + (f".reshape({listed(target)})" if shape != target else "")


def broadcast_bias(spec: ConvSpec) -> str:
    """The bias so that it is added along the channels of O."""
    return f"b[:{', None' * spec.rank}]" if spec.kernel_layout.startswith("OI") else "b"


def sliced(positions: range) -> str:
    """A range as a slice."""
    step = f":{positions.step}" if positions.step > 1 and len(positions) > 1 else ""
    return f"{positions[0]}:{positions[-1] + 1}{step}"


def indexed(array: str, index: Iterable[str]) -> str:
    """An array at an index, of which trailing full slices go without saying."""
    parts = list(index)
    while parts and parts[-1] == ":":
        parts.pop()
    return f"{array}[{', '.join(parts)}]" if parts else array


def listed(values: Iterable[int]) -> str:
    """Numbers as an argument list."""
    return ", ".join(map(str, values))


def assigned(
    target: str, assignment: str, operands: Sequence[str], operator: str = "", depth: int = 1
) -> tuple[str, ...]:
    """The lines of ``target = left * right``; too long a line is broken before operators and methods."""
    outer, inner = "    " * depth, "    " * (depth + 1)
    line = f"{outer}{target} {assignment} {f' {operator} '.join(operands)}"
    if len(line) <= LINE_WIDTH:
        return (line,)
    lines = []
    for number, operand in enumerate(operands):
        text = f"{operator} {operand}" if number else operand
        whole = len(inner + text) <= LINE_WIDTH
        lines += [text] if whole else text.replace(").", ")\n.").split("\n")
    return (f"{outer}{target} {assignment} (", *(inner + line for line in lines), f"{outer})")


def called(function: str, arguments: Sequence[str], depth: int = 1) -> tuple[str, ...]:
    """The lines of a call, whatever stands before its name; too long a line is broken between arguments."""
    outer = "    " * depth
    line = f"{outer}{function}({', '.join(arguments)})"
    if len(line) <= LINE_WIDTH:
        return (line,)
    return (f"{outer}{function}(", *filled("", arguments, ", ", indent=4 * depth + 4, hanging=0), f"{outer})")


def _shape(sizes: Mapping[str, int], axes: Axes) -> tuple[int, ...]:
    return tuple(prod(sizes[name] for name in part) for part in axes)
