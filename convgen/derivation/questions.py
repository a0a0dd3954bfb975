"""The questions that people ask about gradients of convolutions, answered for one entry with its own numbers.

Each is a row: whom it concerns, and an answer made from the trace. A question that does not arise is not asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convgen.derivation.document import Prose
from convgen.derivation.formula import Formula
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


def _axes(trace: Trace) -> list[tuple[str, Axis]]:
    return list(zip(trace.spec.axis_names, trace.spec.axes, strict=True))


def _number(value: int | str) -> Formula:
    return Formula.of(str(value), str(value))


def _per_axis(
    trace: Trace, say: Callable[[Axis], str], where: Callable[[Axis], bool] = lambda _: True
) -> str:
    """The same said of each axis that it concerns, its name in front where there are several."""
    said = [(name, say(axis)) for name, axis in _axes(trace) if where(axis)]
    return "; ".join(f"{name}: {words}" if len(trace.spec.axes) > 1 else words for name, words in said)


def _pads(axis: Axis) -> tuple[int, int]:
    """How dO is padded for dX: E - 1 less the layer's own padding, and the remainder after."""
    return axis.effective - 1 - axis.before, axis.effective - 1 - axis.after + axis.remainder


def _rule(trace: Trace) -> Formula:
    return trace.letters.tree(trace.derivation.rule(trace.array.removeprefix("d")), general=False)


# ---- answers ---------------------------------------------------------------------------------------------


def _why_turned(trace: Trace) -> Prose:
    first = trace.letters.notation.first_of("X")
    for of_axis in trace.axes:
        met = of_axis[0].met
        if len(met) > 1:
            outputs = ", ".join(str(place.position + first) for place in met)
            kernel = ", ".join(str((place.meets or 0) + first) for place in met)
            seen = f"Here, along the {of_axis[0].axis}, outputs {outputs} see it through kernel entries {kernel}. "
            break
    else:
        seen = ""
    return (
        (f"{seen}The next output has its window further on, so the same input lies nearer to that window's beginning: "
        "as outputs count up, kernel entries count down. A correlation takes both counting up, so the kernel has to be "
        "turned round first: "),
        trace.letters.name("dX"), " is ", _rule(trace), ".",
    )  # fmt: skip


def _why_no_turn_in_loop(trace: Trace) -> Prose:
    count = len(trace.taps)
    name = trace.name
    added = "nothing" if not count else "one product" if count == 1 else f"{count:,} products"
    order: list[str | Formula] = []
    for tap in trace.taps[:4] if count > 1 else ():
        order += [" + " if order else ": ", *_between(trace.factors(tap))]
    rest = (" and so on",) if count > 4 else ()
    return (
        ("A loop over outputs that adds, at every kernel position, kernel entry times gradient into the input "
        "read there meets each tap at the same three entries as the forward pass: it scatters, and needs no order. The "
        "formula with the turned kernel gathers the same taps by input instead. To "), name, f" both add {added}",
        *order, *rest, ".",
    )  # fmt: skip


def _between(factors: tuple[Formula, ...]) -> list[str | Formula]:
    (first, *others) = factors
    return [first, *(part for other in others for part in (" times ", other))]


def _why_dilated(trace: Trace) -> Prose:
    spaced = _per_axis(trace, lambda axis: f"windows begin {axis.stride} apart", lambda axis: axis.stride > 1)
    zeros = _per_axis(
        trace,
        lambda axis: f"{axis.stride - 1} zero{'s' * (axis.stride > 2)} between neighbours",
        lambda axis: axis.stride > 1,
    )
    if trace.array == "dK":
        return (
            (f"Because of the stride ({spaced}): as one output follows the other, the input under the kernel entry "
            f"moves on "
            f"by that much. With zeros in between ({zeros}) "), trace.letters.name("dO"), (" moves at the pace of the "
            "input, and the sum is a "
            "plain correlation."),
        )  # fmt: skip
    missed = [
        place.position + trace.letters.notation.first_of("K")
        for of_axis in trace.axes
        for place in of_axis[1].places
        if "no window begins" in place.reason
    ]
    example = (
        f" Here kernel entries at {', '.join(map(str, missed))} would need a window where none begins, and meet such "
        f"a zero."
        if missed and trace.spec.rank == 1
        else ""
    )
    return (
        (
            f"Because of the stride ({spaced}). Of the windows of the layer of stride 1 the others do not exist, which "
            f"is the "
            f"same as if their outputs had gradient zero ({zeros}).{example}"
        ),
    )


