"""Layers that nobody tuned for: drawn by a seed, with sizes that fill no vector and no tile."""

from __future__ import annotations

import random

from convgen.spec import ConvSpec

CHANNELS = (1, 3, 5, 7, 8, 13, 16, 17, 23, 24, 32, 48, 64)
INPUTS = ((11, 37), (7, 7), (13, 13), (14, 14), (19, 23), (28, 28), (31, 33), (56, 56))
KERNELS = ((1, 1), (2, 2), (1, 7), (7, 1), (3, 3), (4, 4), (5, 5), (7, 7))
STEPS = (1, 1, 1, 2, 3)
"""Strides and dilations, the usual one more often."""

AWKWARD = 0.25
"""The share of layers with groups, of which most are depthwise."""

MOST_PRODUCTS = 60_000_000
"""Of a layer: a contest of hundreds of layers should end on the day that it began."""


def fresh_layers(count: int, seed: int) -> tuple[ConvSpec, ...]:
    """So many different layers of rank 2, the same for the same seed."""
    draw = random.Random(seed)  # noqa: S311 -- no secret
    found: dict[ConvSpec, None] = {}
    while len(found) < count:
        spec = _drawn(draw)
        if spec is not None and 0 < spec.multiply_adds <= MOST_PRODUCTS:
            found[spec] = None
    return tuple(found)


def _drawn(draw: random.Random) -> ConvSpec | None:
    size, kernel = draw.choice(INPUTS), draw.choice(KERNELS)
    stride, dilation = draw.choice(STEPS), draw.choice(STEPS)
    inner, outer = draw.choice(CHANNELS), draw.choice(CHANNELS)
    groups = 1
    if draw.random() < AWKWARD:
        groups = draw.choice((2, inner, inner, outer))
        inner, outer = (groups, groups) if groups > 2 else (2 * inner, 2 * outer)
    reach = [dilation * (each - 1) for each in kernel]
    padding = draw.choice((0, 1, 2))
    if any(each + 2 * padding <= span for each, span in zip(size, reach, strict=True)):
        return None
    return ConvSpec(
        size,
        kernel,
        inner,
        outer,
        1,
        stride,
        [(padding, padding)] * 2 if padding < 2 else [(span // 2, span // 2) for span in reach],
        dilation,
        groups,
        layout="NCHW",
    )
