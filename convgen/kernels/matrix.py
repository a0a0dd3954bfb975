"""The matrix form of NumPy: source 003's unfold, matrix product and fold.

    Y = W̃ X̃ + b,   dW̃ = δ X̃ᵀ,   dX̃ = W̃ᵀ δ, and dX is the fold of dX̃

X̃ holds every window of the padded X, copied through a strided view; fold adds each kernel position's part
of dX̃ to the slice that it came from. Channel-first layouts have the windows side by side as columns,
channel-last ones below each other as rows, so that no result needs to be transposed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from convgen.algebra.polynomial import Polynomial
from convgen.kernels.arrange import (
    NUMPY,
    Axes,
    arranged,
    assigned,
    axes_of,
    broadcast_bias,
    indexed,
    listed,
    sliced,
    spatial,
)
from convgen.kernels.expression import text
from convgen.kernels.formula import index_sizes, letters
from convgen.kernels.kernel import OpCount
from convgen.kernels.plan import PassPlan, results_of
from convgen.spec import Axis, ConvSpec

Statements = tuple[tuple[str, ...], ...]
"""The lines of each statement."""

STRIDES = "from numpy.lib.stride_tricks import as_strided"


@dataclass(frozen=True)
class MatrixPlan(PassPlan):
    """A product of matrices, with an unfold before or a fold after it.

    Attributes:
        statements: lines before the fold, in order.
        fold: how the columns go back into dX; None for the passes that unfold.
    """

    statements: Statements
    fold: Fold | None


@dataclass(frozen=True)
class Fold:
    """Adding slices: loops over kernel positions.

    Attributes:
        target: the array that is added to.
        loops: the letter and the range of each kernel axis.
        shape: of the padded dX; None where there is no padding and dX itself is added to.
        dtype: of the padded dX.
        step: the lines that add the columns of one kernel position.
        inside: the slice of the padded dX that is dX, as text.
    """

    target: str
    loops: tuple[tuple[str, int], ...]
    shape: str | None
    dtype: str
    step: tuple[str, ...]
    inside: str


@dataclass(frozen=True)
class Windows:
    """The strided view of every window of X.

    Attributes:
        shape: of X.
        padded: the shape with padding; None where there is none.
        inside: the slice of the padded array that is X.
        names: a name for the stride of each axis of X.
        view_shape: axes of X with window positions for places, then the kernel's axes.
        view_strides: the view's strides in those names.
    """

    shape: str
    padded: str | None
    inside: str
    names: str
    view_shape: str
    view_strides: str


def columns_of(spec: ConvSpec, _name: str) -> int:
    """The entries of the unfolded X."""
    return spec.batch * spec.in_channels * prod(spec.kernel_size) * prod(spec.output_size)


def plan_matrix(spec: ConvSpec, name: str, dtype: str) -> MatrixPlan:
    """Statements for one pass, and the fold of dX."""
    builder = _ChannelLast(spec) if spec.layout.endswith("C") else _ChannelFirst(spec)
    products = columns_of(spec, name) * spec.group_out_channels
    # A matrix product has one addition less than products for each of its entries; the bias, or each of the
    # columns that the fold adds, is one more.
    more = 0 if name == "backward_data" or (name == "forward" and spec.bias) else results_of(spec, name)
    fold = _fold(spec, dtype) if name == "backward_data" else None
    padded = _padded_shape(spec) != spec.input_shape
    needs = (*[NUMPY] * padded, *[STRIDES] * (fold is None))
    return MatrixPlan(
        name,
        "matrix",
        OpCount(products, products - more),
        "NumPy's" if fold is None else "NumPy's, then kernel positions",
        (),
        needs,
        getattr(builder, name)(),
        fold,
    )


class _Arrangement:
    """What both orders share: the axes of windows and arrays, and how matrices are transposed."""

    def __init__(self, spec: ConvSpec) -> None:
        self.spec = spec
        self.groups = [("g",)] * (spec.groups > 1)
        self.batch = [("n",)] * ("N" in spec.layout)
        self.places = tuple(f"s{d}" for d in range(spec.rank))
        self.kernel = tuple(f"m{d}" for d in range(spec.rank))
        self.transposed = ".swapaxes(-1, -2)" if self.groups else ".T"

    def unfolded(self, want: Axes) -> str:
        """Every window of X, its axes arranged."""
        have = [tuple(name.replace("x", "s") for name in part) for part in axes_of(self.spec, "X")]
        return arranged(self.spec, "_windows(X)", [*have, *spatial(self.spec, "K")], want)

    def array(self, array: str, want: Axes) -> str:
        """A user's array, its axes arranged."""
        return arranged(self.spec, array, axes_of(self.spec, array), want)

    def product(
        self, left: tuple[str, str], right: tuple[str, str], axes: Axes, array: str, transpose: str = ""
    ) -> Statements:
        """Name two matrices, and write their product.

        Args:
            left: a name and an expression.
            right: a name and an expression.
            axes: of the product.
            array: the user's array that it goes into, or ``"columns"``.
            transpose: which of the two is transposed, if any.
        """
        names, statements = [], []
        for name, expression in (left, right):
            bare = expression.isidentifier()  # an array that lies as it should needs no other name
            statements += [] if bare else [assigned(name, "=", [expression])]
            names.append((expression if bare else name) + (self.transposed if name == transpose else ""))
        want = folding_axes(self.spec) if array == "columns" else axes_of(self.spec, array)
        text = " @ ".join(names)
        whole = arranged(self.spec, f"({text})", axes, want)
        operands = [text if whole == f"({text})" else whole]
        if array == "O" and self.spec.bias:
            operands.append(broadcast_bias(self.spec))
        target = array if array == "columns" else f"{array}[...]"
        return (*statements, assigned(target, "=", operands, "+"))


