"""The blocks form where groups have one channel and channels are last: sums of products over the windows' view.

One channel in a group leaves nothing for a matrix product. Neighbouring positions and channels lie beside
each other and have neighbouring windows where the last stride is 1: the two are one long index then, and
each entry of K stands in a row of its own as often as there are positions. This copy of K is small beside X,
and NumPy's inner loop runs through a whole row of the picture.
"""

from __future__ import annotations

from functools import partial
from math import prod

from convgen.kernels.arrange import NUMPY, Axes, assigned, axes_of, broadcast_bias, called, rearranged
from convgen.kernels.formula import letters
from convgen.kernels.isa import Isa
from convgen.kernels.kernel import OpCount, pass_output
from convgen.kernels.matrix import STRIDES
from convgen.kernels.numpy_blocks import LinesPlan, plan_blocks
from convgen.kernels.numpy_windows import Parts, Piece, Windows
from convgen.kernels.pieces import is_depthwise
from convgen.kernels.plan import results_of
from convgen.spec import ConvSpec

WIDE = "x"
"""The letter of positions along the last axis and channels together."""


def plan_windows(spec: ConvSpec, name: str, dtype: str, isa: Isa) -> LinesPlan:
    """Lines for one pass, with matrix products or, where these would have one row, without."""
    return _Einsum(spec, name, dtype).plan() if is_depthwise(spec) else plan_blocks(spec, name, dtype, isa)


