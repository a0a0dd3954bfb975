"""docs/sources.md: every claim is restated once, every formula on it is the code's own, every remark is checked."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from convgen.sources import SYSTEMS, ArrayFormula, EntryFormula, Formula
from convgen.sources.source_000 import jacobian, spec, vectorised
from sources.layers import (
    LAYERS_000,
    LAYERS_001,
    LAYERS_002,
    LAYERS_003,
    channels_first,
    channels_last,
    same_padding,
    single_channel,
)
from sources.loops import holds, positions

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "sources.md").read_text("utf-8")
CLAIMS = {"0": 27, "1": 18, "2": 15, "3": 14}
"""How many statements each source makes."""

LAYERS = {
    "000": (LAYERS_000, single_channel),
    "001": (LAYERS_001, channels_last),
    "002": (LAYERS_002, same_padding),
    "003": (LAYERS_003, channels_first),
}
WORKED_EXAMPLE = (3, 3, 2, 2)
ABOUT_THE_EXAMPLE = {"0.09", "0.15", "0.22", "0.23"}
"""Claims of source 000 that are about its worked example alone."""


def section(title: str) -> str:
    """The text under a heading, up to the next heading of its level or above."""
    level = title.split(" ")[0]
    _, _, rest = PAGE.partition(f"\n{title}\n")
    assert rest, f"no heading {title!r}"
    return re.split(rf"\n#{{1,{len(level)}}} ", rest)[0]


def rows(text: str) -> Iterator[list[str]]:
    """The cells of every row of the tables in a text, without the rows under which they stand."""
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if (
            line.startswith("| ")
            and not set(line) <= set("|- ")
            and cells[0] not in ("id", "where", "source")
        ):
            yield cells


def ids(text: str) -> list[str]:
    return [each for cells in rows(text) for each in cells[0].split(", ")]


def test_every_claim_of_every_source_is_restated_once() -> None:
    expected = [f"{source}.{number:02}" for source, count in CLAIMS.items() for number in range(1, count + 1)]
    assert ids(section("## What they claim")) == expected


def test_what_is_marked_is_what_needs_care() -> None:
    marked = [
        cells[0] for cells in rows(section("## What they claim")) if cells[2].removesuffix(" |").endswith("*")
    ]
    assert marked == sorted(ids(section("## What needs care")))


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_formulas_are_the_codes_own_and_printed_by_it(name: str) -> None:
    system = SYSTEMS[name]
    expected = [
        [
            formula.where,
            ", ".join(f"{key} = {value}" for key, value in formula.stated_for.items()) or "every layer",
            f"`{formula.text}`",
            f"$`{formula.latex(system.notation, system.frame)}`$",
        ]
        for formula in system.formulas
    ]
    shown = (
        section("## Their formulas, as convgen reads them").split(f"### Source {name}\n")[1].split("\n###")[0]
    )
    assert [cells for cells in rows(shown) if len(cells) == 4 and cells[0].startswith("L")] == expected


def test_the_closed_forms_are_the_codes_own() -> None:
    shown = section("## Their formulas, as convgen reads them").split("(`SourceSystem.full_form`):")[1]
    for name, bias, kernel, image in rows(shown):
        for array, text in zip("bKX", (bias, kernel, image), strict=True):
            assert text in ("–", f"`{SYSTEMS[name].full_form(array)}`")


CARE = [
    (cells[0], cells[1].strip("`"), cells[2].strip("`"))
    for cells in rows(section("### Too short, misprinted, or for fewer layers than it sounds"))
]


@pytest.mark.parametrize(("claim", "printed", "right"), CARE, ids=[claim for claim, *_ in CARE])
def test_the_right_form_holds_everywhere_and_the_printed_one_does_not(
    claim: str, printed: str, right: str
) -> None:
    system = SYSTEMS[f"00{claim[0]}"]
    layers, by_loops = LAYERS[system.name]
    verdicts = []
    for parameters in [WORKED_EXAMPLE] if claim in ABOUT_THE_EXAMPLE else layers.values():
        layer, arrays = system.spec(*parameters), by_loops(*parameters)
        verdicts.append([holds(system, read(text), layer, arrays) for text in (printed, right)])
    assert not all(of_printed for of_printed, _ in verdicts)
    assert all(of_right for _, of_right in verdicts)


def read(text: str) -> Formula:
    return (EntryFormula if re.match(r"\w+\[|db = sum\(i", text) else ArrayFormula)("", text)


# ---- words and indices -----------------------------------------------------------------------------------


def test_the_jacobian_in_x_has_nine_columns_and_ends_with_the_last_entry() -> None:
    """0.18: the source has 4×4, ending with ∂O_11/∂X_11."""
    example = spec(3, 3, 2, 2)
    matrix = jacobian(example, "X")
    assert (len(matrix), len(matrix[0])) == (4, 9)
    assert vectorised(example, "O")[-1].text == "O[1,1]"
    assert vectorised(example, "X")[-1].text == "X[2,2]"
    assert matrix[-1][-1].text == "K[1,1]"


def test_row_and_column_must_follow_the_same_vec() -> None:
    """0.20: mixed orders agree for X_00, whose column has one entry, and not for X_01."""
    arrays = single_channel(3, 3, 2, 2)
    X, K, dO = arrays["X"], arrays["K"], arrays["dO"]
    row = dO.ravel(order="F")

    def column(at: tuple[int, int], order: str) -> np.ndarray:
        """∂O/∂X at an entry: O read twice, with and without 1 added there."""
        moved = X.copy()
        moved[at] += 1
        change = [
            [(moved[i : i + 2, j : j + 2] * K).sum() - (X[i : i + 2, j : j + 2] * K).sum() for j in range(2)]
            for i in range(2)
        ]
        return np.array(change).ravel(order=order)

    assert row @ column((0, 0), "C") == row @ column((0, 0), "F") == arrays["dX"][0, 0]
    assert row @ column((0, 1), "F") == arrays["dX"][0, 1]
    assert row @ column((0, 1), "C") != arrays["dX"][0, 1]
    assert column((0, 1), "F").tolist() == [K[0, 1], 0, K[0, 0], 0]  # 0.22
    assert column((0, 2), "F").tolist() == [0, 0, K[0, 1], 0]  # 0.23


def test_one_stride_for_both_axes_is_fewer_layers() -> None:
    """0.04: with s for SH and SW, a layer whose strides differ is another one."""
    single = read("O[i,j] = b + sum(m, n) K[m,n]*X_pad[i*S0+m, j*S0+n]")
    verdicts = {
        parameters[4:6] in ((), (1, 1), (2, 2)): holds(
            SYSTEMS["000"], single, spec(*parameters), single_channel(*parameters)
        )
        for parameters in ((5, 7, 2, 3), (6, 7, 2, 3, 2, 2), (7, 8, 2, 3, 3, 2))
    }
    assert verdicts == {True: True, False: False}


def test_the_sum_for_b_runs_over_the_output() -> None:
    """0.06: with the width N of the kernel as its upper limit it misses outputs."""
    parameters = (5, 7, 2, 3)
    limited = read("db = sum(i=0..N-1, j=0..N-1) dO[i,j]")
    assert not holds(SYSTEMS["000"], limited, spec(*parameters), single_channel(*parameters))


def test_a_symmetric_jacobian_hides_a_transposition_and_an_oblong_one_does_not() -> None:
    """∂O/∂K of the worked example is symmetric; for 3×4 with 2×3 it is not even square."""
    square = [[entry.text for entry in row] for row in jacobian(spec(3, 3, 2, 2), "K")]
    assert square == [list(column) for column in zip(*square, strict=True)]
    oblong = jacobian(spec(3, 4, 2, 3), "K")
    assert (len(oblong), len(oblong[0])) == (4, 6)


def test_a_stride_makes_the_output_smaller_on_each_axis() -> None:
    """1.17: by about s on each axis, and so s² in number."""
    dense, strided = (SYSTEMS["001"].spec(32, 32, 1, 1, 3, s).output_size for s in (1, 4))
    assert [a / b for a, b in zip(dense, strided, strict=True)] == [30 / 8, 30 / 8]


def test_the_reflected_convolution_takes_outputs_to_inputs() -> None:
    """1.16: with the kernel's channels left as they are, the shapes do not even fit; made square, values differ."""
    arrays = channels_last(4, 6, 2, 2, 2)
    G, K = arrays["dO"], arrays["K"]
    padded = np.pad(G, ((1, 1), (1, 1), (0, 0)))
    dI = {name: np.zeros_like(arrays["X"]) for name in ("as it is", "transposed")}
    for i, j, m, n in positions(4, 6, 2, 2):
        dI["as it is"][i, j] += padded[i + m, j + n] @ K[1 - m, 1 - n]
        dI["transposed"][i, j] += padded[i + m, j + n] @ K[1 - m, 1 - n].T
    np.testing.assert_array_equal(dI["transposed"], arrays["dX"])
    assert not np.array_equal(dI["as it is"], arrays["dX"])


def test_a_negative_index_in_a_program_is_not_zero() -> None:
    """3.11: read as NumPy indexes, W[p-i] with p < i comes from the far end."""
    arrays = channels_first(1, 3, 4, 1, 2, 2)
    W, delta = arrays["K"][0, 0], arrays["dO"][0]
    literal = np.zeros((3, 4), dtype=int)
    for p, q, i, j in positions(3, 4, *delta.shape):
        if p - i < 2 and q - j < 2:
            literal[p, q] += delta[i, j] * W[max(p - i, -2), max(q - j, -2)]
    assert not np.array_equal(literal, arrays["dX"][0])


def test_the_page_keeps_to_what_github_renders() -> None:
    for refused in (r"\operatorname", r"\mbox", r"\phantom", "$$"):
        assert refused not in PAGE
    for formula in re.findall(r"\$`(.*?)`\$", PAGE):
        assert formula.count("{") == formula.count("}")
        assert "|" not in formula
