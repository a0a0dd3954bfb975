"""A kernel has a name that C, C++ and Python take, different for different specs, and never a hostile one."""

from __future__ import annotations

import keyword
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convgen import ConvSpec, generate
from convgen.errors import DtypeError, OutputError, PlanError
from convgen.kernels.kernel import DTYPES, passes_of
from convgen.kernels.names import LONGEST_NAME, default_name, valid_name
from convgen.testing import conv_specs
from kernels.harness import COMPILERS


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("input=3x3 kernel=2x2", "conv2d_i3x3_k2x2_f32"),
        ("input=4x6 kernel=2x3 stride=2x1 padding=1x0", "conv2d_i4x6_k2x3_s2x1_p1x0_f32"),
        (
            "input=32x32 kernel=3x3 in-channels=3 out-channels=16 padding=same layout=HWC",
            "conv2d_i32x32_k3x3_c3_o16_p1x1_hwc_f32",
        ),
        (
            "input=9 kernel=2 in-channels=4 out-channels=8 batch=2 stride=2 padding=1:2 dilation=3 groups=2 bias=no",
            "conv1d_i9_k2_c4_o8_n2_s2_p1and2_d3_g2_nobias_f32",
        ),
    ],
)
def test_the_default_name_says_the_spec(text: str, name: str) -> None:
    assert generate(ConvSpec.parse(text)).name == name


@given(st.lists(st.tuples(conv_specs(), st.sampled_from(DTYPES)), min_size=2, max_size=30))
def test_different_specs_have_different_names(drawn: list[tuple[ConvSpec, str]]) -> None:
    names = {(spec, dtype): default_name(spec, dtype) for spec, dtype in drawn}
    assert len(set(names.values())) == len(names)


@given(conv_specs(), st.sampled_from(DTYPES))
def test_a_default_name_is_valid(spec: ConvSpec, dtype: str) -> None:
    name = default_name(spec, dtype)
    assert valid_name(name) == name
    assert re.fullmatch(r"[a-z][a-z0-9_]*", name)


def test_names_that_differ_in_one_number_only_are_told_apart() -> None:
    """Channels 1 and 12 with batch 2 must not read as channels 11 and 2 with batch 2, and the like."""
    specs = {
        ConvSpec(size, kernel, 1 + c, 2, n, stride, ((p, q),), bias=bias, layout=layout)
        for size in (11, 111)
        for kernel in (1, 11)
        for c in (0, 10)
        for n in (None, 1, 11)
        for stride in (1, 11)
        for p, q in ((0, 0), (1, 0), (0, 1), (1, 1), (11, 1), (1, 11))
        for bias in (True, False)
        for layout in ((None, "WC") if n is None else (None, "NWC"))
    }
    assert len({default_name(spec, "float32") for spec in specs}) == len(specs)


@pytest.mark.parametrize("name", ["lenet_conv1", "a", "Conv1", "k" * LONGEST_NAME])
def test_a_users_name_is_used_for_files_and_functions(name: str, tmp_path: Path) -> None:
    spec = ConvSpec((3, 3), (2, 2))
    for target, suffixes in (("c", (".h", ".c")), ("numpy", (".py",))):
        kernel = generate(spec, target, name=name)
        assert [path.name for path in kernel.write(tmp_path)] == [f"{name}{suffix}" for suffix in suffixes]
        for each in passes_of(spec):
            assert f"{name}_{each}(" in kernel.source
        assert f"--name {name}" in kernel.source


HOSTILE = [
    "",
    " ",
    "a b",
    "a-b",
    "1st",
    "a;system",
    "a/../b",
    "../a",
    "a\n",
    "a\n#include <stdio.h>",
    'a"b',
    "a*/b",
    "a%sb",
    "{{ 7 }}",
    "größe",
    "сonv",  # its first letter is Cyrillic
    "ℌ",
    "x²",
    "a\0b",
    "_start",
    "__init__",
    "a__b",
    "int",
    "restrict",
    "class",
    "template",
    "lambda",
    "None",
    "none",
    "math",
    "stddef",
    "numpy",
    "random",
    "con",
    "k" * (LONGEST_NAME + 1),
    None.__class__,
    7,
    b"conv",
    ["conv"],
]


@pytest.mark.parametrize("name", HOSTILE, ids=repr)
def test_a_hostile_name_is_refused_and_quoted(name: Any) -> None:
    for target in ("c", "numpy"):
        with pytest.raises(PlanError) as caught:
            generate(ConvSpec((3, 3), (2, 2)), target, name=name)
        assert repr(name[:40] if isinstance(name, str) else name) in str(caught.value)


