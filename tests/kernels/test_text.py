"""Emitted text says what it is, reads well, is the same everywhere, and uses nothing but its language."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from math import prod
from pathlib import Path

import numpy as np
import pytest

from convgen import ConvSpec, __version__, generate
from convgen.kernels import Kernel
from convgen.kernels.generate import prologue
from convgen.kernels.kernel import (
    DTYPES,
    TARGETS,
    pack_symbol,
    packed_symbol,
    pass_inputs,
    pass_output,
    passes_of,
)
from convgen.kernels.numpy_blocks import FEWEST_POSITIONS
from convgen.kernels.plan import LINE_WIDTH
from convgen.layout import element_name
from kernels.harness import COMPILERS, CXX_COMPILERS, STRICT
from kernels.nasty import NASTY

ROOT = Path(__file__).resolve().parents[2]

LAYERS = tuple(
    map(
        ConvSpec.parse,
        """
        input=28x28 kernel=5x5 in-channels=1 out-channels=6 padding=2
        input=14x14 kernel=5x5 in-channels=6 out-channels=16
        input=32x32 kernel=3x3 in-channels=3 out-channels=16 batch=2 padding=1
        input=32x32 kernel=3x3 in-channels=16 out-channels=32 padding=1 layout=HWC
        input=32x32 kernel=3x3 in-channels=16 out-channels=32 padding=1 stride=2
        input=32x32 kernel=3x3 in-channels=32 out-channels=32 padding=1 groups=32
        input=16x16 kernel=1x1 in-channels=16 out-channels=32 stride=2
        input=1000 kernel=9 in-channels=4 out-channels=8 stride=4 padding=4
        input=16x16x16 kernel=3x3x3 in-channels=4 out-channels=8 batch=1 stride=2 dilation=3 layout=NDHWC
        """.strip().splitlines(),
    )
)

KERNELS = [
    generate(spec, target, DTYPES[number % 2])
    for number, spec in enumerate((*NASTY, *LAYERS))
    for target in TARGETS
]


def every_line(kernel: Kernel) -> list[str]:
    return [line for text in kernel.files.values() for line in text.split("\n")]


def code_of(kernel: Kernel) -> str:
    """The C source without comments and without the prologue, which stands there byte for byte."""
    source = kernel.source
    if kernel.vectors:
        assert source.count(prologue(kernel.vectors)) == 1
        source = source.replace(prologue(kernel.vectors), "")
    return re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: f"{kernel.target}-{kernel.name}")
def test_a_file_is_tidy(kernel: Kernel) -> None:
    """Only what cannot be broken is longer than a line: the spec, and a kernel's own name."""
    whole = (str(kernel.spec), kernel.name, kernel.name.upper())
    for line in every_line(kernel):
        assert line == line.rstrip()
        assert "\t" not in line
        assert len(line) <= LINE_WIDTH or any(word in line for word in whole), line
    for text in kernel.files.values():
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        assert "\n\n\n\n" not in text
        assert text.isascii()


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: f"{kernel.target}-{kernel.name}")
def test_a_file_says_what_it_is_and_how_to_make_it_again(kernel: Kernel) -> None:
    for text in kernel.files.values():
        assert f"convgen {__version__} spec: {kernel.spec}" in text.split("\n")[0]
        flat = re.sub(r"\s*\\\n[ *]*", " ", text)
        command = f'convgen generate --spec "{kernel.spec}" --target {kernel.target} --dtype {kernel.dtype}\n'
        assert command in flat
        for name, count in kernel.op_count.items():
            row = f"{name} +{kernel.forms[name]} +{count.multiplications:,} +{count.additions:,} "
            assert re.search(rf"^[ *]*{row}", text, flags=re.MULTILINE)


