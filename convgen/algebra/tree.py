"""Operator trees: a closed-form rule such as ``pad(dO) ⋆ rot180(K)`` as data.

A node names its operator (a row of `convgen.algebra.operators.OPERATORS`), its operands, and its amounts.
Amounts are given per spatial axis; a single entry stands for every axis and speaks of that axis' own
``S P Pb Pa D E M H Ho r``, until `bind` puts each axis' numbers in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from convgen.algebra.polynomial import Polynomial
from convgen.errors import ClaimError

Amounts = tuple[tuple[Polynomial, ...], ...]
"""For each spatial axis (or once for all) the operator's amounts on that axis."""


@dataclass(frozen=True)
class Node:
    """One operator applied to its operands.

    Attributes:
        operator: the row of the operator table.
        operands: the trees it is applied to.
        amounts: its amounts per axis, empty for an operator without amounts.
        array: the array's name, for a leaf.
        factor: the rational factor, for a scaled tree.
    """

    operator: str
    operands: tuple[Node, ...] = ()
    amounts: Amounts = ()
    array: str = ""
    factor: Fraction = Fraction(1)

    def bind(self, axes: Sequence[Mapping[str, Polynomial | int | str]]) -> Node:
        """Give every amount its value on every axis.

        Args:
            axes: for each spatial axis the values of the parameters there.

        Raises:
            ClaimError: amounts for another number of axes.
        """

        def bound(node: Node) -> Node:
            if not node.amounts:
                return node
            entries = node.amounts * len(axes) if len(node.amounts) == 1 else node.amounts
            if len(entries) != len(axes):
                raise ClaimError(
                    f"{node.operator} has amounts for {len(entries)} axes, there are {len(axes)}"
                )
            return replace(
                node,
                amounts=tuple(
                    tuple(amount.substitute(values) for amount in entry)
                    for entry, values in zip(entries, axes, strict=True)
                ),
            )

        return self.rewrite(bound)

    def rewrite(self, change: Callable[[Node], Node]) -> Node:
        """Apply a change to every node, operands first."""
        return change(replace(self, operands=tuple(operand.rewrite(change) for operand in self.operands)))

    def __str__(self) -> str:
        """The tree in the language of formulas, with every amount; it parses back."""
        from convgen.algebra.printing import to_text  # printing stands above trees

        return to_text(self)

    @property
    def arrays(self) -> tuple[str, ...]:
        """The names of the leaves, in order of first appearance."""
        names = [self.array] if self.array else []
        for operand in self.operands:
            names += operand.arrays
        return tuple(dict.fromkeys(names))


@dataclass(frozen=True)
class Shape:
    """The named axes of a tree's value with their sizes.

    Attributes:
        axes: (name, size) in canonical order; spatial axes are s0, s1, s2, the kernel positions and the
            output positions of a matrix k0... and o0....
        rows: for a matrix, how many of the axes make up its rows; the group axis stands before them and
            counts as neither. None for an array.
    """

    axes: tuple[tuple[str, Polynomial], ...]
    rows: int | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The axes' names."""
        return tuple(name for name, _ in self.axes)

    @property
    def sizes(self) -> dict[str, Polynomial]:
        """The axes' sizes by name."""
        return dict(self.axes)

    @property
    def spatial(self) -> tuple[str, ...]:
        """The names of the spatial axes."""
        return tuple(name for name in self.names if name[0] == "s")

    @property
    def row_names(self) -> tuple[str, ...]:
        """The axes that make up a matrix' rows."""
        return self.names[1 : 1 + (self.rows or 0)]

    @property
    def column_names(self) -> tuple[str, ...]:
        """The axes that make up a matrix' columns."""
        return self.names[1 + (self.rows or 0) :]

    def __str__(self) -> str:
        return "(" + ", ".join(f"{name}={size}" for name, size in self.axes) + ")"


def array(name: str) -> Node:
    """A leaf."""
    return Node("array", array=name)


def apply(operator: str, *operands: Node, amounts: Amounts = ()) -> Node:
    """An operator applied to operands."""
    return Node(operator, operands, amounts)
