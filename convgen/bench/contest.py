"""One layer, every pass, every competitor: outputs verified first, then timed in turns."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from convgen.bench.competitors import Array, Competitor
from convgen.bench.participants import COMPETITORS
from convgen.bench.timing import COPY_BYTES, PEAK_OPERATIONS, Timing, copy_run, peak_run, take_turns
from convgen.errors import PlanError
from convgen.kernels.kernel import pass_inputs, pass_output
from convgen.layout import user_shape
from convgen.runtime.trial import whole_numbers
from convgen.spec import ConvSpec

CONVOLUTIONS = ("forward", "backward_data", "backward_weights")


@dataclass(frozen=True)
class Row:
    """One pass of one layer.

    Attributes:
        spec: the layer.
        name: the pass.
        timings: by competitor.
        groups: the column of each competitor.
        operations: products and sums that meet no padding.
        peak: operations a second that the core reached in the same run.
        copy: what a copy takes that reads and writes as many bytes as the pass's arrays have.
        wrong: competitors whose result was off, which are not timed.
    """

    spec: ConvSpec
    name: str
    timings: Mapping[str, Timing]
    groups: Mapping[str, str]
    operations: int
    peak: float
    copy: Timing
    wrong: tuple[str, ...]

    @property
    def bytes(self) -> int:
        """Of the pass's arrays, each read or written once."""
        return bytes_of(self.spec, self.name)

    def best(self, group: str) -> tuple[str, float] | None:
        """The quickest of a column by its median; what takes plain NCHW has a layout like any other."""
        groups = (group, "plain NCHW") if group == "any layout" else (group,)
        found = [
            (timing.median, name) for name, timing in self.timings.items() if self.groups[name] in groups
        ]
        return (min(found)[1], min(found)[0]) if found else None

    def share(self, competitor: str) -> float:
        """The share of the peak that a competitor reaches."""
        return self.operations / self.timings[competitor].median / self.peak


@dataclass(frozen=True)
class Contest:
    """All passes of one layer, and the speed of a copy beyond every cache in bytes a second."""

    rows: tuple[Row, ...]
    copy: float

    def __str__(self) -> str:
        lines = [f"{self.rows[0].spec}, float32, one thread; copy {self.copy / 1e9:.1f} GB/s"]
        for row in self.rows:
            lines += ["", f"{row.name}: {row.operations:,} operations; peak {row.peak / 1e9:.1f} GFLOP/s"]
            width = max(map(len, row.timings))
            lines += [
                f"    {name:<{width}}  {1e6 * timing.least:10.2f} us least  {1e6 * timing.median:10.2f} us median"
                f"  {100 * row.share(name):5.1f} % of peak"
                for name, timing in row.timings.items()
            ]
            lines += [f"    {name}: the result is off" for name in row.wrong]
        return "\n".join(lines)

    def to_json(self) -> dict[str, object]:
        """All figures, in seconds and operations a second."""
        return {
            "spec": str(self.rows[0].spec),
            "copy_bytes_per_second": self.copy,
            "passes": {
                row.name: {
                    "operations": row.operations,
                    "bytes": row.bytes,
                    "peak_operations_per_second": row.peak,
                    "copy_seconds": vars(row.copy),
                    "seconds": {name: vars(timing) for name, timing in row.timings.items()},
                    "wrong": list(row.wrong),
                }
                for row in self.rows
            },
        }


def contest(
    spec: ConvSpec,
    passes: Sequence[str] = CONVOLUTIONS,
    competitors: Sequence[Competitor] | None = None,
    seconds: float = 0.2,
) -> Contest:
    """Time every pass of a layer in float32, on one thread.

    Args:
        spec: the layer.
        passes: which of its passes.
        competitors: who takes part; by default everything that is installed.
        seconds: that each may take for each pass.

    Raises:
        PlanError: seconds that cannot be.
        CompilerError: no C compiler.
    """
    if not 0 < seconds < math.inf:
        raise PlanError(f"seconds must be a positive number, got {seconds!r}")
    arrays = whole_numbers(spec)
    taking_part = COMPETITORS if competitors is None else competitors
    rows = tuple(_row(spec, name, arrays, taking_part, seconds) for name in passes)
    copy = take_turns({"copy": copy_run(COPY_BYTES)}, seconds)["copy"]
    return Contest(rows, COPY_BYTES / copy.median)


def _row(
    spec: ConvSpec, name: str, arrays: Mapping[str, Array], competitors: Sequence[Competitor], seconds: float
) -> Row:
    entries = {}
    for competitor in competitors:
        entry = competitor.enter(spec, name, arrays)
        if entry is not None:
            entries[competitor.name] = entry
    results = {}
    for each, entry in entries.items():
        entry.run(1)
        if entry.result is not None:
            results[each] = entry.result()
    groups = {each.name: each.group for each in competitors}
    judges = [result for each, result in results.items() if groups[each] == "torch"]
    expected = judges[0] if judges else _judged(spec, name, arrays)
    wrong = tuple(
        each
        for each, result in results.items()
        if not np.all(np.abs(result - expected) <= entries[each].tolerance)
    )
    runs = {each: entry.run for each, entry in entries.items() if each not in wrong}
    moved = copy_run(max(1, bytes_of(spec, name) // 2))
    times = take_turns({**runs, "peak": peak_run(), "copy": moved}, seconds)
    peak, copy = PEAK_OPERATIONS / times.pop("peak").least, times.pop("copy")
    return Row(spec, name, times, groups, 2 * spec.multiply_adds, peak, copy, wrong)


def bytes_of(spec: ConvSpec, name: str) -> int:
    """Of a pass's arrays in float32, each read or written once."""
    return sum(
        4 * math.prod(user_shape(spec, array)) for array in (*pass_inputs(spec, name), pass_output(name))
    )


def _judged(spec: ConvSpec, name: str, arrays: Mapping[str, Array]) -> Array:
    """What the pass gives on NumPy arrays, for a machine without PyTorch."""
    from convgen.runtime import load

    result: Array = getattr(load(spec, "numpy"), name)(*(arrays[each] for each in pass_inputs(spec, name)))
    return result
