from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from idecare.doctor.base import Check, Finding
from idecare.doctor.remembered import CHECK, CompiledTwice, recall, remember
from idecare.doctor.runner import Examined
from tests.builders import NOW


def examined(*ids: str, check: str = CHECK, state: str = "found") -> list[Examined]:
    found = tuple(Finding(f"{check}/{name}", "info", f"{name} differs", ("e",), "why", "fix") for name in ids)
    return [Examined(Check(check, "m", "f", lambda snapshot: ()), found, state, 0.1)]


def test_what_was_found_is_known_for_a_day(tmp_path: Path) -> None:
    remember(tmp_path, examined("trimpath", "not-known"), NOW)
    assert recall(tmp_path, NOW + timedelta(hours=23)) == CompiledTwice(NOW, ("trimpath differs",))
    assert recall(tmp_path, NOW + timedelta(hours=25)) is None
    assert recall(tmp_path, NOW - timedelta(hours=25)) is None  # the clock was set back


def test_a_later_look_that_finds_nothing_counts(tmp_path: Path) -> None:
    remember(tmp_path, examined("trimpath"), NOW)
    remember(tmp_path, examined(check="caches/sums"), NOW)
    remember(tmp_path, examined("crashed", state="crashed"), NOW)
    assert recall(tmp_path, NOW) is not None
    remember(tmp_path, examined(state="passed"), NOW)
    assert recall(tmp_path, NOW) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"measured": 1, "summaries": []}', '{"measured": "x"}', "\xff"])
def test_a_damaged_file_is_no_memory(tmp_path: Path, text: str) -> None:
    (tmp_path / "compiled-twice.json").write_text(text, encoding="latin-1")
    assert recall(tmp_path, NOW) is None
    remember(tmp_path / "compiled-twice.json", examined("trimpath"), NOW)  # no folder can be made there
