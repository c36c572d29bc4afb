"""Lint, format and types, so that one command runs every check."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["ruff", "check", "--no-cache", "."], id="lint"),
        pytest.param(["ruff", "format", "--no-cache", "--check", "."], id="format"),
        pytest.param(["mypy", "--strict", "--cache-dir", "{cache}", "idecare"], id="types"),
        pytest.param(
            ["mypy", "--strict", "--platform=darwin", "--cache-dir", "{cache}", "idecare"], id="types on a Mac"
        ),
        pytest.param(
            ["mypy", "--strict", "--platform=win32", "--cache-dir", "{cache}", "idecare"], id="types on Windows"
        ),
    ],
)
def test_the_code_passes(command: list[str], tmp_path: Path) -> None:
    words = [word.replace("{cache}", str(tmp_path)) for word in command]
    result = subprocess.run([sys.executable, "-m", *words], cwd=PROJECT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
