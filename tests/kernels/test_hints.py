"""Hints are written where arrays are large, stay inside their arrays, and change no value."""

import pytest

from convgen import ConvSpec, generate, validate
from convgen.kernels import contraction, hints, planar, reduction_shape
from convgen.kernels.kernel import Kernel

LAYERS = {
    "a first layer, channels last": "input=9x20 kernel=3x3 in-channels=3 out-channels=17 padding=1 layout=NHWC batch=2",
    "channels first": "input=5x5 kernel=3x3 in-channels=40 out-channels=36 groups=2 padding=1",
    "pointwise, channels last": "input=7x9 kernel=1x1 in-channels=10 out-channels=18 layout=NHWC batch=2",
    "pointwise, channels first": "input=8x24 kernel=1x1 in-channels=10 out-channels=18 batch=2",
    "depthwise": "input=4x21 kernel=3x3 in-channels=19 out-channels=19 groups=19 padding=1 layout=HWC",
    "depthwise, strided": "input=5x41 kernel=3 in-channels=19 out-channels=19 groups=19 padding=1 stride=2 layout=HWC",
}
SETS = ("portable", "avx512")


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Every array counts as large, and no sum as short."""
    monkeypatch.setattr(hints, "LARGE", 0)
    monkeypatch.setattr(contraction, "FEWEST_STEPS", 0)
    return monkeypatch


def tiled(text: str, isa: str) -> Kernel:
    return generate(ConvSpec.parse(text), forms="tiled", isa=isa)


def hinted(kernel: Kernel) -> int:
    """How many calls of a hint the functions have."""
    return kernel.source.partition("\nvoid ")[2].count("convgen_prefetch")


@pytest.mark.parametrize("isa", SETS)
@pytest.mark.parametrize("name", LAYERS)
def test_hints_stay_inside_their_arrays_and_change_no_value(
    name: str, isa: str, large: pytest.MonkeyPatch
) -> None:
    kernel = tiled(LAYERS[name], isa)
    assert hinted(kernel) > 0
    report = validate(kernel)
    assert report, str(report)


@pytest.mark.parametrize("name", LAYERS)
def test_small_arrays_have_none(name: str) -> None:
    assert hinted(tiled(LAYERS[name], "avx512")) == 0


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("pointwise, channels last", contraction),
        ("pointwise, channels first", planar),
    ],
)
def test_a_hint_behind_the_end_is_found_out(name: str, module: object, large: pytest.MonkeyPatch) -> None:
    large.setattr(
        module, "following", lambda index, stop, width: f"const ptrdiff_t next = {index} + {width};"
    )
    assert not validate(tiled(LAYERS[name], "avx512"))


# ---- sums in blocks of rows ------------------------------------------------------------------------------

BLOCKED = {
    "vectors along c, whose entries lie apart": "input=9x8 kernel=3x3 in-channels=16 out-channels=13 batch=2",
    "vectors along f": "input=9x8 kernel=3x3 in-channels=9 out-channels=17 padding=1 batch=2 layout=NHWC",
    "kernel positions in the tile": "input=9x20 kernel=3x3 in-channels=3 out-channels=17 padding=1 batch=2",
}


@pytest.mark.parametrize("isa", SETS)
@pytest.mark.parametrize("name", BLOCKED)
def test_sums_that_come_back_row_block_by_row_block(
    name: str, isa: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where X and dO fill more than the cache: a tile stores its sums, and loads them for further rows."""
    whole = tiled(BLOCKED[name], isa)
    monkeypatch.setattr(reduction_shape, "CACHED", 0)
    monkeypatch.setattr(reduction_shape, "FEWEST_POSITIONS", 1)
    blocked = tiled(BLOCKED[name], isa)
    assert blocked.source != whole.source
    report = validate(blocked)
    assert report, str(report)


def test_sums_whose_entries_lie_apart_are_met() -> None:
    """The first of these layers has them: they are loaded and stored each on its own."""
    source = generate(
        ConvSpec.parse(BLOCKED["vectors along c, whose entries lie apart"]), forms="tiled"
    ).source
    assert "_store_apart(o, 9, " in source
