"""What a wrong result is instead: a rule with one mistake in it, axes in another order, a factor too much.

The mistakes are those of the kill table, evaluated on the integers on which the layer was tried. A diagnosis
stands only if it explains every layer on which the result was seen, the right ones too.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from convgen.algebra.operators import Named
from convgen.algebra.readings import evaluate
from convgen.errors import ClaimError
from convgen.layout import axis_names, to_named, user_axes, user_shape
from convgen.proof.mutants import Mutant, mutants
from convgen.rules import bind
from convgen.spec import ConvSpec
from convgen.testing.trial import Trial

if TYPE_CHECKING:
    import numpy.typing as npt

    NDArray = npt.NDArray[Any]


@dataclass(frozen=True)
class Diagnosis:
    """An explanation of a wrong result.

    Attributes:
        words: they finish the sentence "your dX ...".
        mutant: the formula with the mistake, where it is one of the kill table.
        fitted: whether the formula gives another size, and the layer cuts it or fills it up with zeros.
    """

    words: str
    mutant: Mutant | None = None
    fitted: bool = False


def diagnose(name: str, trials: Sequence[Trial]) -> list[Diagnosis]:
    """Every explanation of a result that agrees with all trials; empty where none does.

    Args:
        name: O, dX, dK or db.
        trials: layers with the answers; some of them wrong.
    """
    seen = [trial for trial in trials if name in trial.answers and name in trial.question.truth]
    wrong = [trial for trial in seen if not _is_right(name, trial)]
    if not wrong:
        return []
    # Most explanations fail on the first wrong answer.
    witnesses = wrong + [trial for trial in seen if _is_right(name, trial)]
    found = [*_mutants(name, witnesses)]
    return found or [*_other_axes(name, witnesses), *_factors(name, witnesses)]


def _is_right(name: str, trial: Trial) -> bool:
    return np.array_equal(trial.answers[name], trial.question.truth[name])


# ---- a formula with one mistake --------------------------------------------------------------------------


def _mutants(name: str, witnesses: Sequence[Trial]) -> Iterator[Diagnosis]:
    for fitted in (False, True):
        told: set[str] = set()
        for mutant in mutants():
            if mutant.target != name or mutant.words in told:
                continue
            if all(_explains(mutant, name, trial, fitted) for trial in witnesses):
                told.add(mutant.words)
                yield Diagnosis(_sentence(mutant, fitted), mutant, fitted)
        if told:
            return


def _sentence(mutant: Mutant, fitted: bool) -> str:
    filled = f", cut or filled up with zeros to the size of {mutant.target}" if fitted else ""
    return f"equals the rule {mutant.words}{filled}"


def _explains(mutant: Mutant, name: str, trial: Trial, fitted: bool) -> bool:
    spec = trial.question.spec
    value = value_on(spec, mutant, trial.question.arrays)
    if fitted:
        shape = user_shape(spec, name)
        value = np.zeros(shape, np.int64) if value is None else _fitted(value, shape)
    return value is not None and _same(value, trial.answers[name])


def value_on(spec: ConvSpec, mutant: Mutant, arrays: Mapping[str, NDArray]) -> NDArray | None:
    """A wrong formula on integer arrays, in the user's layout; None where it has no value.

    Args:
        spec: the layer.
        mutant: the formula.
        arrays: those that it names; b where it is not given is 0.
    """
    given = {"b": np.zeros(spec.bias_shape), **arrays}
    if not spec.bias:
        given["b"] = 0 * given["b"]
    named = {
        array: Named(axis_names(spec, array), to_named(spec, array, data.astype(np.int64)))
        for array, data in given.items()
    }
    try:
        value = evaluate(bind(mutant.tree, spec), named)
    except ClaimError:
        return None
    return _in_layout(spec, mutant.target, value.arranged(axis_names(spec, mutant.target)).data)


def _in_layout(spec: ConvSpec, array: str, data: NDArray) -> NDArray:
    """As `from_named`, for an array of any sizes."""
    sizes = dict(zip(axis_names(spec, array), data.shape, strict=True))
    parts = user_axes(spec, array)
    present = [axis for part in parts for axis in part]
    absent = [axis for axis in sizes if axis not in present]
    order = [[*sizes].index(axis) for axis in (*absent, *present)]
    return data.transpose(order).reshape([math.prod(sizes[axis] for axis in part) for part in parts])


def _fitted(value: NDArray, shape: Sequence[int]) -> NDArray:
    result = np.zeros(shape, value.dtype)
    common = tuple(slice(min(sizes)) for sizes in zip(value.shape, shape, strict=True))
    result[common] = value[common]
    return result


def _same(value: NDArray, answer: NDArray) -> bool:
    """Whether two arrays are equal; to within rounding where a formula divides."""
    if value.shape != answer.shape:
        return False
    if value.dtype != object:
        return np.array_equal(value, answer)
    # Divided before or after it is added up: every one of the summands and quotients may round.
    unit = 2.0**-52 if answer.dtype == np.float64 else 2.0**-23
    largest = max(1.0, *(abs(float(each)) for each in value.ravel()))
    return bool((np.abs(value.astype(np.float64) - answer) <= 1_000 * unit * largest).all())


# ---- other explanations ----------------------------------------------------------------------------------


def _other_axes(name: str, witnesses: Sequence[Trial]) -> Iterator[Diagnosis]:
    """The right entries with the axes of the array in another order."""
    rank = witnesses[0].answers[name].ndim
    if any(each[name].ndim != rank for trial in witnesses for each in (trial.answers, trial.question.truth)):
        return
    for order in [*itertools.permutations(range(rank))][1:]:
        if all(
            np.array_equal(trial.question.truth[name].transpose(order), trial.answers[name])
            for trial in witnesses
        ):
            letters = _letters(witnesses[0].question.spec, name)
            given = "".join(letters[axis] for axis in order)
            yield Diagnosis(f"has the right entries with its axes in the order {given}, not {letters}")


def _letters(spec: ConvSpec, name: str) -> str:
    return {"dK": spec.kernel_layout, "db": "O"}.get(name, spec.layout)


def _factors(name: str, witnesses: Sequence[Trial]) -> Iterator[Diagnosis]:
    """The right result times or divided by a number that a layer has."""
    telling = [trial for trial in witnesses if trial.question.truth[name].any()]
    factors = [_factor(trial.question.truth[name], trial.answers[name]) for trial in telling]
    if None in factors:
        return
    for words, count in COUNTS.items():
        counts = [count(trial.question.spec) for trial in telling]
        for relation, expected in (
            ("divided by", [1 / number for number in counts]),
            ("times", counts),
        ):
            if np.allclose(np.array(factors, float), expected, rtol=1e-6, atol=0):
                yield Diagnosis(f"is the right one {relation} the number of {words}")


COUNTS: Mapping[str, Callable[[ConvSpec], int]] = {
    "output positions": lambda spec: math.prod(spec.output_size),
    "images and output positions": lambda spec: spec.batch * math.prod(spec.output_size),
    "entries of dO": lambda spec: math.prod(spec.output_shape),
    "kernel positions": lambda spec: math.prod(spec.kernel_size),
    "images": lambda spec: spec.batch,
    "groups": lambda spec: spec.groups,
    "input channels": lambda spec: spec.in_channels,
    "output channels": lambda spec: spec.out_channels,
}
"""What results are divided by, by mistake."""


def _factor(true: NDArray, answer: NDArray) -> float | None:
    """The number by which an array is another one; None where there is none."""
    if true.shape != answer.shape or not np.isfinite(answer).all():
        return None
    element = int(np.flatnonzero(true)[0])
    factor = float(answer.ravel()[element]) / float(true.ravel()[element])
    return factor if np.allclose(true * factor, answer, rtol=1e-6, atol=0) else None
