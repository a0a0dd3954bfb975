"""Every rule is proved for all 64 pairs of stride and dilation; whatever is broken, the prover objects."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from convgen.algebra.indexed_sum import IndexedSum
from convgen.algebra.polynomial import Polynomial
from convgen.errors import ClaimError, ConvgenError
from convgen.proof import claim, families
from convgen.proof.check import check
from convgen.proof.claim import parse_claim
from convgen.proof.conditions import Examined
from convgen.proof.examiner import examiner_of
from convgen.proof.families import CHANNELS
from convgen.proof.prove import decided, prove
from convgen.proof.scope import LARGEST, Scope, scope_of
from convgen.rules import RULES

AXIS = frozenset({0})
GRADIENTS = [rule for rule in RULES if rule.target != "O"]
ONE_AXIS = Scope(1)


def faulty(text: str, scope: Scope = ONE_AXIS) -> list[tuple[int, int]]:
    """The strides and dilations for which a claim about one axis fails somewhere, channels as (0, 0)."""
    examiner = examiner_of(parse_claim(text, rank=1), scope)
    found = [(0, 0)] if not Examined(examiner, next(scope.families([])), CHANNELS).faults.is_empty() else []
    failing = (each for each in scope.families([0]) if not examiner.failing(each, AXIS).is_empty())
    return found + [(family.stride[0], family.dilation[0]) for family in failing]


@pytest.mark.parametrize("rule", GRADIENTS, ids=lambda rule: rule.name)
def test_each_gradient_rule_is_proved_for_every_stride_and_dilation(rule: object) -> None:
    assert len([*ONE_AXIS.families([0])]) == LARGEST**2 == 64
    assert faulty(str(rule)) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
@pytest.mark.parametrize("rank", [1, 3])
def test_each_rule_has_a_proof_at_every_rank(rule: object, rank: int) -> None:
    assert prove(rule.name, stride=3, dilation=2, rank=rank)


def test_a_wrong_rule_fails_for_exactly_the_strides_and_dilations_that_matter() -> None:
    """Without dilating dO a rule for dX holds only at stride 1; without r, where a remainder can be."""
    every = {(s, d) for s in range(1, 9) for d in range(1, 9)}
    assert {*faulty("dX = pad(dO, (E-1-Pb, E-1-Pa)) ⋆[D] rot180(K)")} == {
        each for each in every if each[0] > 1
    }
    assert {*faulty("dX = pad(dilate(dO, S), (E-1-Pb, E-1-Pa)) ⋆[D] rot180(K)")} == {
        each for each in every if each[0] > 1
    }
    assert {*faulty("dX = pad(dilate(dO, S), (E-1-Pb, E-1-Pa+r)) ⋆ rot180(K)")} == {
        each for each in every if each[1] > 1
    }
    assert {*faulty("dK = (pad(X) ⋆ dilate(dO, S))[::D]")} == {(s, d) for s, d in every if s > d}


# ---- a broken definition ---------------------------------------------------------------------------------


def with_definition(monkeypatch: pytest.MonkeyPatch, change: Callable[[IndexedSum], IndexedSum]) -> None:
    true = claim.truth
    monkeypatch.setattr(claim, "truth", lambda *given: tuple(map(change, true(*given))))


def first_bound_smaller(term: IndexedSum) -> IndexedSum:
    """The last kernel position, or output position, is left out."""
    spatial = next(index for index in term.bound if str(index.size)[0] in "MH")
    smaller = replace(spatial, size=spatial.size - 1)
    return replace(term, bound=tuple(smaller if index is spatial else index for index in term.bound))


def equality_off_by_one(term: IndexedSum) -> IndexedSum:
    return (
        replace(term, equalities=tuple(each + 1 for each in term.equalities))
        if term.equalities
        else (replace(term, guards=tuple(each - 1 for each in term.guards)))
    )


def empty(term: IndexedSum) -> IndexedSum:
    return replace(term, guards=(*term.guards, Polynomial.of(-1)))


def summed_twice(term: IndexedSum) -> IndexedSum:
    extra = replace(term.output[0], name="extra", size=Polynomial.of(2))
    return replace(term, bound=(*term.bound, extra))


@pytest.mark.parametrize("change", [first_bound_smaller, equality_off_by_one, empty, summed_twice])
@pytest.mark.parametrize("rule", GRADIENTS[1:3], ids=lambda rule: rule.name)
def test_the_prover_objects_to_a_broken_definition(
    change: Callable[[IndexedSum], IndexedSum], rule: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An off-by-one bound, a shifted tap, an empty set, a product met twice: no rule is proved of them."""
    scope = scope_of(rank=1, stride=2, dilation=2)
    assert faulty(str(rule), scope) == []
    with_definition(monkeypatch, change)
    assert faulty(str(rule), scope) != []


