"""Prepared weights give the same results to the last bit, keep their own copy, and are checked like any array."""

from __future__ import annotations

import numpy as np
import pytest

from convgen import ConvSpec, load
from convgen.errors import ArrayError, DtypeError
from convgen.runtime.extension import WAYS

LAYERS = tuple(
    map(
        ConvSpec.parse,
        """
        input=6x7 kernel=3x3 in-channels=20 out-channels=24 padding=1 stride=2 layout=HWC
        input=6x7 kernel=3x3 in-channels=20 out-channels=24 padding=1 batch=2
        input=6x7 kernel=2x3 in-channels=6 out-channels=300 groups=2 bias=no layout=HWC
        input=3x3 kernel=2x2
        """.strip().splitlines(),
    )
)


@pytest.fixture(autouse=True, params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Everything here holds for each way in which a call reaches C."""
    monkeypatch.setenv("CONVGEN_CALL", request.param)
    return request.param


@pytest.mark.parametrize("target", ["c", "numpy"])
@pytest.mark.parametrize("spec", LAYERS, ids=str)
def test_prepared_weights_give_the_same_results(spec: ConvSpec, target: str) -> None:
    generator = np.random.default_rng(5)
    X, K, dO, b = (
        generator.standard_normal(shape).astype(np.float32)
        for shape in (spec.input_shape, spec.kernel_shape, spec.output_shape, spec.bias_shape)
    )
    bias = (b,) if spec.bias else ()
    loaded = load(spec, target)
    expected = loaded.forward(X, K, *bias), loaded.backward_data(K, dO)
    prepared = loaded.prepare(K)
    K[...] = np.nan  # the copy is its own
    out = np.empty_like(expected[0])
    assert prepared.forward(X, *bias, out=out) is out
    assert np.array_equal(out, expected[0])
    assert np.array_equal(prepared.backward_data(dO), expected[1])


def test_some_layers_of_the_table_pack_and_some_do_not() -> None:
    packed = [set(load(spec).kernel.prepared) for spec in LAYERS]
    assert any(packed)
    assert not all(packed)


def test_wrong_arrays_are_refused() -> None:
    spec = LAYERS[0]
    loaded = load(spec)
    K = np.zeros(spec.kernel_shape, np.float32)
    with pytest.raises(ArrayError, match="^prepare: K has shape"):
        loaded.prepare(K[:1])
    with pytest.raises(DtypeError, match="float64"):
        loaded.prepare(K.astype(np.float64))
    prepared = loaded.prepare(K)
    with pytest.raises(ArrayError, match="X has shape"):
        prepared.forward(np.zeros((1, 1, 1), np.float32), np.zeros(spec.bias_shape, np.float32))
    with pytest.raises(ArrayError, match="b is missing"):
        prepared.forward(np.zeros(spec.input_shape, np.float32))
    without = load(LAYERS[2]).prepare(np.zeros(LAYERS[2].kernel_shape, np.float32))
    with pytest.raises(ArrayError, match="no bias"):
        without.forward(np.zeros(LAYERS[2].input_shape, np.float32), np.zeros(300, np.float32))


def test_packed_weights_cannot_be_written_through() -> None:
    spec = LAYERS[0]
    prepared = load(spec).prepare(np.zeros(spec.kernel_shape, np.float32))
    assert not prepared.K.flags.writeable
