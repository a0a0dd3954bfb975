"""Pixels show what the shapes say, files are written whole or not at all, and bad input is told as it was given."""

import builtins
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convgen import ConvSpec, animate, draw, explore
from convgen.cli import main
from convgen.errors import BudgetError, ClaimError, MissingDependencyError, OutputError, PlanError, SpecError
from convgen.pictures import raster
from convgen.pictures.colours import DEFAULT, channels
from convgen.pictures.formats import write_picture
from convgen.pictures.scene import Box
from convgen.render import write_directory
from pictures.specs import LAYERS

SPEC = LAYERS["the README's"]
LAYER = ["--input", "5x6", "--kernel", "3x2", "--stride", "2x1", "--padding", "1x0"]


def test_a_png_has_the_colour_of_every_cell_in_its_place() -> None:
    picture = draw(SPEC, "forward")
    image = Image.open(io.BytesIO(picture.png(scale=2))).convert("RGB")
    assert image.size == (round(picture.width * 2), round(picture.height * 2))
    boxes = [shape for shape in picture.shapes if isinstance(shape, Box) and shape.fill != "none"]
    seen = 0
    for at, box in enumerate(boxes):
        x, y = box.x + box.width - 4, box.y + 4  # in a corner, where no letters are
        hidden = any(
            later.x <= x <= later.x + later.width and later.y <= y <= later.y + later.height
            for later in boxes[at + 1 :]
        )
        if not hidden and box.width > 20:
            assert image.getpixel((round(2 * x), round(2 * y))) == channels(box.fill)
            seen += 1
    assert seen > 40


def test_a_gif_plays_every_step_for_ever_and_keeps_its_time() -> None:
    picture = animate(SPEC, "backward_data", milliseconds=250)
    film = Image.open(io.BytesIO(picture.gif()))
    assert film.n_frames == len(picture.steps) == 30
    assert film.info["loop"] == 0
    assert film.info["duration"] == 250


def test_frames_show_what_was_computed_before() -> None:
    picture = animate(SPEC, "forward")
    first, *_, last = (Image.open(io.BytesIO(data)).convert("RGB") for data in picture.frames(scale=1))
    done = next(shape for shape in picture.steps[0].kept if isinstance(shape, Box))
    inside = (round(done.x), round(done.y), round(done.x + done.width), round(done.y + done.height))

    def share(image: Image.Image, colour: str) -> float:
        pixels = np.asarray(image.crop(inside)).reshape(-1, 3)
        return float((pixels == channels(colour)).all(axis=1).mean())

    assert share(first, DEFAULT.O) > 0.5
    assert share(first, done.fill) == 0
    assert share(last, done.fill) > 0.5
    assert share(last, DEFAULT.O) == 0


def test_an_animation_stands_still_for_who_prefers_that() -> None:
    svg = animate(SPEC, "forward").svg()
    assert "@media (prefers-reduced-motion: reduce)" in svg
    assert svg.count("-step ") + svg.count('-step"') >= 15


def test_pixels_without_pillow_are_refused_and_svg_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_pillow(name: str, *rest: object) -> object:
        if name.split(".")[0] == "PIL":
            raise ImportError(name)
        return real(name, *rest)

    raster._module.cache_clear()
    monkeypatch.setattr(builtins, "__import__", without_pillow)
    with pytest.raises(MissingDependencyError, match=r"pip install 'convgen\[pictures\]'"):
        draw(SPEC, "forward").png()
    assert draw(SPEC, "forward").svg()
    raster._module.cache_clear()


def test_too_many_pixels_are_refused_with_both_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raster, "PIXEL_LIMIT", 1000)
    with pytest.raises(
        BudgetError, match=r"takes [\d,]+ × [\d,]+ = [\d,]+ pixels to paint, the limit is 1,000"
    ):
        draw(SPEC, "forward").png()


# ---- bad input -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "error", "complaint"),
    [
        ({"kind": "sideways"}, PlanError, "unknown picture 'sideways'; pictures are forward,"),
        ({"kind": "taps"}, SpecError, "none was named"),
        (
            {"kind": "taps", "entry": "dX[0,9]"},
            SpecError,
            r"'dX\[0,9\]' lies outside dX of shape \(5, 6\): index 9",
        ),
        (
            {"kind": "taps", "entry": "dX[0]"},
            SpecError,
            r"'dX\[0\]' has 1 index, and dX .* has shape \(5, 6\)",
        ),
        ({"kind": "taps", "entry": "Q[0]"}, ClaimError, r"'Q\[0\]' names no entry"),
        ({"kind": "taps", "entry": "dX[-1,0]"}, ClaimError, "whole numbers from 0"),
        ({"kind": "taps", "entry": "dX[0," + "9" * 5000 + "]"}, SpecError, "lies outside"),
        (
            {"kind": "forward", "entry": "dX[0,0]"},
            SpecError,
            r"forward computes O, and dX\[0,0\] is an entry of dX",
        ),
    ],
)
def test_what_cannot_be_drawn_is_told_as_it_was_given(
    arguments: dict[str, str], error: type[Exception], complaint: str
) -> None:
    with pytest.raises(error, match=complaint):
        draw(SPEC, **arguments)


