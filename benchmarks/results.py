"""The page of results that benchmarks/kernels.py writes: every median, every loss, and how fresh layers fared."""

import argparse
import os
from collections.abc import Iterator, Sequence

from machine import machine
from promises import Layers, promises

from convgen.bench.contest import Row
from convgen.bench.plot import OURS, columns, mean, ratios

OWN = ("NHWC", "NCHW", "NHWC prepared", "NCHW prepared", "NumPy NHWC", "NumPy NCHW")

SHARES = (0, 0.1, 0.25, 0.5, 0.75, 0.9, 1)

TILES = (2, 4)
"""Outputs of Winograd's tiles along an axis."""

WINOGRAD = """\
Asked for with `algorithm=`; never taken else. Microseconds of the direct kernel, with weights packed ahead
where it packs them, and how many times as fast Winograd's is, with weights transformed ahead and inside the
call, by the least times of the same run; last, how many times as long oneDNN's own Winograd takes as the
fastest of these.
"""

BEFORE = """\
Seconds to generate a layer's file with all of its passes for the first time, in a process that has generated
other layers, and to compile it with the flags of `load` (median of 3).
"""

INTRODUCTION = """\
Machine: {machine}, a virtual one shared with other work. One core, float32, outputs verified, medians
of competitors in turns. The first columns are microseconds and, of the C kernels, the share of the FMA peak that
was measured in the same run. The last columns say how many times as long the best competitor takes:

- any layout: oneDNN and libxsmm in their own layouts with weights packed ahead, or anything of the next column;
  against NHWC, prepared where that exists
- plain NCHW: oneDNN on NCHW, ONNX Runtime, naive C and Numba with constant sizes; against NCHW, prepared where
  that exists
- torch: the better of PyTorch's two memory formats; against NCHW, everything inside the call
- arrays: `sliding_window_view` with `einsum`, plain or optimized, im2col, `scipy.signal.correlate`; against the
  NumPy target on NCHW
- torch, NumPy target: PyTorch against the NumPy target on NCHW

Each competitor takes part where it is installed. oneDNN's outputs are not compared: its tensors are its own.
"""


def page(known: Layers, fresh: Layers, emitted: Sequence[str], options: argparse.Namespace) -> str:
    """What is promised, all medians and ratios, every loss by name, the drawn layers, and what texts cost."""
    command = f"python benchmarks/kernels.py --seconds {options.seconds} --page docs/kernels.md"
    command += f" --plot {options.plot}" if options.plot else ""
    command += f" --fresh {options.fresh} --seed {options.seed}" if fresh else ""
    lines = ["# Kernels beside what else a user could pick", ""]
    lines += [f"Written by `{command}`; not edited by hand.", ""]
    if options.plot:
        beside = os.path.relpath(options.plot, options.page.parent)
        lines += [f"![Operations a second under the roofline, and the ratios in order]({beside})", ""]
    lines += [*INTRODUCTION.format(machine=machine()).splitlines(), "", *_table(known), ""]
    lines += ["## What is promised", "", *promises(known), "", *_winograd(known)]
    lines += ["## Losses", "", *_losses(known), "", "## Geometric means", "", *_means(known)]
    if fresh:
        lines += ["", "## Fresh layers", "", *_fresh(fresh, options)]
    lines += ["", "## Before the first call", "", *BEFORE.splitlines(), "", *emitted]
    return "\n".join(lines) + "\n"


def _table(layers: Layers) -> Iterator[str]:
    head = ["layer", "pass", *OWN, *OURS]
    yield "| " + " | ".join(head) + " |"
    yield "| --- | --- |" + " ---: |" * (len(head) - 2)
    for layer, rows in layers.items():
        for row in rows:
            found = ratios(row)
            cells = [_time(row, f"convgen {name}") for name in OWN]
            cells += [f"{found[group]:.2f}" if group in found else "" for group in OURS]
            yield "| " + " | ".join([layer, row.name, *cells]) + " |"


