"""A call refuses every array that is not right, before it writes anything, and says how to make it right."""

from __future__ import annotations

import numpy as np
import pytest

from convgen.errors import ArrayError, ConvgenError, DtypeError
from convgen.runtime import LoadedKernel, load_kernel
from convgen.runtime.extension import WAYS
from runtime.by_hand import by_hand

F32 = np.float32
SHAPES = {
    "X": (4, 6),
    "K": (2, 3),
    "b": (1,),
    "dO": (3, 4),
    "O": (3, 4),
    "dX": (4, 6),
    "dK": (2, 3),
    "db": (1,),
}

METHODS = {
    "forward": (("X", "K", "b"), ("O",)),
    "backward": (("X", "K", "dO"), ("dX", "dK", "db")),
    "backward_data": (("K", "dO"), ("dX",)),
    "backward_weights": (("X", "dO"), ("dK",)),
    "backward_bias": (("dO",), ("db",)),
}


@pytest.fixture(scope="module", params=[*WAYS, "python"])
def f(request: pytest.FixtureRequest) -> LoadedKernel:
    """A kernel for each way in which a call reaches it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONVGEN_CALL", request.param if request.param in WAYS else "")
        loaded = load_kernel(by_hand("c" if request.param in WAYS else "numpy"))
    assert loaded.call == request.param
    return loaded


def arguments(method: str) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Right inputs, and right results filled with a value that no call would leave."""
    inputs, outputs = METHODS[method]
    return [np.ones(SHAPES[name], F32) for name in inputs], [
        np.full(SHAPES[name], 777, F32) for name in outputs
    ]


def call(f: LoadedKernel, method: str, inputs: list, outputs: list) -> object:
    return getattr(f, method)(*inputs, out=tuple(outputs) if method == "backward" else outputs[0])


def places() -> list[tuple[str, str, int]]:
    """Every argument of every method: the method, ``in`` or ``out``, and which."""
    return [
        (method, kind, index)
        for method, names in METHODS.items()
        for kind, each in zip(("in", "out"), names, strict=True)
        for index in range(len(each))
    ]


def told(method: str, kind: str, index: int) -> str:
    """How a message names the argument."""
    name = METHODS[method][kind == "out"][index]
    if kind == "in":
        return f"{method}: {name} "
    return f"{method}: out[{index}] ({name}) " if method == "backward" else f"{method}: out ({name}) "


def misaligned(array: np.ndarray) -> np.ndarray:
    memory = np.zeros(array.nbytes + 1, np.uint8)
    view = memory[1:].view(array.dtype).reshape(array.shape)
    view[...] = array
    return view


