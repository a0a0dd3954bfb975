"""What docs/testing.md and the README show is what is said: messages, traps and code are those of the package."""

from __future__ import annotations

import importlib.util
import re
from types import ModuleType
from typing import Any

import pytest

from convgen.proof.mutants import mutants
from convgen.testing import TRAPS, assert_conv_layer
from project.files import ROOT
from testing.layers import backward, forward

PAGE = (ROOT / "docs" / "testing.md").read_text("utf-8")
EXAMPLE = ROOT / "examples" / "test_my_layer.py"


@pytest.fixture(scope="module")
def example() -> ModuleType:
    """The example, imported as pytest would."""
    found = importlib.util.spec_from_file_location("example_of_a_layer", EXAMPLE)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def said(layer: dict[str, Any]) -> str:
    """The message about a layer on the traps and the simplest layer, which is the same in every run."""
    with pytest.raises(AssertionError) as caught:
        assert_conv_layer(**layer, layout="NCHW", examples=1)
    return str(caught.value)


def test_the_messages_of_the_page_are_real(example: ModuleType) -> None:
    shown = re.findall(r"```text\n(.*?)\n```", PAGE, flags=re.DOTALL)
    assert shown == [said(layer) for layer, _ in example.MISTAKES.values()]


def test_the_message_in_the_readme_is_real(example: ModuleType) -> None:
    page = (ROOT / "README.md").read_text("utf-8")
    assert f"```text\n{said(example.MISTAKES['the stride'][0])}\n```" in page


def test_the_example_finds_its_mistakes_and_passes_where_it_is_right(example: ModuleType) -> None:
    example.test_my_layer()
    for forgotten in example.MISTAKES:
        example.test_the_usual_test_does_not_see_it(forgotten)
        example.test_the_mistake_is_found_and_named(forgotten)


def test_every_trap_stands_on_the_page_with_its_reason() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| (.*) \|$", PAGE, flags=re.MULTILINE)
    told = {trap.name: trap.reason for trap in TRAPS if not trap.name.startswith("layout-")}
    assert {name: reason for name, reason in rows if name in told} == told
    assert "| `layout-NHWC` and so on | axes in the order NHWC, for every layout of rank 1, 2 and 3 |" in PAGE


def test_the_code_of_the_page_runs() -> None:
    """Every block is run with layers, modules and functions of ours for those that it calls its reader's."""
    blocks = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    assert len(blocks) == 5
    for block in blocks:
        if "torch" in block:  # tests/testing/test_torch_layers.py has these
            continue
        names = {"forward": forward, "backward": backward, "my_output_size": lambda spec: spec.output_size}
        exec(compile(block, "docs/testing.md", "exec"), names)
        tests = {name: test for name, test in names.items() if name.startswith("test_")}
        assert tests
        for test in tests.values():
            marks = getattr(test, "pytestmark", [])
            for spec in marks[0].args[1] if marks else [()]:
                test(*([spec] if marks else []))


def test_the_kill_table_is_linked_from_where_documents_are_listed() -> None:
    assert "(kill-table.md)" in PAGE
    readme = (ROOT / "README.md").read_text("utf-8")
    assert "(docs/testing.md)" in readme
    assert "(docs/kill-table.md)" in readme
    assert len(mutants()) > 200
