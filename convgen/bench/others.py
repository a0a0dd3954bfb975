"""Competitors besides PyTorch: what a user of NumPy or SciPy writes, naive loops, and ONNX Runtime."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Any

import numpy as np

from convgen.bench.array_ways import Array, Way
from convgen.bench.competitors import Arrays, Entry, aligned, relaid, replace_layout
from convgen.bench.loop_ways import naive_library, numba_pass
from convgen.bench.timing import python_run, timer
from convgen.kernels.kernel import pass_inputs, pass_output
from convgen.layout import from_named, to_named, user_shape
from convgen.spec import ConvSpec

Enter = Callable[[ConvSpec, str, Arrays], Entry | None]

MOST_CALLS = 20_000
"""Of SciPy's function in one pass; a layer that needs more is left out."""


def array_way(way: Way, needs: str = "numpy", calls: Callable[[ConvSpec, str], int] | None = None) -> Enter:
    """An entry for a way to convolve with arrays.

    Args:
        way: computes a pass under the named axes.
        needs: the module without which it does not take part.
        calls: how many calls of its library a pass makes.
    """

    def enter(spec: ConvSpec, name: str, arrays: Arrays) -> Entry | None:
        if find_spec(needs) is None or (calls is not None and calls(spec, name) > MOST_CALLS):
            return None
        one, two = (_named(spec, array, arrays) for array in _factors(name))
        b = _named(spec, "b", arrays).reshape(1, spec.groups, -1, *(1,) * spec.rank) if spec.bias else None
        last: dict[str, Array] = {}

        def call() -> None:
            last["result"] = way(spec, name, one, two)
            if name == "forward" and b is not None:
                last["result"] += b

        def result() -> Array:
            return np.ascontiguousarray(from_named(spec, pass_output(name), last["result"]))

        return Entry(python_run(call), result)

    return enter


def correlations(spec: ConvSpec, name: str) -> int:
    """Calls of SciPy's function in a pass."""
    channels = {"forward": spec.out_channels, "backward_data": spec.in_channels}
    return spec.batch * channels.get(name, spec.out_channels * spec.group_in_channels)


def _named(spec: ConvSpec, array: str, arrays: Arrays) -> Array:
    return np.ascontiguousarray(to_named(spec, array, arrays[array]))


def _factors(name: str) -> tuple[str, str]:
    """The two arrays that a pass multiplies, in the order of its arguments."""
    one, two = [array for array in pass_inputs(ConvSpec(1, 1), name) if array != "b"]
    return one, two


def enter_numba(spec: ConvSpec, name: str, arrays: Arrays) -> Entry | None:
    """Naive loops, compiled by Numba with constant sizes."""
    if find_spec("numba") is None or spec.rank != 2:
        return None
    one, two = (_named(spec, array, arrays) for array in _factors(name))
    run = numba_pass(spec, name)
    out = np.zeros(
        to_named(spec, pass_output(name), np.zeros(user_shape(spec, pass_output(name)))).shape, np.float32
    )
    b = _named(spec, "b", arrays).reshape(1, spec.groups, -1, 1, 1) if spec.bias else None

    def call() -> None:
        run(one, two, out)
        if name == "forward" and b is not None:
            np.add(out, b, out=out)

    return Entry(python_run(call), lambda: np.ascontiguousarray(from_named(spec, pass_output(name), out)))


def enter_naive(spec: ConvSpec, name: str, arrays: Arrays) -> Entry | None:
    """Naive loops in C with constant sizes, at -O3."""
    if spec.rank != 2:
        return None
    plain = replace_layout(spec, "NCHW")
    library = naive_library(plain)
    held = [relaid(spec, plain, array, arrays[array]) for array in pass_inputs(spec, name)]
    if name == "forward" and not spec.bias:
        held.append(np.zeros(spec.out_channels, np.float32))
    result = aligned(np.zeros(user_shape(plain, pass_output(name)), np.float32))
    held.append(result)
    pointers = (ctypes.c_void_p * len(held))(*(array.ctypes.data for array in held))
    function = ctypes.cast(library[f"naive_{name}"], ctypes.c_void_p)
    clock = timer().convgen_time_pass

    def run(repeats: int) -> float:
        keep = (library, held)
        taken: float = clock(function, pointers, len(held), ctypes.c_long(repeats))
        del keep
        return taken

    return Entry(run, lambda: relaid(plain, spec, pass_output(name), result))


def enter_onnxruntime(spec: ConvSpec, name: str, arrays: Arrays) -> Entry | None:
    """ONNX Runtime: Conv, and for dX ConvTranspose; it has no operator for dK."""
    if name == "backward_weights" or find_spec("onnxruntime") is None or find_spec("onnx") is None:
        return None
    plain = replace_layout(spec, "NC" + "DHW"[-spec.rank :])
    read = {array: relaid(spec, plain, array, arrays[array]) for array in pass_inputs(spec, name)}
    session = _session(plain, name, read)
    if session is None:
        return None
    last: dict[str, Array] = {}
    signal = {each: array for each, array in read.items() if each in ("X", "dO")}

    def call() -> None:
        (last["result"],) = session.run(None, signal)

    return Entry(python_run(call), lambda: relaid(plain, spec, pass_output(name), last["result"]))


def _session(spec: ConvSpec, name: str, read: Mapping[str, Array]) -> Any:
    """A model of one operator, its weights constants, on one thread; None where the operator cannot do it."""
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    settings: dict[str, Any] = {
        "strides": list(spec.stride),
        "dilations": list(spec.dilation),
        "group": spec.groups,
        "pads": [pair[side] for side in (0, 1) for pair in spec.padding],
        "kernel_shape": list(spec.kernel_size),
    }
    if name == "backward_data":
        # Rows of X that no window of this stride reaches, by which the transposed operator comes out short.
        short = [
            axis.input + axis.before + axis.after - axis.dilation * (axis.kernel - 1) - 1
            - axis.stride * (axis.output - 1)
            for axis in spec.axes
        ]  # fmt: skip
        settings["output_padding"] = short
    operator = "Conv" if name == "forward" else "ConvTranspose"
    signal, output = ("X", "O") if name == "forward" else ("dO", "dX")
    constants = [each for each in read if each != signal]
    node = helper.make_node(operator, [signal, *constants], [output], **settings)
    graph = helper.make_graph(
        [node],
        "layer",
        [helper.make_tensor_value_info(signal, TensorProto.FLOAT, read[signal].shape)],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, user_shape(spec, output))],
        [numpy_helper.from_array(read[each], each) for each in constants],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
    except Exception:
        return None
