"""A call of an emitted NumPy function: first without values, to find what it writes of its workspace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from convgen.validation.numpy_module import Module
from convgen.validation.numpy_run import NumpyExecution
from convgen.validation.numpy_workspace import Watched, Workspace
from convgen.validation.store import FIRST_ENTRY, Integers, Store


def call(store: Store, module: Module, name: str, arguments: Mapping[str, Integers], output: str) -> None:
    """Execute a function on arrays of rows, in a workspace in which any number of calls have been before.

    Args:
        store: where values are made.
        module: the source.
        name: the function.
        arguments: its arrays by name; the inputs read-only, the output unwritten.
        output: which of them it writes.

    Raises:
        Fault: it does what no kernel may do.
        SourceError: it has a statement that is not known.
    """
    workspace = Workspace()
    if module.idle:
        found = Watched()
        copies = {each: array if each != output else array.copy() for each, array in arguments.items()}
        _Trial(store, module, found).run(name, copies, output)
        workspace.stale = found.changed
    NumpyExecution(store, module, workspace).run(name, arguments, output)


class _Trial(NumpyExecution):
    """An execution without values."""

    def rows(self, _line: int, shape: tuple[int, ...], *_terms: Any) -> Integers:
        """Something that is not 0."""
        return np.full(shape, FIRST_ENTRY)

    def matmul(self, _line: int, left: Any, right: Any) -> Integers:
        """The shape of a product."""
        return np.full((np.zeros(left.shape, bool) @ np.zeros(right.shape, bool)).shape, FIRST_ENTRY)

    def einsum(self, line: int, subscripts: str, left: Any, right: Any) -> Integers:
        """The shape of a sum."""
        return np.full(self.aligned(line, subscripts, left, right)[0], FIRST_ENTRY)
