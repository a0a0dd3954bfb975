"""Backward weights by register tiles whose lanes are neighbouring positions of the last axis.

The form for channels first where neither channel axis fills a vector, as in depthwise layers: every kernel
position of a row has its own sums, one a lane, which are added up at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from convgen.algebra.polynomial import Polynomial
from convgen.kernels.blocks import Tile, choose_tile
from convgen.kernels.ends import over_positions, tap_ends
from convgen.kernels.formula import letters
from convgen.kernels.isa import Isa
from convgen.kernels.nest import Nests, at, block, entry, lines, loop
from convgen.kernels.pieces import FARTHEST_APART
from convgen.kernels.plan import C_REALS, filled, idle_arrays
from convgen.kernels.planar import Strip, has_rows, row_load, strips
from convgen.kernels.sweep import sweep
from convgen.kernels.tiled_plan import TiledPlan, flattened, reduction_order, tiled_plan
from convgen.layout import axis_sizes, element_strides
from convgen.spec import ConvSpec

NAME = "backward_weights"


def suits(spec: ConvSpec) -> bool:
    """Whether neighbouring positions of O meet neighbouring numbers of X, or every second one."""
    return has_rows(spec) and spec.stride[-1] <= FARTHEST_APART


def reduction_tile(spec: ConvSpec, dtype: str, isa: Isa) -> Tile:
    """Vectors of positions, and the kernel positions of a row."""
    return choose_tile(isa, dtype, spec.output_size[-1], spec.kernel_size[-1])


def planar_reduction_statements(spec: ConvSpec, dtype: str, isa: Isa) -> int:
    """How many products of vectors the text has; found without writing it."""
    part, tile = sweep(spec, "forward", spec.rank - 1), reduction_tile(spec, dtype, isa)
    clipped = -(-(part.count - len(part.unclipped)) // (tile.vectors * tile.vector.lanes)) + 2
    return (clipped + 2) * tile.vectors * spec.kernel_size[-1]


class PlanarReduction:
    """Puts one plan together."""

    def __init__(self, spec: ConvSpec, dtype: str, isa: Isa) -> None:
        self.spec, self.dtype = spec, dtype
        self.flat = flattened(spec)
        self.real = C_REALS[dtype]
        self.letters = letters(self.flat)
        self.sizes = axis_sizes(self.flat, "K")
        self.tile = reduction_tile(self.flat, dtype, isa)
        self.strides = {array: element_strides(self.flat, array) for array in ("X", "K", "O")}
        self.last = self.flat.rank - 1
        self.idle = idle_arrays(spec, NAME)

    def plan(self) -> TiledPlan:
        """The text of the pass."""
        inner = self.register_tile()
        for d in reversed(range(self.last)):
            inner = over_positions(sweep(self.flat, NAME, d), inner)
        for axis in ("c", "f", "g"):
            inner = loop(axis, 0, self.sizes[axis], inner)
        order = reduction_order(self.flat)
        if order != "0":
            order += " in lanes, by halves"
        return tiled_plan(self.spec, NAME, inner, order=order, vectors=(self.tile.vector,))

    def register_tile(self) -> Nests:
        """The sums of the kernel positions of a row, and where they go."""
        vector, taps = self.tile.vector.name, self.flat.kernel_size[self.last]
        sums = [[f"s{n}_{q}" for q in range(self.tile.vectors)] for n in range(taps)]
        flat = [name for row in sums for name in row]
        declared = filled(f"{vector} ", flat, ", ", indent=0, width=80)
        found = lines([*declared[:-1], declared[-1] + ";", *(f"{vector}_zero({name});" for name in flat)])
        if not self.idle:
            found += self.positions(sums)
        strides = self.strides["K"]
        place = self.channels(strides, "fc")
        for d in range(self.last):
            place += Polynomial.of(sweep(self.flat, NAME, d).index) * strides[f"s{d}"]
        texts = []
        for n, row in enumerate(sums):
            target = entry("dK", place + n * strides[f"s{self.last}"])
            texts.append(f"{target} = 0;")
            texts += [f"{vector}_add_lanes({target}, {name});" for name in row]
        return (block(found, lines(texts)),)

    def positions(self, sums: Sequence[Sequence[str]]) -> Nests:
        """The loops over examples and positions."""
        found: Nests = ()
        width = self.tile.vector.lanes
        index = self.letters[f"s{self.last}"]
        for strip in strips(sweep(self.flat, "forward", self.last), self.tile):
            size = strip.block.vectors * width
            stop = strip.block.first + strip.block.count * size
            if strip.taps:
                found += loop(index, strip.block.first, stop, self.products(strip, sums), size)
        for d in reversed(range(self.last)):
            part = sweep(self.flat, NAME, d)
            found = loop(part.tap, *tap_ends(part, range(part.count)), found, most=part.taps)
        return loop("e", 0, self.flat.batch, found)

    def products(self, strip: Strip, sums: Sequence[Sequence[str]]) -> Nests:
        """A block of positions with every kernel position of a row."""
        vector, step = self.tile.vector.name, self.tile.vector.lanes
        index = self.letters[f"s{self.last}"]
        outputs = self.channels(self.strides["O"], "nf")
        inputs = self.channels(self.strides["X"], "nc")
        for d in range(self.flat.rank):
            part = sweep(self.flat, NAME, d)
            outputs += Polynomial.of(self.letters[f"s{d}"]) * self.strides["O"][f"s{d}"]
            inputs += part.coordinates["X"].dividend * self.strides["X"][f"s{d}"]
        texts = [f"const {self.real} *y = {at('dO', outputs)};"]
        for q in range(strip.block.vectors):
            if not any(met.start < (q + 1) * step and met.stop > q * step for _, met in strip.taps):
                continue
            texts.append(f"{vector} y{q};")
            lanes = strip.block.last if q == strip.block.vectors - 1 else step
            address = f"y + {q * step}" if q else "y"
            texts.append(
                f"{vector}_load(y{q}, {address});"
                if lanes == step
                else f"{vector}_load_first(y{q}, {address}, {lanes});"
            )
        found = lines(texts)
        tap = self.letters[f"m{self.last}"]
        for number, positions in strip.taps:
            place = inputs.substitute({tap: number, index: Polynomial.of(index) + positions.start})
            texts = [f"const {self.real} *x = {at('X', place)};", "convgen_launder(x);", f"{vector} x0;"]
            for q in range(strip.block.vectors):
                loaded = row_load(self.tile.vector, "x0", positions, q, self.flat.stride[self.last])
                if loaded:
                    texts += [*loaded, f"{vector}_add_product({sums[number][q]}, x0, y{q});"]
            found += (block(lines(texts)),)
        return found

    def channels(self, strides: Mapping[str, int], axes: str) -> Polynomial:
        """Where the channels at hand begin."""
        letter = {"n": "e", "f": "f", "c": "c", "g": "g"}
        counts = {"n": self.flat.batch, **{axis: self.sizes[axis] for axis in "fcg"}}
        total = Polynomial.of(0)
        for axis in (*axes, "g"):
            total += Polynomial.of(letter[axis] if counts[axis] > 1 else 0) * strides[axis]
        return total
