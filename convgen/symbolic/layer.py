"""SymbolicLayer: explicit outputs, their Jacobians and gradients for one spec.

How much SymPy does is chosen by size and stated (`SymbolicLayer.method`):

- up to `DIFFERENTIATION_LIMIT` pairs of output and entry, SymPy differentiates every pair;
- up to `EXPRESSION_LIMIT` products, SymPy holds every explicit expression; the Jacobians are read off them
  and held against SymPy's differentiation on one output of every translation class, on at most
  `DERIVATIVES_PER_OUTPUT` entries of each;
- above that, expressions of representative outputs alone.
"""

from __future__ import annotations

import gc
import itertools
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy

from convgen.errors import BudgetError, ConvgenError, SpecError
from convgen.layout import element_strides, user_shape
from convgen.spec import Axis, ConvSpec
from convgen.symbolic.jacobian import (
    DERIVATIVES_PER_OUTPUT,
    SparseJacobian,
    check_representatives,
    differentiated,
    extracted,
)
from convgen.symbolic.tensors import symbol_list
from convgen.taps import Taps, enumerate_taps

DIFFERENTIATION_LIMIT = 4_096
"""Pairs (output, entry) up to which SymPy differentiates every one: below a second."""
EXPRESSION_LIMIT = 1_000_000
"""Products up to which every expression is built: about ten seconds and half a gigabyte."""


