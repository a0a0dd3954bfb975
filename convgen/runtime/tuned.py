"""Register tiles that were measured on this machine, kept in the cache beside what is built.

A record is an entry of the cache like any other: private, made whole beside its place, read only if its bytes
are those that were recorded. It belongs to one layer, dtype, instruction set and algorithm, on one processor
with one compiler, as this version of convgen writes kernels; anything else has another key. A record that is
damaged or another user's is told and not used: the rule's tiles are right as well.
"""

from __future__ import annotations

import hashlib
import json
import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from convgen.errors import CacheError, PlanError
from convgen.kernels.algorithms import DIRECT
from convgen.kernels.asked_tiles import RULE, TUNED, tile_of
from convgen.kernels.isa import isa_named
from convgen.kernels.kernel import passes_of
from convgen.runtime.cache import VARIABLE, Cache, cache_directory, open_cache
from convgen.runtime.compiler import find_compiler
from convgen.runtime.processor import processor
from convgen.spec import ConvSpec
from convgen.version import __version__

FILE = "tiles.json"


@dataclass(frozen=True)
class Question:
    """What tiles are measured for.

    Attributes:
        spec: the layer, its layout included.
        dtype: of its arrays.
        isa: the instruction set, by its own name.
        algorithm: as `generate` takes it.
    """

    spec: ConvSpec
    dtype: str
    isa: str
    algorithm: str | None = None

    @cached_property
    def words(self) -> dict[str, str]:
        """All that an answer follows from."""
        compiler = find_compiler()
        built = [compiler.identity, compiler.flags, compiler.machine]
        direct = self.algorithm is None or self.algorithm in DIRECT
        return {
            "spec": str(self.spec),
            "dtype": self.dtype,
            "isa": self.isa,
            "algorithm": DIRECT[0] if direct else str(self.algorithm),
            "convgen": __version__,
            "processor": processor(),
            "compiler": hashlib.sha256(json.dumps(built).encode()).hexdigest(),
        }

    @property
    def key(self) -> str:
        """The name of its entry."""
        return hashlib.sha256(json.dumps(["tiles", self.words]).encode()).hexdigest()

    def __str__(self) -> str:
        return f"{self.words['spec']}, {self.dtype}, isa {self.isa!r}, algorithm {self.words['algorithm']!r}"


def keep_tiles(question: Question, tiles: Mapping[str, str]) -> Path:
    """Keep the answer to a question in the place of an earlier one.

    Args:
        question: what was measured.
        tiles: by pass the tile that was faster than the rule's, or ``"rule"``.

    Raises:
        CacheError: the cache directory cannot be used.
    """
    cache, key = open_cache(), question.key
    text = json.dumps({"question": question.words, "tiles": dict(tiles)}, indent=2) + "\n"
    with cache.workshop() as workshop:
        entry = workshop / "entry"
        entry.mkdir(mode=0o700)
        (entry / FILE).write_text(text, encoding="utf-8")
        cache.withdraw(key, workshop)
        return cache.publish(entry, key, FILE)


def kept_tiles(question: Question) -> dict[str, str] | None:
    """The answer to a question; None where it was never asked here, or where its record cannot be trusted.

    Warns:
        RuntimeWarning: a record that is damaged, or is not this user's own.
    """
    if not os.path.lexists(cache_directory() / question.key):
        return None
    try:
        return _read(open_cache(), question)
    except CacheError as error:
        warnings.warn(f"{error}; the rule chooses the tiles", RuntimeWarning, stacklevel=5)
        return None


def tuned_tiles(question: Question) -> dict[str, str]:
    """The answer to a question that was asked on this machine.

    Raises:
        PlanError: it was not, or its record cannot be trusted.
    """
    found = kept_tiles(question)
    if found is None:
        raise PlanError(
            f"tile {TUNED!r}: nothing has been measured on this machine for {question}; "
            "convgen bench --tune does, by default for the best instruction set of the machine"
        )
    return found


def _read(cache: Cache, question: Question) -> dict[str, str]:
    """The tiles of a record.

    Raises:
        CacheError: it is not what `keep_tiles` wrote, or not this user's.
    """
    place = cache.root / question.key
    for path in (place, place / FILE):
        try:
            owner = path.lstat().st_uid
        except OSError as error:
            raise CacheError(f"the tiles measured for {question} cannot be read: {error}") from error
        if owner != os.geteuid():
            raise CacheError(
                f"the tiles measured for {question} in {path} belong to user {owner}, and this process runs as "
                f"user {os.geteuid()}"
            )
    damaged = CacheError(
        f"the tiles measured for {question} in {place} are not as they were kept; remove them, or set ${VARIABLE} "
        "to another directory"
    )
    path_found = cache.find(question.key, FILE)
    if path_found is None:
        raise damaged
    try:
        record = json.loads(path_found.read_bytes())
        tiles = dict(record["tiles"])
        if record["question"] != question.words or not set(tiles) <= set(passes_of(question.spec)):
            raise damaged
        for name, tile in tiles.items():
            if tile != RULE:
                tile_of(tile, name, question.dtype, isa_named(question.isa))
    except (OSError, ValueError, TypeError, KeyError) as error:  # ValueError: no JSON, or a PlanError
        raise damaged from error
    return tiles
