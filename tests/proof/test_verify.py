"""verify: every true rule holds, every plausible wrong one differs, small and large, and the report says where."""

import json
from typing import Any

import pytest

from convgen.algebra.syntax import parse_tree
from convgen.errors import BudgetError, ClaimError, ConvgenError, FormulaShapeError, SpecError
from convgen.proof.report import Report
from convgen.proof.verify import verify
from convgen.rules import RULES, Rule, bind
from convgen.spec import ConvSpec
from convgen.symbolic.jacobian import SparseJacobian, extracted
from symbolic.specs import HARD

MANY_OF_EVERYTHING = (
    *HARD,
    ConvSpec(
        (7, 5), (3, 2), 4, 6, batch=2, stride=(3, 2), padding=((3, 1), (0, 2)), dilation=(2, 3), groups=2
    ),
    ConvSpec((4, 5, 3), (2, 3, 1), 4, 6, batch=2, stride=(2, 1, 3), padding=((0, 1), 2, (1, 0)), groups=2),
    ConvSpec((9,), (3,), 2, 4, batch=2, stride=4, dilation=2, padding=((0, 5),), groups=2),
)


def claim(formula: str, spec: ConvSpec) -> Report:
    target, _, right = formula.partition(" = ")
    rule = Rule("claim", target, right, "this test")
    return verify(spec, [(rule, bind(parse_tree(right), spec))])


