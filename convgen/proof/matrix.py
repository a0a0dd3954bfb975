"""Claims about vec and Jacobians of one layer: J_O(K) = [X[0,0], ...; ...], J_L(K) = J_L(O) @ J_O(K).

J_O(K) is ∂O/∂K with rows and columns in the order of the notation's vec, J_L(K) the row ∂L/∂K for any loss L
with gradient dO, and J_O(X[0,1]) one column. Both sides are SymPy matrices: every derivative is SymPy's own
of the explicit output, and of Σ dO·O for the loss.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from convgen.algebra.formula_text import FormulaText, start_of, subtrees
from convgen.algebra.notation import Notation
from convgen.errors import ClaimError
from convgen.proof.claim import Claim
from convgen.proof.examiner import examiner_of
from convgen.proof.families import Examiner
from convgen.proof.repair import repair
from convgen.proof.scope import Scope
from convgen.proof.shape import Difference, EntryDifference, ShapeDifference, difference_on
from convgen.spec import ConvSpec

if TYPE_CHECKING:
    import sympy
    from lark import Tree

LOSS = "L"
LARGEST_SHOWN = 12
"""A matrix with more columns or rows than this is not written out as a repair."""

_FORM = re.compile(r"\s*(\[|\(|J_|(?:vec|unvec|last)\s*\()")


@dataclass(frozen=True)
class MatrixClaim(Claim):
    """A claim about matrices of a layer; ``target`` is empty."""


def matrix_claim(text: str, notation: Notation, _rank: int) -> MatrixClaim | None:
    """A claim that begins with a Jacobian, a vec or a matrix.

    Returns:
        None for a text of another form.

    Raises:
        ClaimError: it cannot be read; the message points at the character.
    """
    if not _FORM.match(text) or "(" in text[:1]:
        return None
    FormulaText(text).parse("matrix_grammar.lark")
    return MatrixClaim(text, "", None, notation)


class _NoProductError(Exception):
    """Two matrices that cannot be multiplied."""


class _Reading(FormulaText):
    """A claim about matrices, read on one layer.

    Attributes:
        spec: the layer.
        notation: whose letters, and whose order of vec.
    """

    def __init__(self, text: str, spec: ConvSpec, notation: Notation) -> None:
        super().__init__(text)
        self.spec = spec
        self.notation = notation

    @cached_property
    def syntax(self) -> Tree[Any]:
        """The equation, or the statement of a shape."""
        return self.parse("matrix_grammar.lark")

    @cached_property
    def _symbols(self) -> dict[str, Any]:
        from convgen.symbolic.tensors import symbol_array

        arrays = ("X", "K", "O", "dO", *(("b",) if self.spec.bias else ()))
        return {array: symbol_array(self.spec, array) for array in arrays}

    @cached_property
    def _outputs(self) -> Any:
        from convgen.symbolic.layer import SymbolicLayer
        from convgen.symbolic.tensors import as_object_array

        return as_object_array(SymbolicLayer(self.spec).outputs, self.spec.output_shape)

    def vec(self, array: str) -> list[Any]:
        """The entries of an array in the notation's order; those of O are its explicit expressions."""
        data = self._outputs if array == "O" else self._symbols[array]
        return list(data.ravel(order=self.notation.vec))

    def names(self, array: str) -> list[str]:
        """What the entries of vec are called, such as X[1,0]."""
        import numpy as np

        shape = self._symbols[array].shape
        numbers = np.arange(self._symbols[array].size).reshape(shape).ravel(order=self.notation.vec)
        first = self.notation.first_index.get(array, 0)
        positions = [np.unravel_index(number, shape) for number in numbers]
        return [
            f"{self.notation.letters[array]}[{','.join(str(int(i) + first) for i in at)}]" for at in positions
        ]

    def matrix(self, syntax: Tree[Any]) -> sympy.Matrix:
        """The value of a piece of syntax.

        Raises:
            ClaimError: an unknown array or entry, or rows of different lengths.
            _NoProductError: factors that do not go together.
        """
        import sympy

        parts = subtrees(syntax)
        match str(syntax.data):
            case "matmul":
                left, right = (self.matrix(part) for part in parts)
                if left.cols != right.rows:
                    raise _NoProductError(f"{_size(left)} times {_size(right)}")
                return left * right
            case "jacobian":
                return self._jacobian(syntax)
            case "vec":
                return sympy.Matrix(
                    [*self._symbols[self._array(syntax.children[0])].ravel(order=self.notation.vec)]
                )
            case "unvec":
                array = self._array(syntax.children[1])
                entries, shape = [*self.matrix(parts[0])], self._symbols[array].shape
                if len(shape) != 2 or len(entries) != shape[0] * shape[1]:
                    raise _NoProductError(f"{len(entries)} entries in the shape {shape}")
                return _arranged(entries, shape, self.notation.vec)
            case "last":
                return self.matrix(parts[0])[-1:, -1:]
        rows = [[self._entry(each) for each in subtrees(row)] for row in parts]
        if len({len(row) for row in rows}) > 1:
            raise self.error("the rows of a matrix are equally long", start_of(syntax))
        return sympy.Matrix(rows)

    def _jacobian(self, syntax: Tree[Any]) -> sympy.Matrix:
        import sympy

        of, by = syntax.children
        letter = str(of).removeprefix("J_")
        if letter != LOSS and self.notation.letters_to_arrays.get(letter) != "O":
            raise self.error(f"a Jacobian is one of {LOSS} or {self.notation.letters['O']}", start_of(of))
        values = [self._loss] if letter == LOSS else self.vec("O")
        if hasattr(by, "data"):
            variables = [self._symbol(by)]
        elif self._array(by) == "O" and letter == LOSS:
            return sympy.Matrix([self.vec("dO")])
        else:
            variables = self.vec(self._array(by))
        return sympy.Matrix(values).jacobian(sympy.Matrix(variables))

    @cached_property
    def _loss(self) -> Any:
        import sympy

        return sympy.Add(*(g * value for g, value in zip(self.vec("dO"), self.vec("O"), strict=True)))

    def _array(self, token: Any) -> str:
        array = self.notation.letters_to_arrays.get(str(token), "")
        if array not in self._symbols:
            known = ", ".join(self.notation.letters[name] for name in self._symbols)
            raise self.error(f"{str(token)!r} is none of {known}", start_of(token))
        return array

    def _symbol(self, access: Tree[Any]) -> Any:
        array = self._array(access.children[0])
        first = self.notation.first_index.get(array, 0)
        at = tuple(int(str(number)) - first for number in access.children[1:])
        data = self._symbols[array]
        if len(at) != data.ndim and not (array == "b" and not at):
            raise self.error(f"an entry of an array of shape {data.shape}", start_of(access))
        if any(not 0 <= i < size for i, size in zip(at, data.shape, strict=False)):
            raise self.error(f"the array has shape {data.shape}; there is no such entry", start_of(access))
        return data[at] if at else data.ravel()[0]

    def _entry(self, syntax: Tree[Any]) -> Any:
        import sympy

        parts = subtrees(syntax)
        match str(syntax.data):
            case "number":
                return sympy.Integer(str(syntax.children[0]))
            case "access":
                return self._value(syntax)
            case "derivative":
                output, by = parts
                position = [*self._symbols["O"].ravel()].index(self._symbol(output))
                return sympy.diff([*self._outputs.ravel()][position], self._symbol(by))
            case "negative":
                return -self._entry(parts[0])
        left, right = (self._entry(each) for each in parts)
        return {"add": left + right, "subtract": left - right, "times": left * right}[str(syntax.data)]

    def _value(self, access: Tree[Any]) -> Any:
        """An entry; one of the gradient of X, K or b is the derivative of the loss."""
        import sympy

        name = str(access.children[0])
        array = self.notation.letters_to_arrays.get(name, "")
        if array in ("dX", "dK", "db"):
            plain = type(access)(
                "access", [self.notation.letters[array[1:]], *access.children[1:]], access.meta
            )
            return sympy.diff(self._loss, self._symbol(plain))
        return self._symbol(access)


