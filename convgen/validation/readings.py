"""The two readings of a text, C and NumPy: what each pass is called with, and what is compared afterwards."""

from __future__ import annotations

import hashlib
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np

from convgen.errors import BudgetError
from convgen.kernels.kernel import pass_inputs, pass_output
from convgen.kernels.plan import C_REALS, products_of
from convgen.layout import user_shape
from convgen.spec import ConvSpec
from convgen.validation.c_run import Execution
from convgen.validation.c_syntax import functions_of, line_of, parameters_of
from convgen.validation.c_values import Pointer
from convgen.validation.definition import Entries, entries_of, expected_values, first_difference, size_of
from convgen.validation.faults import Fault, refuse
from convgen.validation.field import DEGREE, FieldStore, random_elements
from convgen.validation.numpy_call import call
from convgen.validation.numpy_module import Module
from convgen.validation.prologue import prologue_of
from convgen.validation.store import FIRST_ENTRY, ExactStore, Integers, Store
from convgen.validation.trace import UNWRITTEN, Memory

PASS_NAME = re.compile(
    r"\b(\w+?)(?:_pack_weights)?_(forward|backward_data|backward_weights|backward_bias)\s*\("
)
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


class Reading(ABC):
    """What the readings of both languages share.

    Attributes:
        text: the source.
        spec: the layer that it is held against.
        name: the prefix of its functions.
        dtype: of its arrays.
    """

    dtype: str

    def __init__(self, text: str, spec: ConvSpec) -> None:
        self.text, self.spec = text, spec
        prefixes = {found[1] for found in PASS_NAME.finditer(text)}
        if len(prefixes) != 1:
            raise refuse(1, f"functions of {len(prefixes)} kernels: {', '.join(sorted(prefixes)) or 'none'}")
        (self.name,) = prefixes

    def check(self, name: str, exact_limit: int) -> PassResult:
        """Execute one pass and compare."""
        if products_of(self.spec, name) <= exact_limit:
            try:
                return self._checked(name, exact=True)
            except BudgetError:
                pass  # sums that a text multiplies are larger, multiplied out, than the layer that they make
        return self._checked(name, exact=False)

    def _checked(self, name: str, *, exact: bool) -> PassResult:
        entries = entries_of(self.spec, name)
        point = random_elements(entries.count, _seed(self.text))
        store: ExactStore | FieldStore = ExactStore(entries.count) if exact else FieldStore(point)
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
                    raise Fault(
                        0, f"{pass_output(name)}[{wrong[0]}] has another value in the field of 2^61 - 1"
                    )
        except Fault as fault:
            return PassResult(name, False, store.products, exact, str(fault))
        return PassResult(name, True, store.products, exact)

    def _compare(self, name: str, store: ExactStore, ids: Integers, entries: Entries) -> None:
        found = first_difference(store, ids, self.spec, name, entries)
        if found is not None:
            entry, text, definition = found
            raise Fault(0, f"{pass_output(name)}[{entry}] has {text}, the definition {definition}")

    @abstractmethod
    def execute(self, name: str, store: Store, entries: Entries) -> Integers:
        """Run one pass; the rows of its output."""


class CReading(Reading):
    """C, through pycparser.

    Attributes:
        has_vectors: whether the text has macros, and so a second, portable reading.
        memory: what a pass runs in.
    """

    memory: type[Memory] = Memory

    def __init__(self, text: str, spec: ConvSpec, *, portable: bool = False) -> None:
        super().__init__(text, spec)
        prologue = prologue_of(text)
        self.has_vectors = bool(prologue.vectors)
        self._functions = functions_of(text, self.name, prologue, portable=portable)
        self._vectors = prologue.vectors
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

    def execute(self, name: str, store: Store, entries: Entries) -> Integers:
        """Run one pass in a memory of places; the rows of its output."""
        function = self._function(name)
        memory = self.memory(store)
        arguments: dict[str, Pointer] = {}
        output = pass_output(name)
        wanted = [
            *((array, self._real, True) for array in pass_inputs(self.spec, name)),
            (output, self._real, False),
        ]
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


class NumpyReading(Reading):
    """NumPy, through ast."""

    def __init__(self, text: str, spec: ConvSpec) -> None:
        super().__init__(text, spec)
        self._module = Module(text)
        told = set(re.findall(r"^Arrays of (float\d+),|np\.(float\d+)\b", text, re.MULTILINE))
        dtypes = {each for pair in told for each in pair if each}
        if len(dtypes) != 1:
            raise refuse(1, f"arrays of {', '.join(sorted(dtypes)) or 'no dtype'}")
        (self.dtype,) = dtypes

    def execute(self, name: str, store: Store, entries: Entries) -> Integers:
        """Run one pass on arrays of rows; the rows of its output."""
        if f"{self.name}_{name}" not in self._module.functions:
            raise refuse(1, f"there is no function {self.name}_{name}")
        arguments: dict[str, Integers] = {}
        for array, first in entries.first.items():
            rows = FIRST_ENTRY + first - 1 + np.arange(entries.sizes[array])
            arguments[array] = rows.reshape(user_shape(self.spec, array))
            arguments[array].flags.writeable = False
        output = pass_output(name)
        arguments[output] = np.full(user_shape(self.spec, output), UNWRITTEN, np.int64)
        call(store, self._module, f"{self.name}_{name}", arguments, output)
        return arguments[output].ravel()


def _seed(text: str) -> int:
    """A seed that depends on the text alone."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
