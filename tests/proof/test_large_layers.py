"""A layer with too many products to write out is decided by integer sets, with the answer that products give."""

import pytest
from hypothesis import given
from hypothesis.strategies import sampled_from

from convgen import ConvSpec
from convgen.errors import BudgetError
from convgen.proof import check as checking
from convgen.proof.check import check
from convgen.proof.claim import Claim
from convgen.testing import conv_specs

CLAIMS = [
    "dX = pad(dilate(dO, S), (E-1-Pb, E-1-Pa+r)) ⋆[D] rot180(K)",
    "dX = pad(dilate(dO, S), (E-1-Pb, E-1-Pa)) ⋆[D] rot180(K)",
    "dX = pad(dilate(dO, S), (E-1-Pa, E-1-Pb+r)) ⋆[D] rot180(K)",
    "dX = pad(dilate(dO, S), (E-1-Pb, E-1-Pa+r)) ⋆[D] K",
    "dK = (pad(X, (Pb, Pa)) ⋆ dilate(dO, S))[::D][:M]",
    "dK = (pad(X, (Pb, Pa)) ⋆ dilate(dO, S))[::D]",
    "dK = (pad(X, (Pa, Pb)) ⋆ dilate(dO, S))[::D][:M]",
    "dK = X ⋆ dO",
    "db = sum(dO)",
    "db = sum(first_group(dO))",
    "db = sum(first_image(dO))",
    "dW~ = dO~ @ X~.T",
]


def too_large(claim: Claim, spec: ConvSpec) -> None:
    raise BudgetError(f"{spec} is too large for this test")


@given(sampled_from(CLAIMS), conv_specs(max_size=4, max_channels=4, max_kernel=3, max_stride=3))
def test_integer_sets_with_the_numbers_of_a_layer_agree_with_its_products(claim: str, spec: ConvSpec) -> None:
    by_products = check(claim, spec)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(checking, "difference_on", too_large)
        by_sets = check(claim, spec)
    assert "integer sets" in by_sets.method
    assert bool(by_sets) == bool(by_products), claim


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_layer_of_a_hundred_million_products_is_decided(claim: str) -> None:
    spec = ConvSpec((224, 224), (7, 7), 3, 64, stride=2, padding=3)
    verdict = check(claim, spec)
    assert bool(verdict) == (claim in (CLAIMS[0], CLAIMS[2], CLAIMS[4], CLAIMS[6], *CLAIMS[8:]))
    if not verdict:
        assert verdict.counterexample is not None
        assert not check(claim, verdict.counterexample.spec)


def test_what_integer_sets_do_not_decide_is_refused_with_the_count() -> None:
    with pytest.raises(BudgetError, match="116,214,528 taps are more than the limit"):
        check(
            "dK = 1/2*((pad(X, (Pb, Pa)) ⋆ dilate(dO, S))[::D][:M])",
            ConvSpec((224, 224), (7, 7), 3, 64, stride=2, padding=3),
        )
