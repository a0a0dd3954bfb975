"""Winograd's algorithm for forward and backward_data: transform, multiply tile by tile, transform back.

    O = Aᵀ [sum over channels of (G K) ⊙ (Bᵀ X)]

The products of all tiles of a block are matrix products, one for each place of a transformed tile, and so the
one micro-kernel, sum[p][q] += number[p] * vector[q], with a tile for each p and channels of the result along
the vector.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil, floor, log10, prod

from convgen.algebra.polynomial import Polynomial
from convgen.algebra.straight_line import Program
from convgen.kernels.blocks import Block, near_equal
from convgen.kernels.expression import text
from convgen.kernels.isa import ELEMENT_BYTES, Isa
from convgen.kernels.kernel import OpCount
from convgen.kernels.nest import Nests, at, block, characters, fitted, lines, loop
from convgen.kernels.pieces import NUMBERED, SUMMED
from convgen.kernels.plan import C_REALS
from convgen.kernels.tiled_plan import TiledPlan
from convgen.kernels.winograd_layer import Layer, Part, layer_of, strides_of
from convgen.kernels.winograd_steps import Steps
from convgen.kernels.winograd_text import PRODUCT, TILE, TILE_AT, declared, remark
from convgen.kernels.winograd_weights import panel_at, weights
from convgen.layout import axis_sizes
from convgen.spec import ConvSpec

PASSES = ("forward", "backward_data")
"""The passes that are correlations with K; a gradient by K sums over places and has no tile to share."""


LONG_TEXT = 70_000
"""Characters of a pass: two longer ones beside all else that a file holds may be more than a file's budget."""


def plan_winograd(
    spec: ConvSpec, name: str, dtype: str, isa: Isa, tile: tuple[int, ...] | None = None
) -> TiledPlan:
    """Winograd's algorithm for one pass.

    Raises:
        PlanError: it does not apply to the layer.
    """
    plans: dict[int, TiledPlan] = {}
    for cut in layer_of(spec, name, dtype, isa, tile).cuts():
        plan = _Plan(cut).plan()
        size = characters(fitted((*plan.packing, *plan.body)))
        plans.setdefault(size, plan)
        if size <= LONG_TEXT:
            break
    return plans[min(plans)]


class _Plan:
    """Puts one plan together."""

    def __init__(self, layer: Layer) -> None:
        self.layer, self.steps = layer, Steps(layer)
        self.real = C_REALS[layer.dtype]

    def plan(self) -> TiledPlan:
        """The transform of the weights, and the pass that reads them."""
        layer = self.layer
        item = ELEMENT_BYTES[layer.dtype]
        scratch = (layer.data_size + layer.sums_size + layer.strip_size) * item
        squares = {layer.signal: layer.vector, layer.result: layer.tile.vector}
        vectors = tuple(
            replace(vector, combines=True, transposes=self.transposes(array))
            for array, vector in squares.items()
        )
        return TiledPlan(
            name=layer.name,
            form="winograd",
            op_count=operations(layer),
            order=f"{layer.transforms}: ({SUMMED[layer.name]}) of transformed data, then back",
            idle=(),
            needs=("#include <stddef.h>",),
            vectors=vectors,
            workspace_bytes=layer.weights_size * item + scratch,
            scratch_bytes=scratch,
            packing=weights(layer),
            tiling=layer.tiling,
            body=self.everything(),
            bound=bound_of(layer),
        )

    def transposes(self, array: str) -> bool:
        """Whether squares of an array are turned: where its channels do not lie beside each other."""
        axis = SUMMED[self.layer.name] if array == self.layer.signal else NUMBERED[self.layer.name]
        sizes = axis_sizes(self.layer.spec, "K")
        return strides_of(self.layer.spec, array, axis)[0] > 1 and sizes[axis] > 1

    def everything(self) -> Nests:
        """Scratch memory, and loops over examples, groups and blocks of tiles, which all use it one after another."""
        layer = self.layer
        pointers = [
            f"{self.real} *V = ({self.real} *)workspace; /* transformed data of a block of tiles */",
            f"{self.real} *M = V + {layer.data_size}; /* their products with W, summed over channels */",
            f"{self.real} *S = M + {layer.sums_size}; /* a row of tiles on its way in or out */",
        ]
        found: Nests = ()
        for first, count, rows in layer.row_parts():
            inner: Nests = ()
            for part in layer.column_parts():
                at_last = TILE_AT[layer.rank - 1]
                body = self.block(part, rows)
                stop = part.first + part.count * part.tiles
                inner += loop(at_last, part.first, stop, body, part.tiles, carries=True)
            if layer.rank > 1:
                at_row = TILE_AT[layer.rank - 2]
                inner = loop(at_row, first, first + count * rows, inner, rows, carries=True)
            for d in reversed(range(layer.rank - 2)):
                inner = loop(TILE_AT[d], 0, layer.tiles(d), inner, carries=True)
            found += inner
        found = loop("g", 0, layer.spec.groups, found, carries=True)
        found = loop("e", 0, layer.spec.batch, found, carries=True)
        return lines(pointers) + found

    def block(self, part: Part, rows: int) -> Nests:
        """The tiles of a block: their data, then for each block of lanes the products and the results."""
        signal, result = self.layer.signal, self.layer.result
        found = remark(f"Data: rows of {signal}, zeros outside of it, to S; transformed axis by axis, to V.")
        found += self.steps.data(part, rows)
        lane, step = NUMBERED[self.layer.name], self.layer.tile.vector.lanes
        for each in self.layer.blocks:
            width = each.vectors * step
            inner = remark("Products: for each place of a transformed tile a matrix product, to M.")
            inner += self.products(part, rows, each)
            inner += remark(f"Results: M transformed back axis by axis, by way of S to {result}.")
            inner += self.steps.results(part, rows, each)
            found += loop(lane, each.first, each.first + each.count * width, inner, width, carries=True)
        return found

    def products(self, part: Part, rows: int, each: Block) -> Nests:
        """One matrix product for each place of a transformed tile."""
        inner: Nests = ()
        first, tiles = 0, rows * part.tiles
        for count, size in near_equal(tiles, self.layer.tile.numbers):
            stop = first + count * size
            inner += loop(TILE, first, stop, self.register_tile(each, tiles, size), size)
            first = stop
        return loop(PRODUCT, 0, self.layer.products, inner)

    def register_tile(self, each: Block, tiles: int, size: int) -> Nests:
        """The sums of neighbouring tiles over all channels."""
        layer, vector = self.layer, self.layer.tile.vector
        summed, step = SUMMED[layer.name], vector.lanes
        width = each.vectors * step
        number = Polynomial.of(PRODUCT) * tiles + TILE
        place = panel_at(layer)
        place += Polynomial.of(PRODUCT) * (layer.summed * width)
        sums = [[f"s{p}_{q}" for q in range(each.vectors)] for p in range(size)]
        names = [f"w{q}" for q in range(each.vectors)]
        every = [name for row in sums for name in row]
        texts = declared(vector, every) + [f"{vector.name}_zero({name});" for name in every]
        texts += [
            f"const {self.real} *x = {at('V', number * layer.pitch)};",
            f"const {self.real} *w = {at('W', place)};",
            "convgen_launder(x);",
            "convgen_launder(w);",
        ]
        channel = Polynomial.of(summed if layer.summed > 1 else 0)
        inner = declared(vector, names)
        inner += [
            f"{vector.name}_load({name}, {at('w', channel * width + q * step)});"
            for q, name in enumerate(names)
        ]
        for p, row in enumerate(sums):
            x = f"x[{text(channel + p * layer.pitch)}]"
            inner += [f"{vector.name}_fma({name}, {x}, {w});" for name, w in zip(row, names, strict=True)]
        stored = [f"{self.real} *o = {at('M', number * width)};"]
        for p, row in enumerate(sums):
            for q, name in enumerate(row):
                offset = p * width + q * step
                stored.append(f"{vector.name}_store({f'o + {offset}' if offset else 'o'}, {name});")
        return (block(lines(texts), loop(summed, 0, layer.summed, lines(inner)), lines(stored)),)


