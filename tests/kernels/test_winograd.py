"""Winograd's kernels: SciPy's answers to the last bit where nothing rounds, the stated bound where something does.

Weights are multiplied by what the transform of weights divides by, so that whole numbers stay whole.
"""

from __future__ import annotations

import ctypes
import re
from fractions import Fraction
from functools import cache
from math import lcm, prod
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from convgen import ConvSpec, generate, load, validate
from convgen.errors import BudgetError, PlanError
from convgen.kernels import Kernel, algorithms
from convgen.kernels import winograd as winograd_module
from convgen.kernels.algorithms import tile_of, winograd_bound
from convgen.kernels.kernel import pack_symbol, packed_symbol, pass_inputs, pass_output
from convgen.kernels.winograd import PASSES, upper
from convgen.kernels.winograd_layer import transforms_of
from convgen.layout import axis_names, named_index, to_named
from convgen.testing import conv_specs
from convgen.validation.definition import size_of
from kernels.fences import Fenced
from kernels.harness import COMPILERS, compiled, run_c, shape_of
from kernels.test_rounding import factor_of
from oracles import scipy_oracle
from oracles.arrays import Arrays, integers

LAYERS = tuple(
    map(
        ConvSpec.parse,
        """
        input=8x8 kernel=3x3 in-channels=4 out-channels=5 padding=1 batch=2 layout=NHWC
        input=8x8 kernel=3x3 in-channels=4 out-channels=5 padding=1 batch=2
        input=3x19 kernel=3x3 in-channels=17 out-channels=2 padding=1:0x2:1 layout=HWC
        input=3x19 kernel=3x3 in-channels=2 out-channels=17 padding=1:0x2:1
        input=2x65 kernel=3x3 in-channels=2 out-channels=2 padding=1 layout=HWC
        input=2x65 kernel=3x3 in-channels=2 out-channels=2 padding=1
        input=6x7 kernel=2x4 in-channels=6 out-channels=8 groups=2 padding=1
        input=9x7 kernel=5x1 in-channels=6 out-channels=8 groups=2 padding=1 layout=HWC
        input=3x9 kernel=1x3 in-channels=2 out-channels=3 padding=0x1
        input=37 kernel=3 in-channels=6 out-channels=8 padding=4
        input=37 kernel=5 in-channels=6 out-channels=8 padding=1 layout=WC
        input=4x5x6 kernel=2x3x3 in-channels=3 out-channels=4 padding=1 layout=DHWC
        input=4x5x6 kernel=3x3x2 in-channels=3 out-channels=4 padding=3:0x1:2x0 batch=2
        input=7x9 kernel=3x3 padding=1
        input=3x3 kernel=3x3 in-channels=2 out-channels=3 bias=no
        input=2x3 kernel=2x3 in-channels=2 out-channels=3 padding=5
        input=37 kernel=2 in-channels=18 out-channels=21 padding=1
        """.strip().splitlines(),
    )
)
"""Every rank and order of axes; borders before, after and on both sides; channels and sizes that fill nothing; weights
that lie two apart."""

BUILDS = (
    ("gcc", "avx512", "float32", ("-O1", "-march=native")),
    ("gcc", "avx2", "float64", ("-O0",)),
    ("clang", "neon", "float32", ("-O0", "-DCONVGEN_PORTABLE")),
    ("clang", "avx512", "float64", ("-O0",)),
    ("gcc", "portable", "float32", ("-O0",)),
)
"""A compiler, an instruction set, a dtype, and flags."""


def divisor(spec: ConvSpec, algorithm: str) -> int:
    """What makes every transformed weight whole, axis by axis."""
    total = 1
    for axis in transforms_of(spec, tile_of(spec, algorithm)).axes:
        total *= lcm(*(int(each.q) for each in axis.G))
    return total


