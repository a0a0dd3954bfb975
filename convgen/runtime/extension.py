"""The extension module through which Python calls C kernels: built once, kept as libraries are, then shared.

It knows no kernel: what it calls, and with which arrays, is data that `convgen.runtime.direct` gives it. So a
machine builds it once for all kernels, in about a second, and a process loads it once.

NumPy's C interface finds and checks an array in a tenth of the time that the buffer protocol takes; it needs
the headers of Python and of NumPy. Where one is missing, the compiler builds no extension, or the interpreter
runs without its lock, calls go through ctypes, which takes microseconds and is right as well.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import sysconfig
from functools import lru_cache
from importlib.machinery import ExtensionFileLoader, ModuleSpec
from importlib.resources import files
from importlib.util import module_from_spec
from pathlib import Path
from types import ModuleType

from convgen.errors import CacheError, CompilerError, PlanError
from convgen.runtime.built import open_or_build
from convgen.runtime.cache import open_cache
from convgen.runtime.compiler import Compiler, find_compiler

VARIABLE = "CONVGEN_CALL"

EXTENSION, CTYPES = "extension", "ctypes"
WAYS = (EXTENSION, CTYPES)
"""How Python calls a C kernel."""

NAME = "convgen_call"
SOURCE = "call.c"

HEADERS = ("Python.h", "numpy/arrayobject.h")

FLAGS = ("-std=c11", "-O2")
"""After the compiler's own flags: the headers of newer Pythons are C11."""


def extension() -> ModuleType | None:
    """The extension module; None where calls go through ctypes.

    Raises:
        PlanError: $CONVGEN_CALL names no way to call.
    """
    way = os.environ.get(VARIABLE, "") or EXTENSION
    if way not in WAYS:
        raise PlanError(f"${VARIABLE} is {way!r}; ways to call a C kernel are {', '.join(WAYS)}")
    return _extension(find_compiler()) if way == EXTENSION else None


@lru_cache(maxsize=16)
def _extension(compiler: Compiler) -> ModuleType | None:
    directories = include_directories()
    if directories is None:
        return None
    text = (files("convgen.templates.c") / SOURCE).read_text(encoding="utf-8")
    flags = (*FLAGS, *(f"-I{directory}" for directory in directories))

    def make(entry: Path, library: Path) -> None:
        source = entry / SOURCE
        source.write_text(text, encoding="utf-8")
        compiler.build(source, library, flags)

    try:
        _, module = open_or_build(open_cache(), _key(text, compiler, flags), f"{NAME}.so", make, _imported)
    except (CompilerError, CacheError):
        return None
    return module


def include_directories() -> tuple[str, ...] | None:
    """Where the headers of this Python and its NumPy lie; None where one is missing or cannot be used."""
    import numpy as np

    if sys.implementation.name != "cpython" or sysconfig.get_config_var("Py_GIL_DISABLED"):
        return None
    paths = sysconfig.get_paths()
    directories = tuple(dict.fromkeys((paths["include"], paths["platinclude"], np.get_include())))
    complete = all(any((Path(each) / header).is_file() for each in directories) for header in HEADERS)
    return directories if complete else None


def _key(text: str, compiler: Compiler, flags: tuple[str, ...]) -> str:
    """What the module's bytes follow from: this interpreter and this NumPy as well."""
    import numpy as np

    interface = [sys.version, sysconfig.get_config_var("SOABI"), np.__version__]
    content = [text, interface, compiler.identity, compiler.flags, flags, compiler.machine]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _imported(path: Path) -> ModuleType:
    loader = ExtensionFileLoader(NAME, str(path))
    try:
        module = module_from_spec(ModuleSpec(NAME, loader, origin=str(path)))
        loader.exec_module(module)
    except ImportError as error:
        raise CompilerError(f"the extension module {path.name} cannot be loaded: {error}") from error
    return module
