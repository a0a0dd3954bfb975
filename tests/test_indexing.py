"""The gradients are the taps of the definition, gathered otherwise; what is printed of them reads back the same."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from by_loops import NASTY, answers, integers
from convgen import ConvSpec
from convgen.algebra.index_form import evaluate_sums, expand_sums
from convgen.algebra.index_printing import index_text
from convgen.algebra.indexed_sum import Access, Index, IndexedSum, regroup, solve
from convgen.algebra.notation import DEFAULT, NOTATIONS, Notation
from convgen.algebra.polynomial import Polynomial
from convgen.indexing import (
    definition_formula,
    frame,
    gradient_formula,
    gradient_sum,
    output_sums,
    parse_index_claim,
)
from convgen.taps import parameters
from convgen.testing import conv_specs

GRADIENTS = {"X": "dX", "K": "dK", "b": "db"}


def values_of(spec: ConvSpec) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Integer arrays, and what plain loops make of them."""
    arrays = integers(spec)
    return arrays, answers(spec, arrays)


# ---- regrouping ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("array", GRADIENTS)
@pytest.mark.parametrize("spec", NASTY.values(), ids=NASTY)
def test_gathered_by_an_arrays_entry_the_definition_is_that_arrays_gradient(
    spec: ConvSpec, array: str
) -> None:
    arrays, expected = values_of(spec)
    gradient = evaluate_sums([gradient_sum(spec, array)], arrays)
    np.testing.assert_array_equal(gradient, expected[GRADIENTS[array]])


@pytest.mark.parametrize("array", GRADIENTS)
def test_the_gradient_for_every_size_is_that_of_each_layer_once_its_numbers_are_put_in(array: str) -> None:
    for spec in NASTY.values():
        general = gradient_sum(spec.rank, array).substitute(parameters(spec))
        assert general == gradient_sum(spec, array)


@pytest.mark.parametrize("wrong", ["after", "stride", "dilation", "cropped"])
def test_a_gradient_gathered_wrongly_is_another(wrong: str) -> None:
    """Padding of the other side, no stride, no dilation, a smaller range: each differs on an asymmetric layer."""
    spec = NASTY["two axes, everything differs"]
    term = gradient_sum(2, "X")
    names = {
        "after": {"Pb0": "Pa0"},
        "stride": {"S1": 1},
        "dilation": {"D0": 1},
        "cropped": {"Ho0": Polynomial.of("Ho0") - 1},
    }
    arrays, expected = values_of(spec)
    mutant = term.substitute(names[wrong]).substitute(parameters(spec))
    assert not np.array_equal(evaluate_sums([mutant], arrays), expected["dX"])


def test_gathering_twice_gives_the_sum_back() -> None:
    """The adjoint of the adjoint in the same factor is the sum itself: ⟨dO, conv(X)⟩ read both ways."""
    spec = NASTY["two axes, everything differs"]
    products = output_sums(spec)[0]
    there = regroup(products, "X", "dO", frame(spec).indices("X"))
    back = regroup(there, "dO", "X", frame(spec).indices("O"))
    arrays, expected = values_of(spec)
    np.testing.assert_array_equal(evaluate_sums([back], arrays), expected["O"])


def test_only_a_factor_that_stands_once_can_be_gathered_by() -> None:
    index = (Index("i", Polynomial.of(3)),)
    square = IndexedSum(index, (), (Access("X", (Polynomial.of("i"),)),) * 2)
    with pytest.raises(ValueError, match="'X' stands 2 times in X, X"):
        regroup(square, "X", "dO", index)
    with pytest.raises(ValueError, match="'K' stands 0 times"):
        regroup(square, "K", "dO", index)


def test_entries_that_the_sum_does_not_reach_get_no_gradient() -> None:
    """K has five entries, of which the sum reads the first two."""
    two, five = Polynomial.of(2), Polynomial.of(5)
    term = IndexedSum((Index("i", two),), (Index("m", two),), (Access("K", (Polynomial.of("m"),)),))
    gradient = regroup(term, "K", "dO", (Index("k", five),))
    np.testing.assert_array_equal(evaluate_sums([gradient], {"dO": np.array([3, 4])}), [7, 7, 0, 0, 0])


def test_a_layer_without_bias_has_no_gradient_of_it() -> None:
    with pytest.raises(ValueError, match="does not depend on 'b'"):
        gradient_sum(ConvSpec((3, 4), (2, 2), bias=False), "b")


# ---- solving ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("index", ["m0", "m1"])
def test_an_index_that_an_equality_determines_can_be_put_in(index: str) -> None:
    """Source 003 sums over i and has K[p-i]; at dilation 1 that is the gathered sum, solved for m."""
    for spec in NASTY.values():
        if set(spec.dilation) == {1} and int(index[1]) < spec.rank:
            arrays, expected = values_of(spec)
            solved = solve(gradient_sum(spec, "X"), index)
            assert index not in {each.name for each in solved.bound}
            np.testing.assert_array_equal(evaluate_sums([solved], arrays), expected["dX"])


