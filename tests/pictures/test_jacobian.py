"""A Jacobian's picture has a mark exactly where the derivative is not zero, and equal marks for equal entries."""

import re
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given

from by_loops import shapes, taps
from convgen import ConvSpec, derive, draw
from convgen.errors import BudgetError, PlanError, SpecError
from convgen.layout import user_index
from convgen.pictures.colours import DEFAULT
from convgen.pictures.jacobian import LONGEST_STEP, JacobianPicture
from convgen.pictures.scene import Lines
from convgen.pictures.sparse import runs, sparse_pattern
from convgen.testing import conv_specs
from pictures.reading import Rect, Text, root_of, shapes_of
from pictures.specs import LAYERS

SMALL = [spec for spec in LAYERS.values() if max(np.prod(shapes(spec)[a]) for a in ("X", "K", "O")) <= 48]


def by_loops(spec: ConvSpec, array: str, vec: str) -> dict[tuple[int, int], tuple[int, ...]]:
    """Row and column to the entry that stands there, from the loops over the definition."""
    sizes = {"O": spec.output_shape, "X": spec.input_shape, "K": spec.kernel_shape}

    def place(name: str, index: tuple[int, ...]) -> int:
        return int(np.ravel_multi_index(user_index(spec, name, index), sizes[name], order=vec))

    found = {}
    for o, x, k in taps(spec):
        column, entry = (x, k) if array == "X" else (k, x)
        found[place("O", o), place(array, column)] = entry
    return found


@pytest.mark.parametrize("array", ["X", "K"])
@pytest.mark.parametrize("vec", ["F", "C"])
@pytest.mark.parametrize("spec", LAYERS.values(), ids=LAYERS)
def test_the_pattern_is_that_of_the_taps(spec: ConvSpec, vec: str, array: str) -> None:
    sparse = sparse_pattern(spec, array, vec)
    expected = by_loops(spec, array, vec)
    places = list(zip(sparse.rows.tolist(), sparse.columns.tolist(), strict=True))
    assert set(places) == set(expected)
    assert len(places) == len(expected)
    entries, kinds = defaultdict(set), defaultdict(set)
    for place, element, kind in zip(places, sparse.elements.tolist(), sparse.kinds.tolist(), strict=True):
        entries[element].add(expected[place])
        kinds[kind].add(expected[place][-spec.rank :])
    assert all(len(each) == 1 for each in entries.values())
    assert all(len(each) == 1 for each in kinds.values())


@pytest.mark.parametrize("vec", ["F", "C"])
@pytest.mark.parametrize("array", ["X", "K", "b"])
def test_the_cells_drawn_are_those_that_sympy_says_are_not_zero(array: str, vec: str) -> None:
    spec = LAYERS["the README's"]
    matrix = derive(spec).jacobian(array, vec=vec)
    shapes_drawn = shapes_of(root_of(draw(spec, "jacobian", array=array, vec=vec).svg()))
    rects = [shape for shape in shapes_drawn if isinstance(shape, Rect)]
    texts = [shape for shape in shapes_drawn if isinstance(shape, Text)]
    ground = next(rect for rect in rects[1:] if rect.width > 100 or rect.height > 100)
    cell = ground.width / matrix.shape[1]
    found = {}
    for rect in rects:
        if abs(rect.width - cell) < 0.02 and ground.holds(rect.x + 1, rect.y + 1) and rect != ground:
            words = [text.words for text in texts if rect.holds(text.x, text.y)]
            found[round((rect.y - ground.y) / cell), round((rect.x - ground.x) / cell)] = words
    expected = {
        (row, column): [re.sub(r"^[XK]_", "", str(matrix[row, column])).replace("_", ",")]
        for row in range(matrix.shape[0])
        for column in range(matrix.shape[1])
        if matrix[row, column] != 0
    }
    assert found == expected


@given(conv_specs(max_size=5, max_channels=2, max_batch=2))
def test_runs_hold_every_entry_once_at_equal_short_steps(spec: ConvSpec) -> None:
    sparse = sparse_pattern(spec, "X", "C")
    order, begins, ends = runs(sparse.elements, sparse.rows, sparse.columns, (2, 3))
    assert sorted(order.tolist()) == list(range(len(sparse.rows)))
    assert begins.tolist() == [0] * bool(len(order)) + [end + 1 for end in ends.tolist()[:-1]]
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        members = order[begin : end + 1]
        assert len(set(sparse.elements[members].tolist())) == 1
        steps = set(zip(np.diff(sparse.rows[members]), np.diff(sparse.columns[members]), strict=True))
        assert len(steps) <= 1
        assert all(abs(down) <= 2 and abs(right) <= 3 for down, right in steps)


def test_a_line_of_the_whole_never_covers_more_than_can_be_told_apart() -> None:
    spec = LAYERS["two axes, everything differs"]
    picture = JacobianPicture(spec, "X", "C", DEFAULT, sparse_pattern(spec, "X", "C"))
    assert not picture.labelled
    order, begins, _ = runs(
        picture.sparse.elements,
        picture.sparse.rows,
        picture.sparse.columns,
        (LONGEST_STEP / (picture.size[1] / 72), LONGEST_STEP / (picture.size[0] / 280)),
    )
    assert len(begins) == len(order)  # here every entry is a dot of its own
    lines = [shape for shape in picture.picture().shapes if isinstance(shape, Lines)]
    assert sum(len(each.segments) for each in lines if each.stroke in picture.palette) == len(order)


def test_a_large_jacobian_without_any_entry_is_drawn() -> None:
    spec = ConvSpec((60,), (1,), stride=61, padding=((1, 61),))
    assert sparse_pattern(spec, "X").rows.size == 0
    assert "0 of 120 entries not zero" in draw(spec, "jacobian").svg()


def test_a_layer_of_3_to_16_channels_on_32x32_is_drawn_whole() -> None:
    spec = ConvSpec((32, 32), (3, 3), 3, 16, padding=1)
    svg = draw(spec, "jacobian").svg()
    assert "16,384 × 3,072, 424,128 of 50,331,648 entries not zero" in svg
    assert len(svg) < 2_000_000


@pytest.mark.parametrize(
    ("arguments", "error", "complaint"),
    [
        ({"array": "Y"}, SpecError, "by X, K, b; asked for 'Y'"),
        ({"vec": "Q"}, PlanError, "vec must be 'F'"),
    ],
)
def test_a_jacobian_that_is_none_is_refused(
    arguments: dict[str, str], error: type[Exception], complaint: str
) -> None:
    with pytest.raises(error, match=complaint):
        draw(LAYERS["the README's"], "jacobian", **arguments)
    with pytest.raises(SpecError, match="by X, K; asked for 'b'"):
        draw(LAYERS["no bias"], "jacobian", array="b")


def test_a_jacobian_beyond_the_limit_is_refused_with_both_numbers() -> None:
    with pytest.raises(BudgetError, match=r"has 35,999,928,000,036 entries .* the limit is 1,000,000"):
        draw(ConvSpec((2_000_000, 2_000_000), (3, 3)), "jacobian")