class _ChannelFirst(_Arrangement):
    """Windows side by side: weights (f, c m) times columns (c m, s), for each example and group.

    backward_weights sums over the examples too, so its columns run through them.
    """

    def forward(self) -> Statements:
        columns = self.unfolded([*self.batch, *self.groups, self.window, self.places])
        product = [*self.batch, *self.groups, ("f",), self.places]
        return self.product(self._weights(), ("columns", columns), product, "O")

    def backward_weights(self) -> Statements:
        everywhere = ("n", *self.places)
        signal = self.array("dO", [*self.groups, ("f",), everywhere])
        # Places innermost, as they lie in X: to copy windows is several times slower.
        columns = self.unfolded([*self.groups, self.window, everywhere])
        product = [*self.groups, ("f",), self.window]
        return self.product(("signal", signal), ("columns", columns), product, "dK", "columns")

    def backward_data(self) -> Statements:
        signal = self.array("dO", [*self.batch, *self.groups, ("f",), self.places])
        product = [*self.batch, *self.groups, self.window, self.places]
        return self.product(self._weights(), ("signal", signal), product, "columns", "weights")

    def _weights(self) -> tuple[str, str]:
        return "weights", self.array("K", [*self.groups, ("f",), self.window])

    @property
    def window(self) -> tuple[str, ...]:
        return ("c", *self.kernel)


class _ChannelLast(_Arrangement):
    """Windows below each other: rows (n s, m c) times weights (m c, f), for each group."""

    def forward(self) -> Statements:
        return self.product(self._rows(), self._weights(), [*self.groups, self.everywhere, ("f",)], "O")

    def backward_weights(self) -> Statements:
        product = [*self.groups, self.window, ("f",)]
        return self.product(self._rows(), self._signal(), product, "dK", "rows")

    def backward_data(self) -> Statements:
        product = [*self.groups, self.everywhere, self.window]
        return self.product(self._signal(), self._weights(), product, "columns", "weights")

    def _rows(self) -> tuple[str, str]:
        return "rows", self.unfolded([*self.groups, self.everywhere, self.window])

    def _weights(self) -> tuple[str, str]:
        return "weights", self.array("K", [*self.groups, self.window, ("f",)])

    def _signal(self) -> tuple[str, str]:
        return "signal", self.array("dO", [*self.groups, self.everywhere, ("f",)])

    @property
    def window(self) -> tuple[str, ...]:
        return (*self.kernel, "c")

    @property
    def everywhere(self) -> tuple[str, ...]:
        return ("n", *self.places)


