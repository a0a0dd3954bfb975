"""Every claim of a Markdown file is found with its line and decided; what cannot be read is told."""

import json
from pathlib import Path

import pytest

from convgen.algebra.notation import notation
from convgen.cli import main
from convgen.errors import BudgetError, ClaimError, SpecError
from convgen.proof.notes import Noted, check_notes, noted_in
from convgen.proof.verdict import Verdict

LAYER = "input=4x5 kernel=2x3"

PAGE = """\
# Backward pass

On every dense layer `dX = pad(dO) ⋆ rot180(K)`, and ``db = sum(dO)``.
In NumPy: `dX = np.zeros_like(X)`, then `y = 3`; and never `dX == 2`.

```claim input=4x5 kernel=2x3
# the worked example
dX = pad(dO) ⋆ rot180(K)

dK = X ⋆ dO
```

```python
dX = wrong
```

> ~~~convgen input=4x5 kernel=2x3 stride=2
dK = X ⋆ dO
> ~~~
"""


def found(text: str, letters: str = "default") -> list[tuple[int, str, bool]]:
    return [(each.line, each.text, each.is_marked) for each in noted_in(text, notation(letters))]


def test_lines_of_tagged_blocks_and_code_spans_with_a_target_are_read() -> None:
    assert found(PAGE) == [
        (3, "dX = pad(dO) ⋆ rot180(K)", False),
        (3, "db = sum(dO)", False),
        (4, "dX = np.zeros_like(X)", False),
        (8, "dX = pad(dO) ⋆ rot180(K)", True),
        (10, "dK = X ⋆ dO", True),
        (18, "dK = X ⋆ dO", True),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("`dW~ = dO~ @ X~.T`", ["dW~ = dO~ @ X~.T"]),
        ("`dX[p,q] = dO[p,q]`", ["dX[p,q] = dO[p,q]"]),
        ("`` dX = `a` ``", ["dX = `a`"]),
        ("`X = dO`, `dX`, `dX != 2`, `dXY = dO`, dX = dO", []),
        ("```claims\ndX = dO\n```", []),
        ("````text\n```claim\ndX = dO\n```\n````\n`db = b`", ["db = b"]),
        ("```\n`dX = dO`\n```", []),
        ("```claim\ndX = dO", ["dX = dO"]),
        ("   ```claim\n   dX = dO\n   ```", ["dX = dO"]),
        ("~~~ claim stride=2\ndX = dO\n~~~", ["dX = dO"]),
        ("> ```claim\n> db = mean(dO)\n>\n> # no\n> ```\n`db = b`", ["db = mean(dO)", "db = b"]),
        ("> > ```claim\n> > db = b\n> > ```", ["db = b"]),
        ("```claim\n> db = b\n```", ["> db = b"]),
        ("```{claim} stride=1\ndb = b\n```", ["db = b"]),
        ("```{claim\ndb = b\n```\n```claim}\ndb = b\n```\n```{note}\ndb = b\n```", []),
    ],
)
def test_fences_and_spans_are_those_of_markdown(text: str, expected: list[str]) -> None:
    assert [each for _, each, _ in found(text)] == expected


def test_targets_are_those_of_the_notation() -> None:
    assert found("`dI = dI` and `dX = G`", "001") == [(1, "dI = dI", False)]


def test_the_words_after_a_tag_are_what_its_claims_are_about() -> None:
    (noted,) = noted_in("```claim stride=2 padding=same rank=1\ndX = dO\n```")
    assert noted == Noted(2, "dX = dO", "stride=2 padding=same rank=1", True)


def test_each_claim_gets_its_verdict_and_its_line(tmp_path: Path) -> None:
    """The same formula holds on the dense layer of one block and not on the strided one of another."""
    path = tmp_path / "notes.md"
    path.write_text(PAGE, "utf-8")
    report = check_notes(path, {"stride": "1", "dilation": "1", "padding": "0"})
    assert [(line, verdict.outcome) for line, verdict in report.verdicts] == [
        (3, "holds"),
        (3, "holds"),
        (8, "holds"),
        (10, "holds"),
        (18, "refuted"),
    ]
    assert not report
    assert [(line, text) for line, text, _ in report.unread] == [(4, "dX = np.zeros_like(X)")]
    text = str(report)
    assert f"{path}:18: refuted: dK = X ⋆ dO" in text
    assert f"{path}:4: not read as a claim: dX = np.zeros_like(X)" in text
    assert report.unread[0][2] in text
    assert text.endswith(f"4 of 5 claims in {path} hold, 1 could not be read")
    data = json.loads(json.dumps(report.to_json()))
    assert (data["schema"], data["holds"], len(data["claims"])) == (1, False, 5)
    assert data["claims"][4]["line"] == 18
    assert data["claims"][4]["outcome"] == "refuted"
    assert data["unread"][0]["line"] == 4
    assert "np" in data["unread"][0]["reason"]


