"""Ratios are of the right times, the picture has them all, and fresh layers are the same for the same seed."""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from convgen import ConvSpec
from convgen.bench import plot as plot_module
from convgen.bench.contest import Row
from convgen.bench.fresh import MOST_PRODUCTS, fresh_layers
from convgen.bench.plot import columns, mean, plot, ratios
from convgen.bench.timing import Timing, take_turns
from convgen.cli import main
from convgen.errors import OutputError, PlanError
from project.files import ROOT

SPEC = ConvSpec((8, 8), (3, 3), 4, 8)

GROUPS = {
    "convgen NHWC": "convgen",
    "convgen NCHW": "convgen",
    "convgen NCHW prepared": "convgen",
    "convgen NumPy NCHW": "convgen numpy",
    "oneDNN own layout": "any layout",
    "naive C": "plain NCHW",
    "torch NCHW": "torch",
    "NumPy einsum": "arrays",
    "NumPy einsum, optimize": "arrays",
}

SECONDS = (2.0, 4.0, 3.0, 5.0, 6.0, 5.0, 8.0, 20.0, 30.0)


def row(name: str = "forward", scale: float = 1.0) -> Row:
    timings = {
        each: Timing(scale * taken / 2, scale * taken) for each, taken in zip(GROUPS, SECONDS, strict=True)
    }
    return Row(SPEC, name, timings, GROUPS, 2 * SPEC.multiply_adds, 1e6, Timing(1, 1), ())


def test_ratios_are_of_like_with_like() -> None:
    """Naive C takes plain NCHW, and so competes among any layout, where it is the best here."""
    assert ratios(row()) == {
        "any layout": 5 / 2,
        "plain NCHW": 5 / 3,
        "torch": 8 / 4,
        "arrays": 20 / 5,
        "torch, NumPy target": 8 / 5,
    }


def test_columns_are_in_order_and_means_geometric() -> None:
    quick = Row(
        SPEC, "forward", {**row().timings, "torch NCHW": Timing(1, 2)}, GROUPS, 1, 1e6, Timing(1, 1), ()
    )
    assert columns([row(), quick])["torch"] == [0.5, 2.0]
    assert mean([0.5, 2.0]) == pytest.approx(1)


def test_bytes_are_of_every_array_once() -> None:
    assert row().bytes == 4 * (8 * 8 * 4 + 3 * 3 * 4 * 8 + 8 + 6 * 6 * 8)
    assert row("backward_data").bytes == 4 * (8 * 8 * 4 + 3 * 3 * 4 * 8 + 6 * 6 * 8)


def test_the_picture_names_every_pass_and_column(tmp_path: Path) -> None:
    rows = [row(name, scale) for name in plot_module.COLOURS for scale in (1.0, 2.0)]
    plot(rows, 1e9, tmp_path / "rows.svg")
    text = (tmp_path / "rows.svg").read_text("utf-8")
    assert "<dc:date>" not in text
    for suffix in (".png", ".pdf"):
        plot(rows, 1e9, tmp_path / f"rows{suffix}")
        assert (tmp_path / f"rows{suffix}").stat().st_size > 1000
    for word in (*plot_module.COLOURS, *plot_module.OURS):
        assert f"<!-- {word}" in text
    with pytest.raises(OutputError, match="cannot write the plot .*missing"):
        plot(rows, 1e9, tmp_path / "missing" / "rows.svg")
    with pytest.raises(OutputError, match=r"rows\.what"):
        plot(rows, 1e9, tmp_path / "rows.what")


@pytest.mark.parametrize(
    ("place", "told"), [("rows.what", r"'\.what'; give \.svg"), ("missing/rows.svg", "missing")]
)
def test_a_picture_that_cannot_be_is_refused_before_anything_is_timed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str, told: str
) -> None:
    def timed(*_: object, **__: object) -> None:
        raise AssertionError("timed")

    monkeypatch.setattr("convgen.bench.contest", timed)
    assert main(["bench", "--input", "6x7", "--kernel", "3x3", "--plot", str(tmp_path / place)]) == 2
    assert re.search(f"cannot write the plot .*{told}", capsys.readouterr().err)
    with pytest.raises(AssertionError, match="timed"):
        main(["bench", "--input", "6x7", "--kernel", "3x3", "--plot", str(tmp_path / "rows.svg")])


def test_a_plot_without_matplotlib_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(plot_module, "find_spec", lambda _: None)
    with pytest.raises(PlanError, match=r"convgen\[bench\]"):
        plot([row()], 1e9, tmp_path / "rows.svg")


