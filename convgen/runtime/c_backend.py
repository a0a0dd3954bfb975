"""C kernels: built once into the cache, loaded and called through ctypes."""

from __future__ import annotations

import _ctypes
import ctypes
import hashlib
import json
import os
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from convgen.errors import CompilerError, PlanError
from convgen.kernels.kernel import Kernel, pack_symbol, packed_symbol, pass_inputs
from convgen.runtime.backends import ALIGNMENT, REMEMBERED, PassBackend, PreparedPass, symbols
from convgen.runtime.cache import Cache, open_cache
from convgen.runtime.compiler import Compiler, find_compiler

Functions = dict[str, Callable[..., None]]


def c_backend(kernel: Kernel) -> PassBackend:
    """Build a C kernel, or take it from the cache, and load it.

    Raises:
        CompilerError: no compiler, or one that failed.
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
    content = [interface, kernel.files, compiler.identity, compiler.flags, compiler.machine]
    key = hashlib.sha256(json.dumps(content).encode()).hexdigest()
    return _load(_Build(cache, key, kernel, compiler))


@dataclass(frozen=True)
class _Build:
    """A library to be had; the key stands for the kernel and the compiler."""

    cache: Cache
    key: str
    kernel: Kernel = field(compare=False)
    compiler: Compiler = field(compare=False)


@lru_cache(maxsize=REMEMBERED)
def _load(build: _Build) -> PassBackend:
    cache, name = build.cache, f"{build.kernel.name}.so"
    found = cache.find(build.key, name)
    if found is not None:
        try:
            functions, prepared = _open(build, found)
            return PassBackend(functions, by_address=True, path=found, prepared=prepared)
        except CompilerError:
            if found.exists():
                raise
            # Another process has removed the entry since it was found: make it anew.
    with cache.workshop() as workshop:
        entry = workshop / "entry"
        entry.mkdir(mode=0o700)
        build.kernel.write(entry)
        try:
            build.compiler.build(entry / f"{build.kernel.name}.c", entry / name)
        except CompilerError:
            cache.require_space(workshop)
            raise
        # Opened before it is published: what cannot be loaded or lacks a pass never becomes an entry.
        functions, prepared = _open(build, entry / name)
        path = cache.publish(entry, build.key, name)
    return PassBackend(functions, by_address=True, path=path, prepared=prepared)


def _open(build: _Build, path: Path) -> tuple[Functions, dict[str, PreparedPass]]:
    try:
        library = ctypes.CDLL(os.fspath(path))
    except OSError as error:
        build.cache.require_executable(error)
        raise CompilerError(
            f"the library that {' '.join(build.compiler.command)} wrote cannot be loaded: {error}"
        ) from error
    kernel = build.kernel
    functions = {name: _function(kernel, library, name, symbol) for name, symbol in symbols(kernel).items()}
    prepared = {name: _prepared(kernel, library, name) for name in kernel.prepared}
    # ctypes never closes a library: thousands of kernels would fill the process's address space. Every
    # function holds the library, so this happens when the last of them is gone.
    weakref.finalize(library, _ctypes.dlclose, library._handle).atexit = False
    return functions, prepared


def _prepared(kernel: Kernel, library: ctypes.CDLL, name: str) -> PreparedPass:
    pack = _symbol(kernel, library, pack_symbol(kernel.name, name), 2)
    scratch = kernel.scratch_bytes.get(name, 0)
    run = _with_scratch(kernel, library, name, packed_symbol(kernel.name, name), scratch)
    return PreparedPass(pack, run, kernel.workspace_bytes[name] - scratch)


def _symbol(kernel: Kernel, library: ctypes.CDLL, symbol: str, pointers: int) -> Callable[..., None]:
    try:
        function = library[symbol]
    except AttributeError:
        raise PlanError(f"the source of kernel {kernel.name!r} defines no function {symbol!r}") from None
    function.argtypes = [ctypes.c_void_p] * pointers
    function.restype = None
    return function


def _function(kernel: Kernel, library: ctypes.CDLL, name: str, symbol: str) -> Callable[..., None]:
    return _with_scratch(kernel, library, name, symbol, kernel.workspace_bytes[name])


def _with_scratch(
    kernel: Kernel, library: ctypes.CDLL, name: str, symbol: str, workspace_bytes: int
) -> Callable[..., None]:
    """A function of a pass, given scratch memory after its arrays where it needs some."""
    pointers = len(pass_inputs(kernel.spec, name)) + 1 + bool(workspace_bytes)
    function = _symbol(kernel, library, symbol, pointers)
    if not workspace_bytes:
        return function
    workspace = _Workspace(workspace_bytes)
    return lambda *addresses: function(*addresses, workspace.address)


class _Workspace(threading.local):
    """Scratch memory for one pass, a piece for each thread, since threads may be inside the pass together."""

    def __init__(self, size: int) -> None:
        self.memory = np.empty(size + ALIGNMENT, np.uint8)
        self.address = -(-self.memory.ctypes.data // ALIGNMENT) * ALIGNMENT
