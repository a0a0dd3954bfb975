"""Formats: every one in every notation, base, order and layout; KaTeX, MathML and TeX read what is written."""

import itertools
import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from by_loops import NASTY
from convgen.algebra.mathml import to_mathml
from convgen.algebra.notation import NOTATIONS
from convgen.cli import main
from convgen.derivation import Derivation, derive, explain
from convgen.derivation.chapters import EXPANDED_LIMIT
from convgen.derivation.formula import Formula, broken
from convgen.derivation.letters import Letters
from convgen.errors import BudgetError, SpecError, ToolError
from convgen.manifest import FORMATS, read_manifest
from convgen.spec import ConvSpec
from convgen.testing import conv_specs
from derivation.formulas import faults_of_mathml, formulas, formulas_of, traced

EXAMPLE = ConvSpec((3, 4), (2, 3))
EVERYTHING_DIFFERS = NASTY["two axes, everything differs"]
GALLERY = read_manifest(Path(__file__).parents[2] / "generated" / "manifest.toml")
RESNET = ConvSpec((224, 224), 7, 3, 64, stride=2, padding=3)
REFUSED_BY_GITHUB = (r"\operatorname", r"\mbox", r"\phantom", r"\hbox", r"\newcommand", r"\def", r"\require")

CHOICES = {
    "notation": tuple(NOTATIONS),
    "index_base": (0, 1),
    "vec": ("F", "C"),
    "jacobian_layout": ("numerator", "denominator"),
    "format": tuple(FORMATS),
}


def pairwise() -> list[dict[str, object]]:
    """Few combinations in which every pair of choices stands together, found greedily."""
    names = list(CHOICES)
    every = [dict(zip(names, values, strict=True)) for values in itertools.product(*CHOICES.values())]
    wanted = {pair for row in every for pair in pairs(row)}
    chosen: list[dict[str, object]] = []
    while wanted:
        best = max(every, key=lambda row: len(wanted & pairs(row)))
        chosen.append(best)
        wanted -= pairs(best)
    return chosen


def pairs(row: dict[str, object]) -> set[tuple[tuple[str, object], ...]]:
    return set(itertools.combinations(row.items(), 2))


def combinations() -> list[object]:
    return [pytest.param(row, id="-".join(map(str, row.values()))) for row in pairwise()]


def written(row: dict[str, object], spec: ConvSpec = EXAMPLE) -> tuple[Derivation, str]:
    options = {name: value for name, value in row.items() if name != "format"}
    derivation = derive(spec, **options)
    return derivation, FORMATS[str(row["format"])].document(derivation)


@pytest.mark.parametrize("row", combinations())
def test_every_pair_of_choices(row: dict[str, object]) -> None:
    """Notation, index base, order of vec, layout of Jacobians and format, each pair of them together."""
    derivation, text = written(row)
    first, letters = row["index_base"], derivation.notation.letters
    plain = derive(EXAMPLE, **{name: value for name, value in row.items() if name != "format"}).text()
    last = ",".join(str(size - 1 + first) for size in EXAMPLE.output_shape)
    assert f"{letters['O']}[{first},{first}] = " in plain
    assert f"{letters['O']}[{last}] = " in plain
    order = {"F": "column by column", "C": "row by row"}[str(row["vec"])]
    assert f"Flatten {order}." in text
    shape = {"numerator": "4×6", "denominator": "6×4"}[str(row["jacobian_layout"])]
    assert shape in text or shape.replace("×", r"\(\times\)") in text
    steps = derivation.steps("X")
    assert len(steps) > 5
    for step in steps:
        assert f"{step.name[0].upper()}{step.name[1:]}. " in plain
        (equation,) = Letters(EXAMPLE, derivation.notation).equation(step.equation, general=True).lines[:1]
        assert "".join(equation.split()) in "".join(plain.split())  # a long one is broken at its terms
    trace = derivation.explain(f"{letters['dX']}[{first},{1 + first}]")
    assert f"{letters['dX']}[{first},{1 + first}] = " in trace.text()
    assert [tap.input for tap in trace.taps] == [(0, 1)] * 2
    traced = trace.formatted(str(row["format"]))
    assert refused_by_github({text, traced}) == []
    if row["format"] == "html":
        assert_is_a_page(text)
        assert_is_a_page(
            traced.replace(' xmlns="http://www.w3.org/2000/svg"', "")
        )  # a name, which nobody loads
    if row["format"] in ("latex", "article"):
        assert text.isascii()
        assert traced.isascii()


