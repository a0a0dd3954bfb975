"""Whether a claim of a source is true on one small layer, found out without convgen.

Only the numbers of a spec are used. The truth is the definition as loops (`by_loops`); the claims are read
by a small evaluator of index forms below, or written out as loops a second time (operators), or computed by
exact differences (Jacobians). Arrays are looked up zero-extended, by index on the axes of their source.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

import by_loops
from convgen import ConvSpec

ORDERS = {
    "000": {"X": "01", "K": "01", "O": "01", "b": ""},
    "001": {"X": "01c", "K": "01cf", "O": "01f", "b": "f"},
    "002": {"X": "01", "K": "01", "O": "01", "b": ""},
    "003": {"X": "c01", "K": "fc01", "O": "f01", "b": "f"},
}
"""The axes of each array as its source writes them: spatial 0 and 1, input channel c, output channel f."""
LETTERS = {
    "000": {"X": "X", "K": "K", "b": "b", "O": "O", "dO": "dO", "dX": "dX", "dK": "dK", "db": "db"},
    "001": {"I": "X", "K": "K", "b": "b", "R": "O", "G": "dO", "dI": "dX", "dK": "dK", "db": "db"},
    "002": {"X": "X", "W": "K", "Y": "O", "dY": "dO", "dX": "dX", "dW": "dK"},
    "003": {"X": "X", "W": "K", "b": "b", "Y": "O", "δ": "dO", "dX": "dX", "dW": "dK", "db": "db"},
}


class NoValueError(Exception):
    """A formula without a value on a layer: an empty correlation, matrices that do not go together."""


@dataclass
class Layer:
    """A layer with exact random integers in its arrays, as one source sees it."""

    spec: ConvSpec
    source: str
    arrays: dict[str, np.ndarray] = field(init=False)

    def __post_init__(self) -> None:
        named = by_loops.integers(self.spec, seed=7, largest=10**6)
        answers = by_loops.answers(self.spec, named)
        named |= {"O": answers["O + b"] if self.spec.bias else answers["O"]}
        named |= {array: answers[array] for array in ("dX", "dK", "db")}
        self.arrays = {array: self.seen(array, data) for array, data in named.items()}

    def seen(self, array: str, data: np.ndarray) -> np.ndarray:
        """Named axes n, g, f, c, 0, 1 in the source's order; batch and groups are 1."""
        names = {"X": "ngc01", "K": "gfc01", "O": "ngf01", "b": "gf"}[array.removeprefix("d")]
        order = ORDERS[self.source][array.removeprefix("d")]
        gone = tuple(position for position, name in enumerate(names) if name not in order)
        kept = [name for name in names if name in order]
        return (
            data.squeeze(gone).transpose([kept.index(name) for name in order]) if order else data.reshape(())
        )

    def canonical(self, array: str) -> np.ndarray:
        """Channels first: X[c,p,q], K[f,c,m,n], O[f,i,j]."""
        order = ORDERS[self.source][array.removeprefix("d")]
        data, names = self.arrays[array], order
        for missing in [name for name in "fc" if name not in order]:
            if missing in {"X": "c", "K": "fc", "O": "f", "b": "f"}[array.removeprefix("d")]:
                data, names = data[None], missing + names
        wanted = [name for name in "fc01" if name in names]
        return data.transpose([names.index(name) for name in wanted])

    @cached_property
    def names(self) -> dict[str, Any]:
        """What the source calls sizes and parameters."""
        spec = self.spec
        (H, W), (M, N), (Ho, Wo) = spec.input_size, spec.kernel_size, by_loops.output_size(spec)
        (S0, S1), ((P0, A0), (P1, A1)) = spec.stride, spec.padding
        r = [
            (size + before + after - kernel) % stride
            for size, kernel, stride, (before, after) in zip(
                spec.input_size, spec.kernel_size, spec.stride, spec.padding, strict=True
            )
        ]
        numbers = {"Ho0": Ho, "Ho1": Wo, "r0": r[0], "r1": r[1], "S0": S0, "S1": S1, "M0": M, "M1": N}
        numbers |= {"Pb0": P0, "Pb1": P1, "Pa0": A0, "Pa1": A1}
        own = {
            "000": {"H": H, "W": W, "M": M, "N": N, "SH": S0, "SW": S1, "PH": P0, "PW": P1, "H_out": Ho, "W_out": Wo},
            "001": {"H": H, "W": W, "C": spec.in_channels, "O": spec.out_channels, "k": M, "s": S0},
            "002": {"m": H, "n": W, "a": M, "b": N},
            "003": {
                "C_in": spec.in_channels, "C_out": spec.out_channels, "K_H": M, "K_W": N, "stride": S0, "P": P0,
                "H_in": H, "W_in": W, "H_out": Ho, "W_out": Wo,
            },
        }  # fmt: skip
        return numbers | own[self.source]


