"""Register tiles give SciPy's answers to the last bit on every instruction set, and touch no byte beside an array."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Sequence
from functools import cache
from math import prod
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convgen import ConvSpec, generate
from convgen.errors import BudgetError, PlanError
from convgen.kernels import Kernel
from convgen.kernels.blocks import Tile, blocks, choose_streamed_tile, choose_tile, fit, near_equal
from convgen.kernels.columns import clipped_tiles, columns
from convgen.kernels.isa import ISAS, Isa, best_isa
from convgen.kernels.kernel import DTYPES, pass_inputs, pass_output
from convgen.kernels.sweep import phases, sweep
from convgen.testing import conv_specs
from kernels.fences import Fenced
from kernels.harness import COMPILERS, compiled, counted, run_c, shape_of, wrong
from kernels.nasty import NASTY
from oracles import scipy_oracle
from oracles.arrays import Arrays, integers

CONVOLUTIONS = ("forward", "backward_data", "backward_weights")

LAYERS = tuple(
    map(
        ConvSpec.parse,
        """
        input=6x13 kernel=3x3 in-channels=13 out-channels=17 padding=1 layout=HWC
        input=6x13 kernel=3x3 in-channels=13 out-channels=17 padding=1
        input=5x37 kernel=1x7 in-channels=3 out-channels=10 padding=0x3
        input=5x31 kernel=2x2 in-channels=5 out-channels=8 stride=3 padding=1 layout=HWC
        input=7x9 kernel=4x4 in-channels=6 out-channels=33 padding=1:2x2:1 dilation=1x2 layout=NHWC batch=2
        input=7x9 kernel=5x5 in-channels=2 out-channels=23 stride=2 padding=2 batch=2
        input=5x5 kernel=3x3 in-channels=40 out-channels=36 groups=2 padding=1 layout=HWC
        input=5x5 kernel=3x3 in-channels=40 out-channels=36 groups=2 padding=1
        input=7x9 kernel=3x3 in-channels=19 out-channels=19 groups=19 padding=1 layout=HWC
        input=7x9 kernel=3x2 in-channels=21 out-channels=21 groups=21 padding=1:0x2:1 stride=2 layout=NHWC batch=2
        input=7x21 kernel=3x3 in-channels=3 out-channels=3 groups=3 padding=1 batch=2
        input=9x37 kernel=3x3 padding=2 dilation=2
        input=9x20 kernel=3x3 in-channels=1 out-channels=6 padding=1 layout=HWC
        input=9x20 kernel=3x3 in-channels=6 out-channels=1 padding=1 layout=NHWC batch=2
        input=9x20 kernel=3x3 in-channels=6 out-channels=1 padding=1
        input=8x32 kernel=3x3 in-channels=16 out-channels=18 padding=1
        input=4x6 kernel=1x1 in-channels=34 out-channels=50 layout=NHWC batch=2
        input=4x6 kernel=1x1 in-channels=34 out-channels=50
        input=3x3 kernel=3x3 in-channels=257 out-channels=64 padding=1 layout=HWC
        input=30 kernel=7 in-channels=9 out-channels=20 dilation=3 padding=9 stride=2
        input=3x4x5 kernel=2x3x3 in-channels=5 out-channels=18 padding=1 layout=DHWC stride=1x2x1
        input=5x6 kernel=3x3 in-channels=34 out-channels=7 stride=2 padding=1 batch=2
        input=9x20 kernel=5x5 in-channels=6 out-channels=46 groups=2 padding=2 stride=2 layout=NHWC batch=2
        input=31 kernel=7 in-channels=1 out-channels=16 padding=3 dilation=2 layout=WC
        """.strip().splitlines(),
    )
)
"""Channels and widths that fill no vector, with every kind of border."""

BUILDS = (
    ("gcc", "avx512", "float32", ()),
    ("gcc", "avx2", "float64", ()),
    ("gcc", "neon", "float32", ("-DCONVGEN_PORTABLE",)),
    ("clang", "avx512", "float64", ()),
    ("clang", "avx2", "float32", ("-DCONVGEN_PORTABLE",)),
    ("clang", "portable", "float32", ()),
)
"""A compiler, an instruction set, a dtype, and further flags."""


@cache
def asked(spec: ConvSpec) -> tuple[Arrays, Arrays]:
    arrays = integers(spec, seed=len(str(spec)))
    return arrays, scipy_oracle.answers(spec, arrays)


def tiled(spec: ConvSpec, number: int, dtype: str, isa: str) -> Kernel:
    return generate(spec, "c", dtype, name=f"k{number}", forms="tiled", isa=isa)


@pytest.mark.parametrize(("compiler", "isa", "dtype", "flags"), [b for b in BUILDS if b[0] in COMPILERS])
def test_every_instruction_set_gives_scipys_answers(
    compiler: str, isa: str, dtype: str, flags: tuple[str, ...], tmp_path: Path
) -> None:
    """Text for a set that this machine lacks is C all the same."""
    kernels = [tiled(spec, number, dtype, isa) for number, spec in enumerate((*LAYERS[1::2], *NASTY[::9]))]
    library = compiled(kernels, tmp_path, compiler, "-O0", "-Wno-psabi", *flags)
    for kernel in kernels:
        arrays, expected = asked(kernel.spec)
        assert wrong(run_c(library, kernel, arrays), expected) == [], str(kernel.spec)


@pytest.mark.parametrize(
    "layers", [pytest.param(LAYERS[::4], id="share"), pytest.param(LAYERS, id="all", marks=pytest.mark.slow)]
)
def test_this_machines_own_instructions_give_scipys_answers(
    layers: Sequence[ConvSpec], tmp_path: Path
) -> None:
    """Masked loads and stores, where there are any."""
    isas = ("avx512", "avx2")
    kernels = [
        generate(spec, name=f"k{number}_{isa}", forms="tiled", isa=isa)
        for number, spec in enumerate(layers)
        for isa in isas
    ]
    library = compiled(kernels, tmp_path, COMPILERS[0], "-O2", "-march=native", "-Wno-psabi")
    for kernel in kernels:
        arrays, expected = asked(kernel.spec)
        assert wrong(run_c(library, kernel, arrays), expected) == [], str(kernel.spec)


@pytest.mark.parametrize("at_end", [False, True], ids=["begin", "end"])
def test_no_byte_beside_an_array_is_touched(at_end: bool, tmp_path: Path) -> None:
    """Every array and the workspace beside a page without access."""
    kernels = [tiled(spec, number, "float32", "avx512") for number, spec in enumerate((*LAYERS, *NASTY[::4]))]
    library = compiled(kernels, tmp_path, COMPILERS[0], "-O1", "-march=native", "-Wno-psabi")
    for kernel in kernels:
        arrays, expected = asked(kernel.spec)
        for name in CONVOLUTIONS:
            read = [arrays[array].astype(np.float32) for array in pass_inputs(kernel.spec, name)]
            result = np.empty(shape_of(kernel.spec, pass_output(name)), np.float32)
            scratch = [np.empty(kernel.workspace_bytes[name], np.uint8)] * bool(kernel.workspace_bytes[name])
            fenced = [Fenced(data, at_end=at_end) for data in (*read, result, *scratch)]
            function = library[f"{kernel.name}_{name}"]
            function.restype = None
            function(*(ctypes.c_void_p(each.address) for each in fenced))
            assert np.array_equal(fenced[len(read)].array, expected[pass_output(name)])


def test_the_products_executed_are_those_announced(tmp_path: Path) -> None:
    """Where vectors are full, each fused product of a vector is as many products as it has lanes."""
    layers = [
        ConvSpec((6, 13), (3, 3), 16, 32, padding=1, layout="HWC"),
        ConvSpec((6, 13), (3, 2), 16, 16, padding=(2, 1), stride=2, layout="HWC"),
        ConvSpec((9, 8), (5, 3), 32, 64, groups=2, dilation=(1, 2), padding=2, batch=2, layout="NHWC"),
    ]
    kernels = [tiled(spec, number, "float32", "avx512") for number, spec in enumerate(layers)]
    executed = counted(kernels, r"(f32x(\d+)_fma\(s\d)", r"executed += \2; \1", tmp_path)
    for kernel in kernels:
        for name in CONVOLUTIONS:
            found = executed(kernel, name)
            assert found == kernel.op_count[name].multiplications, (str(kernel.spec), name)


@pytest.mark.parametrize("isa", sorted(ISAS))
def test_no_braces_are_empty(isa: str) -> None:
    """What has nothing to do is not written: no loop over idle lanes where every lane is used."""
    for number, spec in enumerate(LAYERS):
        source = tiled(spec, number, "float32", isa).source
        assert re.findall(r"[^\n]*\{\s*\}[^\n]*", source) == [], str(spec)


@given(spec=conv_specs(rank=1, layout="W", max_size=40, max_kernel=7, max_stride=5), most=st.integers(1, 20))
def test_columns_cover_an_axis_with_its_taps(spec: ConvSpec, most: int) -> None:
    for part in (sweep(spec, "forward", 0), *phases(spec, 0)):
        found = list(columns(part, most))
        assert [each.first for each in found[1:]] == [each.stop for each in found[:-1]]
        assert (found[0].first, found[-1].stop) == (0, part.count)
        assert sum(each.taps is not None for each in found) == clipped_tiles(part, most)
        for each in found:
            assert 0 < each.size <= most
            for number in range(each.count * each.size):
                taps = set(part.taps_at(each.first + number))
                if each.taps is None:
                    assert taps == set(range(part.taps))
                else:
                    assert taps == {tap for tap, positions in each.taps if number in positions}


@pytest.mark.parametrize("choose", [choose_tile, choose_streamed_tile])
@given(st.integers(1, 300), st.integers(1, 300), st.sampled_from(sorted(ISAS)), st.sampled_from(DTYPES))
def test_tiles_fit_the_registers_and_blocks_cover_the_lanes(
    choose: Callable[[Isa, str, int, int], Tile], lanes: int, numbers: int, isa: str, dtype: str
) -> None:
    machine = ISAS[isa]
    tile = choose(machine, dtype, lanes, numbers)
    assert tile.numbers * tile.vectors + tile.vectors + 1 <= machine.registers
    assert tile.numbers == fit(machine, tile.vectors) or choose is choose_streamed_tile
    position = 0
    for each in blocks(tile, lanes):
        assert each.first == position
        assert each.vectors <= tile.vectors
        position += each.count * each.vectors * tile.vector.lanes
        idle = tile.vector.lanes - each.last
        assert idle == 0 or (each.count == 1 and position - idle == lanes)
    assert 0 <= position - lanes < tile.vector.lanes


@given(st.integers(1, 10**9), st.integers(1, 30))
def test_parts_are_nearly_equal(count: int, most: int) -> None:
    parts = near_equal(count, most)
    assert sum(repeats * size for repeats, size in parts) == count
    sizes = [size for _, size in parts]
    assert max(sizes) <= most
    assert max(sizes) - min(sizes) <= 1


def test_the_best_set_is_the_widest_whose_macros_are_all_there() -> None:
    assert best_isa(ISAS["avx512"].macros).name == "avx512"
    assert best_isa(("__AVX2__", "__FMA__", "__AVX512F__")).name == "avx2"
    assert best_isa(("__aarch64__",)).name == "neon"
    assert best_isa(()).name == "portable"


@pytest.mark.parametrize("isa", ["native", "sse9", None, 512])
def test_text_is_not_written_for_an_unknown_set(isa: object) -> None:
    with pytest.raises(PlanError, match=re.escape(repr(isa))):
        generate(ConvSpec(5, 3), isa=isa)  # type: ignore[arg-type]


def test_the_header_says_the_set_and_the_scratch_memory() -> None:
    spec = ConvSpec((6, 13), (3, 3), 13, 17, padding=1, layout="HWC")
    kernel = generate(spec, isa="avx2")
    assert kernel.header is not None
    for text in (kernel.source, kernel.header):
        assert "--isa avx2" in text
        assert "instruction set 'avx2'" in text
        assert f"{kernel.workspace_bytes['backward_data']:,} bytes" in text
    assert kernel.workspace_bytes["backward_data"] == prod(spec.kernel_size) * 17 * 16 * 4
    assert "backward_data" in kernel.prepared


@pytest.mark.parametrize("number", [-2, -1])
def test_few_input_channels_last_are_summed_in_lanes(number: int) -> None:
    """Their dX; without it the layers above would not test that form."""
    source = generate(LAYERS[number], forms="tiled", isa="avx512").source
    assert "_add_lanes(o[0], s0_0)" in source.partition("_backward_data(")[2]


def test_a_wide_border_is_refused_before_it_is_written() -> None:
    """Every position of such a layer has taps of its own."""
    spec = ConvSpec((3, 300), (1, 150), 4, 16, padding=(0, 149), layout="HWC")
    with pytest.raises(BudgetError, match="products of vectors written out"):
        generate(spec, forms="tiled")
    assert generate(spec).forms["forward"] == "loops"
