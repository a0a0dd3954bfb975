"""Fuzz every reader for some minutes and print what was found: ``PYTHONPATH=tests python -m fuzz.run --minutes 60``."""

from __future__ import annotations

import argparse
import time
import traceback
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from fuzz.inputs import READERS, survives

BATCH = 200


def searching(
    strategy: st.SearchStrategy[object], reader: Callable[..., None], counts: list[int], number: int
) -> Callable[[], None]:
    """A batch of inputs for one reader."""

    @seed(number)
    @settings(
        max_examples=BATCH,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def look(drawn: object) -> None:
        counts[survives(reader, drawn)] += 1

    return look


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m fuzz.run", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    until = time.monotonic() + 60 * options.minutes
    counts = {name: [0, 0] for name in READERS}
    findings = 0
    batch = options.seed
    while time.monotonic() < until:
        for name, (strategy, reader) in READERS.items():
            if time.monotonic() >= until:
                break

            try:
                searching(strategy, reader, counts[name], batch)()
            except Exception:  # whatever it is, it is what we look for
                findings += 1
                print(f"FINDING in {name}, seed {batch}:\n{traceback.format_exc()}", flush=True)
        batch += 1
    for name, (refused, taken) in counts.items():
        print(f"{name:<14} {refused + taken:>9,} inputs, {taken:>9,} taken, {refused:>9,} refused in words")
    print(f"{findings} findings in {options.minutes:g} minutes")
    return 1 if findings else 0


if __name__ == "__main__":
    raise SystemExit(main())
