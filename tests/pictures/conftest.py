"""A real browser for the tests that need one: Chromium without a window, one for a session."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from convgen import ConvSpec, explore

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

MISSING = (
    "{} is not found: install Debian's chromium and chromium-driver and convgen[browser], "
    "or leave the tests of the page out with -m 'not browser'"
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chrome]:
    """The browser; where there is none, the test fails: leaving it out is said, never guessed."""
    try:
        from selenium import webdriver
    except ImportError:
        pytest.fail(MISSING.format("selenium"))
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if program is None or driver is None:
        pytest.fail(MISSING.format("chromedriver" if program else "chromium"))
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1280,900"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield browser
    browser.quit()


@pytest.fixture
def open_page(chromium: Chrome, tmp_path: Path) -> Iterator[Callable[..., Chrome]]:
    """Open the page of a layer; at the end of the test the console must have stayed silent."""

    def opened(spec: ConvSpec, **options: Any) -> Chrome:
        path = tmp_path / "page.html"
        path.write_text(explore(spec, **options), encoding="utf-8")
        chromium.get(path.as_uri())
        return chromium

    chromium.get_log("browser")
    yield opened
    assert chromium.get_log("browser") == []
