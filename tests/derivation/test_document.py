"""What a derivation prints: every entry where there is room, elided with the true shape where there is not."""

import re
import subprocess
import sys

import pytest

from convgen.algebra.notation import NOTATIONS
from convgen.algebra.syntax import parse_tree
from convgen.derivation import derive
from convgen.proof.verify import verify
from convgen.rules import RULES
from convgen.spec import ConvSpec
from symbolic.specs import HARD

EXAMPLE = ConvSpec((3, 3), (2, 2))
REFUSED_BY_GITHUB = (r"\operatorname", r"\mbox", r"\phantom", r"\hbox", r"\newcommand", r"\def")


@pytest.mark.parametrize("spec", HARD, ids=str)
@pytest.mark.parametrize("notation", sorted(NOTATIONS))
def test_latex_is_balanced_and_github_renders_it(spec: ConvSpec, notation: str) -> None:
    d = derive(spec, notation=notation)
    for text in (d.latex(), d.latex(article=True), d.markdown()):
        assert text.count("{") - text.count(r"\{") == text.count("}") - text.count(r"\}")
        assert len(re.findall(r"\\left[^a-z]", text)) == len(re.findall(r"\\right[^a-z]", text))
        for environment in ("aligned", "bmatrix", "document"):
            assert text.count(rf"\begin{{{environment}}}") == text.count(rf"\end{{{environment}}}")
        assert not [command for command in REFUSED_BY_GITHUB if command in text]
    assert "\n\n\n" not in d.markdown()
    assert d.markdown().count("```") % 2 == 0


@pytest.mark.parametrize("spec", HARD, ids=str)
@pytest.mark.parametrize("notation", sorted(NOTATIONS))
def test_latex_needs_no_characters_beyond_ascii(spec: ConvSpec, notation: str) -> None:
    """A TeX engine without Unicode fonts stops at the first character that it does not know."""
    d = derive(spec, notation=notation)
    assert d.latex().isascii()
    assert d.latex(article=True).isascii()


def test_the_worked_example_entry_by_entry() -> None:
    """All four outputs, the whole 4x4 Jacobian, all nine entries of dX, and the padded dO meeting rot180(K)."""
    text = derive(EXAMPLE).text()
    assert "O[1,1] = b + K[0,0]*X[1,1] + K[0,1]*X[1,2] + K[1,0]*X[2,1] + K[1,1]*X[2,2]" in text
    assert "⎣ X[1,1]  X[2,1]  X[1,2]  X[2,2] ⎦" in text
    assert "dX[0,2] = K[0,1]*dO[0,1]" in text
    assert "∂L/∂X = pad(dO, (1, 1), (1, 1)) ⋆ rot180(K)" in text
    assert "⎢ 0  dO[0,0]  dO[0,1]  0 ⎥ ⋆ ⎡ K[1,1]  K[1,0] ⎤" in text
    latex = derive(EXAMPLE).latex()
    assert r"O_{0,0} &= b + K_{0,0} X_{0,0} + K_{0,1} X_{0,1} + K_{1,0} X_{1,0} + K_{1,1} X_{1,1}" in latex
    assert r"\frac{\partial L}{\partial X_{0,2}} &= K_{0,1} \frac{\partial L}{\partial O_{0,1}}" in latex


def test_each_source_has_its_own_letters() -> None:
    """001 writes R = K ⋆ I with G; 002 and 003 write X, W, Y; 003 has δ; 000 flattens column by column."""
    assert "G" in derive(EXAMPLE, notation="001").text()
    assert "I[0,0]" in derive(EXAMPLE, notation="001").text()
    assert "X[" not in derive(EXAMPLE, notation="001").text()
    assert "∂L/∂W" in derive(EXAMPLE, notation="002").text()
    assert "δ[0,1]" in derive(EXAMPLE, notation="003").text()
    assert "column by column" in derive(EXAMPLE, notation="000").text()
    assert "row by row" in derive(EXAMPLE, notation="003").text()


def in_one_line(spec: ConvSpec, notation: str = "default") -> str:
    return " ".join(derive(spec, notation=notation).text().split())


def test_index_forms_say_how_they_count_channels() -> None:
    """With groups K[g,f,c,m,n] stands beside K[4,1,0,0]: output channel 4 is f = 1 of group 1 where f < 3."""
    grouped = ConvSpec((3, 4), (2, 2), 4, 6, groups=2)
    text = in_one_line(grouped)
    assert "O[g,f,i,j] = b[g,f] + sum(c=0..1, m=0..1, n=0..1) K[g,f,c,m,n]*X[g,c,i+m,j+n]" in text
    assert "2*g+c is the number of an input channel, 3*g+f that of an output channel." in text
    assert "$`2 g+c`$ is the number of an input channel" in derive(grouped).markdown()
    assert "2*g+c is the number of an input channel, 3*g+o that" in in_one_line(grouped, "001")
    depthwise = in_one_line(ConvSpec((3,), 2, 2, 2, groups=2))
    assert "g is the number of an input channel, g that of an output channel. A batch or channel" in depthwise
    for plain in (EXAMPLE, ConvSpec((3,), 2, 2, 3, batch=2)):
        assert "In index form" not in in_one_line(plain)
        assert "left out there" not in in_one_line(plain)


