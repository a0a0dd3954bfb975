"""What the oracles say, with one voice: SciPy, and PyTorch wherever it is installed."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

import numpy as np

from convgen import ConvSpec

from .arrays import Arrays


def oracles() -> dict[str, ModuleType]:
    """The oracles that can be asked here; SciPy always can."""
    names = ["scipy", *(["torch"] if find_spec("torch") else [])]
    return {name: import_module(f"oracles.{name}_oracle") for name in names}


def exact_answers(spec: ConvSpec, arrays: Arrays) -> Arrays:
    """The answers for integer-valued arrays, on which all oracles must agree to the last bit."""
    first, *others = (oracle.answers(spec, arrays) for oracle in oracles().values())
    for other in others:
        assert other.keys() == first.keys()
        for name, result in first.items():
            assert np.array_equal(result, other[name]), f"the oracles differ in {name} of {spec}"
    return first
