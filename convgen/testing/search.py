"""Which layers are tried: given ones, or those that Hypothesis draws and shrinks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from convgen.errors import MissingDependencyError, SpecError
from convgen.spec import ConvSpec

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    Specs = ConvSpec | SearchStrategy[ConvSpec] | Iterable[ConvSpec]

Fails = Callable[[ConvSpec], bool]


class CommandLine:
    """What a command line asks of every search; the pytest plugin writes it down.

    Attributes:
        examples: how many layers are drawn where a call does not say; None: what Hypothesis' profile says.
    """

    examples: int | None = None


def smallest_drawn(specs: Specs, fails: Fails, examples: int | None = None) -> ConvSpec | None:
    """The smallest failing layer that is found; None where none fails.

    Args:
        specs: one layer, several, all of which are tried, or a strategy that is drawn from and shrunk.
        fails: asked of a layer; must answer alike when asked again.
        examples: how many layers are drawn.

    Raises:
        SpecError: something else than layers, or none of them; a number of examples below 1.
        MissingDependencyError: Hypothesis is needed and not installed.
    """
    given = given_specs(specs)
    if given is not None:
        from convgen.proof.smallest import order

        return min([spec for spec in given if fails(spec)], key=order, default=None)
    try:
        import hypothesis
    except ImportError as error:
        raise MissingDependencyError(
            "layers are drawn by Hypothesis, which is not installed: pip install hypothesis"
        ) from error
    wanted = CommandLine.examples if examples is None else examples
    count = hypothesis.settings().max_examples if wanted is None else wanted
    if count < 1:
        raise SpecError(f"examples must be at least 1, got {count}")
    settings = hypothesis.settings(max_examples=count, deadline=None, database=None)
    try:
        found: ConvSpec = hypothesis.find(specs, fails, settings=settings)  # type: ignore[arg-type]
    except hypothesis.errors.NoSuchExample:
        return None
    return found


def try_each(specs: Specs, attempt: Callable[[ConvSpec], object], examples: int | None = None) -> None:
    """Try given layers, or as many as are to be drawn, whatever becomes of them."""

    def tried(spec: ConvSpec) -> bool:
        attempt(spec)
        return False  # so that the search goes on

    smallest_drawn(specs, tried, examples)


def given_specs(specs: Specs) -> tuple[ConvSpec, ...] | None:
    """The layers that are given one by one; None for a strategy.

    Raises:
        SpecError: something else, or no layer.
    """
    if isinstance(specs, ConvSpec):
        return (specs,)
    if hasattr(specs, "example"):  # a strategy; isinstance would need Hypothesis
        return None
    several = tuple(specs) if isinstance(specs, Iterable) and not isinstance(specs, str) else (specs,)
    wrong = [each for each in several if not isinstance(each, ConvSpec)]
    if wrong or not several:
        raise SpecError(f"a ConvSpec, several, or a Hypothesis strategy of them is needed, got {specs!r}")
    return several


def lowered(spec: ConvSpec, fails: Fails, held: Mapping[str, Any]) -> ConvSpec:
    """A failing layer of which no single number can be lowered so that it still fails.

    Args:
        spec: a layer that fails.
        fails: asked of a layer.
        held: arguments of `ConvSpec` that are to stay what they are.
    """
    from convgen.proof.smallest import order

    while True:
        candidates = sorted({*_lower(spec, held)}, key=order)
        smaller = next((each for each in candidates if order(each) < order(spec) and fails(each)), None)
        if smaller is None:
            return spec
        spec = smaller


_PER_AXIS = ("input_size", "kernel_size", "stride", "dilation")
_SIDES = ("before", "after")
_CHANNELS = ("batch", "groups", "group_in_channels", "group_out_channels")

Slot = tuple[str, int]
"""A number of a layer: what it is, and of which axis."""


def _lower(spec: ConvSpec, held: Mapping[str, Any]) -> Iterator[ConvSpec]:
    """Layers with one number lowered: to the least, by half, by one."""
    axes = range(spec.rank)
    numbers: dict[Slot, int] = {(name, d): getattr(spec, name)[d] for name in _PER_AXIS for d in axes}
    numbers |= {(side, d): spec.padding[d][n] for d in axes for n, side in enumerate(_SIDES)}
    numbers |= {(name, 0): getattr(spec, name) for name in _CHANNELS}
    for slot, number in numbers.items():
        least = 0 if slot[0] in _SIDES else 1
        for value in sorted({least, (number + least) // 2, number - 1}):
            if least <= value < number:
                try:
                    yield _from_numbers(spec, {**numbers, slot: value}, held)
                except SpecError:  # the kernel does not fit, or what is held forbids it
                    continue


def _from_numbers(spec: ConvSpec, numbers: Mapping[Slot, int], held: Mapping[str, Any]) -> ConvSpec:
    axes = range(spec.rank)
    groups = numbers["groups", 0]
    arguments: dict[str, Any] = {name: tuple(numbers[name, d] for d in axes) for name in _PER_AXIS}
    arguments |= {
        "in_channels": groups * numbers["group_in_channels", 0],
        "out_channels": groups * numbers["group_out_channels", 0],
        "groups": groups,
        "batch": numbers["batch", 0],
        "padding": tuple((numbers["before", d], numbers["after", d]) for d in axes),
        "bias": spec.bias,
        "layout": spec.layout,
    }
    return ConvSpec(**arguments | {name: value for name, value in held.items() if name in arguments})
