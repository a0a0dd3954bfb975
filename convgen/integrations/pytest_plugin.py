"""The pytest plugin: the traps as a fixture, names for layers in test ids, and how many layers are drawn.

    def test_my_layer(hard_conv_spec): ...                  # once for every trap

    @pytest.mark.hard_conv_specs(layout="NHWC", groups=1)
    def test_my_other_layer(hard_conv_spec): ...            # once for every trap of that kind

    pytest --convgen-examples=1000                          # a longer search in every assertion

pytest finds it by itself where convgen is installed; ``-p no:convgen`` leaves it out. Until a test asks for it,
it loads nothing but itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

FIXTURE = "hard_conv_spec"
MARKER = "hard_conv_specs"
OPTION = "--convgen-examples"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the number of layers that assertions draw."""
    parser.getgroup("convgen").addoption(
        OPTION,
        type=int,
        metavar="N",
        help="how many layers assert_conv_layer and assert_gradient_rule draw where the call does not say "
        "(default: as many as Hypothesis' profile has examples)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and pass the option on."""
    config.addinivalue_line(
        "markers",
        f"{MARKER}(**held): which traps the fixture {FIXTURE} takes, as convgen.testing.hard_specs says",
    )
    examples = config.getoption(OPTION)
    if examples is None:
        return
    if examples < 1:
        import pytest

        raise pytest.UsageError(f"{OPTION} must be at least 1, got {examples}")
    from convgen.testing.search import CommandLine

    before, CommandLine.examples = CommandLine.examples, examples
    config.add_cleanup(lambda: setattr(CommandLine, "examples", before))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that takes the fixture once for every trap that its markers leave."""
    if FIXTURE not in metafunc.fixturenames:
        return
    import pytest

    from convgen.errors import SpecError
    from convgen.testing.hard_specs import hard_specs

    test = metafunc.definition
    held: dict[str, object] = {}
    for marker in reversed([*test.iter_markers(MARKER)]):  # the closest comes first, and has the last word
        if marker.args:
            raise pytest.UsageError(f"{test.nodeid}: {MARKER} takes arguments by name, got {marker.args}")
        held |= marker.kwargs
    try:
        specs = hard_specs(**held)
    except SpecError as error:
        raise pytest.UsageError(f"{test.nodeid}: {MARKER}: {error}") from error
    metafunc.parametrize(FIXTURE, specs)


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a layer in a test's id: by its trap, or else by its text form."""
    if type(val).__module__ != "convgen.spec":  # so that tests without layers load nothing
        return None
    from convgen.spec import ConvSpec
    from convgen.testing.hard_specs import trap_name

    return (trap_name(val) or str(val)) if isinstance(val, ConvSpec) else None
