"""The trace of an entry as blocks of a document: its taps, every axis, a plane of places, and the questions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from convgen.derivation.document import Block, Prose, display, figure, heading, items, point, prose
from convgen.derivation.formula import Formula, matrix, matrix_size, shown
from convgen.derivation.questions import answers
from convgen.derivation.sight import Sight
from convgen.errors import BudgetError

if TYPE_CHECKING:
    from convgen.derivation.trace import Trace

TAPS_SHOWN = 12
"""Taps up to which every one is written out."""
_GIVES = {"kernel": "through kernel entry", "input": "meets input", "output": "in output"}


def blocks_of(trace: Trace, drawn: Sequence[Block] = ()) -> list[Block]:
    """The whole trace, with figures: the first below the taps, the others before the questions."""
    return [*_taps(trace), *drawn[:1], *_places(trace), *_plane(trace), *drawn[1:], *_questions(trace)]


# ---- pictures --------------------------------------------------------------------------------------------

_CAPTIONS = {
    "taps": "Cells with the same number are multiplied, and all products are added.",
    "pass": "What slides over what to compute it, with the zeros that padding and dilation put.",
}


def figures(trace: Trace) -> list[Block]:
    """The pictures themselves; of one that is too large, how large it would be."""
    found = []
    for kind, caption in _CAPTIONS.items():
        try:
            found.append(figure(caption + _letters_of_picture(trace), trace.picture(kind)))
        except BudgetError as error:
            found.append(prose(f"There is no picture here: {error}."))
    return found


def linked_figure(trace: Trace, path: str) -> Block:
    """The picture of the taps, which lies in a file."""
    return figure(_CAPTIONS["taps"] + _letters_of_picture(trace), trace.picture(), path)


def _letters_of_picture(trace: Trace) -> str:
    """Pictures have our own letters and numbers; what is said where the notation has others."""
    notation = trace.letters.notation
    others = [
        f"{array} for {letter}"
        for array, letter in notation.letters.items()
        if array in ("X", "K", "b", "O", "dO") and letter != array
    ]
    said = [f"The picture writes {', '.join(others)}."] if others else []
    said += ["Its indices count from 0."] if notation.first_of("X") else []
    return "".join(f" {each}" for each in said)


# ---- words -----------------------------------------------------------------------------------------------


def _questions(trace: Trace) -> list[Block]:
    asked = answers(trace)
    title = [heading("Questions that people ask")] if asked else []
    return title + [point(question, *answer) for question, answer in asked]


def _taps(trace: Trace) -> list[Block]:
    count = len(trace.taps)
    words = {
        "O": (
            "It meets padding alone",
            "It has one tap, an input and a kernel entry",
            "It has {} taps, an input and a kernel entry each",
        ),
        "dX": (
            "No tap of the layer reads this input, so its gradient is zero",
            "One tap of the layer reads this input, in one output through one kernel entry",
            "{} taps of the layer read this input, each in one output through one kernel entry",
        ),
        "dK": (
            "This kernel entry meets padding alone, so its gradient is zero",
            "One tap of the layer uses this kernel entry, in one output with one input",
            "{} taps of the layer use this kernel entry, each in one output with one input",
        ),
        "db": (
            "",
            "The one output of the channel has this bias added",
            "Each of the {} outputs of the channel has this bias added once",
        ),
    }[trace.array][min(count, 2)].format(f"{count:,}") + "."
    blocks = [heading("Taps"), prose(words), display(trace.formula)]
    if trace.array == "dX" and 0 < count <= TAPS_SHOWN:
        blocks.append(
            items(
                *(
                    (
                        "output ",
                        trace.entry("O", tap.output),
                        " sees it through ",
                        trace.entry("K", tap.kernel or ()),
                    )
                    for tap in trace.taps
                )
            )
        )
    return blocks


def _places(trace: Trace) -> list[Block]:
    if not trace.axes:
        return []
    lines: list[Prose] = []
    for of_axis in trace.axes:
        lines += [_line(trace, sight) for sight in of_axis]
    return [
        heading("Axis by axis"),
        prose("A tap needs all axes at once: its positions meet on each of them.", *_channels(trace)),
        items(*lines),
    ]


def _line(trace: Trace, sight: Sight) -> Prose:
    first = trace.letters.notation.first_of("X")
    along = {"output": "outputs", "kernel": "kernel entries"}[sight.along]
    met = [
        f"{place.position + first} {_GIVES[sight.gives]} {(place.meets or 0) + first}" for place in sight.met
    ]
    head = f"{sight.axis}, position {sight.at + first}, {along} 0–{len(sight.places) - 1}: "
    if first:
        head = f"{sight.axis}, position {sight.at + first}, {along} 1–{len(sight.places)}: "
    parts = [_listed(met) if met else f"none meets {'it' if sight.gives != 'input' else 'an input'}"]
    parts += [
        f"not {_runs([each + first for each in places])}: {reason}" for places, reason in sight.reasons()
    ]
    return (head + "; ".join(parts),)


def _channels(trace: Trace) -> list[str]:
    spec = trace.spec
    words = {
        "O": f" The sum runs over the {spec.group_in_channels} input channels of the group.",
        "dX": f" The sum runs over the {spec.group_out_channels} output channels of the group; outputs of other "
        "images, and of other groups, do not read this input.",
        "dK": f" The sum runs over the batch of {spec.batch}; a kernel entry has one input and one output channel.",
    }[trace.array]
    return [words] if spec.in_channels * spec.out_channels * spec.batch > 1 else []


def _plane(trace: Trace) -> list[Block]:
    """Which places meet what, in a plane: of the outputs, or for an output of the kernel."""
    if not trace.axes or trace.spec.rank > 2:
        return []
    chosen = [of_axis[0] for of_axis in trace.axes]
    *above, across = ([place.meets for place in sight.places] for sight in chosen)
    down = above[0] if above else [0]  # a line is a plane of one row
    first = trace.letters.notation.first_of("X")
    nothing = Formula.of(r"\cdot", "·")

    def cell(row: int, column: int) -> Formula:
        met = [down[row], across[column]] if above else [across[column]]
        if any(each is None for each in met):
            return nothing
        text = ",".join(str(each + first) for each in met if each is not None)
        return Formula.of(text, text)

    what = {
        "O": "The kernel, with the input that each of its entries meets",
        "dX": "The outputs, with the kernel entry through which each sees the input",
        "dK": "The outputs, with the input that the kernel entry meets in each",
    }[trace.array]
    return [
        prose(f"{what}, {matrix_size(len(down), len(across))}; a dot where there is none:"),
        display(matrix(len(down), len(across), cell)),
    ]


def _listed(parts: Sequence[str]) -> str:
    which = shown(len(parts), TAPS_SHOWN, TAPS_SHOWN - 2)
    return ", ".join("…" if each is None else parts[each] for each in which)


def _runs(positions: Sequence[int]) -> str:
    """Positions with neighbours joined: 0–3, 7."""
    runs: list[list[int]] = []
    for position in positions:
        if runs and position == runs[-1][-1] + 1:
            runs[-1].append(position)
        else:
            runs.append([position])
    return _listed([str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs])
