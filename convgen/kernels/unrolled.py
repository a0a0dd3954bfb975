"""The unrolled form: straight-line text in which every product is written out, from the taps themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from math import prod

from convgen.kernels.formula import FACTORS
from convgen.kernels.isa import Isa
from convgen.kernels.kernel import PASS_ARRAYS, OpCount, pass_output
from convgen.kernels.plan import (
    C_REALS,
    C_ZEROS,
    PassPlan,
    filled,
    idle_arrays,
    products_of,
    results_of,
    summands_of,
)
from convgen.layout import base_name, element_name, element_strides, name_shape, user_shape
from convgen.spec import ConvSpec
from convgen.taps import enumerate_taps

Products = list[tuple[int, ...]]
"""For each product of a sum, the offsets of its factors."""


@dataclass(frozen=True)
class UnrolledPlan(PassPlan):
    """Reads, then one statement for each entry written.

    Attributes:
        reads: for each row of an array that is read, the lines of text that give its entries their names.
        writes: for each entry written, the lines of its statement.
    """

    reads: tuple[tuple[str, ...], ...]
    writes: tuple[tuple[str, ...], ...]


def terms_of(spec: ConvSpec, name: str) -> int:
    """How many terms an unrolled pass writes: what it sums, and one for each result."""
    return summands_of(spec, name) + results_of(spec, name)


def plan_unrolled_c(spec: ConvSpec, name: str, dtype: str, _isa: Isa) -> UnrolledPlan:
    """Straight-line C: entries are named constants, one statement writes one entry."""
    return _plan(spec, name, partial(_c_row, C_REALS[dtype]), partial(_c_statement, C_ZEROS[dtype]))


def plan_unrolled_numpy(spec: ConvSpec, name: str, _dtype: str, _isa: Isa) -> UnrolledPlan:
    """Straight-line Python on NumPy scalars, whose sums and products keep the arrays' dtype."""
    return _plan(spec, name, _numpy_row, _numpy_statement)


Row = Callable[[ConvSpec, str, tuple[int, ...], list[int]], tuple[str, ...]]
Statement = Callable[[ConvSpec, str, int, list[str]], tuple[str, ...]]


def _plan(spec: ConvSpec, name: str, row: Row, statement: Statement) -> UnrolledPlan:
    output, factors = pass_output(name), FACTORS[name]
    sums = _sums(spec, name)
    writes = []
    for offset, products in sums.items():
        terms = [
            " * ".join(_named(spec, array, at) for array, at in zip(factors, product, strict=True))
            for product in products
        ]
        start = [_named(spec, "b", _channel(spec, offset))] if name == "forward" and spec.bias else []
        writes.append(statement(spec, output, offset, start + terms))
    read = {
        array: {product[position] for products in sums.values() for product in products}
        for position, array in enumerate(factors)
    }
    if name == "forward" and spec.bias and name_shape(spec, "b"):
        read["b"] = set(range(spec.out_channels))
    reads = [
        row(spec, array, lead, offsets)
        for array in PASS_ARRAYS[name][0]
        for lead, offsets in _rows(user_shape(spec, array), read.get(array, set()))
    ]
    summed = summands_of(spec, name)
    first_free = 0 if name == "forward" and spec.bias else sum(map(bool, sums.values()))
    return UnrolledPlan(
        name,
        "unrolled",
        OpCount(products_of(spec, name), summed - first_free),
        "as written",
        idle_arrays(spec, name),
        (),
        tuple(reads),
        tuple(writes),
    )


def _sums(spec: ConvSpec, name: str) -> dict[int, Products]:
    """For the offset of each entry written, in order, its products in the order of the taps."""
    sums: dict[int, Products] = {offset: [] for offset in range(results_of(spec, name))}
    if name == "backward_bias":
        for offset in range(prod(spec.output_shape)):
            sums[_channel(spec, offset)].append((offset,))
        return sums
    taps = enumerate_taps(spec, {array: element_strides(spec, array) for array in "XKO"})
    offsets = {"X": taps.X.tolist(), "K": taps.K.tolist(), "O": taps.O.tolist()}
    left, right = (offsets[base_name(array)] for array in FACTORS[name])
    for offset, product in zip(
        offsets[base_name(pass_output(name))], zip(left, right, strict=True), strict=True
    ):
        sums[offset].append(product)
    return sums


def _channel(spec: ConvSpec, offset: int) -> int:
    """The output channel of an entry of O."""
    if "C" not in spec.layout:
        return 0
    return _index(spec.output_shape, offset)[spec.layout.index("C")]


def _index(shape: tuple[int, ...], offset: int) -> tuple[int, ...]:
    """The row-major index of an offset."""
    index = []
    for size in reversed(shape):
        offset, position = divmod(offset, size)
        index.append(position)
    return tuple(reversed(index))


def _named(spec: ConvSpec, array: str, offset: int) -> str:
    """The name of an entry that is read; the only bias of a spatial-only layout, whose name is b, is b[0]."""
    shape = name_shape(spec, array)
    return element_name(array, shape, _index(shape, offset)) if shape else f"{array}[0]"


def _rows(shape: tuple[int, ...], read: set[int]) -> Iterator[tuple[tuple[int, ...], list[int]]]:
    """The entries read, by row: the index before the last axis, and the row's offsets."""
    rows: dict[int, list[int]] = {}
    for offset in sorted(read):
        rows.setdefault(offset // shape[-1], []).append(offset)
    for number, offsets in rows.items():
        yield _index(shape[:-1], number), offsets


def _c_row(
    real: str, spec: ConvSpec, array: str, _lead: tuple[int, ...], offsets: list[int]
) -> tuple[str, ...]:
    items = [f"{_named(spec, array, offset)} = {array}[{offset}]" for offset in offsets]
    *lines, last = filled(f"const {real} ", items, ", ")
    return (*lines, f"{last};")


def _c_statement(zero: str, spec: ConvSpec, array: str, offset: int, terms: list[str]) -> tuple[str, ...]:
    shape = name_shape(spec, array)
    label = element_name(array, shape, _index(shape, offset))
    *lines, last = filled(f"/* {label} */ {array}[{offset}] = ", terms or [zero], " + ")
    return (*lines, f"{last};")


def _numpy_row(spec: ConvSpec, array: str, lead: tuple[int, ...], offsets: list[int]) -> tuple[str, ...]:
    size = user_shape(spec, array)[-1]
    row = array + (f"[{', '.join(map(str, lead))}]" if lead else "")
    if size == 1:
        return (f"    {_named(spec, array, offsets[0])} = {array}[{', '.join(map(str, (*lead, 0)))}]",)
    first = offsets[0] - offsets[0] % size
    names = [_named(spec, array, first + n) if first + n in offsets else "_" for n in range(size)]
    lines = filled("", names, ", ")
    if len(lines) == 1 and len(lines[0]) + len(row) < 96:
        return (f"{lines[0]} = {row}",)
    return ("    (", *filled("", names, ", ", indent=8), f"    ) = {row}")


def _numpy_statement(spec: ConvSpec, array: str, offset: int, terms: list[str]) -> tuple[str, ...]:
    target = f"{array}[{', '.join(map(str, _index(user_shape(spec, array), offset)))}]"
    lines = filled(f"{target} = ", terms or ["0"], " + ")
    if len(lines) == 1:
        return lines
    first, *rest = filled("", terms, " + ", indent=8)
    return (f"    {target} = (", first, *(line[4:] for line in rest), "    )")