class SymbolicLayer:
    """One convolution as SymPy expressions.

    Args:
        spec: the layer.
    """

    def __init__(self, spec: ConvSpec) -> None:
        self.spec = spec

    @cached_property
    def taps(self) -> Taps:
        """The taps, elements counted row-major in the user's layout; ordered by output, then by K."""
        spec = self.spec
        taps = enumerate_taps(spec, {array: element_strides(spec, array) for array in "XKO"})
        order = np.lexsort((taps.K, taps.O))  # SymPy's canonical order, since names sort as elements do
        return Taps(taps.O[order], taps.X[order], taps.K[order])

    @cached_property
    def bias_of_output(self) -> npt.NDArray[np.int64]:
        """For each element of O, row-major in the user's layout, the element of b added to it."""
        spec = self.spec
        if "C" not in spec.layout:
            return np.zeros(_count(spec.output_shape), dtype=np.int64)
        channels: npt.NDArray[np.int64] = np.indices(spec.output_shape)[spec.layout.index("C")]
        return channels.ravel()

    def symbols(self, array: str) -> tuple[sympy.Symbol, ...]:
        """The entries of an array, row-major in the user's layout."""
        return symbol_list(self.spec, array)

    @property
    def variables(self) -> tuple[str, ...]:
        """The arrays that can be differentiated by: X, K, and b where there is one."""
        return ("X", "K", "b") if self.spec.bias else ("X", "K")

    @property
    def is_explicit(self) -> bool:
        """Whether the layer is small enough for every expression to be built."""
        return self.spec.multiply_adds <= EXPRESSION_LIMIT

    @cached_property
    def outputs(self) -> tuple[sympy.Expr, ...]:
        """The explicit expression of every output, row-major in the user's layout.

        Raises:
            BudgetError: more than `EXPRESSION_LIMIT` products.
        """
        self._check_budget()
        with _collection_paused():
            return self.expressions_of(range(_count(self.spec.output_shape)))

    def expressions_of(self, outputs: Sequence[int]) -> tuple[sympy.Expr, ...]:
        """The explicit expressions of chosen outputs."""
        taps = self.taps  # they know whether the layer fits memory; symbols do not
        K, X = self.symbols("K"), self.symbols("X")
        starts = np.searchsorted(taps.O, np.arange(_count(self.spec.output_shape) + 1))
        bias = self.symbols("b") if self.spec.bias else ()
        expressions = []
        for output in outputs:
            part = slice(starts[output], starts[output + 1])
            terms: list[sympy.Expr] = [bias[self.bias_of_output[output]]] if self.spec.bias else []
            # evaluate=False skips a sort that the order of taps has done already.
            terms += [
                sympy.Mul(K[k], X[x], evaluate=False)
                for k, x in zip(taps.K[part].tolist(), taps.X[part].tolist(), strict=True)
            ]
            expressions.append(flat_sum(terms))
        return tuple(expressions)

    @cached_property
    def _jacobians(self) -> dict[str, SparseJacobian]:
        self._check_budget()
        tables = [self.symbols(array) for array in self.variables]
        if self.differentiates_everything:
            return {
                array: differentiated(self.outputs, table)
                for array, table in zip(self.variables, tables, strict=True)
            }
        with _collection_paused():
            jacobians = dict(zip(self.variables, extracted(self.outputs, tables), strict=True))
        for array, jacobian in jacobians.items():
            check_representatives(self.outputs, self.symbols(array), jacobian, self.representatives)
        return jacobians

    def check_taps(self) -> int:
        """For a layer too large to be explicit: hold the taps of representative outputs against SymPy.

        Their expressions are built, read off and differentiated; the elements found must be the taps'.

        Returns:
            How many derivatives SymPy computed.
        """
        chosen = self.representatives
        outputs = self.expressions_of(chosen)
        tables = {array: self.symbols(array) for array in self.variables}
        compared = 0
        for array, jacobian in zip(tables, extracted(outputs, [*tables.values()]), strict=True):
            compared += check_representatives(outputs, tables[array], jacobian, range(len(chosen)))
            if array != "b" and self._entries_by_taps(array, chosen) != jacobian.entries:
                raise ConvgenError(
                    f"the taps of outputs {chosen} say other derivatives by {array} than SymPy does"
                )
        return compared

    def _entries_by_taps(self, array: str, outputs: Sequence[int]) -> dict[tuple[int, int], sympy.Expr]:
        """∂O/∂array as the taps have it: for each tap of the chosen outputs, what its entry is multiplied by."""
        other = "K" if array == "X" else "X"
        symbols, elements, partners = (
            self.symbols(other),
            getattr(self.taps, array),
            getattr(self.taps, other),
        )
        entries = {}
        for row, output in enumerate(outputs):
            for tap in np.flatnonzero(output == self.taps.O):
                entries[row, int(elements[tap])] = symbols[partners[tap]]
        return entries

    @property
    def differentiates_everything(self) -> bool:
        """Whether the layer is small enough for SymPy to differentiate every pair."""
        entries = sum(_count(user_shape(self.spec, array)) for array in self.variables)
        return _count(self.spec.output_shape) * entries <= DIFFERENTIATION_LIMIT

    @property
    def method(self) -> str:
        """How the derivatives were come by, in words."""
        if self.differentiates_everything:
            return "every entry differentiated by SymPy"
        count = len(self.representatives)
        classes = f"{count} output{'s' * (count != 1)}, one of each translation class"
        if math.prod(self.spec.kernel_size) * self.spec.group_in_channels > DERIVATIVES_PER_OUTPUT:
            classes += f", at most {DERIVATIVES_PER_OUTPUT} entries of each"
        if self.is_explicit:
            return f"read off the explicit expressions, held against SymPy's differentiation on {classes}"
        return (
            f"on index arrays ({self.spec.multiply_adds:,} products; expressions end at "
            f"{EXPRESSION_LIMIT:,}), held against SymPy's differentiation on {classes}"
        )

    @cached_property
    def representatives(self) -> tuple[int, ...]:
        """One output element of every translation class, in the first channel of every group.

        A class is, per axis, the window positions that meet the same kernel entries.
        """
        spec = self.spec
        strides = element_strides(spec, "O")
        per_axis = [
            [position * strides[f"s{d}"] for position in _classes(axis)] for d, axis in enumerate(spec.axes)
        ]
        groups = [group * strides["g"] for group in range(spec.groups)]
        return tuple(sorted(sum(offsets) for offsets in itertools.product(groups, *per_axis)))

    def sparse_jacobian(self, array: str) -> SparseJacobian:
        """The non-zero entries of ∂O/∂array.

        Raises:
            SpecError: the layer has no such array.
            BudgetError: more than `EXPRESSION_LIMIT` products.
        """
        self._check_array(array)
        return self._jacobians[array]

    def gradient_entries(self, array: str) -> tuple[sympy.Expr, ...]:
        """∂L/∂array by the chain rule, J_L(O)·J_O(array), row-major in the user's layout."""
        jacobian = self.sparse_jacobian(array)
        dO = self.symbols("dO")
        columns: list[list[tuple[str, int, sympy.Expr]]] = [[] for _ in range(jacobian.shape[1])]
        for (row, column), value in jacobian.entries.items():
            columns[column].append((str(value), row, value))
        return tuple(
            flat_sum(
                [_product(value, dO[row]) for _, row, value in sorted(column, key=lambda entry: entry[:2])]
            )
            for column in columns
        )

    def gradient_of(self, array: str, elements: Sequence[int]) -> tuple[sympy.Expr, ...]:
        """∂L/∂array for chosen elements; for a large layer from its taps, without other expressions."""
        self._check_array(array)
        if self.differentiates_everything:
            entries = self.gradient_entries(array)
            return tuple(entries[element] for element in elements)
        dO = self.symbols("dO")
        gradients = []
        for element in elements:
            if array == "b":
                gradients.append(
                    flat_sum([dO[row] for row in np.flatnonzero(self.bias_of_output == element)])
                )
                continue
            other = "K" if array == "X" else "X"
            met = np.flatnonzero(getattr(self.taps, array) == element)
            partners = getattr(self.taps, other)[met]
            order = np.argsort(partners, kind="stable")
            symbols = self.symbols(other)
            gradients.append(
                flat_sum(
                    [
                        sympy.Mul(symbols[partner], dO[row], evaluate=False)
                        for partner, row in zip(partners[order], self.taps.O[met[order]], strict=True)
                    ]
                )
            )
        return tuple(gradients)

    def _check_array(self, array: str) -> None:
        if array not in self.variables:
            what = "has no bias" if array == "b" else f"is differentiated by {', '.join(self.variables)}"
            raise SpecError(f"the layer {what}; asked for {array!r}")

    def _check_budget(self) -> None:
        if not self.is_explicit:
            raise BudgetError(
                f"the explicit expressions of {self.spec} have {self.spec.multiply_adds:,} products, "
                f"the limit is {EXPRESSION_LIMIT:,}; choose a smaller shape, or verify(spec), which works "
                "on index arrays"
            )


