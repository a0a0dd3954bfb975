"""What is printed reads back the same, what is no formula is refused at its character, and nothing is run."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algebra.trees import WRITTEN_TREES
from convgen.algebra.axis_operators import AXIS_OPERATORS
from convgen.algebra.formula_text import DEPTH_LIMIT, LENGTH_LIMIT, OPERATION_LIMIT
from convgen.algebra.matrix_operators import FOLD_AMOUNTS, UNFOLD_AMOUNTS
from convgen.algebra.notation import DEFAULT, NOTATIONS, notation
from convgen.algebra.operators import OPERATORS
from convgen.algebra.polynomial import Polynomial
from convgen.algebra.printing import to_text
from convgen.algebra.syntax import FUNCTIONS, parse_tree, scaled
from convgen.algebra.tree import Amounts, Node, apply, array
from convgen.errors import ClaimError, ConvgenError
from convgen.rules import RULES

MANY = settings(max_examples=max(100, settings.default.max_examples))
ONE = ((Polynomial.of(1),),)
X, K, G = array("X"), array("K"), array("dO")


def names(*entries: tuple[str, ...]) -> Amounts:
    return tuple(tuple(map(Polynomial.of, entry)) for entry in entries)


# ---- what is printed reads back --------------------------------------------------------------------------


@MANY
@given(WRITTEN_TREES, st.sampled_from(sorted(NOTATIONS)))
def test_every_tree_reads_back_from_its_text(tree: Node, name: str) -> None:
    letters = notation(name)
    assert parse_tree(to_text(tree, letters), letters) == tree


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
@pytest.mark.parametrize("name", NOTATIONS)
def test_every_rule_reads_back_in_every_notation(rule: object, name: str) -> None:
    tree = rule.tree  # type: ignore[attr-defined]
    assert parse_tree(to_text(tree, notation(name)), notation(name)) == tree


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_is_written_as_it_is_printed_but_for_bare_padding(rule: object) -> None:
    formula = rule.formula  # type: ignore[attr-defined]
    printed = to_text(parse_tree(formula))
    spelt_out = formula.replace("pad(X)", "pad(X, (Pb, Pa))").replace("E-1-Pb", "E - Pb - 1")
    assert printed == spelt_out.replace("E-1-Pa+r", "E + r - Pa - 1")


# ---- what each form means --------------------------------------------------------------------------------

MEANINGS = {
    "X": X,
    "  ( ( X ) )  ": X,
    "X ⋆ K": apply("star", X, K, amounts=ONE),
    "X ★ K": apply("star", X, K, amounts=ONE),
    "X ☆ K": apply("star", X, K, amounts=ONE),
    "corr(X, K)": apply("star", X, K, amounts=ONE),
    "X ⋆[D] K": apply("star", X, K, amounts=names(("D",))),
    "corr(X, K, D)": apply("star", X, K, amounts=names(("D",))),
    "X ⋆[2, 3] K": apply("star", X, K, amounts=((Polynomial.of(2),), (Polynomial.of(3),))),
    "conv(X, K)": apply("star", X, apply("rot180", K), amounts=ONE),
    "conv(X, K, D)": apply("star", X, apply("rot180", K), amounts=names(("D",))),
    "flip(K)": apply("rot180", K),
    "X ⊙ K": apply("dot", X, K),
    "X · K": apply("dot", X, K),
    "dot(X, K)": apply("dot", X, K),
    "X.T": apply("transpose", X),
    "transpose(X)": apply("transpose", X),
    "K~": apply("matrix", K),
    "matrix(K)": apply("matrix", K),
    "X~": apply("unfold", X, amounts=names(UNFOLD_AMOUNTS)),
    "unfold(X)": apply("unfold", X, amounts=names(UNFOLD_AMOUNTS)),
    "fold(K~.T @ dO~)": apply(
        "fold",
        apply("matmul", apply("transpose", apply("matrix", K)), apply("matrix", G)),
        amounts=names(FOLD_AMOUNTS),
    ),
    # slices, as NumPy has them but for zeros after the end
    "X[:M]": apply("take", X, amounts=names(("M",))),
    "X[::D]": apply("subsample", X, amounts=names(("D",))),
    "X[0:M]": apply("take", X, amounts=names(("M",))),
    "X[::D][:M]": apply("take", apply("subsample", X, amounts=names(("D",))), amounts=names(("M",))),
    "X[1:]": apply("crop", X, amounts=((Polynomial.of(1), Polynomial.of(0)),)),
    "X[Pb:, 1:]": apply(
        "crop", X, amounts=(names(("Pb",))[0] + (Polynomial.of(0),), (Polynomial.of(1), Polynomial.of(0)))
    ),
    "X[1:M+1:S]": apply(
        "subsample",
        apply("take", apply("crop", X, amounts=((Polynomial.of(1), Polynomial.of(0)),)), amounts=names(("M",))),
        amounts=names(("S",)),
    ),
    # bare padding: the layer's own for X itself, E - 1 on every side of an output gradient, however dressed
    "pad(X)": apply("pad", X, amounts=names(("Pb", "Pa"))),
    "pad(dO)": apply("pad", G, amounts=((Polynomial.of("E") - 1,) * 2,)),
    "pad(dilate(dO, S))": apply(
        "pad", apply("dilate", G, amounts=names(("S",))), amounts=((Polynomial.of("E") - 1,) * 2,)
    ),
    "pad(-dO)": apply("pad", scaled(G, Fraction(-1)), amounts=((Polynomial.of("E") - 1,) * 2,)),
    "pad(X, (Pb, Pa))": apply("pad", X, amounts=names(("Pb", "Pa"))),
    "pad(X, (1, 2), (0, E-1-P))": apply(
        "pad",
        X,
        amounts=(
            (Polynomial.of(1), Polynomial.of(2)),
            (Polynomial.of(0), Polynomial.of("E") - 1 - "P"),
        ),
    ),
    "dilate(dO, S)": apply("dilate", G, amounts=names(("S",))),
    "dilate(dO, (S,))": apply("dilate", G, amounts=names(("S",))),
    "dilate(dO, 2, 3)": apply("dilate", G, amounts=((Polynomial.of(2),), (Polynomial.of(3),))),
    "shift(X, -1)": apply("shift", X, amounts=((Polynomial.of(-1),),)),
    "pad(X, ((Ho-1)*S, -2*(D-1)))": apply(
        "pad",
        X,
        amounts=(((Polynomial.of("Ho") - 1) * "S", (Polynomial.of("D") - 1) * -2),),
    ),
    # numbers
    "-X": scaled(X, Fraction(-1)),
    "--X": scaled(X, Fraction(1)),
    "2*X": scaled(X, Fraction(2)),
    "-2*X": scaled(X, Fraction(-2)),
    "1/2*X": scaled(X, Fraction(1, 2)),
    "-1/2*X": scaled(X, Fraction(-1, 2)),
    "X/2": scaled(X, Fraction(1, 2)),
    "X/-2": scaled(X, Fraction(-1, 2)),
    "2*3*X/4": scaled(X, Fraction(3, 2)),
    "0*X": scaled(X, Fraction(0)),
    "2*(3*X)": scaled(X, Fraction(6)),
    "X + K": apply("add", X, K),
    "X - K": apply("add", X, scaled(K, Fraction(-1))),
    "X - 2*K": apply("add", X, scaled(K, Fraction(-2))),
    "X - X - X": apply(
        "add", apply("add", X, scaled(X, Fraction(-1))), scaled(X, Fraction(-1))
    ),
    "X - (X - X)": apply(
        "add", X, scaled(apply("add", X, scaled(X, Fraction(-1))), Fraction(-1))
    ),
    # ⋆ and * bind alike, from left to right; a postfix binds more, and + less
    "2*X ⋆ K": apply("star", scaled(X, Fraction(2)), K, amounts=ONE),
    "X ⋆ K + X": apply("add", apply("star", X, K, amounts=ONE), X),
    "X ⋆ K[:M]": apply("star", X, apply("take", K, amounts=names(("M",))), amounts=ONE),
    "X ⋆ K ⋆ K": apply("star", apply("star", X, K, amounts=ONE), K, amounts=ONE),
    "X ⋆ -K": apply("star", X, scaled(K, Fraction(-1)), amounts=ONE),
    # letters understood besides our own
    "W": K,
    "δ": G,
    "delta": G,
    "dW": array("dK"),
    "Y": array("O"),
}  # fmt: skip


@pytest.mark.parametrize("text", MEANINGS)
def test_each_form_means_what_it_says(text: str) -> None:
    assert parse_tree(text) == MEANINGS[text]


def test_a_notation_may_have_the_kernel_on_the_left() -> None:
    """Source 001 writes K ⋆ I for the correlation of the image I with K, and G for dL/dR."""
    theirs = notation("001")
    assert parse_tree("K ⋆ I", theirs) == parse_tree("X ⋆ K")
    assert parse_tree("G ⋆[D] pad(I)", theirs) == parse_tree("pad(X) ⋆[D] dO")
    assert to_text(parse_tree("X ⋆ K"), theirs) == "K ⋆ I"
    assert parse_tree("corr(I, K)", theirs) == parse_tree("corr(X, K)")


def test_the_letters_of_another_notation_are_no_arrays() -> None:
    with pytest.raises(ClaimError, match="'X' is no array; arrays are I, K, b, R"):
        parse_tree("X", notation("001"))
    with pytest.raises(ClaimError, match="unknown notation '004'; choose one of default, 000, 001, 002, 003"):
        notation("004")


def test_every_operator_can_be_written() -> None:
    infix = {"star", "dot", "matmul", "add", "scale"}
    assert set(OPERATORS) - infix <= set(FUNCTIONS)


def test_every_axis_operator_takes_amounts_per_axis() -> None:
    for operator, row in AXIS_OPERATORS.items():
        if row.amounts:
            entry = f"({', '.join('2' for _ in row.amounts)},)" if len(row.amounts) == 1 else "(2, 3)"
            tree = parse_tree(f"{operator}(X, {entry}, {entry})")
            assert tree.operator == operator
            assert [len(each) for each in tree.amounts] == [len(row.amounts)] * 2


# ---- errors point at the character -----------------------------------------------------------------------

ERRORS = [
    # text, the character pointed at, message
    ("X ⋆ ", 3, "the formula ends too early"),
    ("", 0, "the formula ends too early"),
    ("   ", 0, "the formula ends too early"),
    ("(X ⋆ K", 6, "the formula ends too early"),
    ("pad(X, (1, 0)", 13, "the formula ends too early"),
    ("X ⋆ ? K", 4, "this was not expected here"),
    ("X K", 2, "this was not expected here"),
    ("X)", 1, "this was not expected here"),
    (")", 0, "this was not expected here"),
    ("* X", 0, "this was not expected here"),
    ("rot180()", 7, "this was not expected here"),
    ("X ⋆[] K", 4, "this was not expected here"),
    ("X[]", 2, "this was not expected here"),
    ("X[1]", 3, "this was not expected here"),
    ("2.5*X", 2, "this was not expected here"),
    ("X = K", 2, "this was not expected here"),
    ("X\n  ⋆ ! K", 6, "this was not expected here"),
    ("X ⋆ Z", 4, "'Z' is no array; arrays are X, K, b, O, dX"),
    ("X ⋆ K'", 4, '"K\'" is no array'),
    ("X ⋆ S", 4, "'S' is no array"),
    ("X + 1", 4, "an array is needed here"),
    ("X + 1/2", 4, "an array is needed here"),
    ("(X, K)", 0, "an array is needed here"),
    ("pad((X, K), (1, 1))", 4, "an array is needed here"),
    ("X * K", 2, "* multiplies by a number; write ⋆ to correlate and @ for matrices"),
    ("(X) * K", 4, "* multiplies by a number"),
    ("X ⋆ K * X", 6, "* multiplies by a number"),
    ("S*X", 1, "* multiplies by a number"),
    ("X / 0", 4, "only a number other than 0 can divide"),
    ("X / K", 4, "only a number other than 0 can divide"),
    ("1/0*X", 3, "* multiplies by a number"),
    ("X.t", 2, "unknown attribute 't'; .T transposes"),
    ("X.T.shape", 4, "unknown attribute 'shape'"),
    ("K ⋆ pat(X)", 4, "unknown function 'pat'; there are pad, crop, dilate"),
    ("X ⋆ pad(K)", 4, "this pad needs its amounts, such as pad(…, (before, after))"),
    ("pad(O)", 0, "this pad needs its amounts"),
    ("pad(b)", 0, "this pad needs its amounts"),
    ("pad(dX)", 0, "this pad needs its amounts"),
    ("pad(rot180(X))", 0, "this pad needs its amounts"),
    ("pad(pad(X))", 0, "this pad needs its amounts"),
    ("pad(X + dO)", 0, "this pad needs its amounts"),
    ("X ⋆ crop(X)", 4, "this crop needs its amounts, such as crop(…, (before, after))"),
    ("crop(dO)", 0, "this crop needs its amounts"),
    ("dilate(dO)", 0, "this dilate needs its amounts, such as dilate(…, (step))"),
    ("shift(X)", 0, "this shift needs its amounts"),
    ("take(X)", 0, "this take needs its amounts"),
    ("dilate(X, (1, 0))", 10, "(step) is needed here"),
    ("pad(X, (1, 0), (1, 2, 3))", 15, "(before, after) is needed here"),
    ("dilate(X, (1, 2))", 10, "(step) is needed here"),
    ("pad(X, (1, Q))", 11, "'Q' is no amount; amounts are S, P, Pb, Pa, D, E, M, H, Ho, r"),
    ("pad(X, (1, X))", 11, "'X' is no amount"),
    ("pad(X, (1, S/2))", 11, "an amount is needed here: integers and parameters, with + - and *"),
    ("X ⋆[K] K", 4, "'K' is no amount"),
    ("X ⋆[pad(X)] K", 4, "an amount is needed here"),
    ("rot180(X, 2)", 0, "rot180 takes 1 arguments, got 2"),
    ("X ⋆ rot90(X, K)", 4, "rot90 takes 1 arguments, got 2"),
    ("dot(X)", 0, "dot takes 2 arguments, got 1"),
    ("conv(X)", 0, "conv takes 2 or 3 arguments, got 1"),
    ("conv(X, K, 1, 2)", 0, "conv takes 2 or 3 arguments, got 4"),
    ("fold(X, 2)", 0, "fold takes 1 arguments, got 2"),
    ("X[:]", 2, "every axis needs the same kind of slice, such as [:M], [::D] or [1:]"),
    ("X[::]", 2, "every axis needs the same kind of slice"),
    ("X[:M, ::D]", 6, "every axis needs the same kind of slice"),
    ("X[1:, 1:2]", 6, "every axis needs the same kind of slice"),
    ("X[-1:]", 2, "positions are counted from the start, never from the end"),
    ("X[:-1]", 3, "positions are counted from the start"),
    ("X[::-1]", 4, "positions are counted from the start"),
    ("X[1:, 2-3:]", 6, "positions are counted from the start"),
    ("99999999999*X", 0, "numbers must be smaller than 2,147,483,648"),
    ("X + 2147483647*2*X", 4, "numbers must be smaller than"),
    ("2147483647*(2*X)", 12, "numbers must be smaller than"),
    ("pad(X, (0, 2147483647*2))", 11, "numbers must be smaller than"),
    ("pad(X, (0, S*S*S*S))", 11, "at most 3 parameters may be multiplied"),
]


@pytest.mark.parametrize(("text", "column", "message"), ERRORS, ids=[row[0] for row in ERRORS])
def test_an_error_points_at_the_character(text: str, column: int, message: str) -> None:
    with pytest.raises(ClaimError) as caught:
        parse_tree(text)
    told, shown, mark = str(caught.value).split("\n")
    assert message in told
    assert shown == "  " + text.replace("\n", " ")
    assert mark == "  " + " " * column + "^"


def test_a_long_formula_is_shown_where_it_goes_wrong() -> None:
    text = " + ".join(["X"] * 50) + " + Z + " + " + ".join(["X"] * 40)
    with pytest.raises(ClaimError) as caught:
        parse_tree(text)
    _, shown, mark = str(caught.value).split("\n")
    assert len(shown) < 130
    assert shown[mark.index("^")] == "Z"
    assert shown.strip().startswith("…")
    assert shown.endswith("…")


# ---- hostile text ----------------------------------------------------------------------------------------

HOSTILE = {
    "__import__('os').system('true')": "this was not expected here",
    "().__class__.__bases__[0]": "this was not expected here",
    "X.__class__": "this was not expected here",
    "X.T.__init__": "this was not expected here",
    "exec(X)": "unknown function 'exec'",
    "eval(X)": "unknown function 'eval'",
    "lambda: X": "this was not expected here",
    "{{ X }}": "this was not expected here",
    "X; K": "this was not expected here",
    "X\0": "this was not expected here",
    "\0": "this was not expected here",
    "X ⋆ \u202eK": "this was not expected here",
    "Х": "this was not expected here",  # a Cyrillic letter
    "X\u0301": "this was not expected here",
    "２*X": "this was not expected here",  # a full-width digit
    "²*X": "this was not expected here",
    "X" * (LENGTH_LIMIT + 1): f"a formula of {LENGTH_LIMIT + 1:,} characters; the limit is {LENGTH_LIMIT:,}",
    "X" * LENGTH_LIMIT: "is no array",
    "(" * (DEPTH_LIMIT + 1) + "X" + ")" * (DEPTH_LIMIT + 1): f"nested deeper than {DEPTH_LIMIT} brackets",
    "[" * 5000: f"nested deeper than {DEPTH_LIMIT} brackets",
    "-" * 5000 + "X": f"more than {OPERATION_LIMIT} operations in one another",
    "+".join("X" * 3000): f"more than {OPERATION_LIMIT} operations in one another",
    "X" + ".T" * 3000: f"more than {OPERATION_LIMIT} operations in one another",
    "X" + "[:1]" * 2000: f"more than {OPERATION_LIMIT} operations in one another",
    "pad(X, (" + "1+" * 3000 + "1, 0))": f"more than {OPERATION_LIMIT} operations in one another",
    "9" * 6000 + "*X": "numbers must be smaller than",
    "X/" + "9" * 6000: "numbers must be smaller than",
    "pad(X, (" + "9" * 6000 + ", 0))": "numbers must be smaller than",
    "*".join(["99999"] * 90) + "*X": "numbers must be smaller than",
    f"pad(X, ({'*'.join(['(S+P+D+E+M+H+r)'] * 50)}, 0))": "at most 3 parameters may be multiplied",
}


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:40])
def test_hostile_text_is_refused(text: str) -> None:
    with pytest.raises(ClaimError) as caught:
        parse_tree(text)
    assert HOSTILE[text] in str(caught.value)
    assert isinstance(caught.value, ConvgenError)
    assert isinstance(caught.value, ValueError)
    assert len(str(caught.value)) < 400, "a message is read by people"
    assert "\0" not in str(caught.value)


def test_the_deepest_formulas_that_are_read_are_printed_too() -> None:
    for text in (
        "(" * DEPTH_LIMIT + "X" + ")" * DEPTH_LIMIT,
        "X" + ".T" * (OPERATION_LIMIT - 2),
        " + ".join("X" * (OPERATION_LIMIT - 1)),
        "pad(" * (DEPTH_LIMIT // 2) + "X" + ", (1, 1))" * (DEPTH_LIMIT // 2),
    ):
        tree = parse_tree(text)
        bound = tree.bind([{}])
        assert to_text(bound).count("X") == text.count("X")
        assert bound.arrays == ("X",)


PIECES = st.one_of(
    st.sampled_from("XKbOZSD0129()[],:.~+-*/⋆⊙@'_\0\n "),
    st.sampled_from(
        ["dX", "dO", "Pb", "99999999999", ".T", " ⋆[", "[:", "[::", *(f"{name}(" for name in FUNCTIONS)]
    ),
    st.text(max_size=3),
)


@settings(max_examples=max(300, settings.default.max_examples))
@given(st.lists(PIECES, max_size=25).map("".join))
def test_any_text_is_a_formula_or_an_error_of_ours(text: str) -> None:
    try:
        tree = parse_tree(text)
    except ClaimError:
        return
    assert parse_tree(to_text(tree)) == tree


def test_a_formula_is_data_and_equal_formulas_are_one_value() -> None:
    one, other = parse_tree("pad(X) ⋆ K"), parse_tree("( pad( X ) )⋆K", DEFAULT)
    assert one == other
    assert hash(one) == hash(other)
    assert len({one, other}) == 1


def test_one_amount_is_for_both_sides() -> None:
    assert parse_tree("pad(dO, E-1) ⋆ rot180(K)") == parse_tree("pad(dO, (E-1, E-1)) ⋆ rot180(K)")
    assert parse_tree("crop(X, 1, 2)") == parse_tree("crop(X, (1, 1), (2, 2))")
    assert parse_tree("pad(X, 1)") != parse_tree("pad(X, (1, 0))")
