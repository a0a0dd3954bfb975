"""A contest verifies results before it times them, names the wrong ones, and says its figures."""

from __future__ import annotations

import json

import numpy as np
import pytest

from convgen import ConvSpec
from convgen.bench.competitors import COMPETITORS, Competitor, Entry
from convgen.bench.contest import CONVOLUTIONS, contest
from convgen.bench.timing import take_turns
from convgen.cli import main
from convgen.errors import PlanError
from convgen.kernels.kernel import pass_output
from convgen.layout import user_shape

SPEC = ConvSpec((6, 7), (3, 3), 20, 24, padding=1)
OWN = tuple(each for each in COMPETITORS if each.group == "convgen")


def test_every_competitor_is_verified_and_timed() -> None:
    found = contest(SPEC, competitors=OWN, seconds=0.01)
    assert [row.name for row in found.rows] == list(CONVOLUTIONS)
    for row in found.rows:
        assert row.wrong == ()
        assert {"convgen NHWC", "convgen NCHW"} <= set(row.timings)
        assert all(0 < timing.least <= timing.median for timing in row.timings.values())
        assert 0 < row.share("convgen NHWC") < 1.5
    assert found.copy > 0


def test_a_wrong_result_is_named_and_not_timed() -> None:
    def enter(spec: ConvSpec, name: str, _arrays: object) -> Entry:
        result = np.full(user_shape(spec, pass_output(name)), 0.5, np.float32)
        return Entry(lambda repeats: 1e-9 * repeats, lambda: result)

    found = contest(SPEC, ["forward"], (Competitor("off", "any layout", enter), *OWN), 0.01)
    assert found.rows[0].wrong == ("off",)
    assert "off" not in found.rows[0].timings
    assert "off: the result is off" in str(found)


def test_contestants_take_turns() -> None:
    order: list[str] = []

    def run_of(name: str):  # type: ignore[no-untyped-def]
        def run(repeats: int) -> float:
            order.append(name)
            return 0.001 * repeats

        return run

    times = take_turns({"a": run_of("a"), "b": run_of("b")}, 0.01)
    assert "".join(order[-30:]) == "ab" * 15
    assert times["a"].median == pytest.approx(0.001)


def test_the_command_prints_every_figure(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["bench", "--spec", "input=8x8 kernel=3x3", "--seconds", "0.01"]
    assert main(arguments) == 0
    assert "% of peak" in capsys.readouterr().out
    assert main([*arguments, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found["passes"]) == set(CONVOLUTIONS)
    assert found["passes"]["forward"]["wrong"] == []


def test_seconds_that_cannot_be_are_refused() -> None:
    for seconds in (0.0, -1.0, float("inf"), float("nan")):
        with pytest.raises(PlanError, match="seconds"):
            contest(SPEC, competitors=OWN, seconds=seconds)
