"""What other people's tests use: layers to test on, and assertions about a formula or about a whole layer.

    from convgen.testing import assert_conv_layer

    def test_my_layer():
        assert_conv_layer(forward=my_forward, backward=my_backward, layout="NCHW")

NumPy, SymPy, Hypothesis and PyTorch are loaded when they are first needed, so that importing this package needs
nothing.
"""

from __future__ import annotations

from convgen.testing.conv_layer import Examination, assert_conv_layer, examine_conv_layer
from convgen.testing.gradient_rule import assert_gradient_rule
from convgen.testing.hard_specs import HARD_SPECS, TRAPS, Trap, hard_specs, trap_name
from convgen.testing.specs import conv_specs
from convgen.testing.torch_layers import torch_function, torch_module

__all__ = [
    "HARD_SPECS",
    "TRAPS",
    "Examination",
    "Trap",
    "assert_conv_layer",
    "assert_gradient_rule",
    "conv_specs",
    "examine_conv_layer",
    "hard_specs",
    "torch_function",
    "torch_module",
    "trap_name",
]
