"""docs/claims.md: every statement is decided, every verdict agrees with loops, and the page is what the code writes."""

import itertools
import random
import re
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest

import by_loops
from convgen import ConvSpec
from convgen.errors import SpecError
from convgen.proof.scope import Scope
from convgen.proof.smallest import order
from convgen.sources import claims_000, claims_001, claims_002, claims_003
from convgen.sources.claims import OUTCOMES, ROWS, Decided, decide, page
from convgen.sources.statements import Reading, Row
from sources.claims_by_loops import is_true

DOCS = Path(__file__).resolve().parents[2] / "docs"
COUNTS = {"0": 27, "1": 18, "2": 15, "3": 14}

EXPECTED = {
    "true": "0.01 0.02 0.05 0.07 0.08 0.10 0.11 0.12 0.14 0.16 0.19 0.20 0.21 0.24 0.25 0.26 "
    "1.03 1.06 1.07 1.08 1.09 1.11 1.12 1.14 1.15 1.16 1.17 1.18 "
    "2.01 2.02 2.03 2.04 2.06 2.07 2.09 2.11 2.12 2.13 2.14 3.02 3.03 3.04 3.06 3.07 3.08 3.13 3.14",
    "conditional": "0.04 0.17 0.27 1.01 1.02 1.04 1.05 1.10 2.08 2.10 3.01 3.05 3.09 3.10 3.11 3.12",
    "wrong": "0.06 0.09 0.13 0.15 0.18 0.22 0.23",
    "read": "0.03 1.13 2.05 2.15",
}
"""What the mathematics says of each statement, worked out by hand, for every layer that the source has there."""

CONDITIONS = {
    "0.04": ["S0 = S1"],
    "0.17": ["S = 1 and P = 0 on every axis"],
    "0.27": ["S = 1 and P = 0 on every axis"],
    "2.08": ["P = 0 on every axis"],
    "3.01": ["r = 0 on axis 0", "M0 = M1 and r1 = 0"],
    "3.05": ["S = 1 and P = 0 on every axis"],
    "3.11": ["S = 1 and P = 0 on every axis"],
    "3.12": ["S = 1 and P = 0 on every axis"],
}
CORRECTIONS = {
    "0.13": "J_L(K) = J_L(O) @ J_O(K)",
    "0.15": "dK = X ⋆ dO",
    "0.18": "J_O(X) : 4x9",
    "0.22": "dX[0,1] = dO[0,0]*K[0,1] + dO[0,1]*K[0,0]",
    "0.23": "dX[0,2] = dO[0,1]*K[0,1]",
    "3.01": "H_out = floor((H_in + 2*P - K_H)/stride) + 1",
}

READINGS = [(row, number) for row in ROWS for number in range(len(row.readings))]
NAMES = [f"{row.id}-{number}" for row, number in READINGS]
FOR_ALL = [(row, number) for row, number in READINGS if isinstance(row.readings[number].layers, Scope)]
FOR_ALL_NAMES = [f"{row.id}-{number}" for row, number in FOR_ALL]


# ---- what is known of the statements ---------------------------------------------------------------------


def test_every_statement_of_every_source_has_a_row() -> None:
    wanted = [f"{source}.{number:02}" for source, count in COUNTS.items() for number in range(1, count + 1)]
    assert [row.id for row in ROWS] == wanted


def test_the_rows_say_what_the_page_on_the_sources_says() -> None:
    text = (DOCS / "sources.md").read_text("utf-8")
    restated = re.findall(r"^\| (\d\.\d\d) \| (L.*?) \| (.*) \|$", text, re.M)
    assert [(row.id, row.where, row.says) for row in ROWS] == [
        (number, where, says.removesuffix(" *")) for number, where, says in restated
    ]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_each_statement_is_what_the_mathematics_says(row: Row) -> None:
    (wanted,) = [outcome for outcome, ids in EXPECTED.items() if row.id in ids.split()]
    assert decide(row).outcome == wanted
    assert wanted in OUTCOMES


