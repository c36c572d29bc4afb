"""Only a regular file of sane size is read, whatever lies in its place."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from idecare.core.reading import NotAFileError, open_file, read_file


def test_the_bytes_of_a_file_links_followed(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"\r\n\xff")
    (tmp_path / "link").symlink_to("file")
    assert read_file(tmp_path / "link") == read_file(str(tmp_path / "file")) == b"\r\n\xff"
    with open_file(tmp_path / "file") as file:
        assert file.read(1) == b"\r"


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("/dev/zero")])
@pytest.mark.parametrize("read", [read_file, open_file])
def test_anything_else_is_an_error_at_once(
    tmp_path: Path, make: Callable[[Path], object], read: Callable[[Path], object]
) -> None:
    make(tmp_path / "odd")
    with pytest.raises(NotAFileError, match=r"it is a folder|it is not a regular file"):
        read(tmp_path / "odd")


def test_a_socket_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
    with pytest.raises(OSError, match="No such device or address"):
        read_file(tmp_path / "socket")


@pytest.mark.parametrize("name", ["missing", "loop", "loop/below"])
def test_what_is_missing_or_a_loop_is_an_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OSError, match=r"No such file|Too many levels"):
        read_file(tmp_path / name)


def test_a_file_that_is_too_large_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(bytes(11))
    assert len(read_file(tmp_path / "large", largest_bytes=11)) == 11
    with pytest.raises(NotAFileError, match="it has more than"):
        read_file(tmp_path / "large", largest_bytes=10)
