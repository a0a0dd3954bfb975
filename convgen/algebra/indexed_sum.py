"""IndexedSum: a sum of products of array entries over a set of integer points.

    out[i] = coefficient * sum over the bound indices of  A[a(i, m)] * B[b(i, m)] * ...

restricted to points where every equality is 0 and every guard is at least 0. Sizes, guards and accesses
are polynomials, so that one sum stands for a layer of every size, and for a concrete layer once numbers
are put in. A formula is a tuple of such sums, added up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from convgen.algebra.polynomial import Polynomial, PolynomialLike


@dataclass(frozen=True)
class Index:
    """An index variable that runs through 0 <= name < size."""

    name: str
    size: Polynomial


@dataclass(frozen=True)
class Access:
    """One factor: an array and the expression for each of its named axes, in canonical order."""

    array: str
    indices: tuple[Polynomial, ...]


@dataclass(frozen=True)
class IndexedSum:
    """One term of a formula.

    Attributes:
        output: the free indices, one per axis of the result, in canonical order.
        bound: the indices summed over.
        equalities: expressions that must be 0.
        guards: expressions that must be at least 0; they carry the zero-extension of every access.
        factors: the entries multiplied.
        coefficient: an exact rational.
    """

    output: tuple[Index, ...]
    bound: tuple[Index, ...]
    factors: tuple[Access, ...]
    guards: tuple[Polynomial, ...] = ()
    equalities: tuple[Polynomial, ...] = ()
    coefficient: Fraction = Fraction(1)

    def substitute(self, values: Mapping[str, PolynomialLike]) -> IndexedSum:
        """Put numbers (or other names) in for sizes and parameters; indices keep their names."""

        def resize(indices: tuple[Index, ...]) -> tuple[Index, ...]:
            return tuple(Index(index.name, index.size.substitute(values)) for index in indices)

        return replace(self.reindex(values), output=resize(self.output), bound=resize(self.bound))

    def reindex(self, values: Mapping[str, PolynomialLike]) -> IndexedSum:
        """Put expressions in for indices wherever they are used; which indices there are stays as it is."""

        def put(polynomials: tuple[Polynomial, ...]) -> tuple[Polynomial, ...]:
            return tuple(polynomial.substitute(values) for polynomial in polynomials)

        return replace(
            self,
            factors=tuple(Access(factor.array, put(factor.indices)) for factor in self.factors),
            guards=put(self.guards),
            equalities=put(self.equalities),
        )


def inside(index: Polynomial, size: Polynomial) -> tuple[Polynomial, Polynomial]:
    """The two guards for 0 <= index < size."""
    return index, size - 1 - index


def regroup(term: IndexedSum, factor: str, cotangent: str, axes: tuple[Index, ...]) -> IndexedSum:
    """The adjoint of a sum in one of its factors: the same points, gathered by that factor's entry.

        out[o] = Σ A[a(o, m)]·B...    gives    dA[x] = Σ over o, m with a(o, m) = x of  dout[o]·B...

    The roles of the result and of the factor are exchanged, and nothing else: the point set is the same one,
    so that the gradient of a layer is never written down a second time.

    Args:
        term: the sum, in which the factor stands once.
        factor: the array that becomes the result.
        cotangent: what the old result is called as a factor.
        axes: the axes of the factor, which become the output indices.

    Raises:
        ValueError: the factor stands in the sum not at all, or more than once.
    """
    arrays = [access.array for access in term.factors]
    if arrays.count(factor) != 1:
        raise ValueError(f"{factor!r} stands {arrays.count(factor)} times in {', '.join(arrays)}")
    others = [access for access in term.factors if access.array != factor]
    (gathered,) = (access for access in term.factors if access.array == factor)
    sizes = {index.name: index.size for index in term.output + term.bound}

    # A position that is an index of its own simply becomes the output index; any other is tied to it.
    names: dict[str, str] = {}
    tied: list[tuple[Index, Polynomial]] = []
    for axis, position in zip(axes, gathered.indices, strict=True):
        name = str(position)
        if sizes.get(name) == axis.size and name not in names:
            names[name] = axis.name
        else:
            tied.append((axis, position))
    remaining = [index for index in term.output + term.bound if index.name not in names]
    taken = {axis.name for axis in axes} | {index.name for index in remaining}
    for index in remaining:
        names[index.name] = (
            _fresh(index.name, taken) if index.name in {axis.name for axis in axes} else index.name
        )
        taken.add(names[index.name])
    settled = {guard for axis, position in tied for guard in inside(position, axis.size)}
    result = Access(cotangent, tuple(Polynomial.of(index.name) for index in term.output))
    renamed = replace(
        term,
        factors=(result, *others),
        guards=tuple(guard for guard in term.guards if guard not in settled),
    ).reindex(names)
    equalities = tuple(position.substitute(names) - axis.name for axis, position in tied)
    return replace(
        renamed,
        output=axes,
        bound=tuple(Index(names[index.name], index.size) for index in remaining),
        equalities=renamed.equalities + equalities,
    )


def solve(term: IndexedSum, name: str) -> IndexedSum:
    """Put in, for a bound index, what an equality says it is; the range that it had becomes two guards.

    Raises:
        ValueError: no equality determines the index as a polynomial.
    """
    (index,) = (each for each in term.bound if each.name == name)
    for equality in term.equalities:
        value = root(equality, name)
        if value is not None:
            solved = replace(
                term,
                bound=tuple(each for each in term.bound if each is not index),
                equalities=tuple(each for each in term.equalities if each is not equality),
            ).reindex({name: value})
            return replace(solved, guards=solved.guards + inside(value, index.size))
    raise ValueError(f"no equality of {', '.join(map(str, term.equalities)) or 'none'} says what {name} is")


def root(expression: Polynomial, name: str) -> Polynomial | None:
    """What an index must be for an expression to be 0, where the index stands in it once, as itself or negated."""
    coefficient = expression.coefficient(name)
    rest = expression - Polynomial.of(name) * coefficient
    return rest * -coefficient if abs(coefficient) == 1 and name not in rest.names else None


def _fresh(name: str, taken: set[str]) -> str:
    return next(fresh for number in range(1, len(taken) + 2) if (fresh := f"{name}_{number}") not in taken)
