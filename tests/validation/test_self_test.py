"""The self-test for other machines holds on this one, under optimisers and sanitizers, and it can fail.

The other machines are `.ci/`'s, with cross compilers and emulators.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from convgen import ConvSpec, generate
from convgen.kernels import Kernel
from convgen.validation.self_test import (
    LARGEST,
    checksum,
    entries,
    kernels_of,
    main,
    program,
    results,
    write_self_test,
)
from kernels.harness import COMPILERS
from kernels.nasty import NASTY
from oracles import scipy_oracle
from project.files import ROOT

TILED = tuple(
    generate(ConvSpec.parse(f"{sizes} padding=1"), "c", dtype, name=f"tiled_{number}", isa=isa, forms="tiled")
    for number, (isa, dtype, sizes) in enumerate(
        (
            ("avx512", "float32", "input=4x5 kernel=2x3 in-channels=5 out-channels=19 layout=HWC"),
            ("avx2", "float64", "input=4x5 kernel=2x2 in-channels=4 out-channels=5"),
            ("avx2", "float32", "input=3x19 kernel=2x3 stride=1x2"),
            ("neon", "float32", "input=4x5 kernel=2x2 in-channels=9 out-channels=9 groups=9 layout=HWC"),
            ("avx512", "float64", "input=4x5 kernel=1x2 in-channels=3 out-channels=9 layout=HWC"),
        )
    )
)
"""Register tiles of several widths, with idle lanes, packed weights, transpositions and lanes along positions."""

KERNELS = [*kernels_of((f"layer{number}", spec) for number, spec in enumerate(NASTY[::9])), *TILED]

SANITIZERS = ("-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
BUILDERS = {name: (name,) for name in COMPILERS}
if importlib.util.find_spec("ziglang"):
    BUILDERS["zig cc"] = (sys.executable, "-m", "ziglang", "cc")
"""Every C compiler that is here; zig's comes as a package from PyPI.

It takes -fsanitize=address and does nothing about it: of the sanitizers it is UBSan alone that watches there.
"""

LEVELS = [("-O0",), ("-O1",), ("-O2",), ("-O3",), ("-O3", "-ffast-math"), ("-O0", *SANITIZERS)]
QUICK = (("-O2",), ("-O0", *SANITIZERS))


@pytest.fixture(autouse=True, scope="module")
def cache_of_zig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Zig builds its C library when first needed; not into the user's own cache."""
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("ZIG_GLOBAL_CACHE_DIR", "ZIG_LOCAL_CACHE_DIR"):
            patch.setenv(variable, str(tmp_path_factory.mktemp("zig")))
        yield


def run(
    directory: Path, compiler: str, *flags: str, under: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    sources = sorted(map(str, directory.glob("*.c")))
    command = [
        *BUILDERS[compiler],
        "-std=c99",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-Wno-psabi",
        *flags,
        "-o",
        str(directory / "test"),
        *sources,
    ]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    return subprocess.run([*under, str(directory / "test")], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("compiler", BUILDERS)
@pytest.mark.parametrize(
    "flags",
    [
        pytest.param(each, id=" ".join(each), marks=[] if each in QUICK else [pytest.mark.slow])
        for each in LEVELS
    ],
)
def test_every_pass_holds_and_no_sanitizer_says_a_word(
    compiler: str, flags: tuple[str, ...], tmp_path: Path
) -> None:
    write_self_test(KERNELS, tmp_path)
    done = run(tmp_path, compiler, *flags)
    assert (done.returncode, done.stdout, done.stderr) == (0, "every pass holds\n", "")


@pytest.mark.slow
def test_valgrind_finds_no_read_of_what_was_never_written(tmp_path: Path) -> None:
    assert shutil.which("valgrind"), "the full tier installs valgrind"
    write_self_test(KERNELS, tmp_path)
    under = ("valgrind", "-q", "--error-exitcode=9")
    done = run(tmp_path, "gcc", "-O1", "-g", under=under)
    assert (done.returncode, done.stdout, done.stderr) == (0, "every pass holds\n", "")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("dX[0] = ", "dX[1] = ", "differs"),
        ("    /* db */ db[0]", "    db[-1] = 0; db[0]", "writes beside its result"),
    ],
)
def test_a_wrong_kernel_is_named(old: str, new: str, said: str, tmp_path: Path) -> None:
    assert any(kernel.prepared for kernel in TILED)
    assert len({vector.name for kernel in TILED for vector in kernel.vectors}) >= 4
    kernel = next(each for each in KERNELS if "unrolled" in each.name and "/* db */" in each.source)
    bent = Kernel(**{**vars(kernel), "source": kernel.source.replace(old, new)})
    assert bent.source != kernel.source
    write_self_test([bent], tmp_path)
    done = run(tmp_path, "gcc", "-O0", "-Wno-array-bounds")
    assert done.returncode == 1
    assert said in done.stdout
    assert bent.name in done.stdout


@pytest.mark.parametrize("spec", NASTY[::5], ids=str)
def test_what_is_expected_is_scipys_answer(spec: ConvSpec) -> None:
    shapes = {"X": spec.input_shape, "K": spec.kernel_shape, "b": spec.bias_shape}
    given = {
        array: entries(number, int(np.prod(shape))).reshape(shape).astype(float)
        for number, (array, shape) in enumerate(shapes.items())
    }
    answer = scipy_oracle.answers(spec, {**given, "dO": np.zeros(spec.output_shape)})["O"]
    assert results(spec, "forward").tolist() == answer.ravel().astype(int).tolist()


def test_the_checksum_tells_signs_and_order() -> None:
    sums = {checksum(np.array(each)) for each in ([1, 2], [2, 1], [-1, 2], [1, 2, 0], [])}
    assert len(sums) == 5


def test_the_command_takes_a_gallery(tmp_path: Path) -> None:
    main([str(ROOT / "generated" / "manifest.toml"), str(tmp_path)])
    written = {path.name for path in tmp_path.iterdir()}
    assert "self_test.c" in written
    assert "worked_example_loops_float64.c" in written
    assert program(KERNELS) == program(KERNELS)
    assert all(kernel.spec.multiply_adds <= LARGEST for kernel in KERNELS)