@lru_cache(maxsize=2)
def symbolic_layer(spec: ConvSpec) -> SymbolicLayer:
    """The layer of a spec; deriving and verifying one after the other build its expressions once."""
    return SymbolicLayer(spec)


def flat_sum(terms: list[Any]) -> sympy.Expr:
    """A sum of distinct terms that stand in SymPy's canonical order already."""
    if len(terms) < 2:
        return terms[0] if terms else sympy.Integer(0)
    return sympy.Add(*terms, evaluate=False)


@contextmanager
def _collection_paused() -> Iterator[None]:
    """Nothing built here is garbage; walking it again and again would take a third of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _product(value: sympy.Expr, gradient: sympy.Symbol) -> sympy.Expr:
    if value.is_Symbol:
        return sympy.Mul(value, gradient, evaluate=False)
    return value * gradient


def _count(shape: Sequence[int]) -> int:
    return math.prod(shape)  # NumPy's product would wrap around in 64 bits


def _classes(axis: Axis) -> list[int]:
    """The first window position of every set of kernel entries that meet the input."""
    # From one of these positions on, a kernel entry is inside the input, or past it; nothing changes in between.
    ends = (axis.before, axis.before + axis.input)
    changes = {-((k * axis.dilation - end) // axis.stride) for k in range(axis.kernel) for end in ends}
    first: dict[tuple[int, ...], int] = {}
    for position in sorted({0} | {change for change in changes if 0 <= change < axis.output}):
        start = position * axis.stride - axis.before
        met = tuple(k for k in range(axis.kernel) if 0 <= start + k * axis.dilation < axis.input)
        first.setdefault(met, position)
    return list(first.values())
