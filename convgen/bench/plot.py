"""A contest as a picture: every kernel under the roof of this machine, and every ratio to the competitors."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from convgen.bench.contest import Row
from convgen.errors import OutputError, PlanError

COLOURS = {"forward": "C0", "backward_data": "C1", "backward_weights": "C2"}

OURS = {
    "any layout": ("convgen NHWC prepared", "convgen NHWC"),
    "plain NCHW": ("convgen NCHW prepared", "convgen NCHW"),
    "torch": ("convgen NCHW",),
    "arrays": ("convgen NumPy NCHW",),
    "torch, NumPy target": ("convgen NumPy NCHW",),
}
"""Whose time is held against the best of each column; the first that there is."""

UNDATED = {".svg": {"Date": None}, ".png": {}, ".pdf": {"CreationDate": None}}
"""The suffixes of pictures that can be written, and how each is told to leave the date out."""


def require_plot(path: Path) -> None:
    """Refuse a picture that could not be written, before anything is measured for it.

    Raises:
        OutputError: a suffix that says no kind of picture, or no such directory.
        PlanError: Matplotlib is not installed.
    """
    if find_spec("matplotlib") is None:
        raise PlanError('a plot needs Matplotlib; install it with pip install "convgen[bench]"')
    if path.suffix not in UNDATED:
        raise OutputError(
            f"cannot write the plot {path}: its suffix is {path.suffix!r}; give {', '.join(UNDATED)}"
        )
    if not path.parent.is_dir():
        raise OutputError(f"cannot write the plot {path}: there is no directory {path.parent}")


def ratios(row: Row) -> dict[str, float]:
    """How many times as long the best of each column takes."""
    found = {}
    for group, names in OURS.items():
        ours = next((row.timings[name] for name in names if name in row.timings), None)
        best = row.best(group.partition(",")[0])
        if ours is not None and best is not None:
            found[group] = best[1] / ours.median
    return found


def plot(rows: Sequence[Row], copy: float, path: Path) -> None:
    """Write the two pictures side by side, as SVG, PNG or PDF.

    Left: operations a second over operations for each byte of the pass's arrays, under the roofs of the
    measured FMA peak and copy. Right: the ratios to the best of each column, in order.

    Args:
        rows: passes of layers.
        copy: bytes copied a second.
        path: the file.

    Raises:
        OutputError: it cannot be written.
        PlanError: Matplotlib is not installed.
    """
    require_plot(path)
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13, 5.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    peak = max(row.peak for row in rows)
    intensity = [row.operations / row.bytes for row in rows]
    ends = [min(intensity) / 2, max(*intensity, peak / copy) * 2]
    steps = [ends[0] * (ends[1] / ends[0]) ** (n / 200) for n in range(201)]
    # A copy reads and writes each byte, so that it moves twice what it copies.
    left.plot(steps, [min(peak, 2 * copy * each) / 1e9 for each in steps], color="black", linewidth=1)
    for name, colour in COLOURS.items():
        there = [(row, best[1]) for row in rows if row.name == name and (best := row.best("convgen"))]
        intensities = [row.operations / row.bytes for row, _ in there]
        speeds = [row.operations / seconds / 1e9 for row, seconds in there]
        left.scatter(intensities, speeds, s=18, label=name, color=colour)
    left.set(xscale="log", yscale="log", xlabel="operations for each byte of X, K and O", ylabel="GFLOP/s")
    left.set_title("the best of convgen's C kernels, under FMA peak and copy")
    left.legend()
    for group, values in columns(rows).items():
        right.plot(range(len(values)), values, marker=".", label=f"{group}: mean {mean(values):.2f}")
    right.axhline(1, color="black", linewidth=1)
    right.set(yscale="log", xlabel="passes of layers, in order", ylabel="times as long as convgen")
    right.set_title("the best of each column")
    if columns(rows):
        right.legend()
    try:
        figure.savefig(path, metadata=UNDATED[path.suffix])
    except (OSError, ValueError) as error:
        raise OutputError(f"cannot write the plot {path}: {error}") from error


def columns(rows: Sequence[Row]) -> Mapping[str, list[float]]:
    """The ratios of each column, least first."""
    found: dict[str, list[float]] = {}
    for row in rows:
        for group, ratio in ratios(row).items():
            found.setdefault(group, []).append(ratio)
    return {group: sorted(values) for group, values in found.items()}


def mean(values: Sequence[float]) -> float:
    """The geometric mean."""
    return math.exp(sum(map(math.log, values)) / len(values)) if values else math.nan
