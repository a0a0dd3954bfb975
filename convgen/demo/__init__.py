"""The main job on real input: a small network learns to read handwritten digits with generated kernels.

``convgen.demo.run(target="numpy").accuracy`` is the share of test scans that it then reads right.
"""

from convgen.demo.job import DemoResult, run

__all__ = ["DemoResult", "run"]
