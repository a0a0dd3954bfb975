"""In a real browser the page answers to pointer, keys and typed numbers, and loads nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from convgen import ConvSpec, __version__, animate, explore
from convgen.algebra.notation import NOTATIONS
from convgen.pictures.entries import formula_of, parse_entry
from convgen.pictures.explore import page_data
from convgen.rules import rules_for
from derivation.formulas import faults_of_mathml
from pictures.specs import LAYERS

if TYPE_CHECKING:
    from selenium.webdriver import Chrome
    from selenium.webdriver.remote.webelement import WebElement

SPEC = LAYERS["the README's"]
OpenPage = Callable[..., "Chrome"]

in_browser = pytest.mark.browser


def one(browser: Chrome, selector: str) -> WebElement:
    return browser.find_element("css selector", selector)


def every(browser: Chrome, selector: str) -> list[WebElement]:
    return browser.find_elements("css selector", selector)


def cell(browser: Chrome, label: str) -> WebElement:
    return one(browser, f'button[data-entry="{label}"]')


def text_of(element: WebElement) -> str:
    """What an element says, each formula by the text that goes with it."""
    return element.parent.execute_script(
        """
        const copy = arguments[0].cloneNode(true);
        const formulas = copy.localName === "math" ? [copy] : [...copy.querySelectorAll("math")];
        formulas.forEach((each) => { each.textContent = each.getAttribute("alttext"); });
        return copy.textContent;
        """,
        element,
    )


def marked(browser: Chrome) -> dict[str, str]:
    """The numbers at the cells that are marked as taps, and the chosen cell."""
    cells = every(browser, "button.tap, button.chosen")
    return {
        each.get_attribute("data-entry"): each.text.split("#")[1] if "#" in each.text else "chosen"
        for each in cells
    }


def numbers_of(spec: ConvSpec, asked: str, result: str) -> dict[str, str]:
    """What should be marked for an entry, from its formula."""
    terms = formula_of(spec, parse_entry(result, spec)).split(" = ")[1].split(" + ")
    found = {asked: "chosen"}
    for number, term in enumerate([term for term in terms if "·" in term], 1):
        found |= {factor.removeprefix("d"): str(number) for factor in term.split("·")}
    return found


def type_number(browser: Chrome, name: str, value: int) -> None:
    field = one(browser, f'input[aria-label="{name}"]')
    browser.execute_script(
        "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', {bubbles: true}));",
        field,
        str(value),
    )


# ---- without a browser -----------------------------------------------------------------------------------


def test_the_page_needs_nothing_from_outside_and_lets_nothing_in() -> None:
    page = explore(SPEC)
    names = ['http://www.w3.org/2000/svg";', 'http://www.w3.org/1998/Math/MathML";']  # which nobody loads
    assert re.findall(r"https?://\S+", page) == names
    assert re.search(r"\b(src|href)=\"(?!#|data:,)", page) is None
    assert "import(" not in page
    assert "fetch(" not in page
    assert "innerHTML" not in page
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy[1]


def test_only_the_numbers_of_axes_depend_on_what_a_reader_can_change() -> None:
    one_size, other = (
        page_data(ConvSpec(size, 2, 2, 4, groups=2, stride=stride))
        for size, stride in (((4, 5), 1), ((7, 3), 2))
    )
    assert one_size.pop("axes") != other.pop("axes")
    assert one_size == other


@pytest.mark.parametrize("spec", LAYERS.values(), ids=LAYERS)
def test_a_page_begins_with_its_origin_and_says_its_spec(spec: ConvSpec) -> None:
    lines = explore(spec).splitlines()
    assert lines[0] == "<!DOCTYPE html>"
    assert lines[1] == f"<!-- convgen {__version__} spec: {spec} -->"


# ---- entries ---------------------------------------------------------------------------------------------


@in_browser
@pytest.mark.parametrize(
    ("asked", "result"),
    [("X[1,2]", "dX[1,2]"), ("K[2,0]", "dK[2,0]"), ("O[1,3]", "O[1,3]"), ("X[4,5]", "dX[4,5]")],
)
def test_pointing_at_an_entry_shows_its_taps_and_its_formula(
    open_page: OpenPage, asked: str, result: str
) -> None:
    from selenium.webdriver import ActionChains

    browser = open_page(SPEC)
    ActionChains(browser).move_to_element(cell(browser, asked)).perform()
    assert marked(browser) == numbers_of(SPEC, asked, result)
    said = one(browser, "#said")
    assert formula_of(SPEC, parse_entry(result, SPEC)) in text_of(said)
    assert said.is_displayed()
    assert "Jacobian" in text_of(said)
    bands = every(browser, "svg.matrix .band")
    assert len(bands) == (2 if asked.startswith("O") else 1)


@in_browser
def test_the_bias_gathers_every_output(open_page: OpenPage) -> None:
    browser = open_page(SPEC)
    cell(browser, "b").click()
    assert len(marked(browser)) == 1 + 15
    assert "db = dO[0,0] + dO[0,1]" in text_of(one(browser, "#said"))


@in_browser
def test_keys_walk_through_a_grid_of_which_one_cell_is_in_the_order_of_tabs(open_page: OpenPage) -> None:
    from selenium.webdriver.common.keys import Keys

    browser = open_page(SPEC)
    grids = every(browser, '#arrays [role="grid"]')
    assert [grid.get_attribute("aria-label") for grid in grids] == ["X", "K", "b", "O"]
    for grid in grids:
        assert len(grid.find_elements("css selector", 'button[tabindex="0"]')) == 1
    walk = [
        (Keys.ARROW_RIGHT, "X[0,1]"), (Keys.ARROW_DOWN, "X[1,1]"), (Keys.END, "X[1,5]"), (Keys.ARROW_RIGHT, "X[1,5]"),
        (Keys.HOME, "X[1,0]"), (Keys.ARROW_UP, "X[0,0]"), (Keys.ARROW_LEFT, "X[0,0]"),
    ]  # fmt: skip
    browser.execute_script("arguments[0].focus();", cell(browser, "X[0,0]"))
    for key, label in walk:
        browser.switch_to.active_element.send_keys(key)
        assert browser.switch_to.active_element.get_attribute("aria-label") == label
        assert f"d{label} = " in text_of(one(browser, "#said"))
    browser.switch_to.active_element.send_keys(Keys.TAB)
    assert browser.switch_to.active_element.get_attribute("aria-label") == "K[0,0]"
    assert len(grids[0].find_elements("css selector", 'button[tabindex="0"]')) == 1


@in_browser
def test_a_pinned_entry_stays_until_it_is_let_go(open_page: OpenPage) -> None:
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.keys import Keys

    browser = open_page(SPEC)
    cell(browser, "K[1,0]").click()
    ActionChains(browser).move_to_element(cell(browser, "X[0,0]")).perform()
    assert "K[1,0] takes part in 15 taps (pinned" in text_of(one(browser, "#said"))
    browser.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert marked(browser) == {}


@in_browser
def test_channels_and_groups_have_a_grid_each(open_page: OpenPage) -> None:
    spec = LAYERS["two axes, everything differs"]
    browser = open_page(spec)
    labels = [grid.get_attribute("aria-label") for grid in every(browser, '#arrays [role="grid"]')]
    assert len(labels) == len(set(labels)) == 8 + 12 + 6 + 12
    cell(browser, "dX[0,3,3,2]".removeprefix("d")).click()
    assert marked(browser) == numbers_of(spec, "X[0,3,3,2]", "dX[0,3,3,2]")


@in_browser
@pytest.mark.parametrize("notation", NOTATIONS)
def test_a_page_is_written_in_the_letters_of_a_notation(open_page: OpenPage, notation: str) -> None:
    browser = open_page(SPEC, notation=notation, index_base=1)
    letters = NOTATIONS[notation].letters
    cell(browser, f"{letters['X']}[2,3]").click()
    said = text_of(one(browser, "#said"))
    # X[1,2] of the README's layer meets O[0,1] by K[2,1], O[0,2] by K[2,0], and so on, here counted from 1
    ours = formula_of(SPEC, parse_entry("dX[1,2]", SPEC))
    wanted = re.sub(
        r"(d?[XKO])\[(\d),(\d)\]",
        lambda each: f"{letters[each[1]]}[{int(each[2]) + 1},{int(each[3]) + 1}]",
        ours,
    )
    assert wanted in said
    assert f"∂{letters['O']}[" in said
    assert one(browser, "#order").get_attribute("value") == NOTATIONS[notation].vec
    assert [grid.get_attribute("aria-label") for grid in every(browser, '#arrays [role="grid"]')] == [
        letters[array] for array in ("X", "K", "b", "O")
    ]


@in_browser
def test_every_formula_is_mathml_that_can_be_seen(open_page: OpenPage) -> None:
    """Valid elements with a text of their own for whoever cannot see them, in their box, before and after a change."""
    browser = open_page(SPEC)
    for stride in (2, 3):
        type_number(browser, "width: stride", stride)
        cell(browser, "X[1,2]").click()
        formulas = every(browser, "math")
        assert len(formulas) > 15
        for each in formulas:
            assert faults_of_mathml(each.get_attribute("outerHTML")) == []
            assert each.get_attribute("alttext")
            assert each.rect["width"] > 5
            assert each.rect["height"] > 5
        assert "\\" not in text_of(one(browser, "main"))


# ---- changing the layer ----------------------------------------------------------------------------------


def rules(spec: ConvSpec) -> list[str]:
    found: dict[str, str] = {}
    for rule, tree in rules_for(spec):
        found.setdefault(rule.target, f"{rule.target} = {tree}")
    return [found[target] for target in ("O", "dX", "dK", "db")]


@in_browser
def test_the_rules_follow_every_number_that_is_typed(open_page: OpenPage) -> None:
    browser = open_page(SPEC)
    shown = lambda: [text_of(each) for each in every(browser, "[data-rule]")]  # noqa: E731
    assert shown() == rules(SPEC)
    type_number(browser, "width: stride", 3)
    assert shown() == rules(ConvSpec((5, 6), (3, 2), stride=(2, 3), padding=(1, 0)))
    changed = [each.get_attribute("data-rule") for each in every(browser, ".changed")]
    assert changed == ["forward", "backward_data", "backward_weights"]
    type_number(browser, "height: dilation", 2)
    type_number(browser, "height: padding before", 6)
    expected = ConvSpec((5, 6), (3, 2), stride=(2, 3), padding=((6, 1), (0, 0)), dilation=(2, 1))
    assert shown() == rules(expected)
    assert "dO is cut, not padded" in one(browser, "#numbers").text
    assert f"O {expected.output_size[0]}×{expected.output_size[1]}" in one(browser, "#size").text
    cell(browser, "X[2,2]").click()
    assert formula_of(expected, parse_entry("dX[2,2]", expected)) in text_of(one(browser, "#said"))
    one(browser, "#reset").click()
    assert shown() == rules(SPEC)


@in_browser
@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("height: kernel", 9, "the kernel does not fit: height 7 < 9"),
        ("width: stride", 0, "width: stride: a whole number from 1 to 64 is needed, not 0"),
        ("width: input", 64, ""),
        ("width: input", 65, "from 1 to 64 is needed, not 65"),
    ],
)
def test_a_layer_that_cannot_be_is_told_and_the_last_one_stays(
    open_page: OpenPage, name: str, value: int, complaint: str
) -> None:
    browser = open_page(SPEC)
    type_number(browser, name, value)
    alert = one(browser, "#problem")
    assert alert.get_attribute("role") == "alert"
    assert complaint in alert.text
    assert one(browser, "#stale").is_displayed() is bool(complaint)
    if complaint:
        assert [text_of(each) for each in every(browser, "[data-rule]")] == rules(SPEC)
    one(browser, "#reset").click()
    assert alert.text == ""


@in_browser
def test_a_layer_too_large_is_refused_with_both_numbers(open_page: OpenPage) -> None:
    browser = open_page(SPEC)
    type_number(browser, "height: input", 64)
    type_number(browser, "width: input", 64)
    assert re.fullmatch(r"\d{4,} cells, and this page shows at most 3000", one(browser, "#problem").text)


# ---- step by step ----------------------------------------------------------------------------------------


@in_browser
@pytest.mark.parametrize(
    ("name", "result"), [("forward", "O"), ("backward_data", "dX"), ("backward_weights", "dK")]
)
def test_every_step_shows_the_formula_of_its_entry(open_page: OpenPage, name: str, result: str) -> None:
    browser = open_page(SPEC)
    one(browser, f'input[value="{name}"]').click()
    shape = {"O": SPEC.output_size, "dX": SPEC.input_size, "dK": SPEC.kernel_size}[result]
    count = shape[0] * shape[1]
    for step in range(count):
        row, column = divmod(step, shape[1])
        formula = formula_of(SPEC, parse_entry(f"{result}[{row},{column}]", SPEC), 24)
        assert text_of(one(browser, "#walk-said")) == f"step {step + 1} of {count}: {formula}"
        met = [each for each in every(browser, "#walk .met") if "zero" not in each.get_attribute("class")]
        assert len(met) == formula.count("·")
        assert len(every(browser, "#walk .chosen")) == 1
        assert len(every(browser, "#walk .done")) == step
        one(browser, "#next").click()
    assert f"step {count} of {count}" in text_of(one(browser, "#walk-said"))
    one(browser, "#first").click()
    assert f"step 1 of {count}" in text_of(one(browser, "#walk-said"))


@in_browser
def test_keys_choose_a_pass_and_move_its_steps(open_page: OpenPage) -> None:
    from selenium.webdriver.common.keys import Keys

    browser = open_page(SPEC)
    one(browser, 'input[value="forward"]').send_keys(Keys.ARROW_RIGHT)
    assert one(browser, 'input[value="backward_data"]').is_selected()
    one(browser, "#position").send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    assert text_of(one(browser, "#walk-said")).startswith("step 3 of 30: dX[0,2]")
    assert one(browser, "#position").get_attribute("aria-valuetext") == "dX[0,2]"
    one(browser, "#last").send_keys(Keys.ENTER)
    assert text_of(one(browser, "#walk-said")).startswith("step 30 of 30")


@in_browser
def test_play_goes_on_by_itself_and_stops(open_page: OpenPage) -> None:
    from selenium.webdriver.support.wait import WebDriverWait

    browser = open_page(SPEC)
    one(browser, "#play").click()
    WebDriverWait(browser, 20).until(lambda _: text_of(one(browser, "#walk-said")).startswith("step 3 of"))
    assert one(browser, "#play").get_attribute("aria-pressed") == "true"
    one(browser, "#play").click()
    assert one(browser, "#play").text == "Play"


# ---- Jacobians and the rest ------------------------------------------------------------------------------


@in_browser
def test_arrow_keys_walk_through_a_jacobian(open_page: OpenPage) -> None:
    from selenium.webdriver.common.keys import Keys

    browser = open_page(SPEC)
    matrix = one(browser, 'svg.matrix[data-array="X"]')
    assert matrix.get_attribute("aria-label").startswith("Jacobian of O by X: 15 rows, 30 columns, 70 of 450")
    browser.execute_script("arguments[0].focus();", matrix)
    said = one(browser, ".matrix-said")
    assert text_of(said) == "row 0, column 0: ∂O[0,0]/∂X[0,0] = K[1,0]"
    matrix.send_keys(Keys.ARROW_DOWN)  # vec of the notation: column by column
    assert text_of(said) == "row 1, column 0: ∂O[1,0]/∂X[0,0] = 0"
    one(browser, "#order").send_keys("r")  # row by row
    matrix = one(browser, 'svg.matrix[data-array="X"]')
    browser.execute_script("arguments[0].focus();", matrix)
    matrix.send_keys(Keys.ARROW_RIGHT)
    assert text_of(one(browser, ".matrix-said")) == "row 0, column 1: ∂O[0,0]/∂X[0,1] = K[1,1]"
    matrix.send_keys(Keys.ARROW_RIGHT)
    assert text_of(one(browser, ".matrix-said")) == "row 0, column 2: ∂O[0,0]/∂X[0,2] = 0"


@in_browser
@pytest.mark.parametrize("spec", LAYERS.values(), ids=LAYERS)
def test_the_page_of_every_layer_opens_silently_and_fits_its_window(
    open_page: OpenPage, spec: ConvSpec
) -> None:
    browser = open_page(spec)
    assert one(browser, "h1").is_displayed()
    assert browser.execute_script("return performance.getEntriesByType('resource').length;") == 0
    wide, window = browser.execute_script("return [document.documentElement.scrollWidth, innerWidth];")
    assert wide <= window
    for row in ("forward", "backward_data", "backward_weights"):
        one(browser, f'input[value="{row}"]').click()
        one(browser, "#next").click()
        assert " = " in text_of(one(browser, "#walk-said"))


@in_browser
def test_the_page_fits_a_narrow_window(open_page: OpenPage) -> None:
    browser = open_page(SPEC)
    try:
        browser.set_window_size(520, 900)
        wide, window = browser.execute_script("return [document.documentElement.scrollWidth, innerWidth];")
    finally:
        browser.set_window_size(1280, 900)
    assert window <= 520
    assert wide <= window


@in_browser
def test_an_animation_shows_one_step_after_another(chromium: Chrome, tmp_path: Path) -> None:
    picture = animate(SPEC, "backward_weights", milliseconds=500)
    path = tmp_path / "dK.svg"
    path.write_text(picture.svg(), encoding="utf-8")
    chromium.get(path.as_uri())
    look = """
        document.getAnimations().forEach((each) => { each.pause(); each.currentTime = arguments[0]; });
        const seen = (name) => [...document.querySelectorAll(`g[class*="${name}"]`)]
          .map((each) => getComputedStyle(each).visibility === "visible");
        return [seen("-step"), seen("-kept")];
    """
    count = len(picture.steps)
    for lap in (0, 1):
        for at in range(count):
            steps, kept = chromium.execute_script(look, (lap * count + at) * 500 + 250)
            assert steps == [step == at for step in range(count)]
            assert kept == [step < at for step in range(count)]


@in_browser
def test_who_prefers_reduced_motion_sees_the_last_step_stand_still(chromium: Chrome, tmp_path: Path) -> None:
    path = tmp_path / "O.svg"
    path.write_text(animate(SPEC, "forward").svg(), encoding="utf-8")
    media = {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}
    chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    try:
        chromium.get(path.as_uri())
        running, steps, kept = chromium.execute_script("""
            const seen = (name) => [...document.querySelectorAll(`g[class*="${name}"]`)]
              .map((each) => getComputedStyle(each).visibility === "visible");
            return [document.getAnimations().length, seen("-step"), seen("-kept")];
        """)
    finally:
        chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert running == 0
    assert steps == [False] * 14 + [True]
    assert kept == [True] * 14 + [False]
