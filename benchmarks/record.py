"""Write docs/test-record.md: what the full tier ran, how many examples each property drew, what it reached.

    python benchmarks/record.py tests.xml tests.log --commit 1a2b3c4 --minutes 41

The two files are pytest's JUnit report and its output; .ci/full calls this. --note says what a reader
should know beside the figures, such as tests that failed and ran again after a repair.
"""

import argparse
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from xml.etree import ElementTree

from machine import machine

PAGE = Path(__file__).resolve().parents[1] / "docs" / "test-record.md"
LIBRARIES = ("numpy", "scipy", "sympy", "torch", "onnx", "hypothesis", "pytest")

TEXT = """\
# The full tier, as it last ran

Written by `.ci/full`; not edited by hand.{note}

| | |
| --- | --- |
| commit | {commit} |
| machine | {machine} |
| libraries | {libraries} |
| whole run, installing included | {minutes} minutes (limit 80) |
| tests | {passed} passed, {failed} failed, {skipped} skipped, in {seconds:.0f} s on two workers |
| coverage of lines and branches | {coverage} |
| seed of the drawn examples | `--hypothesis-seed={seed}` |
| drawn examples, all properties | {total} |

## Skipped

{reasons}

## Examples by property

| property | passing examples |
| --- | --- |
{properties}
"""


def found(pattern: str, text: str) -> str:
    """The first group of a pattern that must occur."""
    match = re.search(pattern, text, flags=re.MULTILINE)
    if match is None:
        raise SystemExit(f"pytest's output has no line like {pattern!r}")
    return match[1]


def drawn_examples(log: str) -> dict[str, int]:
    """Passing examples of every property, out of Hypothesis' statistics."""
    statistics = log.partition("= Hypothesis Statistics =")[2]
    drawn: dict[str, int] = {}
    name = ""
    for line in statistics.splitlines():
        if heading := re.fullmatch(r"(\S+::.+):", line):
            name = heading[1]
        elif passing := re.search(r"- (\d+) passing", line):
            drawn[name] = drawn.get(name, 0) + int(passing[1])
    return dict(sorted(drawn.items()))


def installed(library: str) -> str:
    try:
        return f"{library} {version(library)}"
    except PackageNotFoundError:
        return f"no {library}"


def record(report: Path, output: Path, commit: str, minutes: int, note: str) -> str:
    """The page's text."""
    log = output.read_text("utf-8")
    suites = list(ElementTree.parse(report).getroot().iter("testsuite"))
    tests, failures, errors, skipped = (
        sum(int(suite.get(count, "0")) for suite in suites)
        for count in ("tests", "failures", "errors", "skipped")
    )
    reasons = sorted({case.get("message", "") for suite in suites for case in suite.iter("skipped")})
    drawn = drawn_examples(log)
    return TEXT.format(
        note=f"\n\n{note}" if note else "",
        commit=commit,
        machine=machine(),
        libraries=", ".join(map(installed, LIBRARIES)),
        minutes=minutes,
        passed=tests - failures - errors - skipped,
        failed=failures + errors,
        skipped=skipped,
        seconds=sum(float(suite.get("time", "0")) for suite in suites),
        coverage=found(r"^TOTAL\s.*?(\S+%)", log),
        seed=found(r"^convgen: --hypothesis-seed=(\d+)", log),
        total=f"{sum(drawn.values()):,}",
        reasons="\n".join(f"- {reason}" for reason in reasons) or "Nothing.",
        properties="\n".join(f"| `{name}` | {count:,} |" for name, count in drawn.items()),
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("report", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--commit", required=True)
    parser.add_argument("--minutes", type=int, required=True)
    parser.add_argument("--note", default="")
    PAGE.write_text(record(**vars(parser.parse_args())), encoding="utf-8")
    print(f"written: docs/{PAGE.name}")
