"""Which register tile is the fastest for a layer on this machine: a few built, verified, and timed in turns.

The rule's tile stays unless another is clearly faster. A first run picks the tile with the least median, and
being picked among many it may only have been lucky; so a second run, of that tile and the rule's alone, decides
and gives the figures. In both, the rule's pass takes part twice. How far its two times differ is the noise of that
very run, and a tile must be faster by twice as much, in its least time and in its median, and at least by `CLEARLY`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from convgen.bench.competitors import Array, aligned, c_run
from convgen.bench.timing import Run, Timing, take_turns
from convgen.errors import BudgetError, CompilerError, PlanError
from convgen.kernels.algorithms import DIRECT, with_algorithm
from convgen.kernels.asked_tiles import RULE, require_tiled, why_untiled, worth_trying
from convgen.kernels.forms import choose_forms
from convgen.kernels.generate import dtype_name
from convgen.kernels.isa import NATIVE, isa_named
from convgen.kernels.kernel import pass_inputs, pass_output
from convgen.kernels.winograd import PASSES as WINOGRAD_PASSES
from convgen.layout import user_shape
from convgen.runtime import LoadedKernel, load
from convgen.runtime.here import isa_here
from convgen.runtime.trial import whole_numbers, winograd_tolerance
from convgen.runtime.tuned import Question, keep_tiles
from convgen.spec import ConvSpec

CLEARLY = 0.02
"""The least gain that counts: where the code of a loop comes to lie in memory alone makes as much of a difference."""

AGAIN = "rule, again"
"""The rule's pass a second time, which measures the noise."""

Turns = Callable[[Mapping[str, Run], float], Mapping[str, Timing]]
"""Times contestants, as `take_turns` does."""


@dataclass(frozen=True)
class Tuned:
    """What was found for one pass.

    Attributes:
        name: the pass.
        form: how it is computed.
        rule: the tile that the rule chose; None where the pass has none to choose.
        best: the fastest of the others; None where none was tried.
        timings: of both, from the run that decided; of every tile, where the first run did.
        required: how much faster the best had to be, as a share of the rule's time.
        tried: every tile that was timed, the rule's first.
        wrong: tiles that could not be built or gave a result that is off, and are not timed.
        why: why the pass has no tile to choose.
    """

    name: str
    form: str
    rule: str | None = None
    best: str | None = None
    timings: Mapping[str, Timing] | None = None
    required: float = 0.0
    tried: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    why: str = ""

    def gain(self, what: str) -> float | None:
        """How many times as long the rule's tile takes: its ``least`` or ``median`` time over that of the best."""
        if self.timings is None or self.best is None:
            return None
        rule = min(getattr(self.timings[each], what) for each in (RULE, AGAIN))
        ratio: float = rule / getattr(self.timings[self.best], what)
        return ratio

    @property
    def kept(self) -> bool:
        """Whether the best is faster by more than noise, in its least time and in its median."""
        gains = [self.gain(what) for what in ("least", "median")]
        return all(gain is not None and gain >= 1 + self.required for gain in gains)

    @property
    def tile(self) -> str:
        """What `generate` is asked for."""
        return self.best if self.kept and self.best else RULE

    def to_json(self) -> dict[str, object]:
        """All figures, in seconds."""
        return {
            "form": self.form,
            "rule": self.rule,
            "best": self.best,
            "gain_least": self.gain("least"),
            "gain_median": self.gain("median"),
            "required_gain": 1 + self.required,
            "kept": self.kept,
            "tried": list(self.tried),
            "wrong": list(self.wrong),
            "seconds": {name: vars(timing) for name, timing in (self.timings or {}).items()},
            "why_untiled": self.why or None,
        }


