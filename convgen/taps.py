"""The layer, defined once: which taps it has, as a sum over indices, and as integer arrays for a spec.

A tap (o, x, k) says that output element o receives X[x]·K[k]. The definition below is the only place where
a convolution is written down; everything else in this package reads it or is held against it.

    O[n,g,f,i] = Σ over c, m of K[g,f,c,m]·X[n,g,c,S·i + D·m - Pb]  +  b[g,f]

Sizes have names (B, G, C, F for batch, groups, and channels within a group; per axis H0, M0, Ho0, S0, D0,
Pb0, Pa0, E0, r0), so that the same sum stands for every layer of a rank.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from convgen.algebra.indexed_sum import Access, Index, IndexedSum, inside
from convgen.algebra.polynomial import Polynomial
from convgen.algebra.tree import Shape
from convgen.layout import CHANNEL_AXES, axis_names, axis_sizes, base_name, spatial_axes
from convgen.spec import Axis, ConvSpec

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

CHANNEL_SIZES = {"n": "B", "g": "G", "f": "F", "c": "C"}
"""The name of the size of each channel axis."""
SPATIAL_SIZES = {"X": "H", "K": "M", "O": "Ho"}
"""The name of the spatial sizes of each array, before the number of the axis."""

AXIS_PARAMETERS: Mapping[str, Callable[[Axis], int]] = {
    "H": lambda axis: axis.input,
    "M": lambda axis: axis.kernel,
    "S": lambda axis: axis.stride,
    "D": lambda axis: axis.dilation,
    "Pb": lambda axis: axis.before,
    "Pa": lambda axis: axis.after,
    "E": lambda axis: axis.effective,
    "Ho": lambda axis: axis.output,
    "r": lambda axis: axis.remainder,
}
"""What a formula may say of an axis, and where a spec has it."""


def axis_values(axis: Axis) -> dict[str, int]:
    """The parameters of one axis by name."""
    return {name: read(axis) for name, read in AXIS_PARAMETERS.items()}


def parameters(spec: ConvSpec) -> dict[str, int]:
    """Every size and parameter of a spec by its name in the definition."""
    values = {
        "B": spec.batch,
        "G": spec.groups,
        "C": spec.group_in_channels,
        "F": spec.group_out_channels,
    }
    for d, axis in enumerate(spec.axes):
        values |= {f"{name}{d}": value for name, value in axis_values(axis).items()}
    return values


@cache
def array_shape(array: str, rank: int) -> Shape:
    """The named axes of an array with the names of their sizes; a bias has no spatial axes."""
    base = base_name(array)
    channels = tuple((name, Polynomial.of(CHANNEL_SIZES[name])) for name in CHANNEL_AXES[base])
    if base == "b":
        return Shape(channels)
    letter = SPATIAL_SIZES[base]
    return Shape(
        channels + tuple((name, Polynomial.of(f"{letter}{name[1:]}")) for name in spatial_axes(rank))
    )


@cache
def definition(rank: int) -> tuple[IndexedSum, IndexedSum]:
    """The layer of every size: the sum of products, and the bias."""
    output = tuple(Index(name, size) for name, size in array_shape("O", rank).axes)
    at = {name: Polynomial.of(name) for name in "ngfc"}
    bound = [Index("c", Polynomial.of("C"))]
    signal: list[Polynomial] = []
    kernel: list[Polynomial] = []
    guards: list[Polynomial] = []
    for d in range(rank):
        bound.append(Index(f"m{d}", Polynomial.of(f"M{d}")))
        kernel.append(Polynomial.of(f"m{d}"))
        position = Polynomial.of(f"S{d}") * f"s{d}" + Polynomial.of(f"D{d}") * f"m{d}" - f"Pb{d}"
        signal.append(position)
        guards += inside(position, Polynomial.of(f"H{d}"))
    products = IndexedSum(
        output,
        tuple(bound),
        (
            Access("K", (at["g"], at["f"], at["c"], *kernel)),
            Access("X", (at["n"], at["g"], at["c"], *signal)),
        ),
        tuple(guards),
    )
    bias = IndexedSum(output, (), (Access("b", (at["g"], at["f"])),))
    return products, bias


def forward_terms(spec: ConvSpec) -> tuple[IndexedSum, ...]:
    """The definition with a spec's numbers; without the bias where the spec has none."""
    products, bias = (term.substitute(parameters(spec)) for term in definition(spec.rank))
    return (products, bias) if spec.bias else (products,)


@dataclass(frozen=True)
class Taps:
    """The taps of one layer as integer arrays, ordered by output element, then by c and kernel position.

    Attributes:
        O: for each tap the element of O, counted in the canonical named axes, row-major.
        X: the element of X that is read.
        K: the element of K that it meets.
    """

    O: npt.NDArray[np.int64]
    X: npt.NDArray[np.int64]
    K: npt.NDArray[np.int64]


def enumerate_taps(spec: ConvSpec, strides: Mapping[str, Mapping[str, int]] | None = None) -> Taps:
    """All taps of a spec; those that would read padding are absent.

    Args:
        spec: the layer.
        strides: for each of X, K and O the distance of neighbours along every named axis, to count elements
            in another order than the canonical one, as `convgen.layout.element_strides` gives the user's.

    Raises:
        BudgetError: more taps than fit in memory.
    """
    from convgen.algebra.enumeration import enumerate_points, flat_positions

    term = forward_terms(spec)[0]
    points = enumerate_points(term)
    chosen = strides or {array: canonical_strides(spec, array) for array in "XKO"}
    accesses = {factor.array: factor.indices for factor in term.factors}
    accesses["O"] = tuple(Polynomial.of(index.name) for index in term.output)
    return Taps(
        **{
            array: flat_positions(
                accesses[array],
                [chosen[array][name] for name in axis_names(spec, array)],
                points,
                points.count,
            )
            for array in ("O", "X", "K")
        }
    )


def canonical_strides(spec: ConvSpec, array: str) -> dict[str, int]:
    """Distances of neighbours in a row-major array of the canonical named axes."""
    sizes = axis_sizes(spec, array)
    names = list(sizes)
    return {
        name: math.prod(sizes[inner] for inner in names[position + 1 :])
        for position, name in enumerate(names)
    }
