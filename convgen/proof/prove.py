"""prove: a built-in rule for every size, written out so that a reader can follow each step.

The taps of the definition and those of the rule are shown as index sets, one part after another; the
indices that the rule sums over are shown as functions of the tap, which is the bijection; and the bounds
are shown to say the same. Each statement printed has been decided by the integer set library.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from convgen.algebra.polynomial import Polynomial
from convgen.errors import ClaimError, ConvgenError
from convgen.proof.claim import Claim
from convgen.proof.families import Examiner
from convgen.proof.relation import Family, System, parameter_parts, split
from convgen.proof.scope import LARGEST, scope_of
from convgen.rules import RULES, Rule

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class PartProof:
    """One independent part: the channels, or one spatial axis.

    Attributes:
        about: what the part is, in words.
        definition: the definition's index set.
        formula: the rule's index set.
        bijection: each index that the rule sums over, as a function of the tap.
        bounds: every inequality of the rule's set, given the definition's taps; each was checked to hold.
    """

    about: str
    definition: str
    formula: str
    bijection: tuple[str, ...]
    bounds: tuple[str, ...]


@dataclass(frozen=True)
class Proof:
    """A rule proved for every size; always truthy, since what is not proved raises.

    Attributes:
        rule: the rule.
        about: the layers.
        shown: the stride and dilation whose index sets are printed.
        parts: the argument, part by part.
        families: how many pairs of stride and dilation were decided.
    """

    rule: Rule
    about: str
    shown: tuple[int, int]
    parts: tuple[PartProof, ...]
    families: int

    def __str__(self) -> str:
        stride, dilation = self.shown
        lines = [
            f"Theorem. {self.rule}",
            f"for {self.about}.",
            "",
            "Proof. Both sides are sums over taps, and the set of taps is a product of independent parts. On each part",
            "the two index sets are equal, and each tap comes from exactly one choice of the indices summed over.",
            f"The sets are written for S = {stride}, D = {dilation}; {self.families} pairs (S, D) were decided alike.",
        ]
        for number, part in enumerate(self.parts, 1):
            lines += ["", f"{number}. {part.about}", f"   taps of the definition  {part.definition}"]
            lines.append(f"   taps of the formula     {part.formula}")
            lines += [f"   summed over, uniquely   {each}" for each in part.bijection]
            lines += [f"   bound                   {each}" for each in part.bounds]
            lines.append("   The sets are equal and not empty.")
        return "\n".join([*lines, "", "The parts together are all taps, so the sums agree term by term. ∎"])

    def to_json(self) -> dict[str, Any]:
        """The proof as plain data."""
        return {
            "schema": SCHEMA_VERSION,
            "rule": str(self.rule),
            "about": self.about,
            "stride": self.shown[0],
            "dilation": self.shown[1],
            "families": self.families,
            "parts": [
                {**vars(part), "bijection": list(part.bijection), "bounds": list(part.bounds)}
                for part in self.parts
            ],
        }


def prove(
    array: str,
    *,
    stride: int | None = None,
    dilation: int | None = None,
    rank: int = 2,
    rules: Sequence[Rule] = RULES,
) -> Proof:
    """Prove a rule for every size, channel count and padding.

    Args:
        array: ``"X"``, ``"K"`` or ``"b"`` for the gradient's closed form, or the name of a built-in rule.
        stride: S on every axis; every S in 1..8 where it is not given.
        dilation: D on every axis; every D in 1..8 where it is not given.
        rank: the number of spatial axes.
        rules: the rules to choose from.

    Raises:
        ClaimError: there is no such rule.
        SpecError: a stride, dilation or rank that no layer has.
        ConvgenError: the rule is false, which would be a fault of this package.
    """
    rule = _rule(array, rules)
    # What a rule says of O is without the bias, which is one more term.
    scope = scope_of(rank=rank, stride=stride, dilation=dilation, bias=rule.target != "O")
    alike = scope.on_one_axis()
    claim = Claim(str(rule), rule.target, rule.tree)
    examiner = Examiner(claim, alike)
    families = list(alike.families([0]))
    for family in families:
        for fault in examiner.faults(family):
            if not fault.layers.is_empty():
                raise ConvgenError(
                    f"{rule} is false at stride {family.stride} and dilation {family.dilation}: {fault.layers}"
                )
    shown = (stride or 2, dilation or 1)
    family = Family((shown[0],) * rank, (shown[1],) * rank)
    about = (
        f"every input size, kernel size, padding before and after, batch, groups and channels at rank {rank}, "
        f"S = {stride or f'1..{LARGEST}'} and D = {dilation or f'1..{LARGEST}'} on every axis"
    )
    return Proof(rule, about, shown, tuple(_parts(Examiner(claim, scope), family)), len(families))


def _rule(array: str, rules: Sequence[Rule]) -> Rule:
    for rule in rules:
        if array in (rule.name, rule.target.removeprefix("d")) and (rule.target != "O" or array == rule.name):
            return rule
    raise ClaimError(
        f"there is no rule {array!r}; rules are X, K, b, {', '.join(rule.name for rule in rules)}"
    )


def _parts(examiner: Examiner, family: Family) -> list[PartProof]:
    statement = examiner.statement(family)
    proofs = []
    for ours, theirs in examiner.pairs(statement, family):
        for formula, definition in split(System.of(ours), System.of(theirs)):
            group = definition.dimensions
            names = {name for each in formula.guards + definition.guards for name in each.names}
            part = parameter_parts(names)
            context = family.context(part)
            points = [system.points(context) for system in (definition, formula)]
            if points[0].is_empty() or not points[0].is_equal(points[1]):
                raise ConvgenError(f"the index sets of {group} differ or are empty: {points}")
            axes = sorted(axis for axis in part if axis is not None)
            about = (
                f"axis {axes[0]}, indices {', '.join(group)}"
                if axes
                else f"channels, indices {', '.join(group)}"
            )
            proofs.append(
                PartProof(
                    about,
                    _set(definition),
                    _set(formula),
                    tuple(_witnesses(formula, context)),
                    tuple(f"{guard} ≥ 0" for guard in formula.guards),
                )
            )
    return proofs


def _set(system: System) -> str:
    """The index set of a part, as written in a text."""
    values = {
        name: _solved(equality, name)
        for name in system.dimensions
        for equality in system.equalities
        if name in equality.names
    }
    point = ", ".join(f"{name} = {value}" for name, value in values.items())
    rest = [
        f"{equality} = 0" for equality in system.equalities if equality.names.isdisjoint(system.dimensions)
    ]
    conditions = ", ".join([*rest, *(f"{guard} ≥ 0" for guard in system.guards)])
    return f"{{ ({point}) : {conditions} }}"


def _solved(equality: Polynomial, name: str) -> Polynomial:
    """The value of a dimension, which stands in its equality with coefficient 1."""
    return Polynomial.of(name) - equality


def _witnesses(system: System, context: Any) -> list[str]:
    """Each bound index as a function of the tap; its existence and uniqueness is what the library decided."""
    witnesses = system.witnesses(context)
    if not witnesses.is_single_valued():
        raise ConvgenError("a tap comes from more than one choice of the indices summed over")
    functions = witnesses.as_pw_multi_aff()
    lines = []
    for position, name in enumerate(sorted(system.bound)):
        pieces: list[str] = []
        functions.get_pw_aff(position).foreach_piece(partial(_note_piece, pieces))
        lines.append(f"{name} = {' or '.join(dict.fromkeys(pieces))}")
    return lines


def _note_piece(pieces: list[str], _domain: Any, value: Any) -> None:
    pieces.append(_expression(value))


def _expression(value: Any) -> str:
    """The formula of a quasi-affine expression, without its space."""
    return str(value).partition("-> [")[2].rpartition("]")[0].strip("() ")
