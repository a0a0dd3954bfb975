"""Named SymPy tensors: X_1_0, K_0_1, b_0, dO_0_1, in the user's own layout.

Digits are padded with zeros to the width of their axis, so that SymPy's order of names is the order of
elements; the flat construction of sums relies on it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy

from convgen.layout import element_name, name_shape, user_shape
from convgen.spec import ConvSpec

SymbolArray = npt.NDArray[np.object_]


@lru_cache(maxsize=64)
def _symbols(array: str, names: tuple[int, ...]) -> tuple[sympy.Symbol, ...]:
    return tuple(sympy.Symbol(element_name(array, names, index)) for index in np.ndindex(*names))


def symbol_list(spec: ConvSpec, array: str) -> tuple[sympy.Symbol, ...]:
    """The entries of an array in row-major order of the user's layout."""
    return _symbols(array, name_shape(spec, array))


def symbol_array(spec: ConvSpec, array: str) -> SymbolArray:
    """The entries as a NumPy array of Symbols with the user's shape."""
    return as_object_array(symbol_list(spec, array), user_shape(spec, array))


def as_object_array(entries: Sequence[Any], shape: Sequence[int]) -> SymbolArray:
    """Entries in row-major order as a NumPy array of Python objects."""
    data = np.empty(math.prod(shape), dtype=object)
    data[:] = entries
    return data.reshape(tuple(shape))


_ENTRY = re.compile(r"(d*)([XKbO])((?:_\d+)*)")


def entry_indices(name: str) -> tuple[str, tuple[int, ...]]:
    """The array and the indices that an entry's name stands for: dO_0_12 is dO at (0, 12)."""
    match = _ENTRY.fullmatch(name)
    if match is None:
        raise ValueError(f"{name!r} is not the name of an entry")
    return match[1] + match[2], tuple(int(digits) for digits in match[3].split("_")[1:])
