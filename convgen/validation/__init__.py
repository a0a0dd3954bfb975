"""Is the emitted text right? C and NumPy executed symbolically and held against the definition."""

from convgen.validation.readings import PassResult
from convgen.validation.validate import Validation, validate

__all__ = ["PassResult", "Validation", "validate"]
