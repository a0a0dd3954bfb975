"""Declarations, assignments and macros of C: what is written, in every round of a frame at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from convgen.validation.c_syntax import WHOLES, Node, kind_of, line_of
from convgen.validation.c_terms import Term, address, place, real, whole
from convgen.validation.c_values import Frame, Int, Pointer, Variable
from convgen.validation.faults import Fault, refuse
from convgen.validation.macros import Macro, lanes_of
from convgen.validation.rationals import Rational
from convgen.validation.store import Integers
from convgen.validation.trace import Memory, Region, Write


@dataclass
class Event:
    """A write whose rounds are those of the frame that is being executed.

    Attributes:
        write: with times from the frame's beginning.
        rounds: the frame's round of each.
    """

    write: Write
    rounds: Integers


Events = list[Event]
Done = tuple[Events, int]
"""What was written, and how many moments it takes at most."""


class Writing:
    """What single statements write.

    Attributes:
        memory: every place and its value.
    """

    def __init__(self, memory: Memory, vectors: tuple[str, ...], real_type: str) -> None:
        self.memory = memory
        self._vectors, self._real = vectors, real_type

    # ---- declarations -------------------------------------------------------------------------------------

    @staticmethod
    def _whole_name(node: Node) -> str | None:
        simple = kind_of(node.type) == "TypeDecl" and kind_of(node.type.type) == "IdentifierType"
        return node.name if simple and " ".join(node.type.type.names) in WHOLES else None

    def _declaration(self, node: Node, frame: Frame) -> Done:
        line, kind = line_of(node), kind_of(node.type)
        if node.storage or node.funcspec or node.bitsize or not set(node.quals) <= {"const"}:
            raise refuse(line, f"how {node.name!r} is declared")
        if self._whole_name(node) is not None:
            if node.init is None or "const" not in node.quals:
                raise refuse(line, f"the whole number {node.name!r}, which is not constant")
            frame.declare(node.name, whole(node.init, frame), line)
            return [], 0
        if kind == "PtrDecl" and node.init is not None:
            if self._type_of(node.type.type, line) != self._real:
                raise refuse(line, f"{node.name!r}, which points to another type")
            target = address(node.init, frame)
            if target.region.kind == "input" and "const" not in node.type.type.quals:
                raise Fault(line, f"{node.name!r} may write to {target.region.name}, which is read only")
            frame.declare(node.name, target, line)
            return [], 0
        size, inner = 1, node.type
        if kind == "ArrayDecl":
            length = whole(node.type.dim, Frame(1)) if node.type.dim is not None else 0
            size, inner = int(length), node.type.type
            if size < 1:
                raise refuse(line, f"{node.name!r}, an array of no constant size")
        type_name = self._type_of(inner, line)
        if type_name == self._real:
            region, first = self._local(node.name, size, frame)
            is_array = kind == "ArrayDecl"
            value = Pointer(region, first, 0) if is_array else Variable(region, first)
            frame.declare(node.name, value, line)
        elif type_name in self._vectors and kind == "TypeDecl":
            lanes = lanes_of(type_name)
            region, first = self._local(node.name, lanes, frame)
            frame.declare(node.name, Variable(region, first, lanes, type_name), line)
        else:
            raise refuse(line, f"{node.name!r} of type {type_name}")
        if node.init is None:
            return [], 0
        if kind == "ArrayDecl" or type_name in self._vectors:
            raise refuse(line, f"{node.name!r}, which is declared with a value")
        return self._written(line, frame, place(_identifier(node), frame), False, real(node.init, frame))

    def _type_of(self, node: Node, line: int) -> str:
        if kind_of(node) != "TypeDecl" or kind_of(node.type) != "IdentifierType":
            raise refuse(line, f"a {kind_of(node)} as a type")
        return " ".join(node.type.names)

    def _local(self, name: str, size: int, frame: Frame) -> tuple[Region, Int]:
        """New places in every round, and the first of each."""
        region = self.memory.allocate(name, size, frame.rounds)
        if frame.rounds == 1:
            return region, region.first
        return region, region.first + size * np.arange(frame.rounds)

    # ---- writes -------------------------------------------------------------------------------------------

    def _assignment(self, node: Node, frame: Frame) -> Done:
        line = line_of(node)
        if node.op not in ("=", "+="):
            raise refuse(line, f"the assignment {node.op}")
        if kind_of(node.lvalue) == "ID" and isinstance(
            found := frame.lookup(node.lvalue.name, line), Variable
        ):
            if found.lanes:
                return self._vector_copy(node, found, frame)
        elif kind_of(node.lvalue) == "ArrayRef":
            target = address(node.lvalue.name, frame)
            if target.region.kind == "input":
                raise Fault(line, f"writes to {target.region.name}, which is read only")
        return self._written(
            line, frame, place(node.lvalue, frame), node.op == "+=", real(node.rvalue, frame)
        )

    def _vector_copy(self, node: Node, target: Variable, frame: Frame) -> Done:
        """``s = b`` for two vectors of one type."""
        line = line_of(node)
        source = frame.lookup(node.rvalue.name, line) if kind_of(node.rvalue) == "ID" else None
        if node.op != "=" or not isinstance(source, Variable) or source.vector != target.vector:
            raise refuse(line, "an expression of vectors outside of a macro")
        every = range(target.lanes)
        return self._lanes(line, frame, every, target.place, False, [(1, (source.place,))], (1,), 1)

    def _macro(self, line: int, frame: Frame, lanes: int, macro: Macro, given: Mapping[str, Node]) -> Done:
        """Assignments to lanes, as the row of the macro has them."""

        def constant(name: str, otherwise: int) -> int:
            return int(whole(given[name], Frame(1))) if name else otherwise

        begin, end, step = constant(macro.first, 0), constant(macro.end, lanes), constant(macro.step, 1)
        if not 0 <= begin < end <= lanes:
            raise Fault(line, f"lanes {begin} up to {end} of {lanes}")
        taking_part = range(begin, end)

        def operand(name: str) -> tuple[Int, int]:
            """Where lane 0 would lie, and how far apart lanes are."""
            node = given[name]
            if name == "a":
                ((number, factors),) = real(node, frame)
                if number != 1 or len(factors) != 1:
                    raise refuse(line, "a factor that is no single number")
                return factors[0], 0
            if name == "total":
                return place(node, frame), 0
            if name == "p":
                return address(node, frame).place(line, end - begin, step) - begin * step, step
            value = frame.lookup(node.name, line) if kind_of(node) == "ID" else None
            if not isinstance(value, Variable) or value.lanes != lanes:
                raise refuse(line, "an argument that is no vector of this type")
            return value.place, 1

        if macro.target == "p" and address(given["p"], frame).region.kind == "input":
            raise Fault(line, "writes to an array that is read only")
        if macro.columns:
            return self._columns(line, frame, lanes, macro, given)
        target, along = operand(macro.target)
        coefficient: Rational = -1 if macro.negates else 1
        factors = []
        for name in macro.factors:
            number = _number(given[name], frame) if name == "a" else None
            if number is None:
                factors.append(operand(name))
            else:
                coefficient *= number
        if macro.sums:
            ((first, apart),) = factors
            every = [(1, (first + apart * lane,)) for lane in taking_part]
            return self._written(line, frame, target, macro.adds, every)
        term: list[Term] = [(coefficient, tuple(each for each, _ in factors))] if factors else []
        steps = tuple(each for _, each in factors)
        events, span = self._lanes(line, frame, taking_part, target, macro.adds, term, steps, along)
        if macro.rest_is_zero:
            for rest in (range(begin), range(end, lanes)):
                events += self._lanes(line, frame, rest, target, False, [], (), along)[0] if rest else []
        return events, span

    def _columns(self, line: int, frame: Frame, lanes: int, macro: Macro, given: Mapping[str, Node]) -> Done:
        """Vectors stored one beside the other, so that the numbers of each lane lie together."""
        count = int(whole(given[macro.columns], Frame(1)))
        if not 1 <= count <= lanes:
            raise Fault(line, f"{count} of {lanes} vectors")
        further = int(whole(given[macro.beside], Frame(1))) if macro.beside else 1
        events: Events = []
        for column in range(count):
            one = Macro(("p", "v"), "p", ("v",), end=macro.end, step=macro.step)
            beside = dict(given) | {"v": given[f"r{column}"], "p": _further(given["p"], further * column)}
            events += self._macro(line, frame, lanes, one, beside)[0]
        return events, 1

    def _lanes(
        self,
        line: int,
        frame: Frame,
        lanes: range,
        target: Int,
        adds: bool,
        terms: Sequence[Term],
        apart: tuple[int, ...],
        along: int,
    ) -> Done:
        """One assignment in every lane, all at one moment."""
        number = len(lanes)
        lane = np.tile(np.arange(lanes.start, lanes.stop), frame.rounds)
        rounds = np.repeat(np.arange(frame.rounds), number)

        def spread(first: Int, step: int) -> Integers:
            found = np.repeat(np.broadcast_to(first, frame.rounds), number) + step * lane
            return np.asarray(found, np.int64)

        written = [(coefficient, tuple(map(spread, factors, apart))) for coefficient, factors in terms]
        return self._write(line, rounds, spread(target, along), adds, written), 1

    def _written(self, line: int, frame: Frame, target: Int, adds: bool, terms: Sequence[Term]) -> Done:
        """One assignment."""
        rounds = np.arange(frame.rounds)

        def spread(value: Int) -> Integers:
            return np.asarray(np.broadcast_to(value, frame.rounds), np.int64)

        # x = x + ... adds to x; written as an addition, a sum of many rounds is one value.
        own = [n for n, (number, at) in enumerate(terms) if number == 1 and len(at) == 1 and at[0] is target]
        if not adds and len(own) == 1:
            adds, terms = True, [term for n, term in enumerate(terms) if n != own[0]]
        written = [(number, tuple(map(spread, factors))) for number, factors in terms]
        return self._write(line, rounds, spread(target), adds, written), 1

    @staticmethod
    def _write(
        line: int,
        rounds: Integers,
        target: Integers,
        adds: bool,
        terms: Sequence[tuple[Rational, tuple[Integers, ...]]],
    ) -> Events:
        padded: list[tuple[Rational, Integers | None, Integers | None]] = []
        for number, factors in terms:
            left, right, *_ = (*factors, None, None)
            padded.append((number, left, right))
        return [Event(Write(line, np.zeros(len(rounds), np.int64), target, adds, padded), rounds)]


def _number(node: Node, frame: Frame) -> Rational | None:
    """The value of a constant; None for what is none."""
    if kind_of(node) not in ("Constant", "UnaryOp", "BinaryOp"):
        return None
    terms = real(node, frame)
    return terms[0][0] if [factors for _, factors in terms] == [()] else None


def _identifier(node: Node) -> Node:
    """The name that a declaration declares, as an expression."""
    from pycparser.c_ast import ID

    return ID(node.name, node.coord)


def _further(node: Node, places: int) -> Node:
    """An address some places on, as an expression."""
    from pycparser.c_ast import BinaryOp, Constant

    return BinaryOp("+", node, Constant("int", str(places), node.coord), node.coord)
