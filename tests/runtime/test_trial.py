"""What a compiler builds is tried before it is kept, and built with caution where it is wrong or cannot be had."""

from __future__ import annotations

import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from convgen.errors import CompilerError, FallbackWarning
from convgen.kernels import generate
from convgen.kernels.kernel import PASSES, pass_inputs, pass_output
from convgen.layout import user_shape
from convgen.runtime import LoadedKernel, c_backend, load, load_kernel, trial
from convgen.runtime.numpy_backend import numpy_backend
from convgen.runtime.trial import Trial, whole_numbers
from convgen.spec import ConvSpec
from oracles import scipy_oracle
from runtime.by_hand import COMPILER, OUTPUT, PROBED, by_hand, entries, kernel_of, works

Script = Callable[..., Path]

SPEC = ConvSpec((5, 6), (2, 3), 3, 4, padding=((1, 0), (0, 1)))

CAUTIOUS = f'case "$*" in *-DCONVGEN_PORTABLE*) exec {COMPILER} "$@";; esac\n'
"""A compiler that is a good one for a build with caution."""

MISCOMPILES = (
    f"for word; do source=$word; done; {OUTPUT}"
    'sed "/;$/s/ += / -= /" "$source" > "$source.wrong.c"; '
    f'exec {COMPILER} -shared -fPIC -o "$output" "$source.wrong.c"'
)


def _is_right(f: LoadedKernel) -> bool:
    arrays = whole_numbers(f.spec)
    expected = scipy_oracle.answers(f.spec, arrays)
    got = {"O": f.forward(arrays["X"], arrays["K"], arrays["b"])}
    got["dX"], got["dK"], got["db"] = f.backward(arrays["X"], arrays["K"], arrays["dO"])
    return all(np.array_equal(got[name], expected[name]) for name in got)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            MISCOMPILES,
            r"miscompiles kernel 'conv.*': \w+ gives \w+\[0.*\] = .* where it is .*entries are wrong",
        ),
        ("kill -SEGV $$", r"was ended by SIGSEGV; it printed nothing"),
        (
            "echo 'gcc: internal compiler error: Segmentation fault signal terminated program cc1' >&2; exit 4",
            r"crashed, with status 4; it printed:\ngcc: internal compiler error: Segm",
        ),
        (
            "echo 'clang: error: unable to execute command: Killed' >&2; exit 254",
            r"crashed, with status 254; it printed:\nclang: error: unable to exec",
        ),
        ("echo 'PLEASE submit a bug report' >&2; exit 139", r"crashed, with status 139; it printed:\nPLEASE"),
        (
            "echo 'gcc: fatal error: Killed signal terminated program cc1' >&2; exit 1",
            r"crashed, with status 1; it printed:\ngcc: fatal error: Killed",
        ),
        ("sleep 1000", r"did not finish within 2 seconds and was ended; set CONVGEN_COMPILE_TIMEOUT"),
    ],
)
def test_a_compiler_that_cannot_build_as_usual_builds_with_caution_and_says_so(
    monkeypatch: pytest.MonkeyPatch, script: Script, cache: Path, body: str, words: str
) -> None:
    monkeypatch.setenv("CC", str(script(PROBED + CAUTIOUS + body)))
    if "sleep" in body:
        monkeypatch.setenv("CONVGEN_COMPILE_TIMEOUT", "2")
    with pytest.warns(FallbackWarning, match=words) as caught:
        f = load(SPEC, forms="loops")
    (warning,) = caught
    assert str(warning.message).endswith(
        "\nBuilt with -O1 -fno-tree-vectorize -DCONVGEN_PORTABLE instead, which is right but slow."
    )
    assert "fake-cc" in str(warning.message)
    assert _is_right(f)
    (entry,) = entries(cache)
    assert not [each for each in (cache / entry).iterdir() if each.name.startswith(("usual", "cautious"))]
    script(PROBED + "exit 1")  # the entry is whole: it is not built again
    c_backend._load.cache_clear()  # as in another process
    with pytest.warns(FallbackWarning, match=words):
        assert _is_right(load(SPEC, forms="loops"))


def test_a_compiler_that_miscompiles_even_with_caution_is_refused(
    monkeypatch: pytest.MonkeyPatch, script: Script, cache: Path
) -> None:
    monkeypatch.setenv("CC", str(script(PROBED + MISCOMPILES)))
    with pytest.raises(
        CompilerError,
        match=r"(?s)miscompiles kernel .*\nand with -O1 .*-DCONVGEN_PORTABLE, .* miscompiles kernel 'conv",
    ):
        load(SPEC, forms="loops")
    assert entries(cache) == []


