"""The committed gallery is what its manifest renders, byte for byte; a bad manifest writes nothing and says why."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from convgen.cli import main
from convgen.errors import ManifestError
from convgen.gallery import INDEX, Change, compare_gallery, render_gallery, write_gallery
from convgen.manifest import read_manifest
from convgen.spec import layouts_of_rank

MANIFEST = Path(__file__).parents[1] / "generated" / "manifest.toml"
LARGEST_FILE, LARGEST_GALLERY = 200_000, 2_000_000
"""Bytes; what is committed is read by people and cloned by everybody."""

Write = Callable[[str], Path]


@pytest.fixture
def manifest_of(tmp_path: Path) -> Write:
    """Write a manifest into a gallery's directory of its own."""

    def write(text: str) -> Path:
        path = tmp_path / "gallery" / "manifest.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    return write


SMALL = """
title = "Two layers"
introduction = "What | they show."

[[artefact]]
section = "First"
name = "one"
title = "a | b"
spec = "input=3 kernel=2"
outputs = ["numpy", "c", "latex", "markdown", "text"]

[[artefact]]
spec = "input=3 kernel=2 padding=same"
outputs = ["c"]
dtype = "float64"
forms = { forward = "loops" }
threads = 3

[[artefact]]
section = "Last"
name = "two"
spec = "input=3x3 kernel=2x2"
outputs = ["article"]
notation = "003"
"""


def files_below(directory: Path) -> dict[str, bytes]:
    paths = (path for path in directory.rglob("*") if path.is_file())
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in paths}


# ---- the committed gallery -------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_the_committed_gallery_is_what_its_manifest_renders(seed: str, tmp_path: Path) -> None:
    # A process of its own, since hash seeds are set at its start; another directory and locale as well.
    done = subprocess.run(
        [sys.executable, "-m", "convgen", "generate", "--manifest", str(MANIFEST), "--check"],
        capture_output=True,
        check=False,
        cwd=tmp_path,
        env=os.environ | {"PYTHONHASHSEED": seed, "LC_ALL": "C"},
    )
    assert done.stdout.decode() == f"every file is as {MANIFEST} renders it\n", done.stderr.decode()
    assert done.returncode == 0


def test_the_committed_gallery_holds_nothing_else() -> None:
    manifest = read_manifest(MANIFEST)
    index = (MANIFEST.parent / INDEX).read_text("utf-8")
    linked = {link for link in re.findall(r"\]\(([^)]+)\)", index) if link != MANIFEST.name}
    found = set(files_below(MANIFEST.parent))
    assert found == linked | {INDEX, MANIFEST.name}
    assert {file.split("/")[0] for file in linked} == {artefact.name for artefact in manifest.artefacts}


def test_the_committed_gallery_is_small() -> None:
    sizes = {file: len(data) for file, data in files_below(MANIFEST.parent).items()}
    assert {file: size for file, size in sizes.items() if size > LARGEST_FILE} == {}
    assert sum(sizes.values()) < LARGEST_GALLERY


def test_the_committed_gallery_shows_every_kind_of_layer() -> None:
    specs = [artefact.spec for artefact in read_manifest(MANIFEST).artefacts]
    assert {spec.rank for spec in specs} == {1, 2, 3}
    assert {spec.layout for spec in specs} >= set(layouts_of_rank(2))
    assert any(axis.before != axis.after and axis.remainder for spec in specs for axis in spec.axes)
    assert any(1 < spec.groups == spec.in_channels for spec in specs)
    assert any(spec.groups > 1 and max(spec.dilation) > 1 for spec in specs)


# ---- rendering and comparing -----------------------------------------------------------------------------


def test_a_gallery_is_written_once_and_is_then_as_rendered(manifest_of: Write) -> None:
    manifest = read_manifest(manifest_of(SMALL))
    rendered = render_gallery(manifest)
    assert {change.kind for change in compare_gallery(manifest)} == {"missing"}
    assert write_gallery(manifest) == list(rendered)
    assert compare_gallery(manifest) == []
    assert write_gallery(manifest) == []
    found = files_below(manifest.path.parent)
    found.pop(manifest.path.name)
    assert found == {file: text.encode() for file, text in rendered.items()}
    assert set(found) == {
        "README.md",
        *(f"one/one{suffix}" for suffix in (".py", ".h", ".c", ".tex", ".md", ".txt")),
        *(f"conv1d_i3_k2_p0and1_f64/conv1d_i3_k2_p0and1_f64{suffix}" for suffix in (".h", ".c")),
        "two/two.tex",
    }


