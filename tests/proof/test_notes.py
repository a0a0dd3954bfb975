"""Every claim of a Markdown file is found with its line and decided; what cannot be read is told."""

import json
from pathlib import Path

import pytest

from convgen.algebra.notation import notation
from convgen.errors import ClaimError, SpecError
from convgen.proof.notes import Noted, check_notes, noted_in

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
    assert text.endswith(f"4 of 5 claims in {path} hold")
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


def test_every_unreadable_line_is_named_at_once(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text("```claim\ndX = rot18(K)\ndb = sum(dO)\ndK = Z\n```", "utf-8")
    with pytest.raises(ClaimError, match=r"(?s)notes\.md:2: unknown function.*notes\.md:4: 'Z' is no array"):
        check_notes(path)


@pytest.mark.parametrize("content", [b"\xff\xfe", None], ids=["not UTF-8", "missing"])
def test_a_file_that_cannot_be_read_is_named(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ClaimError, match=r"cannot read .*notes\.md: "):
        check_notes(path)