def operations(layer: Layer) -> OpCount:
    """Multiplications and additions of all transforms and products; idle lanes not counted."""
    spec, axes = layer.spec, layer.transforms.axes
    images = spec.batch * spec.groups
    strips = prod(layer.tiles(d) for d in range(layer.rank - 1))
    tiles = strips * layer.tiles(layer.rank - 1)
    length = sum(part.count * layer.strip(part.tiles) for part in layer.column_parts())
    places = prod(axis.products for axis in axes[:-1])
    found = [(tiles * images * layer.products * layer.summed * layer.lanes,) * 2]

    def counted(programs: list[tuple[Program, int]], times: int) -> None:
        for program, repeats in programs:
            found.append((program.multiplications * repeats * times, program.additions * repeats * times))

    data = [(axis.data, strips * length * (places // axis.products)) for axis in axes[:-1]]
    counted([*data, (axes[-1].data, tiles * places)], images * layer.summed)
    results = [(axes[-1].results, tiles * places)]
    kernels: list[tuple[Program, int]] = []
    for d, axis in enumerate(axes):
        before = prod(each.products for each in axes[:d])
        kernels.append((axis.kernel, before * prod(each.weights for each in axes[d + 1 :])))
        if d < layer.rank - 1:
            after = prod(each.outputs for each in axes[d + 1 :])
            results.append((axis.results, tiles * before * after))
    counted(results, images * layer.lanes)
    counted(kernels, spec.groups * layer.lanes * layer.summed)
    biased = prod(spec.output_shape) if layer.name == "forward" and spec.bias else 0
    return OpCount(sum(each for each, _ in found), sum(each for _, each in found) + biased)


def bound_of(layer: Layer) -> tuple[str, ...]:
    """The bound on the error of this very plan, in words."""
    transforms, signal = layer.transforms, layer.signal
    biased = layer.name == "forward" and layer.spec.bias
    count = layer.summed
    n = transforms.roundings(count, bias=biased)
    most = transforms.relative_bound(count, layer.dtype, bias=biased)
    pairs = transforms.share(count, layer.dtype, bias=biased) * transforms.per_product
    b = " + |b|" if biased else ""
    return (
        f"{layer.name} by {transforms}: an entry has an error of at most {upper(most)} times",
        f"    max|{signal}| sum|K|{b}, the maximum over what its tile meets and the sum over the weights of its",
        f"    channel; or {upper(pairs)} times sum|{signal}| |K|{b} over all pairs of these for each summed channel;",
        f"    {n} roundings on the longest way. What is said above of n, underflow and infinities is not for it:",
        "    no value that is computed on the way may underflow or overflow; an infinity or NaN reaches every",
        f"    entry of which it is a factor, and may make NaN of others: one in {signal} of all that share a tile",
        "    with those, one in K of all entries of its channel.",
    )


def upper(number: Fraction) -> str:
    """A decimal of two digits that is not below a number."""
    exponent = floor(log10(number))
    digits = ceil(number / Fraction(10) ** (exponent - 1))
    if digits > 99:
        exponent, digits = exponent + 1, ceil(number / Fraction(10) ** exponent)
    return f"{digits // 10}.{digits % 10}e{exponent}"
