"""The gallery of pictures: a page, and the files that it shows, written or compared.

python -m convgen.pictures docs            write docs/pictures.md and docs/pictures/
python -m convgen.pictures docs --check    write nothing; exit status 1 where a file differs
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from convgen.pictures import explore as explore_page
from convgen.pictures import stage
from convgen.pictures.drawing import animate, draw, explore
from convgen.pictures.passes import FRAME_LIMIT
from convgen.pictures.scene import Picture
from convgen.pictures.sparse import NON_ZERO_LIMIT
from convgen.pictures.stage import MOST_ROWS
from convgen.render import render, write_text
from convgen.spec import ConvSpec

PAGE = "pictures.md"
DIRECTORY = "pictures"


@dataclass(frozen=True)
class Exhibit:
    """One picture of the gallery.

    Attributes:
        name: of its file.
        command: ``"picture"``, ``"animate"`` or ``"explore"``.
        spec: the layer, in text form.
        words: what is to be seen.
        what: the kind of picture, or the pass.
        options: of the command, by name.
    """

    name: str
    command: str
    spec: str
    words: str
    what: str = ""
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.name}.html" if self.command == "explore" else f"{self.name}.svg"

    @property
    def line(self) -> str:
        """The command that writes it."""
        options = [part for name, value in self.options.items() for part in (f"--{name}", value)]
        what = [self.what] if self.what else []
        return shlex.join(["convgen", self.command, *what, "--spec", self.spec, *options, "-o", self.file])

    def text(self) -> str:
        """What the file holds."""
        spec = ConvSpec.parse(self.spec)
        if self.command == "explore":
            return explore(spec)
        drawing: Callable[..., Picture] = draw if self.command == "picture" else animate
        return drawing(spec, self.what, **self.options).svg()


@dataclass(frozen=True)
class Section:
    """Pictures that belong together."""

    title: str
    words: str
    exhibits: tuple[Exhibit, ...]


SECTIONS = (
    Section(
        "What slides over what",
        "The array that lies still is drawn with the zeros that padding and dilation put, the array that slides at "
        "one place, and the entry that comes out. In a divided cell the upper half is the entry below, the lower "
        "half that of the sliding array: they are multiplied, and all products are added.",
        (
            Exhibit(
                "forward", "picture", "input=5x6 kernel=3x2 stride=2x1 padding=1x0",
                "The forward pass: K over X with its padding. A corner mark stands wherever K begins; "
                "the distance of the marks is the stride.", "forward", {"entry": "O[1,2]"},
            ),
            Exhibit(
                "backward_data", "picture", "input=6x7 kernel=3x2 stride=2x3 padding=1x0",
                "dX with a remainder on both axes: the stride puts zeros between the entries of dO, and the rows and "
                "columns marked r stand for inputs that no window reached.", "backward_data", {"entry": "dX[2,3]"},
            ),
            Exhibit(
                "backward_data_cut", "picture", "input=4x5 kernel=2x2 stride=2 padding=2x3:0",
                "dX where the padding is larger than the kernel reaches: E-1-P is negative, and dO is cut instead "
                "of padded. What is crossed out came from windows that saw padding alone.", "backward_data",
            ),
            Exhibit(
                "backward_weights", "picture", "input=7x6 kernel=2x3 stride=3x1 padding=0x1 dilation=2x1",
                "dK: dO slides over X in steps of the dilation, its own entries as far apart as the stride. Hatched "
                "rows are read by no entry of K.", "backward_weights",
            ),
            Exhibit(
                "rank_1", "picture", "input=7 kernel=3 stride=2 padding=2:0 dilation=2",
                "One axis: a causal, dilated convolution, backwards.", "backward_data",
            ),
            Exhibit(
                "rank_3", "picture", "input=3x3x4 kernel=2x2x2 padding=0x0x1:0",
                "Three axes: slices along the first, side by side.", "forward",
            ),
        ),
    ),
    Section(
        "The taps of one entry",
        "Without padding or dilation: which entries meet. Cells with the same number are multiplied.",
        (
            Exhibit(
                "taps_dX", "picture", "input=5x6 kernel=3x2 stride=2x1 padding=1x0",
                "Which outputs see X[2,3], and through which entries of K.", "taps", {"entry": "dX[2,3]"},
            ),
            Exhibit(
                "taps_channels", "picture", "input=4x4 kernel=2x2 in-channels=4 out-channels=6 stride=2 groups=2",
                "With channels in two groups: dX sums over the output channels of its group.", "taps",
                {"entry": "dX[3,1,2]"},
            ),
        ),
    ),
    Section(
        "Jacobians",
        "Where the derivative of vec(O) is not zero. What stands in a cell is its label; equal colours are equal "
        "entries.",
        (
            Exhibit(
                "jacobian_X", "picture", "input=4x5 kernel=2x3",
                "By X: diagonals in diagonal blocks, a doubly block Toeplitz matrix.", "jacobian", {"vec": "C"},
            ),
            Exhibit(
                "jacobian_K", "picture", "input=4x5 kernel=2x3",
                "By K: the entries of X, along anti-diagonals.", "jacobian", {"array": "K", "vec": "C"},
            ),
            Exhibit(
                "jacobian_groups", "picture",
                "input=6x6 kernel=3x3 in-channels=4 out-channels=4 padding=1 groups=2",
                "Too large for labels: the whole, in which groups leave blocks empty, and its corner.", "jacobian",
                {"vec": "C"},
            ),
        ),
    ),
    Section(
        "Animations",
        "They play by themselves, in a page or on a slide; who prefers reduced motion sees the last step. As GIF or "
        "as PNG frames: `--output steps.gif`, `--format frames --output steps`.",
        (
            Exhibit(
                "animated_forward", "animate", "input=6x5 kernel=3x2 stride=1x2 padding=1x0 dilation=2x1",
                "The forward pass of a kernel that is not square, with a stride, padding and dilation of its own on "
                "each axis.", "forward",
            ),
            Exhibit(
                "animated_backward_data", "animate", "input=6x5 kernel=3x2 stride=2 padding=1x0",
                "dX, with its remainder.", "backward_data",
            ),
            Exhibit(
                "animated_backward_data_cut", "animate", "input=4x5 kernel=2x2 stride=2 padding=2x3:0",
                "dX, with what negative padding cuts off.", "backward_data",
            ),
            Exhibit(
                "animated_backward_weights", "animate", "input=6x5 kernel=3x2 stride=2 padding=1x0",
                "dK.", "backward_weights",
            ),
            Exhibit(
                "animated_backward_bias", "animate", "input=6x5 kernel=3x2 stride=2 padding=1x0",
                "db: every output of a channel is added.", "backward_bias",
            ),
            Exhibit(
                "animated_colours", "animate", "input=4x6 kernel=2x3 stride=2x1",
                "In colours of one's own.", "forward", {"colours": "X=#5b2a86,K=#f2a900,O=#00594c"},
            ),
        ),
    ),
)  # fmt: skip

EXPLORABLE = Exhibit(
    "explore", "explore", "input=5x6 kernel=3x2 stride=2x1 padding=1x0", "A page to explore."
)


LIMITS = {
    "channels": MOST_ROWS,
    "cells": stage.CELL_LIMIT,
    "steps": FRAME_LIMIT,
    "entries": NON_ZERO_LIMIT,
    "page_cells": explore_page.CELL_LIMIT,
    "page_products": explore_page.TAP_LIMIT,
}
"""What the page says of sizes."""


def gallery() -> dict[str, str]:
    """Every file of the gallery by its path."""
    files = {
        f"{DIRECTORY}/{exhibit.file}": exhibit.text() for section in SECTIONS for exhibit in section.exhibits
    }
    files[f"{DIRECTORY}/{EXPLORABLE.file}"] = EXPLORABLE.text()
    page = render(
        "markdown/pictures.md.j2", sections=SECTIONS, page=EXPLORABLE, directory=DIRECTORY, limits=LIMITS
    )
    return {PAGE: page} | files


def write_gallery(directory: Path) -> list[Path]:
    """Write the files that are not as they should be, and give them.

    Raises:
        OutputError: one cannot be written.
    """
    changed = differing(directory)
    for path, text in changed.items():
        write_text(path, text)
    return list(changed)


def differing(directory: Path) -> dict[Path, str]:
    """The files that are missing or hold something else, with what they should hold."""
    wanted = {directory / name: text for name, text in gallery().items()}
    return {
        path: text
        for path, text in wanted.items()
        if not path.is_file() or path.read_bytes() != text.encode()
    }
