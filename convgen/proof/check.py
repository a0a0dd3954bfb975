"""check: decide a written claim, on one shape or for every size.

On one shape both sides are compared as exact polynomials; one that is too large for that, and every size at
once, are decided by integer sets (`convgen.proof.question`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from convgen.algebra.notation import DEFAULT, Notation
from convgen.algebra.notation import notation as notation_by_name
from convgen.errors import BudgetError, ClaimError, NumbersNeededError, SpecError
from convgen.proof.claim import Claim
from convgen.proof.examiner import examiner_of
from convgen.proof.families import NotComparableError
from convgen.proof.literal import NOTE, leaves_arrays, leaves_arrays_on
from convgen.proof.question import Question
from convgen.proof.read import read_claim
from convgen.proof.repair import repair
from convgen.proof.scope import Scope, scope_of
from convgen.proof.shape import difference_on
from convgen.proof.verdict import Counterexample, Verdict
from convgen.spec import ConvSpec


def check(
    claim: str,
    spec: ConvSpec | None = None,
    *,
    notation: str | Notation = DEFAULT,
    scope: Scope | None = None,
    **options: Any,
) -> Verdict:
    """Decide a claim.

    Args:
        claim: the formula, such as ``dX = pad(dO) ⋆ rot180(K)``.
        spec: one layer; without it the claim is about every size.
        notation: whose letters it is written in.
        scope: which layers are meant where there is no spec: rank 2, every size and padding, strides and
            dilations from 1 to 8 by default.
        options: the same in the words of a spec, such as ``stride=2, padding="same", groups=2, rank=1``
            (`convgen.proof.scope.scope_of` lists them); what is given is fixed.

    Returns:
        A verdict that is truthy only where the claim holds, and says how that was found out.

    Raises:
        ClaimError: the claim cannot be read, or does not speak of the layer; the message points at the character.
        SpecError: options that no layer has, or beside a spec, which says all of them.
        MissingDependencyError: integer sets are needed and not installed.
    """
    if not isinstance(claim, str):
        raise ClaimError(f"a claim is a formula as text, got {claim!r}")
    if spec is not None and not isinstance(spec, ConvSpec):
        raise SpecError(f"a claim is about a ConvSpec, or without one about every size; got {spec!r}")
    if options and (spec is not None or scope is not None):
        given = ", ".join(f"{name}={value!r}" for name, value in options.items())
        raise SpecError(f"{given}: {spec or scope} says already which layers are meant")
    letters = notation_by_name(notation)
    asked = spec or scope or scope_of(**options)
    known = () if isinstance(asked, ConvSpec) else tuple(asked.layers.items())
    try:
        read = read_claim(claim, letters, asked.rank, known)
        verdict = (
            _on_one_shape(read, asked) if isinstance(asked, ConvSpec) else Question(read, asked).answer()
        )
        return _with_the_bias_named(verdict, read, asked)
    except ClaimError as error:
        message = str(error)
        if claim in message or "\n" in message:  # it quotes the claim, or points at the character
            raise
        raise type(error)(f"{message}:\n  {claim}") from error


def _with_the_bias_named(verdict: Verdict, claim: Claim, asked: ConvSpec | Scope) -> Verdict:
    """The verdict; where a claim about O leaves out b, which most texts do, with the way to ask without it."""
    if verdict or claim.target != "O" or not asked.bias or claim.reads("b", asked.rank):
        return verdict
    note = "it leaves out b, which these layers add; about layers without it: bias=False, --no-bias"
    return replace(verdict, remarks=(*verdict.remarks, note))


def _on_one_shape(claim: Claim, spec: ConvSpec) -> Verdict:
    about = f"the layer {spec}"
    try:
        difference = difference_on(claim, spec)
    except BudgetError as error:
        return _on_a_large_shape(claim, spec, error)
    remarks = (NOTE,) if leaves_arrays_on(claim, spec) else ()
    if difference is None:
        how = "verified on this shape, as exact polynomials"
        return Verdict(claim.text, "holds", about, how, remarks=remarks)
    return Verdict(
        claim.text,
        "refuted",
        about,
        "compared on this shape, as exact polynomials",
        counterexample=Counterexample(spec, difference),
        repair=repair(claim, spec),
        remarks=remarks,
    )


def _on_a_large_shape(claim: Claim, spec: ConvSpec, error: BudgetError) -> Verdict:
    """By integer sets with the layer's own numbers, where its products are too many to be written out.

    Raises:
        BudgetError: the one given, for a claim that integer sets do not decide.
    """
    steps: dict[str, Any] = {"rank": spec.rank, "stride": spec.stride, "dilation": spec.dilation}
    steps |= {"bias": spec.bias}
    alone = scope_of(
        **steps, input_size=spec.input_size, kernel_size=spec.kernel_size, in_channels=spec.in_channels,
        out_channels=spec.out_channels, batch=spec.batch, padding=spec.padding, groups=spec.groups,
    )  # fmt: skip
    about, how = f"the layer {spec}", "by integer sets with this layer's numbers"
    known = _known_of(claim, alone)
    try:
        fails = Question(known, alone).fails_on_its_only_layer()
    except (NotComparableError, NumbersNeededError):
        raise error from None
    remarks = (NOTE,) if leaves_arrays(known, examiner_of(known, alone)) else ()
    if not fails:
        return Verdict(claim.text, "holds", about, f"proved {how}", remarks=remarks)
    alike = scope_of(**steps)
    smallest = Question(_known_of(claim, alike), alike).smallest()
    note = (
        "too large to be written out; shown is the smallest layer of these strides and dilations that fails"
    )
    return Verdict(
        claim.text, "refuted", about, f"decided {how}",
        counterexample=smallest, repair=repair(claim, spec), remarks=(note, *remarks),
    )  # fmt: skip


def _known_of(claim: Claim, scope: Scope) -> Claim:
    return read_claim(claim.text, claim.notation, scope.rank, tuple(scope.layers.items()))
