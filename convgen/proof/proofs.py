"""Proof: a claim proved for every size, as text that a reader can follow, and as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from convgen.proof.exposition import LITERALLY, PartProof
from convgen.proof.scope import LARGEST
from convgen.proof.theorems import Theorem

SCHEMA_VERSION = 1
"""Version of the JSON form; a change of meaning raises it."""


WITHOUT_BIAS = "without bias"
"""Said of layers that have none, for which alone a formula of O may leave it out."""

_SIZES = "On each axis H + Pb + Pa = S*(Ho - 1) + r + E, with E = D*(M - 1) + 1 and 0 ≤ r < S."
_OF_TAPS = (
    "Proof. Both sides are sums over taps, and the set of taps is a product of independent parts. On each part",
    "the two index sets are equal, and each tap comes from exactly one choice of the indices summed over.",
    _SIZES,
)
_OF_SIZES = (f"Proof. {_SIZES}",)
_TOGETHER = "The parts together are all taps, so the sums agree term by term."


@dataclass(frozen=True)
class Proof:
    """A claim proved for every size; what is false raises.

    Attributes:
        claim: the claim.
        about: the layers.
        shown: the stride and dilation for which the argument is printed; None where it is for any.
        parts: the argument, part by part.
        families: how many pairs of stride and dilation were decided by integer sets.
        unproved: why it is not proved for all strides, where that was asked for.
        is_of_sizes: whether it is about sizes, and not about entries.
        bias: whether the layers have one.
    """

    claim: str
    about: str
    shown: tuple[int, int] | None
    parts: tuple[PartProof, ...]
    families: int
    unproved: str = ""
    is_of_sizes: bool = False
    bias: bool = True

    def __bool__(self) -> bool:
        return not self.unproved

    def __str__(self) -> str:
        return "\n".join([f"Theorem. {self.claim}", *self.lines()])

    def lines(self) -> list[str]:
        """The text after the claim."""
        lines = [f"for {self.about}.", ""]
        if self.unproved:
            lines += [f"Not proved for all strides and dilations: {self.unproved}", ""]
        lines += [*(_OF_SIZES if self.is_of_sizes else _OF_TAPS), self._how(), ""]
        for number, text in enumerate(self._texts(), 1):
            lines += [f"{number}. {text[0]}", *text[1:]]
        return [*lines, "", "∎" if self.is_of_sizes else f"{_TOGETHER} ∎"]

    def _texts(self) -> Iterator[list[str]]:
        """What is said of each part: of those that are the same on both sides one line together."""
        plain: dict[str, list[str]] = {}
        for part in self.parts:
            if part.is_one_line:
                plain.setdefault(part.about, []).append(part.definition)
        yield from ([f"{about}: {'; '.join(said)}; {LITERALLY}."] for about, said in plain.items())
        told: dict[PartProof, PartProof] = {}
        for part in self.parts:
            if not part.is_one_line:
                like = told.setdefault(part.moved(), part)
                yield part.lines() if like is part else [f"{part.title}: as {like.title}."]

    def _how(self) -> str:
        if self.shown is None:
            return (
                "S and D are any integers of at least 1; each bound is a sum of products of others.\n"
                f"Integer sets decided the pairs of S and D up to {LARGEST} as well, {self.families} in number."
            )
        stride, dilation = self.shown
        written = f"It is written for S = {stride}, D = {dilation}, and decided by integer sets"
        return f"{written}." if self.families == 1 else f"{written} as {self.families} pairs of S and D are."

    def to_json(self) -> dict[str, Any]:
        """The proof as plain data."""
        return {
            "schema": SCHEMA_VERSION,
            "rule": self.claim,
            "about": self.about,
            "bias": self.bias,
            "stride": None if self.shown is None else self.shown[0],
            "dilation": None if self.shown is None else self.shown[1],
            "all_strides": self.shown is None,
            "unproved": self.unproved or None,
            "families": self.families,
            "parts": [
                {
                    name: list(value) if isinstance(value, tuple) else value
                    for name, value in vars(part).items()
                }
                for part in self.parts
            ],
        }


@dataclass(frozen=True)
class TheoremProof:
    """A named theorem with the proof of each of its claims.

    Attributes:
        theorem: what is proved.
        proofs: claim by claim.
    """

    theorem: Theorem
    proofs: tuple[Proof, ...]

    def __bool__(self) -> bool:
        return all(self.proofs)

    def __str__(self) -> str:
        source = f" ({self.theorem.source})" if self.theorem.source else ""
        blocks = [f"Theorem ({self.theorem.name}). {self.theorem.words}{source}."]
        for number, (stated, proof) in enumerate(zip(self.theorem.stated, self.proofs, strict=True), 1):
            blocks.append("\n".join([f"({number}) {proof.claim}", f"    {stated.words}", *proof.lines()]))
        return "\n\n".join(blocks)

    def to_json(self) -> dict[str, Any]:
        """The proofs as plain data."""
        return {
            "schema": SCHEMA_VERSION,
            "theorem": self.theorem.name,
            "words": self.theorem.words,
            "source": self.theorem.source,
            "claims": [
                {"words": stated.words, **proof.to_json()}
                for stated, proof in zip(self.theorem.stated, self.proofs, strict=True)
            ],
        }


@dataclass(frozen=True)
class Proofs:
    """Several rules and theorems, proved.

    Attributes:
        by_name: what was proved.
    """

    by_name: Mapping[str, Proof | TheoremProof]

    def __bool__(self) -> bool:
        return all(self.by_name.values())

    def __str__(self) -> str:
        lines = []
        for name, proof in self.by_name.items():
            for each in [proof] if isinstance(proof, Proof) else proof.proofs:
                how = "proved for all strides" if each.shown is None else "proved"
                claim = each.claim if each.bias else f"{each.claim}, {WITHOUT_BIAS}"
                lines.append(f"{how}: {name}, {claim}" + f"; {each.unproved}" * bool(each.unproved))
        return "\n".join([*lines, f"{len(self.by_name)} rules and theorems proved for every size"])

    def to_json(self) -> dict[str, Any]:
        """The proofs as plain data."""
        proofs = {name: proof.to_json() for name, proof in self.by_name.items()}
        return {"schema": SCHEMA_VERSION, "holds": bool(self), "proofs": proofs}


@dataclass(frozen=True)
class Listed:
    """What can be proved.

    Attributes:
        words: what each rule or theorem says, by its name.
    """

    words: Mapping[str, str]

    def __str__(self) -> str:
        width = max(map(len, self.words))
        return "\n".join(f"{name:<{width}}  {words}" for name, words in self.words.items())

    def to_json(self) -> dict[str, Any]:
        """The list as plain data."""
        return {"schema": SCHEMA_VERSION, "theorems": dict(self.words)}
