"""Auxiliary arrays: a part of a formula that has a name of its own, so that an index form can read its entries.

    dX[p] = sum(m) Z[p - D*m + Pb]*K[m]   with   Z = dilate(dO, S)

An auxiliary is an operator tree. Wherever a sum reads one of its entries, the tree is put in and pulled back to
the arrays of the layer, so that a sum over auxiliaries is one over taps like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import count

from convgen.algebra.indexed_sum import IndexedSum, inside
from convgen.algebra.readings import shape_of, terms_at
from convgen.algebra.tree import Node, Shape

Auxiliaries = Mapping[str, Node]
"""The bound tree of each auxiliary by its name."""


def auxiliary_shapes(auxiliaries: Auxiliaries, shapes: Mapping[str, Shape]) -> dict[str, Shape]:
    """The shape of each auxiliary."""
    return {name: shape_of(tree, shapes) for name, tree in auxiliaries.items()}


def put_in(
    terms: Iterable[IndexedSum], auxiliaries: Auxiliaries, shapes: Mapping[str, Shape]
) -> tuple[IndexedSum, ...]:
    """Sums over the arrays of the layer alone, zero-extended wherever they read.

    Args:
        terms: sums that may read auxiliaries.
        auxiliaries: what these are.
        shapes: the shape of every array of the layer.
    """
    known = {**shapes, **auxiliary_shapes(auxiliaries, shapes)}
    return tuple(
        lowered for term in terms for lowered in _lowered(zero_extended(term, known), auxiliaries, shapes)
    )


def zero_extended(term: IndexedSum, shapes: Mapping[str, Shape]) -> IndexedSum:
    """A sum in which nothing is read outside an array: each position that may be is guarded."""
    sizes = {index.name: index.size for index in term.output + term.bound}
    guards = [*term.guards]
    for factor in term.factors:
        for position, (_, size) in zip(factor.indices, shapes[factor.array].axes, strict=True):
            if sizes.get(str(position)) != size:
                guards += inside(position, size)
    return replace(term, guards=tuple(dict.fromkeys(guards)))


def _lowered(term: IndexedSum, auxiliaries: Auxiliaries, shapes: Mapping[str, Shape]) -> Sequence[IndexedSum]:
    """One auxiliary after another replaced by what it is; the first factor that is none is left as it is."""
    for place, factor in enumerate(term.factors):
        if factor.array not in auxiliaries:
            continue
        tree = auxiliaries[factor.array]
        taken = {index.name for index in term.output + term.bound}
        numbers = count()

        def fresh(prefix: str, taken: set[str] = taken, numbers: count[int] = numbers) -> str:
            name = next(each for number in numbers if (each := f"{prefix}_{number}") not in taken)
            taken.add(name)
            return name

        at = dict(zip(shape_of(tree, shapes).names, factor.indices, strict=True))
        found: list[IndexedSum] = []
        for inner in terms_at(tree, shapes, at, fresh):
            outer = replace(
                term,
                bound=term.bound + inner.bound,
                factors=term.factors[:place] + inner.factors + term.factors[place + 1 :],
                guards=term.guards + inner.guards,
                equalities=term.equalities + inner.equalities,
                coefficient=term.coefficient * inner.coefficient,
            )
            found += _lowered(outer, auxiliaries, shapes)
        return found
    return [term]
