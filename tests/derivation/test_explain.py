"""The trace of an entry: its taps, the reasons of the others, the questions; held against loops."""

import math
import os
import re
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from by_loops import NASTY, answers, integers
from convgen import explain
from convgen.cli import main
from convgen.derivation import derive
from convgen.derivation.sight import sights
from convgen.errors import BudgetError, ClaimError, ConvgenError, SpecError, StepError
from convgen.layout import from_named, named_index, user_index, user_shape
from convgen.spec import ConvSpec
from convgen.testing import conv_specs

EXAMPLE = ConvSpec((3, 3), (2, 2))
EVERYTHING_DIFFERS = NASTY["two axes, everything differs"]
SPECS = conv_specs(max_size=5, max_kernel=3, max_channels=4, max_groups=2, max_batch=2)


@st.composite
def specs_and_entries(draw: st.DrawFn) -> tuple[ConvSpec, str, tuple[int, ...]]:
    spec = draw(SPECS)
    array = draw(st.sampled_from(("O", "dX", "dK", *(("db",) if spec.bias else ()))))
    return spec, array, tuple(draw(st.integers(0, size - 1)) for size in user_shape(spec, array))


@given(specs_and_entries())
def test_the_taps_of_an_entry_add_up_to_it(drawn: tuple[ConvSpec, str, tuple[int, ...]]) -> None:
    """Each tap's product, in whole numbers, summed over the taps, is what loops over the layer give."""
    spec, array, index = drawn
    arrays = integers(spec)
    own = {name: from_named(spec, name, data) for name, data in arrays.items()}
    wanted = from_named(spec, array, answers(spec, arrays)[array])
    trace = explain(spec, f"{array}[{','.join(map(str, index))}]")
    roles = {"O": "XK", "dX": "OK", "dK": "OX", "db": "O"}[array]
    total = 0
    for tap in trace.taps:
        at = {"O": tap.output, "X": tap.input, "K": tap.kernel}
        total += math.prod(int(own["dO" if role == "O" else role][at[role]]) for role in roles)
    assert total == wanted[index]


@given(specs_and_entries())
def test_named_and_user_indices_are_inverse(drawn: tuple[ConvSpec, str, tuple[int, ...]]) -> None:
    spec, array, index = drawn
    assert user_index(spec, array, named_index(spec, array, index)) == index


@given(SPECS)
def test_every_place_is_said_as_it_is(spec: ConvSpec) -> None:
    """Output i, kernel entry m and input p meet exactly when S i + D m - P = p: all tried, axis by axis."""
    for array in ("X", "K", "O"):
        size = {"X": spec.input_size, "K": spec.kernel_size, "O": spec.output_size}[array]
        for positions in product(*map(range, size)):
            for of_axis, axis, at in zip(sights(spec, array, positions), spec.axes, positions, strict=True):
                meets = {
                    (i, m, p)
                    for i, m, p in product(range(axis.output), range(axis.kernel), range(axis.input))
                    if axis.stride * i + axis.dilation * m - axis.before == p
                    and {"O": i, "K": m, "X": p}[array] == at
                }
                for sight in of_axis:
                    column = ["output", "kernel", "input"].index
                    pairs = {(each[column(sight.along)], each[column(sight.gives)]) for each in meets}
                    assert {(place.position, place.meets) for place in sight.met} == pairs
                    assert all(bool(place.reason) == (place.meets is None) for place in sight.places)
                    assert len(sight.places) == {"output": axis.output, "kernel": axis.kernel}[sight.along]


def test_reasons_are_those_of_the_axis() -> None:
    """Input 3 of 7, kernel 2 dilated by 2, stride 3, padding 1: before, between, behind; and by kernel entry."""
    spec = ConvSpec((7,), (2,), stride=3, dilation=2, padding=1)
    ((outputs, kernel),) = sights(spec, "X", (3,))
    assert outputs.reasons() == [
        ([0], "the window ends before it"),
        ([1], "it lies between two taps, since the kernel is dilated by 2"),
        ([2], "the window begins behind it"),
    ]
    assert kernel.reasons() == [([0, 1], "no window begins there, since windows are 3 apart")]
    ((outputs,),) = sights(spec, "K", (1,))
    assert [(place.position, place.meets) for place in outputs.places] == [(0, 1), (1, 4), (2, None)]
    assert outputs.reasons() == [([2], "padding after the input, which is zero")]


def test_the_worked_example() -> None:
    """Source 000 L333: X[0,2] is seen by O[0,1] alone, through K[0,1]."""
    trace = explain(EXAMPLE, "dX[0,2]")
    assert [(tap.output, tap.kernel) for tap in trace.taps] == [((0, 1), (0, 1))]
    text = trace.text()
    assert "dX[0,2] = K[0,1]*dO[0,1]" in text
    assert "output O[0,1] sees it through K[0,1]" in text
    assert (
        "width, position 2, outputs 0–1: 1 through kernel entry 1; not 0: the window ends before it" in text
    )
    assert "⎡ ·  0,1 ⎤" in text


