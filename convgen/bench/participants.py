"""Who takes part in a contest, where it is installed."""

from __future__ import annotations

from convgen.bench.array_ways import einsum, einsum_optimized, im2col, scipy_correlate
from convgen.bench.competitors import Competitor, own_c, own_numpy, torch_pass
from convgen.bench.others import array_way, correlations, enter_naive, enter_numba, enter_onnxruntime

COMPETITORS: tuple[Competitor, ...] = (
    Competitor("convgen NHWC", "convgen", own_c(True)),
    Competitor("convgen NCHW", "convgen", own_c(False)),
    Competitor("convgen NHWC prepared", "convgen", own_c(True, True)),
    Competitor("convgen NCHW prepared", "convgen", own_c(False, True)),
    Competitor("convgen NumPy NHWC", "convgen numpy", own_numpy(True)),
    Competitor("convgen NumPy NCHW", "convgen numpy", own_numpy(False)),
    Competitor("torch NCHW", "torch", torch_pass(False)),
    Competitor("torch channels_last", "torch", torch_pass(True)),
    Competitor("ONNX Runtime", "plain NCHW", enter_onnxruntime),
    Competitor("naive C", "plain NCHW", enter_naive),
    Competitor("Numba", "plain NCHW", enter_numba),
    Competitor("NumPy einsum", "arrays", array_way(einsum)),
    Competitor("NumPy einsum, optimize", "arrays", array_way(einsum_optimized)),
    Competitor("NumPy im2col", "arrays", array_way(im2col)),
    Competitor("SciPy", "arrays", array_way(scipy_correlate, "scipy", correlations)),
)


def winograd_competitors(algorithm: str) -> tuple[Competitor, ...]:
    """The kernels of an algorithm in both orders of axes, with weights transformed ahead and in the call.

    Args:
        algorithm: as `generate` takes it, such as ``"winograd:4"``.
    """
    return tuple(
        Competitor(
            f"convgen {layout} {algorithm}{' prepared' * prepared}",
            "winograd",
            own_c(layout == "NHWC", prepared, algorithm),
        )
        for prepared in (False, True)
        for layout in ("NHWC", "NCHW")
    )
