"""Pictures of a pass: one entry of its result, or all of them as an animation."""

from __future__ import annotations

import math
from dataclasses import replace

from convgen.errors import BudgetError, PlanError, SpecError
from convgen.pictures.colours import DEFAULT, Colours
from convgen.pictures.entries import Entry, formula_of, whole_entry
from convgen.pictures.scene import MARGIN, Picture
from convgen.pictures.slides import PASSES, Slide
from convgen.pictures.sliding import PassPicture
from convgen.pictures.stage import lowest_label
from convgen.spec import ConvSpec

FRAME_LIMIT = 400
"""Steps of an animation."""
SHAPE_LIMIT = 120_000
"""Shapes of an animation, all its steps together."""
SHORTEST_STEP, LONGEST_STEP = 20, 60_000
"""How long a step may be seen, in milliseconds; GIF counts in hundredths of a second."""


def draw_pass(spec: ConvSpec, name: str, entry: Entry | None = None, colours: Colours = DEFAULT) -> Picture:
    """One entry of a pass: where the stencil lies, what it meets, and what comes out.

    Args:
        spec: the layer.
        name: ``"forward"``, ``"backward_data"``, ``"backward_weights"`` or ``"backward_bias"``.
        entry: of the pass' result; by default one with the most products, near the middle.
        colours: of the arrays.

    Raises:
        PlanError: an unknown pass.
        SpecError: an entry of another array, or the gradient of a bias that the layer has not.
        BudgetError: too many cells.
    """
    picture = pass_picture(spec, name, entry, colours)
    stage, label = picture.stage, picture.entry.label(spec)
    title = f"{name}: {label}"
    place = picture.entry.spatial(spec) or (0,) * spec.rank
    shapes = [*picture.back(title), *picture.step(place), *stage.formula(picture.entry, 3)]
    legend, end = stage.legend(picture.keys(animated=False), lowest_label(shapes, stage.below) + 20)
    description = picture.describe(f"Shown: {formula_of(spec, picture.entry, 40)}.")
    return Picture(spec, title, description, stage.width, end + MARGIN, (*shapes, *legend))


def animate_pass(
    spec: ConvSpec,
    name: str,
    entry: Entry | None = None,
    colours: Colours = DEFAULT,
    milliseconds: int = 800,
) -> Picture:
    """A pass step by step, over every entry of one channel of its result.

    Args:
        spec: the layer.
        name: of the pass.
        entry: any entry of the channel to show; by default of the first.
        colours: of the arrays.
        milliseconds: how long a step is seen.

    Raises:
        PlanError: an unknown pass, or a step that is too short or too long.
        SpecError: an entry of another array, or the gradient of a bias that the layer has not.
        BudgetError: too many cells, steps or shapes.
    """
    if not SHORTEST_STEP <= milliseconds <= LONGEST_STEP:
        raise PlanError(
            f"a step is seen for {SHORTEST_STEP} to {LONGEST_STEP:,} milliseconds, got {milliseconds}"
        )
    picture = pass_picture(spec, name, entry, colours)
    _check_steps(picture)
    stage, title = picture.stage, f"{name}, step by step"
    frames = tuple(picture.frames())
    lowest = max(lowest_label(frame.shapes, stage.below) for frame in frames)
    legend, end = stage.legend(picture.keys(animated=True), lowest + 20)
    description = picture.describe(f"{len(frames)} steps, one after another.")
    shapes = (*picture.back(title), *legend)
    return Picture(spec, title, description, stage.width, end + MARGIN, shapes, frames, milliseconds)


def _check_steps(picture: PassPicture) -> None:
    spec, name, steps = picture.spec, picture.row.name, picture.step_count
    if steps > FRAME_LIMIT:
        raise BudgetError(
            f"an animation of {name} of {spec} has {steps:,} steps, the limit is {FRAME_LIMIT}; choose "
            "smaller sizes with the same stride, padding and dilation, or a picture of one entry"
        )
    places_of_stencil = math.prod(len(slide.slots) for slide in picture.slides)
    shapes = steps * places_of_stencil * 5 * len(picture.stage.drawn) * bool(picture.row.stencil)
    if shapes > SHAPE_LIMIT:
        raise BudgetError(
            f"an animation of {name} of {spec} has about {shapes:,} shapes, the limit is {SHAPE_LIMIT:,}; "
            "choose smaller sizes with the same stride, padding and dilation, or a picture of one entry"
        )


def pass_picture(
    spec: ConvSpec, name: str, entry: Entry | None = None, colours: Colours = DEFAULT
) -> PassPicture:
    """What is drawn for a pass, small enough to be drawn, about an entry that has most products.

    Raises:
        PlanError: an unknown pass.
        SpecError: an entry of another array, or the gradient of a bias that the layer has not.
        BudgetError: too many cells.
    """
    if name not in PASSES:
        raise PlanError(f"unknown pass {name!r}; passes are {', '.join(PASSES)}")
    row = PASSES[name]
    if row.result == "db" and not spec.bias:
        raise SpecError(f"{name}: the layer {spec} has no bias")
    if entry is not None and entry.array != row.result:
        raise SpecError(f"{name} computes {row.result}, and {entry.label(spec)} is an entry of {entry.array}")
    origin = whole_entry(spec, row.result, dict.fromkeys("ngfc", 0), (0,) * spec.rank)
    picture = PassPicture(spec, row, origin if entry is None else entry, colours)
    picture.stage.check_size(f"{name}")  # before anything looks at every position
    return replace(picture, entry=_telling_entry(picture)) if entry is None else picture


def _telling_entry(picture: PassPicture) -> Entry:
    """The entry of the result, in its first channels, that has most products; of several, the middle one."""

    def best(slide: Slide) -> int:
        count = len(slide.starts)
        met = [sum(index is not None for _, index, _ in slide.meetings(at)) for at in range(count)]
        most = [at for at in range(count) if met[at] == max(met)]
        return most[(len(most) - 1) // 2]

    place = [best(slide) for slide in picture.slides]
    return whole_entry(picture.spec, picture.row.result, dict.fromkeys("ngfc", 0), place)
