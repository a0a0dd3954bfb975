"""Every word of a picture can be read, in any colours, in greys, and by the colour-blind."""

from dataclasses import fields
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convgen import ConvSpec, draw
from convgen.errors import PlanError
from convgen.pictures.colours import (
    DEFAULT,
    GREY,
    LINE,
    PAPER,
    ZERO,
    Colours,
    channels,
    contrast,
    mix,
    text_on,
    tint,
)
from convgen.pictures.formats import COLOURED, PASS_NAMES
from convgen.pictures.scene import Box, Frame, Label, Picture
from convgen.pictures.slides import PASSES
from pictures.specs import LAYERS, pictures_of

TEXT, GRAPHIC = 4.5, 3.0
"""What WCAG 2.1 asks of text (1.4.3, AA) and of graphics (1.4.11)."""

COLOUR = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")

# Linear maps of the light that is seen without one kind of cones (Machado, Oliveira, Fernandes 2009, severity 1).
WITHOUT_CONES = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}  # fmt: skip


def seen_without(colour: str, kind: str) -> str:
    linear = [
        part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in channels(colour)
    ]
    mixed = [sum(a * b for a, b in zip(row, linear, strict=True)) for row in WITHOUT_CONES[kind]]
    shown = [
        12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
        for part in (min(1.0, max(0.0, part)) for part in mixed)
    ]
    return "#" + "".join(f"{round(255 * part):02x}" for part in shown)


def contrasts_of_words(picture: Picture) -> list[tuple[float, str, str]]:
    """Of every word, its contrast with what is painted under its middle, seen step by step."""
    found = []
    for frame in picture.steps or (Frame(()),):
        boxes: list[Box] = []
        for shape in (*picture.shapes, *frame.kept, *frame.shapes):
            if isinstance(shape, Box) and shape.fill != "none":
                boxes.append(shape)
            elif isinstance(shape, Label):
                under = next(
                    (
                        box.fill
                        for box in reversed(boxes)
                        if box.x <= shape.x <= box.x + box.width and box.y <= shape.y <= box.y + box.height
                    ),
                    PAPER,
                )
                found.append((contrast(shape.fill, under), shape.text, under))
    return found


@pytest.mark.parametrize(
    "spec", [LAYERS[name] for name in ("the README's", "dO is cut on every side")], ids=str
)
def test_every_word_stands_out_from_what_is_under_it(spec: ConvSpec) -> None:
    for kind, picture in pictures_of(spec).items():
        for found, text, under in contrasts_of_words(picture):
            assert found >= TEXT, (kind, text, under)


@given(st.fixed_dictionaries(dict.fromkeys(COLOURED, COLOUR)))
def test_every_word_stands_out_in_any_colours(chosen: dict[str, str]) -> None:
    spec = ConvSpec((2, 3), (1, 2), stride=2, padding=(1, 0))
    for kind in ("forward", "backward_data", "backward_bias", "jacobian"):
        for found, text, under in contrasts_of_words(draw(spec, kind, colours=Colours(**chosen))):
            assert found >= TEXT, (kind, text, under)


@given(COLOUR)
def test_black_or_white_can_be_read_on_any_colour(colour: str) -> None:
    assert contrast(text_on(colour), colour) >= 4.58


@pytest.mark.parametrize("kind", ["all cones", "greys", *WITHOUT_CONES])
@pytest.mark.parametrize("array", ["X", "K", "O", "b"])
def test_an_entry_that_takes_part_stands_out_from_one_that_does_not(array: str, kind: str) -> None:
    # Contrast is one of luminance, so that what holds with all cones holds in greys.
    strong, pale = DEFAULT.of(array), tint(DEFAULT.of(array))
    if kind in WITHOUT_CONES:
        strong, pale = seen_without(strong, kind), seen_without(pale, kind)
    assert contrast(strong, pale) >= GRAPHIC
    assert contrast(strong, PAPER) >= GRAPHIC
    assert contrast(strong, ZERO) >= GRAPHIC


def test_outlines_and_lesser_words_can_be_seen() -> None:
    assert contrast(LINE, PAPER) >= GRAPHIC
    assert min(contrast(GREY, under) for under in (PAPER, ZERO)) >= TEXT


@pytest.mark.parametrize("kind", ["all cones", *WITHOUT_CONES])
def test_the_colours_of_a_jacobian_get_lighter_step_by_step(kind: str) -> None:
    ramp = DEFAULT.ramp(9)
    seen = ramp if kind == "all cones" else [seen_without(colour, kind) for colour in ramp]
    steps = [contrast(colour, "#000000") for colour in seen]
    assert all(next_one > 1.1 * one for one, next_one in pairwise(steps))


def test_the_names_that_the_command_line_offers_are_those_that_there_are() -> None:
    assert tuple(field.name for field in fields(Colours)) == COLOURED
    assert tuple(PASSES) == PASS_NAMES


def test_known_contrasts() -> None:
    """The figures that WCAG's own definition gives."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert mix("#ffffff", "#000000", 0.5) == "#808080"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("X=red", "X must be written as #rrggbb, got 'red'"),
        ("Y=#112233", "'Y=#112233' is not of the form NAME=#rrggbb; names are X, K"),
        ("X", "'X' is not of the form"),
        ("X=#112233,X=#445566", "X is given twice, #112233 and #445566"),
        ("X=#12345", "got '#12345'"),
    ],
)
def test_colours_that_are_none_are_refused(text: str, complaint: str) -> None:
    with pytest.raises(PlanError, match=complaint.replace("(", r"\(")):
        Colours.parse(text)


def test_own_colours_are_used() -> None:
    spec = LAYERS["the README's"]
    drawn = draw(spec, "forward", colours="X=#123456,K=#654321").svg()
    assert "#123456" in drawn
    assert "#654321" in drawn
    assert DEFAULT.X not in drawn
    assert DEFAULT.O in drawn
