"""The commands: each a row of `COMMANDS`, and a function from what was said to an exit status.

Whatever is heavy is imported by the command that needs it, so that ``convgen --help`` answers at once.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convgen.manifest import FORMATS, PDF
from convgen.options import (
    KERNEL_KEYS,
    SPEC_KEYS,
    Options,
    add_animate_options,
    add_bench_options,
    add_check_options,
    add_demo_options,
    add_derive_options,
    add_explain_options,
    add_explore_options,
    add_generate_options,
    add_picture_options,
    add_prove_options,
    add_verify_options,
    option,
    spec_of,
    words_of,
)
from convgen.pictures.formats import (
    ANIMATION_FORMATS,
    PICTURE_FORMATS,
    format_of,
    write_picture,
)
from convgen.render import check_free, write_bytes, write_text

if TYPE_CHECKING:
    from convgen.pictures.scene import Picture

SCHEMA_VERSION = 1
"""Version of what --json prints; a change of meaning raises it."""

HOLDS, DIFFERS, NO_ANSWER = 0, 1, 2
"""Exit statuses: holds, or done; does not hold; no answer, or not to all that was asked."""


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
        if options["output"] is None or options["json"]:
            options["refuse"]("--format pdf is written to a file: say --output PATH, without --json")
        write_bytes(Path(options["output"]), derivation.pdf(expanded=expanded))
        return HOLDS
    text = FORMATS[options["format"]].document(derivation, expanded)
    if options["json"]:
        spec = derivation.spec
        text = _json(
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
    _answer(text, options["output"])
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
    if options["json"]:
        text = _json(**trace.to_json())
    else:
        form = FORMATS[options["format"]]
        words = f"convgen explain '{options['entry']}' --spec \"{trace.spec}\" --format {form.name}"
        link = picture and os.path.relpath(picture, Path(output).parent if output else Path())
        words += derivation.options + (f" --picture {shlex.quote(link)}" if link else "")
        text = form.opened(trace.spec, words) + trace.formatted(form.name, link)
    _answer(text, output)
    return HOLDS


def _verify(options: Options) -> int:
    if options["source"] is not None:
        return _validate(options)
    from convgen.proof.verify import verify

    report = verify(spec_of(options))
    _answer(_json(**report.to_json()) if options["json"] else f"{report}\n", options["output"])
    return HOLDS if report else DIFFERS


def _validate(options: Options) -> int:
    from convgen.validation import validate

    found = validate(options["source"], spec_of(options) if words_of(options) else None)
    _answer(_json(**found.to_json()) if options["json"] else f"{found}\n", options["output"])
    return HOLDS if found else DIFFERS


def _check(options: Options) -> int:
    from convgen.proof.check import check
    from convgen.proof.notes import check_notes, is_notes
    from convgen.proof.scope import arguments_of

    words = words_of(options)
    claim, notation = options["claim"], options["notation"]
    answer: Any
    if is_notes(claim):
        answer = check_notes(claim, {**words, "notation": notation})
        unanswered = not answer.is_complete
    else:
        answer, unanswered = check(claim, notation=notation, **arguments_of(words)), False
    _answer(_json(**answer.to_json()) if options["json"] else f"{answer}\n", options["output"])
    return NO_ANSWER if unanswered else HOLDS if answer else DIFFERS


def _prove(options: Options) -> int:
    from convgen.proof.prove import listed, prove, prove_all

    chosen = [f"--{key}" for key in ("list", "all") if options[key]] + [options["rule"]] * (
        options["rule"] is not None
    )
    if not chosen:
        options["refuse"]("the following arguments are required: RULE")
    if len(chosen) > 1:
        options["refuse"](f"{chosen[0]} stands alone; leave {chosen[1]} away")
    given = _given(options, "stride", "dilation", "rank") | {"all_strides": options["all-strides"]}
    if options["list"]:
        answer: Any = listed()
    elif options["all"]:
        answer = prove_all(**given)
    else:
        answer = prove(options["rule"], **given)
    _answer(_json(**answer.to_json()) if options["json"] else f"{answer}\n", options["output"])
    return HOLDS if answer else DIFFERS


def _generate(options: Options) -> int:
    from convgen.kernels import generate

    if options["manifest"] is not None:
        return _gallery(options)
    if options["check"]:
        options["refuse"]("--check goes with --manifest")
    kernel = generate(spec_of(options), **_given(options, "target", "dtype", "name", "forms", "isa"))
    directory = options["output-dir"]
    written = [] if directory is None else [str(path) for path in kernel.write(directory)]
    if options["json"]:
        text = _json(
            spec=str(kernel.spec),
            name=kernel.name,
            target=kernel.target,
            dtype=kernel.dtype,
            forms=dict(kernel.forms),
            op_count={name: vars(count) for name, count in kernel.op_count.items()},
            workspace_bytes=dict(kernel.workspace_bytes),
            files=kernel.files,
            written=written,
        )
    else:
        text = kernel.source if directory is None else _lines(f"wrote {path}" for path in written)
    print_text(text)
    return HOLDS


def _bench(options: Options) -> int:
    from convgen.bench import contest

    found = contest(spec_of(options), **_given(options, "seconds"))
    _answer(_json(**found.to_json()) if options["json"] else f"{found}\n", options["output"])
    return HOLDS if not any(row.wrong for row in found.rows) else DIFFERS


def _gallery(options: Options) -> int:
    from convgen.gallery import compare_gallery, write_gallery
    from convgen.manifest import read_manifest

    for key in _given(options, *SPEC_KEYS, *KERNEL_KEYS):
        options["refuse"](f"--manifest says what is written, and where; leave {option(key)} away")
    path = options["manifest"]
    manifest = read_manifest(path)
    if not options["check"]:
        written = [str(manifest.path.parent / file) for file in write_gallery(manifest)]
        told = [
            *(f"wrote {file}" for file in written),
            f"{len(written)} files written; every other one was up to date",
        ]
        print_text(_json(manifest=path, written=written) if options["json"] else _lines(told))
        return HOLDS
    changes = compare_gallery(manifest)
    told = [*map(str, changes)] or [f"every file is as {path} renders it"]
    if changes:
        told.append(f"{len(changes)} files are not as {path} renders them")
        told.append(f"to update: convgen generate --manifest {path} (superfluous files are yours to delete)")
    data = {"manifest": path, "holds": not changes, "changes": [vars(change) for change in changes]}
    print_text(_json(**data) if options["json"] else _lines(told))
    return DIFFERS if changes else HOLDS


def _demo(options: Options) -> int:
    from convgen.demo import run

    given = _given(options, "target", "dtype", "epochs", "seed")
    if options["output-dir"] is not None:
        given["output_directory"] = options["output-dir"]
    result = run(**given, stream=sys.stderr if options["json"] else sys.stdout)
    if options["json"]:
        text = _json(
            target=result.target,
            dtype=result.dtype,
            verified=result.verified,
            reports=[report.to_json() for report in result.reports],
            forms={name: dict(forms) for name, forms in result.forms.items()},
            losses=result.losses,
            accuracies=result.accuracies,
            accuracy=result.accuracy,
            seconds=dict(result.seconds),
            derivation=str(result.derivation),
            picture=str(result.picture),
        )
        print_text(text)
    return HOLDS if result.verified else DIFFERS


def _picture(options: Options) -> int:
    from convgen.pictures.drawing import draw

    return _show(
        options,
        PICTURE_FORMATS,
        lambda: draw(
            spec_of(options), options["kind"], **_given(options, "entry", "array", "vec", "colours")
        ),
    )


def _animate(options: Options) -> int:
    from convgen.pictures.drawing import animate

    given = _given(options, "entry", "milliseconds", "colours")
    return _show(options, ANIMATION_FORMATS, lambda: animate(spec_of(options), options["pass"], **given))


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
        _lines(f"wrote {path}" for path in write_picture(drawn(), Path(output), file_format, force=True))
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
    page = explore(spec_of(options), **_given(options, "colours"))
    _answer(page, output)
    if output is not None:
        print_text(_lines([f"wrote {output}"]))
    return HOLDS


@dataclass(frozen=True)
class Command:
    """One command.

    Attributes:
        name: what a user types.
        summary: what it does, in a line.
        remark: what else one has to know.
        examples: command lines that work.
        add_options: gives its parser its options.
        run: does it.
    """

    name: str
    summary: str
    remark: str
    examples: tuple[str, ...]
    add_options: Callable[[argparse.ArgumentParser], None]
    run: Callable[[Options], int]


COMMANDS = (
    Command(
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
    ),
    Command(
        "explain",
        "trace one entry: which taps it takes part in, why in no others, and what people ask about it",
        "ENTRY is an entry of O, dX, dK or db in the letters of the notation, its indices in the layer's own layout.",
        (
            "convgen explain 'dX[0,2]' --input 3x3 --kernel 2x2",
            "convgen explain 'dX[2,3]' --input 5x6 --kernel 3x2 --stride 2x1 --format html --output entry.html",
            "convgen explain 'dX[0,2]' --input 3x3 --kernel 2x2 --picture taps.svg",
            "convgen explain 'dX[6,0]' --input 7x6 --kernel 2x3 --stride 2x3 --padding 3:0x2:1",
            "convgen explain 'dK[1,0,0,2]' --input 8x8 --kernel 3x3 --in-channels 2 --out-channels 4 --format markdown",
        ),
        add_explain_options,
        _explain,
    ),
    Command(
        "verify",
        "hold every rule against the derivative on one shape, as exact polynomials",
        "With --source it is an emitted file that is held against the definition of its layer: read as text and\n"
        "executed symbolically, every access checked. Exit status 0: every rule, or pass, holds. 1: one differs,\n"
        "and where it does first. 2: a source that is not understood, and the line.",
        (
            "convgen verify --input 5x6 --kernel 3x2 --stride 2 --padding 1x0:2",
            "convgen verify --input 7x7 --kernel 3x3 --in-channels 4 --out-channels 6 --groups 2 --json",
        ),
        add_verify_options,
        _verify,
    ),
    Command(
        "check",
        "decide a formula, on one shape or for every size",
        "CLAIM is a formula such as 'dX = pad(dO) ⋆ rot180(K)', or a Markdown file: then every line of a block that\n"
        "begins with ```claim, and every code span such as `dK = X ⋆ dO`. With --input and --kernel it is about that\n"
        "layer; else about all layers with what the other options say. Exit status 0: it holds. 1: it does not, or\n"
        "under a condition alone. 2: it, or something in the file that looks like a claim, cannot be read.",
        (
            "convgen check 'dX = pad(dO) ⋆ rot180(K)' --stride 1 --dilation 1 --padding 0",
            "convgen check 'dK = X ⋆ dO' --input 5x6 --kernel 2x3",
            "convgen check 'dW~ = dO~ @ X~.T' --groups 2 --json",
        ),
        add_check_options,
        _check,
    ),
    Command(
        "prove",
        "prove a built-in rule or a named theorem for every size, and print the proof",
        "RULE is X, K or b for the gradient of that array, the name of another rule or theorem, such as\n"
        "'transposed convolution', or a formula. Strides and dilations are those from 1 to 8 unless one is given;\n"
        "--all-strides asks for an argument that holds for all of them. Exit status 0: proved. 1: a formula that is\n"
        "not always true, or not proved for all strides.",
        (
            "convgen prove X --stride 2",
            "convgen prove 'double backward' --all-strides",
            "convgen prove --list",
            "convgen prove 'dX by col2im' --rank 1 --json",
        ),
        add_prove_options,
        _prove,
    ),
    Command(
        "generate",
        "write the forward pass and all gradients of one shape as source code, or a whole gallery",
        "What is printed of a C kernel is its .c file; --output-dir writes the .h file as well.",
        (
            "convgen generate --input 4x6 --kernel 2x3 --target numpy",
            "convgen generate --input 8x8 --kernel 3x3 --in-channels 3 --out-channels 4 --output-dir kernels",
            "convgen generate --manifest generated/manifest.toml --check",
        ),
        add_generate_options,
        _generate,
    ),
    Command(
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
    ),
    Command(
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
    ),
    Command(
        "explore",
        "write a page on which a layer is explored entry by entry",
        "One HTML file that needs no network. Its numbers can be changed in the page.",
        (
            'convgen explore "input=5x6 kernel=3x2 stride=2x1 padding=1x0" -o page.html',
            "convgen explore --input 5x5 --kernel 3x3 --output page.html",
        ),
        add_explore_options,
        _explore,
    ),
    Command(
        "bench",
        "time the kernels of one shape beside what else is installed here",
        "One thread, float32; competitors take turns, and a result that is off is named and not timed.\n"
        "Exit status 0: timed. 1: a result was off.",
        ("convgen bench --input 56x56 --kernel 3x3 --in-channels 64 --out-channels 64 --padding 1",),
        add_bench_options,
        _bench,
    ),
    Command(
        "demo",
        "derive, verify, generate, compile, and train a network on real handwritten digits",
        "Needs the packages of convgen[demo] and, unless the target is numpy, a C compiler.",
        ("convgen demo", "convgen demo --target numpy --output-dir demo-numpy"),
        add_demo_options,
        _demo,
    ),
)


def _given(options: Options, *keys: str) -> dict[str, Any]:
    return {key: options[key] for key in keys if options[key] is not None}


# ---- output ----------------------------------------------------------------------------------------------


def _json(**values: Any) -> str:
    return json.dumps({"schema": SCHEMA_VERSION} | values, indent=2, ensure_ascii=False) + "\n"


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _answer(text: str, path: str | None) -> None:
    """Print, or write to a file: the bytes are the same."""
    if path is None:
        print_text(text)
    else:
        write_text(Path(path), text)


def print_text(text: str) -> None:
    """Print as it is, at once."""
    print(text, end="", flush=True)
