from __future__ import annotations

import os
from pathlib import Path

import pytest

from idecare.configure.machine import memory_bytes
from idecare.system.files import ConfigFile, read_config


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbf{}\r\n")
    assert read_config(tmp_path / "a") == ConfigFile(tmp_path / "a", tmp_path / "a", b"\xef\xbb\xbf{}\r\n")


def test_a_file_that_is_not_there_has_no_bytes(tmp_path: Path) -> None:
    assert read_config(tmp_path / "no" / "a") == ConfigFile(tmp_path / "no" / "a", tmp_path / "no" / "a")


def test_a_link_keeps_both_its_names(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    (tmp_path / "link").symlink_to("a")
    assert read_config(tmp_path / "link") == ConfigFile(tmp_path / "link", tmp_path / "a", b"x")


def test_a_link_to_a_file_to_be_made_is_fine(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("new")
    assert read_config(tmp_path / "link") == ConfigFile(tmp_path / "link", tmp_path / "new")


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        pytest.param(lambda path: path.mkdir(), "it is a folder", id="folder"),
        pytest.param(os.mkfifo, "it is not a regular file", id="pipe"),
        pytest.param(lambda path: path.symlink_to(path), "it cannot be read: Too many levels", id="link to itself"),
        pytest.param(lambda path: path.symlink_to("gone/a"), "whose folder is not there", id="link to nowhere"),
    ],
)
def test_what_cannot_be_replaced_has_a_problem(tmp_path: Path, make: object, problem: str) -> None:
    assert callable(make)
    make(tmp_path / "a")
    assert problem in str(read_config(tmp_path / "a").problem)


def test_a_link_into_a_read_only_place_has_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "store").write_text("x")
    (tmp_path / "link").symlink_to("store")
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # CI is root, to whom everything may be written
    assert read_config(tmp_path / "link").problem == f"it is a link to {tmp_path / 'store'}, which may not be written"


def test_the_memory_is_known_on_this_system() -> None:
    memory = memory_bytes()
    assert memory is not None
    assert memory > 1 << 28