def _arranged(entries: Sequence[Any], shape: tuple[int, ...], order: Literal["F", "C"]) -> sympy.Matrix:
    import numpy as np
    import sympy

    data = np.empty(len(entries), dtype=object)
    data[:] = entries
    return sympy.Matrix(data.reshape(shape, order=order))


def _size(matrix: sympy.Matrix) -> str:
    return f"{matrix.rows}×{matrix.cols}"


@difference_on.register
def _(claim: MatrixClaim, spec: ConvSpec) -> Difference | None:
    reading = _Reading(claim.text, spec, claim.notation)
    syntax = reading.syntax
    if syntax.data == "shape":
        matrix = reading.matrix(subtrees(syntax)[0])
        claimed = "×".join(str(number) for number in syntax.children[1:])
        return None if claimed == _size(matrix) else ShapeDifference(_size(matrix), claimed)
    left, right = subtrees(syntax)
    true = reading.matrix(left)
    try:
        found = reading.matrix(right)
    except _NoProductError as error:
        return ShapeDifference(_size(true), f"none: {error}")
    if true.shape != found.shape:
        return ShapeDifference(_size(true), _size(found))
    return _first_difference(claim, true, found)


def _first_difference(claim: MatrixClaim, true: sympy.Matrix, found: sympy.Matrix) -> EntryDifference | None:
    import sympy

    for row in range(true.rows):
        for column in range(true.cols):
            pair = [sympy.expand(each[row, column]) for each in (true, found)]
            if pair[0] != pair[1]:
                symbols = sorted({symbol for each in pair for symbol in each.free_symbols}, key=str)
                inputs = {symbol: number for number, symbol in enumerate(symbols, 1)}
                values = [str(each.subs(inputs)) for each in pair]
                left = claim.text.split("=")[0].strip()
                return EntryDifference(
                    f"{left}[{row}, {column}]", str(pair[1]), str(pair[0]),
                    {str(symbol): number for symbol, number in inputs.items()}, values[1], values[0],
                )  # fmt: skip
    return None


