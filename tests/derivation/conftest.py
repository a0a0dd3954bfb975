"""Each test builds its layers anew, since some change the limits that decide how."""

import pytest

from convgen.symbolic.layer import symbolic_layer


@pytest.fixture(autouse=True)
def fresh_layers() -> None:
    """Forget the layers that earlier tests built."""
    symbolic_layer.cache_clear()
