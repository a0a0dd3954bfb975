"""The condition found is the weakest, and the counterexample the smallest, of what trying every small layer shows."""

import itertools
import random
from functools import cache

import pytest

from by_loops import NASTY, taps
from convgen import ConvSpec
from convgen.algebra.polynomial import Polynomial
from convgen.indexing import gradient_sum
from convgen.proof.atoms import AXIS_ATOMS, Atom
from convgen.proof.check import check
from convgen.proof.claim import parse_claim
from convgen.proof.conditions import Condition, Examined, points_of
from convgen.proof.examiner import examiner_of
from convgen.proof.families import Examiner
from convgen.proof.relation import Family, System, axes_of, parameter_parts, split
from convgen.proof.scope import Scope
from convgen.proof.smallest import order, placed, total
from convgen.proof.weakest_condition import briefest, weakest_condition
from convgen.taps import axis_values, parameters
from proof.plain import holds, small_layers

AXIS = frozenset({0})
SHORT_FORMS = (
    "dX = pad(dO) ⋆ rot180(K)",
    "dX = pad(dO) ⋆[D] rot180(K)",
    "dX = dO ⋆[D] rot180(K)",
    "dX = pad(dO, (E-1-Pb, E-1-Pa)) ⋆[D] rot180(K)",
    "dX = pad(dilate(dO, S), (E-1-Pb, E-1-Pa)) ⋆[D] rot180(K)",
    "dX = pad(dilate(dO, S), (E-1-Pa+r, E-1-Pb)) ⋆[D] rot180(K)",
    "dX = pad(dO, (Pb, Pa)) ⋆[D] rot180(K)",
    "dX = pad(dilate(dO, S), (E-1-Pb, E-1-Pa+r)) ⋆[D] K",
    "dK = X ⋆ dO",
    "dK = pad(X) ⋆ dO",
    "dK = (pad(X) ⋆ dilate(dO, S))[::D]",
    "dK = pad(X) ⋆ dilate(dO, S)",
    "O = X ⋆ K + b",
    "O = (X ⋆[D] K)[::S] + b",
    "O = pad(X) ⋆ K + b",
)
"""Formulas about one axis; each is false somewhere."""
SHARED_OUT = [
    pytest.param(claim, marks=[] if number % 3 == 0 else [pytest.mark.slow])
    for number, claim in enumerate(SHORT_FORMS)
]


BOX = [*small_layers(sizes=5, kernels=3, steps=2, paddings=3)]
LEAST = 12
SMALLEST = sorted(
    (spec for spec in small_layers(sizes=5, kernels=5, steps=5, paddings=4) if total(spec) <= LEAST),
    key=order,
)
"""Every layer of one axis whose total is at most this: four more than that of the smallest."""


WORDS = 4
"""A condition joins no more statements than this by "and"."""


@cache
def question(claim: str) -> tuple[Examiner, list[Examined]]:
    """A claim about one axis, and its axis in every family."""
    scope = Scope(1)
    examiner = examiner_of(parse_claim(claim, rank=1), scope)
    return examiner, [Examined(examiner, family, AXIS) for family in scope.families([0])]


@cache
def told(claim: str) -> tuple[tuple[ConvSpec, bool], ...]:
    """Every layer of one axis in a box, and whether a formula is true there, by loops."""
    return tuple((spec, holds(claim, spec)) for spec in BOX)


# ---- smallest --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("claim", SHARED_OUT)
def test_the_counterexample_is_the_first_of_all_layers_in_their_order(claim: str) -> None:
    wrong = [spec for spec, is_true in told(claim) if not is_true]
    verdict = check(claim, rank=1)
    assert verdict.counterexample is not None
    assert verdict.counterexample.spec == min(wrong, key=order)


