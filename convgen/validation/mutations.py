"""Mistakes that a generator could make in its text: a row each, applied wherever they can be.

A mutation finds places in one line of code and says what would stand there instead; `mutants` applies every
row to every place of a function, one at a time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

Replacement = tuple[int, int, str]
"""From and to which column, and what stands there instead."""


@dataclass(frozen=True)
class Mutation:
    """One kind of mistake.

    Attributes:
        words: what is done to the text.
        places: every way in which it can be made in a line.
    """

    words: str
    places: Callable[[str], Iterator[Replacement]]


@dataclass(frozen=True)
class Mutant:
    """A text with one mistake.

    Attributes:
        mutation: the kind.
        line: where, from 1.
        before: that line.
        after: what stands there instead; empty where lines were dropped.
        text: the whole text.
    """

    mutation: str
    line: int
    before: str
    after: str
    text: str


NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")
ARRAYS = {"X": "K", "K": "X", "dO": "X", "b": "K"}
INDICES = {"i": "j", "j": "i", "m": "n", "n": "m", "p": "q", "q": "p", "c": "f", "f": "c", "g": "c", "v": "n"}


def _numbers(by: int) -> Callable[[str], Iterator[Replacement]]:
    def places(line: str) -> Iterator[Replacement]:
        for found in NUMBER.finditer(line):
            yield found.start(), found.end(), str(int(found[0]) + by)

    return places


def _exchanged(pattern: str, other: Callable[[str], str]) -> Callable[[str], Iterator[Replacement]]:
    def places(line: str) -> Iterator[Replacement]:
        for found in re.finditer(pattern, line):
            yield found.start(), found.end(), other(found[0])

    return places


def _neighbour(name: str) -> str:
    """The entry before or after in its row: X_0_1 for X_0_0."""
    head, _, last = name.rpartition("_")
    return f"{head}_{int(last) + 1 if int(last) == 0 else int(last) - 1:0{len(last)}d}"


MUTATIONS = (
    Mutation("a number one too large", _numbers(1)),
    Mutation("a number one too small", _numbers(-1)),
    Mutation("the bound included", _exchanged(r"(?<=\w )[<>](?= )", lambda sign: sign + "=")),
    Mutation("+ for -", _exchanged(r"(?<=[\w\])] )-(?= )", lambda _: "+")),
    Mutation("- for +", _exchanged(r"(?<=[\w\])] )\+(?= )", lambda _: "-")),
    Mutation("the sum overwritten", _exchanged(r"\+=(?= [K(dcs])", lambda _: "=")),
    Mutation("added to what is there", _exchanged(r"(?<=\] )=(?= )", lambda _: "+=")),
    Mutation("a term dropped", _exchanged(r" \+ \w+(?:\[[^]]*\])? \* \w+(?:\[[^]]*\])?", lambda _: "")),
    Mutation("a factor dropped", _exchanged(r" \* [XKd]\w*(?:\[[^]]*\])?", lambda _: "")),
    Mutation("another array read", _exchanged(r"\b(?:X|K|dO|b)(?=\[|\.|\))", ARRAYS.__getitem__)),
    Mutation(
        "the entry beside it",
        _exchanged(r"\b(?:X|K|dO|b)(?:_\d+)+\b(?! = |,)", _neighbour),
    ),
    Mutation("the index of another axis", _exchanged(r"\b[ijmnpqcfgv]\b", INDICES.__getitem__)),
    Mutation(
        "the other matrix first",
        _exchanged(r"(\w+) @ (\w+)", lambda text: " @ ".join(text.split(" @ ")[::-1])),
    ),
    Mutation("not transposed", _exchanged(r"\.T\b|\.swapaxes\(-1, -2\)", lambda _: "")),
    Mutation(
        "axes exchanged",
        _exchanged(r"(?<=transpose\()[^)]*", lambda text: ", ".join(reversed(text.split(", ")))),
    ),
)

STATEMENT = re.compile(r"^\s+(?!\s|for |/\*|\{|\}|\+|\*).*(?:;|[^:,({])$")


def mutants(text: str, first: int, last: int) -> Iterator[Mutant]:
    """Every mutant of the lines from `first` up to `last`, counted from 1, in order."""
    lines = text.split("\n")
    seen = {text}
    for number in range(first - 1 + _docstring(lines[first - 1 : last]), last):
        for mutation, after in _of_line(lines, number):
            changed = "\n".join([*lines[:number], *after, *lines[number + 1 :]])
            if changed not in seen:
                seen.add(changed)
                yield Mutant(
                    mutation, number + 1, lines[number].strip(), " ".join(" ".join(after).split()), changed
                )
    for begin, end in _blocks(lines, first - 1, last):
        changed = "\n".join(lines[:begin] + lines[end:])
        if changed not in seen:
            seen.add(changed)
            yield Mutant("a case dropped", begin + 1, lines[begin].strip(), "", changed)


def _docstring(lines: Sequence[str]) -> int:
    """How many lines a function's own words take."""
    if not lines or not lines[0].lstrip().startswith('"""'):
        return 0
    return 1 + next(number for number, line in enumerate(lines) if line.endswith('"""'))


def _of_line(lines: Sequence[str], number: int) -> Iterator[tuple[str, list[str]]]:
    """Every way to spoil one line: which, and the lines that take its place."""
    line = lines[number]
    code = re.sub(r"/\*.*?\*/", lambda comment: " " * len(comment[0]), line)
    for mutation in MUTATIONS:
        for begin, end, instead in mutation.places(code):
            yield mutation.words, [line[:begin] + instead + line[end:]]
    if STATEMENT.match(line):
        yield "a line dropped", []
        if not re.match(r"\s+\w+(?:, \w+)* = ", line):  # to give a thing its name once more changes nothing
            yield "a line twice", [line, line]


def _blocks(lines: Sequence[str], first: int, last: int) -> Iterator[tuple[int, int]]:
    """Loops and blocks with all that stands in them."""
    for begin in range(first, last):
        head = lines[begin]
        if not re.match(r"\s+(?:for\b|\{$)", head):
            continue
        indent = len(head) - len(head.lstrip())
        end = begin + 1
        while end < last and (len(lines[end]) - len(lines[end].lstrip()) > indent or not lines[end].strip()):
            end += 1
        yield begin, end + lines[end].startswith(" " * indent + "}")
