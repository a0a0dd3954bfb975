"""The argument for a claim, part by part: for one stride and dilation, or with names for them.

Where no steps are found for a family with numbers, the integer set library has decided; with names nothing
stands in for steps, and what is not shown is said.
"""

from __future__ import annotations

from collections.abc import Iterator

from convgen.algebra.polynomial import ONE
from convgen.errors import ClaimError, ConvgenError, NumbersNeededError
from convgen.proof.adjoints import MATRIX
from convgen.proof.argument import Layers, NamedFamily, Reason, argue, is_met
from convgen.proof.claim import Claim, symbolic_shapes, unfolded_shape
from convgen.proof.exposition import PartProof, Writing
from convgen.proof.families import Examiner
from convgen.proof.relation import Family, Part, System, axes_of, parameter_parts, split
from convgen.proof.scope import LARGEST, Scope
from convgen.proof.size import Ratio, SizeClaim


def parts_of(claim: Claim, scope: Scope, family: Family) -> Iterator[PartProof]:
    """The argument for one family, part by part; where no steps are found, as the library decided."""
    if isinstance(claim, SizeClaim):
        yield from _size_parts(claim, scope, family)
        return
    examiner = Examiner(claim, scope)
    shapes = symbolic_shapes(scope.rank)
    shapes |= {MATRIX: unfolded_shape(shapes), "X~": unfolded_shape(shapes)}
    pairs = [*examiner.pairs(examiner.statement(family), family)]
    several = len(pairs) > 1
    for ours, theirs in pairs:
        writing = Writing.of(theirs, claim.left_side, shapes)
        for formula, definition in split(System.of(ours), System.of(theirs)):
            part = parameter_parts(
                {name for each in (*formula.guards, *definition.guards) for name in each.names}
            )
            context = examiner.context(family, part)
            layers = Layers.of(context, family, part)
            argument = argue(formula, definition, layers)
            if isinstance(family, NamedFamily):
                if argument is None:
                    raise NumbersNeededError(
                        f"no argument was found for all strides on {title_of(part).lower()}"
                    )
                if not is_met(argument.definition, definition, layers):
                    raise ConvgenError(f"the index set of {definition.dimensions} has no tap to show")
            else:
                points = [system.points(context) for system in (definition, formula)]
                if points[0].is_empty() or not points[0].is_equal(points[1]):
                    raise ConvgenError(
                        f"the index sets of {definition.dimensions} differ or are empty: {points}"
                    )
            about = title_of(part) + (f" of {' · '.join(writing.factors)}" if several else "")
            yield writing.part(about, formula, definition, context, argument)


def title_of(part: Part) -> str:
    """What a part is called."""
    axes = axes_of(part)
    return f"Axis {', '.join(map(str, axes))}" if axes else "Channels"


def _size_parts(claim: SizeClaim, scope: Scope, family: Family) -> Iterator[PartProof]:
    """The relations between sizes, each a consequence of what makes sizes those of a layer."""
    for fact in claim.facts(scope.rank, family.values):
        part = parameter_parts(fact.names)
        context = scope.context(family, part)
        layers = Layers.of(context, family, part)
        reasons = [layers.reason(-each - 1) for each in fact.violated]
        if isinstance(family, NamedFamily) and None in reasons:
            raise NumbersNeededError("no argument was found for all strides")
        yield PartProof(
            title_of(part),
            ", ".join(f"{each} = 0" for each in context.equalities),
            f"{_fraction(fact.left)} {fact.relation} {_fraction(fact.right)}",
            (),
            tuple(dict.fromkeys(_at_least_zero(each) for each in reasons if each is not None)),
            (),
            "The integer set library decided that no layer makes it false.",
        )


def _at_least_zero(reason: Reason) -> str:
    return str(reason) if reason.step is not None else f"{reason}, at least 0"


def _fraction(ratio: Ratio) -> str:
    numerator, denominator = ratio
    return str(numerator) if denominator == ONE else f"({numerator})/{denominator}"


def for_all_strides(
    claim: Claim, scope: Scope, given: tuple[int | None, int | None]
) -> tuple[tuple[PartProof, ...], str]:
    """The argument with names for stride and dilation, and why there is none."""
    family = NamedFamily((1,) * scope.rank, (1,) * scope.rank, given)
    try:
        parts = tuple(parts_of(claim, scope, family))
        unproved = "" if isinstance(claim, SizeClaim) else unproved_size(claim, scope, family)
    except ClaimError as reason:
        parts, unproved = (), str(reason).partition(":\n")[0]
    return parts, f"{unproved}; it is proved for each up to {LARGEST}" if unproved else ""


def unproved_size(claim: Claim, scope: Scope, family: Family) -> str:
    """The size of the formula's value, or of anything on the way, that is not shown to be right; empty if all are."""
    examiner = Examiner(claim, scope)
    statement = examiner.statement(family)
    shapes = symbolic_shapes(scope.rank)
    wanted = unfolded_shape(shapes) if claim.target == "dX~" else shapes[claim.target]
    layers = Layers.of(scope.context(family, (None, *range(scope.rank))), family, range(scope.rank))
    for name, size in statement.shape.axes:
        if not layers.is_zero((size - wanted.sizes[name]).substitute(family.values)):
            return f"it was not found that {name} has size {wanted.sizes[name]} and not {size}"
    for size in statement.sizes:
        if layers.reason((size - 1).substitute(family.values)) is None:
            return f"it was not found that {size} is at least 1"
    return ""