def _which_padding(trace: Trace) -> Prose:
    words = _per_axis(
        trace,
        lambda axis: (
            f"{axis.effective} - 1 - {axis.before} = {_pads(axis)[0]} before, {axis.effective} - 1 - {axis.after}"
            f"{f' + {axis.remainder}' if axis.remainder else ''} = {_pads(axis)[1]} after"
        ),
    )
    return (
        (
            "The effective kernel less one, less the layer's own padding on that side, and after it the remainder as well: "
            f"{words}. So the first input meets the last kernel entry of the window that only just reaches it."
        ),
    )


def _negative(trace: Trace) -> Prose:
    def say(axis: Axis) -> str:
        before, after = _pads(axis)
        cut = [f"{-before} before" for _ in range(before < 0)] + [f"{-after} after" for _ in range(after < 0)]
        idle = [
            output
            for output in range(axis.output)
            if output * axis.stride - axis.before + axis.effective <= 0
            or output * axis.stride - axis.before >= axis.input
        ]
        outputs = (
            f"{len(idle)} of its {axis.output} window positions lie"
            if len(idle) > 1
            else "one window position lies"
        )
        seen = f"; {outputs} in the padding altogether" if idle else ""
        return f"{' and '.join(cut)}{seen}"

    return (
        (
            "That so many entries are cut off and not added: the layer is padded by more than its effective kernel less "
            "one, so "
            "that the outermost positions see no input at all, and what they got from the loss goes nowhere: "
            f"{_per_axis(trace, say, lambda axis: min(_pads(axis)) < 0)}."
        ),
    )


def _remainder(trace: Trace) -> Prose:
    def say(axis: Axis) -> str:
        never = max(0, axis.remainder - axis.after)
        idle = f", {never} of them input" if never else ""
        return (
            f"({axis.input} + {axis.before} + {axis.after} - {axis.effective}) leaves {axis.remainder} when divided by "
            f"{axis.stride}, so {axis.remainder} padded position{'s' * (axis.remainder > 1)} at the end "
            f"{'are' if axis.remainder > 1 else 'is'} in no window{idle}"
        )

    behind = any(
        of_axis[0].at + axis.before >= (axis.output - 1) * axis.stride + axis.effective
        for of_axis, (_, axis) in zip(trace.axes, _axes(trace), strict=True)
    )
    tail = " This entry is one of them: its gradient is zero, but the array has it." if behind else ""
    return (
        (
            f"{_per_axis(trace, say, lambda axis: axis.remainder > 0)}. Their gradients are zeros that the array must "
            f"still have: "
            f"without the remainder in the padding after, the result would be too small.{tail}"
        ),
    )


def _dilated_kernel(trace: Trace) -> Prose:
    words = _per_axis(trace, lambda axis: f"entries {axis.dilation} apart", lambda axis: axis.dilation > 1)
    if trace.array == "dK":
        return (
            (
                f"A step of one in the kernel is a step of the dilation in the input ({words}), so of the correlation "
                f"with the "
                "input only every such entry belongs to a kernel entry."
            ),
        )
    return (
        f"The kernel reads the input dilated ({words}), and it does so backwards too: ⋆ has the same dilation.",
    )


def _cut_to_kernel(trace: Trace) -> Prose:
    words = _per_axis(
        trace,
        lambda axis: f"remainder {axis.remainder}, dilation {axis.dilation}, kernel {axis.kernel}",
        lambda axis: axis.remainder >= axis.dilation,
    )
    return (
        (
            f"The stride leaves a remainder of at least the dilation ({words}), so the correlation is longer than the "
            f"kernel: its "
            "last entries would belong to kernel entries that do not exist."
        ),
    )