def test_layers_are_ordered_by_total_then_input_kernel_stride_dilation_and_padding() -> None:
    layers = [spec for spec, _ in told(SHORT_FORMS[0])]
    draw = random.Random(0)
    for one, other in (draw.sample(layers, 2) for _ in range(300)):
        ((a, b),) = zip(one.axes, other.axes, strict=True)
        ours, theirs = (
            (
                each.input + each.kernel + each.stride + each.dilation + each.before + each.after,
                each.input, each.kernel, each.stride, each.dilation, each.before, each.after,
            )
            for each in (a, b)
        )  # fmt: skip
        assert (order(one) < order(other)) == (ours < theirs)
        assert total(one) - total(other) == ours[0] - theirs[0]


@pytest.mark.parametrize("seed", range(40))
def test_the_first_layer_of_any_set_is_found(seed: int) -> None:
    """Sets of layers that a linear inequality cuts out, with many layers of one total."""
    draw = random.Random(seed)
    weights = {name: draw.randint(-2, 3) for name in ("H", "M", "Pb", "Pa", "S", "D")}
    least = sum(weights.values()) + draw.randint(-2, 7)

    def chosen(each: Examined) -> object:
        values = each.family.axis_values(0)
        sides = (values[name] * weight for name, weight in weights.items())
        return each.context.layers(sum(sides, Polynomial.of(-least)))

    def is_chosen(spec: ConvSpec) -> bool:
        values = axis_values(spec.axes[0])
        return sum(weight * values[name] for name, weight in weights.items()) >= least

    point = placed(question("dX = pad(dO) ⋆ rot180(K)")[1], chosen)
    found = None
    if point is not None:
        family, numbers = point
        padding = ((numbers["Pb0"], numbers["Pa0"]),)
        found = ConvSpec(
            (numbers["H0"],),
            (numbers["M0"],),
            stride=family.stride,
            dilation=family.dilation,
            padding=padding,
        )
    expected = next(filter(is_chosen, SMALLEST), None)
    assert found == expected or (expected is None and (found is None or total(found) > LEAST))


@pytest.mark.parametrize(
    ("names", "least", "expected"),
    [
        (("H", "M"), 4, (2, 2, 1, 1, 0)),
        (("S", "D"), 4, (1, 1, 1, 3, 0)),
        (("H", "Pb"), 3, (1, 1, 1, 1, 2)),
        (("H", "S"), 4, (1, 1, 3, 1, 0)),
    ],
)
def test_ties_are_broken_by_the_order(names: tuple[str, str], least: int, expected: tuple[int, ...]) -> None:
    """Among layers of one total, input, kernel, stride, dilation and padding decide in this order."""

    def chosen(each: Examined) -> object:
        values = each.family.axis_values(0)
        return each.context.layers(values[names[0]] + values[names[1]] - least)

    point = placed(question("dX = pad(dO) ⋆ rot180(K)")[1], chosen)
    assert point is not None
    family, numbers = point
    found = (numbers["H0"], numbers["M0"], family.stride[0], family.dilation[0], numbers["Pb0"])
    assert found == expected


# ---- conditions ------------------------------------------------------------------------------------------

Cell = tuple[bool, ...]


def cell_of(spec: ConvSpec) -> Cell:
    (axis,) = spec.axes
    return tuple(atom.holds(axis_values(axis)) for atom in AXIS_ATOMS)


IN_WORDS = {
    "S = 1": lambda a: a.stride == 1,
    "D = 1": lambda a: a.dilation == 1,
    "P = 0": lambda a: a.before == a.after == 0,
    "M = 1": lambda a: a.kernel == 1,
    "padding symmetric": lambda a: a.before == a.after,
    "P = (E−1)/2": lambda a: 2 * a.before == 2 * a.after == (a.kernel - 1) * a.dilation,
    "P = E−1": lambda a: a.before == a.after == (a.kernel - 1) * a.dilation,
    "P ≤ E−1": lambda a: max(a.before, a.after) <= (a.kernel - 1) * a.dilation,
    "r = 0": lambda a: (a.input + a.before + a.after - 1 - (a.kernel - 1) * a.dilation) % a.stride == 0,
    "r < D": lambda a: (
        (a.input + a.before + a.after - 1 - (a.kernel - 1) * a.dilation) % a.stride < a.dilation
    ),
    "M odd": lambda a: a.kernel % 2 == 1,
    "Pb = 0": lambda a: a.before == 0,
    "Pa = 0": lambda a: a.after == 0,
}
"""What each statement means."""


