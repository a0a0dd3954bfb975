"""The text of Winograd's transforms: data in and results out, each an axis at a time.

A strip holds the data of a row of tiles for the channels of one vector, padding included, so that every
transform reads whole vectors and none knows of borders, layouts or idle channels. Along every axis but the
last a transform replaces the strip's entries by its own; the last one goes to or comes from the products.
"""

from __future__ import annotations

from math import prod

from convgen.algebra.polynomial import Polynomial
from convgen.algebra.straight_line import Program
from convgen.kernels.blocks import Block
from convgen.kernels.expression import text
from convgen.kernels.isa import Vector
from convgen.kernels.nest import Nests, at, block, lines, loop
from convgen.kernels.pieces import NUMBERED, SUMMED
from convgen.kernels.winograd_layer import Layer, Part, strides_of
from convgen.kernels.winograd_text import (
    ALONG,
    INSIDE,
    OUTER,
    ROW,
    TILE,
    TILE_AT,
    declared,
    group_of,
    loaded,
    over,
    transformed,
)
from convgen.layout import element_strides


class Steps:
    """The transforms of one layer.

    Attributes:
        layer: how it is cut.
    """

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        self.axes = layer.transforms.axes
        self.outer = layer.rank - 1
        self.group = group_of(layer)
        self.example = Polynomial.of("e" if layer.spec.batch > 1 else 0)

    # ---- data -----------------------------------------------------------------------------------------

    def data(self, part: Part, rows: int) -> Nests:
        """From the array that is read to the transformed data of a block."""
        layer, step = self.layer, self.layer.vector.lanes
        whole, rest = layer.summed // step * step, layer.summed % step
        found: Nests = ()
        if whole:
            found += loop("c", 0, whole, self._data_of(part, rows, step), step, carries=True)
        if rest:
            found += loop("c", whole, whole + 1, self._data_of(part, rows, rest), step)
        return found

    def _data_of(self, part: Part, rows: int, channels: int) -> Nests:
        layer, vector = self.layer, self.layer.vector
        length = layer.strip(part.tiles)
        body = self._gathered(part, rows, length, channels)
        for d in range(self.outer):
            body += self._across(d, vector, self.axes[d].data, length, range(self.outer))
        last, size = self.axes[-1], vector.lanes
        number = Polynomial.of(TILE) + self._row(rows) * part.tiles
        tiles = rows * part.tiles
        target = number * layer.pitch + "c"

        def read(n: int) -> str:
            return at("S", (self._place(length) + Polynomial.of(TILE) * last.outputs + n) * size)

        def write(n: int) -> str:
            return at("V", target + (self._number() * last.products + n) * (tiles * layer.pitch))

        inner = transformed(vector, last.data, read, write)
        body += over(self._outer_bounds() | {TILE: part.tiles}, inner)
        return loop(ROW, 0, rows, body, carries=True)

    def _gathered(self, part: Part, rows: int, length: int, channels: int) -> Nests:
        """A strip, zeros where it lies outside of the array."""
        layer, vector = self.layer, self.layer.vector
        channel, along = strides_of(layer.spec, layer.signal, SUMMED[layer.name])
        strides = element_strides(layer.spec, layer.signal)
        base = self.example * strides["n"] + self.group * strides["g"] + Polynomial.of("c") * channel
        base += (self._at_last() + Polynomial.of(ALONG)) * along[-1] - layer.before[-1] * along[-1]
        for d in range(self.outer):
            base += Polynomial.of(INSIDE[d]) * along[d]
        size = vector.lanes
        spot = (self._place(length) + ALONG) * size
        zeros = lines(
            [f"{vector.name} a0;", f"{vector.name}_zero(a0);", f"{vector.name}_store({at('S', spot)}, a0);"]
        )
        stop, named = self._inside(part, rows)
        if channel == 1 or layer.summed == 1:
            load = loaded(vector, "a0", at(layer.signal, base), channels)
            one = lines([f"{vector.name} a0;", load, f"{vector.name}_store({at('S', spot)}, a0);"])
            copied = loop(ALONG, part.begin, stop, one) if part.end > part.begin else ()
        else:
            copied = self._squares(part, base, channel, spot, channels, clipped=bool(named))
        body = loop(ALONG, 0, part.begin, zeros) + copied + loop(ALONG, stop, length, zeros)
        return over(self._outer_bounds(), named + body)

    def _inside(self, part: Part, rows: int) -> tuple[object, Nests]:
        """Where a strip leaves the array along the last axis, and the constants that say so."""
        texts, conditions = [], []
        for d in range(self.outer):
            tile = Polynomial.of(TILE_AT[d]) + (self._row(rows) if d == self.outer - 1 else 0)
            place = tile * self.axes[d].outputs + OUTER[d] - self.layer.before[d]
            texts.append(f"const ptrdiff_t {INSIDE[d]} = {text(place)};")
            conditions += [f"({INSIDE[d]} >= 0)", f"({INSIDE[d]} < {self.layer.inputs[d]})"]
        if not conditions or part.begin == part.end:
            return part.end, lines(texts)
        texts.append(
            f"const ptrdiff_t n = {' + '.join(conditions)} == {len(conditions)} ? {part.end} : {part.begin};"
        )
        return "n", lines(texts)

    def _squares(
        self, part: Part, base: Polynomial, channel: int, spot: Polynomial, channels: int, *, clipped: bool
    ) -> Nests:
        """Rows of channels laid into columns, a square of vectors at a time."""
        vector, size = self.layer.vector, self.layer.vector.lanes
        whole, rest = divmod(part.end - part.begin, size)
        names = [f"a{n}" for n in range(size)]

        def square(count: int) -> Nests:
            texts = declared(vector, names)
            for n, name in enumerate(names):
                address = at(self.layer.signal, base + n * channel)
                texts.append(
                    loaded(vector, name, address, count) if n < channels else f"{vector.name}_zero({name});"
                )
            options = [at("S", spot), str(size), str(count), str(size), *names]
            return lines([*texts, f"{vector.name}_store_columns({', '.join(options)});"])

        middle = part.begin + whole * size
        found: Nests = ()
        if whole:
            stop = "n - " + str(rest) if clipped and rest else "n" if clipped else middle
            found += loop(ALONG, part.begin, stop, square(size), size)
        if rest:
            found += loop(ALONG, middle, "n" if clipped else middle + rest, square(rest), size)
        return found

    # ---- results --------------------------------------------------------------------------------------

    def results(self, part: Part, rows: int, each: Block) -> Nests:
        """From the products of a block to the array that is written."""
        step = self.layer.tile.vector.lanes
        found: Nests = ()
        whole = each.vectors - (each.last < step)
        if whole:
            found += loop(
                "m",
                0,
                whole * step,
                self._results_of(part, rows, each, step, Polynomial.of("m")),
                step,
                carries=True,
            )
        if each.last < step:
            found += (block(self._results_of(part, rows, each, each.last, Polynomial.of(whole * step))),)
        return found

    def _results_of(self, part: Part, rows: int, each: Block, channels: int, first: Polynomial) -> Nests:
        layer, vector = self.layer, self.layer.tile.vector
        size, last = vector.lanes, self.axes[-1]
        length = part.tiles * last.outputs
        width, tiles = each.vectors * size, rows * part.tiles
        number = Polynomial.of(TILE) + self._row(rows) * part.tiles

        def read(n: int) -> str:
            return at("M", (self._number() * last.products + n) * (tiles * width) + number * width + first)

        def write(n: int) -> str:
            return at("S", (self._place(length) + Polynomial.of(TILE) * last.outputs + n) * size)

        inner = transformed(vector, last.results, read, write)
        body = over(self._outer_bounds() | {TILE: part.tiles}, inner)
        for d in reversed(range(self.outer)):
            body += self._across(d, vector, self.axes[d].results, length, range(d))
        body += self._scattered(part, rows, length, channels, first)
        body = loop(ROW, 0, rows, body, carries=True)
        if layer.name == "forward" and layer.spec.bias:
            place = self.group * layer.lanes + NUMBERED[layer.name] + first
            load = loaded(vector, "b0", at("b", place), channels)
            return lines([f"{vector.name} b0;", load]) + body
        return body

    def _scattered(self, part: Part, rows: int, length: int, channels: int, first: Polynomial) -> Nests:
        """A strip of results to where it lies inside the array."""
        layer, vector = self.layer, self.layer.tile.vector
        channel, along = strides_of(layer.spec, layer.result, NUMBERED[layer.name])
        strides = element_strides(layer.spec, layer.result)
        base = self.example * strides["n"] + self.group * strides["g"]
        base += (Polynomial.of(NUMBERED[layer.name]) + first) * channel
        base += (self._at_last() + Polynomial.of(ALONG)) * along[-1]
        texts: list[str] = []
        bounds: dict[str, object] = {}
        for d in range(self.outer):
            tile = Polynomial.of(TILE_AT[d]) + (self._row(rows) if d == self.outer - 1 else 0)
            place = tile * self.axes[d].outputs
            base += (place + OUTER[d]) * along[d]
            size, every = self.axes[d].outputs, layer.outputs[d]
            bounds[OUTER[d]] = size
            if every % size:
                texts.append(
                    f"const ptrdiff_t {INSIDE[d]} = {text(place + size)} <= {every} ? {size} : {every % size};"
                )
                bounds[OUTER[d]] = INSIDE[d]
        spot = (self._place(length) + ALONG) * vector.lanes
        if channel == 1 or layer.lanes == 1:
            body = loop(ALONG, 0, part.outputs, self._stored(base, spot, channels))
        else:
            body = self._columns(part, base, channel, spot, channels)
        for index, stop in reversed(bounds.items()):
            body = loop(index, 0, stop, body)
        return (block(lines(texts), body),) if texts else body

    def _biased(self, name: str) -> list[str]:
        biased = self.layer.name == "forward" and self.layer.spec.bias
        return [f"{self.layer.tile.vector.name}_add({name}, b0);"] * biased

    def _stored(self, base: Polynomial, spot: Polynomial, channels: int) -> Nests:
        vector = self.layer.tile.vector
        target = at(self.layer.result, base)
        texts = [f"{vector.name} a0;", f"{vector.name}_load(a0, {at('S', spot)});", *self._biased("a0")]
        if channels < vector.lanes:
            return lines([*texts, f"{vector.name}_store_first({target}, {channels}, a0);"])
        return lines([*texts, f"{vector.name}_store({target}, a0);"])

    def _columns(self, part: Part, base: Polynomial, channel: int, spot: Polynomial, channels: int) -> Nests:
        """Columns of channels laid into rows of places, a square of vectors at a time."""
        vector, size = self.layer.tile.vector, self.layer.tile.vector.lanes
        names = [f"a{n}" for n in range(size)]
        whole, rest = divmod(part.outputs, size)

        def square(count: int) -> Nests:
            texts = declared(vector, names[:count])
            for n, name in enumerate(names[:count]):
                texts.append(f"{vector.name}_load({name}, {at('S', spot + n * size)});")
                texts += self._biased(name)
            given = names[:count] + [names[0]] * (size - count)
            options = [at(self.layer.result, base), str(channel), str(channels), str(count), *given]
            return lines([*texts, f"{vector.name}_store_columns({', '.join(options)});"])

        found = loop(ALONG, 0, whole * size, square(size), size)
        return found + (loop(ALONG, whole * size, part.outputs, square(rest), size) if rest else ())

    # ---- strips ---------------------------------------------------------------------------------------

    def _across(self, d: int, vector: Vector, program: Program, length: int, others: range) -> Nests:
        """Transform a strip along an axis before the last, in its place.

        Args:
            d: the axis.
            vector: of the strip.
            program: the transform.
            length: places along the last axis.
            others: the axes before the last that have all their products; the rest have outputs only.
        """
        apart = prod(axis.products for axis in self.axes[d + 1 : -1]) * length * vector.lanes
        place = (self._place(length, but=d) + ALONG) * vector.lanes
        bounds = {
            OUTER[other]: self.axes[other].products if other in others else self.axes[other].outputs
            for other in range(self.outer)
            if other != d
        }

        def address(n: int) -> str:
            return at("S", place + n * apart)

        return over(bounds | {ALONG: length}, transformed(vector, program, address, address))

    def _place(self, length: int, but: int | None = None) -> Polynomial:
        """Where a line of a strip begins, in vectors."""
        total = Polynomial.of(0)
        for d in range(self.outer):
            total = total * self.axes[d].products + (OUTER[d] if d != but else 0)
        return total * length

    def _number(self) -> Polynomial:
        """The number of a product along all axes but the last."""
        return self._place(1)

    def _outer_bounds(self) -> dict[str, int]:
        return {OUTER[d]: self.axes[d].products for d in range(self.outer)}

    def _row(self, rows: int) -> Polynomial:
        return Polynomial.of(ROW if rows > 1 else 0)

    def _at_last(self) -> Polynomial:
        """The first output of a block along the last axis."""
        return Polynomial.of(TILE_AT[self.outer]) * self.axes[-1].outputs
