"""generate: a spec to the text of its kernel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from convgen.errors import DtypeError, PlanError
from convgen.kernels.algorithms import require_short, with_algorithm
from convgen.kernels.asked_tiles import asked_tiles
from convgen.kernels.forms import choose_forms, forms_of
from convgen.kernels.formula import formula
from convgen.kernels.isa import ELEMENT_BYTES, PORTABLE, Vector, isa_named
from convgen.kernels.kernel import (
    DTYPES,
    TARGETS,
    Kernel,
    pack_symbol,
    packed_symbol,
    pass_inputs,
    pass_output,
)
from convgen.kernels.matrix import MatrixPlan
from convgen.kernels.names import default_name, valid_name
from convgen.kernels.notes import comment, notes, title
from convgen.kernels.plan import C_REALS, LINE_WIDTH, PassPlan, filled
from convgen.kernels.threads import require_threads
from convgen.kernels.unfold import windows
from convgen.kernels.workspace import TAKE
from convgen.render import render
from convgen.spec import ConvSpec


def generate(
    spec: ConvSpec,
    target: str = "c",
    dtype: Any = "float32",
    *,
    name: str | None = None,
    forms: str | Mapping[str, str] | None = None,
    isa: str = PORTABLE.name,
    threads: int = 1,
    algorithm: str | None = None,
    tile: str | Mapping[str, str] | None = None,
) -> Kernel:
    """Write the source of a convolution specialised to one spec: forward pass and all gradients.

    Args:
        spec: the convolution.
        target: ``"c"`` or ``"numpy"``.
        dtype: ``"float32"`` or ``"float64"``, as a string or a NumPy dtype.
        name: prefix of functions and files; by default one that says the spec.
        forms: how to compute, instead of the rule's choice: one form for every pass that has it, or a
            mapping from passes to forms. C has ``unrolled``, ``tiled`` and ``loops``; NumPy has
            ``unrolled``, ``blocks``, ``positions``, ``matrix`` and, for the bias, ``sum``.
        isa: the instruction set that C is laid out for: ``"portable"``, ``"avx512"``, ``"avx2"`` or
            ``"neon"``. The text is C for every machine; the set decides how wide its vectors are.
        threads: how many threads share the loops of a pass in C, where its size makes that pay. Results do
            not depend on it. The text is OpenMP (``-fopenmp``), and without that plain C for one thread.
        algorithm: ``"direct"``, the definition's sums, is what ``"auto"`` and None mean. ``"winograd"`` computes
            forward and backward_data from fewer products of transformed tiles, in C, where stride and dilation
            are 1; its error is larger, and the file states a bound. Tiles are chosen by rule;
            ``"winograd:4"`` or ``"winograd:2x4"`` says their size.
        tile: the register tile of C's tiled passes, instead of the rule's choice: ``"6x4"``, numbers x vectors of
            the widest kind, or ``"6x4x8"`` with the lanes of a vector; for every pass that has one, or a mapping
            from passes to tiles. ``"rule"`` is what None means. It changes the speed, and no result: every sum
            is added in the same order.

    Returns:
        The kernel's text; nothing is written to disk, and nothing is compiled.

    Raises:
        PlanError: an unknown target, form, instruction set or algorithm, an algorithm that does not apply to the
            spec, a name that a kernel cannot have, threads that are no number from 1, or more than one
            for NumPy, or a tile that the registers do not hold or that is asked of a pass without tiles.
        DtypeError: another dtype.
        BudgetError: a form that would be too large for this spec, which is raised before any work; or a file of
            more than 200,000 bytes by Winograd's algorithm.
    """
    if not isinstance(spec, ConvSpec):
        raise PlanError(f"a kernel is generated from a ConvSpec, got {spec!r}")
    if target not in TARGETS:
        raise PlanError(f"unknown target {target!r}; choose one of {', '.join(TARGETS)}")
    dtype = dtype_name(dtype)
    usual = default_name(spec, dtype)
    name = valid_name(usual if name is None else name)
    chosen = with_algorithm(spec, target, choose_forms(spec, target, forms), forms, algorithm)
    vectors = isa_named(isa)
    require_threads(threads, target)
    sets = asked_tiles(spec, chosen, dtype, vectors, tile)
    plans = {
        each: form.plan(spec, each, dtype, sets[each]).laid_out(threads) for each, form in chosen.items()
    }
    tilings = {each: plan.tiling for each, plan in plans.items() if plan.tiling}
    used = _vectors(plans)
    values = {
        "name": name,
        "title": title(spec),
        "dtype": dtype,
        "needs": sorted({line for plan in plans.values() for line in plan.needs}, key=len),
        "prologue": prologue(used),
        "workspaces": {each: plan.workspace for each, plan in plans.items() if plan.workspace},
        "take": TAKE.splitlines(),
        "windows": windows(spec) if _unfolds(plans) else None,
        "notes": notes(
            spec,
            target,
            dtype,
            plans,
            {form.name: form.about for form in (*forms_of(target), *chosen.values())},
            name if name != usual else None,
            forms,
            vectors,
            threads,
            algorithm,
            {each: str(tilings[each].tile) for each in tilings if sets[each].tile},
        ),
        "passes": [
            {
                "plan": plan,
                "template": chosen[each].template,
                "parameters": ", ".join([*pass_inputs(spec, each), pass_output(each)]),
                "definition": _c_function(name, spec, plan, dtype, "restrict"),
                "prototype": _c_function(name, spec, plan, dtype, "CONVGEN_RESTRICT"),
                "prepared": _prepared(name, spec, plan, dtype) if plan.packing else None,
                "formula": comment(formula(spec, each)),
            }
            for each, plan in plans.items()
        ],
    }
    source = render(_SOURCES[target], **values)
    require_short(spec, algorithm, source)
    return Kernel(
        name=name,
        spec=spec,
        target=target,
        dtype=dtype,
        source=source,
        header=render("c/kernel.h.j2", **values, guard=f"{name.upper()}_H") if target == "c" else None,
        op_count={each: plan.op_count for each, plan in plans.items()},
        forms={each: plan.form for each, plan in plans.items()},
        workspace_bytes={each: plan.workspace_bytes for each, plan in plans.items()},
        isa=vectors.name,
        vectors=used,
        prepared=tuple(each for each, plan in plans.items() if plan.packing),
        threads=threads,
        scratch_bytes={each: plan.scratch_bytes for each, plan in plans.items() if plan.packing},
        tilings=tilings,
    )


def _vectors(plans: Mapping[str, PassPlan]) -> tuple[Vector, ...]:
    """The vector types of all passes; one has the macros that any of them uses."""
    every = [each for plan in plans.values() for each in plan.vectors]
    found = {}
    for each in every:
        same = [other for other in every if (other.dtype, other.lanes) == (each.dtype, each.lanes)]
        found[each.lanes] = replace(
            each,
            transposes=any(other.transposes for other in same),
            combines=any(other.combines for other in same),
        )
    return tuple(found[lanes] for lanes in sorted(found))


def prologue(vectors: Sequence[Vector]) -> str:
    """The macros that C bodies with vectors use: everything in them that is not plain C99."""
    return render("c/vectors.j2", vectors=vectors) if vectors else ""


def _unfolds(plans: Mapping[str, PassPlan]) -> bool:
    """Whether a pass needs the view of X's windows."""
    return any(isinstance(plan, MatrixPlan) and plan.fold is None for plan in plans.values())


