"""What the pages of the site need beside Markdown: formulas without a script, the command line's help.

Pages are Markdown that GitHub shows as well (`docs/printed.py` puts derivations into them); here their formulas become
MathML, so that a page needs no network and no script to show them.
"""

from __future__ import annotations

import contextlib
import html
import io
import os
import re
from typing import TYPE_CHECKING, Any
from unittest import mock

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

import convgen
from convgen.algebra.mathml import to_mathml
from convgen.cli import main

if TYPE_CHECKING:
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.writers.html5 import HTML5Translator

GITHUB_FORMULA = re.compile(r"\$`([^`]+)`\$")
"""How GitHub wants a formula within a line; MyST reads a role there."""
COMMAND_HELP = re.compile(r"<!-- command-help: (\w+) -->\n.*")
"""Where the help of a command stands; on GitHub the next line says how to have it."""


class CommandHelpDirective(SphinxDirective):
    """What a command says of itself: ``{command-help} derive``."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Ask it, at a width that does not depend on the terminal."""
        said = io.StringIO()
        with (
            mock.patch.dict(os.environ, {"COLUMNS": "100", "NO_COLOR": "1"}),
            contextlib.redirect_stdout(said),
            contextlib.suppress(SystemExit),
        ):
            main([self.arguments[0], "--help"])
        return [nodes.literal_block(said.getvalue(), said.getvalue(), language="text")]


def visit_math(self: HTML5Translator, node: nodes.math) -> None:
    """A formula within a line."""
    self.body.append(to_mathml(node.astext()))
    raise nodes.SkipNode


def visit_math_block(self: HTML5Translator, node: nodes.math_block) -> None:
    """A formula of its own; one that is wider than the page can be moved in its box, by keys as well."""
    formula = to_mathml(node.astext().strip(), display=True)
    self.body.append(f'<div class="formula" tabindex="0" aria-label="formula">{formula}</div>\n')
    raise nodes.SkipNode


def read_as_github_does(_app: Sphinx, _page: str, source: list[str]) -> None:
    """Formulas written for GitHub become MyST's, a command's help is put in its place; code keeps its dollars."""
    parts = re.split(r"(^```.*?^```$)", source[0], flags=re.DOTALL | re.MULTILINE)
    parts[::2] = [GITHUB_FORMULA.sub(r"{math}`\1`", part) for part in parts[::2]]
    source[0] = COMMAND_HELP.sub(r"```{command-help} \1\n```", "".join(parts))


def find_by_last_name(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.Element
) -> nodes.Element | None:
    """A type named where it is defined, and an error that a docstring names alone, by their last names."""
    if node.get("refdomain") != "py":
        return None
    last = f".{node['reftarget'].rpartition('.')[2]}"
    objects = env.domains["py"].objects.items()
    types = [each for name, each in objects if name.endswith(last) and each.objtype in {"class", "exception"}]
    if len(types) != 1:
        return None
    place = types[0]
    return make_refnode(app.builder, node["refdoc"], place.docname, place.node_id, content)


def open_pages(_app: Sphinx, doctree: nodes.document, page: str) -> None:
    """A link to a page that is no part of the site opens it, where a link to another file keeps it."""
    for node in list(doctree.findall(addnodes.download_reference)):
        if node.get("filename", "").endswith(".html"):
            up = "../" * page.count("/")
            node.replace_self(
                nodes.reference(
                    "", "", *node.children, refuri=f"{up}_downloads/{node['filename']}", internal=True
                )
            )


COLON = "\ue000"
"""Stands for a colon that is one."""


def keep_colons(
    _app: Sphinx, what: str, _name: str, _thing: object, _options: object, lines: list[str]
) -> None:
    """Napoleon would read "Shape of K: ..." of a property as a type with its description."""
    if what in {"property", "attribute", "data"} and lines:
        lines[0] = lines[0].replace(":", COLON)


def put_colons_back(
    _app: Sphinx, _what: str, _name: str, _thing: object, _options: object, lines: list[str]
) -> None:
    """After Napoleon."""
    lines[:] = [line.replace(COLON, ":") for line in lines]


def setup(app: Sphinx) -> dict[str, Any]:
    """What Sphinx calls."""
    app.add_directive("command-help", CommandHelpDirective)
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_math_block, None))
    app.connect("source-read", read_as_github_does)
    app.connect("missing-reference", find_by_last_name)
    app.connect("doctree-resolved", open_pages)
    app.connect("autodoc-process-docstring", keep_colons, priority=400)  # Napoleon's is 500
    app.connect("autodoc-process-docstring", put_colons_back, priority=600)
    return {
        "parallel_read_safe": True,
        "parallel_write_safe": True,
        "version": html.escape(convgen.__version__),
    }
