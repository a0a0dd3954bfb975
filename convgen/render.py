"""Templates to text, and text to files: the one module that knows Jinja2.

A template only lays text out. It is strict (an undefined name is an error), knows nothing of plans'
types, and comes from the package data, so that a wheel, an sdist and an editable install behave alike.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convgen.errors import OutputError

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def _environment() -> Environment:
    import jinja2

    return jinja2.Environment(
        loader=jinja2.PackageLoader("convgen.templates", ""),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 -- C, Python and LaTeX text; HTML templates switch it on themselves
    )


def render(template: str, **values: Any) -> str:
    """Fill in a template, named by its path below templates/, such as ``c/kernel.c.j2``."""
    return _environment().get_template(template).render(**values)


def check_free(path: str | Path | None, force: bool) -> None:
    """Refuse to write over what is there, before the work for it; a pipe or a device is written to.

    Raises:
        OutputError: a directory is there, or a file of which it was not said that it may be written over.
    """
    if path is None:
        return
    if Path(path).is_dir():
        raise OutputError(f"cannot write {path}: a directory of that name exists")
    if Path(path).is_file() and not force:
        raise OutputError(f"cannot write {path}: it exists; --force writes over it")
    _check_directory(Path(path))


def _check_directory(path: Path) -> None:
    """Refuse a path below a file, for which the system has words that say something else."""
    for above in path.parents:
        if above.is_file():
            raise OutputError(f"cannot write {path}: {above} is a file, where a directory is needed")


def page_program(
    module: str, path: Path, page: Callable[[], str], arguments: Sequence[str] | None = None
) -> None:
    """What ``python -m module [PATH]`` does: write a page that is computed.

    Raises:
        OutputError: it cannot be written.
    """
    import argparse

    parser = argparse.ArgumentParser(prog=f"python -m {module}", description="Write the page.")
    parser.add_argument("path", nargs="?", type=Path, default=path, help=f"where to (default: {path})")
    write_text(parser.parse_args(arguments).path, page())


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all: UTF-8, line ends as in the text on every platform.

    Raises:
        OutputError: the directory or file cannot be written; the old file, if any, is untouched.
    """
    write_bytes(path, text.encode())


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, through a temporary file beside it.

    A symbolic link is followed. What is no file, such as a pipe or ``/dev/null``, is written to and not
    replaced.

    Raises:
        OutputError: the directory or file cannot be written; the old file, if any, is untouched.
    """
    _check_directory(path)
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
        else:
            _replace(Path(os.path.realpath(path)), data)  # Path.resolve raises RuntimeError where links loop
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error


def write_directory(path: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write a new directory of files whole or not at all, through a temporary directory beside it.

    Raises:
        OutputError: it exists, or cannot be written.
    """
    _check_directory(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
        try:
            for name, data in files.items():
                (temporary / name).write_bytes(data)
            umask = os.umask(0)
            os.umask(umask)
            temporary.chmod(0o777 & ~umask)  # mkdtemp's own mode is private
            temporary.rename(path)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
    return [path / name for name in files]


def write_files(files: Mapping[Path, bytes]) -> None:
    """Write files that belong together, all of them or none, each whole.

    Everything is written beside its place first, so that a full disk is met before anything has changed.

    Raises:
        OutputError: one cannot be written; the old files, if any, are as they were.
    """
    path, moved = Path(), []
    with ExitStack() as temporaries:

        def beside(place: Path, data: bytes) -> Path:
            temporary = _beside(place, data)
            temporaries.callback(temporary.unlink, missing_ok=True)
            return temporary

        try:
            moves = []
            for path, data in files.items():
                place = Path(os.path.realpath(path))
                old = beside(place, place.read_bytes()) if place.exists() else None
                moves.append((path, place, beside(place, data), old))
            for path, place, new, old in moves:  # noqa: B007 -- an error names it
                if old is not None:
                    shutil.copystat(place, old)
                new.replace(place)
                moved.append((place, old))
        except BaseException as error:
            for place, old in moved:
                if old is None:
                    place.unlink()
                else:
                    old.replace(place)
            if isinstance(error, OSError):
                raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
            raise


def _replace(path: Path, data: bytes) -> None:
    temporary = _beside(path, data)
    try:
        temporary.replace(path)
    finally:  # also when interrupted; after the move there is nothing left to remove
        temporary.unlink(missing_ok=True)


def _beside(path: Path, data: bytes) -> Path:
    """A temporary file beside a place, with the permissions of a new one; none if it cannot be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)  # mkstemp's own mode is private
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary
