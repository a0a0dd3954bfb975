"""A tile that is asked for gives SciPy's answers and the bits of the rule's, and where there can be none, a reason."""

from __future__ import annotations

import re
from itertools import zip_longest
from pathlib import Path

import numpy as np
import pytest

from convgen import ConvSpec, generate, validate
from convgen.errors import BudgetError, PlanError
from convgen.kernels import Kernel, asked_tiles
from convgen.kernels.algorithms import with_algorithm
from convgen.kernels.asked_tiles import worth_trying
from convgen.kernels.blocks import NEAR, OF_A_KIND, Tile, Tiling, choose_tile, near_best, tile_cost
from convgen.kernels.forms import choose_forms
from convgen.kernels.isa import ISAS, Vector
from kernels.harness import COMPILERS, compiled, run_c, shape_of, wrong
from oracles import scipy_oracle
from oracles.arrays import Arrays, integers

LAYERS = tuple(
    map(
        ConvSpec.parse,
        """
        input=4x13 kernel=3x3 in-channels=13 out-channels=37 padding=1 layout=HWC
        input=4x37 kernel=2x3 in-channels=9 out-channels=10 padding=1
        input=5x9 kernel=3x2 in-channels=21 out-channels=21 groups=21 padding=1:0x2:1 stride=2 layout=NHWC batch=2
        input=5x31 kernel=2x2 in-channels=5 out-channels=8 stride=3 padding=1 layout=HWC
        input=30 kernel=7 in-channels=9 out-channels=20 dilation=3 padding=9 stride=2
        input=3x4x5 kernel=2x3x3 in-channels=5 out-channels=18 padding=1 layout=DHWC stride=1x2x1
        input=4x6 kernel=1x1 in-channels=34 out-channels=50 batch=2
        """.strip().splitlines(),
    )
)
"""Lanes along output channels, input channels, positions and groups; phases; every rank; rows made one."""

TINY = ConvSpec((3, 3), (2, 2))
LAST = LAYERS[0]
ALONG_ROWS = ConvSpec((9, 40), (3, 3), 1, 1, padding=1, batch=2)


def kernels_of(spec: ConvSpec, number: int, isa: str, dtype: str = "float32", **said: str) -> list[Kernel]:
    """The rule's kernel, and one for each tile that is worth trying of any pass."""
    forms = with_algorithm(spec, "c", choose_forms(spec, "c", None), None, said.get("algorithm"))
    rule = generate(spec, "c", dtype, name=f"k{number}_rule", isa=isa, **said)
    tiles = {
        name: worth_trying(spec, name, forms[name], dtype, ISAS[isa], tiling)[1:]
        for name, tiling in rule.tilings.items()
    }
    found = [rule]
    for turn, row in enumerate(zip_longest(*tiles.values())):
        asked = {name: str(tile) for name, tile in zip(tiles, row, strict=True) if tile}
        found.append(generate(spec, "c", dtype, name=f"k{number}_{turn}", isa=isa, tile=asked, **said))
        assert {name: str(found[-1].tilings[name].tile) for name in asked} == asked
    return found


def noise(spec: ConvSpec) -> Arrays:
    generator = np.random.default_rng(7)
    return {
        array: generator.standard_normal(shape_of(spec, array)).astype(np.float32)
        for array in ("X", "K", "b", "dO")
    }


@pytest.mark.parametrize(
    ("layers", "isas", "level"),
    [
        pytest.param(LAYERS[:2], ("avx2",), "-O0", id="share"),
        pytest.param(LAYERS, ("avx512", "portable"), "-O1", id="all", marks=pytest.mark.slow),
    ],
)
def test_every_tile_worth_trying_gives_scipys_answers_and_the_bits_of_the_rules(
    layers: tuple[ConvSpec, ...], isas: tuple[str, ...], level: str, tmp_path: Path
) -> None:
    """Whole numbers are summed exactly; of noise the last bit tells in which order it was added."""
    for number, spec in enumerate(layers):
        exact, drawn = integers(spec, seed=number), noise(spec)
        expected = scipy_oracle.answers(spec, exact)
        tried = 0
        for isa in isas:
            rule, *others = kernels_of(spec, number, isa)
            tried += len(others)
            directory = tmp_path / f"{number}_{isa}"
            library = compiled([rule, *others], directory, COMPILERS[0], level, "-march=native", "-Wno-psabi")
            bits = run_c(library, rule, drawn)
            for kernel in others:
                assert wrong(run_c(library, kernel, exact), expected) == [], (str(spec), kernel.tilings)
                assert wrong(run_c(library, kernel, drawn), bits) == [], (str(spec), kernel.tilings)
        assert tried


def test_winograds_products_take_tiles_too_and_give_the_same_bits(tmp_path: Path) -> None:
    spec = ConvSpec((4, 7), (3, 3), 5, 20, padding=1, layout="HWC")
    rule, *others = kernels_of(spec, 0, "avx2", algorithm="winograd:2")
    assert {"forward", "backward_data"} <= set(rule.tilings)
    library = compiled([rule, others[0]], tmp_path, COMPILERS[0], "-O0", "-march=native", "-Wno-psabi")
    drawn = noise(spec)
    assert wrong(run_c(library, others[0], drawn), run_c(library, rule, drawn)) == []


def test_text_with_a_tile_that_was_asked_for_is_valid() -> None:
    assert validate(generate(LAYERS[3], tile="2x2"))


# ---- what is asked for, and what the file says of it --------------------------------------------------


def test_the_file_says_the_tile_and_how_to_write_it_again() -> None:
    kernel = generate(LAST, isa="avx512", tile={"forward": "4x2"})
    assert str(kernel.tilings["forward"].tile) == "4x2x16"
    text = kernel.source.replace(" \\\n *        ", "")
    assert "--tile forward=4x2x16" in text
    assert re.search(r"Register tiles .* measured .*not by rule.*\n \*     forward  4x2x16\n", kernel.source)
    again = generate(LAST, isa="avx512", tile={"forward": "4x2x16"})
    assert again.files == kernel.files


