"""Backward weights by register tiles: lanes are one channel axis, numbers the other and kernel positions.

Every entry of dK sums over examples and positions. A tile keeps its sums in registers for as many rows as
the cache holds; where one channel axis is short, the kernel positions of the last axes join it in a tile,
and the positions on a border, which not every kernel position meets, are written out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod

from convgen.algebra.polynomial import Polynomial, PolynomialLike
from convgen.kernels.blocks import Block, Tile, blocks, choose_tile, near_equal, padded, tile_cost
from convgen.kernels.formula import letters
from convgen.kernels.isa import ELEMENT_BYTES, Isa
from convgen.kernels.kernel import OpCount
from convgen.kernels.loops import ends
from convgen.kernels.nest import Nests, at, block, entry, fitted, lines, loop, mentions
from convgen.kernels.packing import transposed
from convgen.kernels.pieces import is_depthwise
from convgen.kernels.plan import C_REALS, filled, idle_arrays, products_of, summands_of
from convgen.kernels.sweep import sweep
from convgen.kernels.tiled_plan import TiledPlan, flattened
from convgen.layout import axis_sizes, element_strides, user_shape
from convgen.spec import ConvSpec

NAME = "backward_weights"
SIGNALS = {"f": ("O", "dO"), "c": ("X", "X"), "g": ("O", "dO")}
"""For each axis of lanes the array that is read in vectors: its axes, and its name."""

ENOUGH = 8
"""Entries that fill a tile: a channel axis with fewer is joined by kernel positions."""

CLEARLY = 0.9
"""Vectors along c, whose entries do not lie beside each other in K, must save at least a tenth."""

CROWDED = 1024
"""Bytes: what lies a multiple of them apart shares a quarter of the first cache's sets, or fewer."""

CACHED = 256 * 1024
"""Bytes of X and dO that stay in the cache from one tile to the next."""

Places = Mapping[str, PolynomialLike]


@dataclass(frozen=True)
class Shape:
    """What a plan for a layer decides first.

    Attributes:
        lanes: the channel axis of the vectors, ``f`` or ``c``; ``g`` where every channel is a group.
        fused: the first spatial axis whose kernel positions are in the tiles; the rank where none is.
        numbers: the entries that tiles cut: the other channels, times the joined kernel positions.
        tile: the register tile.
    """

    lanes: str
    fused: int
    numbers: int
    tile: Tile

    @property
    def other(self) -> str:
        """The channel axis of the numbers."""
        return "f" if self.lanes == "c" else "c"


def shape_of(spec: ConvSpec, dtype: str, isa: Isa) -> Shape:
    """The cheaper of vectors along f and along c."""
    sizes = axis_sizes(spec, "K")
    if is_depthwise(spec):
        return Shape(
            "g", 0, prod(spec.kernel_size), choose_tile(isa, dtype, spec.groups, prod(spec.kernel_size))
        )
    found = []
    for lanes, other in (("f", "c"), ("c", "f")):
        numbers, fused = sizes[other], spec.rank
        while lanes == "f" and fused and numbers < ENOUGH:  # vectors of X would differ with the position
            fused -= 1
            numbers *= spec.kernel_size[fused]
        tile = choose_tile(isa, dtype, sizes[lanes], numbers)
        cost = tile_cost(isa, tile, sizes[lanes], numbers) * prod(spec.kernel_size[:fused])
        found.append((cost, Shape(lanes, fused, numbers, tile)))
    (cost, along_f), (other_cost, along_c) = found
    return along_c if other_cost < CLEARLY * cost else along_f


def plan_reduction(spec: ConvSpec, _name: str, dtype: str, isa: Isa) -> TiledPlan:
    """Tiles for backward_weights."""
    return Reduction(spec, dtype, isa).plan()


