"""SIGTERM and SIGINT end the loop, SIGHUP makes it look at everything again; each wakes it through a descriptor."""

from __future__ import annotations

import selectors
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def signals_to(
    selector: selectors.BaseSelector, stop: Callable[[], None], reload: Callable[[], None]
) -> Iterator[None]:
    reading, writing = socket.socketpair()
    reading.setblocking(False)
    writing.setblocking(False)
    handlers = {signal.SIGTERM: stop, signal.SIGINT: stop, signal.SIGHUP: reload}
    before = {number: signal.signal(number, lambda *_, do=do: do()) for number, do in handlers.items()}
    old = signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
    selector.register(reading, selectors.EVENT_READ, lambda: _drain(reading))
    try:
        yield
    finally:
        selector.unregister(reading)
        signal.set_wakeup_fd(old)
        for number, handler in before.items():
            signal.signal(number, handler)
        reading.close()
        writing.close()


def _drain(reading: socket.socket) -> None:
    with suppress(BlockingIOError):
        while reading.recv(256):
            continue