def row_of(number: str) -> Decided:
    (row,) = [row for row in ROWS if row.id == number]
    return decide(row)


@pytest.mark.parametrize("number", CONDITIONS)
def test_the_conditions_are_those_worked_out_by_hand(number: str) -> None:
    assert [verdict.condition for _, verdict in row_of(number).own if not verdict] == CONDITIONS[number]


@pytest.mark.parametrize("number", CORRECTIONS)
def test_the_corrections_are_those_worked_out_by_hand(number: str) -> None:
    assert CORRECTIONS[number] in [verdict.repair for _, verdict in row_of(number).own]


# ---- verdicts against loops ------------------------------------------------------------------------------

Numbers = tuple[int, ...]


def two_axes(
    H: int,
    W: int,
    M: int,
    N: int,
    S: Numbers = (1, 1),
    P: tuple[Numbers, Numbers] = ((0, 0), (0, 0)),
    C: int = 1,
    F: int = 1,
) -> dict[str, object]:
    """The arguments of a ConvSpec."""
    return {
        "input_size": (H, W), "kernel_size": (M, N), "stride": S, "padding": P, "in_channels": C, "out_channels": F
    }  # fmt: skip


def same(size: int) -> Numbers:
    """Padding that keeps the size at stride 1, the odd one after."""
    return (size - 1) // 2, size // 2


FEW, SOME, SIDES = (1, 2, 3), (1, 2, 3, 4), (0, 1, 2)
SMALL: list[tuple[Scope, list[Numbers], Callable[..., dict[str, object]]]] = [
    (
        claims_000.LAYERS, [SOME, SOME, FEW, FEW, FEW, FEW, SIDES, SIDES],
        lambda H, W, M, N, SH, SW, PH, PW: two_axes(H, W, M, N, (SH, SW), ((PH, PH), (PW, PW))),
    ),
    (
        claims_001.LAYERS, [SOME, SOME, FEW, FEW, FEW, FEW],
        lambda H, W, k, s, C, F: two_axes(H, W, k, k, (s, s), C=C, F=F),
    ),
    (
        claims_001.DENSE, [SOME, SOME, FEW, FEW, FEW],
        lambda H, W, k, C, O: two_axes(H, W, k, k, C=C, F=O),
    ),
    (
        claims_001.KERNEL_2, [SOME, SOME, FEW, FEW, FEW],
        lambda H, W, s, C, O: two_axes(H, W, 2, 2, (s, s), C=C, F=O),
    ),
    (
        claims_002.LAYERS, [SOME, SOME, (1, 3, 5), (1, 3, 5)],
        lambda m, n, a, b: two_axes(m, n, a, b, P=(same(a), same(b))),
    ),
    (claims_002.SAME, [SOME] * 4, lambda m, n, a, b: two_axes(m, n, a, b, P=(same(a), same(b)))),
    (
        claims_002.SHIFTED, [FEW] * 4 + [SIDES] * 4,
        lambda m, n, a, b, B0, A0, B1, A1: two_axes(m, n, a, b, P=((B0, A0), (B1, A1))),
    ),
    (
        claims_002.DOT, [FEW] * 4 + [SIDES] * 2,
        lambda m, n, a, b, A0, A1: two_axes(m, n, a, b, P=((0, A0), (0, A1))),
    ),
    (
        claims_003.LAYERS, [FEW] * 5 + [SIDES] + [FEW] * 2,
        lambda H, W, M, N, s, P, C, F: two_axes(H, W, M, N, (s, s), ((P, P), (P, P)), C, F),
    ),
    (claims_003.PLAIN_LAYERS, [FEW] * 6, lambda H, W, M, N, C, F: two_axes(H, W, M, N, C=C, F=F)),
]  # fmt: skip
"""Small layers of each scope: the values of its free numbers, and the layer that they make."""


