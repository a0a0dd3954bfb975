"""The library of integer sets, loaded when it is first needed.

Raises:
    MissingDependencyError: it is not installed.
"""

from __future__ import annotations

from convgen.errors import MissingDependencyError

try:
    import islpy
except ImportError as error:
    raise MissingDependencyError(
        "not proved for all sizes: claims about them are decided by integer sets, and islpy is not installed: "
        "pip install islpy"
    ) from error

__all__ = ["islpy"]
