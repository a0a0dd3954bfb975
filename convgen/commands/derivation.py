"""The commands that explain: a whole layer, and one entry.

Whatever is heavy is imported by the command that needs it.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from pathlib import Path

from convgen.commands.command import HOLDS, Command, answer, json_text
from convgen.manifest import FORMATS, PDF
from convgen.options import Options, add_derive_options, add_explain_options, spec_of
from convgen.pictures.formats import PICTURE_FORMATS, format_of, write_picture
from convgen.render import check_free, write_bytes


def _derive(options: Options) -> int:
    from convgen.derivation.derivation import JACOBIAN_LAYOUTS, derive

    derivation = derive(
        spec_of(options),
        options["notation"],
        index_base=options["index-base"],
        vec=options["vec"],
        jacobian_layout=options["jacobian-layout"] or JACOBIAN_LAYOUTS[0],
    )
    expanded = not options["general"]
    check_free(options["output"], options["force"])
    if options["format"] == PDF:
        return _write_pdf(options, lambda: derivation.pdf(expanded=expanded))
    text = FORMATS[options["format"]].document(derivation, expanded)
    if options["json"]:
        spec = derivation.spec
        text = json_text(
            spec=str(spec),
            shapes={
                "X": spec.input_shape,
                "K": spec.kernel_shape,
                "b": spec.bias_shape,
                "O": spec.output_shape,
            },
            rules={f"d{array}": str(derivation.rule(array)) for array in derivation.layer.variables},
            notation=options["notation"],
            format=options["format"],
            text=text,
        )
    answer(text, options["output"])
    return HOLDS


def _write_pdf(options: Options, made: Callable[[], bytes]) -> int:
    if options["output"] is None or options["json"]:
        options["refuse"]("--format pdf is written to a file: say --output PATH, without --json")
    write_bytes(Path(options["output"]), made())
    return HOLDS


def _explain(options: Options) -> int:
    from convgen.derivation import derive

    output, picture = options["output"], options["picture"]
    check_free(output, options["force"])
    derivation = derive(spec_of(options), options["notation"], index_base=options["index-base"])
    trace = derivation.explain(options["entry"])
    if picture is not None:
        if output is not None and Path(picture).resolve() == Path(output).resolve():
            options["refuse"](f"--output and --picture are both {picture!r}; name two files")
        how = format_of(picture, None, PICTURE_FORMATS)
        write_picture(trace.picture(), Path(picture), how, force=options["force"])
    if options["format"] == PDF:
        return _write_pdf(options, trace.pdf)
    if options["json"]:
        text = json_text(**trace.to_json())
    else:
        form = FORMATS[options["format"]]
        words = f"convgen explain '{options['entry']}' --spec \"{trace.spec}\" --format {form.name}"
        link = picture and os.path.relpath(picture, Path(output).parent if output else Path())
        words += derivation.options + (f" --picture {shlex.quote(link)}" if link else "")
        text = form.opened(trace.spec, words) + trace.formatted(form.name, link)
    answer(text, output)
    return HOLDS


DERIVE = Command(
    "derive",
    "print a layer's derivation: checked steps from the definition to the closed forms, and all written out",
    "Of a matrix of more than 8 rows or columns the middle is left out, and its true shape is said.",
    (
        "convgen derive --input 3x3 --kernel 2x2",
        "convgen derive --input 4x6 --kernel 2x3 --stride 2x1 --padding 1x0 --format markdown",
        "convgen derive --input 3x3 --kernel 2x2 --format article --output derivation.tex",
        (
            "convgen derive --input 5x5 --kernel 3x3 --notation 003 --index-base 1 --format html --output "
            "derivation.html"
        ),
        (
            "convgen derive --input 224x224 --kernel 7x7 --in-channels 3 --out-channels 64 --stride 2 --padding 3 "
            "--general"
        ),
    ),
    add_derive_options,
    _derive,
)

EXPLAIN = Command(
    "explain",
    "trace one entry: which taps it takes part in, why in no others, and what people ask about it",
    "ENTRY is an entry of O, dX, dK or db in the letters of the notation, its indices in the layer's own layout.",
    (
        "convgen explain 'dX[0,2]' --input 3x3 --kernel 2x2",
        "convgen explain 'dX[2,3]' --input 5x6 --kernel 3x2 --stride 2x1 --format html --output entry.html",
        "convgen explain 'dX[0,2]' --input 3x3 --kernel 2x2 --picture taps.svg",
        "convgen explain 'dK[1,0]' --input 5x6 --kernel 3x2 --stride 2x1 --format pdf --output entry.pdf",
        "convgen explain 'dX[6,0]' --input 7x6 --kernel 2x3 --stride 2x3 --padding 3:0x2:1",
        "convgen explain 'dK[1,0,0,2]' --input 8x8 --kernel 3x3 --in-channels 2 --out-channels 4 --format markdown",
    ),
    add_explain_options,
    _explain,
)
