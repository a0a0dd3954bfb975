"""prove: a rule or a named theorem for every size, written out so that a reader can follow each step.

For each stride and dilation the integer set library decides that no layer makes the claim false. What is
printed is the argument: on each part the taps of the definition and those of the formula as index sets, the
indices that the formula sums over as functions of the tap, which is the bijection, and why each bound of the
one side follows from those of the other. With names for stride and dilation the same argument is one for all
of them at once.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from convgen.errors import BudgetError, ClaimError, ConvgenError, SpecError
from convgen.proof.adjoints import AdjointClaim, DirectionalClaim, theorem_claim
from convgen.proof.argument import NamedFamily
from convgen.proof.claim import Claim
from convgen.proof.conditions import Examined
from convgen.proof.examiner import examiner_of
from convgen.proof.families import CHANNELS
from convgen.proof.parts import for_all_strides, parts_of, title_of
from convgen.proof.proofs import WITHOUT_BIAS, Listed, Proof, Proofs, TheoremProof
from convgen.proof.question import Question
from convgen.proof.relation import Family, Part, axes_of
from convgen.proof.scope import LARGEST, Scope, scope_of
from convgen.proof.size import SizeClaim
from convgen.proof.theorems import THEOREMS, Stated, Theorem
from convgen.proof.verdict import Verdict
from convgen.proof.work_limit import WorkLimitError, established, limited
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
) -> Proof | TheoremProof | Verdict:
    """Prove a rule, a named theorem or a written claim for every size, channel count and padding.

    Args:
        name: ``"X"``, ``"K"`` or ``"b"`` for the gradient's closed form, the name of a rule or theorem, or a claim
            such as ``dX = ...`` or ``∂⟨A, unfold(X)⟩/∂X = fold(A)``.
        stride: S on every axis; every S in 1..8 where it is not given.
        dilation: D on every axis; every D in 1..8 where it is not given.
        rank: the number of spatial axes.
        all_strides: prove it for every S and D at once; the proof says where that is not found, and is falsy.
        rules: the rules to choose from.
        theorems: the theorems to choose from.

    Returns:
        The proof; of a written claim that is not always true, the verdict, which is falsy.

    Raises:
        ClaimError: there is no such rule or theorem, or a claim that cannot be read or compared for all sizes.
        BudgetError: integer sets would take too long.
        SpecError: a stride, dilation or rank that no layer has, or one given beside all of them.
        ConvgenError: the claim is false; of a rule or theorem this would be a fault of this package.
    """
    steps = _steps(stride, dilation, all_strides)
    if "=" in name:
        return _of_claim(theorem_claim(name, rank), steps, rank, all_strides)
    return _of_chosen(_named(name, rules, theorems), steps, rank, all_strides)


def _steps(stride: int | None, dilation: int | None, all_strides: bool) -> Mapping[str, int | None]:
    if all_strides and (stride is not None or dilation is not None):
        given = f"stride {stride}" if stride is not None else f"dilation {dilation}"
        raise SpecError(f"{given}: the proof is for all strides and dilations; leave it away")
    return {"stride": stride, "dilation": dilation}


def _of_chosen(
    chosen: Rule | Theorem, steps: Mapping[str, int | None], rank: int, all_strides: bool
) -> Proof | TheoremProof:
    if isinstance(chosen, Rule):
        # What a rule says of O is without the bias, which is one more term.
        stated = Stated(str(chosen), "", {} if _has_bias(chosen) else {"bias": False})
        return _proof(Claim(str(chosen), chosen.target, chosen.tree), stated, steps, rank, all_strides)
    if _speaks_otherwise(chosen, steps["stride"]):
        raise SpecError(
            f"stride {steps['stride']}: the theorem {chosen.name!r} speaks of stride 1 as well; leave it away"
        )
    return TheoremProof(
        chosen,
        tuple(
            _proof(theorem_claim(each.on(rank), rank), each, steps, rank, all_strides)
            for each in chosen.stated
        ),
    )


def _of_claim(claim: Claim, steps: Mapping[str, int | None], rank: int, all_strides: bool) -> Proof | Verdict:
    """The proof of a written claim; the verdict on one that is not always true."""
    if not isinstance(claim, AdjointClaim | DirectionalClaim):
        verdict = Question(
            claim, scope_of(rank=rank, stride=steps["stride"], dilation=steps["dilation"])
        ).answer()
        if not verdict:
            return verdict
    return _proof(claim, Stated(claim.text, ""), steps, rank, all_strides)


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
    steps = _steps(stride, dilation, all_strides)
    found = {
        each.name: _of_chosen(each, steps, rank, all_strides)
        for each in (*RULES, *THEOREMS)
        if isinstance(each, Rule) or not _speaks_otherwise(each, stride)
    }
    return Proofs(found)


def listed() -> Listed:
    """The names of all rules and theorems, with what they say."""
    rules = {rule.name: str(rule) if _has_bias(rule) else f"{rule}, {WITHOUT_BIAS}" for rule in RULES}
    return Listed(rules | {each.name: each.words for each in THEOREMS})


def _has_bias(rule: Rule) -> bool:
    return rule.target != "O"


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
    parts, unproved = for_all_strides(claim, scope, given) if all_strides else ((), "")
    if all_strides and not unproved:
        about = _about(claim, scope, "any integers of at least 1")
        return Proof(claim.text, about, None, parts, families, is_of_sizes=of_sizes, bias=scope.bias)
    shown = (given[0] or 2, given[1] or 1)
    family = Family((shown[0],) * rank, (shown[1],) * rank)
    parts, about = tuple(parts_of(claim, scope, family)), _about(claim, scope, f"from 1 to {LARGEST}")
    return Proof(claim.text, about, shown, parts, families, unproved, of_sizes, scope.bias)


def _about(claim: Claim, scope: Scope, every: str) -> str:
    steps = [f"{word} = {each[0]}" for word, each in (("S", scope.stride), ("D", scope.dilation)) if each]
    left = [word for word, each in (("S", scope.stride), ("D", scope.dilation)) if each is None]
    steps += [f"{' and '.join(left)} {every}"] if left else []
    steps[-1] += " on every axis"
    padding = "padding before and after" if scope.padding is None else f'padding "{scope.padding}"'
    without = [] if scope.bias else [WITHOUT_BIAS]
    return (
        f"every input size, kernel size, {padding}, batch, groups and channels at rank {scope.rank}, "
        f"{', '.join([*steps, *_assumed(claim, scope), *without])}"
    )


def _assumed(claim: Claim, scope: Scope) -> list[str]:
    """What a claim takes for granted of the layers that it speaks of."""
    said = examiner_of(claim, scope).statement(NamedFamily((1,) * scope.rank, (1,) * scope.rank))
    return [f"{each} = 0" for each in said.assumptions] + [f"{each} ≥ 0" for each in said.guards]


def decided(claim: Claim, scope: Scope) -> int:
    """How many pairs of stride and dilation integer sets have decided a claim for, finding it true.

    Raises:
        BudgetError: they would take too long.
        ConvgenError: it is false, or about no layer.
    """
    alike = scope.on_one_axis() if claim.is_uniform and scope.rank > 1 else scope
    examiner = examiner_of(claim, alike)
    found: dict[Part, list[Examined]] = {}
    for part in examiner.parts:
        families = alike.families(axes_of(part))
        chosen = itertools.islice(families, 1) if part == CHANNELS else families
        found[part] = [Examined(examiner, family, part) for family in chosen]
        if all(each.context.layers().is_empty() for each in found[part]):
            raise ConvgenError(f"{claim.text!r} is about no layer: nothing is left of {title_of(part)}")
    try:
        with limited():
            for each in itertools.chain(*found.values()):
                _refuse_faults(claim, each)
    except WorkLimitError as stopped:
        raise BudgetError(f"{claim.text!r}: {stopped}; {established(found)}") from None
    return max(map(len, found.values()))


def _refuse_faults(claim: Claim, examined: Examined) -> None:
    if not examined.faults.is_empty():
        stride, dilation = examined.family.stride[0], examined.family.dilation[0]
        layer = str(examined.faults.sample_point()).partition("->")[0].strip(" []")
        raise ConvgenError(
            f"{claim.text} is false at stride {stride} and dilation {dilation}, where {layer}; "
            "check gives the smallest layer"
        )
