"""The positions form of NumPy: one line for each kernel position, on whole slices of the arrays.

Source 001 computes R ← R + I[m:m+H-(k-1), n:n+W-(k-1)] K[m,n] for every position (m, n), and the gradient
∂L/∂K[m,n] as the sum over positions of I[si+m, sj+n] G[i,j]ᵀ. Slices here leave out what meets padding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from math import prod

from convgen.kernels.arrange import (
    NUMPY,
    arranged,
    assigned,
    axes_of,
    broadcast_bias,
    indexed,
    sliced,
    spatial,
)
from convgen.kernels.isa import Isa
from convgen.kernels.kernel import OpCount
from convgen.kernels.plan import PassPlan, idle_arrays, products_of, results_of, summands_of
from convgen.kernels.sweep import Sweep, sweep
from convgen.spec import ConvSpec

Slices = list[tuple[range, range]] | None
"""For each spatial axis the outputs whose window meets X at a kernel position, and what they meet there."""


@dataclass(frozen=True)
class PositionsPlan(PassPlan):
    """One line for each kernel position.

    Attributes:
        views: the lines that name arrays with their axes in the order of the slices.
        start: the value that the whole result has first; None where every entry is assigned.
        result: the array written.
        steps: the lines of each kernel position.
    """

    views: tuple[tuple[str, ...], ...]
    start: str | None
    result: str
    steps: tuple[tuple[str, ...], ...]


def positions_of(spec: ConvSpec, _name: str) -> int:
    """How many kernel positions there are."""
    return prod(spec.kernel_size)


def plan_positions(spec: ConvSpec, name: str, _dtype: str, _isa: Isa) -> PositionsPlan:
    """Lines for one pass: elementwise where a group has one channel each way, else with matrix products."""
    elementwise = spec.group_in_channels == spec.group_out_channels == 1
    views, step = _elementwise(spec, name) if elementwise else _with_matmul(spec, name)
    steps = []
    for position, slices in slices_of(spec):
        steps += [step(position, slices)] if slices or name == "backward_weights" else []
    starts = {"forward": ("O", broadcast_bias(spec) if spec.bias else "0"), "backward_data": ("dX", "0")}
    result, start = starts.get(name, ("dK", None))
    free = 0 if name != "backward_weights" else _met(spec)
    return PositionsPlan(
        name,
        "positions",
        OpCount(products_of(spec, name), summands_of(spec, name) - free),
        _order(spec, name),
        idle_arrays(spec, name),
        (NUMPY,) if any("np." in line for line in sum(views, ())) else (),
        views,
        start,
        result,
        tuple(steps),
    )


def slices_of(spec: ConvSpec) -> Iterator[tuple[tuple[int, ...], Slices]]:
    """Every kernel position with its slices; None where no window meets X there."""
    sweeps = [sweep(spec, "backward_weights", d) for d in range(spec.rank)]
    on_axis = [
        [_met_on_axis(part, k, axis.stride) for k in range(axis.kernel)]
        for part, axis in zip(sweeps, spec.axes, strict=True)
    ]
    for position in product(*(range(size) for size in spec.kernel_size)):
        found = [met[k] for met, k in zip(on_axis, position, strict=True)]
        yield position, found if all(outputs for outputs, _ in found) else None


def _met_on_axis(part: Sweep, k: int, stride: int) -> tuple[range, range]:
    outputs = part.taps_at(k)
    if not outputs:
        return outputs, outputs
    place = part.coordinates["X"]
    first, last = (place.substitute({part.index: k, part.tap: o}).value() for o in (outputs[0], outputs[-1]))
    return outputs, range(first, last + 1, stride)


def _met(spec: ConvSpec) -> int:
    """The entries of dK that sum at least one product."""
    positions = sum(slices is not None for _, slices in slices_of(spec))
    return positions * results_of(spec, "backward_weights") // prod(spec.kernel_size)


def _order(spec: ConvSpec, name: str) -> str:
    if name == "backward_weights":
        return "NumPy's"
    start = "b" if name == "forward" and spec.bias else "0"
    return f"{start}, then kernel positions as written"


Step = Callable[[tuple[int, ...], Slices], tuple[str, ...]]
Views = tuple[tuple[str, ...], ...]


def _elementwise(spec: ConvSpec, name: str) -> tuple[Views, Step]:
    """Slices of the user's own arrays times one entry of K for each group."""
    channel_first = spec.kernel_layout.startswith("OI")

    def kernel(array: str, position: tuple[int, ...]) -> str:
        at = dict(zip("DHW"[-spec.rank :], map(str, position), strict=True)) | {"O": ":", "I": "0"}
        return indexed(array, [at[letter] for letter in spec.kernel_layout])

    def along(array: str, ranges: list[range]) -> str:
        at = dict(zip("DHW"[-spec.rank :], map(sliced, ranges), strict=True))
        return indexed(array, [at.get(letter, ":") for letter in spec.layout])

    def step(position: tuple[int, ...], slices: Slices) -> tuple[str, ...]:
        if slices is None:
            return (f"    {kernel('dK', position)} = 0",)
        outputs, inputs = ([each[side] for each in slices] for side in (0, 1))
        if name == "backward_weights":
            axes = [n for n, letter in enumerate(spec.layout) if letter != "C"]
            summed = f".sum(axis={tuple(axes)})" if "C" in spec.layout else ".sum()"
            return assigned(
                kernel("dK", position), "=", [f"({along('dO', outputs)} * {along('X', inputs)}){summed}"]
            )
        factor = kernel("K", position)
        if channel_first:
            factor = f"{factor[:-1]}{', None' * spec.rank}]"
        if name == "forward":
            return assigned(along("O", outputs), "+=", [factor, along("X", inputs)], "*")
        return assigned(along("dX", inputs), "+=", [factor, along("dO", outputs)], "*")

    return (), step


