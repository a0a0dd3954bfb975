"""The command line: parses, calls, prints.

Whatever is heavy is imported by the command that needs it, so that ``convgen --help`` answers at once.
Exit status: 0 holds, or done; 1 differs; 2 bad usage, or no answer for the reason that is printed.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Iterable, Sequence

from convgen.commands import COMMANDS
from convgen.commands.command import NO_ANSWER, print_text
from convgen.errors import ConvgenError
from convgen.options import Options
from convgen.version import __version__

INTERRUPTED, BROKEN_PIPE = 130, 141
"""Exit statuses beside those of the commands: what a shell reports of a program that the signal ended."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line, by default the process's own, and give its exit status.

    Usage errors, ``--help`` and ``--version`` leave through SystemExit, as argparse has it.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):  # the same bytes whatever the locale, and as in a file
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    try:
        try:
            options = vars(_parser().parse_args(arguments))
            run: Callable[[Options], int] = options["run"]
            return run(options)
        finally:
            print_text("")  # what is still buffered meets a closed pipe here, and not when Python ends
    except KeyboardInterrupt:
        return _fail("interrupted", INTERRUPTED)
    except BrokenPipeError:
        _abandon_stdout()
        return BROKEN_PIPE
    except ConvgenError as error:
        return _fail(f"error: {error}", NO_ANSWER)
    except OSError as error:  # a file raises OutputError, so this is standard output, as on a full disk
        _abandon_stdout()
        return _fail(f"error: cannot write standard output: {error.strerror or error}", NO_ANSWER)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "convgen",
        description="Derive, verify and generate convolutions, forward and backward, from one definition.",
        epilog=_examples(command.examples[0] for command in COMMANDS),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,  # an abbreviation in a script would break when an option is added
    )
    parser.add_argument("--version", action="version", version=f"convgen {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        each = commands.add_parser(
            command.name,
            help=command.summary,
            description=f"{command.summary[0].upper()}{command.summary[1:]}.\n{command.remark}",
            epilog=_examples(command.examples),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        command.add_options(each)
        each.set_defaults(run=command.run, refuse=each.error)
    return parser


def _examples(lines: Iterable[str]) -> str:
    return "\n".join(["examples:", *(f"  {line}" for line in lines)])


def _fail(message: str, status: int) -> int:
    print(f"convgen: {message}", file=sys.stderr)
    return status


def _abandon_stdout() -> None:
    """Let what is still buffered go nowhere, or Python would try to write it again as it ends."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
