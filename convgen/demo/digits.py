"""Handwritten digits: the 1,797 real scans that scikit-learn carries, split once into training and test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

SIZE = (8, 8)
"""Height and width of a scan."""

CLASSES = 10
TRAINING = 1440
"""Scans to learn from, 45 batches of 32; the other 357 are the test."""

INK = 16
"""The largest grey level of a scan."""

SPLIT_SEED = 0
"""One split for every run, so that accuracies of different runs are about the same 357 scans."""


@dataclass(frozen=True)
class Scans:
    """Scans with their labels.

    Attributes:
        images: (number, 1, 8, 8), ink between 0 and 1.
        labels: (number,), the digits 0 to 9.
    """

    images: NDArray[Any]
    labels: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, chosen: Any) -> Scans:
        return Scans(self.images[chosen], self.labels[chosen])


def load_digits(dtype: str = "float32") -> tuple[Scans, Scans]:
    """The scans to learn from and those for the test, 1,440 and 357, drawn at random by a fixed seed.

    Both halves have scans by the same writers. How well the network reads hands that it has never seen is
    another question, and the accuracy does not answer it.
    """
    from sklearn import datasets

    bundled = datasets.load_digits()
    images = (bundled.images / INK).astype(dtype).reshape(-1, 1, *SIZE)
    scans = Scans(images, bundled.target.astype(np.intp))
    order = np.random.default_rng(SPLIT_SEED).permutation(len(scans))
    return scans[order[:TRAINING]], scans[order[TRAINING:]]
