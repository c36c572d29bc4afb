"""Archives that are none, or are cut short: what a real compiler writes is in tests/e2e/test_doctor_divergence.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from idecare.golang.compiled import START, Unknown, read_compiled

HEAD = START + b" " * 30 + b"644     %-10d`\n"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"v1 of something else",
        START,
        START + b" " * 400,
        HEAD % 10 + b"go object linux",
        HEAD % 10**9 + b"go object linux amd64 go1.26.8\n\n" + b"\n!\n\0go120ld" * 90,
        HEAD % 33 + b"go object linux amd64 go1.26.8\n\n\n" + b" " * 60 + b"x\n!\n\0go120ld" + b"\xff" * 200,
    ],
    ids=["empty", "text", "start", "blanks", "cut in words", "cut in export data", "blocks beyond the end"],
)
def test_what_is_no_whole_archive_says_nothing(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "output"
    file.write_bytes(data)
    assert read_compiled(file) is None


def test_what_is_no_file_says_nothing(tmp_path: Path) -> None:
    assert read_compiled(tmp_path) is None  # a cached executable is a folder
    assert read_compiled(tmp_path / "gone") is None


def test_an_object_file_of_another_kind_is_not_known(tmp_path: Path) -> None:
    file = tmp_path / "output"
    words = b"go object linux amd64 go1.99\n\n\n"
    file.write_bytes(HEAD % len(words) + words + b" " * 61 + b"x\n!\n\0go199ld" + bytes(400))
    assert read_compiled(file) == Unknown()