def dtype_name(dtype: Any) -> str:
    """The name of a supported dtype, given by name or as NumPy's.

    Raises:
        DtypeError: any other dtype.
    """
    if isinstance(dtype, str) and dtype in DTYPES:
        return dtype
    if dtype is not None:  # NumPy would take None for float64
        import numpy as np

        try:
            asked = np.dtype(dtype)
        except (TypeError, ValueError):
            pass
        else:
            for name in DTYPES:
                if asked == np.dtype(name):
                    return name
    raise DtypeError(f"dtype {dtype!r} is not supported; kernels compute in {' or '.join(DTYPES)}")


def _c_function(prefix: str, spec: ConvSpec, plan: PassPlan, dtype: str, restrict: str) -> tuple[str, ...]:
    """The lines of a pass's declaration."""
    real = C_REALS[dtype]
    parameters = [f"const {real} *{restrict} {array}" for array in pass_inputs(spec, plan.name)]
    parameters.append(f"{real} *{restrict} {pass_output(plan.name)}")
    parameters += [f"void *{restrict} workspace"] * bool(plan.workspace_bytes)
    return _declaration(f"{prefix}_{plan.name}", parameters)


def _prepared(prefix: str, spec: ConvSpec, plan: PassPlan, dtype: str) -> dict[str, tuple[str, ...]]:
    """The two functions that a pass with packed weights is made of, and how it calls them."""
    real, inputs, output = C_REALS[dtype], pass_inputs(spec, plan.name), pass_output(plan.name)
    packs, runs = pack_symbol(prefix, plan.name), packed_symbol(prefix, plan.name)
    found = {}
    for kind, restrict in (("definition", "restrict"), ("prototype", "CONVGEN_RESTRICT")):
        read = [f"const {real} *{restrict} {'W' if array == 'K' else array}" for array in inputs]
        pointers = [f"const {real} *{restrict} K", f"{real} *{restrict} W"]
        found[f"pack_{kind}"] = _declaration(packs, pointers)
        written = [f"{real} *{restrict} {output}"]
        written += [f"void *{restrict} workspace"] * bool(plan.scratch_bytes)
        found[f"run_{kind}"] = _declaration(runs, [*read, *written])
    arguments = ["W" if array == "K" else array for array in inputs] + [output]
    arguments += [f"W + {plan.packed_bytes // ELEMENT_BYTES[dtype]}"] * bool(plan.scratch_bytes)
    found["calls"] = (
        f"{real} *W = ({real} *)workspace;",  # the cast is for those who compile C as C++
        f"{packs}(K, W);",
        f"{runs}({', '.join(arguments)});",
    )
    return found


def _declaration(function: str, parameters: Sequence[str]) -> tuple[str, ...]:
    """The lines of a C function's declaration, on one line where it fits."""
    line = f"void {function}({', '.join(parameters)})"
    if len(line) < LINE_WIDTH:
        return (line,)
    *lines, last = filled("", parameters, ", ", hanging=0)
    return (f"void {function}(", *lines, f"{last})")


_SOURCES = {"c": "c/kernel.c.j2", "numpy": "numpy/kernel.py.j2"}
