"""C kernels: built once into the cache, loaded and called through ctypes."""

from __future__ import annotations

import _ctypes
import ctypes
import hashlib
import json
import os
import threading
import warnings
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from convgen.errors import CompilerError, FallbackWarning, PlanError
from convgen.kernels.kernel import Kernel, pack_symbol, packed_symbol, pass_inputs
from convgen.runtime.backends import ALIGNMENT, REMEMBERED, CFunction, PassBackend, PreparedPass, symbols
from convgen.runtime.built import open_or_build
from convgen.runtime.cache import Cache, open_cache
from convgen.runtime.compiler import CAUTIOUS_FLAGS, BuildError, Compiler, find_compiler
from convgen.runtime.trial import Trial

Functions = dict[str, CFunction]
Prepared = dict[str, PreparedPass]


TOLD = "fallback.txt"
"""The file of an entry that was built with caution: the reason, which every process that loads it is told."""


def c_backend(kernel: Kernel, trial: Trial | None = None) -> PassBackend:
    """Build a C kernel, or take it from the cache, and load it.

    Args:
        kernel: the text.
        trial: how what is built of it is tried; None leaves it untried.

    Raises:
        CompilerError: no compiler, or one that failed, with caution too.
        CacheError: the cache directory cannot be used.
        PlanError: the source does not define one of the passes.
    """
    compiler, cache = find_compiler(), open_cache()
    interface = [
        kernel.name,
        str(kernel.spec),
        dict(kernel.workspace_bytes),
        kernel.prepared,
        dict(kernel.scratch_bytes),
    ]
    flags = (*compiler.flags, *_flags(kernel))
    content = [interface, kernel.files, compiler.identity, flags, compiler.machine, trial is not None]
    key = hashlib.sha256(json.dumps(content).encode()).hexdigest()
    return _load(_Build(cache, key, kernel, compiler, trial))


@dataclass(frozen=True)
class _Build:
    """A library to be had; the key stands for the kernel and the compiler."""

    cache: Cache
    key: str
    kernel: Kernel = field(compare=False)
    compiler: Compiler = field(compare=False)
    trial: Trial | None = field(compare=False)

    def make(self, entry: Path, library: Path) -> None:
        """Write the text and build it; with caution where the compiler cannot build it as usual."""
        self.kernel.write(entry)
        try:
            self._attempt(entry / f"usual-{library.name}", ()).rename(library)
        except BuildError as fault:
            try:
                self._attempt(entry / f"cautious-{library.name}", CAUTIOUS_FLAGS).rename(library)
            except BuildError as again:
                raise CompilerError(f"{fault}\nand with {' '.join(CAUTIOUS_FLAGS)}, {again}") from again
            told = f"{fault}\nBuilt with {' '.join(CAUTIOUS_FLAGS)} instead, which is right but slow."
            (entry / TOLD).write_text(told, encoding="utf-8")

    def _attempt(self, library: Path, flags: tuple[str, ...]) -> Path:
        """Build the library and try it; one that is wrong is removed.

        Raises:
            BuildError: other flags may do better.
            CompilerError: they will not.
        """
        self._compile(library, flags)
        if self.trial is not None:
            functions, _ = _open(self, library)
            called = {name: _with_scratch(each) for name, each in functions.items()}
            # In a thread of its own, with which the threads end that gcc's OpenMP has started for it: a
            # process that has only loaded a kernel may fork and call it in the child.
            with ThreadPoolExecutor(max_workers=1) as alone:
                fault = alone.submit(self.trial.fault, called).result()
            if fault is not None:
                library.unlink()
                raise BuildError(
                    f"{' '.join(self.compiler.command)} miscompiles kernel {self.kernel.name!r}: {fault}"
                )
        return library

    def _compile(self, library: Path, flags: tuple[str, ...]) -> None:
        source = library.parent / f"{self.kernel.name}.c"
        try:
            self.compiler.build(source, library, (*_flags(self.kernel), *flags))
        except CompilerError as error:
            if not self.kernel.is_shared or isinstance(error, BuildError):
                raise
            raise CompilerError(
                f"{error}\nthreads={self.kernel.threads} needs a compiler with OpenMP (gcc, or clang with libomp: "
                "apt-get install libomp-dev); a kernel for one thread needs none"
            ) from error


def _flags(kernel: Kernel) -> tuple[str, ...]:
    """The flags of this kernel's own."""
    return ("-fopenmp",) * kernel.is_shared


@lru_cache(maxsize=REMEMBERED)
def _load(build: _Build) -> PassBackend:
    name = f"{build.kernel.name}.so"
    path, (functions, prepared) = open_or_build(
        build.cache, build.key, name, build.make, lambda path: _open(build, path)
    )
    with suppress(FileNotFoundError):
        warnings.warn((path.parent / TOLD).read_text(encoding="utf-8"), FallbackWarning, stacklevel=5)
    called = {each: _with_scratch(function) for each, function in functions.items()}
    return PassBackend(called, by_address=True, path=path, prepared=prepared, compiled=functions)


def _open(build: _Build, path: Path) -> tuple[Functions, Prepared]:
    try:
        library = ctypes.CDLL(os.fspath(path))
    except OSError as error:
        build.cache.require_executable(error)
        raise CompilerError(
            f"the library that {' '.join(build.compiler.command)} wrote cannot be loaded: {error}"
        ) from error
    kernel = build.kernel
    functions = {
        name: _function(kernel, library, symbol, _arrays(kernel, name), kernel.workspace_bytes[name])
        for name, symbol in symbols(kernel).items()
    }
    prepared = {name: _prepared(kernel, library, name) for name in kernel.prepared}
    # ctypes never closes a library: thousands of kernels would fill the process's address space. Every
    # function holds the library, so this happens when the last of them is gone.
    # OpenMP's own threads wait inside its library from the first call on: that one must stay, and does so
    # as long as a library that was linked with it is open.
    if not kernel.is_shared:
        weakref.finalize(library, _ctypes.dlclose, library._handle).atexit = False
    return functions, prepared


def _arrays(kernel: Kernel, name: str) -> int:
    return len(pass_inputs(kernel.spec, name)) + 1


def _prepared(kernel: Kernel, library: ctypes.CDLL, name: str) -> PreparedPass:
    pack = _function(kernel, library, pack_symbol(kernel.name, name), 2)
    scratch = kernel.scratch_bytes.get(name, 0)
    run = _function(kernel, library, packed_symbol(kernel.name, name), _arrays(kernel, name), scratch)
    return PreparedPass(pack.function, run, _with_scratch(run), kernel.workspace_bytes[name] - scratch)


def _function(kernel: Kernel, library: ctypes.CDLL, symbol: str, arrays: int, scratch: int = 0) -> CFunction:
    try:
        function = library[symbol]
    except AttributeError:
        raise PlanError(f"the source of kernel {kernel.name!r} defines no function {symbol!r}") from None
    function.argtypes = [ctypes.c_void_p] * (arrays + bool(scratch))
    function.restype = None
    return CFunction(function, ctypes.cast(function, ctypes.c_void_p).value or 0, arrays, scratch)


def _with_scratch(function: CFunction) -> Callable[..., None]:
    if not function.scratch:
        return function.function
    call, workspace = function.function, _Workspace(function.scratch)
    return lambda *addresses: call(*addresses, workspace.address)


class _Workspace(threading.local):
    """Scratch memory for one pass, a piece for each thread, since threads may be inside the pass together."""

    def __init__(self, size: int) -> None:
        self.memory = np.empty(size + ALIGNMENT, np.uint8)
        self.address = -(-self.memory.ctypes.data // ALIGNMENT) * ALIGNMENT