def test_the_command_names_what_was_asked_for() -> None:
    spec = ConvSpec((3, 3), (2, 2))
    forms = {"forward": "loops", "backward_bias": "loops"}
    text = generate(spec, "c", "float64", name="tiny", forms=forms).source.replace("\n", "")
    assert "--dtype float64 --name tiny --forms forward=loops,backward_bias=loops" in text
    assert "--forms loops" in generate(spec, forms="loops").source
    assert "--forms" not in generate(spec).source
    assert "--name" not in generate(spec, name=generate(spec).name).source


PLAIN_MACROS = ("convgen_launder", "convgen_prefetch", "convgen_prefetch_result")
MACROS = (
    *("zero", "splat", "load", "load_first", "load_lanes", "load_apart", "fma", "add_product", "add_lanes"),
    *("store", "store_first", "store_apart", "store_columns", "store_columns_apart"),
)
"""What a body may say of vectors."""

FORMULAS = [
    (
        "input=5x6 kernel=3x3 stride=2x1 padding=1x0",
        [
            "O[i,j] = b[0] + sum(m,n) K[m,n] * X[2*i+m-1,j+n]",
            "dX[p,q] = sum(i,j,m,n | 2*i+m-1 = p, j+n = q) K[m,n] * dO[i,j]",
            "dK[m,n] = sum(i,j) dO[i,j] * X[2*i+m-1,j+n]",
            "db[0] = sum(i,j) dO[i,j]",
        ],
    ),
    (
        "input=9 kernel=2 in-channels=4 out-channels=6 batch=3 dilation=3 groups=2 layout=NWC bias=no",
        [
            "O[e,i,3*g+f] = sum(c,m) K[m,c,3*g+f] * X[e,i+3*m,2*g+c]",
            "dX[e,p,2*g+c] = sum(f,i,m | i+3*m = p) K[m,c,3*g+f] * dO[e,i,3*g+f]",
            "dK[m,c,3*g+f] = sum(e,i) dO[e,i,3*g+f] * X[e,i+3*m,2*g+c]",
        ],
    ),
    (
        "input=3x4x5 kernel=1x2x3 in-channels=5 out-channels=5 groups=5 padding=0x1x1",
        [
            "O[g,i,j,l] = b[g] + sum(n,t) K[g,0,0,n,t] * X[g,i,j+n-1,l+t-1]",
            "db[g] = sum(i,j,l) dO[g,i,j,l]",
        ],
    ),
    (
        "input=1 kernel=1 stride=3 padding=1",
        ["O[0] = b[0] + K[0] * X[-1]", "dX[0] = sum(-1 = 0) K[0] * dO[0]"],
    ),
]


@pytest.mark.parametrize(("spec", "formulas"), FORMULAS)
def test_every_pass_is_told_in_index_notation(spec: str, formulas: list[str]) -> None:
    for target in TARGETS:
        source = generate(ConvSpec.parse(spec), target).source
        assert all(formula in source for formula in formulas)


def test_the_written_products_are_those_of_the_worked_example() -> None:
    """Source 000's 3x3 input with its 2x2 kernel."""
    source = generate(ConvSpec((3, 3), (2, 2))).source
    for statement in (
        "/* O_0_1 */ O[1] = b[0] + K_0_0 * X_0_1 + K_0_1 * X_0_2 + K_1_0 * X_1_1 + K_1_1 * X_1_2;",
        "/* dX_0_0 */ dX[0] = K_0_0 * dO_0_0;",
        "/* dX_1_1 */ dX[4] = K_1_1 * dO_0_0 + K_1_0 * dO_0_1 + K_0_1 * dO_1_0 + K_0_0 * dO_1_1;",
        "/* dK_1_0 */ dK[2] = dO_0_0 * X_1_0 + dO_0_1 * X_1_1 + dO_1_0 * X_2_0 + dO_1_1 * X_2_1;",
        "/* db */ db[0] = dO_0_0 + dO_0_1 + dO_1_0 + dO_1_1;",
    ):
        assert statement in source
    module = generate(ConvSpec((3, 3), (2, 2)), "numpy").source
    assert "    O[1, 0] = b[0] + K_0_0 * X_1_0 + K_0_1 * X_1_1 + K_1_0 * X_2_0 + K_1_1 * X_2_1\n" in module


