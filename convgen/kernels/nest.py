"""The text of a plan as nested blocks: a line, and what stands in braces after it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from convgen.algebra.polynomial import Polynomial
from convgen.kernels.expression import text
from convgen.kernels.plan import LINE_WIDTH


@dataclass(frozen=True)
class Nest:
    """A line of C; with a body it opens braces.

    Attributes:
        head: a statement, a comment, or what stands before the braces; empty for braces alone.
        body: what stands between them; None for a plain line.
        rounds: of a loop, how many there are at most; 0 for anything else.
        is_even: whether the rounds of a loop are always as many, so that they can be numbered.
        carries: whether a round of a loop goes on with what the one before has left, or writes to memory that
            it used.
    """

    head: str
    body: tuple[Nest, ...] | None = None
    rounds: int = 0
    is_even: bool = False
    carries: bool = False


Nests = tuple[Nest, ...]


def lines(texts: Iterable[str]) -> Nests:
    """Plain lines."""
    return tuple(map(Nest, texts))


def block(*parts: Nest | Sequence[Nest], head: str = "") -> Nest:
    """Parts in braces."""
    return Nest(head, tuple(each for part in parts for each in ((part,) if isinstance(part, Nest) else part)))


def loop(
    index: str,
    begin: object,
    end: object,
    body: Nests,
    step: int = 1,
    *,
    most: int = 1,
    carries: bool = False,
) -> Nests:
    """``for`` from begin up to end; what runs once only is a block with a named constant, and nothing is nothing.

    Args:
        index: its name.
        begin: its first value.
        end: the value that it does not reach.
        body: what is done in each round.
        step: from a round to the next.
        most: the rounds of a loop whose ends are no numbers, where nothing clips it.
        carries: whether a round goes on with what the one before has left, or writes to memory that it used.
    """
    if not body:
        return ()
    if isinstance(begin, int) and isinstance(end, int) and end - begin <= step:
        if end <= begin:
            return ()
        return (block(Nest(f"const ptrdiff_t {index} = {begin};"), body),) if mentions(body, index) else body
    advance = f"++{index}" if step == 1 else f"{index} += {step}"
    head = f"for (ptrdiff_t {index} = {begin}; {index} < {end}; {advance})"
    is_even = isinstance(begin, int) and isinstance(end, int)
    rounds = -(-(end - begin) // step) if isinstance(begin, int) and isinstance(end, int) else most
    return (Nest(head, body, rounds, is_even, carries),)


def fitted(nests: Nests, depth: int = 1) -> Nests:
    """The same with every line that would be too long broken after a comma or semicolon or before a sign."""
    found: list[Nest] = []
    for nest in nests:
        *before, last = _broken(nest.head, LINE_WIDTH - 4 * depth - 2)
        found += map(Nest, before)
        found.append(
            replace(nest, head=last, body=None if nest.body is None else fitted(nest.body, depth + 1))
        )
    return tuple(found)


def _broken(line: str, width: int) -> list[str]:
    found, indent = [], ""
    while len(line) > width:
        places = [m.start() + 1 for m in re.finditer(r"[,;] | (?=[-+] )", line) if 12 < m.start() < width]
        if not places:
            break
        found.append(line[: places[-1]].rstrip())
        indent = "        "
        line = indent + line[places[-1] :].lstrip()
    return [*found, line]


def characters(nests: Nests, depth: int = 1) -> int:
    """How long the text of nests is, indentation and braces included."""
    return sum(
        4 * depth + len(nest.head) + 1
        if nest.body is None
        else 8 * depth + len(nest.head) + 5 + characters(nest.body, depth + 1)
        for nest in nests
    )


def mentions(body: Nests, name: str) -> bool:
    """Whether a name occurs as a word."""
    pattern = re.compile(rf"\b{name}\b")
    return any(
        pattern.search(nest.head) or (nest.body is not None and mentions(nest.body, name)) for nest in body
    )


def entry(array: str, offset: Polynomial) -> str:
    """An element."""
    return f"{array}[{text(offset)}]"


def at(array: str, offset: Polynomial) -> str:
    """The address of an element."""
    return f"&{entry(array, offset)}"
