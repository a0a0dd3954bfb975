"""assert_conv_layer: a user's own layer, forward and backward, held exactly against the definition.

def forward(X, K, b, spec): ...          # b is None where the spec has no bias
def backward(X, K, dO, spec): ...        # (dX, dK, db), None for what it does not give

def test_my_layer():
    assert_conv_layer(forward=forward, backward=backward, layout="NCHW")
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convgen.errors import SpecError
from convgen.spec import ConvSpec
from convgen.testing.arguments import require_known
from convgen.testing.hard_specs import hard_specs
from convgen.testing.search import Fails, lowered, smallest_drawn, try_each
from convgen.testing.specs import conv_specs
from convgen.testing.torch_layers import one_thread, require_torch

if TYPE_CHECKING:
    from convgen.testing.diagnosis import Diagnosis
    from convgen.testing.examiner import Examiner
    from convgen.testing.search import Specs
    from convgen.testing.trial import Problem, Trial

Function = Callable[..., Any]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a layer.

    Attributes:
        problem: what is wrong on the smallest layer found.
        trial: that layer, its arrays and the answers.
        diagnoses: what the wrong result is instead, as far as it is known.
    """

    problem: Problem
    trial: Trial
    diagnoses: tuple[Diagnosis, ...] = ()

    @property
    def spec(self) -> ConvSpec:
        """The smallest layer found."""
        return self.trial.question.spec

    def __str__(self) -> str:
        from convgen.testing.wording import finding_text

        return finding_text(self)


@dataclass(frozen=True)
class Examination:
    """What was found out about a user's layer; truthy where nothing is wrong.

    Attributes:
        functions: the passes that were called.
        results: the results that were looked at.
        layers: how many different layers were tried.
        declined: how many more the layer said it does not support.
        findings: what is wrong.
    """

    functions: tuple[str, ...]
    results: tuple[str, ...]
    layers: int
    declined: int
    findings: tuple[Finding, ...]

    def __bool__(self) -> bool:
        return not self.findings

    def __str__(self) -> str:
        from convgen.testing.wording import examination_text

        return examination_text(self)


def assert_conv_layer(
    *,
    forward: Function | None = None,
    backward: Function | None = None,
    backward_data: Function | None = None,
    backward_weights: Function | None = None,
    backward_bias: Function | None = None,
    specs: Specs | None = None,
    arrays: str = "numpy",
    dtype: str = "float64",
    examples: int | None = None,
    definition: bool = True,
    unsupported: type[Exception] | Sequence[type[Exception]] = (),
    **held: Any,
) -> None:
    """Assert that a layer computes what the definition says, exactly, on every layer that is tried.

    Each function takes arrays of small integers in the layout of the spec, then the spec itself. Its answers
    must equal the definition's to the last bit, have the dtype of its inputs, be the same when it is called
    again, add up as its inputs do (a convolution is linear in each of its arrays), and leave its inputs
    as they are.

    Args:
        forward: ``(X, K, b, spec) -> O``; b is None where the spec has no bias.
        backward: ``(X, K, dO, spec) -> (dX, dK, db)`` with None for what it does not give, fewer at the end, or
            a dictionary by these names; db of a spec without bias is not looked at.
        backward_data: ``(K, dO, spec) -> dX``.
        backward_weights: ``(X, dO, spec) -> dK``.
        backward_bias: ``(dO, spec) -> db``.
        specs: one layer, several, or a Hypothesis strategy; by default every trap of `hard_specs` and then
            layers that `conv_specs` draws.
        arrays: what the functions take: ``"numpy"``, or ``"torch"`` for tensors.
        dtype: ``"float64"`` or ``"float32"``.
        examples: how many layers are drawn; as Hypothesis' profile says by default.
        definition: False holds the gradients against the layer's own forward alone, by the adjoint identity
            <dO, forward(X)> = <dX, X>: for a layer that computes something else, such as a true convolution.
        unsupported: what a function raises for a spec that it does not support; such specs are passed over.
        held: arguments of `ConvSpec` that are the same for every layer tried by default, as `conv_specs`
            takes them: ``layout="NCHW", dilation=1, max_size=8``.

    Raises:
        AssertionError: something is wrong. The message shows the smallest layer found, the first differing
            entry with the products that it should add up, and, where the result is that of a known mistake,
            which: "your dX equals the rule without the dilation of dO".
        SpecError: no function, one that takes other arguments, arguments that no layer has, or only layers that
            are not supported.
        BudgetError: a layer whose sums the dtype does not hold exactly.
        MissingDependencyError: Hypothesis or PyTorch is needed and not installed.
    """
    __tracebackhide__ = True  # pytest shows the caller's line
    own = inspect.signature(assert_conv_layer).parameters
    arguments = [name for name in own if name != "held"]
    require_known("assert_conv_layer", held, (*arguments, *inspect.signature(conv_specs).parameters))
    functions = {
        "forward": forward, "backward": backward, "backward_data": backward_data,
        "backward_weights": backward_weights, "backward_bias": backward_bias,
    }  # fmt: skip
    examination = examine_conv_layer(
        {name: function for name, function in functions.items() if function is not None},
        specs=specs, arrays=arrays, dtype=dtype, examples=examples, definition=definition,
        unsupported=unsupported, **held,
    )  # fmt: skip
    if not examination:
        raised = [each.problem.error for each in examination.findings if each.problem.error is not None]
        raise AssertionError(str(examination)) from (raised[0] if raised else None)


