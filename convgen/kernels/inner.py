"""Backward data by register tiles whose lanes are the channels that are summed, added up at the end.

The form for channels last where the input has few channels: they would leave most lanes of a vector idle,
while the channels of dO, and of K beside each other for each input channel, fill vectors of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import prod

from convgen.algebra.polynomial import Polynomial, PolynomialLike
from convgen.kernels.blocks import MOST_STREAMED, Block, Tile, fit
from convgen.kernels.columns import Columns, clipped_tiles
from convgen.kernels.contraction import Contraction
from convgen.kernels.isa import Isa, Vector
from convgen.kernels.nest import Nests, at, block, lines, loop
from convgen.kernels.pieces import Pieces, is_depthwise, pieces_of
from convgen.layout import axis_sizes, element_strides
from convgen.spec import ConvSpec

MOST_CHANNELS = 8
"""Input channels that a tile has sums for."""

FEWEST_SUMMED = 4
"""Channels of dO that are worth a vector."""

ADDING = 10
"""The cost of adding up the lanes of a sum, in products of vectors."""


def adds_lanes(spec: ConvSpec, name: str) -> bool:
    """Whether the summed channels lie beside each other in both factors, and the others are few."""
    sizes = axis_sizes(spec, "K")
    beside = element_strides(spec, "K")["f"] == element_strides(spec, "O")["f"] == 1
    few = sizes["c"] <= MOST_CHANNELS and sizes["f"] >= FEWEST_SUMMED
    return name == "backward_data" and beside and few and not is_depthwise(spec)


@lru_cache(maxsize=256)
def inner_tile(isa: Isa, dtype: str, channels: int, summed: int) -> Tile:
    """The tile of some input channels: a vector of sums for each."""
    widths = isa.widths(dtype)
    width = min(widths, key=lambda lanes: -(-summed // lanes) * widths[lanes])
    return Tile(
        Vector(dtype, width), min(fit(isa, channels), max(1, 2 * MOST_STREAMED // channels)), channels
    )


def inner_cost(spec: ConvSpec, dtype: str, isa: Isa) -> float:
    """What a step of the sum of all rows costs, with its share of adding lanes, in products of the widest vectors."""
    sizes, pieces = axis_sizes(spec, "K"), pieces_of(spec, "backward_data")
    tile = inner_tile(isa, dtype, sizes["c"], sizes["f"])
    width, cost = tile.vector.lanes, isa.widths(dtype)[tile.vector.lanes]
    products = -(-sizes["f"] // width) / sizes["f"]
    added = ADDING / (sizes["f"] * prod(spec.kernel_size) / len(pieces))
    entries = sum(prod(axis.count for axis in piece) for piece in pieces)
    return entries * sizes["c"] * (products + added) * cost / len(pieces)


def inner_statements(spec: ConvSpec, dtype: str, isa: Isa) -> int:
    """How many products of vectors the text has; found without writing it."""
    sizes, pieces = axis_sizes(spec, "K"), pieces_of(spec, "backward_data")
    tile = inner_tile(isa, dtype, sizes["c"], sizes["f"])
    area = 2 * tile.numbers * tile.vectors  # with those of the channels that fill no vector
    return area * sum(2 + clipped_tiles(piece[-1], tile.numbers) * piece[-1].taps for piece in pieces)


class InnerProducts(Contraction):
    """Puts one plan together."""

    def __init__(self, spec: ConvSpec, dtype: str, isa: Isa) -> None:
        super().__init__(spec, "backward_data", dtype, isa)
        self.tile = inner_tile(isa, dtype, self.lanes, self.summed)
        self.tiling = None
        self.weights = self.weights.in_place()

    def order(self) -> str:
        """The order of a sum by letters."""
        found = super().order()
        return found if found == "0" else f"{found} in lanes, by halves"

    def everything(self) -> Nests:
        """Groups and examples, and within them the pieces; a tile has every input channel."""
        block_of_all = Block(0, 1, self.lanes, self.tile.vector.lanes)
        return loop("g", 0, self.flat.groups, loop("e", 0, self.flat.batch, self.spaces((block_of_all,))))

    def lane(self) -> Polynomial:
        """The first input channel."""
        return Polynomial.of(0)

    def over_lanes(self, each: Block, body: Nests) -> Nests:  # noqa: ARG002 -- there is one block
        """A tile has every input channel."""
        return body

    @property
    def asks_for_result(self) -> bool:
        """A tile has little to store."""
        return False

    def steps(
        self,
        piece: Pieces,
        part: Columns,  # noqa: ARG002 -- its positions are given
        positions: range,
        each: Block,
        sums: Sequence[Sequence[str]],
        values: Mapping[str, PolynomialLike],
    ) -> Nests:
        """One kernel position: the loop over vectors of the channels that are summed."""
        vector, width = self.tile.vector.name, self.tile.vector.lanes
        first = {piece[-1].index: Polynomial.of(piece[-1].index) + positions.start}
        kernel = {f"s{d}": axis.coordinates["K"].dividend.substitute(values) for d, axis in enumerate(piece)}
        offset, _ = self.weights.offset(kernel, self.lane(), 0)
        place = self.place(piece, self.signal, first).substitute(values)
        pointers = lines(
            [
                f"const {self.real} *x = {at(self.signal, place)};",
                f"const {self.real} *w = {at('K', offset)};",
                "convgen_launder(x);",
                "convgen_launder(w);",
            ]
        )
        apart, between = self.apart(piece, self.signal), self.strides_of_weights
        names = [f"w{q}" for q in range(each.vectors)]

        def products(f: Polynomial, lanes: int) -> list[str]:
            def load(name: str, address: str) -> str:
                if lanes == width:
                    return f"{vector}_load({name}, {address});"
                return f"{vector}_load_first({name}, {address}, {lanes});"

            texts = [f"{vector} {', '.join([*names, 'x0'])};"]
            texts += [load(name, at("w", f + q * between)) for q, name in enumerate(names)]
            for p, row in zip(positions, sums[positions.start :], strict=False):
                texts.append(load("x0", at("x", f + (p - positions.start) * apart)))
                texts += [f"{vector}_add_product({s}, x0, {w});" for s, w in zip(row, names, strict=True)]
            return texts

        whole, letter = self.summed // width * width, self.letters["f"]
        several = Polynomial.of(letter if whole > width else 0)
        found = loop(letter, 0, whole, lines(products(several, width)), width)
        if whole < self.summed:
            found += (block(lines(products(Polynomial.of(whole), self.summed - whole))),)
        return pointers + found

    @property
    def strides_of_weights(self) -> int:
        """How far the weights of neighbouring input channels are apart."""
        return self.weights.strides["c"] if self.lanes > 1 else 0

    def stored(self, piece: Pieces, each: Block, sums: Sequence[Sequence[str]]) -> Nests:  # noqa: ARG002
        """The lanes of each sum, added up, to their places."""
        apart = self.apart(piece, self.output)
        texts = []
        for p, row in enumerate(sums):
            for q, name in enumerate(row):
                target = f"o[{p * apart + q * self.between}]"
                texts += [f"{target} = 0;", f"{self.tile.vector.name}_add_lanes({target}, {name});"]
        return lines(texts)
