"""The forms that a pass can take, one row each: when it suits, what it may cost, how it is planned and laid out.

The rule: a pass takes the first form of its target, in the order of the table, that suits it; `forms=` of
`generate` overrides the rule. A faster plan is another row.

What the rule rests on (one core of an AMD EPYC, Zen 4; CPU time, minimum of interleaved runs):

- C, unrolled or loops: one channel, gcc -O2, forward in ns: 3x3*2x2 2 against 4, 8x8*3x3 (388 terms) 23
  against 103, 16x16*3x3 (2,372) 283 against 535, 28x28*3x3 (7,508) 1,527 against 981. The compiler takes
  0.4 s, 1.2 s (548 terms), 7.5 s (2,372), 63 s (7,508) and 289 s (16,672) for one file.
- NumPy, unrolled, positions or matrix: forward in us: 3x3*2x2 (20 terms) 4.5, 8.7, 6.4; 4x6*2x3 with
  stride 2 (57) 8.4, 13.1, 7.2; 5x5*3x3 (90) 11.6, 19.1, 6.5.
- NumPy, blocks, positions or matrix, in us for forward, backward_data, backward_weights (one thread):

      shape                         layout  blocks                positions             matrix
      28², 3x3, one channel         HW         9      8      8      36     37     35      15     38     13
      32², 3x3, 3 to 16             CHW       25     64     21     600    147    164      34     55     27
      16², 3x3, 32 to 32            CHW      114    107    135     193    177    112     129    172    140
      56², 3x3, 64 to 64            CHW     3165   3019   3861    4296   4703   4228    3987   4175   4046
      7², 3x3, 512 to 512           CHW     3689   5655   3216   12454  16860  10363    3618   4095   4107
      32², 3x3, 8 groups of 16      CHW      725    682   1326    4967   4891   1914    1305   2061   1387
      112², 3x3, depthwise 32       CHW      904   1074   1097    1901   2191   2042    1573   7422   1664
      32², 3x3, 3 to 16             HWC       40     55     32      88    120     58      49    172     38
      16², 3x3, 32 to 32            HWC       91     77     79     114    128     78     100    137     83
      56², 3x3, 64 to 64            HWC     2968   2903   2983    2520   4136   3290    4212   4572   3765
      28², 3x3, 128 to 128          HWC     2668   2759   2782    2360   4711   2876    2916   3237   3108
      7², 3x3, 512 to 512           HWC     3310   9297   3079    5784  10973   2865    3442   4642   3792
      112², 3x3, depthwise 32       HWC      771    731    652    2049   2069   2703    7037  21029   7047

  With channels last a row of many channels times a matrix needs no copy. A fold touches every column once
  more, but where dX has few channels or few positions it has the fewer columns, and K is not turned round.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod

from convgen.errors import BudgetError, PlanError
from convgen.kernels.isa import Isa
from convgen.kernels.kernel import PASSES, passes_of
from convgen.kernels.loops import plan_loops
from convgen.kernels.matrix import plan_matrix
from convgen.kernels.numpy_blocks import is_single
from convgen.kernels.numpy_einsum import plan_windows
from convgen.kernels.numpy_windows import MOST_PIECES, piece_count
from convgen.kernels.pieces import is_depthwise
from convgen.kernels.plan import PassPlan
from convgen.kernels.positions import plan_positions, positions_of
from convgen.kernels.tiled import plan_tiled, tiles_suit, written_products
from convgen.kernels.total import plan_sum
from convgen.kernels.unfold import columns_of
from convgen.kernels.unrolled import plan_unrolled_c, plan_unrolled_numpy, terms_of
from convgen.layout import user_shape
from convgen.spec import ConvSpec


@dataclass(frozen=True)
class Form:
    """One way to compute a pass.

    Attributes:
        target: the language.
        name: what `forms=` calls it.
        passes: the passes that have this form.
        template: lays a plan out.
        plan: makes the plan of a pass, from the spec, the pass, the dtype and the instruction set.
        suits: whether the rule takes this form for a pass.
        about: what the form is and when it suits, in words, for the emitted file.
        budget: what bounds its size; None for a form whose text does not grow with the spec.
    """

    target: str
    name: str
    passes: tuple[str, ...]
    template: str
    plan: Callable[[ConvSpec, str, str, Isa], PassPlan]
    suits: Callable[[ConvSpec, str], bool]
    about: str
    budget: Budget | None = None

    def require_budget(self, spec: ConvSpec, name: str) -> None:
        """Refuse a pass that would cost too much.

        Raises:
            BudgetError: with the predicted cost, the limit, and what to choose instead.
        """
        if self.budget is None:
            return
        cost = self.budget.cost(spec, name)
        if cost > self.budget.limit:
            raise BudgetError(
                f"{name} of {spec} in form {self.name!r} needs {cost:,} {self.budget.unit}, "
                f"more than the limit of {self.budget.limit:,}: choose {self.budget.instead}"
            )


@dataclass(frozen=True)
class Budget:
    """What a form may cost.

    Attributes:
        cost: of a pass, predicted before any work.
        unit: what is counted.
        limit: the largest cost.
        instead: what to choose where it is exceeded.
    """

    cost: Callable[[ConvSpec, str], int]
    unit: str
    limit: int
    instead: str


CONVOLUTIONS = PASSES[:-1]

LARGEST_INDEX = 2**63 - 1
WIDEST = 8
"""Bytes: the largest ptrdiff_t where pointers have 64 bits, and the widest dtype."""

UNROLLED_C = 512
"""Terms: up to here straight-line C is quicker than loops, builds in about a second, and can be read."""

UNROLLED_NUMPY = 40
"""Terms: NumPy's scalars take some 50 ns each, and from here on a matrix product is as quick."""

