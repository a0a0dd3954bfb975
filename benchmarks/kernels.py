"""Measure kernels against what else a user could pick: python benchmarks/kernels.py [part of a layer's name].

One core, float32, every output verified first, competitors in turns, FMA peak and copy measured in the same
run. oneDNN takes part where its headers are installed (Debian: libdnnl-dev).
"""

import argparse
import ctypes
import json
import math
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from machine import machine

from convgen import ConvSpec
from convgen.bench.competitors import COMPETITORS, Competitor, Entry, winograd_competitors
from convgen.bench.contest import CONVOLUTIONS, contest
from convgen.bench.timing import timer

HERE = Path(__file__).parent

LAYERS = {
    "1,28 to 1": "input=28x28 kernel=3x3 in-channels=1 out-channels=1 padding=1 batch=1",
    "1,28 to 8": "input=28x28 kernel=3x3 in-channels=1 out-channels=8 padding=1 batch=1",
    "3,8 to 4": "input=8x8 kernel=3x3 in-channels=3 out-channels=4 padding=1 batch=1",
    "8,14 to 16": "input=14x14 kernel=3x3 in-channels=8 out-channels=16 padding=1 batch=1",
    "LeNet 6,14 to 16 5x5": "input=14x14 kernel=5x5 in-channels=6 out-channels=16 batch=1",
    "3,32 to 16": "input=32x32 kernel=3x3 in-channels=3 out-channels=16 padding=1 batch=1",
    "16,32 to 16": "input=32x32 kernel=3x3 in-channels=16 out-channels=16 padding=1 batch=1",
    "32,16 to 32": "input=16x16 kernel=3x3 in-channels=32 out-channels=32 padding=1 batch=1",
    "64,8 to 64": "input=8x8 kernel=3x3 in-channels=64 out-channels=64 padding=1 batch=1",
    "first 3,224 to 64 7x7 s2": "input=224x224 kernel=7x7 in-channels=3 out-channels=64 padding=3 stride=2 batch=1",
    "64,56 1x1": "input=56x56 kernel=1x1 in-channels=64 out-channels=64 batch=1",
    "64,56 3x3": "input=56x56 kernel=3x3 in-channels=64 out-channels=64 padding=1 batch=1",
    "128,28": "input=28x28 kernel=3x3 in-channels=128 out-channels=128 padding=1 batch=1",
    "128,56 s2": "input=56x56 kernel=3x3 in-channels=128 out-channels=128 padding=1 stride=2 batch=1",
    "256,14": "input=14x14 kernel=3x3 in-channels=256 out-channels=256 padding=1 batch=1",
    "512,7": "input=7x7 kernel=3x3 in-channels=512 out-channels=512 padding=1 batch=1",
    "256,56 to 64 1x1": "input=56x56 kernel=1x1 in-channels=256 out-channels=64 batch=1",
    "depthwise 32,112": "input=112x112 kernel=3x3 in-channels=32 out-channels=32 groups=32 padding=1 batch=1",
    "depthwise 144,56 s2": "input=56x56 kernel=3x3 in-channels=144 out-channels=144 groups=144 padding=1 stride=2"
    " batch=1",
    "64,28 dilation 2": "input=28x28 kernel=3x3 in-channels=64 out-channels=64 padding=2 dilation=2 batch=1",
    "8 groups of 16,32": "input=32x32 kernel=3x3 in-channels=128 out-channels=128 groups=8 padding=1 batch=1",
}


@cache
def onednn() -> ctypes.CDLL | None:
    with tempfile.TemporaryDirectory() as directory:
        library = Path(directory) / "onednn.so"
        command = ["cc", "-O2", "-shared", "-fPIC", str(HERE / "onednn.c"), "-o", str(library), "-ldnnl"]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            return None
        loaded = ctypes.CDLL(str(library))
    loaded.onednn_new.restype = ctypes.c_void_p
    return loaded