def test_solving_keeps_the_range_of_the_index() -> None:
    """Without the two guards that say 0 <= m < M, entries beyond the kernel would be read."""
    spec = NASTY["one axis, stride 1, all padding 0"]
    solved = solve(gradient_sum(spec, "X"), "m0")
    assert len(solved.guards) == 2
    with pytest.raises(IndexError):
        evaluate_sums([replace(solved, guards=())], integers(spec))


def test_an_index_with_a_coefficient_is_not_determined() -> None:
    with pytest.raises(ValueError, match="no equality of .* says what m0 is"):
        solve(gradient_sum(2, "X"), "m0")


# ---- values ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spec", NASTY.values(), ids=NASTY)
def test_the_value_of_the_definition_is_that_of_plain_loops(spec: ConvSpec) -> None:
    arrays, expected = values_of(spec)
    np.testing.assert_array_equal(evaluate_sums(output_sums(spec), arrays), expected["O + b"])


@pytest.mark.parametrize("name", ["one axis, crop and pad at once", "two axes, square kernel, asymmetric"])
def test_the_products_written_out_add_up_to_the_value(name: str) -> None:
    spec = NASTY[name]
    arrays, expected = values_of(spec)
    for term, array in ((gradient_sum(spec, "X"), "dX"), (gradient_sum(spec, "K"), "dK")):
        written = expand_sums([term])
        assert set(written) == set(
            np.ndindex(expected[array].shape)
        )  # an entry without products is there as well
        for at, products in written.items():
            total = sum(
                factor * np.prod([arrays[name][index] for name, index in entries])
                for factor, entries in products
            )
            assert total == expected[array][at]


def test_a_rational_coefficient_scales() -> None:
    spec = ConvSpec((3, 4), (2, 3))
    arrays, expected = values_of(spec)
    half = parse_index_claim("dK[m,n] = 1/2*sum(i, j) X[i+m,j+n]*dO[i,j]", spec)
    np.testing.assert_array_equal(2 * evaluate_sums(half.terms, arrays), expected["dK"])


# ---- text that reads back --------------------------------------------------------------------------------


@given(
    conv_specs(max_size=4, max_kernel=3, max_channels=4, max_groups=2, max_batch=2),
    st.sampled_from([*NOTATIONS.values()]),
)
def test_what_is_printed_of_a_layer_reads_back_to_the_same_products(
    spec: ConvSpec, notation: Notation
) -> None:
    here = frame(spec)
    sums = {"O": output_sums(spec)} | {
        f"d{array}": (gradient_sum(spec, array),) for array in GRADIENTS if array != "b" or spec.bias
    }
    for target, terms in sums.items():
        text = index_text(target, terms, here, notation)
        read = parse_index_claim(text, spec, notation)
        assert read.target == target
        assert not read.layers
        assert _sorted(read.terms) == _sorted(terms), text


def _sorted(terms: tuple[IndexedSum, ...]) -> dict[tuple[int, ...], list[object]]:
    return {
        at: sorted((factor, sorted(entries)) for factor, entries in products)
        for at, products in expand_sums(terms).items()
    }


@pytest.mark.parametrize(
    "notation", [row for row in NOTATIONS.values() if row.name != "002"], ids=lambda row: row.name
)
@pytest.mark.parametrize("rank", [1, 2])
def test_what_is_printed_for_every_size_reads_back_for_every_size(rank: int, notation: Notation) -> None:
    """The names of sizes are read as they are printed; the layers are then given their numbers."""
    layers = {"G": 1} | {f"Pa{d}": f"Pb{d}" for d in range(rank)}
    for target, terms in _all_sums(rank).items():
        text = index_text(target, terms, frame(rank, notation, layers), notation)
        read = parse_index_claim(text, rank, notation)
        for spec in NASTY.values():
            if spec.rank == rank and all(before == after for before, after in spec.padding):
                single = ConvSpec(
                    spec.input_size, spec.kernel_size, 2, 3, 2, spec.stride, spec.padding, spec.dilation
                )
                numbers = parameters(single)
                equal = {f"P{d}": numbers[f"Pb{d}"] for d in range(rank)}
                ours = [term.substitute(numbers) for term in terms]
                theirs = [term.substitute(numbers | equal) for term in read.terms]
                assert _sorted(tuple(theirs)) == _sorted(tuple(ours)), text


def _all_sums(rank: int) -> dict[str, tuple[IndexedSum, ...]]:
    return {"O": output_sums(rank)} | {f"d{array}": (gradient_sum(rank, array),) for array in GRADIENTS}


