"""What a kernel costs before its first call: seconds to generate and to compile it, and the size of its text."""

import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median

from convgen import ConvSpec, generate
from convgen.bench.competitors import with_layout
from convgen.kernels.isa import best_isa
from convgen.runtime.compiler import find_compiler

LIMITS = {"generate, s": 0.3, "compile, s": 1.0, "text, KB": 200.0}
RUNS = 3


def emitted(layers: Mapping[str, ConvSpec]) -> Iterator[str]:
    """A table: a layer's file with all of its passes in each order of axes, as `load` builds it here."""
    compiler = find_compiler()
    isa = best_isa(compiler.macros).name
    yield "| layer | axes | " + " | ".join(LIMITS) + " |"
    yield "| --- | --- |" + " ---: |" * len(LIMITS)
    over = []
    for layer, spec in layers.items():
        for axes in ("NHWC", "NCHW"):
            other = with_layout(spec, channels_last=axes == "NHWC")
            with tempfile.TemporaryDirectory() as directory:
                start = time.process_time()
                kernel = generate(other, isa=isa)
                generated = time.process_time() - start
                (source,) = (path for path in kernel.write(directory) if path.suffix == ".c")
                compiled = []
                for _ in range(RUNS):
                    start = _children()
                    compiler.build(source, Path(directory) / "built.so")
                    compiled.append(_children() - start)
            figures = dict(zip(LIMITS, (generated, median(compiled), len(kernel.source) / 1000), strict=True))
            yield f"| {layer} | {axes} | " + " | ".join(f"{value:.2f}" for value in figures.values()) + " |"
            over += [
                f"- {layer} {axes}: {name} {value:.2f}"
                for name, value in figures.items()
                if round(value, 2) > LIMITS[name]
            ]
    yield ""
    limits = ", ".join(f"{name} {limit:g}" for name, limit in LIMITS.items())
    yield from (
        (f"Over the limits ({limits}):", "", *over) if over else (f"None is over the limits ({limits}).",)
    )


def _children() -> float:
    """Seconds that this process's children have computed: a busy machine's clock would blame the compiler."""
    times = os.times()
    return times.children_user + times.children_system
