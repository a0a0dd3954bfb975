"""Templates are strict, and a file is written whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from importlib import resources
from pathlib import Path

import jinja2
import pytest

from convgen import render
from convgen.errors import ConvgenError, OutputError
from convgen.render import write_bytes, write_text


def environment() -> jinja2.Environment:
    return render._environment()


# ---- templates -------------------------------------------------------------------------------------------


def test_an_undefined_name_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError, match="absent"):
        environment().from_string("{{ absent }}").render()


def test_blocks_leave_no_blank_lines_and_the_last_line_keeps_its_end() -> None:
    template = environment().from_string(
        "{% for x in xs %}\n  {% if x %}\n  {{ x }};\n  {% endif %}\n{% endfor %}\n"
    )
    assert template.render(xs=[1, 0, 2]) == "  1;\n  2;\n"


def test_text_is_laid_out_as_it_is() -> None:
    assert environment().from_string("{{ x }}").render(x="a < b && c > 'd'") == "a < b && c > 'd'"


def test_a_template_is_found_by_its_path() -> None:
    names = [
        f"{directory.name}/{file.name}"
        for directory in resources.files("convgen.templates").iterdir()
        if directory.is_dir()
        for file in directory.iterdir()
        if file.name.endswith(".j2")
    ]
    assert names
    for name in names:
        assert environment().get_template(name).name == name


def test_a_template_that_is_not_there_is_an_error() -> None:
    with pytest.raises(jinja2.TemplateNotFound, match=r"c/nothing\.j2"):
        render.render("c/nothing.j2")


# ---- files -----------------------------------------------------------------------------------------------


def left_in(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def test_the_bytes_are_the_text_in_utf_8_whatever_the_platform(tmp_path: Path) -> None:
    write_text(tmp_path / "rule.txt", "O = X ⋆ K\r\nδ\n")
    assert (tmp_path / "rule.txt").read_bytes() == b"O = X \xe2\x8b\x86 K\r\n\xce\xb4\n"
    assert left_in(tmp_path) == ["rule.txt"]


def test_missing_directories_are_made(tmp_path: Path) -> None:
    write_bytes(tmp_path / "a" / "b" / "file", b"1")
    assert (tmp_path / "a" / "b" / "file").read_bytes() == b"1"


def test_an_old_file_is_replaced_with_the_permissions_of_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old and longer")
    previous = os.umask(0o027)
    try:
        write_bytes(path, b"new")
    finally:
        os.umask(previous)
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("failing", ["write", "replace"])
def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    if failing == "write":
        monkeypatch.setattr(os, "fdopen", full)
    else:
        monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OutputError, match="cannot write .*file: No space left on device"):
        write_bytes(path, b"new")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert left_in(tmp_path) == ["file"]


def test_an_interruption_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert left_in(tmp_path) == ["file"]


WRITER = """
import sys
from pathlib import Path
from convgen.render import write_bytes
while True:
    for letter in b"ab":
        write_bytes(Path(sys.argv[1]), bytes([letter]) * 10_000_000)
        print(flush=True)
"""


@pytest.mark.parametrize("delay", [0.0, 0.003, 0.01, 0.02])
def test_a_process_that_is_killed_while_it_writes_leaves_a_whole_file(tmp_path: Path, delay: float) -> None:
    path = tmp_path / "file"
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(delay)
        writer.kill()
    data = path.read_bytes()
    assert len(data) == 10_000_000
    assert data.count(data[:1]) == len(data)
    write_bytes(path, b"next")
    assert path.read_bytes() == b"next"


def test_a_path_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="cannot write") as caught:
        write_bytes(tmp_path / "file" / "below", b"1")
    assert isinstance(caught.value, ConvgenError)
    assert isinstance(caught.value, OSError)


def test_a_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "directory").mkdir()
    with pytest.raises(OutputError, match="cannot write .*directory"):
        write_bytes(tmp_path / "directory", b"1")
    assert left_in(tmp_path) == ["directory"]


def test_a_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"old")
    (tmp_path / "link").symlink_to("target")
    write_bytes(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"new"


def test_a_device_is_written_to_and_stays() -> None:
    write_bytes(Path(os.devnull), b"1")
    assert not Path(os.devnull).is_file()
