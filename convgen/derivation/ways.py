"""The ways to a gradient that can be asked for: what each is called, when it applies, and its drafts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from convgen.derivation.index_ways import gradient_drafts
from convgen.derivation.other_ways import (
    im2col_drafts,
    same_drafts,
    same_padding,
    second_order_drafts,
    zeros_drafts,
)
from convgen.derivation.step import Draft, Step, steps_on
from convgen.errors import SpecError
from convgen.spec import ConvSpec


@dataclass(frozen=True)
class Way:
    """One way to a gradient.

    Attributes:
        name: how it is asked for.
        title: what it is called in a document.
        drafts: its steps, before they are checked, from a layer and X, K or b.
        applies: whether it says anything about a layer.
        needs: what a layer must have, in words.
        tells: whether it says anything that the index form does not say already.
    """

    name: str
    title: str
    drafts: Callable[[ConvSpec, str], list[Draft]]
    applies: Callable[[ConvSpec], bool] = lambda _spec: True
    needs: str = ""
    tells: Callable[[ConvSpec], bool] = lambda _spec: True


WAYS: Mapping[str, Way] = {
    way.name: way
    for way in (
        Way("index", "In index form", gradient_drafts),
        Way("im2col", "By matrices", im2col_drafts),
        Way(
            "zeros",
            "A stride by zeros",
            zeros_drafts,
            tells=lambda spec: any(axis.stride > 1 for axis in spec.axes),
        ),
        Way(
            "same",
            "Under “same” padding",
            same_drafts,
            lambda spec: same_padding(spec) is not None,
            'stride 1 and the padding of "same" or "same_lower"',
        ),
        Way("second order", "Second order", second_order_drafts),
    )
}
"""Every way by name."""


def steps(spec: ConvSpec, array: str, way: str = "index") -> tuple[Step, ...]:
    """The checked steps of a derivation.

    Args:
        spec: the layer.
        array: ``"X"``, ``"K"`` or ``"b"``.
        way: a name in `WAYS`.

    Raises:
        SpecError: the layer has no such array, there is no such way, or it says nothing about the layer.
        StepError: a step does not hold, which would be a fault of this package.
    """
    variables = ("X", "K", "b") if spec.bias else ("X", "K")
    if array not in variables:
        raise SpecError(f"there are steps for {', '.join(variables)}; asked for {array!r}")
    if way not in WAYS:
        raise SpecError(f"unknown way {way!r}; choose one of {', '.join(WAYS)}")
    if not WAYS[way].applies(spec):
        raise SpecError(f"the way {way!r} is about layers with {WAYS[way].needs}, unlike {spec}")
    return steps_on(spec, WAYS[way].drafts(spec, array))
