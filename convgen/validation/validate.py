"""validate: an emitted text, executed symbolically and held against the definition of its layer."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from convgen.errors import SourceError
from convgen.kernels.kernel import Kernel, pass_inputs, pass_output, passes_of
from convgen.kernels.plan import C_REALS
from convgen.layout import user_shape
from convgen.spec import ConvSpec
from convgen.validation.c_run import Execution
from convgen.validation.c_syntax import functions_of, line_of, parameters_of
from convgen.validation.c_values import Pointer
from convgen.validation.definition import (
    Entries,
    entries_of,
    expected_values,
    first_difference,
    size_of,
)
from convgen.validation.faults import Fault, refuse
from convgen.validation.field import DEGREE, FieldStore, random_elements
from convgen.validation.numpy_run import Module, NumpyExecution
from convgen.validation.prologue import prologues_in
from convgen.validation.store import FIRST_ENTRY, ExactStore, Integers
from convgen.validation.trace import UNWRITTEN, Memory

EXACT_LIMIT = 4_000_000
"""Products of a pass up to which polynomials are compared; above, their values in a field of 2^61 - 1."""

TITLE = re.compile(r'\A(?:/\* |""")convgen \S+ spec: ([^\n]*)\n')
PASS_NAME = re.compile(r"\b(\w+)_(forward|backward_data|backward_weights|backward_bias)\s*\(")
SCRATCH = re.compile(r"^ \* {5}(\w+) +([\d,]+) bytes$", re.MULTILINE)


