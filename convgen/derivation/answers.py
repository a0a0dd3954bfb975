"""The answers to what people ask about gradients of convolutions, each made from the trace of one entry."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from convgen.derivation.document import Prose
from convgen.derivation.formula import Formula
from convgen.spec import Axis

if TYPE_CHECKING:
    from convgen.derivation.trace import Trace


def _axes(trace: Trace) -> list[tuple[str, Axis]]:
    return list(zip(trace.spec.axis_names, trace.spec.axes, strict=True))


def _per_axis(
    trace: Trace, say: Callable[[Axis], str], where: Callable[[Axis], bool] = lambda _: True
) -> str:
    """The same said of each axis that it concerns, its name in front where there are several."""
    said = [(name, say(axis)) for name, axis in _axes(trace) if where(axis)]
    return "; ".join(f"{name}: {words}" if len(trace.spec.axes) > 1 else words for name, words in said)


def pads(axis: Axis) -> tuple[int, int]:
    """How dO is padded for dX: E - 1 less the layer's own padding, and the remainder after."""
    return axis.effective - 1 - axis.before, axis.effective - 1 - axis.after + axis.remainder


def _rule(trace: Trace) -> Formula:
    return trace.letters.tree(trace.derivation.rule(trace.array.removeprefix("d")), general=False)


# ---- answers ---------------------------------------------------------------------------------------------


def why_turned(trace: Trace) -> Prose:
    """Outputs count up where kernel entries count down."""
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


def why_no_turn_in_loop(trace: Trace) -> Prose:
    """A loop scatters the taps that the formula gathers."""
    count = len(trace.taps)
    name = trace.name
    added = "nothing" if not count else "one product" if count == 1 else f"{count:,} products"
    order: list[str | Formula] = []
    for tap in trace.taps[:4] if count > 1 else ():
        order += [" + " if order else ": ", *_between(trace.factors(tap))]
    rest = (" and so on",) if count > 4 else ()
    return (
        ("A loop over outputs and kernel entries adds kernel entry times gradient into the input that the forward "
        "pass read there. It goes through the taps in the order of the forward pass and scatters each product to where "
        "it belongs: nothing is put in another order, so nothing is turned. The formula gathers the same products "
        "input by input; there the kernel entries come in the opposite order, and the kernel is turned to meet them. "
        "To "),
        name, f" both add {added}",
        *order, *rest, ".",
    )  # fmt: skip


def _between(factors: tuple[Formula, ...]) -> list[str | Formula]:
    (first, *others) = factors
    return [first, *(part for other in others for part in (" times ", other))]


def why_dilated(trace: Trace) -> Prose:
    """Windows are a stride apart."""
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


def which_padding(trace: Trace) -> Prose:
    """The amounts on each side, worked out."""
    words = _per_axis(
        trace,
        lambda axis: (
            f"{axis.effective} - 1 - {axis.before} = {pads(axis)[0]} before, {axis.effective} - 1 - {axis.after}"
            f"{f' + {axis.remainder}' if axis.remainder else ''} = {pads(axis)[1]} after"
        ),
    )
    full = (
        " The layer itself has no padding (“valid”), so this is the largest that any window needs: “full”."
        if all(axis.before == axis.after == 0 for axis in trace.spec.axes)
        else ""
    )
    return (
        (
            "The effective kernel less one, less the layer's own padding on that side, and after it the remainder too: "
            f"{words}. With so many, every window of the turned kernel that an input needs lies in the array.{full}"
        ),
    )


def negative(trace: Trace) -> Prose:
    """Positions that only ever see padding."""

    def say(axis: Axis) -> str:
        before, after = pads(axis)
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
            "That so many entries are cut off and not added: the layer is padded by more than its effective kernel "
            "less one, so that the outermost positions see no input, and what they got from the loss goes nowhere: "
            f"{_per_axis(trace, say, lambda axis: min(pads(axis)) < 0)}."
        ),
    )


def remainder(trace: Trace) -> Prose:
    """Positions that no window reaches."""

    def say(axis: Axis) -> str:
        never = max(0, axis.remainder - axis.after)
        idle = f", of which {never} {'is' if never == 1 else 'are'} input" if never else ""
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


def dilated_kernel(trace: Trace) -> Prose:
    """The kernel reads dilated, forward and backward."""
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


def cut_to_kernel(trace: Trace) -> Prose:
    """A remainder makes the correlation longer than the kernel."""
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


def sides(trace: Trace) -> Prose:
    """What one side has more of, the gradient has less of there."""
    words = _per_axis(
        trace,
        lambda axis: (
            f"the layer has {axis.before} before and {axis.after} after, its gradient {pads(axis)[0]} and "
            f"{pads(axis)[1]}"
        ),
        lambda axis: axis.before != axis.after,
    )
    return (
        (
            "More on one side of the layer is less on that side of the gradient, which has the remainder after it "
            f"besides: {words}. This is where an even kernel under “same” padding "
            "differs between libraries, which put the odd row on different sides."
        ),
    )


def pairs(trace: Trace) -> Prose:
    """Which channels meet."""
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


def batch(trace: Trace) -> Prose:
    """The batch is summed over."""
    return (
        f"The sum over the {trace.spec.batch} images. A loss that is a mean has its divisor in ",
        trace.letters.name("dO"), (" already; "
        "dividing here once more would be wrong."),
    )  # fmt: skip


def not_turned(trace: Trace) -> Prose:  # noqa: ARG001 -- the same for every entry
    """Both indices count up."""
    return (
        (
            "As outputs count up, the input under this kernel entry counts up with them: both in the same direction, "
            "which is a "
            "correlation as it stands. Only where one counts up and the other down is something turned."
        ),
    )


def which_product(trace: Trace) -> Prose:  # noqa: ARG001
    """What ⋆ turns, and what it does not."""
    return (
        (
            "Correlation: ⋆ turns nothing. A true convolution turns its kernel itself, so the gradient is the full "
            "convolution with the kernel as it is, or the full correlation with the kernel turned; turning it for a "
            "convolution turns it twice."
        ),
    )
