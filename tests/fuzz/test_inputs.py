"""Nothing that a user types ends in anything but an answer or one of convgen's own errors."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz.inputs import LAYERS, READERS, survives


@pytest.mark.parametrize("name", READERS)
def test_every_input_is_answered_or_refused(name: str) -> None:
    strategy, reader = READERS[name]

    @settings(
        max_examples=max(20, settings.default.max_examples // 2), suppress_health_check=list(HealthCheck)
    )
    @given(strategy)
    def look(drawn: object) -> None:
        survives(reader, drawn)

    look()


FOUND = {"claims": [("dO[i,j] = sum(m,n) K[m,n] * X[i+m,j+n] + b", layer) for layer in LAYERS]}
"""What a search once found, by the reader that it broke."""


@pytest.mark.parametrize(
    ("name", "found"), [(name, each) for name, inputs in FOUND.items() for each in inputs]
)
def test_what_was_found_is_answered_or_refused_since(name: str, found: object) -> None:
    survives(READERS[name][1], found)


def test_a_reader_that_breaks_is_seen() -> None:
    def broken(text: str) -> None:
        raise KeyError(text)

    with pytest.raises(KeyError):
        survives(broken, "x")
    assert isinstance(READERS["specs"][0], st.SearchStrategy)
