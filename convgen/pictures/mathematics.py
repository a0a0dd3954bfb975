"""Formulas of the page to explore, as MathML: pieces that are printed here, and put together in the page.

A reader changes the numbers, so the page writes its formulas itself; but it knows no notation. Each piece is printed
from a tree or a name by the same printers as a derivation is, with holes where numbers or other pieces go.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from convgen.algebra.mathml import to_mathml
from convgen.algebra.notation import Notation
from convgen.algebra.polynomial import ONE, Polynomial
from convgen.algebra.printing import to_latex
from convgen.algebra.tree import Node
from convgen.layout import ARRAYS

Piece = list[Any]
"""An element: its tag, its attributes, then its children: elements, or one text."""

_SIGNS: Mapping[str, str] = {
    "equals": r"{0} = {1}",
    "plus": r"{{}} + {0}",
    "times": r"{0} \, {1}",
    "list": r"{0},{1}",
    "negative": r"-{0}",
    "dots": r"{{}} + \cdots \quad {0}",
    "brackets": r"\left({0}\right)",
    "derivative": r"\frac{{\partial {0}}}{{\partial {1}}} = {2}",
}
"""How pieces are put together, in LaTeX with their holes."""


def hole(name: str | int) -> str:
    """A place that the page fills in, in LaTeX."""
    return rf"\text{{@{name}}}"


def piece(latex: str) -> Piece:
    """A formula as an element."""
    root = ElementTree.fromstring(to_mathml(latex))  # noqa: S314 -- printed a line above
    return _element(root[0])


def _element(element: ElementTree.Element) -> Piece:
    text = [element.text] if element.text and not len(element) else []
    return [element.tag.rpartition("}")[2], dict(element.attrib), *map(_element, element), *text]


def signs_and_letters(notation: Notation) -> dict[str, Any]:
    """What the page needs for entries of arrays, and for sums of their products."""
    arrays = [f"{d}{array}" for array in ARRAYS for d in ("", "d")]
    holes = tuple(map(hole, range(3)))
    return {
        "signs": {name: piece(latex.format(*holes)) for name, latex in _SIGNS.items()},
        "names": {array: piece(notation.latex_of(array)) for array in arrays},
        "entries": {array: piece(notation.latex_of(array, hole("index"))) for array in arrays},
    }


def operator_pieces(tree: Node, notation: Notation, rank: int) -> dict[str, Any]:
    """How one operator of a closed form is written with amounts on each axis, and where all of them are 1.

    Returns:
        ``written``: with holes 0, 1 for operands and d.k for the k-th amount on axis d; ``dense``: the same with
        amounts of 1; ``closes``: whether an operand that is a sum or a correlation stands in brackets there.
    """
    places = range(len(tree.operands))
    letters = replace(notation, latex={str(place): hole(place) for place in places})
    leaves = tuple(Node("array", array=str(place)) for place in places)
    count = len(tree.amounts[0]) if tree.amounts else 0
    axes = range(rank if count else 0)
    named = tuple(tuple(Polynomial.of(hole(f"{d}.{k}")) for k in range(count)) for d in axes)
    ones = ((ONE,) * count,) * len(axes)
    inner = Node("add", (leaves[0], leaves[0]))
    closed = to_latex(replace(tree, operands=(inner, *leaves[1:]), amounts=ones), letters)
    return {
        "written": piece(to_latex(replace(tree, operands=leaves, amounts=named), letters)),
        "dense": piece(to_latex(replace(tree, operands=leaves, amounts=ones), letters)),
        "closes": _SIGNS["brackets"].format(to_latex(inner, letters)) in closed,
    }
