"""Loops that threads share: the line that says so, and whether their rounds may be done at the same time.

A round is one value of the index, or of all the indices that ``collapse`` takes together. The rounds of a shared
loop may run in any order and side by side, so no round may touch a place that another round writes. Variables
that are declared inside are each round's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from convgen.validation.c_syntax import Node, kind_of, line_of
from convgen.validation.c_writes import Event
from convgen.validation.faults import Fault, refuse
from convgen.validation.store import Integers
from convgen.validation.trace import Memory

PRAGMA = re.compile(
    r"\s*#pragma omp parallel for num_threads\([1-9]\d{0,3}\) schedule\(static\)(?: collapse\(([1-9])\))?"
)


def depth_of(line: str) -> int:
    """How many loops a line makes shared; 0 for another line."""
    found = PRAGMA.fullmatch(line)
    return int(found[1] or 1) if found else 0


def paired(statements: Sequence[Node]) -> list[tuple[int, Node]]:
    """The statements of a block, each with how many loops of it threads share.

    Raises:
        SourceError: such a line before something else than a loop.
    """
    found: list[tuple[int, Node]] = []
    depth = 0
    for node in statements:
        if kind_of(node) == "Pragma":
            if depth or not (depth := depth_of(f"#pragma {node.string}")):
                raise refuse(line_of(node), f"'#pragma {node.string}'")
            continue
        if depth and kind_of(node) != "For":
            raise refuse(line_of(node), "a line for threads that no loop follows")
        found.append((depth, node))
        depth = 0
    if depth:
        raise refuse(line_of(statements[-1]), "a line for threads that no loop follows")
    return found


def inner_loop(node: Node) -> Node:
    """The one loop that a loop's body is, for loops that are taken together.

    Raises:
        SourceError: it has anything besides.
    """
    items = node.stmt.block_items if kind_of(node.stmt) == "Compound" else [node.stmt]
    if len(items or []) != 1 or kind_of(items[0]) != "For":
        raise refuse(line_of(node), "loops to be taken together with something between them")
    return items[0]


@dataclass
class Rounds:
    """What the rounds of a shared loop touch.

    Attributes:
        memory: the places.
        line: of the loop.
        end: places from here on are declared inside, and each round's own.
    """

    memory: Memory
    line: int
    end: int
    _seen: list[Integers] = field(default_factory=list)

    def note(self, events: Sequence[Event], span: int, first: int = 0) -> None:
        """Take up what is done in some rounds.

        Args:
            events: with times from the beginning of the rounds.
            span: moments that a round takes; 0 where all of this is one round.
            first: the number of the first round.
        """
        inputs = [(each.first, each.end) for each in self.memory.regions if each.kind == "input"]
        for event in events:
            write = event.write
            number = first + (write.time // span if span else np.zeros_like(write.time))
            self._add(event.rounds, write.place, number, 1, inputs)
            for _, *factors in write.terms:
                for place in factors:
                    if place is not None:
                        self._add(event.rounds, place, number, 0, inputs)

    def _add(
        self, around: Integers, place: Integers, number: Integers, writes: int, inputs: list[tuple[int, int]]
    ) -> None:
        kept = (place >= 0) & (place < self.end)
        for begin, end in inputs:  # which nothing writes
            kept &= (place < begin) | (place >= end)
        if kept.any():
            columns = (around[kept], place[kept], number[kept], np.full(int(kept.sum()), writes))
            self._seen.append(np.unique(np.stack(columns), axis=1))

    def require_apart(self) -> None:
        """Refuse a place that one round writes and another one touches.

        Raises:
            Fault: there is one.
        """
        if not self._seen:
            return
        around, place, number, writes = np.concatenate(self._seen, axis=1)
        order = np.lexsort((number, place, around))
        around, place, number, writes = around[order], place[order], number[order], writes[order]
        starts = np.append(True, (around[1:] != around[:-1]) | (place[1:] != place[:-1]))
        group = np.cumsum(starts) - 1
        several = np.zeros(int(group[-1]) + 1, bool)
        several[group[1:][~starts[1:] & (number[1:] != number[:-1])]] = True
        written = np.zeros(len(several), bool)
        written[group[writes == 1]] = True
        wrong = np.flatnonzero(several & written)
        if len(wrong):
            at = int(place[starts][wrong[0]])
            region = self.memory.region_of(at)
            raise Fault(
                self.line,
                f"{region.named(at)} is written in one round of a loop that threads share and touched in another",
            )
