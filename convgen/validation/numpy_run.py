"""Execute emitted NumPy source symbolically: arrays of row numbers instead of arrays of floats.

Whatever only moves elements (slices, reshape, transpose, strides) is done by NumPy itself on those numbers,
views and copies included; whatever computes makes new rows in the store. Only the calls and operators of
the tables below are known; the source is never run.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from convgen.errors import ConvgenError
from convgen.validation.faults import Fault, refuse
from convgen.validation.numpy_module import Module, is_text
from convgen.validation.numpy_values import Values
from convgen.validation.store import ZERO, Integers, Store
from convgen.validation.trace import UNWRITTEN

WHOLE_OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
}


class NumpyExecution(Values):
    """One call of a function."""

    def __init__(self, store: Store, module: Module) -> None:
        super().__init__(store)
        self._module = module
        self._outputs: list[Integers] = []
        self._statements: dict[type, Callable[[Any, dict[str, Any]], Any]] = {
            ast.Assign: self._assign,
            ast.AugAssign: self._add_to,
            ast.For: self._for,
            ast.Expr: self._text,
        }
        self._expressions: dict[type, Callable[[Any, dict[str, Any]], Any]] = {
            ast.Constant: self._constant,
            ast.Name: self._name,
            ast.Tuple: lambda node, names: tuple(self._value(each, names) for each in node.elts),
            ast.UnaryOp: self._unary,
            ast.BinOp: self._binary,
            ast.Subscript: self._item,
            ast.Attribute: self._attribute,
            ast.Call: self._call,
        }

    def run(self, name: str, arguments: Mapping[str, Integers], output: str) -> None:
        """Execute a function on arrays of rows; the inputs must be read-only, the output unwritten.

        Raises:
            Fault: it does what no kernel may do.
            SourceError: it has a statement that is not known.
        """
        self._outputs = [arguments[output]]
        self._function(self._module.functions[name], dict(arguments))

    def _function(self, node: ast.FunctionDef, names: dict[str, Any]) -> Any:
        given = [each.arg for each in node.args.args]
        others = (node.args.vararg, node.args.kwarg, *node.args.kwonlyargs, *node.args.defaults)
        if given != list(names) or any(others) or node.decorator_list:
            raise refuse(node.lineno, f"{node.name} has other parameters than {', '.join(names)}")
        return self._block(node.body, names)

    def _block(self, body: list[ast.stmt], names: dict[str, Any]) -> Any:
        for number, node in enumerate(body):
            if isinstance(node, ast.Return) and number == len(body) - 1 and node.value is not None:
                return self._value(node.value, names)
            if isinstance(node, ast.If):
                raise refuse(node.lineno, "a condition")
            if type(node) not in self._statements:
                raise refuse(node.lineno, f"a {type(node).__name__} as a statement")
            self._statements[type(node)](node, names)
        return None

    # ---- statements ---------------------------------------------------------------------------------------

    def _text(self, node: ast.Expr, _names: dict[str, Any]) -> None:
        if not is_text(node):
            raise refuse(node.lineno, "an expression whose value goes nowhere")

    def _for(self, node: ast.For, names: dict[str, Any]) -> None:
        call = node.iter
        if not (
            isinstance(node.target, ast.Name)
            and isinstance(call, ast.Call)
            and isinstance(call.func, ast.Name)
            and call.func.id == "range"
            and not call.keywords
            and not node.orelse
        ):
            raise refuse(node.lineno, "a loop that is not over a range")
        for value in range(*(self._whole(each, names) for each in call.args)):
            names[node.target.id] = value
            self._block(node.body, names)

    def _assign(self, node: ast.Assign, names: dict[str, Any]) -> None:
        (target,) = node.targets if len(node.targets) == 1 else (None,)
        value = self._value(node.value, names)
        if isinstance(target, ast.Name):
            names[target.id] = value
        elif isinstance(target, ast.Tuple):
            self._unpack(target, value, names)
        elif isinstance(target, ast.Subscript):
            where = self._value(target.value, names)
            self._store(node.lineno, where, self._index(target.slice, names), value)
        else:
            raise refuse(node.lineno, "an assignment to this")

    def _unpack(self, target: ast.Tuple, value: Any, names: dict[str, Any]) -> None:
        parts = list(value) if isinstance(value, tuple | np.ndarray) else []
        if len(parts) != len(target.elts):
            raise Fault(target.lineno, f"{len(parts)} values for {len(target.elts)} names")
        for each, part in zip(target.elts, parts, strict=True):
            if isinstance(each, ast.Tuple):
                self._unpack(each, part, names)
            elif isinstance(each, ast.Name):
                names[each.id] = part
            else:
                raise refuse(target.lineno, "an assignment to this")

    def _store(self, line: int, where: Any, index: Any, value: Any, again: bool = False) -> None:
        """Write into an array; an output's entries are assigned once, and may then be added to."""
        value = self.array(line, value)
        if not isinstance(where, np.ndarray) or not where.flags.writeable:
            raise Fault(line, "writes to an array that is read only")
        self._in_bounds(line, where, index)
        old = where[index]
        if (
            not again
            and np.any(old != UNWRITTEN)
            and any(np.may_share_memory(where, out) for out in self._outputs)
        ):
            raise Fault(line, "writes an entry of the output more than once")
        try:
            where[index] = value
        except ValueError as error:
            raise Fault(line, str(error)) from None

    def _add_to(self, node: ast.AugAssign, names: dict[str, Any]) -> None:
        if not isinstance(node.op, ast.Add) or not isinstance(node.target, ast.Subscript | ast.Name):
            raise refuse(node.lineno, "this assignment")
        whole = isinstance(node.target, ast.Name)
        where = self._value(node.target if whole else node.target.value, names)  # type: ignore[union-attr]
        index: Any = ... if whole else self._index(node.target.slice, names)  # type: ignore[union-attr]
        if not isinstance(where, np.ndarray):
            raise refuse(node.lineno, "an addition to what is no array")
        self._in_bounds(node.lineno, where, index)
        total = self.sum(node.lineno, where[index], self._value(node.value, names), 1)
        if total.shape != where[index].shape:
            raise Fault(node.lineno, f"adds {total.shape} to {where[index].shape}")
        self._store(node.lineno, where, index, total, again=True)

    # ---- expressions --------------------------------------------------------------------------------------

    def _value(self, node: ast.expr, names: dict[str, Any]) -> Any:
        if type(node) not in self._expressions:
            raise refuse(node.lineno, f"a {type(node).__name__} in an expression")
        try:
            return self._expressions[type(node)](node, names)
        except ConvgenError:
            raise
        except (ValueError, IndexError, TypeError) as error:  # what NumPy says to operands that do not fit
            raise Fault(node.lineno, str(error)) from None

    def _whole(self, node: ast.expr, names: dict[str, Any]) -> int:
        value = self._value(node, names)
        if not isinstance(value, int):
            raise refuse(node.lineno, "this as a whole number")
        return value

    def _constant(self, node: ast.Constant, _names: dict[str, Any]) -> Any:
        if node.value is None or node.value is ... or type(node.value) is int:
            return node.value
        raise refuse(node.lineno, f"the constant {node.value!r}")

    def _name(self, node: ast.Name, names: dict[str, Any]) -> Any:
        if node.id not in names:
            raise refuse(node.lineno, f"{node.id!r} is not assigned here")
        return names[node.id]

    def _unary(self, node: ast.UnaryOp, names: dict[str, Any]) -> Any:
        value = self._value(node.operand, names)
        if isinstance(node.op, ast.USub) and isinstance(value, int):
            return -value
        raise refuse(node.lineno, "this sign")

    def _binary(self, node: ast.BinOp, names: dict[str, Any]) -> Any:
        # A long sum leans to the left: it is walked, or Python's stack would be its limit.
        chain: list[ast.BinOp] = []
        first: ast.expr = node
        while isinstance(first, ast.BinOp):
            chain.append(first)
            first = first.left
        value = self._value(first, names)
        for each in reversed(chain):
            value = self._operated(each, value, self._value(each.right, names))
        return value

    def _operated(self, node: ast.BinOp, left: Any, right: Any) -> Any:
        line, kind = node.lineno, type(node.op)
        if isinstance(left, int) and isinstance(right, int) and kind in WHOLE_OPERATORS:
            return WHOLE_OPERATORS[kind](left, right)
        if kind is ast.MatMult:
            return self.matmul(line, left, right)
        if kind in (ast.Add, ast.Sub):
            return self.sum(line, left, right, 1 if kind is ast.Add else -1)
        if kind is ast.Mult:
            return self.product(line, left, right)
        raise refuse(line, f"the operator {kind.__name__}")

    def _item(self, node: ast.Subscript, names: dict[str, Any]) -> Any:
        where, index = self._value(node.value, names), self._index(node.slice, names)
        if not isinstance(where, np.ndarray):
            raise refuse(node.lineno, "an index of what is no array")
        self._in_bounds(node.lineno, where, index)
        return where[index]

    def _index(self, node: ast.expr, names: dict[str, Any]) -> Any:
        if isinstance(node, ast.Tuple):
            return tuple(self._index(each, names) for each in node.elts)
        if isinstance(node, ast.Slice):
            parts = (node.lower, node.upper, node.step)
            return slice(*(None if each is None else self._whole(each, names) for each in parts))
        value = self._value(node, names)
        if value is not None and value is not ... and not isinstance(value, int):
            raise refuse(node.lineno, "this as an index")
        return value

    def _in_bounds(self, line: int, where: Any, index: Any) -> None:
        """No index and no slice reaches beyond its axis, where NumPy would wrap or cut without a word."""
        parts = index if isinstance(index, tuple) else (index,)
        axes = iter(where.shape)
        if sum(part is not None and part is not ... for part in parts) > where.ndim:
            raise Fault(line, f"{len(parts)} indices of an array of {where.ndim} axes")
        for part in parts:
            if part is ...:
                return
            if part is None:
                continue
            size = next(axes)
            low, high = (part, part + 1) if isinstance(part, int) else (part.start or 0, part.stop)
            high = size if high is None else high
            if (
                low < 0
                or high > size
                or (isinstance(part, slice) and part.step is not None and part.step < 1)
            ):
                raise Fault(line, f"the index {low}:{high} of an axis of {size}")

    def _attribute(self, node: ast.Attribute, names: dict[str, Any]) -> Any:
        value = self._value(node.value, names)
        if isinstance(value, np.ndarray) and node.attr in ("T", "strides"):
            return getattr(value, node.attr)
        raise refuse(node.lineno, f"the attribute {node.attr!r}")

    def _call(self, node: ast.Call, names: dict[str, Any]) -> Any:
        called, line = ast.unparse(node.func), node.lineno
        if called in self._module.functions and not node.keywords:
            given = [each.arg for each in self._module.functions[called].args.args]
            values = [self._value(each, names) for each in node.args]
            return self._function(self._module.functions[called], dict(zip(given, values, strict=False)))
        if called == "np.zeros" and len(node.args) == 2 and ast.unparse(node.args[1]).startswith("np.float"):
            return np.full(self._value(node.args[0], names), ZERO, np.int64)
        if called == "np.ascontiguousarray" and len(node.args) == 1 and not node.keywords:
            return np.ascontiguousarray(self.array(line, self._value(node.args[0], names)))
        if called == "as_strided" and len(node.args) == 3 and not node.keywords:
            return self._strided(line, *(self._value(each, names) for each in node.args))
        known = not isinstance(node.func, ast.Attribute) or getattr(node.func.value, "id", None) != "np"
        if isinstance(node.func, ast.Attribute) and known:
            return self._method(node, self._value(node.func.value, names), names)
        raise refuse(line, f"a call of {called}")

    def _method(self, node: ast.Call, array: Any, names: dict[str, Any]) -> Any:
        name, line = ast.unparse(node.func).rpartition(".")[2], node.lineno
        arguments = [self._value(each, names) for each in node.args]
        keywords = {each.arg: self._value(each.value, names) for each in node.keywords}
        if not isinstance(array, np.ndarray):
            raise refuse(line, f"{name} of what is no array")
        if name in ("reshape", "transpose", "swapaxes") and not keywords:
            if name == "reshape" and min(arguments, default=1) < -1:
                raise Fault(line, f"an array reshaped to {arguments}")
            return getattr(array, name)(*arguments)
        if name == "sum" and not arguments and set(keywords) <= {"axis"}:
            axes = keywords.get("axis", tuple(range(array.ndim)))
            axes = (axes,) if isinstance(axes, int) else axes
            kept = [axis for axis in range(array.ndim) if axis not in axes]
            shape = tuple(array.shape[axis] for axis in kept)
            flat = array.transpose(*kept, *axes).reshape(int(np.prod(shape)), -1)
            return self.rows(
                line, shape, np.repeat(np.arange(len(flat)), flat.shape[1]), 1, flat.ravel(), None
            )
        raise refuse(line, f"the method {name}")

    def _strided(self, line: int, array: Any, shape: Any, strides: Any) -> Any:
        if not isinstance(array, np.ndarray) or not array.flags.c_contiguous:
            raise refuse(line, "a strided view of this")
        reach = sum((size - 1) * step for size, step in zip(shape, strides, strict=True)) + array.itemsize
        if min(strides, default=0) < 0 or min(shape, default=1) < 1 or reach > array.nbytes:
            raise Fault(line, "a strided view that reaches beyond its array")
        return as_strided(array, shape, strides, writeable=False)
