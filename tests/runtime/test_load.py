"""A loaded kernel computes its passes, overwrites its results, and is had by each of the targets."""

from __future__ import annotations

import threading
import traceback
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import convolve2d, correlate2d

from convgen.errors import ArrayError, PlanError
from convgen.runtime import load, load_kernel
from convgen.runtime.extension import WAYS
from convgen.spec import ConvSpec
from runtime.by_hand import SPEC, WITHOUT_BIAS, by_hand, kernel_of, python

EACH = pytest.mark.parametrize(
    ("target", "dtype"), [("c", "float32"), ("c", "float64"), ("numpy", "float32"), ("numpy", "float64")]
)


@pytest.fixture(autouse=True, params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Everything here holds for each way in which a call reaches C."""
    monkeypatch.setenv("CONVGEN_CALL", request.param)
    return request.param


def integers(shape: tuple[int, ...], dtype: str, seed: int = 0) -> np.ndarray:
    """Small integers stored in floats: every sum below is exact in either type."""
    return np.random.default_rng(seed).integers(-8, 9, shape).astype(dtype)


def arrays(dtype: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    return (
        integers(SPEC.input_shape, dtype, 1),
        integers(SPEC.kernel_shape, dtype, 2),
        integers(SPEC.bias_shape, dtype, 3),
        integers(SPEC.output_shape, dtype, 4),
    )


@EACH
def test_the_four_passes_equal_scipy_exactly(target: str, dtype: str) -> None:
    f = load_kernel(by_hand(target, dtype))
    X, K, b, dO = arrays(dtype)
    expected = {
        "O": correlate2d(X, K, "valid") + b,
        "dX": convolve2d(dO, K, "full"),
        "dK": correlate2d(X, dO, "valid"),
        "db": dO.sum(keepdims=True).reshape(1),
    }
    dX, dK, db = f.backward(X, K, dO)
    results = {"O": f.forward(X, K, b), "dX": dX, "dK": dK, "db": db}
    single = {"dX": f.backward_data(K, dO), "dK": f.backward_weights(X, dO), "db": f.backward_bias(dO)}
    for name, result in [*results.items(), *single.items()]:
        np.testing.assert_array_equal(result, expected[name], strict=True)
        assert result.dtype == dtype


@EACH
def test_results_overwrite_out_and_are_out(target: str, dtype: str) -> None:
    f = load_kernel(by_hand(target, dtype))
    X, K, b, dO = arrays(dtype)
    O = np.full(SPEC.output_shape, np.nan, dtype)
    assert f.forward(X, K, b, out=O) is O
    np.testing.assert_array_equal(O, f.forward(X, K, b))
    out = tuple(
        np.full(shape, np.nan, dtype) for shape in (SPEC.input_shape, SPEC.kernel_shape, SPEC.bias_shape)
    )
    for _ in range(2):  # the second time over results that are already right
        for given, result, fresh in zip(
            out, f.backward(X, K, dO, out=out), f.backward(X, K, dO), strict=True
        ):
            assert result is given
            np.testing.assert_array_equal(result, fresh)
    for method, inputs, given in [
        (f.backward_data, (K, dO), out[0]),
        (f.backward_weights, (X, dO), out[1]),
        (f.backward_bias, (dO,), out[2]),
    ]:
        given[...] = np.nan
        assert method(*inputs, out=given) is given
        np.testing.assert_array_equal(given, method(*inputs))


def test_none_in_the_tuple_of_backward_means_a_new_array() -> None:
    f = load_kernel(by_hand())
    X, K, _, dO = arrays("float32")
    dK = np.empty(SPEC.kernel_shape, np.float32)
    results = f.backward(X, K, dO, out=(None, dK, None))
    assert results[1] is dK
    for result, fresh in zip(results, f.backward(X, K, dO), strict=True):
        np.testing.assert_array_equal(result, fresh)


@pytest.mark.parametrize("target", ["c", "numpy"])
def test_without_bias_there_is_no_b_and_db_is_none(target: str) -> None:
    f = load_kernel(by_hand(target, bias=False))
    X, K, b, dO = arrays("float32")
    expected = correlate2d(X, K, "valid")
    np.testing.assert_array_equal(f.forward(X, K), expected)
    np.testing.assert_array_equal(f.forward(X, K, None), expected)
    results = f.backward(X, K, dO)
    assert results[2] is None
    again = f.backward(X, K, dO, out=results)  # what one call gives, the next takes
    assert all(new is old for new, old in zip(again, results, strict=True))
    with pytest.raises(ArrayError, match=r"forward: b is a ndarray, but the spec has no bias.*bias=no"):
        f.forward(X, K, b)
    with pytest.raises(ArrayError, match=r"out\[2\] \(db\) is a ndarray, but the spec has no bias"):
        f.backward(X, K, dO, out=(None, None, b))
    with pytest.raises(
        PlanError, match=r"backward_bias: the spec has no bias.*bias=no.*load a spec with bias=True"
    ):
        f.backward_bias(dO)


def test_a_loaded_kernel_tells_what_it_is(cache: Path, way: str) -> None:
    in_c, in_numpy = load_kernel(by_hand("c")), load_kernel(by_hand("numpy", bias=False))
    assert (in_c.spec, in_numpy.spec) == (SPEC, WITHOUT_BIAS)
    assert in_c.kernel == by_hand("c")
    assert in_c.path is not None
    assert in_c.path.parent.parent == cache
    assert in_c.path.is_file()
    assert in_numpy.path is None
    assert (in_c.call, in_numpy.call) == (way, "python")
    assert repr(in_c) == f"<LoadedKernel by_hand: c float32, {SPEC}>"


def test_the_numpy_target_needs_neither_compiler_nor_cache(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("CC", "/nowhere/cc")
    f = load_kernel(by_hand("numpy"))
    X, K, b, _ = arrays("float32")
    np.testing.assert_array_equal(f.forward(X, K, b), correlate2d(X, K, "valid") + b)
    assert not cache.exists()


def test_a_traceback_through_a_numpy_kernel_shows_the_generated_line() -> None:
    source = by_hand("numpy").source.replace("db[0] = dO.sum()", "db[0] = dO.sum() / absent  # here")
    f = load_kernel(kernel_of(source, target="numpy"))
    try:
        f.backward_bias(np.zeros(SPEC.output_shape, np.float32))
    except NameError:
        assert "db[0] = dO.sum() / absent  # here" in traceback.format_exc()
    else:
        pytest.fail("the kernel names something that does not exist")


WORKSPACE = """
#include <stdint.h>

void by_hand_forward(const float *X, const float *K, float *O, void *workspace) {
    float *scratch = workspace;
    for (int p = 0; p < 24; p++)
        scratch[p] = X[p] + K[0];
    for (int round = 0; round < 20000; round++)
        for (int p = 0; p < 24; p++)
            scratch[p] += round % 2 ? -K[1] : K[1];
    for (int p = 0; p < 12; p++)
        O[p] = scratch[p];
    O[11] = (float)((uintptr_t)workspace % 64);
}

void by_hand_backward_data(const float *K, const float *dO, float *dX, void *workspace) {
    *(float *)workspace = K[0] * dO[0];
    for (int p = 0; p < 24; p++)
        dX[p] = *(float *)workspace;
}

void by_hand_backward_weights(const float *X, const float *dO, float *dK, void *workspace) {
    *(float *)workspace = X[0] + dO[0];
    for (int p = 0; p < 6; p++)
        dK[p] = *(float *)workspace;
}
"""


def test_each_thread_has_its_own_aligned_workspace() -> None:
    f = load_kernel(kernel_of(WORKSPACE, bias=False, workspace_bytes=24 * 4))
    wrong: list[int] = []

    def work(seed: int) -> None:
        X, K = integers((4, 6), "float32", seed), integers((2, 3), "float32", seed + 100)
        expected = (X.reshape(-1)[:12] + K[0, 0]).reshape(3, 4)
        expected[2, 3] = 0  # the address of the workspace, modulo 64
        wrong.extend(seed for _ in range(20) if not np.array_equal(f.forward(X, K), expected))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    X, K, dO = (np.full(shape, 3, "f4") for shape in (SPEC.input_shape, SPEC.kernel_shape, SPEC.output_shape))
    dX, dK, _ = f.backward(X, K, dO)
    assert (dX == 9).all()
    assert (dK == 6).all()


LOCAL_ARRAY = """
void by_hand_forward(const float *X, const float *restrict K, const float *b, float *restrict O) {
    for (int i = 0; i < 3; ++i) {
        float sum[12];
        for (int v = 0; v < 12; ++v)
            sum[v] = X[i + v];
        for (int m = 0; m < 6; ++m)
            for (int v = 0; v < 12; ++v)
                sum[v] += X[2 * m + v] * K[m];
        for (int v = 0; v < 12; ++v)
            O[v] = sum[v] + b[0];
    }
}
"""


def test_a_local_array_lies_where_the_compiler_believes_it_to_lie() -> None:
    """gcc 12 for AVX-512 gets this text wrong at -O2 alone, and the process ends."""
    source = LOCAL_ARRAY + by_hand().source.replace("by_hand_forward", "unused")
    code = (
        "import numpy as np; from convgen.runtime import load_kernel; from runtime.by_hand import kernel_of\n"
        f"f = load_kernel(kernel_of({source!r}))\n"
        "X, K, b = (np.arange(n, dtype='f4') for n in (24, 6, 1))\n"
        "print(f.forward(X.reshape(4, 6), K.reshape(2, 3), b).ravel().astype(int).tolist())"
    )
    process = python(code)
    output, _ = process.communicate()
    X, K = np.arange(24), np.arange(6)
    expected = X[2:14] + sum(X[2 * m : 2 * m + 12] * K[m] for m in range(6))
    assert (process.returncode, output) == (0, f"{expected.tolist()}\n")


def test_statements_in_a_row_are_added_as_they_are_written() -> None:
    """gcc 12 for AVX-512 makes wrong vectors out of this layer's straight-line code; its -O2 alone is not enough."""
    spec = ConvSpec(
        (3, 7), (2, 2), 6, 3, stride=(1, 2), padding=(1, 3), dilation=(1, 3), groups=3, layout="HWC"
    )
    random = np.random.default_rng(0)
    K, dO = (random.integers(-4, 5, shape).astype(float) for shape in (spec.kernel_shape, spec.output_shape))
    found, expected = (
        load(spec, target, "float64", **forms).backward_data(K, dO)
        for target, forms in (("c", {"forms": "unrolled"}), ("numpy", {}))
    )
    assert np.array_equal(found, expected)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "../escape"}, r"'../escape' is not a name for a kernel: it must be an identifier"),
        ({"name": "a b"}, r"'a b' is not a name for a kernel"),
        ({"name": "größe"}, r"'größe' is not a name for a kernel"),
        ({"name": "string"}, r"'string' is not a name for a kernel: it is a"),
        ({"target": "fortran"}, r"unknown target 'fortran'; targets are numpy, c"),
        ({"dtype": "float16"}, r"dtype 'float16'; dtypes are float32, float64"),
    ],
)
def test_a_kernel_that_cannot_be_is_refused(cache: Path, change: dict[str, str], message: str) -> None:
    with pytest.raises(PlanError, match=message):
        load_kernel(kernel_of("", **change))
    assert not cache.exists()


