"""The main job, from definition to trained network: derive, verify, generate, build, learn, draw."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TextIO

import numpy as np

from convgen.demo.digits import Scans, load_digits
from convgen.demo.network import Network, Parameters, initial_parameters, layer_specs
from convgen.demo.picture import Portrait, draw
from convgen.demo.training import Training, train
from convgen.derivation import derive
from convgen.errors import CompilerError, MissingDependencyError, OutputError
from convgen.kernels import generate
from convgen.proof.report import Report
from convgen.render import write_bytes, write_text
from convgen.runtime import LoadedKernel
from convgen.runtime.loaded import load_kernel
from convgen.spec import ConvSpec

PACKAGES = {
    "matplotlib": "matplotlib",
    "sklearn": "scikit-learn",
    "threadpoolctl": "threadpoolctl",
    "tqdm": "tqdm",
}
"""What the demo needs beyond convgen's own dependencies: names to import, names to install."""

OUTPUT_DIRECTORY = Path("demo-output")

DERIVED_BATCH = 2
"""A batch adds a sum over its scans to dK and db, and two show a sum; all 32 would only take longer."""


@dataclass(frozen=True)
class DemoResult:
    """One run of the demo.

    Attributes:
        target: ``"c"`` or ``"numpy"``.
        dtype: ``"float32"`` or ``"float64"``.
        reports: for each layer, its rules held against their derivatives.
        forms: by layer and pass, the form of the kernel that was generated.
        losses: of each training step.
        accuracies: on the test scans, after each epoch.
        seconds: by stage, and from first to last under ``total``.
        derivation: the LaTeX file.
        picture: the PNG file.
    """

    target: str
    dtype: str
    reports: tuple[Report, ...]
    forms: Mapping[str, Mapping[str, str]]
    losses: tuple[float, ...]
    accuracies: tuple[float, ...]
    seconds: Mapping[str, float]
    derivation: Path
    picture: Path

    @property
    def accuracy(self) -> float:
        """The share of test scans that the trained network reads right."""
        return self.accuracies[-1]

    @property
    def verified(self) -> bool:
        """Whether every rule of every layer equals its derivative."""
        return all(self.reports)


