"""What a derivation prints: every entry where there is room, elided with the true shape where there is not."""

import re
import subprocess
import sys

import pytest

from convgen.algebra.notation import NOTATIONS
from convgen.derivation import derive
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
    text = derive(ConvSpec((32, 32), 3, 64, 64, padding=1)).text()
    assert "verify compares its rules on index arrays" in " ".join(text.split())
    assert "65536×36864" in text


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
