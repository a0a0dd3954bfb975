"""A built library is kept once, privately and whole; what is not whole is never loaded."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from convgen.errors import CacheError, CompilerError
from convgen.runtime import c_backend, compiler, load_kernel
from convgen.runtime import cache as cache_module
from convgen.runtime.cache import Cache, cache_directory, open_cache
from runtime.by_hand import COMPILER, OUTPUT, by_hand, entries, kernel_of, python, works

Script = Callable[..., Path]


@pytest.fixture
def forget() -> Callable[[], None]:
    """Makes this process forget the kernels that it has loaded, as a new process would."""
    return c_backend._load.cache_clear


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Every run of the compiler that makes a library."""
    made: list[Path] = []
    build = c_backend.Compiler.build

    def counted(self: c_backend.Compiler, source: Path, library: Path, flags: tuple[str, ...] = ()) -> None:
        made.append(library)
        build(self, source, library, flags)

    monkeypatch.setattr(c_backend.Compiler, "build", counted)
    return made


LOAD = """
from convgen.runtime import load_kernel
from runtime.by_hand import by_hand, works
f = load_kernel(by_hand())
assert works(f)
print(f.path)
"""


# ---- one build, one load ------------------------------------------------------------------------------


def test_the_same_kernel_is_built_once_and_loaded_once(
    cache: Path, builds: list[Path], forget: Callable[[], None]
) -> None:
    first, second = load_kernel(by_hand()), load_kernel(by_hand())
    assert first._backend is second._backend
    assert len(builds) == 1
    forget()
    third = load_kernel(by_hand())
    assert third._backend is not first._backend
    assert third.path == first.path
    assert len(builds) == 1
    assert works(first)
    assert works(third)
    assert len(entries(cache)) == 1


def test_a_new_process_finds_the_entry_without_building(cache: Path, tmp_path: Path, script: Script) -> None:
    log = tmp_path / "log"
    path = script(f'printf "%s\\n" "$*" >> {log}; exec {COMPILER} "$@"')
    outputs = []
    for _ in range(2):
        process = python(LOAD, CC=str(path))
        outputs.append(process.communicate()[0])
        assert process.returncode == 0, outputs[-1]
    assert outputs[0] == outputs[1]
    assert sum(" -o " in line for line in log.read_text().splitlines()) == 1


def test_an_entry_holds_the_text_the_library_and_its_digest(cache: Path) -> None:
    kernel = by_hand()
    library = load_kernel(kernel).path
    assert {path.name for path in library.parent.iterdir()} == {
        "by_hand.c",
        "by_hand.h",
        "by_hand.so",
        "SHA256SUMS",
    }
    assert (library.parent / "by_hand.c").read_text() == kernel.source
    digest = hashlib.sha256(library.read_bytes()).hexdigest()
    assert (library.parent / "SHA256SUMS").read_text() == (
        f"# entry {library.parent.name}\n{digest}  by_hand.so\n"
    )


def test_whatever_can_change_the_library_changes_the_key(
    monkeypatch: pytest.MonkeyPatch, builds: list[Path], script: Script
) -> None:
    def keys() -> str:
        return load_kernel(by_hand()).path.parent.name

    seen = [keys()]
    seen.append(load_kernel(by_hand(dtype="float64")).path.parent.name)
    seen.append(load_kernel(by_hand(name="other")).path.parent.name)
    seen.append(load_kernel(kernel_of(by_hand().source + "\n")).path.parent.name)
    seen.append(load_kernel(kernel_of(by_hand().source, workspace_bytes=8)).path.parent.name)
    monkeypatch.setenv("CC", f"{COMPILER} -DSOMETHING")
    seen.append(keys())
    cc = script(f'exec {COMPILER} "$@"', "mine")
    monkeypatch.setenv("CC", str(cc))
    seen.append(keys())
    # the same path, but another version; a process asks a compiler once, so it is made to ask again
    script(f'case "$*" in *--version*) echo 2.0;; *) exec {COMPILER} "$@";; esac', "mine")
    compiler._probed.cache_clear()
    seen.append(keys())
    # the same compiler on another machine: -march=native means something else there
    other = "*-dM*) echo '#define __OTHER_MACHINE__ 1';; *--version*) echo 2.0;;"
    script(f'case "$*" in {other} *) exec {COMPILER} "$@";; esac', "mine")
    compiler._probed.cache_clear()
    seen.append(keys())
    assert len(set(seen)) == len(seen) == len(builds)


