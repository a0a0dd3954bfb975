"""``python -m convgen.pictures DIRECTORY [--check]``: the gallery of pictures, written or compared."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from convgen.pictures.gallery import differing, write_gallery


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or compare, and say what differs; exit status 1 where a comparison finds something."""
    parser = argparse.ArgumentParser(
        "python -m convgen.pictures", description="Write the gallery of pictures."
    )
    parser.add_argument("directory", type=Path, help="where the page goes, such as docs")
    parser.add_argument("--check", action="store_true", help="write nothing, but compare with what is there")
    options = parser.parse_args(arguments)
    paths = list(differing(options.directory)) if options.check else write_gallery(options.directory)
    sys.stdout.write("".join(f"{'differs' if options.check else 'wrote'} {path}\n" for path in paths))
    return int(options.check and bool(paths))


if __name__ == "__main__":
    sys.exit(main())
