"""Every test of the loader has an empty cache of its own and no compiler chosen from outside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache directory of this test's own, and no compiler chosen by the outer environment."""
    directory = tmp_path / "cache"
    monkeypatch.setenv("CONVGEN_CACHE_DIR", str(directory))
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.delenv("CONVGEN_COMPILE_TIMEOUT", raising=False)
    return directory


@pytest.fixture(autouse=True)
def way(monkeypatch: pytest.MonkeyPatch) -> str:
    """How calls reach C here: through ctypes, so that a cache holds kernels alone. Modules that call override it."""
    monkeypatch.setenv("CONVGEN_CALL", "ctypes")
    return "ctypes"


@pytest.fixture
def script(tmp_path: Path) -> Callable[..., Path]:
    """Writes an executable shell script and gives its path."""

    def write(body: str, name: str = "fake-cc") -> Path:
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o700)
        return path

    return write
