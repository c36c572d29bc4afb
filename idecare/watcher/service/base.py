"""What is asked of a service manager, and what it answers."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from idecare.core.errors import IdecareError
from idecare.core.frozen import frozen
from idecare.core.host import Host
from idecare.system.run import ask
from idecare.watcher.service.order import ServiceOrder

LIMIT_SECONDS = 20.0


@frozen
class ManagerState:
    """``is_registered``: it starts the daemon at login. ``is_loaded``: it knows of it now. ``pid``: the daemon that it
    has started. ``last_error``: how the daemon ended when it did not end well. ``is_restarting``: it is about to start
    it again."""

    is_registered: bool = False
    is_loaded: bool = False
    pid: int | None = None
    last_error: str | None = None
    is_restarting: bool = False


class Manager(Protocol):
    """One user's service manager. Its verbs raise IdecareError with what it said."""

    name: str
    service: str
    program: str

    def file(self) -> Path: ...

    def content(self, order: ServiceOrder) -> bytes: ...

    def is_there(self) -> bool:
        """Whether it runs, so that it can start the daemon now."""
        ...

    def register(self) -> None:
        """Take up the file as it is now: from the next login on."""
        ...

    def unregister(self) -> None:
        """Forget the service, and end the daemon; its file may be gone."""
        ...

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def state(self) -> ManagerState: ...


@frozen
class Said:
    code: int
    out: str
    error: str


def say(host: Host, program: str | None, words: Iterable[str]) -> Said:
    """Run a manager's own command; one that is not there or hangs has failed."""
    if program is None:
        return Said(127, "", "there is no such command")
    try:
        done = ask([program, *words], {**host.environment, "LC_ALL": "C"}, LIMIT_SECONDS)
    except TimeoutError:
        return Said(124, "", f"no answer within {LIMIT_SECONDS:.0f} s")
    except OSError as error:
        return Said(126, "", error.strerror or str(error))
    return Said(done.returncode, done.stdout, done.stderr.strip())


def must(said: Said, what: str, next_step: str) -> Said:
    """IdecareError when the command has failed."""
    if said.code:
        raise IdecareError("service", f"{what}: {said.error or f'exit code {said.code}'}", next_step)
    return said
