"""From emitted text to something that can be called: find a compiler, build, keep, load, check, call."""

from convgen.runtime.loaded import LoadedKernel, load, load_kernel

__all__ = ["LoadedKernel", "load", "load_kernel"]
