"""What can be drawn, and what it can be written as, by name; light enough for ``convgen --help``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from convgen.errors import PlanError
from convgen.render import check_free, write_bytes, write_directory

if TYPE_CHECKING:
    from convgen.pictures.scene import Picture

PASS_NAMES = ("forward", "backward_data", "backward_weights", "backward_bias")
"""The passes that can be drawn; `convgen.pictures.slides` says how."""
PICTURES = (*PASS_NAMES, "taps", "jacobian")
"""Every kind of picture."""
COLOURED = ("X", "K", "O", "b", "first", "last")
"""What may be coloured; `convgen.pictures.colours` says with what unless told otherwise."""

PICTURE_FORMATS: Mapping[str, str] = {"svg": "an SVG file", "png": "a PNG file"}
"""What a still picture can be written as."""
ANIMATION_FORMATS: Mapping[str, str] = {
    "svg": "an SVG file that plays by itself",
    "gif": "a GIF file",
    "frames": "a directory with a PNG file for each step",
}
"""What an animation can be written as."""


def format_of(path: str | None, asked: str | None, formats: Mapping[str, str]) -> str:
    """The format that was asked for, or that the file's name says.

    Raises:
        PlanError: a name that says another format, or none.
    """
    if asked is not None or path is None:
        return asked or "svg"
    suffix = Path(path).suffix.removeprefix(".").lower()
    if suffix in formats:
        return suffix
    raise PlanError(f"{path!r} names no format; choose one of {', '.join(formats)} with --format")


def write_picture(picture: Picture, path: Path, file_format: str, *, force: bool = False) -> list[Path]:
    """Write a picture, whole or not at all.

    Args:
        picture: what is written.
        path: of the file, or of the directory of frames.
        file_format: a key of `PICTURE_FORMATS` or `ANIMATION_FORMATS`.
        force: whether a file that is there is written over; a directory never is.

    Returns:
        The files written.

    Raises:
        OutputError: something is there already, or cannot be written.
        MissingDependencyError: what paints pixels is not installed.
        BudgetError: too many pixels.
    """
    check_free(path, force and file_format != "frames")
    if file_format == "frames":
        steps = picture.frames()
        width = len(str(len(steps) - 1))
        return write_directory(path, {f"step_{at:0{width}d}.png": data for at, data in enumerate(steps)})
    data = {"svg": lambda: picture.svg().encode(), "png": picture.png, "gif": picture.gif}[file_format]()
    write_bytes(path, data)
    return [path]
