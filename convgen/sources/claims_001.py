"""The statements of source 001, and the claims as which they are read."""

from __future__ import annotations

from convgen.sources.source_001 import SYSTEM
from convgen.sources.statements import Reading, Row, layers_of

LAYERS = layers_of(
    SYSTEM, "every layer of source 001: any sizes and channels, a square kernel, one stride s, no padding"
)
DENSE = layers_of(SYSTEM, "the layers of source 001 with stride 1", {"S": 1})
KERNEL_2 = layers_of(SYSTEM, "the layers of source 001 with k = 2", {"M": 2})


ROWS = (
    Row(
        "1.01",
        "L12",
        (
            r"$`(K \star I)_{i,j,o} = b_o + \sum_{m,n,c} I_{i+m,j+n,c}\, K_{m,n,c,o}`$, for a layer "
            "with stride s."
        ),
        (Reading("R[i,j,o] = b[o] + sum(m=0..k-1, n=0..k-1, c) I[i+m,j+n,c]*K[m,n,c,o]", LAYERS),),
    ),
    Row(
        "1.02",
        "L18",
        "The same for all o at once, with the bias as a vector.",
        (
            Reading(
                "R[i,j,o] = b[o] + sum(m=0..k-1, n=0..k-1, c) I[i+m,j+n,c]*K[m,n,c,o]", LAYERS, "for every o"
            ),
        ),
    ),
    Row(
        "1.03",
        "L22",
        "$`I_{i+m,j+n}`$, a vector of size C, is multiplied by $`K_{m,n}`$, a matrix C×O.",
        (
            Reading("shape(I) = (H, W, C)", LAYERS, "so that I_{i+m,j+n} has size C"),
            Reading("shape(K) = (k, k, C, O)", LAYERS, "so that K_{m,n} has size C×O"),
        ),
    ),
    Row(
        "1.04",
        "L34",
        ("The sum written out begins with $`I_{i,j} K_{0,0} + I_{i+1,j} K_{1,0} + I_{i,j+1} K_{0,1}`$."),
        (
            Reading(
                (
                    "R[i,j,o] = b[o] + sum(c) I[i,j,c]*K[0,0,c,o] + sum(c) I[i+1,j,c]*K[1,0,c,o] + sum(c) "
                    "I[i,j+1,c]*K[0,1,c,o] + sum(c) I[i+1,j+1,c]*K[1,1,c,o]"
                ),
                KERNEL_2,
                "for k = 2, where the dots stand for one more product",
            ),
        ),
    ),
    Row(
        "1.05",
        "L37–44",
        (
            "All positions at once: R starts as b, and for each m, n gains the slice of I from m "
            "and n on, as large as the output, times $`K_{m,n}`$; the output is "
            "(H−(k−1))×(W−(k−1))."
        ),
        (
            Reading(
                "R[i,j,o] = b[o] + sum(m=0..k-1, n=0..k-1, c) I[m+i,n+j,c]*K[m,n,c,o]",
                LAYERS,
                "position i of the slice that begins at m is m+i",
            ),
            Reading("shape(R) = (H-(k-1), W-(k-1), O)", LAYERS),
        ),
    ),
    Row(
        "1.06",
        "L47",
        "A stride s changes the slice alone: every s-th position of it.",
        (
            Reading(
                "R[i,j,o] = b[o] + sum(m=0..k-1, n=0..k-1, c) I[m+s*i,n+s*j,c]*K[m,n,c,o]",
                LAYERS,
                "position i of every s-th from m on is m+s·i",
            ),
            Reading(
                "shape(R) = (ceil((H-(k-1))/s), ceil((W-(k-1))/s), O)", LAYERS, "the length of such a slice"
            ),
        ),
    ),
    Row(
        "1.07",
        "L52",
        r"G has size $`\lceil (H-(k-1))/s \rceil \times \lceil (W-(k-1))/s \rceil \times O`$.",
        (Reading("shape(G) = (ceil((H-(k-1))/s), ceil((W-(k-1))/s), O)", LAYERS),),
    ),
    Row(
        "1.08",
        "L55",
        r"$`\partial L/\partial b = \sum_{i,j} G_{i,j}`$.",
        (Reading("db[o] = sum(i, j) 1*G[i,j,o]", LAYERS),),
    ),
    Row(
        "1.09",
        "L58–61",
        r"$`\partial L/\partial K_{m,n} = \sum_{i,j} I_{si+m,sj+n}\, G_{i,j}^{\mathsf{T}}`$.",
        (Reading("dK[m,n,c,o] = sum(i, j) I[s*i+m,s*j+n,c]*G[i,j,o]", LAYERS),),
    ),
    Row(
        "1.10",
        "L67",
        "The forward sum, recalled.",
        (
            Reading("R[i,j,o] = b[o] + sum(m=0..k-1, n=0..k-1, c) I[i+m,j+n,c]*K[m,n,c,o]", LAYERS),
            Reading(
                (
                    "R[i,j,o] = b[o] + sum(c) I[i,j,c]*K[0,0,c,o] + sum(c) I[i+1,j,c]*K[1,0,c,o] + sum(c) "
                    "I[i,j+1,c]*K[0,1,c,o] + sum(c) I[i+1,j+1,c]*K[1,1,c,o]"
                ),
                KERNEL_2,
                "for k = 2",
            ),
        ),
    ),
    Row(
        "1.11",
        "L72–75",
        (
            r"At stride 1, $`\partial L/\partial I_{i',j'}`$ is the sum of $`K_{m,n}\, G_{i,j}`$ "
            "over all m, n, i, j with $`i' = i+m`$ and $`j' = j+n`$."
        ),
        (Reading("dI[i',j',c] = sum(i, j, m, n, o : i' = i+m, j' = j+n) K[m,n,c,o]*G[i,j,o]", DENSE),),
    ),
    Row(
        "1.12",
        "L78, L83",
        r"That is the sum of $`K_{m,n}\, G_{i'-m,j'-n}`$ over m and n.",
        (Reading("dI[i',j',c] = sum(m=0..k-1, n=0..k-1, o) K[m,n,c,o]*G[i'-m,j'-n,o]", DENSE),),
    ),
    Row(
        "1.13",
        "L86",
        'Many of the positions i\'−m, "j−n" lie outside of G.',
        remark="j'−n is meant, as in the formula before it.",
    ),
    Row(
        "1.14",
        "L87",
        "They lie outside by at most k−1 on every side, so G is padded with k−1 on both sides.",
        (
            Reading(
                "H - 1 = Ho - 1 + (k-1)",
                DENSE,
                "the last row i'−m, for i' = H−1 and m = 0, lies k−1 after the last row of G",
            ),
            Reading(
                "W - 1 = Ho - 1 + (k-1)",
                DENSE,
                "and so for columns; the first, for i' = 0 and m = k−1, lies k−1 before row 0",
            ),
            Reading("dI = rot180(K) ⋆ pad(G, (M-1, M-1))", DENSE, "with that padding nothing is missed"),
        ),
    ),
    Row(
        "1.15",
        "L94",
        (
            r"With m' = k−1−m and n' = k−1−n it is the sum of $`K_{k-1-m',k-1-n'}\, "
            "G_{i'-(k-1)+m',j'-(k-1)+n'}`$."
        ),
        (
            Reading(
                (
                    "dI[i',j',c] = sum(m'=0..k-1, n'=0..k-1, o) "
                    "K[k-1-m',k-1-n',c,o]*G[i'-(k-1)+m',j'-(k-1)+n',o]"
                ),
                DENSE,
            ),
        ),
    ),
    Row(
        "1.16",
        "L95",
        "And that is a convolution with a kernel turned by 180°.",
        (
            Reading(
                "dI = rot180(K) ⋆ pad(G)",
                DENSE,
                "“convolution” in the source's own sense, which turns nothing; O channels go to C",
            ),
            Reading(
                "dI = conv(pad(G), rot180(K))",
                DENSE,
                "a true convolution, which turns its kernel by itself",
                otherwise=True,
            ),
        ),
    ),
    Row(
        "1.17",
        "L100",
        "With a stride s the output is about s times smaller.",
        (
            Reading("s*Ho0 >= H - (k-1)", LAYERS, "s-times the height covers that without stride"),
            Reading("s*Ho0 < H - (k-1) + s", LAYERS, "and by less than s too much"),
            Reading("s*Ho1 >= W - (k-1)", LAYERS),
            Reading("s*Ho1 < W - (k-1) + s", LAYERS),
        ),
        remark="On each axis; the number of entries is about s² times smaller.",
    ),
    Row(
        "1.18",
        "L105",
        (
            "If the output keeps its original size, with zeros where the kernel was not applied, "
            "the gradient of the input works for any stride."
        ),
        (
            Reading(
                "dI = rot180(K) ⋆ pad(pad(dilate(G, S), (0, r)))",
                LAYERS,
                "G with zeros in between, and after its last row and column",
            ),
            Reading("s*(Ho0-1) + 1 + r0 = H - (k-1)", LAYERS, "its height then does not depend on s"),
            Reading("s*(Ho1-1) + 1 + r1 = W - (k-1)", LAYERS),
        ),
    ),
)
