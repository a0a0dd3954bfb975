"""Execute a function of C symbolically: every statement in all its rounds, as writes in time.

A loop multiplies the rounds of the frame that it stands in. The time of a write is its round in each loop
and its place in each block, counted as one number, so that `trace` sees the order in which C does things.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from convgen.validation.c_syntax import WHOLES, Names, Node, kind_of, line_of, parameters_of, walk
from convgen.validation.c_terms import address, whole
from convgen.validation.c_threads import Rounds, inner_loop, paired
from convgen.validation.c_values import Frame, Int, Pointer, Value
from convgen.validation.c_writes import Done, Events, Writing
from convgen.validation.faults import Fault, refuse
from convgen.validation.macros import HINTS, IDENTITIES, meaning
from convgen.validation.trace import Memory

LARGEST_BATCH = 3_000_000
"""Products that are executed at once; longer loops are done in rounds, so that memory stays bounded."""

LONGEST_TIME = 2**60


class Execution(Writing):
    """One call of a function."""

    def __init__(
        self, memory: Memory, functions: Mapping[str, Node], vectors: tuple[str, ...], real_type: str
    ) -> None:
        super().__init__(memory, vectors, real_type)
        self._functions = functions
        self._names = Names()
        self._calls: list[str] = []
        self._shared: tuple[Rounds, int] | None = None  # the loop that threads share, and its round
        self._statements: dict[str, Callable[[Node, Frame], Done]] = {
            "Compound": self._compound,
            "For": self._for,
            "If": self._if,
            "DoWhile": self._once,
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
        self._in_sequence(
            self._functions[name].body.block_items or [], Frame(1, dict(arguments), set(arguments))
        )

    # ---- batches ------------------------------------------------------------------------------------------

    def _in_sequence(self, statements: Sequence[Node], frame: Frame) -> None:
        """Do statements in one batch where they are few, and else one after another."""
        if sum(self._work(each, frame) for each in statements) <= LARGEST_BATCH:
            first = len(self.memory.regions)
            self._do(self._block(statements, frame)[0])
            self.memory.release(first)
            return
        for depth, node in paired(statements):
            if depth and self._work(node, frame) > LARGEST_BATCH:
                rounds = self._rounds(node)
                self._one_by_one(node, depth, frame, rounds, 0)
                rounds.require_apart()
            elif depth:
                self._do(self._together(node, depth, frame)[0])
            elif kind_of(node) == "For" and self._work(node, frame) > LARGEST_BATCH:
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
                self._do(self._statement(node, frame)[0])

    def _do(self, events: Events) -> None:
        """Write what was found, and take it up for the round of the shared loop that is being done."""
        if self._shared is not None:
            rounds, number = self._shared
            rounds.note(events, 0, number)
        self.memory.run([event.write for event in events])

    # ---- loops that threads share -------------------------------------------------------------------------

    def _rounds(self, node: Node) -> Rounds:
        if self._shared is not None:
            raise refuse(line_of(node), "a loop for threads inside of another")
        return Rounds(self.memory, line_of(node), len(self.memory.ids))

    def _together(self, node: Node, depth: int, frame: Frame) -> Done:
        """A loop of which threads share the rounds, all rounds at once."""
        rounds = self._rounds(node)
        count = self._count(node, depth, frame)
        self._shared = (rounds, 0)
        events, span = self._for(node, frame)
        self._shared = None
        rounds.note(events, span // max(1, count))
        rounds.require_apart()
        return events, span

    def _count(self, node: Node, depth: int, frame: Frame) -> int:
        """How many rounds loops have that are taken together.

        Raises:
            SourceError: their number is another one from round to round, or something stands between them.
        """
        total = 1
        for level in range(depth):
            node = inner_loop(node) if level else node
            _, begin, end, step = self._header(node, frame)
            if np.ndim(begin) or np.ndim(end):
                raise refuse(line_of(node), "a loop for threads whose ends are no numbers")
            total *= max(0, -((int(begin) - int(end)) // step))
        return total

    def _one_by_one(self, node: Node, depth: int, frame: Frame, rounds: Rounds, before: int) -> None:
        """The same for a loop too large to be done at once; `before` numbers the rounds of the loops around."""
        count = self._count(node, depth, frame)
        name, begin, end, step = self._header(node, frame)
        values = range(int(begin), int(end), step)
        inner = count // max(1, len(values))
        first = len(self.memory.regions)
        for turn, value in enumerate(values):
            own = Frame(1, {**frame.names, name: value})
            number = before + turn * inner
            if depth > 1:
                self._one_by_one(inner_loop(node), depth - 1, own, rounds, number)
            else:
                body = node.stmt.block_items if kind_of(node.stmt) == "Compound" else [node.stmt]
                self._shared = (rounds, number)
                self._in_sequence(body, own)
                self._shared = None
            self.memory.release(first)

    def _work(self, node: Node, frame: Frame) -> int:
        """About how many products a statement does: loops counted in the middle of those around."""
        kind = kind_of(node)
        if kind == "Pragma":
            return 0
        if kind == "Compound":
            inner = Frame(1, dict(frame.names))
            return sum(self._work(each, inner) for each in node.block_items or [])
        if kind == "For":
            name, begin, end, step = self._header(node, frame)
            rounds = max(0, -((int(np.max(begin)) - int(np.max(end))) // step))
            middle = int(np.max(begin)) + step * (rounds // 2)
            return rounds * self._work(node.stmt, Frame(1, {**frame.names, name: middle}))
        if kind == "DoWhile":
            return self._work(node.stmt, frame)
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
        for depth, node in paired(statements):
            found, length = self._together(node, depth, frame) if depth else self._statement(node, frame)
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

    def _once(self, node: Node, frame: Frame) -> Done:
        """``do { ... } while (0)``, as macros have it."""
        if kind_of(node.cond) != "Constant" or node.cond.value != "0":
            raise refuse(line_of(node), "a loop that may go on")
        return self._statement(node.stmt, frame)

    def _ignored(self, node: Node, _frame: Frame) -> Done:
        """``(void)X;`` says that X is not used, and ``(void)0;`` does nothing."""
        nothing = kind_of(node.expr) == "Constant" and node.expr.value == "0"
        if not (nothing or kind_of(node.expr) == "ID") or getattr(node.to_type.type.type, "names", None) != [
            "void"
        ]:
            raise refuse(line_of(node), "a cast")
        return [], 0

    # ---- calls --------------------------------------------------------------------------------------------

    def _call(self, node: Node, frame: Frame) -> Done:
        line, name = line_of(node), node.name.name
        arguments = list(node.args.exprs) if node.args is not None else []
        if name in IDENTITIES and len(arguments) == 1 and kind_of(arguments[0]) == "ID":
            address(arguments[0], frame)
            return [], 0
        if name in HINTS and len(arguments) == 1:
            address(arguments[0], frame).place(line)
            return [], 0
        known = meaning(name, self._vectors)
        if known is not None:
            lanes, macro = known
            columns = [f"r{lane}" for lane in range(lanes)] if macro.columns else []
            names = (*macro.parameters, *columns)
            if len(arguments) != len(names):
                raise refuse(line, f"{name} with {len(arguments)} arguments")
            return self._macro(line, frame, lanes, macro, dict(zip(names, arguments, strict=True)))
        if name in self._functions and name not in self._calls:
            return self._inlined(line, self._functions[name], arguments, frame)
        raise refuse(line, f"a call of {name!r}")

    def _inlined(self, line: int, function: Node, arguments: Sequence[Node], frame: Frame) -> Done:
        """A helper's body, in the place of its call."""
        parameters = parameters_of(function)
        if len(parameters) != len(arguments) or not {each[1] for each in parameters} <= {self._real, "void"}:
            raise refuse(line, f"a call of {function.decl.name!r} with other arguments")
        names: dict[str, Value] = {}
        for (name, kind, constant), given in zip(parameters, arguments, strict=True):
            target = address(given, frame)
            if kind == "void" and target.region.kind != "scratch":
                raise refuse(
                    line, f"{name!r} of no type for {target.region.name}, which is no scratch memory"
                )
            if target.region.kind == "input" and not constant:
                raise Fault(line, f"{name!r} may write to {target.region.name}, which is read only")
            names[name] = target
        self._calls.append(function.decl.name)
        done = self._block(function.body.block_items or [], Frame(frame.rounds, names, set(names)))
        self._calls.pop()
        return done