def stays_whole(spec: ConvSpec, algorithm: str) -> bool:
    """Whether float64 rounds nothing on the way from `exactly` to an output.

    A scale whose error is at most a quarter of a unit in the last place gives a product that is nearer to the exact
    one than to any other number, so that rounding restores it; a coefficient of a fused sum has nothing to restore it,
    and must be exact itself. What is then left are whole multiples of a power of 2, which must not be too many.
    """
    axes = transforms_of(spec, tile_of(spec, algorithm)).axes
    programs = [program for axis in axes for program in (axis.data, axis.kernel, axis.results)]
    scales = {step.scale for axis in axes for step in axis.kernel.steps}
    exact = {number for program in programs for step in program.steps for number, _ in step.terms}
    exact |= {step.scale for axis in axes for program in (axis.data, axis.results) for step in program.steps}
    parts = [lcm(*(int(each.q) for each in matrix)) for axis in axes for matrix in (axis.B, axis.A)]
    parts += [number.denominator for number in exact]
    if any(part & (part - 1) for part in parts):
        return False
    arrays, _ = exactly(spec, algorithm)
    largest = Fraction(int(np.abs(arrays["K"]).max()))
    largest *= max(int(np.abs(arrays[name]).max()) for name in ("X", "dO"))
    largest *= max(spec.in_channels, spec.out_channels)
    for program in programs:
        largest *= max(1, *(sum(row, Fraction(0)) for row in program.magnitudes))
    units = largest * prod(parts[: 2 * len(axes)]) + int(np.abs(arrays["b"]).max())
    return units <= 2**53 and all(
        abs(Fraction(float(scale)) - scale) <= abs(scale) / 2**54 for scale in scales
    )


@cache
def asked(spec: ConvSpec, scale: int) -> tuple[Arrays, Arrays]:
    """Arrays of whole numbers, weights multiplied, and SciPy's answers."""
    arrays = integers(spec, seed=len(str(spec)))
    arrays["K"] = arrays["K"] * scale
    return arrays, {"O": scipy_oracle.forward(spec, arrays), "dX": scipy_oracle.backward_data(spec, arrays)}


def exactly(spec: ConvSpec, algorithm: str) -> tuple[Arrays, Arrays]:
    """Arrays that no transform rounds, and SciPy's answers for forward and backward_data."""
    return asked(spec, divisor(spec, algorithm))


def wrong(kernel: Kernel, library: ctypes.CDLL, algorithm: str) -> list[str]:
    arrays, expected = exactly(kernel.spec, algorithm)
    found = run_c(library, kernel, arrays, PASSES)
    return [array for array, result in found.items() if not np.array_equal(result, expected[array])]


@pytest.mark.parametrize(("compiler", "isa", "dtype", "flags"), [b for b in BUILDS if b[0] in COMPILERS])
def test_where_nothing_rounds_the_answers_are_scipys(
    compiler: str, isa: str, dtype: str, flags: tuple[str, ...], tmp_path: Path
) -> None:
    """In float32 with tiles of 2, whose transforms have halves alone; in float64 with larger ones too."""
    algorithms = ("winograd:2",) if dtype == "float32" else ("winograd:2", "winograd:4", "winograd")
    share = {"float32": LAYERS[isa == "avx512" :: 4], "float64": LAYERS[1::5]}[dtype]
    share = [spec for spec in share if max(spec.kernel_size) <= (3 if dtype == "float32" else 5)]
    kernels = [
        (algorithm, generate(spec, "c", dtype, name=f"k{number}_{place}", isa=isa, algorithm=algorithm))
        for number, algorithm in enumerate(algorithms)
        for place, spec in enumerate(share)
        if stays_whole(spec, algorithm)
    ]
    assert len(kernels) >= 3
    library = compiled([each for _, each in kernels], tmp_path, compiler, "-Wno-psabi", *flags)
    for algorithm, kernel in kernels:
        assert wrong(kernel, library, algorithm) == [], (str(kernel.spec), algorithm)


@pytest.mark.slow
@pytest.mark.parametrize("algorithm", ["winograd:2", "winograd:4", "winograd"])
def test_every_layer_gives_scipys_answers(algorithm: str, tmp_path: Path) -> None:
    kernels = [
        generate(spec, "c", "float64", name=f"k{number}", isa="avx512", algorithm=algorithm)
        for number, spec in enumerate(LAYERS)
        if stays_whole(spec, algorithm)
    ]
    assert len(kernels) >= 10
    library = compiled(kernels, tmp_path, COMPILERS[0], "-Wno-psabi", "-O1", "-march=native")
    for kernel in kernels:
        assert wrong(kernel, library, algorithm) == [], str(kernel.spec)


