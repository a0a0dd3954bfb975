"""What is promised of the kernels' speed, held against what was measured."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from convgen.bench.contest import Row
from convgen.bench.plot import mean, ratios
from convgen.spec import ConvSpec

Layers = Mapping[str, Sequence[Row]]
Figures = Iterable[tuple[str, float]]
"""What was measured, by name; more is better."""

DIRECT = ("any layout", "plain NCHW", "torch")
EINSUMS = ("NumPy einsum", "NumPy einsum, optimize")

FEW, MANY, WIDE = 16, 32, 64
"""Channels: fewer than the first are few, the second fill vectors, the third fill a cache."""


@dataclass(frozen=True)
class Promise:
    """A promise.

    Attributes:
        text: what is promised.
        limit: the least that keeps it.
        figures: finds what was measured of it.
    """

    text: str
    limit: float
    figures: Callable[[Layers], Figures]


def is_any(spec: ConvSpec) -> bool:
    """Every layer."""
    return spec.rank > 0


def ratio(column: str, chosen: Callable[[ConvSpec], bool] = is_any) -> Callable[[Layers], Figures]:
    """The ratios of a column, pass by pass."""

    def figures(layers: Layers) -> Figures:
        for layer, row in _rows(layers):
            if column in (found := ratios(row)) and chosen(row.spec):
                yield f"{layer} {row.name}", found[column]

    return figures


def average(column: str, chosen: Callable[[ConvSpec], bool] = is_any) -> Callable[[Layers], Figures]:
    """The geometric mean of a column."""

    def figures(layers: Layers) -> Figures:
        values = [value for _, value in ratio(column, chosen)(layers)]
        return [(f"{len(values)} passes", mean(values))] if values else []

    return figures


def share(
    axes: str, chosen: Callable[[ConvSpec], bool], passes: Sequence[str] = ()
) -> Callable[[Layers], Figures]:
    """The share of the FMA peak, with weights packed ahead where they are packed."""

    def figures(layers: Layers) -> Figures:
        for layer, row in _rows(layers):
            if chosen(row.spec) and (not passes or row.name in passes):
                yield f"{layer} {row.name}", row.share(_prepared(row, axes))

    return figures


def copied(layers: Layers) -> Figures:
    """The speed of depthwise layers as a share of a copy's of the same bytes."""
    for layer, row in _rows(layers):
        if row.spec.groups == row.spec.in_channels > 1:
            yield f"{layer} {row.name}", row.copy.median / row.timings["convgen NHWC"].median


def over_einsum(layers: Layers) -> Figures:
    """The geometric mean of the better of einsum, plain or optimized, over the NumPy target of the same axes."""
    values = [
        min(row.timings[name].median for name in EINSUMS) / row.timings["convgen NumPy NCHW"].median
        for _, row in _rows(layers)
        if all(name in row.timings for name in EINSUMS)
    ]
    return [(f"{len(values)} passes", mean(values))] if values else []


def winograd(tile: int) -> Callable[[Layers], Figures]:
    """How many times as fast as the direct kernel of the same axes, weights transformed ahead, by least times."""

    def figures(layers: Layers) -> Figures:
        for layer, row in _rows(layers):
            for axes in ("NHWC", "NCHW"):
                name = f"convgen {axes} winograd:{tile} prepared"
                if name in row.timings and layer in ("64,56 3x3", "128,28"):
                    direct = row.timings[_prepared(row, axes)].least
                    yield f"{layer} {row.name} {axes}", direct / row.timings[name].least

    return figures


def winograd_peer(layers: Layers) -> Figures:
    """The same beside oneDNN's explicit Winograd: the better of ours."""
    for layer, row in _rows(layers):
        ours = [time.least for name, time in row.timings.items() if "winograd:" in name]
        if ours and "oneDNN winograd" in row.timings:
            yield f"{layer} {row.name}", row.timings["oneDNN winograd"].least / min(ours)


def is_full(spec: ConvSpec) -> bool:
    """1x1 and 3x3 with channels that fill vectors."""
    return (
        spec.kernel_size in ((1, 1), (3, 3)) and min(spec.group_in_channels, spec.group_out_channels) >= MANY
    )


def is_few(spec: ConvSpec) -> bool:
    """Fewer than 16 channels on either side."""
    return spec.groups == 1 and min(spec.in_channels, spec.out_channels) < FEW


def is_wide(spec: ConvSpec) -> bool:
    """64 or more channels on both sides."""
    return min(spec.in_channels, spec.out_channels) >= WIDE


PROMISES = (
    *(Promise(f"the best of {column}, each pass", 0.98, ratio(column)) for column in DIRECT),
    *(
        Promise(f"the best of {column}, geometric mean", limit, average(column))
        for column, limit in zip(DIRECT, (1.25, 1.5, 3), strict=True)
    ),
    Promise("share of the peak, NHWC, 3x3 and 1x1, 32 channels and more", 0.95, share("NHWC", is_full)),
    Promise(
        "share of the peak, NHWC, forward to 16 channels",
        0.88,
        share("NHWC", lambda spec: spec.group_out_channels == FEW, ["forward"]),
    ),
    Promise(
        "share of the peak, NHWC, first layer 7x7, forward",
        0.93,
        share("NHWC", lambda spec: spec.kernel_size == (7, 7), ["forward"]),
    ),
    Promise(
        "share of the peak, NCHW, forward, 32 channels and more", 0.93, share("NCHW", is_full, ["forward"])
    ),
    Promise("depthwise NHWC, share of a copy of the same bytes", 0.6, copied),
    Promise("fewer than 16 channels: plain NCHW, geometric mean", 2, average("plain NCHW", is_few)),
    Promise("Winograd F(2x2) over the direct kernel", 1.7, winograd(2)),
    Promise("Winograd F(4x4) over the direct kernel", 2.5, winograd(4)),
    Promise("Winograd over oneDNN's own", 1, winograd_peer),
    Promise("NumPy target over einsum on sliding_window_view, geometric mean", 3, over_einsum),
    Promise("NumPy target over PyTorch, 64 channels and more", 0.5, ratio("torch, NumPy target", is_wide)),
)


def promises(layers: Layers) -> Iterator[str]:
    """A table of all promises of which something was measured, and under it what falls short."""
    yield "| promised | at least | measured least | geometric mean | kept |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    short: list[str] = []
    for promise in PROMISES:
        found = dict(promise.figures(layers))
        if not found:
            continue
        kept = {name: value for name, value in found.items() if value >= promise.limit}
        least = min(found.values())
        average_of_all = math.exp(sum(map(math.log, found.values())) / len(found))
        yield (
            f"| {promise.text} | {promise.limit:g} | {least:.2f} | {average_of_all:.2f} | "
            f"{len(kept)} of {len(found)} |"
        )
        below = sorted((value, name) for name, value in found.items() if name not in kept)
        if below:
            short.append(f"- {promise.text}: " + ", ".join(f"{name} {value:.3f}" for value, name in below))
    if short:
        yield from ("", "Short of it:", "", *short)


def _rows(layers: Layers) -> Iterator[tuple[str, Row]]:
    for layer, rows in layers.items():
        for row in rows:
            yield layer, row


def _prepared(row: Row, axes: str) -> str:
    ahead = f"convgen {axes} prepared"
    return ahead if ahead in row.timings else f"convgen {axes}"
