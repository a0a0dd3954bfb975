"""The definition of a layer as plain loops, and a table of hard layers: what other code is held against.

    O[n,g,f,i] = b[g,f] + sum over c, m of K[g,f,c,m] * X[n,g,c, S i + D m - before]

Nothing of convgen but the numbers of a spec is used: not its output size, its layouts or its enumeration.
Arrays are dictionaries of Python integers by their index on the named axes, so that every answer is exact.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from itertools import product

import numpy as np

from convgen import ConvSpec

Position = tuple[int, ...]
Entries = dict[Position, int]


def output_size(spec: ConvSpec) -> Position:
    """How many windows lie within the padded input, by trying every start."""
    return tuple(
        sum(
            start % stride == 0 and start + (kernel - 1) * dilation < before + size + after
            for start in range(before + size + after)
        )
        for size, kernel, stride, dilation, (before, after) in zip(
            spec.input_size, spec.kernel_size, spec.stride, spec.dilation, spec.padding, strict=True
        )
    )


def taps(spec: ConvSpec) -> Iterator[tuple[Position, Position, Position]]:
    """(o, x, k) for every product that meets the input, by output element, then channel and kernel position."""
    f_count, c_count = spec.out_channels // spec.groups, spec.in_channels // spec.groups
    for n, g, f in product(range(spec.batch), range(spec.groups), range(f_count)):
        for i in product(*map(range, output_size(spec))):
            for c in range(c_count):
                for m in product(*map(range, spec.kernel_size)):
                    at = [
                        i[d] * spec.stride[d] + m[d] * spec.dilation[d] - spec.padding[d][0]
                        for d in range(len(i))
                    ]
                    if all(0 <= at[d] < spec.input_size[d] for d in range(len(i))):
                        yield (n, g, f, *i), (n, g, c, *at), (g, f, c, *m)


def shapes(spec: ConvSpec) -> dict[str, Position]:
    """Sizes of the named axes: X(n,g,c,s), K(g,f,c,s), O(n,g,f,s), b(g,f), and the gradients."""
    f_count, c_count = spec.out_channels // spec.groups, spec.in_channels // spec.groups
    sizes = {
        "X": (spec.batch, spec.groups, c_count, *spec.input_size),
        "K": (spec.groups, f_count, c_count, *spec.kernel_size),
        "O": (spec.batch, spec.groups, f_count, *output_size(spec)),
        "b": (spec.groups, f_count),
    }
    return sizes | {f"d{array}": shape for array, shape in sizes.items()}


def integers(spec: ConvSpec, seed: int = 0, largest: int = 9) -> dict[str, np.ndarray]:
    """X, K, b and dO filled with integers between -largest and largest, of which none is 0."""
    numbers = random.Random(seed)
    return {
        array: np.array(
            [numbers.choice((-1, 1)) * numbers.randint(1, largest) for _ in range(int(np.prod(shape)))]
        ).reshape(shape)
        for array, shape in shapes(spec).items()
        if array in ("X", "K", "b", "dO")
    }


def answers(spec: ConvSpec, arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """O without and with the bias, and the gradients, product by product."""
    sums: dict[str, Entries] = {array: defaultdict(int) for array in ("O", "dX", "dK", "db")}
    X, K, dO = arrays["X"], arrays["K"], arrays["dO"]
    for o, x, k in taps(spec):
        sums["O"][o] += int(K[k]) * int(X[x])
        sums["dX"][x] += int(dO[o]) * int(K[k])
        sums["dK"][k] += int(dO[o]) * int(X[x])
    for o in np.ndindex(dO.shape):
        sums["db"][o[1:3]] += int(dO[o])
    results = {}
    for array, entries in sums.items():
        results[array] = np.zeros(shapes(spec)[array], dtype=np.int64)
        for position, value in entries.items():
            results[array][position] = value
    with_bias = results["O"].copy()
    for o in np.ndindex(with_bias.shape):
        with_bias[o] += int(arrays["b"][o[1:3]])
    return results | {"O + b": with_bias}


def _grouped(sizes: Position, kernel: Position, **more: object) -> ConvSpec:
    """Batch 2, two groups, 2 input and 3 output channels in each: whatever could be confused differs."""
    return ConvSpec(sizes, kernel, 4, 6, 2, groups=2, **more)  # type: ignore[arg-type]


NASTY = {
    "one axis, remainder, more padding before than E - 1": _grouped(
        (9,), (2,), stride=3, dilation=2, padding=((3, 1),)
    ),
    "one axis, remainder as large as the dilation": _grouped((8,), (2,), stride=4, padding=((0, 1),)),
    "one axis, dilation 2 and remainder 3": _grouped((9,), (2,), stride=4, dilation=2, padding=((0, 1),)),
    "one axis, stride 1, all padding 0": _grouped((5,), (3,)),
    "one axis, crop and pad at once": _grouped((1,), (1,), stride=3, padding=((2, 0),)),
    "one axis, kernel larger than the input": _grouped((2,), (3,), stride=4, dilation=2, padding=((5, 6),)),
    "one axis, one output": _grouped((6,), (3,), stride=5, padding=((1, 0),)),
    "one axis, even same": _grouped((5,), (2,), dilation=3, padding="same"),
    "one axis, stride larger than the kernel": _grouped((7,), (2,), stride=3),
    "two axes, everything differs": _grouped(
        (7, 5), (3, 2), stride=(3, 2), dilation=(2, 3), padding=((3, 1), (0, 2))
    ),
    "two axes, square kernel, asymmetric": _grouped((4, 5), (2, 2), stride=(2, 1), padding=((0, 1), (2, 0))),
    "two axes, square kernel, dilated": _grouped((6, 5), (2, 2), dilation=2, padding=((1, 0), (0, 2))),
    "two axes, equal amounts": _grouped((4, 6), (2, 2), stride=2, padding=1),
    "two axes, dense": _grouped((4, 5), (2, 3)),
    "two axes, one by one": _grouped((3, 4), (1, 1), stride=(2, 3)),
    "three axes, everything differs": _grouped(
        (4, 6, 5), (2, 1, 3), stride=(2, 3, 1), dilation=(2, 1, 1), padding=((0, 1), 2, (3, 0))
    ),
    "three axes, dense": _grouped((3, 2, 4), (2, 1, 2)),
}
"""Layers in which wrong formulas show, each named by what is hard about it."""
