"""What may be said on the command line: the options that commands share, and those of each.

What was not said is None, so that a command can tell. Keys keep the spelling of their option.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import Any

from convgen.algebra.notation import DEFAULT, NOTATIONS
from convgen.manifest import FORMATS, PDF
from convgen.pictures.formats import ANIMATION_FORMATS, COLOURED, PASS_NAMES, PICTURE_FORMATS, PICTURES
from convgen.spec import FIELDS, ConvSpec, TextField
from convgen.spec_text import RANK, words_in

Options = dict[str, Any]
"""What was said, by key; under "refuse" the way to end with a usage error."""

SPEC_KEYS = ("spec", *(field.key for field in FIELDS))
KERNEL_KEYS = ("target", "dtype", "name", "forms", "isa", "threads", "algorithm", "tile", "output-dir")


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
    _add_format_option(parser, PDF)
    _add_notation_option(parser)
    _add_index_base_option(parser)
    parser.add_argument(
        "--vec", metavar="ORDER", help="F: column-wise; C: row-major (default: as the notation has it)"
    )
    parser.add_argument(
        "--jacobian-layout",
        dest="jacobian-layout",
        metavar="LAYOUT",
        help="numerator: a row for each output; denominator: a column (default: numerator)",
    )
    parser.add_argument(
        "--general", action="store_true", help="for every size alone: nothing is written out for the layer"
    )
    _add_output_option(parser)
    _add_force_option(parser)
    add_json_option(parser)


def add_explain_options(parser: argparse.ArgumentParser) -> None:
    """The options of explain."""
    parser.add_argument("entry", metavar="ENTRY", help="such as 'dX[0,2]', indices in the layer's own layout")
    _add_spec_options(parser)
    _add_format_option(parser, PDF)
    _add_notation_option(parser)
    _add_index_base_option(parser)
    parser.add_argument(
        "--picture",
        metavar="PATH",
        help="write the picture of its taps, .svg or .png; Markdown shows it "
        "(html, LaTeX and pdf have their pictures in themselves)",
    )
    _add_output_option(parser)
    _add_force_option(parser)
    add_json_option(parser)


def _add_format_option(parser: argparse.ArgumentParser, *others: str) -> None:
    formats = "; ".join(f"{name}: {row.words}" for name, row in FORMATS.items())
    formats += "".join(f"; {name}: needs a TeX engine and --output" for name in others)
    parser.add_argument(
        "--format", choices=(*FORMATS, *others), default="text", help=f"{formats} (default: text)"
    )


def _add_force_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--force", action="store_true", help="write --output even where it exists")


def add_verify_options(parser: argparse.ArgumentParser) -> None:
    """The options of verify."""
    parser.add_argument(
        "--source",
        metavar="FILE",
        help="instead, hold an emitted .c or .py file against its layer, which its first line names",
    )
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
    parser.add_argument(
        "rule", metavar="RULE", nargs="?", help="X, K or b, the name of a rule or theorem, or a formula"
    )
    parser.add_argument("--list", action="store_true", help="list the rules and theorems instead")
    parser.add_argument("--all", action="store_true", help="prove every one of them instead, a line each")
    parser.add_argument("--stride", type=int, help="of every axis (default: each of 1..8)")
    parser.add_argument("--dilation", type=int, help="of every axis (default: each of 1..8)")
    parser.add_argument("--rank", type=int, help=f"{RANK.help} (default: 2)")
    parser.add_argument(
        "--all-strides", dest="all-strides", action="store_true", help="for every stride and dilation at once"
    )
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
        type=_by_pass("a form"),
        help="how to compute: a form, such as loops, or by pass: forward=loops,backward_data=unrolled "
        "(default: by a rule that the file states)",
    )
    parser.add_argument(
        "--isa",
        help="instruction set that C is laid out for: portable, avx512, avx2 or neon (default: portable)",
    )
    parser.add_argument(
        "--threads",
        type=int,
        metavar="N",
        help="how many threads share the loops of large passes in C, by OpenMP (default: 1)",
    )
    _add_algorithm_option(parser)
    parser.add_argument(
        "--tile",
        type=_by_pass("a tile"),
        help="register tile of C: numbers x vectors, such as 6x4, or 6x4x8 with the lanes of a vector; or by pass: "
        "forward=6x4,backward_data=5x5; or tuned: what bench --tune has kept here for --isa (default: by rule)",
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
    parser.add_argument(
        "--plot", metavar="PATH", help="draw the roofline and the ratios: .svg, .png or .pdf (convgen[bench])"
    )
    _add_algorithm_option(parser)
    group = parser.add_argument_group("tuning, instead")
    group.add_argument(
        "--tune", action="store_true", help="time register tiles against the rule's, and keep what is faster"
    )
    group.add_argument("--dtype", metavar="DTYPE", help="float32 or float64 (default: float32)")
    group.add_argument("--isa", help="instruction set (default: native, the best of this machine)")
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


def add_picture_options(parser: argparse.ArgumentParser) -> None:
    """The options of picture."""
    parser.add_argument("kind", metavar="KIND", choices=PICTURES, help=f"one of {', '.join(PICTURES)}")
    _add_spec_options(parser)
    parser.add_argument(
        "--entry", metavar='"dX[0,2]"', help="the entry that is shown (default: a telling one)"
    )
    parser.add_argument("--array", help="of a Jacobian: by X, K or b (default: X)")
    parser.add_argument("--vec", help="of a Jacobian: F, column by column, or C, row by row (default: F)")
    _add_picture_file_options(parser, PICTURE_FORMATS)


def add_animate_options(parser: argparse.ArgumentParser) -> None:
    """The options of animate."""
    parser.add_argument("pass", metavar="PASS", choices=PASS_NAMES, help=f"one of {', '.join(PASS_NAMES)}")
    _add_spec_options(parser)
    parser.add_argument(
        "--entry", metavar='"dX[0,2]"', help="in the channel that is shown (default: the first)"
    )
    parser.add_argument("--milliseconds", type=int, help="how long a step is seen (default: 800)")
    _add_picture_file_options(parser, ANIMATION_FORMATS)


def add_explore_options(parser: argparse.ArgumentParser) -> None:
    """The options of explore."""
    parser.add_argument(
        "text", metavar='"input=... ..."', nargs="?", help="the whole convolution in one text"
    )
    _add_spec_options(parser)
    _add_notation_option(parser)
    _add_index_base_option(parser)
    _add_colours_option(parser)
    _add_new_file_options(parser)


def _add_picture_file_options(parser: argparse.ArgumentParser, formats: Mapping[str, str]) -> None:
    words = "; ".join(f"{name}: {said}" for name, said in formats.items())
    parser.add_argument(
        "--format", choices=formats, help=f"{words} (default: as the file's name says, or svg)"
    )
    _add_colours_option(parser)
    _add_new_file_options(parser)


def _add_colours_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--colours", metavar="X=#0072b2,...", help=f"own colours, of {', '.join(COLOURED)}, each as #rrggbb"
    )


def _add_new_file_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", "--output", metavar="PATH", help="write to a file instead of printing")
    parser.add_argument("--force", action="store_true", help="write over a file that is there")


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


def _add_index_base_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--index-base",
        dest="index-base",
        type=int,
        metavar="N",
        help="number of the first entry: 0 or 1 (default: as the notation has it)",
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


def _add_algorithm_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--algorithm",
        help="direct, or winograd, whose larger error the file bounds: fewer products of transformed tiles, whose "
        "size winograd:4 or winograd:2x4 says (default: direct)",
    )


def _add_output_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--output", metavar="PATH", help="write to a file what would be printed")


def _add_directory_option(parser: argparse.ArgumentParser, words: str) -> None:
    parser.add_argument("--output-dir", dest="output-dir", metavar="DIR", help=words)


def _by_pass(what: str) -> Callable[[str], str | dict[str, str]]:
    """Reads one of something, or one for each pass."""
    word = what.partition(" ")[2]

    def read(text: str) -> str | dict[str, str]:
        if "=" not in text:
            return text
        pairs = [part.partition("=") for part in text.split(",")]
        chosen = {name: each for name, _, each in pairs}
        if not all(name and each for name, _, each in pairs) or len(chosen) < len(pairs):
            raise argparse.ArgumentTypeError(f"{text!r} is neither {what} nor pass={word},pass={word}")
        return chosen

    return read
