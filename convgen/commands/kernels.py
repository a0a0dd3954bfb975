"""The commands that write kernels, time them, and put them to work.

Whatever is heavy is imported by the command that needs it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from convgen.commands.command import DIFFERS, HOLDS, Command, answer, given, json_text, lines_text, print_text
from convgen.options import (
    KERNEL_KEYS,
    SPEC_KEYS,
    Options,
    add_bench_options,
    add_demo_options,
    add_generate_options,
    option,
    spec_of,
)

if TYPE_CHECKING:
    from convgen.spec import ConvSpec


def _generate(options: Options) -> int:
    from convgen.kernels import generate
    from convgen.kernels.asked_tiles import TUNED

    if options["manifest"] is not None:
        return _gallery(options)
    if options["check"]:
        options["refuse"]("--check goes with --manifest")
    spec = spec_of(options)
    said = given(options, "target", "dtype", "name", "forms", "isa", "threads", "algorithm", "tile")
    if said.get("tile") == TUNED:
        said["tile"] = _tiles_here(spec, options)
    kernel = generate(spec, **said)
    directory = options["output-dir"]
    written = [] if directory is None else [str(path) for path in kernel.write(directory)]
    if options["json"]:
        text = json_text(
            spec=str(kernel.spec),
            name=kernel.name,
            target=kernel.target,
            dtype=kernel.dtype,
            forms=dict(kernel.forms),
            op_count={name: vars(count) for name, count in kernel.op_count.items()},
            workspace_bytes=dict(kernel.workspace_bytes),
            tiles={name: str(tiling.tile) for name, tiling in kernel.tilings.items()},
            files=kernel.files,
            written=written,
        )
    else:
        text = kernel.source if directory is None else lines_text(f"wrote {path}" for path in written)
    print_text(text)
    return HOLDS


def _tiles_here(spec: ConvSpec, options: Options) -> dict[str, str]:
    """The tiles that were measured on this machine for a kernel."""
    from convgen.errors import PlanError
    from convgen.kernels.generate import dtype_name
    from convgen.kernels.isa import PORTABLE, isa_named
    from convgen.runtime.tuned import Question, tuned_tiles

    for key, value in given(options, "target", "forms").items():
        if (key, value) != ("target", "c"):
            raise PlanError(f"--tile tuned is for C in the rule's forms; leave {option(key)} {value} away")
    isa = isa_named(options["isa"] or PORTABLE.name).name
    return tuned_tiles(Question(spec, dtype_name(options["dtype"] or "float32"), isa, options["algorithm"]))


def _gallery(options: Options) -> int:
    from convgen.gallery import compare_gallery, write_gallery
    from convgen.manifest import read_manifest

    for key in given(options, *SPEC_KEYS, *KERNEL_KEYS):
        options["refuse"](f"--manifest says what is written, and where; leave {option(key)} away")
    path = options["manifest"]
    manifest = read_manifest(path)
    if not options["check"]:
        written = [str(manifest.path.parent / file) for file in write_gallery(manifest)]
        told = [
            *(f"wrote {file}" for file in written),
            f"{len(written)} files written; every other one was up to date",
        ]
        print_text(json_text(manifest=path, written=written) if options["json"] else lines_text(told))
        return HOLDS
    changes = compare_gallery(manifest)
    told = [*map(str, changes)] or [f"every file is as {path} renders it"]
    if changes:
        told.append(f"{len(changes)} files are not as {path} renders them")
        told.append(f"to update: convgen generate --manifest {path} (superfluous files are yours to delete)")
    data = {"manifest": path, "holds": not changes, "changes": [vars(change) for change in changes]}
    print_text(json_text(**data) if options["json"] else lines_text(told))
    return DIFFERS if changes else HOLDS


def _tell(words: str) -> None:
    """Say how far a long command is, to one who watches."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{words}\n")
        sys.stderr.flush()


