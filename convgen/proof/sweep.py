"""Shape by shape, smallest first: the way for claims that integer sets do not decide.

A sweep finds counterexamples. One that finds none has proved nothing beyond the shapes that it looked at.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping

from convgen.errors import SpecError
from convgen.proof.claim import Claim
from convgen.proof.relation import CHANNEL_PARAMETERS
from convgen.proof.scope import Scope
from convgen.proof.shape import Difference, NotSpokenOfError, difference_on
from convgen.proof.smallest import order, total
from convgen.spec import ConvSpec
from convgen.taps import parameters

SHAPES = 400
"""How many shapes a sweep looks at."""
CANDIDATES = 100_000
"""It looks no further than this many choices of numbers, those included that no layer has."""


def small_layers(scope: Scope, least: ConvSpec) -> Iterator[ConvSpec]:
    """The layers of a scope from its least one on, by growing total.

    Args:
        scope: the layers asked about.
        least: the smallest of them.
    """
    base = parameters(least)
    free = _free(scope)
    # What is raised by so much in all has at least this total more, but for paddings that follow the sizes.
    settled = total(least) - isinstance(scope.padding, str) * sum(map(sum, least.padding))
    waiting: set[ConvSpec] = set()
    candidates = 0
    for excess in itertools.count():
        for chosen in itertools.combinations_with_replacement(free, excess):
            candidates += 1
            layer = _layer(scope, {**base, **_raised(base, chosen)})
            if layer is not None:
                waiting.add(layer)
        is_last = not free or candidates > CANDIDATES
        ready = sorted((each for each in waiting if is_last or total(each) <= settled + excess), key=order)
        waiting.difference_update(ready)
        yield from ready
        if is_last:
            return


def _free(scope: Scope) -> list[str]:
    """The parameters that the scope leaves open, as numbers that may grow by themselves."""
    fixed = dict(scope.sizes)
    per_axis = ["H", "M", *["S"] * (scope.stride is None), *["D"] * (scope.dilation is None)]
    per_axis += ["Pb", "Pa"] * (scope.padding is None)
    names = [f"{name}{d}" for d in range(scope.rank) for name in per_axis]
    return [name for name in (*names, *CHANNEL_PARAMETERS) if name not in fixed]


def _raised(base: Mapping[str, int], chosen: tuple[str, ...]) -> dict[str, int]:
    return {name: base[name] + more for name, more in Counter(chosen).items()}


def _layer(scope: Scope, values: Mapping[str, int]) -> ConvSpec | None:
    """The layer with given parameters; None where there is none, or none that is asked about."""

    def each(name: str) -> tuple[int, ...]:
        return tuple(values[f"{name}{d}"] for d in range(scope.rank))

    batch, groups, per_group_in, per_group_out = (values[name] for name in CHANNEL_PARAMETERS)
    padding = (
        scope.padding if isinstance(scope.padding, str) else tuple(zip(each("Pb"), each("Pa"), strict=True))
    )
    try:
        spec = ConvSpec(
            each("H"),
            each("M"),
            groups * per_group_in,
            groups * per_group_out,
            batch if scope.layout is None or "N" in scope.layout else None,
            each("S"),
            padding,
            each("D"),
            groups,
            scope.bias,
            scope.layout,
        )
    except SpecError:
        return None
    return spec if scope.meets(parameters(spec)) else None


def sweep(claim: Claim, scope: Scope, least: ConvSpec) -> tuple[int, ConvSpec | None, Difference | None]:
    """Compare a claim on small shapes until it fails: (shapes looked at, the failing one, its difference)."""
    count = 0
    for layer in small_layers(scope, least):
        try:
            difference = difference_on(claim, layer)
        except NotSpokenOfError:
            continue
        count += 1
        if difference is not None:
            return count, layer, difference
        if count == SHAPES:
            break
    return count, None, None
