"""How the argument about one part is written: coordinates by their arrays, bounds as chains, indices by letters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from convgen.algebra.indexed_sum import IndexedSum
from convgen.algebra.polynomial import Polynomial
from convgen.algebra.tree import Shape
from convgen.errors import ConvgenError
from convgen.proof.argument import Argument, Solved, solve
from convgen.proof.relation import Context, System


@dataclass(frozen=True)
class PartProof:
    """One independent part: channels, or one spatial axis.

    Attributes:
        about: what the part is, in words.
        definition: the definition's taps: an equation and bounds.
        formula: the formula's taps, with the indices that it sums over.
        bijection: each index that the formula sums over, as a function of the tap.
        bounds: why each bound of the formula that is not the definition's own follows from the definition's.
        converse: why each bound of the definition that is not the formula's own follows from the formula's.
        method: how it was decided that both sides are the same.
    """

    about: str
    definition: str
    formula: str
    bijection: tuple[str, ...]
    bounds: tuple[str, ...]
    converse: tuple[str, ...]
    method: str

    @property
    def is_one_line(self) -> bool:
        """Whether both sides say the same as they stand."""
        return self.method == LITERALLY

    def lines(self) -> list[str]:
        """The part as text; the first line says what it is."""
        if self.is_one_line:
            return [f"{self.about}: {self.definition}, {self.method}."]
        rows = [("definition", self.definition)] * bool(self.definition) + [("formula", self.formula)]
        rows += [("bijection", each) for each in [", ".join(self.bijection)] if each]
        rows += [("bound", each) for each in self.bounds]
        rows += [("conversely", each) for each in self.converse]
        return [f"{self.about}.", *(f"   {word:<12}{text}" for word, text in rows), f"   {self.method}"]

    @property
    def title(self) -> str:
        """What the part is, without its taps."""
        return self.about.partition(", taps")[0]

    def moved(self) -> PartProof:
        """The same about axis 0 where it is about another one."""
        axis = (
            "".join(character for character in self.title.partition(" of ")[0] if character.isdigit()) or "0"
        )

        def put(text: str) -> str:
            return re.sub(rf"(?<=[A-Za-z]){axis}(?!\d)|(?<=Axis ){axis}\b", "0", text)

        return PartProof(
            put(self.about),
            put(self.definition),
            put(self.formula),
            tuple(map(put, self.bijection)),
            tuple(map(put, self.bounds)),
            tuple(map(put, self.converse)),
            self.method,
        )


LITERALLY = "the same on both sides"
BY_STEPS = "Every other bound is one of the other side's, as the equation is: the sets are equal. They are not empty."
BY_LIBRARY = "The integer set library decided that the two sets are equal and not empty."


@dataclass(frozen=True)
class Writing:
    """What the names of a part are called.

    Attributes:
        coordinates: the entry of an array for each dimension: dX[s0] for out_3.
        factors: the arrays multiplied.
    """

    coordinates: Mapping[str, str]
    factors: tuple[str, ...]

    @classmethod
    def of(cls, term: IndexedSum, of: str, shapes: Mapping[str, Shape]) -> Writing:
        """The names for the dimensions of a term, in the order in which `System.of` counts them."""
        left = of.replace("dd", "δ")
        names = {f"out_{number}": f"{left}[{index.name}]" for number, index in enumerate(term.output)}
        for factor in term.factors:
            letter = factor.array.replace("dd", "δ")
            axes = shapes[factor.array].names
            names |= {f"{factor.array}_{number}": f"{letter}[{axis}]" for number, axis in enumerate(axes)}
        return cls(names, tuple(factor.array.replace("dd", "δ") for factor in term.factors))

    def part(
        self, about: str, formula: System, definition: System, context: Context, argument: Argument | None
    ) -> PartProof:
        """One part as text."""
        tap = ", ".join(self.coordinates[name] for name in definition.dimensions)
        if argument is not None and argument.is_literal:
            chain = self._chain(argument.definition, definition.dimensions)
            return PartProof(about, chain, chain, (), (), (), LITERALLY)
        theirs = argument.definition if argument else solve(definition)
        ours = argument.formula if argument else solve(formula)
        letters = _letters(formula.bound)
        summed = (
            f"with {', '.join(letters[name] for name in sorted(formula.bound))}: " if formula.bound else ""
        )
        return PartProof(
            f"{about}, taps ({tap})",
            self._as_it_stands(definition) if theirs is None else self._chain(theirs, definition.dimensions),
            summed + self._as_it_stands(formula, letters),
            tuple(
                self._witnesses(formula, context, letters)
                if ours is None
                else self._functions(ours, formula.bound, letters)
            ),
            tuple(self._reasons(argument.forth)) if argument else (),
            tuple(self._reasons(argument.back)) if argument else (),
            BY_STEPS if argument else BY_LIBRARY,
        )

    def _named(self, expression: Polynomial, letters: Mapping[str, str] | None = None) -> Polynomial:
        return expression.substitute({**self.coordinates, **(letters or {})})

    def _chain(self, side: Solved, dimensions: Sequence[str]) -> str:
        """Equations solved for a coordinate, then bounds."""
        alike, others = _equal(side.relations, dimensions)
        relations = [" = ".join(self.coordinates[name] for name in names) for names in alike]
        relations += [self._equation(each, dimensions) for each in others]
        return ", ".join([*relations, *self._bounds(side.guards)])

    def _equation(self, relation: Polynomial, dimensions: Sequence[str]) -> str:
        for name in dimensions:
            if abs(sign := relation.coefficient(name)) == 1:
                rest = Polynomial.of(name) - relation * sign
                if name not in rest.names:
                    return f"{self.coordinates[name]} = {self._named(rest)}"
        return f"{self._named(relation)} = 0"

    def _bounds(self, guards: Iterable[Polynomial], letters: Mapping[str, str] | None = None) -> list[str]:
        """Guards as 0 ≤ e < N where two of them say so."""
        named = [self._named(each, letters) for each in guards]
        texts: list[str] = []
        used: set[Polynomial] = set()
        for low in named:
            if low in used:
                continue
            high = next(
                (each for each in named if each not in used and each != low and _closes(low, each)), None
            )
            used |= {low} if high is None else {low, high}
            texts.append(f"{low} ≥ 0" if high is None else f"0 ≤ {low} < {low + high + 1}")
        return texts

    def _as_it_stands(self, system: System, letters: Mapping[str, str] | None = None) -> str:
        values = [
            f"{self.coordinates[name]} = {self._named(Polynomial.of(name) - equality, letters)}"
            for name in system.dimensions
            for equality in system.equalities
            if name in equality.names
        ]
        rest = [
            f"{self._named(equality, letters)} = 0"
            for equality in system.equalities
            if equality.names.isdisjoint(system.dimensions)
        ]
        return ", ".join([*values, *rest, *self._bounds(dict.fromkeys(system.guards), letters)])

    def _functions(self, side: Solved, bound: Iterable[str], letters: Mapping[str, str]) -> Iterable[str]:
        return (f"{letters[name]} = {self._named(side.values[name])}" for name in sorted(bound))

    def _reasons(self, reasons: Iterable[Any]) -> Iterable[str]:
        for each in reasons:
            if not each.is_given:
                yield self._renamed(str(each))

    def _renamed(self, text: str) -> str:
        return re.sub(r"[A-Za-zδ]\w*", lambda found: self.coordinates.get(found[0], found[0]), text)

    def _witnesses(self, system: System, context: Context, letters: Mapping[str, str]) -> Iterable[str]:
        """Each bound index as the library gives it, where equations do not."""
        witnesses = system.witnesses(context)
        if not witnesses.is_single_valued():
            raise ConvgenError("a tap comes from more than one choice of the indices summed over")
        functions = witnesses.as_pw_multi_aff()
        for position, name in enumerate(sorted(system.bound)):
            pieces: list[str] = []
            functions.get_pw_aff(position).foreach_piece(partial(_note_piece, pieces))
            yield self._renamed(f"{letters[name]} = {' or '.join(dict.fromkeys(pieces))}")


def _equal(
    relations: Iterable[Polynomial], dimensions: Sequence[str]
) -> tuple[list[list[str]], list[Polynomial]]:
    """The coordinates that are equal to one another, class by class; and the other equations."""
    classes = [[name] for name in dimensions]
    others = []
    for relation in relations:
        met = [each for each in classes if not relation.names.isdisjoint(each)]
        if len(met) == 2 and len(relation.terms) == 2 and relation.names <= {*dimensions}:
            classes = [each for each in classes if each not in met] + [[*met[0], *met[1]]]
        else:
            others.append(relation)
    return [sorted(each, key=dimensions.index) for each in classes if len(each) > 1], others


def _closes(low: Polynomial, high: Polynomial) -> bool:
    """Whether two guards bound one expression from both sides."""
    total = low + high
    return len(total.terms) < len(high.terms) and low.names - total.names != frozenset()


def _letters(names: Iterable[str]) -> dict[str, str]:
    """What bound indices are called: m for m_1 where no other is m."""
    ordered = sorted(names)
    plain = [name.partition("_")[0] for name in ordered]
    return {
        name: letter if plain.count(letter) == 1 else name
        for name, letter in zip(ordered, plain, strict=True)
    }


def _note_piece(pieces: list[str], _domain: Any, value: Any) -> None:
    """The formula of a quasi-affine expression, without its space and the brackets around it."""
    text = str(value).partition("-> [")[2].rpartition("]")[0].strip()
    pieces.append(text[1:-1] if text.startswith("(") and text.endswith(")") else text)
