"""load: from a spec to something that can be called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

from convgen.errors import ArrayError, PlanError
from convgen.kernels.kernel import DTYPES, TARGETS, Kernel
from convgen.kernels.names import valid_name
from convgen.runtime.arrays import METHODS, Array, signature_of
from convgen.runtime.backends import Backend
from convgen.runtime.direct import Direct
from convgen.runtime.extension import CTYPES, EXTENSION, extension
from convgen.runtime.trial import Trial
from convgen.spec import ConvSpec


class LoadedKernel:
    """A kernel that is ready to be called, as `load` gives it.

    Arrays are C-contiguous, aligned NumPy arrays of the kernel's dtype in native byte order, shaped as the
    spec says: X ``input_shape``, K ``kernel_shape``, b ``bias_shape``, O and dO ``output_shape``. Results
    are overwritten, never added to. ``out=`` gives the array to write; without it one is allocated. A call
    checks all of its arrays before it writes to any, and may be made from several threads at once.

    Every method raises `DtypeError` for what is no NumPy array or holds another number type or byte order,
    and `ArrayError` for another shape, an order that is not C-contiguous, an array that is not aligned, an
    ``out`` that is read-only or shares memory with an input or another result, and a bias where the spec
    has none or none where it has one.

    Attributes:
        kernel: the emitted text.
        spec: the convolution that it computes.
    """

    def __init__(self, kernel: Kernel, backend: Backend, direct: Direct | None = None) -> None:
        self.kernel = kernel
        self.spec = kernel.spec
        self._backend = backend
        self._direct = direct
        self._has_bias = kernel.spec.bias
        signatures = {
            method: signature
            for method in METHODS
            if (signature := signature_of(kernel.spec, kernel.dtype, method)).passes
        }
        entries = {method: backend.entry(signature) for method, signature in signatures.items()}
        self._forward = entries["forward"]
        self._backward = entries["backward"]
        self._backward_data = entries["backward_data"]
        self._backward_weights = entries["backward_weights"]
        self._backward_bias = entries.get("backward_bias")
        if direct is not None:
            plain = copy(self)  # what they hold must not be what holds them
            for method, signature in signatures.items():
                vars(self)[method] = direct.method(signature, getattr(plain, method))

    @property
    def path(self) -> Path | None:
        """The library that was built; None for the NumPy target."""
        return self._backend.path

    @property
    def call(self) -> str:
        """How a call gets from Python to the kernel.

        ``"extension"``: compiled code checks it. ``"ctypes"``: Python checks it, which takes microseconds;
        so where the headers of Python or NumPy are missing, the compiler builds no extension module for this
        interpreter, or $CONVGEN_CALL is ``ctypes``. ``"python"``: the NumPy target.
        """
        if self._direct is not None:
            return EXTENSION
        return CTYPES if self._backend.compiled else "python"

    def forward(self, X: Array, K: Array, b: Array | None = None, *, out: Array | None = None) -> Array:
        """O = X ⋆ K + b.

        Args:
            X: the input, ``spec.input_shape``.
            K: the kernel, ``spec.kernel_shape``.
            b: the bias, ``spec.bias_shape``; None or left away where the spec has none.
            out: where to write O, ``spec.output_shape``.
        """
        if self._has_bias:
            return self._forward((X, K, b), (out,))[0]
        if b is not None:
            raise ArrayError(
                f"forward: b is a {type(b).__name__}, but the spec has no bias ({self.spec}); leave b away, "
                "or load a spec with bias=True"
            )
        return self._forward((X, K), (out,))[0]

    def backward(
        self, X: Array, K: Array, dO: Array, *, out: Sequence[Array | None] | None = None
    ) -> tuple[Array, Array, Array | None]:
        """(dX, dK, db) for the gradient dO of a scalar by O; db is None where the spec has no bias.

        Args:
            X: the input, ``spec.input_shape``.
            K: the kernel, ``spec.kernel_shape``.
            dO: the gradient by O, ``spec.output_shape``.
            out: where to write (dX, dK, db), of which any may be None to have it allocated.
        """
        results = (None, None, None) if out is None else out
        if not isinstance(results, tuple) or len(results) != 3:
            count = f" of {len(results)}" if isinstance(results, tuple) else ""
            raise ArrayError(
                f"backward: out is a {type(results).__name__}{count}; give a tuple of 3, (dX, dK, db), "
                "where None means a new array"
            )
        if self._has_bias:
            dX, dK, db = self._backward((X, K, dO), results)
            return dX, dK, db
        if results[2] is not None:
            raise ArrayError(
                f"backward: out[2] (db) is a {type(results[2]).__name__}, but the spec has no bias "
                f"({self.spec}); give None in its place"
            )
        dX, dK = self._backward((X, K, dO), results[:2])
        return dX, dK, None

    def backward_data(self, K: Array, dO: Array, *, out: Array | None = None) -> Array:
        """dX: the gradient by X.

        Args:
            K: the kernel, ``spec.kernel_shape``.
            dO: the gradient by O, ``spec.output_shape``.
            out: where to write dX, ``spec.input_shape``.
        """
        return self._backward_data((K, dO), (out,))[0]

    def backward_weights(self, X: Array, dO: Array, *, out: Array | None = None) -> Array:
        """dK: the gradient by K.

        Args:
            X: the input, ``spec.input_shape``.
            dO: the gradient by O, ``spec.output_shape``.
            out: where to write dK, ``spec.kernel_shape``.
        """
        return self._backward_weights((X, dO), (out,))[0]

    def backward_bias(self, dO: Array, *, out: Array | None = None) -> Array:
        """db: the gradient by b.

        Args:
            dO: the gradient by O, ``spec.output_shape``.
            out: where to write db, ``spec.bias_shape``.

        Raises:
            PlanError: the spec has no bias.
        """
        if self._backward_bias is None:
            raise PlanError(f"backward_bias: the spec has no bias ({self.spec}); load a spec with bias=True")
        return self._backward_bias((dO,), (out,))[0]

    def prepare(self, K: Array) -> PreparedKernel:
        """The passes that read K, with K packed once: for weights that do not change between calls.

        Args:
            K: the kernel, ``spec.kernel_shape``; a copy is taken.
        """
        return PreparedKernel(self, K)

    def __repr__(self) -> str:
        return f"<LoadedKernel {self.kernel.name}: {self.kernel.target} {self.kernel.dtype}, {self.spec}>"


class PreparedKernel:
    """A loaded kernel and its weights, packed as its passes read them where that pays.

    The methods are those of `LoadedKernel` without K, check their arrays alike and give the same results.

    Attributes:
        loaded: the kernel.
        K: the weights, read-only.
    """

    def __init__(self, loaded: LoadedKernel, K: Array) -> None:
        spec, dtype = loaded.spec, loaded.kernel.dtype
        signatures = {name: signature_of(spec, dtype, name) for name in ("forward", "backward_data")}
        given = next(each for each in signatures["forward"].inputs if each.name == "K")
        replace(given, call="prepare").require(K)
        self.loaded = loaded
        self.K = K.copy()
        self.K.flags.writeable = False
        backend, direct = loaded._backend, loaded._direct
        weights = {name: backend.weights(signature, self.K) for name, signature in signatures.items()}
        entries = {name: backend.prepared_entry(signatures[name], weights[name]) for name in signatures}
        self._forward = entries["forward"]
        self._backward_data = entries["backward_data"]
        if direct is not None:
            plain = copy(self)  # what they hold must not be what holds them
            for name, signature in signatures.items():
                vars(self)[name] = direct.prepared(signature, weights[name], getattr(plain, name))

    def forward(self, X: Array, b: Array | None = None, *, out: Array | None = None) -> Array:
        """O = X ⋆ K + b; see `LoadedKernel.forward`."""
        if self.loaded.spec.bias:
            return self._forward((X, self.K, b), (out,))[0]
        if b is not None:
            return self.loaded.forward(X, self.K, b, out=out)  # which says what is wrong
        return self._forward((X, self.K), (out,))[0]

    def backward_data(self, dO: Array, *, out: Array | None = None) -> Array:
        """dX: the gradient by X; see `LoadedKernel.backward_data`."""
        return self._backward_data((self.K, dO), (out,))[0]


def load(spec: ConvSpec, target: str = "c", dtype: str = "float32", **plan_options: Any) -> LoadedKernel:
    """Generate, build and load the four passes of a convolution.

    The C target is built by $CC, cc, gcc or clang for this very machine (``-march=native``; a $CC with
    arguments may choose another), once, and kept in the user's cache directory or in $CONVGEN_CACHE_DIR
    under a digest of the text, the compiler, its flags and the machine. The directory may be deleted at any
    time. Every pass of what was built is tried beside NumPy's before it is kept, on whole numbers, layers of
    more than 10^9 products apart. A compiler has 300 seconds, or as many as $CONVGEN_COMPILE_TIMEOUT says.
    Where it takes longer, crashes or miscompiles, the text is built without vectors and hardly optimised, which
    is slow and right, and `FallbackWarning` says so.

    The first kernel also has an extension module built, through which Python calls all of them; see
    `LoadedKernel.call`. Calls that compute for a microsecond or more let go of the interpreter's lock, so that
    threads run side by side; a pass that needs scratch memory has a piece for each thread inside it. The NumPy
    target needs no compiler.

    Args:
        spec: the convolution.
        target: ``"c"`` (Linux and macOS) or ``"numpy"``.
        dtype: ``"float32"`` or ``"float64"``.
        **plan_options: ``forms=``, ``name=``, ``isa=``, ``threads=``, ``algorithm=`` and ``tile=``, as
            `convgen.kernels.generate` takes them; for the C target the instruction set is by default
            ``"native"``, the best of this machine. Tiles are by default those that ``convgen bench --tune``
            has kept here for this very layer, where neither forms nor threads are said: they change the speed
            and no result. ``tile="rule"`` leaves them alone, and ``tile="tuned"`` insists on them.

    Warns:
        RuntimeWarning: tiles that were kept are damaged or another user's; the rule chooses instead.

    Raises:
        BudgetError: the source would be too large.
        CacheError: the cache directory cannot be used.
        CompilerError: there is no C compiler, it refused the text, or could not be helped by caution either.
        DtypeError: a dtype that is not generated.
        PlanError: an unknown target or form, a name that a kernel cannot have, an instruction set that
            this machine lacks, or tuned tiles where none were measured.
    """
    if target == "c":
        from convgen.runtime.here import generated_here

        kernel = generated_here(spec, dtype, plan_options)
        return _loaded(kernel, Trial(kernel, plan_options.get("algorithm")))
    from convgen.kernels import generate

    return load_kernel(generate(spec, target=target, dtype=dtype, **plan_options))


def load_kernel(kernel: Kernel) -> LoadedKernel:
    """Build and load a kernel that has been generated already; see `load`.

    The text may be the user's own by now, so what is built of it is not tried.

    Raises:
        CacheError: the cache directory cannot be used.
        CompilerError: there is no C compiler, or it failed.
        PlanError: an unknown target or dtype, a name that a kernel cannot have, or a source that does
            not define one of the passes.
    """
    return _loaded(kernel, None)


def _loaded(kernel: Kernel, trial: Trial | None) -> LoadedKernel:
    if kernel.dtype not in DTYPES:
        raise PlanError(f"kernel {kernel.name!r} has dtype {kernel.dtype!r}; dtypes are {', '.join(DTYPES)}")
    valid_name(kernel.name)  # it also names files
    backend = _backend(kernel, trial)
    module = extension() if backend.compiled else None
    return LoadedKernel(kernel, backend, None if module is None else Direct(module, kernel, backend.compiled))


def _backend(kernel: Kernel, trial: Trial | None) -> Backend:
    from convgen.runtime.c_backend import c_backend
    from convgen.runtime.numpy_backend import numpy_backend

    backends: dict[str, Callable[[], Backend]] = {
        "c": lambda: c_backend(kernel, trial),
        "numpy": lambda: numpy_backend(kernel),
    }
    if kernel.target not in backends:
        raise PlanError(f"unknown target {kernel.target!r}; targets are {', '.join(TARGETS)}")
    return backends[kernel.target]()
