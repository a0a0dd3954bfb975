"""The README's two set-up commands are read out of it by a script, so that CI runs what a reader pastes."""

import re
import subprocess
from pathlib import Path

import pytest

from project.files import ROOT

COMMANDS = ROOT / ".ci" / "readme-commands"


def read_commands(page: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", COMMANDS, page], capture_output=True, text=True, check=False)


def test_the_readme_has_exactly_two_set_up_commands_and_the_makefile_knows_both() -> None:
    commands = read_commands(ROOT / "README.md").stdout.splitlines()
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert len(commands) == 2
    for command in commands:
        make, target = command.split()
        assert make == "make"
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE)


@pytest.mark.parametrize("block", ["make demo\n", "make demo\n\nmake test\nmake more\n", ""])
def test_another_number_of_commands_is_refused(block: str, tmp_path: Path) -> None:
    page = tmp_path / "README.md"
    page.write_text(f"# Title\n\n```python\nx = 1\n```\n\n```sh\n{block}```\n\n```sh\nother\n```\n")
    refused = read_commands(page)
    assert refused.returncode != 0
    assert "two" in refused.stderr


def test_only_the_first_sh_block_is_read(tmp_path: Path) -> None:
    page = tmp_path / "README.md"
    page.write_text("```python\nx = 1\n```\n\n```sh\nmake a\nmake b\n```\n\n```sh\nother\n```\n")
    assert read_commands(page).stdout == "make a\nmake b\n"