def _time(row: Row, name: str) -> str:
    if name not in row.timings:
        return ""
    time = f"{1e6 * row.timings[name].median:.2f}"
    return time if "NumPy" in name else f"{time} ({100 * row.share(name):.0f} %)"


def _winograd(layers: Layers) -> Iterator[str]:
    """Winograd's kernels beside the direct ones, by the least times of one run, and oneDNN's explicit Winograd."""
    taken = [
        (layer, row, axes) for layer, rows in layers.items() for row in rows for axes in ("NHWC", "NCHW")
    ]
    taken = [each for each in taken if all(name in each[1].timings for name in _winograd_names(each[2]))]
    if not taken:
        return
    head = ["layer", "pass", "axes", "direct, us"]
    head += [f"F({tile}x{tile}) {how}" for tile in TILES for how in ("ahead", "inside")]
    yield from ("## Winograd's algorithm", "", *WINOGRAD.splitlines(), "")
    yield "| " + " | ".join([*head, "oneDNN winograd"]) + " |"
    yield "| --- | --- | --- |" + " ---: |" * (len(head) - 2)
    for layer, row, axes in taken:
        least = {name: timing.least for name, timing in row.timings.items()}
        direct = least.get(f"convgen {axes} prepared", least[f"convgen {axes}"])
        own = [least[name] for name in _winograd_names(axes)]
        cells = [f"{1e6 * direct:.1f}", *(f"{direct / time:.2f}" for time in own)]
        cells.append(f"{least['oneDNN winograd'] / min(own):.2f}" if "oneDNN winograd" in least else "")
        yield "| " + " | ".join([layer, row.name, axes, *cells]) + " |"
    yield ""


def _winograd_names(axes: str) -> list[str]:
    return [f"convgen {axes} winograd:{tile}{how}" for tile in TILES for how in (" prepared", "")]


def _losses(layers: Layers) -> Iterator[str]:
    for layer, rows in layers.items():
        for row in rows:
            lost = [f"{group} {ratio:.2f}" for group, ratio in ratios(row).items() if ratio < 1]
            if lost:
                yield f"- {layer}, {row.name}: {', '.join(lost)}"


def _means(layers: Layers) -> Iterator[str]:
    for group, values in columns([row for rows in layers.values() for row in rows]).items():
        yield f"- over the best of {group}: {mean(values):.2f}, worst {values[0]:.2f}"


def _fresh(layers: Layers, options: argparse.Namespace) -> Iterator[str]:
    """How the ratios of the drawn layers are spread, and where they are least."""
    rows = [row for each in layers.values() for row in each]
    yield f"{len(layers)} layers of `convgen.bench.fresh` by the seed {options.seed}, {len(rows)} passes, none seen"
    yield "while kernels were tuned: 1 to 64 channels, 13, 17 and 23 among them, inputs such as 11x37, kernels from"
    yield "1x1 to 7x7, strides and dilations up to 3, groups. Ratios as above."
    yield ""
    yield "| best of | mean | worst | 10 % | 25 % | median | 75 % | 90 % | best | passes lost |"
    yield "| --- |" + " ---: |" * 9
    for group, values in columns(rows).items():
        spread = [f"{values[round(share * (len(values) - 1))]:.2f}" for share in SHARES]
        lost = sum(value < 1 for value in values)
        yield f"| {group} | {mean(values):.2f} | {' | '.join(spread)} | {lost} of {len(values)} |"
    yield ""
    yield "The worst of each column:"
    yield ""
    for group in columns(rows):
        row = min((row for row in rows if group in ratios(row)), key=lambda row: ratios(row)[group])
        yield f"- {group}: {ratios(row)[group]:.2f}, {row.name} of `{row.spec}`"
    lost = list(_losses(layers))
    if lost:
        yield from ("", "Every loss:", "", *lost)
