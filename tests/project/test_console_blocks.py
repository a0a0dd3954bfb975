"""Every console block of the pages is true: its commands, run as they stand, print what stands below them."""

import re
import shlex
from pathlib import Path

import pytest

from convgen.cli import main
from project.files import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCKS = [
    pytest.param(block[1], id=f"{page.name}-{number}")
    for page in PAGES
    for number, block in enumerate(
        re.finditer(r"```console\n(.*?)```", page.read_text("utf-8"), flags=re.DOTALL)
    )
]


@pytest.mark.parametrize("block", BLOCKS)
def test_a_console_block_shows_what_its_commands_print(
    block: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert printed(block, capsys) == block


def printed(block: str, capsys: pytest.CaptureFixture[str]) -> str:
    """The commands of a block, each with what it prints."""
    shown = []
    for line in block.splitlines():
        if line.startswith("$ "):
            program, *arguments = shlex.split(line.removeprefix("$ "))
            assert program == "convgen", line
            main(arguments)
            shown.append(f"{line}\n{capsys.readouterr().out}")
    return "".join(shown)
