"""``python -m convgen.pictures DIRECTORY [--check]``: the gallery of pictures, written or compared."""

from __future__ import annotations

import sys
from pathlib import Path

from convgen.pictures.gallery import differing, write_gallery


def main(arguments: list[str]) -> int:
    """Write or compare, and say what differs; exit status 1 where a comparison finds something."""
    check = "--check" in arguments
    directory = Path(next(each for each in arguments if each != "--check"))
    paths = list(differing(directory)) if check else write_gallery(directory)
    sys.stdout.write("".join(f"{'differs' if check else 'wrote'} {path}\n" for path in paths))
    return int(check and bool(paths))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
