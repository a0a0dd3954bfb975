"""Loops that threads share are read as such: rounds that touch each other's places are refused, whatever the text."""

from __future__ import annotations

import pytest

from convgen import ConvSpec, generate
from convgen.errors import SourceError
from convgen.kernels import (
    nest,
    reduction,
    reduction_shape,
    threads,
    winograd,
    winograd_steps,
)
from convgen.kernels.algorithms import PASSES as WINOGRAD_PASSES
from convgen.kernels.kernel import passes_of
from convgen.validation import c_run
from convgen.validation.readings import PassResult
from convgen.validation.validate import readings_of
from validation.by_hand import GOOD, forward_in_c

LINE = "#pragma omp parallel for num_threads(2) schedule(static)"
TOGETHER = f"{LINE} collapse(2)"
SHARED = GOOD.replace("    for (ptrdiff_t i", f"    {LINE}\n    for (ptrdiff_t i")

HOLDING = {
    "every output in a round of its own": SHARED,
    "a loop of one round": f"""for (ptrdiff_t i = 0; i < 3; ++i) {{
        {LINE}
        for (ptrdiff_t v = 0; v < 1; ++v) O[i] = b[0] + K[0] * X[i] + K[1] * X[i + 1]; }}""",
    "one after another": f"""{LINE}
        for (ptrdiff_t i = 0; i < 3; ++i) O[i] = b[0] + K[0] * X[i];
        {LINE}
        for (ptrdiff_t i = 0; i < 3; ++i) O[i] += K[1] * X[i + 1];""",
    "inside a loop that goes on": f"""for (ptrdiff_t i = 0; i < 3; ++i) O[i] = b[0];
        for (ptrdiff_t m = 0; m < 2; ++m) {{
        {LINE}
        for (ptrdiff_t i = 0; i < 3; ++i) O[i] += K[m] * X[i + m]; }}""",
    "two loops together": f"""{TOGETHER}
        for (ptrdiff_t i = 0; i < 3; i += 2) {{ for (ptrdiff_t v = 0; v < 1; ++v) {{
            O[i] = b[0] + K[0] * X[i] + K[1] * X[i + 1]; }} }}
        O[1] = b[0] + K[0] * X[1] + K[1] * X[2];""",
    "what all read": f"""const float s = b[0];
        {LINE}
        for (ptrdiff_t i = 0; i < 3; ++i) O[i] = s + K[0] * X[i] + K[1] * X[i + 1];""",
}


