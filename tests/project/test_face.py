"""``import convgen`` names everything and loads nothing heavy; each name loads its own room on first use."""

import subprocess
import sys

import pytest

import convgen

HEAVY = ("numpy", "sympy", "islpy", "jinja2", "lark", "matplotlib", "sklearn", "scipy", "torch", "hypothesis")


def modules_after(statement: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after a statement."""
    printing = f"import contextlib, io, sys\n{statement}\nprint(*sys.modules, sep='\\n', file=sys.__stdout__)"
    done = subprocess.run([sys.executable, "-c", printing], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


HELP = """
sys.argv = ["convgen", "--help"]
from convgen.cli import main
with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
    main()
"""


@pytest.mark.parametrize(
    "statement",
    [
        "import convgen",
        "import convgen.cli",
        HELP,
        "import convgen; convgen.ConvSpec((4, 6), (2, 3), padding='same')",
    ],
    ids=["import", "import the command line", "help", "a spec"],
)
def test_nothing_heavy_is_loaded_by(statement: str) -> None:
    loaded = modules_after(statement)
    assert "convgen" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_import_alone_loads_no_room() -> None:
    ours = {name for name in modules_after("import convgen") if name.startswith("convgen.")}
    assert ours == {"convgen.errors", "convgen.version"}


@pytest.mark.parametrize("name", convgen.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(convgen, name) is not None
    assert name in dir(convgen)


def test_the_table_of_rooms_and_the_public_names_agree() -> None:
    assert set(convgen._ROOMS) | {"errors", "__version__"} == set(convgen.__all__)


def test_an_unknown_name_is_refused_by_its_name() -> None:
    with pytest.raises(AttributeError, match="'convgen' has no attribute 'derivee'"):
        _ = convgen.derivee
