"""Two tiers of drawn examples, and a seed that changes with every commit but never between two runs of one.

The fast profile is the default; ``--hypothesis-profile=full`` draws at least 2,000 examples a property.
``CONVGEN_SPECS=100`` sets the number for either. A failure is found again by the seed in pytest's header.
"""

import os
import subprocess
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from convgen.version import __version__

FAST_EXAMPLES, FULL_EXAMPLES = 25, 2000


def _examples(usual: int) -> int:
    return int(os.environ.get("CONVGEN_SPECS", usual))


def _seed() -> int:
    """The commit as a number; outside a git checkout, the version."""
    try:
        commit = subprocess.run(
            ["git", "rev-parse", "HEAD"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
        )
        return int(commit.stdout[:8], 16)
    except (OSError, subprocess.CalledProcessError):
        return zlib.crc32(__version__.encode())


# How long an example takes depends on the machine and its neighbours: benchmarks/ measures time, tests do not.
_patient = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("fast", max_examples=_examples(FAST_EXAMPLES), **_patient)
settings.register_profile("full", max_examples=_examples(FULL_EXAMPLES), **_patient)
settings.load_profile("fast")


@pytest.hookimpl(tryfirst=True)  # before Hypothesis' own plugin reads the option
def pytest_configure(config: pytest.Config) -> None:
    """Seed every property from the commit, unless the command line gives a seed."""
    if config.option.hypothesis_seed is None:
        config.option.hypothesis_seed = str(_seed())


def pytest_report_header(config: pytest.Config) -> str:
    """Say how to draw the same examples again."""
    return f"convgen: --hypothesis-seed={config.option.hypothesis_seed}, {settings.default.max_examples} examples a property"
