"""Measure the figures that the project promises, and write docs/benchmarks.md.

    python benchmarks/figures.py            measure and write
    python benchmarks/figures.py --check    the same; exit status 1 when a figure is over its limit

Every figure is a whole process, from its start to its end, on one core. Leave the machine alone meanwhile.
"""

import argparse
import os
import shlex
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from call import HEAD, Cost, costs
from machine import machine

from convgen.kernels.kernel import TARGETS
from convgen.kernels.notes import forms_text
from convgen.manifest import read_manifest

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"
MANIFEST = ROOT / "generated" / "manifest.toml"

# Users keep compiled modules: the run that is not counted writes them.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
PROGRAMS = {"python": sys.executable, "convgen": str(Path(sysconfig.get_path("scripts")) / "convgen")}


@dataclass(frozen=True)
class Figure:
    """A promise and how it is measured.

    Attributes:
        name: what is promised.
        command: the process, as one would type it in the checkout.
        seconds: its limit; None where nothing is promised.
        gigabytes: limit of the largest resident set; None where nothing is promised.
        runs: how often it is measured, after one run that is not.
        status: the exit status of an answer: 1 of a claim that does not hold.
    """

    name: str
    command: tuple[str, ...]
    seconds: float | None = None
    gigabytes: float | None = None
    runs: int = 20
    status: int = 0


@dataclass(frozen=True)
class Run:
    """One process: seconds by the clock, seconds that it computed, gigabytes that it held at most."""

    seconds: float
    computing: float
    gigabytes: float


@dataclass(frozen=True)
class Measured:
    """A figure with its runs."""

    figure: Figure
    runs: tuple[Run, ...]

    @property
    def minimum(self) -> float:
        """Seconds by the clock of the quickest run."""
        return min(run.seconds for run in self.runs)

    @property
    def median(self) -> float:
        """Seconds by the clock of the median run, which is held against the limit."""
        return median(run.seconds for run in self.runs)

    @property
    def computing(self) -> float:
        """Seconds that the median run computed: less than the clock's where others used the core."""
        return median(run.computing for run in self.runs)

    @property
    def gigabytes(self) -> float:
        """The largest resident set of all runs."""
        return max(run.gigabytes for run in self.runs)

    @property
    def holds(self) -> bool:
        """Whether the median keeps within the time, and the largest run within the memory."""
        return (self.figure.seconds is None or self.median <= self.figure.seconds) and (
            self.figure.gigabytes is None or self.gigabytes <= self.figure.gigabytes
        )


LARGE_LAYER = "input=32x32 kernel=3x3 in-channels=3 out-channels=16 padding=same"

VALIDATED = """
import convgen as cg
kernel = cg.generate(cg.ConvSpec((16, 16), (3, 3), 20, 20, padding=1, layout="HWC"), isa="avx2")
found = cg.validate(kernel)
assert found and found.portable and all(each.exact for each in found.passes), found
assert sum(each.multiplications for each in kernel.op_count.values()) == 2_539_200
"""

PROMISES = (
    Figure("Python itself, for comparison", ("python", "-c", "pass")),
    Figure("`import convgen`", ("python", "-c", "import convgen"), seconds=0.1),
    Figure("`convgen --help`", ("convgen", "--help"), seconds=0.1),
    Figure(
        "the 3×3 / 2×2 example, from command to LaTeX",
        ("convgen", "derive", "--input", "3x3", "--kernel", "2x2", "--format", "latex"),
        seconds=0.7,
    ),
    Figure(
        "the same of 5×5 / 3×3 as a full HTML document",
        ("convgen", "derive", "--input", "5x5", "--kernel", "3x3", "--format", "html"),
        seconds=2,
        runs=5,
    ),
    Figure(
        "a complete layer, 3→16 channels, 32×32, 3×3: every output, all Jacobians, all rules verified",
        ("python", "benchmarks/layer.py"),
        seconds=8,
        gigabytes=0.8,
        runs=5,
    ),
    Figure(
        "the rules for dX, dK and db proved for all sizes, at each of 64 strides and dilations",
        ("python", "-c", "import convgen; [convgen.prove(array) for array in 'XKb']"),
        seconds=3,
        runs=5,
    ),
    Figure(
        "the sources' short form of dX decided for all sizes, with its condition",
        ("convgen", "check", "dX = pad(dO) ⋆ rot180(K)"),
        seconds=1,
        runs=10,
        status=1,
    ),
    Figure(
        "a wrong rule, without rot180, refuted with its smallest counterexample",
        ("convgen", "check", "dX = pad(dilate(dO, S), (E-1-Pb, E-1-Pa+r)) ⋆[D] K"),
        seconds=0.5,
        runs=10,
        status=1,
    ),
    Figure(
        "2,539,200 multiply-adds of a C text with vectors executed symbolically, in both readings, as polynomials",
        ("python", "-c", VALIDATED),
        seconds=10,
        runs=3,
    ),
    Figure(
        "the picture of a Jacobian of 3→16 channels, 32×32, 3×3: 424,128 entries",
        ("convgen", "picture", "jacobian", "--spec", LARGE_LAYER),
        seconds=5,
        runs=5,
    ),
    Figure(
        "the page to explore a layer of 5×5 / 3×3",
        ("convgen", "explore", "--input", "5x5", "--kernel", "3x3"),
        seconds=2,
        runs=5,
    ),
)

