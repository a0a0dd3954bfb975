"""Every macro of the prologue does on the machine what its row says, for every count, step and lane.

One function in C for each way to call a macro, built fast, with this machine's masks, and portable; what it
should do is read off the row by a few lines of Python.
"""

from __future__ import annotations

import ctypes
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from convgen.kernels.generate import prologue
from convgen.kernels.isa import ISAS, Vector
from convgen.kernels.kernel import DTYPES
from convgen.validation.macros import VECTOR_MACROS, Macro
from kernels.fences import Fenced
from kernels.harness import COMPILERS

VECTORS = tuple(
    Vector(dtype, lanes, transposes=True, combines=True)
    for dtype in DTYPES
    for lanes in sorted({lanes for isa in ISAS.values() for lanes in isa.widths(dtype)})
)
"""Every vector type that any plan uses."""

BUILDS = [
    (compiler, flags)
    for compiler in COMPILERS
    for flags in (("-O0",), ("-O1", "-march=native"), ("-O0", "-DCONVGEN_PORTABLE"))
]

STEPS = (1, 2, 3)


@dataclass(frozen=True)
class Call:
    """One way to call a macro.

    Attributes:
        vector: the type.
        name: of the macro.
        constants: the values of its constant arguments.
    """

    vector: Vector
    name: str
    constants: tuple[tuple[str, int], ...]

    @property
    def macro(self) -> Macro:
        return VECTOR_MACROS[self.name]

    @property
    def symbol(self) -> str:
        return "_".join(["call", self.vector.name, self.name, *(str(value) for _, value in self.constants)])

    def constant(self, name: str, otherwise: int) -> int:
        return dict(self.constants).get(name, otherwise) if name else otherwise


def constants_of(macro: Macro, lanes: int) -> Iterator[dict[str, int]]:
    """Every value of every constant; of two counts of a square, each with all of the other."""
    for step in STEPS if macro.step else (None,):
        for end in range(1, lanes + 1) if macro.end else (None,):
            for first in range(end or 1) if macro.first else (None,):
                for columns in range(1, lanes + 1) if macro.columns else (None,):
                    if columns is not None and lanes not in (columns, end):
                        continue
                    beside = step if macro.beside else None
                    apart = step if step is None or columns is None else lanes * (beside or 1) + step
                    names = (macro.step, macro.end, macro.first, macro.columns, macro.beside)
                    values = (apart, end, first, columns, beside)
                    yield {
                        name: value for name, value in zip(names, values, strict=True) if value is not None
                    }


CALLS = [
    Call(vector, name, tuple(sorted(constants.items())))
    for vector in VECTORS
    for name, macro in VECTOR_MACROS.items()
    for constants in constants_of(macro, vector.lanes)
]


def body(call: Call) -> str:
    """The function: vectors come from and go to memory lane by lane, in plain C."""
    v, lanes, macro = call.vector.name, call.vector.lanes, call.macro
    vectors = [each for each in macro.parameters if each in "vsu"]
    vectors += [f"r{n}" for n in range(lanes)] if macro.columns else []
    named = dict(call.constants) | {"a": "*a", "p": "p", "total": "*total"} | {each: each for each in vectors}
    arguments = [str(named[each]) for each in macro.parameters]
    arguments += [f"r{n}" for n in range(lanes)] if macro.columns else []
    real = call.vector.real
    lines = [f"void {call.symbol}({real} *a, {real} *p, {real} *total, {real} *all)", "{"]
    for number, each in enumerate(vectors):
        lines += [f"    {v} {each};", f"    for (int l = 0; l < {lanes}; ++l)"]
        lines += [f"        {v}_lane({each}, l) = all[{number * lanes} + l];"]
    lines += [
        "    (void)a, (void)p, (void)total, (void)all;",
        f"    {v}_{call.name}({', '.join(arguments)});",
    ]
    for number, each in enumerate(vectors):
        lines += [f"    for (int l = 0; l < {lanes}; ++l)"]
        lines += [f"        all[{number * lanes} + l] = {v}_lane({each}, l);"]
    return "\n".join([*lines, "}", ""])


def places(call: Call) -> int:
    """How many numbers an address reaches over."""
    lanes, macro = call.vector.lanes, call.macro
    begin, end = call.constant(macro.first, 0), call.constant(macro.end, lanes)
    beside = (call.constant(macro.columns, 1) - 1) * call.constant(macro.beside, 1)
    return (end - begin - 1) * call.constant(macro.step, 1) + beside + 1