def test_entries_have_the_names_of_the_symbols() -> None:
    """In the array's own axis order, digits padded to the width of their axis, at the offset that they name."""
    spec = ConvSpec((2, 11), (1, 2), 3, 2, layout="HWC")
    source = generate(spec, forms="unrolled").source
    named = dict(re.findall(r"\b(\w+) = (\w+\[\d+\])[,;]", source))
    shapes = {"X": spec.input_shape, "K": spec.kernel_shape, "dO": spec.output_shape}
    expected = {
        element_name(array, shape, index): f"{array}[{np.ravel_multi_index(index, shape)}]"
        for array, shape in shapes.items()
        for index in np.ndindex(*shape)
    }
    assert named == expected | {"b_0": "b[0]", "b_1": "b[1]"}
    assert "X_1_09_2" in named


def test_elements_that_no_window_meets_are_not_read() -> None:
    """An unused name would be a warning, and a lie about what the kernel reads."""
    source = generate(ConvSpec(8, 2, stride=3)).source
    forward = source.split("_forward(")[1].split("_backward")[0]
    assert set(re.findall(r"X_\d", forward)) == {"X_0", "X_1", "X_3", "X_4", "X_6", "X_7"}


C_KERNELS = [kernel for kernel in KERNELS if kernel.target == "c"]


@pytest.mark.parametrize("kernel", C_KERNELS, ids=lambda kernel: kernel.name)
def test_c_keeps_to_the_contract(kernel: Kernel) -> None:
    """Prototypes as promised; no library, no heap, no globals; literals of the kernel's own type only."""
    real = {"float32": "float", "float64": "double"}[kernel.dtype]
    code = code_of(kernel)
    flat = " ".join(code.split())
    for name in passes_of(kernel.spec):
        reads = [f"const {real} *restrict {array}" for array in pass_inputs(kernel.spec, name)]
        scratch = ["void *restrict workspace"] * bool(kernel.workspace_bytes[name])
        prototype = ", ".join([*reads, f"{real} *restrict {pass_output(name)}", *scratch])
        assert re.sub(r"\( ", "(", flat).count(f"void {kernel.name}_{name}({prototype}) {{") == 1
        prepared = [f"void {symbol(kernel.name, name)}(" for symbol in (pack_symbol, packed_symbol)]
        for start in prepared:
            assert flat.count(start) == (name in kernel.prepared)
            assert (kernel.header or "").count(start) == (name in kernel.prepared)
        assert kernel.header is not None
        header = " ".join(kernel.header.split()).replace("CONVGEN_RESTRICT", "restrict").replace("( ", "(")
        assert header.count(f"void {kernel.name}_{name}({prototype});") == 1
        if name in kernel.prepared:
            packed = kernel.workspace_bytes[name] - kernel.scratch_bytes[name]
            assert f"writes {packed:,} bytes. */ {prepared[0]}" in header
    assert set(re.findall(r"#include\s*(\S+)", code)) <= {f'"{kernel.name}.h"', "<stddef.h>"}
    assert not re.findall(r"^(?!void|#|[{} ]|$).*", code, flags=re.MULTILINE)
    macros = {f"{vector.name}_{macro}" for vector in kernel.vectors for macro in MACROS}
    assert set(re.findall(r"\b(\w+)\s*\(", code)) <= {"void", "for", *PLAIN_MACROS, *macros} | {
        symbol(kernel.name, name)
        for name in passes_of(kernel.spec)
        for symbol in (lambda prefix, name: f"{prefix}_{name}", pack_symbol, packed_symbol)
    }
    literals = re.findall(r"\b\d+\.\d*f?", code)
    assert set(literals) <= ({"0.0f"} if kernel.dtype == "float32" else {"0.0"})
    other = {"float": "double", "double": "float"}[real]
    assert other not in code


