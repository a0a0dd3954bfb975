"""What arguments are called: a word that nobody knows is refused, with the one that was probably meant."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import ParamSpec, TypeVar

from convgen.errors import SpecError

Given = ParamSpec("Given")
Result = TypeVar("Result")


def require_known(caller: str, names: Iterable[str], known: Iterable[str]) -> None:
    """That arguments are called as somebody may call them.

    Args:
        caller: what takes them.
        names: what they are called.
        known: what they may be called.

    Raises:
        SpecError: another name; it is quoted, with the one that was probably meant.
    """
    import difflib

    known = tuple(known)
    for name in names:
        if name not in known:
            meant = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {meant[0]}?" if meant else f"it takes {', '.join(known)}"
            raise SpecError(f"{caller} takes no argument {name!r}: {hint}")


def in_our_words(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """The same function, refusing an unknown argument by a `SpecError`."""

    @functools.wraps(function)
    def checked(*given: Given.args, **named: Given.kwargs) -> Result:
        require_known(function.__name__, named, inspect.signature(function).parameters)
        return function(*given, **named)

    return checked
