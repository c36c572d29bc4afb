"""Opening files that others may have replaced by anything: a pipe is not waited for, a device not read, and what is too
large to be what it should be is not read either. Nothing else in idecare opens a file to read it; a test holds that."""

from __future__ import annotations

import errno
import os
import stat
from io import BufferedReader
from typing import TYPE_CHECKING

from idecare.core.language import tr

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_BYTES = 16_000_000  # a larger state or configuration file is damaged, and would slow every command
# O_NONBLOCK: opening a pipe would wait for its other end.
FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class NotAFileError(OSError):
    """What is there is no file that could be read whole."""


def read_file(path: Path | str, largest_bytes: int = LARGEST_BYTES) -> bytes:
    """The bytes of a regular file, links followed. OSError for anything else, and for one that is larger."""
    with open_file(path) as file:
        data = file.read(largest_bytes + 1)
    if len(data) > largest_bytes:
        raise NotAFileError(errno.EFBIG, tr("it has more than {count} MB", count=largest_bytes // 1_000_000), str(path))
    return data


def open_file(path: Path | str) -> BufferedReader:
    """A regular file of any size, opened to read it; OSError for anything else."""
    descriptor = os.open(path, FLAGS)
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise NotAFileError(errno.EISDIR, tr("it is a folder"), str(path))
        if not stat.S_ISREG(mode):
            raise NotAFileError(errno.EINVAL, tr("it is not a regular file"), str(path))
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise
