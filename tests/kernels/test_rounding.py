"""Every result lies within the bound that its file states, and what does not round is as IEEE 754 has it.

The truth is exact rational arithmetic on the taps, so that the bound is held against the error and not
against another rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from convgen import ConvSpec, generate
from convgen.errors import BudgetError
from convgen.kernels import Kernel
from convgen.kernels.forms import forms_of
from convgen.kernels.isa import ISAS
from convgen.kernels.kernel import DTYPES, TARGETS, pass_inputs, pass_output, passes_of
from convgen.kernels.rounding import longest_sum, relative_bound, underflow_bound
from convgen.layout import axis_names, named_index, to_named
from convgen.validation.definition import entries_of, expected, size_of
from kernels.harness import COMPILERS, compiled, run_c, run_numpy, shape_of
from kernels.nasty import NASTY

LAYERS = [
    ConvSpec((6, 7), (3, 2), 5, 4, 2, padding=1),
    ConvSpec((5, 6), (2, 3), 4, 6, 2, stride=(2, 1), padding=((1, 0), (0, 2)), groups=2, layout="NHWC"),
    ConvSpec(40, 9, 3, 2, dilation=2, padding="same"),
    ConvSpec((3, 4, 3), (2, 2, 2), 2, 3, dilation=(1, 2, 1), padding=1, bias=False),
]
STRAIGHT_LINE = ConvSpec((4, 5), (2, 3), 2, 2, stride=(1, 2), padding=1)
"""One whose every product is a statement of a text that compilers still take."""

Arrays = Mapping[str, np.ndarray]


def sums(spec: ConvSpec, name: str, arrays: Arrays) -> list[tuple[Fraction, Fraction]]:
    """For every entry the exact sum, and that of the terms' magnitudes."""
    entries = entries_of(spec, name)
    known = [Fraction(1)]
    for array in entries.first:
        known += [Fraction(float(value)) for value in arrays[array].ravel()]
    found = [[Fraction(0), Fraction(0)] for _ in range(size_of(spec, pass_output(name)))]
    for owner, code in zip(*(each.tolist() for each in expected(spec, name, entries)), strict=True):
        left, right = divmod(code, entries.count + 1)
        term = known[left] * known[right]
        found[owner][0] += term
        found[owner][1] += abs(term)
    return [(total, magnitude) for total, magnitude in found]


def worst(kernel: Kernel, arrays: Arrays, results: Arrays) -> float:
    """The largest error of any entry, as a share of what is allowed."""
    shares = [0.0]
    for name in passes_of(kernel.spec):
        relative = relative_bound(kernel.spec, name, kernel.dtype)
        lost = underflow_bound(kernel.spec, name, kernel.dtype)
        values = results[pass_output(name)].ravel().tolist()
        for value, (total, magnitude) in zip(values, sums(kernel.spec, name, arrays), strict=True):
            allowed = relative * magnitude + lost
            shares.append(float(abs(Fraction(value) - total) / allowed))
    return max(shares)


def spread(spec: ConvSpec, dtype: str, low: int, high: int) -> dict[str, np.ndarray]:
    """Numbers of both signs whose exponents lie anywhere between two powers of 2."""
    generator = np.random.default_rng(len(str(spec)) + abs(low))
    found = {}
    for array, shape in {
        "X": spec.input_shape,
        "K": spec.kernel_shape,
        "b": spec.bias_shape,
        "dO": spec.output_shape,
    }.items():
        numbers = generator.uniform(1, 2, shape) * 2.0 ** generator.integers(low, high, shape)
        found[array] = (numbers * generator.choice([-1, 1], shape)).astype(dtype)
    return found


RANGES = {
    "float32": {"usual": (-8, 9), "huge": (55, 58), "tiny": (-78, -70), "subnormal": (-149, -126)},
    "float64": {"usual": (-8, 9), "huge": (500, 506), "tiny": (-540, -530), "subnormal": (-1074, -1022)},
}
"""Products of the huge stay below overflow; those of the tiny underflow."""

REORDERING = (
    "-fassociative-math",
    "-freciprocal-math",
    "-fno-signed-zeros",
    "-fno-trapping-math",
    "-ffinite-math-only",
)
"""What -ffast-math is, apart from the start-up code that makes a whole process flush subnormals to 0."""

FLAGS = [
    pytest.param(("-O0",), marks=pytest.mark.slow),
    ("-O2", "-ffp-contract=fast", "-march=native"),
    ("-O3", *REORDERING),
]


