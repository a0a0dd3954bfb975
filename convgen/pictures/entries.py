"""Entries of arrays: what a user calls one, where it lies on the named axes, and the products it is made of.

A user counts along the axes of their own array, as NumPy and the names of symbols do: dX[0,2], O[1,3,0,0].
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from convgen.errors import ClaimError, SpecError
from convgen.layout import (
    axis_names,
    axis_sizes,
    base_name,
    name_shape,
    named_index,
    user_index,
    user_shape,
)
from convgen.pictures.slides import PASSES, Pass, Place, meetings
from convgen.spec import ConvSpec

_WRITTEN = re.compile(r"\s*(d?[XKbO])\s*(?:\[([^\]]*)\])?\s*")


@dataclass(frozen=True)
class Entry:
    """One entry of an array.

    Attributes:
        array: X, K, b, O or the gradient of one.
        index: on the named axes, in canonical order.
    """

    array: str
    index: Place

    def at(self, spec: ConvSpec) -> dict[str, int]:
        """The index by the names of the axes."""
        return dict(zip(axis_names(spec, self.array), self.index, strict=True))

    def spatial(self, spec: ConvSpec) -> Place:
        """The index on the spatial axes alone."""
        return self.index[len(self.index) - spec.rank :] if base_name(self.array) != "b" else ()

    def label(self, spec: ConvSpec) -> str:
        """How a user writes it: dX[0,2]."""
        shown = name_shape(spec, self.array)  # nothing for the bias of a layout without channels
        inner = ",".join(map(str, user_index(spec, self.array, self.index))) if shown else ""
        return f"{self.array}[{inner}]" if inner else self.array


def parse_entry(text: str, spec: ConvSpec) -> Entry:
    """Read ``dX[0,2]``, indices in the array's own axis order.

    Raises:
        ClaimError: another form.
        SpecError: an entry outside the array, or a bias that the layer has not.
    """
    match = _WRITTEN.fullmatch(text)
    if match is None:
        raise ClaimError(f"{text!r} names no entry; write one as dX[0,2], of X, K, b, O, dX, dK, db or dO")
    array, inner = match[1], match[2]
    if base_name(array) == "b" and not spec.bias:
        raise SpecError(f"{text!r}: the layer {spec} has no bias")
    shape = user_shape(spec, array)
    digits = [part.strip() for part in inner.split(",")] if inner and inner.strip() else []
    if not all(part.isascii() and part.isdigit() for part in digits):
        raise ClaimError(f"{text!r}: an index is made of whole numbers from 0, such as {array}[0,2]")
    if not digits and not name_shape(spec, array):
        digits = ["0"]
    if len(digits) != len(shape):
        raise SpecError(
            f"{text!r} has {len(digits)} indices, and {array} of {spec} has shape {shape}: {len(shape)} axes"
        )
    place = [int(part) if len(part) < 20 else 10**20 for part in digits]
    for axis, (position, size) in enumerate(zip(place, shape, strict=True)):
        if position >= size:
            raise SpecError(
                f"{text!r} lies outside {array} of shape {shape}: "
                f"index {digits[axis][:20]} on axis {axis}, which ends at {size - 1}"
            )
    return Entry(array, named_index(spec, array, place))


def whole_entry(spec: ConvSpec, array: str, at: Mapping[str, int], place: Sequence[int] = ()) -> Entry:
    """The entry of an array at channel indices by name and a place on the spatial axes."""
    full = {**at, **{f"s{d}": position for d, position in enumerate(place)}}
    return Entry(array, tuple(full[name] for name in axis_names(spec, array)))


def summed_channels(spec: ConvSpec, row: Pass) -> range:
    """The values of the channel axis that a pass sums over."""
    return range(axis_sizes(spec, row.stationary)[row.summed])


def products_of(spec: ConvSpec, entry: Entry) -> list[tuple[Entry, Entry | None]]:
    """The products that an entry of O, dX or dK is the sum of, or the summands of one of db.

    Returns:
        The stationary factor and the sliding one, in the order in which the stencil meets them.
    """
    row = pass_of(entry.array)
    slides = row.slides(spec)
    at = entry.at(spec)
    place = entry.spatial(spec) or (0,) * spec.rank
    met = meetings(slides, place)
    return [
        (
            whole_entry(spec, row.stationary, at | {row.summed: channel}, stationary),
            whole_entry(spec, row.stencil, at | {row.summed: channel}, slot) if row.stencil else None,
        )
        for channel in summed_channels(spec, row)
        for _, stationary, slot in met
        if stationary is not None
    ]


def pass_of(array: str) -> Pass:
    """The pass that computes an array.

    Raises:
        SpecError: none does.
    """
    for row in PASSES.values():
        if row.result == array:
            return row
    computed = ", ".join(row.result for row in PASSES.values())
    raise SpecError(f"no pass computes {array}; what is computed is {computed}")


def formula_of(spec: ConvSpec, entry: Entry, most: int | None = None) -> str:
    """An entry of O, dX, dK or db written out; where there are more than so many products, with their number."""
    terms = [
        "·".join(factor.label(spec) for factor in factors if factor is not None)
        for factors in products_of(spec, entry)
    ]
    count = len(terms)
    if entry.array == "O" and spec.bias:
        at = entry.at(spec)
        terms.insert(0, whole_entry(spec, "b", at).label(spec))
    if most is not None and len(terms) > most:
        terms = [*terms[: most - 1], f"… ({count} products)"]
    return f"{entry.label(spec)} = {' + '.join(terms) or '0'}"


def places(ranges: Sequence[range]) -> product[Place]:
    """Every place of a lattice, row by row."""
    return product(*ranges)