def test_the_index_lists_every_file_under_its_section(manifest_of: Write) -> None:
    index = render_gallery(read_manifest(manifest_of(SMALL)))[INDEX]
    first, last = index.index("## First"), index.index("## Last")
    assert index.index("# Two layers") < index.index("What | they show.") < first
    assert first < index.index("one/one.py") < index.index("conv1d_i3_k2_p0and1_f64.c") < last
    assert last < index.index("two/two.tex")
    assert r"| a \| b | `input=3 kernel=2` | 4 |" in index


def test_what_an_artefact_asks_for_is_what_is_rendered(manifest_of: Write) -> None:
    files = render_gallery(read_manifest(manifest_of(SMALL)))
    kernel = files["conv1d_i3_k2_p0and1_f64/conv1d_i3_k2_p0and1_f64.c"]
    assert "--dtype float64 --forms forward=loops --threads 3" in re.sub(r" \\\n[ *]*", " ", kernel)
    assert "--notation 003" in files["two/two.tex"].splitlines()[1]
    assert r"\documentclass" in files["two/two.tex"]
    assert r"\documentclass" not in files["one/one.tex"]


def test_every_change_is_named_and_the_command_that_is_told_undoes_them(
    manifest_of: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = manifest_of(SMALL)
    directory = path.parent
    rendered = render_gallery(read_manifest(path))
    assert main(["generate", "--manifest", str(path)]) == 0
    (directory / "one/one.c").unlink()
    (directory / "one/one.h").write_bytes(rendered["one/one.h"].replace("\n", "\r\n").encode())
    (directory / "one/one.py").write_text(rendered["one/one.py"].replace("numpy", "numpty", 1), "utf-8")
    (directory / "two/two.tex").write_bytes(b"\xff\n" + rendered["two/two.tex"].encode())
    (directory / "old.c").write_text(rendered["one/one.c"], "utf-8")
    (directory / "notes.c").write_text("/* nobody's but the author's */\n", "utf-8")

    capsys.readouterr()
    assert main(["generate", "--manifest", str(path), "--check"]) == 1
    told = capsys.readouterr().out
    assert re.findall(r"^(\w+) +(\S+)$", told, re.MULTILINE) == [
        ("differs", "one/one.py"),
        ("differs", "one/one.h"),
        ("missing", "one/one.c"),
        ("differs", "two/two.tex"),
        ("superfluous", "old.c"),
    ]
    assert re.search(r"^    -.*numpty", told, re.MULTILINE)
    assert "    the same text with other line ends\n" in told
    assert f"5 files are not as {path} renders them\n" in told

    assert main(["generate", "--manifest", str(path), "--check", "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert set(answer) == {"schema", "manifest", "holds", "changes"}
    assert [change["kind"] for change in answer["changes"]].count("superfluous") == 1

    command = re.search(r"to update: convgen (.*) \(", told)[1].split()
    assert main([*command, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert set(answer) == {"schema", "manifest", "written"}
    assert len(answer["written"]) == 4
    assert compare_gallery(read_manifest(path)) == [Change("old.c", "superfluous")]


def test_a_difference_is_cut_short(manifest_of: Write) -> None:
    manifest = read_manifest(manifest_of(SMALL))
    write_gallery(manifest)
    file = manifest.path.parent / "one/one.c"
    file.write_text("long " * 100 + "\n" + "\n".join(map(str, range(500))), "utf-8")
    (change,) = compare_gallery(manifest)
    assert change.diff[-1] == "..."
    assert len(change.diff) < 20
    assert max(map(len, change.diff)) < 140


def test_nothing_is_written_where_one_artefact_cannot_be_rendered(manifest_of: Write) -> None:
    path = manifest_of(
        SMALL + '[[artefact]]\nname="vast"\nspec="input=99x99 kernel=9x9"\noutputs=["c"]\nforms="unrolled"'
    )
    before = files_below(path.parent)
    with pytest.raises(
        ManifestError, match=r"artefact 'vast': forward of input=99x99 .* more than the limit of"
    ) as error:
        write_gallery(read_manifest(path))
    assert str(path) in str(error.value)
    assert files_below(path.parent) == before


# ---- bad manifests ---------------------------------------------------------------------------------------

LAYER = 'spec = "input=3 kernel=2"\noutputs = ["c"]\n'

BAD_MANIFESTS = {
    "": "a manifest lists its layers as [[artefact]], and there is none",
    "artefact = []": "there is none",
    "artefact = 3": "artefact must be a list of tables, [[artefact]], got 3",
    "[artefact]\n" + LAYER: "artefact must be a list of tables",
    "[[artefact]\n": "is not TOML: ",
    "titel = 'x'\n[[artefact]]\n" + LAYER: "unknown key 'titel'; a manifest has title, introduction, artefact",
    "title = 3\n[[artefact]]\n" + LAYER: "title must be a string, got 3",
    "[[artefact]]\noutputs = ['c']": "artefact 1: spec is missing",
    "[[artefact]]\nspec = 'input=3 kernel=2'": "artefact 1: outputs is missing",
    "[[artefact]]\nspec = 'input=3 kernel=2'\noutputs = []": "artefact 1: outputs is missing",
    "[[artefact]]\nspec = 'input=3 kernel=2'\noutputs = 'c'": "outputs must be a list of strings, got 'c'",
    "[[artefact]]\nspec = 'input=3 kernel=2'\noutputs = ['c', 3]": "outputs must be a list of strings, got ['c', 3]",
    "[[artefact]]\nspec = 'input=3 kernel=2'\noutputs = ['rust']": (
        "unknown output 'rust'; outputs are numpy, c, text, markdown, katex, latex, article, html"
    ),
    "[[artefact]]\nspec = 'input=3 kernel=2'\noutputs = ['c', 'c']": "outputs 'c' and 'c' write the same file",
    "[[artefact]]\nspec = 'input=3 kernel=2'\noutputs = ['latex', 'article']": (
        "outputs 'latex' and 'article' write the same file"
    ),
    "[[artefact]]\nspec = 'input=2 kernel=3'\noutputs = ['c']": "artefact 1: kernel 3 does not fit input 2",
    "[[artefact]]\n" + LAYER + "[[artefact]]\nname = 'twin'\ncolour = 1\n" + LAYER: (
        "artefact 2 ('twin'): unknown key 'colour'; an artefact has spec, outputs, name, title, section, dtype"
    ),
    "[[artefact]]\nname = 3\n" + LAYER: "artefact 1 (3): name must be a string, got 3",
    "[[artefact]]\nname = '../x'\n" + LAYER: "artefact 1 ('../x'): '../x' is not a name for a kernel",
    "[[artefact]]\nname = '/x'\n" + LAYER: "'/x' is not a name for a kernel",
    "[[artefact]]\nname = '..'\n" + LAYER: "'..' is not a name for a kernel",
    "[[artefact]]\nname = ''\n" + LAYER: "'' is not a name for a kernel",
    "[[artefact]]\nname = 'one'\n" + LAYER + "[[artefact]]\nname = 'One'\n" + LAYER: (
        "artefacts 1 and 2 have one name, 'One'"
    ),
    "[[artefact]]\n" + LAYER + "[[artefact]]\n" + LAYER: "artefacts 1 and 2 have one name, 'conv1d_i3_k2_f32'",
    "[[artefact]]\ndtype = 'float16'\n" + LAYER: "artefact 1: dtype 'float16' is not supported",
    "[[artefact]]\nforms = 3\n" + LAYER: "forms must be a string or a table of strings, got 3",
    "[[artefact]]\nforms = { forward = 3 }\n" + LAYER: "forms must be a string or a table of strings",
    "[[artefact]]\nthreads = 0\n" + LAYER: "threads must be a number from 1, got 0",
    "[[artefact]]\nforms = 'matrix'\n" + LAYER: "'conv1d_i3_k2_f32': target 'c' has no form 'matrix'",
    "[[artefact]]\nnotation = '004'\n" + LAYER: "artefact 1: unknown notation '004'",
}  # fmt: skip
"""Manifests that cannot be, and what the error has to say beside the manifest's path."""


@pytest.mark.parametrize("text", BAD_MANIFESTS)
def test_a_bad_manifest_is_refused_by_its_path_and_entry(
    text: str, manifest_of: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = manifest_of(text)
    for more in ([], ["--check"]):
        assert main(["generate", "--manifest", str(path), *more]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith(f"convgen: error: {path}")
        assert BAD_MANIFESTS[text] in err
    assert set(files_below(path.parent)) == {"manifest.toml"}


def test_a_manifest_that_is_no_text_or_no_file_is_refused(manifest_of: Write) -> None:
    path = manifest_of("")
    path.write_bytes(b'title = "\xff"')
    with pytest.raises(ManifestError, match=r"manifest\.toml is not TOML: .*utf-8"):
        read_manifest(path)
    with pytest.raises(ManifestError, match=r"cannot read .*gallery: Is a directory"):
        read_manifest(path.parent)


def test_a_directory_in_a_file_s_place_is_refused_before_anything_is_written(manifest_of: Write) -> None:
    path = manifest_of(SMALL)
    (path.parent / "two" / "two.tex").mkdir(parents=True)
    before = files_below(path.parent)
    with pytest.raises(ManifestError, match=r"cannot read .*two\.tex: Is a directory"):
        write_gallery(read_manifest(path))
    assert files_below(path.parent) == before
