"""Measure what two threads gain: python benchmarks/threads.py [part of a layer's name] [--check].

By the clock on the wall, one and two threads in turns, the least and the median of all turns; results are
compared bit for bit first. It says something only on a machine that nobody else uses: a thread that waits
for a core that another program has makes all of them wait.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
from machine import machine

from convgen import ConvSpec, load
from kernels import LAYERS

LEAST_WORK = 100e-6
"""Seconds of one thread's work from which on two are promised to gain."""

PROMISED = 1.8
NEVER_SLOWER = 0.98
TURNS = 60


def calls(spec: ConvSpec, threads: int) -> dict[str, Callable[[], object]]:
    random = np.random.default_rng(0)
    X, K, b, dO = (
        random.standard_normal(shape).astype("f4")
        for shape in (spec.input_shape, spec.kernel_shape, spec.bias_shape, spec.output_shape)
    )
    f = load(spec, threads=threads)
    p = f.prepare(K)
    O, dX, dK = p.forward(X, b), p.backward_data(dO), f.backward_weights(X, dO)
    return {
        "forward": lambda: p.forward(X, b, out=O),
        "backward_data": lambda: p.backward_data(dO, out=dX),
        "backward_weights": lambda: f.backward_weights(X, dO, out=dK),
    }


def run(call: Callable[[], object], repeats: int) -> float:
    start = time.perf_counter()
    for _ in range(repeats):
        call()
    return (time.perf_counter() - start) / repeats


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--check", action="store_true", help="exit status 1 when a promise is not kept")
    options = parser.parse_args()
    print(f"{machine()}; load average {os.getloadavg()[0]:.1f}")
    print("| layer | pass | one thread | two | gain, least | gain, median | holds |")
    print("| --- | --- | ---: | ---: | ---: | ---: | --- |")
    kept = True
    for layer, text in LAYERS.items():
        if options.names and not any(name in layer for name in options.names):
            continue
        for layout in ("NHWC", "NCHW"):
            spec = ConvSpec.parse(f"{text} layout={layout}")
            one, two = calls(spec, 1), calls(spec, 2)
            for name in one:
                if not np.array_equal(one[name](), two[name]()):
                    raise SystemExit(f"{layer} {layout} {name}: two threads give another result")
                repeats = max(1, int(2e-3 / run(one[name], 3)))
                times = [(run(one[name], repeats), run(two[name], repeats)) for _ in range(TURNS)]
                first, second = (min(column) for column in zip(*times, strict=True))
                middle = statistics.median(a / b for a, b in times)
                holds = first / second >= (PROMISED if first >= LEAST_WORK else NEVER_SLOWER)
                kept &= holds
                print(
                    f"| {layer}, {layout} | {name} | {first * 1e6:.1f} µs | {second * 1e6:.1f} µs | "
                    f"{first / second:.2f} | {middle:.2f} | {'yes' if holds else '**no**'} |",
                    flush=True,
                )
    return int(options.check and not kept)


if __name__ == "__main__":
    sys.exit(main())
