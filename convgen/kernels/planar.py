"""Forward and backward data by register tiles whose lanes are neighbouring positions of the last axis.

The form for channels first: rows of X lie beside each other in memory, so vectors of positions are loaded
and stored where they lie, and the numbers are weights, read from K itself. Nothing is packed. Where a
border clips a vector, its first and last lanes are left out of the load.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

from convgen.algebra.polynomial import Polynomial, PolynomialLike
from convgen.kernels.blocks import Block, Tile, Tiling, blocks, choose_tile, near_equal, tile_cost
from convgen.kernels.ends import over_positions, tap_ends
from convgen.kernels.formula import letters
from convgen.kernels.hints import NEXT, asked, following, lines_of, streams
from convgen.kernels.isa import Isa, Vector
from convgen.kernels.kernel import pass_output
from convgen.kernels.nest import Nests, at, block, entry, lines, loop, mentions
from convgen.kernels.pieces import FARTHEST_APART, NUMBERED, SIGNALS, SUMMED, Pieces, pieces_of
from convgen.kernels.plan import C_REALS, filled, idle_arrays, summed_in_order
from convgen.kernels.sweep import Sweep
from convgen.kernels.tiled_plan import TiledPlan, flattened, tiled_plan
from convgen.layout import axis_sizes, base_name, element_strides
from convgen.spec import ConvSpec

FEWEST_CHANNELS = 3
"""Channels of a group from which on vectors along them pay."""


@dataclass(frozen=True)
class Strip:
    """Neighbouring blocks of positions that meet the same taps in the same lanes.

    Attributes:
        block: the positions of the first one.
        taps: for each tap the positions of the block that have it, counted from its first.
    """

    block: Block
    taps: tuple[tuple[int, range], ...]


def strips(part: Sweep, tile: Tile) -> list[Strip]:
    """The positions of an axis in blocks of vectors; those that no border clips are taken together."""
    found: list[Strip] = []
    step = tile.vector.lanes
    for each in blocks(tile, part.count):
        width = each.vectors * step
        used = width - step + each.last
        whole = part.unclipped if part.taps else range(part.count)
        low = min(each.count, max(0, -(-(whole.start - each.first) // width)))
        high = max(low, min(each.count, (whole.stop - each.first - used) // width + 1))
        inner = Strip(
            Block(each.first + low * width, high - low, each.vectors, each.last),
            tuple((tap, range(used)) for tap in range(part.taps)),
        )
        clipped = [*range(low), *range(high, each.count)]
        single = [
            _clipped(part, Block(each.first + number * width, 1, each.vectors, each.last), used)
            for number in clipped
        ]
        found += single[:low] + [inner] * (high > low) + single[low:]
    return found


def _clipped(part: Sweep, each: Block, used: int) -> Strip:
    by_position = [part.taps_at(each.first + number) for number in range(used)]
    taps = []
    for tap in range(part.taps):
        having = [number for number, met in enumerate(by_position) if tap in met]
        if having:
            taps.append((tap, range(having[0], having[-1] + 1)))
    return Strip(each, tuple(taps))


def planar_tiling(spec: ConvSpec, name: str, dtype: str, isa: Isa) -> Tiling:
    """The tiles for the longest row of a pass."""
    numbers = axis_sizes(spec, "K")[NUMBERED[name]]
    longest = max(piece[-1].count for piece in pieces_of(spec, name))
    return Tiling(choose_tile(isa, dtype, longest, numbers), longest, numbers)


def planar_cost(spec: ConvSpec, name: str, dtype: str, isa: Isa) -> float:
    """What a step of the sum of all rows costs, in products of the widest vectors."""
    tiling = planar_tiling(spec, name, dtype, isa)
    return sum(
        tile_cost(isa, tiling.most, piece[-1].count, tiling.numbers) * prod(axis.count for axis in piece[:-1])
        for piece in pieces_of(spec, name)
    ) / len(pieces_of(spec, name))


def planar_statements(spec: ConvSpec, name: str, dtype: str, isa: Isa) -> int:
    """How many products of vectors the text has; found without writing it."""
    tiling = planar_tiling(spec, name, dtype, isa)
    tile = tiling.most
    rows = sum(size for _, size in near_equal(tiling.numbers, tile.numbers))
    total = 0
    for piece in pieces_of(spec, name):
        part, width = piece[-1], tile.vectors * tile.vector.lanes
        clipped = -(-(part.count - len(part.unclipped)) // width) + 2 if part.taps else 0
        total += (clipped + 2) * rows * tile.vectors * part.taps
    return total


def fits(spec: ConvSpec, name: str) -> bool:
    """Whether neighbouring positions read neighbouring numbers, in every piece of a pass.

    Every second number will do where channels are so few that vectors along them would be worse.
    """
    few = axis_sizes(spec, "K")[NUMBERED[name]] < FEWEST_CHANNELS
    farthest = FARTHEST_APART if few else 1
    return has_rows(spec) and all(
        piece[-1].coordinates[base_name(SIGNALS[name])].dividend.coefficient(piece[-1].index) <= farthest
        for piece in pieces_of(spec, name)
    )


def row_load(vector: Vector, name: str, places: range, q: int, apart: int) -> list[str]:
    """Declare and load the vector of a row at `x` that is the q-th of a tile, if any of its lanes has a place.

    Args:
        vector: its type.
        name: of the variable.
        places: the positions of the tile that are read; the first of them is at `x`.
        q: which vector.
        apart: how far the numbers of neighbouring positions are apart.
    """
    low, high = max(0, places.start - q * vector.lanes), min(vector.lanes, places.stop - q * vector.lanes)
    if low >= high:
        return []
    away = (q * vector.lanes + low - places.start) * apart
    address = f"x + {away}" if away else "x"
    if apart > 1:
        call = f"load_apart({name}, {address}, {apart}, {low}, {high})"
    elif (low, high) == (0, vector.lanes):
        call = f"load({name}, {address})"
    else:
        call = f"load_lanes({name}, {address}, {low}, {high})"
    return [f"{vector.name}_{call};"]


def has_rows(spec: ConvSpec) -> bool:
    """Whether neighbouring positions of the last axis lie beside each other in X and in O."""
    return all(element_strides(spec, array)[f"s{spec.rank - 1}"] == 1 for array in ("X", "O"))


class Planar:
    """Puts one plan together."""

    def __init__(self, spec: ConvSpec, name: str, dtype: str, isa: Isa) -> None:
        self.spec, self.name, self.dtype = spec, name, dtype
        self.flat = flattened(spec)
        self.real = C_REALS[dtype]
        self.output, self.signal = pass_output(name), SIGNALS[name]
        self.letters = letters(self.flat)
        self.sizes = axis_sizes(self.flat, "K")
        self.tiling = planar_tiling(self.flat, name, dtype, isa)
        self.tile = self.tiling.most
        self.strides = {array: element_strides(self.flat, array) for array in (self.output, self.signal, "K")}
        self.biased = name == "forward" and spec.bias
        self.idle = idle_arrays(spec, name)

    def plan(self) -> TiledPlan:
        """The text of the pass."""
        found: Nests = ()
        for piece in pieces_of(self.flat, self.name):
            inner: Nests = ()
            for strip in strips(piece[-1], self.tile):
                inner += self.along(piece, strip)
            for axis in reversed(piece[:-1]):
                inner = over_positions(axis, inner)
            found += inner
        body = loop("e", 0, self.flat.batch, loop("g", 0, self.flat.groups, found))
        return tiled_plan(
            self.spec,
            self.name,
            body,
            order=self.order(),
            vectors=(self.tile.vector,),
            tiling=None if self.idle else self.tiling,
        )

    def order(self) -> str:
        """The order of a sum by letters."""
        kernel = [self.letters[f"m{d}"] for d, axis in enumerate(self.flat.axes) if axis.kernel > 1]
        last = [kernel.pop()] if kernel and self.flat.axes[-1].kernel > 1 else []
        channel = [self.letters[SUMMED[self.name]]] * (self.sizes[SUMMED[self.name]] > 1)
        named = [*kernel, *channel, *last]
        return summed_in_order(named, from_bias=self.biased)

    def along(self, piece: Pieces, strip: Strip) -> Nests:
        """Blocks of one kind, and in each all channels that are written."""
        numbered, channel = self.letters[NUMBERED[self.name]], NUMBERED[self.name]
        inner: Nests = ()
        first = 0
        for count, size in near_equal(self.sizes[channel], self.tile.numbers):
            body = self.register_tile(piece, strip, size)
            inner += loop(numbered, first, first + count * size, body, size)
            first += count * size
        width = strip.block.vectors * self.tile.vector.lanes
        stop = strip.block.first + strip.block.count * width
        if mentions(inner, NEXT):
            inner = (*lines([following(piece[-1].index, stop, width)]), *inner)
        return loop(piece[-1].index, strip.block.first, stop, inner, width)

    def register_tile(self, piece: Pieces, strip: Strip, size: int) -> Nests:
        """One tile: its sums start, collect their products, and are stored."""
        vector, vectors = self.tile.vector.name, strip.block.vectors
        sums = [[f"s{p}_{q}" for q in range(vectors)] for p in range(size)]
        flat = [name for row in sums for name in row]
        declared = filled(f"{vector} ", flat, ", ", indent=0, width=80)
        texts = [*declared[:-1], declared[-1] + ";"]
        bias = self.group() * self.sizes["f"] + self.channel()
        for p, row in enumerate(sums):
            texts += [
                f"{vector}_splat({name}, {entry('b', bias + p)});"
                if self.biased
                else f"{vector}_zero({name});"
                for name in row
            ]
        found = lines(texts)
        if not self.idle and all(axis.taps for axis in piece) and strip.taps:
            found += self.outer_taps(piece, self.products(piece, strip, sums))
        return (block(found, self.stored(piece, strip, sums)),)

    def outer_taps(self, piece: Pieces, inner: Nests) -> Nests:
        """Loops over the taps of every axis but the last and over the summed channels."""
        summed = SUMMED[self.name]
        inner = loop(self.letters[summed], 0, self.sizes[summed], inner)
        for axis in reversed(piece[:-1]):
            inner = loop(axis.tap, *tap_ends(axis, range(axis.count)), inner, most=axis.taps)
        return inner

    def products(self, piece: Pieces, strip: Strip, sums: Sequence[Sequence[str]]) -> Nests:
        """The taps of the last axis, each on its own."""
        vector, step = self.tile.vector.name, self.tile.vector.lanes
        summed, last = SUMMED[self.name], piece[-1]
        channel = Polynomial.of(self.letters[summed] if self.sizes[summed] > 1 else 0)
        apart = last.coordinates[base_name(self.signal)].dividend.coefficient(last.index)
        found: Nests = ()
        for tap, positions in strip.taps:
            values: Mapping[str, PolynomialLike] = {last.tap: tap}
            kernel = self.group() * self.strides["K"]["g"] + channel * self.strides["K"][summed]
            kernel += self.channel() * self.strides["K"][NUMBERED[self.name]]
            for d, axis in enumerate(piece):
                kernel += axis.coordinates["K"].dividend.substitute(values) * self.strides["K"][f"s{d}"]
            first = {last.index: Polynomial.of(last.index) + positions.start}
            place = self.place(piece, self.signal, first).substitute(values)
            place += channel * self.strides[self.signal][summed]
            texts = [
                f"const {self.real} *x = {at(self.signal, place)};",
                f"const {self.real} *k = {at('K', kernel)};",
                "convgen_launder(x);",
            ]
            met = []
            for q in range(strip.block.vectors):
                loaded = row_load(self.tile.vector, f"x{q}", positions, q, apart)
                if loaded:
                    met.append(q)
                    texts += [f"{vector} x{q};", *loaded]
            if strip.block.count > 1 and streams(self.spec, self.signal, self.dtype):
                begin = self.place(piece, self.signal, {last.index: NEXT}).substitute(values)
                begin += channel * self.strides[self.signal][summed]
                texts.append(f"const {self.real} *ahead = {at(self.signal, begin)};")
                width = strip.block.vectors * step
                texts += asked(at("ahead", Polynomial.of(n)) for n in lines_of(0, width, self.dtype))
            between = self.strides["K"][NUMBERED[self.name]]
            for p, row in enumerate(sums):
                texts += [f"{vector}_fma({row[q]}, k[{p * between}], x{q});" for q in met]
            found += (block(lines(texts)),)
        return found

    def stored(self, piece: Pieces, strip: Strip, sums: Sequence[Sequence[str]]) -> Nests:
        """The sums to their places."""
        vector, step = self.tile.vector.name, self.tile.vector.lanes
        apart = piece[-1].coordinates[base_name(self.output)].dividend.coefficient(piece[-1].index)
        between = self.strides[self.output][NUMBERED[self.name]]
        place = self.place(piece, self.output, {}) + self.channel() * between
        texts = [f"{self.real} *o = {at(self.output, place)};"]
        for p, row in enumerate(sums):
            for q, name in enumerate(row):
                lanes = strip.block.last if q == strip.block.vectors - 1 else step
                offset = p * between + q * step * apart
                address = f"o + {offset}" if offset else "o"
                if apart > 1:
                    texts.append(f"{vector}_store_apart({address}, {apart}, {lanes}, {name});")
                elif lanes < step:
                    texts.append(f"{vector}_store_first({address}, {lanes}, {name});")
                else:
                    texts.append(f"{vector}_store({address}, {name});")
        return lines(texts)

    def channel(self) -> Polynomial:
        """The first channel of the tile at hand."""
        several = self.sizes[NUMBERED[self.name]] > 1
        return Polynomial.of(self.letters[NUMBERED[self.name]] if several else 0)

    def group(self) -> Polynomial:
        """The group at hand."""
        return Polynomial.of("g" if self.flat.groups > 1 else 0)

    def place(self, piece: Pieces, array: str, values: Mapping[str, PolynomialLike]) -> Polynomial:
        """Where the first position of a tile meets an array."""
        strides = self.strides[array]
        example = Polynomial.of("e" if self.flat.batch > 1 else 0)
        total = example * strides["n"] + self.group() * strides["g"]
        for d, axis in enumerate(piece):
            total += axis.coordinates[base_name(array)].dividend.substitute(values) * strides[f"s{d}"]
        return total
