"""Whether somebody is connected to a server: an editor in a browser, or a remote window.

Linux alone: /proc/PID/net/tcp (Documentation/networking/proc_net_tcp.rst). Nothing is connected to, nothing is sent.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from idecare.inspection import procfs
from idecare.values import frozen

LISTENING, ESTABLISHED = "0A", "01"


@frozen
class Connection:
    """A line of the table: the local port, the state, and the socket's inode."""

    port: str
    state: str
    inode: str


def has_client(pids: Iterable[int]) -> bool | None:
    """Whether anybody is connected to a port on which one of these processes listens; ``None``: it cannot be told, as
    with a server that listens on no port."""
    found = tuple(pids)
    if not procfs.IS_THERE or not found:
        return None
    try:
        rows = tuple(_connections(found[0]))
        sockets = {inode for pid in found for inode in procfs.sockets(pid)}
    except OSError:
        return None
    ports = {row.port for row in rows if row.state == LISTENING and row.inode in sockets}
    return any(row.state == ESTABLISHED and row.port in ports for row in rows) if ports else None


def _connections(pid: int) -> Iterator[Connection]:
    for name in ("tcp", "tcp6"):
        path = f"/proc/{pid}/net/{name}"
        if not os.path.exists(path):
            continue
        with open(path) as file:
            for line in file.readlines()[1:]:
                words = line.split()
                yield Connection(words[1].rpartition(":")[2], words[3], words[9])