@dataclass(frozen=True)
class PassResult:
    """What was found of one pass.

    Attributes:
        name: the pass.
        holds: whether the text computes what is defined.
        products: products of two entries that it executes.
        exact: whether polynomials were compared; else values in a finite field.
        reason: what is wrong, and where; empty where it holds.
    """

    name: str
    holds: bool
    products: int
    exact: bool
    reason: str = ""

    def __str__(self) -> str:
        if not self.holds:
            return f"{self.name:<17} DIFFERS  {self.reason}"
        how = "as polynomials" if self.exact else f"by value, wrong with probability < {DEGREE}/(2^61 - 1)"
        return f"{self.name:<17} holds    {self.products:,} products, compared {how}"


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
        MissingDependencyError: pycparser is not installed, and the text is C.
    """
    if isinstance(source, Kernel):
        name, text, told = source.name, source.source, source.spec
    else:
        name, text = os.fspath(source), read_source(source)
        told = spec or spec_of(text, name)
    began = time.perf_counter()
    text_of = _CText if _is_c(text, name) else _NumpyText
    try:
        reading = text_of(text, spec or told)
        results = tuple(reading.check(each, exact_limit) for each in passes_of(reading.spec))
    except SourceError as error:
        raise SourceError(f"{name}: {error}") from None
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


class _Text:
    """What the readings of both languages share."""

    dtype: str

    def __init__(self, text: str, spec: ConvSpec) -> None:
        self.text, self.spec = text, spec
        prefixes = {found[1] for found in PASS_NAME.finditer(text)}
        if len(prefixes) != 1:
            raise refuse(1, f"functions of {len(prefixes)} kernels: {', '.join(sorted(prefixes)) or 'none'}")
        (self.name,) = prefixes

    def check(self, name: str, exact_limit: int) -> PassResult:
        """Execute one pass and compare."""
        exact = self.spec.multiply_adds <= exact_limit
        entries = entries_of(self.spec, name)
        point = random_elements(entries.count, seed=hash_of(self.text))
        store = ExactStore(entries.count) if exact else FieldStore(point)
        try:
            ids = self.execute(name, store, entries)
            missing = np.flatnonzero(ids == UNWRITTEN)
            if len(missing):
                raise Fault(0, f"{pass_output(name)}[{missing[0]}] is never written")
            if isinstance(store, ExactStore):
                self._compare(name, store, ids, entries)
            else:
                values = {
                    array: point[first - 1 : first - 1 + entries.sizes[array]]
                    for array, first in entries.first.items()
                }
                wrong = np.flatnonzero(store.values(ids) != expected_values(self.spec, name, values))
                if len(wrong):
                    raise Fault(0, f"{pass_output(name)}[{wrong[0]}] has another value in the field of 2^61 - 1")
        except Fault as fault:
            return PassResult(name, False, store.products, exact, str(fault))
        return PassResult(name, True, store.products, exact)

    def _compare(self, name: str, store: ExactStore, ids: Integers, entries: Entries) -> None:
        found = first_difference(store, ids, self.spec, name, entries)
        if found is not None:
            entry, text, definition = found
            raise Fault(0, f"{pass_output(name)}[{entry}] has {text}, the definition {definition}")

    def execute(self, name: str, store: Any, entries: Entries) -> Integers:
        """Run one pass; the rows of its output."""
        raise AssertionError


class _CText(_Text):
    def __init__(self, text: str, spec: ConvSpec) -> None:
        super().__init__(text, spec)
        self._functions, self._vectors = functions_of(text, self.name, prologues_in(text))
        self._scratch = {name: int(size.replace(",", "")) for name, size in SCRATCH.findall(text)}
        first = self._function("forward")
        reals = {each[1] for each in parameters_of(first)} - {"void"}
        known = {real: dtype for dtype, real in C_REALS.items()}
        if len(reals) != 1 or not reals <= set(known):
            raise refuse(line_of(first), f"arrays of {', '.join(sorted(reals))}")
        (self._real,) = reals
        self.dtype = known[self._real]

    def _function(self, name: str) -> Any:
        found = self._functions.get(f"{self.name}_{name}")
        if found is None:
            raise refuse(1, f"there is no function {self.name}_{name}")
        return found

    def execute(self, name: str, store: Any, entries: Entries) -> Integers:
        function = self._function(name)
        memory = Memory(store)
        arguments: dict[str, Pointer] = {}
        output = pass_output(name)
        wanted = [*((array, self._real, True) for array in pass_inputs(self.spec, name)), (output, self._real, False)]
        scratch = self._scratch.get(name, 0)
        wanted += [("workspace", "void", False)] if scratch else []
        if parameters_of(function) != wanted:
            raise refuse(line_of(function), f"other parameters than {', '.join(each[0] for each in wanted)}")
        for array, first in entries.first.items():
            region = memory.allocate(array, entries.sizes[array], kind="input")
            memory.ids[region.first : region.end] = FIRST_ENTRY + first - 1 + np.arange(region.size)
            arguments[array] = Pointer(region, region.first, 0)
        result = memory.allocate(output, size_of(self.spec, output), kind="output")
        arguments[output] = Pointer(result, result.first, 0)
        if scratch:
            item = np.dtype(self.dtype).itemsize
            room = memory.allocate("workspace", scratch // item, kind="scratch")
            arguments["workspace"] = Pointer(room, room.first, 0)
        Execution(memory, self._functions, self._vectors, self._real).run(f"{self.name}_{name}", arguments)
        return memory.ids[result.first : result.end].copy()


class _NumpyText(_Text):
    def __init__(self, text: str, spec: ConvSpec) -> None:
        super().__init__(text, spec)
        self._module = Module(text)
        told = set(re.findall(r"^Arrays of (float\d+),|np\.(float\d+)\b", text, re.MULTILINE))
        dtypes = {each for pair in told for each in pair if each}
        if len(dtypes) != 1:
            raise refuse(1, f"arrays of {', '.join(sorted(dtypes)) or 'no dtype'}")
        (self.dtype,) = dtypes

    def execute(self, name: str, store: Any, entries: Entries) -> Integers:
        if f"{self.name}_{name}" not in self._module.functions:
            raise refuse(1, f"there is no function {self.name}_{name}")
        arguments: dict[str, Integers] = {}
        for array, first in entries.first.items():
            rows = FIRST_ENTRY + first - 1 + np.arange(entries.sizes[array])
            arguments[array] = rows.reshape(user_shape(self.spec, array))
            arguments[array].flags.writeable = False
        output = pass_output(name)
        arguments[output] = np.full(user_shape(self.spec, output), UNWRITTEN, np.int64)
        NumpyExecution(store, self._module).run(f"{self.name}_{name}", arguments, output)
        return arguments[output].ravel()


def hash_of(text: str) -> int:
    """A seed that depends on the text alone."""
    import hashlib

    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")

