"""Index form: a formula as entries of arrays and sums over indices, and what it is written about.

    dX[p,q] = sum(i, j) dO[i,j]*K[p-i,q-j]

A `Frame` says which axes each array has, under which sizes; with it a text becomes sums over taps
(`convgen.algebra.index_syntax`), and sums become text or LaTeX (`convgen.algebra.index_printing`). Here are
the frame, the formula that was read, and its values: on arrays, and entry by entry.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

from convgen.algebra.indexed_sum import Access, Index, IndexedSum
from convgen.algebra.polynomial import ONE, Polynomial, PolynomialLike
from convgen.algebra.tree import Shape

if TYPE_CHECKING:
    import numpy.typing as npt


@dataclass(frozen=True)
class Frame:
    """What index forms are written about: one layer, or all layers of a rank.

    Attributes:
        rank: how many spatial axes.
        shapes: for every array, gradients included, its named axes and their sizes in canonical order.
        written: for every array the lists of axes that its indices may stand for, the longest first; no two
            are equally long.
        values: what is known of sizes and parameters by their names in the definition.
        parts: for arrays whose printed indices are made of several axes each, which: channels counted
            through the groups. Other arrays have an index for every axis.
    """

    rank: int
    shapes: Mapping[str, Shape]
    written: Mapping[str, tuple[tuple[str, ...], ...]]
    values: Mapping[str, Polynomial]
    parts: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)

    def restricted(self, values: Mapping[str, PolynomialLike]) -> Frame:
        """The frame of those layers for which sizes and parameters have these values."""
        polynomials = {name: Polynomial.of(value) for name, value in values.items()}
        known = {name: value.substitute(values) for name, value in self.values.items()}
        return replace(
            self,
            shapes={
                array: Shape(tuple((name, size.substitute(values)) for name, size in shape.axes), shape.rows)
                for array, shape in self.shapes.items()
            },
            values=known | {name: value for name, value in polynomials.items() if name not in known},
        )

    def value(self, name: str) -> Polynomial:
        """A size or parameter, as far as it is known."""
        return self.values.get(name, Polynomial.of(name))

    def indices(self, array: str) -> tuple[Index, ...]:
        """One index for each named axis of an array."""
        return tuple(Index(name, size) for name, size in self.shapes[array].axes)

    def axes_shown(self, array: str) -> tuple[str, ...]:
        """The axes whose indices are printed: all but channels, groups and batches of size 1."""
        sizes = self.shapes[array].sizes
        return tuple(name for name in self.written[array][0] if is_spatial(name) or sizes[name] != ONE)

    @property
    def counts_through_groups(self) -> bool:
        """Whether an array has a printed index that is made of the group and of the channel in it."""
        return any("g" in part and len(part) > 1 for array in self.parts for part in self.parts_shown(array))

    def parts_shown(self, array: str) -> tuple[tuple[str, ...], ...]:
        """The printed indices of an array, each by the axes that it is made of."""
        shown = self.axes_shown(array)
        parts = self.parts.get(array) or tuple((name,) for name in shown)
        kept = (tuple(name for name in part if name in shown) for part in parts)
        return tuple(part for part in kept if part)


def is_spatial(axis: str) -> bool:
    """Whether a named axis is a spatial one."""
    return axis[0] == "s"


@dataclass(frozen=True)
class LiteralTerm:
    """A term as it is written, before its arrays are zero-extended.

    Attributes:
        term: it, under the conditions alone that are written.
        extents: expressions that are at least 0 where every entry that is written exists.
    """

    term: IndexedSum
    extents: tuple[Polynomial, ...]

    def substitute(self, values: Mapping[str, PolynomialLike]) -> LiteralTerm:
        """Put numbers (or other names) in for sizes and parameters."""
        return LiteralTerm(
            self.term.substitute(values), tuple(each.substitute(values) for each in self.extents)
        )


@dataclass(frozen=True)
class IndexFormula:
    """An index form that was read: ``target[...] = terms``.

    Attributes:
        target: our name of the array on the left.
        terms: the right side, added up; the output indices are the target's named axes.
        entries: expressions that are 0 at the entries spoken of; none where it speaks of every entry.
        layers: what the formula takes for granted about sizes and parameters, by their names in the
            definition: C = 1 where no array has a channel index, Pa0 = P0 where padding is called P.
        literal: the same terms with arrays that end where they end.
    """

    target: str
    terms: tuple[IndexedSum, ...]
    entries: tuple[Polynomial, ...] = ()
    layers: Mapping[str, Polynomial] = field(default_factory=dict)
    literal: tuple[LiteralTerm, ...] = ()

    @property
    def left(self) -> tuple[IndexedSum]:
        """The left side as a sum without bound indices: the target at the entries spoken of."""
        output = self.terms[0].output
        entry = Access(self.target, tuple(Polynomial.of(index.name) for index in output))
        return (IndexedSum(output, (), (entry,), equalities=self.entries),)

    def restricted(self, terms: Iterable[IndexedSum]) -> tuple[IndexedSum, ...]:
        """Other sums over the same target, about the same layers and entries alone."""
        return tuple(
            replace(term, equalities=term.equalities + self.entries)
            for term in (each.substitute(self.layers) for each in terms)
        )


# ---- values ----------------------------------------------------------------------------------------------

Entry = tuple[str, tuple[int, ...]]
"""An array and the index on each of its named axes, counted from 0."""
Products = tuple[tuple[Fraction, tuple[Entry, ...]], ...]
"""A sum of products of entries, each with its coefficient."""


def evaluate_sums(terms: Sequence[IndexedSum], arrays: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[Any]:
    """The value of a formula with numbers for its sizes, exactly as its points say.

    Args:
        terms: the sums that are added.
        arrays: for each array its data under the canonical named axes: floats, integers or symbols.

    Returns:
        The result under the named axes of the terms' output.
    """
    import numpy as np

    from convgen.algebra.enumeration import enumerate_points, evaluate_polynomial

    sizes = [index.size.value() for index in terms[0].output]
    dtype = np.result_type(*arrays.values())
    if dtype.kind in "iu" and any(term.coefficient.denominator != 1 for term in terms):
        dtype = np.dtype(np.float64)
    result = np.zeros(sizes, dtype=dtype)
    for term in terms:
        points = enumerate_points(term)
        products: Any = term.coefficient.numerator
        for factor in term.factors:
            at = tuple(evaluate_polynomial(position, points, points.count) for position in factor.indices)
            products = products * arrays[factor.array][at]
        if term.coefficient.denominator != 1:
            products = products / term.coefficient.denominator
        np.add.at(result, tuple(points[index.name] for index in term.output), products)
    return result


def expand_sums(terms: Sequence[IndexedSum]) -> dict[tuple[int, ...], Products]:
    """Every entry of the result as its products written out; an entry that nothing reaches has none.

    Raises:
        BudgetError: more products than fit in memory.
    """
    from convgen.algebra.enumeration import enumerate_points, evaluate_polynomial

    products: dict[tuple[int, ...], list[tuple[Fraction, tuple[Entry, ...]]]] = defaultdict(list)
    for term in terms:
        points = enumerate_points(term)
        positions = [
            [evaluate_polynomial(position, points, points.count).tolist() for position in factor.indices]
            for factor in term.factors
        ]
        outputs = [points[index.name].tolist() for index in term.output]
        for number in range(points.count):
            entries = tuple(
                (factor.array, tuple(each[number] for each in at))
                for factor, at in zip(term.factors, positions, strict=True)
            )
            products[tuple(each[number] for each in outputs)].append((term.coefficient, entries))
    everywhere = product(*(range(index.size.value()) for index in terms[0].output))
    return {at: tuple(products[at]) for at in everywhere}