def test_a_text_that_the_compiler_refuses_is_not_built_twice(
    monkeypatch: pytest.MonkeyPatch, script: Script, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    monkeypatch.setenv("CC", str(script(f"{PROBED}echo built >> {log}; exit 1")))
    with pytest.raises(CompilerError, match="failed with status 1"):
        load(SPEC)
    assert log.read_text() == "built\n"


def test_a_good_compiler_is_not_warned_of_and_leaves_nothing_beside_the_library(cache: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert _is_right(load(SPEC))
    (entry,) = entries(cache)
    names = {path.name for path in (cache / entry).iterdir()}
    assert {Path(name).suffix for name in names} == {"", ".c", ".h", ".so"}
    assert len(names) == 4


def test_a_text_of_ones_own_is_not_tried() -> None:
    """A kernel that is wrong on purpose can be loaded and looked at."""
    kernel = by_hand()
    assert works(load_kernel(kernel))
    wrong = kernel.source.replace("sum += X", "sum -= X")
    assert wrong != kernel.source
    assert not works(load_kernel(kernel_of(wrong)))


def _stored(array: np.ndarray, address: int) -> None:
    import ctypes

    ctypes.memmove(address, array.ctypes.data, array.nbytes)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("broken", PASSES)
def test_a_unit_in_the_last_entry_of_any_pass_is_seen(broken: str, dtype: str) -> None:
    kernel = generate(SPEC, dtype=dtype)
    arrays = whole_numbers(SPEC, dtype)
    expected = scipy_oracle.answers(SPEC, arrays)

    def passes(broken: str | None) -> dict[str, Callable[..., None]]:
        def of(name: str) -> Callable[..., None]:
            result = np.ascontiguousarray(expected[pass_output(name)], dtype)
            if name == broken:
                result.flat[-1] += 1
            return lambda *addresses: _stored(result, addresses[-1])

        return {name: of(name) for name in PASSES}

    assert Trial(kernel).fault(passes(None)) is None
    last = ", ".join(str(size - 1) for size in user_shape(SPEC, pass_output(broken)))
    fault = Trial(kernel).fault(passes(broken))
    assert fault is not None
    assert fault.startswith(f"{broken} gives {pass_output(broken)}[{last}] = ")
    assert "; 1 of " in fault


FORKS = """
import os, signal
import numpy as np
import convgen as cg

spec = cg.ConvSpec((56, 56), (3, 3), 32, 32, padding=1, layout="HWC")
f = cg.load(spec, threads=2)
assert f.kernel.is_shared
X, K, b = (np.ones(shape, np.float32) for shape in (spec.input_shape, spec.kernel_shape, spec.bias_shape))
child = os.fork()
if not child:
    signal.alarm(20)
    os._exit(int(f.forward(X, K, b)[1, 1, 0] != 9 * 32 + 1))
raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_process_that_has_tried_a_kernel_for_threads_may_fork() -> None:
    """OpenMP's threads of gcc do not survive a fork: those of a trial are gone by then."""
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", FORKS], timeout=100).returncode == 0


def test_winograd_is_held_to_its_bound_and_no_closer(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = ConvSpec((9, 10), (3, 3), 5, 6, padding=1)
    assert load(spec, algorithm="winograd:4").forward is not None
    monkeypatch.setattr(trial, "winograd_tolerance", lambda *_: 0.0)
    shutil.rmtree(c_backend.open_cache().root)
    c_backend._load.cache_clear()
    with pytest.raises(CompilerError, match="miscompiles"):
        load(spec, algorithm="winograd:4")


def test_layers_that_numpy_would_take_long_for_are_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("tried")

    tried = Trial(generate(SPEC))
    with pytest.raises(AssertionError, match="tried"):
        tried.fault(dict.fromkeys(PASSES, refused))
    monkeypatch.setattr(trial, "TRIED_PRODUCTS", SPEC.multiply_adds - 1)
    assert tried.fault(dict.fromkeys(PASSES, refused)) is None


def test_no_sum_of_a_trial_leaves_the_whole_numbers() -> None:
    """The largest entries that there could be, at the edge and past it; NumPy's kernel gives the edge exactly."""
    edge = ConvSpec((1, 2**22), (1, 1))
    assert trial.sums_are_exact(edge, "backward_weights", "float32")
    past = ConvSpec((1, 2**22 + 1), (1, 1))
    assert not trial.sums_are_exact(past, "backward_weights", "float32")
    assert trial.sums_are_exact(past, "backward_weights", "float64")
    assert trial.sums_are_exact(past, "forward", "float32")
    functions = numpy_backend(generate(edge, target="numpy")).functions
    full = {
        name: np.full(user_shape(edge, name), 2, np.float32) for name in pass_inputs(edge, "backward_weights")
    }
    dK = np.zeros(user_shape(edge, "K"), np.float32)
    functions["backward_weights"](*full.values(), dK)
    assert dK.item() == 2**24