def kernels_of(target: str, dtype: str) -> list[Kernel]:
    found = []
    for number, spec in enumerate([*LAYERS, STRAIGHT_LINE]):
        for form in dict.fromkeys(each.name for each in forms_of(target)):
            for isa in ["portable", sorted(ISAS)[number % 3]] if form == "tiled" else ["portable"]:
                name = f"k{number}_{form}_{isa}"
                try:
                    found.append(generate(spec, target, dtype, name=name, forms=form, isa=isa))
                except BudgetError:
                    assert form != "loops"
    return found


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("flags", FLAGS, ids=lambda flags: flags[0])
def test_c_stays_within_its_bound(dtype: str, flags: tuple[str, ...], tmp_path: Path) -> None:
    """Whatever the order in which a compiler adds."""
    kernels = [
        kernel
        for kernel in kernels_of("c", dtype)
        if "unrolled" not in kernel.name or kernel.spec == STRAIGHT_LINE
    ]
    assert any("unrolled" in kernel.name for kernel in kernels)
    library = compiled(kernels, tmp_path, COMPILERS[0], *flags, "-Wno-psabi")
    for kernel in kernels:
        for words, limits in RANGES[dtype].items():
            arrays = spread(kernel.spec, dtype, *limits)
            assert worst(kernel, arrays, run_c(library, kernel, arrays)) <= 1, (kernel.name, words)


@pytest.mark.parametrize("dtype", DTYPES)
def test_numpy_stays_within_its_bound(dtype: str) -> None:
    for kernel in kernels_of("numpy", dtype):
        for words, limits in RANGES[dtype].items():
            arrays = spread(kernel.spec, dtype, *limits)
            assert worst(kernel, arrays, run_numpy(kernel, arrays)) <= 1, (kernel.name, words)


def test_the_bound_is_of_use_a_wrong_entry_lies_far_beyond_it() -> None:
    spec = LAYERS[0]
    kernel = generate(spec, "numpy")
    arrays = spread(spec, "float32", -3, 4)
    results = run_numpy(kernel, arrays)
    assert 0 < worst(kernel, arrays, results) <= 1
    moved = {**results, "O": np.roll(results["O"], 1)}
    assert worst(kernel, arrays, moved) > 1000
    rounded = {**results, "O": results["O"].astype("float16").astype("float32")}
    assert worst(kernel, arrays, rounded) > 10


@pytest.mark.parametrize("spec", NASTY, ids=str)
def test_no_sum_is_longer_than_the_file_says(spec: ConvSpec) -> None:
    for name in passes_of(spec):
        owner, _ = expected(spec, name, entries_of(spec, name))
        assert int(np.bincount(owner).max(initial=0)) <= longest_sum(spec, name)


@pytest.mark.parametrize("target", TARGETS)
def test_the_file_states_the_bound(target: str) -> None:
    spec = LAYERS[0]
    source = generate(spec, target, "float64").source
    assert "u = 2^-53" in source
    assert "n 2^-1074" in source
    for name in passes_of(spec):
        # The first table: a second one names passes too, with their scratch memory.
        line, *_ = [each for each in source.splitlines() if each.lstrip(" *").startswith(f"{name}  ")]
        assert f" {longest_sum(spec, name)} " in line


# ---- infinities and NaN ------------------------------------------------------------------------------------

SPREADING = [
    ConvSpec((4, 5), (3, 2), 2, 3, 2, padding=1),
    ConvSpec((5, 6), (2, 3), 2, 4, stride=(2, 1), padding=((1, 0), (0, 2)), groups=2),
    ConvSpec((3, 5), (2, 2), 3, 9, padding=1, layout="HWC"),
    ConvSpec(19, 3, 1, 2, dilation=2, padding="same"),
    ConvSpec((5, 4), (2, 2), stride=3, padding=2),
]
STRICT_FORMS = ("unrolled", "loops", "positions", "sum")
"""Forms that multiply no padding at all."""


def spreading_kernels(target: str, specs: Sequence[ConvSpec]) -> list[Kernel]:
    """Every form, tiles for every instruction set."""
    found = []
    for number, spec in enumerate(specs):
        for form in dict.fromkeys(each.name for each in forms_of(target)):
            for isa in ISAS if form == "tiled" else ["portable"]:
                name = f"k{number}_{form}_{isa}"
                try:
                    found.append(generate(spec, target, "float32", name=name, forms=form, isa=isa))
                except BudgetError:
                    assert form in ("tiled", "unrolled")
    return found


def factor_of(spec: ConvSpec, name: str, array: str, place: int) -> np.ndarray:
    """Which results of a pass have an entry as a factor, or as a summand."""
    entries = entries_of(spec, name)
    owner, code = expected(spec, name, entries)
    left, right = np.divmod(code, entries.count + 1)
    number = entries.first[array] + place
    reached = np.zeros(size_of(spec, pass_output(name)), bool)
    reached[owner[(left == number) | (right == number)]] = True
    return reached


