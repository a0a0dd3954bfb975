"""Measure what a call from Python costs over the C function itself: python benchmarks/call.py [--check].

Every number is the least of many short runs, competitors in turns, by the clock of the thread: what other
programs take away from a run is not counted. The empty loop of `timeit` is taken off.
"""

import argparse
import ctypes
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from convgen import ConvSpec, load
from convgen.bench.timing import timer
from convgen.runtime import LoadedKernel

SPEC = ConvSpec(input_size=(3, 3), kernel_size=(2, 2))
CALLS, ROUNDS = 1000, 1500
REPEATS = 10_000


@dataclass(frozen=True)
class Cost:
    """A call, its nanoseconds and those over the C function, each with what is promised of it."""

    name: str
    total: float
    over: float
    most_total: int | None = None
    most_over: int | None = None

    @property
    def holds(self) -> bool:
        return (self.most_total is None or self.total <= self.most_total) and (
            self.most_over is None or self.over <= self.most_over
        )

    def row(self) -> str:
        limits = [] if self.most_total is None else [f"{self.most_total} ns"]
        limits += [] if self.most_over is None else [f"{self.most_over} ns over C"]
        holds = "" if not limits else "yes" if self.holds else "**no**"
        return f"| {self.name} | {', '.join(limits)} | {self.total:.0f} ns | {self.over:.0f} ns | {holds} |"


def looped(call: str, names: dict[str, object]) -> Callable[[], float]:
    """A run of CALLS calls, as a loop of their own; seconds of one."""
    scope = dict(names) | {"clock": time.thread_time, "every": range(CALLS)}
    body = f"    start = clock()\n    for _ in every: {call}\n    return clock() - start"
    exec(f"def run(clock=clock, every=every):\n{body}", scope)
    return lambda: scope["run"]() / CALLS


def in_c(f: LoadedKernel, method: str, arrays: list[np.ndarray]) -> Callable[[], float]:
    """The C function alone."""
    address = ctypes.c_void_p(f._backend.compiled[method].address)
    pointers = (ctypes.c_void_p * len(arrays))(*(array.ctypes.data for array in arrays))
    return lambda: timer().convgen_time_pass(address, pointers, len(arrays), ctypes.c_long(REPEATS)) / REPEATS


def costs() -> list[Cost]:
    """Every way to call the smallest kernel."""
    X, K, b, O, dO, dX = (np.ones(n, "f4") for n in ((3, 3), (2, 2), 1, (2, 2), (2, 2), (3, 3)))
    kept = os.environ.get("CONVGEN_CALL")
    ways = {}
    for way in ("extension", "ctypes"):
        os.environ["CONVGEN_CALL"] = way
        ways[way] = load(SPEC)
        if ways[way].call != way:
            raise SystemExit(f"calls go through {ways[way].call} here, not through the {way}")
    os.environ.pop("CONVGEN_CALL")
    if kept is not None:
        os.environ["CONVGEN_CALL"] = kept
    f = ways["extension"]
    names = {
        "f": f,
        "p": f.prepare(K),
        "g": ways["ctypes"],
        "X": X,
        "K": K,
        "b": b,
        "O": O,
        "dO": dO,
        "dX": dX,
    }
    grads = f.backward(X, K, dO)
    names["grads"] = grads
    calls = {
        "f.forward(X, K, b, out=O)": (("forward",), 150, 60),
        "f.forward(X, K, b)": (("forward",), None, 120),
        "f.prepare(K).forward(X, b, out=O)": (("forward",), None, 60),
        "f.backward_data(K, dO, out=dX)": (("backward_data",), None, 60),
        "f.backward(X, K, dO, out=grads)": (
            ("backward_data", "backward_weights", "backward_bias"),
            None,
            None,
        ),
        "f.backward(X, K, dO)": (("backward_data", "backward_weights", "backward_bias"), None, None),
        "through ctypes: f.forward(X, K, b, out=O)": (("forward",), None, None),
    }
    text = {call: call.replace("f.prepare(K)", "p").replace("through ctypes: f", "g") for call in calls}
    empty = looped("pass", names)
    runs = {call: looped(text[call], names) for call in calls}
    below = {
        "forward": in_c(f, "forward", [X, K, b, O]),
        "backward_data": in_c(f, "backward_data", [K, dO, dX]),
        "backward_weights": in_c(f, "backward_weights", [X, dO, grads[1]]),
        "backward_bias": in_c(f, "backward_bias", [dO, grads[2]]),
    }
    least = dict.fromkeys([*runs, *below, ""], float("inf"))
    for turn in range(ROUNDS):
        least[""] = min(least[""], empty())
        for name, run in (*runs.items(), *below.items()):
            if "ctypes" not in name or turn % 10 == 0:
                least[name] = min(least[name], run())
    found = []
    for call, (passes, most_total, most_over) in calls.items():
        total = (least[call] - least[""]) * 1e9
        over = total - sum(least[name] for name in passes) * 1e9
        found.append(Cost(f"`{call}`", total, over, most_total, most_over))
    return found


HEAD = "| call | limit | in all | over the C function | holds |\n| --- | ---: | ---: | ---: | --- |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="exit status 1 when a call is over its limit")
    check = parser.parse_args().check
    found = costs()
    print(HEAD, *(each.row() for each in found), sep="\n")
    return int(check and not all(each.holds for each in found))


if __name__ == "__main__":
    sys.exit(main())
