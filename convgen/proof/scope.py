"""Which layers a claim is asked about: every size, or those that options leave.

Without a spec a claim is about rank 2, all sizes, channel counts and asymmetric paddings, and strides and
dilations from 1 to 8. An option fixes its parameter.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from convgen.algebra.polynomial import ONE, Polynomial, PolynomialLike
from convgen.axis import Axis, padding_per_axis, per_axis, positive
from convgen.errors import SpecError
from convgen.proof.relation import AXIS_PARAMETERS, CHANNEL_PARAMETERS, Context, Family
from convgen.spec import FIELDS, NAMED_PADDINGS, SPATIAL_LETTERS, ConvSpec, Padding, layouts_of_rank
from convgen.spec_text import RANK

LARGEST = 8
"""Strides and dilations from 1 to this are examined, each on its own."""


@dataclass(frozen=True)
class Scope:
    """The layers asked about.

    Attributes:
        rank: the number of spatial axes.
        stride: S on each axis where it is fixed.
        dilation: D on each axis where it is fixed.
        padding: a named padding, or the (before, after) of each axis, where it is fixed.
        sizes: fixed parameters by name: G for groups, H0, M0, ...
        ties: parameters that others determine, by name: Pa0 is Pb0.
        bias: whether the layers have one.
        layout: the order of their axes, where counterexamples are to be written in it.
        name: what these layers are called, where that is shorter than to say what is fixed.
        largest: strides and dilations that are not fixed are all from 1 to this.
    """

    rank: int = 2
    stride: tuple[int, ...] | None = None
    dilation: tuple[int, ...] | None = None
    padding: str | tuple[tuple[int, int], ...] | None = None
    sizes: tuple[tuple[str, int], ...] = ()
    ties: tuple[tuple[str, Polynomial], ...] = ()
    bias: bool = True
    layout: str | None = None
    name: str = ""
    largest: int = LARGEST

    def __post_init__(self) -> None:
        if isinstance(self.padding, str) and self.padding not in NAMED_PADDINGS:
            raise SpecError(
                f"unknown padding {self.padding!r}; named paddings are {', '.join(NAMED_PADDINGS)}"
            )

    @property
    def treats_axes_alike(self) -> bool:
        """Whether nothing is fixed on one axis and not, or otherwise, on another."""
        fixed = {name.rstrip("0123456789") for name, _ in self.sizes} - {"G", "B", "C", "F"}
        alike = all(values is None or len(set(values)) == 1 for values in (self.stride, self.dilation))
        same_padding = self.padding is None or isinstance(self.padding, str) or len(set(self.padding)) == 1
        return not fixed and alike and same_padding and self._ties_axes_alike

    @property
    def equalities(self) -> tuple[Polynomial, ...]:
        """Expressions that are 0 on the layers asked about, such as Pa0 - Pb0."""
        return tuple(Polynomial.of(name) - value for name, value in self.ties)

    @property
    def layers(self) -> dict[str, Polynomial]:
        """What is known of sizes and parameters, by their names in the definition."""
        known = {name: Polynomial.of(value) for name, value in self.sizes}
        for word, values in (("S", self.stride), ("D", self.dilation)):
            known |= {f"{word}{d}": Polynomial.of(value) for d, value in enumerate(values or ())}
        if isinstance(self.padding, tuple):
            for d, pair in enumerate(self.padding):
                known |= {
                    f"{side}{d}": Polynomial.of(each) for side, each in zip(("Pb", "Pa"), pair, strict=True)
                }
        return known | dict(self.ties)

    @property
    def _ties_axes_alike(self) -> bool:
        """Whether the equalities say the same when two axes change places."""
        given = {*self.equalities, *(-each for each in self.equalities)}
        for d in range(1, self.rank):
            swap = {}
            for name in {name for each in given for name in each.names}:
                word = name.rstrip("0123456789")
                other = {"0": str(d), str(d): "0"}.get(name[len(word) :])
                if other is not None:
                    swap[name] = f"{word}{other}"
            if {each.substitute(swap) for each in given} != given:
                return False
        return True

    def meets(self, values: Mapping[str, int]) -> bool:
        """Whether the parameters of a layer meet every equality."""
        return all(each.substitute(values).value() == 0 for each in self.equalities)

    def on_one_axis(self) -> Scope:
        """The same question about rank 1, for a scope that treats its axes alike; ties between axes are left out."""
        names = {*CHANNEL_PARAMETERS, *(f"{name}0" for name in (*AXIS_PARAMETERS, "S", "D", "E"))}
        padding = self.padding if self.padding is None or isinstance(self.padding, str) else self.padding[:1]
        return replace(
            self,
            rank=1,
            stride=self.stride and self.stride[:1],
            dilation=self.dilation and self.dilation[:1],
            padding=padding,
            ties=tuple(each for each in self.ties if {each[0], *each[1].names} <= names),
        )

    def families(self, axes: Iterable[int]) -> Iterator[Family]:
        """Every family that given axes tell apart, small strides and dilations first; other axes follow the first."""
        chosen = sorted(axes)
        choices = [
            list(itertools.product(self._range(self.stride, d), self._range(self.dilation, d)))
            for d in chosen or [0]
        ]
        for choice in sorted(
            itertools.product(*choices), key=lambda each: (max(max(pair) for pair in each), each)
        ):
            pairs = dict(zip(chosen, choice, strict=False))
            by_axis = [pairs.get(d, self._own(d, choice[0])) for d in range(self.rank)]
            family = Family(tuple(s for s, _ in by_axis), tuple(d for _, d in by_axis))
            if self.admits(family):
                yield family

    def admits(self, family: Family) -> bool:
        """Whether strides and dilations alone contradict no equality."""
        tied = [each.substitute(family.values) for each in self.equalities]
        return all(each.names or not each.terms for each in tied)

    def _own(self, d: int, other: tuple[int, int]) -> tuple[int, int]:
        return (self.stride[d] if self.stride else other[0], self.dilation[d] if self.dilation else other[1])

    def _range(self, fixed: tuple[int, ...] | None, d: int) -> Sequence[int]:
        return range(1, self.largest + 1) if fixed is None else (fixed[d],)

    def context(
        self,
        family: Family,
        part: Iterable[int | None],
        assumptions: Sequence[Polynomial] = (),
        guards: Sequence[Polynomial] = (),
    ) -> Context:
        """The parameters of a part of a family's layers.

        Args:
            family: stride and dilation.
            part: the channels or axes concerned.
            assumptions: expressions that are 0 on the layers meant.
            guards: expressions that are at least 0 there.
        """
        context = family.context(part)
        axes = [axis for axis in part if axis is not None]
        names = set(context.names)
        fixed = [Polynomial.of(name) - value for name, value in self.sizes]
        # Where Pb1 and Pa1 are both Pb0, axis 1 alone must know that they are the same.
        same = (Polynomial.of(a) - b for (a, x), (b, y) in itertools.combinations(self.ties, 2) if x == y)
        tied = [each.substitute(family.values) for each in (*self.equalities, *same)]
        padded = [each for axis in axes for each in self._padding_equalities(family, axis)]
        equal = [
            each for each in (*fixed, *tied, *padded, *assumptions) if each.terms and each.names <= names
        ]
        return replace(
            context,
            guards=(*context.guards, *(each for each in guards if each.names <= names)),
            equalities=(*context.equalities, *equal),
            clauses=tuple(clause for axis in axes for clause in self._padding_clauses(family, axis)),
        )

    def _padding_equalities(self, family: Family, axis: int) -> Iterator[Polynomial]:
        """What is 0 because of the padding, as far as that is said without a quotient."""
        before, after = (Polynomial.of(f"{side}{axis}") for side in ("Pb", "Pa"))
        values = family.axis_values(axis)
        if self.padding in ("same", "same_lower"):
            if values["S"] == ONE:
                yield before + after - values["E"] + 1
        elif self.padding is not None:
            full = values["E"] - 1
            named: dict[str, tuple[PolynomialLike, PolynomialLike]] = {"valid": (0, 0), "full": (full, full)}
            sides = named[self.padding] if isinstance(self.padding, str) else self.padding[axis]
            yield from (each - side for each, side in zip((before, after), sides, strict=True))

    def _padding_clauses(self, family: Family, axis: int) -> Iterator[str]:
        """What padding "same" says besides, where the stride is a number."""
        values = family.axis_values(axis)
        if self.padding not in ("same", "same_lower") or not values["S"].is_constant:
            return
        # As ConvSpec resolves it: T = max(0, (⌈H/S⌉ - 1) S + E - H), the larger half after or before.
        before, after, effective, stride = f"Pb{axis}", f"Pa{axis}", values["E"], values["S"].value()
        total = f"{stride}*floor((H{axis} + {stride - 1})/{stride}) - {stride} + ({effective}) - H{axis}"
        smaller, larger = (before, after) if self.padding == "same" else (after, before)
        split = f"{smaller} = floor(({total})/2) and {smaller} + {larger} = {total}"
        yield f"(({total} >= 0 and {split}) or ({total} < 0 and {before} = 0 and {after} = 0))"


def scope_of(
    *,
    rank: int | None = None,
    input_size: int | Sequence[int] | None = None,
    kernel_size: int | Sequence[int] | None = None,
    in_channels: int | None = None,
    out_channels: int | None = None,
    batch: int | None = None,
    stride: int | Sequence[int] | None = None,
    padding: Padding | None = None,
    dilation: int | Sequence[int] | None = None,
    groups: int | None = None,
    bias: bool = True,
    layout: str | None = None,
) -> Scope:
    """The layers on which what is given is fixed; everything else takes every value.

    Args:
        rank: the number of spatial axes; 2 where neither it nor a number per axis is given.
        input_size: as in `ConvSpec`, and so the others; an int stands for every axis.
        kernel_size: M.
        in_channels: C; needs ``groups``, since a layer's channels are counted within a group.
        out_channels: F; needs ``groups`` as well.
        batch: N.
        stride: S.
        padding: a named padding, or numbers.
        dilation: D.
        groups: number of channel groups.
        bias: whether the layers have one.
        layout: the order of axes in which counterexamples are written.

    Raises:
        SpecError: a number that no layer has, or options that do not go together.
    """
    of_axes = {"input_size": input_size, "kernel_size": kernel_size, "stride": stride, "dilation": dilation}
    axes = _rank(rank, layout, {**of_axes, "padding": padding})
    if layout not in (None, *layouts_of_rank(axes)):
        raise SpecError(
            f"unknown layout {layout!r} for rank {axes}; choose one of {', '.join(layouts_of_rank(axes))}"
        )
    numbers = {
        name: None if value is None else per_axis(name, value, axes) for name, value in of_axes.items()
    }
    if padding is not None and not isinstance(padding, str):
        padding = padding_per_axis(padding, [Axis(1, 1, 1, 1, 0, 0)] * axes)
    sizes = {f"H{d}": size for d, size in enumerate(numbers["input_size"] or ())}
    sizes |= {f"M{d}": size for d, size in enumerate(numbers["kernel_size"] or ())}
    sizes |= {} if batch is None else {"B": positive("batch", batch)}
    sizes |= {} if groups is None else {"G": positive("groups", groups)}
    for name, size, count in (("in_channels", "C", in_channels), ("out_channels", "F", out_channels)):
        if count is None:
            continue
        if groups is None:
            raise SpecError(f"{name} {count} needs groups: channels are counted within a group")
        if positive(name, count) % groups:
            raise SpecError(f"groups {groups} does not divide {name} {count}")
        sizes[size] = count // groups
    return Scope(
        axes,
        numbers["stride"],
        numbers["dilation"],
        padding,
        tuple(sizes.items()),
        bias=bias,
        layout=layout,
    )


def _rank(rank: int | None, layout: str | None, given: Mapping[str, object]) -> int:
    """The rank that options agree on."""
    said = {} if rank is None else {"rank": positive("rank", rank)}
    if isinstance(layout, str) and (axes := sum(letter in layout for letter in SPATIAL_LETTERS)):
        said["layout"] = axes
    said |= {
        name: len(value)
        for name, value in given.items()
        if isinstance(value, Sequence) and not isinstance(value, str)
    }
    if len(set(said.values())) > 1:
        words = ", ".join(f"{name} {given.get(name, rank if name == 'rank' else layout)!r}" for name in said)
        raise SpecError(
            f"{words}: these are for different numbers of axes, {', '.join(map(str, said.values()))}"
        )
    (found,) = {*said.values()} or {2}
    if found not in (1, 2, 3):
        raise SpecError(f"rank must be 1, 2 or 3, got {found!r}")
    return found


def arguments_of(words: Mapping[str, str]) -> dict[str, Any]:
    """The ``spec`` or ``scope`` that words of a spec's text form stand for: one layer where its sizes are said.

    Args:
        words: texts by key, as the command line has them: ``{"stride": "2", "padding": "same"}``.

    Raises:
        SpecError: an unknown key, a value that cannot be read, or what no layer has.
    """
    fields = {field.key: field for field in (*FIELDS, RANK)}
    for key in words:
        if key not in fields:
            raise SpecError(f"unknown key {key!r}; known are {', '.join(fields)}")
    if not {"input", "kernel"} <= {*words}:
        return {
            "scope": scope_of(**{fields[key].attribute: fields[key].read(key, words[key]) for key in words})
        }
    spec = ConvSpec.from_text({key: text for key, text in words.items() if key != RANK.key})
    if RANK.key in words and RANK.read(RANK.key, words[RANK.key]) != spec.rank:
        raise SpecError(f"rank={words[RANK.key]}, but {spec} has rank {spec.rank}")
    return {"spec": spec}
