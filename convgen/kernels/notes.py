"""What every emitted file says of itself in its first lines."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

from convgen.kernels.asked_tiles import tile_text
from convgen.kernels.formula import array_entry
from convgen.kernels.isa import PORTABLE, Isa
from convgen.kernels.plan import LINE_WIDTH, PassPlan
from convgen.kernels.rounding import error_bound, longest_sum
from convgen.kernels.threads import about
from convgen.layout import user_shape
from convgen.spec import ConvSpec
from convgen.version import __version__

TILES = "Register tiles as measured on a machine or said, not by rule: numbers x vectors x lanes"

SCRATCH = {
    "c": "Scratch memory that a pass is given, aligned as its numbers are or better",
    "numpy": "Scratch memory that a pass keeps from call to call, for each of the calls that run at once",
}


def title(spec: ConvSpec) -> str:
    """The first line: what wrote the file, and for which spec."""
    return f"convgen {__version__} spec: {spec}"


def notes(
    spec: ConvSpec,
    target: str,
    dtype: str,
    plans: Mapping[str, PassPlan],
    abouts: Mapping[str, str],
    name: str | None,
    forms: str | Mapping[str, str] | None,
    isa: Isa,
    threads: int,
    algorithm: str | None = None,
    tiles: Mapping[str, str] | None = None,
) -> list[str]:
    """The lines after the first: how to make the file again, its arrays, and what each pass does.

    Args:
        spec: the convolution.
        target: the language.
        dtype: of the arrays and of every sum.
        plans: the plan of each pass.
        abouts: what each form is and when the rule takes it.
        name: the user's name for the kernel; None for the usual one.
        forms: the user's choice of forms; None for the rule's.
        isa: the instruction set that C is laid out for.
        threads: how many may share a loop.
        algorithm: the user's choice; None for the rule's.
        tiles: by pass the register tile that was asked for; the rule chose the others.
    """
    options = [f'--spec "{spec}"', f"--target {target}", f"--dtype {dtype}"]
    options += [f"--name {name}"] if name else []
    options += [f"--forms {forms_text(forms)}"] if forms else []
    options += [f"--isa {isa.name}"] if isa != PORTABLE else []
    options += [f"--threads {threads}"] if threads > 1 else []
    options += [f"--algorithm {algorithm}"] if algorithm else []
    options += [f"--tile {tile_text(tiles)}"] if tiles else []
    return [
        "",
        "Written by",
        *_command(options),
        "",
        *_arrays(spec, dtype),
        "",
        "An index outside its array reads 0.",
        "",
        *_table(spec, plans),
        "",
        *error_bound(dtype),
        *(line for plan in plans.values() for line in plan.bound),
        "",
        *_vectors(plans, target, isa, tiles or {}),
        *about(threads),
        *_forms(abouts),
    ]


def comment(text: str) -> list[str]:
    """A formula, broken before an operator where it would not fit into a comment."""
    for operator in "=+*":
        text = text.replace(f"{operator} ", f"{operator}\0")
    lines = textwrap.wrap(text, LINE_WIDTH - 10, subsequent_indent="    ", break_long_words=False)
    return [line.replace("\0", " ") for line in lines]


def _command(options: list[str]) -> list[str]:
    line = " ".join(["    convgen generate", *options])
    if len(line) < LINE_WIDTH - 3:
        return [line]
    return [f"    convgen generate {options[0]} \\", f"        {' '.join(options[1:])}"]


def forms_text(forms: str | Mapping[str, str]) -> str:
    """A choice of forms as the command line has it: ``loops`` or ``forward=loops,backward_data=unrolled``."""
    return forms if isinstance(forms, str) else ",".join(f"{name}={form}" for name, form in forms.items())


def _arrays(spec: ConvSpec, dtype: str) -> list[str]:
    layouts = {"X": spec.layout, "K": spec.kernel_layout, "b": "O", "O": spec.layout}
    rows = [
        (array_entry(spec, array), layout, " x ".join(map(str, user_shape(spec, array))))
        for array, layout in layouts.items()
        if array != "b" or spec.bias
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    return [f"Arrays of {dtype}, contiguous, the last axis fastest; a gradient is shaped as its array"] + [
        f"    {entry:<{widths[0]}}  {layout:<{widths[1]}}  {shape}" for entry, layout, shape in rows
    ]


def _table(spec: ConvSpec, plans: Mapping[str, PassPlan]) -> list[str]:
    rows = [("pass", "form", "products", "additions", "n", "order of each sum")]
    rows += [
        (
            plan.name,
            plan.form,
            f"{plan.op_count.multiplications:,}",
            f"{plan.op_count.additions:,}",
            f"{longest_sum(spec, plan.name):,}",
            plan.order,
        )
        for plan in plans.values()
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return ["Operations as executed, and n, the terms of the longest sum"] + [
        f"    {name:<{widths[0]}}  {form:<{widths[1]}}  {products:>{widths[2]}}  {sums:>{widths[3]}}  "
        f"{terms:>{widths[4]}}  {order}"
        for name, form, products, sums, terms, order in rows
    ]


def _vectors(plans: Mapping[str, PassPlan], target: str, isa: Isa, tiles: Mapping[str, str]) -> list[str]:
    """What the text is laid out for, and the scratch memory that a caller gives or a pass keeps."""
    found = []
    if any(plan.vectors for plan in plans.values()):
        found += [f"Laid out for the instruction set {isa.name!r}: vectors of up to {isa.vector_bytes} bytes"]
    if tiles:
        found += [
            TILES,
            *(f"    {name:<{max(map(len, tiles))}}  {tile}" for name, tile in tiles.items()),
        ]
    if any(plan.workspace_bytes for plan in plans.values()):
        found += [SCRATCH[target]]
        packed = {f"{plan.name}_packed": plan.scratch_bytes for plan in plans.values() if plan.scratch_bytes}
        width = max(map(len, (*plans, *packed)))
        found += [
            f"    {plan.name:<{width}}  {plan.workspace_bytes:>12,} bytes"
            for plan in plans.values()
            if plan.workspace_bytes
        ]
        found += [
            f"    {name:<{width}}  {size:>12,} bytes beside packed weights" for name, size in packed.items()
        ]
    return [*found, ""] if found else []


def _forms(abouts: Mapping[str, str]) -> list[str]:
    width = max(map(len, abouts))
    lines = ["Forms; a pass has the first that suits it, unless another was asked for"]
    for name, words in abouts.items():
        head = f"    {name:<{width}}  "
        lines += textwrap.wrap(words, LINE_WIDTH - 4, initial_indent=head, subsequent_indent=" " * len(head))
    return lines
