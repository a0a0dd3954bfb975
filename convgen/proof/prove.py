"""prove: a rule or a named theorem for every size, written out so that a reader can follow each step.

For each stride and dilation the integer set library decides that no layer makes the claim false. What is
printed is the argument: on each part the taps of the definition and those of the formula as index sets, the
indices that the formula sums over as functions of the tap, which is the bijection, and why each bound of the
one side follows from those of the other. With names for stride and dilation the same argument is one for all
of them at once.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from convgen.algebra.polynomial import ONE
from convgen.errors import ClaimError, ConvgenError, NumbersNeededError, SpecError
from convgen.proof.adjoints import MATRIX, theorem_claim
from convgen.proof.argument import Layers, NamedFamily, argue, is_met
from convgen.proof.claim import Claim, symbolic_shapes, unfolded_shape
from convgen.proof.examiner import examiner_of
from convgen.proof.exposition import PartProof, Writing
from convgen.proof.families import CHANNELS, Examiner
from convgen.proof.proofs import Listed, Proof, Proofs, TheoremProof
from convgen.proof.relation import Family, Part, System, axes_of, parameter_parts, split
from convgen.proof.scope import LARGEST, Scope, scope_of
from convgen.proof.size import Ratio, SizeClaim
from convgen.proof.theorems import THEOREMS, Stated, Theorem
from convgen.rules import RULES, Rule


def prove(
    name: str,
    *,
    stride: int | None = None,
    dilation: int | None = None,
    rank: int = 2,
    all_strides: bool = False,
    rules: Sequence[Rule] = RULES,
    theorems: Sequence[Theorem] = THEOREMS,
) -> Proof | TheoremProof:
    """Prove a rule or a named theorem for every size, channel count and padding.

    Args:
        name: ``"X"``, ``"K"`` or ``"b"`` for the gradient's closed form, or the name of a rule or theorem.
        stride: S on every axis; every S in 1..8 where it is not given.
        dilation: D on every axis; every D in 1..8 where it is not given.
        rank: the number of spatial axes.
        all_strides: prove it for every S and D at once; the proof says where that is not found, and is falsy.
        rules: the rules to choose from.
        theorems: the theorems to choose from.

    Raises:
        ClaimError: there is no such rule or theorem.
        SpecError: a stride, dilation or rank that no layer has, or one given beside all of them.
        ConvgenError: the claim is false, which would be a fault of this package.
    """
    if all_strides and (stride is not None or dilation is not None):
        given = f"stride {stride}" if stride is not None else f"dilation {dilation}"
        raise SpecError(f"{given}: the proof is for all strides and dilations; leave it away")
    chosen = _named(name, rules, theorems)
    steps = {"stride": stride, "dilation": dilation}
    if isinstance(chosen, Rule):
        # What a rule says of O is without the bias, which is one more term.
        stated = Stated(str(chosen), "", {"bias": chosen.target != "O"})
        return _proof(Claim(str(chosen), chosen.target, chosen.tree), stated, steps, rank, all_strides)
    if _speaks_otherwise(chosen, stride):
        raise SpecError(
            f"stride {stride}: the theorem {chosen.name!r} speaks of stride 1 as well; leave it away"
        )
    return TheoremProof(
        chosen,
        tuple(
            _proof(theorem_claim(each.on(rank), rank), each, steps, rank, all_strides)
            for each in chosen.stated
        ),
    )


def prove_all(
    *,
    stride: int | None = None,
    dilation: int | None = None,
    rank: int = 2,
    all_strides: bool = False,
) -> Proofs:
    """Prove every rule and every theorem; those that speak of other strides than one given are left out.

    Raises:
        SpecError: as `prove`.
        ConvgenError: one of them is false, which would be a fault of this package.
    """
    found: dict[str, Proof | TheoremProof] = {}
    for each in (*RULES, *THEOREMS):
        if isinstance(each, Rule) or not _speaks_otherwise(each, stride):
            found[each.name] = prove(
                each.name, stride=stride, dilation=dilation, rank=rank, all_strides=all_strides
            )
    return Proofs(found)


def listed() -> Listed:
    """The names of all rules and theorems, with what they say."""
    return Listed({rule.name: str(rule) for rule in RULES} | {each.name: each.words for each in THEOREMS})


def _speaks_otherwise(theorem: Theorem, stride: int | None) -> bool:
    return stride is not None and any(each.options.get("stride", stride) != stride for each in theorem.stated)


def _named(name: str, rules: Sequence[Rule], theorems: Sequence[Theorem]) -> Rule | Theorem:
    for theorem in theorems:
        if name.lower() == theorem.name.lower():
            return theorem
    for rule in rules:
        if name in (rule.name, rule.target.removeprefix("d")) and (rule.target != "O" or name == rule.name):
            return rule
    raise ClaimError(
        f"there is no rule or theorem {name!r}; rules are X, K, b, {', '.join(rule.name for rule in rules)}; "
        f"theorems are {', '.join(theorem.name for theorem in theorems)}"
    )


def _proof(
    claim: Claim, stated: Stated, steps: Mapping[str, int | None], rank: int, all_strides: bool
) -> Proof:
    options = {**steps, **stated.options}
    scope = scope_of(rank=rank, **options)
    families = decided(claim, scope)
    of_sizes = isinstance(claim, SizeClaim)
    given = options["stride"], options["dilation"]
    parts, unproved = _for_all_strides(claim, scope, given) if all_strides else ((), "")
    if all_strides and not unproved:
        about = _about(scope, "any integers of at least 1")
        return Proof(claim.text, about, None, parts, families, is_of_sizes=of_sizes)
    shown = (given[0] or 2, given[1] or 1)
    family = Family((shown[0],) * rank, (shown[1],) * rank)
    parts, about = tuple(_parts(claim, scope, family)), _about(scope, f"from 1 to {LARGEST}")
    return Proof(claim.text, about, shown, parts, families, unproved, of_sizes)


def _about(scope: Scope, every: str) -> str:
    steps = [f"{word} = {each[0]}" for word, each in (("S", scope.stride), ("D", scope.dilation)) if each]
    left = [word for word, each in (("S", scope.stride), ("D", scope.dilation)) if each is None]
    steps += [f"{' and '.join(left)} {every}"] if left else []
    padding = "padding before and after" if scope.padding is None else f'padding "{scope.padding}"'
    return (
        f"every input size, kernel size, {padding}, batch, groups and channels at rank {scope.rank}, "
        f"{', '.join(steps)} on every axis"
    )


def decided(claim: Claim, scope: Scope) -> int:
    """How many pairs of stride and dilation integer sets have decided a claim for, finding it true.

    Raises:
        ConvgenError: it is false, or about no layer.
    """
    alike = scope.on_one_axis() if claim.is_uniform and scope.rank > 1 else scope
    examiner = examiner_of(claim, alike)
    count = 0
    for part in examiner.parts:
        families = alike.families(axes_of(part))
        chosen = [*(itertools.islice(families, 1) if part == CHANNELS else families)]
        if all(examiner.context(family, part).layers().is_empty() for family in chosen):
            raise ConvgenError(
                f"{claim.text!r} is about no layer: nothing is left of {sorted(map(str, part))}"
            )
        for family in chosen:
            failing = examiner.failing(family, part)
            if not failing.is_empty():
                raise ConvgenError(
                    f"{claim.text} is false at stride {family.stride} and dilation {family.dilation}: {failing}"
                )
        count = max(count, len(chosen))
    return count


# ---- the argument ----------------------------------------------------------------------------------------


def _parts(claim: Claim, scope: Scope, family: Family) -> Iterator[PartProof]:
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
        writing = Writing.of(theirs, claim.target, shapes)
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
                        f"no argument was found for all strides on {_title(part).lower()}"
                    )
                if not is_met(argument.definition, definition, layers):
                    raise ConvgenError(f"the index set of {definition.dimensions} has no tap to show")
            else:
                points = [system.points(context) for system in (definition, formula)]
                if points[0].is_empty() or not points[0].is_equal(points[1]):
                    raise ConvgenError(
                        f"the index sets of {definition.dimensions} differ or are empty: {points}"
                    )
            about = _title(part) + (f" of {' · '.join(writing.factors)}" if several else "")
            yield writing.part(about, formula, definition, context, argument)


def _title(part: Part) -> str:
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
            _title(part),
            ", ".join(f"{each} = 0" for each in context.equalities),
            f"{_fraction(fact.left)} {fact.relation} {_fraction(fact.right)}",
            (),
            tuple(f"{each}, at least 0" for each in dict.fromkeys(map(str, filter(None, reasons)))),
            (),
            "The integer set library decided that no layer makes it false.",
        )


def _fraction(ratio: Ratio) -> str:
    numerator, denominator = ratio
    return str(numerator) if denominator == ONE else f"({numerator})/{denominator}"


def _for_all_strides(
    claim: Claim, scope: Scope, given: tuple[int | None, int | None]
) -> tuple[tuple[PartProof, ...], str]:
    """The argument with names for stride and dilation, and why there is none."""
    family = NamedFamily((1,) * scope.rank, (1,) * scope.rank, given)
    try:
        parts = tuple(_parts(claim, scope, family))
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
