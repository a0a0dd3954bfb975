"""What the fast NumPy forms share: a padded copy of what a pass reads, and the strided view of its windows.

Forward and backward_weights read X, backward_data reads dO. Along one axis every window of a pass lies at

    met = step · position + tap_step · tap + origin

(`convgen.kernels.sweep`). A strided backward_data is a piece of stride 1 for each remainder of its positions
by the stride, so that all pieces read one padded dO through one view; no zeros are inserted, and nothing is
added into slices that overlap. Where a tap goes backwards, as in backward_data, it is counted from the
other end, so that K is read reversed and the view forwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod

from convgen.kernels.arrange import Axes, axes_of, called, indexed, listed, sliced
from convgen.kernels.formula import index_sizes, letters
from convgen.kernels.pieces import PHASE_POSITIONS, SIGNALS
from convgen.kernels.sweep import Sweep, phases, sweep
from convgen.kernels.workspace import Scratch
from convgen.layout import base_name
from convgen.spec import ConvSpec

MOST_PIECES = 16
"""Pieces of a strided dX that are written out."""


@dataclass(frozen=True)
class Along:
    """One axis of a piece: where its windows lie.

    Attributes:
        index: the letter of the position.
        count: positions.
        taps: of each.
        step: how far the windows of neighbouring positions lie apart.
        tap_step: how far neighbouring taps do; at least 1.
        origin: where the first tap of the first position lies; negative inside the padding.
        place: the first position in the result.
        place_step: from one position to the next.
        kernel: which entries of K the taps meet, in their order.
    """

    index: str
    count: int
    taps: int
    step: int
    tap_step: int
    origin: int
    place: int
    place_step: int
    kernel: range

    @classmethod
    def of(cls, part: Sweep, signal: str, result: str) -> Along:
        """Axis of a pass, by the array that it reads in windows and the one that it writes."""
        met = part.coordinates[base_name(signal)].dividend
        place = part.coordinates[base_name(result)].dividend
        kernel = part.coordinates["K"].dividend
        step, tap_step = met.coefficient(part.index), met.coefficient(part.tap)
        taps = range(
            kernel.constant,
            kernel.constant + kernel.coefficient(part.tap) * part.taps,
            kernel.coefficient(part.tap),
        )
        backwards = tap_step < 0
        return cls(
            part.index,
            part.count,
            part.taps,
            step,
            abs(tap_step),
            met.constant + (tap_step * (part.taps - 1) if backwards and part.taps else 0),
            place.constant,
            place.coefficient(part.index),
            taps[::-1] if backwards else taps,
        )

    @property
    def end(self) -> int:
        """One past the last entry of the last window."""
        return self.origin + self.step * (self.count - 1) + self.tap_step * (self.taps - 1) + 1


Piece = tuple[Along, ...]

Parts = tuple[tuple[str, ...], tuple[str, ...]]
"""What is done once, and what is done for each step of the loop over examples."""


def pieces_of_pass(spec: ConvSpec, name: str) -> tuple[Piece, ...]:
    """The pieces of a pass; backward_weights has the windows of forward."""
    if name != "backward_data":
        return (tuple(Along.of(sweep(spec, "forward", d), "X", "O") for d in range(spec.rank)),)
    parts = [phases(spec, d, PHASE_POSITIONS[d], letters(spec)[f"m{d}"]) for d in range(spec.rank)]
    return tuple(tuple(Along.of(part, "dO", "dX") for part in each) for each in product(*parts))


def piece_count(spec: ConvSpec, name: str) -> int:
    """How many pieces a pass has."""
    if name != "backward_data":
        return 1
    return prod(min(stride, size) for stride, size in zip(spec.stride, spec.input_size, strict=True))


class Windows:
    """The padded copy of what a pass reads, and its windows.

    Attributes:
        spec: the layer.
        name: the pass.
        examples: how many examples a step of the loop over them takes.
        pieces: what the result is made of.
        signal: the array that is read in windows.
        scratch: where its workspace is collected.
    """

    def __init__(self, spec: ConvSpec, name: str, dtype: str, examples: int) -> None:
        self.spec, self.name, self.examples = spec, name, examples
        self.pieces = pieces_of_pass(spec, name)
        self.signal = SIGNALS.get(name, "X")
        self.scratch = Scratch(dtype)
        self.channel = "f" if self.signal == "dO" else "c"
        self.looping = spec.batch > examples

    # ---- examples ---------------------------------------------------------------------------------------

    def block(self, array: str) -> str:
        """The examples of an array that a step takes."""
        if not self.looping:
            return array
        return f"{array}[e]" if self.examples == 1 else f"{array}[e : e + {self.examples}]"

    def axes(self, array: str) -> Axes:
        """Its axes."""
        return [part for part in axes_of(self.spec, array) if part != ("n",) or not self._one_example]

    @property
    def loop(self) -> tuple[str, ...]:
        """The line of the loop over examples, where there is one."""
        if not self.looping:
            return ()
        step = f", {self.examples}" if self.examples > 1 else ""
        start = "0, " if step else ""
        return (f"    for e in range({start}{self.spec.batch}{step}):",)

    @property
    def depth(self) -> int:
        """Of what stands in the loop over examples."""
        return 1 + self.looping

    @property
    def _one_example(self) -> bool:
        return self.looping and self.examples == 1

    # ---- sizes ------------------------------------------------------------------------------------------

    def sizes(self, piece: Piece) -> dict[str, int]:
        """Every index of a piece's windows."""
        found = dict(index_sizes(self.spec)) | {"n": self.examples}
        for d, along in enumerate(piece):
            found |= {f"s{d}": along.count, f"m{d}": along.taps, f"x{d}": along.count}
        return found

    @cached_property
    def _margins(self) -> tuple[tuple[int, int], ...]:
        """What is put before and after each spatial axis."""
        found = []
        for d in range(self.spec.rank):
            read = [piece[d] for piece in self.pieces if piece[d].taps]
            before = max([0, *(-along.origin for along in read)])
            after = max([0, *(along.end - self._inner[d] for along in read)])
            found.append((before, after))
        return tuple(found)

    @property
    def _inner(self) -> tuple[int, ...]:
        return self.spec.output_size if self.signal == "dO" else self.spec.input_size

    # ---- what the workspace holds --------------------------------------------------------------------------

    def pad(self) -> tuple[str, str]:
        """Put the padded copy into the workspace; what is assigned to fill it, and from what."""
        channels = self.spec.out_channels if self.signal == "dO" else self.spec.in_channels
        sizes, inner = {"N": self.examples, "C": channels}, {}
        for letter, size, (before, after) in zip(self._letters, self._inner, self._margins, strict=True):
            sizes[letter] = before + size + after
            if before or after:
                inner[letter] = sliced(range(before, before + size))
        self.scratch.array("padded", tuple(sizes[letter] for letter in self._layout), zeros=True)
        target = "inside" if inner else "padded"
        if inner:
            part = indexed("padded", [inner.get(letter, ":") for letter in self._layout])
            self.scratch.line(f"inside = {part}")
        self.scratch.export(target)
        names = ", ".join(self._layout.lower()) + "," * (len(self._layout) == 1)
        self.scratch.line(f"{names} = padded.strides")
        return f"{target}[...]", self.block(self.signal)

    @property
    def _letters(self) -> str:
        """The letters of the spatial axes."""
        return "DHW"[-self.spec.rank :]

    @property
    def _layout(self) -> str:
        """The letters of the padded copy's axes."""
        return self.spec.layout.replace("N", "") if self._one_example else self.spec.layout

    def view(self, piece: Piece, order: Axes, merged: Mapping[str, tuple[str, ...]] | None = None) -> None:
        """Put the view of a piece's windows into the workspace.

        Args:
            piece: which.
            order: the view's axes, each of one index.
            merged: an index that runs through the last spatial axis and the channels together.
        """
        sizes, strides = self.sizes(piece), self._strides(piece)
        for wide, names in (merged or {}).items():
            sizes[wide] = prod(sizes[name] for name in names)
            strides[wide] = strides[names[-1]]
        comma = "," * (len(order) == 1)
        shape = listed(sizes[name] for (name,) in order) + comma
        steps = ", ".join(strides[name] for (name,) in order) + comma
        starts = {
            letter: f"{before + along.origin}:"
            for letter, along, (before, _) in zip(self._letters, piece, self._margins, strict=True)
            if before + along.origin
        }
        base = indexed("padded", [starts.get(letter, ":") for letter in self._layout])
        self.scratch.lines(called("windows = as_strided", (base, f"({shape})", f"({steps})")))
        self.scratch.export("windows")

    def _strides(self, piece: Piece) -> dict[str, str]:
        within = index_sizes(self.spec)[self.channel]
        found = {"n": "n", self.channel: "c", "g": _times(within, "c")}
        for d, (letter, along) in enumerate(zip(self._letters.lower(), piece, strict=True)):
            found[f"s{d}"] = _times(along.step, letter)
            found[f"m{d}"] = _times(along.tap_step, letter)
        return found

    def packed(self, number: int, plan: Callable[[], Parts]) -> Parts:
        """The lines of a piece, whose arrays go by one name in the workspace where there are several pieces."""
        if len(self.pieces) == 1:
            return plan()
        self.scratch.begin()
        once, lines = plan()
        unpack = self.scratch.end(f"piece_{number}")
        if not unpack:  # a piece of zeros
            return once, lines
        if not self.looping:
            return (), (f"    {unpack}", *once, *lines)
        return (f"    {unpack}", *once), (f"        {unpack}", *lines)

    # ---- where a piece goes ------------------------------------------------------------------------------

    def is_whole(self, piece: Piece) -> bool:
        """Whether a piece is all of the result, its entries beside each other."""
        return len(self.pieces) == 1 and all(along.place_step == 1 for along in piece)

    def target(self, array: str, piece: Piece) -> str:
        """The slice of the result that a piece writes."""
        at = {
            letter: _from(along.place, along.place_step)
            for letter, along in zip(self._letters, piece, strict=True)
        }
        if self.looping:
            at["N"] = "e" if self.examples == 1 else f"e : e + {self.examples}"
        return indexed(array, [at.get(letter, ":") for letter in self.spec.layout])

    def kernel(self, piece: Piece) -> str:
        """K with the taps of a piece, in its order."""
        taps = {
            letter: _taps(along.kernel, size)
            for letter, along, size in zip(self._letters, piece, self.spec.kernel_size, strict=True)
        }
        return indexed("K", [taps.get(letter, ":") for letter in self.spec.kernel_layout])


def _from(first: int, step: int) -> str:
    if step == 1:
        return f"{first}:" if first else ":"
    return f"{first or ''}::{step}"


def _taps(kernel: range, size: int) -> str:
    """Entries of an axis as a slice, which may go backwards."""
    if kernel == range(size):
        return ":"
    if kernel.step > 0 or len(kernel) == 1:
        return sliced(kernel if kernel.step > 0 else kernel[::-1])
    first = "" if kernel[0] == size - 1 else str(kernel[0])
    return f"{first}::{kernel.step}"


def _times(factor: int, name: str) -> str:
    return name if factor == 1 else f"{factor} * {name}"
