"""Kernels: a plan for every pass of a spec, laid out as C or NumPy source."""

from convgen.kernels.generate import generate
from convgen.kernels.kernel import PASSES, Kernel, OpCount

__all__ = ["PASSES", "Kernel", "OpCount", "generate"]
