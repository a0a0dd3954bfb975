"""Why a formula and the definition meet the same taps on one part of a layer, in steps that a reader can follow.

The indices that the formula sums over are solved for, as polynomials in the coordinates of a tap: that is the
bijection. What is left are conditions on the tap alone, on both sides. Each equation of the one side is then
one of the other, and each bound is a sum of products of bounds of the other side (`certificates`). Stride and
dilation may be numbers, or names for any number of at least 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from convgen.algebra.axis_operators import Divisor, Quotient
from convgen.algebra.indexed_sum import root
from convgen.algebra.polynomial import Polynomial
from convgen.proof.certificates import Certificate, certificate
from convgen.proof.relation import COUNTS, Context, Family, System

Values = dict[str, Polynomial]


@dataclass(frozen=True)
class NamedFamily(Family):
    """All layers of a rank, stride and dilation included, which have names.

    Attributes:
        given: the stride and the dilation of every axis where they are numbers all the same.
    """

    given: tuple[int | None, int | None] = (None, None)

    def axis_values(self, d: int) -> dict[str, Polynomial]:
        """As of a family with numbers, S and D being names."""
        steps = (
            Polynomial.of(Divisor(f"{word}{d}")) if number is None else Polynomial.of(number)
            for word, number in zip("SD", self.given, strict=True)
        )
        return self._with_steps(super().axis_values(d), *steps)

    def context(self, parts: Iterable[int | None]) -> Context:
        """As of a family with numbers; S and D are at least 1."""
        chosen = [*parts]
        context = super().context(chosen)
        axes = sorted(d for d in chosen if d is not None)
        steps = [self.axis_values(d)[word] for d in axes for word in "SD"]
        names = tuple(str(each) for each in steps if each.names)
        guards = tuple(each - 1 for each in steps if each.names)
        return replace(context, names=(*names, *context.names), guards=guards + context.guards)


@dataclass(frozen=True)
class Solved:
    """One side as conditions on a tap alone.

    Attributes:
        values: each index as a polynomial in the tap.
        relations: what is 0 at a tap.
        guards: what is at least 0 there.
    """

    values: Mapping[str, Polynomial]
    relations: tuple[Polynomial, ...]
    guards: tuple[Polynomial, ...]


@dataclass(frozen=True)
class Reason:
    """Why a bound follows from others.

    Attributes:
        bound: what is at least 0.
        certificate: the sum of products that it is; or that step·bound + step - 1 is, where there is a step.
        step: a stride or dilation; an integer t with step·t ≥ 1 - step is at least 0.
    """

    bound: Polynomial
    certificate: Certificate
    step: Polynomial | None = None

    @property
    def is_given(self) -> bool:
        """Whether the bound is one of those that it follows from."""
        return self.step is None and self.certificate.is_single

    def __str__(self) -> str:
        if self.step is None:
            return f"{self.bound} = {self.certificate}{self._vanishing}"
        whole = f"{self.step}*({self.bound}) + {self.step - 1}"
        return f"{self.bound} ≥ 0, because {whole} = {self.certificate} ≥ 0{self._vanishing}"

    @property
    def _vanishing(self) -> str:
        """What a reader must know of a summand such as -r0, which is at least 0 at stride 1 alone."""
        factors = {each for _, factors in self.certificate.summands for each in factors}
        negated = sorted(str(-each) for each in factors if len(each.terms) == len((-each).names) == 1)
        remainders = [name for name in negated if name.rstrip("0123456789") == "r"]
        return (
            f", where {' and '.join(f'{name} = 0' for name in remainders)} at stride 1" if remainders else ""
        )


@dataclass(frozen=True)
class Argument:
    """One part of a layer, shown to be the same set of taps on both sides.

    Attributes:
        definition: the definition's side.
        formula: the formula's.
        forth: why each of the formula's bounds follows from the definition's.
        back: why each of the definition's bounds follows from the formula's.
    """

    definition: Solved
    formula: Solved
    forth: tuple[Reason, ...]
    back: tuple[Reason, ...]

    @property
    def is_literal(self) -> bool:
        """Whether both sides are the same conditions as they stand."""
        return _conditions(self.definition) == _conditions(self.formula)


def _conditions(side: Solved) -> tuple[frozenset[Polynomial], ...]:
    relations = frozenset(max(each, -each, key=str) for each in side.relations)
    return relations, frozenset(side.guards)


def argue(formula: System, definition: System, layers: Layers) -> Argument | None:
    """The argument for two sides with the same dimensions; None where these steps do not lead to one."""
    ours, theirs = solve(formula), solve(definition)
    if ours is None or theirs is None:
        return None
    forth = _implied(ours, theirs, layers, definition.dimensions)
    back = _implied(theirs, ours, layers, definition.dimensions)
    return None if forth is None or back is None else Argument(theirs, ours, forth, back)


def is_met(side: Solved, system: System, layers: Layers) -> bool:
    """Whether a tap meets the conditions of a side: that of all indices 0, on a layer of sizes 1 without padding."""
    sizes = {name: int(name.rstrip("0123456789") in (*COUNTS, "S", "D")) for name in layers.context.names}
    point = {**sizes, **dict.fromkeys(system.variables, 0)}

    def value(expression: Polynomial) -> int:
        return without_quotient(expression).substitute(point).value()

    equations = (*side.relations, *layers.context.equalities)
    bounds = (*side.guards, *layers.context.guards)
    return all(value(each) == 0 for each in equations) and all(value(each) >= 0 for each in bounds)


@dataclass(frozen=True)
class Layers:
    """What is known of all layers that an argument is about.

    Clauses in the library's own language are left out: what is shown without them holds with them.

    Attributes:
        context: their sizes and parameters.
        steps: stride and dilation on the axes concerned: numbers, or names.
    """

    context: Context
    steps: tuple[Polynomial, ...]

    @classmethod
    def of(cls, context: Context, family: Family, part: Iterable[int | None]) -> Layers:
        """Those of a family, as far as a part of them goes."""
        axes = [family.axis_values(d) for d in sorted(d for d in part if d is not None)]
        return cls(context, tuple(axis[word] for axis in axes for word in "SD"))

    @cached_property
    def known(self) -> Values:
        """Sizes that equations determine, by the others."""
        return _eliminated(self.context.equalities)

    def reason(
        self, target: Polynomial, given: Sequence[Polynomial] = (), at: Values | None = None
    ) -> Reason | None:
        """Why an expression is at least 0, where a reason is found.

        Args:
            target: the expression.
            given: what is at least 0 beside what holds of every layer.
            at: the tap's coordinates that equations determine.
        """
        hypotheses: dict[Polynomial, Polynomial] = {}
        for each in sorted((*given, *self.context.guards), key=_plainness):
            hypotheses.setdefault(self._reduced(each, at), each)
        wanted = self._reduced(target, at)
        names = [each for each in self.steps if each.names]
        for multipliers in [[], names, [each - 1 for each in names]][: 3 if names else 1]:
            found = certificate(wanted, [*hypotheses], multipliers)
            if found is not None:
                return Reason(target, found.written(hypotheses))
        for step in self.steps:  # an integer t is at least 0 where s·t is more than -s
            found = certificate(wanted * step + step - 1, [*hypotheses], names)
            if found is not None:
                return Reason(target, found.written(hypotheses), step)
        return None

    def is_zero(self, expression: Polynomial) -> bool:
        """Whether an expression is 0 on every layer, as far as that is found."""
        if not self._reduced(expression, None).terms:
            return True
        sides = (without_quotient(each) for each in (expression, -expression))
        return all(self.reason(each) is not None for each in sides)

    def _reduced(self, expression: Polynomial, at: Values | None) -> Polynomial:
        return without_quotient(expression).substitute(self.known).substitute(at or {})


def _plainness(expression: Polynomial) -> tuple[int, int]:
    return len(expression.terms), sum(abs(coefficient) for _, coefficient in expression.terms)


# ---- one side --------------------------------------------------------------------------------------------


def solve(system: System) -> Solved | None:
    """Every index as a polynomial in the tap and the sizes; None where an equation gives none."""
    values: Values = {}
    left = [*system.equalities]
    remaining = {*system.indices}
    while remaining:
        found = [
            (bool(value.names & remaining), number, name, value)
            for number, equality in enumerate(left)
            for name in sorted(equality.names & remaining)
            if (value := root(equality, name)) is not None
        ]
        if not found:
            return None
        _, number, name, value = min(found, key=lambda each: each[:3])
        del left[number]
        remaining.discard(name)
        left = [each.substitute({name: value}) for each in left]
        values = {other: each.substitute({name: value}) for other, each in values.items()} | {name: value}
    guards = (without_quotient(guard.substitute(values)) for guard in system.guards)
    return Solved(
        values,
        tuple(each for each in left if each.terms),
        tuple(each for each in dict.fromkeys(guards) if not (each.is_constant and each.constant >= 0)),
    )


def without_quotient(guard: Polynomial) -> Polynomial:
    """What is at least 0 exactly where a guard is, without a quotient that stands in it alone.

    ⌊N/d⌋ + a ≥ 0 is N + d·a ≥ 0, and a - ⌊N/d⌋ ≥ 0 is d·a + d - 1 - N ≥ 0.
    """
    for name in sorted(guard.names):
        if isinstance(name, Quotient) and abs(sign := guard.coefficient(name)) == 1:
            rest = guard - Polynomial.of(name) * sign
            if name not in rest.names:
                scaled = rest * name.denominator
                whole = (
                    name.numerator + scaled if sign > 0 else scaled + name.denominator - 1 - name.numerator
                )
                return without_quotient(whole)
    return guard


# ---- one side from the other -----------------------------------------------------------------------------

_FIRST = ("H", "Pb", "Pa")
"""What an equation between sizes is solved for where it can be."""


def _eliminated(equalities: Sequence[Polynomial], preferred: Sequence[str] = ()) -> Values:
    """Names that equations determine, by the others."""
    values: Values = {}
    for equality in equalities:
        left = equality.substitute(values)
        ranked = sorted(left.names, key=lambda name: (_rank(name, preferred), name))
        solved = ((name, root(left, name)) for name in ranked)
        name, value = next((each for each in solved if each[1] is not None), ("", None))
        if value is not None:
            values = {other: each.substitute({name: value}) for other, each in values.items()}
            values[name] = value
    return values


def _rank(name: str, preferred: Sequence[str]) -> int:
    order = [*preferred, *_FIRST]
    word = name if name in preferred else name.rstrip("0123456789")
    return order.index(word) if word in order else len(order)


def _implied(
    wanted: Solved, given: Solved, layers: Layers, dimensions: Sequence[str]
) -> tuple[Reason, ...] | None:
    """Each bound of one side from the other's conditions; None where one, or an equation, is not shown."""
    # A tap's coordinates are solved for, never a size: a condition on sizes alone is no equation of taps.
    at = _eliminated([each.substitute(layers.known) for each in given.relations], dimensions)
    left = [each for each in wanted.relations if each.substitute(layers.known).substitute(at).terms]
    found = []
    # An index of which there is one is 0: such an equation is two bounds.
    for guard in (*(side for each in left for side in (each, -each)), *wanted.guards):
        reason = layers.reason(guard, given.guards, at)
        if reason is None:
            return None
        found.append(reason)
    return tuple(found)