def test_the_command_in_a_file_writes_that_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The options that it names are all that were chosen: the same bytes again."""
    row = {
        "notation": "001",
        "index_base": 1,
        "vec": "F",
        "jacobian_layout": "denominator",
        "format": "markdown",
    }
    _, text = written(row)
    command = text.splitlines()[1].removesuffix(" -->")
    assert command.startswith("convgen derive ")
    spec = re.search(r'--spec "(.*?)"', command)
    assert spec is not None
    words = command.removeprefix("convgen ").replace(spec[0], "").split()
    assert main([*words, "--spec", spec[1]]) == 0
    assert capsys.readouterr().out == text


@pytest.mark.parametrize("notation", sorted(NOTATIONS))
def test_counting_from_one_adds_one_to_every_index(notation: str) -> None:
    """In what is written out; the steps say it in their own index expressions (test_steps)."""

    def indices(base: int) -> list[list[int]]:
        text = derive(EVERYTHING_DIFFERS, notation, index_base=base).text()
        lines = [line for line in text.splitlines() if re.match(r"    \S+\[[\d,]+\] += ", line)]
        return [[int(each) - base for each in re.findall(r"(?<=[\[,])\d+(?=[,\]])", line)] for line in lines]

    assert indices(0) == indices(1)
    assert len(indices(0)) > 20


def test_a_denominator_layout_is_the_transpose() -> None:
    """Rows of ∂O/∂K in the one are columns in the other, and the chain rule multiplies from the other side."""
    numerator, denominator = (
        " ".join(derive(EXAMPLE, jacobian_layout=layout).text().split())
        for layout in ("numerator", "denominator")
    )
    assert "∂L/∂K = ∂L/∂O ∂O/∂K" in numerator
    assert "∂L/∂K = ∂O/∂K ∂L/∂O" in denominator
    assert "⎡ X[0,0] X[1,0] X[0,1] X[1,1] X[0,2] X[1,2] ⎤" in numerator
    assert "⎡ X[0,0] X[1,0] X[0,1] X[1,1] ⎤" in denominator


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"index_base": 2}, "index_base must be 0 or 1, got 2"),
        ({"vec": "G"}, "vec must be 'F'"),
        ({"jacobian_layout": "mixed"}, "numerator, denominator, got 'mixed'"),
    ],
)
def test_an_unknown_choice_is_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(SpecError, match=re.escape(words)):
        derive(EXAMPLE, **options)
    with pytest.raises(SpecError, match="unknown flavour 'rst'"):
        derive(EXAMPLE).markdown("rst")


def test_source_000_keeps_its_own_words() -> None:
    """SH and SW, PH and PW in closed forms as well, and no S or P of ours."""
    text = derive(ConvSpec((5, 6), (3, 2), stride=(2, 1), padding=(1, 0)), "000").text()
    assert "dK = (pad(X, (PH, PH), (PW, PW)) ⋆ dilate(dO, SH, SW))[::DH, ::DW][:M, :N]" in text
    assert "X[SH*i+DH*m-PH,SW*j+DW*n-PW]" in text
    assert "SH is the stride" in " ".join(text.split())
    assert not re.search(r"\b(S|Pb|Pa|P)\b", text.split("Forward pass")[1])


def test_source_002_writes_gradients_in_one_way() -> None:
    latex = derive(ConvSpec((5, 5), 3, padding=1), "002").latex()
    assert r"dW_{x,y}" in latex
    assert r"\frac{\partial L}{\partial W" not in latex.replace(r"\frac{\partial L}{\partial W} = ", "")


# ---- KaTeX, MathML, HTML ---------------------------------------------------------------------------------


def assert_is_a_page(text: str) -> None:
    """One file that loads nothing, whose formulas are MathML."""
    assert "<script" not in text
    assert "http" not in text.replace("http://www.w3.org/1998/Math/MathML", "")
    body = text[text.index("<html") :].replace("<!DOCTYPE html>", "")
    body = re.sub(r"<(meta)([^>]*)>", r"<\1\2/>", body)
    root = ElementTree.fromstring(body)
    assert root.findall(".//{http://www.w3.org/1998/Math/MathML}math")
    assert not re.search(r"\\[a-z]+", "".join(root.itertext()))


@settings(max_examples=3)
@given(conv_specs(max_size=5, max_kernel=3, max_channels=4, max_groups=2, max_batch=2))
def test_mathml_is_valid_on_drawn_layers(spec: ConvSpec) -> None:
    for formula in formulas(derive(spec)):
        assert faults_of_mathml(to_mathml(formula, display=True)) == []


@pytest.mark.parametrize("notation", sorted(NOTATIONS))
def test_mathml_is_valid_in_every_notation(notation: str) -> None:
    derivation = derive(EVERYTHING_DIFFERS, notation, index_base=1)
    entry = f"{derivation.notation.letters['dX']}[1,2,3,4]"
    found = formulas(derivation) | formulas_of(derivation.explain(entry).blocks)
    assert len(found) > 50
    for formula in found:
        assert faults_of_mathml(to_mathml(formula)) == []


def test_html_is_one_page_that_loads_nothing() -> None:
    assert_is_a_page(derive(EVERYTHING_DIFFERS).html())
    page = explain(EVERYTHING_DIFFERS, "dX[1,2,3,4]").html()
    assert_is_a_page(page.replace(' xmlns="http://www.w3.org/2000/svg"', ""))  # a name, which nobody loads


def refused_by_github(found: set[str]) -> list[str]:
    return [formula for formula in found if any(command in formula for command in REFUSED_BY_GITHUB)]


def katex_refuses(found: set[str]) -> list[list[str]]:
    run = subprocess.run(
        ["node", str(Path(__file__).with_name("katex.js"))],
        input=json.dumps(sorted(found)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, f"node and its package katex are needed (NODE_PATH): {run.stderr}"
    return json.loads(run.stdout)["refused"]


@pytest.mark.slow
@settings(max_examples=10)
@given(st.lists(conv_specs(max_size=5, max_kernel=3, max_channels=4), min_size=20, max_size=20))
def test_katex_reads_every_formula_of_200_drawn_layers(specs: list[ConvSpec]) -> None:
    """Strict mode: what KaTeX would only warn of is an error. Twenty layers at a time, for one start of node."""
    derivations = [derive(spec) for spec in specs]
    found = set().union(*map(formulas, derivations), *map(traced, derivations))
    assert refused_by_github(found) == []
    assert katex_refuses(found) == []
    for formula in found:
        assert faults_of_mathml(to_mathml(formula, display=True)) == []


@pytest.mark.slow
def test_katex_reads_every_formula_of_the_gallery() -> None:
    found: set[str] = set()
    for artefact, other in zip(GALLERY.artefacts, itertools.cycle(NOTATIONS), strict=False):
        for derivation in (
            derive(artefact.spec, artefact.notation),
            derive(artefact.spec, other, index_base=1),
        ):
            written = formulas(derivation)
            assert len(written) > 50, artefact.name
            entries = traced(derivation)
            assert len(entries) > 5, artefact.name
            found |= written | entries
    assert refused_by_github(found) == []
    assert katex_refuses(found) == []
    for formula in found:
        assert faults_of_mathml(to_mathml(formula, display=True)) == []


@pytest.mark.slow
def test_katex_refuses_what_is_wrong() -> None:
    assert len(katex_refuses({r"\frac{1", r"\unknown", "a"})) == 2


# ---- TeX -------------------------------------------------------------------------------------------------

_FAULTS = re.compile(
    r"^(?:!.*|(?:LaTeX|Package \w+) Warning:.*|Overfull .*|Underfull \\hbox \(badness 10000\).*)$", re.M
)


@pytest.mark.slow
@pytest.mark.parametrize("artefact", GALLERY.artefacts, ids=lambda each: each.name)
def test_the_articles_of_the_gallery_compile_without_a_warning(artefact: object, tmp_path: Path) -> None:
    for notation in (artefact.notation, "000" if artefact.notation == "default" else "default"):
        source = tmp_path / f"{notation}.tex"
        source.write_text(derive(artefact.spec, notation).latex(article=True), "utf-8")
        run = subprocess.run(
            ["pdflatex", "-interaction=nonstopmode", source.name],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        log = source.with_suffix(".log").read_text("utf-8", errors="replace")
        assert run.returncode == 0, log[-2000:]
        assert _FAULTS.findall(log) == []


def test_a_missing_tex_engine_is_said_before_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(
        ToolError, match="none of pdflatex, lualatex, xelatex, tectonic is installed; ask for"
    ):
        derive(RESNET).pdf()


def test_a_failing_tex_engine_says_its_first_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = tmp_path / "pdflatex"
    engine.write_text("#!/bin/sh\necho '! Undefined control sequence.'\nexit 1\n")
    engine.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(ToolError, match="pdflatex failed: ! Undefined control sequence"):
        derive(EXAMPLE).pdf()


# ---- sizes and files -------------------------------------------------------------------------------------


def test_a_layer_too_large_to_write_out_has_its_general_form() -> None:
    """116 million products: refused with both numbers, before any work; the general form has every step."""
    with pytest.raises(BudgetError, match=rf"116,214,528 products.*{EXPANDED_LIMIT:,}.*--general"):
        derive(RESNET).text()
    text = derive(RESNET).text(expanded=False)
    assert "dX = pad(dilate(dO, 2, 2), (3, 4), (3, 4)) ⋆ rot180(K)" in text
    assert "Written out" not in text
    assert max(map(len, text.splitlines())) <= 200


def test_a_wide_sum_is_broken_at_its_terms() -> None:
    wide = Formula.of("O = a + b", f"O = {'a' * 60} + {'b' * 60}")
    assert [line.rstrip() for line in broken(wide).lines] == [f"O = {'a' * 60}", f"  + {'b' * 60}"]
    assert broken(wide).latex == "\\begin{aligned}\nO &= a \\\\\n&\\quad + b\n\\end{aligned}"
    bracketed = Formula.of(r"O = \sum_{a + b} c", f"O = ({'a' * 60} + {'b' * 60})")
    assert broken(bracketed) == bracketed
    assert broken(Formula.of("O = a + b", "O = a + b")) == Formula.of("O = a + b", "O = a + b")


@pytest.mark.parametrize("command", [["derive"], ["explain", "dX[0,0]"]])
def test_a_file_that_exists_is_kept(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "page.html"
    words = [*command, "--input", "3x3", "--kernel", "2x2", "--format", "html", "--output", str(path)]
    assert main(words) == 0
    path.write_text("mine")
    assert main(words) == 2
    assert f"cannot write {path}: it exists" in capsys.readouterr().err
    assert path.read_text() == "mine"
    assert main([*words, "--force"]) == 0
    assert path.read_text() != "mine"


@pytest.mark.parametrize("option", ["--output", "--picture"])
def test_a_place_that_cannot_be_written_is_named(
    option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("mine")
    path = tmp_path / "file" / "entry.svg"
    assert main(["explain", "dX[0,0]", "--input", "3x3", "--kernel", "2x2", option, str(path)]) == 2
    told = capsys.readouterr()
    assert f"cannot write {path}: {path.parent} is a file, where a directory is needed" in told.err
    assert told.out == ""
    assert (tmp_path / "file").read_text() == "mine"


def test_pdf_needs_a_place(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["derive", "--input", "3x3", "--kernel", "2x2", "--format", "pdf"])
    assert "--format pdf is written to a file" in capsys.readouterr().err
