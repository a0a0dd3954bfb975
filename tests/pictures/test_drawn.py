"""What a picture shows is what the definition says, read from the SVG as its reader sees it."""

import math
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from by_loops import taps
from convgen import ConvSpec, animate, draw
from convgen.pictures.colours import DEFAULT, PAPER, ZERO, tint
from convgen.pictures.entries import products_of
from convgen.pictures.passes import pass_picture
from convgen.pictures.raster import _font
from convgen.pictures.scene import Box, Label
from convgen.pictures.slides import PASSES
from convgen.pictures.stage import MOST_ROWS
from convgen.testing import conv_specs
from pictures.reading import SVG, halves, root_of, shapes_of
from pictures.specs import LAYERS, pictures_of

SLIDING = [name for name, row in PASSES.items() if row.stencil]
GATHERED = {"forward": (0, 1, 2), "backward_data": (1, 0, 2), "backward_weights": (2, 1, 0)}


def index(place: tuple[int, ...], spec: ConvSpec) -> str:
    return ",".join(map(str, place[-spec.rank :]))


@pytest.mark.parametrize("name", SLIDING)
@pytest.mark.parametrize("spec", LAYERS.values(), ids=LAYERS)
def test_the_cells_of_a_pass_that_are_multiplied_are_the_taps_of_its_entry(spec: ConvSpec, name: str) -> None:
    row = PASSES[name]
    entry = pass_picture(spec, name).entry
    result, still, moving = GATHERED[name]
    expected = {
        (index(tap[still], spec), index(tap[moving], spec))
        for tap in taps(spec)
        if tap[result] == entry.index
    }
    shown = draw(spec, name, entry).svg()
    assert halves(shown, DEFAULT.of(row.stationary), DEFAULT.of(row.stencil)) == expected
    zeros = halves(shown, ZERO, tint(DEFAULT.of(row.stencil)))
    assert {upper for upper, _ in zeros} <= {"0"}
    slots = {lower for _, lower in zeros} | {lower for _, lower in expected}
    assert len(slots) == len(zeros) + len(expected)  # every entry of the stencil lies somewhere, once


@pytest.mark.parametrize("spec", LAYERS.values(), ids=LAYERS)
def test_cells_with_one_number_are_the_factors_of_one_tap(spec: ConvSpec) -> None:
    for name in SLIDING:
        row = PASSES[name]
        entry = pass_picture(spec, name).entry
        shown = draw(spec, "taps", entry).svg()
        result, still, moving = GATHERED[name]
        summed = {"c": -spec.rank - 1, "f": -spec.rank - 1, "n": 0}[row.summed]
        expected = {
            (index(tap[still], spec), index(tap[moving], spec), tap[still][summed])
            for tap in taps(spec)
            if tap[result] == entry.index and tap[still][summed] < MOST_ROWS
        }
        first = {
            number: place for place, number in halves(shown, DEFAULT.of(row.stationary), PAPER) if number
        }
        second = {number: place for place, number in halves(shown, DEFAULT.of(row.stencil), PAPER) if number}
        assert first.keys() == second.keys()
        assert {(first[number], second[number]) for number in first} == {pair[:2] for pair in expected}
        assert len(first) == len(expected)


@pytest.mark.parametrize("spec", LAYERS.values(), ids=LAYERS)
def test_an_animation_shows_the_taps_of_every_entry_of_one_channel_in_turn(spec: ConvSpec) -> None:
    for name in SLIDING:
        row = PASSES[name]
        picture = animate(spec, name)
        result, still, moving = GATHERED[name]
        expected: dict[tuple[int, ...], set[tuple[str, str]]] = {}
        for tap in taps(spec):
            pair = (index(tap[still], spec), index(tap[moving], spec))
            expected.setdefault(tap[result], set()).add(pair)
        steps = [
            group for group in root_of(picture.svg()).iter(f"{SVG}g") if "-step" in group.get("class", "")
        ]
        sizes = {"O": spec.output_size, "dX": spec.input_size, "dK": spec.kernel_size}[row.result]
        assert len(steps) == len(picture.steps) == math.prod(sizes)
        for at, step in enumerate(steps):
            place = np.unravel_index(at, sizes)
            of_entry = expected.get((0, 0, 0, *map(int, place)), set())
            text = ElementTree.tostring(step, encoding="unicode")
            assert halves(text, DEFAULT.of(row.stationary), DEFAULT.of(row.stencil)) == of_entry