QUESTIONS = {
    "Why rot180?": ("dX[0,2]", {}),
    "My code adds into dX in a loop, and there is no rot180 in it": ("dX[0,2]", {}),
    "Convolution or correlation?": ("dX[0,2]", {}),
    "Why is dO dilated?": ("dX[0,2]", {"stride": 2}),
    "Which padding does dO get?": ("dX[0,2]", {}),
    "What does a negative padding mean?": ("dX[0,2]", {"padding": 2}),
    "Why does a stride that does not divide give the wrong shape?": ("dX[0,2]", {"stride": 2}),
    "Which side has more padding?": ("dX[0,2]", {"padding": "same"}),
    "How are channels summed?": ("dX[0,0,2]", {"in_channels": 2, "out_channels": 3}),
    "How are channels paired?": ("dK[0,0,0,1]", {"in_channels": 2, "out_channels": 3}),
    "Sum or mean over the batch?": ("db[0]", {"batch": 2}),
    "Why is nothing turned in dK?": ("dK[0,1]", {}),
    "Why are entries of the correlation left out in dK?": ("dK[0,1]", {"dilation": 2}),
    "Why is the result cut to the size of the kernel?": ("dK[0,1]", {"stride": 2, "padding": 1}),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_asked_where_it_arises(question: str) -> None:
    entry, options = QUESTIONS[question]
    spec = ConvSpec((3, 3), (2, 2), **options)
    assert question in explain(spec, entry).text()


def test_a_question_is_not_asked_where_it_does_not_arise() -> None:
    text = explain(EXAMPLE, "dX[0,2]").text()
    for question in ("dilated?", "negative", "divide", "channels", "batch", "Which side"):
        assert question not in text


def test_answers_have_the_numbers_of_the_layer() -> None:
    spec = ConvSpec((7,), (2,), stride=3, padding=((4, 1),))
    text = " ".join(explain(spec, "dX[6]").text().split())
    assert "2 - 1 - 4 = -3 before, 2 - 1 - 1 + 1 = 1 after" in text
    assert "3 before; one window position lies in the padding altogether" in text
    assert (
        "(7 + 4 + 1 - 2) leaves 1 when divided by 3, so 1 padded position at the end is in no window" in text
    )
    assert "2 zeros between neighbours" in text


def test_an_input_that_no_window_reaches_has_gradient_zero() -> None:
    spec = ConvSpec((6,), (2,), stride=3)
    text = " ".join(explain(spec, "dX[5]").text().split())
    assert "dX[5] = 0" in text
    assert "No tap of the layer reads this input, so its gradient is zero." in text
    assert "This entry is one of them" in text
    assert "This entry is one of them" not in explain(spec, "dX[2]").text()  # between two windows


@pytest.mark.parametrize(
    ("entry", "words"),
    {
        "dX[0,9]": "'dX[0,9]' is outside dX, whose shape is 3×3: its last entry is dX[2,2]",
        "dX[-1,0]": "is outside dX, whose shape is 3×3",
        "dX[1]": "'dX[1]' has 1 index, and dX has shape 3×3 in layout HW",
        "dX": "has 0 indices",
        "dX[a,b]": "indices are whole numbers",
        "Q[0,0]": "'Q[0,0]' is no entry; write one of O, dX, dK, db",
        "dX[0,0": "is no entry",
        "dX[0,99999999999999999999]": "indices are whole numbers",
    }.items(),
)
def test_what_is_no_entry_is_refused(entry: str, words: str) -> None:
    with pytest.raises(ClaimError, match=re.escape(words)):
        explain(EXAMPLE, entry)


def test_no_bias_and_too_many_taps_are_refused() -> None:
    with pytest.raises(ClaimError, match="has no bias"):
        explain(ConvSpec((3, 3), 2, bias=False), "db")
    with pytest.raises(BudgetError, match=r"up to 1,000,000 taps.*200,000.*--general"):
        explain(ConvSpec((1000, 1000), 1), "dK[0,0]")


def test_every_entry_of_a_scalar_bias_by_either_name() -> None:
    assert explain(EXAMPLE, "db").taps == explain(EXAMPLE, "db[0]").taps


def test_a_notation_reads_and_writes_its_own_letters_and_numbers() -> None:
    trace = derive(EXAMPLE, "003", index_base=1).explain("dX[1,3]")
    assert "dX[1,3] = W[1,2]*δ[1,2]" in trace.text()
    assert explain(EXAMPLE, "dI[0,2]", "001").formula.lines[0] == "dI[0,2] = K[0,1]*G[0,1]"
    with pytest.raises(ClaimError, match=r"its last entry is dX\[3,3\]"):
        derive(EXAMPLE, "003", index_base=1).explain("dX[0,3]")


def test_a_trace_that_contradicts_the_definition_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the axes say is worked out apart from the taps, and held against them."""
    monkeypatch.setattr(
        "convgen.derivation.entries.sights", lambda spec, array, at: sights(spec, array, (0, 0))
    )
    with pytest.raises(StepError, match="its axes meet"):
        explain(EXAMPLE, "dX[0,2]")


@pytest.mark.parametrize("name", ["text", "markdown", "katex", "latex", "article", "html"])
@pytest.mark.parametrize("entry", ["O[1,2,0,1]", "dX[1,3,2,0]", "dK[5,0,1,1]", "db[5]"])
def test_every_format_of_a_trace(name: str, entry: str) -> None:
    text = explain(EVERYTHING_DIFFERS, entry).formatted(name)
    assert "Taps" in text
    if name in ("latex", "article"):
        assert text.isascii()
    if name == "text":
        assert max(map(len, text.splitlines())) <= 200


# ---- pictures --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", ["O[1,2,0,1]", "dX[1,3,2,0]", "dK[5,0,1,1]", "db[5]"])
def test_the_pictures_are_about_the_entry(entry: str) -> None:
    """Their description has the products of the trace; a page has both, with their text alternatives."""
    trace = explain(EVERYTHING_DIFFERS, entry)
    factors = {tuple(sorted(each.lines[0] for each in trace.factors(tap))) for tap in trace.taps}
    for kind in ("taps", "pass"):
        picture = trace.picture(kind)
        assert entry in picture.title
        drawn = {
            tuple(sorted(term.split("·")))
            for term in re.findall(r"d?[XKO]\[[\d,]+\](?:·d?[XKO]\[[\d,]+\])*", picture.description)
            if term != entry
        }
        assert drawn <= factors
        assert drawn or not factors
    page = trace.html()
    assert page.count('role="img"') == 2
    assert page.count("<desc") == 2
    assert page.count("<figcaption>") == 2
    with pytest.raises(SpecError, match="unknown picture 'film' of an entry; choose one of taps, pass"):
        trace.picture("film")


def test_a_picture_lies_beside_its_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Markdown links it relative to itself and describes it; text names it; what is there is kept."""
    (tmp_path / "my pictures").mkdir()
    picture, page = tmp_path / "my pictures" / "taps.svg", tmp_path / "entry.md"
    words = [
        "explain",
        "dX[1,3]",
        "--input",
        "3x3",
        "--kernel",
        "2x2",
        "--notation",
        "003",
        "--index-base",
        "1",
    ]
    words += ["--picture", str(picture)]
    assert main([*words, "--format", "markdown", "--output", str(page)]) == 0
    text = page.read_text("utf-8")
    assert "](<my pictures/taps.svg>)" in text
    assert r"1 tap of dX\[0,2\]" in text
    assert "writes K for W, O for Y, dO for δ. Its indices count from 0." in text
    assert "<title" in picture.read_text("utf-8")
    picture.write_text("mine")
    assert main(words) == 2
    assert f"{picture}: it exists" in capsys.readouterr().err
    assert picture.read_text() == "mine"
    assert main([*words, "--force"]) == 0
    assert f"Picture: {os.path.relpath(picture)}" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main([*words, "--force", "--output", str(picture)])
    assert "name two files" in capsys.readouterr().err


def test_an_entry_of_a_layer_too_large_to_draw_has_a_page_without_pictures(tmp_path: Path) -> None:
    words = ["--spec", "input=224x224 kernel=7x7 in-channels=3 out-channels=64 stride=2 padding=3"]
    page, picture = tmp_path / "entry.html", tmp_path / "taps.svg"
    words = ["explain", "dX[1,100,100]", *words, "--format", "html", "--output", str(page)]
    assert main([*words, "--picture", str(picture)]) == 2
    assert [*tmp_path.iterdir()] == []
    assert main(words) == 0
    text = page.read_text("utf-8")
    assert "There is no picture here" in text
    assert "the limit is 4,096" in text


def test_an_unknown_format_is_refused() -> None:
    trace = explain(EXAMPLE, "dX[0,2]")
    with pytest.raises(SpecError, match="unknown format 'rtf'; choose one of text, markdown"):
        trace.formatted("rtf")
    with pytest.raises(SpecError, match="unknown flavour 'rst' of Markdown; choose one of github, katex"):
        trace.markdown("rst")


def test_a_large_layer_is_traced_without_enumerating_it() -> None:
    """ResNet's first layer has 116 million products; one entry of its input has 64 times 16 of them."""
    spec = ConvSpec((224, 224), 7, 3, 64, stride=2, padding=3)
    trace = explain(spec, "dX[1,100,100]")
    assert len(trace.taps) == 64 * 9
    assert "(576 products)" in trace.text()
    with pytest.raises(ConvgenError):
        explain(spec, "dX[3,0,0]")


def test_json_has_the_taps_and_the_answers() -> None:
    told = explain(EXAMPLE, "dX[1,1]").to_json()
    assert told["formula"] == "dX[1,1] = K[1,1]*dO[0,0] + K[1,0]*dO[0,1] + K[0,1]*dO[1,0] + K[0,0]*dO[1,1]"
    assert [tap["output"] for tap in told["taps"]] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert {"question", "answer"} == set(told["answers"][0])
    assert np.prod([len(each["places"]) for each in told["axes"][0]]) == 4
