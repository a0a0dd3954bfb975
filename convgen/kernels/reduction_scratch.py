"""What backward weights by register tiles copies: arrays before its sums, and sums that were put aside.

V  the array that is read in vectors, its lanes beside each other
N  X with its channels beside each other, where they are far apart
D  the sums, a vector for each entry of a row of K, where the lanes of a vector are far apart in dK
"""

from __future__ import annotations

from math import prod

from convgen.algebra.polynomial import Polynomial
from convgen.kernels.blocks import Block, blocks
from convgen.kernels.isa import ELEMENT_BYTES
from convgen.kernels.nest import Nests, at, entry, lines, loop
from convgen.kernels.packing import transposed
from convgen.kernels.plan import C_REALS
from convgen.kernels.reduction_places import Places
from convgen.kernels.reduction_shape import Choices
from convgen.layout import element_strides, user_shape


def scratch_sizes(chosen: Choices) -> dict[str, int]:
    """The entries of each part of the workspace, in order."""
    if chosen.idle:
        return {}
    sizes = {}
    if chosen.packed:
        sizes["V"] = chosen.flat.batch * chosen.flat.groups * chosen.places * chosen.width
    if chosen.spread:
        sizes["N"] = prod(user_shape(chosen.spec, "X"))
    if chosen.by_panels:
        sizes["D"] = chosen.tile.vectors * chosen.tile.vector.lanes * chosen.row
    elif chosen.aside:
        sizes["D"] = chosen.flat.groups * chosen.width * chosen.row
    return sizes


def workspace_bytes(chosen: Choices) -> int:
    """The scratch memory of a plan."""
    return sum(scratch_sizes(chosen).values()) * ELEMENT_BYTES[chosen.dtype]


def names(chosen: Choices) -> Nests:
    """The names of the parts of the workspace."""
    real, texts, before = C_REALS[chosen.dtype], [], 0
    for name, count in scratch_sizes(chosen).items():
        start = f"({real} *)workspace"
        texts.append(f"{real} *{name} = {f'({start}) + {before}' if before else start};")
        before += count
    return lines(texts)


def copies(places: Places) -> Nests:
    """What is packed before any sum."""
    found: Nests = ()
    if places.chosen.packed:
        found += pack_vectors(places)
    if places.chosen.spread:
        found += pack_numbers(places)
    return found


def zeros(chosen: Choices) -> Nests:
    """Every sum set to 0 where it is kept."""
    sizes = scratch_sizes(chosen)
    array = "D" if "D" in sizes else "dK"
    return loop("v", 0, sizes.get(array, prod(chosen.spec.kernel_shape)), lines([f"{array}[v] = 0;"]))


def pack_numbers(places: Places) -> Nests:
    """X with its channels beside each other."""
    chosen = places.chosen
    strides, count = element_strides(chosen.flat, "X"), chosen.sizes["c"]
    inner = transposed(
        chosen.tile.vector,
        ("N", places.batch_and_group(chosen.strides["X"]), count),
        ("X", places.batch_and_group(strides), strides["c"]),
        count,
        ("p", prod(chosen.flat.input_size)),
    )
    return loop("e", 0, chosen.flat.batch, loop("g", 0, chosen.flat.groups, inner))


def pack_vectors(places: Places) -> Nests:
    """The array that is read in vectors, its lanes beside each other, a panel for each block of lanes."""
    chosen = places.chosen
    lanes, strides, array = chosen.shape.lanes, chosen.strides[chosen.side], chosen.vectors_from
    vector, step = chosen.tile.vector, strides[f"s{chosen.flat.rank - 1}"]
    v, place = Polynomial.of("v"), Polynomial.of("p")
    found: Nests = ()
    for each in blocks(chosen.tile, chosen.sizes[lanes]):
        panel = each.vectors * vector.lanes
        used = panel - vector.lanes + each.last
        source = places.batch_and_group(strides) + places.lane * strides[lanes]
        target = places.in_vectors(place, panel)
        if step == 1:
            squares = ("V", target - place * panel, panel), (array, source, strides[lanes])
            inner = transposed(vector, *squares, used, ("p", chosen.places))
        else:
            single = f"{entry('V', target + v)} = {entry(array, source + v * strides[lanes] + place * step)};"
            inner = loop("p", 0, chosen.places, loop("v", 0, used, lines([single])))
        cleared = lines([f"{entry('V', target + v)} = 0;"])
        inner += loop("p", 0, chosen.places, loop("v", used, panel, cleared))
        found += loop(places.letter(lanes), each.first, each.first + each.count * panel, inner, panel)
    return loop("e", 0, chosen.flat.batch, loop("g", 0, chosen.flat.groups, found))


def put_back(places: Places) -> Nests:
    """All sums that were put aside to their rows."""
    chosen = places.chosen
    found: Nests = ()
    lane = places.letter("f")
    for each in blocks(chosen.tile, chosen.sizes["f"]):
        panel = each.vectors * chosen.tile.vector.lanes
        found += loop(lane, each.first, each.first + each.count * panel, put_back_panel(places, each), panel)
    return loop("g", 0, chosen.flat.groups, found)


def put_back_panel(places: Places, each: Block) -> Nests:
    """The sums of a block of lanes, a vector for each entry of a row of K, to their rows."""
    chosen = places.chosen
    vector, step, row = chosen.tile.vector, chosen.tile.vector.lanes, chosen.row
    panel, whole = each.vectors * step, row // step * step
    r, v = Polynomial.of("r"), Polynomial.of("v")
    target = places.group * chosen.strides["K"]["g"] + places.lane * row
    source = places.panel_aside
    squares = [f"t{n}" for n in range(step)]
    texts = [f"{vector.name} {', '.join(squares)};"]
    for q in range(each.vectors):
        lanes = each.last if q == each.vectors - 1 else step
        texts += [
            f"{vector.name}_load({name}, {at('D', source + (r + n) * panel + q * step)});"
            for n, name in enumerate(squares)
        ]
        options = [at("dK", target + q * step * row + r), str(row), str(lanes), str(step), *squares]
        texts.append(f"{vector.name}_store_columns({', '.join(options)});")
    used = panel - step + each.last
    single = f"{entry('dK', target + v * row + r)} = {entry('D', source + r * panel + v)};"
    inner = loop("r", 0, whole, lines(texts), step)
    return inner + loop("r", whole, row, loop("v", 0, used, lines([single])))