class _Stages:
    """Times the stages of a run, and says which one begins."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.seconds: dict[str, float] = {}
        self.start = time.perf_counter()

    @contextmanager
    def __call__(self, name: str, title: str) -> Iterator[None]:
        self.say(f"\n== {title}")
        start = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - start
        self.say(f"({self.seconds[name]:.1f} s)")

    def say(self, text: str) -> None:
        """Write a line at once, so that a reader sees what is being waited for."""
        self.stream.write(f"{text}\n")
        self.stream.flush()


def run(
    target: str = "c",
    output_directory: str | Path = OUTPUT_DIRECTORY,
    *,
    dtype: str = "float32",
    epochs: int = Training.epochs,
    seed: int = Training.seed,
    stream: TextIO | None = None,
    progress: TextIO | None = None,
) -> DemoResult:
    """Derive and verify the layers of a small network, generate its kernels, and train it on real digits.

    Args:
        target: ``"c"`` or ``"numpy"``.
        output_directory: where the derivation, the kernels and the picture go; made where it is missing.
        dtype: number type of the kernels and the training, ``"float32"`` or ``"float64"``.
        epochs: how often the training scans are gone through.
        seed: for the initial weights and the order of the scans.
        stream: where the report goes; standard output by default.
        progress: where the progress of the training goes; standard error by default. A terminal is shown
            a bar, anything else a line an epoch.

    Raises:
        CacheError: the cache for built kernels cannot be used.
        CompilerError: there is no C compiler, or it failed.
        DtypeError: a dtype that is not generated.
        MissingDependencyError: a package of the extra ``demo`` is not installed.
        OutputError: the output directory cannot be written; raised before anything is done.
        PlanError: an unknown target, or epochs or a seed that cannot be.
    """
    _require_packages()
    training = Training(epochs=epochs, seed=seed)
    directory = Path(output_directory)
    _require_writable(directory)
    stages = _Stages(sys.stdout if stream is None else stream)
    specs = layer_specs(training.batch)
    generate(
        specs[0], target=target, dtype=dtype
    )  # an unknown target or dtype is refused here, not after a while

    derivation, picture = directory / "derivation.tex", directory / "digits.png"
    derivations = [derive(spec) for spec in layer_specs(DERIVED_BATCH)]
    with stages("derive", f"derive the second layer, for two scans: {derivations[1].spec}"):
        latex = derivations[1].latex()
        write_text(derivation, latex)
        stages.say(latex.rstrip())

    with stages("verify", f"verify the rules of all {len(specs)} layers, for two scans"):
        reports = tuple(each.report for each in derivations)
        stages.say("\n\n".join(map(str, reports)))

    forms: dict[str, Mapping[str, str]] = {}

    def kernel_of(spec: ConvSpec) -> LoadedKernel:
        kernel = generate(spec, target=target, dtype=dtype)
        kernel.write(directory / "kernels")
        forms[kernel.name] = kernel.forms
        told = ", ".join(f"{name} {form}" for name, form in kernel.forms.items())
        stages.say(f"{kernel.name}: {told}")
        try:
            return load_kernel(kernel)
        except CompilerError as error:
            raise CompilerError(
                f"{error}\nwithout a C compiler the demo runs as: convgen demo --target numpy"
            ) from error

    scans, test = load_digits(dtype)
    with stages("kernels", f"generate {target} kernels in {dtype}, and load them"):
        network = Network.of_batch(training.batch, kernel_of)
        test_network = Network.of_batch(len(test), kernel_of)

    parameters = initial_parameters(specs, seed, dtype)
    weights = sum(K.size + b.size for K, b in parameters)
    with stages("train", f"train {weights:,} weights on {len(scans):,} scans, {epochs} epochs"):
        losses, accuracies = _train(network, test_network, parameters, scans, test, training, progress)

    right = round(accuracies[-1] * len(test))
    accuracy = f"test accuracy {_percent(accuracies[-1])} ({right} of {len(test)} scans)"
    with stages("picture", f"draw {picture}"):
        title = f"convgen demo, target {target}, {dtype}: {accuracy}"
        write_bytes(picture, draw(_portrait(title, losses, accuracies, test_network, test, parameters)))

    stages.seconds["total"] = time.perf_counter() - stages.start
    stages.say(f"\n{accuracy}; {stages.seconds['total']:.1f} s in all; picture: {picture}")
    return DemoResult(target, dtype, reports, forms, losses, accuracies, stages.seconds, derivation, picture)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _require_packages() -> None:
    missing = [install for name, install in PACKAGES.items() if find_spec(name) is None]
    if missing:
        raise MissingDependencyError(
            f"the demo needs packages that are not installed ({', '.join(missing)}): pip install 'convgen[demo]'"
        )


def _require_writable(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=directory).close()
    except OSError as error:
        raise OutputError(f"cannot write to {directory}: {error.strerror or error}") from error


def _train(
    network: Network,
    test_network: Network,
    parameters: Parameters,
    scans: Scans,
    test: Scans,
    training: Training,
    progress: TextIO | None,
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The loss of each step and the test accuracy after each epoch; the parameters change in place."""
    from threadpoolctl import threadpool_limits
    from tqdm import tqdm

    stream = sys.stderr if progress is None else progress
    on_terminal = stream.isatty()
    steps = training.steps_per_epoch(len(scans))
    losses: list[float] = []
    accuracies: list[float] = []
    progress_bar = tqdm(total=training.epochs * steps, unit="step", file=stream, disable=not on_terminal)
    # The matrix products of the NumPy target are small: threads that share one mostly wait for each other.
    with threadpool_limits(1), progress_bar as bar:
        for loss in train(network, parameters, scans, training):
            losses.append(loss)
            bar.update()
            if len(losses) % steps:
                continue
            accuracies.append(float((test_network.read(test.images, parameters) == test.labels).mean()))
            told = f"loss {np.mean(losses[-steps:]):.4f}, test accuracy {_percent(accuracies[-1])}"
            bar.set_postfix_str(told)
            if not on_terminal:
                stream.write(f"epoch {len(accuracies)} of {training.epochs}: {told}\n")
    return tuple(losses), tuple(accuracies)


def _portrait(
    title: str,
    losses: tuple[float, ...],
    accuracies: tuple[float, ...],
    network: Network,
    test: Scans,
    parameters: Parameters,
) -> Portrait:
    """What is drawn; the scan is the first of the test."""
    signals = network.forward(test.images, parameters)
    return Portrait(
        title=title,
        losses=losses,
        accuracies=accuracies,
        kernels=parameters[0][0][:, 0],
        scan=test.images[0, 0],
        logits=signals[-1][0].ravel(),
        responses=signals[1][0],
    )