def _sides(trace: Trace) -> Prose:
    words = _per_axis(
        trace,
        lambda axis: (
            f"the layer has {axis.before} before and {axis.after} after, its gradient {_pads(axis)[0]} and "
            f"{_pads(axis)[1]}"
        ),
        lambda axis: axis.before != axis.after,
    )
    return (
        (
            f"The larger one of the two is on the other side of the gradient: {words}. This is where an even kernel under "
            "“same” padding differs between libraries, which put the odd row on different sides."
        ),
    )


def _pairs(trace: Trace) -> Prose:
    spec = trace.spec
    groups = f" of the same of {spec.groups} groups" if spec.groups > 1 else ""
    if trace.array == "dX":
        return (
            (
                f"An input channel is read by every output channel{groups}: the {spec.group_out_channels} products at "
                f"one position "
                "are added up."
            ),
        )
    return (
        (
            f"Every output channel is paired with every input channel{groups}, {spec.group_out_channels} by "
            f"{spec.group_in_channels}; no sum runs over channels."
        ),
    )


def _batch(trace: Trace) -> Prose:
    return (
        f"The sum over the {trace.spec.batch} images. A loss that is a mean has its divisor in ",
        trace.letters.name("dO"), (" already; "
        "dividing here once more would be wrong."),
    )  # fmt: skip


def _not_turned(trace: Trace) -> Prose:  # noqa: ARG001 -- the same for every entry
    return (
        (
            "As outputs count up, the input under this kernel entry counts up with them: both in the same direction, "
            "which is a "
            "correlation as it stands. Only where one counts up and the other down is something turned."
        ),
    )


def _which_product(trace: Trace) -> Prose:  # noqa: ARG001
    return (
        (
            "Correlation: ⋆ turns nothing. A true convolution turns its kernel itself, so the gradient is the full "
            "convolution with "
            "the kernel as it is, or the full correlation with the kernel turned; turning it for a convolution turns it "
            "twice."
        ),
    )


def _any(condition: Callable[[Axis], bool]) -> Callable[[Trace], bool]:
    return lambda trace: any(map(condition, trace.spec.axes))


QUESTIONS = (
    Question("Why rot180?", ("dX",), _any(lambda axis: axis.kernel > 1), _why_turned),
    Question(
        "My code adds into {dX} in a loop, and there is no rot180 in it: why is it right?",
        ("dX",), lambda _: True, _why_no_turn_in_loop,
    ),
    Question("Why is nothing turned in {dK}?", ("dK",), _any(lambda axis: axis.kernel > 1), _not_turned),
    Question("Convolution or correlation?", ("dX",), _any(lambda axis: axis.kernel > 1), _which_product),
    Question("Why is {dO} dilated?", ("dX", "dK"), _any(lambda axis: axis.stride > 1), _why_dilated),
    Question("Which padding does {dO} get?", ("dX",), lambda _: True, _which_padding),
    Question("What does a negative padding mean?", ("dX",), _any(lambda axis: min(_pads(axis)) < 0), _negative),
    Question(
        "Why does a stride that does not divide give the wrong shape?",
        ("dX",), _any(lambda axis: axis.remainder > 0), _remainder,
    ),
    Question("Why is ⋆ dilated here?", ("dX",), _any(lambda axis: axis.dilation > 1), _dilated_kernel),
    Question("Why are entries of the correlation left out in {dK}?", ("dK",), _any(lambda axis: axis.dilation > 1),
    _dilated_kernel),
    Question(
        "Why is the result cut to the size of the kernel?",
        ("dK",), _any(lambda axis: axis.remainder >= axis.dilation), _cut_to_kernel,
    ),
    Question(
        "Which side has more padding?", ("dX",), _any(lambda axis: axis.before != axis.after), _sides
    ),
    Question(
        "How are channels summed?",
        ("dX",), lambda trace: max(trace.spec.in_channels, trace.spec.out_channels) > 1, _pairs,
    ),
    Question(
        "How are channels paired?",
        ("dK",), lambda trace: max(trace.spec.in_channels, trace.spec.out_channels) > 1, _pairs,
    ),
    Question("Sum or mean over the batch?", ("dK", "db"), lambda trace: trace.spec.batch > 1, _batch),
)  # fmt: skip
"""In the order in which they are asked."""
