"""What the validator says to every mistake in an emitted text: ``python -m convgen.validation.mutation_table``.

Each template's text for a small layer is spoiled in every way that `convgen.validation.mutations` knows, in
every place, one at a time. The page is written from the validator's answers; a mutant that holds must have a
reason in `REASONS`, or the page is not written.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar

import numpy as np

from convgen.errors import SourceError
from convgen.kernels import Kernel, generate
from convgen.kernels.kernel import passes_of
from convgen.render import page_program, render
from convgen.spec import ConvSpec
from convgen.validation.mutations import Mutant, mutants
from convgen.validation.readings import CReading, NumpyReading
from convgen.validation.trace import Memory, Write
from convgen.validation.validate import EXACT_LIMIT

FUNCTION = re.compile(r"(?:void|def) \w+\(")

PAGE = Path("docs") / "text-mutants.md"

DIFFERS, REFUSED, HOLDS = "differs", "refused", "holds"


@dataclass(frozen=True)
class Case:
    """A text to be spoiled.

    Attributes:
        target: its language.
        form: of every pass that has it, which settles the template.
        spec: the layer.
    """

    target: str
    form: str
    spec: str

    def kernel(self) -> Kernel:
        """The text as it should be."""
        return generate(ConvSpec.parse(self.spec), self.target, name="k", forms=self.form)


CASES = (
    Case(
        "c", "unrolled", "input=3x4 kernel=2x2 in-channels=2 out-channels=2 stride=2x1 padding=1:0x0 groups=2"
    ),
    Case(
        "c",
        "loops",
        "input=4x9 kernel=2x3 in-channels=4 out-channels=4 batch=2 padding=1x2 dilation=1x2 groups=2",
    ),
    Case("c", "loops", "input=4x5 kernel=3x2 in-channels=2 out-channels=3 stride=2x3 padding=1x0:1"),
    Case(
        "c", "tiled", "input=3x5 kernel=2x2 in-channels=2 out-channels=5 stride=2x1 padding=1:0x0 layout=HWC"
    ),
    Case("c", "tiled", "input=3x6 kernel=2x3 in-channels=2 out-channels=2 padding=0x1 groups=2"),
    Case("numpy", "unrolled", "input=2x3 kernel=2x2"),
    Case(
        "numpy",
        "positions",
        "input=4x5 kernel=2x3 in-channels=4 out-channels=6 stride=2x1 padding=1x0:1 groups=2 layout=HWC",
    ),
    Case(
        "numpy",
        "matrix",
        "input=4x5 kernel=2x3 in-channels=4 out-channels=6 stride=2x1 padding=1x0:1 groups=2",
    ),
    Case(
        "numpy",
        "blocks",
        "input=3x4 kernel=2x2 in-channels=2 out-channels=4 stride=2x1 padding=1:0x0 groups=2",
    ),
    Case(
        "numpy",
        "blocks",
        "input=3x4 kernel=2x2 in-channels=2 out-channels=2 padding=1:0x0 groups=2 layout=HWC",
    ),
)
"""Every template, on layers that have borders, strides, dilation and groups."""


@dataclass(frozen=True)
class Reason:
    """Why a change changes nothing.

    Attributes:
        line: a pattern of the line that is changed.
        words: why.
    """

    line: str
    words: str


SAME_ACCESSES = "every write and every read is the same, in every round"
"""Why most of them hold: found by comparing all accesses of both texts, not by a pattern."""

REASONS = (
    Reason(r"^float \w+\[\d+\];$", "an array longer than what is used of it"),
    Reason(r"^([VW]\[.*\] = 0;$|f\d+x\d+_store_columns)", "idle lanes, of which nothing is stored"),
    Reason(r"^([VW]\[.*\] = |f\d+x\d+_(load|splat|zero)|k_pack_weights)", "the same is written once more"),
    Reason(r"^const ptrdiff_t \w+ = .*\?", "the bound is the same number in every round"),
    Reason(r"^const ptrdiff_t \w+ = ", "the quotient is the same number in every round"),
    Reason(r"^padded = np\.zeros", "an array longer than what is used of it"),
    Reason(r":\d+:\d", "a slice with a step ends at the same element"),
    Reason(r"^padded\[.* \+?= X$", "the same is written over zeros, or written once more"),
    Reason(r"^for \(.* \+= \d+\)", "the last round is the same"),
    Reason(r"^phase = ", "the slice has the same elements"),
    Reason(r"^(inside|padded|places|turned|spread)\[.*\] = ", "the same is written once more"),
    Reason(r"^np\.(matmul|einsum)\(", "the same is written once more"),
    Reason(
        r"^(columns|weights|part) = np\.empty",
        "the piece before has an array of that shape, of no use any more",
    ),
    Reason(r"_idle\.append", "a workspace that is not put back is made anew by the next call"),
)
"""In this order; the first that fits is the reason."""


@dataclass(frozen=True)
class Judged:
    """A mutant and what the validator says to it.

    Attributes:
        case: the text that it was made of.
        part: the function that it is in.
        mutant: the text with one mistake.
        answer: ``"differs"``, ``"refused"`` or ``"holds"``.
        same: whether every access is the same as before, which is looked at where it holds.
    """

    case: Case
    part: str
    mutant: Mutant
    answer: str
    same: bool = False

    @property
    def reason(self) -> str:
        """Why it holds; empty where no reason is known."""
        if self.same:
            return SAME_ACCESSES
        return next((each.words for each in REASONS if re.search(each.line, self.mutant.before)), "")


def parts(case: Case) -> Iterator[tuple[str, Mutant]]:
    """Every mutant of a case, with the function that it is in."""
    kernel = case.kernel()
    lines = kernel.source.split("\n")
    begins = [number for number, line in enumerate(lines) if FUNCTION.match(line)]
    for begin, end in zip(begins, [*begins[1:], len(lines)], strict=True):
        name = lines[begin][: lines[begin].index("(")].split()[1].removeprefix("k_")
        body = begin + 2 if case.target == "numpy" else lines.index("{", begin) + 2
        last = max(number for number in range(begin, end) if lines[number].strip()) + 1
        yield from ((name, each) for each in mutants(kernel.source, body, last))


def judged(case: Case, part: str, mutant: Mutant) -> Judged:
    """Ask the validator about one mutant; a helper is judged by the pass that it names, or the first."""
    spec = ConvSpec.parse(case.spec)
    name = next((each for each in passes_of(spec) if each in part), "forward")
    try:
        reading = (CReading if case.target == "c" else NumpyReading)(mutant.text, spec)
        answer = HOLDS if reading.check(name, EXACT_LIMIT).holds else DIFFERS
    except SourceError:
        answer = REFUSED
    same = answer == HOLDS and case.target == "c" and accesses(mutant.text, spec, name) == _of(case, name)
    return Judged(case, part, mutant, answer, same)


class Watched(Memory):
    """A memory that remembers what is done in it.

    Attributes:
        seen: a digest of every write, with its time, its place and the places that it reads.
    """

    seen: ClassVar[list[bytes]] = []

    def run(self, writes: list[Write]) -> None:
        """Do all writes."""
        for write in writes:
            digest = hashlib.sha256(f"{write.adds} {[number for number, *_ in write.terms]}".encode())
            places = [place for _, *factors in write.terms for place in factors if place is not None]
            for each in (write.time, write.place, *places):
                digest.update(np.ascontiguousarray(each, np.int64).tobytes())
            self.seen.append(digest.digest())
        super().run(writes)


class WatchedReading(CReading):
    """C in a memory that is watched."""

    memory = Watched


def accesses(text: str, spec: ConvSpec, name: str) -> tuple[bytes, ...]:
    """Everything that a pass writes and reads, in order; equal for two texts that do the same."""
    Watched.seen.clear()
    WatchedReading(text, spec).check(name, EXACT_LIMIT)
    return tuple(Watched.seen)


@cache
def _of(case: Case, name: str) -> tuple[bytes, ...]:
    kernel = case.kernel()
    return accesses(kernel.source, kernel.spec, name)


@dataclass(frozen=True)
class Row:
    """Mutants of one kind and template, counted.

    Attributes:
        words: the kind, or the function.
        count: how many.
        differs: that compute something else, or touch what they may not.
        refused: that are not understood.
        holds: that change nothing.
    """

    words: str
    count: int
    differs: int
    refused: int
    holds: int


def _row(words: str, found: Sequence[Judged]) -> Row:
    answers = [each.answer for each in found]
    return Row(words, len(found), *(answers.count(answer) for answer in (DIFFERS, REFUSED, HOLDS)))


def page(every: Sequence[Judged]) -> str:
    """The page in Markdown.

    Raises:
        ValueError: a mutant holds, and no reason is known.
    """
    survivors = [each for each in every if each.answer == HOLDS]
    for each in survivors:
        if not each.reason:
            raise ValueError(f"{each.mutant.before!r} -> {each.mutant.after!r} holds, and nothing says why")
    kinds = dict.fromkeys(each.mutant.mutation for each in every)
    sections = dict.fromkeys((each.case, each.part) for each in every)
    return render(
        "markdown/text-mutants.md.j2",
        total=_row("", every),
        cases=[
            (
                case,
                _row(part, [each for each in every if (each.case, each.part) == (case, part)]),
            )
            for case, part in sections
        ],
        kinds=[_row(kind, [each for each in every if each.mutant.mutation == kind]) for kind in kinds],
        survivors=survivors,
    )


def whole_page() -> str:
    """The page, every mutant judged anew; a few minutes."""
    return page([judged(case, *each) for case in CASES for each in parts(case)])


if __name__ == "__main__":
    page_program("convgen.validation.mutation_table", PAGE, whole_page)
