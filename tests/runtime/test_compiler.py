"""The C compiler is found, known and run; whatever it does wrong becomes an error that says what and why."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from convgen.errors import CompilerError
from convgen.runtime import compiler as compiler_module
from convgen.runtime import load_kernel
from convgen.runtime.compiler import find_compiler
from runtime.by_hand import COMPILER, OUTPUT, PROBED, by_hand, entries, kernel_of, works

Script = Callable[..., Path]


def test_without_any_compiler_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CompilerError) as caught:
        load_kernel(by_hand())
    assert str(caught.value) == (
        "no C compiler: none of cc, gcc, clang is in $PATH; install one (Debian or Ubuntu: "
        "apt-get install gcc libc6-dev; Fedora: dnf install gcc; macOS: xcode-select --install) "
        "or name yours in $CC; "
        'target="numpy" needs no compiler'
    )
    assert not cache.exists()
    assert works(load_kernel(by_hand("numpy")))
    monkeypatch.undo()
    monkeypatch.setenv("CONVGEN_CACHE_DIR", str(cache))
    monkeypatch.delenv("CC", raising=False)
    assert works(load_kernel(by_hand()))


@pytest.mark.parametrize("present", [("cc", "gcc", "clang"), ("gcc", "clang"), ("clang",)])
def test_the_first_of_cc_gcc_clang_is_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: Script, present: tuple[str, ...]
) -> None:
    for name in present:
        script(f'exec {COMPILER} "$@"', name)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_compiler().command == (str(tmp_path / present[0]),)


def test_cc_with_arguments_is_used_as_it_stands(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: Script
) -> None:
    log = tmp_path / "log"
    path = script(f'printf "%s\\n" "$*" >> {log}; shift 2; exec {COMPILER} "$@"', "wrapped cc")
    monkeypatch.setenv("CC", f"'{path}' first 'second word'")
    assert works(load_kernel(by_hand()))
    calls = log.read_text().splitlines()
    assert calls
    assert all(call.startswith("first second word ") for call in calls)


def test_the_library_is_built_for_this_machine_and_arguments_of_cc_are_part_of_the_compiler(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = find_compiler()
    assert {"-march=native", "-mcpu=native"}.intersection(own.flags)
    monkeypatch.setenv("CC", f"{COMPILER} -DHERE=1")
    other = find_compiler()
    assert other.flags == own.flags
    assert (other.identity, other.machine) != (own.identity, own.machine)


@pytest.mark.parametrize(
    ("macros", "told"),
    [("__GNUC__ 12", True), ("__clang__ 1\n#define __GNUC__ 4", False), ("__TINYC__ 1", False)],
)
def test_only_gcc_is_told_what_only_gcc_understands(
    monkeypatch: pytest.MonkeyPatch, script: Script, macros: str, told: bool
) -> None:
    monkeypatch.setenv("CC", str(script(PROBED.replace("__FAKE__ 1", macros))))
    assert set(compiler_module.GCC_FLAGS).issubset(find_compiler().flags) is told


@pytest.mark.parametrize("word", ["-march=x", "-mcpu=x"])
def test_native_is_not_added_where_cc_names_a_machine(
    monkeypatch: pytest.MonkeyPatch, script: Script, word: str
) -> None:
    monkeypatch.setenv("CC", f"{script(PROBED)} {word}")
    assert not any("native" in flag for flag in find_compiler().flags)


def test_a_compiler_that_cannot_say_native_is_asked_otherwise(
    monkeypatch: pytest.MonkeyPatch, script: Script
) -> None:
    for refused, last in [("-march=native", "-mcpu=native"), ("native", compiler_module.FLAGS[-1])]:
        path = script(f'case "$*" in *{refused}*) echo no >&2; exit 1;; esac\n{PROBED}', f"cc-{last}")
        monkeypatch.setenv("CC", str(path))
        assert find_compiler().flags[-1] == last


@pytest.mark.parametrize(
    ("named", "words"),
    [
        (
            "no-such-cc -O3",
            r"\$CC is 'no-such-cc -O3', but there is no command 'no-such-cc' in \$PATH; unset CC",
        ),
        ("/nowhere/cc", r"no command '/nowhere/cc'"),
        ("cc 'open", r"\$CC is \"cc 'open\", which cannot be split into words: No closing quotation"),
    ],
)
def test_a_cc_that_names_nothing_is_not_passed_over(
    monkeypatch: pytest.MonkeyPatch, named: str, words: str
) -> None:
    monkeypatch.setenv("CC", named)
    with pytest.raises(CompilerError, match=words):
        find_compiler()


@pytest.mark.parametrize("named", ["", "  "])
def test_an_empty_cc_is_none(monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    monkeypatch.setenv("CC", named)
    assert Path(find_compiler().command[0]).name in compiler_module.NAMES


def test_a_compiler_of_another_kind_of_machine_cannot_be_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "foreign-cc"
    path.write_bytes(b"\x7fELF but not really")
    path.chmod(0o700)
    monkeypatch.setenv("CC", str(path))
    with pytest.raises(CompilerError, match=r"cannot run .*foreign-cc.*: Exec format error; install one"):
        find_compiler()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("exit 3", r"failed with status 3; it printed nothing"),
        ("echo broken tool chain >&2; exit 1", r"failed with status 1; it printed:\nbroken tool chain$"),
        ("exit 0", r"named no predefined macros, as a C compiler does; it printed nothing"),
        ("kill -SEGV $$", r"was ended by SIGSEGV; it printed nothing"),
    ],
)
def test_a_compiler_that_cannot_even_be_asked_is_refused(
    monkeypatch: pytest.MonkeyPatch, script: Script, body: str, words: str, cache: Path
) -> None:
    monkeypatch.setenv("CC", str(script(body)))
    with pytest.raises(CompilerError, match=words) as caught:
        load_kernel(by_hand())
    assert "fake-cc" in str(caught.value)
    assert not cache.exists()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("exit 3", r"failed with status 3; it printed nothing"),
        (
            "echo 'a.c:1: no such thing' >&2; exit 1",
            r"failed with status 1; it printed:\na.c:1: no such thing$",
        ),
        ("echo 'on stdout'; exit 1", r"failed with status 1; it printed:\non stdout$"),
        ("kill -SEGV $$", r"was ended by SIGSEGV; it printed nothing"),
        ("echo half >&2; kill -KILL $$", r"was ended by SIGKILL; it printed:\nhalf$"),
        ("exit 0", r"reported success but wrote no library; it printed nothing"),
        (f"{OUTPUT} : > $output", r"reported success but wrote no library"),
        (f"{OUTPUT} mkdir $output", r"reported success but wrote no library"),
        (f"{OUTPUT} echo garbage > $output", r"fake-cc wrote cannot be loaded: .*"),
        (f"{OUTPUT} head -c 100000 /dev/zero > $output", r"fake-cc wrote cannot be loaded: .*"),
        ("printf 'wrong \\377 bytes' >&2; exit 1", r"it printed:\nwrong \\xff bytes$"),
    ],
)
def test_a_compiler_that_fails_is_quoted_and_nothing_is_kept(
    monkeypatch: pytest.MonkeyPatch, script: Script, cache: Path, body: str, words: str
) -> None:
    monkeypatch.setenv("CC", str(script(PROBED + body)))
    for _ in range(2):  # a failure is not remembered as anything else
        with pytest.raises(CompilerError, match=words) as caught:
            load_kernel(by_hand())
        assert "fake-cc" in str(caught.value)
    assert entries(cache) == []
    monkeypatch.delenv("CC")
    assert works(load_kernel(by_hand()))


def test_a_long_complaint_is_cut(monkeypatch: pytest.MonkeyPatch, script: Script) -> None:
    monkeypatch.setenv("CC", str(script(PROBED + "seq -f 'line %g' 100000 >&2; exit 1")))
    with pytest.raises(CompilerError) as caught:
        load_kernel(by_hand())
    lines = str(caught.value).splitlines()
    assert (lines[1], lines[30]) == ("line 1", "line 30")
    assert lines[31:] == ["... (1088894 characters in all)"]


@pytest.mark.parametrize("where", ["asked", "building"])
def test_a_compiler_that_hangs_is_ended_with_its_children(
    monkeypatch: pytest.MonkeyPatch, script: Script, tmp_path: Path, cache: Path, where: str
) -> None:
    child = tmp_path / "child"
    hang = f"sleep 1000 & echo $! > {child}; wait"  # the child holds the pipes, as cc1 does for gcc
    monkeypatch.setenv("CC", str(script(hang if where == "asked" else PROBED + hang)))
    if where == "building":
        find_compiler()  # asked once, with all the time it needs
    monkeypatch.setenv("CONVGEN_COMPILE_TIMEOUT", "1.5")
    start = time.monotonic()
    with pytest.raises(CompilerError, match=r"did not finish within 1.5 seconds.*CONVGEN_COMPILE_TIMEOUT"):
        load_kernel(by_hand())
    assert time.monotonic() - start < 30
    number = int(child.read_text())
    for _ in range(500):  # init takes a moment to bury it
        if not _runs(number):
            break
        time.sleep(0.01)
    assert not _runs(number)
    assert entries(cache) == []
    monkeypatch.delenv("CC")
    monkeypatch.delenv("CONVGEN_COMPILE_TIMEOUT")
    assert works(load_kernel(by_hand()))


def _runs(number: int) -> bool:
    """Whether a process lives; one that has ended but is not yet buried does not."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{number}/stat")
    return not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] != "Z"


