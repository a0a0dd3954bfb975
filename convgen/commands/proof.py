"""The commands that decide: rules on a shape, emitted sources, formulas, theorems.

Whatever is heavy is imported by the command that needs it.
"""

from __future__ import annotations

from typing import Any

from convgen.commands.command import DIFFERS, HOLDS, NO_ANSWER, Command, answer, given, json_text
from convgen.options import (
    Options,
    add_check_options,
    add_prove_options,
    add_verify_options,
    spec_of,
    words_of,
)


def _verify(options: Options) -> int:
    if options["source"] is not None:
        return _validate(options)
    from convgen.proof.verify import verify

    report = verify(spec_of(options))
    answer(json_text(**report.to_json()) if options["json"] else f"{report}\n", options["output"])
    return HOLDS if report else DIFFERS


def _validate(options: Options) -> int:
    from convgen.validation import validate

    found = validate(options["source"], spec_of(options) if words_of(options) else None)
    answer(json_text(**found.to_json()) if options["json"] else f"{found}\n", options["output"])
    return HOLDS if found else DIFFERS


def _check(options: Options) -> int:
    from convgen.proof.check import check
    from convgen.proof.notes import check_notes, is_notes
    from convgen.proof.scope import arguments_of

    words = words_of(options)
    claim, notation = options["claim"], options["notation"]
    found: Any
    if is_notes(claim):
        found = check_notes(claim, {**words, "notation": notation})
        unanswered = not found.is_complete
    else:
        found, unanswered = check(claim, notation=notation, **arguments_of(words)), False
    answer(json_text(**found.to_json()) if options["json"] else f"{found}\n", options["output"])
    return NO_ANSWER if unanswered else HOLDS if found else DIFFERS


def _prove(options: Options) -> int:
    from convgen.proof.prove import listed, prove, prove_all

    chosen = [f"--{key}" for key in ("list", "all") if options[key]] + [options["rule"]] * (
        options["rule"] is not None
    )
    if not chosen:
        options["refuse"]("the following arguments are required: RULE")
    if len(chosen) > 1:
        options["refuse"](f"{chosen[0]} stands alone; leave {chosen[1]} away")
    said = given(options, "stride", "dilation", "rank") | {"all_strides": options["all-strides"]}
    if options["list"]:
        found: Any = listed()
    elif options["all"]:
        found = prove_all(**said)
    else:
        found = prove(options["rule"], **said)
    answer(json_text(**found.to_json()) if options["json"] else f"{found}\n", options["output"])
    return HOLDS if found else DIFFERS


VERIFY = Command(
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
)

CHECK = Command(
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
)

PROVE = Command(
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
)