@pytest.mark.parametrize("atom", AXIS_ATOMS, ids=lambda atom: atom.name)
def test_a_statement_is_true_of_the_layers_that_it_names(atom: Atom) -> None:
    """As numbers and as integer sets."""
    _, examined = question("dX = pad(dO) ⋆ rot180(K)")
    by_family = {(each.family.stride, each.family.dilation): each for each in examined}
    truths = [IN_WORDS[atom.name](spec.axes[0]) for spec in BOX]
    assert [atom.holds(axis_values(spec.axes[0])) for spec in BOX] == truths
    assert {True, False} == {*truths}
    for spec, is_true in [*zip(BOX, truths, strict=True)][::7]:
        each, numbers = by_family[spec.stride, spec.dilation], parameters(spec)
        here = each.context.layers(equal=[Polynomial.of(name) - numbers[name] for name in each.context.names])
        assert here.is_subset(each.where(atom)) == is_true
        assert each.decided(atom) in (None, is_true)


@pytest.mark.parametrize("claim", SHARED_OUT)
def test_the_condition_is_the_weakest_that_the_statements_can_say(claim: str) -> None:
    """It lets in no layer that fails, and every cell without one; but none of a single kernel entry alone.

    A cell is a choice of truth for each statement: no combination of statements tells its layers apart.
    """
    _, examined = question(claim)
    condition = weakest_condition(AXIS_ATOMS, examined)
    by_cell: dict[Cell, set[bool]] = {}
    for spec, is_true in told(claim):
        by_cell.setdefault(cell_of(spec), set()).add(is_true)
        if condition.holds(axis_values(spec.axes[0])):
            assert is_true, str(spec)
    single = next(position for position, atom in enumerate(AXIS_ATOMS) if atom.is_degenerate)
    left_out = []
    for cell, truths in by_cell.items():
        literals = tuple(zip(AXIS_ATOMS, cell, strict=True))
        is_let_in = any(all(literal in literals for literal in each) for each in condition.alternatives)
        if truths == {True} and not is_let_in and not cell[single]:
            left_out.append(Condition((literals,)))
    # What fails there is larger than the box, or the cell takes more words than a condition may have.
    for cell_alone in left_out:
        assert (
            any(not cell_alone.faulty(each).is_empty() for each in examined)
            or shortest(cell_alone, by_cell) > WORDS
        )


def shortest(cell: Condition, by_cell: dict[Cell, set[bool]]) -> int:
    """How many of a cell's literals it takes to keep every failing cell of the box out."""
    (literals,) = cell.alternatives
    values = [asserted for _, asserted in literals]
    failing = [other for other, truths in by_cell.items() if False in truths]
    for size in range(len(values) + 1):
        for chosen in itertools.combinations(range(len(values)), size):
            if all(any(values[each] != other[each] for each in chosen) for other in failing):
                return size
    return len(values) + 1


@pytest.mark.parametrize("claim", SHARED_OUT)
def test_each_part_of_a_condition_is_shown_to_be_needed(claim: str) -> None:
    """A layer that meets the condition but for that part, on which the formula is false, by loops."""
    verdict = check(claim, rank=1)
    for each in verdict.necessary:
        assert not holds(claim, each.counterexample.spec)
    assert bool(verdict.necessary) == (verdict.outcome == "conditional")
    if verdict.sporadic is not None:
        assert holds(claim, verdict.sporadic)


