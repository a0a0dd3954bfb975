"""A tile is kept only if it is right, and faster than the rule's by more than the noise of the run, twice over."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

import pytest

from convgen import ConvSpec, load
from convgen.bench import tune
from convgen.bench.competitors import c_run
from convgen.bench.timing import Run, Timing
from convgen.cli import main
from convgen.errors import CompilerError, PlanError
from convgen.runtime.tuned import kept_tiles

tune_module = import_module("convgen.bench.tune")

SPEC = ConvSpec((5, 9), (3, 3), 8, 8, padding=1, bias=False, layout="HWC")
RULE, AGAIN = tune_module.RULE, tune_module.AGAIN


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept here is kept nowhere else."""
    monkeypatch.setenv("CONVGEN_CACHE_DIR", str(tmp_path / "cache"))


class Clock:
    """Times contestants by a table and not by the clock: by name, or as the first, second ... of the others."""

    def __init__(self, *runs: Mapping[str | int, float | Timing]) -> None:
        self.runs = runs
        self.asked: list[list[str]] = []

    def __call__(self, runs: Mapping[str, Run], seconds: float) -> dict[str, Timing]:
        assert seconds > 0
        others = [name for name in runs if name not in (RULE, AGAIN)]
        table = self.runs[-1 if len(others) == 1 else 0]  # the run that decides is of one alone
        self.asked.append(list(runs))
        found = {}
        for name, run in runs.items():
            assert run(1) > 0
            time = table.get(others.index(name) if name in others else name, 1.0)
            found[name] = time if isinstance(time, Timing) else Timing(time, time)
        return found


def tuned(*runs: Mapping[str | int, float | Timing], **said: object):  # type: ignore[no-untyped-def]
    clock = Clock(*runs)
    return tune(SPEC, turns=clock, **said), clock  # type: ignore[arg-type]


# ---- what is kept -------------------------------------------------------------------------------------


def test_a_clearly_faster_tile_is_kept_and_loaded() -> None:
    found, clock = tuned({1: 0.8}, {0: 0.9})
    assert [row.name for row in found.rows] == ["forward", "backward_data", "backward_weights"]
    for row in found.rows:
        assert row.kept
        assert row.best == row.tile == row.tried[2]
        assert row.gain("least") == row.gain("median") == pytest.approx(1 / 0.9)
        assert str(load(SPEC).kernel.tilings[row.name].tile) == row.best != row.rule
    assert kept_tiles(found.question) == found.tiles
    assert [len(names) for names in clock.asked[1::2]] == [3, 3, 3]
    assert clock.asked[1][:2] == [RULE, AGAIN]


@pytest.mark.parametrize(
    "runs",
    [
        pytest.param([{}], id="as fast"),
        pytest.param([{0: 1.1, 1: 1.2, 2: 1.3}], id="slower"),
        pytest.param([{0: 0.985}], id="within two hundredths"),
        pytest.param([{0: 0.9, AGAIN: 1.06}], id="within twice the noise"),
        pytest.param([{0: 0.9}, {}], id="lucky once"),
        pytest.param([{0: 0.9}, {0: 0.9, RULE: 0.94}], id="noisy when it counts"),
        pytest.param([{0: Timing(0.99, 0.9)}], id="its median alone"),
        pytest.param([{0: Timing(0.9, 0.99)}], id="its least alone"),
    ],
)
def test_what_is_not_clearly_faster_is_not_kept(runs: list[Mapping[str | int, float | Timing]]) -> None:
    found, _ = tuned(*runs)
    assert set(found.tiles.values()) == {RULE}
    assert "the rule's choice stays" in str(found)
    assert kept_tiles(found.question) == dict.fromkeys(found.tiles, RULE)
    assert load(SPEC, tile="tuned").kernel.source == load(SPEC, tile="rule").kernel.source


def test_the_fastest_by_its_median_decides() -> None:
    found, clock = tuned({0: Timing(0.5, 0.9), 1: Timing(0.6, 0.8)}, {0: 0.8})
    assert [row.best for row in found.rows] == [row.tried[2] for row in found.rows]
    assert clock.asked[1][2] == found.rows[0].best


def test_a_gain_is_over_the_better_of_the_rules_two_times() -> None:
    found, _ = tuned({0: 0.5}, {0: 0.8, RULE: 1.0, AGAIN: 0.98})
    for row in found.rows:
        assert row.gain("median") == pytest.approx(0.98 / 0.8)
        assert row.required == pytest.approx(2 * 0.0202, rel=0.01)


# ---- what is tried ------------------------------------------------------------------------------------


def test_a_wrong_tile_is_named_and_never_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def broken(loaded: object, name: str, read: object, result: object, prepared: bool) -> Run:
        tile = str(loaded.kernel.tilings[name].tile)  # type: ignore[attr-defined]
        seen.append(tile)
        run = c_run(loaded, name, read, result, prepared)  # type: ignore[arg-type]
        if name == "forward" and len(seen) == 2:

            def off(repeats: int) -> float:
                taken = run(repeats)
                result[-1, -1, -1] += 1  # type: ignore[index]
                return taken

            return off
        return run

    monkeypatch.setattr(tune_module, "c_run", broken)
    found, clock = tuned({0: 0.5})
    assert found.rows[0].wrong == (seen[1],)
    assert all(seen[1] not in names for names in clock.asked[:2])
    assert f"forward: tile {seen[1]} could not be built or gave a wrong result" in str(found)


