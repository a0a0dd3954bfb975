"""The page of results that benchmarks/kernels.py writes: every median, every loss, and how fresh layers fared."""

import argparse
from collections.abc import Iterator, Mapping, Sequence

from machine import machine

from convgen.bench.contest import Row
from convgen.bench.plot import OURS, columns, mean, ratios

Layers = Mapping[str, Sequence[Row]]

OWN = ("NHWC", "NCHW", "NHWC prepared", "NCHW prepared", "NumPy NHWC", "NumPy NCHW")

SHARES = (0, 0.1, 0.25, 0.5, 0.75, 0.9, 1)

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


def page(known: Layers, fresh: Layers, options: argparse.Namespace) -> str:
    """All medians and ratios, every loss by name, and the distribution over the drawn layers."""
    command = "python benchmarks/kernels.py --page docs/kernels.md"
    command += f" --fresh {options.fresh} --seed {options.seed}" if fresh else ""
    lines = ["# Kernels beside what else a user could pick", ""]
    lines += [f"Written by `{command}`; not edited by hand.", ""]
    lines += [*INTRODUCTION.format(machine=machine()).splitlines(), "", *_table(known), "", "## Losses", ""]
    lines += [*_losses(known), "", "## Geometric means", "", *_means(known)]
    if fresh:
        lines += ["", "## Fresh layers", "", *_fresh(fresh, options)]
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
