"""The functions of an emitted NumPy source, as it is parsed; what is no function is refused."""

from __future__ import annotations

import ast

from convgen.validation.faults import refuse

IMPORTS = ("import numpy as np", "from numpy.lib.stride_tricks import as_strided")


class Module:
    """The functions of a source.

    Attributes:
        functions: by name.
    """

    def __init__(self, text: str) -> None:
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise refuse(getattr(error, "lineno", 0) or 0, f"no Python: {error}") from None
        self.functions: dict[str, ast.FunctionDef] = {}
        for number, node in enumerate(tree.body):
            if isinstance(node, ast.FunctionDef) and node.name not in self.functions:
                self.functions[node.name] = node
            elif not (ast.unparse(node) in IMPORTS or (number == 0 and is_text(node))):
                raise refuse(node.lineno, "neither a function nor an import of a convgen kernel")


def is_text(node: ast.stmt) -> bool:
    """Whether a statement is a docstring, or could be one."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
