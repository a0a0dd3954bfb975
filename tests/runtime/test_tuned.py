"""Measured tiles are honoured for what they were measured for, change no bit, and are not trusted once damaged."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from convgen import ConvSpec, load
from convgen.errors import PlanError
from convgen.runtime import cache as cache_module
from convgen.runtime import here, processor, tuned
from convgen.runtime.here import isa_here
from convgen.runtime.tuned import FILE, Question, keep_tiles, kept_tiles

SPEC = ConvSpec((5, 9), (3, 3), 8, 8, padding=1, layout="HWC")


@pytest.fixture
def question() -> Question:
    return Question(SPEC, "float32", isa_here("native"))


def tile_of(kernel: object, name: str = "forward") -> str:
    return str(kernel.kernel.tilings[name].tile)  # type: ignore[attr-defined]


def other_than_the_rules() -> str:
    return "1x2x4" if tile_of(load(SPEC, tile="rule")) != "1x2x4" else "2x2x4"


def damage(entry: Path, text: str) -> None:
    """Another text, with a digest that says it is what was kept."""
    (entry / FILE).write_text(text, encoding="utf-8")
    (entry / cache_module.RECORD).write_text(cache_module._record(entry / FILE, entry.name), encoding="utf-8")


# ---- kept and taken -----------------------------------------------------------------------------------


def test_load_takes_what_was_measured_and_gives_the_same_bits(question: Question) -> None:
    tile = other_than_the_rules()
    generator = np.random.default_rng(3)
    X, K, b = (
        generator.standard_normal(shape).astype(np.float32)
        for shape in (SPEC.input_shape, SPEC.kernel_shape, SPEC.bias_shape)
    )
    plain = load(SPEC)
    assert tile_of(plain) != tile
    keep_tiles(question, {"forward": tile, "backward_data": "rule"})
    kept = load(SPEC)
    assert tile_of(kept) == tile_of(load(SPEC, tile="tuned")) == tile
    assert tile_of(kept, "backward_data") == tile_of(plain, "backward_data")
    assert f"--tile forward={tile}" in kept.kernel.source.replace(" \\\n *        ", "")
    assert kept.forward(X, K, b).tobytes() == plain.forward(X, K, b).tobytes()
    assert load(SPEC, tile="rule").kernel.source == plain.kernel.source


def test_what_is_said_otherwise_is_done(question: Question) -> None:
    tile = other_than_the_rules()
    keep_tiles(question, {"forward": tile})
    for said in (
        {"tile": "rule"},
        {"forms": "tiled"},
        {"threads": 2},
        {"dtype": "float64"},
        {"isa": "portable"},
    ):
        if said.get("isa") != question.isa:
            assert tile_of(load(SPEC, **said)) != tile, said
    assert tile_of(load(SPEC, tile="1x1x4")) == "1x1x4"
    assert tile_of(load(SPEC, threads=2, tile="tuned")) == tile
    assert load(SPEC, "numpy").kernel.tilings == {}


def test_measured_anew_the_answer_takes_the_place_of_the_earlier_one(question: Question, cache: Path) -> None:
    for tile in ("1x1x4", "2x1x4", "2x1x4"):
        path = keep_tiles(question, {"forward": tile})
        assert kept_tiles(question) == {"forward": tile}
    assert path == cache / question.key / FILE
    assert sorted(each.name for each in cache.iterdir() if each.name.startswith(".")) == []


def test_tuned_tiles_that_were_never_measured_are_refused(question: Question) -> None:
    assert kept_tiles(question) is None
    with pytest.raises(PlanError) as caught:
        load(SPEC, tile="tuned")
    for words in (str(SPEC), "float32", question.isa, "convgen bench --tune"):
        assert words in str(caught.value)
    with pytest.raises(PlanError, match="'tuned' and forms='loops'"):
        load(SPEC, tile="tuned", forms="loops")


def test_whatever_the_answer_follows_from_changes_the_key(
    question: Question, monkeypatch: pytest.MonkeyPatch, script: Callable[..., Path]
) -> None:
    spec = ConvSpec((5, 9), (3, 3), 8, 8, padding=1, layout="CHW")
    others = [
        Question(spec, "float32", question.isa),
        Question(SPEC, "float64", question.isa),
        Question(SPEC, "float32", "none"),
        Question(SPEC, "float32", question.isa, "winograd"),
    ]
    keys = [question.key, *(each.key for each in others)]
    assert Question(SPEC, "float32", question.isa, "auto").key == question.key
    monkeypatch.setattr(tuned, "processor", lambda: "another")
    keys.append(Question(SPEC, "float32", question.isa).key)
    monkeypatch.setattr(tuned, "__version__", "0.0.0")
    keys.append(Question(SPEC, "float32", question.isa).key)
    from runtime.by_hand import COMPILER

    monkeypatch.setenv("CC", str(script(f'exec {COMPILER} "$@"')))
    keys.append(Question(SPEC, "float32", question.isa).key)
    assert len(set(keys)) == len(keys)


def test_a_processor_has_a_name_in_words() -> None:
    processor.processor.cache_clear()
    assert processor.processor().strip()
    assert "\n" not in processor.processor()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("processor\t: 0\nmodel name\t: AMD EPYC\ncpu\t\t: x\n", "AMD EPYC"),
        ("CPU implementer\t: 0x41\nCPU part\t: 0xd0c\n", "0x41 0xd0c"),
    ],
)
def test_a_processor_is_named_by_the_systems_own_lines(
    text: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cpuinfo").write_text(text)
    monkeypatch.setattr(processor, "CPUINFO", tmp_path / "cpuinfo")
    processor.processor.cache_clear()
    assert processor.processor() == name
    processor.processor.cache_clear()


# ---- damaged, or another's ----------------------------------------------------------------------------


DAMAGES: dict[str, Callable[[Path, dict[str, str]], None]] = {
    "a byte": lambda entry, _: (entry / FILE).write_text((entry / FILE).read_text() + " ") and None,
    "no digest": lambda entry, _: (entry / cache_module.RECORD).unlink(),
    "no record": lambda entry, _: (entry / FILE).unlink(),
    "no JSON": lambda entry, _: damage(entry, "{"),
    "no object": lambda entry, _: damage(entry, "[1]"),
    "no tiles": lambda entry, words: damage(entry, json.dumps({"question": words})),
    "another question": lambda entry, words: damage(
        entry, json.dumps({"question": words | {"processor": "another"}, "tiles": {"forward": "1x1x4"}})
    ),
    "no pass": lambda entry, words: damage(
        entry, json.dumps({"question": words, "tiles": {"sideways": "1x1x4"}})
    ),
    "no tile": lambda entry, words: damage(
        entry, json.dumps({"question": words, "tiles": {"forward": "big"}})
    ),
    "no text": lambda entry, words: damage(entry, json.dumps({"question": words, "tiles": {"forward": [1]}})),
    "too large": lambda entry, words: damage(
        entry, json.dumps({"question": words, "tiles": {"forward": "99x99x4"}})
    ),
}


@pytest.mark.parametrize("damaged", DAMAGES)
def test_a_damaged_record_is_told_and_the_rule_chooses(damaged: str, question: Question) -> None:
    plain = load(SPEC)
    entry = keep_tiles(question, {"forward": other_than_the_rules()}).parent
    DAMAGES[damaged](entry, question.words)
    with pytest.warns(RuntimeWarning, match="the rule chooses the tiles") as told:
        found = load(SPEC)
    assert found.kernel.source == plain.kernel.source
    assert str(SPEC) in str(told[0].message)
    assert told[0].filename == __file__
    with pytest.warns(RuntimeWarning), pytest.raises(PlanError, match="nothing has been measured"):
        load(SPEC, tile="tuned")
    keep_tiles(question, {"forward": "1x1x4"})  # measured anew, it is whole again
    assert tile_of(load(SPEC)) == "1x1x4"


def test_another_users_record_is_told_and_not_used(
    question: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = load(SPEC)
    path = keep_tiles(question, {"forward": other_than_the_rules()})
    status, other = Path.lstat, os.geteuid() + 1

    class Foreign:
        st_uid = other

    monkeypatch.setattr(Path, "lstat", lambda self: Foreign if self == path else status(self))
    with pytest.warns(RuntimeWarning, match=rf"belong to user {other}.*the rule chooses the tiles"):
        assert load(SPEC).kernel.source == plain.kernel.source


def test_tiles_that_do_not_fit_the_kernel_any_more_are_told(question: Question) -> None:
    """A pass that has no tiles, as where the rule has given it another form since."""
    plain = load(SPEC)
    keep_tiles(question, {"backward_bias": "1x1x4"})
    with pytest.warns(
        RuntimeWarning, match=r"do not fit its kernel.*backward_bias.*the rule chooses"
    ) as told:
        assert load(SPEC).kernel.source == plain.kernel.source
    assert told[0].filename == __file__


def test_what_is_wrong_beside_the_tiles_is_said_as_without_them(question: Question) -> None:
    keep_tiles(question, {"forward": "1x1x4"})
    with pytest.raises(PlanError, match="no name"):
        load(SPEC, name="no name")
    with pytest.raises(PlanError, match="ConvSpec"):
        here.generated_here("spec", "float32", {})  # type: ignore[arg-type]
