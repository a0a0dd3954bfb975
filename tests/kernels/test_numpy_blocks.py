"""NumPy in blocks: every division into blocks gives the oracle's answers, and calls share no workspace."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import convgen as cg
from convgen import ConvSpec, generate
from convgen.errors import BudgetError
from convgen.kernels import Kernel, numpy_blocks
from convgen.kernels.kernel import pass_inputs, pass_output, passes_of
from kernels.harness import namespace, run_numpy, shape_of, wrong
from kernels.nasty import NASTY
from oracles import scipy_oracle
from oracles.arrays import integers

LAYER = ConvSpec((9, 8), (3, 3), 6, 4, stride=(2, 1), padding=1, batch=2)
DEPTHWISE = ConvSpec((7, 6), (3, 2), 4, 4, groups=4, padding=(1, 0), batch=2, layout="NHWC")
FEW = ((64, 1), (200, 3), (2000, 7))
"""Bytes and positions of a block: rows one by one, blocks with a rest, and several examples together."""


@pytest.mark.parametrize(("size", "fewest"), FEW)
@pytest.mark.parametrize("spec", NASTY, ids=str)
def test_every_division_into_blocks_gives_scipys_answers(
    spec: ConvSpec, size: int, fewest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numpy_blocks, "BLOCK_BYTES", size)
    monkeypatch.setattr(numpy_blocks, "FEWEST_POSITIONS", fewest)
    try:
        kernel = generate(spec, "numpy", forms="blocks")
    except BudgetError:
        kernel = generate(spec, "numpy", forms={"forward": "blocks", "backward_weights": "blocks"})
    arrays = integers(spec, seed=size)
    assert wrong(run_numpy(kernel, arrays), scipy_oracle.answers(spec, arrays)) == []
    assert cg.validate(kernel)


def test_blocks_with_a_rest_and_examples_together_are_among_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or what is above would not try them."""
    texts = []
    for size, fewest in FEW:
        monkeypatch.setattr(numpy_blocks, "BLOCK_BYTES", size)
        monkeypatch.setattr(numpy_blocks, "FEWEST_POSITIONS", fewest)
        texts += [generate(spec, "numpy", forms={"forward": "blocks"}).source for spec in NASTY]
    assert any("stop - i" in text for text in texts)
    assert any("for e in range(2)" in text for text in texts)
    assert any("for i in range(0, " in text for text in texts)


def calls(kernel: Kernel) -> tuple[dict[str, Any], Callable[..., dict[str, np.ndarray]]]:
    """A kernel's module, and a call of all its passes."""
    module = namespace(kernel)

    def call(arrays: Any) -> dict[str, np.ndarray]:
        results = {}
        for name in passes_of(kernel.spec):
            result = np.full(shape_of(kernel.spec, pass_output(name)), np.nan, kernel.dtype)
            read = [arrays[array].astype(kernel.dtype) for array in pass_inputs(kernel.spec, name)]
            module[f"{kernel.name}_{name}"](*read, result)
            results[pass_output(name)] = result
        return results

    return module, call


@pytest.mark.parametrize("spec", [LAYER, DEPTHWISE], ids=str)
def test_a_workspace_is_made_once_and_what_it_held_does_not_matter(spec: ConvSpec) -> None:
    module, call = calls(generate(spec, "numpy", forms="blocks"))
    kept: dict[str, Any] = {}
    for seed in range(3):
        arrays = integers(spec, seed)
        assert wrong(call(arrays), scipy_oracle.answers(spec, arrays)) == []
        for name in ("forward", "backward_data", "backward_weights"):
            (workspace,) = module[f"_{name}_idle"]
            assert kept.setdefault(name, workspace) is workspace


def test_a_call_inside_a_call_has_a_workspace_of_its_own() -> None:
    """As when a signal's handler uses the kernel: here an operand calls as it is copied."""
    module, call = calls(generate(LAYER, "numpy", forms="blocks"))
    arrays, others = integers(LAYER, 1), integers(LAYER, 2)
    inner: list[dict[str, np.ndarray]] = []

    class Calling(np.ndarray):
        """An array that calls the kernel where its pass asks for some examples of it."""

        def __array__(self, *_: object, **__: object) -> np.ndarray:
            return np.asarray(self)

        def reshape(self, *shape: Any, **options: Any) -> Any:
            if not inner:
                inner.append(call(others))
            return super().reshape(*shape, **options)

    K = arrays["K"].astype("float32").view(Calling)
    result = np.empty(LAYER.output_shape, np.float32)
    read = {name: data.astype("float32") for name, data in arrays.items()}
    name = generate(LAYER, "numpy").name
    module[f"{name}_forward"](read["X"], K, read["b"], result)
    assert wrong({"O": result}, {"O": scipy_oracle.answers(LAYER, arrays)["O"]}) == []
    assert wrong(inner[0], scipy_oracle.answers(LAYER, others)) == []
    assert len(module["_forward_idle"]) == 2


def test_threads_have_a_workspace_each() -> None:
    module, call = calls(generate(LAYER, "numpy", forms="blocks"))
    asked = [integers(LAYER, seed) for seed in range(4)]
    expected = [scipy_oracle.answers(LAYER, arrays) for arrays in asked]
    start, found = threading.Barrier(4), []

    def work(number: int) -> None:
        start.wait()
        for _ in range(25):
            found.extend(wrong(call(asked[number]), expected[number]))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == []
    assert 1 <= len(module["_forward_idle"]) <= 4


def test_a_call_that_raises_keeps_no_workspace() -> None:
    kernel = generate(LAYER, "numpy", forms="blocks")
    module, call = calls(kernel)
    with pytest.raises(ValueError, match="broadcast"):
        module[f"{kernel.name}_forward"](np.ones((3, 3)), np.ones(LAYER.kernel_shape), np.ones(4), None)
    assert module["_forward_idle"] == []
    arrays = integers(LAYER, 5)
    assert wrong(call(arrays), scipy_oracle.answers(LAYER, arrays)) == []


def test_scratch_memory_is_as_large_as_told() -> None:
    kernel = generate(LAYER, "numpy", forms="blocks")
    module = namespace(kernel)
    for name in ("forward", "backward_data", "backward_weights"):
        owners: dict[int, int] = {}

        def walk(value: Any, owners: dict[int, int] = owners) -> None:
            if isinstance(value, tuple):
                for each in value:
                    walk(each)
                return
            while isinstance(value.base, np.ndarray):
                value = value.base
            if value.base is None:
                owners[value.ctypes.data] = value.nbytes
            else:  # a strided view's base is no array, but has one
                whole = value.base.base
                while isinstance(whole.base, np.ndarray):
                    whole = whole.base
                owners[whole.ctypes.data] = whole.nbytes

        walk(module[f"_{name}_workspace"]())
        assert sum(owners.values()) == kernel.workspace_bytes[name]