# ---- index forms -----------------------------------------------------------------------------------------

_TOKEN = re.compile(r"\s*(\d+|[A-Za-zδ]\w*'*|\.\.|<=|.)")
FAR = range(-9, 24)
"""Beyond these no array of a small layer has entries."""


class IndexForm:
    """An index form being evaluated: recursion over its tokens, nothing else."""

    def __init__(self, text: str, layer: Layer, from_one: tuple[str, ...] = ()) -> None:
        self.layer = layer
        self.letters = LETTERS[layer.source]
        self.from_one = from_one
        left, _, right = text.partition("=")
        self.target, self.at = self._access(_tokens(left))
        self.right = _tokens(right)

    def holds(self) -> bool:
        """Whether both sides agree at every entry that the left one names."""
        data = self.layer.arrays[self.target]
        free = {name for index in self.at for name in re.findall(r"[A-Za-z]\w*'*", index)} - set(
            self.layer.names
        )
        letters = sorted(free)
        ranges = [
            range(data.shape[self.at.index(letter)]) if letter in self.at else FAR for letter in letters
        ]
        for values in itertools.product(*ranges):
            known = dict(zip(letters, values, strict=True))
            at = tuple(self._number(index, known, axis) for axis, index in enumerate(self.at))
            if all(0 <= i < size for i, size in zip(at, data.shape, strict=True)):
                value, rest = self._formula(self.right, known)
                assert not rest, rest
                if value != int(data[at]):
                    return False
        return True

    def _formula(self, tokens: list[str], known: dict[str, int]) -> tuple[Any, list[str]]:
        total, rest = self._product(tokens, known)
        while rest and rest[0] in "+-":
            sign = 1 if rest[0] == "+" else -1
            value, rest = self._product(rest[1:], known)
            total += sign * value
        return total, rest

    def _product(self, tokens: list[str], known: dict[str, int]) -> tuple[Any, list[str]]:
        if tokens[0] == "sum":
            return self._sum(tokens, known)
        if tokens[0] == "(":
            value, rest = self._formula(tokens[1:], known)
            rest = rest[1:]
        elif tokens[0].isdigit():
            value, rest = int(tokens[0]), tokens[1:]
        else:
            end = _closing(tokens, 1) + 1 if tokens[1:2] == ["["] else 1
            value, rest = self._entry(tokens[:end], known), tokens[end:]
        if rest and rest[0] == "*":
            other, rest = self._product(rest[1:], known)
            value *= other
        return value, rest

    def _sum(self, tokens: list[str], known: dict[str, int]) -> tuple[Any, list[str]]:
        end = _closing(tokens, 1)
        over, body = tokens[2:end], tokens[end + 1 :]
        bound, conditions = (*_parts(over, ":"), [])[:2]
        letters, ranges = [], []
        for each in _parts(bound, ","):
            letters.append(each[0])
            if len(each) > 1:
                first, last = (self._number("".join(side), {}, None) for side in _parts(each[2:], ".."))
                ranges.append(range(first, last + 1))
            else:
                ranges.append(self._natural(each[0], body))
        tests = [self._test(each) for each in _parts(conditions, ",") if each]
        total = 0
        rest: list[str] = []
        _, rest = self._product(body, known | dict.fromkeys(letters, 0))
        for values in itertools.product(*ranges):
            here = known | dict(zip(letters, values, strict=True))
            if all(test(here) for test in tests):
                total += self._product(body, here)[0]
        return total, rest

    def _test(self, tokens: list[str]) -> Callable[[dict[str, int]], bool]:
        text = (
            re.sub(r"(?<![<>])=", "==", "".join(tokens).replace("<=", "≤"))
            .replace("≤", "<=")
            .replace("'", "_")
        )
        return lambda here: bool(
            eval(text, {}, {k.replace("'", "_"): v for k, v in (self.layer.names | here).items()})
        )

    def _natural(self, letter: str, body: list[str]) -> range:
        """The range of a letter without bounds: the axis in which it stands alone."""
        for position, token in enumerate(body):
            if token in self.letters and body[position + 1 : position + 2] == ["["]:
                array, at = self._access(body[position : _closing(body, position + 1) + 1])
                if letter in at:
                    return range(self.layer.arrays[array].shape[at.index(letter)])
        return FAR

    def _access(self, tokens: list[str]) -> tuple[str, list[str]]:
        name = tokens[0].removesuffix("_pad")
        indices = ["".join(each) for each in _parts(tokens[2:-1], ",")] if len(tokens) > 1 else []
        return self.letters[name], indices

    def _entry(self, tokens: list[str], known: dict[str, int]) -> int:
        array, indices = self._access(tokens)
        data = self.layer.arrays[array]
        at = [self._number(index, known, axis) for axis, index in enumerate(indices)]
        if array in self.from_one:
            at = [index - 1 for index in at]
        if tokens[0].endswith("_pad"):
            at = [index - before for index, (before, _) in zip(at, self.layer.spec.padding, strict=True)]
        inside = all(0 <= i < size for i, size in zip(at, data.shape, strict=True))
        return int(data[tuple(at)]) if inside else 0

    def _number(self, text: str, known: dict[str, int], axis: int | None) -> int:
        """An index; Pb is the padding of the axis in whose place it stands, 0 or 1 without channels."""
        names = self.layer.names | (
            {} if axis is None or axis > 1 else {"Pb": self.layer.spec.padding[axis][0]}
        )
        names = {name.replace("'", "_"): value for name, value in (names | known).items()}
        return int(eval(text.replace("/", "//").replace("'", "_"), {}, names))


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text.strip())


