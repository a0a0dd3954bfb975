"""The README's first screen is true: its code, run as it stands, prints what stands below it."""

import contextlib
import io
import re

from project.files import ROOT


def test_the_first_python_block_prints_the_text_block_after_it() -> None:
    page = (ROOT / "README.md").read_text("utf-8")
    program = re.search(r"```python\n(.*?)```", page, flags=re.DOTALL)
    expected = re.search(r"```text\n(.*?)```", page, flags=re.DOTALL)
    assert program is not None
    assert expected is not None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(program[1], "README.md", "exec"), {})
    assert printed.getvalue() == expected[1]
