"""Forward and backward data by register tiles: lanes are the channels of the result, numbers its positions.

Both passes sum, for every kernel position and every channel of the array that they read, a number of that
array times a vector of weights. A strided dX is such a pass for each of its phases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import prod

from convgen.algebra.polynomial import Polynomial, PolynomialLike
from convgen.kernels.blocks import Block, Tiling, blocks
from convgen.kernels.columns import Columns, columns
from convgen.kernels.ends import over_positions, tap_ends
from convgen.kernels.formula import letters
from convgen.kernels.hints import FEWEST_STEPS, NEXT, asked, following, is_large, lines_of, streams
from convgen.kernels.isa import ELEMENT_BYTES, Isa
from convgen.kernels.kernel import pass_output
from convgen.kernels.nest import Nests, at, block, entry, lines, loop, mentions
from convgen.kernels.packing import pack, transposes, weights_of
from convgen.kernels.pieces import (
    FARTHEST_APART,
    NUMBERED,
    SIGNALS,
    SUMMED,
    Pieces,
    channel_tile,
    goes_by_channels,
    is_depthwise,
    pieces_of,
)
from convgen.kernels.plan import C_REALS, filled, idle_arrays, summed_in_order
from convgen.kernels.tiled_plan import TiledPlan, flattened, tiled_plan
from convgen.layout import axis_sizes, base_name, element_strides
from convgen.spec import ConvSpec


def plan_contraction(spec: ConvSpec, name: str, dtype: str, isa: Isa) -> TiledPlan:
    """Tiles for forward or backward_data."""
    return Contraction(spec, name, dtype, isa).plan()


class Contraction:
    """Puts one plan together."""

    def __init__(self, spec: ConvSpec, name: str, dtype: str, isa: Isa) -> None:
        self.spec, self.name, self.dtype, self.isa = spec, name, dtype, isa
        self.flat = flattened(spec)
        self.real = C_REALS[dtype]
        self.output, self.signal = pass_output(name), SIGNALS[name]
        self.letters = letters(self.flat)
        sizes = axis_sizes(self.flat, "K")
        self.lane_axis = "g" if is_depthwise(spec) else NUMBERED[name]
        self.lanes, self.summed = sizes[self.lane_axis], sizes[SUMMED[name]]
        self.pieces = pieces_of(self.flat, name)
        self.tile = channel_tile(self.flat, name, dtype, isa)
        self.tiling: Tiling | None = Tiling(
            self.tile, self.lanes, max(piece[-1].count for piece in self.pieces)
        )
        self.strides = {array: element_strides(self.flat, array) for array in (self.output, self.signal)}
        self.weights = weights_of(self.flat, name, self.lane_axis, self.tile, isa)
        self.biased = name == "forward" and spec.bias
        self.idle = idle_arrays(spec, name)

    # ---- the plan -------------------------------------------------------------------------------------

    def plan(self) -> TiledPlan:
        """The functions of the pass and how they are called."""
        squares = self.stores_columns or (transposes(self.weights, self.tile) and not self.idle)
        packing: Nests = ()
        needed = 0
        if self.weights.packed and not self.idle:
            needed = self.weights.size * ELEMENT_BYTES[self.dtype]
            packing = pack(self.flat, self.weights, self.tile)
        return tiled_plan(
            self.spec,
            self.name,
            self.everything(),
            order=self.order(),
            vectors=(replace(self.tile.vector, transposes=squares),),
            workspace_bytes=needed,
            packing=packing,
            tiling=None if self.idle else self.tiling,
        )

    def order(self) -> str:
        """The order of a sum by letters."""
        channel = self.letters[SUMMED[self.name]]
        named = [self.letters[f"m{d}"] for d, axis in enumerate(self.flat.axes) if axis.kernel > 1] + [
            channel
        ] * (self.summed > 1)
        return summed_in_order(named, from_bias=self.biased)

    # ---- loops around the tiles -----------------------------------------------------------------------

    def everything(self) -> Nests:
        """Groups, examples and blocks of lanes, and within them the pieces."""
        if self.lanes_inside:
            nests = loop("e", 0, self.flat.batch, self.spaces(tuple(blocks(self.tile, self.lanes))))
        else:
            nests = ()
            for each in blocks(self.tile, self.lanes):
                nests += self.over_lanes(each, loop("e", 0, self.flat.batch, self.spaces((each,))))
        return nests if self.lane_axis == "g" else loop("g", 0, self.flat.groups, nests)

    @property
    def lanes_inside(self) -> bool:
        """Whether a tile's positions meet all lanes before the next ones: the larger array is read once."""
        if self.lane_axis == "g":  # either order reads it once
            return not goes_by_channels(self.flat, self.dtype)
        signal = self.summed * prod(self.flat.input_size if self.signal == "X" else self.flat.output_size)
        return signal > self.lanes * self.summed * prod(self.flat.kernel_size)

    def over_lanes(self, each: Block, body: Nests) -> Nests:
        """A loop over equal blocks of lanes."""
        width = each.vectors * self.tile.vector.lanes
        index = self.letters[self.lane_axis]
        return loop(index, each.first, each.first + each.count * width, body, width)

    def starts(self, each: Block, sums: Sequence[Sequence[str]]) -> list[str]:
        """The values that the sums of a tile start from.

        The bias is loaded for every tile: kept in registers, it would push sums out of them.
        """
        vector, step = self.tile.vector.name, self.tile.vector.lanes
        if not self.biased:
            return [f"{vector}_zero({name});" for row in sums for name in row]
        address = at("b", self.group() * self.lanes + self.lane())
        texts = [f"const {self.real} *a = {address};", "convgen_launder(a);"]
        for q, name in enumerate(sums[0]):
            texts.append(self.load(name, f"a + {q * step}" if q else "a", each, q))
        return texts + [f"{name} = {sums[0][q]};" for row in sums[1:] for q, name in enumerate(row)]

    def spaces(self, lanes: Sequence[Block]) -> Nests:
        """Every piece of the spatial axes."""
        found: Nests = ()
        for piece in self.pieces:
            inner: Nests = ()
            for part in columns(piece[-1], self.tile.numbers):
                inner += self.along_columns(piece, part, lanes)
            for axis in reversed(piece[:-1]):
                inner = over_positions(axis, inner)
            found += inner
        return found

    def along_columns(self, piece: Pieces, part: Columns, lanes: Sequence[Block]) -> Nests:
        """Tiles of one kind, side by side."""
        body: Nests = ()
        for each in lanes:
            tile = self.register_tile(piece, part, each)
            body += self.over_lanes(each, tile) if self.lanes_inside else tile
        stop = part.stop if part.count > 1 else part.first + 1
        if mentions(body, NEXT):
            body = (*lines([following(piece[-1].index, stop, part.size)]), *body)
        return loop(piece[-1].index, part.first, stop, body, part.size if part.count > 1 else 1)

    # ---- one tile -------------------------------------------------------------------------------------

    def register_tile(self, piece: Pieces, part: Columns, each: Block) -> Nests:
        """One tile: its sums start, collect their products, and are stored."""
        vector = self.tile.vector.name
        sums = [[f"s{p}_{q}" for q in range(each.vectors)] for p in range(part.size)]
        flat = [name for row in sums for name in row]
        declared = filled(f"{vector} ", flat, ", ", indent=0, width=80)
        texts = [*declared[:-1], declared[-1] + ";"]
        texts += self.starts(each, sums)
        stored = self.stored(piece, each, sums)
        if self.asks_for_result:
            texts += [self.result(piece), *asked(self.result_lines(piece, part, each), result=True)]
        else:
            stored = (*lines([self.result(piece)]), *stored)
        found = lines(texts)
        if not self.idle and all(axis.taps for axis in piece):
            found += self.outer_taps(piece, self.products(piece, part, each, sums))
        return (block(found, stored),)

    def signal_hints(self, piece: Pieces, part: Columns, channel: Polynomial) -> tuple[list[str], list[str]]:
        """For the tile that follows, the address of its numbers, and the hints of one step of the sum."""
        if part.count < 2 or not streams(self.spec, self.signal, self.dtype):
            return [], []
        along, apart = self.strides[self.signal][SUMMED[self.name]], self.apart(piece, self.signal)
        if apart == 1:
            places = [channel * along + first for first in lines_of(0, part.size, self.dtype)]
        elif along == 1 and apart == self.summed:  # all numbers of a tile lie beside each other
            places = [channel * part.size]
        else:
            return [], []
        begin = self.place(piece, self.signal, {piece[-1].index: NEXT})
        head = f"const {self.real} *ahead = {at(self.signal, begin)};"
        return [head], asked(at("ahead", place) for place in places)

    @property
    def asks_for_result(self) -> bool:
        """Whether the memory of a tile's result is asked for before its sums."""
        steps = self.summed * prod(self.flat.kernel_size) // len(self.pieces)
        return is_large(self.spec, self.output, self.dtype) and steps >= FEWEST_STEPS

    def result(self, piece: Pieces) -> str:
        """The address of a tile's first sum."""
        place = self.place(piece, self.output, {}) + self.lane() * self.between
        return f"{self.real} *o = {at(self.output, place)};"

    @property
    def between(self) -> int:
        """How far neighbouring lanes are apart in the result."""
        return self.strides[self.output][self.lane_axis] if self.lanes > 1 else 1

    def apart(self, piece: Pieces, array: str) -> int:
        """How far neighbouring positions of a row are apart in an array."""
        step = piece[-1].coordinates[base_name(array)].dividend.coefficient(piece[-1].index)
        return step * self.strides[array][f"s{self.flat.rank - 1}"]

    def result_lines(self, piece: Pieces, part: Columns, each: Block) -> list[str]:
        """Addresses that meet the memory of a tile's result."""
        step = self.tile.vector.lanes
        lanes = (each.vectors - 1) * step + each.last
        if self.between == 1:
            rows, along = range(part.size), (self.apart(piece, self.output), lanes)
        else:
            rows, along = range(lanes), (self.between, part.size)
        offsets = [row * along[0] + first for row in rows for first in lines_of(0, along[1], self.dtype)]
        return [f"o + {offset}" if offset else "o" for offset in offsets]

    def outer_taps(self, piece: Pieces, inner: Nests) -> Nests:
        """Loops over the taps of every axis but the last, as far as the border leaves them."""
        for axis in reversed(piece[:-1]):
            inner = loop(axis.tap, *tap_ends(axis, range(axis.count)), inner, most=axis.taps)
        return inner

    def products(self, piece: Pieces, part: Columns, each: Block, sums: Sequence[Sequence[str]]) -> Nests:
        """The taps of the last axis: a loop where all have every position, else each on its own."""
        tap = piece[-1].tap
        if part.taps is None:
            every = range(part.size)
            return loop(tap, 0, piece[-1].taps, (block(self.steps(piece, part, every, each, sums, {})),))
        found: Nests = ()
        for number, positions in part.taps:
            found += (block(self.steps(piece, part, positions, each, sums, {tap: number})),)
        return found

    def steps(
        self,
        piece: Pieces,
        part: Columns,
        positions: range,
        each: Block,
        sums: Sequence[Sequence[str]],
        values: Mapping[str, PolynomialLike],
    ) -> Nests:
        """One kernel position: the loop over the channels that are summed."""
        vector, step = self.tile.vector.name, self.tile.vector.lanes
        strides, summed = self.strides[self.signal], self.letters[SUMMED[self.name]]
        first = {piece[-1].index: Polynomial.of(piece[-1].index) + positions.start}
        place = self.place(piece, self.signal, first).substitute(values)
        place += self.lane() if self.lane_axis == "g" else 0
        apart = self.apart(piece, self.signal)
        kernel = {f"s{d}": axis.coordinates["K"].dividend.substitute(values) for d, axis in enumerate(piece)}
        offset, along = self.weights.offset(kernel, self.lane(), each.vectors * step)
        pointers = lines(
            [
                f"const {self.real} *x = {at(self.signal, place)};",
                f"const {self.real} *w = {at(self.weights.array, offset)};",
                "convgen_launder(x);",
                "convgen_launder(w);",
            ]
        )
        names = [f"w{q}" for q in range(each.vectors)]
        channel = Polynomial.of(summed if self.summed > 1 else 0)
        body = [f"{vector} {', '.join([*names, 'x0'] if self.lane_axis == 'g' else names)};"]
        ahead, hints = self.signal_hints(piece, part, channel)
        pointers += lines(ahead)
        body += hints
        body += [
            self.load(name, at("w", channel * along + q * step), each, q, whole=self.weights.packed)
            for q, name in enumerate(names)
        ]
        for p, row in zip(positions, sums[positions.start :], strict=False):
            offset = channel * strides[SUMMED[self.name]] + (p - positions.start) * apart
            if self.lane_axis == "g":
                body += self.elementwise(row, names, offset, each)
            else:
                number = entry("x", offset)
                body += [f"{vector}_fma({name}, {number}, {w});" for name, w in zip(row, names, strict=True)]
        return pointers + loop(summed, 0, self.summed, lines(body))

    def elementwise(
        self, row: Sequence[str], weights: Sequence[str], offset: Polynomial, each: Block
    ) -> list[str]:
        """Each lane with a number of its own, where every channel is a group."""
        vector, step = self.tile.vector.name, self.tile.vector.lanes
        texts = []
        for q, (name, weight) in enumerate(zip(row, weights, strict=True)):
            texts.append(self.load("x0", at("x", offset + q * step), each, q))
            texts.append(f"{vector}_add_product({name}, x0, {weight});")
        return texts

    def stored(self, piece: Pieces, each: Block, sums: Sequence[Sequence[str]]) -> Nests:
        """The sums to their places."""
        vector, step = self.tile.vector.name, self.tile.vector.lanes
        between, apart = self.between, self.apart(piece, self.output)
        if self.stores_columns:
            return lines(self.columns(each, sums, between, apart))
        texts = []
        for p, row in enumerate(sums):
            for q, name in enumerate(row):
                lanes = each.last if q == each.vectors - 1 else step
                address = f"o + {p * apart + q * step * between}" if p or q else "o"
                if between > 1:
                    texts.append(f"{vector}_store_apart({address}, {between}, {lanes}, {name});")
                elif lanes < step:
                    texts.append(f"{vector}_store_first({address}, {lanes}, {name});")
                else:
                    texts.append(f"{vector}_store({address}, {name});")
        return lines(texts)

    @property
    def stores_columns(self) -> bool:
        """Whether the positions of a tile, and not its lanes, lie beside each other in the result, or nearly so."""
        last = f"s{self.flat.rank - 1}"
        near = all(self.apart(piece, self.output) <= FARTHEST_APART for piece in self.pieces)
        return self.strides[self.output][last] == 1 and near and self.lanes > 1

    def columns(self, each: Block, sums: Sequence[Sequence[str]], between: int, apart: int) -> list[str]:
        """The sums to rows of positions, a square of vectors at a time."""
        vector, step = self.tile.vector.name, self.tile.vector.lanes
        texts = []
        for q in range(each.vectors):
            lanes = each.last if q == each.vectors - 1 else step
            for first in range(0, len(sums), step):
                names = [row[q] for row in sums[first : first + step]]
                given = names + [names[0]] * (step - len(names))
                offset = q * step * between + first * apart
                address = f"o + {offset}" if offset else "o"
                steps, kind = ([str(between), str(apart)], "_apart") if apart > 1 else ([str(between)], "")
                options = [address, *steps, str(lanes), str(len(names)), *given]
                texts.append(f"{vector}_store_columns{kind}({', '.join(options)});")
        return texts

    # ---- addresses ------------------------------------------------------------------------------------

    def lane(self) -> Polynomial:
        """The first lane of the block at hand."""
        return Polynomial.of(self.letters[self.lane_axis])

    def group(self) -> Polynomial:
        """The group at hand."""
        return Polynomial.of("g" if self.flat.groups > 1 and self.lane_axis != "g" else 0)

    def place(self, piece: Pieces, array: str, values: Mapping[str, PolynomialLike]) -> Polynomial:
        """Where the first entry of a tile meets an array."""
        strides = self.strides[array]
        example = Polynomial.of("e" if self.flat.batch > 1 else 0)
        total = example * strides["n"] + self.group() * strides["g"]
        for d, axis in enumerate(piece):
            total += axis.coordinates[base_name(array)].dividend.substitute(values) * strides[f"s{d}"]
        return total

    def load(self, name: str, address: str, each: Block, q: int, *, whole: bool = False) -> str:
        """Load a vector of a block; where idle lanes have no memory of their own, only the first ones."""
        vector = self.tile.vector
        if whole or q < each.vectors - 1 or each.last == vector.lanes:
            return f"{vector.name}_load({name}, {address});"
        return f"{vector.name}_load_first({name}, {address}, {each.last});"
