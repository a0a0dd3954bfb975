"""Expressions of C in all rounds at once: whole numbers, addresses, and sums of products of places."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np

from convgen.validation.c_syntax import REALS, Node, kind_of, line_of
from convgen.validation.c_values import (
    LARGEST,
    OPERATORS,
    Frame,
    Int,
    Pointer,
    Variable,
    checked,
)
from convgen.validation.faults import Fault, refuse
from convgen.validation.portable import LANE
from convgen.validation.rationals import Rational, rational

Term = tuple[Rational, tuple[Int, ...]]
"""A coefficient, and the places whose product it multiplies."""

WHOLE = re.compile(r"\d+")
REAL = re.compile(r"(\d+\.\d*)f?")


def whole(node: Node, frame: Frame) -> Int:
    """The value of an expression of whole numbers."""
    line, kind = line_of(node), kind_of(node)
    if kind == "Constant" and node.type == "int" and WHOLE.fullmatch(node.value):
        number = int(node.value)
        if number > LARGEST or (node.value[0] == "0" and number):
            raise refuse(line, f"the number {node.value}")
        return number
    if kind == "ID":
        value = frame.lookup(node.name, line)
        if not isinstance(value, int | np.ndarray):
            raise refuse(line, f"{node.name!r} used as a whole number")
        return value
    if kind == "BinaryOp" and node.op in OPERATORS:
        left, right = whole(node.left, frame), whole(node.right, frame)
        return checked(OPERATORS[node.op](left, right, line), line)
    if kind == "UnaryOp" and node.op == "-":
        return -whole(node.expr, frame)
    if kind == "TernaryOp":
        return _chosen(node, frame)
    raise refuse(line, f"a {kind} in an expression of whole numbers")


def _chosen(node: Node, frame: Frame) -> Int:
    """``c ? a : b``; a side is evaluated only in the rounds that take it."""
    condition = whole(node.cond, frame)
    if not isinstance(condition, np.ndarray):
        return whole(node.iftrue if condition else node.iffalse, frame)
    result = np.zeros(frame.rounds, np.int64)
    names = frozenset(frame.names)
    for side, rounds in ((node.iftrue, condition != 0), (node.iffalse, condition == 0)):
        at = np.flatnonzero(rounds)
        if len(at):
            result[at] = whole(side, frame.taken(at, names))
    return result


def address(node: Node, frame: Frame) -> Pointer:
    """The value of an expression of addresses: ``X``, ``&X[i]``, ``x + 4``."""
    line, kind = line_of(node), kind_of(node)
    if kind == "ID":
        value = frame.lookup(node.name, line)
        if isinstance(value, Pointer):
            return value
        raise refuse(line, f"{node.name!r} used as an address")
    if kind == "StructRef" and node.type == "." and node.field.name == LANE and kind_of(node.name) == "ID":
        value = frame.lookup(node.name.name, line)
        if isinstance(value, Variable) and value.lanes:
            return Pointer(value.region, value.place, 0)
        raise refuse(line, f"{node.name.name!r} used as a vector")
    if kind == "UnaryOp" and node.op == "&" and kind_of(node.expr) == "ArrayRef":
        return address(node.expr.name, frame).plus(whole(node.expr.subscript, frame), line)
    if kind == "BinaryOp" and node.op in "+-":
        distance = whole(node.right, frame)
        return address(node.left, frame).plus(distance if node.op == "+" else -distance, line)
    if kind == "Cast" and kind_of(node.to_type.type) == "PtrDecl" and kind_of(node.expr) == "ID":
        # Of scratch memory, which has no type of its own, to the one type of real numbers in the file.
        target = address(node.expr, frame)
        names = getattr(getattr(node.to_type.type.type, "type", None), "names", [])
        if target.region.kind == "scratch" and len(names) == 1 and names[0] in REALS:
            return target
    raise refuse(line, f"a {kind} in an expression of addresses")


def place(node: Node, frame: Frame) -> Int:
    """The place of what can be assigned to: a number, or an element of an array."""
    line, kind = line_of(node), kind_of(node)
    if kind == "ID":
        value = frame.lookup(node.name, line)
        if isinstance(value, Variable) and not value.lanes:
            return value.place
        raise refuse(line, f"{node.name!r} used as a real number")
    if kind == "ArrayRef":
        return address(node.name, frame).plus(whole(node.subscript, frame), line).place(line)
    raise refuse(line, f"a {kind} used as a real number")


def real(node: Node, frame: Frame) -> list[Term]:
    """The value of an expression of real numbers, multiplied out."""
    line, kind = line_of(node), kind_of(node)
    if kind == "Constant":
        return _constant(node.value, line)
    if kind in ("ID", "ArrayRef"):
        return [(1, (place(node, frame),))]
    if kind == "UnaryOp" and node.op == "-":
        return [(-number, factors) for number, factors in real(node.expr, frame)]
    if kind == "BinaryOp" and node.op == "*":
        return product(real(node.left, frame), real(node.right, frame), line)
    if kind == "BinaryOp" and node.op == "/":
        return _quotient(node, line)
    if kind == "BinaryOp" and node.op in "+-":
        # A long sum leans to the left: it is walked, or Python's stack would be its limit.
        parts = []
        while kind_of(node) == "BinaryOp" and node.op in "+-":
            sign = -1 if node.op == "-" else 1
            parts.append([(sign * number, factors) for number, factors in real(node.right, frame)])
            node = node.left
        return [*real(node, frame), *(term for part in reversed(parts) for term in part)]
    raise refuse(line, f"a {kind} in an expression of real numbers")


def _constant(text: str, line: int) -> list[Term]:
    """A decimal: its exact value, which binary numbers hold."""
    found = REAL.fullmatch(text) or WHOLE.fullmatch(text)
    if found is None:
        raise refuse(line, f"the coefficient {text}, which is no decimal")
    value = Fraction(text.rstrip("f"))
    if value.denominator & (value.denominator - 1):
        raise refuse(line, f"the coefficient {text}, which no binary number holds")
    return [(rational(value), ())] if value else []


def _quotient(node: Node, line: int) -> list[Term]:
    """A constant divided by another, as the rational number that it is rounded from."""
    values = []
    for side in (node.left, node.right):
        terms = real(side, Frame(1)) if kind_of(side) in ("Constant", "UnaryOp") else []
        if [factors for _, factors in terms] != [()]:
            raise refuse(line, "a quotient of anything but two constants")
        values.append(Fraction(terms[0][0]))
    return [(rational(values[0] / values[1]), ())]


def product(left: list[Term], right: list[Term], line: int) -> list[Term]:
    """Every term of one sum with every term of the other."""
    terms = [(m * n, (*p, *q)) for m, p in left for n, q in right]
    if any(len(factors) > 2 for _, factors in terms):
        raise Fault(line, "a product of more than two numbers")
    return terms
