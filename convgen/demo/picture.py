"""One picture of a run: how it learned, what the first layer learned, and what that sees in a real digit.

Everything is drawn in greys, and lines differ in more than colour, so that a print loses nothing.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import SubFigure

Array = NDArray[Any]

SIZE_INCHES = (13.0, 6.2)
DOTS_PER_INCH = 130
COLUMNS = 8
"""Kernels side by side, each above its response."""


@dataclass(frozen=True)
class Portrait:
    """What the picture shows.

    Attributes:
        title: the line on top.
        losses: of each step.
        accuracies: on the test scans, after each epoch.
        kernels: (kernels, height, width), the first layer's.
        scan: (height, width), a test scan.
        logits: (10,), the network's answer to the scan.
        responses: (kernels, height, width), the first layer's output for the scan after the ReLU.
    """

    title: str
    losses: Sequence[float]
    accuracies: Sequence[float]
    kernels: Array
    scan: Array
    logits: Array
    responses: Array


def draw(portrait: Portrait) -> bytes:
    """The picture as the bytes of a PNG file."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE_INCHES, dpi=DOTS_PER_INCH, layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(portrait.title)
    halves: Any = figure.subfigures(1, 2, width_ratios=(1, 1.45), wspace=0.03)
    upper, lower = halves[1].subfigures(2, 1, height_ratios=(1, 2))
    _learning_curve(halves[0], portrait)
    _scan(upper, portrait)
    _first_layer(lower, portrait)
    image = io.BytesIO()
    figure.savefig(image, format="png", metadata={"Software": None})
    return image.getvalue()


def _learning_curve(figure: SubFigure, portrait: Portrait) -> None:
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(1.6, 1))
    epochs = len(portrait.accuracies)
    per_epoch = np.asarray(portrait.losses).reshape(epochs, -1)
    ends = np.arange(1, epochs + 1)
    steps = np.arange(per_epoch.size) / per_epoch.shape[1]
    upper.plot(steps, portrait.losses, color="0.75", linewidth=0.8, label="each step")
    upper.plot(
        ends - 0.5, per_epoch.mean(axis=1), "o-", color="black", markersize=4, label="mean of an epoch"
    )
    upper.set_yscale("log")
    upper.set_ylabel("training loss (cross-entropy)")
    upper.legend(frameon=False)
    errors = 100 * (1 - np.asarray(portrait.accuracies))
    lower.plot(ends, errors, "s--", color="black", markersize=4)
    lower.set_ylim(bottom=0)
    lower.set_ylabel("test errors (%)")
    lower.set_xlabel("epoch")
    lower.annotate(
        f"{errors[-1]:.1f} %", (ends[-1], errors[-1]), (0, 8), textcoords="offset points", ha="right"
    )
    for axes in (upper, lower):
        axes.spines[["top", "right"]].set_visible(False)


def _scan(figure: SubFigure, portrait: Portrait) -> None:
    scan, answer = figure.subplots(1, 2, width_ratios=(1, 2.2))
    _image(scan, portrait.scan, 0, portrait.scan.max())
    scan.set_xlabel("a test scan")
    digits = np.arange(len(portrait.logits))
    answer.bar(digits, portrait.logits, color=np.where(digits == portrait.logits.argmax(), "black", "0.7"))
    answer.axhline(0, color="black", linewidth=0.8)
    answer.set_xticks(digits)
    answer.set_xlabel(f"the network's answer: {portrait.logits.argmax()}")
    answer.set_ylabel("logit")
    answer.spines[["top", "right"]].set_visible(False)


def _first_layer(figure: SubFigure, portrait: Portrait) -> None:
    figure.suptitle(
        "first layer: learned kernels (black +, white −), each above its response to the scan (white 0)",
        fontsize=10,
    )
    strongest, highest = np.abs(portrait.kernels).max(), portrait.responses.max()
    pairs = list(zip(portrait.kernels, portrait.responses, strict=True))
    bands = [pairs[start : start + COLUMNS] for start in range(0, len(pairs), COLUMNS)]
    rows: Any = figure.subfigures(len(bands), 1, squeeze=False, hspace=0.06)
    for row, band in zip(rows[:, 0], bands, strict=True):
        places = row.subplots(2, COLUMNS)
        for (above, below), (kernel, response) in zip(places.T, band, strict=False):
            _image(above, kernel, -strongest, strongest)
            _image(below, response, 0, highest)
        for axes in places[:, len(band) :].flat:
            axes.set_axis_off()


def _image(axes: Axes, values: Array, low: float, high: float) -> None:
    axes.imshow(values, cmap="gray_r", vmin=low, vmax=high, interpolation="nearest")
    axes.set_xticks([])
    axes.set_yticks([])
