"""The command line answers what it was asked, says by its exit status how it ended, and never half writes."""

import errno
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given

from convgen.algebra.notation import NOTATIONS
from convgen.algebra.syntax import parse_tree
from convgen.cli import _parser, main
from convgen.commands import COMMANDS
from convgen.commands.command import SCHEMA_VERSION
from convgen.kernels.kernel import DTYPES, TARGETS
from convgen.manifest import FORMATS
from convgen.options import option, spec_of
from convgen.proof.verify import verify
from convgen.rules import GRADIENT_RULES, bind
from convgen.spec import FIELDS, ConvSpec
from convgen.testing import conv_specs
from convgen.version import __version__

LAYER = ["--input", "5x6", "--kernel", "3x2", "--stride", "2", "--padding", "1x0:2"]
WORKED_EXAMPLE = ["--input", "3x3", "--kernel", "2x2"]

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def convgen(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command line in this process: its exit status, standard output and standard error."""

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            status = main([*map(str, arguments)])
        except SystemExit as end:  # how argparse leaves
            status = end.code
        return status, *capsys.readouterr()

    return run


def process(*arguments: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    """Run a command line in a process of its own."""
    command = [sys.executable, "-m", "convgen", *arguments]
    return subprocess.run(command, capture_output=True, check=False, timeout=100, **options)


# ---- exit statuses ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["derive", "verify", "generate"])
def test_what_holds_or_is_done_ends_with_0(convgen: Run, command: str) -> None:
    status, out, err = convgen(command, *LAYER)
    assert (status, err) == (0, "")
    assert out.endswith("\n")
    assert not out.endswith("\n\n")


def test_a_rule_that_differs_ends_with_1_and_says_where(
    convgen: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def verify_without_rotation(spec: ConvSpec) -> object:
        tree = parse_tree(GRADIENT_RULES["X"].formula.replace("rot180(K)", "K"))
        return verify(spec, [(GRADIENT_RULES["X"], bind(tree, spec))])

    monkeypatch.setattr("convgen.proof.verify.verify", verify_without_rotation)
    status, out, _ = convgen("verify", *WORKED_EXAMPLE)
    assert status == 1
    assert "DIFFERS" in out
    assert "dX[0, 0]" in out
    status, out, _ = convgen("verify", *WORKED_EXAMPLE, "--json")
    assert status == 1
    assert json.loads(out)["holds"] is False


DENSE = ["--stride", "1", "--dilation", "1", "--padding", "0"]
SHORT_FORM = "dX = pad(dO) ⋆ rot180(K)"


@pytest.mark.parametrize(
    ("claim", "options", "outcome"),
    [
        (SHORT_FORM, WORKED_EXAMPLE, "holds"),
        (SHORT_FORM, LAYER, "refuted"),
        (SHORT_FORM, DENSE, "holds"),
        (SHORT_FORM, [*DENSE[:4], "--rank", "1"], "conditional"),
        ("dX = pad(dO) ⋆ K", [*DENSE, "--rank", "1"], "refuted"),
        ("dI = rot180(K) ⋆ pad(G)", [*DENSE, "--notation", "001"], "holds"),
    ],
)
def test_check_ends_with_0_only_where_the_claim_holds(
    convgen: Run, claim: str, options: list[str], outcome: str
) -> None:
    status, out, err = convgen("check", claim, *options)
    assert (status, err) == (int(outcome != "holds"), "")
    assert out.startswith(f"{outcome}: {claim}\n")
    status, out, _ = convgen("check", claim, *options, "--json")
    assert status == int(outcome != "holds")
    answer = json.loads(out)
    assert (answer["schema"], answer["outcome"], answer["claim"]) == (SCHEMA_VERSION, outcome, claim)
    assert answer["holds"] is (outcome == "holds")


def test_check_reads_a_markdown_file_and_ends_with_1_where_any_claim_fails(
    convgen: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("notes.md").write_text("# Notes\n\n`dK = X ⋆ dO` and `dX = pad(dO) ⋆ K`\n", "utf-8")
    status, out, err = convgen("check", "notes.md", *WORKED_EXAMPLE)
    assert (status, err) == (1, "")
    assert "notes.md:3: holds: dK = X ⋆ dO\n" in out
    assert "notes.md:3: refuted: dX = pad(dO) ⋆ K\n" in out
    status, out, _ = convgen("check", "notes.md", *WORKED_EXAMPLE, "--json")
    assert status == 1
    assert [each["line"] for each in json.loads(out)["claims"]] == [3, 3]
    Path("notes.md").write_text("`dK = X ⋆ dO`\n", "utf-8")
    assert convgen("check", "notes.md", *WORKED_EXAMPLE)[0] == 0


def test_prove_prints_the_proof(convgen: Run) -> None:
    status, out, err = convgen("prove", "b", "--stride", "2", "--dilation", "1", "--rank", "1")
    assert (status, err) == (0, "")
    assert out.startswith("Theorem. db = sum(dO)\n")
    assert out.endswith("∎\n")
    answer = json.loads(convgen("prove", "b", "--stride", "2", "--dilation", "1", "--json")[1])
    assert (answer["schema"], answer["rule"], answer["stride"]) == (SCHEMA_VERSION, "db = sum(dO)", 2)


def test_prove_lists_and_proves_named_theorems(convgen: Run) -> None:
    status, out, _ = convgen("prove", "--list")
    assert status == 0
    assert all(f"\n{name}  " in f"\n{out}" for name in ("unfold and fold", "transposed convolution"))
    listed = json.loads(convgen("prove", "--list", "--json")[1])
    assert {"dX", "JVP", "double backward"} <= {*listed["theorems"]}
    status, out, err = convgen("prove", "jvp", "--rank", "1", "--all-strides")
    assert (status, err) == (0, "")
    assert "S and D any integers of at least 1" in out
    answer = json.loads(convgen("prove", "JVP", "--rank", "1", "--json")[1])
    assert (answer["theorem"], [each["families"] for each in answer["claims"]]) == ("JVP", [64])


def test_prove_ends_with_1_where_not_all_strides_are_proved(convgen: Run) -> None:
    status, out, _ = convgen("prove", "same", "--rank", "1", "--all-strides")
    assert status == 1
    assert "Not proved for all strides and dilations: " in out


def test_an_interrupt_ends_with_130_and_without_a_traceback(
    convgen: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("convgen.proof.verify.verify", lambda _: signal.raise_signal(signal.SIGINT))
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in a script's background jobs
    try:
        assert convgen("verify", *LAYER) == (130, "", "convgen: interrupted\n")
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_closed_pipe_ends_with_141_and_silence() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "convgen", "generate", *LAYER]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False, timeout=100)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


class FullDisk:
    """A standard output that takes nothing more."""

    def write(self, _text: str) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def flush(self) -> None:
        self.write("")


def test_a_full_disk_under_standard_output_ends_with_2_and_a_message(
    convgen: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdout", FullDisk())
    assert main(["generate", *LAYER]) == 2
    assert (
        capsys.readouterr().err == "convgen: error: cannot write standard output: No space left on device\n"
    )


# ---- bad input -------------------------------------------------------------------------------------------

BAD_INPUT = {
    "derive --input 4x4 --kernel 5x5 --dilation 2 --padding 1": (
        "kernel 5x5 (dilated 9x9) does not fit input 4x4 with padding 1: height 6 < 9"
    ),
    "verify --input 4x0 --kernel 1x1": "0",
    "verify --input=-4 --kernel 1": "-4",
    "verify --input 4x4 --kernel 2x2 --padding=-1": "padding must not be negative, got -1",
    "verify --input 4x4 --kernel 2x2x2": "kernel_size (2, 2, 2) has 3 entries for 2 axes",
    "verify --input 4x4 --kernel 2x2 --padding 1x1x1": "3 entries for 2 axes",
    "verify --input 4x4 --kernel 2x2 --stride 1.5": "stride=1.5: '1.5' is not an integer",
    "verify --input axb --kernel 2x2": "input=axb: 'a' is not an integer",
    "verify --input 4x4x4x4 --kernel 2x2": "has 4 axes; spatial rank is 1, 2 or 3",
    "verify --input 4x4 --kernel 2x2 --padding most": "most",
    "verify --input 4x4 --kernel 2x2 --in-channels 4 --out-channels 4 --groups 3": (
        "groups 3 does not divide in_channels 4"
    ),
    "derive --input 4x4 --kernel 2x2 --layout HWN": "unknown layout 'HWN' for rank 2",
    "derive --input 4x4 --kernel 2x2 --layout HW --in-channels 2": "layout HW has no channel axis",
    "derive --spec 'input=4x4 kernel=2x2 colour=red'": "unknown key 'colour'",
    "derive --spec 'input=4x4 input=5x5 kernel=2x2'": "'input' is given twice",
    "derive --spec 'input=4x4'": "a spec needs kernel=",
    "check 'dX = dO' --input 4x4 --kernel 5x5": "kernel 5x5 does not fit input 4x4",
    "check 'dX = dO' --stride 0": "stride must be at least 1, got 0",
    "check 'dX = dO' --stride 1x2 --rank 1": "rank 1, stride (1, 2): these are for different numbers of axes",
    "check 'dX = dO' --in-channels 4": "in_channels 4 needs groups",
    "check 'dX = dO' --rank 4": "rank must be 1, 2 or 3, got 4",
    "check nowhere.md": "cannot read nowhere.md: No such file or directory",
    "prove Z": "there is no rule or theorem 'Z'; rules are X, K, b",
    "prove X --stride 0": "stride must be at least 1, got 0",
    "prove X --all-strides --stride 2": "stride 2: the proof is for all strides and dilations; leave it away",
    "prove same --stride 2": "stride 2: the theorem 'same' speaks of stride 1 as well; leave it away",
    "prove X --rank 4": "rank must be 1, 2 or 3, got 4",
    "generate --input 4x4 --kernel 2x2 --dtype float16": (
        "'float16' is not supported; kernels compute in float32 or float64"
    ),
    "generate --input 4x4 --kernel 2x2 --dtype int8": "'int8' is not supported",
    "generate --input 4x4 --kernel 2x2 --target fortran": "unknown target 'fortran'; choose one of numpy, c",
    "generate --input 4x4 --kernel 2x2 --forms winograde": "no form 'winograde'",
    "generate --input 4x4 --kernel 2x2 --threads 0": "threads is 0; give a whole number from 1 to 1,024",
    "generate --input 4x4 --kernel 2x2 --threads 2 --target numpy": "threads=2 is for target 'c'",
    "generate --input 4x4 --kernel 2x2 --forms sideways=loops": "'sideways'",
    "generate --input 99x99 --kernel 9x9 --forms unrolled": "forward of input=99x99 kernel=9x9",
    "generate --input 4x4 --kernel 2x2 --name ../../etc/passwd": "'../../etc/passwd' is not a name for a kernel",
    "generate --input 4x4 --kernel 2x2 --name 'f(){};int main'": "is not a name for a kernel",
    "generate --input 4x4 --kernel 2x2 --name int": "'int' is not a name for a kernel",
    "generate --input 4x4 --kernel 2x2 --name ''": "'' is not a name for a kernel",
    "generate --manifest nowhere/manifest.toml": "cannot read nowhere/manifest.toml: No such file or directory",
}  # fmt: skip
"""Command lines that have no answer, and what the message has to say."""


@pytest.mark.parametrize("line", BAD_INPUT)
def test_bad_input_ends_with_2_and_one_message(
    convgen: Run, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = shlex.split(line)
    status, out, err = convgen(
        *words, *(["--output-dir", "made"] if words[0] == "generate" and "--manifest" not in words else [])
    )
    assert (status, out) == (2, "")
    assert err.startswith("convgen: error: ")
    assert err.count("\n") == 1
    assert BAD_INPUT[line] in err
    assert list(tmp_path.iterdir()) == []


BAD_CLAIMS = {
    "dX": ("a claim has the form target = formula", "  ^"),
    "dX = pad(dO ⋆ K": ("the formula ends too early", "               ^"),
    "dX = pad(dO) ⋆ rot18(K)": ("unknown function 'rot18'", "               ^"),
    "dX = pad(dO) ⋆ Z": ("'Z' is no array", "               ^"),
    "Z = dO": ("'Z' is not what a claim can be about", "^"),
    "dX = pad(K) ⋆ dO": ("this pad needs its amounts", "     ^"),
    "dX = __import__('os').system('true')": ("this was not expected here", "     ^"),
    "dX[p,q] = sum(i,j) dO[i,j]*K[p-i,z-j]": ("'z' is bound by no sum", "                                 ^"),
}
"""Claims that cannot be read, the first words of the message, and its mark under the claim."""


@pytest.mark.parametrize("claim", BAD_CLAIMS)
def test_a_claim_that_cannot_be_read_ends_with_2_and_a_mark_under_the_character(
    convgen: Run, claim: str
) -> None:
    words, mark = BAD_CLAIMS[claim]
    status, out, err = convgen("check", claim)
    assert (status, out) == (2, "")
    first, shown, marked = err.splitlines()
    assert first.startswith(f"convgen: error: {words}")
    assert shown == f"  {claim}"
    assert marked == f"  {mark}"


BAD_USAGE = {
    "": "required: COMMAND",
    "check": "required: CLAIM",
    "prove": "required: RULE",
    "prove X --list": "--list stands alone; leave X away",
    "prove --list --all": "--list stands alone; leave --all away",
    "check 'dX = dO' --notation 004": "invalid choice: '004'",
    "check 'dX = dO' --spec 'input=4x4 kernel=2x2' --stride 2": "leave --stride away",
    "prove X --stride many": "invalid int value: 'many'",
    "bench": "--input and --kernel missing",
    "bench --input 4x4 --kernel 2x2 --seconds soon": "invalid float value: 'soon'",
    "measure": "invalid choice: 'measure'",
    "derive": "--input and --kernel missing",
    "derive --input 4x4": "--kernel missing",
    "derive --input 4x4 --kernel 2x2 --paddding 1": "unrecognized arguments: --paddding 1",
    "derive --input 4x4 --kern 2x2": "unrecognized arguments: --kern",
    "derive --input 4x4 --kernel 2x2 --format rtf": "invalid choice: 'rtf'",
    "derive --input 4x4 --kernel 2x2 --notation 004": "invalid choice: '004'",
    "derive --spec 'input=4x4 kernel=2x2' --stride 2": (
        "--spec 'input=4x4 kernel=2x2' says the whole convolution; leave --stride away"
    ),
    "derive --spec 'input=4x4 kernel=2x2' --no-bias": "leave --no-bias away",
    "generate --input 4x4 --kernel 2x2 --forms forward=": "'forward=' is neither a form nor pass=form,pass=form",
    "generate --input 4x4 --kernel 2x2 --forms forward=loops,forward=unrolled": "is neither a form",
    "generate --input 4x4 --kernel 2x2 --check": "--check goes with --manifest",
    "generate --manifest m.toml --kernel 2x2": "leave --kernel away",
    "generate --manifest m.toml --output-dir made": "leave --output-dir away",
    "demo --epochs many": "invalid int value: 'many'",
}  # fmt: skip
"""Command lines that cannot be read, and what the usage error has to say."""


@pytest.mark.parametrize("line", BAD_USAGE)
def test_bad_usage_ends_with_2_and_the_usage(convgen: Run, line: str) -> None:
    status, out, err = convgen(*shlex.split(line))
    assert (status, out) == (2, "")
    assert err.startswith("usage: convgen")
    assert BAD_USAGE[line] in err.splitlines()[-1]


@pytest.mark.parametrize("place", ["a directory", "a file/below"])
def test_an_unwritable_output_ends_with_2_and_leaves_nothing(
    convgen: Run, place: str, tmp_path: Path
) -> None:
    (tmp_path / "a directory").mkdir()
    (tmp_path / "a file").write_text("kept")
    path = tmp_path / place
    for arguments in (
        ["derive", *WORKED_EXAMPLE, "--output", str(path)],
        ["verify", *WORKED_EXAMPLE, "--output", str(path)],
        ["generate", *WORKED_EXAMPLE, "--output-dir", str(tmp_path / "a file")],
    ):
        status, out, err = convgen(*arguments)
        assert (status, out) == (2, "")
        assert re.fullmatch(r"convgen: error: cannot write .*\n", err)
    assert {path.name for path in tmp_path.rglob("*")} == {"a directory", "a file"}
    assert (tmp_path / "a file").read_text() == "kept"


# ---- the spec --------------------------------------------------------------------------------------------


def options_of(spec: ConvSpec) -> list[str]:
    """A spec's text form as options."""
    words = [word.split("=") for word in str(spec).split()]
    return [
        each for key, value in words for each in ([option(key)] if key == "bias" else [option(key), value])
    ]


@given(conv_specs())
def test_options_and_text_form_say_the_same_convolution(spec: ConvSpec) -> None:
    for arguments in (options_of(spec), ["--spec", str(spec)]):
        assert spec_of(vars(_parser().parse_args(["verify", *arguments]))) == spec


def test_every_key_of_the_text_form_is_an_option(convgen: Run) -> None:
    for command in ("derive", "verify", "generate"):
        _, out, _ = convgen(command, "--help")
        assert all(option(field.key) in out for field in FIELDS)


# ---- bytes -----------------------------------------------------------------------------------------------

ANSWERS = [
    *(["derive", *LAYER, "--format", format_] for format_ in FORMATS),
    ["derive", *LAYER, "--json"],
    ["verify", *LAYER],
    ["verify", *LAYER, "--json"],
    ["check", "dX = pad(dO) ⋆ rot180(K)", "--rank", "1", "--padding", "0"],
    ["check", "dX = pad(dO) ⋆ rot180(K)", *LAYER, "--json"],
    ["prove", "X", "--stride", "2", "--dilation", "1"],
]


@pytest.mark.parametrize("arguments", ANSWERS, ids=lambda words: " ".join(words[:1] + words[9:]))
def test_standard_output_and_file_get_the_same_bytes(
    arguments: list[str], tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    status = main(arguments)
    assert status == ("check" in arguments)  # what is checked here does not hold
    printed = capsysbinary.readouterr().out
    assert main([*arguments, "--output", str(tmp_path / "answer")]) == status
    assert capsysbinary.readouterr().out == b""
    assert (tmp_path / "answer").read_bytes() == printed
    assert printed.decode()
    assert b"\r" not in printed


@pytest.mark.parametrize(("target", "suffix"), [("c", ".c"), ("numpy", ".py")])
def test_a_source_is_printed_as_it_is_written(
    target: str, suffix: str, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    arguments = ["generate", *LAYER, "--target", target, "--name", "layer", "--dtype", "float64"]
    assert main(arguments) == 0
    printed = capsysbinary.readouterr().out
    assert main([*arguments, "--output-dir", str(tmp_path / "made")]) == 0
    told = capsysbinary.readouterr().out.decode().splitlines()
    written = sorted((tmp_path / "made").iterdir())
    assert sorted(told) == [f"wrote {path}" for path in written]
    assert {path.name for path in written} == ({"layer.c", "layer.h"} if target == "c" else {"layer.py"})
    assert (tmp_path / "made" / f"layer{suffix}").read_bytes() == printed


def test_the_bytes_do_not_depend_on_the_locale(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["verify", *LAYER]) == 0
    printed = capsysbinary.readouterr().out
    assert not printed.isascii()
    plain = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    done = process("verify", *LAYER, env=os.environ | plain)
    assert (done.returncode, done.stdout, done.stderr) == (0, printed, b"")


def test_a_link_is_written_through_and_a_pipe_is_not_replaced(convgen: Run, tmp_path: Path) -> None:
    target, link, pipe = tmp_path / "target", tmp_path / "link", tmp_path / "pipe"
    link.symlink_to(target)
    os.mkfifo(pipe)
    received: list[str] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_text("utf-8")), daemon=True)
    reader.start()
    for path in (link, pipe):
        assert convgen("verify", *WORKED_EXAMPLE, "--output", path)[0] == 0
    reader.join(timeout=20)  # one that waits for a pipe which was replaced would wait for ever
    assert received == [target.read_text("utf-8")]
    assert link.is_symlink()
    assert pipe.is_fifo()


# ---- answers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("more", ["", "--name mine --forms unrolled", "--dtype float64"])
def test_the_command_in_a_file_writes_that_file_again(convgen: Run, target: str, more: str) -> None:
    _, source, _ = convgen("generate", *LAYER, "--target", target, *more.split())
    command = re.search(r"convgen (generate (?:.*\\\n)*.*)", source)[1]
    assert convgen(*shlex.split(re.sub(r"\\\n[ *#]*", "", command))) == (0, source, "")


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("more", ["", "--notation 001"])
def test_a_document_says_its_origin_and_but_for_text_its_command(
    convgen: Run, format_: str, more: str
) -> None:
    spec = str(ConvSpec((3, 3), (2, 2)))
    _, out, _ = convgen("derive", *WORKED_EXAMPLE, "--format", format_, *more.split())
    first, second, _ = out.split("\n", 2)
    assert f"convgen {__version__} spec: {spec}" in first
    if format_ != "text":
        command = re.search(r"convgen (derive .*?)(?: -->|$)", second)[1]
        assert convgen(*shlex.split(command))[1] == out


JSON_KEYS = {
    "derive": "schema spec shapes rules notation format text",
    "verify": "schema spec holds method rules",
    "generate": "schema spec name target dtype forms tiles op_count workspace_bytes files written",
}


@pytest.mark.parametrize("command", JSON_KEYS)
def test_json_has_a_schema_version_and_its_keys(convgen: Run, command: str) -> None:
    status, out, err = convgen(command, *LAYER, "--json")
    answer = json.loads(out)
    assert (status, err) == (0, "")
    assert set(answer) == set(JSON_KEYS[command].split())
    assert answer["schema"] == SCHEMA_VERSION
    assert ConvSpec.parse(answer["spec"]) == ConvSpec((5, 6), (3, 2), stride=2, padding=(1, (0, 2)))


def test_json_of_derive_holds_the_rules_and_the_document(convgen: Run) -> None:
    answer = json.loads(convgen("derive", *WORKED_EXAMPLE, "--format", "latex", "--json")[1])
    assert answer["rules"] == {
        "dX": "pad(dO, (1, 1), (1, 1)) ⋆ rot180(K)",
        "dK": "X ⋆ dO",
        "db": "sum(dO)",
    }
    assert answer["shapes"] == {"X": [3, 3], "K": [2, 2], "b": [1], "O": [2, 2]}
    assert answer["text"] == convgen("derive", *WORKED_EXAMPLE, "--format", "latex")[1]


def test_json_of_generate_holds_the_files_and_where_they_went(convgen: Run, tmp_path: Path) -> None:
    answer = json.loads(convgen("generate", *WORKED_EXAMPLE, "--json", "--output-dir", tmp_path)[1])
    assert {Path(path).name: Path(path).read_text("utf-8") for path in answer["written"]} == answer["files"]
    assert answer["op_count"]["forward"] == {"multiplications": 16, "additions": 16}
    assert answer["forms"]["forward"] == "unrolled"


@pytest.mark.parametrize("notation", sorted({*NOTATIONS} - {"default"}))
def test_a_derivation_comes_in_the_letters_of_a_source(convgen: Run, notation: str) -> None:
    status, out, _ = convgen("derive", *WORKED_EXAMPLE, "--notation", notation)
    letters = NOTATIONS[notation].letters
    assert status == 0
    assert "\n    {O}[0,0] = b + {K}[0,0]*{X}[0,0] + ".format(**letters) in out
    assert "\n    {dX}[0,0] = {K}[0,0]*{dO}[0,0]\n".format(**letters) in out


# ---- demo ------------------------------------------------------------------------------------------------


def test_demo_hands_its_options_on_and_tells_the_outcome(
    convgen: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def run(*arguments: object, **options: object) -> SimpleNamespace:
        calls.append((arguments, options.pop("stream"), options))
        return SimpleNamespace(
            target="numpy", dtype="float64", verified=len(calls) < 3, reports=(), forms={"layer": {"forward": "sum"}},
            losses=(2.0, 1.0), accuracies=(0.5, 0.98), accuracy=0.98, seconds={"total": 1.0},
            derivation=Path("out/derivation.tex"), picture=Path("out/digits.png"),
        )  # fmt: skip

    monkeypatch.setattr("convgen.demo.run", run)
    assert convgen("demo")[0] == 0
    chosen = "--target numpy --dtype float64 --epochs 2 --seed 3 --output-dir out"
    status, out, _ = convgen("demo", *chosen.split(), "--json")
    assert status == 0
    assert json.loads(out)["accuracy"] == 0.98
    assert json.loads(out)["schema"] == SCHEMA_VERSION
    assert convgen("demo")[0] == 1
    wanted = {"target": "numpy", "dtype": "float64", "epochs": 2, "seed": 3, "output_directory": "out"}
    assert [(arguments, options) for arguments, _, options in calls] == [((), {}), ((), wanted), ((), {})]


def test_the_defaults_that_help_names_are_those_of_demo(convgen: Run) -> None:
    from inspect import signature

    from convgen.demo import run

    _, out, _ = convgen("demo", "--help")
    told = dict(
        re.findall(r"--([\w-]+) .*?\(default: *([\w-]+)\)", re.sub(r"\s+", " ", out).replace("- ", "-"))
    )
    defaults = {name: str(each.default) for name, each in signature(run).parameters.items()}
    for key, name in {
        "target": "target",
        "dtype": "dtype",
        "epochs": "epochs",
        "seed": "seed",
        "output-dir": "output_directory",
    }.items():
        assert told[key] == defaults[name]


# ---- help ------------------------------------------------------------------------------------------------

EXAMPLES = [line for command in COMMANDS for line in command.examples]


@pytest.mark.parametrize("line", EXAMPLES)
def test_an_example_in_the_help_works(
    convgen: Run, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    program, command, *arguments = shlex.split(line)
    assert program == "convgen"
    assert f"\n  {line}\n" in convgen(command, "--help")[1]
    if command == "demo" or "--manifest" in arguments:  # these run in tests of their own
        assert _parser().parse_args([command, *arguments])
    else:
        status, out, err = convgen(command, *arguments)
        assert (status, err) == (0, "")
        assert out or Path(arguments[arguments.index("--output") + 1]).stat().st_size


def test_help_shows_every_command_and_version_the_version(convgen: Run) -> None:
    status, out, _ = convgen("--help")
    assert status == 0
    for command in COMMANDS:
        assert command.name in out
        assert command.examples[0] in out
    assert convgen("--version") == (0, f"convgen {__version__}\n", "")


def test_help_names_every_target_and_dtype(convgen: Run) -> None:
    for command in ("generate", "demo"):
        _, out, _ = convgen(command, "--help")
        assert all(word in out for word in (*TARGETS, *DTYPES))


def test_the_module_is_the_command() -> None:
    done = process("verify", "--input", "4", "--kernel", "5")
    assert done.returncode == 2
    assert done.stderr == b"convgen: error: kernel 5 does not fit input 4 with padding 0: width 4 < 5\n"
    assert done.stdout == b""
