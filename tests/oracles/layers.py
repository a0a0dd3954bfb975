"""Layers for the oracles: drawn ones by rank, and a table of hard ones."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st

from convgen import ConvSpec
from convgen.testing import conv_specs

LIMITS = {
    1: {
        "max_size": 40,
        "max_kernel": 7,
        "max_stride": 8,
        "max_dilation": 5,
        "max_channels": 8,
        "max_groups": 4,
    },
    2: {"max_size": 12, "max_kernel": 5},
    3: {
        "max_size": 6,
        "max_kernel": 3,
        "max_stride": 3,
        "max_dilation": 2,
        "max_channels": 4,
        "max_batch": 2,
    },
}
"""How large drawn layers are, by rank: large enough for every form of kernel, small enough for many."""

SPECS = {rank: conv_specs(rank=rank, **limits) for rank, limits in LIMITS.items()}
RANKS = tuple(SPECS)
ALL_SPECS = st.one_of(*SPECS.values())
SEEDS = st.integers(0, 2**32 - 1)
"""Seeds of the arrays' contents."""


_DRAWN = settings.default.max_examples * 8 // 5
EACH_RANK = settings(max_examples=_DRAWN)
"""For tests of one rank: the three ranks together draw 2,400 times in the full profile.

Those are about 2,100 different layers; the others differ in the contents of their arrays.
"""

EACH_KERNEL = settings(max_examples=_DRAWN if _DRAWN > 100 else min(_DRAWN, 16))
"""The same for tests that compile what they draw, of which the fast tier draws fewer."""

EACH_FORM = settings(max_examples=max(10, settings.default.max_examples // 2))
"""For tests of one of a kernel's forms."""


HARD = tuple(
    ConvSpec(
        sizes, kernel, 4, 6, 2, stride=stride, padding=padding, dilation=dilation, groups=2, layout=layout
    )
    for sizes, kernel, stride, padding, dilation, layouts in (
        ((9,), (2,), (3,), ((3, 1),), (2,), ("NCW", "NWC")),
        ((9, 7), (2, 3), (3, 2), ((3, 1), (1, 2)), (2, 1), ("NCHW", "NHWC")),
        ((6, 3, 4), (2, 1, 3), (3, 2, 2), ((3, 1), (0, 1), (1, 2)), (2, 1, 1), ("NCDHW", "NDHWC")),
    )
    for layout in layouts
)
"""Layers in which everything differs that could be confused: sizes, channels, strides, dilations, sides.

Each has a remainder that the padding after it makes visible, and on its first axis more padding before
than E - 1.
"""
