"""The commands that draw.

Whatever is heavy is imported by the command that needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from convgen.commands.command import HOLDS, Command, answer, given, lines_text, print_text
from convgen.options import Options, add_animate_options, add_explore_options, add_picture_options, spec_of
from convgen.pictures.formats import ANIMATION_FORMATS, PICTURE_FORMATS, format_of, write_picture
from convgen.render import check_free

if TYPE_CHECKING:
    from convgen.pictures.scene import Picture


def _picture(options: Options) -> int:
    from convgen.pictures.drawing import draw

    return _show(
        options,
        PICTURE_FORMATS,
        lambda: draw(spec_of(options), options["kind"], **given(options, "entry", "array", "vec", "colours")),
    )


def _animate(options: Options) -> int:
    from convgen.pictures.drawing import animate

    said = given(options, "entry", "milliseconds", "colours")
    return _show(options, ANIMATION_FORMATS, lambda: animate(spec_of(options), options["pass"], **said))


def _show(options: Options, formats: Mapping[str, str], drawn: Callable[[], Picture]) -> int:
    """Print a picture, or write it."""
    output = options["output"]
    file_format = format_of(output, options["format"], formats)
    if output is None:
        if file_format != "svg":
            options["refuse"](f"{formats[file_format]} is not printed; say where it goes with --output")
        print_text(drawn().svg())
        return HOLDS
    check_free(output, options["force"])  # before anything is drawn
    print_text(
        lines_text(f"wrote {path}" for path in write_picture(drawn(), Path(output), file_format, force=True))
    )
    return HOLDS


def _explore(options: Options) -> int:
    from convgen.pictures.drawing import explore

    text, output = options["text"], options["output"]
    if text is not None:
        if options["spec"] is not None:
            options["refuse"]("the convolution is said twice, by --spec and without; leave one away")
        options["spec"] = text
    if output is not None:
        check_free(output, options["force"])
    page = explore(
        spec_of(options),
        notation=options["notation"],
        index_base=options["index-base"],
        **given(options, "colours"),
    )
    answer(page, output)
    if output is not None:
        print_text(lines_text([f"wrote {output}"]))
    return HOLDS


PICTURE = Command(
    "picture",
    "draw a layer: what slides over what, the taps of one entry, or a Jacobian",
    "forward, backward_data, backward_weights and backward_bias show one entry of the pass' result; taps\n"
    "numbers the products of any entry; jacobian shows what is not zero, and what is equal.",
    (
        "convgen picture backward_data --input 5x6 --kernel 3x2 --stride 2 --output dX.svg",
        'convgen picture taps --entry "dX[0,2]" --input 5x6 --kernel 3x2 --stride 2x1 --output taps.svg',
        "convgen picture jacobian --array X --vec C --input 4x4 --kernel 2x2 --output jacobian.png",
    ),
    add_picture_options,
    _picture,
)

ANIMATE = Command(
    "animate",
    "show a pass step by step: the forward pass or a gradient, as SVG, GIF or PNG frames",
    "Whoever prefers reduced motion sees the last step of an SVG.",
    (
        "convgen animate backward_data --input 5x6 --kernel 3x2 --stride 2 --output dX.svg",
        "convgen animate forward --input 7x5 --kernel 3x2 --dilation 2x1 --colours X=#004488 --output O.gif",
        "convgen animate backward_weights --input 5x6 --kernel 3x2 --format frames --output steps",
    ),
    add_animate_options,
    _animate,
)

EXPLORE = Command(
    "explore",
    "write a page on which a layer is explored entry by entry",
    "One HTML file that needs no network. Its numbers can be changed in the page.",
    (
        'convgen explore "input=5x6 kernel=3x2 stride=2x1 padding=1x0" -o page.html',
        "convgen explore --input 5x5 --kernel 3x3 --notation 003 --index-base 1 --output page.html",
    ),
    add_explore_options,
    _explore,
)
