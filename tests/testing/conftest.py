"""Tests of PyTorch's layers are collected where PyTorch is installed, as CI has it."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("torch") else ["test_torch_layers.py"]
