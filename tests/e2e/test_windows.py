"""The tests of tests/windows, by a real CPython for Windows on a real go.exe, under Wine."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.wine import Windows, to_windows
from tests.support.wine import real_windows as real_windows

pytestmark = [pytest.mark.e2e, pytest.mark.windows]
HERE = Path(__file__).parent.parent / "windows"
OPTIONS = ["-p", "no:cacheprovider", "-c", "NUL", "--rootdir=.", "--confcutdir", str(HERE.relative_to(HERE.parents[1]))]


@pytest.mark.parametrize("part", sorted(path.name for path in HERE.glob("test_*.py")))
def test_on_windows(part: str, real_windows: Windows, tmp_path: Path) -> None:
    base = f"--basetemp={to_windows(tmp_path / 'base')}"
    done = real_windows.python("-m", "pytest", "-v", *OPTIONS, base, to_windows(HERE / part))
    assert done.returncode == 0, done.stdout
