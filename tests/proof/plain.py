"""Claims on one layer by plain means: the tree evaluated on integers by NumPy, the truth by loops.

Nothing here knows of sums over taps or of integer sets, which is what the tests hold against it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product

import numpy as np

from by_loops import answers, integers, taps
from convgen import ConvSpec
from convgen.algebra.operators import Named
from convgen.algebra.readings import evaluate
from convgen.algebra.syntax import parse_tree
from convgen.errors import FormulaShapeError, SpecError
from convgen.layout import axis_names
from convgen.rules import bind

LARGE = 10**6
"""Entries are drawn up to this, so that two different sums of products are not equal by chance."""


@cache
def _layer(spec: ConvSpec) -> tuple[dict[str, Named], dict[str, np.ndarray]]:
    arrays = integers(spec, largest=LARGE)
    named = {array: Named(axis_names(spec, array), data) for array, data in arrays.items()}
    return named, answers(spec, arrays)


def holds(claim: str, spec: ConvSpec) -> bool:
    """Whether a claim written with operators is true on a layer."""
    target, _, formula = claim.partition(" = ")
    named, truth = _layer(spec)
    try:
        value = evaluate(bind(parse_tree(formula), spec), named).data
    except FormulaShapeError:
        return False
    wanted = truth["O + b" if target == "O" else target]
    return value.shape == wanted.shape and bool((value == wanted).all())


def has_taps(spec: ConvSpec) -> bool:
    """Whether any product of the layer meets the input."""
    return next(taps(spec), None) is not None


def small_layers(
    rank: int = 1, sizes: int = 4, kernels: int = 3, steps: int = 3, paddings: int = 2
) -> Iterator[ConvSpec]:
    """Every layer of a rank whose parameters are no larger than these."""
    sides = [*product(range(paddings + 1), repeat=2)]
    axis = [
        *product(range(1, sizes + 1), range(1, kernels + 1), range(1, steps + 1), range(1, steps + 1), sides)
    ]
    for axes in product(axis, repeat=rank):
        size, kernel, stride, dilation, padding = zip(*axes, strict=True)
        try:
            yield ConvSpec(size, kernel, stride=stride, dilation=dilation, padding=padding)
        except SpecError:
            continue
