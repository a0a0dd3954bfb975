"""How fast kernels are, beside what else a user could pick, on this machine and in one run."""

from convgen.bench.contest import Contest, Row, contest

__all__ = ["Contest", "Row", "contest"]
