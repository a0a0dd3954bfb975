"""Nothing that a user types ends in anything but an answer or one of convgen's own errors."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz.inputs import READERS, survives


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


def test_a_reader_that_breaks_is_seen() -> None:
    def broken(text: str) -> None:
        raise KeyError(text)

    with pytest.raises(KeyError):
        survives(broken, "x")
    assert isinstance(READERS["specs"][0], st.SearchStrategy)
