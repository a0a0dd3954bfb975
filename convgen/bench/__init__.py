"""How fast kernels are, beside what else a user could pick, on this machine and in one run."""

from convgen.bench.contest import Contest, Row, contest
from convgen.bench.tune import Tuned, Tuning, tune

__all__ = ["Contest", "Row", "Tuned", "Tuning", "contest", "tune"]