@pytest.mark.parametrize("spec", MANY_OF_EVERYTHING, ids=str)
@pytest.mark.parametrize("limit", [0, 10**9])
def test_every_rule_equals_its_derivative(
    spec: ConvSpec, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All built-in rules, by evaluation on symbols and by sorted monomials."""
    if spec.multiply_adds > 2_000:
        limit = 0
    monkeypatch.setattr("convgen.symbolic.layer.DIFFERENTIATION_LIMIT", limit)
    report = verify(spec)
    assert report, str(report)
    assert {result.name for result in report.results} == {
        rule.name for rule in RULES if spec.bias or not rule.needs_bias
    }


MUTANTS = (
    "dX = pad(dilate(dO, S), (E-1-Pb, E-1-Pa+r)) ⋆[D] K",
    "dX = pad(dilate(dO, S), (E-1-Pa+r, E-1-Pb)) ⋆[D] rot180(K)",
    "dX = pad(dilate(dO, S), (E-1-Pb+r, E-1-Pa)) ⋆[D] rot180(K)",
    "dX = 2*(pad(dilate(dO, S), (E-1-Pb, E-1-Pa+r)) ⋆[D] rot180(K))",
    "dK = (pad(X, (Pa, Pb)) ⋆ dilate(dO, S))[::D][:M]",
    "dK = (pad(X) ⋆ dilate(rot180(dO), S))[::D][:M]",
    "dK = rot180((pad(X) ⋆ dilate(dO, S))[::D][:M])",
    "dK = (pad(X) ⋆ dilate(dO, S))[:M]",
)


@pytest.mark.parametrize("formula", MUTANTS)
@pytest.mark.parametrize("limit", [0, 10**9])
def test_every_mutant_differs_somewhere(formula: str, limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each wrong rule of the right shape is caught on this layer, with the entry and both expressions named."""
    spec = ConvSpec((6, 7), (2, 3), stride=(3, 2), padding=((1, 0), (0, 1)), dilation=(2, 2))
    monkeypatch.setattr("convgen.symbolic.layer.DIFFERENTIATION_LIMIT", limit)
    report = claim(formula, spec)
    assert not report
    (result,) = report.results
    assert result.difference is not None
    assert result.difference.derivative != result.difference.rule
    assert result.difference.entry.startswith(formula[:2] + "[")


TERMS_OF_OTHER_KINDS = (
    "dX = pad(dO) ⋆ rot180(K) + X",
    "dK = X ⋆ dO + K",
    "db = sum(dO) + b",
    "db = 2*sum(dO)",
    "O = X ⋆ K",
    "O = X ⋆ K + b + b",
    "O = X ⋆ K + b + dO",
)


@pytest.mark.parametrize("formula", TERMS_OF_OTHER_KINDS)
@pytest.mark.parametrize("limit", [0, 10**9])
def test_a_term_of_another_kind_is_a_difference(
    formula: str, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Terms that the derivative has not, or that the rule has not, are compared like those that both have."""
    monkeypatch.setattr("convgen.symbolic.layer.DIFFERENTIATION_LIMIT", limit)
    assert not claim(formula, ConvSpec((3, 4), (2, 3)))


@pytest.mark.parametrize("limit", [0, 10**9])
def test_the_first_difference_is_the_first_entry_with_both_expressions(
    limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without rot180, dX[0, 0] of the sources' example gets K_1_1 where it should get K_0_0."""
    monkeypatch.setattr("convgen.symbolic.layer.DIFFERENTIATION_LIMIT", limit)
    (result,) = claim("dX = pad(dO) ⋆ K", ConvSpec((3, 3), (2, 2))).results
    assert result.difference is not None
    assert vars(result.difference) == {
        "entry": "dX[0, 0]",
        "derivative": "K_0_0*dO_0_0",
        "rule": "K_1_1*dO_0_0",
    }
    assert result.entries == 9
    assert result.terms == 16


def test_groups_and_channels_are_part_of_the_comparison() -> None:
    """A rule that takes every product of every channel twice, or cancels it, is not equal."""
    spec = ConvSpec((3,), (2,), 2, 2, batch=2)
    assert claim("dX = pad(dO) ⋆ rot180(K)", spec)
    assert not claim("dX = pad(dO) ⋆ rot180(K) + pad(dO) ⋆ rot180(K)", spec)
    assert not claim("dX = pad(dO) ⋆ rot180(K) - pad(dO) ⋆ rot180(K)", spec)


def test_a_rule_of_another_shape_is_refused_with_both_shapes() -> None:
    with pytest.raises(FormulaShapeError, match=r"s0=5.*s0=3"):
        claim("dX = pad(dO) ⋆ rot180(K)", ConvSpec((5,), (2,), stride=2))


@pytest.mark.parametrize("limit", [0, 10**9])
@pytest.mark.parametrize(("formula", "name"), [("O = O", "O"), ("dX = dX", "dX"), ("O = X ⋆ K + b", "b")])
def test_a_rule_is_about_inputs_and_the_outputs_gradient(
    formula: str, name: str, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a rule gives is no operand of it, nor is a bias that the layer has not."""
    monkeypatch.setattr("convgen.symbolic.layer.DIFFERENTIATION_LIMIT", limit)
    with pytest.raises(ClaimError, match=f"names '{name}', which is none of X, K, dO"):
        claim(formula, ConvSpec((3, 4), (2, 3), bias=False))


def test_a_large_layer_is_compared_on_index_arrays_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The third tier is as strict: it holds for the rules, and the same wrong rule differs."""
    monkeypatch.setattr("convgen.symbolic.layer.DIFFERENTIATION_LIMIT", 0)
    monkeypatch.setattr("convgen.symbolic.layer.EXPRESSION_LIMIT", 10)
    spec = ConvSpec((6, 5), (3, 2), 2, 4, batch=2, padding=((1, 0), 1), groups=2)
    report = verify(spec)
    assert report
    assert "index arrays" in report.method
    (result,) = claim("dX = pad(dO, (E-1-Pb, E-1-Pa)) ⋆ K", spec).results
    assert result.difference is not None
    assert result.difference.entry == "dX[0, 0, 0, 0]"


@pytest.mark.parametrize("expressions", [10, 10**6])
def test_derivatives_that_are_read_off_wrongly_are_not_compared_with(
    expressions: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On medium and on large layers SymPy's differentiation stands between the reading and the verdict."""

    def with_one_lost(*arguments: Any) -> tuple[SparseJacobian, ...]:
        found = extracted(*arguments)
        del found[1].entries[min(found[1].entries)]
        return found

    monkeypatch.setattr("convgen.symbolic.layer.DIFFERENTIATION_LIMIT", 0)
    monkeypatch.setattr("convgen.symbolic.layer.EXPRESSION_LIMIT", expressions)
    monkeypatch.setattr("convgen.symbolic.layer.extracted", with_one_lost)
    with pytest.raises(ConvgenError, match="than the output does"):
        verify(ConvSpec((3, 4), (2, 3)))


def test_the_report_is_plain_data_for_programs() -> None:
    report = claim("dX = pad(dO) ⋆ K", ConvSpec((3, 3), (2, 2)))
    data = json.loads(json.dumps(report.to_json()))
    assert data["schema"] == 1
    assert data["holds"] is False
    assert data["rules"][0]["difference"]["entry"] == "dX[0, 0]"
    assert "first at dX[0, 0]" in str(report)
    assert "0 of 1 rules" in str(report)


def test_only_a_spec_can_be_verified() -> None:
    with pytest.raises(SpecError, match="'x'"):
        verify("x")


def test_a_layer_beyond_memory_is_refused_before_any_work() -> None:
    with pytest.raises(BudgetError, match=r"limit of 20,000,000"):
        verify(ConvSpec((224, 224), 7, 3, 64, stride=2, padding=3))
