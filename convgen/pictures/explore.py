"""The page to explore a layer: one HTML file that needs no network, and computes what it shows.

What is fixed is put into it as data: the passes, the closed forms as trees, the order of axes, the colours. The
index arithmetic is done in the page, since a reader changes the numbers; the tests hold it against the taps.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
from dataclasses import replace
from typing import Any

from convgen.algebra.notation import DEFAULT as OURS
from convgen.algebra.notation import Notation
from convgen.algebra.printing import INFIX, star_text
from convgen.algebra.rule_printing import rule_latex, rule_text
from convgen.algebra.tree import Node
from convgen.errors import BudgetError
from convgen.indexing import definition_formula, gradient_formula
from convgen.layout import ARRAYS, CHANNEL_AXES, axis_sizes, name_shape, user_axes
from convgen.pictures.boards import KINDS
from convgen.pictures.colours import DEFAULT, PAPER, Colours, mix, text_on, tint
from convgen.pictures.mathematics import operator_pieces, piece, signs_and_letters
from convgen.pictures.slides import PASSES, Pass
from convgen.render import render
from convgen.rules import RULES
from convgen.spec import ConvSpec
from convgen.version import __version__

CELL_LIMIT = 3_000
"""Cells that the page shows at most, those of the padded and dilated dO included."""
TAP_LIMIT = 20_000
"""Products that the page goes through at most."""
SLICES = {"subsample": "::", "take": ":"}
IDLE: dict[str, int | str] = {"pad": 0, "dilate": 1, "subsample": 1, "take": "whole"}
"""With which amounts an operator changes nothing, and is left out."""


def explorable_page(spec: ConvSpec, colours: Colours = DEFAULT, notation: Notation = OURS) -> str:
    """A page that shows every entry, step and rule of a layer, and lets its numbers be changed.

    Args:
        spec: the layer that it begins with.
        colours: of the arrays.
        notation: whose letters it is written in; sizes and amounts go by our names, since a source's word for them,
            such as one stride for all axes, need not be true of what a reader types in.

    Raises:
        BudgetError: a layer too large to be shown entry by entry.
    """
    _check_size(spec)
    style = render(
        "html/page.css.j2",
        colours={array: colours.of(array) for array in ARRAYS},
        tints={array: tint(colours.of(array)) for array in ARRAYS},
        softs={array: mix(colours.of(array), PAPER, 0.45) for array in ARRAYS},
        on={array: text_on(colours.of(array)) for array in ARRAYS},
    )
    script = render("html/arithmetic.js.j2") + render("html/page.js.j2")
    return render(
        "html/explore.html.j2",
        origin=f"convgen {__version__} spec: {spec}",
        title="Convolution, entry by entry",
        spec=str(spec),
        rank=spec.rank,
        style=style,
        style_digest=_digest(style),
        script=script,
        script_digest=_digest(script),
        letters=_letters(notation),
        data=json.dumps(page_data(spec, colours, notation), ensure_ascii=False).replace("<", "\\u003c"),
        kinds=[(kind, words) for kind, (_, words) in KINDS.items()],
    )


def page_data(spec: ConvSpec, colours: Colours = DEFAULT, notation: Notation = OURS) -> dict[str, Any]:
    """What the page is told: the layer's numbers, and all that does not depend on them."""
    notation = replace(notation, parameters={})
    return {
        "axes": [
            {
                "input": axis.input,
                "kernel": axis.kernel,
                "stride": axis.stride,
                "before": axis.before,
                "after": axis.after,
                "dilation": axis.dilation,
            }
            for axis in spec.axes
        ],
        "axisNames": list(spec.axis_names),
        "batch": spec.batch,
        "groups": spec.groups,
        "inChannels": spec.group_in_channels,
        "outChannels": spec.group_out_channels,
        "bias": spec.bias,
        "channelAxes": CHANNEL_AXES,
        "userAxes": {array: user_axes(spec, array) if name_shape(spec, array) else [] for array in ARRAYS},
        "letters": _letters(notation),
        "kernelFirst": notation.kernel_first,
        "first": notation.first_of("X"),
        "vec": notation.vec,
        "math": signs_and_letters(notation),
        "passes": [
            _pass_data(spec, row, notation) for row in PASSES.values() if spec.bias or row.result != "db"
        ],
        "ramp": [colours.first, colours.last],
        "cellLimit": CELL_LIMIT,
        "tapLimit": TAP_LIMIT,
    }


def _letters(notation: Notation) -> dict[str, str]:
    return {each: notation.letter_of(each) for array in ARRAYS for each in (array, f"d{array}")}


def _pass_data(spec: ConvSpec, row: Pass, notation: Notation) -> dict[str, Any]:
    tree = next(rule for rule in RULES if rule.target == row.result).tree
    if row.result == "O" and spec.bias:
        tree = Node("add", (tree, Node("array", array="b")))
    indexed = (
        definition_formula(spec.rank, notation)
        if row.result == "O"
        else gradient_formula(spec.rank, row.result[1:], notation)
    )
    target, stencil = notation.letter_of(row.result), row.stencil and notation.letter_of(row.stencil)
    in_latex = f"{notation.latex_of(row.result)} = {rule_latex(tree, notation, spec.rank)}"
    return {
        "name": row.name,
        "stationary": row.stationary,
        "stencil": row.stencil,
        "stencilName": f"rot180({stencil})" if row.turned else stencil,
        "result": row.result,
        "summed": row.summed,
        "sign": "⋆",
        "rule": _tree_data(tree, notation, spec.rank),
        "general": {"text": f"{target} = {rule_text(tree, notation, spec.rank)}", "math": piece(in_latex)},
        "indexed": {"text": indexed.text, "math": piece(indexed.latex)},
    }


def _tree_data(tree: Node, notation: Notation, rank: int) -> dict[str, Any]:
    """A tree of a closed form, with the words of which its text is made and the pieces of its formula."""
    if tree.operator == "array":
        return {"leaf": tree.array}
    form, name = "call", tree.operator
    if tree.operator in INFIX:
        form, name = "infix", {"star": star_text(Node("star")), "add": "+"}[tree.operator]
    elif tree.operator in SLICES:
        form, name = "slice", SLICES[tree.operator]
    return {
        "operator": tree.operator,
        "form": form,
        "name": name,
        "operands": [_tree_data(operand, notation, rank) for operand in tree.operands],
        "amounts": [
            [[[list(names), coefficient] for names, coefficient in amount.terms] for amount in entry]
            for entry in tree.amounts
        ],
        "idle": IDLE.get(tree.operator),
        "math": operator_pieces(tree, notation, rank),
    }


def _check_size(spec: ConvSpec) -> None:
    cells = sum(math.prod(axis_sizes(spec, array).values()) for array in ("X", "K", "O"))
    cells += math.prod(len(slide.shown) for slide in PASSES["backward_data"].slides(spec))
    for count, limit, what in (
        (cells, CELL_LIMIT, "cells"),
        (spec.multiply_adds, TAP_LIMIT, "products"),
    ):
        if count > limit:
            raise BudgetError(
                f"a page about {spec} would show {count:,} {what}, the limit is {limit:,}; "
                "choose smaller sizes with the same stride, padding and dilation"
            )


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
