"""The statements of source 002, and the claims as which they are read."""

from __future__ import annotations

from convgen.algebra.polynomial import ZERO
from convgen.proof.scope import Scope
from convgen.sources.source_002 import SYSTEM
from convgen.sources.statements import Reading, Row, layers_of

LAYERS = layers_of(
    SYSTEM, "every layer of source 002: one channel, odd kernels, same padding, stride 1, no bias", bias=False
)
ONE_CHANNEL = (("B", 1), ("G", 1), ("C", 1), ("F", 1))
SHIFTED = Scope(
    stride=(1, 1), dilation=(1, 1), sizes=ONE_CHANNEL, bias=False, layout="HW",
    name="every layer of one channel with stride 1 and any padding, without bias",
)  # fmt: skip
"""Its output at (i, j) is the dot product with the kernel moved by (i - Pb0, j - Pb1): any shift there is."""
DOT = Scope(
    stride=(1, 1), dilation=(1, 1), sizes=ONE_CHANNEL, ties=tuple((name, ZERO) for name in ("Pb0", "Pb1")),
    bias=False, layout="HW", name="every layer of one channel with stride 1 and padding after the input alone",
)  # fmt: skip
"""Its first output is the dot product with the top-left corners aligned."""
SAME = Scope(
    stride=(1, 1), dilation=(1, 1), padding="same", sizes=ONE_CHANNEL, bias=False, layout="HW",
    name="every layer of one channel with same padding and stride 1, even kernels included",
)  # fmt: skip


