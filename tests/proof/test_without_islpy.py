"""Without the library of integer sets, what needs it says so, and what does not goes on."""

import subprocess
import sys

import pytest

HIDDEN = """
import sys
sys.modules["islpy"] = None
from convgen.cli import main
sys.exit(main(sys.argv[1:]))
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", HIDDEN, *arguments], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("arguments", [("check", "db = sum(dO)"), ("prove", "X")])
def test_a_question_about_every_size_names_what_is_to_be_installed(arguments: tuple[str, ...]) -> None:
    answer = run(*arguments)
    assert answer.returncode == 2
    assert answer.stderr.startswith("convgen: error: not proved for all sizes: ")
    assert "pip install islpy" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_one_layer_is_decided_all_the_same() -> None:
    answer = run("check", "db = sum(dO)", "--input", "3x3", "--kernel", "2x2")
    assert (answer.returncode, answer.stderr) == (0, "")