def may_be_reached(spec: ConvSpec, name: str, array: str, place: int) -> np.ndarray:
    """The same, products with an index outside the other array included: K with padding, dO with padding."""
    if (name, array) not in (("forward", "K"), ("backward_data", "K"), ("backward_weights", "dO")):
        return factor_of(spec, name, array, place)
    at = np.unravel_index(place, shape_of(spec, array))
    index = dict(zip(axis_names(spec, array), named_index(spec, array, [*map(int, at)]), strict=True))
    output = pass_output(name)
    places = to_named(spec, output, np.arange(size_of(spec, output)).reshape(shape_of(spec, output)))
    met = np.ones(places.shape, bool)
    for axis, grid in zip(axis_names(spec, output), np.indices(places.shape), strict=True):
        if axis in ("g", "f", "c") and axis in index:
            met &= grid == index[axis]
        elif axis.startswith("s") and name == "backward_data":
            d = int(axis[1:])
            met &= (grid + spec.padding[d][0] - spec.dilation[d] * index[axis]) % spec.stride[d] == 0
    found = np.zeros(places.size, bool)
    found[places[met]] = True
    return found


def spread_wrongly(kernel: Kernel, run: Callable[[Arrays], Arrays], special: float) -> list[str]:
    """The passes in which a special entry does not reach just the results that the file says.

    Also whether a strict form lets it reach one that only padding would.
    """
    spec, found = kernel.spec, []
    arrays = {array: np.abs(each) for array, each in spread(spec, "float32", -3, 4).items()}
    usual = run(arrays)
    for name in passes_of(spec):
        for array in pass_inputs(spec, name):
            for place in {0, arrays[array].size // 2, arrays[array].size - 1}:
                changed = {key: each.copy() for key, each in arrays.items()}
                changed[array].ravel()[place] = special
                result = run(changed)[pass_output(name)].ravel()
                has = factor_of(spec, name, array, place)
                may = has if kernel.forms[name] in STRICT_FORMS else may_be_reached(spec, name, array, place)
                assert may[has].all()
                same = result == usual[pass_output(name)].ravel()
                reached = np.isnan(result) | (result == special)
                if not (reached[has].all() and same[~may].all() and (reached | same).all()):
                    found.append(f"{kernel.name} {name} {array}[{place}]")
    return found


SPECIALS = (np.inf, -np.inf, np.nan)


@pytest.mark.parametrize("spec", SPREADING, ids=str)
def test_infinities_and_nan_reach_in_c_the_results_that_the_file_says(spec: ConvSpec, tmp_path: Path) -> None:
    """Idle lanes on a border multiply padding, whichever instruction set a tile is for."""
    kernels = spreading_kernels("c", [spec])
    assert sum(form == "tiled" for kernel in kernels for form in kernel.forms.values()) >= 8
    library = compiled(kernels, tmp_path, COMPILERS[0], "-O1", "-march=native", "-Wno-psabi")
    for kernel in kernels:
        for special in SPECIALS:
            assert spread_wrongly(kernel, partial(run_c, library, kernel), special) == []


def test_infinities_and_nan_reach_in_numpy_the_results_that_the_file_says() -> None:
    with np.errstate(invalid="ignore"):
        for kernel in spreading_kernels("numpy", SPREADING):
            for special in SPECIALS:
                assert spread_wrongly(kernel, partial(run_numpy, kernel), special) == []


@pytest.mark.parametrize(
    ("target", "form", "name", "array"),
    [
        ("c", "tiled", "forward", "K"),
        ("numpy", "matrix", "forward", "K"),
        ("numpy", "matrix", "backward_weights", "dO"),
    ],
)
def test_some_forms_do_multiply_padding_and_the_file_may_promise_no_more(
    target: str, form: str, name: str, array: str, tmp_path: Path
) -> None:
    spec = SPREADING[0]
    kernel = generate(spec, target, "float32", name="k", forms=form, isa="avx2")
    arrays = {key: np.abs(each) for key, each in spread(spec, "float32", -3, 4).items()}
    arrays[array].ravel()[0] = np.inf
    with np.errstate(invalid="ignore"):
        results = (
            run_c(compiled([kernel], tmp_path, COMPILERS[0], "-Wno-psabi"), kernel, arrays)
            if target == "c"
            else run_numpy(kernel, arrays)
        )
    nan = np.isnan(results[pass_output(name)].ravel())
    assert nan.any()
    assert not (nan & factor_of(spec, name, array, 0)).any()
    assert may_be_reached(spec, name, array, 0)[nan].all()
