"""Where the project's own files are; the tests of this directory read them."""

import shutil
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "convgen"
TEMPLATES = ROOT / "templates"

PARTS = ("convgen", "templates", "generated", "tests", "docs", "examples", "benchmarks", ".ci")
TEXTS = (".py", ".j2", ".lark", ".md", ".toml", ".c", ".h", ".tex", ".yml", ".ipynb", ".sh", "")


@cache
def texts() -> tuple[Path, ...]:
    """Every text file of the project, written or generated."""
    return tuple(path for path in files() if path.suffix in TEXTS)


def files() -> list[Path]:
    """Every file of the project: those in its directories, and those at the top that are not scratch."""
    inside = (path for part in PARTS for path in (ROOT / part).rglob("*"))
    on_top = (path for path in ROOT.iterdir() if not path.name.startswith(".") or path.name == ".gitignore")
    return sorted(path for path in (*inside, *on_top) if path.is_file() and "__pycache__" not in path.parts)


def modules() -> list[Path]:
    """The modules of the package."""
    return sorted(PACKAGE.rglob("*.py"))


def templates() -> list[Path]:
    """The templates, all of them."""
    return sorted(TEMPLATES.rglob("*.j2"))


def copy_project(directory: Path) -> None:
    """Copy the project's files, so that a build leaves nothing in the checkout."""
    for path in files():
        copy = directory / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
