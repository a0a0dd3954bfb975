"""Whatever a user may type: text drawn near what convgen reads, and far from it; each input with its reader.

A reader returns, or raises one of convgen's own errors (a command line ends with one of its statuses); any
other exception is a finding. ``PYTHONPATH=tests python -m fuzz.run --minutes 60`` looks for an hour.
"""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from hypothesis import strategies as st

import convgen as cg
from convgen.cli import main
from convgen.errors import ConvgenError
from convgen.kernels.forms import FORMS, Form
from convgen.kernels.isa import ISAS
from convgen.kernels.kernel import DTYPES, TARGETS
from convgen.manifest import read_manifest
from convgen.testing import conv_specs


def words(*lines: str) -> list[str]:
    """The words of some lines."""
    return [word for line in lines for word in line.split(" ")]


SPEC_WORDS = words(
    "input= kernel= stride= padding= dilation= groups= bias=no layout= in-channels= out-channels= batch=",
    "same same_lower full valid 3x3 2x2 1 0 -1 999999999999999999999 1:2 x : = NCHW HWC 1x 0x0 1e3 ٣ ² nan",
)
CLAIM_WORDS = words(
    "dX dK db dO O X K b = ⋆ ⋆[ ] ( ) pad crop dilate subsample rot180 rot90 shift sum transpose reshape",
    "unfold fold @ + - * / 2 0 , [ :: S D P E M H r [i,j] sum(m,n) .T X~ δ \\ { } ^ _ \n \x00 'a' lambda",
)
MANIFEST_WORDS = [
    'spec="input=3x3 kernel=2x2"\n',
    *words(
        '[[artefact]]\n name="a"\n outputs=["c"]\n outputs=["c","numpy"]\n title=1\n name="../a"\n',
        'forms="loops"\n forms={forward="loops"}\n dtype="float16"\n [a]\n = " \\u0000 notation="000"\n',
    ),
]
OPTION_WORDS = words(
    "derive verify check prove generate --input --kernel --spec --json --stride --padding --manifest --check",
    "--source --target c numpy --dtype float32 --name --forms loops tiled --isa avx2 --format markdown --notation 000",
    "explain explore animate picture forward backward_data backward_weights jacobian taps",
    "--entry dX[0,0] db O[0] --index-base --vec --output /nonexistent/file --picture --colours",
    "X K b 3x3 2x2 dX=dO /nonexistent --help -- - ''",
)


def joined(known: list[str], separator: str) -> st.SearchStrategy[str]:
    """Sentences of a language's words, with some of any characters among them."""
    word = st.one_of(st.sampled_from(known), st.text(max_size=4))
    return st.lists(word, max_size=14).map(separator.join)


def bent(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Texts of which a piece has been cut out, doubled or replaced."""

    @st.composite
    def draw(draw: st.DrawFn) -> str:
        text = draw(texts)
        at = draw(st.integers(0, len(text)))
        length = draw(st.integers(0, 6))
        middle = draw(st.one_of(st.just(""), st.text(max_size=3), st.just(text[at : at + length] * 2)))
        return text[:at] + middle + text[at + length :]

    return draw()


RULES = (
    "dX = pad(dO) ⋆ rot180(K)",
    "dK = X ⋆ dO",
    "db = sum(dO)",
    "O[i,j] = sum(m,n) K[m,n] * X[i+m,j+n] + b",
)
SOURCES = tuple(
    cg.generate(
        cg.ConvSpec((4, 5), (2, 3), 2, 4, padding=1, layout="HWC"), form.target, forms=form.name
    ).source
    for form in FORMS
)


MANIFEST = """
title = "Gallery"
[[artefact]]
section = "a | b"
name = "one"
title = "first"
spec = "input=3x3 kernel=2x2"
outputs = ["c", "numpy", "markdown"]
dtype = "float64"
forms = { forward = "loops" }
[[artefact]]
spec = "input=9 kernel=3 padding=same"
outputs = ["numpy"]
notation = "003"
"""


def read_spec(text: str) -> None:
    spec = cg.ConvSpec.parse(text)
    assert cg.ConvSpec.parse(str(spec)) == spec


LAYERS = (
    cg.ConvSpec((4, 5), (2, 3)),
    cg.ConvSpec(7, 3, 2, 2, stride=2, padding=((1, 0),), dilation=2, groups=2, layout="NWC"),
    cg.ConvSpec((5, 4), (2, 2), 2, 3, 2, stride=(3, 1), padding=2, bias=False),
)


def read_claim(given: tuple[str, cg.ConvSpec]) -> None:
    cg.check(*given)


def read_gallery(text: str) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "manifest.toml"
        path.write_text(text, encoding="utf-8", errors="surrogatepass")
        read_manifest(path)


def read_source(text: str) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / ("k.c" if text.startswith("/*") else "k.py")
        path.write_text(text, encoding="utf-8", errors="surrogatepass", newline="")
        cg.validate(path)


def read_line(given: list[str]) -> None:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), contextlib.suppress(SystemExit):
        assert main(given) in (0, 1, 2)


def one_kernel(given: tuple[cg.ConvSpec, Form | None, str, str]) -> None:
    spec, form, dtype, isa = given
    for target in TARGETS if form is None else (form.target,):
        forms = None if form is None else form.name
        assert cg.validate(cg.generate(spec, target, dtype, forms=forms, isa=isa))


HARMLESS = st.lists(st.sampled_from(OPTION_WORDS), max_size=8)

READERS: Mapping[str, tuple[st.SearchStrategy[object], Callable[..., None]]] = {
    "specs": (
        st.one_of(joined(SPEC_WORDS, " "), joined(SPEC_WORDS, ""), bent(conv_specs().map(str))),
        read_spec,
    ),
    "claims": (
        st.tuples(
            st.one_of(joined(CLAIM_WORDS, " "), joined(CLAIM_WORDS, ""), bent(st.sampled_from(RULES))),
            st.sampled_from(LAYERS),
        ),
        read_claim,
    ),
    "manifests": (st.one_of(joined(MANIFEST_WORDS, ""), bent(bent(st.just(MANIFEST)))), read_gallery),
    "sources": (bent(bent(st.sampled_from(SOURCES))), read_source),
    "command lines": (HARMLESS, read_line),
    "kernels": (
        st.tuples(
            conv_specs(),
            st.sampled_from((None, *FORMS)),
            st.sampled_from(DTYPES),
            st.sampled_from(sorted(ISAS)),
        ),
        one_kernel,
    ),
}


def survives(reader: Callable[..., None], given: object) -> bool:
    """Read an input; whether convgen took it, else it was refused in words."""
    try:
        reader(given)
    except ConvgenError:
        return False
    return True