def _with_matmul(spec: ConvSpec, name: str) -> tuple[Views, Step]:
    """Slices with the channels last, times one matrix of K for each group; groups come first."""
    lead = [("g",)] * (spec.groups > 1) + [("n",)] * ("N" in spec.layout)
    ones: list[tuple[str, ...]] = [()] * (len(lead) + spec.rank - 2 if spec.groups > 1 else 0)
    groups = [("g",)] * (spec.groups > 1)
    wanted = {
        "X": [*lead, *spatial(spec, "X"), ("c",)],
        "O": [*lead, *spatial(spec, "O"), ("f",)],
        "K": [*spatial(spec, "K"), *groups, *ones, ("c",), ("f",)],
        "dK": [*spatial(spec, "K"), *groups, ("c",), ("f",)],
    }
    arrays = {
        "forward": ("X", "K", "O"),
        "backward_data": ("K", "dO", "dX"),
        "backward_weights": ("X", "dO", "dK"),
    }[name]
    views, names = [], {}
    for array in arrays:
        view = arranged(spec, array, axes_of(spec, array), wanted.get(array, wanted[array[-1]]))
        if array == "K" and spec.kernel_layout.startswith("OI"):
            view = f"np.ascontiguousarray({view})"  # so that each of its matrices suits BLAS
        names[array] = array if view == array else array.lower()
        if view != array:
            views.append(assigned(names[array], "=", [view]))

    def along(array: str, ranges: list[range]) -> str:
        return indexed(names[array], [":"] * len(lead) + [sliced(each) for each in ranges])

    def step(position: tuple[int, ...], slices: Slices) -> tuple[str, ...]:
        at = f"[{', '.join(map(str, position))}]"
        if slices is None:
            return (f"    {names['dK']}{at} = 0",)
        outputs, inputs = ([each[side] for each in slices] for side in (0, 1))
        if name == "forward":
            return assigned(along("O", outputs), "+=", [along("X", inputs), f"{names['K']}{at}"], "@")
        if name == "backward_data":
            transposed = ".swapaxes(-1, -2)" if spec.groups > 1 else ".T"
            factors = [along("dO", outputs), f"{names['K']}{at}{transposed}"]
            return assigned(along("dX", inputs), "+=", factors, "@")
        group = f"{spec.groups}, " if spec.groups > 1 else ""
        transposed = ".swapaxes(1, 2)" if spec.groups > 1 else ".T"
        left = f"{along('X', inputs)}.reshape({group}-1, {spec.group_in_channels}){transposed}"
        right = f"{along('dO', outputs)}.reshape({group}-1, {spec.group_out_channels})"
        return assigned(f"{names['dK']}{at}", "=", [left, right], "@")

    return tuple(views), step
