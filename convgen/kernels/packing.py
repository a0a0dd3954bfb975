"""Weights as register tiles read them: for each block of lanes one panel, in the order of the sum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import prod

from convgen.algebra.polynomial import Polynomial, PolynomialLike
from convgen.kernels.blocks import Block, Tile, blocks, padded
from convgen.kernels.formula import letters
from convgen.kernels.isa import ELEMENT_BYTES, Isa, Vector
from convgen.kernels.nest import Nests, at, block, entry, lines, loop
from convgen.layout import axis_sizes, element_strides
from convgen.spec import ConvSpec

ROLES = {"forward": ("f", "c"), "backward_data": ("c", "f")}
"""For each pass the channel axis of its lanes, and the one that it sums."""

FARTHEST = 256
"""Bytes between two rows of weights that are read where they lie; farther ones crowd a few sets of the cache."""


@dataclass(frozen=True)
class Weights:
    """Where a pass finds its weights.

    Attributes:
        array: ``W`` for packed ones, else ``K``.
        packed: whether they are packed first.
        size: entries of the packed weights, idle lanes included.
        strides: of the named axes of K.
        sizes: of the named axes of K.
        lanes: the axis of the lanes.
        summed: the axis that is summed.
        width: all lanes of a group, idle ones included.
    """

    array: str
    packed: bool
    size: int
    strides: Mapping[str, int]
    sizes: Mapping[str, int]
    lanes: str
    summed: str
    width: int

    def offset(
        self, kernel: Mapping[str, Polynomial], lane: Polynomial, panel: int
    ) -> tuple[Polynomial, int]:
        """Where the vectors of a kernel position lie for the first summed channel; and how far on the next.

        Args:
            kernel: the position along every spatial axis.
            lane: the first lane.
            panel: the lanes of the block.
        """
        group = Polynomial.of("g" if self.sizes["g"] > 1 else 0)
        if not self.packed:
            total = group * self.strides["g"] + lane * self.strides[self.lanes]
            for axis, position in kernel.items():
                total += position * self.strides[axis]
            return total, self.strides[self.summed]
        summed = self.sizes[self.summed]
        taps = self.taps
        flat = Polynomial.of(0)
        for axis, position in kernel.items():
            flat = flat * self.sizes[axis] + position
        start = group * (self.width * taps * summed) + lane * (taps * summed)
        if self.rows_lie_together:
            return start + flat * panel, taps * panel
        return start + flat * (summed * panel), panel

    def in_place(self) -> Weights:
        """The same read from K where they lie."""
        return replace(self, array="K", packed=False, size=0)

    @property
    def rows_lie_together(self) -> bool:
        """Whether all weights of a lane lie beside each other in K: panels keep their order then."""
        return self.lanes == "f" and self.taps_lie_together

    @property
    def taps_lie_together(self) -> bool:
        """Whether the kernel positions of a pair of channels lie beside each other in K."""
        last = max(axis for axis in self.sizes if axis.startswith("s"))
        return self.strides[last] == 1

    @property
    def taps(self) -> int:
        """How many kernel positions there are."""
        return prod(size for axis, size in self.sizes.items() if axis.startswith("s"))


def weights_of(spec: ConvSpec, name: str, lane_axis: str, tile: Tile, isa: Isa) -> Weights:
    """Whether a pass reads K where it lies, or packs it first."""
    lanes, summed = ROLES[name]
    strides, sizes = element_strides(spec, "K"), axis_sizes(spec, "K")
    if lane_axis == "g":  # lanes are groups, each with one channel
        return Weights("K", False, 0, strides, sizes | {"g": 1}, "g", summed, sizes["g"])
    width = padded(tile, sizes[lanes])
    near = strides[summed] * ELEMENT_BYTES[tile.vector.dtype] <= FARTHEST or sizes[summed] == 1
    in_place = strides[lanes] == 1 and near and (isa.masks or width == sizes[lanes])
    taps = prod(size for axis, size in sizes.items() if axis.startswith("s"))
    size = sizes["g"] * width * taps * sizes[summed]
    return Weights("K" if in_place else "W", not in_place, size, strides, sizes, lanes, summed, width)


def pack(spec: ConvSpec, weights: Weights, tile: Tile) -> Nests:
    """The loops that fill the panels; idle lanes are filled with 0."""
    letter = letters(spec)
    step = tile.vector.lanes
    kernel = {f"s{d}": Polynomial.of(letter[f"m{d}"]) for d in range(spec.rank)}
    lane, summed = letter[weights.lanes], letter[weights.summed]
    found: Nests = ()
    for each in blocks(tile, weights.sizes[weights.lanes]):
        panel = each.vectors * step
        if weights.rows_lie_together:
            inner = _whole_rows(each, tile, weights, Polynomial.of("g" if spec.groups > 1 else 0), lane)
            found += loop(lane, each.first, each.first + each.count * panel, inner, panel)
            continue
        if _transposes_taps(weights, tile):
            inner = _taps(each, tile, weights, Polynomial.of("g" if spec.groups > 1 else 0), (lane, summed))
            found += loop(lane, each.first, each.first + each.count * panel, inner, panel)
            continue
        target, along = weights.offset(kernel, Polynomial.of(lane), panel)
        target += Polynomial.of(summed) * along
        source = Polynomial.of("g" if spec.groups > 1 else 0) * weights.strides["g"]
        source += Polynomial.of(lane) * weights.strides[weights.lanes]
        source += Polynomial.of(summed) * weights.strides[weights.summed]
        for axis, position in kernel.items():
            source += position * weights.strides[axis]
        apart = weights.strides[weights.lanes]
        count = weights.sizes[weights.summed]
        if transposes(weights, tile):
            inner = transposed(
                tile.vector,
                ("W", target - Polynomial.of(summed) * along, along),
                ("K", source - Polynomial.of(summed), apart),
                panel - step + each.last,
                (summed, count),
            )
            inner += loop(summed, 0, count, _idle(each, tile, target))
        else:
            inner = loop(summed, 0, count, _row(each, tile, target, source, apart))
        for axis, position in reversed(kernel.items()):
            inner = loop(str(position), 0, weights.sizes[axis], inner)
        found += loop(lane, each.first, each.first + each.count * panel, inner, panel)
    return loop("g", 0, spec.groups, found)


def _row(each: Block, tile: Tile, target: Polynomial, source: Polynomial, apart: int) -> Nests:
    """One row of a panel."""
    step = tile.vector.lanes
    used = (each.vectors - 1) * step + each.last
    v = Polynomial.of("v")
    found = loop("v", 0, used, lines([f"{entry('W', target + v)} = {entry('K', source + v * apart)};"]))
    return found + _idle(each, tile, target)


def _whole_rows(each: Block, tile: Tile, weights: Weights, group: Polynomial, lane: str) -> Nests:
    """A panel whose lanes are rows of K."""
    step = tile.vector.lanes
    panel = each.vectors * step
    length = prod(weights.sizes[axis] for axis in weights.sizes if axis.startswith("s"))
    length *= weights.sizes[weights.summed]
    target = group * (weights.width * length) + Polynomial.of(lane) * length
    source = group * weights.strides["g"] + Polynomial.of(lane) * length
    inner = transposed(
        tile.vector, ("W", target, panel), ("K", source, length), panel - step + each.last, ("r", length)
    )
    return inner + loop("r", 0, length, _idle(each, tile, target + Polynomial.of("r") * panel))


def _taps(each: Block, tile: Tile, weights: Weights, group: Polynomial, channels: tuple[str, str]) -> Nests:
    """A panel where the kernel positions of its lanes are rows of K, for each channel that is summed."""
    lane, summed = map(Polynomial.of, channels)
    panel = each.vectors * tile.vector.lanes
    count = weights.sizes[weights.summed]
    start, along = weights.offset({}, lane, panel)
    target, apart = start + summed * along, count * panel
    source = group * weights.strides["g"] + summed * weights.strides[weights.summed]
    source += lane * weights.strides[weights.lanes]
    inner = transposed(
        tile.vector,
        ("W", target, apart),
        ("K", source, weights.strides[weights.lanes]),
        panel - tile.vector.lanes + each.last,
        ("r", weights.taps),
    )
    idle = _idle(each, tile, target + Polynomial.of("r") * apart)
    return loop(channels[1], 0, count, inner + loop("r", 0, weights.taps, idle))


def _idle(each: Block, tile: Tile, target: Polynomial) -> Nests:
    """Zeros where a row of a panel has no entries."""
    width = each.vectors * tile.vector.lanes
    used = width - tile.vector.lanes + each.last
    return loop("v", used, width, lines([f"{entry('W', target + 'v')} = 0;"]))


def transposes(weights: Weights, tile: Tile) -> bool:
    """Whether the panels of a pass are filled by squares: where what lies beside each other is no lane."""
    beside = weights.strides[weights.summed] == 1 and weights.strides[weights.lanes] > 1
    enough = beside and weights.sizes[weights.summed] >= tile.vector.lanes
    return weights.packed and (weights.rows_lie_together or enough or _transposes_taps(weights, tile))


def _transposes_taps(weights: Weights, tile: Tile) -> bool:
    """Whether it is the kernel positions of a lane that lie beside each other, and enough of them."""
    return weights.lanes == "c" and weights.taps_lie_together and 2 * weights.taps > tile.vector.lanes


def transposed(
    vector: Vector,
    target: tuple[str, Polynomial, int],
    source: tuple[str, Polynomial, int],
    lanes: int,
    places: tuple[str, int],
) -> Nests:
    """Copy rows to columns, a square of vectors at a time: to[place][lane] = from[lane][place].

    Args:
        vector: of the squares.
        target: the array, where it begins, and how far its places are apart.
        source: the array, where it begins, and how far its lanes are apart.
        lanes: how many.
        places: their letter, and how many.
    """
    count, width = places[1], vector.lanes
    whole = lanes // width * width
    v = Polynomial.of("v" if whole > width else 0)
    found = loop("v", 0, whole, _squares(vector, target, source, (v, width), places), width)
    if whole < lanes:
        found += _squares(vector, target, source, (Polynomial.of(whole), lanes - whole), places)
    if _singles(vector, count):
        (to, to_offset, to_step), (array, offset, step) = target, source
        place, v = Polynomial.of(places[0]), Polynomial.of("v")
        single = f"{entry(to, to_offset + place * to_step + v)} = {entry(array, offset + v * step + place)};"
        found += loop(places[0], count - _singles(vector, count), count, loop("v", 0, lanes, lines([single])))
    return found


def _squares(
    vector: Vector,
    target: tuple[str, Polynomial, int],
    source: tuple[str, Polynomial, int],
    lanes: tuple[Polynomial, int],
    places: tuple[str, int],
) -> Nests:
    """The same for a vector of lanes: the first one, and how many; without the places that are copied singly."""
    (to, to_offset, to_step), (array, offset, step) = target, source
    (first, rows), (index, count), width = lanes, places, vector.lanes

    def square(place: PolynomialLike, used: int) -> Nests:
        names = [f"t{n}" for n in range(rows)]
        texts = [f"{vector.name} {', '.join(names)};"]
        for n, name in enumerate(names):
            address = at(array, offset + (first + n) * step + place)
            part = (f"_first({name}, {address}, {used})") if used < width else f"({name}, {address})"
            texts.append(f"{vector.name}_load{part};")
        given = names + [names[0]] * (width - rows)
        options = [
            at(to, to_offset + first + Polynomial.of(place) * to_step),
            str(to_step),
            str(used),
            str(rows),
        ]
        return lines([*texts, f"{vector.name}_store_columns({', '.join([*options, *given])});"])

    whole = count // width * width
    found = loop(index, 0, whole, square(Polynomial.of(index), width), width)
    rest = count - whole
    return found + (
        (block(square(Polynomial.of(whole), rest)),) if rest and not _singles(vector, count) else ()
    )


def _singles(vector: Vector, count: int) -> int:
    """How many places in the end are copied singly: too few for a square of their own."""
    rest = count % vector.lanes
    return rest if 2 * rest <= vector.lanes else 0