GALLERY_SECONDS = 0.3


def gallery() -> Iterator[Figure]:
    """Every kernel of the gallery, generated and not compiled."""
    for artefact in read_manifest(MANIFEST).artefacts:
        for target in (output for output in artefact.outputs if output in TARGETS):
            command = ["convgen", "generate", "--spec", str(artefact.spec), "--name", artefact.name]
            command += ["--target", target, "--dtype", artefact.dtype]
            if artefact.forms is not None:
                command += ["--forms", forms_text(artefact.forms)]
            yield Figure(f"{artefact.name}, {target}", tuple(command), seconds=GALLERY_SECONDS, runs=5)


def measure(figure: Figure) -> Measured:
    """Run a figure's process again and again."""
    program, *arguments = figure.command
    runs = [_run([PROGRAMS[program], *arguments], figure.status) for _ in range(figure.runs + 1)]
    return Measured(figure, tuple(runs[1:]))


def _run(command: list[str], status: int) -> Run:
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=ROOT, env=ENVIRONMENT, stdout=output, stderr=subprocess.STDOUT
        )
        _, ended, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(ended)  # or Popen would wait for it once more
        if process.returncode != status:
            output.seek(0)
            raise SystemExit(f"{shlex.join(command)} failed:\n{output.read().decode()}")
    unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux kibibytes
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / 1e9)


PAGE_TEXT = """\
# Benchmarks

Written by `make bench` (`benchmarks/figures.py`); not edited by hand.

Machine: {machine}.
Each figure is a whole process on one core, from its start to its end, interpreter included: minimum and median
of the runs after one that is not counted, by the clock; the processor time of the median run, which is smaller
where other programs used the core; and the largest resident set. The median is held against the limit.

**{verdict}**

| figure | limit | minimum | median | processor | largest memory | holds |
| --- | ---: | ---: | ---: | ---: | ---: | --- |
{promises}

Commands:

```sh
{commands}
```

## A call from Python

The layer 3×3 / 2×2, nanoseconds by the clock of the thread, the least of 1,500 runs of 1,000 calls in turns
(`python benchmarks/call.py`).

{calls}

## Generating each kernel of the gallery

From command to source text, without compiling; limit {gallery_limit} s each.

| kernel | minimum | median | processor | holds |
| --- | ---: | ---: | ---: | --- |
{gallery}
"""


def page(promises: list[Measured], kernels: list[Measured], calls: list[Cost]) -> str:
    """The page's text."""
    over = [each.figure.name for each in (*promises, *kernels) if not each.holds]
    over += [each.name for each in calls if not each.holds]
    return PAGE_TEXT.format(
        machine=machine(),
        verdict=f"Over their limit: {'; '.join(over)}." if over else "Every figure is within its limit.",
        promises="\n".join(map(_promise_row, promises)),
        commands="\n".join(shlex.join(each.figure.command) for each in promises),
        calls="\n".join([HEAD, *(each.row() for each in calls)]),
        gallery_limit=GALLERY_SECONDS,
        gallery="\n".join(f"| {each.figure.name} | {_times(each)} | {_holds(each)} |" for each in kernels),
    )


def _promise_row(measured: Measured) -> str:
    figure = measured.figure
    limits = [f"{figure.seconds:g} s"] if figure.seconds is not None else []
    limits += [f"{figure.gigabytes:g} GB"] if figure.gigabytes is not None else []
    memory = f"{measured.gigabytes:.3f} GB"
    return f"| {figure.name} | {', '.join(limits)} | {_times(measured)} | {memory} | {_holds(measured)} |"


def _times(measured: Measured) -> str:
    return " | ".join(f"{time:.3f} s" for time in (measured.minimum, measured.median, measured.computing))


def _holds(measured: Measured) -> str:
    if measured.figure.seconds is None:
        return ""
    return "yes" if measured.holds else "**no**"


def _told(measured: Measured) -> Measured:
    cells = [measured.figure.name, _times(measured), f"{measured.gigabytes:.3f} GB", _holds(measured)]
    print(" | ".join(cells), flush=True)
    return measured


def main() -> int:
    """Measure, write the page, and say what is over its limit."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="exit status 1 when a figure is over its limit")
    check = parser.parse_args().check
    load = os.getloadavg()[0]
    if load > 0.5:
        print(f"the load average is {load:.1f}: other programs use this machine, and times will be too long")
    if hasattr(os, "sched_setaffinity"):  # the processes that are measured inherit it
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    promises = [_told(measure(figure)) for figure in PROMISES]
    kernels = [_told(measure(figure)) for figure in gallery()]
    calls = costs()
    PAGE.write_text(page(promises, kernels, calls), encoding="utf-8")
    print(f"written: docs/{PAGE.name}")
    return int(check and not all(each.holds for each in (*promises, *kernels, *calls)))


if __name__ == "__main__":
    sys.exit(main())
