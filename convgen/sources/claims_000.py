"""The statements of source 000, and the claims as which they are read."""

from __future__ import annotations

from convgen.sources.source_000 import SYSTEM, spec
from convgen.sources.statements import Reading, Row, layers_of
from convgen.spec import ConvSpec

LAYERS = layers_of(
    SYSTEM, "every layer of source 000: one channel, any sizes, strides SH and SW, paddings PH and PW"
)
EXAMPLE = spec(3, 3, 2, 2)
"""The source's worked example."""
EXAMPLE_WITHOUT_BIAS = ConvSpec((3, 3), (2, 2), bias=False)
OBLONG = spec(4, 6, 2, 3, 1, 2, 1, 0)
"""A layer in which no two sizes are equal."""


ROWS = (
    Row(
        "0.01",
        "L21",
        (
            r"The output has height $`\lfloor (H + 2\,\mathrm{PH} - M)/\mathrm{SH} \rfloor + 1`$, "
            "and its width accordingly."
        ),
        (
            Reading("H_out = floor((H + 2*PH - M)/SH) + 1", LAYERS),
            Reading("W_out = floor((W + 2*PW - N)/SW) + 1", LAYERS),
        ),
    ),
    Row(
        "0.02",
        "L32",
        (
            r"$`O(i,j)`$ is b plus the sum of $`K(m,n)\, X_{\text{pad}}(i\,\mathrm{SH}+m-1,\; "
            r"j\,\mathrm{SW}+n-1)`$ over m from 1 to M and n from 1 to N."
        ),
        (
            Reading(
                "O[i,j] = sum(m=1..M, n=1..N) K[m,n]*X_pad[i*SH+m-1, j*SW+n-1] + b",
                LAYERS,
                "entries of K counted from 1, all others from 0",
                from_one=("K",),
            ),
            Reading(
                "O[i,j] = sum(m=1..M, n=1..N) K[m,n]*X_pad[i*SH+m-1, j*SW+n-1] + b",
                LAYERS,
                "all entries counted from 0",
                otherwise=True,
            ),
        ),
    ),
    Row(
        "0.03",
        "L39",
        "The gradient of X is what a layer returns, “to propagate the error to the next layer”.",
        remark=(
            "The gradient of X goes back to the layer before, whose output X is; “next” is next in "
            "the order of the backward pass."
        ),
    ),
    Row(
        "0.04",
        "L48, L259",
        "The same sum with one stride s for both axes.",
        (
            Reading(
                "O[i,j] = sum(m=1..M, n=1..N) K[m,n]*X_pad[i*SH+m-1, j*SH+n-1] + b",
                LAYERS,
                "s is SH, on both axes; entries of K counted from 1",
                from_one=("K",),
            ),
        ),
    ),
    Row(
        "0.05",
        "L52",
        r"$`\partial O(i,j)/\partial b = 1`$.",
        (Reading("∂O[i,j]/∂b = 1", LAYERS),),
    ),
    Row(
        "0.06",
        "L58",
        (
            r"$`\partial L/\partial b`$ is the sum of $`\partial L/\partial O(i,j)`$ over i and j, "
            "with N printed above the sum sign."
        ),
        (
            Reading(
                "db = sum(i=0..N-1, j=0..N-1) dO[i,j]",
                LAYERS,
                "N is the width of the kernel, as the source defines it",
            ),
        ),
    ),
    Row(
        "0.07",
        "L62, L377",
        r"$`\partial L/\partial b`$ is the sum of all entries of $`\partial L/\partial O`$.",
        (Reading("db = sum(dO)", LAYERS),),
    ),
    Row(
        "0.08",
        "L71",
        r"$`\partial L/\partial K = \partial L/\partial O \cdot \partial O/\partial K`$.",
        (
            Reading("J_L(K) = J_L(O) @ J_O(K)", EXAMPLE),
            Reading("J_L(K) = J_L(O) @ J_O(K)", OBLONG, "where no two sizes are equal"),
        ),
    ),
    Row(
        "0.09",
        "L102",
        (
            "Four equations give $`O_{00}, O_{01}, O_{10}, O_{11}`$ for a 3×3 input and a 2×2 "
            "kernel, four products each."
        ),
        (
            Reading("O[0,0] = K[0,0]*X[0,0] + K[0,1]*X[0,1] + K[1,0]*X[1,0] + K[1,1]*X[1,1]", EXAMPLE),
            Reading("O[0,1] = K[0,0]*X[0,1] + K[0,1]*X[0,2] + K[1,0]*X[1,1] + K[1,1]*X[1,2]", EXAMPLE),
            Reading("O[1,0] = K[0,0]*X[1,0] + K[0,1]*X[1,1] + K[1,0]*X[2,0] + K[1,1]*X[2,1]", EXAMPLE),
            Reading("O[1,1] = K[0,0]*X[1,1] + K[0,1]*X[1,2] + K[1,0]*X[2,1] + K[1,1]*X[2,2]", EXAMPLE),
            Reading(
                "O[0,0] = K[0,0]*X[0,0] + K[0,1]*X[0,1] + K[1,0]*X[1,0] + K[1,1]*X[1,1]",
                EXAMPLE_WITHOUT_BIAS,
                "for a layer without bias",
                otherwise=True,
            ),
            Reading(
                "O[0,1] = K[0,0]*X[0,1] + K[0,1]*X[0,2] + K[1,0]*X[1,1] + K[1,1]*X[1,2]",
                EXAMPLE_WITHOUT_BIAS,
                "for a layer without bias",
                otherwise=True,
            ),
            Reading(
                "O[1,0] = K[0,0]*X[1,0] + K[0,1]*X[1,1] + K[1,0]*X[2,0] + K[1,1]*X[2,1]",
                EXAMPLE_WITHOUT_BIAS,
                "for a layer without bias",
                otherwise=True,
            ),
            Reading(
                "O[1,1] = K[0,0]*X[1,1] + K[0,1]*X[1,2] + K[1,0]*X[2,1] + K[1,1]*X[2,2]",
                EXAMPLE_WITHOUT_BIAS,
                "for a layer without bias",
                otherwise=True,
            ),
        ),
    ),
    Row(
        "0.10",
        "L113–131",
        "vec(O) and vec(K) go down the columns: 00, 10, 01, 11.",
        (
            Reading("vec(O) = [O[0,0]; O[1,0]; O[0,1]; O[1,1]]", EXAMPLE),
            Reading("vec(K) = [K[0,0]; K[1,0]; K[0,1]; K[1,1]]", EXAMPLE),
        ),
    ),
    Row(
        "0.11",
        "L137–181",
        "$`J_L(O)`$ is 1×4, $`J_O(K)`$ is 4×4, $`J_L(K)`$ is 1×4.",
        (
            Reading("J_L(O) : 1x4", EXAMPLE),
            Reading("J_O(K) : 4x4", EXAMPLE),
            Reading("J_L(K) : 1x4", EXAMPLE),
        ),
    ),
    Row(
        "0.12",
        "L185",
        (
            r"$`\partial O/\partial K`$ is the 4×4 matrix of entries of X whose rows begin with "
            "$`X_{00}, X_{10}, X_{01}, X_{11}`$."
        ),
        (
            Reading(
                (
                    "J_O(K) = [X[0,0], X[1,0], X[0,1], X[1,1]; X[1,0], X[2,0], X[1,1], X[2,1]; X[0,1], "
                    "X[1,1], X[0,2], X[1,2]; X[1,1], X[2,1], X[1,2], X[2,2]]"
                ),
                EXAMPLE,
            ),
        ),
    ),
    Row(
        "0.13",
        "L195",
        r"$`\partial L/\partial K = \partial L/\partial O \cdot \partial L/\partial K`$.",
        (Reading("J_L(K) = J_L(O) @ J_L(K)", EXAMPLE, "as printed"),),
    ),
    Row(
        "0.14",
        "L200",
        (
            r"The row $`\partial L/\partial O`$ times that 4×4 matrix is the row $`\partial "
            r"L/\partial K`$."
        ),
        (
            Reading(
                (
                    "J_L(K) = [dO[0,0], dO[1,0], dO[0,1], dO[1,1]] @ [X[0,0], X[1,0], X[0,1], X[1,1]; "
                    "X[1,0], X[2,0], X[1,1], X[2,1]; X[0,1], X[1,1], X[0,2], X[1,2]; X[1,1], X[2,1], "
                    "X[1,2], X[2,2]]"
                ),
                EXAMPLE,
            ),
        ),
    ),
    Row(
        "0.15",
        "L226",
        (
            r"$`\partial L/\partial K`$ is X ⋆ the 2×2 matrix of $`\partial L/\partial O`$ with "
            "rows 00, 10 and 01, 11."
        ),
        (Reading("dK = X ⋆ dO.T", EXAMPLE, "the printed matrix is the transpose of ∂L/∂O"),),
    ),
    Row(
        "0.16",
        "L239",
        "The 1×4 row goes back into the 2×2 matrix with rows 00, 01 and 10, 11.",
        (Reading("unvec(J_L(O), O) = [dO[0,0], dO[0,1]; dO[1,0], dO[1,1]]", EXAMPLE),),
    ),
    Row(
        "0.17",
        "L251, L379",
        (
            r"$`\partial L/\partial K = X \star \partial L/\partial O`$, said of a layer with "
            "stride and padding."
        ),
        (Reading("dK = X ⋆ dO", LAYERS),),
    ),
    Row(
        "0.18",
        "L274",
        r"$`J_O(X)`$ is 4×4, and its last entry is $`\partial O_{11}/\partial X_{11}`$.",
        (
            Reading("J_O(X) : 4x4", EXAMPLE),
            Reading("last(J_O(X)) = [∂O[1,1]/∂X[1,1]]", EXAMPLE),
        ),
    ),
    Row(
        "0.19",
        "L286",
        r"$`\partial L/\partial X = \partial L/\partial O \cdot \partial O/\partial X`$.",
        (
            Reading("J_L(X) = J_L(O) @ J_O(X)", EXAMPLE),
            Reading("J_L(X) = J_L(O) @ J_O(X)", OBLONG, "where no two sizes are equal"),
        ),
    ),
    Row(
        "0.20",
        "L289",
        (
            r"$`\partial L/\partial X_{00}`$ is the row 00, 10, 01, 11 of $`\partial L/\partial O`$ "
            r"times the column 00, 01, 10, 11 of $`\partial O/\partial X_{00}`$."
        ),
        (
            Reading(
                (
                    "J_L(X[0,0]) = J_L(O) @ [∂O[0,0]/∂X[0,0]; ∂O[0,1]/∂X[0,0]; ∂O[1,0]/∂X[0,0]; "
                    "∂O[1,1]/∂X[0,0]]"
                ),
                EXAMPLE,
            ),
            Reading(
                (
                    "J_L(X[0,1]) = J_L(O) @ [∂O[0,0]/∂X[0,1]; ∂O[0,1]/∂X[0,1]; ∂O[1,0]/∂X[0,1]; "
                    "∂O[1,1]/∂X[0,1]]"
                ),
                EXAMPLE,
                "the same for X_01, where more than one entry of the column is not 0",
                otherwise=True,
            ),
        ),
        remark=(
            "Row and column follow different orders. For X_00 three of the four products are 0 in any order."
        ),
    ),
    Row(
        "0.21",
        "L319",
        r"$`\partial L/\partial X_{00} = \partial L/\partial O_{00}\, K_{00}`$.",
        (
            Reading("dX[0,0] = dO[0,0]*K[0,0]", EXAMPLE),
            Reading("J_O(X[0,0]) = [K[0,0]; 0; 0; 0]", EXAMPLE),
        ),
    ),
    Row(
        "0.22",
        "L326",
        (
            r"$`\partial L/\partial X_{01} = \partial L/\partial O_{00}\, K_{01}`$, by the column "
            "$`K_{01}, 0, 0, 0`$."
        ),
        (
            Reading("dX[0,1] = dO[0,0]*K[0,1]", EXAMPLE),
            Reading("J_O(X[0,1]) = [K[0,1]; 0; 0; 0]", EXAMPLE),
        ),
    ),
    Row(
        "0.23",
        "L333",
        (
            r"$`\partial L/\partial X_{02} = \partial L/\partial O_{10}\, K_{01}`$, by the column "
            "$`0, K_{01}, 0, 0`$."
        ),
        (
            Reading("dX[0,2] = dO[1,0]*K[0,1]", EXAMPLE),
            Reading("J_O(X[0,2]) = [0; K[0,1]; 0; 0]", EXAMPLE),
        ),
    ),
    Row(
        "0.24",
        "L342",
        r"$`\partial L/\partial X_{22} = \partial L/\partial O_{11}\, K_{11}`$.",
        (
            Reading("dX[2,2] = dO[1,1]*K[1,1]", EXAMPLE),
            Reading("J_O(X[2,2]) = [0; 0; 0; K[1,1]]", EXAMPLE),
        ),
    ),
    Row(
        "0.25",
        "L352",
        ("Every entry of the gradient of X is made of entries of the gradient of O times entries of K."),
        (
            Reading(
                "dX[p,q] = sum(i, j, m, n : i*SH+m-PH = p, j*SW+n-PW = q) dO[i,j]*K[m,n]",
                LAYERS,
                "and these are the entries that meet",
            ),
        ),
    ),
    Row(
        "0.26",
        "L354",
        (
            "The gradient of the 3×3 input is the 2×2 gradient of O with one ring of zeros ⋆ the "
            "kernel with rows $`K_{11}, K_{10}`$ and $`K_{01}, K_{00}`$."
        ),
        (Reading("dX = pad(dO, (1, 1)) ⋆ rot180(K)", EXAMPLE),),
    ),
    Row(
        "0.27",
        "L373, L381",
        "The gradient of X is pad(∂L/∂O) ⋆ rot180(K), said of a layer with stride and padding.",
        (Reading("dX = pad(dO) ⋆ rot180(K)", LAYERS),),
    ),
)
