"""validate: an emitted text, executed symbolically and held against the definition of its layer."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from convgen.errors import SourceError
from convgen.kernels.kernel import Kernel, passes_of
from convgen.spec import ConvSpec
from convgen.validation.readings import CReading, NumpyReading, PassResult, Reading

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
        portable: whether the text has vectors, so that it was read a second time, as portable C.
    """

    source: str
    spec: ConvSpec
    dtype: str
    passes: tuple[PassResult, ...]
    seconds: float
    portable: bool = False

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
        if self.portable and self:
            executed += ", both in vectors and in portable C"
        return "\n".join([*lines, f"{answer}: {executed}"])

    def to_json(self) -> dict[str, Any]:
        """The answer for programs."""
        return {
            "source": self.source,
            "spec": str(self.spec),
            "dtype": self.dtype,
            "holds": bool(self),
            "portable": self.portable,
            "passes": [vars(each) for each in self.passes],
        }


def validate(
    source: Kernel | str | os.PathLike[str], spec: ConvSpec | None = None, *, exact_limit: int = EXACT_LIMIT
) -> Validation:
    """Execute an emitted text symbolically and compare every output with the definition's polynomial.

    The text is read as it stands, C through pycparser and NumPy through Python's own ``ast``; it is never
    compiled or run. C with vectors is read twice: every macro by the meaning of its row in
    `convgen.validation.macros`, and replaced by its portable definition. Checked besides: the bounds of every
    access, that every place is written before it is read, that every entry of an output is assigned once, and
    that no product has more than two factors.

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
    try:
        readings = readings_of(text, spec or told, is_c=_is_c(text, name))
        results = tuple(_checked(readings, each, exact_limit) for each in passes_of(readings[0].spec))
    except SourceError as error:
        raise SourceError(f"{name}: {error}") from None
    except RecursionError:
        raise SourceError(f"{name}: an expression nested too deeply to be read") from None
    first, *others = readings
    return Validation(name, first.spec, first.dtype, results, time.perf_counter() - began, bool(others))


def readings_of(text: str, spec: ConvSpec, *, is_c: bool) -> list[Reading]:
    """Every way in which a text is to be understood: with vectors, C is also what is portable of it.

    Raises:
        SourceError: a text that is not understood.
    """
    if not is_c:
        return [NumpyReading(text, spec)]
    vectors = CReading(text, spec)
    return [vectors, CReading(text, spec, portable=True)] if vectors.has_vectors else [vectors]


def _checked(readings: Sequence[Reading], name: str, exact_limit: int) -> PassResult:
    """What is found of a pass: the first reading's answer, unless another differs."""
    first, *others = (reading.check(name, exact_limit) for reading in readings)
    for other in others:
        if first.holds and not other.holds:
            return replace(other, reason=f"in portable C, {other.reason}")
    return first


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
