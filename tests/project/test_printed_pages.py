"""What a command prints within a page is what it prints today, and reads on GitHub as on the site."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from project.files import ROOT

PRINTED = ROOT / "docs" / "printed.py"
MARKED = [
    path for path in sorted((ROOT / "docs").rglob("*.md")) if "<!-- convgen " in path.read_text("utf-8")
]


@pytest.mark.slow
def test_documents_within_pages_are_what_their_commands_print() -> None:
    command = [sys.executable, str(PRINTED), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("", 0), done.stderr


def test_a_page_that_differs_is_named(tmp_path: Path) -> None:
    (tmp_path / "printed.py").write_text(PRINTED.read_text("utf-8"), encoding="utf-8")
    command = 'convgen explain "dX[0,2]" --spec "input=3x3 kernel=2x2"'
    marks = f"# A page\n\n<!-- {command} -->\n<!-- end of convgen explain -->\n"
    (tmp_path / "page.md").write_text(marks, encoding="utf-8")
    run = [sys.executable, str(tmp_path / "printed.py")]
    done = subprocess.run([*run, "--check"], capture_output=True, text=True, check=False)
    assert "page.md differs" in done.stdout
    assert done.returncode == 1
    assert subprocess.run(run, capture_output=True, check=False).returncode == 0
    page = (tmp_path / "page.md").read_text("utf-8")
    assert "\n## Taps\n" in page
    assert "\n# d" not in page
    assert subprocess.run([*run, "--check"], capture_output=True, check=False).returncode == 0


def test_no_page_shows_a_directive_that_github_does_not_know() -> None:
    """But for cells, which it shows as code, tables of contents, and what is read out of the code or another file."""
    assert len(MARKED) == 9
    for path in sorted((ROOT / "docs").rglob("*.md")):
        found = set(re.findall(r"^```\{([\w-]+)\}", path.read_text("utf-8"), flags=re.MULTILINE))
        assert found <= {"code-cell", "toctree", "eval-rst", "include"}, path
