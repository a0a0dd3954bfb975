"""An argument for all strides is exact: certificates multiply out, wrong rules have none, and layers bear it out."""

import itertools
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from convgen import ConvSpec
from convgen.algebra.axis_operators import Divisor, Quotient, floor_divide
from convgen.algebra.polynomial import Polynomial
from convgen.errors import ConvgenError, SpecError
from convgen.proof import certificates
from convgen.proof.argument import Layers, NamedFamily, argue, without_quotient
from convgen.proof.certificates import certificate
from convgen.proof.claim import parse_claim
from convgen.proof.families import Examiner
from convgen.proof.parts import unproved_size
from convgen.proof.relation import Family, System, parameter_parts, split
from convgen.proof.scope import Scope
from convgen.rules import RULES
from proof.plain import holds

S, D, i, m, M, r = map(Polynomial.of, ("S", "D", "i", "m", "M", "r"))
HYPOTHESES = (S - 1, D - 1, i, m, M - 1 - m, r, S - 1 - r)


# ---- certificates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "text"),
    [
        (i + m, "i + m"),
        (S * i, "S*i"),
        (D * M - D - D * m + r, "r + D*(M - m - 1)"),
        (2 * i + 3, "3 + 2*i"),
        (Polynomial(), "0"),
    ],
)
def test_a_sum_of_products_is_found(target: Polynomial, text: str) -> None:
    assert str(certificate(target, HYPOTHESES, (S, D))) == text


@pytest.mark.parametrize("target", [i - 1, -S * i, S * i - r, r - S, D * M - D * m - D - 1])
def test_what_is_not_always_at_least_0_has_no_certificate(target: Polynomial) -> None:
    """Each is negative somewhere, such as where every name is 1 and i, m and r are 0."""
    assert certificate(target, HYPOTHESES, (S, D, S - 1, D - 1)) is None


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, len(HYPOTHESES) - 1)), max_size=4), st.integers(0, 3)
)
def test_every_sum_of_hypotheses_has_one(parts: list[tuple[int, int]], constant: int) -> None:
    target = sum((HYPOTHESES[which] * times for times, which in parts), Polynomial.of(constant))
    found = certificate(target, HYPOTHESES)
    assert found is not None
    assert all(times > 0 for times, _ in found.summands)


def test_a_certificate_that_does_not_multiply_out_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "_solved", lambda target, columns: [Fraction(1)] * len(columns))
    with pytest.raises(ConvgenError, match="is not i"):
        certificate(i, HYPOTHESES)


