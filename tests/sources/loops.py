"""What the tests of the sources share: layers of a source, integers to fill them with, both sides of a formula.

The expected values are not here: each test computes them with loops in its source's own indices.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np

from convgen import ConvSpec
from convgen.errors import FormulaShapeError
from convgen.layout import to_named
from convgen.sources import Formula, SourceSystem

Arrays = dict[str, np.ndarray]


def integers(*shape: int, seed: int) -> np.ndarray:
    """Integers from -9 to 9 without 0, so that no missing product goes unseen."""
    random = np.random.default_rng(seed)
    return random.integers(1, 10, shape) * random.choice([-1, 1], shape)


def named(spec: ConvSpec, arrays: Arrays) -> Arrays:
    """Arrays in the source's order under the named axes."""
    return {name: to_named(spec, name, data) for name, data in arrays.items()}


def holds(system: SourceSystem, formula: Formula, spec: ConvSpec, arrays: Arrays) -> bool:
    """Whether both sides of a formula have a value, and the same one, entry by entry."""
    try:
        left, right = formula.values(system.notation, spec, named(spec, arrays))
    except FormulaShapeError:
        return False
    return left.shape == right.shape and bool((left == right).all())


def mutated(formula: Formula, old: str, new: str) -> Formula:
    """The formula with a piece of its text replaced."""
    assert formula.text.count(old) >= 1, f"{old!r} is not in {formula.text!r}"
    return replace(formula, text=formula.text.replace(old, new))


def formula_at(system: SourceSystem, where: str, *, among: str = "formulas") -> Formula:
    """The formula that stands at a line of the source."""
    (found,) = (each for each in getattr(system, among) if each.where == where)
    return found


def positions(*sizes: int) -> product:
    """Every index of an array of these sizes."""
    return product(*map(range, sizes))
