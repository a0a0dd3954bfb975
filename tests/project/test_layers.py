"""Imports run one way, from the ground up: a room imports only the rooms below it, in functions too."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from project.files import PACKAGE, modules

GROUND_UP = (
    "version",
    "errors",
    "axis",
    "spec_text",
    "spec",
    "render",
    "algebra",
    "layout",
    "taps",
    "indexing",
    "rules",
    "pictures",
    "symbolic",
    "kernels",
    "proof",
    "validation",
    "sources",
    "runtime",
    "bench",
    "derivation",
    "testing",
    "integrations",
    "manifest",
    "gallery",
    "demo",
    "options",
    "commands",
    "cli",
    "__main__",
)
"""The rooms of the package; docs/architecture.md gives the reason for the order."""


def room_of(module: str) -> str:
    return module.split(".")[1]


def imported_modules(tree: ast.AST) -> Iterator[str]:
    """Every ``convgen...`` module that a module names in an import, wherever the import stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "convgen")
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: relative import; write the module's full name"
            if node.module == "convgen":
                yield from (f"convgen.{alias.name}" for alias in node.names)
            elif node.module is not None and node.module.startswith("convgen."):
                yield node.module


def upward_imports(module: str, source: str) -> list[str]:
    """The imports of a module that do not point to its own room or down."""
    here = room_of(module)
    below = GROUND_UP[: GROUND_UP.index(here) + 1]
    return [
        imported
        for imported in imported_modules(ast.parse(source))
        if imported == "convgen" or room_of(imported) not in below
    ]


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_room_imports_only_what_lies_below_it(path: Path) -> None:
    module = ".".join(["convgen", *path.relative_to(PACKAGE).with_suffix("").parts])
    if module == "convgen.__init__":  # the public face looks at every room, and no room looks at it
        return
    assert upward_imports(module, path.read_text("utf-8")) == []


def test_every_room_has_its_place_in_the_order() -> None:
    rooms = {path.relative_to(PACKAGE).with_suffix("").parts[0] for path in modules()} - {"__init__"}
    assert rooms == set(GROUND_UP)


@pytest.mark.parametrize(
    ("source", "upward"),
    [
        ("from convgen.errors import SpecError", []),
        ("from convgen.algebra.tree import Node", []),
        ("from convgen.kernels import generate", ["convgen.kernels"]),
        ("def f():\n    import convgen.proof.report", ["convgen.proof.report"]),
        ("from convgen import derive", ["convgen.derive"]),
        ("import convgen", ["convgen"]),
    ],
)
def test_the_check_sees_an_upward_import(source: str, upward: list[str]) -> None:
    assert upward_imports("convgen.algebra.evaluate", source) == upward
