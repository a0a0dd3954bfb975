"""Documents within pages: what a command prints stands in the page itself, where GitHub and the site both show it.

python docs/printed.py            write every such page anew
python docs/printed.py --check    write nothing; exit status 1 where a page differs

The place in a page is marked by the command, in a comment, and by the end of what it prints.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import sys
from pathlib import Path

from convgen.cli import main

DOCS = Path(__file__).parent
PLACE = re.compile(
    r"(?P<opening><!-- (?P<command>convgen [^\n]*) -->\n).*?(?P<end><!-- end of convgen \w+ -->)", re.DOTALL
)
HEADING = re.compile(r"^(#+) ", re.MULTILINE)


def pages() -> list[Path]:
    """Those that have such a place."""
    return [path for path in sorted(DOCS.rglob("*.md")) if PLACE.search(path.read_text("utf-8"))]


def printed(page: str) -> str:
    """A page with everything in it printed anew."""

    def place(match: re.Match[str]) -> str:
        above = HEADING.findall(re.sub(r"```.*?```", "", page[: match.start()], flags=re.DOTALL))
        return f"{match['opening']}\n{_document(match['command'], len(above[-1]))}\n{match['end']}"

    return PLACE.sub(place, page)


def _document(command: str, depth: int) -> str:
    """What a command prints, without its title, its sections below a heading of some depth."""
    _, *words = shlex.split(command)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        if main([*words, "--format", "markdown"]):
            raise SystemExit(f"{command} failed")
    body = said.getvalue().partition("\n## ")[2]
    return re.sub(
        r"^## ",
        "#" * (depth + 1) + " ",
        re.sub(r"^### ", "#" * (depth + 2) + " ", f"## {body}", flags=re.M),
        flags=re.M,
    )


if __name__ == "__main__":
    differing = 0
    for path in pages():
        old = path.read_text("utf-8")
        new = printed(old)
        if new != old and "--check" in sys.argv[1:]:
            print(f"{path.relative_to(DOCS)} differs from what its commands print: make printed")
            differing = 1
        elif new != old:
            path.write_text(new, "utf-8", newline="\n")
            print(f"wrote {path.relative_to(DOCS)}")
    raise SystemExit(differing)
