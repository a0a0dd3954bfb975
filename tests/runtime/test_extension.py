"""The extension module takes every call that is plainly right and no other, and is kept as libraries are."""

from __future__ import annotations

import gc
import inspect
import operator
import os
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from convgen import ConvSpec, load
from convgen.errors import ArrayError, ConvgenError, PlanError
from convgen.kernels.kernel import OpCount
from convgen.runtime import LoadedKernel, extension, load_kernel
from convgen.runtime.arrays import Signature
from convgen.runtime.cache import Cache
from runtime.by_hand import COMPILER, OUTPUT, ROOT, by_hand, entries, kernel_of, python, works

Script = Callable[..., Path]
F32 = np.float32
ARRAYS = {"X": (4, 6), "K": (2, 3), "b": (1,), "dO": (3, 4)}
RESULTS = {"O": (3, 4), "dX": (4, 6), "dK": (2, 3), "db": (1,)}
METHODS = {
    "forward": (("X", "K", "b"), ("O",)),
    "backward": (("X", "K", "dO"), ("dX", "dK", "db")),
    "backward_data": (("K", "dO"), ("dX",)),
    "backward_weights": (("X", "dO"), ("dK",)),
    "backward_bias": (("dO",), ("db",)),
}


@pytest.fixture(autouse=True)
def way(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.delenv("CONVGEN_CALL", raising=False)
    return "extension"


@pytest.fixture
def forget() -> Iterator[Callable[[], None]]:
    """Makes this process forget the module that it has loaded, as a new process would; and afterwards the test's."""
    yield extension._extension.cache_clear
    extension._extension.cache_clear()


def integers(names: tuple[str, ...]) -> list[np.ndarray]:
    random = np.random.default_rng(len(names))
    return [random.integers(-8, 9, (ARRAYS | RESULTS)[name]).astype(F32) for name in names]


# ---- what it takes ------------------------------------------------------------------------------------


def never(*_: object, **__: object) -> None:
    raise AssertionError("this call was checked in Python")


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("method", METHODS)
def test_calls_that_are_plainly_right_never_reach_python(
    monkeypatch: pytest.MonkeyPatch, method: str, bias: bool
) -> None:
    f = load_kernel(by_hand(bias=bias))
    names, outputs = METHODS[method]
    if not bias:
        names = tuple(name for name in names if name != "b")
        if method == "backward_bias":
            return
    given = integers(names)
    out: object = tuple(np.full(RESULTS[name], np.nan, F32) for name in outputs)
    if method == "backward":
        out = out if bias else (*out[:2], None)
    else:
        (out,) = out
    expected = getattr(f, method).__wrapped__(*given)
    monkeypatch.setattr(Signature, "admit", never)
    call = getattr(f, method)
    by_name = dict(reversed(list(zip(names, given, strict=True))))
    for found in (
        call(*given),
        call(*given, out=None),
        call(*given, out=out),
        call(**by_name),
        call(given[0], **{name: by_name[name] for name in names[1:]}, out=out),
    ):
        pairs = zip(found, expected, strict=True) if method == "backward" else [(found, expected)]
        for left, right in pairs:
            assert (left is None) == (right is None)
            assert right is None or np.array_equal(left, right)
    result = call(*given, out=out)
    assert result is out or all(new is old for new, old in zip(result, out, strict=True))
    with pytest.raises(AssertionError, match="checked in Python"):
        call(*given[:-1], given[-1].astype(np.float64))


def test_prepared_weights_never_reach_python_either(monkeypatch: pytest.MonkeyPatch) -> None:
    for text in (
        "input=6x7 kernel=3x3 in-channels=20 out-channels=24 padding=1 layout=HWC",
        "input=3x3 kernel=2x2",
    ):
        spec = ConvSpec.parse(text)
        X, K, b, dO = (
            np.random.default_rng(0).integers(-3, 4, shape).astype(F32)
            for shape in (spec.input_shape, spec.kernel_shape, spec.bias_shape, spec.output_shape)
        )
        loaded = load(spec)
        expected = loaded.forward(X, K, b), loaded.backward_data(K, dO)
        prepared = loaded.prepare(K)
        with monkeypatch.context() as patch:
            patch.setattr(Signature, "admit", never)
            out = np.empty_like(expected[0])
            assert prepared.forward(X, b, out=out) is out
            assert np.array_equal(out, expected[0])
            assert np.array_equal(prepared.forward(b=b, X=X), expected[0])
            assert np.array_equal(prepared.backward_data(dO), expected[1])


def test_prepared_weights_are_not_written_over() -> None:
    spec = ConvSpec((2, 2), (2, 2))
    prepared = load(spec).prepare(np.ones((2, 2), F32))
    dO = np.ones((1, 1), F32)
    with pytest.raises(ArrayError, match="read-only"):
        prepared.backward_data(dO, out=prepared.K)
    prepared.K.flags.writeable = True
    with pytest.raises(ArrayError, match="shares memory with K"):
        prepared.backward_data(dO, out=prepared.K)


def test_a_method_is_described_as_the_one_in_python() -> None:
    f = load_kernel(by_hand())
    for name in METHODS:
        plain, method = getattr(LoadedKernel, name), getattr(f, name)
        assert (method.__doc__, method.__name__, method.__module__) == (
            plain.__doc__,
            name,
            "convgen.runtime.loaded",
        )
        assert str(inspect.signature(method)) == str(inspect.signature(plain)).replace("self, ", "", 1)
        assert name in repr(method)


# ---- what it does not take ----------------------------------------------------------------------------


class Other(np.ndarray):
    """A subclass that does nothing."""


NASTY = {
    "None": lambda a: None,
    "a number": lambda a: 1.0,
    "bytes": lambda a: a.tobytes(),
    "a view of memory": memoryview,
    "its class": lambda a: type(a),
    "a subclass": lambda a: a.view(Other),
    "objects": lambda a: a.astype(object),
    "records": lambda a: a.view([("real", "f4")]),
    "text": lambda a: a.astype("U4"),
    "complex": lambda a: a.astype(np.complex64),
    "no axes": lambda a: F32(1) + np.zeros((), F32),
    "a scalar array": lambda a: np.zeros((), F32),
    "thirty axes": lambda a: np.zeros((1,) * 30, F32),
    "no entries": lambda a: np.zeros((0, *a.shape[1:]), F32),
    "no entries at the end": lambda a: np.zeros((*a.shape[:-1], 0), F32),
    "byte order": lambda a: a.astype(a.dtype.newbyteorder("S")),
    "every other": lambda a: np.zeros((*a.shape[:-1], 2 * a.shape[-1]), F32)[..., ::2],
    "backwards": lambda a: a[::-1] if a.ndim > 1 else np.broadcast_to(a, (3,)),
    "all the same": lambda a: np.broadcast_to(F32(1), a.shape),
    "integers of the same size": lambda a: a.view(np.int32),
    "another shape of the same size": lambda a: a.reshape(-1, 1),
}


def told(call: Callable[[], object]) -> object:
    """The result of a call, or its error in full."""
    try:
        return call()
    except Exception as error:
        return type(error), str(error)


@pytest.mark.parametrize("nasty", NASTY)
@pytest.mark.parametrize("method", METHODS)
def test_nothing_that_it_is_given_has_another_answer_than_in_python(method: str, nasty: str) -> None:
    f = load_kernel(by_hand())
    plain = getattr(f, method).__wrapped__
    names, outputs = METHODS[method]
    for place in range(len(names) + len(outputs)):
        answers = []
        for call in (getattr(f, method), plain):
            arrays = [*integers(names), *(np.zeros(RESULTS[name], F32) for name in outputs)]
            arrays[place] = NASTY[nasty](arrays[place])
            inputs, given = arrays[: len(names)], tuple(arrays[len(names) :])
            out = given if method == "backward" else given[0]
            answers.append(told(lambda call=call, inputs=inputs, out=out: call(*inputs, out=out)))
        first, second = answers
        assert type(first) is type(second)
        if isinstance(first, tuple) and isinstance(first[0], type):
            assert first == second
            assert issubclass(first[0], ConvgenError)
        else:
            np.testing.assert_equal(first, second)


WRONG_CALLS = {
    "nothing": lambda f, X, K, b: f.forward(),
    "too few": lambda f, X, K, b: f.forward(X),
    "too many": lambda f, X, K, b: f.forward(X, K, b, X),
    "one twice": lambda f, X, K, b: f.forward(X, K, b, X=X),
    "an unknown name": lambda f, X, K, b: f.forward(X, K, b, into=X),
    "a name that is no text": lambda f, X, K, b: f.forward(X, K, **{3: b}),
    "out and a list": lambda f, X, K, b: f.backward(X, K, K, out=[None, None, None]),
    "out by place": lambda f, X, K, b: f.backward_bias(X, X),
}


@pytest.mark.parametrize("wrong", WRONG_CALLS)
def test_a_call_with_the_wrong_arguments_is_refused_as_in_python(
    wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrays = integers(("X", "K", "b"))
    first = told(lambda: WRONG_CALLS[wrong](load_kernel(by_hand()), *arrays))
    monkeypatch.setenv("CONVGEN_CALL", "ctypes")
    assert first == told(lambda: WRONG_CALLS[wrong](load_kernel(by_hand()), *arrays))
    assert issubclass(first[0], TypeError if "out and" not in wrong else ArrayError)


def test_a_name_that_is_not_the_very_same_text_is_understood() -> None:
    f = load_kernel(by_hand())
    X, K, b = integers(("X", "K", "b"))
    names = ["".join(part) for part in (["o", "ut"], ["b", ""])]
    O = np.zeros((3, 4), F32)
    assert f.forward(X, K, **dict(zip(names, (O, b), strict=True))) is O


def test_a_result_about_whose_writing_numpy_warns_is_not_written_in_silence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    f = load_kernel(by_hand())
    shared, _ = np.broadcast_arrays(F32(0), np.zeros(1, F32))
    monkeypatch.setattr(Signature, "admit", never)
    with pytest.raises(AssertionError, match="checked in Python"):
        f.backward_bias(np.zeros((3, 4), F32), out=shared)


# ---- memory -------------------------------------------------------------------------------------------


def test_references_are_given_back_whatever_becomes_of_a_call() -> None:
    f = load_kernel(by_hand())
    X, K, b, dO = arrays = integers(("X", "K", "b", "dO"))
    outs = tuple(np.zeros(RESULTS[name], F32) for name in ("O", "dX", "dK", "db"))
    watched = [*arrays, *outs, X.dtype, np.ndarray, f.forward, f.backward]

    def calls() -> None:
        f.forward(X, K, b)
        f.forward(X, K, b, out=outs[0])
        f.backward(X, K, dO)
        f.backward(X, K, dO, out=outs[1:])
        f.backward(X, K, dO, out=(None, outs[2], None))
        with pytest.raises(ArrayError):
            f.forward(X, K, None, out=outs[0])
        with pytest.raises(ArrayError):
            f.forward(K, K, b, out=outs[0])
        with pytest.raises(ArrayError):
            f.backward(X, K, dO, out=(X, None, None))
        with pytest.raises(TypeError):
            f.forward(X, K, b, nothing=X)

    calls()  # what is kept from then on is kept once
    before = [sys.getrefcount(each) for each in watched]
    for _ in range(20):
        calls()
    gc.collect()
    after = [sys.getrefcount(each) for each in watched]
    assert after[: len(arrays) + len(outs)] == before[: len(arrays) + len(outs)]
    assert all(map(operator.le, after, before))  # others, too, may give back what they held of a type


def test_many_calls_leave_no_memory_behind() -> None:
    f = load_kernel(kernel_of(SCRATCH, bias=False, workspace_bytes=4096))
    X, K, dO = integers(("X", "K", "dO"))

    def calls(count: int) -> int:
        for _ in range(count):
            f.backward(X, K, dO)
            f.forward(X, K)
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        calls(100)
        before = calls(1)
        assert calls(20_000) - before < 2000
    finally:
        tracemalloc.stop()


def test_a_method_alone_keeps_its_library_and_gives_it_up(cache: Path) -> None:
    """What a method holds must not hold the method, or libraries would stay until memory is short."""
    gc.collect()
    gc.disable()
    try:
        f = load_kernel(kernel_of(by_hand().source + "\n/* held by a method */\n"))
        path, forward, bytes_ = str(f.path), f.forward, integers(("X", "K", "b"))
        from convgen.runtime import c_backend

        c_backend._load.cache_clear()
        del f
        assert path in Path("/proc/self/maps").read_text()
        assert forward(*bytes_).shape == (3, 4)
        del forward
        gc.enable()
        gc.collect()
        assert path not in Path("/proc/self/maps").read_text()
    finally:
        gc.enable()


# ---- threads ------------------------------------------------------------------------------------------

SCRATCH = """
#include <stdint.h>

void by_hand_forward(const float *X, const float *K, float *O, void *workspace) {
    float *scratch = workspace;
    for (int p = 0; p < 24; p++)
        scratch[p] = X[p] + K[0];
    for (int round = 0; round < 2000; round++)
        for (int p = 0; p < 24; p++)
            scratch[p] += round % 2 ? -K[1] : K[1];
    for (int p = 0; p < 11; p++)
        O[p] = scratch[p];
    O[11] = (float)((uintptr_t)workspace % 64);
}

void by_hand_backward_data(const float *K, const float *dO, float *dX, void *workspace) {
    for (int p = 0; p < 24; p++)
        dX[p] = K[0] * dO[0];
    *(const void **)workspace = workspace;
}

void by_hand_backward_weights(const float *X, const float *dO, float *dK, void *workspace) {
    for (int p = 0; p < 6; p++)
        dK[p] = (float)((uintptr_t)workspace >> (8 * p) & 255);
    (void)X, (void)dO;
}
"""


def long(source: str, **options: object) -> LoadedKernel:
    """A kernel that lets go of the interpreter's lock."""
    kernel = kernel_of(source, bias=False, **options)
    return load_kernel(replace(kernel, op_count=dict.fromkeys(kernel.op_count, OpCount(10**6, 10**6))))


def test_threads_inside_a_pass_together_have_scratch_memory_of_their_own() -> None:
    f = long(SCRATCH, workspace_bytes=24 * 4)
    wrong: list[int] = []

    def work(seed: int) -> None:
        random = np.random.default_rng(seed)
        X, K = (random.integers(-8, 9, ARRAYS[name]).astype(F32) for name in "XK")
        expected = (X.reshape(-1)[:12] + K[0, 0]).reshape(3, 4)
        expected[2, 3] = 0  # the address of the workspace, modulo 64
        wrong.extend(seed for _ in range(200) if not np.array_equal(f.forward(X, K), expected))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_scratch_memory_is_used_again() -> None:
    f = load_kernel(kernel_of(SCRATCH, bias=False, workspace_bytes=1 << 20))
    X, dO = integers(("X", "dO"))
    places = {f.backward_weights(X, dO).tobytes() for _ in range(50)}
    assert len(places) == 1


WAITING = """
#define _POSIX_C_SOURCE 199309L
#include <time.h>

void by_hand_forward(const float *X, const float *K, float *O) {
    const struct timespec pause = {0, 1000000};
    for (int round = 0; round < 20000 && *(const volatile float *)X == 0; round++)
        nanosleep(&pause, 0);
    for (int p = 0; p < 12; p++)
        O[p] = *(const volatile float *)X;
    (void)K;
}

void by_hand_backward_data(const float *K, const float *dO, float *dX) { *dX = *K * *dO; }
void by_hand_backward_weights(const float *X, const float *dO, float *dK) { *dK = *X * *dO; }
"""


def test_a_long_call_lets_other_threads_run() -> None:
    """It ends only when another thread has written what it waits for."""
    f = long(WAITING)
    X, K = np.zeros((4, 6), F32), np.zeros((2, 3), F32)
    other = threading.Timer(0.2, lambda: X.fill(3))
    other.start()
    assert (f.forward(X, K) == 3).all()
    other.join()


STRAIN = """
import gc, sys, threading
import numpy as np
from convgen.errors import ConvgenError
from convgen.runtime import load_kernel
from runtime.by_hand import by_hand
f = load_kernel(by_hand())
assert f.call == "extension", f.call
shapes = {"X": (4, 6), "K": (2, 3), "b": (1,), "dO": (3, 4)}
X, K, b, dO = (np.ones(shape, "f4") for shape in shapes.values())
def strain():
    p = f.prepare(K)
    for number in range(300):
        f.forward(X, K, b), f.backward(X, K, dO), p.forward(X, b), p.backward_data(dO)
        for wrong in (None, 3, X[::2], X.astype(">f4"), X.astype(object), np.zeros((0, 6), "f4"), p, f):
            for call in (lambda: f.forward(wrong, K, b), lambda: f.backward(X, K, dO, out=(wrong, wrong, wrong))):
                try:
                    call()
                except ConvgenError:
                    pass
        f.backward(X, K, dO, out=(None, None, None))
        if number % 50 == 0:
            gc.collect()
threads = [threading.Thread(target=strain) for _ in range(3)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
del f
gc.collect()
print("held")
"""


@pytest.mark.parametrize("options", [["-X", "dev"], ["-X", "dev", "-O"], ["-W", "error", "-E"]], ids=" ".join)
def test_python_in_its_developers_mode_finds_nothing(options: list[str]) -> None:
    environment = {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}", "PYTHONMALLOC": "debug"}
    code = f"import sys; sys.path[:0] = {[str(ROOT), str(ROOT / 'tests')]!r}\n{STRAIN}"
    process = subprocess.run(
        [sys.executable, *options, "-c", code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (process.returncode, process.stdout, process.stderr) == (0, "held\n", "")


# ---- the other way, and the cache ---------------------------------------------------------------------


def test_a_way_that_does_not_exist_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVGEN_CALL", "cython")
    with pytest.raises(
        PlanError, match=r"\$CONVGEN_CALL is 'cython'; ways to call a C kernel are extension, ctypes"
    ):
        load_kernel(by_hand())


@pytest.mark.parametrize("missing", extension.HEADERS)
def test_without_headers_calls_go_through_ctypes(
    missing: str, monkeypatch: pytest.MonkeyPatch, forget: Callable[[], None], cache: Path
) -> None:
    assert extension.include_directories() is not None
    headers = tuple(f"{name}.missing" if name == missing else name for name in extension.HEADERS)
    monkeypatch.setattr(extension, "HEADERS", headers)
    assert extension.include_directories() is None
    forget()
    f = load_kernel(by_hand())
    assert f.call == "ctypes"
    assert works(f)
    assert works_prepared(f)
    assert len(entries(cache)) == 1


def works_prepared(f: LoadedKernel) -> bool:
    X, K, b = (np.ones(ARRAYS[name], F32) for name in "XKb")
    return bool((f.prepare(K).forward(X, b) == 7).all())


@pytest.mark.parametrize(
    "body",
    ["exit 1", f"{OUTPUT} : > $output", f"{OUTPUT} echo no library > $output", f"{OUTPUT} cp ELSE $output"],
    ids=["fails", "empty", "garbage", "another library"],
)
def test_a_compiler_that_builds_no_extension_leaves_ctypes(
    body: str, script: Script, monkeypatch: pytest.MonkeyPatch, cache: Path, tmp_path: Path
) -> None:
    monkeypatch.setenv("CONVGEN_CALL", "ctypes")
    other = load_kernel(by_hand(name="other")).path
    monkeypatch.delenv("CONVGEN_CALL")
    body = body.replace("ELSE", str(other))
    path = script(f'case "$*" in *call.c) {body}; exit;; esac\nexec {COMPILER} "$@"')
    monkeypatch.setenv("CC", str(path))
    f = load_kernel(by_hand())
    assert f.call == "ctypes"
    assert works(f)
    assert len(entries(cache)) == 2  # the two kernels


LOAD = """
from convgen.runtime import load_kernel
from runtime.by_hand import by_hand, works
f = load_kernel(by_hand())
assert works(f)
print(f.call)
"""


def modules_in(cache: Path) -> list[Path]:
    return sorted(cache.glob("*/convgen_call.so"))


def test_it_is_built_once_for_all_kernels_and_found_by_the_next_process(
    cache: Path, script: Script, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    path = script(f'printf "%s\\n" "$*" >> {log}; exec {COMPILER} "$@"')
    for name in ("one", "two"):
        process = python(LOAD.replace("by_hand()", f"by_hand(name={name!r})"), CC=str(path))
        assert process.communicate()[0] == "extension\n"
    built = [line.split()[-1] for line in log.read_text().splitlines() if " -o " in line]
    assert sorted(Path(each).name for each in built) == ["call.c", "one.c", "two.c"]
    assert len(modules_in(cache)) == 1
    assert len(entries(cache)) == 3


def test_nothing_is_built_by_an_import(cache: Path) -> None:
    code = "import convgen, convgen.runtime.loaded; convgen.load, convgen.generate"
    process = python(code, CC="/nowhere/cc")
    assert (process.communicate()[0], process.returncode) == ("", 0)
    assert not cache.exists()


def test_processes_that_build_it_at_once_all_work(cache: Path, script: Script, tmp_path: Path) -> None:
    """No compiler may finish the module before all have begun it."""
    path = script(
        f'case "$*" in *call.c) : > {tmp_path}/began-$$; '
        f'while [ "$(ls {tmp_path} | grep -c began)" -lt 3 ]; do sleep 0.01; done;; esac\nexec {COMPILER} "$@"'
    )
    processes = [python(LOAD, CC=str(path)) for _ in range(3)]
    assert [process.communicate(timeout=120)[0] for process in processes] == ["extension\n"] * 3
    assert len(entries(cache)) == 2


@pytest.mark.parametrize("damage", ["flipped", "truncated", "absent", "another"])
def test_a_damaged_module_is_never_loaded_but_built_anew(
    damage: str, cache: Path, forget: Callable[[], None]
) -> None:
    forget()
    assert load_kernel(by_hand()).call == "extension"
    (path,) = modules_in(cache)
    whole = path.read_bytes()
    path.unlink()
    half = len(whole) // 2
    if damage == "flipped":
        path.write_bytes(whole[:half] + bytes([whole[half] ^ 1]) + whole[half + 1 :])
    elif damage == "truncated":
        path.write_bytes(whole[:half])
    elif damage == "another":
        path.write_bytes(next(each for each in cache.glob("*/by_hand.so")).read_bytes())
    forget()
    f = load_kernel(by_hand())
    assert f.call == "extension"
    assert works(f)
    assert Cache(cache).find(path.parent.name, path.name) == path


def test_what_a_killed_process_left_is_never_loaded(cache: Path, script: Script) -> None:
    path = script(
        f'case "$*" in *call.c) {OUTPUT} echo half > "$output"; kill -KILL $PPID;; *) exec {COMPILER} "$@";; esac'
    )
    process = python(LOAD, CC=str(path))
    process.communicate()
    assert process.returncode == -9
    assert modules_in(cache) == []
    assert python(LOAD).communicate()[0] == "extension\n"
    assert len(modules_in(cache)) == 1


@pytest.mark.parametrize("changed", ["version", "numpy", "text", "flags"])
def test_whatever_can_change_the_module_changes_its_key(
    changed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiler = extension.find_compiler()
    arguments = ["text", compiler, ("-I/include",)]
    before = extension._key(*arguments)
    if changed == "version":
        monkeypatch.setattr(extension.sys, "version", "another Python")
    elif changed == "numpy":
        monkeypatch.setattr(np, "__version__", "1.26.0")
    else:
        arguments[{"text": 0, "flags": 2}[changed]] = ("another",)
    assert extension._key(*arguments) != before