@given(st.integers(-9, 9), st.integers(1, 5), st.integers(-4, 4), st.sampled_from([-1, 1]))
@example(0, 1, 0, -1)
@example(4, 2, 1, -1)
@example(3, 2, 1, -1)
def test_a_bound_with_a_quotient_is_one_without(
    numerator: int, denominator: int, rest: int, sign: int
) -> None:
    name = Quotient.of(Polynomial.of("N"), Polynomial.of("d"))
    guard = Polynomial.of(name) * sign + rest
    plain = without_quotient(guard).substitute({"N": numerator, "d": denominator}).value()
    assert (plain >= 0) == (sign * (numerator // denominator) + rest >= 0)


def test_only_a_divisor_divides_before_it_is_known() -> None:
    quotient = floor_divide(Polynomial.of("H"), Polynomial.of(Divisor("S")))
    assert str(quotient) == "floor((H)/S)"


# ---- arguments -------------------------------------------------------------------------------------------


def is_argued(text: str) -> bool:
    """Whether every part of a claim about one axis has an argument for all strides and dilations."""
    examiner = Examiner(parse_claim(text, rank=1), Scope(1, bias=not text.startswith("O")))
    family = NamedFamily((1,), (1,))
    for ours, theirs in examiner.pairs(examiner.statement(family), family):
        for formula, definition in split(System.of(ours), System.of(theirs)):
            part = parameter_parts(
                {name for each in (*formula.guards, *definition.guards) for name in each.names}
            )
            if argue(formula, definition, Layers.of(examiner.context(family, part), family, part)) is None:
                return False
    return True


WRONG = (
    "dX = pad(dilate(dO, S), (E-1-Pb, E-1-Pa)) ⋆[D] rot180(K)",
    "dX = pad(dilate(dO, S), (E-1-Pa+r, E-1-Pb)) ⋆[D] rot180(K)",
    "dX = pad(dilate(dO, S), (E-1-Pb, E-1-Pa+r)) ⋆[D] K",
    "dX = pad(dilate(dO, D), (E-1-Pb, E-1-Pa+r)) ⋆[S] rot180(K)",
    "dX = pad(dO, (E-1-Pb, E-1-Pa)) ⋆[D] rot180(K)",
    "dX = pad(dilate(dO, S), (E-1-Pb, E-1-Pa+r)) ⋆ rot180(K)",
    "dK = (pad(X, (Pa, Pb)) ⋆ dilate(dO, S))[::D][:M]",
    "dK = (pad(X) ⋆ dilate(dO, S))[::S][:M]",
    "dK = (pad(X) ⋆ dO)[::D][:M]",
    "dK = (pad(X) ⋆ dilate(dO, S))[::D]",
    "dX = pad(dilate(dO, S), (E-1-Pb, E+Pa+r)) ⋆[D] rot180(K)",
    "O = (pad(X) ⋆[D] rot180(K))[::S]",
    "O = (pad(X) ⋆ K)[::S]",
)


@pytest.mark.parametrize("claim", WRONG)
def test_a_wrong_rule_has_no_argument(claim: str) -> None:
    """Its taps differ, or its size does, and then `prove` says so before any argument."""
    sizes = ("dX = pad(dilate(dO, S), (E-1-Pb, E-1-Pa))", "dK = (pad(X) ⋆ dO)", "dX = pad(dO,")
    assert not is_argued(claim) or claim.startswith(sizes)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_has_one(rule: object) -> None:
    assert is_argued(str(rule))


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("pad(dilate(dO, S), (E-1-Pb, E-1-Pa)) ⋆[D] rot180(K)", "it was not found that s0 has size H0"),
        ("pad(crop(X, (0, M)), (0, M))", "it was not found that H0 - M0 is at least 1"),
        ("pad(dilate(dO, S), (E-1-Pb, E-1-Pa+r)) ⋆[D] rot180(K)", ""),
    ],
)
def test_sizes_are_argued_apart(formula: str, words: str) -> None:
    """That of the value, and every one on the way, which is at least 1."""
    claim = parse_claim(f"dX = {formula}", rank=1)
    told = unproved_size(claim, Scope(1), NamedFamily((1,), (1,)))
    assert told.startswith(words)
    assert bool(told) is bool(words)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.target != "O"], ids=lambda rule: rule.name)
def test_layers_of_large_strides_bear_it_out(rule: object) -> None:
    """Strides and dilations beyond those that integer sets decide, by loops."""
    count = 0
    for stride, dilation, (before, after), kernel in itertools.product(
        (9, 11, 13), (9, 10, 12), ((0, 0), (3, 1), (14, 2)), (1, 2, 3)
    ):
        try:
            spec = ConvSpec((20,), (kernel,), stride=stride, dilation=dilation, padding=((before, after),))
        except SpecError:
            continue
        count += 1
        assert holds(str(rule), spec)
    assert count > 50


def test_an_argument_with_numbers_says_what_integer_sets_say() -> None:
    """For every claim here and every stride and dilation, an argument is found only for equal sets."""
    found = {True: 0, False: 0}
    for text in (*WRONG, *map(str, RULES)):
        scope = Scope(1, bias=not text.startswith("O"))
        examiner = Examiner(parse_claim(text, rank=1), scope)
        for steps in ((1, 1), (2, 1), (3, 2)):
            family = Family(*((each,) for each in steps))
            for ours, theirs in examiner.pairs(examiner.statement(family), family):
                for formula, definition in split(System.of(ours), System.of(theirs)):
                    part = parameter_parts(
                        {name for each in (*formula.guards, *definition.guards) for name in each.names}
                    )
                    context = examiner.context(family, part)
                    points = [system.points(context) for system in (formula, definition)]
                    argument = argue(formula, definition, Layers.of(context, family, part))
                    assert (argument is not None) == points[0].is_equal(points[1]), (text, steps)
                    found[argument is not None] += 1
    assert min(found.values()) > 10
