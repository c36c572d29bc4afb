"""Which findings there are does not depend on the language: no check decides by words that are translated."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CHECKS = Path(__file__).parent / "checks"
PLUGIN = """
from idecare.core import language
language.look_up = lambda text: f"<{text}"
"""
DECIDED = (
    "test_states.py",
    "test_healthy.py",
    "test_every_system.py",
    "test_caches.py::test_what_differs_in_the_modules_of_a_project",
    "test_caches.py::test_a_deep_run_reports_what_every_sum_shows",
    "test_goland.py::test_what_is_explained_already_is_not_said_twice",
)


def test_findings_are_the_same_in_another_language(tmp_path: Path) -> None:
    """In a process of its own: texts of the module level are looked up at import."""
    (tmp_path / "other_language.py").write_text(PLUGIN)
    words = ("-q", "-p", "other_language", "-p", "no:cacheprovider", f"--basetemp={tmp_path / 'base'}")
    result = subprocess.run(
        [sys.executable, "-m", "pytest", *words, *(f"{CHECKS}/{name}" for name in DECIDED)],
        cwd=CHECKS.parents[2],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout
