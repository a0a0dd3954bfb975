"""The four sources, each under its own names and notation: formulas as data, computations as functions.

Every formula is exactly the one of the definition in `convgen.taps`; `docs/sources.md` says what the sources
are, restates what they claim, and says what needs a condition or a correction.
"""

from convgen.sources import source_000, source_001, source_002, source_003
from convgen.sources.system import ArrayFormula, EntryFormula, Formula, SourceSystem

SYSTEMS = {module.SYSTEM.name: module.SYSTEM for module in (source_000, source_001, source_002, source_003)}
"""Each source by its number."""

__all__ = ["SYSTEMS", "ArrayFormula", "EntryFormula", "Formula", "SourceSystem"]
