"""The rule gives small passes straight-line text; a form may be asked for; what would be too large is refused first."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from convgen import ConvSpec, generate
from convgen.errors import BudgetError, PlanError
from convgen.kernels import forms as forms_module
from convgen.kernels.forms import FORMS, Form, forms_of
from convgen.kernels.kernel import PASSES, passes_of
from convgen.kernels.unrolled import terms_of

SMALL = ConvSpec((3, 3), (2, 2))
LAYER = ConvSpec((32, 32), (3, 3), 16, 32, padding=1)
LAST = ConvSpec((32, 32), (3, 3), 64, 64, padding=1, layout="HWC")
DEPTHWISE = ConvSpec((32, 32), (3, 3), 32, 32, groups=32, padding=1, layout="HWC")


@pytest.mark.parametrize(
    ("spec", "target", "chosen"),
    [
        (SMALL, "c", ["unrolled"] * 4),
        (SMALL, "numpy", ["unrolled"] * 4),
        (LAYER, "c", ["tiled"] * 3 + ["loops"]),
        (DEPTHWISE, "c", ["tiled"] * 3 + ["loops"]),
        (LAYER, "numpy", ["blocks", "blocks", "blocks", "sum"]),
        (LAST, "numpy", ["positions", "blocks", "blocks", "sum"]),
        (DEPTHWISE, "numpy", ["blocks", "blocks", "blocks", "sum"]),
        (ConvSpec((28, 28), (3, 3)), "numpy", ["blocks", "blocks", "blocks", "sum"]),
        # dX has few channels, or few positions: it is folded; or too many pieces
        (ConvSpec((32, 32), (3, 3), 3, 16, padding=1), "numpy", ["blocks", "matrix", "blocks", "sum"]),
        (ConvSpec((32, 32), (3, 3), 3, 16, layout="HWC"), "numpy", ["blocks", "blocks", "blocks", "sum"]),
        (ConvSpec((9, 9), (3, 3), 128, 81), "numpy", ["blocks", "blocks", "blocks", "sum"]),
        (ConvSpec((6, 6), (3, 3), 128, 81), "numpy", ["blocks", "matrix", "blocks", "sum"]),
        (ConvSpec((6, 6), (1, 1), 128, 81), "numpy", ["blocks", "blocks", "blocks", "sum"]),
        (ConvSpec((30, 30), (5, 5), 2, 2, stride=5), "numpy", ["blocks", "matrix", "blocks", "sum"]),
        # 8x8*3x3: 388 terms forward and in dX's many results, 333 for dK
        (ConvSpec((8, 8), (3, 3)), "c", ["unrolled"] * 4),
        (ConvSpec((8, 8), (3, 3), padding=1), "c", ["tiled", "tiled", "unrolled", "unrolled"]),
    ],
)
def test_the_rule_chooses_for_each_pass(spec: ConvSpec, target: str, chosen: list[str]) -> None:
    assert list(generate(spec, target).forms.values()) == chosen


def test_a_pass_has_a_form_that_suits_whatever_the_spec() -> None:
    for target in ("c", "numpy"):
        for name in PASSES:
            assert forms_of(target, name)[-1].suits is forms_module.always


def test_a_form_is_taken_by_every_pass_that_has_it() -> None:
    assert set(generate(SMALL, "c", forms="loops").forms.values()) == {"loops"}
    forms = generate(LAYER, "numpy", forms="positions").forms
    assert forms == dict.fromkeys(PASSES[:3], "positions") | {"backward_bias": "sum"}


def test_a_mapping_overrides_the_rule_for_its_passes_alone() -> None:
    kernel = generate(SMALL, "c", forms={"backward_data": "loops"})
    assert kernel.forms == dict.fromkeys(PASSES, "unrolled") | {"backward_data": "loops"}
    assert "--forms backward_data=loops" in kernel.source.replace(" \\\n *        ", "")


@pytest.mark.parametrize(
    ("forms", "told"),
    [
        ("winograd", ["'c'", "'winograd'", "unrolled, tiled, loops"]),
        ("matrix", ["'c'", "'matrix'", "unrolled, tiled, loops"]),
        ({"backward": "loops"}, ["'backward'", "forward, backward_data, backward_weights"]),
        ({"forward": "sum"}, ["'c'", "'sum'", "forward", "unrolled, tiled, loops"]),
        ({"forward": None}, ["None", "unrolled, tiled, loops"]),
        (["loops"], ["['loops']"]),
        (7, ["7"]),
    ],
)
def test_what_is_no_form_is_refused(forms: object, told: list[str]) -> None:
    with pytest.raises(PlanError) as caught:
        generate(SMALL, "c", forms=forms)  # type: ignore[arg-type]
    for words in told:
        assert words in str(caught.value)


def test_a_pass_that_the_spec_lacks_is_refused() -> None:
    spec = ConvSpec((3, 3), (2, 2), bias=False)
    with pytest.raises(PlanError, match="'backward_bias' is not a pass of input=3x3 kernel=2x2 bias=no"):
        generate(spec, "c", forms={"backward_bias": "loops"})


@pytest.mark.parametrize("target", ["fortran", "C", None, 3])
def test_an_unknown_target_is_refused(target: object) -> None:
    with pytest.raises(PlanError, match=re.escape(f"{target!r}; choose one of numpy, c")):
        generate(SMALL, target)  # type: ignore[arg-type]


TOO_LARGE = [
    (LAYER, "c", "unrolled", "forms='loops'"),
    (LAYER, "numpy", "unrolled", "forms='positions'"),
    (ConvSpec((40, 40), (33, 33)), "numpy", "positions", "forms='matrix'"),
    (ConvSpec((512, 512), (17, 17), 8, 8, batch=8), "numpy", "matrix", "target='c'"),
]


@pytest.mark.parametrize(("spec", "target", "form", "instead"), TOO_LARGE)
def test_too_large_a_form_is_refused_before_any_work(
    spec: ConvSpec, target: str, form: str, instead: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error has what it would cost, the limit, and a way out; no plan has been begun."""

    def no_work(*_: object) -> None:
        raise AssertionError("work has begun")

    monkeypatch.setattr(forms_module, "FORMS", tuple(replace(each, plan=no_work) for each in FORMS))
    with pytest.raises(BudgetError) as caught:
        generate(spec, target, forms=form)
    budget = _form(target, form).budget
    assert budget is not None
    for words in (str(spec), f"{budget.cost(spec, 'forward'):,}", f"{budget.limit:,}", instead):
        assert words in str(caught.value)


