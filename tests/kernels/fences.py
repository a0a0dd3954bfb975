"""Arrays whose first or last byte lies beside a page that may not be touched."""

from __future__ import annotations

import ctypes
import mmap

import numpy as np

PAGE = mmap.PAGESIZE
_LIBC = ctypes.CDLL(None, use_errno=True)
_NO_ACCESS = 0


class Fenced:
    """A copy of an array between two pages without access, touching one of them.

    Reading or writing one byte beyond the touched side ends the process.
    """

    def __init__(self, data: np.ndarray, *, at_end: bool) -> None:
        pages = -(-data.nbytes // PAGE)
        self._memory = mmap.mmap(-1, (pages + 2) * PAGE)
        start = ctypes.addressof(ctypes.c_char.from_buffer(self._memory))
        for page in (0, pages + 1):
            status = _LIBC.mprotect(ctypes.c_void_p(start + page * PAGE), PAGE, _NO_ACCESS)
            assert status == 0, "mprotect failed"
        first = PAGE + (pages * PAGE - data.nbytes if at_end else 0)
        self.address = start + first
        self.array = np.frombuffer(self._memory, data.dtype, data.size, first).reshape(data.shape)
        self.array[...] = data
