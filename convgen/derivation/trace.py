"""The trace of one entry: which taps it takes part in, why in no others, and what people ask about that.

convgen explain "dX[0,2]" --input 3x3 --kernel 2x2
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from convgen.derivation.document import (
    Block,
    Prose,
    display,
    heading,
    items,
    point,
    prose,
    to_html,
    to_latex,
    to_markdown,
    to_text,
)
from convgen.derivation.entries import Tap, read_entry, taps_of
from convgen.derivation.formula import EQUALS, LINE_WIDTH, EntryPrinter, Formula, matrix, matrix_size, shown
from convgen.derivation.letters import Letters
from convgen.derivation.sight import Sight
from convgen.errors import SpecError
from convgen.layout import element_name, name_shape
from convgen.spec import ConvSpec

if TYPE_CHECKING:
    from convgen.derivation.derivation import Derivation

SCHEMA_VERSION = 1
"""Version of the JSON form; a change of meaning raises it."""
TAPS_SHOWN = 12
"""Taps up to which every one is written out."""


@dataclass(frozen=True)
class Trace:
    """What `convgen.explain` found out about one entry; shows itself as text.

    Attributes:
        derivation: the layer and its letters.
        array: O, dX, dK or db.
        index: the entry's index in the user's array, counted from 0.
        taps: every product, in the order of the sum.
        axes: for each spatial axis how the entry is seen along it; empty for db.
    """

    derivation: Derivation
    array: str
    index: tuple[int, ...]
    taps: tuple[Tap, ...]
    axes: tuple[tuple[Sight, ...], ...]

    @property
    def spec(self) -> ConvSpec:
        """The layer."""
        return self.derivation.spec

    @cached_property
    def letters(self) -> Letters:
        """How names are written."""
        return Letters(self.spec, self.derivation.notation)

    @cached_property
    def _printer(self) -> EntryPrinter:
        return EntryPrinter(self.letters.notation)

    def entry(self, array: str, index: Sequence[int]) -> Formula:
        """An entry of an array by its user's index."""
        shape = name_shape(self.spec, array)
        return self._printer.entry(element_name(array, shape, index if shape else ()))

    @property
    def name(self) -> Formula:
        """The entry itself."""
        return self.entry(self.array, self.index)

    def factors(self, tap: Tap) -> tuple[Formula, ...]:
        """What is multiplied in a tap."""
        by_role = {"dO": tap.output, "X": tap.input, "K": tap.kernel}
        roles = {"O": ("K", "X"), "dX": ("K", "dO"), "dK": ("X", "dO"), "db": ("dO",)}[self.array]
        return tuple(self.entry(role, index) for role in roles if (index := by_role[role]) is not None)

    @cached_property
    def formula(self) -> Formula:
        """The entry as the sum of its products, the middle of a long one left out."""
        widest = len(_product(self.factors(self.taps[-1])).lines[0]) + len(" + ") if self.taps else 1
        fitting = max(LINE_WIDTH // widest, 3)
        which = shown(len(self.taps), fitting, fitting - 2)
        terms = [
            Formula.of(r"\cdots", "⋯") if each is None else _product(self.factors(self.taps[each]))
            for each in which
        ]
        if self.array == "O" and self.spec.bias:
            channel = self._channel()
            terms.insert(0, self.entry("b", (channel,)))
        if not terms:
            terms = [Formula.of("0", "0")]
        right = terms[0].beside(*terms[1:], gap=" + ", latex_gap=" + ")
        counted = f"({len(self.taps)} products)"
        note = Formula.of(rf"\quad\text{{{counted}}}", f" {counted}")
        whole = self.name.beside(EQUALS, right)
        return whole.beside(note) if None in which else whole

    def _channel(self) -> int:
        layout = self.spec.layout
        return self.index[layout.index("C")] if "C" in layout else 0

    # ---- as a document --------------------------------------------------------------------------------

    @cached_property
    def blocks(self) -> list[Block]:
        """The trace as blocks of a document."""
        from convgen.derivation.questions import answers

        blocks = [*self._taps(), *self._places(), *self._picture()]
        asked = answers(self)
        if asked:
            blocks.append(heading("Questions that people ask"))
            for question, answer in asked:
                blocks.append(point(question, *answer))
        return blocks

    @property
    def title(self) -> str:
        """The document's title."""
        return f"{self.name.lines[0]} of {self.spec}"

    def _taps(self) -> list[Block]:
        count = len(self.taps)
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
        }[self.array][min(count, 2)].format(f"{count:,}") + "."
        blocks = [heading("Taps"), prose(words), display(self.formula)]
        if self.array == "dX" and 0 < count <= TAPS_SHOWN:
            blocks.append(
                items(
                    *(
                        (
                            "output ",
                            self.entry("O", tap.output),
                            " sees it through ",
                            self.entry("K", tap.kernel or ()),
                        )
                        for tap in self.taps
                    )
                )
            )
        return blocks

    def _places(self) -> list[Block]:
        if not self.axes:
            return []
        lines: list[Prose] = []
        for of_axis in self.axes:
            lines += [self._line(sight) for sight in of_axis]
        return [
            heading("Axis by axis"),
            prose("A tap needs all axes at once: its positions meet on each of them.", *self._channels()),
            items(*lines),
        ]

    def _line(self, sight: Sight) -> Prose:
        first = self.letters.notation.first_of("X")
        along = {"output": "outputs", "kernel": "kernel entries"}[sight.along]
        met = [
            f"{place.position + first} {_GIVES[sight.gives]} {(place.meets or 0) + first}"
            for place in sight.met
        ]
        head = f"{sight.axis}, position {sight.at + first}, {along} 0–{len(sight.places) - 1}: "
        if first:
            head = f"{sight.axis}, position {sight.at + first}, {along} 1–{len(sight.places)}: "
        parts = [_listed(met) if met else f"none meets {'it' if sight.gives != 'input' else 'an input'}"]
        parts += [
            f"not {_runs([each + first for each in places])}: {reason}" for places, reason in sight.reasons()
        ]
        return (head + "; ".join(parts),)

    def _channels(self) -> list[str]:
        spec = self.spec
        words = {
            "O": f" The sum runs over the {spec.group_in_channels} input channels of the group.",
            "dX": f" The sum runs over the {spec.group_out_channels} output channels of the group; outputs of other "
            "images, and of other groups, do not read this input.",
            "dK": f" The sum runs over the batch of {spec.batch}; a kernel entry has one input and one output channel.",
        }[self.array]
        return [words] if spec.in_channels * spec.out_channels * spec.batch > 1 else []

    def _picture(self) -> list[Block]:
        """Which places meet what, in a plane: of the outputs, or for an output of the kernel."""
        if not self.axes or self.spec.rank > 2:
            return []
        chosen = [of_axis[0] for of_axis in self.axes]
        *above, across = ([place.meets for place in sight.places] for sight in chosen)
        down = above[0] if above else [0]  # a line is a plane of one row
        first = self.letters.notation.first_of("X")
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
        }[self.array]
        return [
            prose(f"{what}, {matrix_size(len(down), len(across))}; a dot where there is none:"),
            display(matrix(len(down), len(across), cell)),
        ]

    # ---- formats --------------------------------------------------------------------------------------

    def text(self) -> str:
        """Unicode text."""
        return to_text(self.title, self.blocks)

    def markdown(self, flavour: str = "github") -> str:
        """Markdown, as `Derivation.markdown` has it.

        Raises:
            SpecError: an unknown flavour.
        """
        return to_markdown(self.title, self.blocks, flavour)

    def latex(self, article: bool = False) -> str:
        """LaTeX: a fragment, or an article."""
        return to_latex(self.title, self.blocks, article)

    def html(self) -> str:
        """One HTML file with MathML."""
        return to_html(self.title, self.blocks)

    def formatted(self, name: str) -> str:
        """The trace in a format by its name on the command line.

        Raises:
            SpecError: an unknown format.
        """
        writers = {
            "text": self.text,
            "markdown": self.markdown,
            "katex": lambda: self.markdown("katex"),
            "latex": self.latex,
            "article": lambda: self.latex(article=True),
            "html": self.html,
        }
        if name not in writers:
            raise SpecError(f"unknown format {name!r}; choose one of {', '.join(writers)}")
        return writers[name]()

    def __str__(self) -> str:
        return self.text()

    def _repr_markdown_(self) -> str:
        return self.markdown("katex")

    def to_json(self) -> dict[str, Any]:
        """The trace as plain data; indices count from 0."""
        from convgen.derivation.questions import answers

        return {
            "schema": SCHEMA_VERSION,
            "spec": str(self.spec),
            "entry": self.array,
            "index": list(self.index),
            "formula": self.formula.lines[0],
            "taps": [vars(tap) for tap in self.taps],
            "axes": [
                [
                    {"axis": sight.axis, "along": sight.along, "gives": sight.gives,
                    "places": [vars(each) for each in sight.places]}
                    for sight in of_axis
                ]
                for of_axis in self.axes
            ],
            "answers": [
                {
                    "question": question,
                    "answer": "".join(word if isinstance(word, str) else word.lines[0] for word in answer),
                }
                for question, answer in answers(self)
            ],
        }  # fmt: skip


_GIVES = {"kernel": "through kernel entry", "input": "meets input", "output": "in output"}


def _product(factors: Sequence[Formula]) -> Formula:
    return factors[0].beside(*factors[1:], gap="*", latex_gap=" ")


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


def trace(derivation: Derivation, entry: str) -> Trace:
    """Trace an entry by its name: ``dX[0,2]``.

    Raises:
        ClaimError: it names no entry of the layer.
        BudgetError: more taps than are traced.
    """
    array, index = read_entry(entry, derivation.spec, derivation.notation)
    return Trace(derivation, array, index, *taps_of(derivation.spec, array, index))
