"""The page's own index arithmetic, run in Chromium, says what loops over the definition say, for 300 layers."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from by_loops import output_size, shapes, taps
from convgen import ConvSpec, explore
from convgen.algebra.notation import DEFAULT, NOTATIONS, Notation
from convgen.algebra.printing import to_latex, to_text
from convgen.errors import SpecError
from convgen.layout import name_shape, user_index, user_shape
from convgen.pictures.entries import Entry, formula_of, products_of, whole_entry
from convgen.pictures.explore import page_data
from convgen.pictures.mathematics import piece
from convgen.pictures.slides import PASSES
from convgen.rules import rules_for
from convgen.spec import layouts_of_rank
from derivation.formulas import ARITY
from pictures.specs import LAYERS

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = pytest.mark.browser

COUNT, BATCH = 300, 30
SEED = 20_180_412

EVALUATE = """
const name = (entry) => entry === null ? null : [entry.array, entry.at, entry.place];
return arguments[0].map(([data, axes]) => {
  const layer = layerOf(data, axes);
  const results = data.passes.map((row) => row.result);
  return {
    problem: problemOf(layer),
    taps: tapCount(layer),
    rules: Object.fromEntries(data.passes.map((row) => [row.result, ruleOf(layer, row).text])),
    formulas: Object.fromEntries(results.map((array) => [array, entriesOf(layer, array).map((entry) =>
      textOf(formulaOf(layer, entry)))])),
    products: Object.fromEntries(results.map((array) => [array, entriesOf(layer, array).map((entry) =>
      [name(entry), productsOf(layer, entry).map((pair) => pair.map(name))])])),
    rows: Object.fromEntries(["X", "K"].map((array) => [array, entriesOf(layer, "O").map((entry) =>
      jacobianOf(layer, array, entry).map((pair) => pair.map((each) => labelOf(layer, each))))])),
    columns: Object.fromEntries(["X", "K"].map((array) => [array, entriesOf(layer, array).map((entry) =>
      jacobianOf(layer, array, entry).map((pair) => pair.map((each) => labelOf(layer, each))))])),
    places: Object.fromEntries(["X", "K", "O"].map((array) => [array, ["C", "F"].map((order) =>
      entriesOf(layer, array).map((entry) => vecIndex(layer, entry, order)))])),
    kinds: Object.fromEntries(data.passes.map((row) => [row.name, slidesOf(layer, row).map((slide) => {
      const [first, , count] = shownOf(slide);
      return numbers(count, first).map((position) => kindOf(slide, position));
    })])),
  };
});
"""


def drawn_layers() -> list[ConvSpec]:
    """Layers of every rank and layout, drawn, and the hard ones."""
    numbers = random.Random(SEED)
    layers = list(LAYERS.values())
    while len(layers) < COUNT:
        rank = numbers.choice((1, 1, 2, 2, 2, 3))
        layout = numbers.choice(layouts_of_rank(rank))
        largest = {1: 9, 2: 5, 3: 3}[rank]
        groups = numbers.choice((1, 1, 2)) if "C" in layout else 1

        def each(low: int, high: int, rank: int = rank) -> tuple[int, ...]:
            return tuple(numbers.randint(low, high) for _ in range(rank))

        try:
            layers.append(
                ConvSpec(
                    each(1, largest),
                    each(1, 3),
                    groups * numbers.randint(1, 2) if "C" in layout else None,
                    groups * numbers.randint(1, 2) if "C" in layout else None,
                    numbers.randint(1, 2) if "N" in layout else None,
                    stride=each(1, 4),
                    padding=tuple(zip(each(0, 4 - rank), each(0, 4 - rank), strict=True)),
                    dilation=each(1, 3),
                    groups=groups,
                    bias=numbers.random() < 0.8,
                    layout=layout,
                )
            )
        except SpecError:  # a kernel that does not fit
            continue
    return layers


def changed_from(spec: ConvSpec, notation: Notation = DEFAULT) -> list[Any]:
    """A page that was made for another size, and the numbers that its reader then typed in."""
    begun = ConvSpec(
        (1,) * spec.rank,
        (1,) * spec.rank,
        spec.in_channels if "C" in spec.layout else None,
        spec.out_channels if "C" in spec.layout else None,
        spec.batch if "N" in spec.layout else None,
        groups=spec.groups,
        bias=spec.bias,
        layout=spec.layout,
    )
    return [page_data(begun, notation=notation), page_data(spec)["axes"]]


@pytest.fixture(scope="module")
def answers(
    chromium: Chrome, tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[ConvSpec, dict[str, Any]]]:
    path = tmp_path_factory.mktemp("page") / "page.html"
    path.write_text(explore(LAYERS["the README's"]), encoding="utf-8")
    chromium.get(path.as_uri())
    layers = drawn_layers()
    found: list[dict[str, Any]] = []
    for start in range(0, COUNT, BATCH):
        found += chromium.execute_script(
            EVALUATE, [changed_from(spec) for spec in layers[start : start + BATCH]]
        )
    return list(zip(layers, found, strict=True))


Answers = list[tuple[ConvSpec, dict[str, Any]]]
CHANNELS = {"X": "ngc", "K": "gfc", "O": "ngf", "b": "gf"}


def index_of(said: Any) -> tuple[int, ...]:
    array, at, place = said
    return (*(at[name] for name in CHANNELS[array.removeprefix("d")]), *place)


def test_the_layers_are_of_every_rank_and_hold_every_hard_case(answers: Answers) -> None:
    layers = [spec for spec, _ in answers]
    axes = [axis for spec in layers for axis in spec.axes]
    assert len(layers) == COUNT
    assert {spec.rank for spec in layers} == {1, 2, 3}
    assert sum(axis.remainder > 0 for axis in axes) > 50
    assert sum(axis.before > axis.effective - 1 for axis in axes) > 20
    assert sum(axis.stride > axis.kernel for axis in axes) > 50
    assert sum(spec.groups > 1 for spec in layers) > 20


def test_the_products_of_every_entry_are_its_taps(answers: Answers) -> None:
    for spec, found in answers:
        every = list(taps(spec))
        assert found["taps"] == len(every) == spec.multiply_adds
        for array, (result, still, moving) in {"O": (0, 1, 2), "dX": (1, 0, 2), "dK": (2, 1, 0)}.items():
            expected = defaultdict(set)
            for tap in every:
                expected[tap[result]].add((tap[still], tap[moving]))
            assert len(found["products"][array]) == np.prod(shapes(spec)[array])
            for entry, pairs in found["products"][array]:
                said = [tuple(map(index_of, pair)) for pair in pairs]
                assert len(said) == len(set(said))
                assert set(said) == expected[index_of(entry)], (str(spec), entry)


def test_the_bias_gradient_adds_every_output_of_its_channel(answers: Answers) -> None:
    for spec, found in answers:
        for entry, pairs in found["products"].get("db", []):
            said = [index_of(pair[0]) for pair in pairs]
            group, channel = index_of(entry)
            assert len(said) == len(set(said)) == spec.batch * np.prod(output_size(spec))
            assert {place[1:3] for place in said} == {(group, channel)}


def test_formulas_and_rules_are_those_of_python(answers: Answers) -> None:
    for spec, found in answers:
        for array, lines in found["formulas"].items():
            entries = [Entry(array, index) for index in np.ndindex(*shapes(spec)[array])]
            assert lines == [formula_of(spec, entry) for entry in entries]
        expected = {}
        for rule, tree in rules_for(spec):
            expected.setdefault(rule.target, f"{rule.target} = {tree}")
        assert found["rules"] == expected, str(spec)
        assert found["problem"] == ""


FORMULAS = """
const made = ({ text, math }) => ({ text, math: math() });
return arguments[0].map(([data, axes]) => {
  const layer = layerOf(data, axes);
  return Object.fromEntries(data.passes.map((row) => [row.result, {
    rule: made(ruleOf(layer, row)),
    sums: entriesOf(layer, row.result).slice(0, 3).map((entry) => formulaOf(layer, entry).map(made)),
  }]));
});
"""


def parts_of(piece: list[Any]) -> list[Any]:
    """An element without the rows that only hold things together."""
    tag, attributes, *children = piece
    if tag == "mrow":
        return [part for child in children for part in parts_of(child)]
    inner = [child if isinstance(child, str) else parts_of(child) for child in children]
    if tag not in ARITY:
        inner = [part for child in inner for part in ([child] if isinstance(child, str) else child)]
    return [[tag, attributes, *inner]]


def test_formulas_are_the_mathml_that_python_prints(chromium: Chrome, tmp_path: Path) -> None:
    """For 30 layers, in every notation, counted from 0 and from 1: every rule, and entries of every array."""
    path = tmp_path / "page.html"
    path.write_text(explore(LAYERS["the README's"]), encoding="utf-8")
    chromium.get(path.as_uri())
    rows = [row.counted_from(first) for first in (0, 1) for row in NOTATIONS.values()]
    layers = list(zip(drawn_layers()[:30], itertools.cycle(rows), strict=False))
    asked = [changed_from(spec, notation) for spec, notation in layers]
    compared = 0
    for (spec, notation), found in zip(layers, chromium.execute_script(FORMULAS, asked), strict=True):

        def entry(each: Entry, spec: ConvSpec = spec, notation: Notation = notation) -> str:
            shown = name_shape(spec, each.array)  # nothing for the bias of a layout without channels
            index = user_index(spec, each.array, each.index) if shown else ()
            return notation.latex_of(each.array, ",".join(str(n + notation.first_of("X")) for n in index))

        trees: dict[str, Any] = {}
        for rule, tree in rules_for(spec):
            trees.setdefault(rule.target, tree)
        for array, said in found.items():
            tree = trees[array]
            latex = f"{notation.latex_of(array)} = {to_latex(tree, notation)}"
            assert parts_of(said["rule"]["math"]) == parts_of(piece(latex)), (str(spec), latex)
            assert said["rule"]["text"] == f"{notation.letter_of(array)} = {to_text(tree, notation)}"
            for index, sums in zip(np.ndindex(*shapes(spec)[array]), said["sums"], strict=False):
                one = Entry(array, index)
                terms = [
                    r" \, ".join(entry(factor) for factor in factors if factor is not None)
                    for factors in products_of(spec, one)
                ]
                if array == "O" and spec.bias:
                    terms.insert(0, entry(whole_entry(spec, "b", one.at(spec))))
                first, *others = terms or ["0"]
                wanted = [f"{entry(one)} = {first}", *(f"{{}} + {term}" for term in others)]
                assert len(sums) == len(wanted)
                for part, latex in list(zip(sums, wanted, strict=True))[
                    :4
                ]:  # the rest is made in the same way
                    assert parts_of(part["math"]) == parts_of(piece(latex)), (str(spec), latex)
                    compared += 1
    assert compared > 500


def test_rows_and_columns_of_the_jacobians_are_the_taps(answers: Answers) -> None:
    for spec, found in answers:

        def label(array: str, index: tuple[int, ...], spec: ConvSpec = spec) -> str:
            return Entry(array, index).label(spec)

        rows: dict[str, dict[str, set[Any]]] = {"X": defaultdict(set), "K": defaultdict(set)}
        columns: dict[str, dict[str, set[Any]]] = {"X": defaultdict(set), "K": defaultdict(set)}
        for o, x, k in taps(spec):
            out, read, weight = label("O", o), label("X", x), label("K", k)
            rows["X"][out].add((read, weight))
            rows["K"][out].add((weight, read))
            columns["X"][read].add((out, weight))
            columns["K"][weight].add((out, read))
        for array in ("X", "K"):
            for said, expected, over in ((found["rows"], rows, "O"), (found["columns"], columns, array)):
                for index, pairs in zip(np.ndindex(*shapes(spec)[over]), said[array], strict=True):
                    assert {tuple(pair) for pair in pairs} == expected[array][label(over, index)]
                    assert len(pairs) == len(expected[array][label(over, index)])


def test_places_in_vec_are_those_of_numpy(answers: Answers) -> None:
    for spec, found in answers:
        for array, orders in found["places"].items():
            entries = [Entry(array, index) for index in np.ndindex(*shapes(spec)[array])]
            for order, said in zip("CF", orders, strict=True):
                at = [user_index(spec, array, entry.index) for entry in entries]
                assert said == [
                    int(np.ravel_multi_index(i, user_shape(spec, array), order=order)) for i in at
                ]


def test_kinds_of_positions_are_those_of_the_pictures(answers: Answers) -> None:
    for spec, found in answers:
        for name, said in found["kinds"].items():
            slides = PASSES[name].slides(spec)
            assert said == [[slide.kind(position) for position in slide.shown] for slide in slides]


def test_what_cannot_be_is_refused_by_the_page_as_by_python(open_page: Callable[[ConvSpec], Chrome]) -> None:
    browser = open_page(LAYERS["the README's"])
    numbers = random.Random(SEED)
    for _ in range(200):
        axis = dict(zip(("input", "kernel", "stride", "before", "after", "dilation"), (
            numbers.randint(1, 4), numbers.randint(1, 4), numbers.randint(1, 3),
            numbers.randint(0, 2), numbers.randint(0, 2), numbers.randint(1, 3),
        ), strict=True))  # fmt: skip
        other = {"input": 2, "kernel": 1, "stride": 1, "before": 0, "after": 0, "dilation": 1}
        said = browser.execute_script("return problemOf(layerOf(DATA, arguments[0]));", [axis, other])
        if said:
            with pytest.raises(SpecError) as refused:
                _spec_of(axis)
            assert said.startswith("the kernel does not fit: height ")
            assert said.split(": ")[1] in str(refused.value)  # both name the same two numbers
        else:
            assert _spec_of(axis)


def _spec_of(axis: dict[str, int]) -> ConvSpec:
    return ConvSpec(
        (axis["input"], 2),
        (axis["kernel"], 1),
        stride=(axis["stride"], 1),
        padding=((axis["before"], axis["after"]), (0, 0)),
        dilation=(axis["dilation"], 1),
    )
