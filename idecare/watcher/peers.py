"""Who is at the other end of a Unix socket, as the kernel says."""

from __future__ import annotations

import socket
import struct

SO_PEERCRED = getattr(socket, "SO_PEERCRED", None)  # Linux: struct ucred {pid, uid, gid}
LOCAL_PEERCRED = getattr(socket, "LOCAL_PEERCRED", None)  # macOS: struct xucred {version, uid, ngroups, groups[16]}
SOL_LOCAL = 0
XUCRED_BYTES = 76


def peer_user(connection: socket.socket) -> int | None:
    """The user id of the process at the other end; ``None`` when it cannot be told."""
    try:
        if SO_PEERCRED is not None:
            ucred = connection.getsockopt(socket.SOL_SOCKET, SO_PEERCRED, struct.calcsize("3i"))
            return int(struct.unpack("3i", ucred)[1])
        if LOCAL_PEERCRED is not None:
            xucred = connection.getsockopt(SOL_LOCAL, LOCAL_PEERCRED, XUCRED_BYTES)
            return int(struct.unpack_from("=II", xucred)[1])
    except (OSError, struct.error):
        return None
    return None
