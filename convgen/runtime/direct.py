"""Methods in compiled code, for calls that are plainly right; every other call goes to the method in Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from types import ModuleType
from typing import Any

from convgen.kernels.kernel import Kernel
from convgen.runtime.arrays import Argument, Signature
from convgen.runtime.backends import CFunction, Weights

LONG = 100_000
"""Operations from which on a call lets go of the interpreter's lock, which takes it 30 ns: a microsecond's
work or more. A shorter call keeps it for less time than another thread would wait for it anyway."""

Method = Callable[..., Any]


class Direct:
    """The C functions of one kernel, and the extension module that calls them.

    Args:
        extension: the module.
        kernel: whose functions they are.
        compiled: the C function of each pass.
    """

    def __init__(self, extension: ModuleType, kernel: Kernel, compiled: Mapping[str, CFunction]) -> None:
        self._extension = extension
        self._kernel = kernel
        self._compiled = compiled

    @cached_property
    def _passes(self) -> dict[str, Any]:
        """Each pass once, so that all methods share its scratch memory."""
        return {name: self._pass(name, function) for name, function in self._compiled.items()}

    def _pass(self, name: str, function: CFunction) -> Any:
        count = self._kernel.op_count[name]
        is_long = count.multiplications + count.additions > LONG
        return self._extension.Pass(
            function.address, function.arrays, function.scratch, is_long, function.function
        )

    def method(self, signature: Signature, fallback: Method) -> Method:
        """A method of a loaded kernel.

        Args:
            signature: its arrays.
            fallback: the same in Python; it gets every call that is not plainly right.
        """
        steps = [(self._passes[name], places) for name, places in signature.passes.items()]
        return self._made(signature, signature.inputs, (), steps, None, fallback)

    def prepared(self, signature: Signature, weights: Weights, fallback: Method) -> Method:
        """A method of one pass with weights that stay the same; it does not take K.

        Args:
            signature: its arrays, K included.
            weights: what the pass reads in the place of K.
            fallback: the same in Python.
        """
        ((name, places),) = signature.passes.items()
        function = self._passes[name] if weights.run is None else self._pass(name, weights.run)
        given = tuple(each for each in signature.inputs if each.name != "K")
        order = [each.name for each in (*given, *signature.outputs)] + ["K"]
        moved = tuple(order.index(signature.arguments[place].name) for place in places)
        constants = ((weights.address, weights.size),)
        return self._made(signature, given, constants, [(function, moved)], weights, fallback)

    def _made(
        self,
        signature: Signature,
        inputs: tuple[Argument, ...],
        constants: tuple[tuple[int, int], ...],
        steps: list[tuple[Any, tuple[int, ...]]],
        owner: object,
        fallback: Method,
    ) -> Method:
        method: Method = self._extension.Method(
            names=tuple(each.name for each in inputs),
            inputs=tuple(map(_expected, inputs)),
            outputs=tuple(map(_expected, signature.outputs)),
            constants=constants,
            steps=tuple(steps),
            results=signature.results,
            owner=owner,
            fallback=fallback,
        )
        return method


def _expected(argument: Argument) -> tuple[int, int, tuple[int, ...]]:
    return argument.dtype.num, argument.size, argument.shape
