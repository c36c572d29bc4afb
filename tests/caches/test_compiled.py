"""Which outputs of a build cache are read, and what is said of the rest; tests/e2e has caches of a real go."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from idecare.caches import compiled
from idecare.caches.compiled import scan_compiled
from idecare.golang.compiled import Compiled, Settings, Unknown

SETTINGS = Settings("go1.27.3", "linux", "amd64")
BUILD = "AAECAwQFBgcICQoLDA0O"  # of the bytes 0 to 14, as base64
ACTION = bytes(range(15)).hex() + 34 * "a"  # 64 digits


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Ten outputs of 1000 bytes, the one of 00 used last; what they hold is made up from their names."""
    for number in range(10):
        folder = tmp_path / f"{number:02x}"
        folder.mkdir()
        file = folder / f"{number:02x}{62 * 'a'}-d"
        file.write_bytes(bytes(1000))
        os.utime(file, (1000 - number, 1000 - number))
    monkeypatch.setattr(compiled, "read_compiled", lambda path: Compiled(Path(path).name[:2], SETTINGS, build=BUILD))
    return tmp_path


def test_what_was_used_last_is_read_first_and_the_rest_is_counted(root: Path) -> None:
    scan = scan_compiled(root, most_bytes=2500)
    assert [one.compiled.package for one in scan.outputs] == ["00", "01", "02"]
    assert (scan.left, scan.since) == (7, 997)
    assert len(scan_compiled(root).outputs) == 10


def test_when_an_output_was_made_is_what_its_action_says(root: Path) -> None:
    assert scan_compiled(root).outputs[0].made == 1000
    (root / "00" / f"{ACTION}-a").write_text(f"v1 {ACTION[:64]} {64 * 'b'} {1000:20} {500 * 10**9:20}\n")
    assert scan_compiled(root).outputs[0].made == 500
    (root / "00" / f"{ACTION}-a").write_text("v1 cut")
    assert scan_compiled(root).outputs[0].made == 1000


def test_what_is_not_known_is_counted(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        compiled, "read_compiled", lambda path: Unknown() if path.endswith("03/03" + 62 * "a" + "-d") else None
    )
    assert scan_compiled(root) == compiled.CompiledScan((), 1)


def test_links_folders_and_small_files_are_no_archives(root: Path) -> None:
    for entry in root.glob("*/*"):
        entry.unlink()
    (root / "00" / "small-d").write_bytes(bytes(10))
    (root / "00" / "folder-d").mkdir()
    (root / "00" / "link-d").symlink_to(__file__)
    assert scan_compiled(root).outputs == ()
    assert scan_compiled(root / "gone").outputs == ()
