"""A library from the cache, or built into it: the one way in which code that convgen built enters the process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from convgen.errors import CompilerError
from convgen.runtime.cache import Cache

Opened = TypeVar("Opened")


def open_or_build(
    cache: Cache,
    key: str,
    library: str,
    make: Callable[[Path, Path], None],
    opened: Callable[[Path], Opened],
) -> tuple[Path, Opened]:
    """Open the library of an entry; where there is none that is whole, make one.

    Args:
        cache: where it is kept.
        key: what its content follows from.
        library: its file's name.
        make: builds it, given the entry's directory and the path that it is to have.
        opened: loads it; it raises CompilerError where that cannot be done.

    Returns:
        Where it lies, and what `opened` gave.

    Raises:
        CacheError: the cache directory cannot be used.
        CompilerError: it could not be built or loaded.
    """
    found = cache.find(key, library)
    if found is not None:
        try:
            return found, opened(found)
        except CompilerError:
            if found.exists():
                raise
            # Another process has removed the entry since it was found: make it anew.
    with cache.workshop() as workshop:
        entry = workshop / "entry"
        entry.mkdir(mode=0o700)
        try:
            make(entry, entry / library)
        except CompilerError:
            cache.require_space(workshop)
            raise
        # Opened before it is published: what cannot be loaded or lacks a pass never becomes an entry.
        loaded = opened(entry / library)
        return cache.publish(entry, key, library), loaded
