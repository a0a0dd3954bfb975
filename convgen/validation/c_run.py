"""Execute a function of C symbolically: every statement in all its rounds, as writes in time.

A loop multiplies the rounds of the frame that it stands in. The time of a write is its round in each loop
and its place in each block, counted as one number, so that `trace` sees the order in which C does things.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from convgen.validation.c_syntax import (
    REALS,
    WHOLES,
    Names,
    Node,
    kind_of,
    line_of,
    parameters_of,
    walk,
)
from convgen.validation.c_terms import Term, address, place, real, whole
from convgen.validation.c_values import Frame, Int, Pointer, Value, Variable
from convgen.validation.faults import Fault, refuse
from convgen.validation.macros import IDENTITIES, Macro, lanes_of, meaning
from convgen.validation.store import Integers
from convgen.validation.trace import Memory, Write

LARGEST_BATCH = 3_000_000
"""Products that are executed at once; longer loops are done in rounds, so that memory stays bounded."""

LONGEST_TIME = 2**60


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


class Execution:
    """One call of a function.

    Attributes:
        memory: every place and its value.
    """

    def __init__(
        self, memory: Memory, functions: Mapping[str, Node], vectors: tuple[str, ...], real_type: str
    ) -> None:
        self.memory = memory
        self._functions, self._vectors, self._real = functions, vectors, real_type
        self._names = Names()
        self._calls: list[str] = []
        self._statements: dict[str, Callable[[Node, Frame], Done]] = {
            "Compound": self._compound,
            "For": self._for,
            "If": self._if,
            "Decl": self._declaration,
            "Assignment": self._assignment,
            "FuncCall": self._call,
            "Cast": self._ignored,
            "EmptyStatement": lambda _node, _frame: ([], 0),
        }

    def run(self, name: str, arguments: Mapping[str, Pointer]) -> None:
        """Execute a function.

        Args:
            name: of the function.
            arguments: where each of its parameters points, by the parameter's name.

        Raises:
            Fault: it does what no kernel may do.
            SourceError: it has a statement that is not known.
        """
        self._in_sequence(self._functions[name].body.block_items or [], Frame(1, dict(arguments)))

    # ---- batches ------------------------------------------------------------------------------------------

    def _in_sequence(self, statements: Sequence[Node], frame: Frame) -> None:
        """Do statements in one batch where they are few, and else one after another."""
        if sum(self._work(each, frame) for each in statements) <= LARGEST_BATCH:
            first = len(self.memory.regions)
            self.memory.run([event.write for event in self._block(statements, frame)[0]])
            self.memory.release(first)
            return
        for node in statements:
            if kind_of(node) == "For" and self._work(node, frame) > LARGEST_BATCH:
                name, begin, end, step = self._header(node, frame)
                body = node.stmt.block_items if kind_of(node.stmt) == "Compound" else [node.stmt]
                first = len(self.memory.regions)
                for value in range(*(int(np.min(each)) for each in (begin, end, step))):
                    self._in_sequence(body, Frame(1, {**frame.names, name: value}))
                    self.memory.release(first)
            elif kind_of(node) == "Compound":
                first = len(self.memory.regions)
                self._in_sequence(node.block_items or [], Frame(1, dict(frame.names)))
                self.memory.release(first)
            else:
                self.memory.run([event.write for event in self._statement(node, frame)[0]])

    def _work(self, node: Node, frame: Frame) -> int:
        """About how many products a statement does: loops counted in the middle of those around."""
        kind = kind_of(node)
        if kind == "Compound":
            inner = Frame(1, dict(frame.names))
            return sum(self._work(each, inner) for each in node.block_items or [])
        if kind == "For":
            name, begin, end, step = self._header(node, frame)
            rounds = max(0, -((int(np.max(begin)) - int(np.max(end))) // step))
            middle = int(np.max(begin)) + step * (rounds // 2)
            return rounds * self._work(node.stmt, Frame(1, {**frame.names, name: middle}))
        if kind == "Decl" and kind_of(node.type) == "TypeDecl" and node.type.type.names[0] in WHOLES:
            frame.names[node.name] = whole(node.init, frame)
            return 0
        if kind == "FuncCall":
            known = meaning(node.name.name, self._vectors)
            return known[0] if known else 1
        return sum(kind_of(each) == "BinaryOp" and each.op == "*" for each in walk(node)) or 1

    # ---- statements ---------------------------------------------------------------------------------------

    def _statement(self, node: Node, frame: Frame) -> Done:
        if kind_of(node) not in self._statements:
            raise refuse(line_of(node), f"a {kind_of(node)} as a statement")
        return self._statements[kind_of(node)](node, frame)

    def _block(self, statements: Sequence[Node], frame: Frame) -> Done:
        events: Events = []
        span = 0
        for node in statements:
            found, length = self._statement(node, frame)
            if span:
                for event in found:
                    event.write.time = event.write.time + span
            events += found
            span += length
        return events, span

    def _compound(self, node: Node, frame: Frame) -> Done:
        return self._block(node.block_items or [], Frame(frame.rounds, dict(frame.names)))

    def _for(self, node: Node, frame: Frame) -> Done:
        name, begin, end, step = self._header(node, frame)
        counts = np.maximum(-((begin - np.asarray(end)) // step), 0)
        counts = np.broadcast_to(counts, frame.rounds)
        rounds = np.repeat(np.arange(frame.rounds), counts)
        turn = np.arange(len(rounds)) - np.repeat(np.cumsum(counts) - counts, counts)
        if not len(rounds):
            return [], 0
        inner = frame.taken(rounds, self._names.of(node.stmt))
        inner.names[name] = (begin[rounds] if isinstance(begin, np.ndarray) else begin) + step * turn
        events, span = self._statement(node.stmt, inner)
        most = int(counts.max())
        if span * most > LONGEST_TIME:
            raise refuse(line_of(node), "a loop of more moments than can be counted")
        for event in events:
            event.write.time = event.write.time + span * turn[event.rounds]
            event.rounds = rounds[event.rounds]
        return events, span * most

    def _header(self, node: Node, frame: Frame) -> tuple[str, Int, Int, int]:
        """Index, first value, bound and step of ``for (ptrdiff_t i = a; i < b; ++i)``."""
        line = line_of(node)
        declared = node.init.decls if kind_of(node.init) == "DeclList" else []
        if len(declared) != 1 or self._whole_name(declared[0]) is None or declared[0].init is None:
            raise refuse(line, "a loop that does not declare its index")
        name = declared[0].name
        ahead, onward = node.cond, node.next
        if not (
            kind_of(ahead) == "BinaryOp"
            and ahead.op == "<"
            and kind_of(ahead.left) == "ID"
            and ahead.left.name == name
            and name not in self._names.of(ahead.right)
        ):
            raise refuse(line, f"a loop that does not end at {name} < a bound")
        step = 0
        if kind_of(onward) == "UnaryOp" and onward.op in ("++", "p++"):
            step = 1 if kind_of(onward.expr) == "ID" and onward.expr.name == name else 0
        elif kind_of(onward) == "Assignment" and onward.op == "+=" and kind_of(onward.lvalue) == "ID":
            amount = whole(onward.rvalue, Frame(1))
            step = int(amount) if onward.lvalue.name == name else 0
        if step < 1:
            raise refuse(line, f"a loop that does not advance {name} by a number")
        # Whole numbers never change once they are declared: an assignment to one is refused where it stands.
        return name, whole(declared[0].init, frame), whole(ahead.right, frame), step

    def _if(self, node: Node, frame: Frame) -> Done:
        condition = np.broadcast_to(np.asarray(whole(node.cond, frame)), frame.rounds)
        events: Events = []
        span = 0
        for side, rounds in ((node.iftrue, condition != 0), (node.iffalse, condition == 0)):
            at = np.flatnonzero(rounds)
            if side is None or not len(at):
                continue
            found, length = self._statement(side, frame.taken(at, self._names.of(side)))
            for event in found:
                event.rounds = at[event.rounds]
            events += found
            span = max(span, length)
        return events, span

    def _ignored(self, node: Node, _frame: Frame) -> Done:
        """``(void)X;`` says that X is not used."""
        if kind_of(node.expr) != "ID" or getattr(node.to_type.type.type, "names", None) != ["void"]:
            raise refuse(line_of(node), "a cast")
        return [], 0

    # ---- declarations -------------------------------------------------------------------------------------

    def _whole_name(self, node: Node) -> str | None:
        simple = kind_of(node.type) == "TypeDecl" and kind_of(node.type.type) == "IdentifierType"
        return node.name if simple and " ".join(node.type.type.names) in WHOLES else None

    def _declaration(self, node: Node, frame: Frame) -> Done:
        line, kind = line_of(node), kind_of(node.type)
        if node.storage or node.funcspec or node.bitsize or not set(node.quals) <= {"const"}:
            raise refuse(line, f"how {node.name!r} is declared")
        if self._whole_name(node) is not None:
            if node.init is None or "const" not in node.quals:
                raise refuse(line, f"the whole number {node.name!r}, which is not constant")
            frame.names[node.name] = whole(node.init, frame)
            return [], 0
        if kind == "PtrDecl" and node.init is not None:
            if self._type_of(node.type.type, line) != self._real:
                raise refuse(line, f"{node.name!r}, which points to another type")
            target = address(node.init, frame)
            if target.region.kind == "input" and "const" not in node.type.type.quals:
                raise Fault(line, f"{node.name!r} may write to {target.region.name}, which is read only")
            frame.names[node.name] = target
            return [], 0
        size, inner = 1, node.type
        if kind == "ArrayDecl":
            length = whole(node.type.dim, Frame(1)) if node.type.dim is not None else 0
            size, inner = int(length), node.type.type
            if size < 1:
                raise refuse(line, f"{node.name!r}, an array of no constant size")
        type_name = self._type_of(inner, line)
        if type_name == self._real:
            frame.names[node.name] = self._local(node.name, size, kind == "ArrayDecl", frame)
        elif type_name in self._vectors and kind == "TypeDecl":
            lanes = lanes_of(type_name)
            variable = self._local(node.name, lanes, False, frame)
            assert isinstance(variable, Variable)
            frame.names[node.name] = replace(variable, lanes=lanes, vector=type_name)
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

    def _local(self, name: str, size: int, is_array: bool, frame: Frame) -> Value:
        """A new variable in every round."""
        region = self.memory.allocate(name, size, frame.rounds)
        first: Int = region.first
        if frame.rounds > 1:
            first = region.first + size * np.arange(frame.rounds)
        return Pointer(region, first, 0) if is_array else Variable(region, first)

    # ---- writes -------------------------------------------------------------------------------------------

    def _assignment(self, node: Node, frame: Frame) -> Done:
        line = line_of(node)
        if node.op not in ("=", "+="):
            raise refuse(line, f"the assignment {node.op}")
        if kind_of(node.lvalue) == "ID" and isinstance(found := frame.lookup(node.lvalue.name, line), Variable):
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

    def _call(self, node: Node, frame: Frame) -> Done:
        line, name = line_of(node), node.name.name
        arguments = list(node.args.exprs) if node.args is not None else []
        if name in IDENTITIES and len(arguments) == 1 and kind_of(arguments[0]) == "ID":
            address(arguments[0], frame)
            return [], 0
        known = meaning(name, self._vectors)
        if known is not None:
            if len(arguments) != len(known[1].parameters):
                raise refuse(line, f"{name} with {len(arguments)} arguments")
            return self._macro(line, frame, *known, dict(zip(known[1].parameters, arguments, strict=True)))
        if name in self._functions and name not in self._calls:
            return self._inlined(line, self._functions[name], arguments, frame)
        raise refuse(line, f"a call of {name!r}")

    def _inlined(self, line: int, function: Node, arguments: Sequence[Node], frame: Frame) -> Done:
        """A helper's body, in the place of its call."""
        parameters = parameters_of(function)
        if len(parameters) != len(arguments) or any(each[1] != self._real for each in parameters):
            raise refuse(line, f"a call of {function.decl.name!r} with other arguments")
        names: dict[str, Value] = {}
        for (name, _, constant), given in zip(parameters, arguments, strict=True):
            target = address(given, frame)
            if target.region.kind == "input" and not constant:
                raise Fault(line, f"{name!r} may write to {target.region.name}, which is read only")
            names[name] = target
        self._calls.append(function.decl.name)
        done = self._block(function.body.block_items or [], Frame(frame.rounds, names))
        self._calls.pop()
        return done

    def _macro(self, line: int, frame: Frame, lanes: int, macro: Macro, given: Mapping[str, Node]) -> Done:
        """Assignments to lanes, as the row of the macro has them."""
        count = lanes
        if macro.first is not None:
            count = int(whole(given[macro.first], Frame(1)))
            if not 1 <= count <= lanes:
                raise Fault(line, f"{count} of {lanes} lanes")
        step = int(whole(given[macro.step], Frame(1))) if macro.step is not None else 1

        def operand(name: str, stride: int = 1) -> tuple[Int, int]:
            """The first place, and how far apart lanes lie."""
            node = given[name]
            if name == "a":
                ((number, factors),) = real(node, frame)
                if number != 1 or len(factors) != 1:
                    raise refuse(line, "a factor that is no single number")
                return factors[0], 0
            if name == "p":
                return address(node, frame).place(line, count, stride), stride
            value = frame.lookup(node.name, line) if kind_of(node) == "ID" else None
            if not isinstance(value, Variable) or value.lanes != lanes:
                raise refuse(line, "an argument that is no vector of this type")
            return value.place, 1

        target, along = operand(macro.target, step)
        if macro.target == "p" and address(given["p"], frame).region.kind == "input":
            raise Fault(line, "writes to an array that is read only")
        factors = [operand(name) for name in macro.factors]
        term: list[Term] = [(1, tuple(each for each, _ in factors))] if factors else []
        apart = tuple(each for _, each in factors)
        done = self._lanes(line, frame, range(count), target, macro.adds, term, apart, along)
        if macro.rest_is_zero and count < lanes:
            done[0].extend(self._lanes(line, frame, range(count, lanes), target, False, [], (), along)[0])
        return done

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

        written = [
            (coefficient, tuple(map(spread, factors, apart))) for coefficient, factors in terms
        ]
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
        terms: Sequence[tuple[int, tuple[Integers, ...]]],
    ) -> Events:
        padded = [(number, *(*factors, None, None)[:2]) for number, factors in terms]
        return [Event(Write(line, np.zeros(len(rounds), np.int64), target, adds, padded), rounds)]


def _identifier(node: Node) -> Node:
    """The name that a declaration declares, as an expression."""
    from pycparser.c_ast import ID

    return ID(node.name, node.coord)
