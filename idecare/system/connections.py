"""Whether somebody is connected to a server: an editor in a browser, or a remote window.

Linux alone: /proc/PID/net/tcp (Documentation/networking/proc_net_tcp.rst). Nothing is connected to, nothing is sent.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from idecare.core.frozen import frozen
from idecare.system import procfs

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
    clients = _clients(tuple(pids))
    return None if clients is None else bool(clients)


def holders(pids: Iterable[int], server: Iterable[int]) -> frozenset[int]:
    """Those of the processes which hold a connection of a client of the processes of ``server`` themselves."""
    held = {row.inode for row in _clients(tuple(server)) or ()}
    return frozenset(pid for pid in pids if _holds(pid, held))


def _holds(pid: int, inodes: set[str]) -> bool:
    try:
        return not inodes.isdisjoint(procfs.sockets(pid))
    except OSError:
        return False


def _clients(pids: tuple[int, ...]) -> tuple[Connection, ...] | None:
    """The connections to the ports on which these processes listen, whoever holds them."""
    if not procfs.IS_THERE or not pids:
        return None
    try:
        rows = tuple(_connections(pids[0]))
        sockets = {inode for pid in pids for inode in procfs.sockets(pid)}
    except OSError:
        return None
    ports = {row.port for row in rows if row.state == LISTENING and row.inode in sockets}
    return tuple(row for row in rows if row.state == ESTABLISHED and row.port in ports) if ports else None


def _connections(pid: int) -> Iterator[Connection]:
    for name in ("tcp", "tcp6"):
        path = f"/proc/{pid}/net/{name}"
        if not os.path.exists(path):
            continue
        with open(path) as file:
            for line in file.readlines()[1:]:
                words = line.split()
                yield Connection(words[1].rpartition(":")[2], words[3], words[9])
