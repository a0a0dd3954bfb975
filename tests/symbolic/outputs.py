"""The explicit outputs of a layer, written out by loops: what expressions and printed equations are held against."""

import itertools

import numpy as np
import sympy

from convgen.spec import ConvSpec
from convgen.symbolic.tensors import symbol_array


def outputs_by_loops(spec: ConvSpec) -> np.ndarray:
    """The definition, in plain loops over letters of the layout; nothing of the package but the symbols."""
    spatial = [letter for letter in spec.layout if letter not in "NC"]
    X, K, b = (symbol_array(spec, array) for array in "XKb")
    O = np.full(spec.output_shape, sympy.Integer(0), dtype=object)
    for index in np.ndindex(*spec.output_shape):
        at = dict(zip(spec.layout, index, strict=True))
        f = at.get("C", 0)
        group = f // (spec.out_channels // spec.groups)
        total = b[f] if spec.bias else sympy.Integer(0)
        per_group = spec.in_channels // spec.groups
        for c, position in itertools.product(range(per_group), np.ndindex(*spec.kernel_size)):
            read = {"N": at.get("N", 0), "C": group * per_group + c}
            for d, letter in enumerate(spatial):
                window = at[letter] * spec.stride[d] - spec.padding[d][0]
                read[letter] = window + position[d] * spec.dilation[d]
            if all(0 <= read[letter] < spec.input_size[d] for d, letter in enumerate(spatial)):
                kernel = dict(zip(spatial, position, strict=True)) | {"O": f, "I": c}
                total += (
                    K[tuple(kernel[letter] for letter in spec.kernel_layout)]
                    * X[tuple(read[letter] for letter in spec.layout)]
                )
        O[index] = total
    return O
