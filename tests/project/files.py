"""Where the project's own files are; the tests of this directory read them."""

from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "convgen"
TEMPLATES = ROOT / "templates"

_PARTS = ("convgen", "templates", "generated", "tests", "docs", "examples", "benchmarks", ".ci")
_OUR_TEXTS = (".py", ".j2", ".lark", ".md", ".toml", ".c", ".h", ".tex", ".yml", ".ipynb", ".sh", "")


@cache
def texts() -> tuple[Path, ...]:
    """Every text file of the project, written or generated."""
    inside = (path for part in _PARTS for path in (ROOT / part).rglob("*") if "__pycache__" not in path.parts)
    candidates = (path for path in (*inside, *ROOT.iterdir()) if path.is_file() and not _is_scratch(path))
    return tuple(sorted(path for path in candidates if path.suffix in _OUR_TEXTS))


def modules() -> list[Path]:
    """The modules of the package."""
    return sorted(PACKAGE.rglob("*.py"))


def templates() -> list[Path]:
    """The templates, all of them."""
    return sorted(TEMPLATES.rglob("*.j2"))


def _is_scratch(path: Path) -> bool:
    return path.parent == ROOT and path.name.startswith(".") and path.name != ".gitignore"
