"""The matrix form of NumPy: source 003's unfold, matrix product and fold.

    Y = W̃ X̃ + b,   dW̃ = δ X̃ᵀ,   dX̃ = W̃ᵀ δ, and dX is the fold of dX̃

X̃ holds every window of the padded X, copied through a strided view; fold adds each kernel position's part
of dX̃ to the slice that it came from. Channel-first layouts have the windows side by side as columns,
channel-last ones below each other as rows, so that no result needs to be transposed.
"""

from __future__ import annotations

from dataclasses import dataclass

from convgen.kernels.arrange import NUMPY, Axes, arranged, assigned, axes_of, broadcast_bias, spatial
from convgen.kernels.isa import Isa
from convgen.kernels.kernel import OpCount
from convgen.kernels.plan import PassPlan, results_of
from convgen.kernels.unfold import Fold, columns_of, fold, folding_axes, padded_shape
from convgen.spec import ConvSpec

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


def plan_matrix(spec: ConvSpec, name: str, dtype: str, _isa: Isa) -> MatrixPlan:
    """Statements for one pass, and the fold of dX."""
    builder = _ChannelLast(spec) if spec.layout.endswith("C") else _ChannelFirst(spec)
    products = columns_of(spec, name) * spec.group_out_channels
    # A matrix product has one addition less than products for each of its entries; the bias, or each of the
    # columns that the fold adds, is one more.
    more = 0 if name == "backward_data" or (name == "forward" and spec.bias) else results_of(spec, name)
    folded = fold(spec, dtype) if name == "backward_data" else None
    padded = padded_shape(spec) != spec.input_shape
    needs = (*[NUMPY] * padded, *[STRIDES] * (folded is None))
    return MatrixPlan(
        name,
        "matrix",
        OpCount(products, products - more),
        "NumPy's" if folded is None else "NumPy's, then kernel positions",
        (),
        needs,
        getattr(builder, name)(),
        folded,
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
