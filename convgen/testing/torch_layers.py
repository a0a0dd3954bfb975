"""PyTorch layers for `assert_conv_layer`: forward as it is written, backward by PyTorch's own differentiation.

assert_conv_layer(**torch_module(lambda spec: MyConv2d(spec.in_channels, spec.out_channels, ...)), layout="NCHW")
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from convgen.errors import MissingDependencyError
from convgen.spec import ConvSpec

if TYPE_CHECKING:
    import torch

    from convgen.testing.layer import NotComputed


def torch_function(function: Callable[..., torch.Tensor]) -> dict[str, Any]:
    """The arguments of `assert_conv_layer` for a function of tensors that PyTorch can differentiate.

    Args:
        function: ``(X, K, b, spec) -> O``, such as a call of an own ``torch.autograd.Function``; b is None where
            the spec has no bias.

    Raises:
        MissingDependencyError: PyTorch is not installed.
    """
    torch = require_torch()

    def forward(X: Any, K: Any, b: Any, spec: ConvSpec) -> Any:
        return function(X, K, b, spec)

    def backward(X: Any, K: Any, dO: Any, spec: ConvSpec) -> dict[str, Any]:
        bias = torch.zeros(spec.bias_shape, dtype=X.dtype) if spec.bias else None
        variables = {"dX": X, "dK": K, **({} if bias is None else {"db": bias})}
        for variable in variables.values():
            variable.requires_grad_()
        output = function(X, K, bias, spec)
        gradients = [None for _ in variables]
        if getattr(output, "requires_grad", True):  # else PyTorch refuses, in words of its own
            gradients = torch.autograd.grad(output, list(variables.values()), dO, allow_unused=True)
        return {
            name: _not_computed(name[1:]) if gradient is None else gradient
            for name, gradient in zip(variables, gradients, strict=True)
        }

    return {"forward": forward, "backward": backward, "arrays": "torch"}


def _not_computed(array: str) -> NotComputed:
    from convgen.testing.layer import NotComputed

    return NotComputed(
        f"your output does not depend on {array}, or your Function returns None for it; what is detached, "
        "read as .data or computed under no_grad has no gradient"
    )


def torch_module(
    module: Callable[[ConvSpec], torch.nn.Module], weight: str = "weight", bias: str = "bias"
) -> dict[str, Any]:
    """The arguments of `assert_conv_layer` for a module: its parameters are replaced by K and b.

    Args:
        module: builds the module for a spec.
        weight: the name of its parameter that is K, as ``named_parameters`` has it.
        bias: the name of its parameter that is b.

    Raises:
        MissingDependencyError: PyTorch is not installed.
    """

    def function(X: Any, K: Any, b: Any, spec: ConvSpec) -> Any:
        from torch.func import functional_call

        parameters = {weight: K} if b is None else {weight: K, bias: b}
        return functional_call(module(spec).to(X.dtype), parameters, (X,))

    return torch_function(function)


def require_torch() -> Any:
    """PyTorch.

    Raises:
        MissingDependencyError: it is not installed.
    """
    try:
        import torch
    except ImportError as error:
        raise MissingDependencyError(
            "a layer of tensors needs PyTorch, which is not installed: pip install torch"
        ) from error
    return torch