def examine_conv_layer(
    functions: dict[str, Function],
    *,
    specs: Specs | None = None,
    arrays: str = "numpy",
    dtype: str = "float64",
    examples: int | None = None,
    definition: bool = True,
    unsupported: type[Exception] | Sequence[type[Exception]] = (),
    **held: Any,
) -> Examination:
    """Examine a layer as `assert_conv_layer` does, and report instead of raising.

    Args:
        functions: one or more of forward, backward, backward_data, backward_weights and backward_bias.
        specs: as in `assert_conv_layer`, and so the others.
        arrays: ``"numpy"`` or ``"torch"``.
        dtype: ``"float64"`` or ``"float32"``.
        examples: how many layers are drawn.
        definition: whether answers are held against the definition.
        unsupported: what a function raises for a spec that it does not support.
        held: what is the same for every layer tried by default.

    Raises:
        SpecError: as `assert_conv_layer`.
        BudgetError: as `assert_conv_layer`.
        MissingDependencyError: as `assert_conv_layer`.
    """
    from convgen.testing.examiner import Examiner

    require_known("examine_conv_layer", held, inspect.signature(conv_specs).parameters)
    for name, value, known in (
        ("arrays", arrays, ("numpy", "torch")),
        ("dtype", dtype, ("float32", "float64")),
    ):
        if value not in known:
            raise SpecError(f"{name} must be one of {', '.join(known)}, got {value!r}")
    if arrays == "torch":
        require_torch()
    if not definition and "forward" not in functions:
        raise SpecError("definition=False holds the gradients against forward, which is not given")
    if specs is not None and held:
        given = ", ".join(f"{name}={value!r}" for name, value in held.items())
        raise SpecError(f"{given}: the specs are given already; hold it in their strategy")
    several = (unsupported,) if isinstance(unsupported, type) else tuple(unsupported)
    examiner = Examiner(functions, arrays, dtype, several, definition)
    with one_thread() if arrays == "torch" else nullcontext():
        return _examined(examiner, specs, examples, held)


def _examined(
    examiner: Examiner, specs: Specs | None, examples: int | None, held: dict[str, Any]
) -> Examination:
    if specs is None:
        own = {name: value for name, value in held.items() if not name.startswith("max_")}
        drawn = conv_specs(**held)
        traps: tuple[ConvSpec, ...] = ()
        with suppress(SpecError):  # no trap is left; what is drawn must do
            traps = hard_specs(**held)
        for trap in traps:
            examiner.trial(trap)
        try_each(drawn, examiner.trial, examples)
        return examiner.examination(lambda spec, fails: lowered(spec, fails, own))
    try_each(specs, examiner.trial, examples)
    return examiner.examination(lambda spec, fails: _smaller(specs, spec, fails, examples))


def _smaller(specs: Specs, spec: ConvSpec, fails: Fails, examples: int | None) -> ConvSpec:
    """The smaller of a failing layer and what Hypothesis shrinks such layers to."""
    from convgen.proof.smallest import order

    found = smallest_drawn(specs, fails, examples)
    return spec if found is None else min(spec, found, key=order)