def test_the_number_of_kernels_that_a_process_remembers_is_bounded() -> None:
    assert c_backend._load.cache_info().maxsize == c_backend.REMEMBERED == 128


# ---- what is broken is made anew ----------------------------------------------------------------------


def replaced(library: Path, data: bytes) -> None:
    """Damage the file, but not the one that this process has mapped and will run to its end."""
    library.unlink()
    library.write_bytes(data)


def flipped(library: Path) -> None:
    data = bytearray(library.read_bytes())
    data[len(data) // 2] ^= 1
    replaced(library, bytes(data))


def record_of_garbage(library: Path) -> None:
    (library.parent / "SHA256SUMS").write_bytes(b"\xff\xfe")


def entry_is_a_file(library: Path) -> None:
    library.parent.rename(library.parent.parent / "elsewhere")
    library.parent.write_text("not a directory")


def entry_is_a_dangling_link(library: Path) -> None:
    library.parent.rename(library.parent.parent / "elsewhere")
    library.parent.symlink_to("nowhere")


@pytest.mark.parametrize(
    "damage",
    [
        flipped,
        lambda library: replaced(library, library.read_bytes()[:1000]),
        lambda library: replaced(library, b""),
        lambda library: library.unlink(),
        lambda library: (library.parent / "SHA256SUMS").unlink(),
        record_of_garbage,
        entry_is_a_file,
        entry_is_a_dangling_link,
    ],
    ids=["flipped", "truncated", "empty", "absent", "no record", "record of garbage", "file", "link"],
)
def test_a_damaged_entry_is_never_loaded_but_built_anew(
    cache: Path, builds: list[Path], forget: Callable[[], None], damage: Callable[[Path], None]
) -> None:
    library = load_kernel(by_hand()).path
    damage(library)
    assert Cache(cache).find(library.parent.name, library.name) is None
    forget()
    again = load_kernel(by_hand())
    assert len(builds) == 2
    assert again.path == library
    assert Cache(cache).find(library.parent.name, library.name) == library
    assert works(again)
    assert [name for name in entries(cache) if name.startswith(".")] == []


def test_entries_that_have_changed_places_are_never_loaded(
    cache: Path, builds: list[Path], forget: Callable[[], None]
) -> None:
    """Each is whole, with the digest of its library; a float kernel would be called with doubles."""
    first, second = (load_kernel(by_hand(dtype=dtype)).path.parent for dtype in ("float32", "float64"))
    first.rename(cache / "aside")
    second.rename(first)
    (cache / "aside").rename(second)
    forget()
    assert works(load_kernel(by_hand(dtype="float32")))
    assert works(load_kernel(by_hand(dtype="float64")))
    assert len(builds) == 4


def test_an_entry_that_vanishes_between_finding_and_loading_is_built_anew(
    monkeypatch: pytest.MonkeyPatch, builds: list[Path], forget: Callable[[], None]
) -> None:
    library = load_kernel(by_hand()).path
    forget()
    find = Cache.find

    def found_and_gone(self: Cache, key: str, name: str) -> Path | None:
        path = find(self, key, name)
        monkeypatch.setattr(Cache, "find", find)
        library.parent.rename(library.parent.parent / "gone")
        return path

    monkeypatch.setattr(Cache, "find", found_and_gone)
    assert works(load_kernel(by_hand()))
    assert len(builds) == 2


def test_what_a_killed_process_left_is_never_loaded_and_is_cleared_away(cache: Path, script: Script) -> None:
    # the process dies in the middle of its build, with a half-written library in place
    path = script(
        f'case "$*" in *-o*) {OUTPUT} echo half > "$output"; kill -KILL $PPID;; *) exec {COMPILER} "$@";; esac'
    )
    process = python(LOAD, CC=str(path))
    process.communicate()
    assert process.returncode == -9
    (left,) = entries(cache)
    assert (cache / left / "entry" / "usual-by_hand.so").read_text() == "half\n"

    assert works(load_kernel(by_hand()))
    assert left in entries(cache)  # it might be at work still
    day_old = time.time() - 25 * 3600
    os.utime(cache / left, (day_old, day_old))
    assert works(load_kernel(by_hand(name="other")))
    assert left not in entries(cache)


# ---- several at once ----------------------------------------------------------------------------------


def test_processes_that_build_the_same_at_once_all_work(cache: Path, tmp_path: Path, script: Script) -> None:
    """No compiler may finish before all have begun."""
    path = script(
        f'case "$*" in *-o*) : > {tmp_path}/began-$$; '
        f'while [ "$(ls {tmp_path} | grep -c began)" -lt 3 ]; do sleep 0.01; done;; esac\nexec {COMPILER} "$@"'
    )
    processes = [python(LOAD, CC=str(path)) for _ in range(3)]
    outputs = [process.communicate(timeout=60)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], outputs
    assert len(set(outputs)) == 1
    assert len(entries(cache)) == 1


def test_a_publisher_who_comes_second_takes_the_first_ones_entry(cache: Path) -> None:
    kept = open_cache()
    paths = []
    for content in (b"one", b"two"):
        with kept.workshop() as workshop:
            (workshop / "entry").mkdir()
            (workshop / "entry" / "x.so").write_bytes(content)
            paths.append(kept.publish(workshop / "entry", "key", "x.so"))
    assert paths[0] == paths[1] == cache / "key" / "x.so"
    assert paths[0].read_bytes() == b"one"
    assert entries(cache) == ["key"]


# ---- the directory ------------------------------------------------------------------------------------


def test_the_directory_is_made_private_whatever_the_umask(cache: Path) -> None:
    before = os.umask(0)
    try:
        path = load_kernel(by_hand()).path
    finally:
        os.umask(before)
    assert cache.stat().st_mode & 0o777 == 0o700
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("mode", [0o770, 0o702, 0o777, 0o1777])
def test_a_directory_into_which_others_may_write_is_refused(cache: Path, mode: int) -> None:
    cache.mkdir()
    cache.chmod(mode)
    with pytest.raises(
        CacheError, match=rf"{cache} has mode {mode:04o}, so that others could .*CONVGEN_CACHE_DIR"
    ):
        load_kernel(by_hand())
    assert entries(cache) == []
    cache.chmod(0o700)
    assert works(load_kernel(by_hand()))


def test_a_directory_that_others_may_only_read_is_fine(cache: Path) -> None:
    cache.mkdir()
    cache.chmod(0o755)
    assert works(load_kernel(by_hand()))


def test_a_directory_of_another_user_is_refused(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.mkdir(mode=0o700)
    owner = cache.stat().st_uid
    # only root can give a directory away; seen from another user it is the same
    monkeypatch.setattr(cache_module.os, "geteuid", lambda: owner + 1)
    with pytest.raises(
        CacheError, match=rf"belongs to user {owner}, and this process runs as user {owner + 1}"
    ):
        load_kernel(by_hand())
    monkeypatch.undo()
    monkeypatch.setenv("CONVGEN_CACHE_DIR", str(cache))
    assert works(load_kernel(by_hand()))


@pytest.mark.parametrize("below", ["", "deeper/still"])
def test_a_file_in_the_place_of_the_directory_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, below: str
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CONVGEN_CACHE_DIR", str(tmp_path / "file" / below))
    with pytest.raises(
        CacheError, match=rf"cannot make the cache directory {tmp_path}/file.*CONVGEN_CACHE_DIR"
    ):
        load_kernel(by_hand())
    (tmp_path / "file").unlink()
    assert works(load_kernel(by_hand()))


UNWRITABLE = """
import os, sys, tempfile
from pathlib import Path
from convgen.errors import CacheError
from convgen.runtime import c_backend, compiler, load_kernel, numpy_backend
from runtime.by_hand import by_hand, works
if os.geteuid() == 0:
    os.seteuid(65534)  # root may write anywhere
home = Path(tempfile.mkdtemp())
place = home / "cache"
os.environ["CONVGEN_CACHE_DIR"] = str(place)
home.chmod(0o500)
for directory in (home, place):
    try:
        load_kernel(by_hand())
    except CacheError as error:
        print(str(error).replace(str(home), "HOME"))
    home.chmod(0o700)
    place.mkdir(exist_ok=True)
    place.chmod(0o500)
place.chmod(0o700)
print(works(load_kernel(by_hand())))
place.chmod(0o500)
c_backend._load.cache_clear()
print(works(load_kernel(by_hand())))  # what is there already is only read
place.chmod(0o700)
import shutil
shutil.rmtree(home)
"""


def test_a_directory_that_one_may_not_write_to_is_named_and_one_that_is_filled_is_used() -> None:
    lines = python(UNWRITABLE).communicate()[0].splitlines()
    assert len(lines) == 4, lines
    advice = "cache directory HOME/cache: Permission denied; make room or set $CONVGEN"
    assert lines[0].startswith(f"cannot make the {advice}")
    assert lines[1].startswith(f"cannot write to the {advice}")
    assert lines[2:] == ["True", "True"]


FULL = """
import resource
from convgen.errors import CacheError
from convgen.runtime import load_kernel
from runtime.by_hand import by_hand, entries, works
from convgen.runtime.cache import cache_directory
usual = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, ({bytes}, usual[1]))
try:
    load_kernel(by_hand())
except CacheError as error:
    print(error)
print(entries(cache_directory()))
resource.setrlimit(resource.RLIMIT_FSIZE, usual)
print(works(load_kernel(by_hand())))
"""


@pytest.mark.parametrize("room", [100, 4096], ids=["not even for the text", "not for the library"])
def test_a_full_disk_is_named_nothing_is_left_and_with_room_again_it_works(cache: Path, room: int) -> None:
    """A limit on the size of files strikes where a full disk does: at the text, or in the compiler."""
    told, left, works_again = python(FULL.replace("{bytes}", str(room))).communicate()[0].splitlines()
    assert told.startswith(
        f"cannot write to the cache directory {cache}: File too large; make room or set $CONVGEN"
    )
    assert (left, works_again) == ("[]", "True")


def test_a_compiler_that_fails_for_another_reason_is_not_blamed_on_the_disk(cache: Path) -> None:
    with pytest.raises(CompilerError, match="failed with status 1"):
        load_kernel(kernel_of("not C"))
    assert works(load_kernel(by_hand()))


def test_a_file_system_from_which_nothing_may_be_run_is_named(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mounting one takes root, so what the system calls say there is put in their place."""
    noexec = 8

    class NoExec:
        f_flag = os.statvfs(cache.parent).f_flag | noexec

    def refuses(path: str) -> object:
        raise OSError(f"{path}: failed to map segment from shared object")

    monkeypatch.setattr(cache_module.os, "ST_NOEXEC", noexec, raising=False)
    monkeypatch.setattr(cache_module.os, "statvfs", lambda path: NoExec)
    monkeypatch.setattr(c_backend.ctypes, "CDLL", refuses)
    with pytest.raises(
        CacheError, match=r"mounted noexec, from which no library can be loaded.*CONVGEN_CACHE_DIR"
    ):
        load_kernel(by_hand())
    assert entries(cache) == []
    monkeypatch.undo()
    monkeypatch.setenv("CONVGEN_CACHE_DIR", str(cache))
    assert works(load_kernel(by_hand()))


# ---- where it is --------------------------------------------------------------------------------------


def test_a_path_that_is_not_ascii_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = tmp_path / "Größe ⋆ mit Raum"
    monkeypatch.setenv("CONVGEN_CACHE_DIR", str(directory))
    f = load_kernel(by_hand())
    assert f.path.parent.parent == directory
    assert works(f)


def test_a_path_may_be_relative_or_begin_with_a_tilde(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CONVGEN_CACHE_DIR", "here")
    f = load_kernel(by_hand())
    assert f.path.parent.parent == tmp_path / "here"
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CONVGEN_CACHE_DIR", "~/kept")
    assert cache_directory() == tmp_path / "home" / "kept"


@pytest.mark.parametrize("named", [None, ""])
def test_by_default_it_is_the_users_cache_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str | None
) -> None:
    if named is None:
        monkeypatch.delenv("CONVGEN_CACHE_DIR")
    else:
        monkeypatch.setenv("CONVGEN_CACHE_DIR", named)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert cache_directory().is_relative_to(tmp_path)
    assert cache_directory().name == "convgen"
    assert works(load_kernel(by_hand()))


def test_without_a_home_or_an_account_it_is_a_private_temporary_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a container that runs under a user number nobody knows."""
    import pwd

    def unknown(number: int) -> object:
        raise KeyError(number)

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    for name in ("HOME", "XDG_CACHE_HOME", "CONVGEN_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(cache_module.tempfile, "tempdir", str(tmp_path))
    f = load_kernel(by_hand())
    assert f.path.parent.parent == tmp_path / f"convgen-{os.geteuid()}"
    assert f.path.parent.parent.stat().st_mode & 0o777 == 0o700
    assert works(f)


def test_without_home_the_account_names_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_CACHE_HOME", "CONVGEN_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)
    assert cache_directory().is_absolute()
