"""ONNX as the oracle of the forward pass: its reference evaluator on a model of one Conv node."""

from __future__ import annotations

from typing import Any

import numpy as np
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

from convgen import ConvSpec

from .arrays import Arrays, from_oracle, to_oracle

AUTO_PADS = {"valid": "VALID", "same": "SAME_UPPER", "same_lower": "SAME_LOWER"}
"""convgen's named paddings by ONNX's names."""

OPSET = 21
"""The version of ONNX's operators that the models name."""


def forward(spec: ConvSpec, arrays: Arrays, auto_pad: str | None = None) -> np.ndarray:
    """O in float64, padded by the spec's own amounts or as ONNX understands a name."""
    before, after = zip(*spec.padding, strict=True)
    padding: dict[str, Any] = {"pads": [*before, *after]} if auto_pad is None else {"auto_pad": auto_pad}
    inputs = {name: to_oracle(spec, name, arrays[name]) for name in ("X", "K", *("b" if spec.bias else ""))}
    node = helper.make_node(
        "Conv",
        list(inputs),
        ["O"],
        kernel_shape=spec.kernel_size,
        strides=spec.stride,
        dilations=spec.dilation,
        group=spec.groups,
        **padding,
    )
    graph = helper.make_graph(
        [node],
        "conv",
        [
            helper.make_tensor_value_info(name, TensorProto.DOUBLE, array.shape)
            for name, array in inputs.items()
        ],
        [helper.make_tensor_value_info("O", TensorProto.DOUBLE, None)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    return from_oracle(spec, "O", ReferenceEvaluator(model).run(None, inputs)[0])