def enter_onednn(plain: bool, winograd: bool):
    def enter(spec: ConvSpec, name: str, _arrays) -> Entry | None:
        library = onednn()
        if library is None or spec.rank != 2:
            return None
        (top, bottom), (left, right) = spec.padding
        sizes = [
            spec.batch, spec.groups, spec.in_channels, spec.out_channels, *spec.input_size, *spec.output_size,
            *spec.kernel_size, *spec.stride, *spec.dilation, top, left, bottom, right,
        ]  # fmt: skip
        handle = library.onednn_new(
            CONVOLUTIONS.index(name), int(plain), int(winograd), (ctypes.c_long * len(sizes))(*sizes)
        )
        if not handle:
            return None
        run = ctypes.cast(library.onednn_run, ctypes.c_void_p)
        clock = timer().convgen_time_handle
        return Entry(lambda repeats: clock(run, ctypes.c_void_p(handle), ctypes.c_long(repeats)), None)

    return enter


ALL = (
    *COMPETITORS,
    Competitor("oneDNN own layout", "any layout", enter_onednn(False, False)),
    Competitor("oneDNN NCHW", "plain NCHW", enter_onednn(True, False)),
    Competitor("oneDNN winograd", "oneDNN winograd", enter_onednn(False, True)),
)

WINOGRAD_LAYERS = ("64,56 3x3", "128,28", "256,14")
TILES = (2, 4)


def competitors_of(layer: str) -> tuple[Competitor, ...]:
    """Winograd takes part where it saves most."""
    more = [each for tile in TILES for each in winograd_competitors(f"winograd:{tile}")]
    return (*ALL, *more) if layer in WINOGRAD_LAYERS else ALL


GROUPS = ("any layout", "plain NCHW", "torch")


def winograd_table(rows: list[dict]) -> list[str]:
    """Winograd's kernels beside the direct ones, by the least times of one run, and oneDNN's explicit Winograd."""
    head = ["layer", "pass", "axes", "direct, us"]
    head += [f"F({tile}x{tile}) {how}" for tile in TILES for how in ("ahead", "inside")]
    lines = [
        "## Winograd's algorithm",
        "",
        "Asked for with `algorithm=`; never taken else. Microseconds of the direct kernel, with weights packed ahead",
        "where it packs them, and how many times as fast Winograd's is, with weights transformed ahead and inside the",
        "call, by the least times of the same run; last, how many times as long oneDNN's own Winograd takes as the",
        "fastest of these.",
        "",
        "| " + " | ".join([*head, "oneDNN winograd"]) + " |",
        "| --- | --- | --- |" + " ---: |" * (len(head) - 2),
    ]
    for row in rows:
        times = row["least_us"]
        for axes in ("NHWC", "NCHW"):
            names = [f"convgen {axes} winograd:{tile}{how}" for tile in TILES for how in (" prepared", "")]
            if not all(name in times for name in names):
                continue
            direct = times.get(f"convgen {axes} prepared", times[f"convgen {axes}"])
            cells = [f"{direct:.1f}", *(f"{direct / times[name]:.2f}" for name in names)]
            other = times.get("oneDNN winograd")
            cells.append(f"{other / min(times[name] for name in names):.2f}" if other else "")
            lines.append("| " + " | ".join([row["layer"], row["pass"], axes, *cells]) + " |")
    return [*lines, ""]