def test_fresh_layers_are_drawn_by_the_seed_and_awkward() -> None:
    drawn = fresh_layers(200, 7)
    assert drawn == fresh_layers(200, 7) != fresh_layers(200, 8)
    assert len(set(drawn)) == 200
    assert all(0 < spec.multiply_adds <= MOST_PRODUCTS for spec in drawn)
    for channels in (13, 17, 23):
        assert any(spec.in_channels == channels for spec in drawn)
        assert any(spec.out_channels == channels for spec in drawn)
    assert any(spec.input_size == (11, 37) for spec in drawn)
    assert {(1, 7), (2, 2), (4, 4), (5, 5), (7, 7)} <= {spec.kernel_size for spec in drawn}
    assert any(spec.stride == (3, 3) for spec in drawn)
    assert {(2, 2), (3, 3)} <= {spec.dilation for spec in drawn}
    assert any(spec.groups == spec.in_channels > 1 for spec in drawn)


def test_the_page_has_every_loss_and_the_worst_of_the_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import results

    slow = Row(
        SPEC,
        "backward_data",
        {**row().timings, "torch NCHW": Timing(1, 2)},
        GROUPS,
        10,
        1e6,
        Timing(1, 1),
        (),
    )
    options = argparse.Namespace(
        fresh=1, seed=3, seconds=0.1, page=Path("docs/kernels.md"), plot=Path("docs/kernels.svg")
    )
    text = results.page({"mine": [row()]}, {str(SPEC): [row(), slow]}, ["| what texts cost |"], options)
    assert "| mine | forward | 2000000.00 " in text
    known, fresh = text.split("## Fresh layers")
    assert "## Losses\n\n\n## Geometric" in known
    assert "--plot docs/kernels.svg --fresh 1 --seed 3" in known
    assert "(kernels.svg)\n" in known
    assert f"- torch: 0.50, backward_data of `{SPEC}`" in fresh
    assert f"- {SPEC}, backward_data: torch 0.50, torch, NumPy target 0.40" in fresh
    assert "| torch | 1.00 | 0.50 | 0.50 | 0.50 | 0.50 | 2.00 | 2.00 | 2.00 | 1 of 2 |" in fresh
    assert text.endswith("\n| what texts cost |\n")
    sys.modules.pop("results")


def test_promises_are_held_against_the_least_and_named_where_they_fall_short(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import promises

    depthwise = ConvSpec((8, 8), (3, 3), 4, 4, groups=4)
    slow = replace(row("backward_data"), timings={**row().timings, "torch NCHW": Timing(1, 3.9)})
    ahead = {"convgen NCHW winograd:2 prepared": Timing(1, 1), "oneDNN winograd": Timing(1.5, 1.5)}
    layers = {
        "mine": [row(), slow],
        "64,56 3x3": [
            replace(row(), timings={**row().timings, **ahead}, groups=GROUPS | dict.fromkeys(ahead, ""))
        ],
        "thin": [replace(row(), spec=depthwise, copy=Timing(1, 1.3))],
    }
    text = list(promises.promises(layers))
    for line in (
        "| the best of torch, each pass | 0.98 | 0.97 | 1.67 | 3 of 4 |",  # 3.9 / 4, and 8 / 4 three times
        "| the best of plain NCHW, geometric mean | 1.5 | 1.67 | 1.67 | 1 of 1 |",  # 5 / 3
        "| fewer than 16 channels: plain NCHW, geometric mean | 2 | 1.67 | 1.67 | 0 of 1 |",
        "| depthwise NHWC, share of a copy of the same bytes | 0.6 | 0.65 | 0.65 | 1 of 1 |",  # 1.3 / 2
        "| Winograd F(2x2) over the direct kernel | 1.7 | 1.50 | 1.50 | 0 of 1 |",  # 3 / 2, least times
        "| Winograd over oneDNN's own | 1 | 1.50 | 1.50 | 1 of 1 |",
        "| NumPy target over einsum on sliding_window_view, geometric mean | 3 | 4.00 | 4.00 | 1 of 1 |",  # 20 / 5
        "- the best of torch, each pass: mine backward_data 0.975",
        "- fewer than 16 channels: plain NCHW, geometric mean: 3 passes 1.667",
    ):
        assert line in text
    assert not [
        line for line in text if "F(4x4)" in line or "64 channels" in line
    ]  # nothing was measured of them
    sys.modules.pop("promises")


def test_one_that_is_slow_has_fewer_turns() -> None:
    calls = {"slow": 0, "quick": 0}

    def run_of(name: str, taken: float):  # type: ignore[no-untyped-def]
        def run(repeats: int) -> float:
            calls[name] += 1
            return taken * repeats

        return run

    take_turns({"slow": run_of("slow", 1.0), "quick": run_of("quick", 0.01)}, 0.1)
    assert calls == {"slow": 2 + 3, "quick": 2 + 15}
