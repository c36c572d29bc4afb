from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from idecare.core import language
from idecare.doctor.base import Check, Finding
from idecare.doctor.checks.caches_divergence import WORDS, DivergenceFinding, summary
from idecare.doctor.remembered import CHECK, CompiledTwice, recall, remember
from idecare.doctor.runner import Examined
from tests.builders import NOW


def examined(*ids: str, check: str = CHECK, state: str = "found") -> list[Examined]:
    found = tuple(finding(f"{check}/{name}") for name in ids)
    return [Examined(Check(check, "m", "f", lambda snapshot: ()), found, state, 0.1)]


def finding(id_: str) -> Finding:
    texts = ("info", "in the language of then", ("e",), "why", "fix")
    cause = id_.rpartition("/")[2]
    return DivergenceFinding(id_, *texts, packages=9, causes=(cause,)) if cause in WORDS else Finding(id_, *texts)


def test_what_was_found_is_known_for_a_day(tmp_path: Path) -> None:
    remember(tmp_path, examined("trimpath", "not-known"), NOW)
    assert recall(tmp_path, NOW + timedelta(hours=23)) == CompiledTwice(NOW, (summary(9, ["trimpath"]),))
    assert recall(tmp_path, NOW + timedelta(hours=25)) is None
    assert recall(tmp_path, NOW - timedelta(hours=25)) is None  # the clock was set back


def test_a_later_look_that_finds_nothing_counts(tmp_path: Path) -> None:
    remember(tmp_path, examined("trimpath"), NOW)
    remember(tmp_path, examined(check="caches/sums"), NOW)
    remember(tmp_path, examined("crashed", state="crashed"), NOW)
    assert recall(tmp_path, NOW) is not None
    remember(tmp_path, examined(state="passed"), NOW)
    assert recall(tmp_path, NOW) is None


def test_a_later_look_says_it_in_its_own_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remember(tmp_path, examined("trimpath"), NOW)
    monkeypatch.setattr(language, "look_up", lambda text: f"<{text}>")
    assert recall(tmp_path, NOW) == CompiledTwice(NOW, (summary(9, ["trimpath"]),))
    assert summary(9, ["trimpath"]).startswith("<")


UNKNOWN = '{"measured": "2026-01-01T00:00:00+00:00", "found": [[1, ["x"]]]}'


@pytest.mark.parametrize("text", ["", "{", "[]", '{"measured": 1, "found": []}', '{"measured": "x"}', "\xff", UNKNOWN])
def test_a_damaged_file_is_no_memory(tmp_path: Path, text: str) -> None:
    (tmp_path / "compiled-twice.json").write_text(text, encoding="latin-1")
    assert recall(tmp_path, NOW) is None
    remember(tmp_path / "compiled-twice.json", examined("trimpath"), NOW)  # no folder can be made there
