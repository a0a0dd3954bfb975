"""Timing by the clock of the thread, contestants taking turns, and what the core can do at best."""

from __future__ import annotations

import ctypes
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np

from convgen.runtime.compiler import find_compiler

Run = Callable[[int], float]
"""Runs something so many times and gives the seconds that all of them took."""

ROUNDS = 15
"""Turns that each contestant has."""

PATIENCE, SLOW_ROUNDS = 2, 3
"""One whose single run takes longer than so many times what it may take in all has only so many turns."""


@dataclass(frozen=True)
class Timing:
    """Seconds of one run: the least and the median of all turns."""

    least: float
    median: float


@cache
def timer() -> ctypes.CDLL:
    """The C functions that measure; built once a process.

    Raises:
        CompilerError: no compiler.
    """
    compiler = find_compiler()
    with tempfile.TemporaryDirectory(prefix="convgen-bench-") as directory:
        library = Path(directory) / "timer.so"
        with as_file(files("convgen.templates.c") / "timer.c") as source:
            compiler.build(source, library)
        loaded = ctypes.CDLL(str(library))
    for name in ("pass", "handle", "copy", "products"):
        getattr(loaded, f"convgen_time_{name}").restype = ctypes.c_double  # an item would be another object
    return loaded


def python_run(call: Callable[[], object]) -> Run:
    """Calls from Python, the interpreter's share included."""

    def run(repeats: int) -> float:
        start = time.thread_time()
        for _ in range(repeats):
            call()
        return time.thread_time() - start

    return run


def take_turns(runs: Mapping[str, Run], seconds: float = 0.2) -> dict[str, Timing]:
    """The time of each contestant, in turns, so that whatever slows the machine slows all of them.

    Args:
        runs: the contestants.
        seconds: that each may take in all.
    """
    repeats: dict[str, int] = {}
    patient: dict[str, bool] = {}
    for name, run in runs.items():
        run(1)
        count = 1
        while (taken := run(count)) < seconds / ROUNDS / 4 and count < 2**24:
            count *= 2
        repeats[name] = max(1, round(count * seconds / ROUNDS / max(taken, 1e-9)))
        patient[name] = taken < PATIENCE * seconds
    found: dict[str, list[float]] = {name: [] for name in runs}
    for turn in range(ROUNDS):
        for name, run in runs.items():
            if patient[name] or turn % (ROUNDS // SLOW_ROUNDS) == 0:
                found[name].append(run(repeats[name]) / repeats[name])
    return {name: Timing(min(times), statistics.median(times)) for name, times in found.items()}


def peak_run() -> Run:
    """Fused products in registers; a turn is a thousand steps of 12 vectors."""
    library, sink = timer(), np.zeros(1, np.float32)
    address = ctypes.c_void_p(sink.ctypes.data)

    def run(repeats: int) -> float:
        taken: float = library.convgen_time_products(address, ctypes.c_long(1000 * repeats))
        return taken

    return run


PEAK_OPERATIONS = 2 * 12 * 16 * 1000
"""Products and sums of one turn of `peak_run`."""

COPY_BYTES = 64 * 2**20


def copy_run(size: int = COPY_BYTES) -> Run:
    """memcpy of a block; by default one that no cache holds."""
    library = timer()
    source, target = np.ones(size, np.uint8), np.zeros(size, np.uint8)
    addresses = [ctypes.c_void_p(array.ctypes.data) for array in (target, source)]

    def run(repeats: int) -> float:
        keep = (source, target)
        taken: float = library.convgen_time_copy(*addresses, ctypes.c_size_t(size), ctypes.c_long(repeats))
        del keep
        return taken

    return run
