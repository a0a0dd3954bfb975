"""The weakest condition under which a claim holds, as a Boolean combination of the statements of `atoms`.

Small layers suggest it, integer sets prove it. Every layer of a small box is put in a cell by the truth of
each statement; the briefest condition that lets no failing cell in is then intersected with the exact set
of faults of every family. Where that is not empty, the layer found there joins the small ones and the
search goes on; where it is, the condition is proved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from convgen.proof.atoms import Atom, Values
from convgen.proof.conditions import Condition, Examined, as_points, coordinates, suggesting

Valuation = tuple[bool, ...]
"""The truth of every statement on one layer."""
Implicant = tuple[bool | None, ...]
"""What is demanded of every statement: that it is true, that it is not, or nothing."""

LONGEST = 4
"""How many statements may hold together in a condition; a longer one describes a coincidence."""


def weakest_condition(atoms: Sequence[Atom], examined: Sequence[Examined]) -> Condition:
    """The weakest condition on one part under which the claim is proved in every family examined.

    Args:
        atoms: the statements that it may be made of.
        examined: the part in every family; the first few, of small stride and dilation, suggest.
    """
    holding: set[Valuation] = set()
    failing: set[Valuation] = set()
    for each in suggesting(examined):
        for point, fails in each.small:
            (failing if fails else holding).add(_valuation(atoms, each.values(point)))
    widened: dict[Valuation, Implicant | None] = {}
    while True:
        condition = briefest(atoms, holding - failing, failing, widened).without_degenerate
        surprise = _first_fault(condition, examined)
        if surprise is None:
            return condition
        cell = _valuation(atoms, surprise)
        failing.add(cell)
        # What excludes the new cell already is still the fewest literals.
        widened = {
            each: chosen for each, chosen in widened.items() if chosen is None or not _covers(chosen, cell)
        }


def _first_fault(condition: Condition, examined: Iterable[Examined]) -> Values | None:
    """A layer on which the condition is met and the claim is false."""
    for each in examined:
        if not condition.possible(each):
            continue
        wrong = condition.faulty(each)
        if not wrong.is_empty():
            return each.values(coordinates(as_points(wrong, each.context).sample_point(), each.context.names))
    return None


def _valuation(atoms: Sequence[Atom], values: Values) -> Valuation:
    return tuple(atom.holds(values) for atom in atoms)


def briefest(
    atoms: Sequence[Atom],
    holding: set[Valuation],
    failing: set[Valuation],
    widened: dict[Valuation, Implicant | None] | None = None,
) -> Condition:
    """The briefest condition that is true on no failing cell and on every holding one that it can let in.

    Args:
        atoms: the statements that it is made of.
        holding: the cells that it must let in.
        failing: the cells that it must not let in.
        widened: what is known already of holding cells; what is found out is added.
    """
    known = {} if widened is None else widened
    for cell in holding - known.keys():
        known[cell] = _widened(cell, failing)
    implicants = sorted({each for cell in holding if (each := known[cell]) is not None}, key=_length)
    chosen: list[Implicant] = []
    left = {cell for cell in holding if known[cell] is not None}
    while left:
        best = max(
            implicants, key=lambda each: (sum(_covers(each, cell) for cell in left), -_length(each)[0])
        )
        chosen.append(best)
        left = {cell for cell in left if not _covers(best, cell)}
    return Condition(
        tuple(
            tuple((atom, value) for atom, value in zip(atoms, each, strict=True) if value is not None)
            for each in chosen
        )
    )


def _length(implicant: Sequence[bool | None]) -> tuple[int, str]:
    return sum(value is not None for value in implicant), str(implicant)


def _widened(cell: Valuation, failing: Iterable[Valuation]) -> Implicant | None:
    """The fewest of the cell's literals that exclude every failing cell; assertions and early ones first.

    None where it would take more than `LONGEST`.
    """
    ranked = sorted(range(len(cell)), key=lambda position: (not cell[position], position))
    differing = {
        frozenset(rank for rank, position in enumerate(ranked) if cell[position] != other[position])
        for other in failing
    }
    # Whatever excludes a cell that differs less excludes those that differ there and elsewhere.
    least: list[frozenset[int]] = []
    for each in sorted(differing, key=len):
        if not any(smaller <= each for smaller in least):
            least.append(each)
    for size in range(LONGEST + 1):
        meeting = [sorted(chosen) for chosen in _meeting(least, size)]
        if meeting:
            chosen = {ranked[rank] for rank in min(meeting)}
            return tuple(value if position in chosen else None for position, value in enumerate(cell))
    return None


def _meeting(sets: Sequence[frozenset[int]], size: int) -> Iterator[frozenset[int]]:
    """Every choice of at most so many elements that meets every set, and of no element in vain."""
    if not sets:
        yield frozenset()
    elif size:
        for element in sorted(sets[0]):
            left = [each for each in sets[1:] if element not in each]
            yield from (chosen | {element} for chosen in _meeting(left, size - 1))


def _covers(implicant: Sequence[bool | None], cell: Valuation) -> bool:
    return all(value is None or value == ours for value, ours in zip(implicant, cell, strict=True))