def reduction_statements(spec: ConvSpec, _name: str, dtype: str, isa: Isa) -> int:
    """How many products of vectors the text has; found without writing it."""
    flat = flattened(spec)
    shape = shape_of(flat, dtype, isa)
    kinds = len(list(blocks(shape.tile, axis_sizes(flat, "K")[shape.lanes])))
    per_class = shape.tile.vectors * (2 * shape.tile.numbers if shape.fused == flat.rank else shape.numbers)
    classes = prod(
        1 + part.count - len(part.unclipped)
        for part in (sweep(flat, "forward", d) for d in range(shape.fused, flat.rank))
    )
    return kinds * per_class * classes


@dataclass(frozen=True)
class Number:
    """One entry of a tile: which kernel position, and the address of the channel."""

    taps: tuple[int, ...]
    channel: Polynomial


class Reduction:
    """Puts one plan together."""

    def __init__(self, spec: ConvSpec, dtype: str, isa: Isa) -> None:
        self.spec, self.dtype, self.isa = spec, dtype, isa
        self.flat = flattened(spec)
        self.real = C_REALS[dtype]
        self.letters = letters(self.flat)
        self.sizes = axis_sizes(self.flat, "K")
        self.shape = shape_of(self.flat, dtype, isa)
        self.tile = self.shape.tile
        self.width = padded(self.tile, self.sizes[self.shape.lanes])
        self.strides = {array: element_strides(self.flat, array) for array in ("X", "K", "O")}
        self.idle = idle_arrays(spec, NAME)
        side, self.vectors_from = SIGNALS[self.shape.lanes]
        self.side = side
        lane_stride = self.strides[side][self.shape.lanes]
        tight = self.width == self.sizes[self.shape.lanes]
        in_place = tight or isa.masks or self.shape.lanes == "g"
        self.packed = not (lane_stride == 1 and in_place)
        self.spread = self._spread()
        self.taps = prod(self.flat.kernel_size)
        self.aside = self.shape.lanes == "f" and self.strides["K"]["f"] > 1 and self.sizes["f"] > 1
        places = self.flat.output_size if side == "O" else self.flat.input_size
        self.places = prod(places)
        self.rows = self._rows()
        self.accumulates = self.rows < self.flat.axes[0].output or (self.split_batch and self.flat.batch > 1)

    def _spread(self) -> bool:
        """Whether the channels of X are read as numbers so far apart that they share a set of the cache.

        They are packed first then, beside each other at each position.
        """
        apart = self.strides["X"]["c"] * ELEMENT_BYTES[self.dtype]
        return self.shape.lanes == "f" and self.sizes["c"] >= ENOUGH and apart > 1 and apart % CROWDED == 0

    def pack_numbers(self) -> Nests:
        """X with its channels beside each other."""
        strides, count = self.strides["X"], self.sizes["c"]
        places = prod(self.flat.input_size)
        start = self.example() * strides["n"] + self.group() * strides["g"]
        target = self.example() * (self.flat.groups * places * count) + self.group() * (places * count)
        inner = transposed(
            self.tile.vector, ("N", target, count), ("X", start, strides["c"]), count, ("p", places)
        )
        return loop("e", 0, self.flat.batch, loop("g", 0, self.flat.groups, inner))

    def beside(self) -> dict[str, int]:
        """The strides of X packed so."""
        found, step = {"c": 1}, self.sizes["c"]
        for d in reversed(range(self.flat.rank)):
            found[f"s{d}"] = step
            step *= self.flat.input_size[d]
        return found | {"g": step, "n": step * self.flat.groups}

    @property
    def split_batch(self) -> bool:
        """Whether examples are outside the tiles."""
        return self._bytes(self.flat.axes[0].output) * self.flat.batch > CACHED and self.shape.fused > 0

    def _bytes(self, rows: int) -> int:
        axis = self.flat.axes[0]
        per_input = self.flat.in_channels * prod(self.flat.input_size[1:])
        per_output = self.flat.out_channels * prod(self.flat.output_size[1:])
        return (
            (per_input * min(axis.input, rows * axis.stride) + per_output * rows)
            * ELEMENT_BYTES[self.dtype]
            // self.flat.groups
        )

    def _rows(self) -> int:
        """Positions of the first axis that a tile sums before the next one takes its place."""
        output = self.flat.axes[0].output
        if self.shape.fused == 0 or self._bytes(output) <= CACHED or self.packed:
            return output
        fewest = -(-FEWEST_POSITIONS // prod(self.flat.output_size[1:]))
        rows = max(fewest, CACHED // max(1, self._bytes(1)))
        return near_equal(output, rows)[0][1] if rows < output else output

    # ---- the plan -------------------------------------------------------------------------------------

    def plan(self) -> TiledPlan:
        """The text of the pass."""
        size = ELEMENT_BYTES[self.dtype]
        scratch: list[tuple[str, int]] = []
        body = self.zeros("dK")
        if not self.idle:
            head: Nests = ()
            if self.packed:
                scratch.append(("V", self.flat.batch * self.flat.groups * self.places * self.width))
                head += self.pack()
            if self.spread:
                scratch.append(("N", prod(user_shape(self.spec, "X"))))
                head += self.pack_numbers()
                self.strides["X"] = self.beside()
            if self.aside:
                scratch.append(("D", self.flat.groups * self.width * self.taps * self.sizes["c"]))
            if self.accumulates:
                head += self.zeros("D" if self.aside else "dK")
            body = (*self.scratch(scratch), *head, *self.everything(), *self.put_back())
        needed = sum(count for _, count in scratch) * size
        return TiledPlan(
            name=NAME,
            form="tiled",
            op_count=OpCount(products_of(self.spec, NAME), summands_of(self.spec, NAME)),
            order=self.order(),
            idle=self.idle,
            needs=("#include <stddef.h>",),
            vectors=() if self.idle else (replace(self.tile.vector, transposes=self.packed or self.aside),),
            workspace_bytes=needed,
            body=fitted(body),
        )

    def order(self) -> str:
        """The order of a sum by letters."""
        named = ["e"] * (self.flat.batch > 1)
        named += [self.letters[f"s{d}"] for d, axis in enumerate(self.flat.axes) if axis.output > 1]
        return f"0, then ({', '.join(named)})" if named else "0"

    def scratch(self, parts: Sequence[tuple[str, int]]) -> Nests:
        """The names of the parts of the workspace."""
        texts, before = [], 0
        for name, count in parts:
            start = f"({self.real} *)workspace"
            texts.append(f"{self.real} *{name} = {f'({start}) + {before}' if before else start};")
            before += count
        return lines(texts)

    def zeros(self, array: str) -> Nests:
        """Every sum set to 0."""
        count = prod(self.spec.kernel_shape)
        if array == "D":
            count = self.flat.groups * self.width * self.taps * self.sizes["c"]
        return loop("v", 0, count, lines([f"{array}[v] = 0;"]))

    def put_back(self) -> Nests:
        """The sums that were put aside, a vector for each entry of a row of K, to their rows."""
        if not self.aside:
            return ()
        vector, step = self.tile.vector, self.tile.vector.lanes
        length = self.taps * self.sizes["c"]
        whole = length // step * step
        lane = Polynomial.of(self.letters["f"])
        found: Nests = ()
        for each in blocks(self.tile, self.sizes["f"]):
            panel = each.vectors * step
            names = [f"t{n}" for n in range(step)]
            texts = [f"{vector.name} {', '.join(names)};"]
            target = self.group() * self.strides["K"]["g"] + lane * length
            source = self.group() * (self.width * length) + lane * length
            r = Polynomial.of("r")
            for q in range(each.vectors):
                lanes = each.last if q == each.vectors - 1 else step
                texts += [
                    f"{vector.name}_load({name}, {at('D', source + (r + n) * panel + q * step)});"
                    for n, name in enumerate(names)
                ]
                options = [at("dK", target + q * step * length + r), str(length), str(lanes), str(step)]
                texts.append(f"{vector.name}_store_columns({', '.join([*options, *names])});")
            used = panel - step + each.last
            v = Polynomial.of("v")
            single = lines(
                [f"{entry('dK', target + v * length + r)} = {entry('D', source + r * panel + v)};"]
            )
            inner = loop("r", 0, whole, lines(texts), step)
            inner += loop("r", whole, length, loop("v", 0, used, single))
            index = self.letters["f"]
            found += loop(index, each.first, each.first + each.count * panel, inner, panel)
        return loop("g", 0, self.flat.groups, found)

    # ---- vectors beside each other --------------------------------------------------------------------

    def pack(self) -> Nests:
        """The array that is read in vectors, its lanes beside each other, a panel for each block of lanes."""
        lanes, strides = self.shape.lanes, self.strides[self.side]
        lane, v = self.letters[lanes], Polynomial.of("v")
        found: Nests = ()
        for each in blocks(self.tile, self.sizes[lanes]):
            panel = each.vectors * self.tile.vector.lanes
            used = panel - self.tile.vector.lanes + each.last
            source = self.batch_and_group(strides) + (Polynomial.of(lane) + v) * strides[lanes]
            place = Polynomial.of("p")
            source += place
            target = self.panel_offset(Polynomial.of(lane), panel, place) + v
            array = self.vectors_from
            step = strides[f"s{self.flat.rank - 1}"]
            source += place * (step - 1)
            copied = lines([f"{entry('V', target)} = {entry(array, source)};"])
            cleared = lines([f"{entry('V', target)} = 0;"])
            if step == 1:
                inner = transposed(
                    self.tile.vector,
                    ("V", target - v - place * panel, panel),
                    (array, source - v * strides[lanes] - place, strides[lanes]),
                    used,
                    ("p", self.places),
                )
            else:
                inner = loop("p", 0, self.places, loop("v", 0, used, copied))
            inner += loop("p", 0, self.places, loop("v", used, panel, cleared))
            found += loop(lane, each.first, each.first + each.count * panel, inner, panel)
        return loop("e", 0, self.flat.batch, loop("g", 0, self.flat.groups, found))

    def panel_offset(self, lane: Polynomial, panel: int, place: Polynomial) -> Polynomial:
        """Where the vector of a place lies in its panel."""
        size = self.places * self.width
        return (
            self.example() * (self.flat.groups * size)
            + self.group() * size
            + lane * self.places
            + place * panel
        )

    # ---- loops around the tiles -----------------------------------------------------------------------

    def everything(self) -> Nests:
        """Groups, blocks of rows, kernel positions, and the tiles of each."""
        inner: Nests = ()
        step = self.tile.vector.lanes
        lane = self.letters[self.shape.lanes]
        for each in blocks(self.tile, self.sizes[self.shape.lanes]):
            width = each.vectors * step
            inner += loop(lane, each.first, each.first + each.count * width, self.numbers(each), width)
        for d in reversed(range(self.shape.fused)):
            part = sweep(self.flat, NAME, d)
            constants = lines(
                f"const ptrdiff_t {name} = {value};" for name, value in ends(part, range(part.count))
            )
            if d == 0 and self.rows < self.flat.axes[0].output:
                constants += self.row_ends()
            used = tuple(each for each in constants if mentions(inner + constants, each.head.split()[2]))
            kept = tuple(
                each
                for number, each in enumerate(used)
                if mentions(inner + used[number + 1 :], each.head.split()[2])
            )
            inner = loop(part.index, 0, part.count, kept + inner)
        if self.rows < self.flat.axes[0].output:
            inner = loop("r", 0, self.flat.axes[0].output, inner, self.rows)
        if self.split_batch:
            inner = loop("e", 0, self.flat.batch, inner)
        return inner if self.shape.lanes == "g" else loop("g", 0, self.flat.groups, inner)

    def row_ends(self) -> Nests:
        """The rows of a block that a kernel position meets."""
        tap = self.letters["s0"]
        part = sweep(self.flat, NAME, 0)
        named = dict(ends(part, range(part.count)))
        begin, end = self.outer_ends(0, named)
        last = f"r + {self.rows}"
        found = [f"const ptrdiff_t {tap}_low = r;"]
        if begin != "0":
            found = [f"const ptrdiff_t {tap}_low = r > {begin} ? r : {begin};"]
        found.append(f"const ptrdiff_t {tap}_high = {last} < {end} ? {last} : {end};")
        return lines(found)

    def outer_ends(self, d: int, named: Mapping[str, str]) -> tuple[str, str]:
        """The ends of the positions of an axis that a kernel position meets."""
        part = sweep(self.flat, NAME, d)
        if part.count == 1:
            taps = part.taps_at(0)
            return str(taps.start), str(taps.stop)
        begin = f"{part.tap}_begin" if f"{part.tap}_begin" in named else "0"
        end = f"{part.tap}_end" if f"{part.tap}_end" in named else str(part.taps)
        return begin, end

    def numbers(self, each: Block) -> Nests:
        """The tiles of a block of lanes: a loop over channels, or each with its kernel positions."""
        other = self.letters[self.shape.other]
        most = self.tile.numbers
        if self.shape.fused == self.flat.rank:
            result: Nests = ()
            first = 0
            for count, size in near_equal(self.shape.numbers, most):
                entries = [Number((), Polynomial.of(other) + p) for p in range(size)]
                result += loop(other, first, first + count * size, self.register_tile(each, entries), size)
                first += count * size
            return result
        kernel = [range(size) for size in self.flat.kernel_size[self.shape.fused :]]
        every = [
            Number(taps, Polynomial.of(channel))
            for taps in product(*kernel)
            for channel in range(self.sizes[self.shape.other])
        ]
        result, first = (), 0
        for count, size in near_equal(len(every), most):
            for _ in range(count):
                result += self.register_tile(each, every[first : first + size])
                first += size
        return result

    # ---- one tile -------------------------------------------------------------------------------------

    def register_tile(self, each: Block, entries: Sequence[Number]) -> Nests:
        """One tile: its sums start, collect their products, and are stored."""
        vector = self.tile.vector.name
        sums = [[f"s{p}_{q}" for q in range(each.vectors)] for p in range(len(entries))]
        flat = [name for row in sums for name in row]
        declared = filled(f"{vector} ", flat, ", ", indent=0, width=80)
        head = (*declared[:-1], declared[-1] + ";", *self.output_pointer(entries, each))
        if self.accumulates:
            start = self.moved(each, entries, sums, "load")
        else:
            start = tuple(f"{vector}_zero({name});" for name in flat)
        end = self.moved(each, entries, sums, "store")
        return (block(lines((*head, *start)), self.positions(each, entries, sums), lines(end)),)

    def output_pointer(self, entries: Sequence[Number], each: Block) -> tuple[str, ...]:
        """Where the first entry of the tile lies in dK."""
        place = at("D" if self.aside else "dK", self.in_weights(entries[0], each))
        return (f"{self.real} *o = {place};",)

    def in_weights(self, number: Number, each: Block) -> Polynomial:
        """Where an entry lies in dK, or where it is put aside, for the first lane of the block."""
        if self.aside:
            return self.in_panel(number, each)
        strides = self.strides["K"]
        total = self.group() * strides["g"] + number.channel * strides[self.shape.other]
        total += Polynomial.of(self.letters[self.shape.lanes]) * strides[self.shape.lanes]
        for d in range(self.flat.rank):
            if d < self.shape.fused:
                total += Polynomial.of(sweep(self.flat, NAME, d).index) * strides[f"s{d}"]
            else:
                total += number.taps[d - self.shape.fused] * strides[f"s{d}"]
        return total

    def in_panel(self, number: Number, each: Block) -> Polynomial:
        """Where an entry is put aside: rows of K in order, a vector for each entry."""
        length = self.taps * self.sizes["c"]
        total = number.channel
        for d in range(self.flat.rank):
            tap: PolynomialLike
            tap = (
                sweep(self.flat, NAME, d).index if d < self.shape.fused else number.taps[d - self.shape.fused]
            )
            total = total * self.flat.kernel_size[d] + tap
        start = self.group() * (self.width * length) + Polynomial.of(self.letters["f"]) * length
        return start + total * (each.vectors * self.tile.vector.lanes)

    def moved(
        self, each: Block, entries: Sequence[Number], sums: Sequence[Sequence[str]], what: str
    ) -> tuple[str, ...]:
        """The sums from or to their places."""
        vector, step = self.tile.vector.name, self.tile.vector.lanes
        apart = 1 if self.aside else self.strides["K"][self.shape.lanes]
        texts = []
        origin = self.in_weights(entries[0], each)
        for number, row in zip(entries, sums, strict=True):
            for q, name in enumerate(row):
                lanes = each.last if q == each.vectors - 1 else step
                offset = (self.in_weights(number, each) - origin).value() + q * step * apart
                address = f"o + {offset}" if offset else "o"
                if apart > 1:
                    options = [address, str(apart), str(lanes)]
                    suffix = "_apart"
                elif lanes < step and not self.aside:
                    options, suffix = [address, str(lanes)], "_first"
                else:
                    options, suffix = [address], ""
                order = [*options, name] if what == "store" else [name, *options]
                texts.append(f"{vector}_{what}{suffix}({', '.join(order)});")
        return tuple(texts)

    def positions(self, each: Block, entries: Sequence[Number], sums: Sequence[Sequence[str]]) -> Nests:
        """The loops over examples and positions."""
        found = self.along(0, each, entries, sums, ())
        if not self.split_batch:
            found = loop("e", 0, self.flat.batch, found)
        return found

    def along(
        self,
        d: int,
        each: Block,
        entries: Sequence[Number],
        sums: Sequence[Sequence[str]],
        met: tuple[range | None, ...],
    ) -> Nests:
        """The positions of an axis and of those inside it; `met` has the kernel positions met so far."""
        if d == self.flat.rank:
            return self.step(each, entries, sums, met)
        index = self.letters[f"s{d}"]
        if d < self.shape.fused:
            part = sweep(self.flat, NAME, d)
            begin, end = self.outer_ends(d, dict(ends(part, range(part.count))))
            if d == 0 and self.rows < self.flat.axes[0].output:
                begin, end = f"{index}_low", f"{index}_high"
            inner = self.along(d + 1, each, entries, sums, (*met, None))
            return loop(index, _number(begin), _number(end), inner)
        found: Nests = ()
        for places, taps in self.classes(d):
            inner = self.along(d + 1, each, entries, sums, (*met, taps))
            if inner:
                found += loop(index, places.start, places.stop, inner)
        return found

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

    def step(
        self,
        each: Block,
        entries: Sequence[Number],
        sums: Sequence[Sequence[str]],
        met: tuple[range | None, ...],
    ) -> Nests:
        """The products of one position."""
        vector, step = self.tile.vector.name, self.tile.vector.lanes
        inside = met[self.shape.fused :]
        kept = [
            (number, row)
            for number, row in zip(entries, sums, strict=True)
            if all(taps is not None and tap in taps for tap, taps in zip(number.taps, inside, strict=True))
        ]
        if not kept:
            return ()
        lane = Polynomial.of(self.letters[self.shape.lanes])
        elementwise = self.shape.lanes == "g"
        numbers = "N" if self.spread else "X"
        numbers_array, places = ("dO", self.outputs) if self.shape.lanes == "c" else (numbers, self.inputs)
        base = places(kept[0][0]) + kept[0][0].channel * self.side_strides(False)[self.shape.other]
        pointers = [f"const {self.real} *x = {at(numbers_array, base + lane if elementwise else base)};"]
        vector_places = self.vector_place(kept[0][0], lane, each)
        pointers.append(
            f"const {self.real} *y = {at('V' if self.packed else self.vectors_from, vector_places)};"
        )
        names = [f"y{q}" for q in range(each.vectors)]
        texts = [*pointers, f"{vector} {', '.join([*names, 'x0'] if elementwise else names)};"]
        for q, name in enumerate(names):
            texts.append(self.load(name, f"y + {q * step}" if q else "y", each, q))
        for number, row in kept:
            channel = number.channel * self.side_strides(False)[self.shape.other]
            away = (places(number) + channel - base).value()
            if elementwise:
                texts += self.elementwise(row, names, away, each)
                continue
            texts += [f"{vector}_fma({name}, x[{away}], {y});" for name, y in zip(row, names, strict=True)]
        return lines(texts)

    def load(self, name: str, address: str, each: Block, q: int) -> str:
        """Load a vector; where idle lanes have no memory of their own, only the first ones."""
        vector = self.tile.vector
        if self.packed or q < each.vectors - 1 or each.last == vector.lanes:
            return f"{vector.name}_load({name}, {address});"
        return f"{vector.name}_load_first({name}, {address}, {each.last});"

    def elementwise(self, row: Sequence[str], names: Sequence[str], away: int, each: Block) -> list[str]:
        """Each lane with a number of its own, where every channel is a group."""
        vector, step = self.tile.vector.name, self.tile.vector.lanes
        texts = []
        for q, (name, y) in enumerate(zip(row, names, strict=True)):
            offset = away + q * step
            address = f"x + {offset}" if offset > 0 else f"x - {-offset}" if offset else "x"
            texts.append(self.load("x0", address, each, q))
            texts.append(f"{vector}_add_product({name}, x0, {y});")
        return texts

    # ---- addresses ------------------------------------------------------------------------------------

    def side_strides(self, vectors: bool) -> Mapping[str, int]:
        """The strides of the array read in vectors, or of the one read as numbers."""
        return self.strides["O" if (self.shape.lanes != "c") == vectors else "X"]

    def example(self) -> Polynomial:
        """The example at hand."""
        return Polynomial.of("e" if self.flat.batch > 1 else 0)

    def group(self) -> Polynomial:
        """The group at hand."""
        return Polynomial.of("g" if self.flat.groups > 1 and self.shape.lanes != "g" else 0)

    def batch_and_group(self, strides: Mapping[str, int]) -> Polynomial:
        """Where the example and group at hand begin."""
        return self.example() * strides["n"] + self.group() * strides["g"]

    def input_axes(self, number: Number) -> list[Polynomial]:
        """The position in X that a position and a kernel position meet."""
        found = []
        for d in range(self.flat.rank):
            part = sweep(self.flat, NAME, d)
            values = {} if d < self.shape.fused else {part.index: number.taps[d - self.shape.fused]}
            found.append(part.coordinates["X"].dividend.substitute(values))
        return found

    def inputs(self, number: Number) -> Polynomial:
        """The same as an offset."""
        strides = self.strides["X"]
        total = self.batch_and_group(strides)
        for d, position in enumerate(self.input_axes(number)):
            total += position * strides[f"s{d}"]
        return total

    def outputs(self, number: Number) -> Polynomial:
        """The position in dO as an offset; every kernel position meets the same."""
        del number
        strides = self.strides["O"]
        total = self.batch_and_group(strides)
        for d in range(self.flat.rank):
            total += Polynomial.of(self.letters[f"s{d}"]) * strides[f"s{d}"]
        return total

    def vector_place(self, number: Number, lane: Polynomial, each: Block) -> Polynomial:
        """Where the vectors of a position lie."""
        if not self.packed:
            place = self.inputs(number) if self.shape.lanes == "c" else self.outputs(number)
            return place + lane * self.strides[self.side][self.shape.lanes]
        flat = Polynomial.of(0)
        for d in range(self.flat.rank):
            if self.shape.lanes != "c":
                size, position = self.flat.output_size[d], Polynomial.of(self.letters[f"s{d}"])
            else:
                size, position = self.flat.input_size[d], self.input_axes(number)[d]
            flat = flat * size + position
        return self.panel_offset(lane, each.vectors * self.tile.vector.lanes, flat)


FEWEST_POSITIONS = 200
"""Positions that a tile sums before it is put away: to take it up again costs as much as some of them."""


def _number(text: str) -> int | str:
    return int(text) if text.isdigit() else text
