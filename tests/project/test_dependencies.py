"""Each dependency is declared, used, and has its reason written down; none stands in one place only."""

import ast
import re
import tomllib

from project.files import PACKAGE, ROOT, modules

DISTRIBUTION = {"sklearn": "scikit-learn", "PIL": "pillow"}
"""Where the name to install is not the name to import."""


def declared() -> dict[str, set[str]]:
    """Names to install: those always needed under "", the others under their extra."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    groups = {"": project["dependencies"], **project["optional-dependencies"]}
    return {
        extra: {re.match(r"[\w.-]+", requirement)[0] for requirement in requirements}
        for extra, requirements in groups.items()
    }


def explained() -> set[str]:
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    return set(re.findall(r"^- \*\*([\w.-]+)\*\*", page, flags=re.MULTILINE))


def imported() -> dict[str, str]:
    """Names to install of all that the package imports from elsewhere, with one place each."""
    found = {}
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            for name in (name.split(".")[0] for name in names):
                found[DISTRIBUTION.get(name, name)] = path.relative_to(PACKAGE).as_posix()
    import sys

    return {name: place for name, place in found.items() if name not in {*sys.stdlib_module_names, "convgen"}}


def test_every_dependency_has_its_reason_and_every_reason_its_dependency() -> None:
    assert explained() == set().union(*declared().values())


def test_the_package_imports_only_what_it_declares() -> None:
    names = set().union(*declared().values())
    assert {name: place for name, place in imported().items() if name not in names} == {}


def test_what_is_always_installed_is_used_by_the_package() -> None:
    assert declared()[""] <= set(imported())
