"""Named axes inside, layouts outside: how a user's arrays are seen under the mathematics' own axes.

Inside, every array has the same named axes whatever its layout:

    X(n, g, c, s0...)   K(g, f, c, s0...)   O(n, g, f, s0...)   b(g, f)

with n the batch, g the group, c and f the input and output channels within a group, and s0, s1, s2 the
spatial axes. A layout says which of these make up each axis of the user's array, so that entering and
leaving is one reshape and one transpose. Rules, relations and proofs never see a layout.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convgen.errors import ArrayError
from convgen.spec import SPATIAL_LETTERS, ConvSpec

ARRAYS = ("X", "K", "b", "O")
"""The arrays of a layer; a gradient dX has the axes of X."""

CHANNEL_AXES = {"X": ("n", "g", "c"), "K": ("g", "f", "c"), "O": ("n", "g", "f"), "b": ("g", "f")}
"""The non-spatial axes of each array, in canonical order."""


def base_name(array: str) -> str:
    """The array whose axes `array` has: dX is shaped as X."""
    return array.removeprefix("dd").removeprefix("d")


def spatial_axes(rank: int) -> tuple[str, ...]:
    """The names of the spatial axes: s0, s1, s2."""
    return tuple(f"s{d}" for d in range(rank))


def axis_names(spec: ConvSpec, array: str) -> tuple[str, ...]:
    """The named axes of an array in canonical order."""
    base = base_name(array)
    return CHANNEL_AXES[base] + (() if base == "b" else spatial_axes(spec.rank))


def axis_sizes(spec: ConvSpec, array: str) -> dict[str, int]:
    """The size of each named axis of an array, in canonical order."""
    base = base_name(array)
    sizes = {"n": spec.batch, "g": spec.groups, "c": spec.group_in_channels, "f": spec.group_out_channels}
    if base != "b":
        spatial = {"X": spec.input_size, "K": spec.kernel_size, "O": spec.output_size}[base]
        sizes |= dict(zip(spatial_axes(spec.rank), spatial, strict=True))
    return {name: sizes[name] for name in axis_names(spec, array)}


def user_axes(spec: ConvSpec, array: str) -> tuple[tuple[str, ...], ...]:
    """For each axis of the user's array, the named axes that it is made of, slowest first."""
    base = base_name(array)
    letters = {"X": spec.layout, "O": spec.layout, "K": spec.kernel_layout, "b": "O"}[base]
    parts = {
        "N": ("n",),
        "C": ("g", "c") if base == "X" else ("g", "f"),
        "O": ("g", "f"),
        "I": ("c",),
    }
    parts |= {letter: (f"s{d}",) for d, letter in enumerate(SPATIAL_LETTERS[-spec.rank :])}
    return tuple(parts[letter] for letter in letters)


def user_shape(spec: ConvSpec, array: str) -> tuple[int, ...]:
    """The shape of the user's array."""
    return {
        "X": spec.input_shape,
        "K": spec.kernel_shape,
        "b": spec.bias_shape,
        "O": spec.output_shape,
    }[base_name(array)]


def to_named(spec: ConvSpec, array: str, data: Any) -> Any:
    """View a user's array under the canonical named axes (a view where NumPy can give one).

    Raises:
        ArrayError: the array has not the shape that the spec gives it.
    """
    if tuple(data.shape) != user_shape(spec, array):
        raise ArrayError(f"{array} has shape {tuple(data.shape)}, but {spec} needs {user_shape(spec, array)}")
    sizes = axis_sizes(spec, array)
    present = [name for part in user_axes(spec, array) for name in part]
    absent = [name for name in sizes if name not in present]  # axes of size 1 that the layout leaves out
    expanded = data.reshape([sizes[name] for name in absent + present])
    return expanded.transpose([(absent + present).index(name) for name in sizes])


def from_named(spec: ConvSpec, array: str, data: Any) -> Any:
    """Arrange an array with canonical named axes as the user's layout has it; inverse of `to_named`."""
    names = list(axis_names(spec, array))
    present = [name for part in user_axes(spec, array) for name in part]
    absent = [name for name in names if name not in present]
    return data.transpose([names.index(name) for name in absent + present]).reshape(user_shape(spec, array))


def element_strides(spec: ConvSpec, array: str) -> dict[str, int]:
    """How many elements apart neighbours along each named axis lie in the user's contiguous array.

    An axis that the layout leaves out has stride 0: its only index is 0.
    """
    sizes = axis_sizes(spec, array)
    strides = dict.fromkeys(sizes, 0)
    step = 1
    for name in reversed([name for part in user_axes(spec, array) for name in part]):
        strides[name] = step
        step *= sizes[name]
    return strides


def user_index(spec: ConvSpec, array: str, at: Sequence[int]) -> tuple[int, ...]:
    """The index in the user's array of an entry given on the canonical named axes; inverse of `named_index`."""
    sizes = axis_sizes(spec, array)
    known = dict(zip(sizes, at, strict=True))
    index = []
    for part in user_axes(spec, array):
        position = 0
        for name in part:
            position = position * sizes[name] + known[name]
        index.append(position)
    return tuple(index)


def named_index(spec: ConvSpec, array: str, index: Sequence[int]) -> tuple[int, ...]:
    """The canonical named index of an entry of the user's array."""
    sizes = axis_sizes(spec, array)
    known = dict.fromkeys(sizes, 0)
    for position, part in zip(index, user_axes(spec, array), strict=True):
        rest = position
        for name in reversed(part):
            rest, known[name] = divmod(rest, sizes[name])
    return tuple(known.values())


def name_shape(spec: ConvSpec, array: str) -> tuple[int, ...]:
    """The axes that an entry's name counts: the array's own, and none for the bias of a spatial-only layout."""
    if base_name(array) == "b" and "C" not in spec.layout:
        return ()
    return user_shape(spec, array)


def element_name(array: str, shape: Sequence[int], index: Sequence[int]) -> str:
    """The name of one entry, such as X_03_10; the array's own name where the shape is empty.

    Digits are padded with zeros to the width of their axis, so that the order of names is that of entries.
    """
    widths = [len(str(size - 1)) for size in shape]
    return "_".join(
        [array] + [f"{position:0{width}d}" for position, width in zip(index, widths, strict=True)]
    )
