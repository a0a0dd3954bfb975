"""Question: one claim about many layers, answered by integer sets, or shape by shape where these do not decide.

The exact set of layers on which the claim is false is computed, per stride and dilation. If it is empty the
claim is proved; otherwise its smallest member is the counterexample, and the weakest condition that avoids it
is looked for and proved.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field

from convgen.errors import BudgetError, ClaimError, FormulaShapeError, NumbersNeededError, SpecError
from convgen.proof.atoms import atoms_about
from convgen.proof.claim import Claim
from convgen.proof.conditions import Condition, Examined
from convgen.proof.counterexamples import Search
from convgen.proof.examiner import examiner_of
from convgen.proof.families import CHANNELS, Examiner, NotComparableError
from convgen.proof.literal import NOTE, leaves_arrays
from convgen.proof.relation import COUNTS, Part, axes_of
from convgen.proof.repair import repair
from convgen.proof.scope import LARGEST, Scope
from convgen.proof.shape import difference_on
from convgen.proof.sweep import sweep
from convgen.proof.verdict import Counterexample, Verdict
from convgen.proof.weakest_condition import weakest_condition
from convgen.proof.words import solved
from convgen.proof.work_limit import WorkLimitError, decided_of, established, limited
from convgen.spec import ConvSpec
from convgen.spec_text import by, padding_in_short


@dataclass
class Question:
    """One claim about many layers, being answered."""

    claim: Claim
    asked: Scope
    _found: dict[Part, list[Examined]] = field(default_factory=dict)

    def answer(self) -> Verdict:
        """Decide it, in the best way that there is for the claim.

        Raises:
            BudgetError: it would take too long, and no failing layer was found by then.
        """
        try:
            with limited():
                return self._by_integer_sets()
        except WorkLimitError as stopped:
            return self._by_then(stopped)
        except (NotComparableError, NumbersNeededError) as reason:
            return self._by_sweep(str(reason))
        except FormulaShapeError as error:
            return self._without_value(error)

    # ---- for every size -------------------------------------------------------------------------------

    @property
    def examined_scope(self) -> Scope:
        """One axis stands for all where the claim and the question treat axes alike, each on its own."""
        alike = self.claim.is_uniform and self.asked.treats_axes_alike and self.asked.rank > 1
        return self.asked.on_one_axis() if alike else self.asked

    def parts(self) -> tuple[dict[Part, list[Examined]], dict[Part, list[Examined]]]:
        """What integer sets say of every part in every family: all of them, and those that fail somewhere."""
        scope = self.examined_scope
        examiner = examiner_of(self.claim, scope)
        found: dict[Part, list[Examined]] = {}
        for part in examiner.parts:
            families = scope.families(axes_of(part))
            # Channels know nothing of stride and dilation.
            chosen = itertools.islice(families, 1) if part == CHANNELS else families
            found[part] = [Examined(examiner, family, part) for family in chosen]
        self._refuse_vacuity(found)
        self._found = found
        # Families are decided as they are asked for: all of them only where the claim holds in each.
        failing = {
            part: examined
            for part, examined in found.items()
            if any(not each.faults.is_empty() for each in examined)
        }
        return found, failing

    def fails_on_its_only_layer(self) -> bool:
        """Whether the claim is false where one layer is asked about: unless another part leaves no taps at all."""
        every = [each for examined in self.parts()[0].values() for each in examined]
        if any(not each.wrong_sizes.is_empty() for each in every):
            return True
        terms = dict.fromkeys(arrays for each in every for arrays in each.compared)
        return any(
            any(not each.differing(arrays, side).is_empty() for each in every)
            and all(not each.met(arrays, side).is_empty() for each in every)
            for arrays in terms
            for side in (0, 1)
        )

    def smallest(self) -> Counterexample:
        """The smallest layer on which a claim that fails is false."""
        found, failing = self.parts()
        return Search(self.claim, self.asked, self.examined_scope, found).smallest([*failing])

    def _by_integer_sets(self) -> Verdict:
        scope = self.examined_scope
        examiner = examiner_of(self.claim, scope)
        found, failing = self.parts()
        if not failing:
            return Verdict(
                self.claim.text,
                "holds",
                self._about(),
                self._method(scope),
                remarks=self._remarks(examiner, scope),
            )
        return self._not_always(examiner, scope, found, failing)

    @staticmethod
    def _refuse_vacuity(found: dict[Part, list[Examined]]) -> None:
        """A proof about no layers would prove anything: every part must have layers in some family."""
        for part, examined in found.items():
            if all(each.context.layers().is_empty() for each in examined):
                names = "channels" if part == CHANNELS else f"axes {sorted(map(str, part))}"
                raise ClaimError(
                    f"no layer meets the options asked for: nothing is left to decide about the {names}"
                )

    def _about(self) -> str:
        asked = self.asked
        if asked.name:
            return asked.name
        fixed = [f"{name} = {value}" for name, value in asked.sizes]
        fixed += [f"{each} = 0" for each in asked.equalities]
        fixed += [] if asked.bias else ["no bias"]
        steps = {"stride": asked.stride, "dilation": asked.dilation}
        stated = [f"{name} {_in_short(step) if step else f'1..{LARGEST}'}" for name, step in steps.items()]
        padding = asked.padding if isinstance(asked.padding, str | None) else padding_in_short(asked.padding)
        stated.append("every padding before and after" if padding is None else f"padding {padding}")
        return ", ".join([f"rank {asked.rank}, every size and channel count", *stated, *fixed])

    def _method(self, scope: Scope) -> str:
        one = " on one axis, taps being products over the axes" if scope.rank < self.asked.rank else ""
        return f"proved for all sizes by integer sets, for each stride and dilation{one}"

    def _remarks(self, examiner: Examiner, scope: Scope) -> tuple[str, ...]:
        family = next(iter(scope.families(())))
        remarks = []
        statement = examiner.statement(family)
        known = self.asked.layers
        assumed = [each for each in statement.assumptions if each.substitute(known).terms]
        sizes = [each.substitute(known) for each in statement.guards]
        existing = [
            each for each in sizes if not (each.is_constant or str(each + 1).rstrip("0123456789") in COUNTS)
        ]
        if assumed or existing:
            what = [*(solved(each, "=") for each in assumed), *(solved(each, "≥") for each in existing)]
            remarks.append(f"as it is written it speaks of layers with {', '.join(dict.fromkeys(what))}")
        if leaves_arrays(self.claim, examiner):
            remarks.append(NOTE)
        return tuple(remarks)

    # ---- not always -----------------------------------------------------------------------------------

    def _not_always(
        self,
        examiner: Examiner,
        scope: Scope,
        found: dict[Part, list[Examined]],
        failing: dict[Part, list[Examined]],
    ) -> Verdict:
        search = Search(self.claim, self.asked, scope, found)
        counterexample = search.smallest([*failing])
        conditions = {
            part: weakest_condition(atoms_about(part), examined) for part, examined in failing.items()
        }
        remarks = self._remarks(examiner, scope)
        method = "smallest layer of the exact set of failures, from integer sets, compared on that shape"
        if any(condition.is_never for condition in conditions.values()):
            return Verdict(
                self.claim.text, "refuted", self._about(), method,
                counterexample=counterexample, repair=repair(self.claim, self.asked), remarks=remarks,
            )  # fmt: skip
        return Verdict(
            self.claim.text,
            "conditional",
            self._about(),
            f"{self._method(scope)}; {method}",
            condition=self._condition_text(conditions),
            necessary=tuple(search.necessities(conditions)),
            counterexample=counterexample,
            sporadic=search.sporadic(conditions),
            repair=repair(self.claim, self.asked),
            remarks=remarks,
        )

    def _condition_text(self, conditions: Mapping[Part, Condition]) -> str:
        """Conditions on single axes with the words for the axis; one that all axes share is said once."""
        by_text: dict[str, list[Part]] = {}
        for part, condition in conditions.items():
            by_text.setdefault(str(condition), []).append(part)
        alike = self.examined_scope.rank < self.asked.rank
        texts = []
        for text, parts in by_text.items():
            axes = [axes_of(part)[0] for part in parts if len(axes_of(part)) == 1]
            everywhere = axes and (alike or len(axes) == self.asked.rank)
            where = [" on every axis"] if everywhere else [f" on axis {axis}" for axis in axes]
            texts += [f"{text}{each}" for each in where or [""]]
        return "; and ".join(texts)

    # ---- other ways -----------------------------------------------------------------------------------

    def _by_then(self, stopped: WorkLimitError) -> Verdict:
        """What was found out before the work limit: a layer on which it is false, or too little for a verdict."""
        known = {part: each for part, each in decided_of(self._found).items() if each}
        failing = [part for part, each in known.items() if any(not one.faults.is_empty() for one in each)]
        if not failing:
            raise BudgetError(f"{self.claim.text!r}: {stopped}; {established(self._found)}") from None
        with limited():
            every = {part: known.get(part, examined[:1]) for part, examined in self._found.items()}
            counterexample = Search(self.claim, self.asked, self.examined_scope, every).smallest(failing)
        return Verdict(
            self.claim.text, "refuted", self._about(),
            f"smallest failing layer of the strides and dilations that integer sets decided; {stopped}",
            counterexample=counterexample, repair=repair(self.claim, self.asked),
            remarks=(f"whether it holds under a condition was not decided; {established(self._found)}",),
        )  # fmt: skip

    def _by_sweep(self, reason: str) -> Verdict:
        """Shape by shape, for claims that integer sets do not decide."""
        count, layer, difference = sweep(self.claim, self.asked)
        about = self._about()
        swept = f"swept over {count} shape{'s' * (count != 1)}, smallest first"
        if difference is None or layer is None:
            note = f"it holds on those shapes, and was not proved for all sizes: {reason}"
            return Verdict(self.claim.text, "undecided", about, swept, remarks=(note,))
        return Verdict(
            self.claim.text, "refuted", about, swept,
            counterexample=Counterexample(layer, difference), repair=repair(self.claim, self.asked),
            remarks=(f"whether it holds under a condition was not sought: {reason}",),
        )  # fmt: skip

    def _without_value(self, error: FormulaShapeError) -> Verdict:
        layer = ConvSpec((1,) * self.asked.rank, (1,) * self.asked.rank)
        try:
            difference = difference_on(self.claim, layer)
        except (ClaimError, SpecError):
            difference = None
        if difference is None:  # sizes with different names may be equal all the same, such as M0 and M1
            return self._by_sweep(str(error))
        return Verdict(
            self.claim.text, "refuted", self._about(), "the right-hand side has no value whatever the sizes",
            counterexample=Counterexample(layer, difference), repair=repair(self.claim, self.asked),
        )  # fmt: skip


def _in_short(values: tuple[int, ...]) -> str:
    """Numbers per axis; one where all axes agree."""
    return str(values[0]) if len({*values}) == 1 else by(values)