WRITTEN_POSITIONS = 128
"""Kernel positions, a line each: more than 11x11 nobody reads."""

COLUMNS = Budget(columns_of, "unfolded entries", 2**28, "forms='positions' or target='c'")


PIECES = Budget(piece_count, "pieces of dX", MOST_PIECES, "forms='matrix'")

SHORTEST_ROW, CHANNELS_FOR_ROWS = 14, 64
"""Channels last: from here on a row of X times a matrix of K costs less than its copy into columns saves."""


def blocks_suit(spec: ConvSpec, name: str) -> bool:
    """Whether NumPy's blocks form is the quickest."""
    channels, signals = spec.group_in_channels, spec.group_out_channels
    if piece_count(spec, name) > MOST_PIECES:
        return False
    if name == "backward_data" and not (is_depthwise(spec) or is_single(spec)):
        # Windows of dO have f entries for the c of a fold; and K is turned round, whatever the size of dX.
        few = signals >= max(FOLDED * channels, FOLDED * FOLDED) and not spec.layout.endswith("C")
        return not few and 2 * prod(spec.input_size) * spec.batch > signals
    rows = name == "forward" and spec.layout.endswith("C") and spec.groups == 1 < prod(spec.kernel_size)
    short = rows and channels >= CHANNELS_FOR_ROWS and spec.output_size[-1] >= SHORTEST_ROW
    return not (short and positions_of(spec, name) <= WRITTEN_POSITIONS)


FOLDED = 4
"""Output channels for each input channel from which on dX is folded: its columns are so many times fewer."""


def positions_suit(spec: ConvSpec, name: str) -> bool:
    """Whether NumPy's positions form is quicker than its matrix form, or the only one with enough memory."""
    if columns_of(spec, name) > COLUMNS.limit:
        return True
    if positions_of(spec, name) > WRITTEN_POSITIONS:
        return False
    return name == "forward" and spec.layout.endswith("C")


def always(_spec: ConvSpec, _name: str) -> bool:
    """The last form of a pass suits whatever is left."""
    return True


