"""C as a syntax tree, and what can be read off the tree without executing it.

pycparser knows C; what convgen does not emit is refused when it is met.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from convgen.validation.c_text import stripped
from convgen.validation.faults import refuse
from convgen.validation.portable import definitions, expanded
from convgen.validation.prologue import Prologue

Node = Any
"""A node of pycparser's tree, which has no types of its own."""

REALS = ("float", "double")
WHOLES = ("ptrdiff_t", "int")


def kind_of(node: Node) -> str:
    """The name of a node's class, by which it is executed."""
    return type(node).__name__


def line_of(node: Node) -> int:
    """The source's line of a node."""
    return node.coord.line if node.coord is not None else 0


def functions_of(text: str, name: str, prologue: Prologue, *, portable: bool = False) -> dict[str, Node]:
    """Every function of a source by its name; in portable C, with the macros of the prologue replaced.

    Raises:
        SourceError: no C, or C at file level that is no function.
    """
    from pycparser import CParser
    from pycparser.c_parser import ParseError

    plain = stripped(text, name, prologue)
    if portable:
        plain = expanded(plain, definitions(prologue))
    try:
        tree = CParser().parse(plain)
    except (ParseError, AssertionError, RecursionError) as error:
        line = _line_in(str(error)) or len(text.rstrip().split("\n"))  # at the end, the parser names none
        raise refuse(line, f"no C: {str(error).rpartition(':')[2].strip()}") from None
    found: dict[str, Node] = {}
    for node in tree.ext:
        if kind_of(node) == "Typedef" and line_of(node) == 1:
            continue
        if kind_of(node) != "FuncDef":
            raise refuse(line_of(node), f"a {kind_of(node)} outside of functions")
        if not portable:  # what vectors are made of is the prologue's to know
            for each in walk(node):
                if kind_of(each) == "StructRef":
                    raise refuse(line_of(each), "a StructRef")
        if node.decl.name in found:
            raise refuse(line_of(node), f"a second definition of {node.decl.name!r}")
        found[node.decl.name] = node
    return found


def _line_in(message: str) -> int:
    parts = message.split(":")
    return next((int(part) for part in parts if part.isdigit()), 0)


def parameters_of(function: Node) -> list[tuple[str, str, bool]]:
    """Name, type and constness of what each parameter of a function points to.

    Raises:
        SourceError: a parameter that is no restricted pointer, or a function that gives something back.
    """
    declared = function.decl.type
    result = declared.type
    if kind_of(result) != "TypeDecl" or result.type.names != ["void"]:
        raise refuse(line_of(function), f"{function.decl.name!r} gives something back")
    found = []
    for each in declared.args.params if declared.args else []:
        if kind_of(each) != "Decl" or kind_of(each.type) != "PtrDecl" or each.type.quals != ["restrict"]:
            raise refuse(line_of(function), "a parameter that is no restrict pointer")
        inner = each.type.type
        if kind_of(inner) != "TypeDecl":
            raise refuse(line_of(function), "a parameter that points to no number")
        found.append((each.name, " ".join(inner.type.names), "const" in inner.quals))
    return found


def walk(node: Node) -> Iterator[Node]:
    """A node and all below it; without recursion, since a written-out sum is as deep as it has terms."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(child for _, child in node.children())


class Names:
    """Which names occur below a node, remembered."""

    def __init__(self) -> None:
        self._known: dict[int, frozenset[str]] = {}

    def of(self, node: Node) -> frozenset[str]:
        """Every identifier below a node."""
        if id(node) not in self._known:
            self._known[id(node)] = frozenset(each.name for each in walk(node) if kind_of(each) == "ID")
        return self._known[id(node)]
