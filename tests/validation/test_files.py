"""A file is validated as it stands, or refused in words: edited, truncated, of another encoding, not convgen's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import convgen as cg
from convgen.cli import main
from convgen.errors import ConvgenError, SourceError

SPEC = cg.ConvSpec((4, 5), (2, 3), 2, 3, padding=1)


@pytest.fixture(params=["c", "numpy"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An emitted file."""
    kernel = cg.generate(SPEC, request.param, forms={"c": "loops", "numpy": "matrix"}[request.param])
    return kernel.write(tmp_path)[-1]


def answer(source: Path) -> str:
    """What is said of a file; nothing but convgen's own errors may come out."""
    try:
        return "holds" if cg.validate(source) else "differs"
    except ConvgenError:
        return "refused"


def test_a_file_is_held_against_the_layer_that_its_first_line_names(source: Path) -> None:
    found = cg.validate(source)
    assert found
    assert found.spec == SPEC
    assert found.to_json()["holds"] is True


def test_a_file_can_be_held_against_another_layer(source: Path) -> None:
    assert not cg.validate(source, cg.ConvSpec((4, 5), (2, 3), 2, 3, padding=((1, 1), (2, 0))))


def test_the_layer_of_a_first_line_that_was_edited_is_what_counts(source: Path) -> None:
    source.write_text(source.read_text().replace("padding=1x1", "padding=1x0", 1))
    assert not cg.validate(source)


def test_a_first_line_without_a_spec_asks_for_one(source: Path) -> None:
    source.write_text(source.read_text().replace("spec:", "for", 1))
    with pytest.raises(SourceError, match=r"does not name a spec.*--spec"):
        cg.validate(source)
    assert cg.validate(source, SPEC)


def test_every_truncation_is_refused_or_differs(source: Path) -> None:
    text = source.read_bytes()
    for length in range(0, len(text) - 2, 97):
        source.write_bytes(text[:length])
        assert answer(source) != "holds", f"{length} of {len(text)} bytes"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_another_encoding_is_named(source: Path, encoding: str) -> None:
    source.write_bytes(source.read_text().encode(encoding))
    with pytest.raises(SourceError, match=r"no text in UTF-8|does not name a spec"):
        cg.validate(source)


def test_latin_1_is_refused(source: Path) -> None:
    source.write_bytes(source.read_bytes().replace(b"convgen generate", b"convg\xe9n generate"))
    with pytest.raises(SourceError, match="no text in UTF-8"):
        cg.validate(source)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace(" = ", "\x00= "),
        lambda text: text[: len(text) // 2] + "(" * 5000 + text[len(text) // 2 :],
        lambda text: text + "\n#include <stdlib.h>\n",
        lambda text: text + "import os\n",
    ],
    ids=["line ends", "zero byte", "parentheses", "include", "import"],
)
def test_what_no_kernel_holds_is_refused_or_harmless(source: Path, damage: object) -> None:
    source.write_text(damage(source.read_text()), newline="")
    assert answer(source) in ("holds", "refused")


def test_a_header_has_nothing_to_validate(tmp_path: Path) -> None:
    header, _ = cg.generate(SPEC, "c").write(tmp_path)
    with pytest.raises(SourceError, match=r"header.*validate the \.c file"):
        cg.validate(header)


@pytest.mark.parametrize("path", ["absent.c", "."])
def test_a_path_without_a_text_is_named(tmp_path: Path, path: str) -> None:
    with pytest.raises(SourceError, match="cannot read"):
        cg.validate(tmp_path / path)


def test_the_command_line_says_the_same(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--source", str(source)]) == 0
    assert capsys.readouterr().out == f"{cg.validate(source)}\n"
    assert main(["verify", "--source", str(source), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["holds"] is True
    assert main(["verify", "--source", str(source), "--spec", "input=9x9 kernel=3x3"]) == 1
    assert "DIFFERS" in capsys.readouterr().out
    source.write_text(source.read_text() + "?\n")
    assert main(["verify", "--source", str(source)]) == 2
    assert "is not understood" in capsys.readouterr().err


def test_an_edited_line_of_a_prologue_and_the_end_of_a_truncated_text_are_named(tmp_path: Path) -> None:
    spec = cg.ConvSpec((4, 5), (2, 3), 2, 4, padding=1, layout="HWC")
    text = cg.generate(spec, forms="tiled", isa="avx2").source
    path = tmp_path / "k.c"
    for old, new in (
        ("_zero(v) ((v) = (f32x4){0})", "_zero(v) ((v) = (f32x4){1})"),
        ("(s) += (a) * (v))", "(s) += (a) + (v))"),
    ):
        path.write_text(text.replace(old, new, 1))
        line = text[: text.index(old)].count("\n") + 1
        with pytest.raises(
            SourceError, match=rf"line {line} is not understood: .*a convgen prologue has there"
        ):
            cg.validate(path)
    cut = text[: text.rindex(";")]
    path.write_text(cut)
    last = cut.count("\n") + 1
    with pytest.raises(SourceError, match=rf"line {last} is not understood: no C: At end of input"):
        cg.validate(path)