@pytest.mark.parametrize(
    "spec", [ConvSpec((3,), 2, 2, 1), ConvSpec((3,), 2, 2, 3, batch=1), ConvSpec((3,), 2, 1, 2)]
)
def test_index_forms_say_where_they_leave_indices_out(spec: ConvSpec) -> None:
    """O[i] stands beside O[0,0] where there is one output channel."""
    assert "A batch or channel index that can only be 0 is left out there." in in_one_line(spec)


def test_every_letter_of_a_closed_form_is_explained() -> None:
    text = in_one_line(EXAMPLE)
    stride_and_dilation = "on each axis S is the stride, D the dilation, "
    padding = "Pb the padding before, Pa the padding after"
    assert f"for every layer; {stride_and_dilation}M the kernel size, {padding}: ∂L/∂K" in text
    assert (
        f"for every layer; {stride_and_dilation}E the effective kernel, {padding}, r the remainder: ∂L/∂X"
        in text
    )
    assert "for every layer: ∂L/∂b" in text
    assert "$`P^-`$ the padding before" in derive(EXAMPLE).markdown()


def test_the_order_of_vec_is_said_as_the_arrays_have_it() -> None:
    """Columns are those of a matrix; with more axes it is the first index that runs fastest."""
    assert "Flatten with the first index running fastest. The Jacobian" in in_one_line(
        ConvSpec((3,), 2, 2, 3)
    )
    assert "Flatten with the last index running fastest" in in_one_line(ConvSpec((3,), 2, 2, 3), "003")
    assert "Flatten" not in in_one_line(ConvSpec((3,), 2))


def test_the_sizes_are_worked_out_axis_by_axis() -> None:
    text = derive(ConvSpec((4, 6), (2, 3), stride=(2, 3), padding=((1, 0), (0, 2)), dilation=(2, 1))).text()
    assert "output height = ⌊(4 + 1 + 0 - 3)/2⌋ + 1 = 2,  remainder r = 0" in text
    assert "output width = ⌊(6 + 0 + 2 - 3)/3⌋ + 1 = 2,  remainder r = 2" in text


def test_the_check_says_what_was_compared() -> None:
    """Seven rules, 1 + 4 + 9 entries of gradients, twice the 4 of O, and dK and dX once more as matrices."""
    assert (
        "7 rules were compared with the outputs and their derivatives, 35 entries as exact polynomials; all are "
        "equal. Derivatives: every entry differentiated by SymPy."
    ) in in_one_line(EXAMPLE)


def test_a_rule_that_differs_is_never_printed_as_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    report = verify(EXAMPLE, [(RULES[2], parse_tree("pad(dO, (1, 1)) ⋆ K"))])
    d = derive(EXAMPLE)
    monkeypatch.setitem(vars(d), "report", report)
    with pytest.raises(AssertionError, match="a rule differs from its derivative"):
        d.text()


def test_long_things_are_elided_and_their_true_size_is_said() -> None:
    """A 900x1024 Jacobian shows at most seven rows and columns; no line runs beyond a page."""
    d = derive(ConvSpec((32, 32), (3, 3)))
    text = d.text()
    assert "900×1024 (its middle left out)" in text
    assert "900 equations (the first 6 and the last)" in text
    assert "(900 terms)" in text
    assert max(map(len, text.splitlines())) <= 200
    assert len(text.splitlines()) < 200


def test_a_layer_too_large_for_expressions_still_has_its_derivation() -> None:
    """64 to 64 channels: chosen rows alone are built, and the text says that nothing was compared here."""
    text = derive(ConvSpec((16, 16), 3, 64, 64, padding=1)).text()
    assert "verify compares its rules on index arrays" in " ".join(text.split())
    assert "16384×36864" in text


def test_the_same_text_under_any_hash_seed() -> None:
    program = (
        "from convgen.derivation import derive; from convgen.spec import ConvSpec;"
        "d = derive(ConvSpec((4, 6), (2, 3), stride=(2, 1), padding=(1, 0)));"
        "import sys; sys.stdout.buffer.write((d.text() + d.latex(article=True) + d.markdown()).encode())"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("0", "1")
    }
    assert len(texts) == 1


def test_a_notebook_shows_display_math() -> None:
    shown = derive(EXAMPLE)._repr_markdown_()
    assert "```" not in shown
    assert shown.count("$$") % 2 == 0
    assert "$$\n" in shown