def test_a_file_whose_claims_hold_is_true(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text("`dK = X ⋆ dO`\n", "utf-8")
    assert check_notes(path, {"input": "4x5", "kernel": "2x3"})


def test_a_block_may_have_a_notation_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text(f"```claim notation=001 {LAYER}\ndI = rot180(K) ⋆ pad(G)\n```\n", "utf-8")
    assert check_notes(path)


BAD = {
    "nothing to see": "holds no claim; write one a line in a block that begins with ```claim",
    "\n```claim\ndX = rot18(K)\n```": "notes.md:3: unknown function 'rot18'",
    "```claim\nthis is true\n```": "notes.md:2: a claim has the form target = formula",
    "```claim stride=2 stride=3\ndX = dO\n```": "notes.md:2: 'stride' is given twice",
    "```claim strides=2\ndX = dO\n```": "notes.md:2: unknown key 'strides'",
    "```claim notation=004\ndX = dO\n```": "notes.md:2: unknown notation '004'",
    f"```claim {LAYER}\ndX = sum(dO) ⋆ K\n```": "notes.md:2: star",
}
"""Files without an answer, and what the message has to say."""


@pytest.mark.parametrize("text", BAD, ids=str)
def test_what_cannot_be_decided_is_an_error_with_its_line(text: str, tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text(text, "utf-8")
    with pytest.raises((ClaimError, SpecError)) as error:
        check_notes(path)
    assert BAD[text] in str(error.value)


def test_where_nothing_can_be_read_every_line_is_named_at_once(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text("```claim\ndX = rot18(K)\n```\nand `dK = Z`", "utf-8")
    with pytest.raises(ClaimError, match=r"(?s)notes\.md:2: unknown function.*notes\.md:4: 'Z' is no array"):
        check_notes(path)


def test_a_bad_line_hides_no_verdict_on_the_others(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text("```claim\ndX = rot18(K)\ndb = sum(dO)\ndb = mean(dO)\ndK = Z\n```", "utf-8")
    report = check_notes(path)
    assert [(line, verdict.outcome) for line, verdict in report.verdicts] == [(3, "holds"), (4, "refuted")]
    assert [line for line, _, _ in report.unread] == [2, 5]
    text = str(report)
    assert text.index(":4: refuted") < text.index(
        f"{path}:2: not read as a claim: dX = rot18(K)\nunknown function"
    )
    assert text.endswith(f"1 of 2 claims in {path} hold, 2 could not be read")


def test_what_holds_does_not_make_up_for_a_formula_that_was_not_read(tmp_path: Path) -> None:
    path = tmp_path / "quiet.md"
    path.write_text("`db = sum(dO)`, and `dX = dO * K`\n", "utf-8")
    report = check_notes(path)
    assert all(verdict for _, verdict in report.verdicts)
    assert not report
    assert not report.is_complete
    assert not report.to_json()["holds"]
    assert ":1: not read as a claim: dX = dO * K\n* multiplies by a number" in str(report)
    assert str(report).endswith(f"1 of 1 claims in {path} hold, 1 could not be read")


def test_what_would_take_too_long_is_not_called_unreadable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(claim: str, **_: object) -> Verdict:
        if claim == "dX = dO":
            raise BudgetError("too long")
        return Verdict(claim, "holds", "", "")

    monkeypatch.setattr("convgen.proof.notes.check", check)
    path = tmp_path / "notes.md"
    path.write_text("`dX = dO` and `db = dO`", "utf-8")
    report = check_notes(path)
    assert report.undecided == ((1, "dX = dO", "too long"),)
    assert not report
    assert str(report).endswith(f"1 of 1 claims in {path} hold, 1 could not be decided")


@pytest.mark.parametrize(
    ("page", "status"),
    [
        ("`db = sum(dO)`", 0),
        ("`db = mean(dO)`", 1),
        ("`db = sum(dO)` `dX = dO * K`", 2),
        ("`db = mean(dO)` `dX = dO * K`", 2),
    ],
)
def test_the_exit_status_tells_what_holds_from_what_was_not_read(
    page: str, status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "PAGE.MD"
    path.write_text(page, "utf-8")
    assert main(["check", str(path)]) == status
    assert f"claims in {path} hold" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["notes.txt", "-", ".", "no/such.tex"])
def test_files_of_other_kinds_are_named_as_such(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", name]) == 2
    assert f"{name!r} is no formula, and of files only .md and .markdown are read" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"\xff\xfe", None], ids=["not UTF-8", "missing"])
def test_a_file_that_cannot_be_read_is_named(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ClaimError, match=r"cannot read .*notes\.md: "):
        check_notes(path)