def test_the_rules_own_text_does_not_know_of_tiles() -> None:
    plain = generate(LAST, isa="avx2")
    assert "--tile" not in plain.source
    assert "Register tiles" not in plain.source
    assert generate(LAST, isa="avx2", tile="rule").files == plain.files
    assert generate(LAST, isa="avx2", tile={"forward": "rule"}).files == plain.files


def test_one_tile_is_for_every_pass_that_has_one() -> None:
    kernel = generate(LAST, isa="avx2", tile="3x2")
    assert {name: str(tiling.tile)[:3] for name, tiling in kernel.tilings.items()} == {
        "forward": "3x2",
        "backward_data": "3x2",
        "backward_weights": "3x2",
    }


def test_a_tile_never_turns_the_vectors_round() -> None:
    """What lanes run along is the rule's decision, which a tile of one vector would change."""
    for spec in LAYERS:
        rule = generate(spec, isa="avx512")
        for tile in ("1x1", "28x1", "1x8", "3x2x4"):
            asked = generate(spec, isa="avx512", tile=tile)
            assert {name: (each.lanes, each.numbers) for name, each in asked.tilings.items()} == {
                name: (each.lanes, each.numbers) for name, each in rule.tilings.items()
            }


# ---- what is worth trying -----------------------------------------------------------------------------


@pytest.mark.parametrize("isa", sorted(ISAS))
def test_tiles_worth_trying_are_few_distinct_near_the_best_and_fit(isa: str) -> None:
    for lanes, numbers in ((64, 56), (1, 1), (13, 9), (37, 640), (16, 3)):
        tiling = Tiling(choose_tile(ISAS[isa], "float32", lanes, numbers), lanes, numbers)
        found = near_best(ISAS[isa], tiling)
        least = tile_cost(ISAS[isa], found[0], lanes, numbers)
        assert found[0] == tiling.tile
        assert len({str(tile) for tile in found}) == len(found)
        for tile in found:
            kind = [each for each in found if (each.vector, each.vectors) == (tile.vector, tile.vectors)]
            assert len(kind) <= OF_A_KIND
            assert tile.registers <= ISAS[isa].registers
            assert tile_cost(ISAS[isa], tile, lanes, numbers) <= NEAR * least + 1e-5


def test_a_tile_is_cut_to_what_there_is() -> None:
    tile = Tile(Vector("float32", 16), 14, 4)
    assert str(tile.cut(lanes=40, numbers=15)) == "8x3x16"
    assert tile.registers == 14 * 4 + 4 + 1


# ---- what is refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tile", "told"),
    [
        ("6", ["'6'", "forward", "6x4x16", "'rule'"]),
        ("6x", ["'6x'", "numbers x vectors"]),
        ("0x4", ["'0x4'"]),
        ("2x-1", ["'2x-1'"]),
        ("1x2x3x4", ["'1x2x3x4'"]),
        ("best", ["'best'"]),
        (64, ["64", "numbers x vectors"]),
        ("9x9", ["'9x9'", "91 registers", "'avx512' has 32"]),
        ("2x2x5", ["5 lanes", "16 or 8 or 4"]),
        ("tuned", ["'tuned'", "convgen bench --tune", "load()"]),
        ({"backward": "2x2"}, ["'backward' is not a pass", "forward, backward_data"]),
        ({"backward_bias": "2x2"}, ["'2x2'", "backward_bias", "'loops'"]),
    ],
)
def test_what_is_no_tile_is_refused(tile: object, told: list[str]) -> None:
    with pytest.raises(PlanError) as caught:
        generate(LAST, isa="avx512", tile=tile)  # type: ignore[arg-type]
    for words in told:
        assert words in str(caught.value)


def test_a_spec_with_nothing_to_tile_is_told_why() -> None:
    for spec, target, reasons in (
        (TINY, "c", ["forward is in form 'unrolled'", "every product is written out"]),
        (LAST, "numpy", ["forward is in form", "NumPy has no registers"]),
    ):
        with pytest.raises(PlanError) as caught:
            generate(spec, target, tile="2x2")
        for words in (f"no pass of {spec} has a register tile", *reasons):
            assert words in str(caught.value)


def test_a_pass_whose_sums_run_along_lanes_keeps_the_rules_tile() -> None:
    """Its sums are added up lane by lane: wider or more vectors would add in another order."""
    assert generate(ALONG_ROWS, forms="tiled").forms["backward_weights"] == "tiled"
    with pytest.raises(PlanError, match=r"backward_weights of .*along the lanes.*another order"):
        generate(ALONG_ROWS, forms="tiled", tile={"backward_weights": "3x2"})
    spec = ConvSpec((9, 10), (3, 3), 1, 16, padding=1, layout="HWC")
    assert set(generate(spec, isa="avx512").tilings) == {"forward", "backward_weights"}
    with pytest.raises(PlanError, match=r"backward_data of .*along the lanes.*another order"):
        generate(spec, isa="avx512", tile={"backward_data": "3x2"})
    assert set(generate(spec, isa="avx512", tile="3x2").tilings) == {"forward", "backward_weights"}


def test_a_tile_whose_text_would_be_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """No layer that the rule tiles comes near it with a tile that fits, so the limit comes down here."""
    monkeypatch.setattr(asked_tiles, "MOST_PRODUCTS", 40)
    with pytest.raises(BudgetError, match=r"forward of .*tiles of 8x3.*more than the limit of 40.*smaller"):
        generate(LAST, isa="avx512", tile={"forward": "8x3"})
