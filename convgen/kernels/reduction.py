"""Backward weights by register tiles: lanes are one channel axis, numbers the other and kernel positions.

Every entry of dK sums over examples and positions. A tile keeps its sums in registers for as many rows as
the cache holds; where one channel axis is short, the kernel positions of the last axes join it in a tile,
and the positions on a border, which not every kernel position meets, are written out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from convgen.algebra.polynomial import Polynomial
from convgen.kernels.blocks import Block, blocks, near_equal
from convgen.kernels.ends import over_positions, tap_ends
from convgen.kernels.isa import Isa
from convgen.kernels.nest import Nests, at, block, lines, loop
from convgen.kernels.plan import C_REALS, filled
from convgen.kernels.reduction_places import Number, Places
from convgen.kernels.reduction_scratch import copies, names, put_back, put_back_panel, workspace_bytes, zeros
from convgen.kernels.reduction_shape import NAME, Choices
from convgen.kernels.sweep import sweep
from convgen.kernels.tiled_plan import TiledPlan, reduction_order, tiled_plan
from convgen.spec import ConvSpec

Sums = Sequence[Sequence[str]]
"""The names of the sums of a tile: for each number its vectors."""


def plan_reduction(spec: ConvSpec, dtype: str, isa: Isa) -> TiledPlan:
    """Tiles for backward_weights."""
    chosen = Choices(spec, dtype, isa)
    vector = replace(chosen.tile.vector, transposes=chosen.packed or chosen.aside)
    return tiled_plan(
        spec,
        NAME,
        zeros(chosen) if chosen.idle else Reduction(chosen).body(),
        order=reduction_order(chosen.flat),
        vectors=() if chosen.idle else (vector,),
        workspace_bytes=workspace_bytes(chosen),
        tiling=None if chosen.idle else chosen.tiling,
    )


class Reduction:
    """The text of one plan."""

    def __init__(self, chosen: Choices) -> None:
        self.chosen, self.places = chosen, Places(chosen)
        self.flat, self.shape, self.tile = chosen.flat, chosen.shape, chosen.tile
        self.vector, self.step = chosen.tile.vector, chosen.tile.vector.lanes
        self.real = C_REALS[chosen.dtype]

    def body(self) -> Nests:
        """What is copied, the tiles, and where their sums go."""
        head = names(self.chosen) + copies(self.places)
        if self.chosen.by_panels:
            return head + self.by_panels()
        cleared = zeros(self.chosen) if self.chosen.accumulates else ()
        end = put_back(self.places) if self.chosen.aside else ()
        return head + cleared + self.everything() + end

    # ---- loops around the tiles -----------------------------------------------------------------------

    def by_panels(self) -> Nests:
        """Groups and blocks of lanes; of each all kernel positions, and then its sums to their rows."""
        found: Nests = ()
        for each in blocks(self.tile, self.chosen.sizes[self.shape.lanes]):
            panel = self.over_kernel(self.numbers(each)) + put_back_panel(self.places, each)
            found += self.over_lanes(each, panel, carries=True)
        return loop("g", 0, self.flat.groups, found, carries=True)

    def everything(self) -> Nests:
        """Groups, blocks of rows, kernel positions, and the tiles of each."""
        inner: Nests = ()
        for each in blocks(self.tile, self.chosen.sizes[self.shape.lanes]):
            inner += self.over_lanes(each, self.numbers(each))
        inner = self.over_kernel(inner)
        if self.chosen.split_rows:
            rows = self.chosen.rows
            inner = loop("r", 0, self.flat.axes[0].output, inner, rows, carries=True)
        if self.chosen.split_batch:
            inner = loop("e", 0, self.flat.batch, inner, carries=True)
        return inner if self.shape.lanes == "g" else loop("g", 0, self.flat.groups, inner)

    def over_lanes(self, each: Block, body: Nests, *, carries: bool = False) -> Nests:
        """A loop over equal blocks of lanes."""
        width = each.vectors * self.step
        stop = each.first + each.count * width
        return loop(self.places.letter(self.shape.lanes), each.first, stop, body, width, carries=carries)

    def over_kernel(self, body: Nests) -> Nests:
        """Loops over the kernel positions that are not in the tiles."""
        for d in reversed(range(self.shape.fused)):
            cut = self.row_ends() if d == 0 and self.chosen.split_rows else ()
            body = over_positions(self.chosen.axes[d], body, cut)
        return body

    def row_ends(self) -> tuple[tuple[str, str], ...]:
        """The rows of a block that a kernel position meets: the constants for their ends."""
        part = self.chosen.axes[0]
        begin, end = tap_ends(part, range(part.count))
        last = f"r + {self.chosen.rows}"
        low = "r" if begin == 0 else f"r > {begin} ? r : {begin}"
        return (f"{part.tap}_low", low), (f"{part.tap}_high", f"{last} < {end} ? {last} : {end}")

    def numbers(self, each: Block) -> Nests:
        """The tiles of a block of lanes: a loop over channels, or each with its kernel positions."""
        other = self.places.letter(self.shape.other)
        result: Nests = ()
        first = 0
        if self.shape.fused == self.flat.rank:
            for count, size in near_equal(self.shape.numbers, self.tile.numbers):
                entries = [Number((), Polynomial.of(other) + p) for p in range(size)]
                result += loop(other, first, first + count * size, self.register_tile(each, entries), size)
                first += count * size
            return result
        kernel = [range(size) for size in self.flat.kernel_size[self.shape.fused :]]
        every = [
            Number(taps, Polynomial.of(channel))
            for taps in product(*kernel)
            for channel in range(self.chosen.sizes[self.shape.other])
        ]
        for count, size in near_equal(len(every), self.tile.numbers):
            for _ in range(count):
                result += self.register_tile(each, every[first : first + size])
                first += size
        return result

    # ---- one tile -------------------------------------------------------------------------------------

    def register_tile(self, each: Block, entries: Sequence[Number]) -> Nests:
        """One tile: its sums start, collect their products, and are stored."""
        sums = [[f"s{p}_{q}" for q in range(each.vectors)] for p in range(len(entries))]
        flat = [name for row in sums for name in row]
        declared = filled(f"{self.vector.name} ", flat, ", ", indent=0, width=80)
        place = at("D" if self.chosen.aside else "dK", self.places.sums(entries[0], self.panel(each)))
        head = (*declared[:-1], declared[-1] + ";", f"{self.real} *o = {place};")
        if self.chosen.accumulates:
            start = self.moved(each, entries, sums, "load")
        else:
            start = tuple(f"{self.vector.name}_zero({name});" for name in flat)
        end = self.moved(each, entries, sums, "store")
        return (block(lines((*head, *start)), self.positions(each, entries, sums), lines(end)),)

    def panel(self, each: Block) -> int:
        """The lanes of a block, idle ones included."""
        return each.vectors * self.step

    def moved(self, each: Block, entries: Sequence[Number], sums: Sums, what: str) -> tuple[str, ...]:
        """The sums from or to their places."""
        aside = self.chosen.aside
        apart = 1 if aside else self.chosen.strides["K"][self.shape.lanes]
        texts = []
        origin = self.places.sums(entries[0], self.panel(each))
        for number, row in zip(entries, sums, strict=True):
            away = (self.places.sums(number, self.panel(each)) - origin).value()
            for q, name in enumerate(row):
                lanes = each.last if q == each.vectors - 1 else self.step
                offset = away + q * self.step * apart
                address = f"o + {offset}" if offset else "o"
                if apart > 1:
                    met = ["0", str(lanes)] if what == "load" else [str(lanes)]
                    options, suffix = [address, str(apart), *met], "_apart"
                elif lanes < self.step and not aside:
                    options, suffix = [address, str(lanes)], "_first"
                else:
                    options, suffix = [address], ""
                order = [*options, name] if what == "store" else [name, *options]
                texts.append(f"{self.vector.name}_{what}{suffix}({', '.join(order)});")
        return tuple(texts)

    # ---- the positions of a tile ----------------------------------------------------------------------

    def positions(self, each: Block, entries: Sequence[Number], sums: Sums) -> Nests:
        """The loops over examples and positions."""
        found = self.along(0, each, entries, sums, ())
        return found if self.chosen.split_batch else loop("e", 0, self.flat.batch, found)

    def along(
        self, d: int, each: Block, entries: Sequence[Number], sums: Sums, met: tuple[range | None, ...]
    ) -> Nests:
        """The positions of an axis and of those inside it; `met` has the kernel positions met so far."""
        if d == self.flat.rank:
            return self.products(each, entries, sums, met)
        index = self.places.letter(f"s{d}")
        if d < self.shape.fused:
            part = self.chosen.axes[d]
            (begin, end), most = tap_ends(part, range(part.count)), part.taps
            if d == 0 and self.chosen.split_rows:
                begin, end, most = f"{index}_low", f"{index}_high", self.chosen.rows
            return loop(index, begin, end, self.along(d + 1, each, entries, sums, (*met, None)), most=most)
        found: Nests = ()
        for places, taps in self.classes(d):
            inner = self.along(d + 1, each, entries, sums, (*met, taps))
            if inner:
                found += loop(index, places.start, places.stop, inner)
        return found

    def kept(self, entries: Sequence[Number], met: tuple[range | None, ...]) -> list[Number]:
        """The entries of a tile whose kernel positions the positions at hand meet."""
        inside = met[self.shape.fused :]
        return [
            number
            for number in entries
            if all(taps is not None and tap in taps for tap, taps in zip(number.taps, inside, strict=True))
        ]

    def classes(self, d: int) -> Iterator[tuple[range, range]]:
        """The positions of an axis whose kernel positions are in the tile, with those that they meet."""
        part = sweep(self.flat, "forward", d)
        whole = part.unclipped or range(part.count, part.count)
        for position in range(whole.start):
            yield range(position, position + 1), part.taps_at(position)
        if whole:
            yield whole, range(part.taps)
        for position in range(whole.stop, part.count):
            yield range(position, position + 1), part.taps_at(position)

    def products(
        self, each: Block, entries: Sequence[Number], sums: Sums, met: tuple[range | None, ...]
    ) -> Nests:
        """The products of one position."""
        kept = self.kept(entries, met)
        if not kept:
            return ()
        first, elementwise = kept[0], self.shape.lanes == "g"
        base = self.places.numbers(first)
        vectors = at(
            "V" if self.chosen.packed else self.chosen.vectors_from,
            self.places.vectors(first, self.panel(each)),
        )
        loaded = [f"y{q}" for q in range(each.vectors)]
        texts = [
            f"const {self.real} *x = {at(self.numbers_from, base + self.places.lane if elementwise else base)};",
            f"const {self.real} *y = {vectors};",
            f"{self.vector.name} {', '.join([*loaded, 'x0'] if elementwise else loaded)};",
        ]
        if self.shape.fused < self.flat.rank and not elementwise:
            texts.append("convgen_launder(x);")  # or numbers move along registers to the next position
        for q, name in enumerate(loaded):
            texts.append(self.load(name, f"y + {q * self.step}" if q else "y", each, q))
        for number, row in zip(entries, sums, strict=True):
            if number not in kept:
                continue
            away = (self.places.numbers(number) - base).value()
            if elementwise:
                texts += self.elementwise(row, loaded, away, each)
            else:
                texts += [
                    f"{self.vector.name}_fma({name}, x[{away}], {y});"
                    for name, y in zip(row, loaded, strict=True)
                ]
        return lines(texts)

    @property
    def numbers_from(self) -> str:
        """The array that is read as numbers."""
        if self.shape.lanes == "c":
            return "dO"
        return "N" if self.chosen.spread else "X"

    def load(self, name: str, address: str, each: Block, q: int) -> str:
        """Load a vector; where idle lanes have no memory of their own, only the first ones."""
        if self.chosen.packed or q < each.vectors - 1 or each.last == self.step:
            return f"{self.vector.name}_load({name}, {address});"
        return f"{self.vector.name}_load_first({name}, {address}, {each.last});"

    def elementwise(self, row: Sequence[str], loaded: Sequence[str], away: int, each: Block) -> list[str]:
        """Each lane with a number of its own, where every channel is a group."""
        texts = []
        for q, (name, y) in enumerate(zip(row, loaded, strict=True)):
            offset = away + q * self.step
            address = f"x + {offset}" if offset > 0 else f"x - {-offset}" if offset else "x"
            texts.append(self.load("x0", address, each, q))
            texts.append(f"{self.vector.name}_add_product({name}, x0, {y});")
        return texts
