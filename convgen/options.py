"""What may be said on the command line: the options that commands share, and those of each.

What was not said is None, so that a command can tell. Keys keep the spelling of their option.
"""

from __future__ import annotations

import argparse
from typing import Any

from convgen.algebra.notation import DEFAULT, NOTATIONS
from convgen.manifest import FORMATS
from convgen.spec import FIELDS, ConvSpec, TextField
from convgen.spec_text import RANK, words_in

Options = dict[str, Any]
"""What was said, by key; under "refuse" the way to end with a usage error."""

SPEC_KEYS = ("spec", *(field.key for field in FIELDS))
KERNEL_KEYS = ("target", "dtype", "name", "forms", "isa", "output-dir")


def option(key: str) -> str:
    """The option of a key."""
    return "--no-bias" if key == "bias" else f"--{key}"


def spec_of(options: Options) -> ConvSpec:
    """The convolution that was asked for.

    Raises:
        SpecError: one that cannot be.
    """
    words = words_of(options)
    missing = [option(key) for key in ("input", "kernel") if key not in words]
    if missing and options["spec"] is None:
        options["refuse"](f"{' and '.join(missing)} missing, as in --input 5x5 --kernel 3x3")
    return ConvSpec.from_text(words)


def words_of(options: Options) -> dict[str, str]:
    """What was said of the convolution, by the keys of a spec's text form.

    Raises:
        SpecError: a --spec that cannot be read.
    """
    given = {key: options[key] for key in (*SPEC_KEYS, RANK.key) if options.get(key) is not None}
    text = given.pop("spec", None)
    if text is None:
        return given
    if given:
        options["refuse"](
            f"--spec {text!r} says the whole convolution; leave {option(next(iter(given)))} away"
        )
    return words_in(text)


def add_derive_options(parser: argparse.ArgumentParser) -> None:
    """The options of derive."""
    _add_spec_options(parser)
    formats = "; ".join(f"{name}: {row.words}" for name, row in FORMATS.items())
    parser.add_argument("--format", choices=FORMATS, default="text", help=f"{formats} (default: text)")
    _add_notation_option(parser)
    _add_output_option(parser)
    add_json_option(parser)


def add_verify_options(parser: argparse.ArgumentParser) -> None:
    """The options of verify."""
    _add_spec_options(parser)
    _add_output_option(parser)
    add_json_option(parser)


def add_check_options(parser: argparse.ArgumentParser) -> None:
    """The options of check."""
    parser.add_argument("claim", metavar="CLAIM", help="a formula, or a Markdown file with formulas")
    _add_spec_options(parser, RANK)
    _add_notation_option(parser)
    _add_output_option(parser)
    add_json_option(parser)


def add_prove_options(parser: argparse.ArgumentParser) -> None:
    """The options of prove."""
    parser.add_argument("rule", metavar="RULE", help="X, K or b, or the name of a built-in rule")
    parser.add_argument("--stride", type=int, help="of every axis (default: each of 1..8)")
    parser.add_argument("--dilation", type=int, help="of every axis (default: each of 1..8)")
    parser.add_argument("--rank", type=int, help=f"{RANK.help} (default: 2)")
    _add_output_option(parser)
    add_json_option(parser)


def add_generate_options(parser: argparse.ArgumentParser) -> None:
    """The options of generate."""
    _add_spec_options(parser)
    _add_kernel_options(parser)
    parser.add_argument(
        "--name", help="of the files, and the prefix of the functions (default: it says the spec)"
    )
    parser.add_argument(
        "--forms",
        type=_forms,
        help="how to compute: a form, such as loops, or by pass: forward=loops,backward_data=unrolled "
        "(default: by a rule that the file states)",
    )
    parser.add_argument(
        "--isa",
        help="instruction set that C is laid out for: portable, avx512, avx2 or neon (default: portable)",
    )
    _add_directory_option(parser, "write the files into a directory (default: print the source)")
    add_json_option(parser)
    group = parser.add_argument_group("a gallery, instead")
    group.add_argument(
        "--manifest", metavar="PATH", help="write all that a manifest lists into its directory"
    )
    group.add_argument("--check", action="store_true", help="write nothing, but compare with what is there")


def add_bench_options(parser: argparse.ArgumentParser) -> None:
    """The options of bench."""
    _add_spec_options(parser)
    parser.add_argument("--seconds", type=float, help="for each competitor and pass (default: 0.2)")
    _add_output_option(parser)
    add_json_option(parser)


def add_demo_options(parser: argparse.ArgumentParser) -> None:
    """The options of demo."""
    _add_kernel_options(parser)
    parser.add_argument("--epochs", type=int, help="how often the scans are gone through (default: 12)")
    parser.add_argument(
        "--seed", type=int, help="for the first weights and the order of the scans (default: 0)"
    )
    _add_directory_option(parser, "where kernels, derivation and picture go (default: demo-output)")
    add_json_option(parser)


def add_json_option(parser: argparse.ArgumentParser) -> None:
    """--json, the same in every command."""
    parser.add_argument("--json", action="store_true", help="answer as JSON with a schema version")


def _add_notation_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--notation",
        choices=NOTATIONS,
        default=DEFAULT.name,
        help=f"in whose letters: ours, or those of a source (default: {DEFAULT.name})",
    )


def _add_spec_options(parser: argparse.ArgumentParser, *others: TextField) -> None:
    """The keys of a spec's text form, an option each, and other keys after them."""
    group = parser.add_argument_group("the convolution")
    for field in (*FIELDS, *others):
        if field.key == "bias":
            group.add_argument(
                option("bias"), dest="bias", action="store_const", const="no", help="leave b out"
            )
        else:
            group.add_argument(option(field.key), dest=field.key, metavar="...", help=field.help)
    group.add_argument("--spec", metavar='"input=... ..."', help="the whole convolution in one text, instead")


def _add_kernel_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--target", metavar="TARGET", help="c or numpy (default: c)")
    parser.add_argument("--dtype", metavar="DTYPE", help="float32 or float64 (default: float32)")


def _add_output_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--output", metavar="PATH", help="write to a file what would be printed")


def _add_directory_option(parser: argparse.ArgumentParser, words: str) -> None:
    parser.add_argument("--output-dir", dest="output-dir", metavar="DIR", help=words)


def _forms(text: str) -> str | dict[str, str]:
    if "=" not in text:
        return text
    pairs = [part.partition("=") for part in text.split(",")]
    forms = {name: form for name, _, form in pairs}
    if not all(name and form for name, _, form in pairs) or len(forms) < len(pairs):
        raise argparse.ArgumentTypeError(f"{text!r} is neither a form nor pass=form,pass=form")
    return forms
