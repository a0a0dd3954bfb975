"""Other ways to the gradients: by matrices, by zeros in place of a stride, for "same" padding; and second order."""

from __future__ import annotations

from dataclasses import replace

from convgen.algebra.indexed_sum import IndexedSum, regroup
from convgen.algebra.polynomial import Polynomial
from convgen.algebra.readings import lower
from convgen.algebra.syntax import parse_tree
from convgen.algebra.tree import Node, apply, array
from convgen.axis import named_padding
from convgen.derivation.equations import (
    IndexEquation,
    Named,
    RuleEquation,
    SizeEquation,
)
from convgen.derivation.index_ways import E, H, Ho, K, Pa, Pb, S, X, dO, r
from convgen.derivation.step import Draft
from convgen.indexing import frame, output_sums
from convgen.proof.claim import symbolic_shapes
from convgen.proof.relation import Family
from convgen.rules import GRADIENT_RULES, RULES
from convgen.spec import ConvSpec

_RULES = {rule.name: rule.tree for rule in RULES}
_OUTPUT, _IM2COL = _RULES["O"], _RULES["O by im2col"]
_COL2IM, _BY_COLUMNS = _RULES["dX by col2im"], _RULES["dK by im2col"]


def _with_bias(tree: Node, spec: ConvSpec, bias: str = "b") -> Node:
    return apply("add", tree, array(bias)) if spec.bias else tree


# ---- matrices --------------------------------------------------------------------------------------------


def im2col_drafts(spec: ConvSpec, by: str) -> list[Draft]:
    """Source 003's way: the input unfolded into a matrix, so that the layer is a product of matrices."""
    kernel, unfolded = _IM2COL.operands[0].operands
    matrix_of_dO = _BY_COLUMNS.operands[0].operands[0]
    common = [
        Draft(
            "unfold",
            (
                ("Write under each output, in a column of its own, the inputs that its window covers: one row for each "
                "channel and kernel position, one column for each image and output position. Padding gives zeros."),
            ),
            Named("X~", spec.rank),
        ),
        Draft(
            "matrix product",
            (
                "With ", kernel, (", the kernel as a matrix with a row for each output channel, every output is a row "
                "times a column:"),
            ),
            RuleEquation("O", _with_bias(_IM2COL, spec)),
        ),
    ]  # fmt: skip
    ways = {
        "K": [
            Draft(
                "gradient of a product",
                (
                    "For a product of matrices, the gradient of the left factor is ", matrix_of_dO, (" times the "
                    "right factor "
                    "transposed:"),
                ),
                RuleEquation("dK", _BY_COLUMNS),
            )
        ],
        "X": [
            Draft(
                "gradient of a product",
                ("The gradient of the right factor, the unfolded input, is the left factor transposed times ",
                matrix_of_dO, ":"),
                RuleEquation("dX~", _COL2IM.operands[0]),
            ),
            Draft(
                "fold",
                (
                    "An entry of ", X, " stands in ", unfolded, (" once for each window that covers it. Its gradient "
                    "is the sum over "
                    "all these places, which is what fold adds up: the adjoint of unfold, and no inverse."),
                ),
                RuleEquation("dX", _COL2IM),
            ),
        ],
        "b": [
            Draft(
                "sum of rows",
                ("The bias is added to a whole row, so its gradient is the sum of that row of ", matrix_of_dO, ":"),
                RuleEquation("db", GRADIENT_RULES["b"].tree),
            )
        ],
    }  # fmt: skip
    return [*common, *ways[by]]


# ---- a stride by zeros -----------------------------------------------------------------------------------


def zeros_drafts(spec: ConvSpec, by: str) -> list[Draft]:
    """Source 001's way: a stride is a layer of stride 1 whose other outputs are not looked at."""
    dense_gradient = parse_tree("pad(dilate(dO, S), (0, r))")
    rules = {
        "X": parse_tree("pad(pad(dilate(dO, S), (0, r)), (E-1-Pb, E-1-Pa)) ⋆[D] rot180(K)"),
        "K": parse_tree("(pad(X) ⋆ pad(dilate(dO, S), (0, r)))[::D]"),
        "b": parse_tree("sum(pad(dilate(dO, S), (0, r)))"),
    }
    return [
        Draft(
            "every output, then a choice",
            ("A layer of stride ", S, " is the layer of stride 1, of whose outputs every ", S, "th is kept:"),
            RuleEquation("O", _with_bias(_OUTPUT, spec)),
        ),
        Draft(
            "outputs not kept",
            (
                ("An output that is not kept has no influence on the loss, so its gradient is zero. The layer of "
                "stride 1 "
                "has as many positions as below: "), S * (Ho - 1) + 1, " up to the last one kept, and ", r, (" after "
                "it. Its gradient "
                "is therefore "), dense_gradient, ".",
            ),
            SizeEquation(H + Pb + Pa - E + 1, S * (Ho - 1) + 1 + r),
        ),
        Draft(
            "the rule of stride 1",
            ("Put into the rule for stride 1, it gives the gradient for any stride:",),
            RuleEquation(f"d{by}", rules[by]),
        ),
    ]  # fmt: skip


