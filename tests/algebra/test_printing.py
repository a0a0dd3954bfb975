r"""LaTeX is plain enough for GitHub, KaTeX and TeX alike, balanced, and says what the text says."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algebra.trees import WRITTEN_TREES
from by_loops import NASTY
from convgen.algebra.notation import NOTATIONS, notation
from convgen.algebra.operators import OPERATORS
from convgen.algebra.polynomial import Polynomial
from convgen.algebra.printing import amount_latex, to_latex, to_text
from convgen.algebra.syntax import parse_tree
from convgen.algebra.tree import Node
from convgen.rules import RULES, rules_for

COMMANDS = {
    r"\frac", r"\partial", r"\mathop", r"\text", r"\left", r"\right", r"\star", r"\odot", r"\triangleright",
    r"\widetilde", r"\mathsf", r"\delta", r"\,",
}  # fmt: skip
"""Every command that a formula may use; GitHub refuses \\operatorname, and KaTeX has no \\mbox or \\phantom."""


def check_latex(latex: str) -> None:
    assert set(re.findall(r"\\(?:[A-Za-z]+|.)", latex)) <= COMMANDS, latex
    assert latex.isascii(), latex
    depth = 0
    for character in latex:
        depth += (character == "{") - (character == "}")
        assert depth >= 0, latex
    assert depth == 0, latex
    assert latex.count(r"\left") == latex.count(r"\right"), latex
    assert not re.search(r"(?<!\^)[-+]\s*[-+]|\s\s|\(\s|_\{\}|\$", latex), latex


@settings(max_examples=max(100, settings.default.max_examples))
@given(WRITTEN_TREES, st.sampled_from(sorted(NOTATIONS)))
def test_every_tree_is_plain_balanced_latex(tree: Node, name: str) -> None:
    check_latex(to_latex(tree, notation(name)))


@pytest.mark.parametrize("layer", NASTY)
@pytest.mark.parametrize("name", NOTATIONS)
def test_every_rule_of_a_layer_is_plain_balanced_latex(layer: str, name: str) -> None:
    for _, tree in rules_for(NASTY[layer]):
        check_latex(to_latex(tree, notation(name)))


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("X ⋆ K", r"X \star K"),
        ("X ⋆[D] K", r"X \star_{D} K"),
        ("X ⋆[2, 3] K", r"X \star_{2,\,3} K"),
        ("(X ⋆ K) ⋆ K", r"\left(X \star K\right) \star K"),
        ("pad(X)", r"\mathop{\text{pad}}_{(P^-,\,P^+)}\left(X\right)"),
        ("pad(X, (1, 0), (0, 2))", r"\mathop{\text{pad}}_{(1,\,0),\,(0,\,2)}\left(X\right)"),
        ("rot180(K)", r"\mathop{\text{rot180}}\left(K\right)"),
        ("dilate(O, S)", r"\mathop{\text{dilate}}_{S}\left(O\right)"),
        ("shift(X, -1, D)", r"{X}_{\triangleright(-1,\,D)}"),
        ("X[::D][:M]", r"\left[\left[X\right]_{::D}\right]_{:M}"),
        ("sum(dO)", r"\mathop{\text{sum}}\left(\frac{\partial L}{\partial O}\right)"),
        ("X ⊙ K", r"X \odot K"),
        ("K~ @ X~", r"\widetilde{K}\, \widetilde{X}"),
        ("dO~ @ X~.T", r"\widetilde{\frac{\partial L}{\partial O}}\, {\widetilde{X}}^{\mathsf{T}}"),
        ("unfold(dX)", r"\mathop{\text{unfold}}\left(\frac{\partial L}{\partial X}\right)"),
        ("matrix(rot180(K))", r"\mathop{\text{matrix}}\left(\mathop{\text{rot180}}\left(K\right)\right)"),
        ("(X + K).T", r"{\left(X + K\right)}^{\mathsf{T}}"),
        ("-X", "-X"),
        ("2*X", "2 X"),
        ("X - 2*K", "X - 2 K"),
        ("X - (X + K)", r"X - \left(X + K\right)"),
        ("-1/2*X", r"-\frac{1}{2} X"),
        ("X - 3/4*K", r"X - \frac{3}{4} K"),
        ("-X - K", "-X - K"),
    ],
)  # fmt: skip
def test_the_latex_of_each_operator(text: str, latex: str) -> None:
    assert to_latex(parse_tree(text)) == latex


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("default", r"\mathop{\text{dilate}}_{S}\left(\frac{\partial L}{\partial O}\right) \star X"),
        ("000", r"\mathop{\text{dilate}}_{S}\left(\frac{\partial L}{\partial O}\right) \star X"),
        ("001", r"I \star \mathop{\text{dilate}}_{S}\left(G\right)"),
        ("002", r"\mathop{\text{dilate}}_{S}\left(dY\right) \star X"),
        ("003", r"\mathop{\text{dilate}}_{S}\left(\delta\right) \star X"),
    ],
)
def test_each_source_has_its_letters(name: str, latex: str) -> None:
    assert to_latex(parse_tree("dilate(dO, S) ⋆ X"), notation(name)) == latex


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("pad(X)", "pad(X, (Pb, Pa))"),
        ("pad(dO)", "pad(dO, (E - 1, E - 1))"),
        ("(X+K)-2*b", "(X + K) - 2*b"),
        ("X-(-K)", "X + K"),
        ("X[1:]", "crop(X, (1, 0))"),
        ("conv(X,K)", "X ⋆ rot180(K)"),
        ("(X⋆K)⋆[2,1]K", "(X ⋆ K) ⋆[2, 1] K"),
        ("(X⋆K)[::S,::2]", "(X ⋆ K)[::S, ::2]"),
        ("(K~@X~).T", "(K~ @ X~).T"),
        ("-(X⊙K)", "-(X ⊙ K)"),
        ("(-X).T", "(-X).T"),
        ("-X.T", "-X.T"),
    ],
)  # fmt: skip
def test_the_text_of_each_form(text: str, printed: str) -> None:
    assert to_text(parse_tree(text)) == printed


def test_amounts_have_the_signs_of_the_literature() -> None:
    amount = Polynomial.of("E") - 1 - "Pa" + "r" + Polynomial.of("Ho") * "S" * 2
    assert amount_latex(amount) == "2 H_o S+E+r-P^+-1"


def test_every_operator_has_a_text_and_a_latex() -> None:
    from convgen.algebra import printing

    assert set(printing._TEXT) == set(printing._LATEX) == set(OPERATORS)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_is_the_same_bytes_every_time(rule: object) -> None:
    tree = rule.tree  # type: ignore[attr-defined]
    assert to_text(tree) == to_text(parse_tree(to_text(tree)))
