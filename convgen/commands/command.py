"""What a command is, and what commands share: exit statuses and output."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from convgen.options import Options
from convgen.render import write_text

SCHEMA_VERSION = 1
"""Version of what --json prints; a change of meaning raises it."""

HOLDS, DIFFERS, NO_ANSWER = 0, 1, 2
"""Exit statuses: holds, or done; does not hold; no answer, or not to all that was asked."""


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


def given(options: Options, *keys: str) -> dict[str, Any]:
    """The options among some keys that were said."""
    return {key: options[key] for key in keys if options[key] is not None}


def json_text(**values: Any) -> str:
    """What --json prints."""
    return json.dumps({"schema": SCHEMA_VERSION} | values, indent=2, ensure_ascii=False) + "\n"


def lines_text(lines: Iterable[str]) -> str:
    """Lines as a text."""
    return "".join(f"{line}\n" for line in lines)


def answer(text: str, path: str | None) -> None:
    """Print, or write to a file: the bytes are the same."""
    if path is None:
        print_text(text)
    else:
        write_text(Path(path), text)


def print_text(text: str) -> None:
    """Print as it is, at once."""
    print(text, end="", flush=True)
