"""What a text does, as a list of writes in time, and from it the value of every place.

A kernel's control flow depends on no data, so the whole run is known before any value is: every write with
its time, its place, and the places that its terms read. Which write a read meets is then found by sorting
all accesses by place and time, as hardware would by doing them one after another. Nothing is assumed about
loops, tiles or the order of sums.

A place has an **epoch** for every value that is read of it: an assignment begins one, and additions belong
to it until the place is read.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from convgen.validation.faults import Fault
from convgen.validation.rationals import Rational
from convgen.validation.store import ONE, Integers, Store

Flags = npt.NDArray[np.bool_]

UNWRITTEN = -1
"""What a place holds that nothing has written yet."""

READ, ASSIGN, ADD = 0, 1, 2


@dataclass(frozen=True)
class Region:
    """Places of one name.

    Attributes:
        name: of the array or variable.
        first: its first place.
        size: of one instance of it: a variable inside a loop is a new one in every round.
        count: instances.
        kind: ``"input"``, ``"output"``, ``"scratch"`` or ``"local"``.
    """

    name: str
    first: int
    size: int
    count: int = 1
    kind: str = "local"

    @property
    def end(self) -> int:
        """The place after its last."""
        return self.first + self.size * self.count

    def named(self, place: int) -> str:
        """One place as the text has it."""
        at = (place - self.first) % self.size
        return f"{self.name}[{at}]" if self.kind != "local" or self.size > 1 else self.name


@dataclass
class Write:
    """One statement over all its rounds.

    Attributes:
        line: of the source.
        time: of each round.
        place: that is written in each round.
        adds: whether it adds to what is there.
        terms: coefficient, and up to two places that are read, in each round.
    """

    line: int
    time: Integers
    place: Integers
    adds: bool
    terms: list[tuple[Rational, Integers | None, Integers | None]]


@dataclass
class Memory:
    """Every place, and the value that it holds.

    Attributes:
        store: where values are made.
        regions: in the order of their places.
        ids: the value of every place, by its row in the store.
        unread: whether nothing has read a place since it was written.
    """

    store: Store
    regions: list[Region] = field(default_factory=list)
    ids: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    unread: Flags = field(default_factory=lambda: np.zeros(0, bool))

    def allocate(self, name: str, size: int, count: int = 1, kind: str = "local") -> Region:
        """New places, unwritten."""
        region = Region(name, len(self.ids), size, count, kind)
        self.regions.append(region)
        self.ids = np.concatenate([self.ids, np.full(size * count, UNWRITTEN, np.int64)])
        self.unread = np.concatenate([self.unread, np.zeros(size * count, bool)])
        return region

    def release(self, first: int) -> None:
        """Forget the regions from one on: the variables of a block that has ended."""
        del self.regions[first:]
        end = self.regions[-1].end if self.regions else 0
        self.ids, self.unread = self.ids[:end], self.unread[:end]

    def region_of(self, place: int) -> Region:
        """The region that a place belongs to."""
        firsts = [region.first for region in self.regions]
        return self.regions[int(np.searchsorted(firsts, place, side="right")) - 1]

    def run(self, writes: list[Write]) -> None:
        """Do all writes, in the order of their times.

        Raises:
            Fault: a read of what nothing has written, or an output that is assigned again while nothing has
                read what it held.
        """
        writes = [write for write in writes if len(write.time)]
        if writes:
            _Resolution(self, writes).run()


class _Resolution:
    """One batch of writes: which epoch each read meets, and the value of each epoch."""

    def __init__(self, memory: Memory, writes: list[Write]) -> None:
        self.memory = memory
        lengths = [len(write.time) for write in writes]
        self.time = np.concatenate([write.time for write in writes])
        self.place = np.concatenate([write.place for write in writes])
        self.adds = np.repeat([write.adds for write in writes], lengths)
        self.line = np.repeat([write.line for write in writes], lengths)
        offsets = np.cumsum([0, *lengths])
        owner, coefficient, denominator, reads = [], [], [], []
        for write, offset, length in zip(writes, offsets, lengths, strict=False):
            for number, *factors in write.terms:
                owner.append(np.arange(offset, offset + length))
                coefficient.append(np.full(length, number.numerator, np.int64))
                denominator.append(np.full(length, number.denominator, np.int64))
                reads.append(np.stack([np.full(length, -1) if each is None else each for each in factors]))
        empty = np.zeros(0, np.int64)
        self.owner = np.concatenate(owner) if owner else empty
        self.coefficient = np.concatenate(coefficient) if owner else empty
        self.denominator = np.concatenate(denominator) if owner else empty
        self.reads = np.concatenate(reads, axis=1) if owner else np.zeros((2, 0), np.int64)

    def run(self) -> None:
        self.fractions = bool(np.any(self.denominator != 1))
        self._order()
        self._check_outputs()
        self._level()
        self._evaluate()

    def _order(self) -> None:
        """Sort all accesses to places that are written here; find the epoch of each."""
        written = np.zeros(len(self.memory.ids), bool)
        written[self.place] = True
        sorted_reads = (self.reads >= 0) & written[self.reads]
        which, term = np.nonzero(sorted_reads)
        owner = self.owner[term]
        place = np.concatenate([self.place, self.reads[which, term]])
        moment = np.concatenate([2 * self.time + 1, 2 * self.time[owner]])
        kind = np.concatenate([np.where(self.adds, ADD, ASSIGN), np.full(len(term), READ)])
        who = np.concatenate([np.arange(len(self.place)), owner])
        order = np.lexsort((moment, place))
        place, moment, kind, who = place[order], moment[order], kind[order], who[order]

        at = np.arange(len(place))
        first = np.append(True, place[1:] != place[:-1])
        after_read = np.append(False, kind[:-1] == READ)
        opens = (kind == ASSIGN) | ((kind == ADD) & (first | after_read))
        clash = ~first[1:] & (moment[1:] == moment[:-1]) & (kind[1:] != READ) & (kind[:-1] != READ)
        if clash.any():
            self._raise("is written twice by one statement", place, who, int(np.flatnonzero(clash)[0]))
        began = np.maximum.accumulate(np.where(first, at, 0))
        opened = np.maximum.accumulate(np.where(opens, at, -1))
        before = opened < began  # what is there from before this batch
        epoch = np.cumsum(opens) - 1
        held = self.memory.ids[place]
        missing = (held == UNWRITTEN) & ((before & (kind == READ)) | (first & (kind == ADD)))
        if missing.any():
            self._raise(
                "is read before anything is written to it", place, who, int(np.flatnonzero(missing)[0])
            )

        self.epochs = int(opens.sum())
        back = np.empty(len(order), np.int64)
        back[order] = at
        writes = back[: len(self.place)]
        self.epoch_of_write = epoch[writes]
        # A source is a row (>= 0) or an epoch of this batch (~epoch < 0).
        source = np.where(before, held, ~epoch)
        self.sources = np.where(self.reads >= 0, self.memory.ids[self.reads], ONE)
        self.sources[which, term] = source[back[len(self.place) :]]
        unwritten = (self.reads >= 0) & ~sorted_reads & (self.sources == UNWRITTEN)
        if unwritten.any():
            row, column = (int(each[0]) for each in np.nonzero(unwritten))
            self._raise("is read before anything is written to it", self.reads[row], self.owner, column)
        # An addition that follows a read goes on from the epoch before, or from what was there.
        follows = np.flatnonzero(opens & (kind == ADD))
        earlier = np.where(first[follows], held[follows], source[follows - 1])
        self.owner_epoch = np.concatenate([self.epoch_of_write[self.owner], epoch[follows]])
        self.coefficient = np.concatenate([self.coefficient, np.ones(len(follows), np.int64)])
        self.denominator = np.concatenate([self.denominator, np.ones(len(follows), np.int64)])
        ones = np.full(len(follows), ONE)
        self.sources = np.concatenate([self.sources, np.stack([earlier, ones])], axis=1)
        last = np.append(first[1:], True) & ~before
        self.final_place, self.final_epoch = place[last], epoch[last]
        assigns = kind == ASSIGN
        self.assigned, self.assigners = place[assigns], who[assigns]
        self.lost = np.where(first, (held != UNWRITTEN) & self.memory.unread[place], ~after_read)[assigns]
        ends = np.append(first[1:], True)
        self.memory.unread[place[ends]] = kind[ends] != READ
        self.memory.unread[self.reads[(self.reads >= 0) & ~sorted_reads]] = False

    def _check_outputs(self) -> None:
        """Every place of an output is assigned once, and may be added to; or what it held is taken up first."""
        outputs = [region for region in self.memory.regions if region.kind == "output"]
        for number in np.flatnonzero(self.lost).tolist():
            if any(region.first <= self.assigned[number] < region.end for region in outputs):
                reason = "is written more than once, and nothing reads what it held"
                self._raise(reason, self.assigned, self.assigners, number)
            if not outputs:
                return

    def _level(self) -> None:
        """After which others an epoch can be evaluated."""
        level = np.zeros(self.epochs, np.int64)
        target = np.concatenate([self.owner_epoch, self.owner_epoch])
        source = np.concatenate([self.sources[0], self.sources[1]])
        inner = source < 0
        target, source = target[inner], ~source[inner]
        while len(target):
            late = level[source] >= level[target]
            if not late.any():
                break
            np.maximum.at(level, target[late], level[source[late]] + 1)
        self.level = level

    def _evaluate(self) -> None:
        ids = np.full(self.epochs, UNWRITTEN, np.int64)
        level_of_term = self.level[self.owner_epoch]
        position = np.empty(self.epochs, np.int64)
        for level in range(int(self.level.max(initial=-1)) + 1):
            members = np.flatnonzero(self.level == level)
            position[members] = np.arange(len(members))
            terms = np.flatnonzero(level_of_term == level) if self.level.any() else slice(None)
            left, right = (
                np.where(each < 0, ids[~np.minimum(each, -1)], each) for each in self.sources[:, terms]
            )
            try:
                start = self.memory.store.rows(
                    len(members),
                    position[self.owner_epoch[terms]],
                    self.coefficient[terms],
                    left,
                    right,
                    self.denominator[terms] if self.fractions else None,
                )
            except Fault as fault:
                raise Fault(int(self.line[0]) if len(set(self.line)) == 1 else 0, fault.reason) from None
            ids[members] = start + np.arange(len(members))
        self.memory.ids[self.final_place] = ids[self.final_epoch]

    def _raise(self, reason: str, place: Integers, who: Integers, number: int) -> None:
        region = self.memory.region_of(int(place[number]))
        raise Fault(int(self.line[who[number]]), f"{region.named(int(place[number]))} {reason}")
