"""The portable reading of a body: its macros replaced by what the prologue says that they are in plain C.

The other reading takes a macro's meaning from `convgen.validation.macros`. This one takes nothing from there:
the definitions that a compiler without vectors would use are read out of the prologue and put in the place
of every call, as a preprocessor does, and what is then executed is loops over the lanes of a structure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from convgen.validation.faults import refuse
from convgen.validation.prologue import Prologue

ASKED = "CONVGEN_PORTABLE"
"""What is defined where the portable definitions are asked for; nothing else is."""

LANE = "lane"
"""The one member of the structure that a vector is."""

NAME = re.compile(r"[A-Za-z_]\w*")
CONDITION = re.compile(r"(!?)defined\((\w+)\)")
DEFINITION = re.compile(r"#define (\w+)(?:\(([^)]*)\) (.*))?", re.DOTALL)
DEEPEST = 20


@dataclass(frozen=True)
class Definition:
    """A macro with arguments.

    Attributes:
        parameters: their names.
        body: what takes the place of a call.
    """

    parameters: tuple[str, ...]
    body: str


def definitions(prologue: Prologue) -> dict[str, Definition]:
    """The macros that a prologue defines where it is asked for portable C.

    Raises:
        SourceError: a line of the preprocessor that is not known, or a vector that is another structure.
    """
    found: dict[str, Definition] = {}
    known = {ASKED}
    taken: list[bool] = []  # of every condition around, whether its present side is read
    structures: list[str] = []
    lines = re.sub(r"/\*.*?\*/", "", prologue.text, flags=re.DOTALL).replace("\\\n", " ").split("\n")
    for line in lines:
        word, _, rest = line.partition(" ")
        if word in ("#if", "#ifdef", "#ifndef"):
            around = all(taken)
            taken.append(around and _is_true(word, rest, known))
        elif word == "#else":
            taken[-1] = not taken[-1]
        elif word == "#endif":
            taken.pop()
        elif not all(taken):
            continue
        elif word == "#define":
            match = DEFINITION.fullmatch(line)
            if match is None or "#" in (match[3] or ""):
                raise refuse(1, f"the definition {line!r} of a prologue")
            known.add(match[1])
            if match[2] is not None:
                parameters = tuple(each.strip() for each in match[2].split(","))
                found[match[1]] = Definition(parameters, match[3].strip())
        elif word.startswith("#"):
            raise refuse(1, f"{line!r} in a prologue")
        else:
            structures.append(line)
    _require_structures(" ".join(structures), prologue)
    return found


def _is_true(word: str, condition: str, known: set[str]) -> bool:
    if word != "#if":
        return (condition in known) is (word == "#ifdef")
    parts = [CONDITION.fullmatch(part) for part in condition.split(" && ")]
    if None in parts:
        raise refuse(1, f"the condition {condition!r} of a prologue")
    return all((part[2] in known) is not bool(part[1]) for part in parts if part)


def _require_structures(text: str, prologue: Prologue) -> None:
    """Every vector is a structure of as many numbers as its name says, and there is no other C."""
    structure = re.compile(rf"\s*typedef struct \{{\s*(float|double) {LANE}\[(\d+)\];\s*\}} (\w+);\s*")
    at, names = 0, []
    while match := structure.match(text, at):
        at = match.end()
        names.append(match[3])
        if match[3] != f"f{32 if match[1] == 'float' else 64}x{match[2]}":
            raise refuse(1, f"the vector {match[3]!r} of {match[2]} {match[1]}")
    if text[at:].strip() or tuple(names) != prologue.vectors:
        raise refuse(1, "a prologue whose vectors are other structures")


def expanded(text: str, macros: Mapping[str, Definition], depth: int = 0) -> str:
    """A text with every call of a macro replaced by its body, every line in its place.

    Raises:
        SourceError: a call with another number of arguments, or macros that never end.
    """
    if depth > DEEPEST:
        raise refuse(1, "macros that call each other without an end")
    out: list[str] = []
    at = 0
    for word in NAME.finditer(text):
        if word.start() < at or word[0] not in macros:
            continue
        arguments, end = _arguments(text, word.end())
        macro, line = macros[word[0]], text[: word.start()].count("\n") + 1
        if len(arguments) != len(macro.parameters):
            raise refuse(line, f"{word[0]} with {len(arguments)} arguments")
        given = {
            name: " ".join(expanded(argument, macros, depth + 1).split())
            for name, argument in zip(macro.parameters, arguments, strict=True)
        }
        body = expanded(_with(macro.body, given), macros, depth + 1)
        out += [text[at : word.start()], " ".join(body.split())]
        out.append("\n" * text[word.start() : end].count("\n"))
        at = end
    return "".join(out) + text[at:]


def _with(body: str, given: Mapping[str, str]) -> str:
    """A macro's body with its arguments in the place of its parameters."""
    return NAME.sub(lambda found: given.get(found[0], found[0]), body)


def _arguments(text: str, begin: int) -> tuple[list[str], int]:
    """What stands between the parentheses that open at a place, and where they have closed."""
    at = begin
    while at < len(text) and text[at].isspace():
        at += 1
    if text[at : at + 1] != "(":
        return [], begin
    depth, first, found = 0, at + 1, []
    for place in range(at, len(text)):
        character = text[place]
        depth += (character in "([") - (character in ")]")
        if depth == 0 or (depth == 1 and character == ","):
            found.append(text[first:place])
            first = place + 1
        if depth == 0:
            return found, place + 1
    return [], begin