def meant(call: Call, values: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What the row says: every value after the call."""
    macro, lanes = call.macro, call.vector.lanes
    found = {name: value.copy() for name, value in values.items()}
    begin, end = call.constant(macro.first, 0), call.constant(macro.end, lanes)
    step, number = call.constant(macro.step, 1), 1
    for each in macro.parameters:
        if each in "vsu":
            found[each] = found["all"][(number - 1) * lanes : number * lanes]
            number += 1

    def lane(name: str, at: int) -> tuple[np.ndarray, int]:
        if name == "p":
            return found["p"], (at - begin) * step
        return (found[name], 0) if name in ("a", "total") else (found[name], at)

    if macro.columns:
        for column in range(call.constant(macro.columns, 0)):
            for at in range(end):
                found["p"][at * step + column * call.constant(macro.beside, 1)] = values["all"][
                    column * lanes + at
                ]
        return found
    for at in range(lanes):
        if not begin <= at < end:
            if macro.rest_is_zero:
                array, place = lane(macro.target, at)
                array[place] = 0
            continue
        product = 1 if macro.factors else 0
        for factor in macro.factors:
            array, place = lane(factor, at)
            product = product * array[place]
        product = -product if macro.negates else product
        array, place = lane(macro.target, 0 if macro.sums else at)
        array[place] = array[place] + product if macro.adds else product
    return found


def library(compiler: str, flags: tuple[str, ...], directory: Path, text: str) -> ctypes.CDLL:
    source = directory / "macros.c"
    source.write_text(text + "".join(map(body, CALLS)))
    built = directory / "macros.so"
    command = [compiler, "-std=c99", "-w", "-fPIC", "-shared", *flags]
    done = subprocess.run(
        [*command, "-o", str(built), str(source)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[:2000]
    return ctypes.CDLL(str(built))


def wrong_calls(built: ctypes.CDLL) -> list[str]:
    """The calls that do anything but what their rows say, or touch a byte that they may not."""
    found = []
    for call in CALLS:
        lanes, dtype = call.vector.lanes, call.vector.dtype
        random = np.random.default_rng(len(call.symbol))
        sizes = {"a": 1, "p": places(call), "total": 1, "all": lanes * (lanes + 3)}
        values = {
            name: random.integers(1, 9, size).astype(dtype) * random.choice([-1, 1], size).astype(dtype)
            for name, size in sizes.items()
        }
        fenced = [Fenced(value, at_end=True) for value in values.values()]
        function = built[call.symbol]
        function.restype = None
        function(*(ctypes.c_void_p(each.address) for each in fenced))
        expected = meant(call, values)
        if not all(
            np.array_equal(each.array, expected[name]) for each, name in zip(fenced, values, strict=True)
        ):
            found.append(call.symbol)
    return found


@pytest.mark.parametrize(
    ("compiler", "flags"), BUILDS, ids=lambda each: each if isinstance(each, str) else " ".join(each)
)
def test_every_macro_does_what_its_row_says(compiler: str, flags: tuple[str, ...], tmp_path: Path) -> None:
    assert wrong_calls(library(compiler, flags, tmp_path, prologue(VECTORS))) == []


BENT = (
    ("((s) += (a) * (v))", "((s) = (a) * (v))", "call_f32x8_fma"),
    ("l_ < (to); ++l_", "l_ < (to) - 1; ++l_", "call_f32x4_load_lanes_0_4"),
    ("(p)[l_ * (step)] = f64x2_lane(v, l_)", "(p)[l_] = f64x2_lane(v, l_)", "call_f64x2_store_apart_2_3"),
    ("17, 19, 21, 23", "16, 18, 20, 22", "call_f32x16_load_apart_0_2_16"),
)


def test_wrong_macros_are_named(tmp_path: Path) -> None:
    text = prologue(VECTORS)
    for before, after, _ in BENT:
        assert before in text
        text = text.replace(before, after)
    found = wrong_calls(library(COMPILERS[0], ("-O0",), tmp_path, text))
    assert {said for *_, said in BENT} <= set(found)
    assert "call_f32x8_load" not in found


def test_every_row_is_called_for_every_vector() -> None:
    assert {(call.vector.name, call.name) for call in CALLS} == {
        (vector.name, name) for vector in VECTORS for name in VECTOR_MACROS
    }
    assert len(VECTORS) == 6
    assert len({call.symbol for call in CALLS}) == len(CALLS) > 600
