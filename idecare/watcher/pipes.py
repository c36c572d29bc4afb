"""The daemon's named pipe on Windows, with what the server and the client use of a Unix socket.

Who connects has to know the key in a file of the user's own, and so has the daemon: each proves it to the other before
anything else is read (multiprocessing.connection, HMAC). A pipe cannot be waited for along with sockets, so threads of
its own carry what it says to one end of a pair of sockets and back.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from contextlib import suppress
from multiprocessing import AuthenticationError, connection
from pathlib import Path
from queue import Empty, SimpleQueue

from idecare.core.language import tr
from idecare.core.reading import read_file
from idecare.system.filesystem import write_atomic

assert sys.platform == "win32"  # mypy reads it only there

KEY_BYTES = 32
LARGEST_PART = 1 << 16
FAMILY = "AF_PIPE"


def _address(path: Path) -> str:
    return f"\\\\.\\pipe\\idecare-{path.stem}"


class PipeListener:
    """Readable, as the selector sees it, when somebody has connected."""

    def __init__(self, path: Path) -> None:
        self._key = os.urandom(KEY_BYTES)
        self._pipe = connection.Listener(_address(path), FAMILY)  # before the key: one that runs keeps its own
        write_atomic(path, self._key)
        self._connected: SimpleQueue[socket.socket] = SimpleQueue()
        self._reading, self._writing = socket.socketpair()
        self._is_closed = False
        threading.Thread(target=self._accept_all, daemon=True).start()

    def fileno(self) -> int:
        return self._reading.fileno()

    def accept(self) -> tuple[socket.socket, None]:
        self._reading.recv(1)
        try:
            return self._connected.get_nowait(), None
        except Empty:
            raise OSError("nobody has connected") from None

    def close(self) -> None:
        self._is_closed = True
        self._pipe.close()
        self._reading.close()
        self._writing.close()

    def _accept_all(self) -> None:
        while not self._is_closed:
            try:
                pipe = self._pipe.accept()
            except (OSError, EOFError):
                continue
            threading.Thread(target=self._serve, args=(pipe,), daemon=True).start()

    def _serve(self, pipe: connection.Connection) -> None:
        try:
            connection.deliver_challenge(pipe, self._key)
            connection.answer_challenge(pipe, self._key)
        except (OSError, EOFError, AuthenticationError):
            pipe.close()
            return
        ours, theirs = socket.socketpair()
        self._connected.put(theirs)
        with suppress(OSError):
            self._writing.send(b"!")
        _carry(pipe, ours)


def connect(path: Path) -> socket.socket:
    """FileNotFoundError where no daemon listens; ValueError where it is not this user's."""
    try:
        pipe = connection.Client(_address(path), FAMILY, authkey=read_file(path))
    except (AuthenticationError, EOFError) as error:
        raise ValueError(tr("the daemon does not know this user's key")) from error
    ours, theirs = socket.socketpair()
    threading.Thread(target=_carry, args=(pipe, ours), daemon=True).start()
    return theirs


def _carry(pipe: connection.Connection, end: socket.socket) -> None:
    """Both ways, until one side ends."""
    back = threading.Thread(target=_carry_back, args=(end, pipe), daemon=True)
    back.start()
    with suppress(OSError, EOFError):
        while True:
            end.sendall(pipe.recv_bytes(LARGEST_PART))
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    back.join()
    end.close()
    pipe.close()


def _carry_back(end: socket.socket, pipe: connection.Connection) -> None:
    with suppress(OSError):
        while data := end.recv(LARGEST_PART):
            pipe.send_bytes(data)
        pipe.close()