@pytest.mark.parametrize(
    "examples", [pytest.param(3, id="share"), pytest.param(40, id="many", marks=pytest.mark.slow)]
)
def test_drawn_layers_give_scipys_answers(examples: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    @settings(max_examples=examples)
    @given(
        conv_specs(stride=1, dilation=1, max_kernel=5, max_size=9).filter(lambda s: max(s.kernel_size) > 1),
        st.sampled_from(["winograd", "winograd:2", "winograd:3", "winograd:4"]),
        st.sampled_from(["avx512", "avx2", "portable"]),
    )
    def holds(spec: ConvSpec, algorithm: str, isa: str) -> None:
        assume(stays_whole(spec, algorithm))
        kernel = generate(spec, "c", "float64", name="k", isa=isa, algorithm=algorithm)
        directory = tmp_path_factory.mktemp("drawn")
        library = compiled([kernel], directory, COMPILERS[0], "-Wno-psabi", "-O0")
        assert wrong(kernel, library, algorithm) == []

    holds()


@pytest.mark.parametrize("layout", ["HWC", "CHW"])
def test_a_long_text_is_cut_into_fewer_kinds_of_blocks_and_gives_scipys_answers(
    layout: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """11 rows of 33 tiles: by rule in blocks of three kinds and two, where 11 and 33 divide evenly."""
    spec = ConvSpec((21, 65), (3, 3), 2, 3, padding=1, layout=layout)
    usual = generate(spec, name="usual", isa="avx2", algorithm="winograd:2")
    monkeypatch.setattr(winograd_module, "LONG_TEXT", 0)
    brief = generate(spec, name="brief", isa="avx2", algorithm="winograd:2")
    assert len(brief.source) < 0.8 * len(usual.source)
    library = compiled([brief], tmp_path, COMPILERS[0], "-Wno-psabi", "-O0")
    assert wrong(brief, library, "winograd:2") == []


def test_a_file_that_is_too_long_is_refused_with_its_size_and_the_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spec = ConvSpec((54, 36), (7, 7), 153, 22, 2, padding=4, layout="NHWC")
    told = rf"{re.escape(str(spec))} by F\(2x2, 7x7\) needs (2\d\d,\d\d\d) bytes of C.*200,000.*winograd:2.*direct"
    with pytest.raises(BudgetError, match=told) as caught:
        generate(spec, dtype="float64", isa="avx2", algorithm="winograd")
    found = re.search(told, str(caught.value))
    monkeypatch.setattr(algorithms, "MOST_BYTES", int(found[1].replace(",", "")))  # type: ignore[index]
    kernel = generate(spec, dtype="float64", isa="avx2", algorithm="winograd")
    assert len(kernel.source.encode()) == algorithms.MOST_BYTES


def test_the_layers_of_networks_keep_within_the_limit() -> None:
    """28x28 with 128 channels first would not, were its 7 rows of tiles cut into 4 and 3."""
    spec = ConvSpec((28, 28), (3, 3), 128, 128, padding=1)
    assert len(generate(spec, isa="avx512", algorithm="winograd:4").source) < algorithms.MOST_BYTES


@pytest.mark.parametrize("at_end", [False, True], ids=["begin", "end"])
def test_no_byte_beside_an_array_is_touched(at_end: bool, tmp_path: Path) -> None:
    """Every array, packed weights and scratch memory beside a page without access."""
    kernels = [
        generate(spec, name=f"k{number}", isa="avx512", algorithm="winograd:2")
        for number, spec in enumerate(LAYERS[2:7:2])
    ]
    library = compiled(kernels, tmp_path, COMPILERS[0], "-O1", "-march=native", "-Wno-psabi")
    for kernel in kernels:
        arrays, expected = exactly(kernel.spec, "winograd:2")
        for name in PASSES:
            read = {
                array: Fenced(arrays[array].astype(np.float32), at_end=at_end)
                for array in pass_inputs(kernel.spec, name)
            }
            result = Fenced(np.empty(shape_of(kernel.spec, pass_output(name)), np.float32), at_end=at_end)
            scratch = kernel.scratch_bytes[name]
            memory = Fenced(np.empty(scratch, np.uint8), at_end=at_end)
            packed = Fenced(np.empty(kernel.workspace_bytes[name] - scratch, np.uint8), at_end=at_end)
            pack, run = library[pack_symbol(kernel.name, name)], library[packed_symbol(kernel.name, name)]
            pack(ctypes.c_void_p(read["K"].address), ctypes.c_void_p(packed.address))
            given_arrays = [packed if array == "K" else each for array, each in read.items()]
            run(*(ctypes.c_void_p(each.address) for each in (*given_arrays, result, memory)))
            if max(kernel.spec.kernel_size) <= 3:
                assert np.array_equal(result.array, expected[pass_output(name)])


MEASURED = [
    ("winograd:2", ConvSpec((9, 10), (3, 3), 7, 5, padding=1)),
    ("winograd:4", ConvSpec((9, 10), (3, 3), 7, 5, padding=1, layout="HWC")),
    ("winograd:6", ConvSpec((12, 13), (3, 3), 3, 5, padding=1)),
    ("winograd:4", ConvSpec((12, 13), (5, 5), 2, 3, padding=2)),
    ("winograd:2", ConvSpec((4, 5, 6), (3, 2, 4), 2, 3, padding=1, bias=False)),
]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_error_lies_within_the_bound_that_the_file_states(dtype: str, tmp_path: Path) -> None:
    """Against exact rational sums; one entry of X is far larger than the others, and reaches all of its tile."""
    kernels = [
        generate(spec, "c", dtype, name=f"k{number}", isa="avx2", algorithm=algorithm)
        for number, (algorithm, spec) in enumerate(MEASURED)
    ]
    library = compiled(
        kernels, tmp_path, COMPILERS[0], "-O2", "-ffp-contract=fast", "-march=native", "-Wno-psabi"
    )
    for (algorithm, spec), kernel in zip(MEASURED, kernels, strict=True):
        generator = np.random.default_rng(7)
        arrays = {
            name: generator.uniform(-1, 1, shape).astype(np.float32)  # whose products float64 holds
            for name, shape in (
                ("X", spec.input_shape),
                ("K", spec.kernel_shape),
                ("b", spec.bias_shape),
                ("dO", spec.output_shape),
            )
        }
        arrays["X"].ravel()[arrays["X"].size // 2] = 1000
        found = run_c(library, kernel, arrays, PASSES)
        exact = exact_results(spec, arrays)
        for name in PASSES:
            signal = arrays["X" if name == "forward" else "dO"]
            weights = np.abs(arrays["K"]).astype(float)
            axes = tuple(range(weights.ndim))
            channels_last = spec.layout.endswith("C")
            mine = (
                (weights.ndim - 1 if channels_last else 0)
                if name == "forward"
                else (weights.ndim - 2 if channels_last else 1)
            )
            largest = weights.sum(axis=tuple(axis for axis in axes if axis != mine)).max()
            biased = float(np.abs(arrays["b"]).max()) if name == "forward" and spec.bias else 0.0
            stated = stated_bound(kernel.source, name)
            assert 0 <= stated - winograd_bound(spec, name, algorithm, dtype) <= stated / 10
            allowed = float(stated) * (float(np.abs(signal).max()) * float(largest) + biased)
            errors = [
                abs(Fraction(float(value)) - truth)
                for value, truth in zip(
                    found[pass_output(name)].ravel(), exact[pass_output(name)], strict=True
                )
            ]
            assert 0 < max(errors) <= allowed
            moved = np.roll(found[pass_output(name)].ravel(), 1)
            wrong = max(
                abs(Fraction(float(v)) - t) for v, t in zip(moved, exact[pass_output(name)], strict=True)
            )
            assert wrong > allowed * (
                100 if algorithm == "winograd:2" and spec.rank == 2 else 1
            )  # it is of use


def exact_results(spec: ConvSpec, arrays: Arrays) -> dict[str, list[Fraction]]:
    """O and dX as exact sums over the definition's taps."""
    from convgen.validation.definition import entries_of, expected

    found = {}
    for name in PASSES:
        entries = entries_of(spec, name)
        known = [Fraction(1)]
        for array in entries.first:
            known += [Fraction(float(value)) for value in arrays[array].ravel()]
        sums = [Fraction(0)] * size_of(spec, pass_output(name))
        for owner, code in zip(*(each.tolist() for each in expected(spec, name, entries)), strict=True):
            left, right = divmod(code, entries.count + 1)
            sums[owner] += known[left] * known[right]
        found[pass_output(name)] = sums
    return found


def may_be_reached(spec: ConvSpec, algorithm: str, name: str, array: str, place: int) -> np.ndarray:
    """The results that the file allows an infinity or NaN to reach: of all tiles that meet it, or of its channel."""
    output = pass_output(name)
    at = np.unravel_index(place, shape_of(spec, array))
    index = dict(zip(axis_names(spec, array), named_index(spec, array, [*map(int, at)]), strict=True))
    places = to_named(spec, output, np.arange(size_of(spec, output)).reshape(shape_of(spec, output)))
    met = np.ones(places.shape, bool)
    transforms = transforms_of(spec, tile_of(spec, algorithm)).axes
    for axis, grid in zip(axis_names(spec, output), np.indices(places.shape), strict=True):
        if axis in ("n", "g") or (array == "K" and axis in ("f", "c")):
            met &= grid == index.get(axis, grid)
        elif axis.startswith("s") and array != "K":
            d = int(axis[1:])
            reach = (
                spec.axes[d].before if name == "forward" else spec.kernel_size[d] - 1 - spec.axes[d].before
            )
            first = grid // transforms[d].outputs * transforms[d].outputs - reach
            met &= (first <= index[axis]) & (index[axis] < first + transforms[d].products)
    found = np.zeros(places.size, bool)
    found[places[met]] = True
    return found


def test_infinities_and_nan_reach_what_the_file_says(tmp_path: Path) -> None:
    """All results that they are a factor of, others of their tiles and channels too, and nothing else."""
    layers = (LAYERS[0], LAYERS[6], LAYERS[9])
    kernels = [
        generate(spec, name=f"k{number}", isa="avx2", algorithm="winograd:4")
        for number, spec in enumerate(layers)
    ]
    library = compiled(kernels, tmp_path, COMPILERS[0], "-O1", "-march=native", "-Wno-psabi")
    beyond = {(name, array): 0 for name in PASSES for array in ("K", "X" if name == "forward" else "dO")}
    for spec, kernel in zip(layers, kernels, strict=True):
        assert "What is said above of n, underflow and infinities is not for it" in kernel.source
        arrays = {array: np.abs(each) + 1 for array, each in integers(spec, seed=5).items()}
        usual = run_c(library, kernel, arrays, PASSES)
        for name, array in beyond:
            for place in (0, arrays[array].size // 2, arrays[array].size - 1):
                for special in (np.inf, np.nan):
                    changed = {key: each.astype(float) for key, each in arrays.items()}
                    changed[array].ravel()[place] = special
                    result = run_c(library, kernel, changed, (name,))[pass_output(name)].ravel()
                    has = factor_of(spec, name, array, place)
                    may = may_be_reached(spec, "winograd:4", name, array, place)
                    same = result == usual[pass_output(name)].ravel()
                    assert may[has].all()
                    assert not np.isfinite(result[has]).any()
                    assert same[~may].all()
                    beyond[name, array] += int((~same & ~has).sum())
    assert all(beyond.values())  # no file may promise more


def stated_bound(source: str, name: str) -> Fraction:
    """The number in the file's first lines."""
    match = re.search(rf"\* {name} by F\(.*\): an entry has an error of at most ([\d.e-]+) times", source)
    assert match
    return Fraction(match[1])


def test_a_stated_number_is_never_below_the_bound() -> None:
    for number in (
        Fraction(1, 3),
        Fraction(999, 1000),
        Fraction(1, 10),
        Fraction(12345, 10**9),
        Fraction(97),
        Fraction(995, 10**7),
        Fraction(99999, 10**9),
        Fraction(10**40 - 1, 10**42),
        Fraction(1000),
    ):
        assert re.fullmatch(r"[1-9]\.\de-?\d+", upper(number))
        assert number <= Fraction(upper(number)) <= number * Fraction(11, 10)


@pytest.mark.parametrize(
    ("text", "algorithm", "isa"),
    [
        ("input=6x5 kernel=3x3 in-channels=2 out-channels=3 padding=1 layout=HWC", "winograd:2", "avx2"),
        ("input=6x5 kernel=3x3 in-channels=2 out-channels=3 padding=1", "winograd:4", "avx512"),
        ("input=9 kernel=4 in-channels=2 out-channels=3 padding=1:0", "winograd:2", "portable"),
        ("input=5x4 kernel=3x2 in-channels=4 out-channels=6 groups=2 padding=1:0x2:1", "winograd", "avx2"),
        ("input=3x4x3 kernel=2x2x3 in-channels=2 out-channels=2 padding=1", "winograd:2", "portable"),
    ],
)
def test_the_emitted_text_is_the_definition_as_polynomials(text: str, algorithm: str, isa: str) -> None:
    """Fractions exact, terms that cancel included, in vectors and in portable C."""
    found = validate(generate(ConvSpec.parse(text), name="k", isa=isa, algorithm=algorithm))
    assert found, str(found)
    assert all(each.exact for each in found.passes)
    assert found.portable


@pytest.mark.parametrize(
    ("before", "after", "passes"),
    [
        ("_multiply(d1, 1.0f / 30.0f, d1)", "_multiply(d1, 1.0f / 31.0f, d1)", PASSES),
        ("-4.25f", "-4.250000476837158203125f", PASSES),  # the next float32
        ("_add(d9, a5)", "_subtract(d9, a5)", PASSES),
        ("_store(&O[", "_store(&X[", PASSES[:1]),
    ],
)
def test_a_wrong_constant_is_seen(before: str, after: str, passes: tuple[str, ...], tmp_path: Path) -> None:
    spec = ConvSpec.parse("input=5x5 kernel=3x3 in-channels=2 out-channels=4 padding=1 layout=HWC")
    kernel = generate(spec, name="k", algorithm="winograd:4")
    before, after = (
        before.replace("d1,", "d4,").replace("d1)", "d4)"),
        after.replace("d1,", "d4,").replace("d1)", "d4)"),
    )
    assert before in kernel.source
    path = tmp_path / "k.c"
    path.write_text(kernel.source.replace(before, after))
    assert validate(kernel)
    found = validate(path)
    assert {each.name for each in found.passes if not each.holds} == set(passes)


@pytest.mark.parametrize(
    ("text", "algorithm", "said"),
    [
        ("input=8x8 kernel=3x3 stride=2x1", "winograd", "stride 2x1 where 1 is needed"),
        ("input=8x8 kernel=3x3 dilation=2", "winograd", "dilation 2x2 where 1 is needed"),
        ("input=8x8 kernel=1x1", "winograd", "kernel 1x1 has a single weight"),
        ("input=8x8 kernel=3x3", "winograd:2x2x2", "a tile of 3 axes for a layer of 2"),
        ("input=8x8 kernel=3x3", "winograd:8", "F(8, 3) takes 10 products"),
        (
            "input=28 kernel=8",
            "winograd",
            "a kernel of 8 needs 2 + 8 - 1 products along an axis, more than 8",
        ),
        ("input=8x8 kernel=3x3", "winograd:0", "unknown algorithm 'winograd:0'"),
        ("input=8x8 kernel=3x3", "winograd:", "unknown algorithm 'winograd:'"),
        ("input=8x8 kernel=3x3", "winograd:4x", "unknown algorithm 'winograd:4x'"),
        ("input=8x8 kernel=3x3", "winograd:\N{ARABIC-INDIC DIGIT FOUR}", "unknown algorithm 'winograd:"),
        ("input=8x8 kernel=3x3", "fft", "unknown algorithm 'fft'; choose one of direct, auto, winograd"),
    ],
)
def test_a_layer_that_it_does_not_apply_to_is_refused_with_the_reason(
    text: str, algorithm: str, said: str
) -> None:
    with pytest.raises(PlanError, match=re.escape(said)):
        generate(ConvSpec.parse(text), algorithm=algorithm)


def test_it_is_neither_for_numpy_nor_beside_a_form() -> None:
    spec = ConvSpec((8, 8), (3, 3))
    with pytest.raises(PlanError, match="for the target 'c', not for 'numpy'"):
        generate(spec, "numpy", algorithm="winograd")
    with pytest.raises(PlanError, match="both say how forward is computed"):
        generate(spec, algorithm="winograd", forms={"forward": "loops"})
    kernel = generate(spec, algorithm="winograd", forms={"backward_weights": "loops"})
    assert kernel.forms["backward_weights"] == "loops"
    assert kernel.forms["forward"] == kernel.forms["backward_data"] == "winograd"


@pytest.mark.parametrize("algorithm", ["direct", "auto", None])
def test_unless_it_is_asked_for_nothing_changes(algorithm: str | None) -> None:
    """auto never trades accuracy for speed."""
    spec = ConvSpec((8, 8), (3, 3), 16, 16, padding=1)
    direct = generate(spec, isa="avx2")
    found = generate(spec, isa="avx2", algorithm=algorithm)
    assert found.forms == direct.forms
    assert [line for line in found.source.splitlines() if "--algorithm" not in line] or algorithm
    assert found.source.replace(f" --algorithm {algorithm}", "") == direct.source


def test_the_rule_takes_large_tiles_where_they_fill() -> None:
    def chosen(size: int, kernel: int) -> str:
        return str(transforms_of(ConvSpec(size, kernel, padding="same"), None))

    assert [chosen(56, 3), chosen(2, 3), chosen(6, 3), chosen(56, 5)] == [
        "F(4, 3)",
        "F(2, 3)",
        "F(2, 3)",
        "F(4, 5)",
    ]


def test_multiplications_are_those_of_the_transforms_and_products() -> None:
    """F(2, 3) on one axis by hand: 4 tiles of 2, 3 channels to 5, G of 4 halves and a -1 to multiply by."""
    kernel = generate(ConvSpec(8, 3, 3, 5, padding=1), algorithm="winograd:2")
    found = kernel.op_count["forward"]
    products, weights = 4 * 4 * 3 * 5, 5 * 3 * 5
    assert kernel.source.count("_multiply(d") == 2 * (1 + 2)  # two more halves are fused with a sum
    assert found.multiplications == products + weights
    assert found.additions == products + 3 * 3 * 5 + 4 * 4 * 3 + 4 * 4 * 5 + 8 * 5


@pytest.mark.parametrize("way", ["extension", "ctypes"])
def test_loaded_and_prepared_kernels_give_the_same(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By either way of calls a pass on packed weights has scratch memory besides."""
    monkeypatch.setenv("CONVGEN_CALL", "ctypes" if way == "ctypes" else "")
    spec = ConvSpec((9, 10), (3, 3), 5, 6, padding=1)
    arrays, expected = exactly(spec, "winograd:2")
    X, K, b, dO = (arrays[name].astype(np.float32) for name in ("X", "K", "b", "dO"))
    loaded = load(spec, algorithm="winograd:2", name="wino")
    assert loaded.call == way
    assert set(loaded.kernel.scratch_bytes) == set(PASSES)
    prepared = loaded.prepare(K)
    for O in (loaded.forward(X, K, b), prepared.forward(X, b)):
        assert np.array_equal(O, expected["O"])
    for dX in (loaded.backward_data(K, dO), prepared.backward_data(dO)):
        assert np.array_equal(dX, expected["dX"])
    assert set(loaded.kernel.prepared) == set(PASSES)
