"""The daemon's Unix socket: bound for this user alone, and undisturbed by what clients send or leave unread."""

from __future__ import annotations

import errno
import os
import selectors
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from idecare.core.errors import BusyError
from idecare.core.language import tr
from idecare.system.filesystem import remove_file
from idecare.watcher.protocol import (
    LONGEST_REQUEST,
    BadRequest,
    Request,
    answer_line,
    error_line,
    peer_user,
    read_request,
)

IDLE_SECONDS = 10.0  # for a request, and for reading the answer; a subscriber has as long as it likes for nothing
LARGEST_BACKLOG = 1 << 20  # bytes that may wait for a slow reader
READ_BYTES = 4096
MOST_CLIENTS = 64
MOST_WAITING = 256  # connections that may wait while the daemon scans
READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class Client:
    """``is_closing``: it is dropped as soon as it has read its answer."""

    def __init__(self, connection: socket.socket, now: float) -> None:
        connection.setblocking(False)
        self.connection = connection
        self.incoming = bytearray()
        self.outgoing = bytearray()
        self.active_at = now
        self.is_subscribed = False
        self.is_closing = False
        self.is_gone = False

    def deadline(self) -> float | None:
        """Until when it has to do something; monotonic seconds."""
        waits_for_us = self.is_subscribed and not self.outgoing
        return None if waits_for_us else self.active_at + IDLE_SECONDS

    def receive(self, now: float) -> Iterator[bytes]:
        """The whole lines it has sent by now. A line without an end in sight ends the connection."""
        try:
            data = self.connection.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.is_gone = True
            return
        self.active_at = now
        self.incoming += data
        while not self.is_closing and (end := self.incoming.find(b"\n")) >= 0:
            line = bytes(self.incoming[:end])
            del self.incoming[: end + 1]
            yield line
        if len(self.incoming) > LONGEST_REQUEST:
            self.refuse(BadRequest("garbage", f"a request is one line of at most {LONGEST_REQUEST} bytes"))

    def refuse(self, bad: BadRequest) -> None:
        self.incoming.clear()
        self.send(error_line(bad))
        self.is_closing = True

    def send(self, line: bytes) -> None:
        """Send what fits now and keep the rest; who leaves too much unread is dropped."""
        self.outgoing += line
        self.flush()
        if len(self.outgoing) > LARGEST_BACKLOG:
            self.is_gone = True

    def flush(self) -> None:
        try:
            while self.outgoing:
                del self.outgoing[: self.connection.send(self.outgoing)]
        except BlockingIOError:
            return
        except OSError:
            self.is_gone = True

    def close(self) -> None:
        with suppress(OSError):
            self.connection.close()


class Listener(Protocol):
    def fileno(self) -> int: ...

    def accept(self) -> tuple[socket.socket, Any]: ...

    def close(self) -> None: ...


def _listen(path: Path) -> Listener:
    if sys.platform == "win32":
        from idecare.watcher.pipes import PipeListener

        return PipeListener(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.setblocking(False)
    mask = os.umask(0o177)
    try:
        listener.bind(str(path))
    finally:
        os.umask(mask)
    listener.listen(MOST_WAITING)
    return listener


class Server:
    """``answer`` gives the values of the answer to a command. The selector's data are functions to call."""

    def __init__(
        self,
        path: Path,
        user_id: int | None,
        selector: selectors.BaseSelector,
        clock: Callable[[], float],
        answer: Callable[[str], dict[str, Any]],
        log: Callable[[str], None] = lambda text: None,
    ) -> None:
        self.log, self.logged = log, ""
        self.path, self.user_id, self.selector, self.clock, self.answer = path, user_id, selector, clock, answer
        self.clients: dict[int, Client] = {}
        self.refused = 0
        self._bind()

    def _bind(self) -> None:
        """The caller holds the daemon's lock, so a socket that is there is nobody's."""
        remove_file(self.path)
        self.listener = _listen(self.path)
        self.inode = self.path.lstat().st_ino
        self.selector.register(self.listener, READ, self._accept)

    def rebind(self) -> bool:
        """Bind again when somebody has removed the socket; whether that was needed. BusyError when another daemon has
        one there, as it can where somebody has removed the lock, too."""
        match self._inode():
            case None:
                self.selector.unregister(self.listener)
                self.listener.close()
                self._bind()
                return True
            case self.inode:
                return False
        raise BusyError("daemon-replaced", tr("another daemon has taken the socket over"), "idecare daemon status")

    def _inode(self) -> int | None:
        try:
            return self.path.lstat().st_ino
        except FileNotFoundError:
            return None

    def _accept(self) -> None:
        try:
            connection, _ = self.listener.accept()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE):
                self._drop_oldest()
            return
        if (user := peer_user(connection)) != self.user_id:
            self._reject(connection, f"this is the daemon of user {self.user_id}, not of {user}")
            return
        if len(self.clients) >= MOST_CLIENTS and not self._drop_oldest():
            self._reject(connection, f"{MOST_CLIENTS} are connected already")
            return
        client = Client(connection, self.clock())
        self.clients[connection.fileno()] = client
        self.selector.register(connection, READ, lambda: self._serve(client))

    def _reject(self, connection: socket.socket, message: str) -> None:
        self.refused += 1
        with suppress(OSError):
            connection.setblocking(False)
            connection.send(error_line(BadRequest("refused", message)))
        connection.close()

    def _drop_oldest(self) -> bool:
        """Make room: the one that has been silent for the longest goes, subscribers stay."""
        silent = [client for client in self.clients.values() if not client.is_subscribed]
        if silent:
            self._drop(min(silent, key=lambda client: client.active_at))
        return bool(silent)

    def _serve(self, client: Client) -> None:
        if client.outgoing:
            client.flush()
        else:
            for line in client.receive(self.clock()):
                self._handle(client, read_request(line))
        self._settle(client)

    def _handle(self, client: Client, request: Request | BadRequest) -> None:
        if isinstance(request, BadRequest):
            client.refuse(request)
            self._note(request)
            return
        client.is_subscribed = client.is_subscribed or request.command == "subscribe"
        client.send(answer_line(request.command, self.answer(request.command)))

    def _note(self, bad: BadRequest) -> None:
        """Another idecare is written down, once; nonsense is not."""
        if bad.code == "protocol" and bad.message != self.logged:
            self.log(bad.message)
            self.logged = bad.message

    def _settle(self, client: Client) -> None:
        """One that has not read yet is not read from either."""
        if client.is_gone or (client.is_closing and not client.outgoing):
            self._drop(client)
        else:
            data = self.selector.get_key(client.connection).data
            self.selector.modify(client.connection, WRITE if client.outgoing else READ, data)

    def _drop(self, client: Client) -> None:
        if self.clients.pop(client.connection.fileno(), None):
            self.selector.unregister(client.connection)
            client.close()

    def publish(self, line: bytes) -> None:
        """Send to all subscribers."""
        for client in list(self.clients.values()):
            if client.is_subscribed:
                client.send(line)
                self._settle(client)

    def deadline(self) -> float | None:
        """When the next client has been silent for too long; monotonic seconds."""
        return min((end for client in self.clients.values() if (end := client.deadline()) is not None), default=None)

    def expire(self) -> None:
        for client in list(self.clients.values()):
            if (end := client.deadline()) is not None and end <= self.clock():
                self._drop(client)

    def close(self) -> None:
        for client in list(self.clients.values()):
            self._drop(client)
        self.selector.unregister(self.listener)
        self.listener.close()
        if self._inode() == self.inode:
            remove_file(self.path)