def _tune(options: Options) -> int:
    from convgen.bench.tune import tune

    if options["plot"] is not None:
        options["refuse"]("--plot draws a contest; leave it away with --tune")
    found = tune(
        spec_of(options),
        **given(options, "dtype", "isa", "algorithm", "seconds"),
        progress=_tell,
    )
    answer(json_text(**found.to_json()) if options["json"] else f"{found}\n", options["output"])
    return HOLDS if not any(row.wrong for row in found.rows) else DIFFERS


def _bench(options: Options) -> int:
    if options["tune"]:
        return _tune(options)
    for key in given(options, "dtype", "isa"):
        options["refuse"](f"{option(key)} goes with --tune")
    from convgen.bench import contest
    from convgen.bench.participants import COMPETITORS, winograd_competitors
    from convgen.bench.plot import plot, require_plot
    from convgen.kernels.algorithms import DIRECT, require_algorithm

    spec, algorithm = spec_of(options), options["algorithm"]
    require_algorithm(spec, algorithm)
    picture = None if options["plot"] is None else Path(options["plot"])
    if picture is not None:
        require_plot(picture)
    more = () if algorithm in (None, *DIRECT) else winograd_competitors(algorithm)
    found = contest(spec, competitors=(*COMPETITORS, *more), **given(options, "seconds"))
    if picture is not None:
        plot(found.rows, found.copy, picture)
    answer(json_text(**found.to_json()) if options["json"] else f"{found}\n", options["output"])
    return HOLDS if not any(row.wrong for row in found.rows) else DIFFERS


def _demo(options: Options) -> int:
    from convgen.demo import run

    said = given(options, "target", "dtype", "epochs", "seed")
    if options["output-dir"] is not None:
        said["output_directory"] = options["output-dir"]
    result = run(**said, stream=sys.stderr if options["json"] else sys.stdout)
    if options["json"]:
        text = json_text(
            target=result.target,
            dtype=result.dtype,
            verified=result.verified,
            reports=[report.to_json() for report in result.reports],
            forms={name: dict(forms) for name, forms in result.forms.items()},
            losses=result.losses,
            accuracies=result.accuracies,
            accuracy=result.accuracy,
            seconds=dict(result.seconds),
            derivation=str(result.derivation),
            picture=str(result.picture),
        )
        print_text(text)
    return HOLDS if result.verified else DIFFERS


GENERATE = Command(
    "generate",
    "write the forward pass and all gradients of one shape as source code, or a whole gallery",
    "What is printed of a C kernel is its .c file; --output-dir writes the .h file as well.",
    (
        "convgen generate --input 4x6 --kernel 2x3 --target numpy",
        "convgen generate --input 8x8 --kernel 3x3 --in-channels 3 --out-channels 4 --output-dir kernels",
        "convgen generate --manifest generated/manifest.toml --check",
    ),
    add_generate_options,
    _generate,
)

BENCH = Command(
    "bench",
    "time the kernels of one shape beside what else is installed here",
    "One thread, float32; competitors take turns, and a result that is off is named and not timed.\n"
    "With --tune, instead: the few register tiles that may be faster than the rule's, each verified and timed;\n"
    "what is faster by more than noise is kept in the cache, and load() takes it from then on.\n"
    "Exit status 0: timed. 1: a result was off.",
    (
        "convgen bench --input 56x56 --kernel 3x3 --in-channels 64 --out-channels 64 --padding 1",
        "convgen bench --input 56x56 --kernel 3x3 --in-channels 64 --out-channels 64 --padding 1 --algorithm winograd",
        "convgen bench --input 11x37 --kernel 1x3 --in-channels 13 --out-channels 23 --seconds 0.05 --tune",
    ),
    add_bench_options,
    _bench,
)

DEMO = Command(
    "demo",
    "derive, verify, generate, compile, and train a network on real handwritten digits",
    "Needs the packages of convgen[demo] and, unless the target is numpy, a C compiler.",
    ("convgen demo", "convgen demo --target numpy --output-dir demo-numpy"),
    add_demo_options,
    _demo,
)
