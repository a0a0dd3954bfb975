"""Every plan's kernels, and those of the gallery, are right as text and as machine code: one never without the other.

As text: executed symbolically, bodies in vectors in both readings. As machine code: run on integers that no
sum rounds, against SciPy, between guards. The full tier draws 1,260 kernels, the fast one a share that the
commit chooses.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import convgen as cg
from convgen.kernels import Kernel
from convgen.kernels.forms import FORMS
from convgen.kernels.isa import ISAS
from convgen.kernels.kernel import DTYPES, TARGETS
from convgen.manifest import read_manifest
from convgen.spec import layouts_of_rank
from project.files import ROOT
from validation.plans import PLANS, Plan, drawn, faults_in_machine_code

EACH, SHARE = 90, 2
"""Kernels of every plan in the full tier and in the fast one."""

BATCH = 15
"""Kernels in one library: a compiler takes longer to start than to build one of them."""

GALLERY = ROOT / "generated"
QUICK = 100_000
"""Products of a layer of the gallery up to which the fast tier looks at it."""

SHARES = 3
"""Commits among which the gallery is shared out; a commit's number is as good as drawn."""


def seed_of(config: pytest.Config) -> int:
    return int(config.option.hypothesis_seed)


def require_both(kernels: list[Kernel], directory: Path, first: int) -> None:
    """Text and machine code of kernels of one target."""
    for kernel in kernels:
        found = cg.validate(kernel)
        assert found, str(found)
        assert found.portable is bool(kernel.vectors)
    for begin in range(0, len(kernels), BATCH):
        batch, number = kernels[begin : begin + BATCH], first + begin // BATCH
        assert faults_in_machine_code(batch, directory / str(number), number) == []


@pytest.mark.parametrize("number", range(len(PLANS)), ids=[str(plan) for plan in PLANS])
def test_a_share_of_drawn_kernels_is_right_both_ways(
    number: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    seed = seed_of(request.config)
    require_both(drawn(PLANS[number], SHARE, seed + number), tmp_path, seed + number)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(PLANS)), ids=[str(plan) for plan in PLANS])
def test_drawn_kernels_are_right_both_ways(
    number: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    kernels = drawn(PLANS[number], EACH, seed_of(request.config) + number)
    assert len({kernel.spec for kernel in kernels}) == EACH
    require_both(kernels, tmp_path, number)


def test_the_plans_are_all_there_are_and_more_than_a_thousand_kernels_are_drawn() -> None:
    of_a_form = {(plan.target, plan.form) for plan in PLANS if plan.form}
    assert of_a_form == {(form.target, form.name) for form in FORMS} - {("numpy", "sum")}
    assert {plan.isa for plan in PLANS if plan.form == "tiled"} == set(ISAS)
    assert EACH * len(PLANS) >= 1000


def test_what_is_drawn_varies(request: pytest.FixtureRequest) -> None:
    """Layouts, dtypes and ranks; packed weights; other layers with another seed, the same with the same."""
    plan = Plan("c", "tiled", "avx2", wide=True)
    kernels = drawn(plan, 80, seed_of(request.config))
    assert {kernel.dtype for kernel in kernels} == set(DTYPES)
    assert len({kernel.spec.rank for kernel in kernels}) == 3
    assert len({kernel.spec.layout for kernel in kernels}) >= len(layouts_of_rank(2))
    assert sum(bool(kernel.prepared) for kernel in kernels) > 10
    assert sum(bool(kernel.vectors) for kernel in kernels) > 20
    assert [kernel.spec for kernel in drawn(plan, 5, 1)] == [kernel.spec for kernel in drawn(plan, 5, 1)]
    assert [kernel.spec for kernel in drawn(plan, 5, 1)] != [kernel.spec for kernel in drawn(plan, 5, 2)]


# ---- the gallery -----------------------------------------------------------------------------------------


def gallery() -> list[Kernel]:
    """Every kernel of the gallery, which is its file byte for byte."""
    found = []
    for artefact in read_manifest(GALLERY / "manifest.toml").artefacts:
        for target in (output for output in artefact.outputs if output in TARGETS):
            kernel = artefact.kernel(target)
            (path,) = GALLERY.rglob(f"{artefact.name}.{'c' if target == 'c' else 'py'}")
            assert path.read_text("utf-8") == kernel.source
            found.append(kernel)
    return found


def share(kernels: list[Kernel], seed: int) -> list[Kernel]:
    """What the fast tier runs for a commit: every third that is quick, from another one on."""
    return [kernel for kernel in kernels if kernel.spec.multiply_adds <= QUICK][seed % SHARES :: SHARES]


def require_gallery(kernels: list[Kernel], directory: Path, number: int) -> None:
    for target in TARGETS:
        of_target = [kernel for kernel in kernels if kernel.target == target]
        if of_target:
            assert faults_in_machine_code(of_target, directory / target, number) == []


def test_the_machine_code_of_a_share_of_the_gallery_is_right(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Its text is looked at in `test_generated`."""
    seed = seed_of(request.config)
    require_gallery(share(gallery(), seed), tmp_path, seed)


def test_the_shares_of_three_commits_are_all_that_is_quick_and_commits_choose_otherwise() -> None:
    kernels = gallery()
    shares = [{kernel.name for kernel in share(kernels, seed)} for seed in range(SHARES)]
    quick = [kernel.name for kernel in kernels if kernel.spec.multiply_adds <= QUICK]
    assert set.union(*shares) == {*quick}
    assert sum(map(len, shares)) == len(quick) > 0.6 * len(kernels)
    assert all(shares)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(2))
def test_the_machine_code_of_the_whole_gallery_is_right(number: int, tmp_path: Path) -> None:
    kernels = gallery()
    sources = {path for path in GALLERY.rglob("*") if path.suffix in (".c", ".py")}
    assert len(kernels) == len(sources)
    assert Counter(kernel.target for kernel in kernels).keys() == set(TARGETS)
    require_gallery(kernels, tmp_path, number)


# ---- it can fail -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("isa", "packed"), [("avx2", True), ("avx512", False)])
def test_a_wrong_body_is_seen_both_ways(isa: str, packed: bool, tmp_path: Path) -> None:
    """Where masks load some lanes, weights are read where they lie."""
    spec = cg.ConvSpec((4, 5), (2, 3), 5, 9, padding=1, layout="HWC")
    kernel = cg.generate(spec, name="k0", forms="tiled", isa=isa)
    line = next(line for line in kernel.source.splitlines() if "const float *x = &X[" in line)
    bent = Kernel(
        **{**vars(kernel), "source": kernel.source.replace(line, line.replace("&X[", "&X[1 + "), 1)}
    )
    assert not cg.validate(bent)
    found = faults_in_machine_code([bent], tmp_path, 0)
    assert len(found) == 1
    assert found[0].startswith("O")
    assert ("forward on packed weights" in found[0]) is packed
