"""The processor of this machine by its name, which what was measured on it belongs to."""

from __future__ import annotations

import platform
from functools import lru_cache
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")
NAMED = ("model name", "CPU implementer", "CPU part", "uarch", "cpu")
"""The lines of `CPUINFO` that name a processor; which there are depends on its kind."""


@lru_cache(maxsize=1)
def processor() -> str:
    """Such as ``AMD EPYC``; on Arm its implementer and part numbers; at least the architecture."""
    if CPUINFO.exists():
        lines = (line.partition(":") for line in CPUINFO.read_text("utf-8", "replace").splitlines())
        said = {key.strip(): value.strip() for key, _, value in lines}
        if found := [said[key] for key in NAMED if said.get(key)]:
            return found[0] if "model name" in said else " ".join(found)
    return platform.processor() or platform.machine()
