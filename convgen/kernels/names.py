"""Names of kernels: a readable default for every spec, and what a user may choose instead.

A kernel's name is the prefix of its C functions, the name of its files and of its Python module, so it has
to be an identifier in C, C++ and Python that no header or module already has.
"""

from __future__ import annotations

import keyword
import re
import sys
from typing import Any

from convgen.errors import PlanError
from convgen.spec import ConvSpec, layouts_of_rank

LONGEST_NAME = 200
"""Characters; with a suffix and a temporary file's prefix it stays within the 255 that file systems take."""

_C_KEYWORDS = """
    auto break case char const continue default do double else enum extern float for goto if inline int long
    register restrict return short signed sizeof static struct switch typedef union unsigned void volatile
    while alignas alignof bool constexpr false nullptr static_assert thread_local true typeof typeof_unqual
    and and_eq asm bitand bitor catch char8_t char16_t char32_t class co_await co_return co_yield compl
    concept consteval constinit const_cast decltype delete dynamic_cast explicit export friend mutable
    namespace new noexcept not not_eq operator or or_eq private protected public reinterpret_cast requires
    static_cast template this throw try typeid typename using virtual wchar_t xor xor_eq
"""
_C_HEADERS = """
    assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg
    stdatomic stdbit stdbool stdckdint stddef stdint stdio stdlib stdnoreturn string tgmath threads time
    uchar wchar wctype
"""
_FILE_NAMES = ("aux", "con", "nul", "prn")

TAKEN: dict[str, str] = (
    dict.fromkeys(sys.stdlib_module_names, "a module of Python's library")
    | {"numpy": "the module that the kernel imports"}
    | dict.fromkeys(_FILE_NAMES, "a device's file name on Windows")
    | dict.fromkeys(_C_HEADERS.split(), "a header of C's library")
    | dict.fromkeys(map(str.lower, keyword.kwlist), "a Python keyword")
    | dict.fromkeys(_C_KEYWORDS.split(), "a keyword of C or C++")
)
"""Names that something else has, and what; compared in lower case because file systems may."""


def default_name(spec: ConvSpec, dtype: str) -> str:
    """A valid name that says every number of the spec, such as ``conv2d_i4x6_k2x3_s2x1_p1x0_f32``.

    Every letter but i and k stands only where the spec's text form has the field, so that different specs
    have different names: c and o channels, n batch, s stride, p padding, d dilation, g groups.
    """
    has_channels, has_batch = "C" in spec.layout, "N" in spec.layout
    spatial, channel_first, _, batch_first, _ = layouts_of_rank(spec.rank)
    usual_layout = batch_first if has_batch else channel_first if has_channels else spatial
    parts = [
        f"conv{spec.rank}d",
        f"i{_by(spec.input_size)}",
        f"k{_by(spec.kernel_size)}",
        f"c{spec.in_channels}_o{spec.out_channels}" if has_channels else "",
        f"n{spec.batch}" if has_batch else "",
        f"s{_by(spec.stride)}" if set(spec.stride) != {1} else "",
        f"p{_by(map(_padding, spec.padding))}" if any(map(any, spec.padding)) else "",
        f"d{_by(spec.dilation)}" if set(spec.dilation) != {1} else "",
        f"g{spec.groups}" if spec.groups != 1 else "",
        "" if spec.bias else "nobias",
        spec.layout.lower() if spec.layout != usual_layout else "",
        f"f{dtype.removeprefix('float')}",
    ]
    return "_".join(filter(None, parts))


def valid_name(name: Any) -> str:
    """A user's name for a kernel, as it is.

    Raises:
        PlanError: not an identifier, reserved, taken by a keyword, header or module, or too long.
    """
    if not isinstance(name, str):
        raise PlanError(f"a kernel's name is a string, got {name!r}")
    if len(name) > LONGEST_NAME:
        raise PlanError(
            f"the name {name[:40]!r}... has {len(name)} characters; a kernel's name has at most {LONGEST_NAME}"
        )
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise PlanError(
            f"{name!r} is not a name for a kernel: it must be an identifier of ASCII letters, digits and _"
        )
    if name.startswith("_") or "__" in name:
        raise PlanError(f"{name!r} is not a name for a kernel: C and C++ reserve a leading _ and any __")
    if name.lower() in TAKEN:
        raise PlanError(f"{name!r} is not a name for a kernel: it is {TAKEN[name.lower()]}")
    return name


def _by(values: Any) -> str:
    return "x".join(map(str, values))


def _padding(pair: tuple[int, int]) -> str:
    before, after = pair
    return str(before) if before == after else f"{before}and{after}"
