"""Closed forms for every layer in the words of a notation: SH and SW of source 000 where ours has S.

A rule says S once for all axes. A notation that has words of its own for each axis needs an amount for each.
"""

from __future__ import annotations

from collections.abc import Callable

from convgen.algebra.index_styles import parameter_latex
from convgen.algebra.notation import Notation
from convgen.algebra.polynomial import Polynomial
from convgen.algebra.printing import amount_latex, to_latex, to_text
from convgen.algebra.tree import Node


def rule_text(tree: Node, notation: Notation, rank: int) -> str:
    """A tree in text, its amounts in the notation's words."""
    return to_text(_in_words(tree, notation, rank, str), notation)


def rule_latex(tree: Node, notation: Notation, rank: int) -> str:
    """A tree in LaTeX, its amounts in the notation's words."""
    return to_latex(_in_words(tree, notation, rank, lambda word: parameter_latex(notation, word)), notation)


def amount_in_words(amount: Polynomial, notation: Notation, rank: int, axis: int = 0) -> tuple[str, str]:
    """An amount of an axis in text and in LaTeX; axes are alike unless the notation has words for each."""
    words = _words(amount.names, notation, rank)[axis]
    latex = {name: parameter_latex(notation, word) for name, word in words.items()}
    return str(_positive_first(amount.substitute(words))), amount_latex(
        _positive_first(amount.substitute(latex))
    )


def _positive_first(amount: Polynomial) -> Polynomial:
    """H + Pb - S Ho reads better than -S Ho + H + Pb; a constant stays last."""
    return Polynomial(tuple(sorted(amount.terms, key=lambda term: (not term[0], term[1] < 0))))


def words_differ(names: frozenset[str], notation: Notation, rank: int) -> bool:
    """Whether the axes have words of their own for one of some parameters."""
    first, *others = _words(names, notation, rank)
    return any(each != first for each in others)


def _words(names: frozenset[str], notation: Notation, rank: int) -> list[dict[str, str]]:
    """For each axis what its parameters are called: S as it is, or SH on the first and SW on the second."""
    own = [
        {
            name: notation.parameters[f"{name}{d}"]
            for name in sorted(names)
            if f"{name}{d}" in notation.parameters
        }
        for d in range(rank)
    ]
    return [{name: name for name in sorted(names)} | each for each in own]


def _in_words(tree: Node, notation: Notation, rank: int, written: Callable[[str], str]) -> Node:
    names = _names(tree)
    words = _words(names, notation, rank)
    if all(each == words[0] for each in words):
        words = words[:1]
    else:  # a parameter without words of its own is told by the number of its axis
        words = [
            {
                name: word if f"{name}{d}" in notation.parameters else f"{name}{d}"
                for name, word in each.items()
            }
            for d, each in enumerate(words)
        ]
    return _named(tree, [{name: written(word) for name, word in each.items()} for each in words])


def _named(tree: Node, words: list[dict[str, str]]) -> Node:
    if len(words) > 1:
        return tree.bind(words)
    return tree.rewrite(
        lambda node: Node(
            node.operator,
            node.operands,
            tuple(tuple(amount.substitute(words[0]) for amount in entry) for entry in node.amounts),
            node.array,
            node.factor,
        )
    )


def _names(tree: Node) -> frozenset[str]:
    own = frozenset(name for entry in tree.amounts for amount in entry for name in amount.names)
    return own.union(*map(_names, tree.operands))
