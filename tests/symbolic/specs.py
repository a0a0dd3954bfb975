"""Layers for the symbolic tests: every rank, asymmetric in all that can differ, small enough for SymPy."""

from convgen.spec import ConvSpec

HARD = (
    ConvSpec((4, 6), (2, 3), stride=(2, 1), padding=(1, 0)),
    ConvSpec(5, 2, 4, 6, batch=2, stride=2, padding=((1, 2),), dilation=2, groups=2),
    ConvSpec((3, 4), (2, 3), 2, 4, batch=2, stride=(2, 1), padding=((1, 0), (0, 1)), groups=2, layout="NHWC"),
    ConvSpec((3, 2, 2), (2, 1, 2), 2, 4, batch=2, stride=(1, 2, 1), padding=((0, 1), 0, (1, 0)), groups=2),
    ConvSpec((2, 3), (4, 2), 2, 3, padding=((1, 2), 0), layout="HWC"),  # kernel larger than the input
    ConvSpec((7,), (2,), stride=4),  # stride larger than the kernel: rows that no window reads
    ConvSpec((2, 2), (1, 1), padding=2, bias=False),  # windows wholly in the padding
    ConvSpec((6,), (2,), padding="same", dilation=3),  # even "same": one side gets more
)
