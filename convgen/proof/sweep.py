"""Shape by shape, smallest first: the way for claims that integer sets do not decide.

A sweep finds counterexamples. One that finds none has proved nothing beyond the shapes that it looked at.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from convgen.errors import ClaimError, FormulaShapeError, NumbersNeededError, SpecError
from convgen.proof.claim import Claim
from convgen.proof.examiner import examiner_of
from convgen.proof.relation import CHANNEL_PARAMETERS, Context, Family
from convgen.proof.scope import Scope
from convgen.proof.shape import Difference, NotSpokenOfError, difference_on
from convgen.proof.smallest import least_layer, order, total
from convgen.spec import ConvSpec
from convgen.taps import parameters

SHAPES = 400
"""How many shapes a sweep looks at."""
SPARSE = 12
"""Where none of the layers asked about exceeds the least by more than this, and by the next, the sweep ends."""
CANDIDATES = 100_000
"""It looks no further than this many choices of numbers, those included that no layer has."""


def small_layers(scope: Scope, least: ConvSpec) -> Iterator[ConvSpec]:
    """The layers of a scope from its least one on, by how much their parameters exceed its.

    Args:
        scope: the layers asked about.
        least: the smallest of them.
    """
    candidates = 0
    for excess in itertools.count():
        layers = [*_exceeding(scope, least, excess)]
        candidates += len(layers)
        yield from sorted({each for each in layers if each is not None}, key=order)
        if candidates > CANDIDATES or (not any(layers) and excess > SPARSE):
            return


def smaller_layers(scope: Scope, least: ConvSpec, bound: ConvSpec) -> list[ConvSpec]:
    """The layers of a scope that are smaller than one of it, in order; as many as may be considered."""
    # What is raised by so much in all has at least this total more, but for paddings that follow the sizes.
    settled = total(least) - isinstance(scope.padding, str) * sum(map(sum, least.padding))
    found = set()
    candidates = itertools.chain.from_iterable(
        _exceeding(scope, least, excess) for excess in range(total(bound) - settled + 1)
    )
    for layer in itertools.islice(candidates, CANDIDATES):
        if layer is not None and order(layer) < order(bound):
            found.add(layer)
    return sorted(found, key=order)


def _exceeding(scope: Scope, least: ConvSpec, excess: int) -> Iterator[ConvSpec | None]:
    """Each choice of parameters that exceed the least ones by so much in all, as a layer if it is one."""
    base = parameters(least)
    for chosen in itertools.combinations_with_replacement(_free(scope), excess):
        raised = {name: base[name] + more for name, more in Counter(chosen).items()}
        yield _layer(scope, {**base, **raised})


def _free(scope: Scope) -> list[str]:
    """The parameters that the scope leaves open, as numbers that may grow by themselves."""
    fixed = dict(scope.sizes)
    per_axis = ["H", "M", *["S"] * (scope.stride is None), *["D"] * (scope.dilation is None)]
    per_axis += ["Pb", "Pa"] * (scope.padding is None)
    names = [f"{name}{d}" for d in range(scope.rank) for name in per_axis]
    return [name for name in (*names, *CHANNEL_PARAMETERS) if name not in fixed]


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


def sweep(claim: Claim, scope: Scope) -> tuple[int, ConvSpec | None, Difference | None]:
    """Compare a claim on small shapes until it fails: (shapes looked at, the smallest failing one, its difference).

    Raises:
        ClaimError: there is no layer that is asked about and that the claim speaks of.
    """
    least = least_spoken_of(claim, scope)
    seen: dict[ConvSpec, Difference | None] = {}
    found = _first_failing(claim, small_layers(scope, least), seen, SHAPES)
    if found is None:
        return len(seen), None, None
    # Groups count in both channel counts as well, so that a layer of a smaller total may come later.
    smallest = _first_failing(claim, smaller_layers(scope, least, found), seen, CANDIDATES) or found
    return len(seen), smallest, seen[smallest]


def least_spoken_of(claim: Claim, scope: Scope) -> ConvSpec:
    """The smallest layer of a scope that a claim speaks of.

    Raises:
        ClaimError: there is none.
    """
    every = frozenset({None, *range(scope.rank)})
    examiner = examiner_of(claim, scope)

    def known(family: Family) -> Context:
        try:
            return examiner.context(family, every)
        except (NumbersNeededError, FormulaShapeError):  # what it says of the layers cannot be told
            return scope.context(family, every)

    least = least_layer(scope, known)
    if least is None:
        raise ClaimError("no layer meets the options asked for: nothing is left to decide")
    return least


def _first_failing(
    claim: Claim, layers: Iterable[ConvSpec], seen: dict[ConvSpec, Difference | None], most: int
) -> ConvSpec | None:
    """The first of some layers on which a claim is false; what is seen of each is noted."""
    for layer in layers:
        if layer not in seen:
            if len(seen) == most:
                return None
            try:
                seen[layer] = difference_on(claim, layer)
            except NotSpokenOfError:
                continue
        if seen[layer] is not None:
            return layer
    return None
