"""The plugin gives every trap to a test that asks, names layers, passes its option on, and disturbs nothing else.

Each test runs pytest on a small suite of its own, in a process of its own, with warnings as errors.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from convgen.testing import HARD_SPECS, TRAPS, hard_specs
from project.files import ROOT

PLUGIN = "convgen.integrations.pytest_plugin"


def run(directory: Path, suite: str, *options: str, plugins: tuple[str, ...] = (PLUGIN,)) -> str:
    """What pytest says of a suite; the plugin is named, since only an installed convgen has its entry point."""
    (directory / "test_suite.py").write_text(suite, encoding="utf-8")
    (directory / "pytest.ini").write_text(
        "[pytest]\naddopts = --strict-markers --strict-config\n", encoding="utf-8"
    )
    named = [word for plugin in plugins for word in ("-p", plugin)]
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "error",
            "-m",
            "pytest",
            "-W",
            "error",
            "-p",
            "no:cacheprovider",
            *named,
            *options,
        ],
        cwd=directory,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


EVERY_TRAP = """
def test_each(hard_conv_spec):
    assert hard_conv_spec.output_size
"""


def test_a_test_that_takes_the_fixture_runs_once_for_every_trap_under_its_name(tmp_path: Path) -> None:
    said = run(tmp_path, EVERY_TRAP, "-v")
    assert f"{len(HARD_SPECS)} passed" in said
    assert re.findall(r"test_each\[(.*)\] PASSED", said) == [trap.name for trap in TRAPS]


def test_a_trap_is_chosen_by_its_name(tmp_path: Path) -> None:
    assert "3 passed" in run(tmp_path, EVERY_TRAP, "-k", "remainder")


MARKED = """
import pytest

pytestmark = pytest.mark.hard_conv_specs(layout="NHWC", groups=1)

def test_module(hard_conv_spec):
    assert (hard_conv_spec.layout, hard_conv_spec.groups) == ("NHWC", 1)

@pytest.mark.hard_conv_specs(layout="NWC")
def test_closest(hard_conv_spec):
    assert (hard_conv_spec.layout, hard_conv_spec.groups) == ("NWC", 1)
"""


def test_markers_hold_arguments_and_the_closest_has_the_last_word(tmp_path: Path) -> None:
    count = len(hard_specs(layout="NHWC", groups=1)) + len(hard_specs(layout="NWC", groups=1))
    assert f"{count} passed" in run(tmp_path, MARKED)


@pytest.mark.parametrize(
    ("marker", "words"),
    [
        ("'NHWC'", "hard_conv_specs takes arguments by name, got ('NHWC',)"),
        ("stride=99", "no trap is left where stride=99"),
    ],
)
def test_a_marker_that_leaves_nothing_is_a_mistake_of_use(marker: str, words: str, tmp_path: Path) -> None:
    suite = f"import pytest\n\n@pytest.mark.hard_conv_specs({marker})\ndef test_it(hard_conv_spec): ...\n"
    assert words in run(tmp_path, suite)


PARAMETRISED = """
import pytest
from convgen import ConvSpec
from convgen.testing import HARD_SPECS

@pytest.mark.parametrize("spec", [HARD_SPECS[0], ConvSpec((9, 9), (2, 3))])
@pytest.mark.parametrize("other", [1, "one"])
def test_named(spec, other): ...
"""


def test_layers_are_named_in_ids_and_other_values_as_ever(tmp_path: Path) -> None:
    said = run(tmp_path, PARAMETRISED, "-v")
    assert re.findall(r"test_named\[(.*)\] PASSED", said) == [
        f"{other}-{spec}" for other in ("1", "one") for spec in (TRAPS[0].name, "input=9x9 kernel=2x3")
    ]


COUNTING = """
from convgen.testing import assert_conv_layer, conv_specs

def test_count():
    tried = set()

    def forward(X, K, b, spec):
        tried.add(spec)
        return K * X

    one = dict(kernel_size=1, stride=1, padding=0, bias=False, in_channels=1, out_channels=1)
    assert_conv_layer(forward=forward, specs=conv_specs(layout="HW", max_size=50, **one))
    print(len(tried), "layers")

def test_own():
    tried = []
    assert_conv_layer(
        forward=lambda X, K, b, spec: tried.append(spec) or K * X, examples=3,
        specs=conv_specs(layout="HW", max_size=50, kernel_size=1, stride=1, padding=0, bias=False),
    )
    assert len({*tried}) <= 3
"""


def test_the_option_sets_how_many_layers_are_drawn_where_a_call_does_not_say(tmp_path: Path) -> None:
    few, many = (run(tmp_path, COUNTING, "-s", f"--convgen-examples={count}") for count in (5, 300))
    assert "2 passed" in few
    assert "2 passed" in many
    counts = [int(re.search(r"(\d+) layers", said)[1]) for said in (few, many)]
    assert counts[0] <= 5 < 100 < counts[1]


def test_a_number_that_is_none_is_refused(tmp_path: Path) -> None:
    assert "--convgen-examples must be at least 1, got 0" in run(tmp_path, EVERY_TRAP, "--convgen-examples=0")


WRONG = """
from convgen.testing import assert_conv_layer, assert_gradient_rule

def test_layer():
    assert_conv_layer(backward_bias=lambda dO, spec: dO.mean(axis=(0, 2, 3)), layout="NCHW", bias=True)

def test_rule():
    assert_gradient_rule("dX = pad(dO) ⋆ rot180(K)")
"""


def test_a_failing_assertion_shows_the_message_and_the_test_but_none_of_our_own_lines(tmp_path: Path) -> None:
    said = run(tmp_path, WRONG)
    assert "2 failed" in said
    assert "your db equals the rule with the mean for the sum" in said
    assert "smallest counterexample" in said
    shown = [line for line in said.splitlines() if re.match(r"(?!test_suite)\S+\.py:\d+", line)]
    assert shown == []


UNTOUCHED = """
import sys

def test_nothing_is_loaded():
    loaded = {name for name in sys.modules if name.partition(".")[0] in ("sympy", "numpy", "islpy", "hypothesis")}
    ours = {name for name in sys.modules if name.startswith("convgen.")}
    assert not loaded
    assert ours <= {"convgen.errors", "convgen.version", "convgen.integrations", "convgen.integrations.pytest_plugin"}
"""


def test_a_suite_that_does_not_use_it_loads_nothing(tmp_path: Path) -> None:
    assert "1 passed" in run(tmp_path, UNTOUCHED)


def test_it_goes_with_xdist_and_coverage(tmp_path: Path) -> None:
    plugins = (PLUGIN, "xdist", "pytest_cov")
    said = run(tmp_path, EVERY_TRAP, "-n", "2", "--cov=test_suite", "--convgen-examples=7", plugins=plugins)
    assert f"{len(HARD_SPECS)} passed" in said
    assert re.search(r"test_suite\.py +\d+ +0 +100%", said)


def test_pytest_finds_the_plugin_by_its_entry_point() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"convgen": PLUGIN}
    assert import_module(PLUGIN).pytest_configure
