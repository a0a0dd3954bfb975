"""Layers that pictures are drawn of: the hard ones of all tests, and some that only pictures find hard."""

from functools import cache

from by_loops import NASTY
from convgen import ConvSpec, animate, draw
from convgen.pictures.passes import pass_picture
from convgen.pictures.scene import Picture
from convgen.pictures.slides import PASSES

LAYERS = {
    **NASTY,
    "the README's": ConvSpec((5, 6), (3, 2), stride=(2, 1), padding=(1, 0)),
    "dO is cut on every side": ConvSpec((3, 4), (2, 2), stride=(3, 2), padding=((3, 2), (2, 3))),
    "channel-last": ConvSpec((3, 4), (2, 2), 4, 2, stride=2, groups=2, layout="HWC"),
    "batch, channel-last": ConvSpec((4, 3), (2, 2), 2, 2, 2, padding="same", layout="NHWC"),
    "no bias": ConvSpec((4, 4), (3, 3), padding="full", bias=False),
    "two digits": ConvSpec((12, 3), (2, 2), stride=(1, 2)),
    "more channels than are drawn": ConvSpec((3, 3), (2, 2), 5, 7, 3),
    "one entry of everything": ConvSpec((1,), (1,)),
}


@cache
def pictures_of(spec: ConvSpec) -> dict[str, Picture]:
    """One of every kind, animations included."""
    passes = [row for row in PASSES.values() if spec.bias or row.result != "db"]
    drawn = {row.name: draw(spec, row.name) for row in passes}
    drawn |= {f"{row.name} animated": animate(spec, row.name) for row in passes}
    for row in passes:
        entry = pass_picture(spec, row.name).entry
        drawn[f"taps of {row.result}"] = draw(spec, "taps", entry)
    for array in ("X", "K", "b") if spec.bias else ("X", "K"):
        drawn |= {f"Jacobian by {array}, {vec}": draw(spec, "jacobian", array=array, vec=vec) for vec in "FC"}
    return drawn
