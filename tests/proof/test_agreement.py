"""On drawn pairs of a claim and a layer, integer sets and NumPy against loops say the same, true or false.

The prover's word about one layer is whether the exact set of failures, computed for all sizes, contains it.
"""

import random
from collections import Counter

import pytest

from convgen import ConvSpec
from convgen.algebra.notation import NOTATIONS
from convgen.algebra.polynomial import Polynomial
from convgen.algebra.printing import to_text
from convgen.algebra.tree import Node, array
from convgen.errors import ClaimError, NumbersNeededError, SpecError
from convgen.proof.claim import Claim, parse_claim
from convgen.proof.families import Examiner, NotComparableError
from convgen.proof.mutants import mutants
from convgen.proof.relation import Family
from convgen.proof.scope import Scope
from convgen.rules import RULES, bind
from convgen.taps import parameters
from proof.plain import holds

SHORT_FORMS = (
    "dX = pad(dO) ⋆ rot180(K)",
    "dX = pad(dO) ⋆[D] rot180(K)",
    "dX = pad(dO, (E-1-Pb, E-1-Pa)) ⋆[D] rot180(K)",
    "dX = pad(dilate(dO, S)) ⋆ rot180(K)",
    "dK = X ⋆ dO",
    "dK = pad(X) ⋆ dO",
    "dK = (pad(X) ⋆ dilate(dO, S))[::D]",
    "O = X ⋆ K + b",
    "O = pad(X) ⋆ K + b",
    "O = (pad(X) ⋆ K)[::S] + b",
)
"""What people write; each is true on some layers."""


def drawn_layer(draw: random.Random) -> ConvSpec:
    """A small layer of rank 1 or 2; plain ones are as likely as those with everything."""
    while True:
        rank = draw.choice((1, 1, 2))
        plain = draw.random() < 0.4
        groups = draw.choice((1, 1, 2))

        def each(low: int, high: int, *, usual: int | None = None) -> tuple[int, ...]:
            return tuple(usual if usual is not None else draw.randint(low, high) for _ in range(rank))  # noqa: B023

        try:
            return ConvSpec(
                each(1, 6), each(1, 3), groups * draw.randint(1, 2), groups * draw.randint(1, 2), draw.randint(1, 2),
                stride=each(1, 4, usual=1 if plain else None), dilation=each(1, 3, usual=1 if plain else None),
                padding=tuple((0, 0) if plain else (draw.randint(0, 3), draw.randint(0, 3)) for _ in range(rank)),
                groups=groups,
            )  # fmt: skip
        except SpecError:
            continue


def drawn_claim(draw: random.Random) -> tuple[str, Node]:
    """A rule, a mutant, a short form, or one of them with an operand shifted: its target and its tree."""
    kind = draw.randrange(5)
    if kind == 0:
        rule = draw.choice(RULES)
        target, tree = rule.target, rule.tree
        tree = Node("add", (tree, array("b"))) if target == "O" else tree
    elif kind < 3:
        claim = parse_claim(draw.choice(SHORT_FORMS))
        target, tree = claim.target, claim.tree
    else:
        mutant = draw.choice(mutants())
        target, tree = mutant.target, mutant.tree
    return target, shifted(tree, draw) if draw.random() < 0.15 else tree


def shifted(tree: Node, draw: random.Random) -> Node:
    """One of the arrays with spatial axes moved by up to two entries, or none where none has any."""
    places = [name for name in ("X", "K", "dO") if name in tree.arrays]
    name = draw.choice(places)
    by = ((Polynomial.of(draw.choice((-2, -1, 0, 1, 2))),),)

    def moved(node: Node) -> Node:
        if node.operator in ("unfold", "matrix") or node.array != name:
            return node
        return Node("shift", (node,), by)

    return tree.rewrite(moved)


def is_false_by_sets(claim: Claim, spec: ConvSpec) -> bool:
    """Whether the layer lies in the exact set of failures of its stride and dilation.

    A term is a product of its parts: where one of them leaves it without any tap on both sides, the others may
    differ all the same.
    """
    examiner = Examiner(claim, Scope(spec.rank))
    family = Family(spec.stride, spec.dilation)
    numbers = parameters(spec)
    met: dict[tuple[str, ...], list[tuple[bool, bool, bool]]] = {}
    for part in examiner.parts:
        context = examiner.context(family, part)
        here = context.layers(equal=[Polynomial.of(name) - numbers[name] for name in context.names])
        assert not here.is_empty()
        for fault in examiner.faults(family, part):
            if not fault.arrays and not fault.layers.intersect(here).is_empty():
                return True
        for arrays, compared in examiner.compared(family, part).items():
            sets = (compared.differing, *compared.met)
            met.setdefault(arrays, []).append(tuple(not each.intersect(here).is_empty() for each in sets))
    return any(
        any(differs for differs, _, _ in parts)
        and (all(ours for _, ours, _ in parts) or all(theirs for _, _, theirs in parts))
        for parts in met.values()
    )


def agreed(count: int, seed: int) -> Counter[bool]:
    """How many of so many drawn pairs are true and false, both deciding alike."""
    draw = random.Random(seed)
    told: Counter[bool] = Counter()
    while told.total() < count:
        spec = drawn_layer(draw)
        target, tree = drawn_claim(draw)
        text = f"{target} = {to_text(tree)}"
        letters = NOTATIONS[draw.choice([*NOTATIONS])]
        written = f"{letters.letters[target]} = {to_text(tree, letters)}"
        claim = parse_claim(written, letters, spec.rank)
        assert claim.tree == parse_claim(text).tree, written
        try:
            bind(tree, spec)
            by_sets = not is_false_by_sets(claim, spec)
        except (NotComparableError, NumbersNeededError):
            continue  # these are swept, shape by shape
        except ClaimError:
            continue  # the layer has no such claim: equal padding, turns at rank 1
        assert by_sets == holds(text, spec), (text, str(spec))
        told[by_sets] += 1
    return told


def test_prover_and_evaluator_agree_on_drawn_pairs() -> None:
    told = agreed(200, seed=0)
    assert min(told[True], told[False]) > 30


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 11))
def test_prover_and_evaluator_agree_on_5_000_drawn_pairs(seed: int) -> None:
    told = agreed(500, seed)
    assert min(told[True], told[False]) > 75
