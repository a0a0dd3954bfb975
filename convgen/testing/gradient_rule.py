"""assert_gradient_rule: a written formula, asserted for every size, on one layer, or on layers that are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convgen.errors import ClaimError
from convgen.spec import ConvSpec

if TYPE_CHECKING:
    from convgen.algebra.notation import Notation
    from convgen.proof.verdict import Verdict
    from convgen.testing.search import Specs


def assert_gradient_rule(
    claim: str,
    specs: Specs | None = None,
    *,
    notation: str | Notation = "default",
    examples: int | None = None,
    **options: Any,
) -> None:
    """Assert that a formula is the layer's: ``assert_gradient_rule("dX = pad(dO) ⋆ rot180(K)", stride=1, padding=0)``.

    Args:
        claim: the formula, as `convgen.check` reads it.
        specs: one layer, several, or a Hypothesis strategy such as `conv_specs`; without it the formula is
            asserted for every size, by proof.
        notation: whose letters it is written in.
        examples: how many layers are drawn from a strategy; as Hypothesis' profile says by default.
        options: without ``specs``, what is fixed of the layers: ``stride=2, padding="same", groups=2, rank=1``.

    Raises:
        AssertionError: the formula does not hold; the message is the verdict, with the smallest layer found
            on which it fails. A formula that holds under a condition alone does not hold.
        ClaimError: the formula cannot be read, or none of the layers is one that it speaks of.
        MissingDependencyError: a strategy is given and Hypothesis is not installed.
    """
    __tracebackhide__ = True  # pytest shows the caller's line
    from convgen.proof.check import check
    from convgen.proof.shape import NotSpokenOfError
    from convgen.testing.search import smallest_drawn

    if specs is None or isinstance(specs, ConvSpec):
        verdict = check(claim, specs, notation=notation, **options)
        if not verdict:
            raise AssertionError(str(verdict))
        return
    if options:
        given = ", ".join(f"{name}={value!r}" for name, value in options.items())
        raise ClaimError(f"{given}: the layers are given already; hold it in their strategy")
    verdicts: dict[ConvSpec, Verdict | None] = {}

    def fails(spec: ConvSpec) -> bool:
        if spec not in verdicts:
            try:
                verdicts[spec] = check(claim, spec, notation=notation)
            except NotSpokenOfError:
                verdicts[spec] = None
        return verdicts[spec] is not None and not verdicts[spec]

    failing = smallest_drawn(specs, fails, examples)
    if failing is not None:
        raise AssertionError(str(verdicts[failing]))
    if not any(verdicts.values()):
        raise ClaimError(f"{claim!r} speaks of none of the {len(verdicts)} layers: nothing is asserted")
