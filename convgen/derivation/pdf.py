"""LaTeX to PDF through whichever TeX engine is installed; none is required."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from convgen.errors import ToolError

ENGINES = {
    "pdflatex": ("-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape"),
    "lualatex": ("-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape"),
    "xelatex": ("-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape"),
    "tectonic": (),
}
"""The engines that are looked for, in this order, and their options. Tectonic is the last one, since it
downloads what it needs on its first run."""
SECONDS = 300
"""Longer than any article takes."""


def tex_engine() -> str:
    """The first engine that is installed.

    Raises:
        ToolError: there is none.
    """
    for name in ENGINES:
        if shutil.which(name):
            return name
    raise ToolError(
        f"a PDF needs a TeX engine, and none of {', '.join(ENGINES)} is installed; "
        "ask for the article, which is LaTeX, or for html"
    )


def to_pdf(article: str) -> bytes:
    """Compile a LaTeX article.

    Returns:
        The PDF; it carries no date, so that the same article gives the same bytes on one machine.

    Raises:
        ToolError: there is no TeX engine, or it failed; the message has its first error.
    """
    engine = tex_engine()
    with tempfile.TemporaryDirectory(prefix="convgen-") as directory:
        source = Path(directory) / "article.tex"
        source.write_text(article, encoding="utf-8")
        try:
            run = subprocess.run(  # noqa: S603 -- a program of the table above
                [engine, *ENGINES[engine], source.name],
                cwd=directory,
                env={**os.environ, "SOURCE_DATE_EPOCH": "0", "FORCE_SOURCE_DATE": "1"},
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise ToolError(f"{engine} was still at work after {SECONDS} seconds") from error
        result = source.with_suffix(".pdf")
        if run.returncode or not result.is_file():
            raise ToolError(f"{engine} failed: {_first_error(run.stdout.decode(errors='replace'))}")
        return result.read_bytes()


def _first_error(log: str) -> str:
    found = re.search(r"^!.*(?:\n.*){0,4}", log, re.MULTILINE)
    return found[0] if found else log[-500:]
