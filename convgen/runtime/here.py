"""A kernel for this machine: its instruction set, and the tiles that were measured on it."""

from __future__ import annotations

import warnings
from typing import Any

from convgen.errors import BudgetError, PlanError
from convgen.kernels import generate
from convgen.kernels.asked_tiles import TUNED
from convgen.kernels.generate import dtype_name
from convgen.kernels.isa import NATIVE, best_isa, isa_named
from convgen.kernels.kernel import Kernel
from convgen.runtime.compiler import find_compiler
from convgen.runtime.tuned import Question, kept_tiles, tuned_tiles
from convgen.spec import ConvSpec


def generated_here(spec: ConvSpec, dtype: Any, options: dict[str, Any]) -> Kernel:
    """A C kernel for this machine; see `load`.

    Args:
        spec: the convolution.
        dtype: ``"float32"`` or ``"float64"``.
        options: further arguments of `generate`; ``isa="native"`` and ``tile="tuned"`` may be among them.
    """
    options = options | {"isa": isa_here(options.get("isa", NATIVE))}
    kept = _tiles_here(spec, dtype, options)
    if kept is None:
        return generate(spec, "c", dtype, **options)
    try:
        return generate(spec, "c", dtype, **options | {"tile": kept})
    except (PlanError, BudgetError) as error:
        kernel = generate(
            spec, "c", dtype, **options | {"tile": None}
        )  # fails where the tiles are not at fault
        told = f"the tiles measured for {spec} do not fit its kernel any more ({error}); the rule chooses the tiles"
        warnings.warn(told, RuntimeWarning, stacklevel=3)
        return kernel


def isa_here(name: str) -> str:
    """The instruction set of that name, or the best that the compiler builds for.

    Raises:
        PlanError: there is none of that name, or this machine lacks it.
    """
    compiler = find_compiler()
    best = best_isa(compiler.macros)
    if name == NATIVE:
        return best.name
    lacking = [macro for macro in isa_named(name).macros if macro not in compiler.macros]
    if lacking:
        raise PlanError(
            f"isa {name!r} needs {', '.join(lacking)}, which {compiler.command[0]} does not define for this "
            f"machine; its best set is {best.name!r}"
        )
    return name


def _tiles_here(spec: ConvSpec, dtype: Any, options: dict[str, Any]) -> dict[str, str] | None:
    """The tiles that were measured on this machine; None where there are none or something else is said."""
    tile, forms = options.get("tile"), options.get("forms")
    if tile == TUNED and forms is not None:
        raise PlanError(f"tile={TUNED!r} and forms={forms!r} both say how {spec} is computed")
    said = tile is not None or forms is not None or options.get("threads", 1) != 1
    if (said and tile != TUNED) or not isinstance(spec, ConvSpec):
        return None
    question = Question(spec, dtype_name(dtype), options["isa"], options.get("algorithm"))
    return tuned_tiles(question) if tile == TUNED else kept_tiles(question)