@pytest.mark.parametrize("compiler", COMPILERS)
def test_every_header_stands_alone_in_c(compiler: str, tmp_path: Path) -> None:
    _compile_headers(tmp_path, [compiler, *STRICT, "-xc"])


def test_every_header_stands_alone_in_cpp(tmp_path: Path) -> None:
    """restrict is no word of C++, and what the header defines for it is gone after it."""
    for compiler in CXX_COMPILERS:
        for standard in ("c++98", "c++17"):
            strict = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-std={standard}"]
            _compile_headers(tmp_path, [compiler, *strict, "-xc++"])


def _compile_headers(directory: Path, command: list[str]) -> None:
    kernels = C_KERNELS[::4]
    for kernel in kernels:
        kernel.write(directory)
    text = "".join(f'#include "{kernel.name}.h"\n' * 2 for kernel in kernels)
    text += "#ifdef CONVGEN_RESTRICT\n#error a macro is left behind\n#endif\n"
    done = subprocess.run(
        [*command, "-fsyntax-only", f"-I{directory}", "-"],
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "kernel", [kernel for kernel in KERNELS if kernel.target == "numpy"], ids=lambda kernel: kernel.name
)
def test_a_module_imports_numpy_alone_and_never_loops_over_single_positions(kernel: Kernel) -> None:
    tree = ast.parse(kernel.source)
    imported = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]
        )
    }
    assert imported <= {"numpy", "numpy.lib.stride_tricks"}
    for line in kernel.source.splitlines():
        if line.startswith(("import", "from")):
            assert kernel.source.count(line.split()[-1]) > 1, "imported and not used"
    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert [name for name in functions if not name.startswith("_")] == [
        f"{kernel.name}_{name}" for name in passes_of(kernel.spec)
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.For):
            assert isinstance(node.iter, ast.Call)
            sizes = [each.value for each in node.iter.args if isinstance(each, ast.Constant)]
            assert len(sizes) == len(node.iter.args)
            assert sizes[0] in kernel.spec.kernel_size or _runs_over_blocks(kernel.spec, sizes)
        assert not isinstance(node, ast.While | ast.ListComp | ast.GeneratorExp)


def _runs_over_blocks(spec: ConvSpec, sizes: list[int]) -> bool:
    """Whether a loop runs through examples, or so few blocks of rows that each has many positions."""
    if sizes[-1] == spec.batch or (len(sizes) == 3 and sizes[1] == spec.batch):
        return True
    count, step = sizes[1:]
    places = prod(spec.output_size if count in spec.output_size else spec.input_size)
    return -(-count // step) <= 1 + 2 * places // FEWEST_POSITIONS


EMIT = """
import hashlib, sys
from convgen import ConvSpec, generate
for text in sys.stdin.read().splitlines():
    for target in ("c", "numpy"):
        for form in (None, "loops") if target == "c" else (None, "blocks", "positions", "matrix"):
            kernel = generate(ConvSpec.parse(text), target, forms=form)
            for name, content in kernel.files.items():
                print(name, hashlib.sha256(content.encode()).hexdigest())
"""


def test_the_bytes_depend_on_nothing_but_the_request(tmp_path: Path) -> None:
    """Under other hash seeds and from another directory the same files come out."""
    answers = []
    for seed, directory in (("0", ROOT), ("1", tmp_path), ("4242", tmp_path)):
        done = subprocess.run(
            [sys.executable, "-c", EMIT],
            input="\n".join(map(str, (*NASTY[::4], *LAYERS[::2]))),
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            cwd=directory,
            capture_output=True,
            text=True,
            check=True,
        )
        answers.append(done.stdout)
    assert len(answers[0].splitlines()) > 80
    assert answers[0] == answers[1] == answers[2]
