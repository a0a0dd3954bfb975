"""One layer tried: the answers of a user's functions to one question, and what is wrong with them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from convgen.layout import user_shape
from convgen.spec import ConvSpec
from convgen.testing.layer import PASSES, AnswerError, Layer, NoLayerError
from convgen.testing.question import LARGEST, Question, index_of

if TYPE_CHECKING:
    import numpy.typing as npt

    NDArray = npt.NDArray[Any]

GUARDED_PRODUCTS = 5_000
"""On layers with more products a function is called once; on others again, and on sums of arrays."""


@dataclass(frozen=True)
class Problem:
    """Something wrong on one layer.

    Attributes:
        subject: the result, or the pass, that it is about.
        lines: what is wrong.
        error: what the user's function raised.
        element: the first entry that differs, row by row.
        by_adjoint: what the adjoint identity says, which holds for a linear forward alone.
        larger: whether it is seen on the larger arrays of the question.
    """

    subject: str
    lines: tuple[str, ...]
    error: Exception | None = None
    element: int | None = None
    by_adjoint: tuple[str, ...] = ()
    larger: bool = False

    def told(self, linear: bool) -> tuple[str, ...]:
        """The lines that hold; none where it rests on the adjoint identity alone and forward is not linear."""
        return (*self.lines, *self.by_adjoint) if linear else self.lines


@dataclass
class Trial:
    """What a layer answered on one spec.

    Attributes:
        question: the spec, its arrays and the definition's answers.
        answers: O, dX, dK and db as far as they were given.
        problems: what is wrong, by its subject.
        declined: whether the layer says that it does not support the spec.
        given: each result that a pass gave, as (pass, result).
        withheld: each that it might have given and did not.
    """

    question: Question
    answers: dict[str, NDArray] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    declined: bool = False
    given: set[tuple[str, str]] = field(default_factory=set)
    withheld: set[tuple[str, str]] = field(default_factory=set)

    def blame(
        self, subject: str, *lines: str, error: Exception | None = None, element: int | None = None
    ) -> None:
        """Keep what is wrong; the first about a subject counts."""
        self.problems.setdefault(subject, Problem(subject, lines, error, element))


def attempt(
    layer: Layer,
    spec: ConvSpec,
    dtype: str,
    unsupported: tuple[type[Exception], ...] = (),
    definition: bool = True,
    draw: int = 0,
) -> Trial:
    """Call every function of a layer on one spec and judge the answers.

    Args:
        layer: the functions.
        spec: the layer that they are asked for.
        dtype: the number type of the arrays.
        unsupported: errors by which a function says that it does not support the spec.
        definition: whether answers are held against the definition, or gradients against the layer's own
            forward alone.
        draw: which arrays it is asked about.

    Raises:
        NoLayerError: functions that can be asked about no layer.
        BudgetError: sums that the dtype does not hold exactly, or more products than fit in memory.
    """
    trial = Trial(Question(spec, dtype, draw))
    small = spec.multiply_adds <= GUARDED_PRODUCTS
    for name in layer.functions:
        try:
            called = layer.call(name, trial.question.arrays, spec)
        except unsupported:
            trial.declined = True
            trial.problems.clear()
            return trial
        except AnswerError as error:
            trial.blame(name, str(error))
            continue
        except NoLayerError:
            raise
        except Exception as error:  # whatever a user's function raises is what is reported
            trial.blame(name, f"{name} raised {type(error).__name__}: {error}", error=error)
            continue
        for array in called.written:
            trial.blame(name, f"{name} wrote to its input {array}")
        for result, reason in called.withheld.items():
            trial.withheld.add((name, result))
            if reason is not None:
                trial.blame(result, f"{result} is None: {reason}")
        for result, answer in called.arrays.items():
            trial.given.add((name, result))
            _judge(trial, result, answer, definition)
        if small and name not in trial.problems:
            _guard(trial, layer, name, called.arrays)
        if small and definition and name not in trial.problems and trial.question.largest > LARGEST:
            _ask_larger(trial, layer, name)
    if trial.problems or not definition:
        _compare_with_own_forward(trial, layer, definition)
    return trial


def _judge(trial: Trial, name: str, answer: NDArray, definition: bool) -> None:
    """Compare an answer with the definition's, to the last bit."""
    question = trial.question
    shape = user_shape(question.spec, name)
    if name not in trial.problems:  # two functions may give it, and one of them a wrong one
        trial.answers[name] = answer
    if answer.shape != shape:
        trial.blame(name, f"{name} has shape {answer.shape}, expected {shape}")
        return
    if answer.dtype != question.dtype:
        trial.blame(name, f"{name} is {answer.dtype}, expected {question.dtype} as its inputs are")
        return
    true = question.truth[name] if definition else np.where(np.isfinite(answer), answer, 0)
    wrong = ~(answer == true)  # negated, so that NaN is wrong
    if not wrong.any():
        return
    element = int(np.flatnonzero(wrong)[0])
    entry = f"{name}[{', '.join(map(str, index_of(element, true.shape)))}]"
    true_value, value = int(true.ravel()[element]), _number(answer.ravel()[element])
    strange = int((~np.isfinite(answer)).sum())
    trial.blame(
        name,
        f"{wrong.sum()} of {wrong.size} entries of {name} differ{'s' * int(wrong.sum() == 1)}"
        + (f", of which {strange} {'is' if strange == 1 else 'are'} NaN or infinite" if strange else ""),
        f"{entry} is {value}, expected {true_value}{question.written_out(name, element)}"
        if definition
        else f"{entry} is {value}",
        element=element,
    )