def test_a_layer_without_bias_has_no_picture_of_its_gradient() -> None:
    for drawing in (draw, animate):
        with pytest.raises(SpecError, match="has no bias"):
            drawing(LAYERS["no bias"], "backward_bias")
    with pytest.raises(SpecError, match="has no bias"):
        draw(LAYERS["no bias"], "taps", "db")


@pytest.mark.parametrize("size", [2_000, 2**30])
def test_what_is_too_large_is_refused_at_once_with_both_numbers(size: int) -> None:
    large = ConvSpec((size, size), (3, 3))
    for kind in ("forward", "backward_data", "backward_weights", "backward_bias"):
        with pytest.raises(BudgetError, match=r"has [\d,]{9,} cells, the limit is 4,096"):
            draw(large, kind)
        with pytest.raises(BudgetError, match="the limit is"):
            animate(large, kind)
    with pytest.raises(BudgetError, match=r"would show [\d,]+ cells, the limit is 3,000"):
        explore(large)
    with pytest.raises(BudgetError, match=r"has [\d,]{9,} cells, the limit is 4,096"):
        draw(large, "taps", "dX[0,0]")


def test_an_animation_of_too_many_steps_or_too_short_ones_is_refused() -> None:
    with pytest.raises(BudgetError, match="has 900 steps, the limit is 400"):
        animate(ConvSpec((32, 32), (3, 3)), "forward")
    for milliseconds in (0, -5, 10**9):
        with pytest.raises(PlanError, match=f"got {milliseconds}"):
            animate(SPEC, "forward", milliseconds=milliseconds)


# ---- files and the command line --------------------------------------------------------------------------


def run(*arguments: str) -> int:
    try:
        return main([*map(str, arguments)])
    except SystemExit as end:
        return int(end.code or 0)


def test_what_is_printed_is_what_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "new" / "dX.svg"
    assert run("picture", "backward_data", *LAYER, "-o", str(path)) == 0
    assert capsys.readouterr().out == f"wrote {path}\n"
    assert run("picture", "backward_data", *LAYER) == 0
    assert capsys.readouterr().out == path.read_text("utf-8") == draw(SPEC, "backward_data").svg()
    page = tmp_path / "page.html"
    assert run("explore", str(SPEC), "-o", str(page)) == 0
    assert page.read_text("utf-8") == explore(SPEC)


@pytest.mark.parametrize(
    ("arguments", "opening"),
    [
        (["picture", "jacobian", *LAYER, "--array", "K", "--vec", "C", "-o", "made.png"], b"\x89PNG"),
        (["picture", "taps", "--entry", "dX[0,2]", *LAYER, "-o", "made.svg"], b"<!-- convgen"),
        (["animate", "backward_weights", *LAYER, "--milliseconds", "100", "-o", "made.gif"], b"GIF89a"),
        (["animate", "backward_bias", *LAYER, "--format", "svg", "-o", "made.file"], b"<!-- convgen"),
        (["explore", *LAYER, "--colours", "X=#004488", "-o", "made.html"], b"<!DOCTYPE html>"),
    ],
)
def test_each_command_writes_its_file_and_will_not_write_over_one(
    arguments: list[str],
    opening: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(*arguments) == 0
    path = Path(arguments[-1])
    assert path.read_bytes().startswith(opening)
    path.write_text("mine")
    assert run(*arguments) == 2
    assert f"cannot write {path}: it exists; --force writes over it" in capsys.readouterr().err
    assert path.read_text() == "mine"
    assert run(*arguments, "--force") == 0
    assert path.read_bytes().startswith(opening)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_frames_are_a_new_directory_and_sort_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = tmp_path / "steps"
    command = ["animate", "forward", *LAYER, "--format", "frames", "-o", str(made)]
    assert run(*command) == 0
    names = sorted(path.name for path in made.iterdir())
    assert names == [f"step_{at:02d}.png" for at in range(15)]
    assert run(*command, "--force") == 2
    assert "a directory of that name exists" in capsys.readouterr().err


def test_nothing_is_left_where_a_directory_cannot_be_written_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if path.name == "b":
            raise OSError(28, "No space left on device")
        return real(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError, match="No space left"):
        write_directory(tmp_path / "made", {"a": b"1", "b": b"2"})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (
            ["picture", "forward", *LAYER, "-o", "made.pdf"],
            "'made.pdf' names no format; choose one of svg, png",
        ),
        (["picture", "forward", *LAYER, "--format", "png"], "a PNG file is not printed"),
        (["picture", "forward", *LAYER, "--format", "gif"], "invalid choice: 'gif'"),
        (["animate", "taps", *LAYER], "invalid choice: 'taps'"),
        (["explore", str(SPEC), "--spec", str(SPEC)], "said twice"),
        (["explore"], "--input and --kernel missing"),
        (["picture", "forward", *LAYER, "-o", "/dev/null/x.svg"], "cannot write"),
    ],
)
def test_bad_usage_ends_with_2_and_writes_nothing(
    arguments: list[str],
    complaint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(*arguments) == 2
    assert complaint in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_write_picture_gives_the_files(tmp_path: Path) -> None:
    path = tmp_path / "taps.svg"
    assert write_picture(draw(SPEC, "taps", "db"), path, "svg") == [path]
    with pytest.raises(OutputError, match="it exists"):
        write_picture(draw(SPEC, "taps", "db"), path, "svg")
