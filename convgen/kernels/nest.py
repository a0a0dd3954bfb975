"""The text of a plan as nested blocks: a line, and what stands in braces after it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from convgen.algebra.polynomial import Polynomial
from convgen.kernels.expression import text
from convgen.kernels.plan import LINE_WIDTH


@dataclass(frozen=True)
class Nest:
    """A line of C; with a body it opens braces.

    Attributes:
        head: a statement, a comment, or what stands before the braces; empty for braces alone.
        body: what stands between them; None for a plain line.
    """

    head: str
    body: tuple[Nest, ...] | None = None


Nests = tuple[Nest, ...]


def lines(texts: Iterable[str]) -> Nests:
    """Plain lines."""
    return tuple(map(Nest, texts))


def block(*parts: Nest | Sequence[Nest], head: str = "") -> Nest:
    """Parts in braces."""
    return Nest(head, tuple(each for part in parts for each in ((part,) if isinstance(part, Nest) else part)))


def loop(index: str, begin: object, end: object, body: Nests, step: int = 1) -> Nests:
    """``for`` from begin up to end; what runs once only is a block with a named constant, and nothing is nothing."""
    if not body:
        return ()
    if isinstance(begin, int) and isinstance(end, int) and end - begin <= step:
        if end <= begin:
            return ()
        return (block(Nest(f"const ptrdiff_t {index} = {begin};"), body),) if mentions(body, index) else body
    advance = f"++{index}" if step == 1 else f"{index} += {step}"
    return (block(body, head=f"for (ptrdiff_t {index} = {begin}; {index} < {end}; {advance})"),)


def fitted(nests: Nests, depth: int = 1) -> Nests:
    """The same with every line that would be too long broken after a comma or semicolon or before a sign."""
    found: list[Nest] = []
    for nest in nests:
        *before, last = _broken(nest.head, LINE_WIDTH - 4 * depth - 2)
        found += map(Nest, before)
        found.append(Nest(last, None if nest.body is None else fitted(nest.body, depth + 1)))
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
