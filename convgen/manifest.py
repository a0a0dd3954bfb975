"""A gallery's manifest: which layers it shows, and what is emitted for each.

A manifest is TOML. Its directory is the gallery, in which each layer has a directory of its own.

    title = "Gallery"

    [[artefact]]
    name = "worked_example"
    title = "3×3 input, 2×2 kernel"
    spec = "input=3x3 kernel=2x2"
    outputs = ["c", "numpy", "article", "markdown"]

The keys of an artefact are those of `Artefact`; only spec and outputs are needed. A section is the heading above
its artefact and those that follow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convgen.algebra.notation import DEFAULT, notation
from convgen.errors import ConvgenError, ManifestError
from convgen.spec import ConvSpec
from convgen.version import __version__

if TYPE_CHECKING:
    from convgen.derivation import Derivation
    from convgen.kernels import Kernel


@dataclass(frozen=True)
class Format:
    """A way of writing a derivation.

    Attributes:
        name: how it is asked for.
        suffix: of its files.
        words: what it is, for a reader who has not met it.
        opening: the first lines of a file, with places for its origin and for the command that writes it.
        body: the derivation itself, from it and from whether it is written out for the layer.
    """

    name: str
    suffix: str
    words: str
    opening: str
    body: Callable[[Derivation, bool], str]

    def document(self, derivation: Derivation, expanded: bool = True) -> str:
        """A derivation as the text of a file."""
        spec = derivation.spec
        command = f'convgen derive --spec "{spec}" --format {self.name}{derivation.options}'
        command += "" if expanded else " --general"
        return self.opened(spec, command) + self.body(derivation, expanded)

    def opened(self, spec: ConvSpec, command: str) -> str:
        """The first lines of a file that a command writes."""
        return self.opening.format(origin=f"convgen {__version__} spec: {spec}", command=command)


_IN_LATEX = "% {origin}\n% {command}\n"
_IN_MARKDOWN = "<!-- {origin}\n{command} -->\n\n"
PDF = "pdf"
"""The one format that is no text; it is written to a file, and in no gallery."""

FORMATS: Mapping[str, Format] = {
    format_.name: format_
    for format_ in (
        Format(
            "text",
            ".txt",
            "Unicode text for a terminal",
            "{origin}\n\n",
            lambda d, each: d.text(expanded=each),
        ),
        Format(
            "markdown",
            ".md",
            "Markdown that GitHub renders",
            _IN_MARKDOWN,
            lambda d, each: d.markdown("github", expanded=each),
        ),
        Format(
            "katex",
            ".katex.md",
            "Markdown with dollars, for KaTeX and MathJax",
            _IN_MARKDOWN,
            lambda d, each: d.markdown("katex", expanded=each),
        ),
        Format("latex", ".tex", "LaTeX to include", _IN_LATEX, lambda d, each: d.latex(expanded=each)),
        Format(
            "article",
            ".tex",
            "LaTeX that compiles",
            _IN_LATEX,
            lambda d, each: d.latex(article=True, expanded=each),
        ),
        Format(
            "html",
            ".html",
            "one HTML file with MathML",
            "<!-- {origin}\n{command} -->\n",
            lambda d, each: d.html(expanded=each),
        ),
    )
}
"""The formats of a derivation by name, on the command line and in manifests."""


@dataclass(frozen=True)
class Artefact:
    """One layer of a gallery.

    Attributes:
        name: its directory, its files and, in code, the prefix of its functions.
        title: what it shows.
        section: the index's heading above it; empty for none.
        spec: the layer.
        outputs: what is emitted: targets of `generate`, and names of `FORMATS`.
        dtype: the kernels' number type.
        forms: how to compute, as `generate` takes it; None leaves it to the plan.
        threads: how many share the loops of its kernels in C.
        algorithm: how the target C computes, as `generate` takes it; None for direct sums.
        isa: the instruction set that C is laid out for; None for any machine's.
        tile: the register tiles of the target C, as `generate` takes them; None for the rule's.
        notation: whose letters documents are written in.
    """

    name: str
    title: str
    section: str
    spec: ConvSpec
    outputs: tuple[str, ...]
    dtype: str
    forms: str | Mapping[str, str] | None
    threads: int
    algorithm: str | None
    isa: str | None
    tile: str | Mapping[str, str] | None
    notation: str

    def files(self) -> Iterator[tuple[str, str]]:
        """The path below the gallery and the text of each file, output by output.

        Raises:
            BudgetError: a file that would be too large.
            DtypeError: a dtype that is not generated.
            PlanError: a form that a pass cannot have.
        """
        derivation = cache(self._derive)  # one, however many formats it is written in
        for output in self.outputs:
            if output in FORMATS:
                format_ = FORMATS[output]
                yield f"{self.name}/{self.name}{format_.suffix}", format_.document(derivation())
            else:
                for name, text in self.kernel(output).files.items():
                    yield f"{self.name}/{name}", text

    def _derive(self) -> Derivation:
        from convgen.derivation import derive

        return derive(self.spec, self.notation)

    def kernel(self, target: str) -> Kernel:
        """The kernel of a target, as the manifest says.

        Raises:
            BudgetError: a source that would be too large.
            PlanError: a form or an algorithm that it cannot have.
        """
        from convgen.kernels import generate

        chosen = {"algorithm": self.algorithm, "isa": self.isa, "threads": self.threads, "tile": self.tile}
        said = chosen if target == "c" else {}
        given: dict[str, Any] = {key: value for key, value in said.items() if value is not None}
        return generate(self.spec, target, self.dtype, name=self.name, forms=self.forms, **given)


@dataclass(frozen=True)
class Manifest:
    """What a gallery holds.

    Attributes:
        path: the manifest's own file, in the gallery's directory.
        title: the index's heading.
        introduction: Markdown below it.
        artefacts: the layers.
    """

    path: Path
    title: str
    introduction: str
    artefacts: tuple[Artefact, ...]


# ---- reading ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Kind:
    words: str
    admits: Callable[[Any], bool]


def _all_texts(values: Iterable[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


_TEXT = _Kind("a string", lambda value: isinstance(value, str))
_COUNT = _Kind("a number from 1", lambda value: type(value) is int and value >= 1)
_TEXTS = _Kind("a list of strings", lambda value: isinstance(value, list) and _all_texts(value))
_TEXT_OR_TABLE = _Kind(
    "a string or a table of strings",
    lambda value: isinstance(value, str) or (isinstance(value, dict) and _all_texts(value.values())),
)
_TABLES = _Kind(
    "a list of tables, [[artefact]]",
    lambda value: isinstance(value, list) and all(isinstance(each, dict) for each in value),
)

_MANIFEST_KEYS = {"title": _TEXT, "introduction": _TEXT, "artefact": _TABLES}
_ARTEFACT_KEYS = {
    "spec": _TEXT,
    "outputs": _TEXTS,
    "name": _TEXT,
    "title": _TEXT,
    "section": _TEXT,
    "dtype": _TEXT,
    "forms": _TEXT_OR_TABLE,
    "threads": _COUNT,
    "algorithm": _TEXT,
    "isa": _TEXT,
    "tile": _TEXT_OR_TABLE,
    "notation": _TEXT,
}


def read_manifest(path: str | Path) -> Manifest:
    """Read a manifest and check every entry of it; nothing is rendered yet.

    Raises:
        ManifestError: a file that cannot be read or is no TOML, an unknown or missing key, a value of the
            wrong kind, a spec or a name that cannot be, two artefacts of one name.
    """
    import tomllib

    path = Path(path)
    try:
        data = tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        raise ManifestError(f"cannot read {path}: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ManifestError(f"{path} is not TOML: {error}") from error
    _check_keys(str(path), "a manifest", data, _MANIFEST_KEYS)
    if not data.get("artefact"):
        raise ManifestError(f"{path}: a manifest lists its layers as [[artefact]], and there is none")
    section = ""  # one that is named holds until the next
    artefacts = []
    for number, entry in enumerate(data["artefact"], start=1):
        artefacts.append(_artefact(f"{path}: artefact {number}", {"section": section} | entry))
        section = artefacts[-1].section
    _check_names(path, artefacts)
    return Manifest(path, data.get("title", "Gallery"), data.get("introduction", ""), tuple(artefacts))


def _artefact(place: str, entry: Mapping[str, Any]) -> Artefact:
    from convgen.kernels.generate import dtype_name
    from convgen.kernels.names import default_name, valid_name

    place += f" ({entry['name']!r})" if "name" in entry else ""
    _check_keys(place, "an artefact", entry, _ARTEFACT_KEYS)
    for key in ("spec", "outputs"):
        if not entry.get(key):
            raise ManifestError(f"{place}: {key} is missing")
    _check_outputs(place, entry["outputs"])
    try:
        spec = ConvSpec.parse(entry["spec"])
        dtype = dtype_name(entry.get("dtype", "float32"))
        name = valid_name(entry["name"]) if "name" in entry else default_name(spec, dtype)
        letters = notation(entry.get("notation", DEFAULT.name)).name
    except ConvgenError as error:
        raise ManifestError(f"{place}: {error}") from error
    return Artefact(
        name=name,
        title=entry.get("title", name),
        section=entry["section"],
        spec=spec,
        outputs=tuple(entry["outputs"]),
        dtype=dtype,
        forms=entry.get("forms"),
        threads=entry.get("threads", 1),
        algorithm=entry.get("algorithm"),
        isa=entry.get("isa"),
        tile=entry.get("tile"),
        notation=letters,
    )


def _check_keys(place: str, what: str, table: Mapping[str, Any], kinds: Mapping[str, _Kind]) -> None:
    for key, value in table.items():
        if key not in kinds:
            raise ManifestError(f"{place}: unknown key {key!r}; {what} has {', '.join(kinds)}")
        if not kinds[key].admits(value):
            raise ManifestError(f"{place}: {key} must be {kinds[key].words}, got {value!r}")


def _check_outputs(place: str, outputs: list[str]) -> None:
    from convgen.kernels.kernel import TARGETS

    known = (*TARGETS, *FORMATS)
    writers: dict[str, str] = {}
    for output in outputs:
        if output not in known:
            raise ManifestError(f"{place}: unknown output {output!r}; outputs are {', '.join(known)}")
        file = FORMATS[output].suffix if output in FORMATS else output
        if file in writers:
            raise ManifestError(f"{place}: outputs {writers[file]!r} and {output!r} write the same file")
        writers[file] = output


def _check_names(path: Path, artefacts: Iterable[Artefact]) -> None:
    places: dict[str, int] = {}
    for number, artefact in enumerate(artefacts, start=1):
        place = places.setdefault(artefact.name.lower(), number)  # file systems may not tell case
        if place != number:
            raise ManifestError(f"{path}: artefacts {place} and {number} have one name, {artefact.name!r}")
