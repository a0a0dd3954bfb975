"""Threads share loops where that pays, and results are the same to the last bit for any number of them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from convgen import ConvSpec, generate, load
from convgen.errors import CompilerError, PlanError
from convgen.kernels import threads
from convgen.kernels.kernel import PASSES
from convgen.kernels.nest import block, lines, loop
from convgen.kernels.threads import BALANCED, LEAST_SHARE, shared, use, weight, worth
from kernels.harness import COMPILERS

LARGE = ConvSpec.parse("input=28x28 kernel=3x3 in-channels=32 out-channels=40 padding=1 layout=HWC")

LAYERS = tuple(
    map(
        ConvSpec.parse,
        """
        input=13x17 kernel=3x3 in-channels=20 out-channels=40 padding=1 stride=2
        input=9x9 kernel=3x3 in-channels=33 out-channels=36 padding=1:0x2:1 layout=NHWC batch=3
        input=9x20 kernel=3x3 in-channels=6 out-channels=5 padding=1 groups=1 batch=2
        input=8x8 kernel=3x3 in-channels=21 out-channels=21 groups=21 padding=1 layout=NHWC batch=2
        input=60 kernel=7 in-channels=9 out-channels=20 dilation=3 padding=9
        """.strip().splitlines(),
    )
)


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small layers are shared as large ones are."""
    monkeypatch.setattr(threads, "LEAST_SHARE", 50)


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize(
    ("spec", "forms"),
    [
        (LAYERS[0], "loops"),
        (LAYERS[3], None),
        *(pytest.param(spec, forms, marks=pytest.mark.slow) for spec in LAYERS for forms in (None, "loops")),
    ],
    ids=lambda value: str(value or ""),
)
def test_results_do_not_depend_on_the_number_of_threads(spec: ConvSpec, forms: str | None) -> None:
    random = np.random.default_rng(1)
    X, K, b, dO = (
        random.standard_normal(shape).astype(np.float32)
        for shape in (spec.input_shape, spec.kernel_shape, spec.bias_shape, spec.output_shape)
    )
    found = []
    for number in (1, 2, 3):
        f = load(spec, threads=number, forms=forms)
        assert f.kernel.is_shared is (number > 1)
        prepared = f.prepare(K)
        results = [
            f.forward(X, K, b),
            *f.backward(X, K, dO),
            prepared.forward(X, b),
            prepared.backward_data(dO),
        ]
        found.append([each.tobytes() for each in results])
    assert found[0] == found[1] == found[2]


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize(
    "text",
    [
        "input=9x9 kernel=3x3 in-channels=33 out-channels=36 padding=1:0x2:1 layout=NHWC batch=3",
        "input=9x20 kernel=3x3 in-channels=6 out-channels=6 padding=1 groups=2 batch=2",
    ],
)
def test_winograds_results_do_not_depend_on_them_either(text: str) -> None:
    """Weights transformed inside the call and ahead of it; the latter have scratch memory besides."""
    spec = ConvSpec.parse(text)
    random = np.random.default_rng(1)
    X, K, b, dO = (
        random.standard_normal(shape).astype(np.float32)
        for shape in (spec.input_shape, spec.kernel_shape, spec.bias_shape, spec.output_shape)
    )
    found = []
    for number in (1, 3):
        f = load(spec, threads=number, algorithm="winograd")
        assert f.kernel.is_shared is (number > 1)
        prepared = f.prepare(K)
        results = [
            f.forward(X, K, b),
            prepared.forward(X, b),
            f.backward_data(K, dO),
            prepared.backward_data(dO),
        ]
        found.append([each.tobytes() for each in results])
        assert found[-1][0] == found[-1][1]
        assert found[-1][2] == found[-1][3]
    assert found[0] == found[1]


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("forms", [None, "loops"])
def test_the_text_compiles_with_openmp_and_without(compiler: str, forms: str | None, tmp_path: Path) -> None:
    spec = ConvSpec.parse("input=6x6 kernel=2x2 in-channels=8 out-channels=8 layout=HWC")
    kernel = generate(spec, threads=2, forms=forms)
    assert kernel.is_shared
    kernel.write(tmp_path)
    strict = [compiler, "-std=c99", "-O1", "-Wall", "-Wextra", "-Werror", "-pedantic", "-Wno-unknown-pragmas"]
    for more in (["-fopenmp"], []):
        command = [*strict, *more, "-c", f"{kernel.name}.c", "-o", "kernel.o"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_a_text_for_one_thread_says_nothing_of_threads() -> None:
    one, two = generate(LARGE), generate(LARGE, threads=2)
    assert not one.is_shared
    assert "thread" not in one.source + one.header
    assert "--threads 2" in two.source
    assert f"shared between 2 threads, or fewer, where each has {LEAST_SHARE:,} statements" in two.source
    without = [line for line in two.source.split("\n") if "#pragma" not in line]
    assert len(without) < len(two.source.split("\n"))


def test_small_layers_stay_on_one_thread_and_middling_ones_on_few() -> None:
    assert not generate(ConvSpec((5, 5), (3, 3)), threads=8).is_shared
    assert not generate(
        ConvSpec.parse("input=8x8 kernel=3x3 in-channels=8 out-channels=8"), threads=8
    ).is_shared
    assert "num_threads(64)" not in generate(LARGE, threads=64).source
    assert worth(2 * LEAST_SHARE - 1, 8) == 1
    assert worth(2 * LEAST_SHARE, 8) == 2
    assert worth(10**9, 8) == 8


@pytest.mark.parametrize("forms", [None, "loops"])
def test_every_large_pass_is_shared(forms: str | None) -> None:
    spec = ConvSpec.parse("input=64x64 kernel=3x3 in-channels=64 out-channels=64 batch=4")
    kernel = generate(spec, threads=2, forms=forms)
    functions = kernel.source.split("\nvoid ")[1:]
    for name in PASSES:
        names = [f"{kernel.name}_{name}", f"{kernel.name}_{name}_packed"]
        assert any("#pragma omp" in text for text in functions if text.split("(")[0] in names), name


def test_work_is_cut_where_it_balances() -> None:
    assert use(56, 2) == 1
    assert use(7, 2) == 7 / 8
    assert use(1, 4) == 1 / 4
    body = lines(["a = 0;"] * 2000)

    def first_line(*sizes: int, many: int = 2) -> str:
        nests = body
        for number, size in reversed(list(enumerate(sizes))):
            nests = loop(f"i{number}", 0, size, nests)
        return shared(nests, many)[0].head

    assert first_line(56, 10).endswith("schedule(static)")
    assert first_line(7, 10).endswith("collapse(2)")
    assert first_line(3, 3, 7).endswith("collapse(3)")
    assert use(7 * 7, 2) >= BALANCED
    assert first_line(7, 7, 8).endswith("collapse(2)")


def test_what_stands_between_loops_goes_into_the_innermost() -> None:
    inner = loop("c", 0, 8, lines(["O[c] = i;"] * 9000)) + loop("d", 0, 8, lines(["O[d] = 1;"] * 9000))
    text = loop("i", 0, 7, (*lines(["const ptrdiff_t m = i;", "const ptrdiff_t n = m;"]), block(inner)))
    found = shared(text, 2)
    assert [each.head.split("(")[0] for each in found] == ["#pragma omp parallel for num_threads", "for "] * 2
    uses_n = shared(
        loop("i", 0, 7, (*lines(["const ptrdiff_t m = i;", "const ptrdiff_t n = m;"]),
                         *loop("c", 0, 8, lines(["O[c] = n;"] * 9000)))), 2
    )  # fmt: skip
    (outer,) = [each for each in uses_n if each.rounds]
    (second,) = outer.body
    assert [each.head for each in second.body[:2]] == ["const ptrdiff_t m = i;", "const ptrdiff_t n = m;"]
    assert weight(found[1]) == 7 * 8 * 9000


def test_a_loop_that_goes_on_is_never_shared() -> None:
    inner = loop("c", 0, 64, lines(["O[c] += 1;"] * 9000))
    (outer,) = shared(loop("r", 0, 64, inner, carries=True), 2)
    assert outer.head.startswith("for (ptrdiff_t r")
    assert outer.body[0].head.startswith("#pragma omp")


@pytest.mark.parametrize("number", [0, -1, 1.5, "2", None, True, 1025])
def test_numbers_of_threads_that_cannot_be_are_refused(number: object) -> None:
    with pytest.raises(PlanError, match=r"threads is .*; give a whole number from 1 to 1,024"):
        generate(LARGE, threads=number)


def test_numpy_has_threads_of_its_own() -> None:
    with pytest.raises(PlanError, match="threads=2 is for target 'c', and this kernel's is 'numpy'"):
        generate(LARGE, target="numpy", threads=2)
    assert generate(LARGE, target="numpy", threads=1).threads == 1


def test_a_compiler_without_openmp_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiler = tmp_path / "cc"
    compiler.write_text(
        f'#!/bin/sh\ncase "$*" in *-fopenmp*) echo "no OpenMP" >&2; exit 1;; esac\nexec {COMPILERS[0]} "$@"\n'
    )
    compiler.chmod(0o700)
    monkeypatch.setenv("CC", str(compiler))
    monkeypatch.setenv("CONVGEN_CACHE_DIR", str(tmp_path / "cache"))
    with pytest.raises(CompilerError, match=r"(?s)no OpenMP.*threads=2 needs a compiler with OpenMP"):
        load(LARGE, threads=2)
    assert load(ConvSpec((3, 3), (2, 2)), threads=2).forward is not None  # too small to be shared
