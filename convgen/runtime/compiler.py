"""The C compiler of this machine: finding it, knowing it, running it.

A library is built for the machine that loads it, and a cache may be seen by several machines. What a
compiler makes of ``-march=native`` is therefore asked of the compiler itself: its predefined macros under
the very flags of the build name the architecture, the instruction sets and the binary interface, and they
are part of the key under which a library is kept.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from convgen.errors import CompilerError

NAMES = ("cc", "gcc", "clang")
"""The commands that are tried, in this order, where $CC is not set."""

FLAGS = ("-std=c99", "-O2", "-ffp-contract=fast", "-fPIC", "-shared")
"""How every kernel is built; contraction because -std=c99 alone forbids gcc fused multiply-adds."""

GCC_FLAGS = (
    "-ftree-vectorize", "-fvect-cost-model=dynamic", "-fpeel-loops", "-fno-tree-slp-vectorize",
    "-fstack-protector-strong",
)  # fmt: skip
"""What gcc must be told.

The first three are what clang does at -O2 of its own accord: vectors where they pay, short loops laid out.
-O3 does this and more, for up to four times as long a build and, on some kernels, half the speed.

The fourth is for a fault of gcc 12 with AVX-512: of straight-line code it makes vectors that add the wrong
entries, on about one drawn layer of 1,600. What it costs an unrolled kernel is less than the call from Python.

The last is for a fault of gcc 12 with AVX-512: a function that calls nothing may place a local array where
its own aligned stores cannot reach it, and ends the process. A protected function calls something.
"""

CLANG_FLAGS = ("-mprefer-vector-width=512",)
"""What clang must be told where there are vectors of 512 bits, which it would split for some machines."""

CAUTIOUS_FLAGS = ("-O1", "-fno-tree-vectorize", "-DCONVGEN_PORTABLE")
"""After the flags of every build, for a text that the compiler could not build well: few passes of it, and the
portable definitions of the macros in the place of vectors."""

NATIVE = (("-march=native",), ("-mcpu=native",), ())
"""Ways to say "for this machine", of which the first that the compiler accepts is used."""

TIMEOUT_SECONDS = 300.0
"""How long one run of the compiler may take, unless $CONVGEN_COMPILE_TIMEOUT says otherwise."""

QUOTED_LINES = 30
QUOTED_CHARACTERS = 4000

WITHOUT = 'target="numpy" needs no compiler'
INSTALL = (
    "install one (Debian or Ubuntu: apt-get install gcc libc6-dev; Fedora: dnf install gcc; "
    f"macOS: xcode-select --install) or name yours in $CC; {WITHOUT}"
)


CRASHED = (
    "internal compiler error", "signal terminated program", "terminated with signal", "due to signal",
    "unable to execute command",
)  # fmt: skip
"""What gcc and clang print where a program that they run, such as cc1 or ld, was ended: a status of their own
follows, 4 or 1 or 254."""

SIGNALLED = 128
"""Shells, and clang of a crash in its own process, end with this and a signal's number."""


class BuildError(CompilerError):
    """A build that flags which ask less may make good: the compiler crashed, took too long, or miscompiled."""


@dataclass(frozen=True)
class Compiler:
    """A compiler that has been asked and has answered.

    Attributes:
        command: the executable by its absolute path, then the arguments that $CC gave it.
        flags: the flags of every build.
        identity: what tells this compiler from every other: where it lies and its own version text.
        machine: digest of the predefined macros under these flags.
        macros: their names.
    """

    command: tuple[str, ...]
    flags: tuple[str, ...]
    identity: str
    machine: str
    macros: frozenset[str]

    def build(self, source: Path, library: Path, flags: tuple[str, ...] = ()) -> None:
        """Build a shared library from one C file; flags of its own come after those of every build.

        The compiler's own temporary files go into the library's directory, so that one that is killed
        leaves nothing elsewhere.

        Raises:
            BuildError: it crashed or took too long.
            CompilerError: it failed, or wrote nothing.
        """
        command = (*self.command, *self.flags, *flags, "-o", str(library), str(source))
        answer = _run(command, {"TMPDIR": str(library.parent)})
        answer.require_success()
        if not library.is_file() or not library.stat().st_size:
            raise CompilerError(f"{answer.told} reported success but wrote no library; {answer.quoted}")


