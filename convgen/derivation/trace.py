"""The trace of one entry: which taps it takes part in, why in no others, and what people ask about that.

convgen explain "dX[0,2]" --input 3x3 --kernel 2x2
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from convgen.derivation.document import Block, to_html, to_latex, to_markdown, to_text
from convgen.derivation.entries import Tap, read_entry, taps_of
from convgen.derivation.formula import EQUALS, LINE_WIDTH, EntryPrinter, Formula, shown
from convgen.derivation.letters import Letters
from convgen.derivation.questions import answers
from convgen.derivation.sight import Sight
from convgen.derivation.trace_blocks import blocks_of, figures, linked_figure
from convgen.errors import SpecError
from convgen.layout import element_name, name_shape
from convgen.spec import ConvSpec

if TYPE_CHECKING:
    from convgen.derivation.derivation import Derivation
    from convgen.pictures.scene import Picture

SCHEMA_VERSION = 1
"""Version of the JSON form; a change of meaning raises it."""


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

    @property
    def blocks(self) -> list[Block]:
        """The trace as blocks of a document, without pictures."""
        return blocks_of(self)

    def picture(self, kind: str = "taps") -> Picture:
        """The entry as a picture, which has ``svg()`` and ``png()`` and shows itself in a notebook.

        Args:
            kind: ``"taps"``, the products numbered on the arrays as they are; ``"pass"``, what slides over what
                to compute the entry, with the zeros of padding and dilation.

        Raises:
            SpecError: another kind.
            BudgetError: too large to be drawn; the message has the size and the limit.
        """
        from convgen.layout import named_index
        from convgen.pictures.entries import Entry, pass_of
        from convgen.pictures.passes import draw_pass
        from convgen.pictures.tapped import draw_taps

        entry = Entry(self.array, named_index(self.spec, self.array, self.index))
        drawn = {
            "taps": lambda: draw_taps(self.spec, entry),
            "pass": lambda: draw_pass(self.spec, pass_of(self.array).name, entry),
        }
        if kind not in drawn:
            raise SpecError(f"unknown picture {kind!r} of an entry; choose one of {', '.join(drawn)}")
        return drawn[kind]()

    @property
    def title(self) -> str:
        """The document's title."""
        return f"{self.name.lines[0]} of {self.spec}"

    # ---- formats --------------------------------------------------------------------------------------

    def text(self, picture: str | None = None) -> str:
        """Unicode text; where its picture was written is named if told."""
        return to_text(self.title, self._with(picture))

    def markdown(self, flavour: str = "github", picture: str | None = None) -> str:
        """Markdown, as `Derivation.markdown` has it; shows the file of its picture if told where it is.

        Raises:
            SpecError: an unknown flavour.
        """
        return to_markdown(self.title, self._with(picture), flavour)

    def latex(self, article: bool = False) -> str:
        """LaTeX with its pictures, drawn by TeX: a fragment (needs amsmath, amssymb and color), or an article."""
        return to_latex(self.title, blocks_of(self, figures(self)), article)

    def html(self) -> str:
        """One HTML file with MathML and with its pictures."""
        return to_html(self.title, blocks_of(self, figures(self)))

    def pdf(self) -> bytes:
        """The article as PDF, by whichever TeX engine is installed.

        Raises:
            ToolError: none is, or it failed.
        """
        from convgen.derivation.pdf import tex_engine, to_pdf

        tex_engine()  # before the work
        return to_pdf(self.latex(article=True))

    def _with(self, picture: str | None) -> list[Block]:
        return self.blocks if picture is None else blocks_of(self, [linked_figure(self, picture)])

    def formatted(self, name: str, picture: str | None = None) -> str:
        """The trace in a format by its name on the command line.

        Args:
            name: of the format.
            picture: where its picture is, for those formats that show or name a file.

        Raises:
            SpecError: an unknown format.
        """
        writers = {
            "text": lambda: self.text(picture),
            "markdown": lambda: self.markdown(picture=picture),
            "katex": lambda: self.markdown("katex", picture),
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


def _product(factors: Sequence[Formula]) -> Formula:
    return factors[0].beside(*factors[1:], gap="*", latex_gap=" ")


def trace(derivation: Derivation, entry: str) -> Trace:
    """Trace an entry by its name: ``dX[0,2]``.

    Raises:
        ClaimError: it names no entry of the layer.
        BudgetError: more taps than are traced.
    """
    array, index = read_entry(entry, derivation.spec, derivation.notation)
    return Trace(derivation, array, index, *taps_of(derivation.spec, array, index))
