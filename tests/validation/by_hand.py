"""C and Python written by hand for the layer O[i] = b + K[0]·X[i] + K[1]·X[i + 1], one body at a time."""

from __future__ import annotations

from convgen import ConvSpec
from convgen.validation.readings import CReading, NumpyReading, PassResult

SPEC = ConvSpec(4, 2)

PARAMETERS = "const float *restrict X, const float *restrict K, const float *restrict b, float *restrict O"

GOOD = """
    for (ptrdiff_t i = 0; i < 3; ++i) {
        float sum = b[0];
        for (ptrdiff_t m = 0; m < 2; ++m)
            sum += K[m] * X[i + m];
        O[i] = sum;
    }
"""


def forward_in_c(body: str, more: str = "") -> PassResult:
    """What is found of a forward pass with a body of one's own."""
    text = f'/* title */\n#include "k.h"\n#include <stddef.h>\n{more}\nvoid k_forward({PARAMETERS})\n{{\n{body}\n}}\n'
    return CReading(text, SPEC).check("forward", 10**6)


def forward_in_numpy(body: str, more: str = "") -> PassResult:
    """The same in Python, with more functions after it."""
    lines = "\n".join(f"    {line}" for line in body.strip("\n").split("\n"))
    text = f'"""title"""\nimport numpy as np\nimport numpy.float32\n\n\ndef k_forward(X, K, b, O):\n{lines}\n\n\n{more}'
    text = text.replace("import numpy.float32\n", "").replace('"""title"""', '"""np.float32"""')
    return NumpyReading(text, SPEC).check("forward", 10**6)
