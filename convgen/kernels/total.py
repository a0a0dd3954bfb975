"""The sum form of NumPy: the bias gradient as one sum over everything but the channels."""

from __future__ import annotations

from dataclasses import dataclass

from convgen.kernels.isa import Isa
from convgen.kernels.kernel import OpCount
from convgen.kernels.plan import PassPlan, results_of, summands_of
from convgen.spec import ConvSpec


@dataclass(frozen=True)
class SumPlan(PassPlan):
    """Attributes: axes: what is summed, as the argument of NumPy's sum."""

    axes: str


def plan_sum(spec: ConvSpec, name: str, _dtype: str, _isa: Isa) -> SumPlan:
    """The axes of dO that are not the channels."""
    axes = tuple(n for n, letter in enumerate(spec.layout) if letter != "C")
    additions = summands_of(spec, name) - results_of(spec, name)
    return SumPlan(
        name, "sum", OpCount(0, additions), "NumPy's", (), (), f"axis={axes}" if "C" in spec.layout else ""
    )
