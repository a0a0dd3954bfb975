"""Two tiers of drawn examples, and a seed that changes with every commit but never between two runs of one.

The fast profile is the default; ``--hypothesis-profile=full`` draws 500 examples a property, and for the
kernels against the oracles 2,000 layers and more.
``CONVGEN_SPECS=100`` sets the number for either. A failure is found again by the seed in pytest's header.
"""

import os
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from convgen.version import __version__

FAST_EXAMPLES, FULL_EXAMPLES = 25, 500


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


# How long an example takes depends on the machine: benchmarks/ measures time, tests do not.
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
    seed, examples = config.option.hypothesis_seed, settings.default.max_examples
    return f"convgen: --hypothesis-seed={seed}, {examples} examples a property"


@pytest.fixture(scope="session", autouse=True)
def cache_of_this_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Build into a directory of the test session, unless one is named; never into the user's own cache."""
    from convgen.runtime.cache import VARIABLE

    with pytest.MonkeyPatch.context() as patch:
        if VARIABLE not in os.environ:
            patch.setenv(VARIABLE, str(tmp_path_factory.mktemp("cache")))
        yield
