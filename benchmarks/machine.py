"""The class of machine that figures belong to: processor, cores, system, interpreter; no name and no date."""

import os
import platform
import subprocess

from convgen.runtime.processor import processor


def machine() -> str:
    """One line, such as ``AMD EPYC 7763, 2 cores, Linux, CPython 3.11.7``."""
    cores = os.cpu_count()
    system = f"{platform.system()}, {platform.python_implementation()} {platform.python_version()}"
    return f"{_processor()}, {cores} {'core' if cores == 1 else 'cores'}, {system}"


def _processor() -> str:
    if platform.system() == "Darwin":
        brand = ["sysctl", "-n", "machdep.cpu.brand_string"]
        return subprocess.run(brand, capture_output=True, text=True, check=True).stdout.strip()
    return processor()
