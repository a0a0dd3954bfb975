"""Where a Jacobian is not zero, and what stands there, as integer arrays read off the taps."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convgen.errors import BudgetError, PlanError, SpecError
from convgen.layout import axis_sizes, element_strides, user_shape
from convgen.spec import ConvSpec
from convgen.taps import enumerate_taps

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]

SHARED = {"X": "K", "K": "X", "b": ""}
"""The array whose entries stand in the Jacobian by another; the bias has ones."""
VEC_WORDS = {"F": "column by column", "C": "row by row"}
NON_ZERO_LIMIT = 1_000_000
"""Entries of a Jacobian that are looked at."""


@dataclass(frozen=True)
class Sparse:
    """The entries of a Jacobian that are not zero.

    Attributes:
        shape: rows and columns.
        rows: of every entry.
        columns: of every entry.
        kinds: which place of the shared array stands there, counted row by row over its spatial axes.
        elements: which entry of the shared array, counted row by row in its own layout.
    """

    shape: tuple[int, int]
    rows: Integers
    columns: Integers
    kinds: Integers
    elements: Integers


def sparse_pattern(spec: ConvSpec, array: str, vec: str = "F") -> Sparse:
    """Where ∂vec(O)/∂vec(array) is not zero.

    Args:
        spec: the layer.
        array: ``"X"``, ``"K"`` or ``"b"``.
        vec: ``"F"`` counts elements column by column, ``"C"`` row by row, in the spec's own layout.

    Raises:
        SpecError: the layer has no such array.
        PlanError: an unknown order.
        BudgetError: too many entries.
    """
    import numpy as np

    arrays = ("X", "K", "b") if spec.bias else ("X", "K")
    if array not in arrays:
        raise SpecError(f"a Jacobian of {spec} is by {', '.join(arrays)}; asked for {array!r}")
    if vec not in VEC_WORDS:
        raise PlanError(f"vec must be 'F' (column by column) or 'C' (row by row), got {vec!r}")
    count = math.prod(spec.output_shape) if array == "b" else spec.multiply_adds
    if count > NON_ZERO_LIMIT:
        raise BudgetError(
            f"the Jacobian of {spec} by {array} has {count:,} entries that are not zero, the limit is "
            f"{NON_ZERO_LIMIT:,}; choose smaller sizes with the same stride, padding and dilation"
        )
    shape = math.prod(spec.output_shape), math.prod(user_shape(spec, array))
    if array == "b":
        rows = np.arange(shape[0], dtype=np.int64)
        channel: Integers = np.zeros(shape[0], dtype=np.int64)
        if "C" in spec.layout:
            channel = np.indices(spec.output_shape)[spec.layout.index("C")].ravel()
        kinds = elements = np.zeros(shape[0], dtype=np.int64)
        columns = channel
    else:
        taps = enumerate_taps(spec, {name: element_strides(spec, name) for name in "XKO"})
        rows, columns = taps.O, getattr(taps, array)
        elements = getattr(taps, SHARED[array])
        kinds = _spatial_part(spec, SHARED[array], elements)
    return Sparse(
        shape,
        _vec(rows, spec.output_shape, vec),
        _vec(columns, user_shape(spec, array), vec),
        kinds,
        elements,
    )


def _spatial_part(spec: ConvSpec, array: str, elements: Integers) -> Integers:
    """The place of elements on the spatial axes alone, counted row by row."""
    import numpy as np

    strides, sizes = element_strides(spec, array), axis_sizes(spec, array)
    place = np.zeros_like(elements)
    for name in (name for name in sizes if name[0] == "s"):
        place = place * sizes[name] + elements // strides[name] % sizes[name]
    return place


def _vec(elements: Integers, shape: tuple[int, ...], vec: str) -> Integers:
    """The places in vec of elements that are counted row by row."""
    import numpy as np

    if vec == "C":
        return elements
    whole: Integers = np.ravel_multi_index(np.unravel_index(elements, shape), shape, order="F")
    return whole


def runs(
    groups: Integers, rows: Integers, columns: Integers, reach: tuple[float, float]
) -> tuple[Integers, Integers, Integers]:
    """Cut entries into runs: of one group, one after another at equal steps that are not too long.

    Args:
        groups: what must be equal within a run.
        rows: of every entry.
        columns: of every entry.
        reach: the longest step within a run, in rows and in columns.

    Returns:
        The order of the entries, and the places in that order where runs begin and where they end, that included.
    """
    import numpy as np

    order = np.lexsort((columns, rows, groups))
    groups, rows, columns = groups[order], rows[order], columns[order]
    down, right = np.diff(rows), np.diff(columns)
    joined = (groups[1:] == groups[:-1]) & (np.abs(down) <= reach[0]) & (np.abs(right) <= reach[1])
    # An entry that is joined goes on with the run of the one before, unless that one was joined by another step.
    begins = np.ones(len(rows), dtype=bool)
    begins[1:] = ~joined
    turned = (down[1:] != down[:-1]) | (right[1:] != right[:-1])
    begins[2:] |= joined[1:] & joined[:-1] & turned
    firsts = np.flatnonzero(begins)
    lasts = np.flatnonzero(np.append(begins[1:], True)[: len(begins)])
    return order, firsts, lasts


def unravel(element: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The index of an element that is counted row by row."""
    place = []
    for size in reversed(shape):
        element, at = divmod(element, size)
        place.append(at)
    return tuple(reversed(place))
