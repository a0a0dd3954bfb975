"""What a claim takes for granted is said in the words of a layer."""

from typing import Any

import pytest

from convgen import ConvSpec
from convgen.algebra.polynomial import Polynomial
from convgen.errors import ClaimError
from convgen.proof.check import check
from convgen.proof.scope import scope_of
from convgen.proof.words import solved


@pytest.mark.parametrize(
    ("name", "number", "said"),
    [("B", 1, "N = 1"), ("G", 1, "groups = 1"), ("M0", 3, "M0 = 3"), ("C", 1, "C = 1")],
)
def test_a_single_name_stands_alone_on_the_left(name: str, number: int, said: str) -> None:
    assert solved(Polynomial.of(name) - number, "=") == said


def test_other_relations_stand_as_they_are() -> None:
    assert solved(Polynomial.of("Pb0") - "Pa0", "=") == "equal padding before and after"
    assert solved(Polynomial.of("H0") - "H1", "≥") == "H0 - H1 ≥ 0"


def test_a_layer_that_a_claim_says_nothing_about_is_told_in_words() -> None:
    layer = ConvSpec((3, 3), (2, 2), in_channels=2, out_channels=2, groups=2)
    with pytest.raises(ClaimError, match="is about layers with .*groups = 1") as caught:
        check("dK[m,n] = sum(i,j) X[i+m,j+n]*dO[i,j]", layer)
    assert "G - 1" not in str(caught.value)


@pytest.mark.parametrize("claim", ["O = X ⋆ K", "O[i,j] = sum(p,q) X[i+p,j+q]*K[p,q]"])
@pytest.mark.parametrize("layers", [{}, {"input_size": (3, 3), "kernel_size": (2, 2)}])
def test_a_claim_that_fails_for_want_of_the_bias_is_told_how_to_ask_without(
    claim: str, layers: dict[str, Any]
) -> None:
    def remarks(claim: str, bias: bool) -> str:
        asked = ConvSpec(**layers, bias=bias) if layers else scope_of(bias=bias)
        verdict = check(claim, asked) if isinstance(asked, ConvSpec) else check(claim, scope=asked)
        return " ".join(verdict.remarks)

    assert "leaves out b" in remarks(claim, bias=True)
    assert "leaves out b" not in remarks(claim, bias=False)
    assert "leaves out b" not in remarks("O = X ⋆ K + b + b", bias=True)