def _number(value: Any) -> str:
    return str(int(value)) if np.isfinite(value) and value == int(value) else str(value)


# ---- what must hold whatever the layer computes ----------------------------------------------------------


def _guard(trial: Trial, layer: Layer, name: str, answers: Mapping[str, NDArray]) -> None:
    """The same arrays give the same answers, and sums of arrays the sums of answers."""
    question, row = trial.question, PASSES[name]
    arrays, others = question.arrays, question.others

    def answered(given: Mapping[str, NDArray]) -> Mapping[str, NDArray]:
        found = layer.call(name, given, question.spec).arrays
        if found.keys() != answers.keys():
            raise AnswerError(f"{name} gave {', '.join(answers)} and then {', '.join(found)}")
        return found

    def differing(left: Callable[[str], Any], right: Callable[[str], Any]) -> list[str]:
        return [each for each in answers if not np.array_equal(left(each), right(each), equal_nan=True)]

    try:
        again = answered(arrays)
        if changed := differing(lambda each: again[each], lambda each: answers[each]):
            trial.blame(
                name, f"{name} gives another {changed[0]} when it is called again with the same arrays",
                "does it add to an earlier result?",
            )  # fmt: skip
            return
        for linear in row.linear:
            moved = answered({**arrays, **{each: others[each] for each in linear}})
            total = answered({**arrays, **{each: arrays[each] + others[each] for each in linear}})
            if changed := [each for each in answers if not _adds_up(answers[each], moved[each], total[each])]:
                held = " and ".join(each for each in linear if each != "b" or question.spec.bias)
                trial.blame(
                    name, f"{name} is not linear in {held}: the {changed[0]} of a sum is not the sum of both",
                    "does it round, clip or apply an activation?",
                )  # fmt: skip
                return
    except AnswerError as error:
        trial.blame(name, str(error))
    except Exception as error:
        trial.blame(
            name, f"{name} raised {type(error).__name__} when it was called again: {error}", error=error
        )