@dataclass(frozen=True)
class Tuning:
    """What was found for every pass of a layer, and kept in the cache."""

    question: Question
    rows: tuple[Tuned, ...]

    @property
    def tiles(self) -> dict[str, str]:
        """By pass what `generate` is asked for; passes without tiles left out."""
        return {row.name: row.tile for row in self.rows if row.rule is not None}

    def __str__(self) -> str:
        heads = ("pass", "rule's tile", "best tile", "least", "median", "needed", "")
        table = [heads, *map(_cells, self.rows)]
        widths = [max(len(row[column]) for row in table) for column in range(len(heads) - 1)]
        lines = [
            f"{self.question}; one thread",
            "tiles: numbers x vectors x lanes; gains: the rule's time over the best's, least and median of one run",
            "",
            *(
                "  ".join(
                    [*(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)), row[-1]]
                ).rstrip()
                for row in table
            ),
        ]
        lines += [
            f"{row.name}: tile {tile} could not be built or gave a wrong result, and was not timed"
            for row in self.rows
            for tile in row.wrong
        ]
        return "\n".join(lines)

    def to_json(self) -> dict[str, object]:
        """All figures, in seconds, and what was kept."""
        return {
            **self.question.words,
            "tiles": self.tiles,
            "passes": {row.name: row.to_json() for row in self.rows},
        }


def _cells(row: Tuned) -> tuple[str, ...]:
    if row.rule is None:
        return (row.name, "", "", "", "", "", f"no tile to choose in form {row.form!r}: {row.why}")
    gains = [row.gain(what) for what in ("least", "median")]
    told = [f"{gain:.3f}" if gain is not None else "" for gain in gains]
    needed = f"{1 + row.required:.3f}" if row.best else ""
    end = "kept" if row.kept else "the rule's choice stays"
    return (row.name, row.rule, row.best or "", *told, needed, end)


def tune(
    spec: ConvSpec,
    dtype: str = "float32",
    *,
    isa: str = NATIVE,
    algorithm: str | None = None,
    seconds: float = 0.2,
    turns: Turns = take_turns,
    progress: Callable[[str], None] = lambda _: None,
) -> Tuning:
    """Try the few sensible register tiles of a layer on this machine, on one thread, and keep the best in the cache.

    Passes that pack their weights are timed with weights packed ahead.

    Args:
        spec: the layer, in its own layout.
        dtype: ``"float32"`` or ``"float64"``.
        isa: the instruction set; by default the best of this machine.
        algorithm: as `convgen.generate` takes it.
        seconds: that each tile may take for each pass in each run.
        turns: what times them.
        progress: is told what is done.

    Raises:
        PlanError: seconds that cannot be, a layer none of whose passes has a tile to choose, or an algorithm or an
            instruction set that is not for it.
        CompilerError: no C compiler, or one that failed on the rule's kernel.
        CacheError: the cache directory cannot be used.
    """
    if not 0 < seconds < math.inf:
        raise PlanError(f"seconds must be a positive number, got {seconds!r}")
    isa = isa_here(isa)
    forms = with_algorithm(spec, "c", choose_forms(spec, "c", None), None, algorithm)
    about = dtype_name(dtype), isa_named(isa)
    tiled = require_tiled(spec, forms, *about)
    progress(f"building the rule's kernel of {spec}")
    said = {"isa": isa, "algorithm": algorithm}
    rule = load(spec, "c", dtype, tile=RULE, **said)
    tiles: dict[str, list[str]] = {}
    for name in tiled:
        tiling = rule.kernel.tilings[name]
        found = worth_trying(spec, name, forms[name], *about, tiling)
        tiles[name] = [str(tile) for tile in found]
    built: list[LoadedKernel | None] = [rule]
    for number in range(1, max(map(len, tiles.values()))):
        asked = {name: every[number] for name, every in tiles.items() if number < len(every)}
        progress("building " + ", ".join(f"{name} in tiles of {tile}" for name, tile in asked.items()))
        try:
            built.append(load(spec, "c", dtype, tile=asked, **said))
        except (BudgetError, CompilerError) as error:
            progress(f"not built: {error}")
            built.append(None)
    arrays = {each: aligned(data) for each, data in whole_numbers(spec, rule.kernel.dtype).items()}
    rows = []
    for name, form in forms.items():
        if name not in tiles:
            rows.append(Tuned(name, form.name, why=why_untiled(spec, name, form, *about)))
            continue
        progress(f"timing {name} in {len(tiles[name])} tiles")
        held = dict(zip(tiles[name], built, strict=False))
        row = _tuned(_Pass(spec, name, form.name, arrays, algorithm), held, seconds, turns)
        rows.append(row)
    question = Question(spec, rule.kernel.dtype, isa, algorithm)
    result = Tuning(question, tuple(rows))
    keep_tiles(question, result.tiles)
    return result


