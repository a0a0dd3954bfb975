"""The pytest plugin: hard layers as a fixture, names for layers in test ids, and how many are drawn.

    def test_my_layer(conv_spec): ...                       # once for every trap

    @pytest.mark.hard_specs(layout="NHWC", groups=1)
    def test_my_other_layer(conv_spec): ...

    pytest --convgen-examples=1000                          # a longer search in every assertion

pytest finds it by itself where convgen is installed; ``-p no:convgen`` leaves it out. It loads neither NumPy nor
SymPy, and nothing but itself before the first test that uses it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

FIXTURE = "conv_spec"
MARKER = "hard_specs"
OPTION = "--convgen-examples"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the number of layers that assertions draw."""
    parser.getgroup("convgen").addoption(
        OPTION,
        type=int,
        metavar="N",
        help="layers that assert_conv_layer and assert_gradient_rule draw where the call does not say "
        "(default: as many as Hypothesis' profile has examples)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker and pass the option on."""
    config.addinivalue_line(
        "markers",
        f"{MARKER}(**held): which layers the fixture {FIXTURE} takes, by arguments of convgen.ConvSpec and rank",
    )
    examples = config.getoption(OPTION)
    if examples is not None:
        import pytest

        if examples < 1:
            raise pytest.UsageError(f"{OPTION} must be at least 1, got {examples}")
        from convgen.testing.search import CommandLine

        before = CommandLine.examples
        CommandLine.examples = examples
        config.add_cleanup(lambda: setattr(CommandLine, "examples", before))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that takes ``conv_spec`` once for every trap that its marker leaves."""
    if FIXTURE not in metafunc.fixturenames or _has_own_fixture(metafunc):
        return
    import pytest

    from convgen.errors import SpecError
    from convgen.testing.hard_specs import hard_specs

    held: dict[str, object] = {}
    for marker in reversed([*metafunc.definition.iter_markers(MARKER)]):  # the closest has the last word
        if marker.args:
            raise pytest.UsageError(
                f"{metafunc.definition.nodeid}: {MARKER} takes arguments by name, got {marker.args}"
            )
        held |= marker.kwargs
    try:
        specs = hard_specs(**held)
    except SpecError as error:
        raise pytest.UsageError(f"{metafunc.definition.nodeid}: {MARKER}: {error}") from error
    metafunc.parametrize(FIXTURE, specs)


def _has_own_fixture(metafunc: pytest.Metafunc) -> bool:
    """Whether the user's suite defines or parametrises the name itself."""
    parametrised = any(
        FIXTURE in _argument_names(marker.args[0])
        for marker in metafunc.definition.iter_markers("parametrize")
        if marker.args
    )
    return parametrised or FIXTURE in metafunc._arg2fixturedefs


def _argument_names(names: object) -> list[str]:
    return [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)  # type: ignore[call-overload]


def pytest_make_parametrize_id(config: pytest.Config, val: object) -> str | None:  # noqa: ARG001 -- pytest's own names
    """Name a layer in a test's id: by its trap, or by its text form."""
    if type(val).__module__ != "convgen.spec":  # so that tests without layers load nothing
        return None
    from convgen.spec import ConvSpec
    from convgen.testing.hard_specs import trap_name

    return (trap_name(val) or str(val)) if isinstance(val, ConvSpec) else None