@pytest.fixture(params=["at once", "round by round"])
def batch(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Large loops are executed a round at a time, and are to be found out alike."""
    if request.param == "round by round":
        monkeypatch.setattr(c_run, "LARGEST_BATCH", 1)


@pytest.mark.usefixtures("batch")
@pytest.mark.parametrize("body", HOLDING.values(), ids=HOLDING)
def test_rounds_that_keep_apart_hold(body: str) -> None:
    found = forward_in_c(body)
    assert found.holds, found.reason


TOUCHING = {
    "a sum of all": f"""for (ptrdiff_t i = 0; i < 3; ++i) O[i] = b[0];
        {LINE}
        for (ptrdiff_t m = 0; m < 2; ++m) for (ptrdiff_t i = 0; i < 3; ++i) O[i] += K[m] * X[i + m];""",
    "a sum of all, together": f"""for (ptrdiff_t i = 0; i < 3; ++i) O[i] = b[0];
        {TOGETHER}
        for (ptrdiff_t m = 0; m < 2; ++m) {{ for (ptrdiff_t i = 0; i < 3; ++i) O[i] += K[m] * X[i + m]; }}""",
    "a variable of all": f"""float sum;
        {LINE}
        for (ptrdiff_t i = 0; i < 3; ++i) {{ sum = b[0] + K[0] * X[i] + K[1] * X[i + 1]; O[i] = sum; }}""",
    "what another round has written": f"""float t[4]; t[0] = b[0];
        {LINE}
        for (ptrdiff_t i = 0; i < 3; ++i) {{ t[i + 1] = t[i]; O[i] = t[i] + K[0] * X[i] + K[1] * X[i + 1]; }}""",
    "what another round writes later": f"""float t[4];
        for (ptrdiff_t i = 0; i < 4; ++i) t[i] = b[0];
        {LINE}
        for (ptrdiff_t i = 0; i < 3; ++i) {{ O[i] = t[i + 1] + K[0] * X[i] + K[1] * X[i + 1]; t[i] = b[0]; }}""",
}


@pytest.mark.usefixtures("batch")
@pytest.mark.parametrize("body", TOUCHING.values(), ids=TOUCHING)
def test_rounds_that_touch_each_other_are_found_out_though_one_thread_would_be_right(body: str) -> None:
    assert forward_in_c(body.replace(LINE, "").replace(" collapse(2)", "")).holds
    found = forward_in_c(body)
    assert not found.holds
    assert "is written in one round of a loop that threads share and touched in another" in found.reason


REFUSED = {
    "another line": SHARED.replace("parallel for", "critical for"),
    "another schedule": SHARED.replace("static", "dynamic"),
    "a reduction": SHARED.replace(LINE, f"{LINE} reduction(+:sum)"),
    "no wait": SHARED.replace(LINE, f"{LINE} nowait"),
    "no threads": SHARED.replace("num_threads(2)", "num_threads(0)"),
    "twice": SHARED.replace(LINE, f"{LINE}\n{LINE}"),
    "before another statement": GOOD + f"{LINE}\n;",
    "at the end": GOOD + LINE,
    "one inside another": SHARED.replace("        for", f"        {LINE}\n        for"),
    "not inside each other": SHARED.replace(LINE, TOGETHER),
    "ends that depend": f"""{TOGETHER}
        for (ptrdiff_t i = 0; i < 3; ++i) {{ for (ptrdiff_t v = i; v < i + 1; ++v) {{
            O[v] = b[0] + K[0] * X[v] + K[1] * X[v + 1]; }} }}""",
}


@pytest.mark.usefixtures("batch")
@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_lines_that_mean_anything_else_are_refused(body: str) -> None:
    with pytest.raises(SourceError, match="line "):
        forward_in_c(body)


LAYERS = tuple(
    map(
        ConvSpec.parse,
        """
        input=5x6 kernel=3x2 in-channels=20 out-channels=40 padding=1 layout=HWC
        input=5x5 kernel=3x3 in-channels=16 out-channels=24 padding=1 batch=2
        input=9x9 kernel=3x3 in-channels=6 out-channels=8 padding=1 stride=2 groups=2
        input=6x6 kernel=3x3 in-channels=3 out-channels=4 padding=2 batch=3
        input=8x8 kernel=3x3 in-channels=8 out-channels=8 groups=8 padding=1 layout=NHWC batch=2
        input=30 kernel=7 in-channels=9 out-channels=20 dilation=3 padding=9 stride=2
        input=3x4x5 kernel=2x3x3 in-channels=5 out-channels=18 padding=1 layout=DHWC stride=1x2x1
        """.strip().splitlines(),
    )
)


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small layers are shared as large ones are."""
    monkeypatch.setattr(threads, "LEAST_SHARE", 20)


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize(
    ("spec", "forms"),
    [(spec, None) for spec in LAYERS] + [(spec, "loops") for spec in LAYERS[::2]],
    ids=lambda value: str(value or ""),
)
def test_what_is_emitted_for_threads_keeps_apart(spec: ConvSpec, forms: str | None) -> None:
    kernel = generate(spec, isa="avx2", threads=3, forms=forms)
    assert kernel.is_shared
    reading = readings_of(kernel.source, spec, is_c=True)[0]
    for name in passes_of(spec):
        found = reading.check(name, 10**7)
        assert found.holds, (name, found.reason)


@pytest.mark.slow
@pytest.mark.usefixtures("eager")
def test_sums_that_go_on_are_not_shared_and_would_be_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Backward weights of a large layer put sums away after an example; threads would meet there."""
    monkeypatch.setattr(reduction_shape, "CACHED", 512)
    monkeypatch.setattr(reduction_shape, "FEWEST_POSITIONS", 5)
    spec = ConvSpec.parse("input=3x3 kernel=2x2 in-channels=16 out-channels=16 bias=no batch=2")

    def check() -> PassResult:
        text = generate(spec, isa="avx512", threads=2).source
        return readings_of(text, spec, is_c=True)[0].check("backward_weights", 10**6)

    assert check().holds
    monkeypatch.setattr(reduction, "loop", lambda *given, carries=False, **named: nest.loop(*given, **named))
    assert "workspace[128] is written in one round of a loop that threads share" in check().reason


WINOGRAD = {
    text.partition(": ")[0].strip(): ConvSpec.parse(text.partition(": ")[2])
    for text in """
        rows: input=5x7 kernel=3x3 in-channels=6 out-channels=34 groups=2 padding=1 layout=NHWC batch=2
        columns: input=175 kernel=3 in-channels=2 out-channels=3 padding=1
        three axes: input=4x4x4 kernel=3x3x2 in-channels=2 out-channels=3 padding=1
    """.strip().splitlines()
}
"""Blocks along each axis, examples and groups."""


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("spec", WINOGRAD.values(), ids=WINOGRAD)
def test_winograds_blocks_use_one_scratch_memory_one_after_another(
    spec: ConvSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Products and transforms of a block are shared; rounds that use the same scratch memory would be found out."""

    def check(name: str) -> PassResult:
        source = generate(spec, isa="avx2", threads=2, algorithm="winograd:2").source
        assert "#pragma omp" in source
        return readings_of(source, spec, is_c=True)[0].check(name, 10**5)

    for name in WINOGRAD_PASSES:
        assert check(name).holds, check(name).reason
    for module in (winograd, winograd_steps):
        monkeypatch.setattr(module, "loop", lambda *given, carries=False, **named: nest.loop(*given, **named))
    for name in WINOGRAD_PASSES:
        assert "is written in one round of a loop that threads share" in check(name).reason
