"""validate: an emitted text, executed symbolically and held against the definition of its layer."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from convgen.errors import SourceError
from convgen.kernels.kernel import Kernel, passes_of
from convgen.spec import ConvSpec
from convgen.validation.readings import CReading, NumpyReading, PassResult

EXACT_LIMIT = 4_000_000
"""Products of a pass up to which polynomials are compared; above, their values in a field of 2^61 - 1."""

TITLE = re.compile(r'\A(?:/\* |""")convgen \S+ spec: ([^\n]*)\n')


@dataclass(frozen=True)
class Validation:
    """What was found of a text; true where every pass computes what is defined.

    Attributes:
        source: the file's or the kernel's name.
        spec: the layer that it is held against.
        dtype: of its arrays.
        passes: in order.
        seconds: that it took.
    """

    source: str
    spec: ConvSpec
    dtype: str
    passes: tuple[PassResult, ...]
    seconds: float

    def __bool__(self) -> bool:
        return all(each.holds for each in self.passes)

    def __str__(self) -> str:
        lines = [f"{self.source}: {self.dtype}, {self.spec}", *(f"    {each}" for each in self.passes)]
        answer = "holds" if self else "differs"
        executed = (
            "every access in bounds, every read written before, every output assigned once"
            if self
            else "the text does not compute the layer"
        )
        return "\n".join([*lines, f"{answer}: {executed}"])

    def to_json(self) -> dict[str, Any]:
        """The answer for programs."""
        return {
            "source": self.source,
            "spec": str(self.spec),
            "dtype": self.dtype,
            "holds": bool(self),
            "passes": [vars(each) for each in self.passes],
        }


def validate(
    source: Kernel | str | os.PathLike[str], spec: ConvSpec | None = None, *, exact_limit: int = EXACT_LIMIT
) -> Validation:
    """Execute an emitted text symbolically and compare every output with the definition's polynomial.

    The text is read as it stands, C through pycparser and NumPy through Python's own ``ast``; it is never
    compiled or run. Checked besides: the bounds of every access, that every place is written before it is
    read, that every entry of an output is assigned once, and that no product has more than two factors.

    Args:
        source: a `Kernel`, or the path of a ``.c`` or ``.py`` file.
        spec: the layer to hold it against; by default the one that the text's first line names.
        exact_limit: products of a pass up to which polynomials are compared. Above it the values of all
            outputs are compared at a random point of the field of 2^61 - 1 elements, where two polynomials
            of degree 2 that differ agree with a probability below 2 / (2^61 - 1).

    Returns:
        A `Validation`, true where every pass holds.

    Raises:
        SourceError: a text that is not understood, with the line; that names no spec; or that cannot be read.
        SpecError: a first line with a spec that cannot be.
    """
    if isinstance(source, Kernel):
        name, text, told = source.name, source.source, source.spec
    else:
        name, text = os.fspath(source), read_source(source)
        told = spec or spec_of(text, name)
    began = time.perf_counter()
    text_of = CReading if _is_c(text, name) else NumpyReading
    try:
        reading = text_of(text, spec or told)
        results = tuple(reading.check(each, exact_limit) for each in passes_of(reading.spec))
    except SourceError as error:
        raise SourceError(f"{name}: {error}") from None
    except RecursionError:
        raise SourceError(f"{name}: an expression nested too deeply to be read") from None
    return Validation(name, reading.spec, reading.dtype, results, time.perf_counter() - began)


def read_source(path: str | os.PathLike[str]) -> str:
    """A file's text.

    Raises:
        SourceError: it cannot be read, or is not UTF-8.
    """
    try:
        return Path(path).read_bytes().decode()
    except OSError as error:
        raise SourceError(f"cannot read {os.fspath(path)}: {error.strerror or error}") from error
    except (UnicodeDecodeError, ValueError) as error:
        raise SourceError(f"{os.fspath(path)} is no text in UTF-8: {error}") from error


def spec_of(text: str, name: str) -> ConvSpec:
    """The layer that a text's first line names.

    Raises:
        SourceError: it names none.
        SpecError: one that cannot be.
    """
    found = TITLE.match(text)
    if found is None:
        raise SourceError(
            f"{name}: the first line does not name a spec, as in '/* convgen 0.1.0 spec: input=3x3 kernel=2x2'; "
            "give one with --spec, or with --input and --kernel"
        )
    return ConvSpec.parse(found[1])


def _is_c(text: str, name: str) -> bool:
    if name.endswith(".h"):
        raise SourceError(f"{name} is a header, which computes nothing; validate the .c file beside it")
    return name.endswith(".c") or (not name.endswith(".py") and text.startswith("/*"))
