"""Independent oracles: SciPy, PyTorch and ONNX, which share no code path with convgen."""
