"""Which taps one entry takes part in, on each axis apart: what meets it, and why the rest does not.

A tap needs every axis at once, so that the taps of an entry are the product of what its axes say.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from convgen.spec import Axis, ConvSpec


@dataclass(frozen=True)
class Place:
    """One position beside an entry, and whether they meet.

    Attributes:
        position: of the output, or of the kernel.
        meets: the third position of the tap; None where there is none.
        reason: why there is none.
    """

    position: int
    meets: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class Sight:
    """One axis, seen from an entry.

    Attributes:
        axis: the axis' name, such as height.
        at: the entry's position on it.
        along: what the places are: ``output`` or ``kernel``.
        gives: what they meet: ``kernel``, ``input`` or ``output``.
        places: every one, in order.
    """

    axis: str
    at: int
    along: str
    gives: str
    places: tuple[Place, ...]

    @property
    def met(self) -> tuple[Place, ...]:
        """Those that meet something."""
        return tuple(place for place in self.places if place.meets is not None)

    def reasons(self) -> list[tuple[list[int], str]]:
        """The places that meet nothing, in runs of the same reason."""
        missing = [place for place in self.places if place.meets is None]
        return [
            ([place.position for place in run], reason)
            for reason, run in groupby(missing, key=lambda place: place.reason)
        ]


def sights(spec: ConvSpec, array: str, positions: tuple[int, ...]) -> tuple[tuple[Sight, ...], ...]:
    """For each spatial axis how an entry is seen along the outputs, and for X along the kernel as well.

    Args:
        spec: the layer.
        array: O, X or K.
        positions: the entry's spatial positions.
    """
    looks = {
        "X": (_outputs_of_input, _kernel_of_input),
        "K": (_outputs_of_kernel,),
        "O": (_kernel_of_output,),
    }
    return tuple(
        tuple(look(name, axis, at) for look in looks[array])
        for name, axis, at in zip(spec.axis_names, spec.axes, positions, strict=True)
    )


def _outputs_of_input(name: str, axis: Axis, at: int) -> Sight:
    places = []
    for output in range(axis.output):
        start = output * axis.stride - axis.before
        offset = at - start
        kernel, between = divmod(offset, axis.dilation)
        if offset < 0:
            places.append(Place(output, reason="the window begins behind it"))
        elif offset >= axis.effective:
            places.append(Place(output, reason="the window ends before it"))
        elif between:
            places.append(
                Place(
                    output, reason=f"it lies between two taps, since the kernel is dilated by {axis.dilation}"
                )
            )
        else:
            places.append(Place(output, kernel))
    return Sight(name, at, "output", "kernel", tuple(places))


def _kernel_of_input(name: str, axis: Axis, at: int) -> Sight:
    places = []
    for kernel in range(axis.kernel):
        start = at + axis.before - kernel * axis.dilation  # where the window would begin, in the padded input
        output, between = divmod(start, axis.stride)
        if start < 0:
            places.append(Place(kernel, reason="the window would begin before the padded input"))
        elif between:
            places.append(
                Place(kernel, reason=f"no window begins there, since windows are {axis.stride} apart")
            )
        elif output >= axis.output:
            places.append(Place(kernel, reason="the window would not fit before the end of the padded input"))
        else:
            places.append(Place(kernel, output))
    return Sight(name, at, "kernel", "output", tuple(places))


def _input(axis: Axis, output: int, kernel: int) -> tuple[int | None, str]:
    at = output * axis.stride + kernel * axis.dilation - axis.before
    if at < 0:
        return None, "padding before the input, which is zero"
    if at >= axis.input:
        return None, "padding after the input, which is zero"
    return at, ""


def _outputs_of_kernel(name: str, axis: Axis, at: int) -> Sight:
    places = (Place(output, *_input(axis, output, at)) for output in range(axis.output))
    return Sight(name, at, "output", "input", tuple(places))


def _kernel_of_output(name: str, axis: Axis, at: int) -> Sight:
    places = (Place(kernel, *_input(axis, at, kernel)) for kernel in range(axis.kernel))
    return Sight(name, at, "kernel", "input", tuple(places))