def read_only(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array


NATIVE, SWAPPED = np.dtype(F32).str, np.dtype(F32).newbyteorder("S").str
GENERATED = "but the kernel was generated for"

FAULTS = {
    "list": (lambda a: a.tolist(), DtypeError, "is a list, not a NumPy array"),
    "number": (lambda a: 1.0, DtypeError, "is a float, not a NumPy array"),
    "NumPy scalar": (lambda a: F32(1), DtypeError, "is a numpy.float32, not a NumPy array"),
    "masked": (np.ma.masked_array, DtypeError, "is a numpy.ma.MaskedArray, not a NumPy array"),
    "double": (lambda a: a.astype(np.float64), DtypeError, f"has dtype float64, {GENERATED} float32"),
    "half": (lambda a: a.astype(np.float16), DtypeError, f"has dtype float16, {GENERATED} float32"),
    "integer": (lambda a: a.astype(np.int32), DtypeError, f"has dtype int32, {GENERATED} float32"),
    "object": (lambda a: a.astype(object), DtypeError, f"has dtype object, {GENERATED} float32"),
    "byte order": (
        lambda a: a.astype(SWAPPED),
        DtypeError,
        f"has byte order {SWAPPED!r}, this machine's is {NATIVE!r}",
    ),
    "an axis more": (lambda a: a[np.newaxis], ArrayError, f"has shape {{given}}, {GENERATED} {{shape}}"),
    "a row less": (lambda a: a[1:], ArrayError, f"has shape {{given}}, {GENERATED} {{shape}}"),
    "order": (np.asfortranarray, ArrayError, "is not C-contiguous: its strides are "),
    "alignment": (misaligned, ArrayError, "is not a multiple of 4"),
}
"""What makes a right array wrong, the error, and what the message says."""


@pytest.mark.parametrize(
    ("method", "kind", "index", "fault"),
    [
        (method, kind, index, fault)
        for method, kind, index in places()
        for fault in FAULTS
        if fault != "order"
        or METHODS[method][kind == "out"][index] not in ("b", "db")  # an axis has one order
    ],
)
def test_every_fault_of_every_argument_is_named(
    f: LoadedKernel, method: str, kind: str, index: int, fault: str
) -> None:
    make, error, words = FAULTS[fault]
    inputs, outputs = arguments(method)
    given = (inputs, outputs)[kind == "out"]
    kept = [array for array in outputs if array is not given[index]]
    shape = given[index].shape
    given[index] = make(given[index])
    with pytest.raises(error) as caught:
        call(f, method, inputs, outputs)
    message = str(caught.value)
    assert message.startswith(told(method, kind, index))
    assert words.format(given=np.shape(given[index]), shape=shape) in message
    assert ("; give a new array, np.empty(" if kind == "out" else "; use ") in message
    assert all((array == 777).all() for array in kept)  # nothing half written


@pytest.mark.parametrize(("method", "kind", "index"), [place for place in places() if place[1] == "out"])
def test_a_read_only_result_is_refused(f: LoadedKernel, method: str, kind: str, index: int) -> None:
    inputs, outputs = arguments(method)
    outputs[index] = read_only(outputs[index])
    with pytest.raises(
        ArrayError, match="is read-only, and the call writes to it; give a new array"
    ) as caught:
        call(f, method, inputs, outputs)
    assert str(caught.value).startswith(told(method, kind, index))
    assert all((array == 777).all() for array in outputs)


@pytest.mark.parametrize("method", METHODS)
def test_read_only_inputs_are_right(f: LoadedKernel, method: str) -> None:
    inputs, outputs = arguments(method)
    fresh = call(f, method, inputs, outputs)
    frozen = call(
        f, method, [read_only(array.copy()) for array in inputs], [array.copy() for array in outputs]
    )
    for left, right in zip(fresh, frozen, strict=True):
        np.testing.assert_array_equal(left, right)


def overlaps() -> list[tuple[str, int, str, int]]:
    """Each result against each input and each earlier result."""
    return [
        (method, out, kind, other)
        for method, (inputs, outputs) in METHODS.items()
        for out in range(len(outputs))
        for kind, count in (("in", len(inputs)), ("out", out))
        for other in range(count)
    ]


@pytest.mark.parametrize("gap", [0, 1])
@pytest.mark.parametrize(("method", "out", "kind", "other"), overlaps())
def test_results_may_touch_but_not_share_memory(
    f: LoadedKernel, method: str, out: int, kind: str, other: int, gap: int
) -> None:
    inputs, outputs = arguments(method)
    given = (inputs, outputs)[kind == "out"]
    first, second = given[other].shape, outputs[out].shape
    size = int(np.prod(first))
    memory = np.full(size + int(np.prod(second)), 777, F32)
    given[other] = memory[:size].reshape(first)
    start = size - 1 + gap  # the last element of one is the first of the other, or they only meet
    outputs[out] = memory[start : start + int(np.prod(second))].reshape(second)
    if gap:
        call(f, method, inputs, outputs)
        return
    with pytest.raises(ArrayError) as caught:
        call(f, method, inputs, outputs)
    name = METHODS[method][0][other] if kind == "in" else f"out[{other}]"
    reason = "still reads" if kind == "in" else "writes too"
    assert str(caught.value).startswith(
        told(method, "out", out) + f"shares memory with {name}, which the call {reason}; give a new array"
    )
    assert (memory == 777).all()


def test_results_in_place_of_inputs_are_refused(f: LoadedKernel) -> None:
    (X, K, dO), _ = arguments("backward")
    with pytest.raises(ArrayError, match=r"backward: out\[0\] \(dX\) shares memory with X"):
        f.backward(X, K, dO, out=(X, None, None))
    square = np.ones((4, 6), F32)
    with pytest.raises(ArrayError, match=r"backward: out\[1\] \(dK\) shares memory with out\[0\]"):
        f.backward(X, K, dO, out=(square, square.reshape(-1)[6:12].reshape(2, 3), None))


def test_a_missing_bias_is_named(f: LoadedKernel) -> None:
    X, K = np.ones((4, 6), F32), np.ones((2, 3), F32)
    with pytest.raises(ArrayError, match=r"forward: b is missing; give an array of shape \(1,\).*bias=False"):
        f.forward(X, K)
    with pytest.raises(
        ArrayError, match=r"forward: X is missing; give an array of shape \(4, 6\) and dtype float32"
    ):
        f.forward(None, K, np.ones(1, F32))


@pytest.mark.parametrize("out", [[None, None, None], np.empty(3, F32), (None, None), 3])
def test_out_of_backward_is_a_tuple_of_three(f: LoadedKernel, out: object) -> None:
    (X, K, dO), _ = arguments("backward")
    kind = type(out).__name__ + (" of 2" if isinstance(out, tuple) else "")
    with pytest.raises(ArrayError, match=rf"backward: out is a {kind}; give a tuple of 3, \(dX, dK, db\)"):
        f.backward(X, K, dO, out=out)


def test_the_message_names_both_values_and_the_layout(f: LoadedKernel) -> None:
    (X, K, b), _ = arguments("forward")
    with pytest.raises(ArrayError) as caught:
        f.forward(np.ascontiguousarray(X.T), K, b)
    assert str(caught.value) == (
        "forward: X has shape (6, 4), but the kernel was generated for (4, 6) (HW); "
        "use an array of that shape, or load a spec that has this one"
    )
    with pytest.raises(DtypeError) as caught:
        f.forward(X.astype(np.float64), K, b)
    assert str(caught.value) == (
        "forward: X has dtype float64, but the kernel was generated for float32; "
        "use X.astype(np.float32), or load(..., dtype='float64')"
    )
    with pytest.raises(DtypeError) as caught:
        f.forward([[1.0]], K, b)
    assert str(caught.value) == (
        "forward: X is a list, not a NumPy array; use np.ascontiguousarray(X, dtype=np.float32)"
    )


def test_the_errors_are_also_what_python_would_raise(f: LoadedKernel) -> None:
    (X, K, b), _ = arguments("forward")
    with pytest.raises(ConvgenError):
        f.forward(X, K, [1.0])
    with pytest.raises(TypeError):
        f.forward(X, K, [1.0])
    with pytest.raises(ValueError, match="has shape"):
        f.forward(X, X, b)


def test_other_kinds_of_numpy_arrays_are_right(f: LoadedKernel, tmp_path) -> None:
    (X, K, b), _ = arguments("forward")
    expected = f.forward(X, K, b)
    mapped = np.memmap(tmp_path / "X", F32, "w+", shape=X.shape)
    mapped[...] = X
    np.testing.assert_array_equal(f.forward(mapped, K, b), expected)
    tagged = X.astype(np.dtype(F32, metadata={"unit": "m"}))  # equal to float32, but another object
    np.testing.assert_array_equal(f.forward(tagged, K, b), expected)
    shared, _ = np.broadcast_arrays(b[0], b)  # NumPy warns when such a one is written
    np.testing.assert_array_equal(f.forward(X, K, shared), expected)
    np.testing.assert_array_equal(f.forward(np.broadcast_to(X, (4, 6)), K, b), expected)
