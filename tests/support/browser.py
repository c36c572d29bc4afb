"""A headless browser with no way to anywhere but the file that it shows."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.support.code_server import BROWSERS, ENVIRONMENT

SECONDS = 60
QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars")
DARK = ("--force-dark-mode", "--blink-settings=preferredColorScheme=0")


@dataclass(frozen=True)
class Browser:
    """Chromium, by its program."""

    program: str

    def run(self, page: Path, *options: str, size: str = "1000,1400") -> str:
        """Show a page and return what is printed of it; next to it a folder of the browser's own is left."""
        alone = ("--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={page.parent / 'browser'}")
        done = subprocess.run(
            (self.program, *QUIET, *alone, f"--window-size={size}", *options, str(page)),
            env={"HOME": str(page.parent), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            cwd=page.parent,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=True,
        )
        return done.stdout


def find_browser() -> Browser | None:
    """This machine's own."""
    found = (shutil.which(name, path=ENVIRONMENT.get("PATH")) for name in BROWSERS)
    return next((Browser(program) for program in found if program), None)