# ---- "same" padding --------------------------------------------------------------------------------------


def same_padding(spec: ConvSpec) -> str | None:
    """Which "same" padding a layer of stride 1 has; None for any other layer."""
    if any(axis.stride > 1 for axis in spec.axes):
        return None
    for name in ("same", "same_lower"):
        if all(named_padding(name, axis) == (axis.before, axis.after) for axis in spec.axes):
            return name
    return None


def same_drafts(spec: ConvSpec, by: str) -> list[Draft]:
    """At stride 1 under "same" padding the output is as large as the input, and the sides change places."""
    name = same_padding(spec) or "same"
    other = {"same": "same_lower", "same_lower": "same"}[name]
    if any(axis.effective % 2 == 0 for axis in spec.axes):
        kind = (
            "An effective kernel of even size has one row of padding more on one side than on the other, "
            f'so the gradient is a correlation under "{other}" where the layer has "{name}": padding by the same '
            "amounts as the layer would shift it by one."
        )
    else:
        kind = "For effective kernels of odd size both sides are equal, and the gradient is padded as the layer is."
    wide = "Under this padding the two amounts together are "
    rules = {
        "X": ("pad(dO, (Pa, Pb)) ⋆[D] rot180(K)", f" and the sides change places. {kind}"),
        "K": ("(pad(X) ⋆ dO)[::D]", " and no window leaves a remainder, so that nothing is cut off."),
        "b": ("sum(dO)", ", which is nothing that the bias can see."),
    }
    text, words = rules[by]
    return [
        Draft(
            f'"{name}" padding',
            (wide, E - 1, f", the output is as large as the input,{words}"),
            RuleEquation(f"d{by}", parse_tree(text)),
            padding=name,
        )
    ]


# ---- second order ----------------------------------------------------------------------------------------


def _varied(term: IndexedSum, name: str) -> IndexedSum:
    """A term with a direction in the place of one of its arrays."""
    return replace(
        term,
        factors=tuple(
            replace(each, array=f"dd{name}") if each.array == name else each for each in term.factors
        ),
    )


def second_order_drafts(spec: ConvSpec, by: str) -> list[Draft]:
    """The derivative in a direction, and the gradients of what a gradient is paired with: double backward."""
    rank = spec.rank
    products, bias = output_sums(rank)
    terms = [_varied(products, "X"), _varied(products, "K")] + ([_varied(bias, "b")] if spec.bias else [])
    along = _with_bias(apply("add", _renamed(_OUTPUT, X="ddX"), _renamed(_OUTPUT, K="ddK")), spec, "ddb")
    drafts = [
        Draft(
            "derivative in a direction",
            (
                "Every product has one entry of ",
                X,
                " and one of ",
                K,
                (
                    ": it is linear in each, so that no second derivative "
                    "by one array alone is left, and a small change in a direction changes the output by"
                ),
            ),
            IndexEquation("ddO", tuple(terms)),
            true=_as_output(lower(along.bind(_steps_in_numbers(spec)), symbolic_shapes(rank)), rank),
        ),
        Draft(
            "as a layer",
            ("These are two layers, with the direction in the place of one array each:",),
            RuleEquation("ddO", along),
            true=tuple(terms),
        ),
    ]
    others = {"X": ("K", terms[1]), "K": ("X", terms[0])}
    if by not in others:
        return drafts
    other, term = others[by]
    pairing = regroup(term, by, "dO", frame(rank).indices(by))
    words = (
        "Paired with ", dO, ", this is a number, and its gradient by ", array(by), (" comes from the one term that "
        "still has "),
        array(by), " in it. The rule is that of the gradient, with the direction in the place of ", array(other), ":",
    )  # fmt: skip
    rule = _renamed(GRADIENT_RULES[by].tree, **{other: f"dd{other}"})
    drafts.append(Draft("double backward", words, RuleEquation(f"d{by}", rule, second=True), true=(pairing,)))
    return drafts


def _as_output(terms: tuple[IndexedSum, ...], rank: int) -> tuple[IndexedSum, ...]:
    """Sums over the entries of the output, whose size has a name where that of a formula is a quotient."""
    return tuple(replace(term, output=frame(rank).indices("O")) for term in terms)


def _steps_in_numbers(spec: ConvSpec) -> list[dict[str, Polynomial]]:
    """What amounts mean at the strides and dilations of a layer: a size that is a quotient needs them."""
    family = Family(tuple(axis.stride for axis in spec.axes), tuple(axis.dilation for axis in spec.axes))
    return [family.axis_values(d) for d in range(spec.rank)]


def _renamed(tree: Node, **names: str) -> Node:
    return tree.rewrite(lambda node: replace(node, array=names.get(node.array, node.array)))
