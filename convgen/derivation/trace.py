"""The trace of one entry: which taps it takes part in, why in no others, and what people ask about that.

convgen explain "dX[0,2]" --input 3x3 --kernel 2x2
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any

from convgen.algebra.index_form import Products, expand_sums
from convgen.algebra.indexed_sum import IndexedSum
from convgen.algebra.polynomial import Polynomial
from convgen.derivation.document import (
    Block,
    Prose,
    display,
    heading,
    items,
    point,
    prose,
    to_github,
    to_html,
    to_katex,
    to_latex,
    to_text,
)
from convgen.derivation.formula import EQUALS, LINE_WIDTH, EntryPrinter, Formula, matrix, matrix_size, shown
from convgen.derivation.letters import Letters
from convgen.derivation.sight import Sight, sights
from convgen.errors import BudgetError, ClaimError, StepError
from convgen.indexing import gradient_sum, output_sums
from convgen.layout import axis_sizes, element_name, name_shape, named_index, user_index, user_shape
from convgen.spec import ConvSpec

if TYPE_CHECKING:
    from convgen.derivation.derivation import Derivation

SCHEMA_VERSION = 1
"""Version of the JSON form; a change of meaning raises it."""
TAP_LIMIT = 200_000
"""Taps of one entry up to which it is traced."""
TAPS_SHOWN = 12
"""Taps up to which every one is written out."""

_ENTRY = re.compile(r"\s*(?P<array>[^\W\d_]+)\s*(?:\[(?P<index>[^][]*)\])?\s*")


@dataclass(frozen=True)
class Tap:
    """One product that an entry gets, or gives: three entries by their user's index.

    Attributes:
        output: the index of the output.
        input: the index of the input; None for the bias.
        kernel: the index of the kernel entry; None for the bias.
    """

    output: tuple[int, ...]
    input: tuple[int, ...] | None
    kernel: tuple[int, ...] | None


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
        """Markdown, as `Derivation.markdown` has it."""
        return {"github": to_github, "katex": to_katex}[flavour](self.title, self.blocks)

    def latex(self, article: bool = False) -> str:
        """LaTeX: a fragment, or an article."""
        return to_latex(self.title, self.blocks, article)

    def html(self) -> str:
        """One HTML file with MathML."""
        return to_html(self.title, self.blocks)

    def formatted(self, name: str) -> str:
        """The trace in a format by its name on the command line."""
        writers = {
            "text": self.text,
            "markdown": self.markdown,
            "katex": lambda: self.markdown("katex"),
            "latex": self.latex,
            "article": lambda: self.latex(article=True),
            "html": self.html,
        }
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


# ---- from the definition ---------------------------------------------------------------------------------


def trace(derivation: Derivation, entry: str) -> Trace:
    """Trace an entry by its name: ``dX[0,2]``.

    Raises:
        ClaimError: it names no entry of the layer.
        BudgetError: more taps than are traced.
    """
    spec = derivation.spec
    array, index = _read(derivation, entry)
    named = named_index(spec, array, index)
    found = tuple(_tap(spec, array, named, each) for each in _products(spec, array, named))
    channels = len(named) - (0 if array == "db" else spec.rank)
    base = array.removeprefix("d")
    axes = () if base == "b" else sights(spec, base, tuple(named[channels:]))
    result = Trace(derivation, array, index, found, axes)
    _check(result, named)
    return result


def _read(derivation: Derivation, entry: str) -> tuple[str, tuple[int, ...]]:
    """The array and the index that a name stands for."""
    spec, notation = derivation.spec, derivation.notation
    match = _ENTRY.fullmatch(entry)
    arrays = notation.letters_to_arrays
    if match is None or match["array"] not in arrays:
        letters = ", ".join(notation.letters[array] for array in ("O", "dX", "dK", "db"))
        raise ClaimError(f"{entry!r} is no entry; write one of {letters} with its indices, such as dX[0,2]")
    array = {"X": "dX", "K": "dK", "b": "db", "dO": "O"}.get(arrays[match["array"]], arrays[match["array"]])
    if array == "db" and not spec.bias:
        raise ClaimError(f"{entry!r}: {spec} has no bias")
    shape = user_shape(spec, array)
    words = [word.strip() for word in (match["index"] or "").split(",")] if match["index"] else []
    if not words and math.prod(shape) == 1:
        return array, (0,) * len(shape)
    if not all(re.fullmatch(r"-?\d{1,18}", word) for word in words):
        raise ClaimError(f"{entry!r}: indices are whole numbers, such as dX[0,2]")
    if len(words) != len(shape):
        raise ClaimError(
            f"{entry!r} has {len(words)} indices, and {match['array']} has shape {_by(shape)} in layout {spec.layout}"
        )
    first = notation.first_of(array)
    index = tuple(int(word) - first for word in words)
    if any(not 0 <= each < size for each, size in zip(index, shape, strict=True)):
        last = ",".join(str(size - 1 + first) for size in shape)
        raise ClaimError(
            f"{entry!r} is outside {match['array']}, whose shape is {_by(shape)}: its last entry is "
            f"{match['array']}[{last}]"
        )
    return array, index


def _by(shape: Sequence[int]) -> str:
    return "×".join(map(str, shape))


def _products(spec: ConvSpec, array: str, named: Sequence[int]) -> Products:
    """The products of one entry, from the definition."""
    terms = (
        [term for term in output_sums(spec) if len(term.factors) == 2]
        if array == "O"
        else [gradient_sum(spec, array.removeprefix("d"))]
    )
    count = _count(spec, array)
    if count > TAP_LIMIT:
        raise BudgetError(
            f"an entry of {array} of {spec} has up to {count:,} taps, more than the limit of {TAP_LIMIT:,}; "
            "choose a smaller layer, or derive it in its general form (convgen derive --general)"
        )
    return expand_sums([_at_entry(term, named) for term in terms])[()]


def _count(spec: ConvSpec, array: str) -> int:
    outputs, kernel = math.prod(spec.output_size), math.prod(spec.kernel_size)
    return {
        "O": kernel * spec.group_in_channels,
        "dX": kernel * spec.group_out_channels,
        "dK": outputs * spec.batch,
        "db": outputs * spec.batch,
    }[array]


def _at_entry(term: IndexedSum, named: Sequence[int]) -> IndexedSum:
    values = {index.name: Polynomial.of(position) for index, position in zip(term.output, named, strict=True)}
    return replace(term.reindex(values), output=())


def _tap(spec: ConvSpec, array: str, named: Sequence[int], product_of: Any) -> Tap:
    """A product as a tap, the entry itself included."""
    _, entries = product_of
    known = {name: user_index(spec, name.removeprefix("d"), at) for name, at in entries}
    own = user_index(spec, array.removeprefix("d"), named)
    known |= {{"O": "dO", "dX": "X", "dK": "K", "db": "b"}[array]: own}
    return Tap(known["dO"], known.get("X"), known.get("K"))


def _check(traced: Trace, named: Sequence[int]) -> None:
    """Hold what the axes say against the taps of the definition: the one is worked out without the other."""
    if not traced.axes:
        return
    spec, array = traced.spec, traced.array
    met = [[(place.position, place.meets) for place in of_axis[0].met] for of_axis in traced.axes]
    along = {"dX": ("O", "K"), "dK": ("O", "X"), "O": ("K", "X")}[array]
    told = {tuple(zip(*each, strict=True)) if each else ((), ()) for each in product(*met)}
    taken = {
        tuple(
            tuple(named_index(spec, role, index)[-spec.rank :])
            for role in along
            if (index := {"O": tap.output, "K": tap.kernel, "X": tap.input}[role]) is not None
        )
        for tap in traced.taps
    }
    sizes = axis_sizes(spec, "O") | {"c": spec.group_in_channels}
    copies = {"dX": sizes["f"], "dK": sizes["n"], "O": sizes["c"]}[array]
    if told != taken or len(traced.taps) != len(told) * copies:
        raise StepError(
            f"{array}[{','.join(map(str, traced.index))}] of {spec}: the axes meet {sorted(told)}, its taps "
            f"{sorted(taken)}"
        )
    for of_axis in traced.axes[: len(named)]:  # along the outputs and along the kernel the same pairs are met
        pairs = [{(place.position, place.meets) for place in sight.met} for sight in of_axis]
        if len(pairs) == 2 and pairs[0] != {(meets, position) for position, meets in pairs[1]}:
            raise StepError(f"axis {of_axis[0].axis} of {spec}: {pairs}")
