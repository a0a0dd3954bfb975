"""NumPy kernels: the generated text run as a module; no compiler, no cache, any system."""

from __future__ import annotations

import hashlib
import linecache
import weakref
from functools import lru_cache
from types import FunctionType, ModuleType

from convgen.errors import PlanError
from convgen.kernels.kernel import Kernel
from convgen.runtime.backends import REMEMBERED, PassBackend, symbols


def numpy_backend(kernel: Kernel) -> PassBackend:
    """Run the generated module and take its functions.

    Raises:
        PlanError: the source does not define one of the passes.
    """
    module = _module(kernel.name, kernel.source)
    functions = {}
    for name, symbol in symbols(kernel).items():
        if not hasattr(module, symbol):
            raise PlanError(f"the source of kernel {kernel.name!r} defines no function {symbol!r}")
        functions[name] = getattr(module, symbol)
    return PassBackend(functions, by_address=False)


@lru_cache(maxsize=REMEMBERED)
def _module(name: str, source: str) -> ModuleType:
    module = ModuleType(name)
    file = f"<convgen {name} {hashlib.sha256(source.encode()).hexdigest()[:12]}>"
    # Tracebacks and debuggers then show the generated lines; without a time, no check drops them.
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    exec(compile(source, file, "exec"), module.__dict__)  # noqa: S102 -- the text that convgen has written
    # They go with the module's first function, or thousands of kernels would leave theirs behind.
    first = next((value for value in module.__dict__.values() if isinstance(value, FunctionType)), None)
    if first is not None:
        weakref.finalize(first, linecache.cache.pop, file, None).atexit = False
    return module