@pytest.mark.parametrize("target", ["c", "numpy"])
def test_a_source_that_lacks_a_pass_is_refused_and_not_kept(cache: Path, target: str) -> None:
    source = by_hand(target).source.replace("by_hand_backward_bias", "by_hand_other")
    with pytest.raises(PlanError, match=r"'by_hand' defines no function 'by_hand_backward_bias'"):
        load_kernel(kernel_of(source, target=target))
    assert not cache.exists() or list(cache.iterdir()) == []


@EACH
def test_load_goes_from_the_spec_to_the_call(target: str, dtype: str) -> None:
    spec = ConvSpec((5, 4), (3, 2), stride=(2, 1), padding=((1, 0), (0, 1)))
    f = load(spec, target=target, dtype=dtype)
    X, K, b, dO = (
        integers(shape, dtype)
        for shape in (spec.input_shape, spec.kernel_shape, spec.bias_shape, spec.output_shape)
    )
    padded = np.pad(X, spec.padding)
    np.testing.assert_array_equal(f.forward(X, K, b), correlate2d(padded, K, "valid")[::2, ::1] + b)
    dX, dK, db = f.backward(X, K, dO)
    # <dO, J dX'> = <J^T dO, dX'> for the bilinear map: exact in integers, and no derivative is written here
    step_X, step_K = integers(X.shape, dtype, 7), integers(K.shape, dtype, 8)
    none = np.zeros_like(b)
    assert (dO * f.forward(step_X, K, none)).sum() == (dX * step_X).sum()
    assert (dO * f.forward(X, step_K, none)).sum() == (dK * step_K).sum()
    assert db == dO.sum()
