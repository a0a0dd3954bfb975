"""The rules of the house that a machine can check over the project's own files."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from convgen.spec import ConvSpec
from convgen.version import __version__
from project.files import PACKAGE, ROOT, TEMPLATES, modules, templates, texts

FORMULA = re.compile(r"\\sum|\\star|rot180|[⋆∑Σ]")
"""What a derived formula is made of; a template receives it as text and never spells it."""

HOME = re.compile(r"(?<![\w.])/(?:home|root|work|Users)/\w|[A-Z]:\\+Users\b")
"""A path that only one machine has."""

LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)[^)]*\)")
"""A link to a file of the project."""

WRITTEN_BY_CI = {ROOT / "docs" / "test-record.md", ROOT / "docs" / "benchmarks.md"}
"""Pages that the full tier writes after its tests, and that its first run therefore does not find."""

RUNS_TEXT = {"eval", "exec", "compile", "parse_expr", "lambdify", "__import__"}
"""Calls that would run text as code."""


def imports_of(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module


def calls_of(tree: ast.AST) -> Iterator[str]:
    """The plain or last name of every call: ``exec`` in ``exec(x)``, ``lambdify`` in ``sympy.lambdify(x)``.

    A method of another object that is named as a built-in (``re.compile``) runs nothing and is left out.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                yield node.func.id
            elif isinstance(node.func, ast.Attribute) and node.func.attr not in {"compile", "eval", "exec"}:
                yield node.func.attr


def room_and_name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.relative_to(TEMPLATES).as_posix())
def test_no_formula_is_typed_into_a_template(path: Path) -> None:
    assert FORMULA.findall(path.read_text("utf-8")) == []


@pytest.mark.parametrize("text", [r"\sum_{m}", r"X \star K", "rot180(K)", "X ⋆ K"])
def test_a_typed_formula_would_be_seen(text: str) -> None:
    assert FORMULA.search(text)


def test_jinja2_is_known_to_the_render_room_alone() -> None:
    knowing = [
        room_and_name(path)
        for path in modules()
        if any(name.split(".")[0] == "jinja2" for name in imports_of(ast.parse(path.read_text("utf-8"))))
    ]
    assert knowing == ["render.py"]


def test_text_is_run_as_code_only_where_a_generated_numpy_kernel_is_loaded() -> None:
    running = {
        path: called
        for path in modules()
        if (called := RUNS_TEXT.intersection(calls_of(ast.parse(path.read_text("utf-8")))))
    }
    assert {room_and_name(path).split("/")[0] for path in running} <= {"runtime"}
    assert set().union(*running.values()) <= {"compile", "exec"}


def test_running_text_would_be_seen() -> None:
    seen = set(calls_of(ast.parse("eval(a); sympy.lambdify(b); re.compile(c); exec(compile(d, e, f))")))
    assert seen & RUNS_TEXT == {"eval", "lambdify", "exec", "compile"}


def test_no_file_names_a_path_of_one_machine() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in texts()
        for line in path.read_text("utf-8").splitlines()
        if HOME.search(line) or str(ROOT) in line
    }
    assert found == set()


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("#include </" + "home/ann/x.h>", True),
        ("see /" + "root/project", True),
        ("C:\\" + "Users\\ann", True),
        ("tests/home/x", False),
        ("https://example.org/home/page", False),
    ],
)
def test_a_path_of_one_machine_would_be_seen(text: str, seen: bool) -> None:
    assert bool(HOME.search(text)) is seen


@pytest.mark.parametrize(
    "page",
    [path for path in texts() if path.suffix == ".md"],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_every_link_of_a_page_leads_to_a_file(page: Path) -> None:
    targets = [page.parent / link for link in LINK.findall(page.read_text("utf-8"))]
    assert [path for path in targets if not path.exists() and path.resolve() not in WRITTEN_BY_CI] == []


@pytest.mark.parametrize(
    "path",
    sorted((ROOT / "tests").rglob("test_*.py")),
    ids=lambda path: path.relative_to(ROOT / "tests").as_posix(),
)
def test_a_test_module_says_its_theorem_first(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))


def test_the_first_line_of_every_generated_file_tells_its_version_and_spec() -> None:
    emitted = [path for path in (ROOT / "generated").rglob("*") if path.suffix in {".c", ".h", ".py", ".tex"}]
    assert emitted
    for path in emitted:
        first_line = path.read_text("utf-8").split("\n", 1)[0]
        told = re.search(rf"convgen {re.escape(__version__)} spec: ((?:[\w-]+=\S+ ?)+)", first_line)
        assert told, f"{path.name}: {first_line}"
        assert str(ConvSpec.parse(told[1])) == told[1].strip()