def test_every_keyword_of_python_is_refused() -> None:
    for word in keyword.kwlist:
        with pytest.raises(PlanError):
            valid_name(word)


@pytest.mark.parametrize("compiler", COMPILERS)
def test_no_header_of_c_is_shadowed(compiler: str, tmp_path: Path) -> None:
    """Whatever the compiler includes as <name.h> for ISO C is no kernel's name."""
    listed = subprocess.run(
        [compiler, "-std=c99", "-M", "-xc", "-"],
        input="#include <stddef.h>\n#include <stdlib.h>\n#include <math.h>\n#include <stdio.h>\n",
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for header in ("stddef", "stdlib", "math", "stdio"):
        assert f"/{header}.h" in listed
        with pytest.raises(PlanError, match=header):
            valid_name(header)


@pytest.mark.parametrize(
    ("dtype", "name"),
    [
        ("float32", "float32"),
        (np.float32, "float32"),
        (np.dtype("float32"), "float32"),
        ("f4", "float32"),
        (np.float64, "float64"),
        (float, "float64"),
        ("double", "float64"),
    ],
)
def test_a_dtype_is_given_by_name_or_as_numpys(dtype: Any, name: str) -> None:
    assert generate(ConvSpec(3, 2), dtype=dtype).dtype == name


@pytest.mark.parametrize(
    "dtype",
    ["float16", np.float16, "int8", np.int8, "bfloat16", "complex64", ">f4", None, "", 32, object(), [1]],
)
def test_another_dtype_is_refused_with_those_that_are_supported(dtype: Any) -> None:
    for target in ("c", "numpy"):
        with pytest.raises(DtypeError) as caught:
            generate(ConvSpec(3, 2), target, dtype)
        assert repr(dtype) in str(caught.value)
        assert "float32 or float64" in str(caught.value)


def test_what_is_no_spec_is_refused() -> None:
    with pytest.raises(PlanError, match="'input=3 kernel=2'"):
        generate("input=3 kernel=2")  # type: ignore[arg-type]


def test_a_kernel_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """Where the second file cannot be written, the first one does not stay behind alone."""
    kernel = generate(ConvSpec((3, 3), 2), name="half")
    (tmp_path / "half.c").mkdir()
    with pytest.raises(OutputError, match=r"half\.c"):
        kernel.write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["half.c"]


FULL = """
import resource, sys
import convgen as cg
from convgen.errors import OutputError
kernel = cg.generate(cg.ConvSpec((3, 3), 2), name="half")
smaller, larger = sorted(len(text) for text in kernel.files.values())
resource.setrlimit(resource.RLIMIT_FSIZE, (larger - 1, larger - 1))
try:
    kernel.write(sys.argv[1])
except OutputError as error:
    print(error)
"""
"""A limit on the size of files strikes where a full disk does: the header fits, the C file does not."""


@pytest.mark.parametrize("old", [{}, {"half.h": "old", "half.c": "older"}], ids=["new", "written over"])
def test_on_a_full_disk_an_old_kernel_stays_whole(tmp_path: Path, old: dict[str, str]) -> None:
    for name, text in old.items():
        (tmp_path / name).write_text(text)
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"cannot write {tmp_path / 'half.c'}: File too large\n"
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == old
    kernel = generate(ConvSpec((3, 3), 2), name="half")
    kernel.write(tmp_path)  # there is room again
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == kernel.files


@pytest.mark.parametrize("old", [{}, {"half.h": "old", "half.c": "older"}], ids=["new", "written over"])
@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), KeyboardInterrupt()])
def test_a_kernel_whose_second_file_cannot_be_moved_to_its_place_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: dict[str, str], error: BaseException
) -> None:
    for name, text in old.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o640)
    replace, seen = Path.replace, []

    def second_fails(self: Path, target: Path) -> Path:
        seen.append(target.name)
        if len(seen) == 2:
            raise error
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", second_fails)
    with pytest.raises(OutputError if isinstance(error, OSError) else KeyboardInterrupt):
        generate(ConvSpec((3, 3), 2), name="half").write(tmp_path)
    assert seen[:2] == ["half.h", "half.c"]
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == old
    assert all(path.stat().st_mode & 0o777 == 0o640 for path in tmp_path.iterdir())
