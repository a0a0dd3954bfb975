"""Every formula of a document, and what must be true of its MathML."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable

from convgen.derivation import Derivation
from convgen.derivation.document import Block
from convgen.derivation.entries import taps_of
from convgen.derivation.formula import Formula
from convgen.derivation.trace import Trace
from convgen.errors import BudgetError
from convgen.layout import user_shape

ARITY = {"mfrac": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3}
TOKENS = {"mi", "mo", "mn", "mtext", "mspace"}
LAYOUT = {"math", "mrow", "mstyle", "mtable", "mtr", "mtd", *ARITY}
PARENTS = {"mtr": {"mtable"}, "mtd": {"mtr"}}


def formulas_of(blocks: Iterable[Block]) -> set[str]:
    """The LaTeX of every displayed and inline formula."""
    found = set()
    for block in blocks:
        words = [*block.prose, *(word for item in block.items for word in item)]
        found |= {each.latex for each in block.display}
        found |= {word.latex for word in words if isinstance(word, Formula)}
    return found


def formulas(derivation: Derivation) -> set[str]:
    """Those of a derivation; written out, it has those of its general form as well."""
    return formulas_of(derivation._blocks(expanded=True))


def traced(derivation: Derivation) -> set[str]:
    """Those of traces: of the first and the last entry of every array whose entries sum few enough products."""
    found: set[str] = set()
    spec = derivation.spec
    for array in ("O", "dX", "dK", *["db"] * spec.bias):
        shape = user_shape(spec, array)
        for index in (tuple(0 for _ in shape), tuple(size - 1 for size in shape)):
            try:
                found |= formulas_of(Trace(derivation, array, index, *taps_of(spec, array, index)).blocks)
            except BudgetError:
                break
    return found


def faults_of_mathml(text: str) -> list[str]:
    """What MathML Core would not have: unknown elements, wrong numbers of children, LaTeX that was left over."""
    root = ElementTree.fromstring(text)
    faults = []
    parents = {child: parent for parent in root.iter() for child in parent}
    for element in root.iter():
        name = _name(element)
        if name not in TOKENS | LAYOUT:
            faults.append(f"unknown element {name}")
        if name in TOKENS and len(element):
            faults.append(f"elements within the token {name}")
        if name in ARITY and len(element) != ARITY[name]:
            faults.append(f"{name} with {len(element)} children")
        if name in LAYOUT and (element.text or "").strip():
            faults.append(f"text {element.text!r} in {name}")
        if name in PARENTS and _name(parents[element]) not in PARENTS[name]:
            faults.append(f"{name} in {_name(parents[element])}")
    left_over = set("\\&_^{}") & set("".join(root.itertext()))
    return faults + [f"left over: {each}" for each in sorted(left_over)]


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
