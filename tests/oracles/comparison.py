"""One comparison for kernels and for deliberately wrong imitations of them alike.

A kernel is called on arrays that lie between NaNs: a read outside its inputs spoils a result, and a write
outside its results is seen. Results that it is to overwrite hold NaN before.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from convgen import ConvSpec

from .arrays import Arrays, summands

GUARD = 16
"""How many NaNs lie on either side of an array."""

UNIT_ROUNDOFF = {"float32": 2.0**-24, "float64": 2.0**-53}


def exactly(expected: Arrays) -> Arrays:
    """The tolerance for integer-valued arrays: none."""
    return {name: np.zeros_like(result) for name, result in expected.items()}


def rounding_bound(spec: ConvSpec, dtype: str, absolute: Arrays) -> Arrays:
    """How far an element may be from the float64 oracle's, whatever the order of summation.

    A sum of n products computed in any order, fused or not, errs by at most γ_n Σ|x||k|, where
    γ_n = n u / (1 - n u) and u is the unit roundoff (Higham, Accuracy and Stability of Numerical
    Algorithms, section 3.1). The oracle's own sum errs by γ_n with float64's u, and so does the Σ|x||k|
    that it is asked for.

    Args:
        spec: the layer.
        dtype: the number type of the result that is judged.
        absolute: the oracle's answers for the absolute values of the arrays, Σ|x||k|.
    """
    bounds = {}
    for name, count in summands(spec).items():
        if name in absolute:
            judged, oracle = (_gamma(count, UNIT_ROUNDOFF[each]) for each in (dtype, "float64"))
            bounds[name] = (judged + oracle) / (1 - oracle) * absolute[name]
    return bounds


def _gamma(count: int, unit_roundoff: float) -> float:
    return count * unit_roundoff / (1 - count * unit_roundoff)


def differences(
    function: Any, spec: ConvSpec, dtype: str, arrays: Arrays, expected: Arrays, bounds: Arrays
) -> dict[str, str]:
    """What is wrong with a kernel, by the array that it is about; empty where everything is right.

    Args:
        function: a loaded kernel, or anything with its methods.
        spec: the layer that it should compute.
        dtype: its number type.
        arrays: X, K, b and dO in float64, exact in the dtype.
        expected: O, dX, dK, and db where the spec has a bias, from an oracle.
        bounds: how far each element may be off.
    """
    given = {name: _guarded(array.shape, dtype, array) for name, array in arrays.items()}
    bias = [given["b"]] if spec.bias else []
    found: dict[str, str] = {}

    def judge(call: str, results: dict[str, Any]) -> None:
        for name, result in results.items():
            problem = _problem(result, dtype, expected[name], bounds[name])
            if problem:
                found.setdefault(name, f"{name} of {call}, {dtype}, {spec}: {problem}")

    def empty(*names: str) -> list[np.ndarray]:
        return [_guarded(expected[name].shape, dtype) for name in names]

    gradients = [name for name in ("dX", "dK", "db") if name in expected]
    calls = {
        "forward": (function.forward, [given["X"], given["K"], *bias], ["O"]),
        "backward_data": (function.backward_data, [given["K"], given["dO"]], ["dX"]),
        "backward_weights": (function.backward_weights, [given["X"], given["dO"]], ["dK"]),
    }
    if spec.bias:
        calls["backward_bias"] = (function.backward_bias, [given["dO"]], ["db"])
    for call, (method, inputs, (name,)) in calls.items():
        judge(f"{call}()", {name: method(*inputs)})
        (out,) = empty(name)
        method(*inputs, out=out)
        judge(f"{call}(out=)", {name: out})
        if not _guards_hold(out):
            found[name] = f"{name} of {call}(out=), {dtype}, {spec}: written beyond its end"
    outs = empty(*gradients)
    inputs = [given["X"], given["K"], given["dO"]]
    judge("backward()", dict(zip(gradients, function.backward(*inputs), strict=False)))
    function.backward(*inputs, out=(*outs, *([] if spec.bias else [None])))
    judge("backward(out=)", dict(zip(gradients, outs, strict=True)))
    for name, array in given.items():
        if not np.array_equal(array, arrays[name]) or not _guards_hold(array):
            found[name] = f"{name}, {dtype}, {spec}: an input was written to"
    return found


def _problem(result: Any, dtype: str, expected: np.ndarray, bound: np.ndarray) -> str | None:
    if not isinstance(result, np.ndarray) or (result.shape, result.dtype) != (
        expected.shape,
        np.dtype(dtype),
    ):
        got = f"{result.dtype} {result.shape}" if isinstance(result, np.ndarray) else repr(result)
        return f"is {got}, expected {dtype} {expected.shape}"
    wrong = ~(np.abs(result.astype(np.float64) - expected) <= bound)  # negated, so that NaN is wrong
    if not wrong.any():
        return None
    first = tuple(int(index) for index in np.argwhere(wrong)[0])
    return (
        f"{wrong.sum()} of {wrong.size} elements differ, first at {first}: "
        f"{result[first]}, expected {expected[first]} within {bound[first]}"
    )


def _guarded(shape: tuple[int, ...], dtype: str, content: np.ndarray | float = np.nan) -> np.ndarray:
    size = int(np.prod(shape))
    memory = np.full(size + 2 * GUARD, np.nan, dtype)
    array = memory[GUARD : GUARD + size].reshape(shape)
    array[...] = content
    return array


def _guards_hold(array: np.ndarray) -> bool:
    memory = array.base
    assert memory is not None
    return bool(np.isnan(memory[:GUARD]).all() and np.isnan(memory[-GUARD:]).all())
