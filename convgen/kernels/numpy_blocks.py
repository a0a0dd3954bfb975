"""The blocks form of NumPy: windows copied as columns into a workspace, a block at a time, then one matrix product.

    Y = W̃ X̃,   dX̃ = W̃ᵀ δ̃,   dW̃ = δ X̃ᵀ

as in source 003, with blocks of a size that stays in the cache between the copy and the product. X̃ holds
windows of the padded X. backward_data does not fold: it is a product with the windows of the padded dO, one
for each remainder of the positions by the stride, written once where it belongs. Channel-first layouts have
the windows of a block side by side as columns, channel-last ones below each other as rows. A kernel of one
entry needs neither windows nor workspace.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import prod

from convgen.kernels.arrange import NUMPY, Axes, assigned, axes_of, broadcast_bias, called, listed, rearranged
from convgen.kernels.formula import index_sizes
from convgen.kernels.isa import ELEMENT_BYTES, Isa
from convgen.kernels.kernel import OpCount, pass_output
from convgen.kernels.matrix import STRIDES
from convgen.kernels.numpy_rows import Block, Lines, at_slice
from convgen.kernels.numpy_windows import Parts, Piece, Windows, pieces_of_pass
from convgen.kernels.plan import PassPlan, results_of
from convgen.spec import ConvSpec

BLOCK_BYTES = 2**18
"""Of the columns of a block: a quarter of a common second-level cache."""

FEWEST_POSITIONS = 224
"""Of a block where there are more: a matrix product of fewer columns does not reach the speed of a long one."""


@dataclass(frozen=True)
class LinesPlan(PassPlan):
    """A pass whose lines are written out.

    Attributes:
        lines: of its body.
    """

    lines: tuple[str, ...]


def plan_blocks(spec: ConvSpec, name: str, dtype: str, _isa: Isa) -> LinesPlan:
    """Lines for one pass."""
    return _Blocks(spec, name, dtype).plan()


def is_single(spec: ConvSpec) -> bool:
    """Whether every window is one entry, and all of them are the array."""
    return prod(spec.kernel_size) == 1 == prod(spec.stride) and not any(map(any, spec.padding))


def block_of(spec: ConvSpec, name: str, dtype: str) -> tuple[int, list[int]]:
    """How many examples a block has, and how many positions along the first axis, for each piece."""
    sizes = index_sizes(spec)
    summed = sizes["f"] if name == "backward_data" else sizes["c"]
    wide, rows = [], []
    for piece in pieces_of_pass(spec, name):
        entries = spec.groups * summed * max(1, prod(along.taps for along in piece))
        ideal = max(FEWEST_POSITIONS, BLOCK_BYTES // (ELEMENT_BYTES[dtype] * entries))
        places = [along.count for along in piece]
        wide.append(max(1, ideal // prod(places)))
        blocks = -(-places[0] // max(1, ideal // prod(places[1:])))
        rows.append(-(-places[0] // blocks))
    most = min(spec.batch, *wide)
    examples = max(n for n in range(1, most + 1) if spec.batch % n == 0)
    return examples, rows


class _Blocks:
    """Puts one plan together."""

    def __init__(self, spec: ConvSpec, name: str, dtype: str) -> None:
        self.spec, self.name, self.dtype = spec, name, dtype
        self.last = spec.layout.endswith("C")
        self.result = pass_output(name)
        self.gradient = name == "backward_weights"
        self.single = is_single(spec) and not (self.gradient and not self.last and spec.batch > 1)
        examples, self.rows = (spec.batch, [0]) if self.single else block_of(spec, name, dtype)
        self.windows = Windows(spec, name, dtype, examples)
        self.scratch = self.windows.scratch
        self.groups = [("g",)] * (spec.groups > 1)
        self.batch = [("n",)] * ("N" in spec.layout and examples > 1)
        self.places = tuple(f"s{d}" for d in range(spec.rank))
        self.taps = tuple(f"m{d}" for d in range(spec.rank))
        self.summed = (self.windows.channel,) if "C" in spec.layout else ()
        self.written = "c" if name == "backward_data" else "f"
        self.transposed = ".swapaxes(-1, -2)" if self.groups else ".T"
        self.lines: list[str] = []

    def plan(self) -> LinesPlan:
        """Weights, then examples, pieces and blocks, then the bias."""
        body = self._single() if self.single else self._blocks()
        if self.name == "forward" and self.spec.bias:
            body += assigned("O", "+=", [broadcast_bias(self.spec)])
        workspace = self.scratch.workspace()
        return LinesPlan(
            self.name,
            "blocks",
            self._operations(),
            "NumPy's",
            (),
            (NUMPY,) if workspace is None else (NUMPY, STRIDES),
            body,
            workspace=workspace,
            workspace_bytes=workspace.bytes if workspace else 0,
        )

    def _operations(self) -> OpCount:
        spec, products = self.spec, 0
        for piece in self.windows.pieces:
            steps = prod(along.count * along.taps for along in piece)
            products += spec.batch * spec.in_channels * spec.group_out_channels * steps
        added = (self.name == "forward" and spec.bias) or (self.gradient and not self._is_one_block)
        empty = sum(
            prod(along.count for along in piece)
            for piece in self.windows.pieces
            if not all(along.taps for along in piece)
        )
        written = results_of(spec, self.name) - empty * spec.batch * spec.in_channels
        return OpCount(products, products - (0 if added else written))

    # ---- the axes of the three matrices ---------------------------------------------------------------

    @property
    def _columns(self) -> Axes:
        if self.last:
            return [*self.groups, (*self._examples, *self.places), (*self.taps, *self.summed)]
        if self.gradient:
            return [*self.groups, (*self.summed, *self.taps), (*self._examples, *self.places)]
        return [*self.batch, *self.groups, (*self.summed, *self.taps), self.places]

    @property
    def _weights(self) -> Axes:
        if self.last:
            return [*self.groups, (*self.taps, *self.summed), (self.written,)]
        return [*self.groups, (self.written,), (*self.summed, *self.taps)]

    def _signal(self, channel: str) -> Axes:
        """The other operand of backward_weights, or the result of the other two."""
        places = (*self._examples, *self.places)
        if self.last:
            return [*self.groups, places, (channel,)]
        if self.gradient:
            return [*self.groups, (channel,), places]
        return [*self.batch, *self.groups, (channel,), self.places]

    @property
    def _examples(self) -> tuple[str, ...]:
        return ("n",) if self.batch else ()

    def _have(self, array: str) -> Axes:
        """The axes of a user's array, its positions named as the windows'."""
        found = self.windows.axes(array)
        return [tuple(name.replace("x", "s") for name in part) for part in found]

    # ---- a kernel of one entry ---------------------------------------------------------------------------

    def _single(self) -> tuple[str, ...]:
        sizes = dict(index_sizes(self.spec))

        def view(array: str, want: Axes) -> str:
            have = axes_of(self.spec, array) if array in ("K", "dK") else self._have(array)
            return rearranged(sizes, array, have, want)

        columns = view(self.windows.signal, self._columns)
        lines = assigned("columns", "=", [columns])
        if self.gradient:
            lines += assigned("signal", "=", [view("dO", self._signal("f"))])
            lines += assigned("gradient", "=", [view("dK", self._weights)])
            return lines + self._product("signal", "columns", "gradient", 1)
        lines += assigned("weights", "=", [view("K", self._weights)])
        lines += assigned("results", "=", [view(self.result, self._signal(self.written))])
        return lines + self._product("weights", "columns", "results", 1)

    def _product(self, other: str, columns: str, out: str, depth: int) -> tuple[str, ...]:
        """out = other · columns, in the order that the layout asks for."""
        left, right = (columns, other) if self.last else (other, columns)
        if self.gradient:
            left, right = (left + self.transposed, right) if self.last else (left, right + self.transposed)
        return called("np.matmul", (left, right, f"out={out}"), depth)

    # ---- blocks -----------------------------------------------------------------------------------------

    @property
    def _is_one_block(self) -> bool:
        if self.single:
            return True
        (piece,) = self.windows.pieces
        return not self.windows.looping and self.rows[0] == piece[0].count

    def _blocks(self) -> tuple[str, ...]:
        windows = self.windows
        target, source = windows.pad()
        before: tuple[str, ...] = ()
        inside = assigned(target, "=", [source], depth=windows.depth)
        for number, piece in enumerate(windows.pieces):
            once, lines = windows.packed(number, partial(self._piece, piece, self.rows[number]))
            before, inside = before + once, inside + lines
        return self.scratch.used(self.name, (*before, *windows.loop, *inside))

    def _piece(self, piece: Piece, rows: int) -> Parts:
        """What is done once for a piece, and what for each block."""
        windows, depth = self.windows, self.windows.depth
        if not all(along.taps for along in piece):
            return (), assigned(windows.target(self.result, piece), "=", ["0"], depth=depth)
        separate = [(each,) for part in self._columns for each in part]
        windows.view(piece, separate)
        sizes = windows.sizes(piece)
        block = Block(piece, rows, depth, {**sizes, "s0": rows})
        self._allocate("columns", "places", block.sizes, self._columns)
        axis = separate.index(("s0",))
        copy = assigned(
            at_slice("places", axis, block.share),
            "=",
            [at_slice("windows", axis, block.rows, whole="windows")],
            depth=block.depth,
        )
        # The matrices have merged places, whose slices count entries and not rows.
        matrix = self._sliced("columns", self._columns, block.merged(block.share))
        if self.gradient:
            return self._gradient(piece, block, copy, matrix)
        weights, before = self._piece_weights(piece, sizes)
        result, opening, closing = self._piece_results(piece, block)
        product = self._product(weights, matrix, result, block.depth)
        return before, (*opening, *block.loop, *copy, *product, *closing)

    def _allocate(self, name: str, apart: str, sizes: dict[str, int], axes: Axes) -> None:
        """A matrix of the workspace, and the view of it whose every axis is one index."""
        self.scratch.array(name, tuple(prod(sizes[each] for each in part) for part in axes))
        separate = [(each,) for part in axes for each in part]
        self.scratch.line(f"{apart} = {rearranged(sizes, name, axes, separate)}")
        self.scratch.export(name, apart)

    def _sliced(self, matrix: str, axes: Axes, at: str) -> str:
        """A part of the merged places of a matrix."""
        axis = next(number for number, part in enumerate(axes) if "s0" in part)
        return at_slice(matrix, axis, at, whole=matrix)

    def _piece_weights(self, piece: Piece, sizes: dict[str, int]) -> tuple[str, Lines]:
        """The matrix of weights, and the lines that make it: a view of K, or a copy that is turned round."""
        have = axes_of(self.spec, "K")
        if self.name == "forward":
            view = rearranged(sizes, "K", have, self._weights)
            return ("K", ()) if view == "K" else ("weights", assigned("weights", "=", [view]))
        self._allocate("weights", "turned", sizes, self._weights)
        separate = [(each,) for part in self._weights for each in part]
        kernel = self.windows.kernel(piece)
        if set(have) == set(separate):
            view = f"{kernel}.transpose({listed(have.index(each) for each in separate)})"
        else:
            view = rearranged(sizes, kernel, have, separate)
        return "weights", assigned("turned[...]", "=", [view])

    def _piece_results(self, piece: Piece, block: Block) -> tuple[str, Lines, Lines]:
        """Where a block's product goes: the result itself, or a part that is then stored apart."""
        windows, want, have = self.windows, self._signal(self.written), self._have(self.result)
        if windows.is_whole(piece):
            view = rearranged(windows.sizes(piece), windows.block(self.result), have, want)
            result = self._sliced("results", want, block.merged(block.rows))
            return result, assigned("results", "=", [view], depth=windows.depth), ()
        self.scratch.array("part", tuple(prod(block.sizes[each] for each in axis) for axis in have))
        self.scratch.line(f"product = {rearranged(block.sizes, 'part', have, want)}")
        self.scratch.export("part", "product")
        axis = have.index(("s0",))
        part = at_slice("part", axis, block.share, whole="part")
        store = assigned(at_slice("phase", axis, block.rows), "=", [part], depth=block.depth)
        opening = assigned("phase", "=", [windows.target(self.result, piece)], depth=windows.depth)
        return self._sliced("product", want, block.merged(block.share)), opening, store

    def _gradient(self, piece: Piece, block: Block, copy: Lines, matrix: str) -> Parts:
        """Products of dO and the columns, added up over blocks."""
        windows = self.windows
        sizes, have, want = windows.sizes(piece), self._have("dO"), self._signal("f")
        view = rearranged(sizes, "dK", axes_of(self.spec, "dK"), self._weights)
        before = assigned("gradient", "=", [view])
        if self.last or not self.batch:
            view = rearranged(sizes, windows.block("dO"), have, want)
            lines = assigned("signal", "=", [view], depth=windows.depth)
        else:  # examples and positions do not lie beside each other
            self._allocate("signal", "turned", sizes, want)
            separate = [(each,) for part in want for each in part]
            view = rearranged(sizes, windows.block("dO"), have, separate)
            lines = assigned("turned[...]", "=", [view], depth=windows.depth)
        signal = self._sliced("signal", want, block.merged(block.rows))
        if self._is_one_block:
            return before, (*lines, *copy, *self._product(signal, matrix, "gradient", block.depth))
        self.scratch.array("part", tuple(prod(sizes[each] for each in axis) for axis in self._weights))
        self.scratch.export("part")
        product = self._product(signal, matrix, "part", block.depth)
        added = ("    " * block.depth + "gradient += part",)
        return (*assigned("dK[...]", "=", ["0"]), *before), (*lines, *block.loop, *copy, *product, *added)
