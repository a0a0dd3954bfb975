"""A second prover: the definition and the operators on one axis written once more, as formulas for z3.

Nothing here knows of sums over taps, of integer sets, or of how a tree is lowered. A formula's products at a
position are told by what each operator does to positions; z3 looks for a layer of given stride and dilation
on which some product is in one of the two sums and not in the other, or in one of them twice.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import z3

from convgen.algebra.polynomial import Polynomial
from convgen.algebra.syntax import parse_tree
from convgen.algebra.tree import Node

SIZES = ("H", "M", "Ho", "Pb", "Pa", "r")
TRUE = {"O": ("X", "K"), "dX": ("dO", "K"), "dK": ("X", "dO"), "db": ("dO",)}
"""The arrays multiplied on the right of each target."""


@dataclass
class Layer:
    """One axis of a layer of any size, with numbers for stride and dilation."""

    stride: int
    dilation: int
    sizes: Mapping[str, Any] = field(default_factory=lambda: {name: z3.Int(name) for name in SIZES})

    @property
    def values(self) -> dict[str, Any]:
        return {
            **self.sizes,
            "S": self.stride,
            "D": self.dilation,
            "E": self.dilation * (self.sizes["M"] - 1) + 1,
        }

    @property
    def conditions(self) -> list[Any]:
        v = self.values
        covered = v["H"] + v["Pb"] + v["Pa"] - v["E"]
        return [
            v["H"] >= 1, v["M"] >= 1, v["Ho"] >= 1, v["Pb"] >= 0, v["Pa"] >= 0,
            v["r"] >= 0, v["r"] < self.stride, covered == self.stride * (v["Ho"] - 1) + v["r"],
        ]  # fmt: skip

    def size(self, array: str) -> Any:
        if array == "db":
            return z3.IntVal(1)
        return self.sizes[{"X": "H", "K": "M", "O": "Ho"}[array.removeprefix("d")]]

    def is_tap(self, at: Mapping[str, Any]) -> Any:
        """O[o] receives X[x]·K[k], or b: the definition."""
        if "b" in at:
            return z3.And(at["O"] >= 0, at["O"] < self.sizes["Ho"])
        o, x, k = at["O"], at["X"], at["K"]
        return z3.And(
            o >= 0, o < self.sizes["Ho"], k >= 0, k < self.sizes["M"], x >= 0, x < self.sizes["H"],
            x == self.stride * o + self.dilation * k - self.sizes["Pb"],
        )  # fmt: skip

    def amount(self, polynomial: Polynomial) -> Any:
        values = self.values
        return z3.IntVal(0) + sum(
            math.prod((values[name] for name in monomial), start=coefficient)
            for monomial, coefficient in polynomial.terms
        )


@dataclass
class Products:
    """The products that a formula adds up at a position: one for each choice of `chosen` that meets `conditions`."""

    at: dict[str, Any]
    chosen: list[Any] = field(default_factory=list)
    conditions: list[Any] = field(default_factory=list)


class Formula:
    """A tree on one axis: the size of its value, and its products at a position."""

    def __init__(self, layer: Layer, tree: Node, names: Iterator[int] | None = None) -> None:
        self.layer, self.tree = layer, tree
        self.names = names or count()
        self.operands = [Formula(layer, operand, self.names) for operand in tree.operands]
        self.amounts = [layer.amount(amount) for entry in tree.amounts[:1] for amount in entry]
        self.sizes_met = [each for operand in self.operands for each in operand.sizes_met]
        self.size = self._size()
        self.sizes_met.append(self.size)

    def fresh(self) -> Any:
        return z3.Int(f"w{next(self.names)}")

    def _size(self) -> Any:
        a = self.amounts
        match self.tree.operator, [operand.size for operand in self.operands]:
            case "array", []:
                return self.layer.size(self.tree.array)
            case "pad", [size]:
                return size + a[0] + a[1]
            case "crop", [size]:
                return size - a[0] - a[1]
            case "dilate", [size]:
                return (size - 1) * a[0] + 1
            case "subsample", [size]:
                return (size - 1) / a[0] + 1
            case "take", _:
                return a[0]
            case (("shift" | "rot180"), [size]):
                return size
            case "sum", _:
                return z3.IntVal(1)
            case "star", [signal, kernel]:
                return signal - (kernel - 1) * a[0]
        raise ValueError(self.tree.operator)

    def products(self, p: Any) -> Products:
        a = self.amounts
        if self.tree.operator == "array":
            return Products({self.tree.array: p}, [], [p >= 0, p < self.size])
        if self.tree.operator == "star":
            signal, kernel = self.operands
            m = self.fresh()
            left, right = signal.products(p + a[0] * m), kernel.products(m)
            return Products(
                left.at | right.at, [m, *left.chosen, *right.chosen],
                [m >= 0, m < kernel.size, *left.conditions, *right.conditions],
            )  # fmt: skip
        (operand,) = self.operands
        if self.tree.operator == "sum":
            i = self.fresh()
            found = operand.products(i)
            return Products(found.at, [i, *found.chosen], found.conditions)
        read = {
            "pad": lambda: p - a[0],
            "crop": lambda: p + a[0],
            "shift": lambda: p - a[0],
            "take": lambda: p,
            "rot180": lambda: operand.size - 1 - p,
            "subsample": lambda: a[0] * p,
        }
        if self.tree.operator in read:
            at = read[self.tree.operator]()
            found = operand.products(at)
            return Products(found.at, found.chosen, [at >= 0, at < operand.size, *found.conditions])
        t = self.fresh()
        found = operand.products(t)
        return Products(found.at, [t, *found.chosen], [p == a[0] * t, *found.conditions])


def refuted(claim: str, stride: int, dilation: int) -> dict[str, int] | None:
    """The sizes of a layer on which a claim about one axis is false; None where z3 proves that there is none.

    Raises:
        ValueError: z3 does not know.
    """
    target, _, right = claim.partition(" = ")
    layer = Layer(stride, dilation)
    formula = Formula(layer, parse_tree(right))
    wrong_size = z3.Or(formula.size != layer.size(target), *(size < 1 for size in formula.sizes_met))
    p = z3.Int("p")
    products, again = formula.products(p), formula.products(p)
    output = {target.removeprefix("d"): p}
    at = {array.removeprefix("d"): z3.Int(f"at_{array}") for array in TRUE[target]}
    tap = layer.is_tap(output | at)
    inside = [p >= 0, p < layer.size(target)]

    def meets(found: Products) -> list[Any]:
        return [
            *found.conditions,
            *(at[array.removeprefix("d")] == where for array, where in found.at.items()),
        ]

    missing = (
        [tap, z3.ForAll(products.chosen, z3.Not(z3.And(meets(products))))]
        if products.chosen
        else [tap, z3.Not(z3.And(meets(products)))]
    )
    extra = [*inside, *meets(products), z3.Not(tap)]
    differ = [one != other for one, other in zip(products.chosen, again.chosen, strict=True)]
    twice = [*inside, *meets(products), *meets(again), z3.Or(differ)] if differ else [z3.BoolVal(False)]
    for question in ([wrong_size], missing, extra, twice):
        found = _example([*layer.conditions, *question])
        if found is not None:
            return {
                name: found.eval(size, model_completion=True).as_long() for name, size in layer.sizes.items()
            }
    return None


def is_vacuous(stride: int, dilation: int) -> bool:
    """Whether there is no tap at all, of which anything would be true."""
    layer = Layer(stride, dilation)
    at = {name: z3.Int(f"at_{name}") for name in "OXK"}
    return _example([*layer.conditions, layer.is_tap(at)]) is None


def _example(conditions: list[Any]) -> Any:
    solver = z3.Then("simplify", "qe-light", "simplify", "smt").solver()
    solver.set("timeout", 20_000)
    solver.add(*conditions)
    answer = solver.check()
    if answer == z3.unknown:
        raise ValueError(f"z3 does not know: {solver.reason_unknown()}")
    return solver.model() if answer == z3.sat else None
