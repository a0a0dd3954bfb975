"""A question that would take too long is stopped after so many steps, and what was found by then is told."""

import islpy
import pytest

from convgen.errors import BudgetError
from convgen.proof import work_limit
from convgen.proof.check import check
from convgen.proof.work_limit import WorkLimitError, limited

TURNED_TWICE = "dX = pad(dilate(dO, S), (E-1-Pb, E-1-Pa+r)) ⋆[D] rot90(rot90(K))"
"""True, and 64 · 64 choices of stride and dilation to decide, since it turns the axes."""
SHORT = "dX = pad(dO) ⋆ rot180(K)"


def test_what_is_proved_by_then_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work_limit, "STEPS", 300_000)
    with pytest.raises(
        BudgetError, match=r"300,000 steps of integer sets; proved by then: [1-9]\d* of 4,096 choices"
    ):
        check(TURNED_TWICE)
    assert check(TURNED_TWICE, stride=(1, 2), dilation=1)


@pytest.mark.parametrize("steps", range(40_000, 500_000, 20_000))
def test_a_failing_layer_found_by_then_refutes(steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever it is stopped: before the first layer, while a condition is looked for, or not at all."""
    monkeypatch.setattr(work_limit, "STEPS", steps)
    verdict = check(SHORT)
    assert verdict.counterexample is not None
    assert str(verdict.counterexample.spec) == "input=1x1 kernel=1x1 padding=0x0:1"
    if verdict.outcome == "refuted":
        assert f"stopped after {steps:,} steps" in verdict.method
        assert "whether it holds under a condition was not decided" in verdict.remarks[0]
    else:
        assert verdict.condition == "S = 1 and D = 1 and P = 0 on every axis"


def test_nothing_is_said_where_nothing_was_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work_limit, "STEPS", 20)
    with pytest.raises(BudgetError, match="nothing was decided by then"):
        check(SHORT)


def test_the_limit_ends_with_the_question(monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors of another kind pass, and afterwards integer sets take as many steps as they like."""
    with pytest.raises(islpy.Error), limited():
        islpy.Set("no set")
    monkeypatch.setattr(work_limit, "STEPS", 10)
    with pytest.raises(WorkLimitError), limited():
        islpy.Set("[n] -> { [i] : 0 <= i < n }").lexmin()
    assert not islpy.Set("[n] -> { [i] : 0 <= i < n }").is_empty()