@dataclass(frozen=True)
class _Pass:
    """What is timed."""

    spec: ConvSpec
    name: str
    form: str
    arrays: Mapping[str, Array]
    algorithm: str | None


def _tuned(what: _Pass, held: Mapping[str, LoadedKernel | None], seconds: float, turns: Turns) -> Tuned:
    """The tiles of one pass, verified and timed; the rule's is the first."""
    first, *others = held
    read = [what.arrays[each] for each in pass_inputs(what.spec, what.name)]
    result = aligned(np.zeros(user_shape(what.spec, pass_output(what.name)), read[0].dtype))
    expected, allowed = _expected(what), _allowed(what)
    runs: dict[str, Run] = {}
    for tile, loaded in held.items():
        if loaded is None:
            continue
        run = c_run(loaded, what.name, read, result, what.name in loaded.kernel.prepared)
        result.fill(np.nan)  # which nothing but this run can put right
        run(1)
        if np.all(np.abs(result - expected) <= allowed):
            runs[tile] = run
    wrong = tuple(tile for tile in held if tile not in runs)
    if first in wrong:
        raise PlanError(
            f"{what.name} of {what.spec} in the rule's tiles of {first} gives a wrong result on this machine, with "
            "this compiler: nothing is tuned"
        )
    twice = {RULE: runs[first], AGAIN: runs[first]}
    found = Tuned(what.name, what.form, first, tried=tuple(runs), wrong=wrong)
    trying = [tile for tile in others if tile in runs]
    if not trying:
        return found
    found = _judged(found, turns({**twice, **{tile: runs[tile] for tile in trying}}, seconds), trying)
    if found.kept and found.best is not None:
        found = _judged(found, turns({**twice, found.best: runs[found.best]}, seconds), [found.best])
    return found


def _judged(found: Tuned, timings: Mapping[str, Timing], tiles: Sequence[str]) -> Tuned:
    """The fastest of some tiles by its median, and how much faster than the rule's it has to be."""
    one, two = timings[RULE], timings[AGAIN]
    noise = max(abs(math.log(one.least / two.least)), abs(math.log(one.median / two.median)))
    return Tuned(
        found.name,
        found.form,
        found.rule,
        min(tiles, key=lambda tile: timings[tile].median),
        timings,
        max(CLEARLY, 2 * noise),
        found.tried,
        found.wrong,
    )


def _expected(what: _Pass) -> Array:
    """The pass of NumPy's kernel, which has no tiles."""
    call = getattr(load(what.spec, "numpy", str(what.arrays["K"].dtype)), what.name)
    result: Array = call(*(what.arrays[each] for each in pass_inputs(what.spec, what.name)))
    return result


def _allowed(what: _Pass) -> float:
    """How far off a result may be: not at all, sums of small whole numbers being exact; Winograd's by its bound."""
    if what.algorithm is None or what.algorithm in DIRECT or what.name not in WINOGRAD_PASSES:
        return 0.0
    arrays: dict[str, Any] = dict(what.arrays)
    dtype = str(what.arrays["K"].dtype)
    return winograd_tolerance(what.spec, what.name, arrays, what.algorithm, dtype)
