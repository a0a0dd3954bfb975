"""The functions of an emitted NumPy source, and the lists of its workspaces; anything else is refused."""

from __future__ import annotations

import ast

from convgen.kernels.workspace import TAKE
from convgen.validation.faults import refuse

TAKING = ast.dump(ast.parse(TAKE))
"""The one way of taking a workspace that is known: what it does is not read off, it is known word for word."""

IMPORTS = ("import numpy as np", "from numpy.lib.stride_tricks import as_strided")


class Module:
    """The functions of a source.

    Attributes:
        functions: by name.
        idle: the lists of workspaces that no call has.
    """

    def __init__(self, text: str) -> None:
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise refuse(getattr(error, "lineno", 0) or 0, f"no Python: {error}") from None
        self.functions: dict[str, ast.FunctionDef] = {}
        self.idle: set[str] = set()
        for number, node in enumerate(tree.body):
            if _is_idle_list(node):
                self.idle.add(node.targets[0].id)  # type: ignore[attr-defined]
            elif isinstance(node, ast.FunctionDef) and node.name == "_take":
                if ast.dump(ast.Module([node], [])) != TAKING:
                    raise refuse(node.lineno, "_take does not take a workspace as convgen's does")
            elif isinstance(node, ast.FunctionDef) and node.name not in self.functions:
                self.functions[node.name] = node
            elif not (ast.unparse(node) in IMPORTS or (number == 0 and is_text(node))):
                raise refuse(node.lineno, "neither a function nor an import of a convgen kernel")
        for idle in self.idle:
            self._require_one_user(idle)

    def _require_one_user(self, idle: str) -> None:
        """Refuse a list of workspaces that several functions use: one would be given what another has left."""
        users = {
            function.name: node.lineno
            for function in self.functions.values()
            for node in ast.walk(function)
            if isinstance(node, ast.Name) and node.id == idle
        }
        if len(users) > 1:
            raise refuse(max(users.values()), f"{idle} is used by {' and '.join(sorted(users))}")


def _is_idle_list(node: ast.stmt) -> bool:
    """Whether a statement makes a list for workspaces: ``_forward_idle = []``."""
    return (
        isinstance(node, ast.Assign)
        and len(node.targets) == 1
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.List)
        and not node.value.elts
    )


def is_text(node: ast.stmt) -> bool:
    """Whether a statement is a text, such as a docstring."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