def page(rows: list[dict]) -> str:
    """All medians and ratios, and every loss by name."""
    head = ["layer", "pass", "NHWC", "NCHW", "NHWC prepared", "NCHW prepared", *GROUPS]
    own = ["convgen " + name for name in head[2:6]]
    lines = [
        "# Kernels beside what else a user could pick",
        "",
        "Written by `python benchmarks/kernels.py --page docs/kernels.md`; not edited by hand.",
        "",
        f"Machine: {machine()}, a virtual one shared with other work. One core, float32, outputs verified, medians",
        "of competitors in turns. The first columns are microseconds and the share of the FMA peak that was measured",
        "in the same run. The last columns say how many times as long the best competitor takes: oneDNN in its own",
        "layouts with weights packed ahead (against NHWC, prepared where that exists), oneDNN on NCHW (against NCHW,",
        "prepared where that exists), and the better of PyTorch's two memory formats (against NCHW, everything",
        "inside the call).",
        "",
        "| " + " | ".join(head) + " |",
        "| --- | --- |" + " ---: |" * (len(head) - 2),
    ]
    for row in rows:
        cells = [
            f"{row['median_us'][name]:.2f} ({100 * row['share'][name]:.0f} %)"
            if name in row["median_us"]
            else ""
            for name in own
        ]
        cells += [f"{row['ratios'][group]:.2f}" if group in row["ratios"] else "" for group in GROUPS]
        lines.append("| " + " | ".join([row["layer"], row["pass"], *cells]) + " |")
    lines += ["", *winograd_table(rows), "## Losses", ""]
    for row in rows:
        lost = [f"{group} {ratio:.2f}" for group, ratio in row["ratios"].items() if ratio < 1]
        lines += [f"- {row['layer']}, {row['pass']}: {', '.join(lost)}"] if lost else []
    lines += ["", "## Geometric means", ""]
    for group in GROUPS:
        values = [row["ratios"][group] for row in rows if group in row["ratios"]]
        mean = math.exp(sum(map(math.log, values)) / len(values)) if values else math.nan
        lines.append(f"- over the best of {group}: {mean:.2f}, worst {min(values, default=math.nan):.2f}")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seconds", type=float, default=0.15)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--page", type=Path, help="write the table as Markdown")
    parser.add_argument("--passes", default=",".join(CONVOLUTIONS))
    options = parser.parse_args()
    print(machine())
    rows = []
    for layer, text in LAYERS.items():
        if options.names and not any(name in layer for name in options.names):
            continue
        found = contest(
            ConvSpec.parse(text), options.passes.split(","), competitors_of(layer), options.seconds
        )
        for row in found.rows:
            cells = [f"{name} {1e6 * t.median:.2f}" for name, t in row.timings.items()]
            best = row.best("convgen")
            ratios = {}
            for group in GROUPS:
                other = row.best(group)
                layout = "NHWC" if group == "any layout" else "NCHW"
                plain = row.timings.get(f"convgen {layout}")
                mine = plain if group == "torch" else row.timings.get(f"convgen {layout} prepared", plain)
                if other and mine:
                    ratios[group] = other[1] / mine.median
            own = [name for name in row.timings if row.groups[name] == "convgen"]
            share = {name: row.share(name) for name in own}
            print(
                f"{layer:26s} {row.name:17s} "
                + " ".join(f"{100 * value:4.0f}%" for value in share.values())
                + "  "
                + "  ".join(f"{group} {ratio:5.2f}x" for group, ratio in ratios.items())
                + f"   [{'; '.join(cells)}] peak {row.peak / 1e9:.0f}"
                + (f" WRONG {row.wrong}" if row.wrong else ""),
                flush=True,
            )
            rows.append({"layer": layer, "pass": row.name, "ratios": ratios, "share": share,
                         "median_us": {name: 1e6 * t.median for name, t in row.timings.items()},
                         "least_us": {name: 1e6 * t.least for name, t in row.timings.items()}})  # fmt: skip
            assert best is not None
    for group in GROUPS:
        values = [row["ratios"][group] for row in rows if group in row["ratios"]]
        if values:
            mean = math.exp(sum(map(math.log, values)) / len(values))
            print(
                f"geometric mean over the best of {group}: {mean:.2f}x; worst {min(values):.2f}x",
                file=sys.stdout,
            )
    if options.page:
        options.page.write_text(page(rows))
    if options.json:
        options.json.write_text(
            json.dumps({"schema": 1, "machine": machine(), "rows": rows}, indent=1) + "\n"
        )


if __name__ == "__main__":
    main()
