"""The wheel and the sdist hold the whole package, templates included, and work outside the checkout."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from convgen.version import __version__
from project.files import PACKAGE, PARTS, ROOT, TEMPLATES, copy_project


@pytest.fixture(scope="session")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the sdist, and the wheel that was built from it."""
    source = tmp_path_factory.mktemp("source")
    built = tmp_path_factory.mktemp("built")
    copy_project(source)
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(built), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Package would be ignored" not in done.stdout + done.stderr
    return built


@pytest.fixture(scope="session")
def wheel(distributions: Path) -> Path:
    return distributions / f"convgen-{__version__}-py3-none-any.whl"


def below(directory: Path) -> set[str]:
    return {
        path.relative_to(directory).as_posix()
        for path in directory.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_the_package_and_its_templates_and_nothing_else(wheel: Path) -> None:
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    package = {f"convgen/{name}" for name in below(PACKAGE)}
    templates = {f"convgen/templates/{name}" for name in below(TEMPLATES)}
    assert held == package | templates


def test_the_metadata_tell_version_and_licence(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    metadata = archive.read(f"convgen-{__version__}.dist-info/METADATA").decode()
    assert f"\nVersion: {__version__}\n" in metadata
    assert "\nLicense-Expression: MIT\n" in metadata
    licence = archive.read(f"convgen-{__version__}.dist-info/licenses/LICENSE").decode()
    assert licence == (ROOT / "LICENSE").read_text("utf-8")


def test_the_sdist_holds_the_whole_project(distributions: Path) -> None:
    top = f"convgen-{__version__}/"
    with tarfile.open(distributions / f"convgen-{__version__}.tar.gz") as archive:
        held = set(archive.getnames())
    wanted = {f"{part}/{name}" for part in PARTS for name in below(ROOT / part)}
    wanted |= {"pyproject.toml", "Makefile", "README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md"}
    assert {name for name in wanted if top + name not in held} == set()


OUTSIDE = """
import sys
from pathlib import Path
# An editable install would stand in, with the checkout's files, for any that the wheel lacks.
sys.meta_path[:] = [finder for finder in sys.meta_path if "__editable__" not in finder.__module__]
sys.path.insert(0, sys.argv[1])
import convgen, convgen.templates
print(Path(convgen.__file__).parent, *convgen.templates.__path__, sep="\\n")
spec = convgen.ConvSpec((3, 3), (2, 2))
for target in ("c", "numpy"):
    convgen.generate(spec, target=target, dtype="float64").write("made")
Path("made/derivation.tex").write_text(convgen.derive(spec).latex(), encoding="utf-8")
"""


def test_the_wheel_unpacked_elsewhere_finds_its_own_templates(wheel: Path, tmp_path: Path) -> None:
    # A pure wheel unpacked is a wheel installed.
    installed, elsewhere = tmp_path / "installed", tmp_path / "elsewhere"
    zipfile.ZipFile(wheel).extractall(installed)
    elsewhere.mkdir()
    command = [sys.executable, "-c", OUTSIDE, str(installed)]
    done = subprocess.run(command, cwd=elsewhere, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [str(installed / "convgen"), str(installed / "convgen" / "templates")]
    assert {path.suffix for path in (elsewhere / "made").iterdir()} == {".c", ".h", ".py", ".tex"}
    assert all(path.stat().st_size for path in (elsewhere / "made").iterdir())


def test_pytest_finds_the_plugin_of_an_installed_wheel(wheel: Path, tmp_path: Path) -> None:
    """By its entry point alone, with warnings as errors: no module is loaded before pytest can rewrite it."""
    installed, suite = tmp_path / "installed", tmp_path / "suite"
    zipfile.ZipFile(wheel).extractall(installed)
    suite.mkdir()
    (suite / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers\n", encoding="utf-8")
    (suite / "test_it.py").write_text(
        "import convgen\ndef test_each(hard_conv_spec):\n    print('from', convgen.__file__)\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-W", "error", "-m", "pytest", "-W", "error", "-s", "-p", "no:cacheprovider"]
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTEST_ADDOPTS": ""}
    done = subprocess.run(command, cwd=suite, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"from {installed}" in done.stdout
