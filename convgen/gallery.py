"""A gallery: the files that a manifest renders to, and whether its directory holds just these."""

from __future__ import annotations

import difflib
import itertools
import re
from dataclasses import dataclass
from pathlib import Path

from convgen.errors import ConvgenError, ManifestError
from convgen.manifest import Artefact, Manifest
from convgen.render import write_text
from convgen.version import __version__

INDEX = "README.md"
"""The gallery's index, in the manifest's directory."""

DIFF_LINES, DIFF_COLUMNS = 12, 120
"""How much of a difference is shown of each file."""


@dataclass(frozen=True)
class Change:
    """A file that is not as the manifest renders it.

    Attributes:
        file: its path below the gallery.
        kind: ``"differs"``, ``"missing"`` or ``"superfluous"``.
        diff: the first lines of the difference, from the file to what it should be.
    """

    file: str
    kind: str
    diff: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join([f"{self.kind:<11} {self.file}", *(f"    {line}".rstrip() for line in self.diff)])


def render_gallery(manifest: Manifest) -> dict[str, str]:
    """Every file of a gallery by its path below the directory; nothing is written.

    Raises:
        ManifestError: an artefact that cannot be rendered, and why.
    """
    files: dict[str, str] = {}
    layers: list[tuple[Artefact, list[str]]] = []
    for artefact in manifest.artefacts:
        try:
            emitted = dict(artefact.files())
        except ConvgenError as error:
            raise ManifestError(f"{manifest.path}: artefact {artefact.name!r}: {error}") from error
        files |= emitted
        layers.append((artefact, list(emitted)))
    return {INDEX: _index(manifest, layers)} | files


def write_gallery(manifest: Manifest) -> list[str]:
    """Render every file, then write those that differ from what is there; gives their paths.

    Raises:
        ManifestError: an artefact that cannot be rendered, or a file that cannot be read; nothing is written.
        OutputError: a file that cannot be written.
    """
    directory = manifest.path.parent
    rendered = render_gallery(manifest)
    changed = [file for file, text in rendered.items() if _content(directory / file) != text.encode()]
    for file in changed:
        write_text(directory / file, rendered[file])
    return changed


def compare_gallery(manifest: Manifest) -> list[Change]:
    """Hold a gallery's directory against what its manifest renders, byte for byte.

    A superfluous file is one that says in its first line that convgen made it, and that no artefact has.

    Raises:
        ManifestError: an artefact that cannot be rendered, or a file that cannot be read.
    """
    directory = manifest.path.parent
    files = render_gallery(manifest)
    changes = []
    for file, text in files.items():
        found = _content(directory / file)
        if found is None:
            changes.append(Change(file, "missing"))
        elif found != text.encode():
            changes.append(Change(file, "differs", _diff(file, found, text)))
    others = (path.relative_to(directory).as_posix() for path in directory.rglob("*") if _is_generated(path))
    return changes + [Change(file, "superfluous") for file in sorted(others) if file not in files]


# ---- the index -------------------------------------------------------------------------------------------

_LINK_WORDS = {
    ".c": "C",
    ".h": "header",
    ".py": "NumPy",
    ".tex": "LaTeX",
    ".md": "derivation",
    ".txt": "text",
    ".html": "HTML",
}


def _index(manifest: Manifest, layers: list[tuple[Artefact, list[str]]]) -> str:
    name = manifest.path.name
    lines = [f"<!-- convgen {__version__} gallery of {name}: convgen generate --manifest {name} -->", ""]
    lines += [f"# {manifest.title}", ""]
    lines += [manifest.introduction.strip(), ""] if manifest.introduction.strip() else []
    for section, members in itertools.groupby(layers, lambda layer: layer[0].section):
        lines += [f"## {section}", ""] if section else []
        lines += ["| layer | spec | products forward | files |", "| --- | --- | ---: | --- |"]
        lines += [_row(artefact, files) for artefact, files in members]
        lines += [""]
    return "\n".join(lines)


def _row(artefact: Artefact, files: list[str]) -> str:
    links = " · ".join(f"[{_LINK_WORDS[Path(file).suffix]}]({file})" for file in files)
    title = " ".join(artefact.title.split()).replace("|", r"\|")
    return f"| {title} | `{artefact.spec}` | {artefact.spec.multiply_adds:,} | {links} |"


# ---- what is there ---------------------------------------------------------------------------------------

_MADE_HERE = re.compile(rb"\W*convgen \d\S* (spec: |gallery of )")


def _content(path: Path) -> bytes | None:
    """What a file holds; None where there is none."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ManifestError(f"cannot read {path}: {error.strerror or error}") from error


def _is_generated(path: Path) -> bool:
    if not path.is_file():
        return False
    try:
        with path.open("rb") as stream:
            return bool(_MADE_HERE.match(stream.readline(1000)))
    except OSError as error:
        raise ManifestError(f"cannot read {path}: {error.strerror or error}") from error


def _diff(file: str, found: bytes, wanted: str) -> tuple[str, ...]:
    old, new = found.decode(errors="replace").splitlines(), wanted.splitlines()
    lines = difflib.unified_diff(old, new, file, f"{file}, from the manifest", n=1, lineterm="")
    shown = [
        line if len(line) <= DIFF_COLUMNS else f"{line[:DIFF_COLUMNS]}…"
        for line in itertools.islice(lines, DIFF_LINES + 1)
    ]
    if not shown:
        return ("the same text with other line ends",)
    return (*shown[:DIFF_LINES], *(["..."] if len(shown) > DIFF_LINES else []))
