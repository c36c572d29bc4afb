"""Asking the daemon. Whatever is wrong with it, the caller goes on without."""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from idecare import __version__
from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.core.language import spoken, tr
from idecare.watcher.protocol import PROTOCOL, RESTART, from_values, peer_user, request_line
from idecare.watcher.runtime_paths import runtime_paths
from idecare.workspaces.base import Scan
from idecare.workspaces.conflicts import Conflict

ANSWER_SECONDS = 2.0
PAUSE_SECONDS = 0.02
LONGEST_ANSWER = 16 << 20  # bytes


@frozen
class Absent:
    """No daemon runs."""


@frozen
class Useless:
    """Something answers, but not in a way to build on. ``message`` is for the user."""

    message: str


Answer = dict[str, Any] | Absent | Useless


def ask(host: Host, command: str, seconds: float = ANSWER_SECONDS) -> Answer:
    """The daemon's answer to ``hello`` or ``status``."""
    try:
        with _connected(runtime_paths(host).socket, host.user_id, seconds) as connection:
            connection.sendall(request_line(command))
            line = _line(connection, time.monotonic() + seconds)
    except (FileNotFoundError, ConnectionRefusedError):
        return Absent()
    except (OSError, ValueError) as error:
        reason = str(error) or tr("in time")
        return Useless(tr("the daemon does not answer ({reason}); run: {command}", reason=reason, command=RESTART))
    return _read(line)


def read_status(answer: dict[str, Any]) -> tuple[Scan, tuple[Conflict, ...]] | None:
    """The scan and the conflicts in an answer to ``status``; ``None`` when they cannot be read."""
    try:
        return from_values(Scan, answer["scan"]), tuple(from_values(Conflict, found) for found in answer["conflicts"])
    except (KeyError, TypeError, ValueError):
        return None


def speaks_as_here(answer: dict[str, Any]) -> bool:
    """Whether the texts in it are in the language of this command: `status --json` is English whatever the daemon's."""
    return answer.get("language") == spoken()


def with_watched(scan: Scan, watched: Scan) -> Scan:
    """This scan with what a watcher alone can know, which has no texts."""
    changes = {found.root: found.go_mod_changes for found in watched.workspaces}
    workspaces = (replace(found, go_mod_changes=changes.get(found.root, ())) for found in scan.workspaces)
    return replace(scan, workspaces=tuple(workspaces), lock_uses=watched.lock_uses)


def is_of_this_version(answer: dict[str, Any]) -> bool:
    return answer.get("version") == __version__


def subscribe(host: Host) -> Iterator[dict[str, Any]]:
    """Each notice as it is given, until the daemon ends. OSError when none runs."""
    with _connected(runtime_paths(host).socket, host.user_id, ANSWER_SECONDS) as connection:
        connection.sendall(request_line("subscribe"))
        connection.settimeout(None)
        with connection.makefile("rb") as lines:
            for line in lines:
                yield json.loads(line)


def _connected(path: Path, user_id: int | None, seconds: float) -> socket.socket:
    if sys.platform == "win32":
        from idecare.watcher import pipes

        found = pipes.connect(path)
        found.settimeout(seconds)
        return found
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(seconds)
        _connect(connection, path, time.monotonic() + seconds)
        if peer_user(connection) != user_id:
            raise ValueError(tr("{path} belongs to another user", path=path))
    except BaseException:
        connection.close()
        raise
    return connection


def _connect(connection: socket.socket, path: Path, deadline: float) -> None:
    """A Unix socket with a time limit does not wait where too many are waiting already: it is tried again."""
    while True:
        try:
            connection.connect(os.fspath(path))
            return
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(PAUSE_SECONDS)


def _line(connection: socket.socket, deadline: float) -> bytes:
    data = bytearray()
    while not data.endswith(b"\n"):
        connection.settimeout(max(deadline - time.monotonic(), 0.001))
        part = connection.recv(1 << 16)
        if not part:
            raise ValueError(tr("it ended the connection"))
        data += part
        if len(data) > LONGEST_ANSWER:
            raise ValueError(tr("its answer has no end"))
    return bytes(data)


def _read(line: bytes) -> Answer:
    try:
        values = json.loads(line)
    except ValueError:
        values = None
    if not isinstance(values, dict):
        return Useless(tr("the daemon's answer is not JSON; run: {command}", command=RESTART))
    if values.get("protocol") != PROTOCOL:
        message = tr(
            "the daemon is idecare {version} with protocol {protocol}, this is idecare {own_version} with"
            " {own_protocol}; run: {command}",
            version=values.get("version", tr("unknown")),
            protocol=values.get("protocol"),
            own_version=__version__,
            own_protocol=PROTOCOL,
            command=RESTART,
        )
        return Useless(message)
    if "error" in values:
        return Useless(tr("the daemon refused: {reason}", reason=values["error"].get("message")))
    return values
