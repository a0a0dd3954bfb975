"""The operations that a file announces are those that it executes; products with padding are not among them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import numpy as np
import pytest

from convgen import ConvSpec, generate
from convgen.errors import BudgetError
from convgen.kernels import Kernel
from convgen.kernels.kernel import pass_inputs, pass_output, passes_of
from kernels.harness import counted, namespace, shape_of
from kernels.nasty import NASTY

CONVOLUTIONS = ("forward", "backward_data", "backward_weights")


@pytest.mark.parametrize("spec", NASTY, ids=str)
def test_products_are_those_of_the_layer(spec: ConvSpec) -> None:
    """Counted by trying every window, channel and kernel position."""
    met = 1
    for axis in spec.axes:
        places = (
            axis.stride * o + axis.dilation * k - axis.before
            for o in range(axis.output)
            for k in range(axis.kernel)
        )
        met *= sum(0 <= x < axis.input for x in places)
    products = met * spec.batch * spec.out_channels * spec.in_channels // spec.groups
    for target, form in (("c", "loops"), ("c", "unrolled"), ("numpy", "positions"), ("numpy", "unrolled")):
        try:
            kernel = generate(spec, target, forms=form)
        except BudgetError:
            continue
        for name in CONVOLUTIONS:
            assert kernel.op_count[name].multiplications == products


@pytest.mark.parametrize("spec", NASTY, ids=str)
def test_straight_line_text_has_the_operations_that_it_announces(spec: ConvSpec) -> None:
    for target in ("c", "numpy"):
        try:
            kernel = generate(spec, target, forms="unrolled")
        except BudgetError:
            continue
        told = [(count.multiplications, count.additions) for count in kernel.op_count.values()]
        assert _written_operations(kernel) == told


def _written_operations(kernel: Kernel) -> list[tuple[int, int]]:
    """The products and sums in the text of each function."""
    if kernel.target == "c":
        code = re.sub(r"/\*.*?\*/", "", kernel.source, flags=re.DOTALL)
        bodies = [body.split("{")[1] for body in re.split(r"^void", code, flags=re.MULTILINE)[1:]]
        return [(body.count(" * "), body.count("+ ")) for body in bodies]
    functions = [node for node in ast.parse(kernel.source).body if isinstance(node, ast.FunctionDef)]
    kinds = [[type(node.op) for node in ast.walk(each) if isinstance(node, ast.BinOp)] for each in functions]
    return [(each.count(ast.Mult), each.count(ast.Add)) for each in kinds]


def test_loops_execute_what_they_announce(tmp_path: Path) -> None:
    """A counter beside every addition to a sum, in the compiled text itself."""
    kernels = [generate(spec, forms="loops", name=f"k{number}") for number, spec in enumerate(NASTY)]
    executed = counted(kernels, r"(sum(\[v\])? \+=)", r"++executed, \1", tmp_path)
    for kernel in kernels:
        for name in passes_of(kernel.spec):
            found = executed(kernel, name)
            assert found == kernel.op_count[name].additions
            if name != "backward_bias":
                assert found == kernel.op_count[name].multiplications


class Watched(np.ndarray):
    """An array that counts the products and sums of the matrices it is multiplied with."""

    products = sums = entries = 0

    def __matmul__(self, other: np.ndarray) -> np.ndarray:
        return self._count(np.asarray(self), np.asarray(other))

    def __rmatmul__(self, other: np.ndarray) -> np.ndarray:
        return self._count(np.asarray(other), np.asarray(self))

    @staticmethod
    def _count(left: np.ndarray, right: np.ndarray) -> np.ndarray:
        result = left @ right
        Watched.entries += result.size
        Watched.products += result.size * left.shape[-1]
        Watched.sums += result.size * (left.shape[-1] - 1)
        return result


@pytest.mark.parametrize("spec", NASTY, ids=str)
def test_matrix_products_are_as_large_as_announced(spec: ConvSpec) -> None:
    """The bias is one more addition for each result, and the fold one for each entry of its columns."""
    kernel = generate(spec, "numpy", forms="matrix")
    module = namespace(kernel)
    for name in CONVOLUTIONS:
        Watched.products = Watched.sums = Watched.entries = 0
        read = [np.ones(shape_of(spec, array)).view(Watched) for array in pass_inputs(spec, name)]
        result = np.empty(shape_of(spec, pass_output(name)))
        module[f"{kernel.name}_{name}"](*read, result)
        more = {"forward": result.size * spec.bias, "backward_data": Watched.entries}.get(name, 0)
        told = kernel.op_count[name]
        assert (told.multiplications, told.additions) == (Watched.products, Watched.sums + more)
        assert told.multiplications >= spec.multiply_adds
