"""Files of other programs are replaced whole, with mode, owner and links kept, or left exactly as they were."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from idecare.core.errors import RefusedError
from idecare.system.filesystem import whole_files as editing
from idecare.system.filesystem.whole_files import (
    read_whole,
    remove_known_file,
    remove_left_over,
    replace_file,
    temporary_name,
)

ID = "20261122-120000"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "settings.json"
    path.write_bytes(b"old")
    return path


def replace(path: Path, before: bytes | None, after: bytes) -> None:
    replace_file(path, before, after, temporary_name(path, ID))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o755])
def test_the_mode_stays(file: Path, mode: int) -> None:
    file.chmod(mode)
    replace(file, b"old", b"new")
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"new", mode)
    assert names(file.parent) == ["settings.json"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_root_leaves_the_file_to_its_owner(file: Path) -> None:
    os.chown(file, 1234, 5678)
    replace(file, b"old", b"new")
    assert (file.stat().st_uid, file.stat().st_gid) == (1234, 5678)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_what_root_makes_belongs_to_whom_the_folder_belongs(tmp_path: Path) -> None:
    os.chown(tmp_path, 1234, 5678)
    path = tmp_path / "a" / "b" / "goland.vmoptions"
    replace(path, None, b"new")
    for made in (path, path.parent, path.parent.parent):
        assert (made.stat().st_uid, made.stat().st_gid) == (1234, 5678)


def test_attributes_stay(file: Path) -> None:
    try:
        os.setxattr(file, "user.note", b"mine")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    replace(file, b"old", b"new")
    assert os.getxattr(file, "user.note") == b"mine"


def test_a_new_file_is_made_with_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "settings.json"
    replace(path, None, b"new")
    assert path.read_bytes() == b"new"
    assert names(path.parent) == ["settings.json"]


def test_a_file_that_was_changed_meanwhile_stays(file: Path) -> None:
    with pytest.raises(RefusedError) as caught:
        replace(file, b"older", b"new")
    assert (caught.value.code, file.read_bytes()) == ("changed", b"old")
    assert names(file.parent) == ["settings.json"]


def test_a_file_that_was_made_meanwhile_stays(file: Path) -> None:
    with pytest.raises(RefusedError) as caught:
        replace(file, None, b"new")
    assert (caught.value.code, file.read_bytes()) == ("changed", b"old")


def test_a_file_that_is_made_at_the_last_moment_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "settings.json"
    monkeypatch.setattr(editing, "check_same", lambda file, content: file.write_bytes(b"theirs"))
    with pytest.raises(RefusedError):
        replace(path, None, b"new")
    assert path.read_bytes() == b"theirs"
    assert names(tmp_path) == ["settings.json"]


def test_a_file_system_without_hard_links_gets_a_rename(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(source: Path, target: Path) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", refuse)
    replace(tmp_path / "settings.json", None, b"new")
    assert names(tmp_path) == ["settings.json"]


def test_a_file_without_write_permission_is_refused_even_to_root(file: Path) -> None:
    file.chmod(0o444)
    with pytest.raises(RefusedError, match="read-only") as caught:
        replace(file, b"old", b"new")
    assert caught.value.hint
    assert file.read_bytes() == b"old"


def test_a_folder_without_write_permission_is_refused_even_to_root(file: Path) -> None:
    file.parent.chmod(0o555)
    try:
        with pytest.raises(RefusedError, match="read-only"):
            replace(file, b"old", b"new")
        assert names(file.parent) == ["settings.json"]
    finally:
        file.parent.chmod(0o755)


def test_another_user_s_file_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: file.stat().st_uid + 1)
    with pytest.raises(RefusedError, match="another user"):
        replace(file, b"old", b"new")


def test_a_folder_or_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(RefusedError, match="not a file"):
            read_whole(path)


def test_a_full_disk_leaves_the_old_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        replace(file, b"old", b"new")
    assert (file.read_bytes(), names(file.parent)) == (b"old", ["settings.json"])


def test_only_what_is_known_is_removed(file: Path) -> None:
    with pytest.raises(RefusedError):
        remove_known_file(file, b"mine")
    assert file.exists()
    remove_known_file(file, b"old")
    assert not file.exists()


def test_a_left_over_is_found_by_the_journal_s_id(file: Path) -> None:
    temporary_name(file, ID).write_bytes(b"half")
    remove_left_over(temporary_name(file, ID))
    remove_left_over(temporary_name(file, ID))
    assert names(file.parent) == ["settings.json"]