ROWS = (
    Row(
        "2.01",
        "L7",
        (
            r"$`X \odot W`$ is the sum of $`X_{x,y} W_{x,y}`$ with the top-left corners aligned, X "
            "padded with zeros where W is larger."
        ),
        (
            Reading(
                "Y[0,0] = sum(x=0..a-1, y=0..b-1) X[x,y]*W[x,y]",
                DOT,
                "y is the first output of a layer that pads after X alone",
            ),
        ),
    ),
    Row(
        "2.02",
        "L13",
        "Its derivative by $`W_{x,y}`$ is $`X_{x,y}`$.",
        (Reading("∂Y[0,0]/∂W[x,y] = X[x,y]", DOT),),
    ),
    Row(
        "2.03",
        "L14",
        "Its derivative by $`X_{x,y}`$ is $`W_{x,y}`$.",
        (Reading("∂Y[0,0]/∂X[x,y] = W[x,y]", DOT),),
    ),
    Row(
        "2.04",
        "L18",
        (
            r"$`(X \odot W)_{\triangleright \alpha,\beta} = X \odot W_{\triangleright \alpha,\beta} "
            r"= \sum_{x,y} X_{x+\alpha,y+\beta} W_{x,y}`$."
        ),
        (
            Reading(
                "Y[i,j] = sum(x=0..a-1, y=0..b-1) X[x+i-Pb,y+j-Pb]*W[x,y]",
                SHIFTED,
                "y shifted by (α, β) is the output at (i, j) = (α+Pb0, β+Pb1) of a layer at stride 1",
            ),
            Reading(
                "Y[i,j] = sum(u=0..m-1, v=0..n-1) X[u,v]*W[u-(i-Pb),v-(j-Pb)]",
                SHIFTED,
                "X ⊙ W▷α,β with W moved within a matrix of X's shape",
            ),
            Reading(
                "Y[i,j] = sum(u=0..a-1, v=0..b-1) X[u,v]*W[u-(i-Pb),v-(j-Pb)]",
                SHIFTED,
                "with W moved within its own a×b entries, where it loses some",
                otherwise=True,
            ),
        ),
    ),
    Row(
        "2.05",
        "L20",
        '▷ α, β moves "to right and down" by (α, β).',
        remark="The first number counts rows, as x+α in the formula shows: down by α, right by β.",
    ),
    Row(
        "2.06",
        "L22",
        (
            r"The derivatives are $`X_{x+\alpha,y+\beta}`$ by $`W_{x,y}`$ and "
            r"$`W_{x-\alpha,y-\beta}`$ by $`X_{x,y}`$."
        ),
        (
            Reading(
                "∂Y[i,j]/∂W[x,y] = X[x+i-Pb,y+j-Pb]",
                SHIFTED,
                "y shifted by (α, β) is the output at (i, j) = (α+Pb0, β+Pb1) of a layer at stride 1",
            ),
            Reading("∂Y[i,j]/∂X[x,y] = W[x-(i-Pb),y-(j-Pb)]", SHIFTED),
        ),
    ),
    Row(
        "2.07",
        "L28",
        r"The layer is written $`Y = X \otimes W`$.",
        (Reading("Y = pad(X) ⋆ W", LAYERS, "⊗ is the layer"),),
    ),
    Row(
        "2.08",
        "L33, first line",
        r"$`Y_{i,j} = y_{\triangleright i,j}`$.",
        (
            Reading(
                "Y[i,j] = sum(x=0..a-1, y=0..b-1) X[i+x,j+y]*W[x,y]", LAYERS, "y shifted by (i, j), by 2.04"
            ),
        ),
    ),
    Row(
        "2.09",
        "L33, last line",
        r"$`Y_{i,j} = \sum_{x,y} X_{i+x-\frac{a-1}{2},\,j+y-\frac{b-1}{2}} W_{x,y}`$.",
        (Reading("Y[i,j] = sum(x=0..a-1, y=0..b-1) X[i+x-(a-1)/2,j+y-(b-1)/2]*W[x,y]", LAYERS),),
    ),
    Row(
        "2.10",
        "L37",
        "Each column of the Jacobian has ab entries that are not zero.",
        (Reading("columns(J_Y(X)) = a*b", LAYERS),),
    ),
    Row(
        "2.11",
        "L39",
        r"""$`dX = dY \otimes W'`$, with "same" padding again.""",
        (
            Reading("dX = pad(dY, (P, P)) ⋆ rot180(W)", LAYERS, "the same padding again"),
            Reading(
                "dX = pad(dY, (Pb, Pa)) ⋆ rot180(W)",
                SAME,
                "with kernels of any size; same padding is symmetric for odd ones",
                otherwise=True,
            ),
        ),
    ),
    Row(
        "2.12",
        "L43",
        "W' is W with all elements in reverse order.",
        (Reading("rot180(W)[x,y] = W[a-1-x,b-1-y]", LAYERS),),
    ),
    Row(
        "2.13",
        "L47",
        r"The gradient of the central entry of W is $`dY \odot X`$.",
        (Reading("dW[(a-1)/2,(b-1)/2] = sum(i, j) dY[i,j]*X[i,j]", LAYERS),),
    ),
    Row(
        "2.14",
        "L51",
        r"$`dW_{x+\frac{a-1}{2},\,y+\frac{b-1}{2}} = dY_{\triangleright(x,y)} \odot X`$.",
        (
            Reading(
                "dW[x+(a-1)/2,y+(b-1)/2] = sum(i, j) dY[i-x,j-y]*X[i,j]",
                LAYERS,
                "▷(x, y) moves down by x and right by y, as in 2.04",
            ),
            Reading(
                "dW[x+(a-1)/2,y+(b-1)/2] = sum(i, j) dY[i+x,j+y]*X[i,j]",
                LAYERS,
                "▷(x, y) read as moving up and left",
                otherwise=True,
            ),
            Reading(
                "dW[x+(a-1)/2,y+(b-1)/2] = sum(i, j) dY[i-y,j-x]*X[i,j]",
                LAYERS,
                "▷(x, y) read as right by x and down by y",
                otherwise=True,
            ),
        ),
    ),
    Row(
        "2.15",
        "L53",
        '▷(x, y) moves "to right with (x,y)".',
        remark="Down by x and right by y; 2.14 fails if it is read as it is worded.",
    ),
)
