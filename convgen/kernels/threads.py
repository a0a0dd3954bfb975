"""Loops that several threads share: which, by rule, and how their rounds are numbered.

Rounds that write different entries may be done in any order and at the same time. A loop whose rounds go on
with what others have left is never shared, and no sum is: every entry is computed by one thread, as one
thread alone computes it, so that results are the same to the last bit for any number of threads.

A shared loop is an OpenMP ``parallel for``: a compiler without OpenMP passes over the line, and what remains
is right on one thread. A pool of threads of one's own would need mutable globals, and starting threads in
each call takes longer than most layers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any

from convgen.errors import PlanError
from convgen.kernels.nest import Nest, Nests, mentions

MOST_THREADS = 1024

LEAST_SHARE = 1 << 15
"""Statements, of numbers or vectors, from which on a thread's share of a loop is worth it: five to ten
microseconds of a core, several times what it takes to call a thread and wait for it."""

TURNED, TURNING = "_store_columns", 64
"""A square of vectors that is turned counts as so many statements, the shuffles that it takes."""

BALANCED = 0.95
"""The share of the threads' time that must be of use for a loop to be split as it stands."""

CONSTANT = "const ptrdiff_t "


def require_threads(threads: Any, target: str) -> None:
    """Refuse a number of threads that a kernel cannot have.

    Raises:
        PlanError: no whole number from 1 to MOST_THREADS, or several for NumPy.
    """
    if not isinstance(threads, int) or isinstance(threads, bool) or not 1 <= threads <= MOST_THREADS:
        raise PlanError(f"threads is {threads!r}; give a whole number from 1 to {MOST_THREADS:,}")
    if threads > 1 and target != "c":
        raise PlanError(
            f"threads={threads} is for target 'c', and this kernel's is {target!r}: NumPy has threads of its own"
        )


def about(threads: int) -> list[str]:
    """The rule in words, for the emitted file; nothing for one thread."""
    if threads == 1:
        return []
    return [
        f"Loops are shared between {threads} threads, or fewer, where each has {LEAST_SHARE:,} statements",
        "to do, of numbers or of vectors (OpenMP; without it one thread does all). Every sum is computed by",
        "one thread in the order above: results do not depend on the number of threads.",
        "",
    ]


def pragma(threads: int, depth: int) -> str:
    """The line before a loop that threads share, or so many loops inside each other."""
    together = f" collapse({depth})" if depth > 1 else ""
    return f"#pragma omp parallel for num_threads({threads}) schedule(static){together}"


def use(rounds: int, threads: int) -> float:
    """The share of the threads' time in which they are at work: the rounds over those of the busiest."""
    return rounds / (threads * -(-rounds // threads))


def worth(statements: int, threads: int) -> int:
    """How many threads some work is worth."""
    return max(1, min(threads, statements // LEAST_SHARE))


def shared(nests: Nests, threads: int) -> Nests:
    """The same text with its loops shared between threads, where that pays."""
    if threads == 1:
        return nests
    return tuple(each for nest in nests for each in _shared(nest, threads))


def _shared(nest: Nest, threads: int) -> Nests:
    if nest.body is None:
        return (nest,)
    if not nest.rounds or nest.carries:
        return (replace(nest, body=shared(nest.body, threads)) if _opens(nest) else nest,)
    several = worth(weight(nest), threads)
    if several == 1:
        return (nest,)
    ways = [_ways(nest, depth) for depth in range(1, 1 + _depth(nest))]
    balanced = (way for way in ways if _use(way, several) >= BALANCED)
    chosen = next(balanced, None) or max(ways, key=lambda way: _use(way, several))
    return tuple(each for part in chosen for each in part.text(threads))


def weight(nest: Nest) -> int:
    """About how many statements are executed."""
    if nest.body is None:
        return TURNING if TURNED in nest.head else 1
    return max(1, nest.rounds) * sum(map(weight, nest.body))


@dataclass(frozen=True)
class _Perfect:
    """Loops with nothing between them.

    Attributes:
        loops: outermost first.
        inner: what the innermost does.
    """

    loops: tuple[Nest, ...]
    inner: Nests

    @property
    def rounds(self) -> int:
        return prod(each.rounds for each in self.loops)

    @property
    def weight(self) -> int:
        return self.rounds * sum(map(weight, self.inner))

    def threads(self, most: int) -> int:
        """How many threads the loops are worth."""
        return min(worth(self.weight, most), self.rounds)

    def text(self, most: int) -> Nests:
        """The loops, shared where that pays."""
        nests = self.inner
        for each in reversed(self.loops):
            nests = (replace(each, body=nests),)
        several = self.threads(most)
        return (Nest(pragma(several, len(self.loops))), *nests) if several > 1 else nests


def _use(way: Sequence[_Perfect], threads: int) -> float:
    """The share of the threads' time that is of use."""
    taken = sum(part.weight / (several := part.threads(threads)) / use(part.rounds, several) for part in way)
    return sum(part.weight for part in way) / threads / taken


def _ways(nest: Nest, depth: int) -> tuple[_Perfect, ...]:
    """A loop as loops of so many inside each other, one for each part of its body."""
    return tuple(_perfect(nest, depth, (), ()))


def _perfect(nest: Nest, depth: int, around: tuple[Nest, ...], constants: Nests) -> Iterator[_Perfect]:
    """Constants between loops go into the innermost: nothing else stands there."""
    body, loops = nest.body or (), around + (nest,) * bool(nest.rounds)
    if len(loops) == depth or not _opens(nest):
        yield _Perfect(loops, _needed(constants, body) + body)
        return
    named = constants + tuple(each for each in body if each.body is None)
    for each in body:
        if each.body is None:
            continue
        if _numbered(each) or (not each.rounds and _opens(each)):
            yield from _perfect(each, depth, loops, named)
        else:
            yield _Perfect(loops, (*_needed(named, (each,)), each))


def _needed(constants: Nests, body: Nests) -> Nests:
    """The constants that a body mentions, and those that they are made of."""
    found: Nests = ()
    for each in reversed(constants):
        if mentions((*found, *body), each.head.removeprefix(CONSTANT).split()[0]):
            found = (each, *found)
    return found


def _depth(nest: Nest) -> int:
    """How many loops, this one included, have nothing but constants between them."""
    inner = 0
    if _opens(nest):
        inner = max(
            (_depth(each) for each in nest.body or () if _numbered(each) or (not each.rounds and each.body)),
            default=0,
        )
    return bool(nest.rounds) + inner


def _numbered(nest: Nest) -> bool:
    return nest.is_even and not nest.carries


def _opens(nest: Nest) -> bool:
    """Whether a body holds constants and further loops or blocks alone, and is no tile."""
    body = nest.body or ()
    single = all(each.head.startswith(CONSTANT) for each in body if each.body is None)
    return single and any(each.body is not None for each in body)
