"""Along one axis every pass runs through exactly the taps of the definition, and clips where the border is."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convgen import ConvSpec
from convgen.kernels.sweep import End, Sweep, phases, sweep
from convgen.kernels.tiles import MOST_LANES, SHUNNED_LANES, split
from convgen.testing import conv_specs

AXES = conv_specs(rank=1, layout="W", max_size=12, max_kernel=6, max_stride=7, max_dilation=6, bias=True)
CONVOLUTIONS = ("forward", "backward_data", "backward_weights")


def taps(spec: ConvSpec) -> set[tuple[int, int, int]]:
    """(o, k, x) with x = S o + D k - P inside the input: the definition, by trying every pair."""
    (axis,) = spec.axes
    pairs = ((o, k) for o in range(axis.output) for k in range(axis.kernel))
    placed = ((o, k, axis.stride * o + axis.dilation * k - axis.before) for o, k in pairs)
    return {(o, k, x) for o, k, x in placed if 0 <= x < axis.input}


def swept(part: Sweep) -> Iterator[tuple[int, int, int]]:
    for position in range(part.count):
        for tap in part.taps_at(position):
            values = {part.index: position, part.tap: tap}
            o, k, x = (part.coordinates[array].substitute(values).value() for array in "OKX")
            yield o, k, x


@pytest.mark.parametrize("name", CONVOLUTIONS)
@given(spec=AXES)
def test_a_sweep_has_every_tap_once(name: str, spec: ConvSpec) -> None:
    found = list(swept(sweep(spec, name, 0)))
    assert sorted(found) == sorted(taps(spec))


@given(spec=AXES)
def test_the_phases_together_have_every_tap_once(spec: ConvSpec) -> None:
    parts = phases(spec, 0)
    assert sorted(tap for part in parts for tap in swept(part)) == sorted(taps(spec))
    written = [
        part.coordinates["X"].substitute({part.index: position}).value()
        for part in parts
        for position in range(part.count)
    ]
    assert sorted(written) == list(range(spec.input_size[0]))


@given(spec=AXES)
def test_unclipped_positions_are_those_with_every_tap(spec: ConvSpec) -> None:
    for part in (*(sweep(spec, name, 0) for name in CONVOLUTIONS), *phases(spec, 0)):
        whole = [n for n in range(part.count) if part.taps and part.taps_at(n) == range(part.taps)]
        if part.divisor == 1:
            assert list(part.unclipped) == whole
        else:  # stride and dilation both exceed 1: no position is promised to have every tap
            assert not part.unclipped


@given(spec=AXES, data=st.data())
def test_an_end_as_text_is_the_end(spec: ConvSpec, data: st.DataObject) -> None:
    """The C expression, read with C's division, gives the same loop for any part of the positions."""
    for part in (*(sweep(spec, name, 0) for name in CONVOLUTIONS), *phases(spec, 0)):
        start = data.draw(st.integers(0, part.count - 1))
        positions = range(start, data.draw(st.integers(start + 1, part.count)))
        for position in positions:
            told = [_evaluate(end, part, position, positions) for end in (part.begin, part.end)]
            exact = [end.at(part.index, position) for end in (part.begin, part.end)]
            assert told == exact or (range(*told) == range(*exact) == range(0))


def _evaluate(end: End, part: Sweep, position: int, positions: range) -> int:
    text = end.text(part.index, positions)
    match = re.fullmatch(r"(.+) \? (.+) : (.+)", text)
    if match is not None:
        text = match[2] if eval(match[1], {part.index: position}) else match[3]
    numerator, _, divisor = text.rpartition(" / ")
    value: int = eval(numerator or divisor, {part.index: position})
    return int(value / int(divisor)) if numerator else value  # C rounds towards zero


@given(st.integers(0, 200), st.sampled_from(["float32", "float64"]))
def test_tiles_cover_a_row_and_shun_what_a_compiler_gets_wrong(count: int, dtype: str) -> None:
    parts = split(count, dtype)
    assert sum(tiles * lanes for tiles, lanes in parts) == count
    assert all(0 < lanes <= MOST_LANES and lanes not in SHUNNED_LANES[dtype] for _, lanes in parts)
    assert len(parts) <= 4
