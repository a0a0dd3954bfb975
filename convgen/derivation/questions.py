"""The questions that people ask about gradients of convolutions, answered for one entry with its own numbers.

Each is a row: whom it concerns, and an answer made from the trace. A question that does not arise is not asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convgen.derivation import answers as answers_to
from convgen.derivation.document import Prose
from convgen.spec import Axis

if TYPE_CHECKING:
    from convgen.derivation.trace import Trace

Answer = Callable[["Trace"], Prose]


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes:
        text: as people ask it, with places for the names of X, K and dO.
        arrays: the entries that it is about.
        arises: whether it does, for a trace.
        answer: the answer.
    """

    text: str
    arrays: tuple[str, ...]
    arises: Callable[[Trace], bool]
    answer: Answer


def answers(trace: Trace) -> list[tuple[str, Prose]]:
    """The questions that arise about an entry, with their answers."""
    names = {name: _text(trace, name) for name in ("X", "K", "O", "dX", "dK", "dO")}
    return [
        (question.text.format(**names), question.answer(trace))
        for question in QUESTIONS
        if trace.array in question.arrays and question.arises(trace)
    ]


def _text(trace: Trace, name: str) -> str:
    return trace.letters.name(name).lines[0]


def _any(condition: Callable[[Axis], bool]) -> Callable[[Trace], bool]:
    return lambda trace: any(map(condition, trace.spec.axes))


QUESTIONS = (
    Question("Why rot180?", ("dX",), _any(lambda axis: axis.kernel > 1), answers_to.why_turned),
    Question(
        "My code adds into {dX} in a loop, and there is no rot180 in it: why is it right?",
        ("dX",), lambda _: True, answers_to.why_no_turn_in_loop,
    ),
    Question("Why is nothing turned in {dK}?", ("dK",), _any(lambda axis: axis.kernel > 1), answers_to.not_turned),
    Question("Convolution or correlation?", ("dX",), _any(lambda axis: axis.kernel > 1), answers_to.which_product),
    Question("Why is {dO} dilated?", ("dX", "dK"), _any(lambda axis: axis.stride > 1), answers_to.why_dilated),
    Question("Which padding does {dO} get?", ("dX",), lambda _: True, answers_to.which_padding),
    Question(
        "What does a negative padding mean?",
        ("dX",), _any(lambda axis: min(answers_to.pads(axis)) < 0), answers_to.negative,
    ),
    Question(
        "Why does a stride that does not divide give the wrong shape?",
        ("dX",), _any(lambda axis: axis.remainder > 0), answers_to.remainder,
    ),
    Question("Why is ⋆ dilated here?", ("dX",), _any(lambda axis: axis.dilation > 1), answers_to.dilated_kernel),
    Question("Why are entries of the correlation left out in {dK}?", ("dK",), _any(lambda axis: axis.dilation > 1),
    answers_to.dilated_kernel),
    Question(
        "Why is the result cut to the size of the kernel?",
        ("dK",), _any(lambda axis: axis.remainder >= axis.dilation), answers_to.cut_to_kernel,
    ),
    Question(
        "Which side has more padding?", ("dX",), _any(lambda axis: axis.before != axis.after), answers_to.sides
    ),
    Question(
        "How are channels summed?",
        ("dX",), lambda trace: max(trace.spec.in_channels, trace.spec.out_channels) > 1, answers_to.pairs,
    ),
    Question(
        "How are channels paired?",
        ("dK",), lambda trace: max(trace.spec.in_channels, trace.spec.out_channels) > 1, answers_to.pairs,
    ),
    Question("Sum or mean over the batch?", ("dK", "db"), lambda trace: trace.spec.batch > 1, answers_to.batch),
)  # fmt: skip
"""In the order in which they are asked."""