def _closing(tokens: list[str], opening: int) -> int:
    depth = 0
    for position in range(opening, len(tokens)):
        depth += (tokens[position] in "([") - (tokens[position] in ")]")
        if depth == 0:
            return position
    raise AssertionError(tokens)


def _parts(tokens: list[str], separator: str) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token in "([") - (token in ")]")
        if token == separator and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


# ---- derivatives, entries, sizes, columns ----------------------------------------------------------------

_DERIVATIVE = re.compile(r"∂(\w+)\[?([^]/]*)\]?/∂(\w+)\[?([^]=]*)\]? = (.*?)(?: where .*)?")


def derivative_holds(text: str, layer: Layer) -> bool:
    """∂O/∂A for every pair of entries named, where ∂O/∂A is what the taps say; `where` is zero-extension."""
    output, at, by, indices, right = _DERIVATIVE.fullmatch(text).groups()  # type: ignore[union-attr]
    array = LETTERS[layer.source][by]
    data = layer.arrays[array]
    true: dict[Any, int] = defaultdict(int)
    orders = ORDERS[layer.source]
    named = by_loops.integers(layer.spec, seed=7, largest=10**6)
    for o, x, k in by_loops.taps(layer.spec):
        of = {"X": x, "K": k, "O": o}
        positions = {
            name: tuple(
                dict(zip({"X": "ngc01", "K": "gfc01", "O": "ngf01"}[name], at, strict=True))[axis]
                for axis in orders[name]
            )
            for name, at in of.items()
        }
        if array in "XK":
            partner = "K" if array == "X" else "X"
            true[positions["O"], positions[array]] += int(named[partner][of[partner]])
    form = IndexForm(f"{output} = 0" if not at else f"{output}[{at}] = 0", layer)
    form.right = _tokens(right)
    letters = {name for text in (at, indices) for name in re.findall(r"[A-Za-z]\w*", text)} - set(layer.names)
    for o in np.ndindex(layer.arrays["O"].shape):
        for a in np.ndindex(data.shape):
            known: dict[str, int] = {}
            places = [*zip(at.split(","), o, strict=True)]
            places += [*zip(indices.split(","), a, strict=True)] if indices else []
            if any(place.isdigit() and int(place) != number for place, number in places):
                continue
            known = {place: number for place, number in places if place in letters}
            wanted = 1 if array == "b" else true[o, a]
            if form._formula(form.right, known)[0] != wanted:
                return False
    return True


def entries_hold(text: str, layer: Layer) -> bool:
    """rot180(W)[x,y] = ... and flip(W)[c,k,m,n] = ...: the kernel turned by NumPy on its spatial axes."""
    letter, indices, right = re.fullmatch(r"(?:rot180|flip)\((\w+)\)\[(.*?)\] = (.*)", text).groups()  # type: ignore[union-attr]
    array = LETTERS[layer.source][letter]
    spatial = [position for position, axis in enumerate(ORDERS[layer.source][array]) if axis in "01"]
    turned = np.flip(layer.arrays[array], spatial)
    form = IndexForm(f"{letter}[{indices}] = {right}", layer)
    return all(
        form._formula(form.right, dict(zip(indices.split(","), at, strict=True)))[0] == int(turned[at])
        for at in np.ndindex(turned.shape)
    )


