"""Where built libraries are kept: private to the user, keyed by content, never seen half written.

An entry is a directory named by its key. It is made beside its place and moved there by one rename, so it
is either whole or absent, whoever else is building the same. It records its own key and the SHA-256 of its
library, and a library is loaded only from the entry that it was made for, and if its bytes still have that
digest; an entry that fails is built anew. Removing any entry, or
the whole directory, is always safe.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from convgen.errors import CacheError

VARIABLE = "CONVGEN_CACHE_DIR"
RECORD = "SHA256SUMS"
"""The file of an entry that names its library's digest, as ``sha256sum --check`` reads it."""

WORKSHOP = ".build-"
LEFTOVER_SECONDS = 24 * 3600
"""How old a workshop must be before it counts as left behind by a process that was killed."""

PROBE_BYTES = 1 << 20


@dataclass(frozen=True)
class Cache:
    """A directory of built libraries, private to this user."""

    root: Path

    def find(self, key: str, library: str) -> Path | None:
        """The library of an entry, if the entry is there and its bytes are those that were recorded."""
        path = self.root / key / library
        try:
            recorded = (self.root / key / RECORD).read_text(encoding="utf-8")
            return path if recorded == _record(path, key) else None
        except (OSError, UnicodeDecodeError):
            return None

    @contextmanager
    def workshop(self) -> Iterator[Path]:
        """A new directory inside the cache in which to make an entry; removed afterwards, whatever happens.

        Raises:
            CacheError: it cannot be made or written to.
        """
        try:
            self._remove_leftovers()
            with tempfile.TemporaryDirectory(
                prefix=WORKSHOP, dir=self.root, ignore_cleanup_errors=True
            ) as directory:
                yield Path(directory)
        except CacheError:
            raise
        except OSError as error:
            raise CacheError(_cannot("write to", self.root, error)) from error

    def publish(self, directory: Path, key: str, library: str) -> Path:
        """Move a finished entry, a directory inside a workshop, to its place and give its library's path.

        Where another process has published the same meanwhile, that one stays.

        Raises:
            OSError: it cannot be written or moved.
        """
        (directory / RECORD).write_text(_record(directory / library, key), encoding="utf-8")
        place = self.root / key
        while True:
            try:
                directory.rename(place)
            except OSError:
                if not os.path.lexists(place):
                    raise
            else:
                return place / library
            found = self.find(key, library)
            if found is not None:
                return found
            broken = directory.parent / f"broken-{time.monotonic_ns()}"
            with suppress(FileNotFoundError):  # another process was quicker
                place.rename(broken)

    def withdraw(self, key: str, workshop: Path) -> None:
        """Take an entry away, if there is one, into a workshop, which is removed.

        Raises:
            OSError: it cannot be moved.
        """
        with suppress(FileNotFoundError):
            (self.root / key).rename(workshop / f"old-{time.monotonic_ns()}")

    def require_space(self, directory: Path) -> None:
        """Refuse a directory in which no more can be written, the reason for which many a compiler fails.

        Raises:
            OSError: it is full, or the user's share of it is.
        """
        with tempfile.TemporaryFile(dir=directory) as stream:
            stream.write(bytes(PROBE_BYTES))
            stream.flush()
            os.fsync(stream.fileno())

    def require_executable(self, error: OSError) -> None:
        """Refuse a file system from which no code may be loaded.

        Raises:
            CacheError: it is mounted so.
        """
        if os.statvfs(self.root).f_flag & getattr(os, "ST_NOEXEC", 0):
            raise CacheError(
                f"the cache directory {self.root} lies on a file system mounted noexec, from which no "
                f"library can be loaded ({error}); set ${VARIABLE} to a directory elsewhere"
            ) from error

    def _remove_leftovers(self) -> None:
        for leftover in self.root.glob(f"{WORKSHOP}*"):
            with suppress(FileNotFoundError):  # another process was quicker
                if time.time() - leftover.stat().st_mtime > LEFTOVER_SECONDS:
                    shutil.rmtree(leftover, ignore_errors=True)


def cache_directory() -> Path:
    """$CONVGEN_CACHE_DIR, or the user's cache directory, or a private one for temporary files.

    The last is for a user without a home: neither $HOME nor an account that names one.
    """
    named = os.environ.get(VARIABLE, "")
    if named:
        return Path(named).expanduser().absolute()
    import platformdirs

    try:
        usual = Path(platformdirs.user_cache_dir("convgen"))
    except RuntimeError:  # newer versions refuse a user without a home, older ones answer "~/.cache"
        usual = Path("~")
    return usual if usual.is_absolute() else Path(tempfile.gettempdir()) / f"convgen-{os.geteuid()}"


def open_cache() -> Cache:
    """The user's cache, made if it is not there.

    Raises:
        CacheError: it cannot be made, belongs to another user, or others may write to it: whoever can
            write there could have this process run their code.
    """
    root = cache_directory()
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = root.stat()
    except OSError as error:
        raise CacheError(_cannot("make", root, error)) from error
    if status.st_uid != os.geteuid():
        raise CacheError(
            f"the cache directory {root} belongs to user {status.st_uid}, and this process runs as user "
            f"{os.geteuid()}; set ${VARIABLE} to a directory of your own"
        )
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise CacheError(
            f"the cache directory {root} has mode {stat.S_IMODE(status.st_mode):04o}, so that others could "
            f"put code into it; run chmod 700 on it, or set ${VARIABLE} to a directory of your own"
        )
    return Cache(root)


def _record(library: Path, key: str) -> str:
    return f"# entry {key}\n{hashlib.sha256(library.read_bytes()).hexdigest()}  {library.name}\n"


def _cannot(what: str, root: Path, error: OSError) -> str:
    cause = error.__cause__ if isinstance(error.__cause__, OSError) else error  # what write_text met
    reason = cause.strerror or cause
    return (
        f"cannot {what} the cache directory {root}: {reason}; make room or set ${VARIABLE} to a directory "
        "that you may write to"
    )
