"""Measure kernels against what else a user could pick: python benchmarks/kernels.py [part of a layer's name].

One core, float32, every output verified first, competitors in turns, FMA peak and copy measured in the same
run. oneDNN takes part where its headers are installed (Debian: libdnnl-dev).
"""

import argparse
import json
from pathlib import Path

from debian import enter_libxsmm, enter_onednn
from emitted import emitted
from machine import machine
from results import TILES, page

from convgen import ConvSpec
from convgen.bench.competitors import Competitor
from convgen.bench.contest import CONVOLUTIONS, Row, contest
from convgen.bench.fresh import fresh_layers
from convgen.bench.participants import COMPETITORS, winograd_competitors
from convgen.bench.plot import columns, mean, plot, ratios, require_plot

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


ALL = (
    *COMPETITORS,
    Competitor("oneDNN own layout", "any layout", enter_onednn(False, False)),
    Competitor("oneDNN NCHW", "plain NCHW", enter_onednn(True, False)),
    Competitor("oneDNN winograd", "oneDNN winograd", enter_onednn(False, True)),
    Competitor("libxsmm", "any layout", enter_libxsmm),
)

WINOGRAD_LAYERS = ("64,56 3x3", "128,28", "256,14")


def competitors_of(layer: str) -> tuple[Competitor, ...]:
    """Winograd takes part where it saves most."""
    more = [each for tile in TILES for each in winograd_competitors(f"winograd:{tile}")]
    return (*ALL, *more) if layer in WINOGRAD_LAYERS else ALL


def timed(layers: dict[str, ConvSpec], options: argparse.Namespace) -> tuple[dict[str, list[Row]], float]:
    """All passes of all layers, told as they come."""
    found: dict[str, list[Row]] = {}
    copy = 0.0
    for layer, spec in layers.items():
        result = contest(spec, options.passes.split(","), competitors_of(layer), options.seconds)
        found[layer], copy = list(result.rows), result.copy
        for row in result.rows:
            told = "  ".join(f"{group} {ratio:.2f}x" for group, ratio in ratios(row).items())
            times = "; ".join(f"{name} {1e6 * timing.median:.2f}" for name, timing in row.timings.items())
            wrong = f" WRONG {row.wrong}" if row.wrong else ""
            print(
                f"{layer:26s} {row.name:17s} {told}   [{times}] peak {row.peak / 1e9:.0f}{wrong}", flush=True
            )
    return found, copy


def as_json(layers: dict[str, list[Row]]) -> list[dict]:
    return [
        {
            "layer": layer,
            "spec": str(row.spec),
            "pass": row.name,
            "operations": row.operations,
            "bytes": row.bytes,
            "peak_operations_per_second": row.peak,
            "copy_us": 1e6 * row.copy.median,
            "ratios": ratios(row),
            "least_us": {name: 1e6 * timing.least for name, timing in row.timings.items()},
            "median_us": {name: 1e6 * timing.median for name, timing in row.timings.items()},
            "wrong": list(row.wrong),
        }
        for layer, rows in layers.items()
        for row in rows
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seconds", type=float, default=0.15)
    parser.add_argument("--fresh", type=int, default=0, help="so many drawn layers besides")
    parser.add_argument("--seed", type=int, default=1, help="of the drawn layers")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--page", type=Path, help="write the tables as Markdown")
    parser.add_argument("--plot", type=Path, help="write the roofline and the ratios as a picture")
    parser.add_argument("--passes", default=",".join(CONVOLUTIONS))
    options = parser.parse_args()
    if options.plot:
        require_plot(options.plot)
    print(machine())
    chosen = {
        layer: ConvSpec.parse(text)
        for layer, text in LAYERS.items()
        if not options.names or any(name in layer for name in options.names)
    }
    known, copy = timed(chosen, options)
    fresh, drawn_copy = timed(
        {str(spec): spec for spec in fresh_layers(options.fresh, options.seed)}, options
    )
    rows = [row for layer in (*known.values(), *fresh.values()) for row in layer]
    for group, values in columns(rows).items():
        print(f"geometric mean over the best of {group}: {mean(values):.2f}x; worst {values[0]:.2f}x")
    if options.plot:
        plot(rows, max(copy, drawn_copy), options.plot)
    if options.page:
        options.page.write_text(page(known, fresh, list(emitted(chosen)), options))
    if options.json:
        found = {"schema": 3, "machine": machine(), "seed": options.seed}
        found |= {
            "copy_bytes_per_second": max(copy, drawn_copy),
            "rows": as_json(known),
            "fresh": as_json(fresh),
        }
        options.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
