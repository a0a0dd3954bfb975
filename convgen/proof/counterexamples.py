"""Layers that show something about a claim: the smallest on which it is false, why a condition is needed, and luck."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from convgen.errors import ConvgenError
from convgen.proof.claim import Claim
from convgen.proof.conditions import Condition, Examined, Literal, literal_text, suggesting
from convgen.proof.families import CHANNELS
from convgen.proof.relation import Part
from convgen.proof.scope import Scope
from convgen.proof.shape import difference_on
from convgen.proof.smallest import Placed, order, placed, smallest_in_scope, whole_layer
from convgen.proof.sweep import sweep
from convgen.proof.verdict import Counterexample, Necessity
from convgen.spec import ConvSpec
from convgen.taps import parameters

if TYPE_CHECKING:
    import islpy

Chosen = Callable[[Examined], "islpy.Set"]
"""Some parameters of a part, family by family."""


@dataclass(frozen=True)
class Search:
    """The layers of one question.

    Attributes:
        claim: what is asked.
        asked: the layers asked about.
        examined: the scope in which parts were found; one axis may stand there for all.
        found: every part of the claim in every family.
    """

    claim: Claim
    asked: Scope
    examined: Scope
    found: Mapping[Part, Sequence[Examined]]

    def smallest(self, failing: Sequence[Part]) -> Counterexample:
        """The smallest layer on which the claim is false.

        Args:
            failing: the parts that differ somewhere.

        Raises:
            ConvgenError: no layer is found, which would be a fault of this package.
        """
        tried = []
        for candidates in (self._differing(failing), self._differing_with_taps(failing)):
            layers = sorted(candidates, key=order)
            tried += layers
            # A smaller one that is no counterexample may hide one that is smaller than the next.
            for shown in self._shown(layers[:1]):
                return shown
        _, layer, difference = sweep(self.claim, self.asked)
        if layer is None or difference is None:
            raise ConvgenError(
                f"integer sets refute {self.claim.text!r}, but no layer of theirs does: {', '.join(map(str, tried))}"
            )
        return Counterexample(layer, difference)

    def necessities(self, conditions: Mapping[Part, Condition]) -> Iterator[Necessity]:
        """For each part of each condition a layer that meets the other parts, not this one, and fails."""
        # Axes that share a condition need their parts shown once.
        for part, condition in {str(each): (part, each) for part, each in conditions.items()}.values():
            for text, without in _weakened(condition):
                layers = self._layers(part, suggesting(self.found[part]), without.faulty)
                for shown in self._shown(layers):
                    yield Necessity(text, shown)
                    break

    def sporadic(self, conditions: Mapping[Part, Condition]) -> ConvSpec | None:
        """The smallest layer outside the condition on which the claim holds all the same."""
        layers = [
            self._whole(part, (each.family, point))
            for part, condition in conditions.items()
            for each in suggesting(self.found[part])
            for point, fails in each.small
            if not fails and not condition.holds(each.values(point))
        ]
        meeting = (layer for layer in sorted(layers, key=order) if self.asked.meets(parameters(layer)))
        return next((layer for layer in meeting if difference_on(self.claim, layer) is None), None)

    def _shown(self, layers: Sequence[ConvSpec]) -> Iterator[Counterexample]:
        for layer in layers:
            difference = difference_on(self.claim, layer)
            if difference is not None:
                yield Counterexample(layer, difference)

    def _differing(self, failing: Sequence[Part]) -> Iterator[ConvSpec]:
        for part in failing:
            yield from self._layers(part, self.found[part], lambda each: each.faults)

    def _differing_with_taps(self, failing: Sequence[Part]) -> Iterator[ConvSpec]:
        """As `_differing`, where a term has taps: without any on another part, two terms are equal all the same."""
        for part in failing:
            yield from self._layers(part, self.found[part], lambda each: each.wrong_sizes)
            terms = {arrays: None for each in suggesting(self.found[part]) for arrays in each.compared}
            for arrays in terms:
                for side in (0, 1):
                    least = {
                        other: placed(examined, lambda each: each.met(arrays, side))  # noqa: B023
                        for other, examined in self.found.items()
                    }
                    if None not in [least[other] for other in least if other != part]:
                        yield from self._layers(
                            part,
                            self.found[part],
                            lambda each: each.differing(arrays, side),  # noqa: B023
                            least,
                        )

    def _layers(
        self,
        part: Part,
        examined: Sequence[Examined],
        chosen: Chosen,
        least: Mapping[Part, Placed | None] | None = None,
    ) -> list[ConvSpec]:
        """The smallest layers with a part in a set, other parts being as small as can be."""
        if self.asked.equalities:
            inside = (smallest_in_scope(each, chosen(each), self.examined, self.asked) for each in examined)
            return sorted((layer for layer in inside if layer is not None), key=order)
        point = placed(examined, chosen)
        return [] if point is None else [self._whole(part, point, least)]

    def _whole(
        self, part: Part, point: Placed, least: Mapping[Part, Placed | None] | None = None
    ) -> ConvSpec:
        others = {other: each for other, each in (least or self._least).items() if each is not None}
        if self.examined.rank < self.asked.rank and part != CHANNELS:
            # One axis stands for all: it is the last that differs, where ties want it.
            return whole_layer({part: point, **others}, self.examined, self.asked, point)
        return whole_layer({**others, part: point}, self.examined, self.asked)

    @cached_property
    def _least(self) -> dict[Part, Placed | None]:
        """The smallest parameters of every part."""
        return {
            part: placed(examined, lambda each: each.context.layers())
            for part, examined in self.found.items()
        }


def _weakened(condition: Condition) -> list[tuple[str, Condition]]:
    """For each part of a condition, its text, and the layers that meet all other parts but not this one."""
    common = [
        literal
        for literal in condition.alternatives[0]
        if all(literal in each for each in condition.alternatives)
    ]
    rests = [[literal for literal in each if literal not in common] for each in condition.alternatives]
    result = []
    for literal in common:
        denied = (literal[0], not literal[1])
        alternatives = tuple(
            (*(each for each in alternative if each != literal), denied)
            for alternative in condition.alternatives
        )
        result.append((literal_text(literal), Condition(alternatives)))
    if any(rests):
        # Every alternative misses at least one of its literals: multiplied out, one choice of denials each.
        choices: list[list[Literal]] = [[]]
        for rest in rests:
            choices = [[*chosen, (atom, not asserted)] for chosen in choices for atom, asserted in rest]
        text = " or ".join(" and ".join(map(literal_text, rest)) for rest in rests)
        result.append((text, Condition(tuple((*common, *chosen) for chosen in choices))))
    return result
