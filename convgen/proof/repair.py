"""What is true instead of a claim: the nearest rule, or the definition's own sum for the entries spoken of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import singledispatch

from convgen.algebra.index_printing import index_text
from convgen.algebra.polynomial import ONE, ZERO, Polynomial
from convgen.algebra.printing import to_text
from convgen.algebra.tree import Node, array
from convgen.errors import ClaimError
from convgen.indexing import frame, gradient_sum, output_sums, vec, written_out
from convgen.proof.claim import Claim, without_bias
from convgen.proof.scope import Scope
from convgen.rules import RULES, simplify
from convgen.spec import ConvSpec
from convgen.taps import AXIS_PARAMETERS


@singledispatch
def repair(claim: Claim, about: ConvSpec | Scope) -> str | None:
    """What is true instead, in the claim's own letters; None where there is nothing near.

    Args:
        claim: a claim that does not hold.
        about: the layer, or the layers, that were asked about; what is fixed there is put in.
    """
    return _nearest_rule(claim, about) if claim.tree is not None else _index_form(claim, about)


def _nearest_rule(claim: Claim, about: ConvSpec | Scope) -> str | None:
    """The built-in rule for the claim's target that has most operators and arrays in common with the claim."""
    rules = [*_rules(claim.target, about)]
    if not rules or claim.tree is None:
        return None
    nodes = _nodes(claim.tree)
    nearest = max(rules, key=lambda rule: 2 * (nodes & _nodes(rule)).total() / (nodes + _nodes(rule)).total())
    return f"{claim.notation.letters[claim.target]} = {to_text(nearest, claim.notation)}"


def _nodes(tree: Node) -> Counter[str]:
    """How often every operator and every array stands in a tree."""
    own = Counter([tree.array or tree.operator])
    return sum(map(_nodes, tree.operands), own)


def _rules(target: str, about: ConvSpec | Scope) -> Iterator[Node]:
    """Every rule for a target, with what is known of the layers put in."""
    for rule in RULES:
        if rule.target == target:
            tree = rule.on(about) if isinstance(about, ConvSpec) else _put(rule.tree, about)
            yield Node("add", (tree, array("b"))) if target == "O" and about.bias else tree


def _put(tree: Node, scope: Scope) -> Node:
    """A rule with what is the same on every axis put in."""
    plain = {f"{name}{d}": name for d in range(scope.rank) for name in AXIS_PARAMETERS}
    axes: list[dict[str, Polynomial]] = [{} for _ in range(scope.rank)]
    for name, value in scope.layers.items():
        own = value.substitute(plain)
        if name in plain and own != Polynomial.of(plain[name]):
            axes[int(name.removeprefix(plain[name]))][plain[name]] = own
    for each in axes:
        if each.get("S") == ONE:
            each["r"] = ZERO  # a remainder is smaller than the stride
    if any(each != axes[0] for each in axes):
        return tree
    bound = tree.bind([axes[0]])
    try:
        return simplify(bound, frame(scope.rank, layers=scope.layers).shapes)
    except ClaimError:  # every D-th entry of an axis: without numbers that size has no closed form
        return bound


def _index_form(claim: Claim, about: ConvSpec | Scope) -> str:
    """The definition's own sum for the entries that a claim speaks of, in its letters."""
    layer: ConvSpec | int = about if isinstance(about, ConvSpec) else about.rank
    formula = claim.formula(about.rank)
    spoken_of = {name: value for name, value in formula.layers.items() if value.is_constant}
    known = {} if isinstance(about, ConvSpec) else {**spoken_of, **about.layers}
    entries = formula.entries
    terms = (
        output_sums(layer) if claim.target == "O" else (gradient_sum(layer, claim.target.removeprefix("d")),)
    )
    if not about.bias:
        terms = without_bias(terms)
    if isinstance(about, ConvSpec) and entries:
        every = written_out(claim.target, terms, about, claim.notation)
        names = frame(about).shapes[claim.target].names
        meant = [
            each.text
            for at, each in zip(vec(claim.target, about, "C"), every, strict=True)
            if all(entry.substitute(dict(zip(names, at, strict=True))).value() == 0 for entry in entries)
        ]
        if len(meant) == 1:
            return meant[0]
    shown = frame(layer, claim.notation, known)
    put = tuple(term.substitute(known) for term in terms)
    return index_text(claim.target, put, shown, claim.notation, entries)
