"""Pictures within LaTeX: every shape stands where it stood, and TeX takes it with the package color alone."""

import re
import subprocess
from pathlib import Path

import pytest

from by_loops import NASTY
from convgen import ConvSpec, derive
from convgen.cli import main
from convgen.derivation.document import escape_latex
from convgen.derivation.latex_picture import latex_picture
from convgen.errors import ToolError
from convgen.pictures.scene import Box, Label, Lines, Picture

REMAINDER = ConvSpec((6, 7), (3, 2), stride=(2, 3), padding=(1, 0))
CUT = ConvSpec((4, 5), 2, stride=2, padding=((2, 2), (3, 0)))


def drawn(*shapes: Box | Lines | Label) -> str:
    return latex_picture(Picture(REMAINDER, "title", "words", 100, 50, shapes), escape_latex)


def test_a_filled_box_is_a_rule_from_its_lower_left_corner() -> None:
    text = drawn(Box(10, 5, 30, 20, fill="#ff0080"))
    assert r"\put(10,-25){\color[rgb]{1,0,0.5}\rule{30\unitlength}{20\unitlength}}" in text
    assert r"\begin{picture}(100,50)(0,-50)" in text
    assert r"\setlength{\unitlength}{0.75pt}" in text


def test_an_outline_is_four_rules_about_its_edges() -> None:
    rules = re.findall(r"\\put\((.*?),(.*?)\).*?\\rule{(.*?)\\unitlength}{(.*?)\\unitlength}", drawn(
        Box(10, 10, 20, 10, stroke="#000000", thickness=2)
    ))  # fmt: skip
    assert [tuple(map(float, each)) for each in rules] == [
        (9, -11, 22, 2), (9, -21, 22, 2), (9, -21, 2, 12), (29, -21, 2, 12)
    ]  # fmt: skip


def test_dashes_end_where_their_line_ends() -> None:
    text = drawn(Box(0, 0, 10, 0, stroke="#000000", thickness=1, dash=(4, 3)))
    widths = [float(each) for each in re.findall(r"\\rule{(.*?)\\unitlength}{1\\unitlength}", text)]
    assert widths == [4, 3, 4, 3]  # upper and lower edge: 4 drawn, 3 not, and the 3 that are left


def test_an_oblique_line_is_a_curve_through_its_middle() -> None:
    text = drawn(Lines(((0, 0, 10, 30),), thickness=1.5))
    assert r"\linethickness{1.5\unitlength}\qbezier(0,-0)(5,-15)(10,-30)" in text


def test_words_are_escaped_and_in_a_size_that_fonts_have() -> None:
    text = drawn(Label(5, 5, "dX_1 · K", size=12, anchor="middle", bold=True))
    assert r"\makebox(0,0)[]" in text
    assert r"\fontsize{9}{9}\sffamily\bfseries dX\_1 \(\cdot\) K" in text
    assert r"\fontsize{5}{5}" in drawn(Label(5, 5, "0", size=6))


def test_a_wide_picture_is_made_smaller_until_it_fits_a_page() -> None:
    text = latex_picture(Picture(REMAINDER, "title", "words", 1400, 50, ()), escape_latex)
    assert r"\setlength{\unitlength}{0.48pt}" in text


@pytest.mark.parametrize("article", [False, True])
def test_the_latex_of_an_entry_has_both_pictures(article: bool) -> None:
    trace = derive(REMAINDER).explain("dX[2,3]")
    text = trace.latex(article)
    assert text.count(r"\begin{picture}") == 2
    assert (r"\usepackage{color}" in text) is article
    assert "includegraphics" not in text
    assert text.isascii()
    for kind in ("taps", "pass"):
        for shape in trace.picture(kind).shapes:
            if isinstance(shape, Label):
                assert f" {escape_latex(shape.text)}}}" in text


def test_a_layer_too_large_to_draw_says_so_instead() -> None:
    text = derive(ConvSpec((200, 200), 3)).explain("dX[0,0]").latex(article=True)
    assert r"\begin{picture}" not in text
    assert r"\usepackage{color}" not in text
    assert "There is no picture here" in text


COMPILED = {
    "dX with a remainder": (REMAINDER, "dX[2,3]", {}),
    "dX cut": (CUT, "dX[0,0]", {}),
    "dK": (ConvSpec((7, 6), (2, 3), stride=(3, 1), padding=(0, 1), dilation=(2, 1)), "dK[1,2]", {}),
    "db": (ConvSpec((5, 6), (3, 2)), "db", {}),
    "one axis": (ConvSpec((7,), (3,), stride=2, padding=((2, 0),), dilation=2), "dX[3]", {}),
    "three axes": (ConvSpec((3, 3, 4), 2), "O[1,1,2]", {}),
    "channels, groups": (NASTY["two axes, everything differs"], "dX[1,2,3,3]", {"notation": "003"}),
}


@pytest.mark.slow
@pytest.mark.parametrize(("spec", "entry", "options"), COMPILED.values(), ids=COMPILED)
def test_the_article_of_an_entry_compiles_without_a_warning(
    spec: ConvSpec, entry: str, options: dict[str, str], tmp_path: Path
) -> None:
    source = tmp_path / "entry.tex"
    source.write_text(derive(spec, **options).explain(entry).latex(article=True), "utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-no-shell-escape", source.name]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    log = source.with_suffix(".log").read_text("utf-8", errors="replace")
    assert run.returncode == 0, log[-2000:]
    assert re.findall(r"^(?:!.*|.*Warning:.*|Overfull .*|Missing character.*)$", log, re.M) == []


# ---- PDF -------------------------------------------------------------------------------------------------


def test_an_entry_as_pdf_goes_through_the_engine_to_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = tmp_path / "pdflatex"
    engine.write_text("#!/bin/sh\ncat article.tex > article.pdf\n")
    engine.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    layer = ["--spec", str(REMAINDER)]
    path = tmp_path / "entry.pdf"
    assert main(["explain", "dX[2,3]", *layer, "--format", "pdf", "--output", str(path)]) == 0
    assert path.read_text("utf-8") == derive(REMAINDER).explain("dX[2,3]").latex(article=True)
    with pytest.raises(SystemExit):
        main(["explain", "dX[2,3]", *layer, "--format", "pdf"])
    assert "--format pdf is written to a file" in capsys.readouterr().err
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(ToolError, match="none of pdflatex"):
        derive(REMAINDER).explain("dX[2,3]").pdf()
