"""What the pages of the site need beside Markdown: formulas without a script, derivations, the command line's help.

Nothing of it is typed into a page: a derivation is printed from its checked steps when the site is built, and a
formula becomes MathML then, so that a page needs no network and no script to show it.
"""

from __future__ import annotations

import contextlib
import html
import io
import os
import re
from typing import TYPE_CHECKING, Any, ClassVar
from unittest import mock

from docutils import nodes
from docutils.parsers.rst import directives
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


class DerivationDirective(SphinxDirective):
    """The derivation of a layer, printed from its checked steps: ``{derivation} input=3x3 kernel=2x2``.

    Options: ``notation``, a source's number; ``general``, nothing written out for the layer.
    """

    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[dict[str, Any]] = {"notation": directives.unchanged, "general": directives.flag}

    def run(self) -> list[nodes.Node]:
        """Print it as Markdown and read that."""
        spec = convgen.ConvSpec.parse(self.arguments[0])
        derivation = convgen.derive(spec, self.options.get("notation", "default"))
        text = derivation.markdown("katex", expanded="general" not in self.options)
        _, _, body = text.partition("\n## ")  # the page has a title of its own
        return self.parse_text_to_nodes(f"## {body}", allow_section_headings=True)


class TraceDirective(SphinxDirective):
    """The trace of one entry with the questions that people ask: ``{trace} dX[2,3] of input=5x6 kernel=3x2``."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Print it as Markdown and read that."""
        entry, _, spec = self.arguments[0].partition(" of ")
        text = convgen.explain(convgen.ConvSpec.parse(spec), entry).markdown("katex")
        _, _, body = text.replace("\n## ", "\n### ").partition("\n### ")  # within a section of the page
        return self.parse_text_to_nodes(f"### {body}", allow_section_headings=True)


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
    """Formulas written for GitHub become MyST's; code keeps its dollars."""
    parts = re.split(r"(^```.*?^```$)", source[0], flags=re.DOTALL | re.MULTILINE)
    parts[::2] = [GITHUB_FORMULA.sub(r"{math}`\1`", part) for part in parts[::2]]
    source[0] = "".join(parts)


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
    app.add_directive("derivation", DerivationDirective)
    app.add_directive("trace", TraceDirective)
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
