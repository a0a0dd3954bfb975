"""A process may load any number of kernels: memory maps, files and remembered sources stay bounded."""

from __future__ import annotations

import gc
import linecache
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from convgen.runtime import c_backend, load_kernel, numpy_backend
from convgen.runtime.backends import REMEMBERED
from runtime.by_hand import OUTPUT, PROBED, by_hand, kernel_of, works

Script = Callable[..., Path]

COUNTS = [300, pytest.param(3000, marks=pytest.mark.slow)]


def mapped(cache: Path) -> set[str]:
    """The libraries below a directory that this process has mapped."""
    maps = Path("/proc/self/maps").read_text().splitlines()
    return {line.split()[-1] for line in maps if str(cache) in line}


@pytest.mark.parametrize("count", COUNTS)
def test_libraries_that_nobody_uses_are_closed(
    count: int, cache: Path, tmp_path: Path, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The compiler copies a library that was built once, so that thousands take seconds."""
    kept = load_kernel(by_hand())
    shutil.copy(kept.path, tmp_path / "built.so")
    copying = script(PROBED + OUTPUT + f'cp {tmp_path}/built.so "$output"')
    monkeypatch.setenv("CC", str(copying))
    files = sum(1 for _ in Path("/proc/self/fd").iterdir())
    source = by_hand().source
    for number in range(count):
        load_kernel(kernel_of(f"{source}\n/* {number} */\n"))
    gc.collect()
    assert len(mapped(cache)) <= REMEMBERED + 1
    assert sum(1 for _ in Path("/proc/self/fd").iterdir()) <= files + 1
    assert works(kept)
    last = load_kernel(kernel_of(f"{source}\n/* {count - 1} */\n"))
    c_backend._load.cache_clear()
    gc.collect()
    assert str(last.path) in mapped(cache)
    assert works(last)
    function = last._forward
    del last
    gc.collect()
    assert len(mapped(cache)) == 2
    del function, kept
    gc.collect()
    assert mapped(cache) == set()


@pytest.mark.parametrize("count", COUNTS)
def test_sources_that_nobody_runs_are_forgotten(count: int) -> None:
    numpy_backend._module.cache_clear()
    gc.collect()
    before = len(linecache.cache)
    source = by_hand("numpy").source
    for number in range(count):
        kernel = load_kernel(kernel_of(f"{source}\n# {number}\n", target="numpy"))
    gc.collect()
    assert len(linecache.cache) <= before + REMEMBERED + 1
    assert works(kernel)
    assert any(f"# {count - 1}\n" in entry[2] for entry in list(linecache.cache.values()) if len(entry) > 2)
