"""What docs/security.md says of the package's own source: no shell, no unpickling, no text that is run."""

from __future__ import annotations

import ast

from project.files import PACKAGE, modules

RUNNING = {
    "os.system",
    "os.popen",
    "os.execv",
    "os.execvp",
    "os.spawnv",
    "subprocess.getoutput",
    "subprocess.call",
    "subprocess.check_output",
}
UNPICKLING = {"pickle.load", "pickle.loads", "marshal.load", "marshal.loads", "shelve.open", "yaml.load"}
RUNS_STRINGS = {"sympify", "parse_expr", "lambdify", "from_string", "numexpr.evaluate"}


def calls() -> list[tuple[str, str, ast.Call]]:
    """Every call in the package: where, its full name, and the node."""
    return [
        (path.relative_to(PACKAGE).as_posix(), ast.unparse(node.func), node)
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
    ]


STARTING = {("runtime/compiler.py", "subprocess.Popen"), ("derivation/pdf.py", "subprocess.run")}
"""The compiler, and the TeX engine."""


def test_a_subprocess_is_started_in_two_places_with_a_list_of_arguments() -> None:
    starting = [
        (where, name, node) for where, name, node in calls() if name in ("subprocess.Popen", "subprocess.run")
    ]
    assert {(where, name) for where, name, _ in starting} == STARTING
    arguments = {ast.unparse(node.args[0]) for _, _, node in starting}
    assert arguments == {"command", "[engine, *ENGINES[engine], source.name]"}
    assert not [(where, name) for where, name, _ in calls() if name in RUNNING]
    assert not [where for where, _, node in calls() if any(each.arg == "shell" for each in node.keywords)]


def test_nothing_is_unpickled_and_no_string_becomes_an_expression() -> None:
    names = {(where, name) for where, name, _ in calls()}
    assert not [each for each in names if each[1] in UNPICKLING]
    assert not [each for each in names if each[1].split(".")[-1] in RUNS_STRINGS]


def test_the_checks_see_what_they_look_for() -> None:
    assert len(calls()) > 1000
