"""`convgen.demo.run` as a user sees it: what it says, shows, writes and returns, and how it refuses."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
import pytest

from convgen.demo import DemoResult, job, run
from convgen.errors import CompilerError, DtypeError, MissingDependencyError, OutputError, PlanError
from convgen.kernels.kernel import PASSES
from convgen.spec import ConvSpec


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "made" / "here"


@pytest.fixture(scope="module")
def said() -> io.StringIO:
    return io.StringIO()


@pytest.fixture(scope="module")
def progress() -> io.StringIO:
    return io.StringIO()


@pytest.fixture(scope="module")
def result(directory: Path, said: io.StringIO, progress: io.StringIO) -> DemoResult:
    """The whole demo on the C target, two epochs long."""
    return run("c", directory, epochs=2, stream=said, progress=progress)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a small layer is derived and verified, so that a test is about what follows."""
    derive = job.derive
    monkeypatch.setattr(job, "derive", lambda _: derive(ConvSpec(3, 2)))


def test_the_layers_are_derived_and_verified(result: DemoResult, said: io.StringIO) -> None:
    latex = result.derivation.read_text("utf-8")
    assert r"\frac{\partial L}{\partial K}" in latex
    assert r"\frac" not in said.getvalue()  # the terminal gets where the steps lead, the file every one
    assert "steps, each checked for every size and on this shape, lead to\ndX = pad(" in said.getvalue()
    assert f"every step, in LaTeX: {result.derivation}" in said.getvalue()
    assert result.verified
    assert [report.spec.batch for report in result.reports] == [2, 2, 2]
    assert all(str(report) in said.getvalue() for report in result.reports)


def test_the_kernels_of_both_batch_sizes_are_written(result: DemoResult, directory: Path) -> None:
    written = {path.name for path in (directory / "kernels").iterdir()}
    assert written == {f"{name}.{suffix}" for name in result.forms for suffix in ("c", "h")}
    assert len(result.forms) == 6
    assert all(set(forms) == set(PASSES) for forms in result.forms.values())


def test_it_ends_with_the_test_accuracy(result: DemoResult, said: io.StringIO) -> None:
    assert result.accuracy == result.accuracies[-1] >= 0.9
    right = round(result.accuracy * 357)
    assert result.accuracy == pytest.approx(right / 357, abs=1e-15)
    last = said.getvalue().splitlines()[-1]
    assert last.startswith(f"test accuracy {100 * right / 357:.1f} % ({right} of 357 scans)")
    assert str(result.picture) in last


def test_losses_and_times_are_returned(result: DemoResult) -> None:
    assert len(result.losses) == 2 * 45
    assert len(result.accuracies) == 2
    assert np.mean(result.losses[-45:]) < np.mean(result.losses[:45]) / 2
    stages = {name: seconds for name, seconds in result.seconds.items() if name != "total"}
    assert list(stages) == ["derive", "verify", "kernels", "train", "picture"]
    assert result.seconds["total"] >= sum(stages.values())


def test_the_picture_is_a_large_one_in_greys_only(result: DemoResult) -> None:
    from matplotlib import image

    pixels = image.imread(result.picture)
    assert pixels.shape[0] >= 700
    assert pixels.shape[1] >= 1500
    red, green, blue = np.moveaxis(pixels[..., :3], -1, 0)
    assert np.array_equal(red, green)
    assert np.array_equal(green, blue)
    assert len(np.unique(red)) > 50


def test_a_file_gets_a_line_an_epoch(result: DemoResult, progress: io.StringIO) -> None:
    lines = progress.getvalue().splitlines()
    assert [line.split(":")[0] for line in lines] == ["epoch 1 of 2", "epoch 2 of 2"]
    assert f"test accuracy {100 * result.accuracy:.1f} %" in lines[-1]


@pytest.mark.usefixtures("quick")
def test_a_terminal_gets_a_bar(tmp_path: Path) -> None:
    terminal = Terminal()
    run("c", tmp_path, epochs=1, stream=io.StringIO(), progress=terminal)
    assert "45/45" in terminal.getvalue()
    assert "epoch 1 of 1" not in terminal.getvalue()


# ---- refusals ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("quick")
def test_without_a_compiler_the_numpy_target_is_advised_and_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    monkeypatch.delenv("CC", raising=False)
    streams = {"stream": io.StringIO(), "progress": io.StringIO()}
    with pytest.raises(CompilerError, match=r"no C compiler(.|\n)*convgen demo --target numpy"):
        run("c", tmp_path, **streams)
    assert not (tmp_path / "digits.png").exists()
    result = run("numpy", tmp_path, epochs=1, **streams)
    assert result.target == "numpy"
    assert result.accuracy > 0.8
    assert result.picture.is_file()


def test_missing_packages_are_named_before_anything_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.setitem(sys.modules, "tqdm", None)
    with pytest.raises(
        MissingDependencyError, match=r"\(scikit-learn, tqdm\): pip install 'convgen\[demo\]'"
    ):
        run("numpy", tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("inside", [".", "deeper/still"])
def test_an_output_directory_that_cannot_be_is_refused_at_once(inside: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    said = io.StringIO()
    with pytest.raises(OutputError, match=r"cannot write to .*file"):
        run("numpy", tmp_path / "file" / inside, stream=said)
    assert said.getvalue() == ""


@pytest.mark.parametrize("options", [{"epochs": 0}, {"seed": -1}])
def test_a_training_that_cannot_be_is_refused_at_once(options: dict[str, int], tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"must be an integer of at least"):
        run("numpy", tmp_path / "out", **options)
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("options", "error"), [({"target": "fortran"}, PlanError), ({"dtype": "int8"}, DtypeError)]
)
def test_an_unknown_target_or_dtype_is_refused_before_the_first_line(
    options: dict[str, str], error: type[Exception], tmp_path: Path
) -> None:
    stream = io.StringIO()
    with pytest.raises(error, match=next(iter(options.values()))):
        run(output_directory=tmp_path, stream=stream, **options)
    assert stream.getvalue() == ""