@pytest.mark.parametrize("spec", LAYERS.values(), ids=LAYERS)
def test_every_picture_is_xml_with_a_title_a_description_and_names_of_its_own(spec: ConvSpec) -> None:
    names: list[str] = []
    for kind, picture in pictures_of(spec).items():
        svg = picture.svg()
        root = root_of(svg)
        title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
        assert title is not None
        assert description is not None
        assert title.text, kind
        assert str(spec) in (description.text or ""), kind
        assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
        assert root.get("role") == "img"
        names += [each.get("id", "") for each in root.iter() if each.get("id")]
        assert svg.startswith("<!-- convgen ")
        assert "nan" not in svg
    assert len(names) == len(set(names))


@pytest.mark.parametrize("spec", LAYERS.values(), ids=LAYERS)
def test_nothing_is_drawn_outside_the_picture(spec: ConvSpec) -> None:
    for kind, picture in pictures_of(spec).items():
        for shape in shapes_of(root_of(picture.svg())):
            right = shape.x + (shape.width if hasattr(shape, "width") else 0)
            assert shape.x >= -0.01, (kind, shape)
            assert right <= picture.width + 0.01, (kind, shape)
            assert 0 <= shape.y <= picture.height, (kind, shape)


def extent(label: Label) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a label in the font that pictures name first."""
    left, top, right, bottom = _font(label.bold, 100).getbbox(label.text, anchor="ls")
    share, wide = label.size / 100, right * label.size / 100
    start = label.x - {"start": 0, "middle": wide / 2, "end": wide}[label.anchor]
    return start + left * share, label.baseline + top * share, start + wide, label.baseline + bottom * share


@pytest.mark.parametrize("spec", LAYERS.values(), ids=LAYERS)
def test_words_stay_within_their_cells_and_within_the_picture_and_off_each_other(spec: ConvSpec) -> None:
    for kind, picture in pictures_of(spec).items():
        shapes = [*picture.shapes, *(picture.steps[0].shapes if picture.steps else ())]
        boxes = [shape for shape in shapes if isinstance(shape, Box)]
        corners = np.array([(box.x, box.y, box.x + box.width, box.y + box.height) for box in boxes])
        free = []
        for label in (shape for shape in shapes if isinstance(shape, Label) and shape.text):
            left, top, right, bottom = extent(label)
            assert left >= 0, (kind, label)
            assert right <= picture.width, (kind, label)
            around = (corners[:, 0] <= label.x) & (label.x <= corners[:, 2])
            around &= (corners[:, 1] <= label.y) & (label.y <= corners[:, 3])
            if around.any():  # in a cell, or in half of one
                inner = corners[around][-1]
                assert (inner[:2] <= (left + 0.5, top + 0.5)).all(), (kind, label, inner)
                assert (inner[2:] >= (right - 0.5, bottom - 0.5)).all(), (kind, label, inner)
                continue
            over = (corners[:, 0] < right) & (left < corners[:, 2])
            over &= (corners[:, 1] < bottom) & (top < corners[:, 3])
            assert not over.any(), (kind, label)
            free.append((left, top, right, bottom, label.text))
        for at, one in enumerate(free):
            for other in free[:at]:
                apart = one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] or other[1] >= one[3]
                assert apart, (kind, one, other)


def test_the_same_bytes_under_any_hash_seed() -> None:
    program = (
        "from convgen import ConvSpec, animate, draw, explore\n"
        "spec = ConvSpec((4, 5), (3, 2), 2, 2, stride=2, padding=1)\n"
        "print(draw(spec, 'taps', 'dX[0,1,1]').svg(), animate(spec, 'backward_data').svg(), explore(spec))\n"
        "print(draw(spec, 'jacobian').svg())"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "4711")
    }
    assert len(printed) == 1


SMALL_3D = conv_specs(rank=3, max_size=3, max_kernel=2, max_dilation=2, max_stride=3)


@given(
    st.one_of(conv_specs(rank=1), conv_specs(rank=2), SMALL_3D),
    st.sampled_from(("X", "K")),
    st.sampled_from("FC"),
)
def test_every_layer_can_be_drawn(spec: ConvSpec, array: str, vec: str) -> None:
    drawn = [draw(spec, name) for name in SLIDING]
    drawn += [draw(spec, "taps", pass_picture(spec, name).entry) for name in SLIDING]
    for picture in [*drawn, draw(spec, "jacobian", array=array, vec=vec)]:
        assert root_of(picture.svg()).tag == f"{SVG}svg"
        assert picture.width > 0
        assert picture.height > 0


def test_the_most_telling_entry_is_chosen_where_none_is_named() -> None:
    for spec in LAYERS.values():
        for name in SLIDING:
            entry = pass_picture(spec, name).entry
            shape = {"O": spec.output_size, "dX": spec.input_size, "dK": spec.kernel_size}[entry.array]
            channels = entry.index[: len(entry.index) - spec.rank]
            most = max(
                len(products_of(spec, type(entry)(entry.array, (*channels, *place))))
                for place in np.ndindex(*shape)
            )
            assert len(products_of(spec, entry)) == most
