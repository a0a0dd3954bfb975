"""Trying a layer on many specs, and making findings of what goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from convgen.errors import ConvgenError, SpecError
from convgen.proof.smallest import order
from convgen.spec import ConvSpec
from convgen.testing.conv_layer import Examination, Finding, Function
from convgen.testing.diagnosis import Diagnosis, diagnose
from convgen.testing.hard_specs import hard_specs, has_argument
from convgen.testing.layer import PASSES, RESULTS, Layer
from convgen.testing.search import Fails
from convgen.testing.trial import Trial, attempt

Shrink = Callable[[ConvSpec, Fails], ConvSpec]
"""A smaller failing layer, from one that fails and what it is to fail."""


class Examiner:
    """A layer under examination; every spec is tried once.

    Args:
        functions: the user's functions by pass.
        arrays: ``"numpy"`` or ``"torch"``.
        dtype: the number type of the arrays.
        unsupported: what the functions raise for a spec that they do not support.
        definition: whether answers are held against the definition.

    Raises:
        SpecError: no function, or one of another name.
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
        self.layer = Layer(functions, arrays)
        self.dtype = dtype
        self.unsupported = unsupported
        self.definition = definition
        self.trials: dict[ConvSpec, Trial] = {}

    def trial(self, spec: ConvSpec) -> Trial:
        """What the layer answers on a spec."""
        if spec not in self.trials:
            self.trials[spec] = attempt(self.layer, spec, self.dtype, self.unsupported, self.definition)
        return self.trials[spec]

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
        subjects = {subject for trial in tried for subject in trial.problems}
        in_order = [*RESULTS, *PASSES]
        answered = {name for trial in tried for name in {*trial.answers, *trial.problems}}
        return Examination(
            tuple(self.layer.functions),
            tuple(name for name in RESULTS if name in answered),
            len(tried),
            declined,
            tuple(self._finding(subject, shrink) for subject in sorted(subjects, key=in_order.index)),
        )

    def _finding(self, subject: str, shrink: Shrink) -> Finding:
        def fails(spec: ConvSpec) -> bool:
            return subject in self.trial(spec).problems

        smallest = shrink(min(filter(fails, [*self.trials]), key=order), fails)
        trial = self.trial(smallest)
        return Finding(trial.problems[subject], trial, tuple(self._diagnoses(subject, trial)))

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