@pytest.mark.parametrize("text", ["soon", "0", "-1", "inf", "nan"])
def test_a_timeout_that_is_no_time_is_refused(
    monkeypatch: pytest.MonkeyPatch, text: str, script: Script
) -> None:
    monkeypatch.setenv("CC", str(script(PROBED)))
    monkeypatch.setenv("CONVGEN_COMPILE_TIMEOUT", text)
    with pytest.raises(
        CompilerError, match=rf"\$CONVGEN_COMPILE_TIMEOUT is '{text}'; give a positive number"
    ):
        find_compiler()


def test_an_error_in_the_c_text_shows_the_compilers_own_words() -> None:
    source = by_hand().source.replace("real sum = 0;", "real sum = 0 oops;")
    with pytest.raises(
        CompilerError, match=r"(?s)by_hand\.c.* failed with status 1; it printed:.*by_hand\.c:\d+:"
    ):
        load_kernel(kernel_of(source))


def test_a_compiler_that_is_found_by_a_relative_path_is_found_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: Script
) -> None:
    script(f'exec {COMPILER} "$@"', "mine")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CC", "./mine")
    assert find_compiler().command == (str(tmp_path / "mine"),)


def test_the_compiler_leaves_nothing_in_the_directory_for_temporary_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: Script
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setenv("CC", str(script(PROBED + ': > "$TMPDIR/left"; kill -KILL $$')))
    with pytest.raises(CompilerError, match="SIGKILL"):
        load_kernel(by_hand())
    assert list(temporary.iterdir()) == []


def test_on_a_system_that_is_not_posix_the_error_names_the_other_target(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(compiler_module.os, "name", "nt")
    try:
        with pytest.raises(CompilerError) as caught:
            find_compiler()
    finally:
        monkeypatch.undo()  # pytest itself asks os.name
    assert str(caught.value) == (
        "the C target runs on Linux and macOS, and this system is 'nt'; "
        'target="numpy" needs no compiler and runs here'
    )
