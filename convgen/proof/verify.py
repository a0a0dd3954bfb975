"""verify(spec): every rule against the SymPy derivative on that shape, as exact polynomials.

Both sides become polynomials in the entries of X, K, b and dO. On a layer small enough for SymPy to
differentiate every pair, the rule's tree is evaluated on arrays of symbols and the expressions are
compared; on a larger one, the rule's sum over taps and the derivatives become sorted integer arrays of
monomials (`convgen.symbolic.monomials`). Neither rounds, and neither samples the rule.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from convgen.algebra.indexed_sum import IndexedSum
from convgen.algebra.operators import Named
from convgen.algebra.printing import to_text
from convgen.algebra.readings import evaluate, lower, shape_of
from convgen.algebra.tree import Node, Shape
from convgen.errors import FormulaShapeError, SpecError
from convgen.layout import axis_names, element_strides, from_named, to_named, user_shape
from convgen.proof.report import Difference, Report, RuleResult
from convgen.rules import Rule, array_shapes, rules_for
from convgen.spec import ConvSpec
from convgen.symbolic.monomials import Integers, Monomials, from_products, from_sums

if TYPE_CHECKING:
    from convgen.symbolic.layer import SymbolicLayer


def verify(spec: ConvSpec, rules: Iterable[tuple[Rule, Node]] | None = None) -> Report:
    """Hold rules against the derivatives of a layer.

    Args:
        spec: the layer.
        rules: rules with their bound trees; all built-in ones that speak about the spec by default.

    Returns:
        A report that is truthy when every rule holds. It names the number of entries compared and, for a
        rule that does not hold, the first differing entry with both expressions.

    Raises:
        BudgetError: more products than fit in memory.
        ClaimError: a rule whose operands do not go together, or one about other arrays than X, K, b and dO.
    """
    from convgen.symbolic.layer import symbolic_layer  # SymPy, which who only checks a claim never needs

    if not isinstance(spec, ConvSpec):
        raise SpecError(f"a layer is verified from a ConvSpec, got {spec!r}")
    layer = symbolic_layer(spec)
    chosen = rules_for(spec) if rules is None else list(rules)
    compare = _Symbolic(layer) if layer.differentiates_everything else _Monomial(layer)
    return Report(spec, layer.method, tuple(_result(compare, rule, tree) for rule, tree in chosen))


def difference_from_derivative(spec: ConvSpec, target: str, terms: Sequence[IndexedSum]) -> Difference | None:
    """Hold sums over the taps of one layer against SymPy's derivative, or for O against its expressions.

    Args:
        spec: the layer.
        target: O, dX, dK or db.
        terms: what is said of it, with the layer's numbers.

    Returns:
        The first entry in which they differ; None where they are equal.

    Raises:
        BudgetError: more products than fit in memory.
    """
    from convgen.symbolic.layer import symbolic_layer

    return _Monomial(symbolic_layer(spec)).difference(target, terms)[0]


def _result(compare: _Symbolic | _Monomial, rule: Rule, tree: Node) -> RuleResult:
    spec = compare.layer.spec
    found, wanted = shape_of(tree, _operand_shapes(spec)), array_shapes(spec)[rule.target]
    if found != wanted:
        raise FormulaShapeError(f"{rule.target} has shape {wanted}, but {to_text(tree)} has shape {found}")
    difference, terms = compare(rule.target, tree)
    entries = math.prod(user_shape(spec, rule.target))
    return RuleResult(rule.name, f"{rule.target} = {to_text(tree)}", rule.source, entries, terms, difference)


def _operand_shapes(spec: ConvSpec) -> dict[str, Shape]:
    """The arrays that a rule may be about; what it gives is none of them."""
    shapes = array_shapes(spec)
    return {array: shapes[array] for array in ("X", "K", "dO") + (("b",) if spec.bias else ())}


class _Symbolic:
    """Comparison of SymPy expressions, entry by entry."""

    def __init__(self, layer: SymbolicLayer) -> None:
        from convgen.symbolic.tensors import symbol_array

        self.layer = layer
        spec = layer.spec
        self.arrays = {
            array: Named(axis_names(spec, array), to_named(spec, array, symbol_array(spec, array)))
            for array in _operand_shapes(spec)
        }

    def __call__(self, target: str, tree: Node) -> tuple[Difference | None, int]:
        import sympy

        spec = self.layer.spec
        derivatives = self.layer.outputs if target == "O" else self.layer.gradient_entries(target[1:])
        value = from_named(spec, target, evaluate(tree, self.arrays).data).ravel()
        terms = sum(len(sympy.Add.make_args(derivative)) for derivative in derivatives if derivative != 0)
        for element, (derivative, found) in enumerate(zip(derivatives, value, strict=True)):
            if sympy.expand(derivative - found) != 0:
                return Difference(
                    _entry(spec, target, element), str(derivative), str(sympy.expand(found))
                ), terms
        return None, terms


class _Monomial:
    """Comparison of monomials coded as integers."""

    def __init__(self, layer: SymbolicLayer) -> None:
        self.layer = layer
        if not layer.is_explicit:
            layer.check_taps()
        spec = layer.spec
        self.sizes = {array: math.prod(user_shape(spec, array)) for array in ("X", "K", "b", "O", "dO")}
        self.strides = {
            array: list(element_strides(spec, array).values()) for array in ("X", "K", "b", "O", "dO")
        }

    def __call__(self, target: str, tree: Node) -> tuple[Difference | None, int]:
        return self.difference(target, lower(tree, _operand_shapes(self.layer.spec)))

    def difference(self, target: str, terms: Sequence[IndexedSum]) -> tuple[Difference | None, int]:
        """The first entry in which sums over taps differ from the derivative, and how many terms there are."""
        spec = self.layer.spec
        base = target.removeprefix("d")
        sizes = self.sizes | {"": self.sizes[base]}
        found = from_sums(terms, sizes, self.strides | {"": self.strides[base]})
        derivative = self._derivative(target, sizes)
        element = derivative.first_difference(found)
        if element is None:
            return None, len(derivative)
        difference = Difference(
            _entry(spec, target, element),
            self._expression(derivative, element),
            self._expression(found, element),
        )
        return difference, len(derivative)

    def _derivative(self, target: str, sizes: Mapping[str, int]) -> Monomials:
        """J_L(O)·J_O(A) as monomials; for O its own expressions, which J_O(X) and J_O(b) spell out."""
        if target == "O":
            parts = [self._jacobian(array) for array in self.layer.variables if array != "K"]
            return from_products(
                sizes, [(rows, {**values, array: columns}, 1) for array, rows, columns, values in parts]
            )
        _, rows, columns, values = self._jacobian(target.removeprefix("d"))
        return from_products(sizes, [(columns, {**values, "dO": rows}, 1)])

    def _jacobian(self, array: str) -> tuple[str, Integers, Integers, dict[str, Integers]]:
        """The non-zero entries of ∂O/∂array: rows, columns, and the elements they are (none for 1)."""
        layer = self.layer
        other = {"X": "K", "K": "X", "b": None}[array]
        if not layer.is_explicit:
            elements = {"O": layer.taps.O, "X": layer.taps.X, "K": layer.taps.K}
            if other is None:
                return array, np.arange(self.sizes["O"]), layer.bias_of_output, {}
            return array, elements["O"], elements[array], {other: elements[other]}
        entries = layer.sparse_jacobian(array).entries
        rows, columns = np.array([*entries], dtype=np.int64).reshape(-1, 2).T
        if other is None:
            return array, rows, columns, {}
        number = {symbol: element for element, symbol in enumerate(layer.symbols(other))}
        return (
            array,
            rows,
            columns,
            {other: np.array([number[each] for each in entries.values()], dtype=np.int64)},
        )

    def _expression(self, monomials: Monomials, element: int) -> str:
        import sympy

        terms = [
            coefficient * sympy.Mul(*(self.layer.symbols(array)[index] for array, index in factors))
            for factors, coefficient in monomials.of_target(element).items()
        ]
        return str(sympy.Add(*terms))


def _entry(spec: ConvSpec, target: str, element: int) -> str:
    index = np.unravel_index(element, user_shape(spec, target))
    return f"{target}[{', '.join(map(str, index))}]"
