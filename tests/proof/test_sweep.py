"""A sweep refutes a claim or leaves it undecided, on layers that the question is about, smallest first."""

import pytest

from convgen.errors import ClaimError
from convgen.proof.check import check
from convgen.proof.scope import scope_of
from convgen.proof.smallest import least_layer, order
from convgen.proof.sweep import small_layers, smaller_layers
from convgen.taps import parameters


@pytest.mark.parametrize(
    ("claim", "options", "layer"),
    [
        ("dX[3,3] = 0", {}, "input=4x4 kernel=1x1 in-channels=1 out-channels=1 batch=1"),
        ("dX[100] = 0", {"rank": 1}, "input=101 kernel=1 in-channels=1 out-channels=1 batch=1"),
        (
            "db = 2*sum(dO)",
            {"kernel_size": 20, "padding": 0},
            "input=20x20 kernel=20x20 in-channels=1 out-channels=1 batch=1",
        ),
        ("db = 2*sum(dO)", {"rank": 1, "kernel_size": 100, "padding": "valid"},
         "input=100 kernel=100 in-channels=1 out-channels=1 batch=1"),
        ("db = mean(dO)", {}, "input=1x1 kernel=1x1 in-channels=1 out-channels=1 batch=2"),
    ],
)  # fmt: skip
def test_a_false_claim_is_refuted_on_the_smallest_layer_it_speaks_of(
    claim: str, options: dict[str, object], layer: str
) -> None:
    verdict = check(claim, **options)
    assert verdict.outcome == "refuted"
    assert verdict.counterexample is not None
    assert str(verdict.counterexample.spec) == layer
    assert not check(claim, verdict.counterexample.spec)


@pytest.mark.parametrize(
    ("claim", "options"),
    [
        ("H*Ho <= 10000", {"rank": 1}),  # false for H = 200
        ("db = 3*sum(dO[:30]) - 2*sum(dO)", {"rank": 1}),  # false beyond 30 outputs
        ("db = 2*sum(dO) - sum(dO)", {"rank": 1}),  # true, but not proved
    ],
)
def test_what_is_only_looked_at_does_not_hold(claim: str, options: dict[str, object]) -> None:
    verdict = check(claim, **options)
    assert (verdict.outcome, bool(verdict)) == ("undecided", False)
    assert verdict.method == "swept over 400 shapes, smallest first"


@pytest.mark.parametrize(
    ("claim", "options"),
    [
        ("dX[5] = 2*dO[5]*K[0]", {"rank": 1, "input_size": 3}),
        ("db = 2*sum(dO)", {"rank": 1, "input_size": 2, "kernel_size": 5, "padding": 0}),
    ],
)
def test_a_question_about_no_layer_is_refused(claim: str, options: dict[str, object]) -> None:
    with pytest.raises(ClaimError, match="no layer meets the options"):
        check(claim, **options)


@pytest.mark.parametrize(
    "options", [{"rank": 1}, {"rank": 1, "padding": "same", "kernel_size": 4}, {"rank": 2, "stride": 2}]
)
def test_layers_smaller_than_one_are_all_that_there_are(options: dict[str, object]) -> None:
    scope = scope_of(**options)
    least = least_layer(scope, lambda family: scope.context(family, (None, *range(scope.rank))))
    assert least is not None
    first = [layer for layer, _ in zip(small_layers(scope, least), range(60), strict=False)]
    assert len({*first}) == len(first) == 60
    assert all(scope.meets(parameters(layer)) for layer in first)
    bound = first[-1]
    smaller = smaller_layers(scope, least, bound)
    assert smaller == sorted(smaller, key=order)
    assert {layer for layer in first if order(layer) < order(bound)} <= {*smaller}
    assert all(order(layer) < order(bound) for layer in smaller)


def test_channels_interleaved_between_groups_are_seen() -> None:
    verdict = check("db = sum(interleave(dO))")
    assert verdict.counterexample is not None
    assert (
        str(verdict.counterexample.spec)
        == "input=1x1 kernel=1x1 in-channels=2 out-channels=4 batch=1 groups=2"
    )


def test_repeated_products_are_compared_whole() -> None:
    """Twice a sum is not the sum; its even and its odd entries are."""
    assert check("db = sum(dO) + sum(dO)", rank=1).outcome == "refuted"
    assert (
        check("dX = fold(K~.T @ dO~) + fold(K~.T @ dO~)", rank=1, stride=1, dilation=1).outcome == "refuted"
    )
    assert check("db = sum(dO[::2]) + sum(shift(dO, -1)[::2])", rank=1, stride=1, dilation=1)
    assert not check("db = sum(dO[::2]) + sum(shift(dO, 1)[::2])", rank=1, stride=1, dilation=1)


@pytest.mark.parametrize(
    ("claim", "options"),
    [
        ("db[f] = sum(n,i) dO[n,f,i]", {"rank": 1, "groups": 2}),
        ("dX[p,q] = sum(i,j) dO[i,j]*K[p-i,q-j]", {"stride": 1, "batch": 2}),
        ("db[c] = sum(i, j) δ[c,i,j]", {"notation": "003", "groups": 2}),
    ],
)
def test_options_that_contradict_an_index_form_are_refused(claim: str, options: dict[str, object]) -> None:
    with pytest.raises(
        ClaimError, match="no layer meets both: this has no index ., so that its size is 1, and it is 2"
    ):
        check(claim, **options)


def test_a_formula_that_says_p_says_that_it_is_about_equal_padding() -> None:
    verdict = check("dX = pad(dilate(dO,S), (E-1-P, E-1-P+r)) ⋆[D] rot180(K)", rank=1)
    assert verdict
    assert verdict.remarks == ("as it is written it speaks of layers with equal padding before and after",)


@pytest.mark.parametrize("index", ["i*i,j", "i*j,j"])
def test_products_of_indices_are_compared_layer_by_layer(index: str) -> None:
    assert check(f"dX[p,q] = sum(i=0..2,j=0..2) dO[{index}]*K[p-i,q-j]").outcome == "refuted"
