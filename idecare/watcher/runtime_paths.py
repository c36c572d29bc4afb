"""Where the daemon's socket, lock, log and memory are: one set for each state folder."""

from __future__ import annotations

import os
import stat
import zlib
from pathlib import Path

from idecare.core.commands import command_text
from idecare.core.errors import RefusedError
from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import tr
from idecare.core.platforms import WINDOWS

LONGEST_SOCKET_PATH = 100  # bytes: sun_path holds 104 on macOS and 108 on Linux, with the zero at its end


@frozen
class RuntimePaths:
    """``socket`` is the file of the key on Windows (pipes.py).

    ``runtime`` goes with the user's login, or at the latest with the machine's next start."""

    runtime: Path
    socket: Path
    lock: Path
    log: Path
    memory: Path


def runtime_paths(host: Host) -> RuntimePaths:
    state = host.own.state
    runtime = state if host.platform is WINDOWS else _runtime_folder(host)  # a named pipe has no length to keep
    mark = f"{zlib.crc32(os.fsencode(state)):08x}"  # hashlib would be a sixth of the daemon's memory
    return RuntimePaths(
        runtime, runtime / f"{mark}.sock", runtime / f"{mark}.lock", state / "daemon.log", state / "watcher.json"
    )


def _runtime_folder(host: Host) -> Path:
    """$XDG_RUNTIME_DIR (macOS: the user's own temp folder), else the system's, under a name of this user's."""
    chosen = host.variable("XDG_RUNTIME_DIR") if host.platform.name == "linux" else None
    if chosen and Path(chosen).is_absolute():
        folder = Path(chosen, "idecare")
    else:
        folder = host.folders.temp / f"idecare-{host.user_id}"
    is_short = len(os.fsencode(folder)) + len("/01234567.sock") <= LONGEST_SOCKET_PATH
    return folder if is_short else Path("/tmp", f"idecare-{host.user_id}")


def check_owner(folder: Path, user_id: int | None) -> None:
    """Raise RefusedError when others could put a socket of theirs into the folder."""
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != user_id or status.st_mode & 0o022:
        message = tr("{folder} is not a folder that you alone may write to", folder=folder)
        raise RefusedError(
            "runtime-folder", message, tr("remove it, or: {command}", command=command_text("chmod", "700", folder))
        )