def test_a_tile_that_writes_nothing_is_not_taken_for_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """All write to one array, in which an earlier result could stand."""
    calls: list[None] = []

    def idle(loaded: object, name: str, read: object, result: object, prepared: bool) -> Run:
        calls.append(None)
        if len(calls) == 2:
            return lambda repeats: 1e-9 * repeats
        return c_run(loaded, name, read, result, prepared)  # type: ignore[arg-type]

    monkeypatch.setattr(tune_module, "c_run", idle)
    assert len(tuned({})[0].rows[0].wrong) == 1


def test_the_rules_kernel_gone_wrong_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tune_module, "c_run", lambda *_: lambda repeats: 1e-9 * repeats)
    with pytest.raises(PlanError, match=r"forward of .*the rule's tiles of .*wrong result.*nothing is tuned"):
        tuned({})


def test_a_tile_that_cannot_be_built_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    asked: list[object] = []

    def failing(spec: ConvSpec, target: str = "c", dtype: str = "float32", **said: object):  # type: ignore[no-untyped-def]
        asked.append(said.get("tile"))
        if len(asked) == 2:
            raise CompilerError("out of time")
        return load(spec, target, dtype, **said)

    monkeypatch.setattr(tune_module, "load", failing)
    found, _ = tuned({}, progress=told.append)
    assert {row.wrong for row in found.rows} == {(tile,) for tile in asked[1].values()}  # type: ignore[attr-defined]
    assert "not built: out of time" in told


def test_winograds_and_float64s_answers_are_their_own() -> None:
    spec = ConvSpec((6, 6), (3, 3), 8, 8, padding=1, layout="HWC")
    for said in ({"algorithm": "winograd:2"}, {"dtype": "float64"}):
        found = tune(spec, turns=Clock({0: 0.5}), **said)  # type: ignore[arg-type]
        assert all(row.wrong == () for row in found.rows)
        assert any(row.kept for row in found.rows)
        kept = load(spec, tile="tuned", **said)
        for row in found.rows:
            if row.rule is not None:
                assert str(kept.kernel.tilings[row.name].tile) == (row.best if row.kept else row.rule)
        assert load(spec).kernel.source == load(spec, tile="rule").kernel.source


# ---- what is refused ----------------------------------------------------------------------------------


def test_a_spec_with_nothing_to_tile_is_told_why_before_any_work() -> None:
    tiny = ConvSpec((3, 3), (2, 2))
    with pytest.raises(PlanError) as caught:
        tune(tiny, progress=pytest.fail)
    for words in (f"no pass of {tiny}", "forward is in form 'unrolled': every product is written out"):
        assert words in str(caught.value)


def test_seconds_that_cannot_be_are_refused() -> None:
    for seconds in (0.0, -1.0, float("inf"), float("nan")):
        with pytest.raises(PlanError, match="seconds"):
            tune(SPEC, seconds=seconds)


# ---- the command --------------------------------------------------------------------------------------


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Runs of a table in the place of the clock's."""

    def use(*runs: Mapping[str | int, float | Timing]) -> None:
        defaults = dict(tune.__kwdefaults__ or {})
        monkeypatch.setattr(tune, "__kwdefaults__", defaults | {"turns": Clock(*runs)})

    return use


def test_the_command_prints_a_table_and_says_how_far_it_is(
    capsys: pytest.CaptureFixture[str], fast: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    fast({0: 0.8})
    spec = "input=5x9 kernel=3x3 in-channels=8 out-channels=8 padding=1 layout=HWC"
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert main(["bench", "--spec", spec, "--tune", "--seconds", "0.01"]) == 0
    said = capsys.readouterr()
    assert "building the rule's kernel" in said.err
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False)
    lines = said.out.splitlines()
    assert lines[3].split() == ["pass", "rule's", "tile", "best", "tile", "least", "median", "needed"]
    assert lines[4].split()[3:] == ["1.250", "1.250", "1.020", "kept"]
    assert lines[-1].startswith("backward_bias ")
    assert "no tile to choose in form 'unrolled': every product is written out" in lines[-1]
    assert main(["bench", "--spec", spec, "--tune", "--json"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    found = json.loads(said.out)
    assert found["passes"]["forward"]["gain_median"] == pytest.approx(1.25)
    assert found["tiles"]["forward"] == found["passes"]["forward"]["best"]
    isa = found["isa"]
    assert main(["generate", "--spec", spec, "--isa", isa, "--tile", "tuned"]) == 0
    assert f"--tile forward={found['tiles']['forward']}" in capsys.readouterr().out.replace(
        " \\\n *        ", ""
    )


def test_the_command_names_what_cannot_be(capsys: pytest.CaptureFixture[str]) -> None:
    layer = ["--spec", "input=5x9 kernel=3x3 in-channels=8 out-channels=8"]
    for arguments, told in (
        (["bench", "--input", "3x3", "--kernel", "2x2", "--tune"], "every product is written out"),
        (["generate", *layer, "--tile", "tuned"], "nothing has been measured on this machine"),
        (["generate", *layer, "--tile", "tuned", "--target", "numpy"], "--tile tuned is for C"),
        (["generate", *layer, "--tile", "tuned", "--forms", "loops"], "leave --forms loops away"),
        (["generate", *layer, "--tile", "6by4"], "tile '6by4' of forward is none"),
    ):
        assert main(arguments) == 2
        assert told in capsys.readouterr().err
    for arguments, told in (
        (["bench", *layer, "--dtype", "float64"], "--dtype goes with --tune"),
        (["bench", *layer, "--tune", "--plot", "a.svg"], "--plot draws a contest"),
        (["generate", *layer, "--tile", "forward="], "neither a tile nor pass=tile"),
    ):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 2
        assert told in capsys.readouterr().err