@examiner_of.register
def _(claim: MatrixClaim, scope: Scope) -> Examiner:
    raise ClaimError(
        f"{claim.text!r} is about the matrices of one layer; give its sizes (asked about {scope})"
    )


@repair.register
def _(claim: MatrixClaim, about: ConvSpec | Scope) -> str | None:
    """The true shape, the chain rule for a product, or the true matrix where it is small enough to be read."""
    if isinstance(about, Scope):
        return None
    reading = _Reading(claim.text, about, claim.notation)
    left, *others = subtrees(reading.syntax)
    written = re.split("[=:]", claim.text)[0].strip()
    true = reading.matrix(left)
    if not others:
        return f"{written} : {true.rows}x{true.cols}"
    letter = claim.notation.letters["O"]
    if left.data == "jacobian" and others[0].data == "matmul" and written.startswith(f"J_{LOSS}"):
        return f"{written} = J_{LOSS}({letter}) @ {written.replace(f'J_{LOSS}', f'J_{letter}')}"
    inner = subtrees(left)
    if left.data == "last" and inner[0].data == "jacobian":
        by = claim.notation.letters_to_arrays[str(inner[0].children[1])]
        return f"{written} = [∂{reading.names('O')[-1]}/∂{reading.names(by)[-1]}]"
    if max(true.shape) > LARGEST_SHOWN:
        return None
    names = {
        str(symbol): name
        for array in ("X", "K", "dO")
        for symbol, name in zip(reading.vec(array), reading.names(array), strict=True)
    }
    rows = [
        ", ".join(_written(true[row, column], names) for column in range(true.cols))
        for row in range(true.rows)
    ]
    return f"{written} = [{'; '.join(rows)}]"


def _written(value: Any, names: dict[str, str]) -> str:
    """An expression in the letters of the claim."""
    return re.sub(r"[A-Za-z]\w*", lambda found: names.get(found[0], found[0]), str(value))
