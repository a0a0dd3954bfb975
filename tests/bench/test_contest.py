"""A contest verifies results before it times them, names the wrong ones, and says its figures."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from convgen import ConvSpec
from convgen.bench.competitors import Competitor, Entry
from convgen.bench.contest import CONVOLUTIONS, contest
from convgen.bench.participants import COMPETITORS
from convgen.bench.timing import take_turns
from convgen.cli import main
from convgen.errors import PlanError
from convgen.kernels.kernel import pass_output
from convgen.layout import user_shape
from convgen.runtime.trial import whole_numbers
from oracles import scipy_oracle

SPEC = ConvSpec((6, 7), (3, 3), 20, 24, padding=1)
OWN = tuple(each for each in COMPETITORS if each.group.startswith("convgen"))
LAYERS = (
    SPEC,
    ConvSpec((7, 8), (2, 3), 4, 6, 2, stride=(2, 3), padding=((1, 0), (0, 2)), dilation=(1, 2), groups=2),
    ConvSpec((9, 5), (3, 2), 3, 3, groups=3, padding=1, layout="HWC", bias=False),
    ConvSpec((6, 5), (3, 3), stride=2),
    ConvSpec(13, 4, 2, 3, stride=3, padding=((2, 1),)),
)


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


def test_the_command_prints_and_draws_every_figure(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(import_module("convgen.bench.contest"), "COMPETITORS", OWN)
    arguments = ["bench", "--spec", "input=8x8 kernel=3x3", "--seconds", "0.01"]
    assert main(arguments) == 0
    assert "% of peak" in capsys.readouterr().out
    assert main([*arguments, "--json", "--plot", str(tmp_path / "rows.svg")]) == 0
    assert "convgen" in (tmp_path / "rows.svg").read_text("utf-8")
    found = json.loads(capsys.readouterr().out)
    assert set(found["passes"]) == set(CONVOLUTIONS)
    assert found["passes"]["forward"]["wrong"] == []


def test_seconds_that_cannot_be_are_refused() -> None:
    for seconds in (0.0, -1.0, float("inf"), float("nan")):
        with pytest.raises(PlanError, match="seconds"):
            contest(SPEC, competitors=OWN, seconds=seconds)


@pytest.mark.parametrize("spec", LAYERS, ids=str)
@pytest.mark.parametrize("competitor", COMPETITORS, ids=lambda each: each.name)
def test_a_competitor_gives_scipys_answers_or_does_not_take_part(
    competitor: Competitor, spec: ConvSpec
) -> None:
    """One that is wrong would not be timed, and one that is never right would never be missed."""
    arrays = whole_numbers(spec)
    expected = scipy_oracle.answers(spec, {"b": np.zeros(spec.out_channels), **arrays})
    for name in CONVOLUTIONS:
        entry = competitor.enter(spec, name, arrays)
        if entry is None:
            assert competitor.group not in ("convgen numpy", "arrays")
            continue
        for _ in range(2):
            assert entry.run(1) >= 0
        assert entry.result is not None
        assert np.array_equal(entry.result(), expected[pass_output(name)]), name
