"""Trying a layer on many specs, and making findings of what goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace

from convgen.errors import ConvgenError, SpecError
from convgen.proof.smallest import order
from convgen.spec import ConvSpec
from convgen.testing.conv_layer import Examination, Finding, Function
from convgen.testing.diagnosis import Diagnosis, diagnose
from convgen.testing.hard_specs import hard_specs, has_argument
from convgen.testing.layer import PASSES, RESULTS, Layer, require_function
from convgen.testing.search import Fails
from convgen.testing.trial import Trial, attempt

Shrink = Callable[[ConvSpec, Fails], ConvSpec]
"""A smaller failing layer, from one that fails and what it is to fail."""

DRAWS = 6
"""What is right on small integers and not on larger ones is asked on so many draws of both before it is said: two
small entries may be equal where one stands for the other, and then another formula looks right."""


class Examiner:
    """A layer under examination; every spec is tried once.

    Args:
        functions: the user's functions by pass.
        arrays: ``"numpy"`` or ``"torch"``.
        dtype: the number type of the arrays.
        unsupported: what the functions raise for a spec that they do not support.
        definition: whether answers are held against the definition.

    Raises:
        SpecError: no function, one of another name, or one that takes other arguments.
    """

    def __init__(
        self,
        functions: Mapping[str, Function],
        arrays: str,
        dtype: str,
        unsupported: tuple[type[Exception], ...],
        definition: bool,
    ) -> None:
        wrong = [name for name in functions if name not in PASSES]
        if wrong or not functions:
            known = ", ".join(PASSES)
            raise SpecError(f"a layer has one or more of {known}; got {', '.join(wrong) or 'none of them'}")
        for name, function in functions.items():
            require_function(name, function, (*PASSES[name].reads, "spec"))
        self.layer = Layer(functions, arrays)
        self.dtype = dtype
        self.unsupported = unsupported
        self.definition = definition
        self.trials: dict[ConvSpec, Trial] = {}
        self.given: set[tuple[str, str]] = set()

    def trial(self, spec: ConvSpec) -> Trial:
        """What the layer answers on a spec."""
        if spec not in self.trials:
            trial = attempt(self.layer, spec, self.dtype, self.unsupported, self.definition)
            self.trials[spec] = trial
            self.given |= trial.given
            self._blame_withheld(trial)
        return self.trials[spec]

    def _blame_withheld(self, trial: Trial) -> None:
        """What a function gives on one layer it is to give on all: None on some is a gradient forgotten."""
        for name, result in sorted(trial.withheld & self.given):
            trial.blame(
                result, f"{name} gives no {result} here, and does on other layers",
                "where it does not support a layer, let it raise an error and name that: unsupported=...",
            )  # fmt: skip

    def examination(self, shrink: Shrink) -> Examination:
        """What was found on everything tried so far.

        Args:
            shrink: how a failing layer is made smaller.

        Raises:
            SpecError: the layer supports none of the specs.
        """
        tried = [trial for trial in self.trials.values() if not trial.declined]
        declined = len(self.trials) - len(tried)
        if not tried:
            raise SpecError(f"the layer supports none of the {declined} specs tried: nothing is examined")
        for trial in tried:  # before the result was given for the first time
            self._blame_withheld(trial)
        linear = not any("forward" in trial.problems for trial in tried)
        subjects = {
            subject for trial in tried for subject, problem in trial.problems.items() if problem.told(linear)
        }
        in_order = [*PASSES, *RESULTS]  # an activation that slipped in is why all results differ
        answered = {name for trial in tried for name in {*trial.answers, *trial.problems}}
        if not answered:
            withheld = ", ".join(sorted({name for trial in tried for _, name in trial.withheld}))
            raise SpecError(
                f"the layer gives no {withheld} on any of the {len(tried)} specs tried: nothing is examined"
            )
        return Examination(
            tuple(self.layer.functions),
            tuple(name for name in RESULTS if name in answered),
            len(tried),
            declined,
            tuple(self._finding(subject, linear, shrink) for subject in sorted(subjects, key=in_order.index)),
        )

    def _finding(self, subject: str, linear: bool, shrink: Shrink) -> Finding:
        def fails(spec: ConvSpec) -> bool:
            problem = self.trial(spec).problems.get(subject)
            return problem is not None and bool(problem.told(linear))

        smallest = shrink(min(filter(fails, [*self.trials]), key=order), fails)
        trial = self._not_by_accident(subject, self.trial(smallest))
        problem = trial.problems[subject]
        problem = replace(problem, lines=problem.told(linear), by_adjoint=())
        return Finding(problem, trial, tuple(self._diagnoses(subject, trial)))

    def _not_by_accident(self, subject: str, trial: Trial) -> Trial:
        """A trial of the same layer on which small integers show what is wrong, if any of several do."""
        for draw in range(1, DRAWS):
            if not trial.problems[subject].larger:
                break
            spec = trial.question.spec
            other = attempt(self.layer, spec, self.dtype, self.unsupported, self.definition, draw)
            if subject in other.problems:
                trial = other
        return trial

    def _diagnoses(self, subject: str, smallest: Trial) -> list[Diagnosis]:
        if subject not in RESULTS or not self.definition:
            return []
        trials = [smallest, *self.trials.values()]
        found = diagnose(subject, trials)
        if len(found) > 1:  # more layers tell them apart, though they are not among those asked for
            plain = {"groups": 1, "stride": 1, "dilation": 1, "padding": 0}
            spec = smallest.question.spec
            like = {name: value for name, value in plain.items() if has_argument(spec, name, value)}
            for names in ((), ("groups",), (*like,)):  # it may not be meant for layers of another kind
                held = {name: like[name] for name in names if name in like}
                told_apart = diagnose(subject, [smallest, *self._beyond(spec.layout, held), *trials])
                if told_apart:
                    return told_apart
        return found

    def _beyond(self, layout: str, held: Mapping[str, int]) -> Iterable[Trial]:
        with suppress(ConvgenError):  # no such trap, or one that is too large for the dtype
            for trap in hard_specs(layout=layout, **held):
                if trap not in self.trials:
                    yield attempt(self.layer, trap, self.dtype, self.unsupported)
