"""One entry by its name, and its taps from the definition."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any

from convgen.algebra.index_form import Products, expand_sums
from convgen.algebra.indexed_sum import IndexedSum
from convgen.algebra.polynomial import Polynomial
from convgen.derivation.sight import Sight, sights
from convgen.errors import BudgetError, ClaimError, StepError
from convgen.indexing import gradient_sum, output_sums
from convgen.layout import axis_sizes, named_index, user_index, user_shape
from convgen.spec import ConvSpec

if TYPE_CHECKING:
    from convgen.algebra.notation import Notation

TAP_LIMIT = 200_000
"""Taps of one entry up to which it is traced."""

_ENTRY = re.compile(r"\s*(?P<array>[^\W\d_]+)\s*(?:\[(?P<index>[^][]*)\])?\s*")


@dataclass(frozen=True)
class Tap:
    """One product that an entry gets, or gives: three entries by their user's index.

    Attributes:
        output: the index of the output.
        input: the index of the input; None for the bias.
        kernel: the index of the kernel entry; None for the bias.
    """

    output: tuple[int, ...]
    input: tuple[int, ...] | None
    kernel: tuple[int, ...] | None


def taps_of(
    spec: ConvSpec, array: str, index: Sequence[int]
) -> tuple[tuple[Tap, ...], tuple[tuple[Sight, ...], ...]]:
    """The taps of an entry, from the definition, and how it is seen along each axis; the two agree.

    Args:
        spec: the layer.
        array: O, dX, dK or db.
        index: the entry's index in the user's array.

    Raises:
        BudgetError: more taps than are traced.
        StepError: the axes contradict the definition, which would be a fault of this package.
    """
    named = named_index(spec, array, index)
    found = tuple(_tap(spec, array, named, each) for each in _products(spec, array, named))
    base = array.removeprefix("d")
    if base == "b":
        return found, ()
    axes = sights(spec, base, named[len(named) - spec.rank :])
    _check(spec, array, found, axes)
    return found, axes


def read_entry(entry: str, spec: ConvSpec, notation: Notation) -> tuple[str, tuple[int, ...]]:
    """The array and the index, counted from 0, that a name such as ``dX[0,2]`` stands for.

    Raises:
        ClaimError: it names no entry of the layer; the message has the entry and the array's shape.
    """
    match = _ENTRY.fullmatch(entry)
    arrays = notation.letters_to_arrays
    if match is None or match["array"] not in arrays:
        letters = ", ".join(notation.letters[array] for array in ("O", "dX", "dK", "db"))
        raise ClaimError(f"{entry!r} is no entry; write one of {letters} with its indices, such as dX[0,2]")
    array = {"X": "dX", "K": "dK", "b": "db", "dO": "O"}.get(arrays[match["array"]], arrays[match["array"]])
    if array == "db" and not spec.bias:
        raise ClaimError(f"{entry!r}: {spec} has no bias")
    shape = user_shape(spec, array)
    words = [word.strip() for word in (match["index"] or "").split(",")] if match["index"] else []
    if not words and math.prod(shape) == 1:
        return array, (0,) * len(shape)
    if not all(re.fullmatch(r"-?\d{1,18}", word) for word in words):
        raise ClaimError(f"{entry!r}: indices are whole numbers, such as dX[0,2]")
    if len(words) != len(shape):
        raise ClaimError(
            f"{entry!r} has {len(words)} {'index' if len(words) == 1 else 'indices'}, and {match['array']} has shape "
            f"{_by(shape)} in layout {spec.layout}"
        )
    first = notation.first_of(array)
    index = tuple(int(word) - first for word in words)
    if any(not 0 <= each < size for each, size in zip(index, shape, strict=True)):
        last = ",".join(str(size - 1 + first) for size in shape)
        raise ClaimError(
            f"{entry!r} is outside {match['array']}, whose shape is {_by(shape)}: its last entry is "
            f"{match['array']}[{last}]"
        )
    return array, index


def _by(shape: Sequence[int]) -> str:
    return "×".join(map(str, shape))


def _products(spec: ConvSpec, array: str, named: Sequence[int]) -> Products:
    """The products of one entry, from the definition."""
    terms = (
        [term for term in output_sums(spec) if len(term.factors) == 2]
        if array == "O"
        else [gradient_sum(spec, array.removeprefix("d"))]
    )
    count = _count(spec, array)
    if count > TAP_LIMIT:
        raise BudgetError(
            f"an entry of {array} of {spec} has up to {count:,} taps, more than the limit of {TAP_LIMIT:,}; "
            "choose a smaller layer, or derive it in its general form (convgen derive --general)"
        )
    return expand_sums([_at_entry(term, named) for term in terms])[()]


def _count(spec: ConvSpec, array: str) -> int:
    outputs, kernel = math.prod(spec.output_size), math.prod(spec.kernel_size)
    return {
        "O": kernel * spec.group_in_channels,
        "dX": kernel * spec.group_out_channels,
        "dK": outputs * spec.batch,
        "db": outputs * spec.batch,
    }[array]


def _at_entry(term: IndexedSum, named: Sequence[int]) -> IndexedSum:
    values = {index.name: Polynomial.of(position) for index, position in zip(term.output, named, strict=True)}
    return replace(term.reindex(values), output=())


def _tap(spec: ConvSpec, array: str, named: Sequence[int], product_of: Any) -> Tap:
    """A product as a tap, the entry itself included."""
    _, entries = product_of
    known = {name: user_index(spec, name.removeprefix("d"), at) for name, at in entries}
    own = user_index(spec, array.removeprefix("d"), named)
    known |= {{"O": "dO", "dX": "X", "dK": "K", "db": "b"}[array]: own}
    return Tap(known["dO"], known.get("X"), known.get("K"))


def _check(spec: ConvSpec, array: str, taps: Sequence[Tap], axes: Sequence[tuple[Sight, ...]]) -> None:
    """Hold what the axes say against the taps of the definition: the one is worked out without the other."""
    met = [[(place.position, place.meets) for place in of_axis[0].met] for of_axis in axes]
    along = {"dX": ("O", "K"), "dK": ("O", "X"), "O": ("K", "X")}[array]
    told = {tuple(zip(*each, strict=True)) for each in product(*met)}
    taken = {
        tuple(
            tuple(named_index(spec, role, index)[-spec.rank :])
            for role in along
            if (index := {"O": tap.output, "K": tap.kernel, "X": tap.input}[role]) is not None
        )
        for tap in taps
    }
    sizes = axis_sizes(spec, "O") | {"c": spec.group_in_channels}
    copies = {"dX": sizes["f"], "dK": sizes["n"], "O": sizes["c"]}[array]
    if told != taken or len(taps) != len(told) * copies:
        raise StepError(
            f"an entry of {array} of {spec}: its axes meet {sorted(told)}, its taps {sorted(taken)}"
        )
    for of_axis in axes:  # along the outputs and along the kernel the same pairs are met
        pairs = [{(place.position, place.meets) for place in sight.met} for sight in of_axis]
        if len(pairs) == 2 and pairs[0] != {(meets, position) for position, meets in pairs[1]}:
            raise StepError(f"axis {of_axis[0].axis} of {spec}: {pairs}")