# ---- the words -------------------------------------------------------------------------------------------


def test_the_definition_prints_as_a_textbook_has_it() -> None:
    assert (
        definition_formula(2).text
        == "O[e,f,i,j] = b[f] + sum(c, m, n) K[f,c,m,n]*X[e,c,S*i+D*m-Pb,S*j+D*n-Pb]"
    )
    assert definition_formula(1).latex == r"O_{e,f,i} = b_{f} + \sum_{c,m} K_{f,c,m} \, X_{e,c,S i+D m-P^-}"
    layer = ConvSpec((3, 4), (2, 2))
    assert definition_formula(layer).text == "O[i,j] = b + sum(m=0..1, n=0..1) K[m,n]*X[i+m,j+n]"
    assert gradient_formula(layer, "K").text == "dK[m,n] = sum(i=0..1, j=0..2) dO[i,j]*X[i+m,j+n]"
    assert (
        gradient_formula(layer, "X").text
        == "dX[p,q] = sum(i=0..1, j=0..2, m=0..1, n=0..1 : i+m = p, j+n = q) dO[i,j]*K[m,n]"
    )


def test_indices_stand_in_the_order_of_the_layout_and_single_channels_without() -> None:
    layer = ConvSpec((3, 4), (2, 2), in_channels=2, out_channels=3, layout="HWC")
    assert (
        definition_formula(layer, NOTATIONS["001"]).text
        == "R[i,j,o] = b[o] + sum(c=0..1, m=0..1, n=0..1) K[m,n,c,o]*I[i+m,j+n,c]"
    )
    single = ConvSpec((3, 4), (2, 2), in_channels=1, out_channels=3)
    assert definition_formula(single).text == "O[f,i,j] = b[f] + sum(m=0..1, n=0..1) K[f,m,n]*X[i+m,j+n]"
    depthwise = ConvSpec((3, 4), (2, 1), in_channels=2, out_channels=2, groups=2)
    assert definition_formula(depthwise).text == "O[g,i,j] = b[g] + sum(m=0..1) K[g,m,0]*X[g,i+m,j]"


def test_entries_counted_from_one_are_printed_so() -> None:
    """Source 000 counts K from 1 and everything else from 0."""
    layer = ConvSpec((3, 4), (2, 2))
    from_one = replace(NOTATIONS["000"], name="from one", first_index={"K": 1})
    text = definition_formula(layer, from_one).text
    assert text == "O[i,j] = b + sum(m=1..2, n=1..2) K[m,n]*X[i+m-1,j+n-1]"
    assert gradient_formula(layer, "K", from_one).text == "dK[m,n] = sum(i=0..1, j=0..2) dO[i,j]*X[i+m,j+n]"
    assert _sorted(parse_index_claim(text, layer, from_one).terms) == _sorted(output_sums(layer))
    everything = replace(from_one, first_index=dict.fromkeys(["X", "K", "O", "dX", "dK", "dO"], 1))
    text = gradient_formula(layer, "X", everything).text
    assert text == "dX[p,q] = sum(i=1..2, j=1..3, m=1..2, n=1..2 : i+m-1 = p, j+n-1 = q) dO[i,j]*K[m,n]"
    assert _sorted(parse_index_claim(text, layer, everything).terms) == _sorted((gradient_sum(layer, "X"),))


def test_the_latex_of_a_gradient_groups_its_conditions_under_the_sum() -> None:
    assert gradient_formula(1, "X").latex == (
        r"\frac{\partial L}{\partial X_{e,c,p}} = \sum_{\substack{f,i,m \\ S i+D m-P^- = p}} "
        r"\frac{\partial L}{\partial O_{e,f,i}} \, K_{f,c,m}"
    )


@pytest.mark.parametrize("notation", NOTATIONS.values(), ids=lambda row: row.name)
def test_latex_keeps_to_what_github_and_katex_render(notation: Notation) -> None:
    for about in (1, 2, 3, *NASTY.values()):
        for formula in (
            definition_formula(about, notation),
            *(gradient_formula(about, each, notation) for each in "XKb"),
        ):
            for refused in (r"\operatorname", r"\mbox", r"\phantom", "⋆", "δ", "Σ"):
                assert refused not in formula.latex
            assert formula.latex.count("{") == formula.latex.count("}")
            assert "__" not in formula.latex


def test_a_grammar_of_its_own_words_is_no_trap() -> None:
    """A letter that begins like a word of the language is a letter, and primes make letters different."""
    read = parse_index_claim("dK[summand,n] = sum(i, i') X[i+summand,i'+n]*dO[i,i']")
    printed = index_text(read.target, read.terms, frame(2).restricted(read.layers), DEFAULT)
    assert printed == "dK[m,n] = sum(i, j) X[i+m,j+n]*dO[i,j]"
