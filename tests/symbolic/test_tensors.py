"""Entries are plain SymPy symbols whose order of names is the order of elements."""

import numpy as np
import pytest
import sympy

from convgen.layout import element_name
from convgen.spec import ConvSpec
from convgen.symbolic.tensors import entry_indices, symbol_array, symbol_list


def test_names_count_the_arrays_own_axes_with_digits_as_wide_as_the_axis() -> None:
    """X(3, 10) of a 3x12 input is X_3_10, and X(0, 2) is X_0_02."""
    X = symbol_array(ConvSpec((4, 12), 2), "X")
    assert X.shape == (4, 12)
    assert X[3, 10] == sympy.Symbol("X_3_10")
    assert X[0, 2] == sympy.Symbol("X_0_02")


def test_the_bias_of_a_spatial_only_layout_is_b_and_otherwise_b_f() -> None:
    assert symbol_list(ConvSpec((4, 4), 2), "b") == (sympy.Symbol("b"),)
    assert symbol_list(ConvSpec((4, 4), 2), "db") == (sympy.Symbol("db"),)
    assert symbol_list(ConvSpec((4, 4), 2, 1, 2), "b") == sympy.symbols("b_0 b_1")


@pytest.mark.parametrize("array", ["X", "K", "b", "dO"])
def test_order_of_names_is_order_of_elements(array: str) -> None:
    """SymPy sorts X_10 before X_2; ours carry zeros, so sorting names changes nothing."""
    spec = ConvSpec((11, 12), (2, 3), 10, 12, layout="HWC")
    names = [str(symbol) for symbol in symbol_list(spec, array)]
    assert names == sorted(names)
    assert len(set(names)) == len(names)


def test_entry_indices_inverts_element_name() -> None:
    shape = (3, 11, 100)
    for index in [(0, 0, 0), (2, 10, 99), (1, 3, 42)]:
        assert entry_indices(element_name("dK", shape, index)) == ("dK", index)
    assert entry_indices("b") == ("b", ())
    with pytest.raises(ValueError, match="x_1"):
        entry_indices("x_1")


def test_symbols_are_in_the_users_layout() -> None:
    """The same element has its indices in the order of the layout."""
    first = symbol_array(ConvSpec((2, 3), 1, 4, 4, layout="CHW"), "X")
    last = symbol_array(ConvSpec((2, 3), 1, 4, 4, layout="HWC"), "X")
    assert first[3, 1, 2] == sympy.Symbol("X_3_1_2")
    assert last[1, 2, 3] == sympy.Symbol("X_1_2_3")
    assert np.shape(first) == (4, 2, 3)
