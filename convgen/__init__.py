"""convgen: derive, verify and generate convolutions, forward and backward, from one definition.

The public face: names only. A name loads its room when it is first used, so that ``import convgen`` stays
quick and whoever only builds a spec never waits for SymPy or NumPy.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from convgen import errors
from convgen.version import __version__

if TYPE_CHECKING:
    from convgen.derivation import Derivation, Step, Trace, derive, explain
    from convgen.kernels import Kernel, generate
    from convgen.pictures.drawing import animate, draw, explore
    from convgen.pictures.scene import Picture
    from convgen.proof.check import check
    from convgen.proof.proofs import Proof
    from convgen.proof.prove import prove
    from convgen.proof.report import Report
    from convgen.proof.verdict import Verdict
    from convgen.proof.verify import verify
    from convgen.runtime import load
    from convgen.spec import ConvSpec
    from convgen.symbolic.winograd import Winograd, winograd
    from convgen.validation import Validation, validate

__all__ = [
    "ConvSpec",
    "Derivation",
    "Kernel",
    "Picture",
    "Proof",
    "Report",
    "Step",
    "Trace",
    "Validation",
    "Verdict",
    "Winograd",
    "__version__",
    "animate",
    "check",
    "derive",
    "draw",
    "errors",
    "explain",
    "explore",
    "generate",
    "load",
    "prove",
    "validate",
    "verify",
    "winograd",
]

_ROOMS = {
    "ConvSpec": "convgen.spec",
    "Derivation": "convgen.derivation",
    "Kernel": "convgen.kernels",
    "Picture": "convgen.pictures.scene",
    "Proof": "convgen.proof.proofs",
    "Report": "convgen.proof.report",
    "Step": "convgen.derivation",
    "Trace": "convgen.derivation",
    "Validation": "convgen.validation",
    "Verdict": "convgen.proof.verdict",
    "Winograd": "convgen.symbolic.winograd",
    "animate": "convgen.pictures.drawing",
    "check": "convgen.proof.check",
    "derive": "convgen.derivation",
    "draw": "convgen.pictures.drawing",
    "explore": "convgen.pictures.drawing",
    "explain": "convgen.derivation",
    "generate": "convgen.kernels",
    "load": "convgen.runtime",
    "prove": "convgen.proof.prove",
    "validate": "convgen.validation",
    "verify": "convgen.proof.verify",
    "winograd": "convgen.symbolic.winograd",
}


def __getattr__(name: str) -> Any:
    """Load the room of a public name on first use, and keep the name here."""
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_ROOMS[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *__all__})
