"""Run emitted C with every array between pages that may not be touched: python -m kernels.guard_pages LIBRARY.

An access one byte before or after an array ends the process. Each array lies once with its end at a page's
end, and once with its beginning at a page's beginning.
"""

from __future__ import annotations

import ctypes
import mmap
import pickle
import sys
from pathlib import Path

import numpy as np

from convgen.kernels.kernel import pass_inputs, pass_output, passes_of
from kernels.harness import shape_of

PAGE = mmap.PAGESIZE
NO_ACCESS, PRIVATE_ANONYMOUS = 0, 0x22


def memory() -> ctypes.CDLL:
    library = ctypes.CDLL(None, use_errno=True)
    library.mmap.restype = ctypes.c_void_p
    library.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
    library.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    return library


def between_guards(size: int, at_end: bool) -> int:
    """The address of so many bytes, whole pages without access before and after them."""
    room = -(-size // PAGE) * PAGE
    library = memory()
    start = library.mmap(None, room + 2 * PAGE, mmap.PROT_READ | mmap.PROT_WRITE, PRIVATE_ANONYMOUS, -1, 0)
    assert start not in (None, ctypes.c_void_p(-1).value), "no memory"
    for guard in (start, start + PAGE + room):
        assert library.mprotect(guard, PAGE, NO_ACCESS) == 0
    return start + PAGE + (room - size if at_end else 0)


def array(size: int, dtype: str, at_end: bool) -> np.ndarray:
    """Entries between guards."""
    count = size * np.dtype(dtype).itemsize
    raw = (ctypes.c_char * count).from_address(between_guards(count, at_end))
    return np.frombuffer(raw, dtype, size)


def main(library_path: str) -> None:
    kernels, answers = pickle.loads(Path(library_path).with_suffix(".pickle").read_bytes())
    library = ctypes.CDLL(library_path)
    wrong: list[str] = []
    for kernel, (arrays, expected) in zip(kernels, answers, strict=True):
        for at_end in (False, True):
            for name in passes_of(kernel.spec):
                read = []
                for each in pass_inputs(kernel.spec, name):
                    read.append(array(arrays[each].size, kernel.dtype, at_end))
                    read[-1][:] = arrays[each].ravel()
                shape = shape_of(kernel.spec, pass_output(name))
                written = array(int(np.prod(shape)), kernel.dtype, at_end)
                scratch = kernel.workspace_bytes[name]
                more = [array(scratch, "uint8", at_end)] if scratch else []
                function = library[f"{kernel.name}_{name}"]
                function.restype = None
                function(*(ctypes.c_void_p(each.ctypes.data) for each in (*read, written, *more)))
                if not np.array_equal(written.reshape(shape), expected[pass_output(name)]):
                    wrong.append(f"{kernel.name}_{name}")
    print("no guard was touched" if not wrong else f"wrong: {wrong}")  # compared, but only after all were run


if __name__ == "__main__":
    main(sys.argv[1])