@cache
def specs_in(scope: Scope) -> list[ConvSpec]:
    """Small layers of a scope, by the sum of their free numbers."""
    ((values, layer),) = [(values, layer) for each, values, layer in SMALL if each is scope]
    specs = []
    for numbers in sorted(itertools.product(*values), key=lambda each: (sum(each), each)):
        arguments = layer(*numbers)
        if "C" not in (scope.layout or ""):
            del arguments["in_channels"], arguments["out_channels"]
        with suppress(SpecError):  # a kernel that does not fit
            specs.append(ConvSpec(**arguments, bias=scope.bias, layout=scope.layout))  # type: ignore[arg-type]
    return specs


def some_specs(scope: Scope, smallest: int = 12, drawn: int = 28) -> list[ConvSpec]:
    """The smallest layers, and others at random."""
    every = specs_in(scope)
    others = random.Random(5).sample(every[smallest:], min(drawn, len(every) - smallest))
    return every[:smallest] + others


def condition_holds(text: str, spec: ConvSpec) -> bool:
    """A condition evaluated on the numbers of a layer, its output size counted."""
    values = []
    for size, kernel, stride, pair, output in zip(
        spec.input_size, spec.kernel_size, spec.stride, spec.padding, by_loops.output_size(spec), strict=True
    ):
        rest = size + sum(pair) - kernel - stride * (output - 1)
        values.append({"S": stride, "M": kernel, "P": pair, "r": rest, "H": size})

    def one(statement: str, d: int | None) -> bool:
        if statement == "padding symmetric":
            return values[d or 0]["P"][0] == values[d or 0]["P"][1]
        left, right = statement.split(" = ")
        word, axis = (left[0], int(left[1:])) if len(left) > 1 else (left, d)
        if not right.isdigit():
            return bool(values[axis or 0][word] == values[int(right[1:])][word])
        wanted = (int(right), int(right)) if word == "P" else int(right)
        return bool(values[axis or 0][word] == wanted)

    def part(words: str) -> bool:
        everywhere = re.fullmatch(r"(.*) on every axis", words)
        somewhere = re.fullmatch(r"(.*) on axis (\d)", words)
        statements = (everywhere or somewhere or [words, words])[1].split(" and ")
        axes: list[int | None] = [0, 1] if everywhere else [int(somewhere[2])] if somewhere else [None]
        return all(one(statement, d) for statement in statements for d in axes)

    return all(part(words) for words in text.split("; and "))


def judged(row: Row, reading: Reading, spec: ConvSpec) -> bool:
    return is_true(reading.claim, spec, row.source, reading.from_one)


@pytest.mark.parametrize(("row", "number"), FOR_ALL, ids=FOR_ALL_NAMES)
def test_a_verdict_for_every_size_is_that_of_loops_on_small_layers(row: Row, number: int) -> None:
    """True everywhere if it holds, true under its condition, and false for want of it."""
    reading, verdict = row.readings[number], decide(row).verdicts[number]
    assert isinstance(reading.layers, Scope)
    found = {spec: judged(row, reading, spec) for spec in some_specs(reading.layers)}
    if verdict.outcome == "holds":
        assert [spec for spec, true in found.items() if not true] == []
    else:
        assert verdict.counterexample is not None
        assert not judged(row, reading, verdict.counterexample.spec)
        assert False in found.values()
    if verdict.condition is not None:
        meeting = {spec: condition_holds(verdict.condition, spec) for spec in found}
        assert True in meeting.values()
        assert [spec for spec, met in meeting.items() if met and not found[spec]] == []
        for necessity in verdict.necessary:
            assert not condition_holds(verdict.condition, necessity.counterexample.spec)
            assert not judged(row, reading, necessity.counterexample.spec)
        if verdict.sporadic is not None:
            assert not condition_holds(verdict.condition, verdict.sporadic)
            assert judged(row, reading, verdict.sporadic)


FAILING = [
    (row, number)
    for row, number in FOR_ALL
    if row.id in ["0.04", "0.06", "0.17", "0.27", "1.01", "2.08", "2.10", "3.01", "3.05", "3.12"]
    and not row.readings[number].otherwise
]
"""Claims that are false on some layer, small enough to look at every smaller one."""


