"""The gradients in index form, as the best of the sources derive them, for every stride, dilation and padding.

definition, chain rule, which outputs see which entry, change of index, zeros and bounds, closed form: each is
an equation for layers of every size of a rank. None is trusted here; `convgen.derivation.step` checks them.
"""

from __future__ import annotations

from collections.abc import Sequence

from convgen.algebra.indexed_sum import Access, Index, IndexedSum
from convgen.algebra.polynomial import Polynomial
from convgen.algebra.tree import Node, array
from convgen.derivation.equations import (
    ChainRule,
    DerivativeEquation,
    IndexEquation,
    Named,
    RuleEquation,
    SizeEquation,
)
from convgen.derivation.step import Draft
from convgen.indexing import gradient_sum, output_sums
from convgen.rules import GRADIENT_RULES
from convgen.spec import ConvSpec
from convgen.taps import array_shape

S, D, M, E, Pb, Pa, r, H, Ho = map(Polynomial.of, ("S", "D", "M", "E", "Pb", "Pa", "r", "H", "Ho"))
X, K, O, dO = map(array, ("X", "K", "O", "dO"))  # noqa: N816 -- the mathematics' own name
Z, Z_pad, X_pad, K_rot = map(array, ("Z", "Z_pad", "X_pad", "K_rot"))


def gradient_drafts(spec: ConvSpec, by: str) -> list[Draft]:
    """The derivation of one gradient.

    Args:
        spec: the layer; its rank counts, and whether it has a bias.
        by: X, K or b.
    """
    return [*_common(spec, by), *_WAYS[by](spec.rank)]


def _common(spec: ConvSpec, by: str) -> list[Draft]:
    rank = spec.rank
    output = output_sums(rank)
    name = array(by)
    seen: dict[str, tuple[str | Polynomial | Node, ...]] = {
        "X": (
            "An output sees an entry of ", X, (" through that kernel entry, if there is one, whose window position "
            "falls on it; the derivative is this kernel entry, and zero where there is none."),
        ),
        "K": (
            "An output sees an entry of ", K, (" once, with the input under it: the derivative is that input, and "
            "zero where it is padding."),
        ),
        "b": ("Every output of a channel has its bias added once: the derivative is 1.",),
    }  # fmt: skip
    gathered = (gradient_sum(rank, by),)
    return [
        Draft(
            "definition",
            ("The layer: each output is a sum over its taps; an entry outside the input counts as zero.",),
            IndexEquation("O", output if spec.bias else output[:1]),
        ),
        Draft(
            "chain rule",
            ("The loss depends on ", name, " through every output, so that its derivative is a sum over all of them."),
            ChainRule(by),
        ),
        Draft("which outputs see which entry", seen[by], DerivativeEquation(f"d{by}", gathered)),
        Draft(
            "put in",
            ("Only the outputs that see the entry are left in the sum.",),
            IndexEquation(f"d{by}", gathered),
        ),
    ]  # fmt: skip


# ---- X ---------------------------------------------------------------------------------------------------


def _indices(target: str, rank: int) -> tuple[Index, ...]:
    return tuple(Index(name, size) for name, size in array_shape(target, rank).axes)


def _sum(target: str, rank: int, bound: Sequence[Index], *factors: Access) -> IndexEquation:
    return IndexEquation(target, (IndexedSum(_indices(target, rank), tuple(bound), factors),))


def _at(channels: str, positions: Sequence[Polynomial]) -> tuple[Polynomial, ...]:
    return (*map(Polynomial.of, channels), *positions)


