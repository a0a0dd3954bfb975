"""ONNX's own Conv cases, out of the test material of the `onnx` package: layers, arrays, expected outputs."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

from convgen import ConvSpec

from .arrays import Arrays
from .onnx_oracle import AUTO_PADS

KINDS = ("node", "pytorch-converted", "pytorch-operator")
"""The collections of cases that have Conv in them; the cases made from PyTorch are of every rank."""


@dataclass(frozen=True, eq=False)
class Case:
    """One case: the layer, what it reads in float32, and the O that ONNX expects."""

    name: str
    spec: ConvSpec
    arrays: Arrays
    expected: np.ndarray


@cache
def conv_cases() -> tuple[Case, ...]:
    """Every case whose model is one Conv node."""
    from onnx.backend.test.loader import load_model_tests

    found = []
    for kind in KINDS:
        with warnings.catch_warnings():
            # The cases of all operators are built together, and some of those overflow on purpose.
            warnings.simplefilter("ignore", RuntimeWarning)
            cases = load_model_tests(kind=kind)
        for case in cases:
            model = case.model or onnx.load(Path(case.model_dir) / "model.onnx")
            if [node.op_type for node in model.graph.node] == ["Conv"]:
                data = case.data_sets or _stored_data(Path(case.model_dir))
                found += [_case(case.name, model.graph, inputs, outputs) for inputs, outputs in data]
    return tuple(sorted(found, key=lambda case: case.name))


def _stored_data(directory: Path) -> list[tuple[list[np.ndarray], list[np.ndarray]]]:
    """Inputs and outputs as files, one tensor each."""

    def tensors(path: Path, role: str) -> list[np.ndarray]:
        count = len(list(path.glob(f"{role}_*.pb")))
        return [numpy_helper.to_array(onnx.load_tensor(path / f"{role}_{i}.pb")) for i in range(count)]

    return [
        (tensors(path, "input"), tensors(path, "output"))
        for path in sorted(directory.glob("test_data_set_*"))
    ]


def _case(name: str, graph: Any, inputs: list[np.ndarray], outputs: list[np.ndarray]) -> Case:
    (node,) = graph.node
    values = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    free = [value.name for value in graph.input if value.name not in values]
    values |= dict(zip(free, inputs, strict=True))
    X, K, *b = (values[each] for each in node.input)
    attributes = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
    return Case(
        name,
        spec_of_node(attributes, X.shape, K.shape, bias=bool(b)),
        {"X": X, "K": K, "b": b[0] if b else np.zeros(K.shape[0], X.dtype)},
        outputs[0],
    )


def spec_of_node(
    attributes: dict[str, Any], input_shape: tuple[int, ...], kernel_shape: tuple[int, ...], bias: bool
) -> ConvSpec:
    """The layer of a Conv node, from its attributes and the shapes of its inputs.

    ONNX writes pads as all befores, then all afters; what is left out is 1, and 0 for pads.
    """
    rank = len(input_shape) - 2
    pads = attributes.get("pads", [0] * (2 * rank))
    automatic = attributes.get("auto_pad", b"NOTSET").decode()
    named = {theirs: ours for ours, theirs in AUTO_PADS.items()}
    assert tuple(attributes.get("kernel_shape", kernel_shape[2:])) == kernel_shape[2:]
    return ConvSpec(
        input_shape[2:],
        kernel_shape[2:],
        in_channels=input_shape[1],
        out_channels=kernel_shape[0],
        batch=input_shape[0],
        stride=tuple(attributes.get("strides", [1] * rank)),
        padding=named.get(automatic, tuple(zip(pads[:rank], pads[rank:], strict=True))),
        dilation=tuple(attributes.get("dilations", [1] * rank)),
        groups=attributes.get("group", 1),
        bias=bias,
    )
