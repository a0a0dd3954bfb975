"""A verdict is the same, byte for byte, under any hash seed."""

import os
import subprocess
import sys

import pytest

CLAIMS = (
    "dX = pad(dO) ⋆ rot180(K)",
    "dX = pad(dilate(dO.T, S), (E-1-Pb, E-1-Pa+r)) ⋆[D] rot180(K)",
    "dX[p,q] = sum(i,j) dO[i,j]*K[p-i,q-j]",
    "dK = (pad(X, (Pb, Pa)) ⋆ dilate(dO, D))[::S]",
    "db = mean(dO)",
    "Ho = (H + 2*P - M)/S + 1",
)
PROGRAM = f"""
import convgen, json
for claim in {CLAIMS!r}:
    print(json.dumps(convgen.check(claim, stride=(1, 2)).to_json()))
"""


def answers(seed: str) -> str:
    environment = os.environ | {"PYTHONHASHSEED": seed}
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, env=environment
    )
    return run.stdout


@pytest.mark.parametrize("seed", ["1", "4711"])
def test_a_verdict_does_not_depend_on_the_hash_seed(seed: str) -> None:
    shown = answers(seed)
    assert len(shown.splitlines()) == len(CLAIMS)
    assert shown == answers("0")
