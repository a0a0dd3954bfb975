"""z3, told the definition and the operators anew, proves the same rules as integer sets and refutes the same mutants.

Both decide for all sizes, at given stride and dilation, on one axis.
"""

import itertools

import pytest

from convgen import ConvSpec
from convgen.proof.claim import Claim, parse_claim
from convgen.proof.families import Examiner
from convgen.proof.mutants import mutants
from convgen.proof.relation import Family
from convgen.proof.scope import Scope
from convgen.rules import RULES
from proof.plain import holds
from proof.second_prover import is_vacuous, refuted

AXIS = frozenset({0})
STEPS = [*itertools.product(range(1, 9), repeat=2)]
SOME_STEPS = [(1, 1), (2, 1), (1, 3), (3, 2), (4, 4)]
ON_ONE_AXIS = {"array", "pad", "crop", "dilate", "subsample", "take", "shift", "rot180", "star", "sum"}
"""The operators that the second prover knows."""
MATRIX_FREE = [rule for rule in RULES if "~" not in rule.formula]

WRONG = (
    "dX = pad(dilate(dO, S), (E-1-Pb, E-1-Pa)) ⋆[D] rot180(K)",
    "dX = pad(dilate(dO, S), (E-1-Pa+r, E-1-Pb)) ⋆[D] rot180(K)",
    "dX = pad(dilate(dO, S), (E-1-Pb, E-1-Pa+r)) ⋆[D] K",
    "dX = pad(dO, (E-1-Pb, E-1-Pa)) ⋆[D] rot180(K)",
    "dK = (pad(X, (Pa, Pb)) ⋆ dilate(dO, S))[::D][:M]",
    "dK = (pad(X) ⋆ dilate(dO, S))[::D]",
    "O = (pad(X) ⋆[D] rot180(K))[::S]",
    "O = shift((pad(X) ⋆[D] K)[::S], 1)",
)
"""Each is false at stride 3 and dilation 2."""


def operators(tree: object) -> set[str]:
    return {tree.operator}.union(*map(operators, tree.operands))


def is_false_by_sets(claim: Claim, stride: int, dilation: int) -> bool:
    """Whether integer sets find a layer on which the spatial part of a claim is false."""
    scope = Scope(1, bias=claim.target != "O")
    return not Examiner(claim, scope).failing(Family((stride,), (dilation,)), AXIS).is_empty()


@pytest.mark.parametrize(
    ("stride", "dilation"), [*SOME_STEPS, *(pytest.param(*each, marks=pytest.mark.slow) for each in STEPS)]
)
@pytest.mark.parametrize("rule", MATRIX_FREE, ids=lambda rule: rule.name)
def test_both_provers_prove_each_rule(rule: object, stride: int, dilation: int) -> None:
    assert refuted(str(rule), stride, dilation) is None
    assert not is_false_by_sets(parse_claim(str(rule), rank=1), stride, dilation)
    assert not is_vacuous(stride, dilation)


@pytest.mark.parametrize("claim", WRONG)
def test_both_provers_refute_a_wrong_rule(claim: str) -> None:
    """z3's layer is one on which the rule is false, as loops say."""
    found = refuted(claim, 3, 2)
    assert found is not None
    assert is_false_by_sets(parse_claim(claim, rank=1), 3, 2)
    spec = ConvSpec((found["H"],), (found["M"],), stride=3, dilation=2, padding=((found["Pb"], found["Pa"]),))
    assert not holds(claim + " + b" * claim.startswith("O"), spec)


def expressible() -> list[Claim]:
    """The mutants of rules without channels' relabelling, turns of two axes or matrices, without the bias."""
    found = []
    for mutant in mutants():
        tree = mutant.tree.operands[0] if mutant.target == "O" else mutant.tree
        if operators(tree) <= ON_ONE_AXIS:
            found.append(Claim(f"{mutant.target} = {tree}", mutant.target, tree))
    return found


def agreement(claims: list[Claim], steps: list[tuple[int, int]]) -> dict[bool, int]:
    told = {True: 0, False: 0}
    for claim in claims:
        for stride, dilation in steps:
            by_z3 = refuted(claim.text, stride, dilation) is not None
            assert by_z3 == is_false_by_sets(claim, stride, dilation), (claim.text, stride, dilation)
            told[by_z3] += 1
    return told


def test_both_provers_agree_on_some_mutants() -> None:
    claims = expressible()[::5]
    told = agreement(claims, [(1, 1), (3, 2)])
    assert len(claims) >= 10
    assert min(told.values()) > 0


@pytest.mark.slow
def test_both_provers_agree_on_every_mutant() -> None:
    claims = expressible()
    told = agreement(claims, [*SOME_STEPS, (2, 2), (5, 3), (3, 7)])
    assert len(claims) > 50
    assert min(told.values()) > 50


def test_the_second_prover_objects_to_a_broken_definition(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the last output left out of the definition, no rule is proved of it."""
    import z3

    from proof.second_prover import Layer

    whole = Layer.is_tap
    monkeypatch.setattr(
        Layer, "is_tap", lambda layer, at: z3.And(whole(layer, at), at["O"] < layer.sizes["Ho"] - 1)
    )
    assert all(refuted(str(rule), 2, 1) is not None for rule in MATRIX_FREE)
