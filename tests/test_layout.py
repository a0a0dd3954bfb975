"""A layout is a view: every user's array enters under the named axes, and leaves as it came."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

import by_loops
from convgen import ConvSpec
from convgen.errors import ArrayError
from convgen.layout import (
    axis_names,
    axis_sizes,
    base_name,
    element_name,
    element_strides,
    from_named,
    name_shape,
    to_named,
    user_shape,
)
from convgen.spec import layouts_of_rank
from convgen.testing import conv_specs

ARRAYS = ("X", "K", "b", "O", "dX", "dK", "db", "dO", "ddX", "ddK")

LAYERS = [
    ConvSpec(
        (5, 6, 7)[-rank:],
        (2, 3, 4)[-rank:],
        *((4, 6) if "C" in layout else ()),
        batch=2 if "N" in layout else None,
        groups=2 if "C" in layout else 1,
        layout=layout,
    )
    for rank in (1, 2, 3)
    for layout in layouts_of_rank(rank)
]
"""One layer of every layout, with every size different that may be."""


def named_by_hand(spec: ConvSpec, array: str, data: np.ndarray) -> np.ndarray:
    """The array under its named axes, by moving the channels to the front and splitting off the group."""
    base = array[-1]
    if base == "b":
        return data.reshape(spec.groups, -1)
    if base == "K":
        if "C" not in spec.layout:
            data = data[np.newaxis, np.newaxis]
        elif spec.layout.endswith("C"):
            data = np.moveaxis(data, (-1, -2), (0, 1))
        return data.reshape(spec.groups, -1, *data.shape[1:])
    if "C" not in spec.layout:
        data = data[np.newaxis]
    elif spec.layout.endswith("C"):
        data = np.moveaxis(data, -1, 1 if "N" in spec.layout else 0)
    if "N" not in spec.layout:
        data = data[np.newaxis]
    return data.reshape(data.shape[0], spec.groups, -1, *data.shape[2:])


def counted(spec: ConvSpec, array: str) -> np.ndarray:
    """The user's array whose every element is its own number."""
    shape = user_shape(spec, array)
    return np.arange(np.prod(shape)).reshape(shape)


@pytest.mark.parametrize("spec", LAYERS, ids=lambda spec: spec.layout)
@pytest.mark.parametrize("array", ARRAYS)
def test_named_axes_are_the_moved_axes(spec: ConvSpec, array: str) -> None:
    named = to_named(spec, array, counted(spec, array))
    assert np.array_equal(named, named_by_hand(spec, array, counted(spec, array)))
    assert named.shape == tuple(axis_sizes(spec, array).values())
    assert named.base is not None  # a view: nothing is copied on the way in


@given(conv_specs())
def test_leaving_undoes_entering(spec: ConvSpec) -> None:
    for array in ARRAYS:
        data = counted(spec, array)
        named = to_named(spec, array, data)
        assert np.array_equal(named, named_by_hand(spec, array, data))
        assert np.array_equal(from_named(spec, array, named), data)


@pytest.mark.parametrize("spec", LAYERS, ids=lambda spec: spec.layout)
@pytest.mark.parametrize("array", ["X", "K", "b", "dO"])
def test_element_strides_are_those_of_the_users_array(spec: ConvSpec, array: str) -> None:
    data = counted(spec, array)
    view = named_by_hand(spec, array, data)
    strides = element_strides(spec, array)
    for name, size, step in zip(axis_names(spec, array), view.shape, view.strides, strict=True):
        if size > 1:
            assert strides[name] == step // data.itemsize, name
    places = sum(index * step for index, step in zip(np.indices(view.shape), strides.values(), strict=True))
    assert np.array_equal(places, view)


def test_an_axis_that_the_layout_leaves_out_takes_no_step() -> None:
    spec = ConvSpec((4, 6), (2, 3))
    assert element_strides(spec, "X") == {"n": 0, "g": 0, "c": 0, "s0": 6, "s1": 1}
    assert element_strides(spec, "K") == {"g": 0, "f": 0, "c": 0, "s0": 3, "s1": 1}
    assert element_strides(spec, "b") == {"g": 1, "f": 1}


@given(conv_specs())
def test_the_named_sizes_are_those_of_the_definition(spec: ConvSpec) -> None:
    for array, shape in by_loops.shapes(spec).items():
        assert tuple(axis_sizes(spec, array).values()) == shape


@pytest.mark.parametrize(
    ("array", "base"),
    [("X", "X"), ("dX", "X"), ("ddX", "X"), ("b", "b"), ("db", "b"), ("ddb", "b"), ("dO", "O"), ("ddK", "K")],
)
def test_a_gradient_has_the_axes_of_its_array(array: str, base: str) -> None:
    assert base_name(array) == base


@pytest.mark.parametrize(
    ("layout", "shape"), [("NCHW", (2, 6, 7, 4)), ("NHWC", (2, 4, 6, 7)), ("CHW", (4, 7, 6)), ("CHW", (168,))]
)
def test_an_array_of_another_shape_is_refused_rather_than_rearranged(
    layout: str, shape: tuple[int, ...]
) -> None:
    spec = ConvSpec((6, 7), 2, 4, 6, 2 if "N" in layout else None, layout=layout)
    with pytest.raises(ArrayError) as caught:
        to_named(spec, "X", np.zeros(shape))
    assert str(shape) in str(caught.value)
    assert str(spec.input_shape) in str(caught.value)


def test_names_of_entries_sort_as_the_entries_do() -> None:
    names = [element_name("X", (2, 11), index) for index in np.ndindex(2, 11)]
    assert names == sorted(names)
    assert names[0] == "X_0_00"
    assert names[-1] == "X_1_10"


def test_the_one_bias_of_a_spatial_layout_is_called_b() -> None:
    spatial, channels = ConvSpec((4, 4), 2), ConvSpec((4, 4), 2, 1, 12)
    assert element_name("b", name_shape(spatial, "b"), ()) == "b"
    assert element_name("db", name_shape(channels, "db"), (3,)) == "db_03"
