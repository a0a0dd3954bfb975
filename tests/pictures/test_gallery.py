"""docs/pictures.md and its pictures are what the code draws, and every command on the page works."""

import shlex
from pathlib import Path

import pytest

from convgen.cli import main
from convgen.pictures.__main__ import main as write_or_compare
from convgen.pictures.gallery import EXPLORABLE, SECTIONS, Exhibit, differing, gallery
from project.files import ROOT

EXHIBITS = [exhibit for section in SECTIONS for exhibit in section.exhibits] + [EXPLORABLE]


def test_the_committed_page_and_pictures_are_what_the_code_writes() -> None:
    """Where not: make pictures, look at what changed, and commit it."""
    assert [path.name for path in differing(ROOT / "docs")] == []
    committed = {path.name for path in (ROOT / "docs" / "pictures").iterdir()}
    assert committed == {exhibit.file for exhibit in EXHIBITS}


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda exhibit: exhibit.name)
def test_its_command_writes_each_picture(
    exhibit: Exhibit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(shlex.split(exhibit.line)[1:]) == 0
    assert Path(exhibit.file).read_text("utf-8") == exhibit.text()


def test_the_page_shows_every_picture_with_words_for_who_does_not_see_it() -> None:
    page = gallery()["pictures.md"]
    for exhibit in EXHIBITS[:-1]:
        assert f"![{exhibit.words}](pictures/{exhibit.file})" in page


def test_a_picture_that_differs_is_told_and_mended(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert write_or_compare([str(tmp_path)]) == 0
    assert write_or_compare([str(tmp_path), "--check"]) == 0
    changed = tmp_path / "pictures" / "forward.svg"
    changed.write_text("other")
    capsys.readouterr()
    assert write_or_compare([str(tmp_path), "--check"]) == 1
    assert capsys.readouterr().out == f"differs {changed}\n"
    assert write_or_compare([str(tmp_path)]) == 0
    assert write_or_compare([str(tmp_path), "--check"]) == 0
