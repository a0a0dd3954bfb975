"""Layers that catch mistakes: one of each kind that goes wrong, on every rank and layout."""

from __future__ import annotations

from convgen import ConvSpec

NASTY = tuple(
    map(
        ConvSpec.parse,
        """
        input=3x3 kernel=2x2
        input=1 kernel=1
        input=4x6 kernel=2x3 stride=2x1 padding=1x0
        input=5x6 kernel=3x3 stride=2x1 padding=1:0x1:0
        input=7x8 kernel=2x3 stride=3x2 padding=2:1x0:1
        input=5x4 kernel=2x2 padding=3x4
        input=6x7 kernel=2x1 stride=4x3 padding=1:2x0
        input=2x3 kernel=4x5 padding=1:2x2:1
        input=9x4 kernel=3x2 stride=2x1 dilation=2x3 padding=2x1
        input=9 kernel=3 stride=3 dilation=2 padding=1:2
        input=12 kernel=3 stride=4 dilation=6 padding=5:4
        input=11 kernel=4 stride=6 dilation=4 padding=6
        input=40 kernel=5 stride=5 dilation=3 padding=7
        input=1 kernel=1 stride=3 padding=1
        input=1x5 kernel=1x1 stride=3x1 padding=1x2 in-channels=2 out-channels=3
        input=6x6 kernel=4x4 padding=same in-channels=2 out-channels=2
        input=6x5 kernel=3x2 padding=same_lower stride=2 in-channels=1 out-channels=3
        input=4x4 kernel=1x1 in-channels=3 out-channels=5 batch=2
        input=3x4 kernel=2x2 in-channels=2 out-channels=3 batch=2 stride=1x2 padding=0:1x1:0 layout=NHWC
        input=3x4 kernel=1x1 padding=1:2x2:0 stride=2 in-channels=2 out-channels=2 bias=no
        input=4x5 kernel=2x3 in-channels=3 out-channels=4 padding=full layout=HWC
        input=5x6 kernel=3x2 in-channels=4 out-channels=6 groups=2 stride=2x1 padding=1:0x0:2 batch=2
        input=5x6 kernel=3x2 in-channels=4 out-channels=6 groups=2 stride=2x1 padding=1:0x0:2 batch=2 layout=NHWC
        input=5x4 kernel=3x3 in-channels=5 out-channels=5 groups=5 padding=1 batch=2
        input=5x4 kernel=3x3 in-channels=5 out-channels=5 groups=5 padding=1 stride=2x3 layout=HWC
        input=4x4 kernel=2x3 in-channels=3 out-channels=6 groups=3 dilation=1x2 padding=1:2x2 batch=3 layout=NHWC
        input=4x4 kernel=2x3 in-channels=3 out-channels=6 groups=3 padding=1:2x2:0 stride=3x2
        input=6x19 kernel=2x2 in-channels=2 out-channels=2 padding=1
        input=3x37 kernel=1x5 padding=0x2 stride=1x2
        input=2x37 kernel=1x3 padding=0x1
        input=2x3 kernel=2x1 in-channels=2 out-channels=35 layout=HWC
        input=4x3 kernel=2x2 in-channels=17 out-channels=19 layout=HWC
        input=3x3 kernel=2x2 in-channels=13 out-channels=12 padding=1
        input=7 kernel=3 in-channels=2 out-channels=4 stride=2 padding=2:0
        input=5 kernel=2 in-channels=2 out-channels=1 stride=2 padding=1:0 batch=2
        input=7 kernel=3 in-channels=2 out-channels=4 stride=2 padding=2:0 layout=WC
        input=8 kernel=2 in-channels=4 out-channels=2 groups=2 batch=3 dilation=3 bias=no
        input=8 kernel=2 in-channels=4 out-channels=2 groups=2 batch=3 dilation=3 layout=NWC
        input=3x4x5 kernel=2x1x3 stride=1x2x3 padding=1:0x0x2:1
        input=3x2x4 kernel=2x2x2 in-channels=2 out-channels=3 stride=2x1x3 dilation=2x1x2 padding=1x0:2x2:1
        input=3x2x4 kernel=2x2x2 in-channels=2 out-channels=3 padding=1x0:1x0 layout=DHWC
        input=2x3x4 kernel=1x2x3 in-channels=4 out-channels=4 groups=4 batch=2 padding=0x1x1:2 stride=1x2x1
        input=2x3x4 kernel=2x3x1 in-channels=4 out-channels=2 groups=2 batch=2 padding=1x1x0 stride=2x2x1 layout=NDHWC
        input=4x4x5 kernel=2x2x2 in-channels=2 out-channels=2 stride=2x3x6 dilation=3x2x4 padding=3x2x5
        """.strip().splitlines(),
    )
)
