"""One connection to the daemon's socket: bounded in what it may send, leave unread, and how long it may idle."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress

from idecare.watcher.wire import LONGEST_REQUEST, BadRequest, error_line

IDLE_SECONDS = 10.0  # for a request, and for reading the answer; a subscriber has as long as it likes for nothing
LARGEST_BACKLOG = 1 << 20  # bytes that may wait for a slow reader
READ_BYTES = 4096


class Client:
    """``is_closing``: it is gone as soon as it has read what there is to say."""

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