@pytest.mark.parametrize(("row", "number"), FAILING, ids=[f"{row.id}-{number}" for row, number in FAILING])
def test_no_smaller_layer_is_a_counterexample(row: Row, number: int) -> None:
    reading, verdict = row.readings[number], decide(row).verdicts[number]
    assert verdict.counterexample is not None
    least = verdict.counterexample.spec
    assert isinstance(reading.layers, Scope)
    smaller = [spec for spec in specs_in(reading.layers) if order(spec) < order(least)]
    assert [str(spec) for spec in smaller if not judged(row, reading, spec)] == []


ON_ONE = [(row, number) for row, number in READINGS if (row, number) not in FOR_ALL]


@pytest.mark.parametrize(("row", "number"), ON_ONE, ids=[f"{row.id}-{number}" for row, number in ON_ONE])
def test_a_verdict_on_one_layer_is_that_of_loops(row: Row, number: int) -> None:
    reading, verdict = row.readings[number], decide(row).verdicts[number]
    assert isinstance(reading.layers, ConvSpec)
    assert judged(row, reading, reading.layers) is (verdict.outcome == "holds")


MISTAKES = [
    ("000", claims_000.LAYERS, "db = sum(i, j) dO[i,j]", "db = sum(i=1..H_out-1, j) dO[i,j]"),
    ("001", claims_001.DENSE, "dI[i',j',c] = sum(m=0..k-1, n=0..k-1, o) K[m,n,c,o]*G[i'-m,j'-n,o]",
     "dI[i',j',c] = sum(m=0..k-1, n=0..k-1, o) K[m,n,c,o]*G[i'-m,j'-m,o]"),
    ("003", claims_003.LAYERS, "shape(X~) = (C_in*K_H*K_W, H_out*W_out)", "shape(X~) = (C_in*K_H*K_W, H_out*H_out)"),
    ("002", claims_002.LAYERS, "rot180(W)[x,y] = W[a-1-x,b-1-y]", "rot180(W)[x,y] = W[a-1-x,y]"),
    ("003", claims_003.PLAIN_LAYERS, "∂Y[c,i,j]/∂X[k,p,q] = W[c,k,p-i,q-j]", "∂Y[c,i,j]/∂X[k,p,q] = W[c,k,p-i,q-i]"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "scope", "right", "wrong"), MISTAKES, ids=[each[3] for each in MISTAKES])
def test_the_loops_tell_a_mistake_from_what_is_right(
    source: str, scope: Scope, right: str, wrong: str
) -> None:
    """The oracle itself must be able to say no."""
    specs = some_specs(scope)
    assert all(is_true(right, spec, source) for spec in specs)
    assert not all(is_true(wrong, spec, source) for spec in specs)


# ---- the page --------------------------------------------------------------------------------------------


def test_a_row_shows_the_smallest_layer_on_which_any_of_its_claims_fails() -> None:
    """Not that of the first claim which fails."""
    rows = {row.id: decide(row) for row in ROWS}
    several = {name: each for name, each in rows.items() if len([v for _, v in each.own if not v]) > 1}
    assert several
    text = (DOCS / "claims.md").read_text("utf-8")
    for name, each in several.items():
        specs = [verdict.counterexample.spec for _, verdict in each.own if verdict.counterexample]
        smallest = min(specs, key=order)
        (line,) = [line for line in text.splitlines() if line.startswith(f"| {name}<br>")][:1]
        assert line.split(" | ")[4].startswith(f"`{smallest}`<br>")


def test_the_page_is_what_the_code_writes() -> None:
    """Regenerate it with: python -m convgen.sources.claims."""
    assert (DOCS / "claims.md").read_text("utf-8") == page()


def test_the_page_keeps_to_what_github_renders() -> None:
    text = (DOCS / "claims.md").read_text("utf-8")
    for refused in (r"\operatorname", r"\mbox", r"\phantom", "$$"):
        assert refused not in text
    for line in text.splitlines():
        if line.startswith("| "):
            assert line.count("|") == line.count(" | ") + 2, line
            assert line.count("`") % 2 == 0, line
