"""The pages of the site are whole: all public names and commands stand there, all code runs, no formula is typed."""

import re
from pathlib import Path

import pytest

import convgen
import convgen.testing
from convgen.commands import COMMANDS
from project.files import ROOT
from project.test_house import FORMULA

DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
RUN = [page for room in ("tutorials", "notebooks") for page in sorted((DOCS / room).glob("*.md"))]
"""Pages whose cells the build runs."""

FENCE = re.compile(r"^```(\S+)(.*?)\n(.*?)^```$", flags=re.DOTALL | re.MULTILINE)
EXECUTED = {"{code-cell}", "console"}
"""Cells by the build, console blocks by test_console_blocks."""
PRINTED = re.compile(
    r"^<!-- (convgen [^\n]*) -->$.*?^<!-- end of convgen \w+ -->$", flags=re.DOTALL | re.MULTILINE
)
"""What a command prints, which test_printed_pages compares."""


def name_of(page: Path) -> str:
    return page.relative_to(DOCS).as_posix()


def documented(page: str) -> set[str]:
    return set(re.findall(r"^\.\. auto\w+:: ([\w.]+)$", (DOCS / page).read_text("utf-8"), flags=re.MULTILINE))


def test_every_public_name_has_its_place_in_the_reference() -> None:
    names = {f"convgen.{name}" for name in convgen.__all__ if not name.startswith("__")}
    assert names <= documented("reference/python.md")


def test_every_public_name_for_tests_has_its_place_in_the_reference() -> None:
    assert {f"convgen.testing.{name}" for name in convgen.testing.__all__} <= documented(
        "reference/testing.md"
    )


def test_every_command_stands_in_the_reference() -> None:
    page = (DOCS / "reference" / "command-line.md").read_text("utf-8")
    assert re.findall(r"^<!-- command-help: (\w+) -->$", page, flags=re.MULTILINE) == [
        each.name for each in COMMANDS
    ]


@pytest.mark.parametrize("page", RUN, ids=name_of)
def test_all_code_of_a_tutorial_is_run(page: Path) -> None:
    kinds = {kind for kind, _, _ in FENCE.findall(PRINTED.sub("", page.read_text("utf-8")))}
    assert "{code-cell}" in kinds
    assert kinds <= EXECUTED


@pytest.mark.parametrize("source", ["000", "001", "002", "003"])
def test_the_derivations_of_a_source_are_printed_and_not_typed(source: str) -> None:
    for name in (f"source-{source}.md", f"worked-{source}.md"):
        text = (DOCS / "mathematics" / name).read_text("utf-8")
        (command,) = PRINTED.findall(text)
        assert re.match(rf'convgen derive --spec "[^"]+" --notation {source}\b', command)
        typed = PRINTED.sub("", text)
        assert not re.search(r"[$\\]", typed)
        assert not FORMULA.search(typed)


def test_every_page_is_in_the_navigation() -> None:
    """Sphinx says so as well; this one takes no build."""
    listed = set()
    for page in PAGES:
        for tree in re.findall(
            r"^```{toctree}\n(.*?)^```$", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE
        ):
            entries = [line for line in tree.split() if not line.startswith(":")]
            listed |= {
                (page.parent / entry).resolve() for entry in entries if (page.parent / f"{entry}.md").exists()
            }
    assert {page.with_suffix("") for page in PAGES} - listed == {DOCS / "index"}
