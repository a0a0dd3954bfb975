"""A self-test in C of a gallery's kernels, for any machine: ``python -m convgen.validation.self_test``.

Writes kernels, headers and one program into a directory. The program needs a C99 compiler and nothing else;
it computes every pass on small integers and compares with checksums that were read off the definition.

    python -m convgen.validation.self_test generated/manifest.toml build
    s390x-linux-gnu-gcc -std=c99 -O2 -static build/*.c -o self_test && qemu-s390x ./self_test
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

from convgen.errors import BudgetError
from convgen.kernels import Kernel, generate
from convgen.kernels.forms import forms_of
from convgen.kernels.isa import ISAS, PORTABLE
from convgen.kernels.kernel import DTYPES, pass_inputs, pass_output, passes_of
from convgen.kernels.plan import C_REALS
from convgen.render import render, write_text
from convgen.spec import ConvSpec
from convgen.validation.definition import entries_of, expected, size_of
from convgen.validation.store import Integers
from convgen.version import __version__

LARGEST = 400_000
"""Products of a layer up to which it is part of the self-test: an emulator takes its time."""

QUICK_TO_BUILD = 400
"""Products of a layer up to which every form of it is, and not the chosen one alone."""


@dataclass(frozen=True)
class PassTest:
    """One call.

    Attributes:
        name: the pass.
        inputs: how many entries each array has that it reads.
        size: how many it writes.
        expected: their checksum.
        workspace: whether it is given scratch memory.
    """

    name: str
    inputs: tuple[int, ...]
    size: int
    expected: int
    workspace: bool


@dataclass(frozen=True)
class KernelTest:
    """A kernel with its calls.

    Attributes:
        name: of the kernel.
        real: the C type of its arrays.
        passes: its calls.
    """

    name: str
    real: str
    passes: tuple[PassTest, ...]


def entries(number: int, size: int) -> Integers:
    """The small integers that the program fills its array of that number with."""
    return (7 * np.arange(size, dtype=np.int64) + number) % 9 - 4


def checksum(values: Integers) -> int:
    """FNV-1a over 32-bit integers, as the program computes it."""
    total = 2166136261
    for value in values.tolist():
        total = ((total ^ (value & 0xFFFFFFFF)) * 16777619) & 0xFFFFFFFF
    return total


def results(spec: ConvSpec, name: str) -> Integers:
    """What a pass gives on those integers, exactly."""
    counted = entries_of(spec, name)
    known = np.concatenate(
        [np.ones(1, np.int64), *(entries(n, size) for n, size in enumerate(counted.sizes.values()))]
    )
    owner, code = expected(spec, name, counted)
    left, right = np.divmod(code, counted.count + 1)
    total = np.zeros(size_of(spec, pass_output(name)), np.int64)
    np.add.at(total, owner, known[left] * known[right])
    return total


def kernel_test(kernel: Kernel) -> KernelTest:
    """The calls of one C kernel."""
    spec = kernel.spec
    return KernelTest(
        kernel.name,
        C_REALS[kernel.dtype],
        tuple(
            PassTest(
                name,
                tuple(size_of(spec, array) for array in pass_inputs(spec, name)),
                size_of(spec, pass_output(name)),
                checksum(results(spec, name)),
                bool(kernel.workspace_bytes[name]),
            )
            for name in passes_of(spec)
        ),
    )


def kernels_of(layers: Iterable[tuple[str, ConvSpec]]) -> list[Kernel]:
    """The kernels of named layers in both dtypes; of small layers every form, tiles for every instruction set."""
    found = []
    for name, spec in layers:
        if spec.multiply_adds > LARGEST:
            continue
        small = spec.multiply_adds <= QUICK_TO_BUILD
        forms = [None, *dict.fromkeys(form.name for form in forms_of("c"))] if small else [None]
        plans = [(form, isa) for form in forms for isa in (ISAS if form == "tiled" else [PORTABLE.name])]
        for (form, isa), dtype in product(plans, DTYPES):
            named = isa if form == "tiled" else None
            whole = "_".join(filter(None, (name, form, named, dtype)))
            try:
                found.append(generate(spec, "c", dtype, name=whole, forms=form, isa=isa))
            except BudgetError:
                continue  # a form that this layer cannot have
    return found


def program(kernels: Sequence[Kernel]) -> str:
    """The program that tests them all."""
    tests = [kernel_test(kernel) for kernel in kernels]
    sizes = [size for test in tests for each in test.passes for size in (*each.inputs, each.size)]
    scratch = max(max(kernel.workspace_bytes.values()) for kernel in kernels)
    return render(
        "c/self_test.c.j2",
        title=f"convgen {__version__} self-test",
        tests=tests,
        reals=sorted({test.real for test in tests}),
        largest=max(sizes),
        workspace=-(-scratch // 8),
    )


def write_self_test(kernels: Sequence[Kernel], directory: Path) -> None:
    """Write kernels, headers and ``self_test.c``.

    Raises:
        OutputError: a file cannot be written.
    """
    for kernel in kernels:
        kernel.write(directory)
    write_text(directory / "self_test.c", program(kernels))


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the self-test of a list of layers into a directory."""
    import tomllib

    parser = argparse.ArgumentParser(prog="python -m convgen.validation.self_test", description=main.__doc__)
    parser.add_argument("manifest", type=Path, help="a gallery's manifest, whose layers are taken")
    parser.add_argument("directory", type=Path, help="where to write")
    options = parser.parse_args(arguments)
    listed = tomllib.loads(options.manifest.read_text("utf-8"))["artefact"]
    layers = [(each["name"], ConvSpec.parse(each["spec"])) for each in listed if "c" in each["outputs"]]
    write_self_test(kernels_of(layers), options.directory)


if __name__ == "__main__":
    main()
