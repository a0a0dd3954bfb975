"""The forms that a pass can take, one row each: when it suits, what it may cost, how it is planned and laid out.

A faster plan is another row. The rule: a pass takes the first form of its target, in the order of the
table, that suits it; `forms=` of `generate` overrides the rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from convgen.errors import BudgetError, PlanError
from convgen.kernels.kernel import PASSES, passes_of
from convgen.kernels.loops import plan_loops
from convgen.kernels.matrix import columns_of, plan_matrix
from convgen.kernels.plan import PassPlan
from convgen.kernels.positions import plan_positions, positions_of
from convgen.kernels.total import plan_sum
from convgen.kernels.unrolled import plan_unrolled_c, plan_unrolled_numpy, statements_of
from convgen.spec import ConvSpec

CONVOLUTIONS = PASSES[:-1]


@dataclass(frozen=True)
class Form:
    """One way to compute a pass.

    Attributes:
        target: the language.
        name: what `forms=` calls it.
        passes: the passes that have this form.
        template: lays a plan out.
        plan: makes the plan of a pass.
        suits: whether the rule takes this form for a pass.
        about: what the form is and when it suits, in words, for the emitted file.
        cost: what the budget holds against the limit, predicted before any work.
        unit: what the cost counts.
        limit: the largest cost.
        instead: what to choose where the limit is exceeded.
    """

    target: str
    name: str
    passes: tuple[str, ...]
    template: str
    plan: Callable[[ConvSpec, str, str], PassPlan]
    suits: Callable[[ConvSpec, str], bool]
    about: str
    cost: Callable[[ConvSpec, str], int]
    unit: str
    limit: int
    instead: str

    def require_budget(self, spec: ConvSpec, name: str) -> None:
        """Refuse a pass that would cost too much.

        Raises:
            BudgetError: with the predicted cost, the limit, and what to choose instead.
        """
        cost = self.cost(spec, name)
        if cost > self.limit:
            raise BudgetError(
                f"{name} of {spec} in form {self.name!r} needs {cost:,} {self.unit}; "
                f"the limit is {self.limit:,}: choose {self.instead}"
            )


UNROLLED_C_TERMS = 512
"""Up to here straight-line C is what compilers do best and a person still reads."""

UNROLLED_C_LIMIT = 20_000

UNROLLED_NUMPY_TERMS = 64
UNROLLED_NUMPY_LIMIT = 1_000
POSITIONS_LIMIT = 1_024
COLUMNS_LIMIT = 2**28

FORMS = (
    Form(
        target="c",
        name="unrolled",
        passes=PASSES,
        template="c/unrolled.j2",
        plan=plan_unrolled_c,
        suits=lambda spec, name: statements_of(spec, name) <= UNROLLED_C_TERMS,
        about=f"straight-line, every product written out; for up to {UNROLLED_C_TERMS} terms",
        cost=statements_of,
        unit="terms written out",
        limit=UNROLLED_C_LIMIT,
        instead="forms='loops'",
    ),
    Form(
        target="c",
        name="loops",
        passes=PASSES,
        template="c/loops.j2",
        plan=plan_loops,
        suits=lambda _spec, _name: True,
        about="constant bounds, sums in registers in the order of the letters, the last fastest; "
        "no product with padding; for everything larger",
        cost=lambda _spec, _name: 0,
        unit="",
        limit=0,
        instead="",
    ),
    Form(
        target="numpy",
        name="unrolled",
        passes=PASSES,
        template="numpy/unrolled.j2",
        plan=plan_unrolled_numpy,
        suits=lambda spec, name: statements_of(spec, name) <= UNROLLED_NUMPY_TERMS,
        about=f"straight-line on scalars, every product written out; for up to {UNROLLED_NUMPY_TERMS} terms",
        cost=statements_of,
        unit="terms written out",
        limit=UNROLLED_NUMPY_LIMIT,
        instead="forms='positions' or forms='matrix'",
    ),
    Form(
        target="numpy",
        name="positions",
        passes=CONVOLUTIONS,
        template="numpy/positions.j2",
        plan=plan_positions,
        suits=lambda _spec, _name: False,
        about="one line for each kernel position on whole slices, no product with padding; for ...",
        cost=positions_of,
        unit="kernel positions written out",
        limit=POSITIONS_LIMIT,
        instead="forms='matrix'",
    ),
    Form(
        target="numpy",
        name="matrix",
        passes=CONVOLUTIONS,
        template="numpy/matrix.j2",
        plan=plan_matrix,
        suits=lambda _spec, _name: True,
        about="unfold, one matrix product (padding's zeros included), fold; for everything else",
        cost=columns_of,
        unit="unfolded entries",
        limit=COLUMNS_LIMIT,
        instead="forms='positions' or target='c'",
    ),
    Form(
        target="numpy",
        name="sum",
        passes=PASSES[-1:],
        template="numpy/sum.j2",
        plan=plan_sum,
        suits=lambda _spec, _name: True,
        about="NumPy's own sum; for larger bias passes",
        cost=lambda _spec, _name: 0,
        unit="",
        limit=0,
        instead="",
    ),
)
"""Every form; those of a target in the order in which the rule tries them."""


def forms_of(target: str) -> tuple[Form, ...]:
    """The forms of a target, in the order in which the rule tries them."""
    return tuple(form for form in FORMS if form.target == target)


def choose_forms(spec: ConvSpec, target: str, forms: str | Mapping[str, str] | None) -> dict[str, Form]:
    """The form of every pass: what the user asks for, else what the rule says.

    Raises:
        PlanError: a pass or form that there is not.
        BudgetError: a form that would be too large.
    """
    asked = _asked(spec, target, forms)
    chosen = {}
    for name in passes_of(spec):
        available = [form for form in forms_of(target) if name in form.passes]
        if name in asked:
            available = [form for form in available if form.name == asked[name]]
            chosen[name] = available[0]
        else:
            chosen[name] = next(form for form in available if form.suits(spec, name))
    for name, form in chosen.items():
        form.require_budget(spec, name)
    return chosen


def _asked(spec: ConvSpec, target: str, forms: str | Mapping[str, str] | None) -> dict[str, str]:
    """The user's wish as a form for some passes; a single form is meant for every pass that has it."""
    names = tuple(dict.fromkeys(form.name for form in forms_of(target)))
    if forms is None:
        return {}
    if isinstance(forms, str):
        if forms not in names:
            raise PlanError(f"target {target!r} has no form {forms!r}; choose one of {', '.join(names)}")
        return {
            name: forms
            for form in forms_of(target)
            if form.name == forms
            for name in passes_of(spec)
            if name in form.passes
        }
    if not isinstance(forms, Mapping):
        raise PlanError(f"forms is one form or a mapping from passes to forms, got {forms!r}")
    for name, asked in forms.items():
        if name not in passes_of(spec):
            raise PlanError(
                f"{name!r} in forms={dict(forms)!r} is not a pass of {spec}; "
                f"it has {', '.join(passes_of(spec))}"
            )
        having = [form.name for form in forms_of(target) if name in form.passes]
        if asked not in having:
            raise PlanError(
                f"target {target!r} has no form {asked!r} of {name}; choose one of {', '.join(having)}"
            )
    return dict(forms)