@dataclass(frozen=True)
class Answer:
    """What a compiler said."""

    command: tuple[str, ...]
    status: int
    stdout: str
    stderr: str

    @property
    def told(self) -> str:
        """The command as a shell would take it."""
        return f"the C compiler, {shlex.join(self.command)},"

    @property
    def quoted(self) -> str:
        """What it said of its own accord, cut to what one can read."""
        text = (self.stderr or self.stdout).strip()
        if not text:
            return "it printed nothing"
        lines = text.splitlines()
        shown = "\n".join(lines[:QUOTED_LINES])[:QUOTED_CHARACTERS]
        rest = f"\n... ({len(text)} characters in all)" if len(shown) < len(text) else ""
        return f"it printed:\n{shown}{rest}"

    def require_success(self) -> None:
        """Refuse a failure.

        Raises:
            BuildError: it, or a program that it ran, was ended by a signal or gave itself up.
            CompilerError: it ended with another status than 0.
        """
        if self.status < 0:
            raise BuildError(f"{self.told} was ended by {_signal_name(-self.status)}; {self.quoted}")
        if self.status > SIGNALLED or any(words in self.stderr for words in CRASHED):
            raise BuildError(f"{self.told} crashed, with status {self.status}; {self.quoted}")
        if self.status:
            raise CompilerError(f"{self.told} failed with status {self.status}; {self.quoted}")


def find_compiler() -> Compiler:
    """The compiler that $CC names, or else the first of cc, gcc and clang.

    $CC may carry arguments, as in ``ccache gcc`` or ``gcc -m32``; where it chooses the machine itself
    (``-march=...``, ``-mcpu=...``), that choice stands.

    Raises:
        CompilerError: there is none, $CC names none, or the one found does not work.
    """
    if os.name != "posix":
        raise CompilerError(
            f"the C target runs on Linux and macOS, and this system is {os.name!r}; {WITHOUT} and runs here"
        )
    return _probed(_command(os.environ.get("CC", "")))


def _command(named: str) -> tuple[str, ...]:
    try:
        words = shlex.split(named)
    except ValueError as error:
        raise CompilerError(f"$CC is {named!r}, which cannot be split into words: {error}") from None
    if words:
        found = shutil.which(words[0])
        if found is None:
            raise CompilerError(
                f"$CC is {named!r}, but there is no command {words[0]!r} in $PATH; unset CC to use "
                f"{', '.join(NAMES)}, whichever is there, or {INSTALL}"
            )
        return (str(Path(found).absolute()), *words[1:])
    for name in NAMES:
        found = shutil.which(name)
        if found is not None:
            return (str(Path(found).absolute()),)
    raise CompilerError(f"no C compiler: none of {', '.join(NAMES)} is in $PATH; {INSTALL}")


@lru_cache(maxsize=16)
def _probed(command: tuple[str, ...]) -> Compiler:
    """Ask a compiler who it is and which way of saying "this machine" it accepts."""
    chosen = any(word.startswith(("-march=", "-mcpu=")) for word in command[1:])
    for native in [()] if chosen else NATIVE:
        flags = FLAGS + native
        answer = _run((*command, *flags, "-dM", "-E", "-x", "c", "-"))
        if answer.status == 0:
            break
    answer.require_success()
    if "#define" not in answer.stdout:
        raise CompilerError(
            f"{answer.told} named no predefined macros, as a C compiler does; {answer.quoted}"
        )
    if "#define __GNUC__ " in answer.stdout and "#define __clang__ " not in answer.stdout:
        flags += GCC_FLAGS
    elif "#define __AVX512F__ " in answer.stdout:
        flags += CLANG_FLAGS
    version = _run((*command, "--version"))
    identity = "\n".join((*command, str(Path(command[0]).resolve()), version.stdout, version.stderr))
    macros = frozenset(line.split()[1].partition("(")[0] for line in answer.stdout.splitlines() if line)
    return Compiler(command, flags, identity, hashlib.sha256(answer.stdout.encode()).hexdigest(), macros)


def _run(command: tuple[str, ...], environment: dict[str, str] | None = None) -> Answer:
    limit = _timeout()
    try:
        process = subprocess.Popen(  # noqa: S603 -- the user's own compiler, and no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "LC_ALL": "C", **(environment or {})},
            start_new_session=True,  # so that its children can be ended with it
        )
    except OSError as error:
        reason = error.strerror or error
        raise CompilerError(f"cannot run {shlex.join(command)}: {reason}; {INSTALL}") from error
    with process:
        try:
            stdout, stderr = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            _end(process)
            raise BuildError(
                f"the C compiler, {shlex.join(command)}, did not finish within {limit:g} seconds and was "
                "ended; set CONVGEN_COMPILE_TIMEOUT to the seconds that it may take"
            ) from None
        except BaseException:
            _end(process)
            raise
    return Answer(command, process.returncode, _decoded(stdout), _decoded(stderr))


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a compiler and its children: a driver's pipes stay open as long as any of them lives."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _timeout() -> float:
    text = os.environ.get("CONVGEN_COMPILE_TIMEOUT", "")
    if not text:
        return TIMEOUT_SECONDS
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise CompilerError(f"$CONVGEN_COMPILE_TIMEOUT is {text!r}; give a positive number of seconds")
    return seconds


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
