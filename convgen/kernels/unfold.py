"""Unfold and fold, the two halves of source 003 around its matrix product.

Unfold views every window of the padded X through strides; fold, its adjoint, adds each kernel position's
part of the columns to the slice of the padded dX that it came from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from convgen.algebra.polynomial import Polynomial
from convgen.kernels.arrange import assigned, indexed, listed, sliced, spatial
from convgen.kernels.expression import text
from convgen.kernels.formula import index_sizes, letters
from convgen.spec import Axis, ConvSpec


@dataclass(frozen=True)
class Fold:
    """Adding slices: loops over kernel positions.

    Attributes:
        target: the array that is added to.
        loops: the letter and the range of each kernel axis.
        shape: of the padded dX; None where there is no padding and dX itself is added to.
        dtype: of the padded dX.
        step: the lines that add the columns of one kernel position.
        inside: the slice of the padded dX that is dX, as text.
    """

    target: str
    loops: tuple[tuple[str, int], ...]
    shape: str | None
    dtype: str
    step: tuple[str, ...]
    inside: str


@dataclass(frozen=True)
class Windows:
    """The strided view of every window of X.

    Attributes:
        shape: of X.
        padded: the shape with padding; None where there is none.
        inside: the slice of the padded array that is X.
        names: a name for the stride of each axis of X.
        view_shape: axes of X with window positions for places, then the kernel's axes.
        view_strides: the view's strides in those names.
    """

    shape: str
    padded: str | None
    inside: str
    names: str
    view_shape: str
    view_strides: str


def columns_of(spec: ConvSpec, _name: str) -> int:
    """The entries of the unfolded X."""
    return spec.batch * spec.in_channels * prod(spec.kernel_size) * prod(spec.output_size)


def folding_axes(spec: ConvSpec) -> list[tuple[str, ...]]:
    """The axes of dX with window positions for places, and the kernel's axes beside the channels.

    Channel-first has the kernel before the places, channel-last after them, as the matrices have.
    """
    batch = [("n",)] * ("N" in spec.layout)
    channels = [("g", "c")] * ("C" in spec.layout)
    places, kernel = spatial(spec, "O"), spatial(spec, "K")
    if spec.layout.endswith("C"):
        return [*batch, *places, *kernel, *channels]
    return [*batch, *channels, *kernel, *places]


def fold(spec: ConvSpec, dtype: str) -> Fold:
    """How the columns that backward_data multiplies out go back into dX."""
    letter, sizes = letters(spec), index_sizes(spec)
    named = {f"m{d}": letter[f"m{d}"] if sizes[f"m{d}"] > 1 else "0" for d in range(spec.rank)}
    loops = tuple((name, sizes[index]) for index, name in named.items() if name != "0")
    windows_met = {
        axis_letter: _window(named[f"m{d}"], axis)
        for d, (axis_letter, axis) in enumerate(zip("DHW"[-spec.rank :], spec.axes, strict=True))
    }
    columns = [named.get(part[0], ":") if part else ":" for part in folding_axes(spec)]
    padded = padded_shape(spec)
    target = "dX" if padded == spec.input_shape else "padded"
    slices = indexed(target, [windows_met.get(axis_letter, ":") for axis_letter in spec.layout])
    return Fold(
        target,
        loops,
        _tuple(padded) if target == "padded" else None,
        dtype,
        assigned(slices, "+=", [indexed("columns", columns)], depth=1 + len(loops)),
        _inside(spec, "padded"),
    )


def _window(start: str, axis: Axis) -> str:
    """The slice of the padded axis that one kernel position meets."""
    first = start if start == "0" else text(Polynomial.of(start) * axis.dilation)
    extent = axis.stride * (axis.output - 1) + 1
    stop = str(extent) if start == "0" else f"{first} + {extent}"
    return f"{first} : {stop}" + (f" : {axis.stride}" if axis.stride > 1 and axis.output > 1 else "")


def windows(spec: ConvSpec) -> Windows:
    """The view of X that forward and backward_weights unfold."""
    axes = dict(zip("DHW"[-spec.rank :], spec.axes, strict=True))
    names = [letter.lower() for letter in spec.layout]
    padded = padded_shape(spec)
    sizes = [
        axes[letter].output if letter in axes else size
        for letter, size in zip(spec.layout, spec.input_shape, strict=True)
    ]
    steps = [
        _times(axes[letter].stride if letter in axes else 1, name)
        for letter, name in zip(spec.layout, names, strict=True)
    ]
    steps += [_times(axis.dilation, letter.lower()) for letter, axis in axes.items()]
    return Windows(
        _tuple(spec.input_shape),
        _tuple(padded) if padded != spec.input_shape else None,
        _inside(spec, "padded"),
        ", ".join(names) + "," * (len(names) == 1),
        _tuple((*sizes, *spec.kernel_size)),
        f"({', '.join(steps)})",
    )


def padded_shape(spec: ConvSpec) -> tuple[int, ...]:
    """The shape of X in its layout, padding included."""
    room = {letter: sum(pair) for letter, pair in zip("DHW"[-spec.rank :], spec.padding, strict=True)}
    return tuple(
        size + room.get(letter, 0) for letter, size in zip(spec.layout, spec.input_shape, strict=True)
    )


def _inside(spec: ConvSpec, array: str) -> str:
    """The part of a padded array that is not padding."""
    axes = dict(zip("DHW"[-spec.rank :], spec.axes, strict=True))
    inner = {
        letter: sliced(range(axis.before, axis.before + axis.input))
        for letter, axis in axes.items()
        if axis.before or axis.after
    }
    return indexed(array, [inner.get(letter, ":") for letter in spec.layout])


def _times(factor: int, name: str) -> str:
    return name if factor == 1 else f"{factor} * {name}"


def _tuple(values: Sequence[int]) -> str:
    return f"({listed(values)}{',' if len(values) == 1 else ''})"
