"""A formula is asserted for every size, on one layer or on drawn ones; the message is the verdict."""

from __future__ import annotations

import re
from typing import Any

import pytest

from convgen import ConvSpec
from convgen.errors import ClaimError, SpecError
from convgen.rules import RULES
from convgen.testing import HARD_SPECS, assert_gradient_rule, conv_specs, hard_specs

SHORT = "dX = pad(dO) ⋆ rot180(K)"
WITHOUT_REMAINDER = "dX = pad(dilate(dO, S), (E-1-Pb, E-1-Pa)) ⋆[D] rot180(K)"


def told(*given: Any, **options: Any) -> str:
    """The message about a formula that does not hold."""
    with pytest.raises(AssertionError) as caught:
        assert_gradient_rule(*given, **options)
    return str(caught.value)


@pytest.mark.parametrize("rule", RULES[:3], ids=lambda rule: rule.name)
def test_a_rule_passes_for_every_size_on_traps_and_on_drawn_layers(rule: object) -> None:
    assert_gradient_rule(str(rule), rank=1)
    assert_gradient_rule(str(rule), hard_specs(rank=2))
    assert_gradient_rule(str(rule), conv_specs(rank=3), examples=10)


def test_a_formula_that_holds_under_a_condition_alone_does_not_hold() -> None:
    message = told(SHORT)
    assert message.startswith(f"conditional: {SHORT}\n")
    assert "holds when: S = 1 and D = 1 and P = 0 on every axis" in message
    assert "smallest counterexample" in message


def test_what_is_fixed_may_make_it_hold() -> None:
    assert_gradient_rule(SHORT, stride=1, dilation=1, padding=0)


def test_one_layer_is_decided_on_its_own() -> None:
    assert_gradient_rule(SHORT, ConvSpec((3, 3), (2, 2)))
    message = told(SHORT, ConvSpec((3, 4), (2, 2), stride=2))
    assert "about: the layer input=3x4 kernel=2x2 stride=2" in message


def test_the_smallest_of_the_given_layers_is_told() -> None:
    small, large = ConvSpec((5, 4), (2, 2), stride=2), ConvSpec((9, 8), (2, 2), stride=4)
    right = ConvSpec((3, 3), (2, 2))
    assert f"about: the layer {small}" in told(WITHOUT_REMAINDER, [large, right, small])


def test_a_drawn_layer_is_shrunk() -> None:
    """r is not 0 only where the stride is 2 at least, and something is left over."""
    found = re.search(
        r"about: the layer (.*)", told(WITHOUT_REMAINDER, conv_specs(rank=1, layout="W"), examples=200)
    )
    assert found is not None
    spec = ConvSpec.parse(found[1])
    assert (spec.stride, spec.kernel_size, spec.dilation) == ((2,), (1,), (1,))
    assert spec.input_size[0] + sum(spec.padding[0]) == 2


def test_a_notation_is_read() -> None:
    """Source 001 writes the kernel first, and other letters."""
    assert_gradient_rule("dI = rot180(K) ⋆ pad(G)", ConvSpec((3, 3), (2, 2)), notation="001")
    with pytest.raises(AssertionError):
        assert_gradient_rule("dX = rot180(K) ⋆ pad(dO)", ConvSpec((3, 3), (2, 2)))
    with pytest.raises(ClaimError):
        assert_gradient_rule("dX = pad(dO) ⋆ rot180(V)")


def test_layers_that_a_formula_does_not_speak_of_are_passed_over_but_not_all() -> None:
    """P is equal padding; a formula with P says nothing of asymmetric layers."""
    equal = "dX = pad(dilate(dO, S), (E-1-P, E-1-P+r)) ⋆[D] rot180(K)"
    even, uneven = ConvSpec((4, 4), (3, 2), padding=1), ConvSpec((4, 5), (2, 2), padding=((0, 1), (1, 0)))
    assert_gradient_rule(equal, [even, uneven])
    with pytest.raises(ClaimError, match="speaks of none of the 1 layers"):
        assert_gradient_rule(equal, [uneven])


@pytest.mark.parametrize(
    ("specs", "options", "error", "words"),
    [
        (HARD_SPECS, {"stride": 2}, ClaimError, "stride=2: the layers are given already"),
        ([], {}, SpecError, "a ConvSpec, several, or a Hypothesis strategy of them is needed"),
        ("input=3", {}, SpecError, "a ConvSpec, several, or a Hypothesis strategy of them is needed"),
    ],
)
def test_bad_input_is_refused(
    specs: Any, options: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=re.escape(words)):
        assert_gradient_rule(SHORT, specs, **options)