def folding_axes(spec: ConvSpec) -> list[tuple[str, ...]]:
    """The axes of dX with window positions for places, and the kernel's axes beside the channels.

    Channel-first has the kernel before the places, channel-last after them, as the matrices have.
    """
    batch = [("n",)] * ("N" in spec.layout)
    channels = [("g", "c")] * ("C" in spec.layout)
    places, kernel = spatial(spec, "O"), spatial(spec, "K")
    if spec.layout.endswith("C"):
        return [*batch, *places, *kernel, *channels]
    return [*batch, *channels, *kernel, *places]


def _fold(spec: ConvSpec, dtype: str) -> Fold:
    letter, sizes = letters(spec), index_sizes(spec)
    named = {f"m{d}": letter[f"m{d}"] if sizes[f"m{d}"] > 1 else "0" for d in range(spec.rank)}
    loops = tuple((name, sizes[index]) for index, name in named.items() if name != "0")
    windows_met = {
        axis_letter: _window(named[f"m{d}"], axis)
        for d, (axis_letter, axis) in enumerate(zip("DHW"[-spec.rank :], spec.axes, strict=True))
    }
    columns = [named.get(part[0], ":") if part else ":" for part in folding_axes(spec)]
    padded = _padded_shape(spec)
    target = "dX" if padded == spec.input_shape else "padded"
    slices = indexed(target, [windows_met.get(axis_letter, ":") for axis_letter in spec.layout])
    return Fold(
        target,
        loops,
        _tuple(padded) if target == "padded" else None,
        dtype,
        assigned(slices, "+=", [indexed("columns", columns)], depth=1 + len(loops)),
        _inside(spec, "padded"),
    )


def _window(start: str, axis: Axis) -> str:
    """The slice of the padded axis that one kernel position meets."""
    first = start if start == "0" else text(Polynomial.of(start) * axis.dilation)
    extent = axis.stride * (axis.output - 1) + 1
    stop = str(extent) if start == "0" else f"{first} + {extent}"
    return f"{first} : {stop}" + (f" : {axis.stride}" if axis.stride > 1 and axis.output > 1 else "")


def windows(spec: ConvSpec) -> Windows:
    """The view of X that forward and backward_weights unfold."""
    axes = dict(zip("DHW"[-spec.rank :], spec.axes, strict=True))
    names = [letter.lower() for letter in spec.layout]
    padded = _padded_shape(spec)
    sizes = [
        axes[letter].output if letter in axes else size
        for letter, size in zip(spec.layout, spec.input_shape, strict=True)
    ]
    steps = [
        _times(axes[letter].stride if letter in axes else 1, name)
        for letter, name in zip(spec.layout, names, strict=True)
    ]
    steps += [_times(axis.dilation, letter.lower()) for letter, axis in axes.items()]
    return Windows(
        _tuple(spec.input_shape),
        _tuple(padded) if padded != spec.input_shape else None,
        _inside(spec, "padded"),
        ", ".join(names) + "," * (len(names) == 1),
        _tuple((*sizes, *spec.kernel_size)),
        f"({', '.join(steps)})",
    )


def _padded_shape(spec: ConvSpec) -> tuple[int, ...]:
    room = {letter: sum(pair) for letter, pair in zip("DHW"[-spec.rank :], spec.padding, strict=True)}
    return tuple(
        size + room.get(letter, 0) for letter, size in zip(spec.layout, spec.input_shape, strict=True)
    )


def _inside(spec: ConvSpec, array: str) -> str:
    """The part of a padded array that is not padding."""
    axes = dict(zip("DHW"[-spec.rank :], spec.axes, strict=True))
    inner = {
        letter: sliced(range(axis.before, axis.before + axis.input))
        for letter, axis in axes.items()
        if axis.before or axis.after
    }
    return indexed(array, [inner.get(letter, ":") for letter in spec.layout])


def _times(factor: int, name: str) -> str:
    return name if factor == 1 else f"{factor} * {name}"


def _tuple(values: Sequence[int]) -> str:
    return f"({listed(values)}{',' if len(values) == 1 else ''})"