def test_a_dx_of_too_many_pieces_is_refused_and_not_chosen() -> None:
    spec = ConvSpec((30, 30), (5, 5), 2, 2, stride=5)
    with pytest.raises(BudgetError, match=r"backward_data.*'blocks' needs 25 pieces.*forms='matrix'"):
        generate(spec, "numpy", forms="blocks")
    assert generate(spec, "numpy").forms["backward_data"] == "matrix"


@pytest.mark.parametrize(("spec", "target", "form", "_instead"), TOO_LARGE)
def test_the_rule_never_chooses_what_is_too_large(
    spec: ConvSpec, target: str, form: str, _instead: str
) -> None:
    assert form not in generate(spec, target).forms.values()


@pytest.mark.parametrize("target", ["c", "numpy"])
def test_the_cost_of_unrolling_is_what_is_written(target: str) -> None:
    """A statement for each result, and between them a product or an entry for each other term."""
    spec = ConvSpec((4, 6), (2, 3), stride=(2, 1), padding=(1, 0))
    kernel = generate(spec, target, forms="unrolled")
    bodies = kernel.source.split(f"{kernel.name}_")[-4:]
    for name, body in zip(passes_of(spec), bodies, strict=True):
        code = re.sub(r"/\*.*?\*/|\"\"\".*?\"\"\"", "", body, flags=re.DOTALL)
        results = len(re.findall(r"^ +d?[OXKb]\[[\d, ]+\] = ", code, flags=re.MULTILINE))
        products = code.count(" * ") if name != "backward_bias" else len(set(re.findall(r"dO_\d_\d", code)))
        assert results + products == terms_of(spec, name)


def test_generating_a_long_layer_takes_no_longer_than_a_short_one() -> None:
    """Nothing runs through the positions of an axis; a loop over them would take minutes here."""
    spec = ConvSpec(2**31 - 1, 64, stride=3, padding=5)
    for target in ("c", "numpy"):
        assert str(spec.output_size[0]) in generate(spec, target).source


def test_an_array_that_no_index_reaches_is_refused() -> None:
    spec = ConvSpec((2**31 - 1,) * 3, 1)
    for target in ("c", "numpy"):
        with pytest.raises(
            BudgetError, match=r"X.*2147483647x2147483647x2147483647.*9,223,372,036,854,775,807"
        ):
            generate(spec, target)


def _form(target: str, name: str) -> Form:
    return next(form for form in FORMS if (form.target, form.name) == (target, name))