def sizes_hold(text: str, layer: Layer) -> bool:
    """A relation between sizes in exact fractions; the output's size is counted, not computed."""
    names = {name: Fraction(value) for name, value in layer.names.items()}
    functions = {"floor": math.floor, "ceil": math.ceil}
    shape = re.fullmatch(r"shape\((.*?)\) = \((.*)\)", text)
    if shape:
        wanted = [eval(size, functions, names) for size in shape[2].split(", ")]
        return wanted == list(_shape_of(shape[1], layer))
    left = text.split(" ")[0]
    axis = 1 if left.startswith("W") else 0
    names |= {"Ho": names[f"Ho{axis}"]} if layer.source == "001" else {}
    return bool(eval(re.sub(r"(?<![<>])=", "==", text), functions, names))


def _shape_of(name: str, layer: Layer) -> tuple[int, ...]:
    if not name.endswith("~"):
        return layer.arrays[LETTERS[layer.source][name]].shape
    if name == "W~":
        kernel = layer.canonical("K")
        return kernel.reshape(len(kernel), -1).shape
    return unfolded(layer).shape


def columns_hold(_: str, layer: Layer) -> bool:
    """Whether every input has as many taps as the kernel has entries."""
    counts: dict[Any, int] = defaultdict(int)
    for _, x, _ in by_loops.taps(layer.spec):
        counts[x] += 1
    every = itertools.product(*map(range, by_loops.shapes(layer.spec)["X"]))
    return all(counts[x] == math.prod(layer.spec.kernel_size) for x in every)


# ---- operators -------------------------------------------------------------------------------------------