FORMS = (
    Form(
        target="c",
        name="unrolled",
        passes=PASSES,
        template="c/unrolled.j2",
        plan=plan_unrolled_c,
        suits=lambda spec, name: terms_of(spec, name) <= UNROLLED_C,
        about=f"straight-line, every product written out; for up to {UNROLLED_C} terms",
        budget=Budget(terms_of, "terms written out", 8_000, "forms='loops'"),
    ),
    Form(
        target="c",
        name="tiled",
        passes=CONVOLUTIONS,
        template="c/tiled.j2",
        plan=plan_tiled,
        suits=tiles_suit,
        about="tiles of sums in vector registers, lanes along channels, in the order of the letters, the last "
        "fastest; products with padding in idle lanes alone; for channels that fill vectors",
        budget=Budget(written_products, "products of vectors written out", 2_000, "forms='loops'"),
    ),
    Form(
        target="c",
        name="loops",
        passes=PASSES,
        template="c/loops.j2",
        plan=plan_loops,
        suits=always,
        about="constant bounds, sums in registers in the order of the letters, the last fastest; no product "
        "with padding; for everything larger",
    ),
    Form(
        target="numpy",
        name="unrolled",
        passes=PASSES,
        template="numpy/unrolled.j2",
        plan=plan_unrolled_numpy,
        suits=lambda spec, name: terms_of(spec, name) <= UNROLLED_NUMPY,
        about=f"straight-line on scalars, every product written out; for up to {UNROLLED_NUMPY} terms",
        budget=Budget(terms_of, "terms written out", 1_000, "forms='positions' or forms='matrix'"),
    ),
    Form(
        target="numpy",
        name="blocks",
        passes=CONVOLUTIONS,
        template="numpy/lines.j2",
        plan=plan_windows,
        suits=blocks_suit,
        about="windows of a padded copy, a block of them at a time put side by side and multiplied, or summed "
        "in place where a group has one channel each way and channels are last; zeros of the padding included; "
        "dX in a piece for each remainder by the stride, with no fold; for nearly everything",
        budget=PIECES,
    ),
    Form(
        target="numpy",
        name="positions",
        passes=CONVOLUTIONS,
        template="numpy/positions.j2",
        plan=plan_positions,
        suits=positions_suit,
        about="a line for each kernel position, on whole slices, no product with padding; for O with channels "
        f"last, {CHANNELS_FOR_ROWS} or more, and rows of {SHORTEST_ROW} or more",
        budget=Budget(positions_of, "kernel positions written out", 1_024, "forms='matrix'"),
    ),
    Form(
        target="numpy",
        name="matrix",
        passes=CONVOLUTIONS,
        template="numpy/matrix.j2",
        plan=plan_matrix,
        suits=always,
        about="one matrix product, with unfold before or fold after it, zeros of the padding included; for "
        "dX of few channels or positions",
        budget=COLUMNS,
    ),
    Form(
        target="numpy",
        name="sum",
        passes=PASSES[-1:],
        template="numpy/sum.j2",
        plan=plan_sum,
        suits=always,
        about="NumPy's sum; for db of more terms",
    ),
)
"""Every form; those of a target in the order in which the rule tries them."""


def forms_of(target: str, name: str | None = None) -> tuple[Form, ...]:
    """The forms of a target, or those that a pass can take, in the order in which the rule tries them."""
    return tuple(form for form in FORMS if form.target == target and (name is None or name in form.passes))


def choose_forms(spec: ConvSpec, target: str, forms: str | Mapping[str, str] | None) -> dict[str, Form]:
    """The form of every pass: what the user asks for, else what the rule says.

    Raises:
        PlanError: a pass or form that there is not.
        BudgetError: a form that would be too large, or an array that no index reaches.
    """
    asked = _asked(spec, target, forms)
    for array in ("X", "K", "O"):
        shape = user_shape(spec, array)
        if prod(shape) * WIDEST > LARGEST_INDEX:
            raise BudgetError(
                f"{array} of {spec} has the shape {'x'.join(map(str, shape))}: "
                f"{prod(shape) * WIDEST:,} bytes, where an index reaches {LARGEST_INDEX:,}"
            )
    chosen = {
        name: next(
            form
            for form in forms_of(target, name)
            if (form.name == asked[name] if name in asked else form.suits(spec, name))
        )
        for name in passes_of(spec)
    }
    for name, form in chosen.items():
        form.require_budget(spec, name)
    return chosen


def _asked(spec: ConvSpec, target: str, forms: str | Mapping[str, str] | None) -> dict[str, str]:
    """The user's wish as a form for some passes; a single form is meant for every pass that has it."""
    if forms is None:
        return {}
    if isinstance(forms, str):
        names = tuple(dict.fromkeys(form.name for form in forms_of(target)))
        if forms not in names:
            raise PlanError(f"target {target!r} has no form {forms!r}; choose one of {', '.join(names)}")
        return {
            name: forms
            for name in passes_of(spec)
            if any(form.name == forms for form in forms_of(target, name))
        }
    if not isinstance(forms, Mapping):
        raise PlanError(f"forms is one form or a mapping from passes to forms, got {forms!r}")
    for name, form in forms.items():
        if name not in passes_of(spec):
            raise PlanError(
                f"forms={dict(forms)!r}: {name!r} is not a pass of {spec}, which has {', '.join(passes_of(spec))}"
            )
        available = [each.name for each in forms_of(target, name)]
        if form not in available:
            raise PlanError(
                f"forms={dict(forms)!r}: target {target!r} has no form {form!r} of {name}; "
                f"choose one of {', '.join(available)}"
            )
    return dict(forms)