def _ask_larger(trial: Trial, layer: Layer, name: str) -> None:
    """The same on integers that fill the number type, which one with fewer digits does not hold."""
    question = trial.question
    size = f"integers up to {question.largest:,}"
    try:
        found = layer.call(name, question.larger, question.spec).arrays
    except Exception as error:
        trial.blame(name, f"{name} raised {type(error).__name__} on {size}: {error}", error=error)
        return
    for result, answer in found.items():
        true = question.true(result, question.larger)
        if np.array_equal(answer, true):
            continue
        where = "its shape is another"
        if answer.shape == true.shape:
            element = int(np.flatnonzero(answer != true)[0])
            entry = f"{result}[{', '.join(map(str, index_of(element, true.shape)))}]"
            where = f"{entry} is {_number(answer.ravel()[element])}, expected {true.ravel()[element]}"
        lines = (
            f"{result} is right on integers up to {LARGEST} and not on {size}, whose sums {question.dtype} holds too",
            where, f"is it computed in a smaller number type than {question.dtype}, and cast back?",
        )  # fmt: skip
        trial.problems.setdefault(result, Problem(result, lines, larger=True))


def _adds_up(first: NDArray, second: NDArray, total: NDArray) -> bool:
    """Whether a sum is the sum of both; to within rounding where there are fractions, which are wrong already."""
    several = (first, second, total)
    if not all(np.isfinite(each).all() for each in several):
        return True  # wrong already, and inf - inf says nothing
    if first.dtype.kind != "f" or all(np.array_equal(each, np.trunc(each)) for each in several):
        return np.array_equal(total, first + second)
    # Far beyond what thousands of summands round to.
    allowed = math.sqrt(np.finfo(first.dtype).eps) * max(float(np.abs(each).max()) for each in several)
    return total.shape == first.shape and bool((np.abs(total - (first + second)) <= allowed).all())


def _compare_with_own_forward(trial: Trial, layer: Layer, definition: bool) -> None:
    """Whether the gradients are those of the user's own forward: <dO, forward(X)> = <dX, X>, and so for K and b."""
    question = trial.question
    output = trial.answers.get("O")
    if output is None or output.shape != question.spec.output_shape:
        return
    for name in question.results[1:]:
        answer, array = trial.answers.get(name), name[1:]
        if answer is None or answer.shape != question.arrays[array].shape:
            continue
        problem = trial.problems.get(name)
        if problem is not None and problem.element is not None:
            unit = np.zeros_like(answer)
            unit.flat[problem.element] = 1
            value = _through_forward(question, layer, array, unit)
            if math.isfinite(value):
                line = f"by the adjoint identity the gradient of your own forward is {_number(value)} there"
                trial.problems[name] = replace(problem, by_adjoint=(line,))
        elif not definition:
            for arrays in (question.arrays, question.others):
                wanted = _through_forward(question, layer, array, arrays[array])
                found = _inner(answer, arrays[array])
                if wanted != found:
                    lines = (
                        f"{name} is not the gradient of your forward: by the adjoint identity",
                        f"<dO, forward({array})> = {_number(wanted)} should equal <{name}, {array}> = {_number(found)}",
                    )
                    trial.problems.setdefault(name, Problem(name, (), by_adjoint=lines))


def _through_forward(question: Question, layer: Layer, array: str, value: NDArray) -> float:
    """<dO, forward> as a linear function of X, K or b alone."""
    idle = {"X": ("b",), "K": ("b",), "b": ("K",)}[array]
    given = {**question.arrays, array: value, **{each: 0 * question.arrays[each] for each in idle}}
    try:
        (output,) = layer.call("forward", given, question.spec).arrays.values()
    except Exception:  # it did not on other arrays of this shape
        return math.nan
    return _inner(question.arrays["dO"], output) if output.shape == question.spec.output_shape else math.nan


def _inner(left: NDArray, right: NDArray) -> float:
    with np.errstate(all="ignore"):  # infinity is the layer's, and told as such
        return float((left.astype(np.float64) * right.astype(np.float64)).sum())
