"""The page of `idecare usage --html` in a real browser: what it shows, in the light and in the dark."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.browser import DARK, Browser, find_browser
from tests.support.caches import Machine, furnish, write
from tests.support.code_server import BROWSERS
from tests.support.services import needs

pytestmark = needs("convert")
EVIL = "evil<script>document.title=1<!script>"


@pytest.fixture
def browser() -> Browser:
    """This machine's own: the one that npm has, for the window of code-server, shows nothing without a debugger."""
    return find_browser() or pytest.skip(f"none of {', '.join(BROWSERS)} is here")


@pytest.fixture
def folder(machine: Machine, tmp_path: Path) -> Path:
    """One with the page of a home that has every cache, something held, and a module with an evil name."""
    furnish(machine).report("clean", "gopls", "-y", "--hold", "2h", code=0)
    write(machine.modcache / f"{EVIL}@v1.0.0" / "x.go", b"x" * 200_000)
    machine.report("usage", "--html", str(tmp_path / "usage.html"), code=0)
    return tmp_path


def test_a_browser_shows_the_page_without_running_what_is_in_it(browser: Browser, folder: Path) -> None:
    shown = browser.run(folder / "usage.html", "--dump-dom")
    assert "<title>Caches of Go and its IDEs</title>" in shown
    assert "build cache" in shown
    assert "<script" not in shown
    assert re.search(r'class="tile held"[^>]* title="held: gopls cache', shown)


def test_the_page_is_light_or_dark_as_the_browser_is(browser: Browser, folder: Path) -> None:
    light = pixels(browser, folder, "light.png")
    dark = pixels(browser, folder, "dark.png", *DARK)
    assert light[0] == "#FFFFFF"
    assert dark[0] == "#15181C"
    assert {"#B9E3F2", "#F4C9D0", "#E2E4E8"} <= set(light)  # go, held, kept
    assert {"#14505F", "#6A2A36", "#3A3F46"} <= set(dark)


def pixels(browser: Browser, folder: Path, name: str, *options: str) -> list[str]:
    """The colours of a screenshot: of the corner, then all. KEEP_PICTURES names a folder for the picture."""
    browser.run(folder / "usage.html", f"--screenshot={folder / name}", *options)
    if kept := os.environ.get("KEEP_PICTURES"):
        shutil.copy(folder / name, kept)
    listed = subprocess.run(
        ["convert", folder / name, "-depth", "8", "-unique-colors", "txt:-"], capture_output=True, text=True, check=True
    )
    corner = subprocess.run(
        ["convert", folder / name, "-depth", "8", "-crop", "1x1+0+0", "txt:-"],
        capture_output=True,
        text=True,
        check=True,
    )
    return re.findall(r"#[0-9A-F]{6}", corner.stdout)[:1] + re.findall(r"#[0-9A-F]{6}", listed.stdout)