def test_two_empty_sets_prove_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proof is printed of sets that are not empty; were both empty, prove itself would object."""
    monkeypatch.setattr(families.System, "of", lambda term, of=families.System.of: of(empty(term)))
    with pytest.raises(Exception, match="differ or are empty"):
        prove("X", stride=1, dilation=1, rank=1)


# ---- what is counted -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("right", "outcome"),
    [
        ("sum(n,i,j) dO[n,f,i,j]", "holds"),
        ("sum(n,i,j,k=0..1) dO[n,f,i,j]", "refuted"),
        ("sum(n,i,j,k=0..0) dO[n,f,i,j]", "holds"),
        ("sum(n,i,j,k=1..0) dO[n,f,i,j]", "refuted"),
        ("sum(n,i,j,k=0..M0-1) dO[n,f,i,j]", "refuted"),
    ],
)
def test_an_index_that_is_summed_without_effect_counts(right: str, outcome: str) -> None:
    """db summed twice over is 2 db, and summed over nothing is 0."""
    assert check(f"db[f] = {right}").outcome == outcome


def test_terms_of_one_kind_are_added_up() -> None:
    """Two halves of a sum are the sum; the whole and a half of it are not."""
    halves = "sum(n,i,j : i<1) dO[n,f,i,j] + sum(n,i,j : i>=1) dO[n,f,i,j]"
    assert check(f"db[f] = {halves}", stride=1, dilation=1)
    assert not check(f"db[f] = {halves.replace('i>=1', 'i>=0')}", stride=1, dilation=1)


# ---- vacuity ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {"rank": 1, "input_size": 2, "kernel_size": 5, "padding": 0},
        {"rank": 2, "input_size": (9, 2), "kernel_size": (1, 5), "padding": 0},
    ],
)
def test_a_claim_about_no_layer_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(ClaimError, match="no layer meets the options"):
        check("dX = pad(dO) ⋆ rot180(K)", **options)


def never(term: IndexedSum) -> IndexedSum:
    """A condition that no kernel meets, as an inequality between sizes."""
    return replace(term, guards=(*term.guards, Polynomial.of("G") * -1))


@pytest.mark.parametrize("change", [empty, never])
def test_two_empty_sets_prove_nothing_for_all_strides_either(
    change: Callable[[IndexedSum], IndexedSum], monkeypatch: pytest.MonkeyPatch
) -> None:
    """From what is impossible every bound follows; an argument must have a tap to show."""
    monkeypatch.setattr(families.System, "of", lambda term, of=families.System.of: of(change(term)))
    with pytest.raises(ConvgenError, match=r"differ or are empty|no tap to show"):
        prove("X", rank=1, all_strides=True)


def test_a_theorem_about_no_layer_is_not_proved() -> None:
    claim = parse_claim("dX = pad(dO) ⋆ rot180(K)", rank=1)
    with pytest.raises(ConvgenError, match="about no layer"):
        decided(claim, scope_of(rank=1, input_size=2, kernel_size=5, padding=0))


@pytest.mark.parametrize("change", [first_bound_smaller, equality_off_by_one, summed_twice])
@pytest.mark.parametrize("name", ["X", "K", "im2col"])
def test_prove_objects_to_a_broken_definition(
    change: Callable[[IndexedSum], IndexedSum], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_definition(monkeypatch, change)
    with pytest.raises(ConvgenError, match="is false at stride"):
        prove(name, stride=2, dilation=2, rank=1)


@pytest.mark.parametrize("change", [first_bound_smaller, equality_off_by_one])
def test_no_argument_is_found_for_a_broken_definition(
    change: Callable[[IndexedSum], IndexedSum], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where integer sets are not asked."""
    monkeypatch.setattr("convgen.proof.prove.decided", lambda claim, scope: 64)
    assert prove("X", rank=1, all_strides=True)
    with_definition(monkeypatch, change)
    with pytest.raises(ConvgenError, match="differ or are empty"):
        prove("X", rank=1, all_strides=True)