@pytest.mark.parametrize("seed", range(40))
def test_the_briefest_condition_lets_in_what_it_can(seed: int) -> None:
    """On drawn tables of cells: no failing one, and each holding one that four literals can tell apart."""
    draw = random.Random(seed)
    count = draw.randint(2, 6)
    atoms = [Atom(f"a{number}", f"not a{number}") for number in range(count)]
    cells = [*itertools.product((False, True), repeat=count)]
    failing = {cell for cell in cells if draw.random() < 0.4}
    holding = {cell for cell in cells if cell not in failing and draw.random() < 0.7}
    condition = briefest(atoms, holding, failing)

    def lets_in(cell: Cell) -> bool:
        truth = dict(zip((atom.name for atom in atoms), cell, strict=True))
        return any(
            all(truth[atom.name] == asserted for atom, asserted in each) for each in condition.alternatives
        )

    assert not any(map(lets_in, failing))
    for cell in holding:
        literals = tuple(zip(atoms, cell, strict=True))
        table = {each: {each not in failing} for each in cells}
        assert lets_in(cell) == (shortest(Condition((literals,)), table) <= WORDS)


# ---- relation --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("array", ["X", "K"])
@pytest.mark.parametrize("name", NASTY)
def test_the_taps_of_a_layer_are_the_product_of_its_parts(name: str, array: str) -> None:
    """Counted in the integer sets of the gradient's definition, with a layer's numbers, they are those of loops."""
    spec = NASTY[name]
    numbers = parameters(spec)
    family = Family(spec.stride, spec.dilation)
    system = System.of(gradient_sum(spec.rank, array).substitute(family.values))
    count = 1
    for (part,) in split(system):
        about = parameter_parts({each for condition in part.conditions for each in condition.names})
        context = Scope(spec.rank).context(family, about)
        here = context.layers(equal=[Polynomial.of(each) - numbers[each] for each in context.names])
        count *= part.points(context).intersect_params(here).count_val().to_python()
        assert len(axes_of(about)) <= 1
        assert len(points_of(here, context)) == 1
    assert count == sum(1 for _ in taps(spec))


@pytest.mark.parametrize(
    ("claim", "options", "condition"),
    [
        ("dX[p] = sum(m) dO[p-m]*K[m]", {"rank": 1}, "Pb = 0 on every axis"),
        ("dX[p,q] = sum(m, n) dO[p-m,q-n]*K[m,n]", {}, "Pb = 0 on every axis"),
        ("O = (pad(X, (Pb, 0)) ⋆[D] K)[::S] + b", {"rank": 1}, "Pa = 0 on every axis"),
        ("O = X ⋆ K + b", {"rank": 1}, "P = 0 on every axis"),
        ("O = (pad(X.T, (Pb, Pa)).T ⋆[D] K)[::S] + b", {}, "P0 = P1"),
        ("O = (pad(pad(X.T, (Pb, 0)).T, (0, Pa)) ⋆[D] K)[::S] + b", {}, "Pb0 = Pb1"),
        ("O = X.T.T ⋆ K + b", {}, "P0 = 0 and P1 = 0"),
    ],
)
def test_of_padding_no_more_is_demanded_than_is_needed(
    claim: str, options: dict[str, int], condition: str
) -> None:
    """One side where only that one matters; equal paddings where axes are exchanged; P = 0 for both sides."""
    assert check(claim, stride=1, dilation=1, **options).condition == condition


def test_padding_that_is_the_same_on_both_axes_is_the_same_on_both_sides_of_each() -> None:
    """Axis 1 alone has no Pb0 to tell it that its own Pb1 and Pa1 are equal."""
    ties = tuple((name, Polynomial.of("Pb0")) for name in ("Pa0", "Pb1", "Pa1"))
    verdict = check(
        "dX[p,q] = sum(i, j) dO[i,j]*K[p-i,q-j]", scope=Scope(stride=(1, 1), dilation=(1, 1), ties=ties)
    )
    assert verdict.condition == "P = 0 on every axis"