class _Einsum:
    """Puts one plan together."""

    def __init__(self, spec: ConvSpec, name: str, dtype: str) -> None:
        self.spec, self.name = spec, name
        self.result = pass_output(name)
        self.gradient = name == "backward_weights"
        self.windows = Windows(spec, name, dtype, 1)
        self.scratch = self.windows.scratch
        self.wide = all(piece[-1].step == 1 for piece in self.windows.pieces)
        self.last = f"s{spec.rank - 1}"
        self.places = [(f"s{d}",) for d in range(spec.rank - self.wide)]
        self.taps = [(f"m{d}",) for d in range(spec.rank)]
        self.channels = (self.last, "g") if self.wide else ("g",)
        """What the innermost index runs through."""

    def plan(self) -> LinesPlan:
        """The padded copy, the pieces of each example, and the bias."""
        windows = self.windows
        target, source = windows.pad()
        before: tuple[str, ...] = ()
        inside = assigned(target, "=", [source], depth=windows.depth)
        plan = self._gradient if self.gradient else self._piece
        for number, piece in enumerate(windows.pieces):
            once, lines = windows.packed(number, partial(plan, piece))
            before, inside = before + once, inside + lines
        body = self.scratch.used(self.name, (*before, *windows.loop, *inside))
        if self.name == "forward" and self.spec.bias:
            body += assigned("O", "+=", [broadcast_bias(self.spec)])
        workspace = self.scratch.workspace()
        return LinesPlan(
            self.name,
            "blocks",
            self._operations(),
            "NumPy's",
            (),
            (NUMPY, STRIDES),
            body,
            workspace=workspace,
            workspace_bytes=workspace.bytes if workspace else 0,
        )

    def _operations(self) -> OpCount:
        spec = self.spec
        products, written = 0, 0 if not self.gradient else results_of(spec, self.name)
        for piece in self.windows.pieces:
            steps = prod(along.count * along.taps for along in piece)
            products += spec.batch * spec.in_channels * steps
            places = prod(along.count for along in piece) if steps else 0
            written += 0 if self.gradient else spec.batch * spec.in_channels * places
        added = (self.name == "forward" and spec.bias) or (self.gradient and self.windows.looping)
        return OpCount(products, products - (0 if added else written))

    def _letters(self, axes: Axes) -> str:
        named = dict(letters(self.spec)) | {WIDE: WIDE}
        return "".join(named[name] for (name,) in axes)

    def _sum(self, left: Axes, right: Axes, out: Axes) -> str:
        inner = [(WIDE,)] if self.wide else [("g",)]
        parts = [self._letters([*axes, *inner]) for axes in (left, right, out)]
        return f'"{parts[0]},{parts[1]}->{parts[2]}"'

    def _view(self, piece: Piece) -> None:
        inner, merged = (WIDE, {WIDE: self.channels}) if self.wide else ("g", {})
        self.windows.view(piece, [*self.places, *self.taps, (inner,)], merged)

    def _array(self, name: str, axes: Axes, sizes: dict[str, int], apart: str, separate: Axes) -> None:
        """An array of the workspace, and a view of it with other axes."""
        self.scratch.array(name, tuple(prod(sizes[each] for each in part) for part in axes))
        self.scratch.line(f"{apart} = {rearranged(sizes, name, axes, separate)}")
        self.scratch.export(name, apart)

    def _einsum(self, summed: str, other: str, out: str) -> tuple[str, ...]:
        return called("np.einsum", (summed, "windows", other, f"out={out}"), self.windows.depth)

    def _piece(self, piece: Piece) -> Parts:
        """Forward, or a piece of backward_data."""
        windows, depth = self.windows, self.windows.depth
        if not all(along.taps for along in piece):
            return (), assigned(windows.target(self.result, piece), "=", ["0"], depth=depth)
        self._view(piece)
        sizes, kernel = windows.sizes(piece), windows.kernel(piece)
        if self.wide:
            # K has one input channel in a group: that axis is spread over the positions of a row.
            apart = [*self.taps, (self.last,), ("g",)]
            self._array("spread", apart, sizes, "scales", [*self.taps, self.channels])
            before = assigned("spread[...]", "=", [kernel])
        else:
            view = rearranged(sizes, kernel, axes_of(self.spec, "K"), [*self.taps, ("g",)])
            before = assigned("scales", "=", [view])
        summed = self._sum([*self.places, *self.taps], self.taps, self.places)
        want = [*self.places, self.channels]
        axes = [tuple(name.replace("x", "s") for name in each) for each in windows.axes(self.result)]
        if windows.is_whole(piece):
            view = rearranged(sizes, windows.block(self.result), axes, want)
            return before, (
                *assigned("results", "=", [view], depth=depth),
                *self._einsum(summed, "scales", "results"),
            )
        self._array("part", axes, sizes, "sums", want)
        store = assigned(windows.target(self.result, piece), "=", ["part"], depth=depth)
        return before, (*self._einsum(summed, "scales", "sums"), *store)

    def _gradient(self, piece: Piece) -> Parts:
        """Sums over positions, and where rows are long indices, over each row's own."""
        windows, depth = self.windows, self.windows.depth
        self._view(piece)
        sizes, indent = windows.sizes(piece), "    " * depth
        view = rearranged(sizes, "dK", axes_of(self.spec, "dK"), [*self.taps, ("g",)])
        before = assigned("gradient", "=", [view])
        view = rearranged(sizes, windows.block("dO"), windows.axes("dO"), [*self.places, self.channels])
        lines = assigned("signal", "=", [view], depth=depth)
        summed = self._sum([*self.places, *self.taps], self.places, self.taps)
        if not self.wide and not windows.looping:
            return before, (*lines, *self._einsum(summed, "signal", "gradient"))
        total = "sums"
        if self.wide:
            apart = [*self.taps, (self.last,), ("g",)]
            self._array("sums", [*self.taps, self.channels], sizes, "rows", apart)
            total = f"rows.sum(axis={self.spec.rank})"
        else:
            self.scratch.array("sums", tuple(sizes[each] for (each,) in [*self.taps, ("g",)]))
            self.scratch.export("sums")
        lines += self._einsum(summed, "signal", "sums")
        if not windows.looping:
            return before, (*lines, f"{indent}gradient[...] = {total}")
        return (*assigned("dK[...]", "=", ["0"]), *before), (*lines, f"{indent}gradient += {total}")