def _of_x(rank: int) -> list[Draft]:
    axes = range(rank)
    p = [Polynomial.of(f"s{d}") for d in axes]
    m = [Polynomial.of(f"m{d}") for d in axes]
    size = {name: [Polynomial.of(f"{name}{d}") for d in axes] for name in ("D", "E", "M", "Pb")}
    before = [e - 1 - b for e, b in zip(size["E"], size["Pb"], strict=True)]
    dilated = [D * m for D, m in zip(size["D"], m, strict=True)]
    bound = [Index("f", Polynomial.of("F")), *(Index(f"m{d}", size["M"][d]) for d in axes)]
    seen_back = [p + b - Dm for p, b, Dm in zip(p, size["Pb"], dilated, strict=True)]
    seen_on = [p + Dm - b for p, Dm, b in zip(p, dilated, before, strict=True)]
    turned = [M - 1 - m for M, m in zip(size["M"], m, strict=True)]
    padded = [p + Dm for p, Dm in zip(p, dilated, strict=True)]
    rule = GRADIENT_RULES["X"]
    return [
        Draft(
            "zeros between the outputs",
            (
                "Window positions are ", S, " apart, so that an output exists for every ", S, ("th position alone. "
                "Let "), Z,
                " be ", dO, " with ", S - 1, " zeros between neighbours; then no position needs to be divided by ", S,
                ".",
            ),
            Named("Z", rank),
        ),
        Draft(
            "one sum over the kernel",
            (
                "With ", Z, (", a sum over all positions, the output index is solved for: what is left is a sum over "
                "the "
                "kernel. Outside of "), Z, " all is zero.",
            ),
            _sum(
                "dX", rank, bound,
                Access("Z", _at("ngf", seen_back)), Access("K", _at("gfc", m)),
            ),
        ),
        Draft(
            "change of index",
            (
                "As the kernel index grows, the position in ", Z, " falls. Counting the kernel from its far end, ",
                M - 1,
                " minus the index for the index, both grow: this is where the kernel is turned by 180 degrees.",
            ),
            _sum(
                "dX", rank, bound,
                Access("Z", _at("ngf", seen_on)), Access("K", _at("gfc", turned)),
            ),
        ),
        Draft(
            "bounds",
            (
                "Positions counted from 0, the first one read is ", -(E - 1 - Pb), " and the last ", H - 1 + Pb,
                ", where the entries of ", Z, " go from 0 to ", S * (Ho - 1), ". So ", E - 1 - Pb,
                (" zeros are missing before it, and after it, since the windows leave a remainder "), r,
                ", a number that is:",
            ),
            SizeEquation(H - 1 + Pb - S * (Ho - 1), E - 1 - Pa + r),
        ),
        Draft(
            "zero extension",
            (
                "So many zeros make ", Z_pad, " out of ", Z, ("; a negative number of zeros cuts off instead: entries "
                "that only "
                "ever met padding. Now every position read exists."),
            ),
            _sum(
                "dX", rank, bound,
                Access("Z_pad", _at("ngf", padded)), Access("K_rot", _at("gfc", m)),
            ),
        ),
        Draft(
            "closed form",
            ("This sum is a correlation, with the dilation of the layer, summed over the output channels:",),
            RuleEquation("dX", rule.tree),
        ),
    ]  # fmt: skip


# ---- K ---------------------------------------------------------------------------------------------------


def _of_k(rank: int) -> list[Draft]:
    axes = range(rank)
    m = [Polynomial.of(f"s{d}") for d in axes]
    i = [Polynomial.of(f"i{d}") for d in axes]
    u = [Polynomial.of(f"u{d}") for d in axes]
    size = {name: [Polynomial.of(f"{name}{d}") for d in axes] for name in ("D", "S", "Ho")}
    dilated = [D * m for D, m in zip(size["D"], m, strict=True)]
    outputs = [Index("n", Polynomial.of("B")), *(Index(f"i{d}", size["Ho"][d]) for d in axes)]
    between = [
        Index("n", Polynomial.of("B")),
        *(Index(f"u{d}", size["S"][d] * (size["Ho"][d] - 1) + 1) for d in axes),
    ]
    strided = [S * i + Dm for S, i, Dm in zip(size["S"], i, dilated, strict=True)]
    rule = GRADIENT_RULES["K"]
    return [
        Draft(
            "zero extension",
            ("Let ", X_pad, " be the padded input. Its positions count from the padding on, so that none is negative."),
            _sum("dK", rank, outputs, Access("dO", _at("ngf", i)), Access("X_pad", _at("ngc", strided))),
        ),
        Draft(
            "zeros between the outputs",
            ("Let ", Z, " be ", dO, " with ", S - 1, (" zeros between neighbours, so that it counts positions as the "
            "input does:")),
            Named("Z", rank),
        ),
        Draft(
            "change of index",
            ("Each position of ", Z, " that is no multiple of ", S, (" adds zero, and the stride is gone from the "
            "input.")),
            _sum(
                "dK", rank, between,
                Access("Z", _at("ngf", u)),
                Access("X_pad", _at("ngc", [u + Dm for u, Dm in zip(u, dilated, strict=True)])),
            ),
        ),
        Draft(
            "bounds",
            (
                "This is every ", D, "th entry of the correlation of ", X_pad, " with ", Z, (". The correlation has "
                "as many entries "
                "as below, of which those beyond "), E, " belong to a remainder of at least ", D, (" and to no kernel "
                "entry: only "
                "the first "), M, " of every ", D, "th are kept.",
            ),
            SizeEquation(H + Pb + Pa - (S * (Ho - 1) + 1) + 1, E + r),
        ),
        Draft(
            "closed form",
            (("The gradient sums over the batch and the outputs; channels are paired, every one with every one of its "
            "group:"),),
            RuleEquation("dK", rule.tree),
        ),
    ]  # fmt: skip


def _of_b(rank: int) -> list[Draft]:  # noqa: ARG001 -- the ways share their signature
    return [
        Draft(
            "closed form",
            ("The sum over the batch and over every position:",),
            RuleEquation("db", GRADIENT_RULES["b"].tree),
        )
    ]


_WAYS = {"X": _of_x, "K": _of_k, "b": _of_b}
