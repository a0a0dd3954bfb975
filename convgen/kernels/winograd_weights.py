"""The transform of Winograd's weights, laid out in panels in the order in which the products read them."""

from __future__ import annotations

from math import prod

from convgen.algebra.polynomial import Polynomial
from convgen.kernels.blocks import Block
from convgen.kernels.nest import Nests, at, block, lines, loop
from convgen.kernels.pieces import NUMBERED, SUMMED
from convgen.kernels.winograd_layer import Layer
from convgen.kernels.winograd_text import ALONG, OUTER, group_of, loaded, over, transformed
from convgen.layout import element_strides


def weights(layer: Layer) -> Nests:
    """From K to the transformed weights, panels in the order in which the products read them."""
    vector, axes = layer.tile.vector, layer.transforms.axes
    lane, summed = NUMBERED[layer.name], SUMMED[layer.name]
    held = prod(axis.products for axis in axes) * vector.lanes
    local = lines([f"{vector.real} S[{held}];"]) if layer.rank > 1 else ()
    found: Nests = ()
    for each in layer.blocks:
        inner: Nests = ()
        for q in range(each.vectors):
            inner += (block(local, _weights_of(layer, each, q)),)
        inner = loop(summed, 0, layer.summed, inner)
        panel = each.vectors * vector.lanes
        found += loop(lane, each.first, each.first + each.count * panel, inner, panel)
    return loop("g", 0, layer.spec.groups, found)


def _weights_of(layer: Layer, each: Block, q: int) -> Nests:
    vector, axes = layer.tile.vector, layer.transforms.axes
    size, rank = vector.lanes, layer.rank
    lane, summed = NUMBERED[layer.name], SUMMED[layer.name]
    strides = element_strides(layer.spec, "K")
    count = each.last if q == each.vectors - 1 else size
    along = [strides[f"s{d}"] for d in range(rank)]
    base = group_of(layer) * strides["g"] + (Polynomial.of(lane) + q * size) * strides[lane]
    base += Polynomial.of(summed) * strides[summed]
    if layer.name == "backward_data":  # the rotated kernel
        base += sum((axis.weights - 1) * step for axis, step in zip(axes, along, strict=True))
        along = [-step for step in along]
    letters = (*OUTER, ALONG)[:rank]
    panel = each.vectors * size
    target = panel_at(layer) + Polynomial.of(summed) * panel + q * size
    found: Nests = ()
    for d in range(rank):
        held = Polynomial.of(0)
        for other in range(rank):
            held = held * axes[other].products + (letters[other] if other != d else 0)
        apart = prod(axis.products for axis in axes[d + 1 :])
        origin = base
        for other in range(rank):
            origin += Polynomial.of(letters[other]) * along[other] if other != d else 0

        def read(
            n: int, d: int = d, held: Polynomial = held, apart: int = apart, origin: Polynomial = origin
        ) -> str:
            return at("K", origin + n * along[d]) if d == 0 else at("S", (held + n * apart) * size)

        def write(n: int, d: int = d, held: Polynomial = held, apart: int = apart) -> str:
            if d == rank - 1:
                return at("W", target + (held + n * apart) * (layer.summed * panel))
            return at("S", (held + n * apart) * size)

        def load(name: str, address: str, first: bool = d == 0) -> str:
            if not first:
                return f"{vector.name}_load({name}, {address});"
            if strides[lane] == 1 or layer.lanes == 1:
                return loaded(vector, name, address, count)
            return f"{vector.name}_load_apart({name}, {address}, {strides[lane]}, 0, {count});"

        bounds = {
            letters[other]: axes[other].products if other < d else axes[other].weights
            for other in range(rank)
            if other != d
        }
        found += over(bounds, transformed(vector, axes[d].kernel, read, write, load))
    return found


def panel_at(layer: Layer) -> Polynomial:
    """Where the weights of a block of lanes begin."""
    held = layer.products * layer.summed
    first = group_of(layer) * layer.width + Polynomial.of(NUMBERED[layer.name])
    return first * held
