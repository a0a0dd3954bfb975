"""Every error that a user can cause, and the one warning.

Each class also derives from the built-in that a caller would catch without knowing convgen, so that
both ``except ConvgenError`` and ``except ValueError`` do what they say.
"""

from __future__ import annotations


class ConvgenError(Exception):
    """The parent of every error that convgen raises on purpose."""


class SpecError(ConvgenError, ValueError):
    """A convolution that cannot be: sizes, padding, groups or layout that do not go together."""


class ClaimError(ConvgenError, ValueError):
    """A formula that cannot be read: unknown syntax, unbound names, operands of the wrong kind."""


class FormulaShapeError(ClaimError):
    """A formula that can be read, but whose operands' sizes leave it without a value."""


class NumbersNeededError(ClaimError):
    """A formula whose sizes must be numbers before it can be taken apart, such as one that divides by a size."""


class StepError(ConvgenError, AssertionError):
    """A step of a derivation that does not hold; it is never printed."""


class ToolError(ConvgenError, RuntimeError):
    """A program beside Python that a request needs, such as a TeX engine: missing, or it failed."""


class ArrayError(ConvgenError, ValueError):
    """An array of the wrong shape, order or overlap."""


class DtypeError(ConvgenError, TypeError):
    """A number type that convgen does not generate or an array that does not carry the promised one."""


class PlanError(ConvgenError, ValueError):
    """A plan, target or option that a kernel cannot have."""


class SourceError(ConvgenError, ValueError):
    """A source that the validator cannot read: edited, truncated, or not written by convgen."""


class BudgetError(ConvgenError, ValueError):
    """A result that would be too large; raised before any work, with the predicted size and the limit."""


class ManifestError(ConvgenError, ValueError):
    """A gallery's manifest that cannot be read, or an artefact in it that cannot be rendered."""


class CompilerError(ConvgenError, RuntimeError):
    """No C compiler, or one that failed."""


class CacheError(ConvgenError, OSError):
    """A cache directory or entry that cannot be used."""


class OutputError(ConvgenError, OSError):
    """A file that cannot be written."""


class MissingDependencyError(ConvgenError, ImportError):
    """An optional package that the request needs; the message says how to install it."""


class FallbackWarning(UserWarning):
    """What was asked for could not be had as usual; something slower that is right stands in its place."""
