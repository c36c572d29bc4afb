"""The site of the docs builds without a warning, and has a page for each verb."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from idecare.cli import VERBS

PROJECT = Path(__file__).parent.parent


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("material", reason="mkdocs-material is not installed")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", tmp_path],
        cwd=PROJECT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    pages = {page.parent.name for page in (tmp_path / "commands").glob("*/index.html")}
    assert pages == set(VERBS)