def correlate(signal: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Valid, on two axes, product by product."""
    sizes = [a - b + 1 for a, b in zip(signal.shape, kernel.shape, strict=True)]
    if min(sizes) < 1:
        raise NoValueError
    result = np.zeros(sizes, dtype=object)
    for i, j in np.ndindex(*sizes):
        result[i, j] = sum(
            int(signal[i + m, j + n]) * int(kernel[m, n]) for m, n in np.ndindex(*kernel.shape)
        )
    return result


def spread(data: np.ndarray, pads: Any, steps: tuple[int, int] = (1, 1)) -> np.ndarray:
    """Zeros put between entries, and around them."""
    rows, columns = data.shape
    wide = np.zeros(((rows - 1) * steps[0] + 1, (columns - 1) * steps[1] + 1), dtype=object)
    wide[:: steps[0], :: steps[1]] = data
    return np.pad(wide, pads)


def unfolded(layer: Layer) -> np.ndarray:
    """X̃: a row for each channel and kernel position, a column for each output position."""
    X, spec = layer.canonical("X"), layer.spec
    rows = []
    for c in range(len(X)):
        padded = np.pad(X[c], spec.padding)
        for m, n in np.ndindex(*spec.kernel_size):
            i, j = by_loops.output_size(spec)
            rows.append([padded[a * spec.stride[0] + m, b * spec.stride[1] + n] for a, b in np.ndindex(i, j)])
    return np.array(rows, dtype=object)


def _input_gradient(
    layer: Layer, pads: Any, turned: bool, steps: tuple[int, int] = (1, 1)
) -> tuple[Any, Any]:
    G, K = layer.canonical("dO"), layer.canonical("K")
    kernel = K[:, :, ::-1, ::-1] if turned else K
    sums = [
        sum(correlate(spread(G[f], pads, steps), kernel[f, c]) for f in range(len(G)))
        for c in range(K.shape[1])
    ]
    return layer.canonical("dX"), np.array(sums, dtype=object)


def _full(layer: Layer) -> list[tuple[int, int]]:
    return [(size - 1, size - 1) for size in layer.spec.kernel_size]


def _remaining(layer: Layer) -> list[tuple[int, int]]:
    return [(size - 1, size - 1 + layer.names[f"r{d}"]) for d, size in enumerate(layer.spec.kernel_size)]


def _matrices(layer: Layer) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    K, G = layer.canonical("K").astype(object), layer.canonical("dO").astype(object)
    return K.reshape(len(K), -1), unfolded(layer), G.reshape(len(G), -1)


def _column_gradient(layer: Layer) -> tuple[Any, Any]:
    """∂L/∂X̃ entry by entry: L = Σ G·(K̃ X̃)."""
    K, X, G = _matrices(layer)
    true = [
        [sum(K[f, row] * G[f, column] for f in range(len(K))) for column in range(X.shape[1])]
        for row in range(len(X))
    ]
    return np.array(true, dtype=object), K.T @ G


def _folded(layer: Layer) -> tuple[Any, Any]:
    columns, spec = _column_gradient(layer)[0], layer.spec
    X = layer.canonical("X")
    result = np.zeros(X.shape, dtype=object)
    rows = [(c, m, n) for c in range(len(X)) for m, n in np.ndindex(*spec.kernel_size)]
    for row, (c, m, n) in enumerate(rows):
        for column, (i, j) in enumerate(np.ndindex(*by_loops.output_size(spec))):
            at = [
                a * s + k - p
                for a, s, k, (p, _) in zip((i, j), spec.stride, (m, n), spec.padding, strict=True)
            ]
            if all(0 <= a < size for a, size in zip(at, spec.input_size, strict=True)):
                result[c, at[0], at[1]] += columns[row, column]
    return layer.canonical("dX"), result


OPERATORS: dict[str, Callable[[Layer], tuple[Any, Any]]] = {
    "db = sum(dO)": lambda l: (l.arrays["db"], l.arrays["dO"].sum()),
    "dK = X ⋆ dO": lambda l: (l.arrays["dK"], correlate(l.arrays["X"], l.arrays["dO"])),
    "dK = X ⋆ dO.T": lambda l: (l.arrays["dK"], correlate(l.arrays["X"], l.arrays["dO"].T)),
    "dX = pad(dO, (1, 1)) ⋆ rot180(K)": lambda l: _input_gradient(l, 1, True),
    "dX = pad(dO) ⋆ rot180(K)": lambda l: _input_gradient(l, _full(l), True),
    "dI = rot180(K) ⋆ pad(G)": lambda l: _input_gradient(l, _full(l), True),
    "dI = rot180(K) ⋆ pad(G, (M-1, M-1))": lambda l: _input_gradient(l, _full(l), True),
    "dI = conv(pad(G), rot180(K))": lambda l: _input_gradient(l, _full(l), False),
    "dI = rot180(K) ⋆ pad(pad(dilate(G, S), (0, r)))": lambda l: _input_gradient(l, _remaining(l), True, l.spec.stride),
    "Y = pad(X) ⋆ W": lambda l: (l.arrays["O"], correlate(np.pad(l.arrays["X"], l.spec.padding), l.arrays["K"])),
    "dX = pad(dY, (P, P)) ⋆ rot180(W)": lambda l: _input_gradient(l, l.spec.padding, True),
    "dX = pad(dY, (Pb, Pa)) ⋆ rot180(W)": lambda l: _input_gradient(l, l.spec.padding, True),
    "Y~ = W~ @ X~ + b": lambda l: (
        l.canonical("O").reshape(len(l.canonical("O")), -1),
        _matrices(l)[0] @ _matrices(l)[1] + l.canonical("b")[:, None],
    ),
    "dW~ = δ~ @ X~.T": lambda l: (
        l.canonical("dK").reshape(len(l.canonical("dK")), -1), _matrices(l)[2] @ _matrices(l)[1].T,
    ),
    "dX = pad(δ) ⋆ flip(W)": lambda l: _input_gradient(l, _full(l), True),
    "dX = conv(pad(δ), flip(W))": lambda l: _input_gradient(l, _full(l), False),
    "dX = conv(pad(δ), W)": lambda l: _input_gradient(l, _full(l), True),
    "dX~ = W~.T @ δ~": _column_gradient,
    "dX = fold(W~.T @ δ~)": _folded,
}  # fmt: skip
"""Each claim with operators written out: (what its left side is, what its right side says)."""


def operators_hold(text: str, layer: Layer) -> bool:
    try:
        left, right = OPERATORS[text](layer)
    except NoValueError:
        return False
    return np.shape(left) == np.shape(right) and bool((left == right).all())


# ---- Jacobians -------------------------------------------------------------------------------------------


class Matrices:
    """vec and Jacobians as exact integer matrices: the output is affine in each array, so differences are exact."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        self.order = "F" if layer.source == "000" else "C"
        self.named = by_loops.integers(layer.spec, seed=7, largest=10**6)

    def output(self, named: dict[str, np.ndarray]) -> np.ndarray:
        answers = by_loops.answers(self.layer.spec, named)
        return self.layer.seen("O", answers["O + b" if self.layer.spec.bias else "O"])

    def derivative(self, letter: str, at: tuple[int, ...]) -> np.ndarray:
        """∂O by one entry of an array, in the output's shape."""
        array = LETTERS[self.layer.source][letter]
        moved = {name: data.copy() for name, data in self.named.items()}
        self.layer.seen(array, moved[array])[at] += 1  # a view of it
        return self.output(moved) - self.output(self.named)

    def jacobian(self, of: str, by: str, at: tuple[int, ...] | None = None) -> np.ndarray:
        if of == "L" and LETTERS[self.layer.source][by] == "O":
            return self.layer.arrays["dO"].ravel(order=self.order)[None]
        shape = self.layer.arrays[LETTERS[self.layer.source][by]].shape
        positions = [at] if at is not None else self.positions(shape)
        columns = [self.derivative(by, each) for each in positions]
        if of == "L":
            return np.array([[(self.layer.arrays["dO"] * column).sum() for column in columns]])
        return np.array([column.ravel(order=self.order) for column in columns]).T

    def positions(self, shape: tuple[int, ...]) -> list[tuple[int, ...]]:
        numbers = np.arange(math.prod(shape)).reshape(shape).ravel(order=self.order)
        return [tuple(map(int, np.unravel_index(number, shape))) for number in numbers]

    def value(self, text: str) -> np.ndarray:
        """A matrix from its text, by Python's own @ and numbers for every entry."""
        text = re.sub(r"∂(\w)\[([\d,]+)\]/∂(\w)\[([\d,]+)\]", r"D('\1',(\2),'\3',(\4))", text)
        text = re.sub(r"J_(\w)\((\w)\[([\d,]+)\]\)", r"J('\1','\2',(\3))", text)
        text = re.sub(r"J_(\w)\((\w)\)", r"J('\1','\2')", text)
        text = re.sub(r"unvec\((.*), (\w)\)$", r"unvec(\1,'\2')", text)
        text = re.sub(r"vec\((\w)\)", r"vec('\1')", text)
        text = re.sub(r"(?<![\w'])(d?[XKO])\[([\d,]+)\]", r"V('\1',(\2))", text)
        text = re.sub(r"\[([^][]*)\]", lambda found: f"M([[{found[1].replace('; ', '],[')}]])", text)
        letters = LETTERS[self.layer.source]
        arrays = self.layer.arrays
        meanings = {
            "D": lambda of, o, by, at: int(self.derivative(by, at)[o]),
            "J": self.jacobian,
            "V": lambda name, at: int(arrays[letters[name]][at]),
            "M": np.array,
            "vec": lambda name: arrays[letters[name]].ravel(order=self.order)[:, None],
            "unvec": lambda matrix, name: matrix.reshape(arrays[letters[name]].shape, order=self.order),
            "last": lambda matrix: matrix[-1:, -1:],
        }
        return eval(text, meanings)


def matrices_hold(text: str, layer: Layer) -> bool:
    matrices = Matrices(layer)
    if " : " in text:
        left, size = text.split(" : ")
        return "x".join(map(str, matrices.value(left).shape)) == size
    left, right = text.split(" = ")
    try:
        pair = [matrices.value(each) for each in (left, right)]
    except ValueError:  # matmul of matrices that do not go together
        return False
    return pair[0].shape == pair[1].shape and bool((pair[0] == pair[1]).all())


# ---- one question ----------------------------------------------------------------------------------------


def is_true(claim: str, spec: ConvSpec, source: str, from_one: tuple[str, ...] = ()) -> bool:
    """Whether a claim of a source holds on a layer, by loops."""
    layer = Layer(spec, source)
    if claim in OPERATORS:
        return operators_hold(claim, layer)
    for beginning, decide in _KINDS:
        if re.match(beginning, claim):
            return decide(claim, layer)
    return IndexForm(claim, layer, from_one).holds()


_KINDS: tuple[tuple[str, Callable[[str, Layer], bool]], ...] = (
    (r"J_|vec|unvec|last", matrices_hold),
    (r"∂", derivative_holds),
    (r"rot180\(|flip\(", entries_hold),
    (r"columns", columns_hold),
    (r"shape|[HW]_out|[HW] - |s\*", sizes_hold),
)
