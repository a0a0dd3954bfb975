"""The version stands in one module; the changelog's newest entry and the built metadata agree with it."""

import re

import convgen
from project.files import ROOT


def test_the_newest_entry_of_the_changelog_is_the_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    entries = re.findall(r"^## \[(\d[^\]]*)\]", changelog, flags=re.MULTILINE)
    assert entries[0] == convgen.__version__


def test_the_build_reads_the_version_from_its_module() -> None:
    import tomllib

    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert configuration["project"]["dynamic"] == ["version"]
    assert configuration["tool"]["setuptools"]["dynamic"]["version"] == {
        "attr": "convgen.version.__version__"
    }
